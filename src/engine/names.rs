//! What people call the things that requests carry as ids.

use std::collections::BTreeMap;

use crate::engine::{Engine, Named};
use crate::request::{Request, Value};
use crate::schema::attribute::{ACTIONS, Attribute, PRINCIPALS, TARGETS};
use crate::syntax::ast::ObjectKind;
use crate::value::Slot;

/// The names that policies and the prelude give to directory objects, by kind and id.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<(ObjectKind, String), String>);

impl Names {
    /// The names that an engine's policies give.
    pub fn of(engine: &Engine) -> Names {
        let mut objects = engine.named();
        // A name for one object says more than one for a group of them.
        objects.sort_by(|a, b| (a.ids.len(), &a.name).cmp(&(b.ids.len(), &b.name)));
        let mut names = BTreeMap::new();
        for Named { kind, name, ids } in objects {
            for id in ids {
                names.entry((kind, id)).or_insert_with(|| name.clone());
            }
        }
        Names(names)
    }

    /// Takes over what another policy set names and this one does not.
    #[must_use]
    pub fn or(mut self, other: Names) -> Names {
        for (object, name) in other.0 {
            self.0.entry(object).or_insert(name);
        }
        self
    }

    fn name<'a>(&'a self, kind: ObjectKind, id: &'a str) -> &'a str {
        self.0.get(&(kind, id.to_owned())).map_or(id, String::as_str)
    }

    /// Who signs in: the name that the request gives, the one that the policies give, or the id.
    pub fn who(&self, request: &Request) -> String {
        if let Some(who) = request.who() {
            return who.to_owned();
        }
        let principals = [
            (Attribute::UserId, ObjectKind::User),
            (Attribute::ServicePrincipalId, ObjectKind::ServicePrincipal),
            (Attribute::AgentId, ObjectKind::Agent),
        ];
        let known = principals.iter().find_map(|(attribute, kind)| {
            let Slot::Known(Value::Text(id)) = request.get(*attribute) else { return None };
            Some(self.name(*kind, id).to_owned())
        });
        known.unwrap_or_else(|| match word(request, Attribute::Principal, PRINCIPALS) {
            Some(kind) => format!("a {kind}"),
            None => "somebody".to_owned(),
        })
    }

    /// What is asked for: apps by name, an action, contexts or traffic.
    pub fn target(&self, request: &Request) -> String {
        if let Slot::Known(Value::Apps(apps)) = request.get(Attribute::App) {
            let names: Vec<_> =
                apps.iter().map(|app| self.name(ObjectKind::App, &app.id)).collect();
            return names.join(" + ");
        }
        if let Some(action) = word(request, Attribute::Action, ACTIONS) {
            return action.to_owned();
        }
        if let Slot::Known(Value::Ids(contexts)) = request.get(Attribute::Context) {
            let contexts = contexts.inside.iter();
            let names: Vec<_> = contexts.map(|id| self.name(ObjectKind::Context, id)).collect();
            return names.join(" + ");
        }
        word(request, Attribute::Target, TARGETS).map_or("something".to_owned(), str::to_owned)
    }
}

/// The word that an enumeration of the request has.
fn word(request: &Request, attribute: Attribute, words: &[&'static str]) -> Option<&'static str> {
    let number = request.word(attribute).known().copied()?;
    words.get(usize::from(number)).copied()
}
