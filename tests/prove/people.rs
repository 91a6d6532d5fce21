//! Answers about the people of a directory, ended early, with fewer policies, and what tests cover.

use std::path::{Path, PathBuf};
use std::process::Command;

use latch::analyze::{
    Assumption, GapKind, Person, Scope, Setting, Snapshot, Verdict, Watch, coverage, diff, gaps,
    minimise, prove,
};
use latch::decision::{Options, Outcome};
use latch::interpret::{interpret, judge};

use super::enumerated::{AXES, Axis, CIRCUMSTANCES, WORLD, policy};
use crate::random::cases;
use crate::random::compiled::compiled;

fn person(id: &str, kind: u8, groups: &[&str]) -> Person {
    let groups = groups.iter().map(|it| (*it).to_owned()).collect();
    Person { id: id.to_owned(), kind, groups, ..Person::default() }
}

fn snapshot() -> Snapshot {
    Snapshot::new([
        person("ann", 0, &["red"]),
        person("ben", 0, &["red", "blue"]),
        person("cleo", 0, &[]),
        person("dora", 2, &["blue"]),
        person("eve", 0, &["red"]),
    ])
}

const POLICIES: &str = "
group red = \"red\"
group blue = \"blue\"
policy two-factors { when user in anyone and app in any-app unless user in blue require mfa }
assert guests-are-asked {
  when user in guests and app in any-app
  expect require mfa
}
assert red-is-asked {
  when user in red and app in any-app
  expect require mfa
}
assert nobody-is-in-green {
  when user in \"green\" and app in any-app
  expect block
}
";

#[test]
fn answers_are_about_the_people_there_are() {
    let text = POLICIES.replace("user in \"green\"", "user in green");
    let set = compiled(&[&text, "group green = \"green\""]);
    let people = snapshot();
    let setting = Setting { directory: Some(&people), ..Setting::default() };
    let found = gaps(&set, &Options::default(), Scope::default(), setting);
    assert_eq!(found.assuming, Assumption::Directory(5));
    assert_eq!(found.found.len(), 1, "{found:#?}");
    let gap = &found.found[0];
    assert_eq!((gap.kind, gap.region.people), (GapKind::Unguarded, Some(2)));
    assert_eq!(gap.region.sentence(), "people in blue (2 people), any app, from anywhere");
    let verdicts = prove(&set, &Options::default(), setting);
    let of = |name: &str| {
        let at = set.asserts.iter().position(|it| it.name == name).expect("an assert");
        &verdicts[at].verdict
    };
    assert!(matches!(of("guests-are-asked"), Verdict::Refuted(_)));
    assert!(
        matches!(of("red-is-asked"), Verdict::Refuted(found) if format!("{found:?}").contains("ben"))
    );
    assert_eq!(*of("nobody-is-in-green"), Verdict::Vacuous);
}

/// Every gap of every real person is in a region, and every region's people are in a gap.
#[test]
fn gaps_of_real_people_are_what_listing_them_finds() {
    let people = snapshot();
    let setting = Setting { directory: Some(&people), ..Setting::default() };
    let mut unguarded = 0;
    cases("gaps of people", 10, |rng| {
        let axes: Vec<&Axis> = vec![&super::enumerated::PRINCIPAL, &CIRCUMSTANCES[0], &AXES[0]];
        let mut text = WORLD.to_owned();
        (0..3).for_each(|at| text += &policy(rng, at, &axes));
        let set = compiled(&[&text]);
        let scope = Scope { everything: true, emergency: true };
        let found = gaps(&set, &Options::default(), scope, setting);
        assert!(found.undecided.is_empty(), "{text}\n{:?}", found.undecided);
        for request in super::enumerated::product(&axes[1..]) {
            for person in people.people() {
                let request = as_person(&request, person);
                let decision = interpret(&set, &request, &Options::default());
                let silent = decision.applying.iter().all(|name| {
                    let mut policies = set.policies.iter();
                    let found = policies.find(|it| it.name == *name).expect("a policy");
                    found.effect == latch::hir::Effect::Nothing
                });
                let told = found.found.iter().any(|gap| {
                    gap.kind == GapKind::Unguarded && gap.region.contains(&set, &request)
                });
                assert_eq!(silent, told, "{text}\n{request:#?}");
                unguarded += usize::from(told);
            }
        }
    });
    assert!(unguarded > 0);
}

fn as_person(request: &latch::request::Request, person: &Person) -> latch::request::Request {
    use latch::request::{Ids, Value};
    use latch::schema::attribute::Attribute as A;
    let builder = request.to_builder().word(A::Principal, "user");
    let builder = builder.set(A::UserId, Value::Text(person.id.clone()));
    let builder = builder.set(A::UserGroups, Value::Ids(Ids::complete(&person.groups)));
    let builder = builder.set(A::UserRoles, Value::Ids(Ids::complete(&person.roles)));
    builder.set(A::UserType, Value::Word(person.kind)).build().expect("somebody who signs in")
}

/// Ends everything at once.
struct Never;

impl Watch for Never {
    fn goes_on(&self) -> bool {
        false
    }
}

#[test]
fn what_is_ended_early_says_so() {
    let set = super::baseline(str::to_owned);
    let setting = Setting { watch: Some(&Never), ..Setting::default() };
    let options = Options::default();
    let verdicts = prove(&set, &options, setting);
    // What was settled before anybody looked is settled; the rest says why it is not.
    let ended =
        |it: &Verdict| matches!(it, Verdict::Undecided(why) if why.contains("ended before"));
    assert!(verdicts.iter().any(|it| ended(&it.verdict)), "{verdicts:#?}");
    assert!(!coverage(&set, &options, setting).undecided.is_empty());
}

#[test]
fn many_free_memberships_are_proved_and_refuted_all_the_same() {
    let names: Vec<String> = (0..60).map(|at| format!("g{at}")).collect();
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        text += &format!("group {name} = \"{name}\"\ngroup x{at} = \"x{at}\"\n");
        text += &format!(
            "policy p{at} {{ when user in {name} and app in any-app unless user in x{at} require mfa }}\n"
        );
    }
    let law = |unless: &str| {
        format!("assert a {{ when user in g7 and app in any-app {unless} expect require mfa }}\n")
    };
    let refuted = super::verdict(&format!("{text}{}", law("")));
    let Verdict::Refuted(found) = refuted else { panic!("{refuted:?}") };
    let lines = latch::analyze::example::lines(&compiled(&[&text]), &found.request).join(" ");
    assert!(lines.contains("g7") && lines.contains("x7"), "{lines}");
    assert!(!lines.contains("x8"), "no membership that it does not take: {lines}");
    let set = compiled(&[&format!("{text}{}", law("and not (user in x7)"))]);
    let verdicts = prove(&set, &Options::default(), Setting::default());
    assert_eq!(verdicts[0].verdict, Verdict::Proved);
}

#[test]
fn a_smaller_set_decides_the_same() {
    let mut fewer = 0;
    cases("smaller sets", 20, |rng| {
        let axes: Vec<&Axis> = vec![&super::enumerated::PRINCIPAL, &CIRCUMSTANCES[0], &AXES[0]];
        let mut text = WORLD.to_owned();
        (0..5).for_each(|at| text += &policy(rng, at, &axes));
        let set = compiled(&[&text]);
        let found = minimise(&set, &Options::default(), Setting::default());
        assert!(found.undecided.is_empty(), "{text}\n{found:#?}");
        let mut smaller = set.clone();
        let gone = |name: &String| found.dropped.iter().any(|it| it.policy == *name);
        smaller.policies.retain(|it| !gone(&it.name));
        let proof = diff(&set, &smaller, &Options::default(), Setting::default());
        assert!(proof.expect("comparable").is_equal(), "{text}\n{found:#?}");
        fewer += found.dropped.len();
    });
    assert!(fewer > 0);
}

#[test]
fn suggested_tests_pass_and_notice() {
    let mut suggested = 0;
    cases("suggested tests", 6, |rng| {
        let axes: Vec<&Axis> = vec![&super::enumerated::PRINCIPAL, &CIRCUMSTANCES[0], &AXES[0]];
        let mut text = WORLD.to_owned();
        (0..3).for_each(|at| text += &policy(rng, at, &axes));
        let set = compiled(&[&text]);
        let options = Options::default();
        let found = coverage(&set, &options, Setting::default());
        assert!(found.undecided.is_empty(), "{text}\n{:?}", found.undecided);
        for it in &found.unnoticed {
            let outcome = |decision: &latch::decision::Decision| {
                (decision.outcome == Outcome::Open, decision.by.clone(), decision.session.clone())
            };
            assert_ne!(outcome(&it.before), outcome(&it.after), "{text}\n{it:#?}");
            let Some(test) = &it.test else { continue };
            let with = compiled(&[&text, test]);
            let test = with.tests.last().expect("the test");
            let decision = interpret(&with, &test.request, &options);
            assert_eq!(judge(&with, &test.expectations[0], &decision), None, "{text}\n{it:#?}");
            suggested += 1;
        }
    });
    assert!(suggested > 5, "{suggested}");
}

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("latch-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("writable");
    }
    folder
}

fn latch(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_latch"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_counts_the_people_of_a_directory() {
    let people = r#"{"id": "red", "members": ["ann", "ben"]}
{"id": "guest", "userType": "Guest", "groups": []}
{"id": "app-1", "appId": "mail"}"#;
    let policies = "group red = \"red\"
policy p { when user in red and app in any-app require mfa }";
    let folder = folder(
        "people",
        &[
            ("p.latch", policies),
            ("people.jsonl", people),
            ("none.jsonl", "{\"id\": \"a\", \"appId\": \"b\"}"),
        ],
    );
    let (code, out, said) = latch(&folder, &["gaps", "p.latch", "--directory", "people.jsonl"]);
    assert_eq!(code, 1, "{out}{said}");
    assert!(out.contains("(1 person)") && out.contains("the 3 people of the directory"), "{out}");
    let (_, out, _) =
        latch(&folder, &["gaps", "p.latch", "--directory", "people.jsonl", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["gaps"][0]["people"], 1);
    let (code, _, said) = latch(&folder, &["gaps", "p.latch", "--directory", "nowhere.json"]);
    assert!(code == 2 && said.contains("nowhere.json"), "{said}");
    let (code, _, said) = latch(&folder, &["prove", "p.latch", "--directory", "none.jsonl"]);
    assert!(code == 2 && said.contains("holds nobody"), "{said}");
    std::fs::remove_dir_all(&folder).expect("removable");
}

#[test]
fn the_command_proposes_fewer_policies_and_more_tests() {
    let policies = "group staff = \"s\"
group partners = \"p\"
policy all { when user in anyone and app in any-app require mfa }
/// It never did anything.
policy some { when user in guests and app in any-app and client is browser require mfa }
policy a { when user in staff and app in any-app require strength phishing-resistant }
policy b { when user in partners and app in any-app require strength phishing-resistant }";
    let folder = folder("minimise", &[("p.latch", policies)]);
    let (code, out, said) = latch(&folder, &["minimise", "p.latch"]);
    assert_eq!(code, 1, "{out}{said}");
    assert!(out.contains("leave out some: what it does is done by all"), "{out}");
    assert!(out.contains("2 policies instead of 4, and every possible sign-in"), "{out}");
    let (code, out, said) = latch(&folder, &["minimise", "p.latch", "-o", "smaller"]);
    assert_eq!(code, 0, "{out}{said}");
    let written = std::fs::read_to_string(folder.join("smaller/p.latch")).expect("written");
    assert!(
        written.contains("user in staff or user in partners") && !written.contains("never did"),
        "{written}"
    );
    assert_eq!(latch(&folder, &["diff", "p.latch", "smaller"]).0, 0);
    assert_eq!(latch(&folder, &["minimise", "smaller"]).0, 0, "nothing more can go");
    let (code, _, said) = latch(&folder, &["minimise", "p.latch", "-o", "smaller"]);
    assert!(code == 2 && said.contains("smaller"), "{said}");
    let (code, out, _) = latch(&folder, &["cover", "smaller"]);
    assert!(code == 1 && out.contains("0 of 2 policies decide in some test"), "{out}");
    let (code, out, said) = latch(&folder, &["test", "smaller", "--suggest"]);
    assert_eq!(code, 0, "{said}");
    std::fs::write(folder.join("smaller/tests.latch"), &out).expect("writable");
    let (code, ran, said) = latch(&folder, &["test", "smaller"]);
    assert_eq!(code, 0, "{out}{ran}{said}");
    let (code, out, _) = latch(&folder, &["cover", "smaller"]);
    assert!(code == 0 && out.contains("2 of 2 policies decide in some test"), "{out}");
    std::fs::remove_dir_all(&folder).expect("removable");
}
