//! A request as a test of the language, to be put beside the policies.

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::PolicySet;
use crate::request::moment::time_text;
use crate::request::{App, Claim, Proof, Request, Value};
use crate::schema::attribute::{Attribute, Kind, PRINCIPALS};
use crate::schema::grant::GrantWord;
use crate::syntax::ast::ObjectKind;
use crate::syntax::format::quoted;
use crate::value::{Slot, canonical_id, duration_text};

use Attribute as A;

/// The lines of a test that describe a request in which everything is known or absent, `assume rest absent` the last.
///
/// Ids go by their names, where a name stands for one id alone.
pub fn lines(set: &PolicySet, request: &Request) -> Vec<String> {
    let writer = Writer { set, request };
    let mut lines: Vec<String> = writer.principal().into_iter().collect();
    for attribute in A::all().filter(|it| it.inputs() == [*it]) {
        lines.extend(writer.attribute(attribute));
    }
    lines.extend(set.own_attributes.iter().filter_map(|own| {
        let Slot::Known(value) = request.own(&own.name) else { return None };
        Some(format!("{} {}", own.name, plain(value)?))
    }));
    lines.extend(request.evidence().proofs.iter().map(proof));
    lines.extend(writer.claims());
    lines.push("assume rest absent".to_owned());
    lines
}

struct Writer<'a> {
    set: &'a PolicySet,
    request: &'a Request,
}

/// The kind of the ids of an attribute.
fn kind_of(attribute: Attribute) -> Option<ObjectKind> {
    match attribute {
        A::UserId => Some(ObjectKind::User),
        A::UserGroups => Some(ObjectKind::Group),
        A::UserRoles => Some(ObjectKind::Role),
        A::UserTenant => Some(ObjectKind::Tenant),
        A::ServicePrincipalId => Some(ObjectKind::ServicePrincipal),
        A::AgentId => Some(ObjectKind::Agent),
        A::App => Some(ObjectKind::App),
        A::Context => Some(ObjectKind::Context),
        _ => None,
    }
}

impl Writer<'_> {
    /// Says who signs in, where nothing else does.
    fn principal(&self) -> Option<String> {
        let principal = self.request.word(A::Principal);
        let name = PRINCIPALS.get(usize::from(*principal.known()?))?;
        let of = |it: &A| it.name().strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let mut inputs = A::all().filter(of);
        if inputs.any(|it| matches!(self.request.get(it), Slot::Known(_))) {
            return None;
        }
        Some(match *name {
            "user" => "user in anyone".to_owned(),
            "agent" => "agent in any-agent".to_owned(),
            _ => "service-principal not in own-tenant".to_owned(),
        })
    }

    fn attribute(&self, attribute: Attribute) -> Vec<String> {
        let value = match self.request.get(attribute) {
            Slot::Known(value) => value,
            Slot::Absent if attribute == A::Time => return vec!["time absent".to_owned()],
            Slot::Absent | Slot::NotSupplied => return Vec::new(),
        };
        match (attribute, value) {
            (A::Principal | A::Target, _) => Vec::new(),
            // It follows from what else is known of the device, unless nothing is.
            (A::DeviceRegistered, Value::Boolean(false)) => Vec::new(),
            (A::DeviceHybridJoined, _) => Vec::new(),
            (A::ServicePrincipalOwnTenant, Value::Boolean(own)) => {
                let not = if *own { "" } else { "not " };
                vec![format!("service-principal {not}in own-tenant")]
            }
            (_, Value::Ids(ids)) => self.ids(attribute, &ids.inside),
            (_, Value::Apps(apps)) => apps.iter().flat_map(|app| self.app(app)).collect(),
            (_, Value::Custom(custom)) => custom_lines(attribute, custom),
            (_, Value::Text(id)) if kind_of(attribute).is_some() => {
                vec![self.one_id(attribute, id)]
            }
            (_, value) => plain_line(attribute, value).into_iter().collect(),
        }
    }

    /// A name for exactly that id.
    fn name(&self, kind: ObjectKind, id: &str) -> Option<&str> {
        let mut named = self.set.objects.iter().filter(|it| it.kind == kind && it.ids == [id]);
        named.next().map(|object| object.name.as_str())
    }

    fn name_or_id(&self, kind: Option<ObjectKind>, id: &str) -> String {
        let name = kind.and_then(|kind| self.name(kind, id));
        name.map_or_else(|| quoted(id), str::to_owned)
    }

    fn one_id(&self, attribute: Attribute, id: &str) -> String {
        let name = self.name_or_id(kind_of(attribute), id);
        match attribute {
            A::UserId if !name.starts_with('"') => format!("user in {name}"),
            A::ServicePrincipalId => format!("service-principal in {name}"),
            A::AgentId => format!("agent in {name}"),
            _ => format!("{} {name}", attribute.name()),
        }
    }

    fn ids(&self, attribute: Attribute, ids: &BTreeSet<String>) -> Vec<String> {
        let kind = kind_of(attribute);
        let names: Vec<String> = ids
            .iter()
            .map(|id| match attribute {
                A::Context if self.name(ObjectKind::Context, id).is_none() => id.clone(),
                _ => self.name_or_id(kind, id),
            })
            .collect();
        let member = matches!(attribute, A::UserGroups | A::UserRoles);
        if member && names.iter().all(|name| !name.starts_with('"')) {
            return names.iter().map(|name| format!("user in {name}")).collect();
        }
        match names.as_slice() {
            [one] if attribute == A::Context => vec![format!("context {one}")],
            _ => vec![format!("{} [{}]", attribute.name(), names.join(", "))],
        }
    }

    fn app(&self, app: &App) -> Vec<String> {
        let mut lines = vec![format!("app {}", self.name_or_id(Some(ObjectKind::App), &app.id))];
        if let Slot::Known(resource) = app.agent_resource {
            let not = if resource { "" } else { "not " };
            lines.push(format!("app {not}in any-agent-resource"));
        }
        if let Slot::Known(custom) = &app.attributes {
            lines.extend(custom_lines(A::AppAttribute, custom));
        }
        lines
    }

    /// Claims by the name of what was accepted; claims of a part of it have no words.
    fn claims(&self) -> Vec<String> {
        let claims = &self.request.evidence().claims;
        let mut lines = BTreeSet::new();
        for claim in claims {
            let ago = claim.age_ms.map_or(String::new(), |age| format!(" {}", ago(age)));
            lines.insert(match (claim.grant, &claim.id) {
                (GrantWord::Terms, Some(id)) => {
                    let name = self.whole(ObjectKind::Terms, id, claims);
                    format!("terms {name} accepted{ago}")
                }
                (GrantWord::CustomControl, Some(id)) => {
                    let name = self.whole(ObjectKind::CustomControl, id, claims);
                    format!("custom-control {name} satisfied{ago}")
                }
                (GrantWord::Strength, Some(id)) => {
                    format!("strength {} satisfied{ago}", self.opaque(id))
                }
                (GrantWord::PasswordChange | GrantWord::RiskRemediation, _) => {
                    format!("{} done{ago}", claim.grant.row().name)
                }
                _ => format!("{} shown{ago}", claim.grant.row().name),
            });
        }
        lines.into_iter().collect()
    }

    /// The object that has this id and no other that was not claimed.
    fn whole(&self, kind: ObjectKind, id: &str, claims: &[Claim]) -> String {
        let claimed = |id: &String| claims.iter().any(|claim| claim.id.as_ref() == Some(id));
        let mut objects = self.set.objects.iter().filter(|it| {
            it.kind == kind && it.ids.iter().any(|it| it == id) && it.ids.iter().all(claimed)
        });
        objects.next().map_or_else(|| quoted(id), |object| object.name.clone())
    }

    fn opaque(&self, id: &str) -> String {
        let of = |it: &Option<String>| it.as_deref().map(canonical_id).as_deref() == Some(id);
        let mut strengths = self.set.strengths.iter().filter(|it| of(&it.opaque));
        strengths.next().map_or_else(|| quoted(id), |strength| strength.name.clone())
    }
}

fn custom_lines(attribute: Attribute, custom: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let line = |(name, texts): (&String, &BTreeSet<String>)| {
        format!("{}.{name} [{}]", attribute.name(), list(texts))
    };
    custom.iter().map(line).collect()
}

fn list(texts: &BTreeSet<String>) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

fn plain_line(attribute: Attribute, value: &Value) -> Option<String> {
    let word = |number: u8| attribute.words().get(usize::from(number)).copied();
    let text = match value {
        Value::Word(number) => word(*number)?.to_owned(),
        Value::Words(numbers) => {
            let Kind::EnumerationSet(words) = attribute.row().kind else { return None };
            let named = numbers.iter().filter_map(|it| words.get(usize::from(*it)).copied());
            format!("[{}]", named.collect::<Vec<_>>().join(", "))
        }
        other => plain(other)?,
    };
    Some(format!("{} {text}", attribute.name()))
}

/// A value as it is written, whatever it belongs to.
fn plain(value: &Value) -> Option<String> {
    Some(match value {
        Value::Boolean(value) => value.to_string(),
        Value::Text(text) => quoted(text),
        Value::Texts(texts) => format!("[{}]", list(texts)),
        Value::Integer(number) => number.to_string(),
        Value::Address(address) => address.to_string(),
        Value::Country(country) => country.to_string(),
        Value::Instant(time) => time_text(*time),
        Value::Duration(seconds) => duration_text(*seconds),
        Value::Word(_) | Value::Words(_) | Value::Ids(_) | Value::Apps(_) => return None,
        Value::Custom(_) => return None,
    })
}

fn proof(proof: &Proof) -> String {
    let mut text = format!("proof {}", proof.method.name());
    let shown = [("aaguid", &proof.aaguid), ("issuer", &proof.issuer)];
    for (word, id) in shown {
        if let Some(id) = id {
            text = format!("{text} {word} {}", quoted(id));
        }
    }
    if !proof.policies.is_empty() {
        text = format!("{text} policy {}", list(&proof.policies));
    }
    format!("{text} {}", ago(proof.age_ms))
}

/// `5 minutes ago`; a test counts whole seconds.
fn ago(age_ms: i64) -> String {
    match u64::try_from(age_ms).unwrap_or(0) / 1_000 {
        0 => "now".to_owned(),
        seconds => format!("{} ago", duration_text(seconds)),
    }
}
