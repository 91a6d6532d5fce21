//! Real data, where it is at hand: in the folder that `LATCH_CORPUS` names, or beside the project.

use std::path::{Path, PathBuf};

/// The folder of real exports and sign-ins. Says aloud when there is none.
pub(crate) fn entra() -> Option<PathBuf> {
    let named = std::env::var_os("LATCH_CORPUS").map(PathBuf::from);
    let root =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let folder = root.join("entra");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus");
    None
}
