//! What follows from what a request says, and which requests contradict themselves.

use crate::request::{Request, RequestError, Value};
use crate::schema::attribute::{Attribute, Kind, TRUSTS};
use crate::value::Slot;

use Attribute as A;

const USER: [A; 5] = [A::UserId, A::UserGroups, A::UserRoles, A::UserType, A::UserTenant];
const SERVICE_PRINCIPAL: [A; 3] =
    [A::ServicePrincipalId, A::ServicePrincipalOwnTenant, A::ServicePrincipalAttribute];
const AGENT: [A; 4] = [A::AgentId, A::AgentKind, A::AgentContext, A::AgentAttribute];
/// The groups of attributes of which a request has one, by the number of the principal.
const PRINCIPALS: [&[A]; 3] = [&USER, &SERVICE_PRINCIPAL, &AGENT];
/// The same for targets.
const TARGETS: [&[A]; 4] = [&[A::App], &[A::Action], &[A::Context], &[A::Traffic]];

/// Fills in what follows. Idempotent.
pub(super) fn settle(request: &mut Request) {
    settle_choice(request, A::Principal, &PRINCIPALS);
    settle_choice(request, A::Target, &TARGETS);
    settle_device(request);
    settle_extensions(request);
}

fn is_known(request: &Request, attribute: A) -> bool {
    matches!(request.get(attribute), Slot::Known(_))
}

fn fill(request: &mut Request, attribute: A, slot: Slot<Value>) {
    let old = &mut request.slots[attribute as usize];
    if old.is_not_supplied() {
        *old = slot;
    }
}

/// A request has one of several groups of attributes: naming one says which, and makes the others absent.
fn settle_choice(request: &mut Request, choice: A, groups: &[&[A]]) {
    let named = groups.iter().position(|group| group.iter().any(|input| is_known(request, *input)));
    if let Some(number) = named.and_then(|number| u8::try_from(number).ok()) {
        fill(request, choice, Slot::Known(Value::Word(number)));
    }
    let Slot::Known(number) = request.word(choice) else { return };
    for (at, group) in groups.iter().enumerate() {
        if at != usize::from(number) {
            group.iter().for_each(|input| fill(request, *input, Slot::Absent));
        }
    }
}

/// `trust` says whether the device is registered and hybrid-joined; an unregistered device has nothing else.
fn settle_device(request: &mut Request) {
    let boolean = |value| Slot::Known(Value::Boolean(value));
    match request.word(A::DeviceTrust) {
        Slot::Known(trust) => {
            fill(request, A::DeviceRegistered, boolean(true));
            let hybrid = TRUSTS.get(usize::from(trust)) == Some(&"hybrid-joined");
            fill(request, A::DeviceHybridJoined, boolean(hybrid));
        }
        Slot::Absent => fill(request, A::DeviceRegistered, boolean(false)),
        Slot::NotSupplied => {}
    }
    let hybrid = TRUSTS.iter().position(|word| *word == "hybrid-joined").unwrap_or_default();
    if request.boolean(A::DeviceHybridJoined) == Slot::Known(true) {
        fill(request, A::DeviceTrust, Slot::Known(Value::Word(u8::try_from(hybrid).unwrap_or(0))));
        fill(request, A::DeviceRegistered, boolean(true));
    }
    if request.boolean(A::DeviceRegistered) == Slot::Known(false) {
        let rest = A::of_device().filter(|attribute| *attribute != A::DeviceRegistered);
        rest.for_each(|attribute| fill(request, attribute, Slot::Absent));
    }
}

/// Extension attributes count only on a device that is managed, compliant or hybrid-joined.
fn settle_extensions(request: &mut Request) {
    let managed = request.get(A::DeviceMdmApp).test(|_| true);
    let compliant = request.boolean(A::DeviceCompliant).test(|value| *value);
    let hybrid = request.boolean(A::DeviceHybridJoined).test(|value| *value);
    let replacement = match managed.or(compliant).or(hybrid) {
        crate::value::Truth::True => return,
        crate::value::Truth::False => Slot::Absent,
        crate::value::Truth::Unknown => Slot::NotSupplied,
    };
    for attribute in A::of_device().filter(|it| it.name().starts_with("device.extension-")) {
        let slot = &mut request.slots[attribute as usize];
        if *slot != Slot::Absent {
            *slot = replacement.clone();
        }
    }
}

/// Refuses values of the wrong kind and statements that exclude each other.
pub(super) fn verify(request: &Request) -> Result<(), RequestError> {
    for attribute in A::all() {
        verify_kind(request, attribute)?;
    }
    verify_choice(request, A::Principal, &PRINCIPALS)?;
    verify_choice(request, A::Target, &TARGETS)?;
    verify_device(request)?;
    verify_evidence(request)
}

fn refuse<T>(attribute: A, message: impl Into<String>) -> Result<T, RequestError> {
    Err(RequestError { attribute: attribute.name().to_owned(), message: message.into() })
}

fn verify_kind(request: &Request, attribute: A) -> Result<(), RequestError> {
    let Slot::Known(value) = request.get(attribute) else { return Ok(()) };
    if attribute.inputs() != [attribute] {
        return refuse(attribute, "follows from other attributes and cannot be supplied");
    }
    if fits(value, attribute.row().kind) {
        Ok(())
    } else {
        refuse(attribute, format!("{value:?} is not a value it can have"))
    }
}

fn fits(value: &Value, kind: Kind) -> bool {
    match (value, kind) {
        (Value::Word(word), Kind::Enumeration(words) | Kind::Ordered(words)) => {
            usize::from(*word) < words.len()
        }
        (Value::Words(set), Kind::EnumerationSet(words)) => {
            set.iter().all(|word| usize::from(*word) < words.len())
        }
        (Value::Apps(apps), Kind::Apps) => !apps.is_empty(),
        (Value::Ids(ids), Kind::Identifiers) => ids.inside.is_disjoint(&ids.outside),
        (Value::Boolean(_), Kind::Boolean) | (Value::Integer(_), Kind::Integer) => true,
        (Value::Text(_), Kind::Identifier | Kind::Text | Kind::Version) => true,
        (Value::Texts(_), Kind::TextSet) | (Value::Custom(_), Kind::Custom) => true,
        (Value::Address(_), Kind::Address) | (Value::Country(_), Kind::Country) => true,
        (Value::Instant(_), Kind::Instant) => true,
        _ => false,
    }
}

fn verify_choice(request: &Request, choice: A, groups: &[&[A]]) -> Result<(), RequestError> {
    let mut known = groups.iter().enumerate().flat_map(|(number, group)| {
        let inputs = group.iter().filter(|input| is_known(request, **input));
        inputs.map(move |input| (number, *input))
    });
    let Slot::Known(chosen) = request.word(choice) else { return Ok(()) };
    match known.find(|(number, _)| *number != usize::from(chosen)) {
        Some((_, other)) => refuse(
            other,
            format!("a request has one {} only, and another is given too", choice.name()),
        ),
        None => Ok(()),
    }
}

fn verify_device(request: &Request) -> Result<(), RequestError> {
    if request.boolean(A::DeviceRegistered) == Slot::Known(false) {
        let value = |attribute: &A| {
            let known = is_known(request, *attribute) && *attribute != A::DeviceRegistered;
            known && request.boolean(*attribute) != Slot::Known(false)
        };
        if let Some(attribute) = A::of_device().find(value) {
            return refuse(attribute, "the device is not registered, so it has no such value");
        }
    }
    let trust = request.word(A::DeviceTrust);
    let trusted_as_hybrid = match trust {
        Slot::Known(trust) => TRUSTS.get(usize::from(trust)) == Some(&"hybrid-joined"),
        Slot::Absent => false,
        Slot::NotSupplied => return Ok(()),
    };
    match request.boolean(A::DeviceHybridJoined) {
        Slot::Known(hybrid) if hybrid != trusted_as_hybrid => {
            refuse(A::DeviceHybridJoined, "contradicts device.trust")
        }
        _ => Ok(()),
    }
}

fn verify_evidence(request: &Request) -> Result<(), RequestError> {
    let proofs = request.evidence.proofs.iter().map(|proof| proof.age_ms);
    let claims = request.evidence.claims.iter().filter_map(|claim| claim.age_ms);
    let future = proofs.chain(claims).find(|age| *age < -super::MAX_SKEW_MS);
    match future {
        Some(_) => Err(RequestError {
            attribute: "evidence".to_owned(),
            message: "something was proven more than five minutes after the request".to_owned(),
        }),
        None => Ok(()),
    }
}
