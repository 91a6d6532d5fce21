//! The policies that come with the project, and cases worked out by hand.

use std::path::Path;

use latch::Engine;
use latch::decision::Options;
use latch::request::json::Lines;
use latch::request::{App, Claim, Ids, Proof, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute as A;
use latch::schema::grant::GrantWord;
use latch::schema::method::Method;
use latch::value::Slot;

use super::Judge;

fn shipped(folder: &str) -> Engine {
    Engine::from_paths([Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)]).expect("they compile")
}

#[test]
fn the_shipped_policies_are_valid_and_decide_alike() {
    for folder in ["policies/baseline", "policies/starter"] {
        let engine = shipped(folder);
        for as_if_enforced in [false, true] {
            let options = Options { as_if_enforced, ..Options::default() };
            let judge = Judge::new(engine.policy_set(), &options);
            let text = include_bytes!("../../policies/baseline/sign-ins.jsonl");
            let mut open = [0; 2];
            for line in Lines::new(text.as_slice()) {
                let request = line.expect("memory").request.expect("a sign-in");
                let request = engine.typed(request).expect("it fits");
                open[usize::from(judge.agrees(engine.policy_set(), &request, &options))] += 1;
            }
            assert!(open[0] > 0 && open[1] > 0, "{folder}: {open:?}");
        }
    }
}

/// What Cedar says of a few policies.
struct World {
    engine: Engine,
    judge: Judge,
}

fn world(policies: &str) -> World {
    let engine = Engine::from_text([("world", policies)]).expect("they compile");
    let judge = Judge::new(engine.policy_set(), &Options::default());
    World { engine, judge }
}

impl World {
    fn opens(&self, request: RequestBuilder) -> bool {
        let request = request.build().expect("it fits");
        self.judge.agrees(self.engine.policy_set(), &request, &Options::default())
    }
}

fn asked(apps: &[&str]) -> RequestBuilder {
    let app = |id: &&str| App {
        id: (*id).to_owned(),
        agent_resource: Slot::NotSupplied,
        attributes: Slot::NotSupplied,
    };
    Request::builder().set(A::App, Value::Apps(apps.iter().map(app).collect()))
}

fn proof(method: Method, minutes: i64) -> Proof {
    let age_ms = minutes * 60_000;
    Proof { method, age_ms, aaguid: None, issuer: None, policies: [].into() }
}

/// One app is in the one set and not in the other; halves that belong to two apps do not add up.
#[test]
fn each_app_is_looked_at_alone() {
    let world = world(
        "app red = \"r\", \"both\"\napp blue = \"b\", \"both\"\n\
         policy p { when app in red and not (app in blue) block }\n",
    );
    for (apps, open) in [
        (&["r"][..], false),
        (&["b"], true),
        (&["both"], true),
        (&["both", "b"], true),
        (&["both", "r"], false),
        (&["other"], true),
    ] {
        assert_eq!(world.opens(asked(apps)), open, "{apps:?}");
    }
    assert!(!world.opens(Request::builder()), "nobody said");
    assert!(world.opens(Request::builder().slot(A::App, Slot::Absent)));
}

/// The frequency of one policy bounds the proofs that another asks for, though they are about two apps.
#[test]
fn policies_meet() {
    let world = world(
        "app red = \"r\"\napp blue = \"b\"\n\
         policy asks { when app in red require strength phishing-resistant }\n\
         policy bounds { when app in blue sign-in frequency 1 hour }\n",
    );
    let old = || proof(Method::Fido2, 120);
    let young = || proof(Method::Password, 5);
    assert!(world.opens(asked(&["r"]).proof(old())));
    assert!(world.opens(asked(&["b"]).proof(young())));
    assert!(!world.opens(asked(&["b"]).proof(old())));
    assert!(!world.opens(asked(&["r", "b"]).proof(old()).proof(young())));
    assert!(world.opens(asked(&["r", "b"]).proof(proof(Method::Fido2, 60))));
}

/// Both kinds of bounds meet in one grant, which neither makes impossible alone.
#[test]
fn bounds_of_both_kinds_meet() {
    let world = world(
        "strength either {\n  password and sms\n  fido2\n}\n\
         policy asks { when always require strength either }\n\
         policy first { when client is browser sign-in frequency 1 hour }\n\
         policy second { when platform is ios sign-in frequency 30 minutes for second factor }\n",
    );
    let request = |client: u8, platform: u8| {
        Request::builder()
            .set(A::Client, Value::Word(client))
            .set(A::Platform, Value::Word(platform))
            .proof(proof(Method::Password, 120))
            .proof(proof(Method::Sms, 10))
            .proof(proof(Method::Fido2, 45))
    };
    assert!(world.opens(request(1, 2)));
    assert!(world.opens(request(0, 2)), "the key is fresh");
    assert!(world.opens(request(1, 1)), "password and message are");
    assert!(!world.opens(request(0, 1)), "neither is");
}

#[test]
fn a_claim_without_a_time_satisfies_no_bound() {
    let world = world(
        "terms rules = \"a\", \"b\"\n\
         policy p { when client is browser require terms rules }\n\
         policy q { when client is other require terms rules within 1 hour or compliant-device }\n",
    );
    let claim = |id: &str, age_ms: Option<i64>| Claim {
        grant: GrantWord::Terms,
        id: Some(id.to_owned()),
        age_ms,
    };
    let request = |client: u8| Request::builder().set(A::Client, Value::Word(client));
    assert!(!world.opens(request(0).claim(claim("a", None))), "both are needed");
    assert!(world.opens(request(0).claim(claim("a", None)).claim(claim("b", None))));
    assert!(!world.opens(request(3).claim(claim("a", None)).claim(claim("b", Some(0)))));
    assert!(world.opens(request(3).claim(claim("a", Some(0))).claim(claim("b", Some(3_600_000)))));
    assert!(!world.opens(request(3).claim(claim("a", Some(0))).claim(claim("b", Some(3_600_001)))));
}

#[test]
fn a_list_known_in_part_leaves_open_what_it_does_not_say() {
    let world = world("group red = \"r\", \"s\"\npolicy p { when user in red block }\n");
    let known = |inside: &[&str], outside: &[&str], complete| {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        Ids { inside: ids(inside), outside: ids(outside), complete }
    };
    let opens = |ids| world.opens(Request::builder().set(A::UserGroups, Value::Ids(ids)));
    assert!(opens(known(&["x"], &[], true)));
    assert!(!opens(known(&["x", "s"], &[], true)));
    assert!(!opens(known(&["x"], &["r"], false)));
    assert!(opens(known(&["x"], &["r", "s"], false)));
}
