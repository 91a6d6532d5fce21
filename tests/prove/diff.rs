//! What a change changes: held against listing every request of both sides, and told by the command.

use std::path::Path;
use std::process::Command;

use latch::analyze::{Change, ChangeKind, Diff, Setting, diff};
use latch::decision::{Blocked, Decision, Options, Outcome};
use latch::hir::PolicySet;
use latch::interpret::interpret;
use latch::request::{Request, RequestBuilder};

use super::enumerated::{AXES, Axis, CIRCUMSTANCES, PRINCIPAL, WORLD, evidence, policy, product};
use crate::random::compiled::compiled;
use crate::random::{cases, percent};

fn compared(old: &str, new: &str) -> Diff {
    let (old, new) = (compiled(&[old]), compiled(&[new]));
    diff(&old, &new, &Options::default(), Setting::default()).expect("comparable")
}

fn told(diff: &Diff) -> Vec<String> {
    let one = |it: &Change| format!("{}: {}: {}", it.kind.word(), it.what, it.region.sentence());
    diff.changes.iter().map(one).collect()
}

fn in_any(diff: &Diff, kinds: &[ChangeKind], request: &Request) -> bool {
    let of_kind = diff.changes.iter().filter(|it| kinds.contains(&it.kind));
    of_kind.into_iter().any(|it| it.region.contains(&diff.set, request))
}

fn blocked(decision: &Decision) -> bool {
    decision.outcome == Outcome::Blocked(Blocked::ByPolicy)
}

/// The kinds of change that a pair of decisions is an instance of, any of which must be told.
fn instance_of(before: &Decision, after: &Decision) -> Vec<&'static [ChangeKind]> {
    use ChangeKind::{Blocks, Loosens, Opens, Strengthens, Tightens, Weakens};
    let mut kinds: Vec<&'static [ChangeKind]> = Vec::new();
    match (blocked(before), blocked(after)) {
        (true, true) => return kinds,
        (true, false) => kinds.push(&[Opens]),
        (false, true) => kinds.push(&[Blocks]),
        (false, false) => {
            let open = [before, after].map(|it| it.outcome == Outcome::Open);
            match open {
                [false, true] => kinds.push(&[Opens, Weakens, Loosens]),
                [true, false] => kinds.push(&[Strengthens, Tightens]),
                _ => {}
            }
            let shut = |it: &Decision| matches!(it.outcome, Outcome::Blocked(_));
            if before.session != after.session && !shut(before) && !shut(after) {
                kinds.push(&[Loosens, Tightens]);
            }
        }
    }
    kinds
}

fn with_evidence(request: &Request, text: &str) -> Vec<Request> {
    let each = evidence(text).into_iter().map(|(proofs, claims)| {
        let mut builder = request.to_builder();
        builder = proofs.into_iter().fold(builder, RequestBuilder::proof);
        builder = claims.into_iter().fold(builder, RequestBuilder::claim);
        builder.build().expect("evidence contradicts nothing")
    });
    each.collect()
}

fn agree(old: &PolicySet, new: &PolicySet, diff: &Diff, axes: &[&Axis], text: &str) {
    let options = Options::default();
    for request in product(axes) {
        for proven in with_evidence(&request, text) {
            let decisions = [old, new].map(|set| interpret(set, &proven, &options));
            let [before, after] = &decisions;
            for kinds in instance_of(before, after) {
                let told = || format!("{text}\n{kinds:?}\n{:#?}\n{proven:#?}", told(diff));
                assert!(in_any(diff, kinds, &request), "{}", told());
            }
            if in_any(diff, &[ChangeKind::Blocks], &request) {
                assert!(blocked(after), "{text}\n{proven:#?}");
            }
        }
    }
}

#[test]
fn changes_are_what_listing_every_request_finds() {
    let (mut equal, mut different) = (0, 0);
    cases("diff", 10, |rng| {
        let mut axes: Vec<&Axis> = vec![&PRINCIPAL, &CIRCUMSTANCES[0]];
        axes.push(&AXES[rng.usize(..AXES.len() - 1)]);
        let mut policies: Vec<String> = (0..3).map(|at| policy(rng, at, &axes)).collect();
        let mut changed = policies.clone();
        match rng.u8(..4) {
            0 => drop(changed.remove(0)),
            1 => changed[1] = policy(rng, 1, &axes),
            2 => changed.push(policies[0].replacen("p-0", "p-9", 1)),
            _ => changed.push(policy(rng, 8, &axes)),
        }
        if percent(rng, 50) {
            std::mem::swap(&mut changed, &mut policies);
        }
        let (old, new) = (policies.concat(), changed.concat());
        let sets = [&old, &new].map(|text| compiled(&[&format!("{WORLD}{text}")]));
        let found = diff(&sets[0], &sets[1], &Options::default(), Setting::default());
        let found = found.expect("comparable");
        assert!(found.undecided.is_empty(), "{old}\n{new}\n{:?}", found.undecided);
        agree(&sets[0], &sets[1], &found, &axes, &format!("{old}\n----\n{new}"));
        equal += usize::from(found.is_equal());
        different += usize::from(!found.is_equal());
    });
    assert!(equal > 0 && different > 0, "{equal} {different}");
}

#[test]
fn what_is_written_otherwise_and_means_the_same_is_equal() {
    let old = "
        policy a { when user in anyone and app in any-app require mfa or compliant-device }
        policy b { when user in anyone and app in any-app require mfa or hybrid-joined-device }";
    let new = "
        policy c { when app in any-app and user in anyone
          require mfa or (compliant-device and hybrid-joined-device) }";
    assert!(compared(old, new).is_equal(), "{:#?}", told(&compared(old, new)));
    let moot = format!(
        "{old} policy d {{ when user in guests and app in any-app require mfa or compliant-device }}"
    );
    assert!(compared(old, &moot).is_equal());
}

#[test]
fn every_kind_of_change_is_told() {
    let set =
        |effect: &str| format!("policy p {{ when user in anyone and app in any-app {effect} }}");
    let found = told(&compared(&set("block"), &set("require mfa")));
    assert_eq!(found[0], "opens: it is no longer blocked: anyone, any app, from anywhere");
    let found = told(&compared(&set("require strength phishing-resistant"), &set("require mfa")));
    assert_eq!(
        found[0],
        "weakens: strength phishing-resistant is no longer required: anyone, any app, from anywhere"
    );
    assert!(found.iter().all(|it| it.starts_with("weakens: strength")), "{found:#?}");
    let hours = |count: u8| set(&format!("require mfa sign-in frequency {count} hours"));
    let found = told(&compared(&hours(4), &hours(8)));
    assert_eq!(
        found[0],
        "loosens: sign-in frequency 4 hours no longer holds: anyone, any app, from anywhere"
    );
    let found = told(&compared(&hours(8), &hours(4)));
    assert_eq!(
        found[0],
        "tightens: sign-in frequency 4 hours holds: anyone, any app, from anywhere"
    );
    let found = told(&compared(&set("require mfa"), &set("block")));
    assert_eq!(found[0], "blocks: it is blocked: anyone, any app, from anywhere");
}

#[test]
fn one_changed_network_is_told_in_two_lines() {
    let set = |countries: &str| {
        format!(
            "network sanctioned {{ country {countries} }} group staff = \"s\"
            policy a {{ when user in anyone and app in any-app and location in sanctioned block }}
            policy b {{ when user in staff and app in any-app require mfa }}"
        )
    };
    let found = compared(&set("KP, IR"), &set("KP, IR, SY, CU"));
    // Apps, and the registration of security information, which counts as one of them.
    assert!((1..=2).contains(&found.changes.len()), "{:#?}", told(&found));
    assert!(found.changes.iter().all(|it| it.kind == ChangeKind::Blocks), "{:#?}", told(&found));
}

#[test]
fn own_attributes_of_two_types_cannot_be_compared() {
    let set = |kind: &str| compiled(&[&format!("attribute floor: {kind}")]);
    let found = diff(&set("integer"), &set("string"), &Options::default(), Setting::default());
    assert!(found.expect_err("two types").to_string().contains("`floor`"));
}

fn run(program: &str, folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_compares_a_revision_with_a_folder() {
    let folder = std::env::temp_dir().join(format!("latch-diff-{}", std::process::id()));
    let policies = folder.join("policies");
    std::fs::create_dir_all(&policies).expect("a folder");
    let write = |text: &str| std::fs::write(policies.join("p.latch"), text).expect("writable");
    write("policy p { when user in anyone and app in any-app require mfa }");
    let git = |arguments: &[&str]| {
        let who =
            ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let (code, _, said) = run("git", &folder, &[&who[..], arguments].concat());
        assert_eq!(code, 0, "{said}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "First"]);
    let latch = |arguments: &[&str]| run(env!("CARGO_BIN_EXE_latch"), &folder, arguments);
    let (code, out, said) = latch(&["diff", "git:HEAD", "policies", "--fail-on", "opens,weakens"]);
    assert_eq!(code, 0, "{out}{said}");
    assert!(out.contains("equal: every possible sign-in is decided as before"), "{out}");
    write(
        "policy p { when user in anyone and app in any-app unless client is browser require mfa }",
    );
    let (code, out, said) = latch(&["diff", "git:HEAD", "policies", "--fail-on", "opens,weakens"]);
    assert_eq!(code, 1, "{out}{said}");
    assert!(out.contains("mfa is no longer required, and nothing else is"), "{out}");
    assert_eq!(latch(&["diff", "git:HEAD", "policies"]).0, 0, "a change is no failure by itself");
    let (_, out, _) = latch(&["diff", "git:HEAD:policies", "policies", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["changes"][0]["kind"], "opens");
    let (code, _, said) = latch(&["diff", "git:nowhere", "policies"]);
    assert!(code == 2 && said.contains("git says"), "{said}");
    let (code, _, said) = latch(&["diff", "git:HEAD:elsewhere", "policies"]);
    assert!(code == 2 && said.contains("elsewhere"), "{said}");
    std::fs::remove_dir_all(&folder).expect("removable");
}
