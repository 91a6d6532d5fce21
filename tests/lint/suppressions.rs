//! What somebody allowed is silent, what nobody needs to allow is told.

use latch::lint::{Level, PathLevels, Settings};

use super::names;

const NEVER: &str = "policy a { when platform is ios and platform is android block }\n";

fn usual() -> Settings {
    let mut settings = Settings::default();
    for whole in ["break-glass-undeclared", "unguarded"] {
        settings.levels.insert(whole.to_owned(), Level::Off);
    }
    settings
}

#[test]
fn a_comment_speaks_of_its_item() {
    let allow = "// latch: allow(never-applies) the platforms come next week\n";
    let above = format!("{allow}{NEVER}");
    let before_docs = format!("{allow}/// What it is.\n@id(\"1\")\n{NEVER}");
    let inside = NEVER.replace('{', "{ // latch: allow(L1001) they come\n");
    let behind = NEVER.replace("}\n", "} // latch: allow(never-applies) they come\n");
    for text in [&above, &before_docs, &inside, &behind] {
        assert_eq!(names(text, &usual()), [] as [&str; 0], "{text}");
    }
    let other = format!("{allow}policy b {{ when platform is ios block }}\n{NEVER}");
    assert_eq!(names(&other, &usual()), ["unused-suppression", "never-applies"]);
}

#[test]
fn a_reason_and_a_rule_are_asked_for() {
    for comment in [
        "// latch: allow(never-applies)",
        "// latch: allow(never-aplies) because",
        "// latch: allow never-applies because",
        "// latch: allow() because",
        "// latch: allow(never-applies) until 2026-01-31",
    ] {
        let found = names(&format!("{comment}\n{NEVER}"), &usual());
        assert_eq!(found, ["bad-suppression", "never-applies"], "{comment}");
    }
    let last = format!("{NEVER}\n// latch: allow(never-applies) nothing follows\n");
    assert_eq!(names(&last, &usual()), ["never-applies", "bad-suppression"]);
    let prose = format!("// latch: the tool that reads this\n{NEVER}");
    assert_eq!(names(&prose, &usual()), ["never-applies"]);
}

#[test]
fn a_rule_that_is_off_is_run_for_those_who_allow_it() {
    let text = "// latch: allow(title-missing) names are enough here\npolicy a { when platform is ios block }\n";
    assert_eq!(names(text, &usual()), [] as [&str; 0]);
    let titled = text.replace("policy a", "policy a \"A\"");
    assert_eq!(names(&titled, &usual()), ["unused-suppression"]);
}

#[test]
fn a_suppression_ends_with_its_day() {
    let text = "// latch: allow(never-applies) until 2026-01-31 then the platforms come\n";
    let mut settings = usual();
    settings.levels.insert("expired".to_owned(), Level::Warning);
    let text = format!("{text}{NEVER}");
    settings.today = Some(jiff::civil::date(2026, 1, 31));
    assert_eq!(names(&text, &settings), [] as [&str; 0]);
    settings.today = Some(jiff::civil::date(2026, 2, 1));
    assert_eq!(names(&text, &settings), ["expired"]);
}

#[test]
fn files_have_levels_of_their_own() {
    let mut settings = usual();
    let here = |path: &str| PathLevels {
        paths: vec![path.to_owned()],
        levels: [("correctness".to_owned(), Level::Off)].into(),
    };
    settings.paths = vec![here("b.latch")];
    assert_eq!(names(NEVER, &settings), ["never-applies"]);
    settings.paths.push(here("a.latch"));
    assert_eq!(names(NEVER, &settings), [] as [&str; 0]);
}

#[test]
fn the_three_that_started_it() {
    let text = "
        group break-glass emergency = \"2ec0ea3d-54f3-4a35-8b4f-0d8fbc6a2f11\"
        policy contradiction { when platform in [ios] and not (platform in [ios, android]) require mfa }
        policy private-devices { when user in anyone and device.ownership is not company require mfa }
        policy everyone { when user in anyone unless user in break-glass block }";
    let found = names(text, &Settings::default());
    assert_eq!(found, ["never-applies", "negative-device-test", "block-everyone"]);
    let guarded = text.replace("and device.own", "and device.registered and device.own");
    assert_eq!(names(&guarded, &Settings::default()), ["never-applies", "block-everyone"]);
}

#[test]
fn what_is_meant_is_not_told() {
    for text in [
        // The device filter of Microsoft's own pages, as an exclusion.
        "policy a { when user in anyone unless device.ownership is company require mfa }",
        // Said aloud: unregistered devices are meant.
        "policy a { when user in anyone and (not device.registered or device.ownership is not company) require mfa }",
        // Only unregistered devices have none of these.
        "policy a { when user in anyone and device.trust not in [joined, hybrid-joined, registered] require mfa }",
        // Guarded by something else that unregistered devices fail.
        "policy a { when user in anyone and device.compliant and device.model is not \"x\" require mfa }",
        // A block of everyone that leaves somebody out, or somewhere.
        "group g = \"2ec0ea3d-54f3-4a35-8b4f-0d8fbc6a2f11\"\npolicy a { when user in anyone unless user in g block }",
        "policy a { when user in anyone and client is other block }",
        "policy a { when user in anyone unless app in [office-365, microsoft-admin-portals] block }",
        // Off.
        "policy a disabled { when user in anyone block }",
    ] {
        assert_eq!(names(text, &usual()), [] as [&str; 0], "{text}");
    }
}
