//! What single policies are worth, and who can be locked out: held against enumeration and against small fixed sets.

use std::process::Command;

use latch::analyze::{Flaw, Lockout, Lockouts, Setting, flaws, lockouts, turned_on};
use latch::decision::{Options, Outcome};
use latch::hir::{PolicyId, PolicySet};
use latch::interpret::interpret;
use latch::request::{Request, RequestBuilder};

use super::enumerated::{AXES, Axis, CIRCUMSTANCES, PRINCIPAL, WORLD, evidence, policy, product};
use crate::random::cases;
use crate::random::compiled::compiled;

fn found(text: &str) -> Vec<Flaw> {
    let flaws = flaws(&compiled(&[text]), &Options::default(), Setting::default());
    assert!(flaws.undecided.is_empty(), "{:?}", flaws.undecided);
    flaws.found
}

/// The set without one policy.
fn without(set: &PolicySet, name: &str) -> PolicySet {
    let mut set = set.clone();
    set.policies.retain(|policy| policy.name != name);
    set
}

fn proven(request: &Request, text: &str) -> Vec<Request> {
    let each = evidence(text).into_iter().map(|(proofs, claims)| {
        let mut builder = request.to_builder();
        builder = proofs.into_iter().fold(builder, RequestBuilder::proof);
        builder = claims.into_iter().fold(builder, RequestBuilder::claim);
        builder.build().expect("evidence contradicts nothing")
    });
    each.collect()
}

#[test]
fn what_is_shadowed_changes_no_decision_and_what_never_applies_never_does() {
    let (mut shadowed, mut dead) = (0, 0);
    cases("flaws", 12, |rng| {
        let mut axes: Vec<&Axis> = vec![&PRINCIPAL, &CIRCUMSTANCES[0]];
        axes.push(&AXES[rng.usize(..AXES.len() - 1)]);
        let text: String = (0..5).map(|at| policy(rng, at, &axes)).collect();
        let set = compiled(&[&format!("{WORLD}{text}")]);
        let options = Options::default();
        for flaw in flaws(&set, &options, Setting::default()).found {
            let (name, never) = match &flaw {
                Flaw::Shadowed { policy, .. } => (policy, false),
                Flaw::NeverApplies { policy } => (policy, true),
                Flaw::Unsatisfiable { .. } | Flaw::Contradiction { .. } => continue,
            };
            let rest = without(&set, name);
            for request in product(&axes) {
                for request in proven(&request, &text) {
                    let (with, less) =
                        (interpret(&set, &request, &options), interpret(&rest, &request, &options));
                    let told = || format!("{text}\n{flaw:?}\n{request:#?}");
                    assert!(!never || !with.applying.contains(name), "{}", told());
                    let open = [&with, &less].map(|it| it.outcome == Outcome::Open);
                    assert_eq!(open[0], open[1], "{}", told());
                    let blocked = |it: &Outcome| matches!(it, Outcome::Blocked(_));
                    assert_eq!(blocked(&with.outcome), blocked(&less.outcome), "{}", told());
                    assert_eq!(with.session, less.session, "{}", told());
                }
            }
            *(if never { &mut dead } else { &mut shadowed }) += 1;
        }
    });
    assert!(shadowed > 0 && dead > 0, "{shadowed} {dead}");
}

#[test]
fn a_union_shadows_and_every_part_of_it_is_named() {
    let flaws = found(
        "policy p-guests { when user in guests require mfa }
        policy p-members { when user in anyone unless user in guests require strength phishing-resistant }
        policy p-browsers { when user in anyone and client is browser require mfa }
        policy p-apart { when user in anyone and client is browser require compliant-device }",
    );
    let by = vec!["p-guests".to_owned(), "p-members".to_owned()];
    assert_eq!(flaws, [Flaw::Shadowed { policy: "p-browsers".to_owned(), by }]);
}

#[test]
fn what_nobody_can_meet_and_what_disagrees_comes_with_a_sign_in() {
    let flaws = found(
        "policy c-old { when user in anyone and client is other require mfa }
        policy a-keep { when user in guests and app in any-app\n persistent browser always }
        policy b-drop { when user in anyone and risk.sign-in is high\n persistent browser never }",
    );
    assert!(matches!(&flaws[0], Flaw::Contradiction { policies, .. } if policies[0] == "a-keep"));
    assert!(matches!(&flaws[1], Flaw::Unsatisfiable { policy, .. } if policy == "c-old"));
    assert_eq!(flaws.len(), 2, "{flaws:#?}");
}

#[test]
fn turning_a_policy_on_is_told_as_a_change() {
    let set = compiled(&["policy p report-only { when user in anyone require mfa }"]);
    let diff = turned_on(&set, PolicyId(0), &Options::default(), Setting::default());
    let diff = diff.expect("comparable");
    assert_eq!(diff.changes[0].what, "mfa is required");
}

fn locked(text: &str) -> Lockouts {
    lockouts(&compiled(&[text]), &Options::default(), Setting::default())
}

const GLASS: &str = "group glass emergency = \"g\"\n";

#[test]
fn emergency_accounts_that_are_kept_out_are_told() {
    let fine = format!("{GLASS}policy p {{ when user in anyone unless user in glass block }}");
    let found = locked(&fine);
    // Everybody else is.
    let menders = |it: &Lockout| matches!(it, Lockout::Menders { .. });
    assert!(!found.found.iter().any(|it| !menders(it)), "{:#?}", found.found);
    let kept_out = format!("{GLASS}policy p {{ when user in guests and risk.user is high block }}");
    let found = locked(&kept_out);
    let [Lockout::Emergency { account, region, decision }] = found.found.as_slice() else {
        panic!("{:#?}", found.found)
    };
    assert_eq!((account.as_str(), decision.by.as_slice()), ("glass", &["p".to_owned()][..]));
    assert_eq!(region.sentence(), "guests in glass, any app, from anywhere, risk.user high");
    let impossible = format!(
        "{GLASS}policy p {{ when user in anyone and platform is linux require hybrid-joined-device }}"
    );
    assert!(matches!(locked(&impossible).found[0], Lockout::Emergency { .. }));
    let possible = format!("{GLASS}policy p {{ when user in anyone require mfa }}");
    assert!(locked(&possible).found.is_empty());
}

#[test]
fn the_policy_that_would_lock_out_is_named() {
    let text = format!(
        "{GLASS}policy fine report-only {{ when user in anyone unless user in glass block }}
        policy trap disabled {{ when user in anyone and device.compliant block }}"
    );
    let found = locked(&text);
    let [Lockout::Next { policy, .. }] = found.found.as_slice() else {
        panic!("{:#?}", found.found)
    };
    assert_eq!(policy, "trap");
}

#[test]
fn administrators_who_cannot_undo_a_mistake_are_told() {
    let text = format!(
        "{GLASS}policy p {{ when user in anyone and app in microsoft-admin-portals unless location in trusted block }}
        network office trusted {{ 192.0.2.0/24 }}"
    );
    assert!(!locked(&text).found.iter().any(|it| matches!(it, Lockout::Menders { .. })));
    let shut = text.replace(" unless location in trusted", "");
    let roles = locked(&shut).found.into_iter();
    let roles = roles.filter(|it| matches!(it, Lockout::Menders { .. })).count();
    assert_eq!(roles, 3);
}

#[test]
fn the_command_says_who_is_locked_out() {
    let folder = std::env::temp_dir().join(format!("latch-lockout-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("p.latch");
    let run = |text: &str| {
        std::fs::write(&file, text).expect("writable");
        let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
        let output = command.arg("lockout").arg(&file).output().expect("runs");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().expect("a code"), out)
    };
    let (code, out) = run(&format!("{GLASS}policy p {{ when user in anyone require mfa }}"));
    assert_eq!(code, 0, "{out}");
    let (code, out) = run(&format!("{GLASS}policy p {{ when user in anyone block }}"));
    assert!(code == 1 && out.contains("the emergency account glass is blocked"), "{out}");
    let (code, out) = run("policy p { when user in anyone require mfa }");
    assert!(code == 3 && out.contains("no emergency account is declared"), "{out}");
    std::fs::remove_dir_all(&folder).expect("removable");
}
