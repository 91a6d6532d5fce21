//! Sign-ins as Cedar requests: who, what, and the context that the exported policies read.
//!
//! Only shapes change here: texts are folded, a clock is read in each zone that a policy names, and of proofs of one kind
//! the youngest counts. Nothing is decided.

use std::fmt;

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use crate::cedar::Export;
use crate::cedar::address::address;
use crate::cedar::evidence::UNTIMED;
use crate::cedar::keys::{Carries, Key, MAX_APPS, Type, attribute_key};
use crate::cedar::quote::{SEPARATOR, joined};
use crate::cedar::schema::{ACTION, NAMESPACE};
use crate::hir::{MethodUse, PolicySet, Zone};
use crate::request::{App, Proof, Request, Value};
use crate::schema::attribute::{ATTRIBUTES, Attribute, AttributeId, Kind, Source, WEEKDAYS};
use crate::schema::grant::GrantWord;
use crate::value::{Slot, Timestamp, Version, fold_case};

/// Why a sign-in has no Cedar request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// It asks for more apps than policies that read more than their ids have places for.
    TooManyApps(usize),
    /// A text of a custom security attribute has a line break, which separates texts.
    LineBreak(String),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::TooManyApps(count) => write!(
                f,
                "app: {count} apps are asked for, and policies that read more of an app than its id take {MAX_APPS}"
            ),
            RequestError::LineBreak(name) => {
                write!(
                    f,
                    "{name}: a text has a line break, which Cedar policies take for the end of a text"
                )
            }
        }
    }
}

impl std::error::Error for RequestError {}

type Carried = Result<Option<Json>, RequestError>;

/// The whole request, as `cedar authorize --request-json` takes it.
pub(super) fn request(
    export: &Export,
    set: &PolicySet,
    request: &Request,
) -> Result<Json, RequestError> {
    let uid =
        |kind: &str, id: &str| format!("{NAMESPACE}::{kind}::{}", crate::cedar::quote::text(id));
    Ok(json!({
        "principal": uid("Principal", principal(request)),
        "action": uid("Action", ACTION),
        "resource": uid("Target", &target(request)),
        "context": context(export, set, request)?,
    }))
}

/// For logs alone: no policy reads it.
fn principal(request: &Request) -> &str {
    let ids = [Attribute::UserId, Attribute::ServicePrincipalId, Attribute::AgentId];
    let known = ids.into_iter().find_map(|id| match request.get(id) {
        Slot::Known(Value::Text(id)) => Some(id.as_str()),
        _ => None,
    });
    known.unwrap_or("unknown")
}

/// For logs alone: no policy reads it.
fn target(request: &Request) -> String {
    match request.get(Attribute::App) {
        Slot::Known(Value::Apps(apps)) => {
            apps.iter().map(|app| app.id.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => "unknown".to_owned(),
    }
}

fn context(export: &Export, set: &PolicySet, request: &Request) -> Result<Json, RequestError> {
    let reader = Reader { set, request };
    let mut context = Map::new();
    for key in &export.keys.all {
        if let Some(value) = reader.key(key)? {
            context.insert(key.name.clone(), value);
        }
    }
    Ok(Json::Object(context))
}

struct Reader<'a> {
    set: &'a PolicySet,
    request: &'a Request,
}

impl Reader<'_> {
    fn key(&self, key: &Key) -> Carried {
        Ok(match &key.carries {
            Carries::Absent => Some(self.absent()),
            Carries::Value(id, kind) => return self.value(*id, *kind, &key.kind),
            Carries::Numbers(id) => self.numbers(*id),
            Carries::Clock(id, zone) => self.clock(*id, zone),
            Carries::App(number) => return self.app(*number, &key.kind),
            Carries::Proof(method) => self.youngest(|proof| shows(proof, method)),
            Carries::FirstFactor => self.youngest(|proof| proof.method.is_first_factor()),
            Carries::Claim(grant, id) => self.claim(*grant, id.as_deref()),
        })
    }

    fn slot(&self, id: AttributeId) -> &Slot<Value> {
        match id {
            AttributeId::BuiltIn(attribute) => self.request.get(attribute),
            AttributeId::Own(_) => self.request.own(self.set.attribute_name(id)),
        }
    }

    fn absent(&self) -> Json {
        let carried = ATTRIBUTES.iter().filter(|row| matches!(row.source, Source::Request(_)));
        let built_in = carried.map(|row| AttributeId::BuiltIn(row.attribute));
        let own = (0..).zip(&self.set.own_attributes).map(|(number, _)| AttributeId::Own(number));
        let absent = built_in.chain(own).filter(|id| *self.slot(*id) == Slot::Absent);
        absent.map(|id| Json::from(attribute_key(self.set, id))).collect()
    }

    /// A value of another kind than its attribute's says nothing.
    fn value(&self, id: AttributeId, kind: Kind, shape: &Type) -> Carried {
        let Slot::Known(value) = self.slot(id) else { return Ok(None) };
        Ok(match value {
            Value::Boolean(value) if *shape == Type::Boolean => Some((*value).into()),
            Value::Word(word) => word_of(kind, *word).map(Json::from),
            Value::Words(words) => {
                Some(words.iter().filter_map(|word| word_of(kind, *word)).collect())
            }
            Value::Text(text) if kind == Kind::Identifier => Some(text.as_str().into()),
            Value::Text(text) if *shape == Type::String => Some(fold_case(text).into()),
            Value::Texts(texts) if *shape == Type::Strings => {
                Some(texts.iter().map(|text| fold_case(text)).collect())
            }
            Value::Ids(ids) => Some(json!({
                "complete": ids.complete, "inside": ids.inside, "outside": ids.outside
            })),
            Value::Integer(number) if kind == Kind::Integer => Some((*number).into()),
            Value::Duration(seconds) if kind == Kind::Duration => {
                Some(i64::try_from(*seconds).unwrap_or(i64::MAX).into())
            }
            Value::Address(ip) => Some(json!({ "__extn": { "fn": "ip", "arg": address(*ip) } })),
            Value::Country(country) => Some(country.to_string().into()),
            Value::Apps(apps) => Some(apps.iter().map(|app| app.id.as_str()).collect()),
            Value::Custom(values) => return self.custom(values, shape, id),
            Value::Boolean(_) | Value::Text(_) | Value::Texts(_) | Value::Integer(_) => None,
            Value::Duration(_) | Value::Instant(_) => None,
        })
    }

    /// The custom security attributes that policies ask for.
    fn custom(
        &self,
        values: &std::collections::BTreeMap<String, std::collections::BTreeSet<String>>,
        shape: &Type,
        id: AttributeId,
    ) -> Carried {
        let Type::Record(fields) = shape else { return Ok(None) };
        let mut record = Map::new();
        for field in fields {
            let Some(texts) = values.get(&field.name).filter(|texts| !texts.is_empty()) else {
                continue;
            };
            if texts.iter().any(|text| text.contains(SEPARATOR)) {
                return Err(RequestError::LineBreak(format!(
                    "{}.{}",
                    self.set.attribute_name(id),
                    field.name
                )));
            }
            let folded: Vec<String> = texts.iter().map(|text| fold_case(text)).collect();
            record.insert(field.name.clone(), joined(&folded).into());
        }
        Ok(Some(Json::Object(record)))
    }

    fn numbers(&self, id: AttributeId) -> Option<Json> {
        let Slot::Known(Value::Text(text)) = self.slot(id) else { return None };
        let shown = Version::parse(text)?.to_string();
        let given = shown.split('.').map(|part| part.parse().unwrap_or(i64::MAX));
        let padded = given.chain(std::iter::repeat(0)).take(Version::MAX_PARTS);
        Some(Json::Object(
            (1..).zip(padded).map(|(at, it)| (format!("n{at}"), it.into())).collect(),
        ))
    }

    fn clock(&self, id: AttributeId, zone: &Zone) -> Option<Json> {
        let Slot::Known(Value::Instant(Timestamp(time))) = self.slot(id) else { return None };
        let time = jiff::Timestamp::from_second(time.div_euclid(1_000)).ok()?;
        let shown = TimeZone::get(&zone.0).ok()?.to_datetime(time);
        let (year, month, day) = (shown.year(), shown.month(), shown.day());
        let weekday = usize::try_from(shown.weekday().to_monday_zero_offset()).ok()?;
        Some(json!({
            "date": i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day),
            "time": i64::from(shown.hour()) * 10_000 + i64::from(shown.minute()) * 100 + i64::from(shown.second()),
            "weekday": WEEKDAYS.get(weekday)?,
        }))
    }

    fn app(&self, number: usize, shape: &Type) -> Carried {
        let Slot::Known(Value::Apps(apps)) = self.request.get(Attribute::App) else {
            return Ok(None);
        };
        if apps.len() > MAX_APPS {
            return Err(RequestError::TooManyApps(apps.len()));
        }
        apps.get(number - 1).map(|app| self.place(app, shape)).transpose()
    }

    fn place(&self, app: &App, shape: &Type) -> Result<Json, RequestError> {
        let Type::Record(fields) = shape else { return Ok(Json::Null) };
        let mut record = Map::new();
        let mut absent = Vec::new();
        record.insert("id".to_owned(), app.id.as_str().into());
        match &app.agent_resource {
            Slot::Known(is) => drop(record.insert("agent_resource".to_owned(), (*is).into())),
            Slot::Absent => absent.push("agent_resource"),
            Slot::NotSupplied => {}
        }
        let attributes = fields.iter().find(|field| field.name == "attributes");
        match (&app.attributes, attributes) {
            (Slot::Known(values), Some(field)) => {
                let id = AttributeId::BuiltIn(Attribute::AppAttribute);
                if let Some(custom) = self.custom(values, &field.kind, id)? {
                    record.insert(field.name.clone(), custom);
                }
            }
            (Slot::Absent, Some(_)) => absent.push("attributes"),
            (Slot::Known(_) | Slot::Absent, None) | (Slot::NotSupplied, _) => {}
        }
        record.insert("absent".to_owned(), absent.into());
        Ok(Json::Object(record))
    }

    fn youngest(&self, counts: impl Fn(&Proof) -> bool) -> Option<Json> {
        let ages = self.request.evidence().proofs.iter().filter(|proof| counts(proof));
        ages.map(|proof| proof.age_ms).min().map(Json::from)
    }

    fn claim(&self, grant: GrantWord, id: Option<&str>) -> Option<Json> {
        let claims = self.request.evidence().claims.iter();
        let mine = claims
            .filter(|claim| claim.grant == grant && (id.is_none() || claim.id.as_deref() == id));
        let age = |age: Option<i64>| age.map_or(UNTIMED, |age| age.min(UNTIMED - 1));
        mine.map(|claim| age(claim.age_ms)).min().map(Json::from)
    }
}

fn word_of(kind: Kind, word: u8) -> Option<&'static str> {
    match kind {
        Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => {
            words.get(usize::from(word)).copied()
        }
        _ => None,
    }
}

/// Whether a proof is of a method and shows what is asked of it.
fn shows(proof: &Proof, wanted: &MethodUse) -> bool {
    let one_of = |restriction: &std::collections::BTreeSet<String>, shown: &Option<String>| {
        restriction.is_empty() || shown.as_ref().is_some_and(|it| restriction.contains(it))
    };
    proof.method == wanted.method
        && one_of(&wanted.aaguids, &proof.aaguid)
        && one_of(&wanted.issuers, &proof.issuer)
        && (wanted.policies.is_empty() || !wanted.policies.is_disjoint(&proof.policies))
}
