//! The order of files and items changes nothing.

use super::{good, read, told};

/// Items that use each other in every direction.
const ITEMS: &[&str] = &[
    "policy a { when unmanaged and user in finance block }",
    "policy b { when ip in [192.0.2.0/24, 10.0.0.0/8] require strength key within 1 hour }",
    "policy c report-only { when location in trusted and on-call require terms rules }",
    "policy d { when ip in 10.0.0.0/8 or ip in 0.0.0.0/1 block }",
    "let unmanaged = not managed",
    "let managed = device.compliant or level > 3",
    "group finance = \"f\", \"g\"",
    "app mail = \"m\"",
    "network office trusted { 198.51.100.0/24 }",
    "network cafe trusted { country DE, FR }",
    "strength key { fido2 password and sms }",
    "terms rules = \"r\"",
    "attribute on-call: boolean",
    "attribute level: integer",
    "archetype clerk { always in finance }",
    "assert law { when ip in 172.16.0.0/12 expect not block }",
    "assert another { when app in mail expect require strength key }",
    "test \"one\" { user in finance location in office level 5 expect open by b, a }",
];

/// A set as it is printed, without places.
fn printed(text: &str) -> String {
    let printed = format!("{:#?}", good(text));
    let mut lines = printed.lines();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("span: Span {") {
            lines.by_ref().find(|line| line.trim() == "},");
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

#[test]
fn items_in_any_order_mean_the_same() {
    let expected = printed(&ITEMS.join("\n"));
    assert!(expected.contains("10.0.0.0/8, 192.0.2.0/24") && !expected.contains("span"));
    let seed = std::env::var("LATCH_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(7);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut items = ITEMS.to_vec();
    for _ in 0..50 {
        random.shuffle(&mut items);
        assert_eq!(printed(&items.join("\n")), expected, "seed {seed}");
    }
}

#[test]
fn items_in_many_files_mean_the_same() {
    let (sources, one, said) = read(&[&ITEMS.join("\n")]);
    assert!(said.is_empty(), "{:?}", told(&sources, &said));
    let (sources, many, said) = read(ITEMS);
    assert!(said.is_empty(), "{:?}", told(&sources, &said));
    let names = |set: &crate::hir::PolicySet| {
        let networks = set.networks.iter().map(|it| it.name.clone());
        networks.chain(set.policies.iter().map(|it| it.name.clone())).collect::<Vec<_>>()
    };
    assert_eq!(names(&one), names(&many));
}
