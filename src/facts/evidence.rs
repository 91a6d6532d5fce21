//! The ages of what was proven, and what this principal can prove at all.

use crate::decision::DemandKind;
use crate::facts::{Ages, ClaimAge, is_word, kind_bit};
use crate::program::{Claim, MethodUse, Program};
use crate::request::{Evidence, Proof, Request};
use crate::schema::attribute::{Attribute, CLIENTS, FLOWS, PLATFORMS, PRINCIPALS};
use crate::schema::grant::{GRANTS, GrantWord};
use crate::value::Slot;

impl Ages {
    pub(super) fn intern(&mut self, program: &Program, evidence: &Evidence) {
        let asked = &program.requirements;
        self.uses.clear();
        self.uses.extend(asked.uses.iter().map(|one| youngest(evidence, |it| shows(it, one))));
        let shown = self.uses.iter().take(u64::BITS as usize).enumerate();
        self.shown = shown.fold(0, |mask, (at, age)| mask | u64::from(age.is_some()) << at);
        self.claims.clear();
        self.claims.extend(asked.claims.iter().map(|one| claim_age(evidence, one)));
        self.first_factor = youngest(evidence, |proof| proof.method.is_first_factor());
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

fn claim_age(evidence: &Evidence, asked: &Claim) -> ClaimAge {
    let made = evidence
        .claims
        .iter()
        .filter(|claim| claim.grant == asked.grant && (asked.id.is_none() || claim.id == asked.id));
    made.fold(ClaimAge::default(), |so_far, claim| {
        let age = match (so_far.age, claim.age_ms) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        ClaimAge { made: true, age }
    })
}

/// The kinds of demands that the request rules out. What is absent or not supplied rules nothing out.
pub(super) fn impossible(request: &Request) -> u16 {
    let grants = GRANTS.iter().map(|row| DemandKind::Grant(row.grant));
    let kinds = [DemandKind::SignIn].into_iter().chain(grants);
    let ruled_out = kinds.filter(|kind| {
        by_principal(*kind, request)
            || by_client(*kind, request)
            || by_flow(*kind, request)
            || by_platform(*kind, request)
    });
    ruled_out.fold(0, |all, kind| all | kind_bit(kind))
}

fn says(request: &Request, attribute: Attribute, words: &[&str], wanted: &[&str]) -> bool {
    match request.word(attribute) {
        Slot::Known(word) => wanted.iter().any(|wanted| is_word(word, words, wanted)),
        Slot::Absent | Slot::NotSupplied => false,
    }
}

fn is_of_device(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::Grant(GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice))
}

fn is_of_app(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::Grant(GrantWord::ApprovedApp | GrantWord::ProtectedApp))
}

fn by_principal(kind: DemandKind, request: &Request) -> bool {
    let principal = |wanted| says(request, Attribute::Principal, PRINCIPALS, &[wanted]);
    let itself = || says(request, Attribute::AgentKind, &["identity", "user"], &["identity"]);
    // An agent with a user account of its own can get a device.
    principal("service-principal") || (principal("agent") && (!is_of_device(kind) || itself()))
}

fn by_client(kind: DemandKind, request: &Request) -> bool {
    let legacy = ["exchange-active-sync", "other"];
    kind != DemandKind::SignIn && says(request, Attribute::Client, CLIENTS, &legacy)
}

fn by_flow(kind: DemandKind, request: &Request) -> bool {
    (is_of_device(kind) || is_of_app(kind))
        && says(request, Attribute::Flow, FLOWS, &["device-code"])
}

fn by_platform(kind: DemandKind, request: &Request) -> bool {
    let possible: &[&str] = match kind {
        DemandKind::Grant(GrantWord::HybridJoinedDevice) => &["windows"],
        DemandKind::Grant(GrantWord::ApprovedApp) => &["ios", "android"],
        DemandKind::Grant(GrantWord::ProtectedApp) => &["ios", "android", "windows"],
        DemandKind::Grant(_) | DemandKind::SignIn => return false,
    };
    let known = matches!(request.word(Attribute::Platform), Slot::Known(_));
    known && !says(request, Attribute::Platform, PLATFORMS, possible)
}
