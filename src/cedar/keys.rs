//! The vocabulary of one export: every attribute of the Cedar context, what it carries, and of which type it is.
//!
//! Most keys follow from the table of attributes alone. Some exist because a policy asks for them: a clock in a zone, a
//! custom security attribute, the age of a proof with restrictions, a claim of certain terms.

use std::collections::{BTreeMap, BTreeSet};

use crate::cedar::quote;
use crate::hir::{Condition, Effect, MethodUse, Policy, PolicySet, Predicate, Requirement, Zone};
use crate::schema::attribute::{ATTRIBUTES, Attribute, AttributeId, Kind, Row, Source};
use crate::schema::grant::GrantWord;
use crate::value::fold_case;

/// For how many apps at once a policy may look at more than their ids. A sign-in asks for one resource, or for few; each
/// more makes such policies longer.
pub const MAX_APPS: usize = 4;

/// The attributes of a Cedar context.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    /// In the order of the schema.
    pub all: Vec<Key>,
    /// Names of the ages of proofs.
    proofs: BTreeMap<MethodUse, String>,
}

/// One attribute of the context.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// What it carries.
    pub carries: Carries,
    /// What it says, for the schema.
    pub doc: String,
}

/// Types of Cedar.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words of Cedar")]
pub(super) enum Type {
    Boolean,
    Long,
    String,
    Strings,
    Address,
    Record(Vec<Field>),
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// Whether it is always there.
    pub required: bool,
}

/// What a key carries of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Carries {
    /// The names of what is known not to exist.
    Absent,
    /// An attribute's value.
    Value(AttributeId, Kind),
    /// The numbers of a version.
    Numbers(AttributeId),
    /// What clocks show in a zone.
    Clock(AttributeId, Zone),
    /// The app of that number, from one on.
    App(usize),
    /// How long ago the youngest such proof was given.
    Proof(MethodUse),
    /// How long ago the youngest first factor was proven.
    FirstFactor,
    /// How long ago the youngest such claim was made.
    Claim(GrantWord, Option<String>),
}

/// `context.name`, or with brackets where the name is no identifier.
pub(super) fn access(base: &str, name: &str) -> String {
    if is_identifier(name) {
        format!("{base}.{name}")
    } else {
        format!("{base}[{}]", quote::text(name))
    }
}

/// `context has name`
pub(super) fn has(base: &str, name: &str) -> String {
    format!("{base} has {}", label(name))
}

/// A name where Cedar defines or asks for an attribute.
pub(super) fn label(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { quote::text(name) }
}

/// Names of this room are lower case with underscores; none of them is a word of Cedar (a test holds it).
fn is_identifier(name: &str) -> bool {
    name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_' || it.is_ascii_digit())
}

/// The key of an attribute.
pub(super) fn attribute_key(set: &PolicySet, attribute: AttributeId) -> String {
    match attribute {
        // `context.context` would be read twice.
        AttributeId::BuiltIn(Attribute::Context) => "contexts".to_owned(),
        AttributeId::BuiltIn(attribute) => attribute.name().replace(['.', '-'], "_"),
        AttributeId::Own(_) => format!("own {}", set.attribute_name(attribute)),
    }
}

/// The key of a version's numbers.
pub(super) fn numbers_key(set: &PolicySet, attribute: AttributeId) -> String {
    format!("{}_numbers", attribute_key(set, attribute))
}

/// The key of a clock: `time in Europe/Berlin`.
pub(super) fn clock_key(set: &PolicySet, attribute: AttributeId, zone: &Zone) -> String {
    format!("{} in {}", attribute_key(set, attribute), zone.0)
}

/// The key of an app by its number, from one on.
pub(super) fn app_key(number: usize) -> String {
    format!("app_{number}")
}

/// The key of the youngest first factor.
pub(super) const FIRST_FACTOR: &str = "proof_of_a_first_factor";

/// The key of a claim: of a grant; of one of the ids of its object, counted from one.
pub(super) fn claim_key(grant: GrantWord, object: Option<(&str, usize)>) -> String {
    match object {
        None => format!("claim_{}", grant.row().name.replace('-', "_")),
        Some((name, 1)) => format!("claim of {} {name}", grant.row().name),
        Some((name, number)) => format!("claim of {} {name}, {number}", grant.row().name),
    }
}

impl Keys {
    /// Everything that these policies of the set can ask for.
    pub(super) fn of(set: &PolicySet, policies: &[&Policy]) -> Keys {
        let proofs = proof_names(set, policies);
        let mut keys = Keys { all: Vec::new(), proofs };
        keys.add("absent", Type::Strings, Carries::Absent, "The attributes that are known not to exist, by their names here. What is neither given nor listed counts as unknown: every policy that could be about it applies.");
        let asked = Asked::of(policies);
        for row in ATTRIBUTES.iter().filter(|row| matches!(row.source, Source::Request(_))) {
            keys.built_in(set, row, &asked);
        }
        for (number, own) in (0..).zip(&set.own_attributes) {
            let doc = own.remarks.docs.lines().next().unwrap_or("Declared by the policies.");
            keys.attribute(set, AttributeId::Own(number), own.kind.kind(), doc, &asked);
        }
        keys.evidence(set, policies);
        keys
    }

    fn add(
        &mut self,
        name: impl Into<String>,
        kind: Type,
        carries: Carries,
        doc: impl Into<String>,
    ) {
        self.all.push(Key { name: name.into(), kind, carries, doc: doc.into() });
    }

    fn built_in(&mut self, set: &PolicySet, row: &Row, asked: &Asked<'_>) {
        let id = AttributeId::BuiltIn(row.attribute);
        self.attribute(set, id, row.kind, row.doc, asked);
        if row.attribute == Attribute::App && asked.looks_into_apps {
            for number in 1..=MAX_APPS {
                let doc = "One of the apps, with more than its id. All apps have their place here, from the first on.";
                self.add(app_key(number), app_type(asked), Carries::App(number), doc);
            }
        }
    }

    fn attribute(
        &mut self,
        set: &PolicySet,
        id: AttributeId,
        kind: Kind,
        doc: &str,
        asked: &Asked<'_>,
    ) {
        let name = attribute_key(set, id);
        let value = Carries::Value(id, kind);
        match kind {
            Kind::Instant => self.clocks(set, id, doc, asked),
            Kind::Custom => {
                let custom = asked.custom.get(&id).map(record_of_texts);
                if let Some(custom) = custom {
                    let doc = format!(
                        "{doc} The texts of each are joined, a line break before, between and behind them; all in lower case."
                    );
                    self.add(name, custom, value, doc);
                }
            }
            Kind::Version => {
                self.add(name, Type::String, value, format!("{doc} In lower case."));
                let numbers = (1..=crate::value::Version::MAX_PARTS)
                    .map(|at| required(format!("n{at}"), Type::Long));
                let doc = "The same as numbers, zero where there are fewer; missing when it is no version.";
                self.add(
                    numbers_key(set, id),
                    Type::Record(numbers.collect()),
                    Carries::Numbers(id),
                    doc,
                );
            }
            Kind::Text | Kind::TextSet => {
                self.add(name, plain_type(kind), value, format!("{doc} In lower case."));
            }
            Kind::Duration => self.add(name, Type::Long, value, format!("{doc} In seconds.")),
            Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => {
                let doc = format!("{doc} One of: {}.", words.join(", "));
                self.add(name, plain_type(kind), value, doc);
            }
            _ => self.add(name, plain_type(kind), value, doc),
        }
    }

    fn clocks(&mut self, set: &PolicySet, id: AttributeId, doc: &str, asked: &Asked<'_>) {
        for zone in asked.zones.get(&id).into_iter().flatten() {
            let fields = [("date", Type::Long), ("time", Type::Long), ("weekday", Type::String)];
            let fields = fields.map(|(name, kind)| required(name, kind));
            let doc = format!(
                "{doc} As clocks in {} show it: the date as 20261123, the time as 80240 for 08:02:40.",
                zone.0
            );
            let name = clock_key(set, id, zone);
            self.add(name, Type::Record(fields.into()), Carries::Clock(id, (*zone).clone()), doc);
        }
    }

    fn evidence(&mut self, set: &PolicySet, policies: &[&Policy]) {
        self.add(
            FIRST_FACTOR,
            Type::Long,
            Carries::FirstFactor,
            "How many milliseconds ago the youngest first factor was proven.",
        );
        for (method, name) in self.proofs.clone() {
            let doc = proof_doc(&method);
            self.add(name, Type::Long, Carries::Proof(method), doc);
        }
        let mut seen = BTreeSet::new();
        for requirement in policies.iter().flat_map(|policy| requirements(policy)) {
            for (name, grant, id) in claims(set, requirement) {
                if seen.insert(name.clone()) {
                    let doc = format!(
                        "How many milliseconds ago the youngest claim of {} was made{}; 9223372036854775807 when nobody said when.",
                        grant.row().name,
                        id.as_ref()
                            .map_or(String::new(), |id| format!(" for \"{}\"", quote::clean(id)))
                    );
                    self.add(name, Type::Long, Carries::Claim(grant, id), doc);
                }
            }
        }
    }

    /// The key of a proof's age.
    pub(super) fn proof(&self, method: &MethodUse) -> &str {
        self.proofs.get(method).map_or("", String::as_str)
    }
}

fn proof_doc(method: &MethodUse) -> String {
    let list = |word: &str, ids: &BTreeSet<String>| {
        let ids: Vec<_> = ids.iter().map(|id| quote::text(id)).collect();
        if ids.is_empty() { String::new() } else { format!(", {word} {}", ids.join(" or ")) }
    };
    format!(
        "How many milliseconds ago the youngest proof of {} was given{}{}{}.",
        method.method.name(),
        list("with aaguid", &method.aaguids),
        list("with issuer", &method.issuers),
        list("with policy", &method.policies)
    )
}

/// The claims that a requirement can ask for: key, grant, id.
pub(super) fn claims(
    set: &PolicySet,
    requirement: &Requirement,
) -> Vec<(String, GrantWord, Option<String>)> {
    let grant = requirement.grant;
    match grant {
        GrantWord::Mfa | GrantWord::Strength => {
            let strength = requirement.strength.map(|id| set.strength(id));
            let opaque = strength.and_then(|it| Some((it, it.opaque.as_ref()?)));
            let claim = opaque.map(|(it, id)| {
                let key = claim_key(GrantWord::Strength, Some((&it.name, 1)));
                (key, GrantWord::Strength, Some(crate::value::canonical_id(id)))
            });
            claim.into_iter().collect()
        }
        GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice
            if requirement.within.is_none() =>
        {
            Vec::new()
        }
        GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice => {
            vec![(claim_key(grant, None), grant, None)]
        }
        GrantWord::ApprovedApp
        | GrantWord::ProtectedApp
        | GrantWord::PasswordChange
        | GrantWord::RiskRemediation => {
            vec![(claim_key(grant, None), grant, None)]
        }
        GrantWord::Terms | GrantWord::CustomControl => {
            let object = requirement.object.as_ref();
            let ids = object.into_iter().flat_map(|object| {
                (1..)
                    .zip(&object.ids)
                    .map(|(number, id)| (claim_key(grant, Some((&object.name, number))), id))
            });
            ids.map(|(key, id)| (key, grant, Some(id.clone()))).collect()
        }
    }
}

/// Every single requirement of a policy.
pub(super) fn requirements(policy: &Policy) -> Vec<&Requirement> {
    match &policy.effect {
        Effect::Require(grant) => grant.requirements(),
        Effect::Block | Effect::Nothing => Vec::new(),
    }
}

/// A plain method is called by its word; one with restrictions also by the first strength that asks for it.
fn proof_names(set: &PolicySet, policies: &[&Policy]) -> BTreeMap<MethodUse, String> {
    let strengths: BTreeSet<_> = policies
        .iter()
        .flat_map(|policy| requirements(policy))
        .filter_map(|it| it.strength)
        .collect();
    let mut names: BTreeMap<MethodUse, String> = BTreeMap::new();
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for strength in strengths.into_iter().map(|id| set.strength(id)) {
        for method in strength.combinations.iter().flat_map(|one| &one.methods) {
            names.entry(method.clone()).or_insert_with(|| {
                if method.aaguids.is_empty()
                    && method.issuers.is_empty()
                    && method.policies.is_empty()
                {
                    return format!("proof_{}", method.method.name().replace('-', "_"));
                }
                let name = format!("proof of {} for {}", method.method.name(), strength.name);
                let count = taken.entry(name.clone()).or_default();
                *count += 1;
                if *count == 1 { name } else { format!("{name}, {count}") }
            });
        }
    }
    names
}

fn plain_type(kind: Kind) -> Type {
    match kind {
        Kind::Boolean => Type::Boolean,
        Kind::Integer | Kind::Duration => Type::Long,
        Kind::Enumeration(_) | Kind::Ordered(_) | Kind::Identifier => Type::String,
        Kind::Country | Kind::Text | Kind::Version => Type::String,
        Kind::EnumerationSet(_) | Kind::TextSet | Kind::Apps => Type::Strings,
        Kind::Identifiers => ids_type(),
        Kind::Address => Type::Address,
        Kind::Custom => Type::Record(Vec::new()),
        Kind::Instant | Kind::Weekday | Kind::Date => Type::Long,
        Kind::Members | Kind::Networks => Type::Strings,
    }
}

fn required(name: impl Into<String>, kind: Type) -> Field {
    Field { name: name.into(), kind, required: true }
}

fn ids_type() -> Type {
    Type::Record(vec![
        required("complete", Type::Boolean),
        required("inside", Type::Strings),
        required("outside", Type::Strings),
    ])
}

fn record_of_texts(names: &BTreeSet<String>) -> Type {
    let field = |name: &String| Field { name: name.clone(), kind: Type::String, required: false };
    Type::Record(names.iter().map(field).collect())
}

fn app_type(asked: &Asked<'_>) -> Type {
    let custom = asked.custom.get(&AttributeId::BuiltIn(Attribute::AppAttribute));
    let mut fields = vec![
        required("absent", Type::Strings),
        Field { name: "agent_resource".to_owned(), kind: Type::Boolean, required: false },
    ];
    let attributes = custom.map(record_of_texts);
    fields.extend(attributes.map(|kind| Field {
        name: "attributes".to_owned(),
        kind,
        required: false,
    }));
    fields.push(required("id", Type::String));
    Type::Record(fields)
}

/// What conditions ask for beyond the table.
#[derive(Default)]
struct Asked<'a> {
    zones: BTreeMap<AttributeId, BTreeSet<&'a Zone>>,
    custom: BTreeMap<AttributeId, BTreeSet<String>>,
    looks_into_apps: bool,
}

impl<'a> Asked<'a> {
    fn of(policies: &[&'a Policy]) -> Asked<'a> {
        let mut asked = Asked::default();
        policies.iter().for_each(|policy| asked.add(&policy.condition));
        asked
    }

    fn add(&mut self, condition: &'a Condition) {
        for probe in condition.probes() {
            let input = input(probe.attribute);
            match &probe.predicate {
                Predicate::Words(_, Some(zone))
                | Predicate::Ranges(_, Some(zone))
                | Predicate::TimeOfDay(_, _, zone) => {
                    self.zones.entry(input).or_default().insert(zone);
                }
                Predicate::Custom(name, _) => {
                    self.custom.entry(probe.attribute).or_default().insert(fold_case(name));
                    self.looks_into_apps |=
                        probe.attribute == AttributeId::BuiltIn(Attribute::AppAttribute);
                }
                Predicate::Apps(apps) => self.looks_into_apps |= apps.any_agent_resource,
                _ => {}
            }
        }
    }
}

/// Of an attribute that is computed from one other, which.
pub(super) fn input(attribute: AttributeId) -> AttributeId {
    match attribute {
        AttributeId::BuiltIn(Attribute::Weekday | Attribute::Date) => {
            AttributeId::BuiltIn(Attribute::Time)
        }
        AttributeId::BuiltIn(_) | AttributeId::Own(_) => attribute,
    }
}
