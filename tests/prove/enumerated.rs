//! Small worlds in which every request can be listed: a verdict is what listing them says.

use fastrand::Rng;
use latch::analyze::Verdict;
use latch::decision::Options;
use latch::hir::PolicySet;
use latch::interpret::{concerns, meets};
use latch::request::{App, Claim, Ids, Proof, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute as A;
use latch::schema::grant::GrantWord;
use latch::schema::method::Method;
use latch::value::{Country, Slot, Timestamp};

use super::verdicts;
use crate::random::compiled::compiled;
use crate::random::{cases, percent, pick};

/// One way to go on with a request.
pub(super) type Step = Box<dyn Fn(RequestBuilder) -> RequestBuilder>;

/// Something about requests: conditions that speak of it, and every value that they tell apart.
pub(super) struct Axis {
    pub(super) atoms: &'static [&'static str],
    values: fn() -> Vec<Step>,
}

fn step(it: impl Fn(RequestBuilder) -> RequestBuilder + 'static) -> Step {
    Box::new(it)
}

pub(super) const WORLD: &str = "
group red = \"red\"
group blue = \"blue\"
app payroll = \"payroll\"
terms rules = \"rules\"
network office trusted { 192.0.2.0/24 }
network abroad { country KP, unknown }
attribute on-call: boolean
strength typed { password and sms }
strength key { fido2 }
";

/// Who: what is said of groups is only said of users.
pub(super) const PRINCIPAL: Axis = Axis {
    atoms: &["user in anyone", "user in red", "user in [red, blue]", "agent in any-agent"],
    values: principals,
};

fn principals() -> Vec<Step> {
    let groups = [vec![], vec!["red"], vec!["blue"], vec!["red", "blue"]];
    let users = groups.map(|groups| {
        step(move |it| {
            let ids = Value::Ids(Ids::complete(groups.clone()));
            it.word(A::Principal, "user").set(A::UserGroups, ids)
        })
    });
    let agents = ["identity", "user"].map(|kind| step(move |it| it.word(A::AgentKind, kind)));
    let program = step(|it| it.word(A::Principal, "service-principal"));
    users.into_iter().chain(agents).chain([program]).collect()
}

/// Always listed, since feasibility reads them.
pub(super) const CIRCUMSTANCES: [Axis; 2] = [
    Axis {
        atoms: &["client is browser", "client in [exchange-active-sync, other]"],
        values: || {
            let known = ["browser", "mobile-desktop", "other"];
            let known = known.map(|word| step(move |it| it.word(A::Client, word)));
            known.into_iter().chain([step(|it| it)]).collect()
        },
    },
    Axis {
        atoms: &["device.compliant", "not device.registered", "device.hybrid-joined"],
        values: || {
            vec![
                step(|it| it.set(A::DeviceRegistered, Value::Boolean(false))),
                step(|it| it.set(A::DeviceRegistered, Value::Boolean(true))),
                step(|it| it.set(A::DeviceCompliant, Value::Boolean(true))),
                step(|it| it.word(A::DeviceTrust, "hybrid-joined")),
                step(|it| {
                    let it = it.set(A::DeviceCompliant, Value::Boolean(true));
                    it.word(A::DeviceTrust, "hybrid-joined").word(A::Flow, "device-code")
                }),
                step(|it| it.word(A::Flow, "device-code")),
            ]
        },
    },
];

/// Of which each case has two.
pub(super) const AXES: [Axis; 5] = [
    Axis {
        atoms: &["app in payroll", "app in any-app", "action is register-device", "context in c1"],
        values: || {
            let app = |id: &'static str| {
                step(move |it| {
                    let id = id.to_owned();
                    let rest = (Slot::Absent, Slot::Absent);
                    let (agent_resource, attributes) = rest;
                    it.set(A::App, Value::Apps(vec![App { id, agent_resource, attributes }]))
                })
            };
            let action = |word: &'static str| step(move |it| it.word(A::Action, word));
            let context = |id: &'static str| {
                step(move |it| it.set(A::Context, Value::Ids(Ids::complete([id]))))
            };
            let traffic = step(|it| it.word(A::Traffic, "internet"));
            let actions = [action("register-device"), action("register-security-info")];
            let rest = [app("payroll"), app("x"), context("c1"), context("c2"), traffic];
            rest.into_iter().chain(actions).collect()
        },
    },
    Axis {
        atoms: &[
            "location in office",
            "location in abroad",
            "location in trusted",
            "country is KP",
        ],
        values: || {
            let mut all = Vec::new();
            for ip in [None, Some("192.0.2.7"), Some("203.0.113.1")] {
                for country in [None, Some("KP"), Some("DE")] {
                    all.push(step(move |mut it| {
                        if let Some(ip) = ip {
                            it = it.set(A::Ip, Value::Address(ip.parse().expect("an address")));
                        }
                        let Some(code) = country else { return it };
                        it.set(A::Country, Value::Country(Country::parse(code).expect("a code")))
                    }));
                }
            }
            all
        },
    },
    Axis {
        atoms: &["risk.sign-in >= medium", "risk.sign-in in [none, high]", "on-call"],
        values: || {
            let risks = [None, Some("none"), Some("low"), Some("medium"), Some("high")];
            let mut all = Vec::new();
            for risk in risks {
                for on_call in [false, true] {
                    all.push(step(move |mut it| {
                        it = it.own("on-call", Slot::Known(Value::Boolean(on_call)));
                        let Some(word) = risk else { return it };
                        it.word(A::RiskSignIn, word)
                    }));
                }
            }
            all
        },
    },
    Axis {
        atoms: &[
            "device.model starts with \"sur\"",
            "device.model ends with \"pro\"",
            "device.model is \"surface\"",
        ],
        values: || {
            let models = ["surface", "surpro", "xpro", "sur", "x"];
            let known = models.map(|text| {
                step(move |it| {
                    let it = it.set(A::DeviceRegistered, Value::Boolean(true));
                    it.slot(A::DeviceModel, Slot::Known(Value::Text(text.to_owned())))
                })
            });
            known.into_iter().chain([step(|it| it)]).collect()
        },
    },
    Axis {
        atoms: &[
            "time between 08:00 and 18:00 zone \"Europe/Berlin\"",
            "weekday in [saturday, sunday] zone \"Europe/Berlin\"",
            "time between 17:00 and 01:00 zone \"UTC\"",
        ],
        values: || {
            // Every hour of a friday and a saturday, in winter and in summer.
            let fridays = [1_795_737_600_000_i64, 1_783_641_600_000];
            let moments = fridays
                .into_iter()
                .flat_map(|start| (0..48).map(move |hour| Timestamp(start + hour * 3_600_000)));
            let known = moments.map(|at| step(move |it| it.set(A::Time, Value::Instant(at))));
            known.chain([step(|it| it.slot(A::Time, Slot::Absent))]).collect()
        },
    },
];

const GRANTS: &[&str] = &[
    "mfa",
    "strength typed",
    "strength key",
    "compliant-device",
    "terms rules",
    "mfa within 5 minutes",
    "mfa or compliant-device",
    "strength typed and terms rules within 1 hour",
];
const EXPECTATIONS: &[&str] = &[
    "block",
    "not block",
    "open",
    "step-up",
    "step-up or block",
    "open or block",
    "sign-in frequency at most 1 hour",
    "block or sign-in frequency at most 1 hour",
    "require mfa",
    "require strength key",
    "require mfa within 5 minutes",
    "block or require terms rules",
    "not block and require strength typed",
    "open or require compliant-device",
];

fn condition(rng: &mut Rng, axes: &[&Axis]) -> String {
    let atom = |rng: &mut Rng| {
        let axis = axes[rng.usize(..axes.len())];
        let not = if percent(rng, 25) { "not " } else { "" };
        format!("{not}({})", pick(rng, axis.atoms))
    };
    match rng.u8(..4) {
        0 => "always".to_owned(),
        1 => atom(rng),
        2 => format!("{} and {}", atom(rng), atom(rng)),
        _ => format!("{} or {}", atom(rng), atom(rng)),
    }
}

pub(super) fn policy(rng: &mut Rng, at: usize, axes: &[&Axis]) -> String {
    let frequency = "sign-in frequency 1 hour";
    let effect = match rng.u8(..7) {
        0 | 1 => "block".to_owned(),
        2 => frequency.to_owned(),
        3 => format!("require {}\n{frequency}", pick(rng, GRANTS)),
        4 => format!("require mfa\n{frequency} for second factor"),
        _ => format!("require {}", pick(rng, GRANTS)),
    };
    format!("policy p-{at} {{\nwhen {}\n{effect}\n}}\n", condition(rng, axes))
}

/// Every product of one value of each, one after the other.
pub(super) fn product(axes: &[&Axis]) -> impl Iterator<Item = Request> {
    let values: Vec<Vec<Step>> = axes.iter().map(|axis| (axis.values)()).collect();
    let count: usize = values.iter().map(Vec::len).product();
    (0..count).filter_map(move |mut number| {
        let mut builder = Request::builder();
        for steps in &values {
            builder = steps[number % steps.len()](builder);
            number /= steps.len();
        }
        whole(builder)
    })
}

/// The request, unless it contradicts itself; one that asks for nothing asks for an app.
fn whole(mut builder: RequestBuilder) -> Option<Request> {
    let mut targets = [A::App, A::Action, A::Context, A::Traffic].into_iter();
    if targets.all(|it| builder.get(it).is_not_supplied()) {
        let app =
            App { id: "x".to_owned(), agent_resource: Slot::Absent, attributes: Slot::Absent };
        builder = builder.set(A::App, Value::Apps(vec![app]));
    }
    if builder.clone().build().ok()?.own("on-call").is_not_supplied() {
        builder = builder.own("on-call", Slot::Absent);
    }
    builder.rest_absent().build().ok()
}

/// Ages at every bound that a text names, one beyond, and none.
fn ages(text: &str) -> Vec<Option<i64>> {
    let bounds = [("5 minutes", 300_000), ("1 hour", 3_600_000)];
    let named = bounds.iter().filter(|(words, _)| text.contains(words)).map(|(_, age)| Some(*age));
    named.chain([None, Some(3_601_000)]).collect()
}

/// Every evidence that the grants of a text tell apart: at most two proofs, since a third adds nothing to any of them.
pub(super) fn evidence(text: &str) -> Vec<(Vec<Proof>, Vec<Claim>)> {
    let proof =
        |method, age_ms| Proof { method, age_ms, aaguid: None, issuer: None, policies: [].into() };
    let mut all: Vec<(Vec<Proof>, Vec<Claim>)> = vec![Default::default()];
    for method in [Method::Password, Method::Sms, Method::Fido2] {
        let with = all.iter().flat_map(|(proofs, claims)| {
            ages(text).into_iter().map(|age| {
                let mut proofs = proofs.clone();
                proofs.extend(age.map(|age| proof(method, age)));
                (proofs, claims.clone())
            })
        });
        all = with.collect();
    }
    all.retain(|(proofs, _)| proofs.len() <= 2);
    let mut claims = vec![None];
    if text.contains("terms rules\n") || text.contains("terms rules w") {
        claims.push(Some(None));
        claims.extend(ages(text).into_iter().flatten().map(|age| Some(Some(age))));
    }
    let claim = |age_ms| Claim { grant: GrantWord::Terms, id: Some("rules".to_owned()), age_ms };
    let with = all.iter().flat_map(|(proofs, _)| {
        claims.iter().map(|age| (proofs.clone(), age.map(claim).into_iter().collect::<Vec<_>>()))
    });
    with.collect()
}

/// Whether any request breaks the assert.
fn broken(set: &PolicySet, text: &str, axes: &[&Axis]) -> Option<Request> {
    let assert = &set.asserts[0];
    let evidence = evidence(text);
    let options = Options::default();
    for request in product(axes).filter(|request| concerns(set, request, assert)) {
        for (proofs, claims) in &evidence {
            let mut builder = request.to_builder();
            builder = proofs.iter().cloned().fold(builder, RequestBuilder::proof);
            builder = claims.iter().cloned().fold(builder, RequestBuilder::claim);
            let request = builder.build().expect("evidence contradicts nothing");
            if !meets(set, &request, &options, &assert.expectation) {
                return Some(request);
            }
        }
    }
    None
}

#[test]
fn a_verdict_is_what_listing_every_request_says() {
    let mut counts = [0; 3];
    cases("enumeration", 30, |rng| {
        let mut axes: Vec<&Axis> = vec![&PRINCIPAL, &CIRCUMSTANCES[0], &CIRCUMSTANCES[1]];
        axes.push(&AXES[rng.usize(..AXES.len())]);
        let mut text = WORLD.to_owned();
        let policies = rng.usize(1..=4);
        (0..policies).for_each(|at| text += &policy(rng, at, &axes));
        let (when, expect) = (condition(rng, &axes), pick(rng, EXPECTATIONS));
        text += &format!("assert a {{\nwhen {when}\nexpect {expect}\n}}\n");
        let set = compiled(&[&text]);
        let listed = broken(&set, text.trim_start_matches(WORLD), &axes);
        match (verdicts(&set).remove(0), listed) {
            (Verdict::Proved, None) => counts[0] += 1,
            (Verdict::Vacuous, None) => counts[1] += 1,
            (Verdict::Refuted(_), Some(_)) => counts[2] += 1,
            (verdict, listed) => panic!("{text}\n{verdict:#?}\n{listed:#?}"),
        }
    });
    assert!(counts[0] > 0 && counts[2] > 0, "{counts:?}");
}
