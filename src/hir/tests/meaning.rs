//! What right texts mean.

use super::{good, read, told};

#[test]
fn the_prelude_means_something() {
    let set = good("");
    assert_eq!(set.strength(set.multi_factor).name, "multi-factor");
    assert_eq!(set.strength(set.multi_factor).combinations.len(), 19);
    assert!(set.objects.len() > 150);
    assert!(set.policies.is_empty());
}

#[test]
fn the_baseline() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    for which in ["baseline", "starter"] {
        let mut texts = Vec::new();
        for entry in std::fs::read_dir(format!("{dir}/{which}")).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "latch") {
                texts.push(std::fs::read_to_string(path).expect("a text"));
            }
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (sources, _, diagnostics) = read(&texts);
        assert!(diagnostics.is_empty(), "{}", told(&sources, &diagnostics));
    }
}
