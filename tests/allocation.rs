//! Evaluation allocates nothing, and neither does preparing a request in buffers that were used before. A binary of its
//! own, since the allocator that counts is the whole process's.
#![allow(unsafe_code, reason = "a global allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use latch::engine::Engine;
use latch::facts::{Facts, Principal};
use latch::request::{App, Claim, Ids, Proof, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute;
use latch::schema::grant::GrantWord;
use latch::schema::method::Method;
use latch::value::{Country, Slot, Timestamp};

/// The system's allocator, counting how often each thread asks it.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that is ending has no counter any more; nobody asks it then.
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
}

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ASKED.with(Cell::get);
    work();
    ASKED.with(Cell::get) - before
}

/// Policies that reach every part of the engine: lists, states, texts, versions, addresses, clocks, several apps, silence,
/// challenges that multiply out, report-only.
const POLICIES: &str = r#"
group staff = "staff"
group guests-of-honour = "honour"
app wiki = "wiki"
app payroll = "payroll"
terms visitors = "visitors"
attribute clearance: integer
attribute on-call: boolean
network office trusted {
  203.0.113.0/24
  2001:db8::/32
  country DE
}
network far { country FR, unknown }
policy a-mfa {
  when user in staff and app in wiki
  unless location in office
  require mfa or compliant-device
  sign-in frequency 4 hours
}
policy b-strong {
  when app in payroll and (device.model starts with "Surface" or device.os-version < "10.0.22631")
  require strength phishing-resistant within 15 minutes or (terms visitors and approved-app)
}
policy c-night {
  when not (time between 08:00 and 18:00 zone "Europe/Berlin") or weekday in [saturday, sunday] zone "Europe/Berlin"
  require password-change and mfa
  persistent browser never
}
policy d-risk {
  when risk.sign-in >= medium or risk.user is high or app.attribute.Data.Class is "secret"
  require strength passwordless or hybrid-joined-device or (protected-app and mfa)
}
policy e-block { when location in far and clearance < 3 and not on-call block }
policy f-reported report-only { when user in anyone block }
policy g-second { when user in anyone sign-in frequency 1 hour for second factor }
"#;

fn engine() -> Engine {
    Engine::from_text([("policies.latch", POLICIES)]).unwrap_or_else(|error| panic!("{error}"))
}

fn app(id: &str) -> App {
    let classes = [("data.class".to_owned(), ["secret".to_owned()].into())];
    App {
        id: id.to_owned(),
        agent_resource: Slot::Known(false),
        attributes: Slot::Known(classes.into()),
    }
}

fn talkative() -> RequestBuilder {
    let proof = |method, age_ms| Proof {
        method,
        age_ms,
        aaguid: None,
        issuer: None,
        policies: Default::default(),
    };
    Request::builder()
        .set(Attribute::UserId, Value::Text("ada".into()))
        .set(Attribute::UserGroups, Value::Ids(Ids::complete(["staff", "others"])))
        .set(Attribute::App, Value::Apps(vec![app("wiki"), app("payroll")]))
        .set(Attribute::Client, Value::Word(0))
        .set(Attribute::Ip, Value::Address("198.51.100.7".parse().expect("an address")))
        .set(Attribute::Country, Value::Country(Country::parse("FR").expect("a country")))
        .set(Attribute::DeviceModel, Value::Text("SURFACE Pro".into()))
        .set(Attribute::DeviceOsVersion, Value::Text("10.0.19045".into()))
        .set(Attribute::RiskSignIn, Value::Word(2))
        .set(Attribute::Time, Value::Instant(Timestamp(1_795_467_600_000)))
        .own("clearance", Slot::Known(Value::Integer(4)))
        .proof(proof(Method::Password, 60_000))
        .proof(proof(Method::Sms, 7_200_000))
        .claim(Claim { grant: GrantWord::ApprovedApp, id: None, age_ms: None })
}

fn requests() -> Vec<Request> {
    let partial = Ids {
        inside: ["honour".to_owned()].into(),
        outside: ["staff".to_owned()].into(),
        complete: false,
    };
    [
        Request::builder(),
        talkative(),
        talkative()
            .slot(Attribute::Client, Slot::NotSupplied)
            .set(Attribute::UserGroups, Value::Ids(partial)),
        talkative().own("clearance", Slot::Known(Value::Integer(1))),
        talkative().own("clearance", Slot::Known(Value::Integer(1))).own("on-call", Slot::Absent),
        talkative().rest_absent(),
    ]
    .into_iter()
    .map(|builder| builder.build().expect("no contradiction"))
    .collect()
}

#[test]
fn evaluation_allocates_nothing() {
    let engine = engine();
    let mut scratch = engine.scratch();
    let prepared: Vec<Facts> = requests().iter().map(|request| engine.prepare(request)).collect();
    let mut rulings = Vec::with_capacity(prepared.len());
    let asked = allocations(|| {
        for facts in &prepared {
            let outcome = engine.evaluate(facts, &mut scratch).outcome;
            assert_eq!(engine.rule(facts, &mut scratch), outcome);
            rulings.push(outcome);
        }
    });
    assert_eq!(asked, 0);
    rulings.sort_by_key(|ruling| *ruling as u8);
    rulings.dedup();
    assert!(rulings.len() > 1, "the requests reach more than one ruling: {rulings:?}");
}

#[test]
fn preparing_again_allocates_nothing() {
    let engine = engine();
    let mut scratch = engine.scratch();
    let mut facts = Facts::default();
    let requests = requests();
    // Buffers grow to what the largest request needs.
    let sessions: Vec<Principal> = requests.iter().map(|one| engine.principal(one)).collect();
    requests.iter().for_each(|request| engine.prepare_into(request, &mut facts));
    let asked = allocations(|| {
        for (request, session) in requests.iter().zip(&sessions) {
            engine.prepare_into(request, &mut facts);
            engine.evaluate(&facts, &mut scratch);
            engine.prepare_for(session, request, &mut facts);
            engine.evaluate(&facts, &mut scratch);
        }
    });
    assert_eq!(asked, 0);
}

#[test]
fn the_counter_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![1_u8; 10]))) > 0);
}
