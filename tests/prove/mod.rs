//! Proofs: held against enumeration, against random requests, and against mutations that must be noticed.

mod diff;
mod enumerated;
mod gaps;
mod people;
mod worth;

use fastrand::Rng;
use latch::analyze::{Setting, Verdict, example, prove};
use latch::decision::Options;
use latch::hir::PolicySet;
use latch::interpret::{concerns, interpret, meets};
use latch::request::{App, Ids, Request, Value};
use latch::schema::attribute::Attribute as A;
use latch::value::Slot;

use crate::random::compiled::compiled;
use crate::random::policies::{condition, grant, text};
use crate::random::requests::request;
use crate::random::{cases, percent, pick};

/// The verdicts about the asserts of a set.
fn verdicts(set: &PolicySet) -> Vec<Verdict> {
    let answers = prove(set, &Options::default(), Setting::default());
    answers.into_iter().map(|answer| answer.verdict).collect()
}

fn verdict(text: &str) -> Verdict {
    verdicts(&compiled(&[text])).pop().expect("an assert")
}

/// A random expectation.
fn expectation(rng: &mut Rng) -> String {
    let simple = |rng: &mut Rng| match rng.u8(..6) {
        0 => "block".to_owned(),
        1 => "not block".to_owned(),
        2 => "open".to_owned(),
        3 => "step-up".to_owned(),
        _ => format!("sign-in frequency at most {}", pick(rng, &["5 minutes", "4 hours", "1 day"])),
    };
    let word = pick(rng, &["and", "or"]);
    match rng.u8(..6) {
        0 | 1 => simple(rng),
        2 => format!("{} {word} {}", simple(rng), simple(rng)),
        3 => format!("{} {word} require {}", simple(rng), grant(rng, 0)),
        _ => format!("require {}", grant(rng, 1)),
    }
}

fn assert(rng: &mut Rng, name: &str) -> String {
    let proof = match percent(rng, 20) {
        true => "  proof password 10 minutes ago\n  proof sms 2 hours ago\n",
        false => "",
    };
    let expectation = expectation(rng);
    format!("assert {name} {{\n  when {}\n{proof}  expect {expectation}\n}}\n", condition(rng, 2))
}

/// The request as one that an assert speaks of: nothing is left out, it asks for one thing, and no network is named outright.
fn whole(set: &PolicySet, request: Request) -> Option<Request> {
    let known = |attribute| matches!(request.get(attribute), Slot::Known(_));
    if !known(A::Principal) || !known(A::Target) {
        return None;
    }
    let mut builder = request.to_builder().rest_absent();
    match request.get(A::Target) {
        Slot::Known(Value::Word(0)) => {
            let Slot::Known(Value::Apps(apps)) = request.get(A::App) else { return None };
            builder = builder.set(A::App, Value::Apps(vec![whole_app(&apps[0])]));
        }
        Slot::Known(Value::Word(2)) => {
            let Slot::Known(Value::Ids(ids)) = request.get(A::Context) else { return None };
            builder = builder.set(A::Context, Value::Ids(Ids::complete(ids.inside.first())));
            ids.inside.first()?;
        }
        _ => {}
    }
    if let Slot::Known(Value::Ids(ids)) = request.get(A::LocationNamed) {
        let told = ["elsewhere-id", "link-id", "compliant-network", "edge"];
        let told = ids.inside.iter().filter(|id| told.contains(&id.as_str()));
        builder = builder.set(A::LocationNamed, Value::Ids(Ids::complete(told)));
    }
    if request.get(A::Time).is_not_supplied() {
        builder = builder.slot(A::Time, Slot::Absent);
    }
    for own in set.own_attributes.iter().filter(|own| request.own(&own.name).is_not_supplied()) {
        builder = builder.own(own.name.as_str(), Slot::Absent);
    }
    builder.build().ok()
}

fn whole_app(app: &App) -> App {
    let silent = |unsaid: bool| unsaid;
    let mut app = app.clone();
    if silent(app.agent_resource.is_not_supplied()) {
        app.agent_resource = Slot::Absent;
    }
    if silent(app.attributes.is_not_supplied()) {
        app.attributes = Slot::Absent;
    }
    app
}

#[test]
fn what_is_proved_survives_random_requests_and_what_is_refuted_is_a_test() {
    let (mut proved, mut refuted, mut undecided) = (0, 0, 0);
    cases("proofs of random sets", 60, |rng| {
        let mut text = text(rng);
        (0..3).for_each(|at| text += &assert(rng, &format!("a-{at}")));
        let set = compiled(&[&text]);
        let verdicts = verdicts(&set);
        for (assert, verdict) in set.asserts.iter().zip(&verdicts) {
            match verdict {
                Verdict::Proved | Verdict::Vacuous => proved += 1,
                Verdict::Undecided(_) => undecided += 1,
                Verdict::Refuted(found) => {
                    refuted += 1;
                    assert!(concerns(&set, &found.request, assert));
                    as_a_test(&text, &set, &found.request);
                }
            }
        }
        for _ in 0..150 {
            let Some(request) = whole(&set, request(rng)) else { continue };
            for (assert, verdict) in set.asserts.iter().zip(&verdicts) {
                survives(&set, assert, verdict, &request, &text);
            }
        }
    });
    assert!(proved > 5 && refuted > 5, "{proved} proved, {refuted} refuted, {undecided} undecided");
    assert!(undecided * 5 < proved + refuted, "{undecided} undecided of {proved} and {refuted}");
}

fn survives(
    set: &PolicySet,
    assert: &latch::hir::Assert,
    verdict: &Verdict,
    request: &Request,
    text: &str,
) {
    let options = Options::default();
    let told = || format!("{text}\n{}\n{verdict:?}\n{request:#?}", assert.name);
    match verdict {
        Verdict::Refuted(_) | Verdict::Undecided(_) => {}
        Verdict::Vacuous => {
            assert!(!assert.proofs.is_empty() || !concerns(set, request, assert), "{}", told());
        }
        Verdict::Proved => {
            let concerned = assert.proofs.is_empty() && concerns(set, request, assert);
            let fine = !concerned || meets(set, request, &options, &assert.expectation);
            assert!(fine, "{}", told());
        }
    }
}

/// What is printed can be put beside the policies, and is decided as it was.
fn as_a_test(text: &str, set: &PolicySet, request: &Request) {
    let lines = example::lines(set, request);
    let partial =
        |line: &String| ["terms \"", "custom-control \""].iter().any(|it| line.starts_with(it));
    if lines.iter().any(partial) {
        return;
    }
    let test = format!("test \"it\" {{\n{}\nexpect open\n}}\n", lines.join("\n"));
    let again = compiled(&[text, &test]);
    let read = &again.tests.last().expect("the test").request;
    let options = Options::default();
    let decision = interpret(set, request, &options);
    let read = interpret(&again, read, &options);
    assert_eq!(decision.outcome, read.outcome, "{text}\n{test}\n{request:#?}");
    assert_eq!(decision.applying, read.applying, "{text}\n{test}\n{request:#?}");
}

const BASELINE: &str = "policies/baseline";

fn baseline(change: impl Fn(&str) -> String) -> PolicySet {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(BASELINE);
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the baseline") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|it| it == "latch") {
            texts.push(change(&std::fs::read_to_string(path).expect("readable")));
        }
    }
    texts.sort();
    compiled(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn every_law_of_the_baseline_is_proved() {
    let set = baseline(str::to_owned);
    let verdicts = verdicts(&set);
    assert_eq!(verdicts.len(), 10);
    assert!(verdicts.iter().all(|it| *it == Verdict::Proved), "{verdicts:#?}");
}

/// Which laws of the baseline are refuted after a change that must happen.
fn broken_by(from: &str, to: &str) -> Vec<String> {
    let happened = std::cell::Cell::new(false);
    let set = baseline(|text| {
        happened.set(happened.get() || text.contains(from));
        text.replacen(from, to, 1)
    });
    assert!(happened.get(), "nothing says `{from}`");
    let refuted = set.asserts.iter().zip(verdicts(&set));
    let refuted = refuted.filter(|(_, verdict)| matches!(verdict, Verdict::Refuted(_)));
    refuted.map(|(assert, _)| assert.name.clone()).collect()
}

#[test]
fn mutations_of_the_baseline_break_the_laws_that_speak_of_them() {
    let exclusion = "  unless location in trusted or user in [break-glass, travellers]\n";
    let kept = "  unless location in trusted or user in travellers\n";
    assert_eq!(broken_by(exclusion, kept), ["break-glass-always-gets-in"]);
    let hours = "  require strength phishing-resistant\n  sign-in frequency 4 hours\n";
    let none = "  require strength phishing-resistant\n";
    assert_eq!(broken_by(hours, none), ["administrators-sign-in-again"]);
    let weaker = "  require mfa\n  sign-in frequency 4 hours\n";
    assert_eq!(broken_by(hours, weaker), ["administrators-show-a-key"]);
    let stale = "require compliant-device and mfa within 15 minutes";
    assert_eq!(
        broken_by(stale, "require compliant-device and mfa within 16 minutes"),
        ["payroll-wants-a-fresh-proof"]
    );
}

#[test]
fn a_budget_that_ends_first_is_told() {
    let set = baseline(str::to_owned);
    let answers = prove(&set, &Options::default(), Setting { nodes: 1_000, ..Setting::default() });
    let mut undecided = 0;
    for answer in answers {
        match answer.verdict {
            Verdict::Undecided(why) => {
                assert!(why.contains("1000 nodes"), "{why}");
                undecided += 1;
            }
            Verdict::Proved => {}
            verdict => panic!("{verdict:?}"),
        }
    }
    assert!(undecided > 5, "{undecided}");
}

#[test]
fn a_law_about_nobody_is_vacuous() {
    let text = "policy p { when always block }
        assert a { when user in anyone and agent in any-agent expect open }";
    assert_eq!(verdict(text), Verdict::Vacuous);
}

#[test]
fn archetypes_say_who_there_is() {
    let set = |archetype: &str| {
        format!(
            "group staff = \"s\"\ngroup excluded = \"e\"\n{archetype}
            policy p {{ when user in staff unless user in excluded block }}
            assert a {{ when user in staff expect block }}"
        )
    };
    assert!(matches!(verdict(&set("")), Verdict::Refuted(_)));
    let known = "archetype employee { always in staff never in excluded }";
    assert_eq!(verdict(&set(known)), Verdict::Proved);
    let perhaps = "archetype employee { always in staff may be in excluded }";
    assert!(matches!(verdict(&set(perhaps)), Verdict::Refuted(_)));
}

#[test]
fn what_is_not_known_exactly_is_undecided_and_never_passed() {
    let set = |expected: &str| {
        format!(
            "policy p {{
                when device.os-version < \"10.0\" and device.os-version starts with \"9\"
                block
            }}
            assert a {{ when user in anyone and device.os-version < \"10.0\" expect {expected} }}"
        )
    };
    let Verdict::Undecided(why) = verdict(&set("open")) else { panic!("it is not known") };
    assert!(why.contains("device.os-version"), "{why}");
    assert_eq!(verdict(&set("open or block")), Verdict::Proved, "whatever the versions are");
}

#[test]
fn evidence_that_an_assert_fixes_is_all_there_is() {
    let set = |proof: &str| {
        format!(
            "policy p {{ when user in anyone require mfa sign-in frequency 1 hour }}
            assert a {{ when user in anyone and client is browser\n {proof}\n expect open }}"
        )
    };
    let password = "proof password 30 minutes ago";
    assert!(matches!(verdict(&set(password)), Verdict::Refuted(_)));
    let both = "proof password 30 minutes ago\n proof voice 59 minutes ago";
    assert_eq!(verdict(&set(both)), Verdict::Proved);
    let old = "proof password 30 minutes ago\n proof voice 61 minutes ago";
    assert!(matches!(verdict(&set(old)), Verdict::Refuted(_)));
}
