//! Reports say what was found, in the form that their readers take.

use crate::hir::{PolicySet, resolve};
use crate::lint::report::{annotations, baseline, json, junit, sarif};
use crate::lint::{Finding, Level, Settings, Subject, lint};
use crate::source::Sources;
use crate::syntax::parse;

const TEXT: &str = "
policy phones { when platform in [ios] and not (platform in [ios, android]) require mfa }
policy all-out
  \"a <title> & more\"
{ when user in anyone block }
";

fn read(name: &str, text: &str) -> (Sources, PolicySet) {
    let mut sources = Sources::new();
    sources.add("prelude.latch", include_str!("../../prelude.latch"));
    sources.add(name, text);
    let mut found = Vec::new();
    let files: Vec<_> = sources.iter().map(|(id, it)| parse(id, &it.text, &mut found)).collect();
    let set = resolve(&sources, &files, &mut found);
    assert!(found.is_empty(), "{found:?}");
    (sources, set)
}

fn findings(text: &str) -> (Sources, Vec<Finding>) {
    let (sources, set) = read("a b,c.latch", text);
    // Who blocks everyone locks the administrators out of each portal; three findings are enough here.
    let mut settings = Settings::default();
    settings.levels.insert("admin-lockout".to_owned(), Level::Off);
    let found = lint(&Subject::new(&sources, &set, &settings));
    (sources, found)
}

fn names(found: &[Finding]) -> Vec<&'static str> {
    found.iter().map(|it| it.rule.name()).collect()
}

#[test]
fn sarif_has_rules_results_and_fingerprints() {
    let (sources, found) = findings(TEXT);
    assert_eq!(names(&found), ["break-glass-undeclared", "never-applies", "block-everyone"]);
    let sarif = sarif(&found, &sources);
    let run = &sarif["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(3));
    let first = &run["results"][1];
    let region = &first["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(2), Some(22)));
    let uri = &first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b%2Cc.latch");
    let rule =
        &run["tool"]["driver"]["rules"][first["ruleIndex"].as_u64().expect("a number") as usize];
    assert_eq!(rule["name"], "never-applies");
    assert_eq!(first["relatedLocations"][0]["message"]["text"], "so this policy guards nobody");
}

#[test]
fn fingerprints_stay_when_lines_move_and_go_when_words_change() {
    let prints = |text: &str| -> Vec<String> {
        findings(text).1.into_iter().map(|it| it.fingerprint).collect()
    };
    let moved = format!("// a line\n\n{}", TEXT.replace("{ when user", "{\n  when   user"));
    assert_eq!(prints(TEXT), prints(&moved));
    let other = prints(&TEXT.replace("phones", "handsets"));
    assert!(prints(TEXT).iter().filter(|it| other.contains(it)).count() == 1, "{other:?}");
}

#[test]
fn a_baseline_hides_what_was_there() {
    let (_, mut found) = findings(TEXT);
    let known = baseline::Baseline::read(&baseline::write(&found)).expect("what was written");
    let more = format!("{TEXT}policy more {{ when never block }}");
    let (_, mut later) = findings(&more);
    assert_eq!(known.without_known(&mut found), 3);
    assert_eq!(known.without_known(&mut later), 3);
    assert_eq!(names(&later), ["empty-target"]);
    assert!(baseline::Baseline::read("{}").is_err() && baseline::Baseline::read("x").is_err());
}

#[test]
fn annotations_and_junit_are_escaped() {
    let (sources, found) = findings(TEXT);
    let lines = annotations(&found, &sources);
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.contains("::error file=a b%2Cc.latch,line=2,endLine=2,col=22,"), "{lines}");
    let xml = junit(&found, &sources);
    assert!(xml.contains("tests=\"3\" failures=\"3\""), "{xml}");
    assert!(!xml.contains("<title>"), "{xml}");
    let clean = junit(&[], &sources);
    assert!(clean.contains("tests=\"1\" failures=\"0\""), "{clean}");
}

#[test]
fn json_says_all_of_it() {
    let (sources, found) = findings(TEXT);
    let json = json(&found, &sources);
    assert_eq!(json[1]["rule"], "never-applies");
    assert_eq!(json[1]["item"], "policy phones");
    assert_eq!(json[1]["start"]["line"], 2);
}
