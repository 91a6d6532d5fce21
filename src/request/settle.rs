//! What follows from what a request says, and which requests contradict themselves.
//!
//! What follows ([`settle`]):
//!
//! - naming a user, a service principal or an agent says that it is the principal, and that the attributes of the other
//!   two are absent; so with apps, an action, authentication contexts and traffic;
//! - `device.trust`, `device.hybrid-joined` and `device.compliant` say that the device is registered, an absent trust
//!   that it is not; trust and `hybrid-joined` follow from each other; a device that is not registered has nothing else;
//! - extension attributes of a device that is not managed, compliant or hybrid-joined are absent, and unknown when
//!   nobody knows that;
//! - ids and addresses take their canonical form; an empty list of authentication contexts is absent.
//!
//! It settles in one go: settling again changes nothing.

use crate::request::{Presence, Request, RequestError, Value, moment};
use crate::schema::attribute::{Attribute, Kind, PRINCIPALS, TARGETS};
use crate::value::{Slot, Truth};

use Attribute as A;

const USER: [A; 5] = [A::UserId, A::UserGroups, A::UserRoles, A::UserType, A::UserTenant];
const SERVICE_PRINCIPAL: [A; 3] =
    [A::ServicePrincipalId, A::ServicePrincipalOwnTenant, A::ServicePrincipalAttribute];
const AGENT: [A; 4] = [A::AgentId, A::AgentKind, A::AgentContext, A::AgentAttribute];

/// A choice that a request makes once: the words, and for each the attributes that go with it.
struct Choice {
    attribute: Attribute,
    words: &'static [&'static str],
    groups: &'static [&'static [A]],
}

const PRINCIPAL: Choice = Choice {
    attribute: A::Principal,
    words: PRINCIPALS,
    groups: &[&USER, &SERVICE_PRINCIPAL, &AGENT],
};
const TARGET: Choice = Choice {
    attribute: A::Target,
    words: TARGETS,
    groups: &[&[A::App], &[A::Action], &[A::Context], &[A::Traffic]],
};

/// The number of `hybrid-joined` among the [`TRUSTS`].
const HYBRID_JOINED: u8 = 1;

/// Fills in what follows. Idempotent.
pub(super) fn settle(request: &mut Request) {
    request.slots.iter_mut().for_each(canonical);
    settle_contexts(request);
    settle_choice(request, &PRINCIPAL);
    settle_choice(request, &TARGET);
    settle_device(request);
    settle_extensions(request);
    request.presence = Presence::of(&request.slots);
}

/// Before what is left becomes absent: a device of which anything is known is registered.
pub(super) fn registered_if_known(request: &mut Request) {
    if device_statement(request).is_some() {
        fill(request, A::DeviceRegistered, Slot::Known(Value::Boolean(true)));
    }
}

/// One spelling for each address and each set of ids.
fn canonical(slot: &mut Slot<Value>) {
    match slot {
        Slot::Known(Value::Address(address)) => *address = address.to_canonical(),
        Slot::Known(Value::Ids(ids)) if ids.complete && ids.inside.is_disjoint(&ids.outside) => {
            ids.outside.clear();
        }
        Slot::Known(_) | Slot::Absent | Slot::NotSupplied => {}
    }
}

fn settle_contexts(request: &mut Request) {
    let slot = &mut request.slots[A::Context as usize];
    if matches!(slot, Slot::Known(Value::Ids(ids)) if ids.complete && ids.inside.is_empty()) {
        *slot = Slot::Absent;
    }
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
fn settle_choice(request: &mut Request, choice: &Choice) {
    let known = |group: &&[A]| group.iter().any(|input| is_known(request, *input));
    let named = choice.groups.iter().position(known);
    if let Some(number) = named.and_then(|number| u8::try_from(number).ok()) {
        fill(request, choice.attribute, Slot::Known(Value::Word(number)));
    }
    let chosen = request.word(choice.attribute);
    if chosen.is_not_supplied() {
        return;
    }
    for (at, group) in choice.groups.iter().enumerate() {
        if chosen.known().is_none_or(|number| usize::from(*number) != at) {
            group.iter().for_each(|input| fill(request, *input, Slot::Absent));
        }
    }
}

/// `trust` says whether the device is registered and hybrid-joined; an unregistered device has nothing else.
fn settle_device(request: &mut Request) {
    let boolean = |value| Slot::Known(Value::Boolean(value));
    // To be registered is yes or no: that there is no answer is a no, or taking the answer back would say more.
    if *request.get(A::DeviceRegistered) == Slot::Absent {
        request.slots[A::DeviceRegistered as usize] = boolean(false);
    }
    if request.boolean(A::DeviceHybridJoined) == Slot::Known(true) {
        fill(request, A::DeviceTrust, Slot::Known(Value::Word(HYBRID_JOINED)));
    }
    if request.boolean(A::DeviceCompliant) == Slot::Known(true) {
        fill(request, A::DeviceRegistered, boolean(true));
    }
    match request.word(A::DeviceTrust) {
        Slot::Known(trust) => {
            fill(request, A::DeviceRegistered, boolean(true));
            fill(request, A::DeviceHybridJoined, boolean(trust == HYBRID_JOINED));
        }
        Slot::Absent => fill(request, A::DeviceRegistered, boolean(false)),
        Slot::NotSupplied => {}
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
        Truth::True => return,
        Truth::False => Slot::Absent,
        Truth::Unknown => Slot::NotSupplied,
    };
    for attribute in A::extensions() {
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
    verify_own(request)?;
    verify_choice(request, &PRINCIPAL)?;
    verify_choice(request, &TARGET)?;
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
    match misfit(value, attribute.row().kind) {
        Some(message) => refuse(attribute, message),
        None => Ok(()),
    }
}

/// Why a value cannot be one of an attribute of that kind.
fn misfit(value: &Value, kind: Kind) -> Option<&'static str> {
    match (value, kind) {
        (Value::Word(word), Kind::Enumeration(words) | Kind::Ordered(words)) => {
            (usize::from(*word) >= words.len()).then_some("none of its words has this number")
        }
        (Value::Words(set), Kind::EnumerationSet(words)) => set
            .iter()
            .any(|word| usize::from(*word) >= words.len())
            .then_some("none of its words has this number"),
        (Value::Apps(apps), Kind::Apps) => misfit_apps(apps),
        (Value::Ids(ids), Kind::Identifiers) => (!ids.inside.is_disjoint(&ids.outside))
            .then_some("an id is said to be in it and not in it"),
        (Value::Instant(time), Kind::Instant) => {
            (!moment::time_range().contains(time)).then_some("lies outside the years -9999 to 9999")
        }
        (Value::Custom(attributes), Kind::Custom) => misfit_custom(attributes.keys()),
        (Value::Text(id), Kind::Identifier) => misfit_id(id),
        (Value::Text(_), Kind::Text | Kind::Version) | (Value::Texts(_), Kind::TextSet) => None,
        (Value::Boolean(_), Kind::Boolean) | (Value::Integer(_), Kind::Integer) => None,
        (Value::Address(_), Kind::Address) | (Value::Country(_), Kind::Country) => None,
        _ => Some("a value of this type is none it can have"),
    }
}

fn misfit_apps(apps: &[crate::request::App]) -> Option<&'static str> {
    if apps.is_empty() {
        return Some("a request asks for at least one app, or the list is absent");
    }
    let ids = apps.iter().find_map(|app| misfit_id(&app.id));
    let custom = apps.iter().filter_map(|app| app.attributes.known());
    ids.or_else(|| custom.into_iter().find_map(|it| misfit_custom(it.keys())))
}

fn misfit_id(id: &str) -> Option<&'static str> {
    // As `canonical_id` would have it, without writing it down.
    let canonical = id.trim().len() == id.len() && !id.bytes().any(|it| it.is_ascii_uppercase());
    (!canonical).then_some("ids stand in lower case, without space around them")
}

fn misfit_custom<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<&'static str> {
    names.any(|name| !name.contains('.')).then_some("a custom attribute is named SET.NAME")
}

fn verify_own(request: &Request) -> Result<(), RequestError> {
    let plain = |slot: &Slot<Value>| match slot {
        Slot::Absent | Slot::NotSupplied => true,
        Slot::Known(Value::Boolean(_) | Value::Integer(_) | Value::Text(_)) => true,
        Slot::Known(Value::Texts(_) | Value::Duration(_)) => true,
        Slot::Known(Value::Instant(time)) => moment::time_range().contains(time),
        Slot::Known(_) => false,
    };
    match request.own.iter().find(|(_, slot)| !plain(slot)) {
        Some((name, _)) => Err(RequestError {
            attribute: name.clone(),
            message: "an attribute of your own cannot have such a value".to_owned(),
        }),
        None => Ok(()),
    }
}

fn verify_choice(request: &Request, choice: &Choice) -> Result<(), RequestError> {
    let name = choice.attribute.name();
    let chosen = request.word(choice.attribute);
    let groups = choice.groups.iter().zip(choice.words).enumerate();
    for (number, (group, word)) in groups {
        let Some(other) = group.iter().find(|input| is_known(request, **input)) else { continue };
        let message = match &chosen {
            Slot::Known(chosen) if usize::from(*chosen) == number => continue,
            Slot::Known(chosen) => {
                let chosen = choice.words.get(usize::from(*chosen)).copied().unwrap_or_default();
                format!(
                    "speaks of a {word}, but the {name} is a {chosen}; a request has one {name}"
                )
            }
            Slot::Absent => format!("speaks of a {word}, but the {name} is said to be absent"),
            Slot::NotSupplied => continue,
        };
        return refuse(*other, message.replace("a a", "an a"));
    }
    Ok(())
}

/// Something that is known of the device and that only a registered one has.
fn device_statement(request: &Request) -> Option<A> {
    let says = |attribute: &A| {
        let known = is_known(request, *attribute) && *attribute != A::DeviceRegistered;
        known && request.boolean(*attribute) != Slot::Known(false)
    };
    A::of_device().find(says)
}

/// What is said of the device agrees. Before settling, too, so that the blame falls on what was said and not on
/// what followed from it.
pub(super) fn verify_device(request: &Request) -> Result<(), RequestError> {
    let unregistered = [Slot::Known(false), Slot::Absent];
    if let Some(attribute) = device_statement(request)
        && unregistered.contains(&request.boolean(A::DeviceRegistered))
    {
        return refuse(attribute, "the device is not registered, so it has no such value");
    }
    let trusted_as_hybrid = match request.word(A::DeviceTrust) {
        Slot::Known(trust) => trust == HYBRID_JOINED,
        Slot::Absent => false,
        Slot::NotSupplied => return Ok(()),
    };
    match request.boolean(A::DeviceHybridJoined) {
        Slot::Known(hybrid) if hybrid == trusted_as_hybrid => Ok(()),
        Slot::Absent if !trusted_as_hybrid => Ok(()),
        Slot::NotSupplied => Ok(()),
        Slot::Known(_) | Slot::Absent => {
            refuse(A::DeviceHybridJoined, "contradicts device.trust; one follows from the other")
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::RequestBuilder;
    use crate::request::random::{self, rng};
    use crate::schema::attribute::TRUSTS;

    const YES: Value = Value::Boolean(true);
    const NO: Value = Value::Boolean(false);

    fn known(value: Value) -> Slot<Value> {
        Slot::Known(value)
    }

    #[test]
    fn a_word_is_taken_by_its_spelling_and_no_other() {
        let request = Request::builder().word(Attribute::RiskSignIn, "high").build();
        let known = Slot::Known(Value::Word(3));
        assert_eq!(request.expect("a word of it").get(Attribute::RiskSignIn), &known);
        let wrong = Request::builder().word(Attribute::Client, "Browser").word(Attribute::Ip, "x");
        let error = wrong.build().expect_err("words are lower case").to_string();
        assert!(error.starts_with("client: `Browser` is none of its words: browser, "), "{error}");
        let error = Request::builder().word(Attribute::Ip, "any").build().expect_err("no words");
        assert_eq!(error.to_string(), "ip: `any` is none of its words: it takes no words");
    }

    #[test]
    fn hybrid_joined_has_its_number() {
        assert_eq!(TRUSTS[usize::from(HYBRID_JOINED)], "hybrid-joined");
    }

    #[test]
    fn every_input_of_a_principal_or_a_target_is_in_its_group() {
        for attribute in A::all().filter(|attribute| attribute.inputs() == [*attribute]) {
            let name = attribute.name();
            let groups = PRINCIPAL.groups.iter().zip(PRINCIPALS);
            for (group, word) in groups {
                let belongs = name.starts_with(&format!("{word}."));
                assert_eq!(group.contains(&attribute), belongs, "{name}");
            }
            let target = TARGET.groups.iter().any(|group| group.contains(&attribute));
            assert_eq!(target, TARGETS.contains(&name), "{name}");
        }
    }

    #[test]
    fn settling_twice_is_settling_once() {
        let (mut rng, seed) = rng();
        for _ in 0..2_000 {
            let mut once = random::unsettled(&mut rng);
            settle(&mut once.request);
            let mut twice = once.clone();
            settle(&mut twice.request);
            assert_eq!(once.request, twice.request, "seed {seed}");
        }
    }

    #[test]
    fn a_settled_request_stays_itself_and_can_be_completed() {
        let (mut rng, seed) = rng();
        for _ in 0..2_000 {
            let request = random::request(&mut rng);
            let again = request.to_builder().build().expect("it was settled");
            assert_eq!(request, again, "seed {seed}");
            let rest = request.to_builder().rest_absent();
            let rest = rest.build().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(rest, rest.to_builder().rest_absent().build().expect("it was settled"));
            let carried = A::all().filter(|it| it.inputs() == [*it] && *it != A::Time);
            carried.for_each(|it| {
                assert!(!rest.get(it).is_not_supplied(), "seed {seed}: {}", it.name())
            });
        }
    }

    /// For two statements of one choice: fine in one group, refused in two, and the message names both.
    #[test]
    fn every_pair_of_a_choice_excludes_each_other() {
        let (mut rng, _) = rng();
        for choice in [&PRINCIPAL, &TARGET] {
            let inputs = |number: usize| choice.groups[number].iter().map(move |it| (number, *it));
            let all: Vec<_> = (0..choice.groups.len()).flat_map(inputs).collect();
            for (group, one) in &all {
                for (other_group, other) in &all {
                    let mut set = |builder: RequestBuilder, it: &A| {
                        let value = match it.row().kind {
                            // An empty list of contexts is none at all.
                            Kind::Identifiers => Value::Ids(crate::request::Ids::complete(["c1"])),
                            kind => random::value(&mut rng, kind),
                        };
                        builder.set(*it, value)
                    };
                    let builder = set(Request::builder(), one);
                    let built = set(builder, other).build();
                    assert_eq!(built.is_ok(), group == other_group, "{one:?} {other:?}");
                    if let Err(error) = built {
                        let first = choice.words[*group.min(other_group)];
                        assert!(error.message.contains(first), "{error}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_choice_that_is_absent_leaves_nothing_to_choose() {
        let absent = Request::builder().slot(A::Principal, Slot::Absent);
        let settled = absent.clone().build().expect("it may be absent");
        assert_eq!(settled.get(A::AgentKind), &Slot::Absent);
        let error = absent.set(A::AgentKind, Value::Word(0)).build().expect_err("contradiction");
        assert_eq!(
            error.to_string(),
            "agent.kind: speaks of an agent, but the principal is said to be absent"
        );
    }

    #[test]
    fn trust_and_hybrid_joined_follow_from_each_other() {
        let hybrid = known(Value::Word(HYBRID_JOINED));
        let joined = known(Value::Word(0));
        let not = Slot::NotSupplied;
        let no = || known(NO);
        let yes = || known(YES);
        // trust, hybrid-joined, registered, and whether it can be
        let cases = [
            (hybrid.clone(), not.clone(), not.clone(), true),
            (not.clone(), yes(), not.clone(), true),
            (hybrid.clone(), yes(), yes(), true),
            (hybrid.clone(), no(), not.clone(), false),
            (hybrid.clone(), not.clone(), no(), false),
            (hybrid.clone(), not.clone(), Slot::Absent, false),
            (joined.clone(), yes(), not.clone(), false),
            (joined.clone(), no(), not.clone(), true),
            (joined, not.clone(), not.clone(), true),
            (Slot::Absent, yes(), not.clone(), false),
            (Slot::Absent, not.clone(), not.clone(), true),
            (Slot::Absent, not.clone(), yes(), true),
            (not.clone(), yes(), no(), false),
            (not.clone(), no(), no(), true),
            (not.clone(), no(), not, true),
        ];
        for (trust, joined, registered, possible) in cases {
            let builder = Request::builder()
                .slot(A::DeviceTrust, trust.clone())
                .slot(A::DeviceHybridJoined, joined.clone())
                .slot(A::DeviceRegistered, registered.clone());
            let built = builder.build();
            assert_eq!(built.is_ok(), possible, "{trust:?} {joined:?} {registered:?}");
            let Ok(built) = built else { continue };
            if trust == hybrid || joined == yes() {
                assert_eq!(built.get(A::DeviceTrust), &hybrid);
                assert_eq!(built.get(A::DeviceHybridJoined), &yes());
                assert_eq!(built.get(A::DeviceRegistered), &yes());
            }
        }
    }

    #[test]
    fn a_device_that_is_not_registered_has_nothing_else() {
        let (mut rng, _) = rng();
        let unregistered = Request::builder().set(A::DeviceRegistered, NO);
        let built = unregistered.clone().build().expect("fine");
        for attribute in A::of_device().filter(|it| *it != A::DeviceRegistered) {
            assert_eq!(built.get(attribute), &Slot::Absent);
            let value = match attribute.row().kind {
                Kind::Boolean => YES,
                kind => random::value(&mut rng, kind),
            };
            let error = unregistered.clone().set(attribute, value).build().expect_err("refused");
            assert_eq!(error.attribute, attribute.name());
        }
        let compliant = Request::builder().set(A::DeviceCompliant, YES).build().expect("fine");
        assert_eq!(compliant.get(A::DeviceRegistered), &known(YES));
    }

    #[test]
    fn extensions_count_on_a_managed_device_only() {
        let extension = || known(Value::Text("lab".to_owned()));
        let builder = Request::builder().slot(A::DeviceExtension3, extension());
        let three = |builder: RequestBuilder| {
            builder.build().expect("fine").get(A::DeviceExtension3).clone()
        };
        assert_eq!(three(builder.clone()), Slot::NotSupplied);
        assert_eq!(three(builder.clone().rest_absent()), Slot::Absent);
        assert_eq!(three(builder.clone().set(A::DeviceCompliant, YES)), extension());
        assert_eq!(three(builder.clone().set(A::DeviceHybridJoined, YES)), extension());
        assert_eq!(three(builder.set(A::DeviceCompliant, NO)), Slot::NotSupplied);
    }

    #[test]
    fn values_of_another_kind_are_refused_in_plain_words() {
        let mapped = "::ffff:192.0.2.1".parse().expect("an address");
        let mapped = Request::builder().set(A::Ip, Value::Address(mapped)).build().expect("fine");
        let plain = "192.0.2.1".parse().expect("an address");
        assert_eq!(mapped.get(A::Ip), &known(Value::Address(plain)));
        let cases = [
            (A::Client, Value::Word(99)),
            (A::Client, YES),
            (A::User, YES),
            (A::App, Value::Apps(Vec::new())),
            (A::UserId, Value::Text("ABC".to_owned())),
            (A::Time, Value::Instant(crate::value::Timestamp(i64::MAX))),
            (A::AgentAttribute, Value::Custom([("set".to_owned(), Default::default())].into())),
        ];
        for (attribute, value) in cases {
            let error = Request::builder().set(attribute, value).build().expect_err("refused");
            assert!(!error.message.contains(['(', '{']), "{error}");
        }
        let own = Request::builder().own("mine", known(Value::Word(1))).build();
        assert!(own.is_err_and(|error| error.attribute == "mine"));
    }
}
