//! Records of other systems: what is read from them is what they say, and nothing else.

mod corpus;

/// The folder of real records, where it is there.
fn corpus() -> Option<std::path::PathBuf> {
    let root = std::env::var_os("LATCH_CORPUS")
        .map_or_else(|| std::path::PathBuf::from("../shared/data"), Into::into);
    let folder = root.join("entra");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus");
    None
}
