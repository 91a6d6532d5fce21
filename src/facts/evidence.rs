//! The ages of what was proven, and what this principal can prove at all.

use crate::decision::DemandKind;
use crate::facts::{Ages, ClaimAge, kind_bit};
use crate::program::{self, MethodUse, Program, Requirements, Stretch};
use crate::request::{Claim, Evidence, Proof, Request, Value};
use crate::schema::attribute::{Attribute, CLIENTS, FLOWS, PLATFORMS, PRINCIPALS};
use crate::schema::grant::{GRANTS, GrantWord};
use crate::value::Slot;

impl Ages {
    pub(super) fn intern(&mut self, program: &Program, evidence: &Evidence) {
        let asked = &program.requirements;
        self.uses.clear();
        self.uses.resize(asked.uses.len(), None);
        for proof in &evidence.proofs {
            self.show(&asked.uses, proof);
        }
        let shown = self.uses.iter().take(u64::BITS as usize).enumerate();
        self.shown = shown.fold(0, |mask, (at, age)| mask | u64::from(age.is_some()) << at);
        self.claims.clear();
        self.claims.resize(asked.claims.len(), ClaimAge::default());
        for claim in &evidence.claims {
            self.make(&asked.claims, claim);
        }
        self.first_factor = youngest(evidence, |proof| proof.method.is_first_factor());
    }

    /// Takes down a proof for every use that it shows: those of its method, which stand side by side.
    fn show(&mut self, asked: &[MethodUse], proof: &Proof) {
        let first = asked.partition_point(|one| one.method < proof.method);
        for (one, age) in asked.iter().zip(&mut self.uses).skip(first) {
            if one.method != proof.method {
                break;
            }
            if shows(proof, one) {
                *age = Some(age.map_or(proof.age_ms, |other| other.min(proof.age_ms)));
            }
        }
    }

    /// The age of the youngest of these combinations that was shown, told by its oldest proof.
    pub(crate) fn youngest(&self, asked: &Requirements, combinations: Stretch) -> Option<i64> {
        let age = |combination: &Stretch| {
            let uses_of = combination.of(&asked.combination_uses);
            let mut ages = uses_of.iter().map(|at| self.uses.get(*at as usize).copied().flatten());
            // Nothing at all to show is shown for ever.
            ages.try_fold(i64::MIN, |oldest, age| Some(oldest.max(age?)))
        };
        let all = combinations.of(&asked.combinations).iter();
        match combinations.of(&asked.combination_masks) {
            [] => all.filter_map(age).min(),
            masks => {
                let such = all.zip(masks).filter(|(_, mask)| *mask & !self.shown == 0);
                such.filter_map(|(combination, _)| age(combination)).min()
            }
        }
    }

    /// Takes down a claim for every one that is asked for and that it makes.
    fn make(&mut self, asked: &[program::Claim], claim: &Claim) {
        let such = |one: &program::Claim| {
            one.grant == claim.grant && (one.id.is_none() || one.id == claim.id)
        };
        for (_, made) in asked.iter().zip(&mut self.claims).filter(|(one, _)| such(one)) {
            made.made = true;
            made.age = match (made.age, claim.age_ms) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
}

fn youngest(evidence: &Evidence, such: impl Fn(&Proof) -> bool) -> Option<i64> {
    evidence.proofs.iter().filter(|proof| such(proof)).map(|proof| proof.age_ms).min()
}

/// Whether a proof is of that method and shows what is asked of it.
fn shows(proof: &Proof, asked: &MethodUse) -> bool {
    let one_of = |wanted: &[String], shown: &Option<String>| {
        wanted.is_empty() || shown.as_ref().is_some_and(|it| wanted.binary_search(it).is_ok())
    };
    let policy = |it: &String| asked.policies.binary_search(it).is_ok();
    proof.method == asked.method
        && one_of(&asked.aaguids, &proof.aaguid)
        && one_of(&asked.issuers, &proof.issuer)
        && (asked.policies.is_empty() || proof.policies.iter().any(policy))
}

/// The kinds that ask for the device, and for the app.
const OF_DEVICE: u16 = bit(GrantWord::CompliantDevice) | HYBRID_JOINED;
const OF_APP: u16 = APPROVED_APP | PROTECTED_APP;
const HYBRID_JOINED: u16 = bit(GrantWord::HybridJoinedDevice);
const APPROVED_APP: u16 = bit(GrantWord::ApprovedApp);
const PROTECTED_APP: u16 = bit(GrantWord::ProtectedApp);
const EVERYTHING: u16 = u16::MAX >> (u16::BITS as usize - 1 - GRANTS.len());

const fn bit(word: GrantWord) -> u16 {
    kind_bit(DemandKind::Grant(word))
}

/// The kinds of demands that everything but the principal rules out, by [`kind_bit`]. What is absent or not supplied rules
/// nothing out.
pub(super) fn impossible_by_rest(request: &Request) -> u16 {
    by_client(request) | by_flow(request) | by_platform(request)
}

/// The word that an enumeration has, where it is known.
fn word(request: &Request, attribute: Attribute, words: &[&'static str]) -> Option<&'static str> {
    match request.get(attribute) {
        Slot::Known(Value::Word(word)) => words.get(usize::from(*word)).copied(),
        Slot::Known(_) | Slot::Absent | Slot::NotSupplied => None,
    }
}

/// The kinds of demands that the principal rules out.
pub(super) fn impossible_by_principal(request: &Request) -> u16 {
    match word(request, Attribute::Principal, PRINCIPALS) {
        Some("service-principal") => EVERYTHING,
        Some("agent") => {
            let kind = word(request, Attribute::AgentKind, &["identity", "user"]);
            // An agent with a user account of its own can get a device.
            if kind == Some("identity") { EVERYTHING } else { EVERYTHING & !OF_DEVICE }
        }
        _ => 0,
    }
}

fn by_client(request: &Request) -> u16 {
    match word(request, Attribute::Client, CLIENTS) {
        Some("exchange-active-sync" | "other") => EVERYTHING & !kind_bit(DemandKind::SignIn),
        _ => 0,
    }
}

fn by_flow(request: &Request) -> u16 {
    match word(request, Attribute::Flow, FLOWS) {
        Some("device-code") => OF_DEVICE | OF_APP,
        _ => 0,
    }
}

fn by_platform(request: &Request) -> u16 {
    match request.get(Attribute::Platform) {
        Slot::Known(Value::Word(_)) => {}
        Slot::Known(_) | Slot::Absent | Slot::NotSupplied => return 0,
    }
    match word(request, Attribute::Platform, PLATFORMS) {
        Some("windows") => APPROVED_APP,
        Some("ios" | "android") => HYBRID_JOINED,
        _ => HYBRID_JOINED | OF_APP,
    }
}
