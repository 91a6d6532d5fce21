//! Random evidence, and evidence that meets a demand.

use std::collections::BTreeSet;

use fastrand::Rng;
use latch::decision::{Alternative, Demand, DemandKind};
use latch::hir::{Combination, MethodUse, PolicySet, Strength};
use latch::request::{Claim, Proof, Request, RequestBuilder};
use latch::schema::grant::{GRANTS, GrantWord};
use latch::schema::method::Method;
use latch::schema::session::MaxAge;

use super::{percent, pick};

/// Ages around the durations that random policies use, in milliseconds.
const AGES: &[i64] =
    &[0, 60_000, 300_000, 900_000, 3_600_000, 5_400_000, 14_400_000, 86_400_000, 1_000_000_000];

const METHODS: &[Method] = &[
    Method::Password,
    Method::Password,
    Method::Sms,
    Method::Sms,
    Method::SoftwareOath,
    Method::Fido2,
    Method::Fido2,
    Method::X509MultiFactor,
    Method::MicrosoftAuthenticatorPush,
    Method::FederatedSingleFactor,
    Method::WindowsHelloForBusiness,
];

/// An age at, just before or just after a bound.
pub(crate) fn age(rng: &mut Rng) -> i64 {
    pick(rng, AGES) + pick(rng, &[0, 0, -1, 1, -20_000])
}

/// A proof of any method.
pub(crate) fn proof(rng: &mut Rng, age_ms: i64) -> Proof {
    let mut id = |ids: &[&str]| percent(rng, 60).then(|| pick(rng, ids).to_owned());
    let aaguid = id(&["key-a", "key-b", "key-c"]);
    let issuer = id(&["issuer-a", "issuer-b"]);
    let policies = id(&["policy-a", "policy-b", "policy-c"]).into_iter().collect();
    Proof { method: pick(rng, METHODS), age_ms, aaguid, issuer, policies }
}

/// A claim of any grant that is no device attribute alone.
pub(crate) fn claim(rng: &mut Rng, age_ms: Option<i64>) -> Claim {
    let grant = GRANTS[rng.usize(1..GRANTS.len())].grant;
    let ids: &[&str] = match grant {
        GrantWord::Terms => &["visitors-a", "visitors-b", "rules-id"],
        GrantWord::CustomControl => &["duo-id"],
        GrantWord::Strength => &["outside-id"],
        _ => return Claim { grant, id: None, age_ms },
    };
    Claim { grant, id: Some(pick(rng, ids).to_owned()), age_ms }
}

/// Some evidence.
pub(crate) fn evidence(rng: &mut Rng, mut builder: RequestBuilder) -> RequestBuilder {
    for _ in 0..pick(rng, &[0, 1, 1, 2, 3, 4]) {
        let age = age(rng);
        builder = builder.proof(proof(rng, age));
    }
    for _ in 0..pick(rng, &[0, 0, 1, 2, 4]) {
        let age = percent(rng, 70).then(|| age(rng));
        builder = builder.claim(claim(rng, age));
    }
    builder
}

/// How old the proofs are that meet a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// Of this moment.
    Fresh,
    /// As old as the demand allows.
    Stale,
}

impl Age {
    fn of(self, demand: &Demand) -> i64 {
        match (self, demand.max_age) {
            (Age::Fresh, _) => 0,
            (Age::Stale, Some(MaxAge::EveryTime)) => 300_000,
            (Age::Stale, Some(MaxAge::Seconds(seconds))) => seconds.cast_signed() * 1_000,
            (Age::Stale, None) => 1_000_000_000_000,
        }
    }
}

/// The request with every demand met but one (`usize::MAX` for none), strengths by any of their combinations; `None` when a
/// demand asks for a device attribute, which is no evidence.
pub(crate) fn meet(
    rng: &mut Rng,
    set: &PolicySet,
    request: &Request,
    alternative: &Alternative,
    without: usize,
    age: Age,
) -> Option<Request> {
    let demands = alternative.demands.iter().enumerate().filter(|(at, _)| *at != without);
    let mut builder = request.to_builder();
    for (_, demand) in demands {
        builder = meet_one(rng, set, builder, demand, age.of(demand))?;
    }
    Some(builder.build().expect("evidence contradicts nothing"))
}

fn meet_one(
    rng: &mut Rng,
    set: &PolicySet,
    builder: RequestBuilder,
    demand: &Demand,
    age_ms: i64,
) -> Option<RequestBuilder> {
    let named = |name: Option<&str>| {
        let found = set.strengths.iter().find(|strength| Some(strength.name.as_str()) == name);
        found.expect("a demand names a strength of its set")
    };
    Some(match demand.kind {
        DemandKind::SignIn => {
            let first = [Method::Password, Method::QrCodePin, Method::WindowsHelloForBusiness];
            builder.proof(proven(&plain(pick(rng, &first)), age_ms))
        }
        DemandKind::Grant(GrantWord::Mfa) => {
            prove(rng, builder, set.strength(set.multi_factor), age_ms)
        }
        DemandKind::Grant(GrantWord::Strength) => {
            prove(rng, builder, named(demand.name.as_deref()), age_ms)
        }
        DemandKind::Grant(GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice) => {
            return None;
        }
        DemandKind::Grant(grant) => {
            let object = demand.name.as_deref();
            let found = set.objects.iter().find(|known| Some(known.name.as_str()) == object);
            let ids: Vec<_> = found
                .map_or(vec![None], |found| found.ids.iter().map(|id| Some(id.clone())).collect());
            let claim = |id| Claim { grant, id, age_ms: Some(age_ms) };
            ids.into_iter().fold(builder, |builder, id| builder.claim(claim(id)))
        }
    })
}

fn prove(
    rng: &mut Rng,
    builder: RequestBuilder,
    strength: &Strength,
    age_ms: i64,
) -> RequestBuilder {
    if let Some(id) = &strength.opaque {
        let grant = GrantWord::Strength;
        return builder.claim(Claim { grant, id: Some(id.clone()), age_ms: Some(age_ms) });
    }
    let combination: &Combination =
        &strength.combinations[rng.usize(..strength.combinations.len())];
    let methods = combination.methods.iter();
    methods.fold(builder, |builder, method| builder.proof(proven(method, age_ms)))
}

fn plain(method: Method) -> MethodUse {
    let none = BTreeSet::new;
    MethodUse { method, aaguids: none(), issuers: none(), policies: none() }
}

/// A proof that shows what is asked for and no more.
fn proven(wanted: &MethodUse, age_ms: i64) -> Proof {
    Proof {
        method: wanted.method,
        age_ms,
        aaguid: wanted.aaguids.first().cloned(),
        issuer: wanted.issuers.first().cloned(),
        policies: wanted.policies.iter().take(1).cloned().collect(),
    }
}
