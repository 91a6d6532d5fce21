//! The laws of decisions, over random policy sets and random requests.
//!
//! Each is stated for the reference interpreter; that the compiled engine agrees with it is a law of its own.

use std::collections::BTreeMap;

use fastrand::Rng;
use latch::decision::{Blocked, Decision, Demand, DemandKind, Options, Outcome};
use latch::engine::Engine;
use latch::facts::Facts;
use latch::hir::PolicySet;
use latch::interpret::interpret;
use latch::request::{Request, Value};
use latch::schema::attribute::Attribute;
use latch::schema::grant::ProvenBy;
use latch::schema::session::{MaxAge, SessionControls};
use latch::syntax::format;
use latch::value::Slot;

use crate::random::compiled::{compiled, trees};
use crate::random::evidence::{Age, claim, meet, proof};
use crate::random::policies;
use crate::random::requests::{request, settled, value};
use crate::random::{cases, percent, shuffle};

/// How many requests each policy set is asked about.
const REQUESTS: usize = 12;

fn decide(set: &PolicySet, request: &Request) -> Decision {
    interpret(set, request, &Options::default())
}

/// What must stay the same when a decision is said to hold.
fn essence(decision: &Decision) -> (&Outcome, &SessionControls<String>) {
    (&decision.outcome, &decision.session)
}

fn is_open(decision: &Decision) -> bool {
    decision.outcome == Outcome::Open
}

#[test]
fn the_engine_decides_as_the_specification_does() {
    cases("agreement", 400, |rng| {
        let text = policies::text(rng);
        let engine = Engine::from_text([("random", text.as_str())]).expect("valid");
        for _ in 0..3 * REQUESTS {
            let request = request(rng);
            let as_if_enforced = percent(rng, 20);
            let every_time_seconds = if percent(rng, 10) { 60 } else { 300 };
            let options = Options { every_time_seconds, as_if_enforced };
            let expected = interpret(engine.policy_set(), &request, &options);
            let engine = engine.with_options(options);
            let decided = engine.decide(&request);
            let (facts, mut scratch) = (engine.prepare(&request), engine.scratch());
            let verdict = engine.evaluate(&facts, &mut scratch);
            assert_eq!(verdict.outcome, engine.rule(&facts, &mut scratch), "{text}");
            let (session, mut facts) = (engine.principal(&request), Facts::default());
            engine.prepare_for(&session, &request, &mut facts);
            assert_eq!(verdict, engine.evaluate(&facts, &mut scratch), "{text}");
            agree(&expected, &decided, || format!("{text}\n{request:#?}"));
        }
    });
}

#[test]
fn a_large_set_is_decided_as_the_specification_does() {
    const WHO: [&str; 4] = ["red", "blue", "[red, ada]", "gardener"];
    const WHAT: [&str; 4] =
        ["platform is linux", "app in wiki", "not (ip in 198.51.100.0/24)", "risk.user >= medium"];
    const THEN: [&str; 5] = [
        "require mfa",
        "require compliant-device or mfa",
        "sign-in frequency 1 hour",
        "require strength key-a within 1 hour\n  idle 1 hour",
        "block",
    ];
    cases("large", 8, |rng| {
        // Few of these block, so that there is something to combine; names put them on all sides of the random ones.
        let mut text = policies::text(rng);
        for number in 0..rng.usize(500..1_200) {
            let letter = rng.lowercase();
            let one = |rng: &mut Rng, of: &[&str]| of[rng.usize(..of.len())].to_owned();
            let (who, what) = (one(rng, &WHO), one(rng, &WHAT));
            let then = THEN[if number % 300 == 0 { 4 } else { rng.usize(..4) }];
            let condition = format!("user in {who} and {what}");
            text +=
                &format!("policy {letter}-{number}-more {{\n  when {condition}\n  {then}\n}}\n");
        }
        let engine = Engine::from_text([("random", text.as_str())]).expect("valid");
        for _ in 0..REQUESTS {
            let request = request(rng);
            let expected = interpret(engine.policy_set(), &request, &Options::default());
            let decided = engine.decide(&request);
            agree(&expected, &decided, || format!("{text}\n{request:#?}"));
        }
    });
}

/// They say the same, except that the engine may assume more, may see less far ahead, and depends on less.
pub(crate) fn agree(expected: &Decision, decided: &Decision, told: impl Fn() -> String) {
    let lacking = expected.assumed.iter().find(|name| !decided.assumed.contains(name));
    assert_eq!(lacking, None, "{}", told());
    let loose = Decision {
        assumed: expected.assumed.clone(),
        valid_for_ms: expected.valid_for_ms,
        valid_until: expected.valid_until,
        depends_on: expected.depends_on.clone(),
        ..decided.clone()
    };
    assert_eq!(*expected, loose, "{}", told());
}

#[test]
fn order_changes_nothing() {
    cases("order", 150, |rng| {
        let text = policies::text(rng);
        let set = compiled(&[&text]);
        let mut tree = trees(&[&text]).pop().expect("one tree");
        shuffle::file(rng, &mut tree);
        let mut second = tree.clone();
        second.items = tree.items.split_off(rng.usize(..tree.items.len()));
        let shuffled = compiled(&[&format(&tree), &format(&second)]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            assert_eq!(decide(&set, &request), decide(&shuffled, &request), "{text}\n{request:#?}");
        }
    });
}

#[test]
fn formatting_changes_nothing() {
    cases("formatting", 150, |rng| {
        let text = policies::text(rng);
        let formatted = format(&trees(&[&text])[0]);
        let (set, again) = (compiled(&[&text]), compiled(&[&formatted]));
        for _ in 0..REQUESTS {
            let request = request(rng);
            assert_eq!(decide(&set, &request), decide(&again, &request), "{text}\n{request:#?}");
        }
    });
}

/// Nothing, less, or as much: how far a latch is shut.
fn shut(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Open => 0,
        Outcome::StepUp(_) => 1,
        Outcome::Blocked(_) => 2,
    }
}

#[test]
fn adding_a_policy_never_opens() {
    cases("monotone", 300, |rng| {
        let text = policies::text(rng);
        let more = policies::policy(rng, "added");
        let set = compiled(&[&text]);
        let larger = compiled(&[&text, &more]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            let (before, after) = (decide(&set, &request), decide(&larger, &request));
            let told = || format!("{text}\n{more}\n{request:#?}\n{before:#?}\n{after:#?}");
            assert!(shut(&before.outcome) <= shut(&after.outcome), "{}", told());
            never_weakens(rng, &set, &request, &after, &told);
            assert_strictest(&before, &after, &told);
        }
    });
}

/// Whoever meets the larger challenge has met the smaller.
fn never_weakens(
    rng: &mut Rng,
    set: &PolicySet,
    request: &Request,
    after: &Decision,
    told: &dyn Fn() -> String,
) {
    let Outcome::StepUp(challenge) = &after.outcome else { return };
    for alternative in &challenge.alternatives {
        let Some(met) = meet(rng, set, request, alternative, usize::MAX, Age::Fresh) else {
            continue;
        };
        assert!(is_open(&decide(set, &met)), "{alternative:?}\n{}", told());
    }
}

/// Session controls only grow stricter, but for the two words that loosen the product's default.
fn assert_strictest(before: &Decision, after: &Decision, told: &dyn Fn() -> String) {
    if shut(&after.outcome) < 2 {
        let merged = after.session.clone().merge(before.session.clone());
        assert_eq!(merged, after.session, "{}", told());
    }
}

#[test]
fn removing_a_supplied_attribute_never_opens() {
    cases("closed", 60, |rng| {
        let text = policies::text(rng);
        let set = compiled(&[&text]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            let before = decide(&set, &request);
            if is_open(&before) {
                continue;
            }
            for attribute in Attribute::all().filter(|it| !request.get(*it).is_not_supplied()) {
                let less = settled(request.to_builder().slot(attribute, Slot::NotSupplied));
                if !says_less(&less, &request) {
                    continue;
                }
                let after = decide(&set, &less);
                assert!(!is_open(&after), "{attribute:?}\n{text}\n{request:#?}\n{before:#?}");
            }
        }
    });
}

/// Whether a request says nothing that the other one does not. (An attribute that is taken back may follow from another
/// one, and then differently.)
fn says_less(less: &Request, request: &Request) -> bool {
    Attribute::all().all(|it| less.get(it).is_not_supplied() || less.get(it) == request.get(it))
}

#[test]
fn fresh_evidence_keeps_an_open_latch_open() {
    cases("evidence", 300, |rng| {
        let text = policies::text(rng);
        let set = compiled(&[&text]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            if !is_open(&decide(&set, &request)) {
                continue;
            }
            let more = request.to_builder().proof(proof(rng, 0)).claim(claim(rng, Some(0)));
            let more = more.build().expect("evidence contradicts nothing");
            assert!(is_open(&decide(&set, &more)), "{text}\n{request:#?}\n{more:#?}");
        }
    });
}

/// Whoever decides.
type Decide = Box<dyn Fn(&Request) -> Decision>;

/// The two engines, each asked about its own decisions: what holds for the one need not for the other.
fn both(text: &str) -> [(&'static str, Decide); 2] {
    let engine = Engine::from_text([("random", text)]).expect("valid");
    let set = engine.policy_set().clone();
    [
        ("interpreter", Box::new(move |request| decide(&set, request))),
        ("engine", Box::new(move |request| engine.decide(request))),
    ]
}

#[test]
fn a_decision_holds_until_it_says() {
    let mut tightness = BTreeMap::<_, Tightness>::new();
    cases("horizon", 100, |rng| {
        let text = policies::text(rng);
        for (name, decide) in both(&text) {
            for _ in 0..REQUESTS {
                let request = request(rng);
                let decision = decide(&request);
                holds(rng, &decide, &request, &decision, &text);
                tightness.entry(name).or_default().count(&decide, &request, &decision);
            }
        }
    });
    eprintln!("{tightness:?}");
}

fn holds(
    rng: &mut Rng,
    decide: &dyn Fn(&Request) -> Decision,
    request: &Request,
    decision: &Decision,
    text: &str,
) {
    let end = decision.valid_for_ms.map_or(40 * 86_400_000, |end| end.cast_signed());
    let mut moments = vec![end - 1, end / 2];
    moments.extend((0..3).map(|_| rng.i64(0..end)));
    for after in moments.into_iter().filter(|after| *after > 0) {
        let later = decide(&request.later(after));
        assert_eq!(
            essence(decision),
            essence(&later),
            "{after} ms later, of {:?}\n{text}\n{request:#?}",
            decision.valid_for_ms
        );
    }
}

/// How often the end that a decision names is a real one.
#[derive(Debug, Default)]
#[allow(dead_code, reason = "is printed")]
struct Tightness {
    forever: u32,
    exact: u32,
    early: u32,
}

impl Tightness {
    fn count(
        &mut self,
        decide: &dyn Fn(&Request) -> Decision,
        request: &Request,
        decision: &Decision,
    ) {
        let Some(end) = decision.valid_for_ms else {
            self.forever += 1;
            return;
        };
        let then = decide(&request.later(end.cast_signed()));
        if essence(&then) == essence(decision) {
            self.early += 1;
        } else {
            self.exact += 1;
        }
    }
}

#[test]
fn nothing_matters_that_a_decision_does_not_depend_on() {
    let mut sizes = BTreeMap::<_, (usize, usize)>::new();
    cases("dependence", 40, |rng| {
        let text = policies::text(rng);
        for (name, decide) in both(&text) {
            for _ in 0..REQUESTS {
                let request = request(rng);
                let decision = decide(&request);
                let size = sizes.entry(name).or_default();
                *size = (size.0 + decision.depends_on.len(), size.1 + 1);
                independent(rng, &decide, &request, &decision, &text);
            }
        }
    });
    eprintln!("attributes depended on, decisions: {sizes:?}");
}

/// Changes every attribute that the decision does not depend on, one by one.
fn independent(
    rng: &mut Rng,
    decide: &dyn Fn(&Request) -> Decision,
    request: &Request,
    decision: &Decision,
    text: &str,
) {
    let carried = Attribute::all().filter(|it| it.inputs() == [*it]);
    for attribute in carried.filter(|it| !depends(decision, it.name())) {
        let other = changed(rng, request, attribute);
        if touched(request, &other).any(|name| depends(decision, name)) {
            continue;
        }
        let after = decide(&other);
        let told = || format!("{attribute:?}\n{text}\n{request:#?}\n{other:#?}");
        assert_eq!(essence(decision), essence(&after), "{}", told());
    }
}

fn depends(decision: &Decision, name: &str) -> bool {
    decision.depends_on.iter().any(|known| known == name)
}

/// The request with another state of one attribute.
fn changed(rng: &mut Rng, request: &Request, attribute: Attribute) -> Request {
    let slot = match rng.u8(..4) {
        0 => Slot::Absent,
        1 => Slot::NotSupplied,
        _ => Slot::Known(value(rng, attribute)),
    };
    settled(request.to_builder().slot(attribute, slot))
}

/// The attributes that differ.
fn touched<'a>(a: &'a Request, b: &'a Request) -> impl Iterator<Item = &'static str> {
    Attribute::all().filter(|it| a.get(*it) != b.get(*it)).map(Attribute::name)
}

#[test]
fn every_alternative_opens_and_asks_for_nothing_needless() {
    let mut met = 0;
    cases("challenge", 400, |rng| {
        let text = policies::text(rng);
        let set = compiled(&[&text]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            met += opens(rng, &set, &request, &text);
        }
    });
    eprintln!("{met} alternatives were met");
}

fn opens(rng: &mut Rng, set: &PolicySet, request: &Request, text: &str) -> u32 {
    let decision = decide(set, request);
    let challenge = match &decision.outcome {
        Outcome::StepUp(challenge) | Outcome::Blocked(Blocked::Impossible(challenge)) => challenge,
        Outcome::Open | Outcome::Blocked(Blocked::ByPolicy) => return 0,
    };
    let mut count = 0;
    for alternative in &challenge.alternatives {
        let Some(met) = meet(rng, set, request, alternative, usize::MAX, Age::Fresh) else {
            continue;
        };
        count += 1;
        assert!(is_open(&decide(set, &met)), "{alternative:#?}\n{text}\n{request:#?}");
        // Under a frequency a demand may be as fresh as another one's longer `within` asks: no rule compares those.
        let bounded_by_frequency = |demand: &Demand| {
            demand.kind == DemandKind::SignIn
                || demand.max_age != demand.within.map(MaxAge::Seconds)
        };
        // Nor does any rule know what the methods of a demand complete together with an old proof: another demand, or
        // another alternative.
        let completed = alternative.demands.iter().any(is_proven_by_methods)
            && !request.evidence().proofs.is_empty();
        if completed || alternative.demands.iter().any(bounded_by_frequency) {
            continue;
        }
        for without in 0..alternative.demands.len() {
            // Methods that happen to be shared may settle two demands at once; not every choice of them does.
            let mut choices =
                (0..40).filter_map(|_| meet(rng, set, request, alternative, without, Age::Stale));
            let needed = choices.any(|met| !is_open(&decide(set, &met)));
            assert!(needed, "needless: {:?}\n{text}\n{request:#?}", alternative.demands[without]);
        }
    }
    count
}

fn is_proven_by_methods(demand: &Demand) -> bool {
    match demand.kind {
        DemandKind::SignIn => true,
        DemandKind::Grant(grant) => grant.row().proven_by == ProvenBy::Methods,
    }
}

#[test]
fn what_cannot_matter_does_not() {
    let mut certain = 0;
    cases("assumptions", 300, |rng| {
        let text = policies::text(rng);
        let set = compiled(&[&text]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            let decision = decide(&set, &request);
            if decision.assumption_matters {
                assert!(!decision.assumed.is_empty(), "{text}\n{request:#?}");
                continue;
            }
            certain += u32::from(!decision.assumed.is_empty());
            let complete = completed(rng, &request);
            let after = decide(&set, &complete);
            assert_eq!(essence(&decision), essence(&after), "{text}\n{request:#?}\n{complete:#?}");
        }
    });
    eprintln!("{certain} decisions assumed what did not matter");
}

/// The request with some of what nobody supplied filled in.
fn completed(rng: &mut Rng, request: &Request) -> Request {
    let mut complete = request.clone();
    for attribute in Attribute::all().filter(|it| it.inputs() == [*it]) {
        complete = match complete.get(attribute) {
            Slot::NotSupplied if percent(rng, 70) => supplied(rng, &complete, attribute),
            _ => complete,
        };
    }
    complete
}

fn supplied(rng: &mut Rng, request: &Request, attribute: Attribute) -> Request {
    let slot = if percent(rng, 30) { Slot::Absent } else { Slot::Known(value(rng, attribute)) };
    // What contradicts the rest cannot be supplied.
    let built = request.to_builder().slot(attribute, slot).build();
    built.unwrap_or_else(|_| request.clone())
}

#[test]
fn a_list_that_is_known_in_part_is_between_its_completions() {
    cases("partial lists", 200, |rng| {
        let text = policies::text(rng);
        let set = compiled(&[&text]);
        for _ in 0..REQUESTS {
            let request = request(rng);
            let mut less = request.to_builder();
            for attribute in [Attribute::UserGroups, Attribute::UserRoles, Attribute::Context] {
                if let Slot::Known(Value::Ids(ids)) = request.get(attribute) {
                    let mut ids = ids.clone();
                    ids.complete = false;
                    less = less.slot(attribute, Slot::Known(Value::Ids(ids)));
                }
            }
            let (before, after) = (decide(&set, &request), decide(&set, &settled(less)));
            assert!(is_open(&before) || !is_open(&after), "{text}\n{request:#?}");
        }
    });
}
