//! Nouns: who people, workloads and agents are, and how the words of enumerations are called.

use std::collections::BTreeSet;

use crate::document::english::{English, Grammar, Leaf, MAX_LISTED};
use crate::document::phrase::Phrase;
use crate::hir::{Agents, Apps, People, ServicePrincipals};
use crate::interpret::explain::words::Called;
use crate::page::anchor;
use crate::schema::attribute::{Attribute, USER_TYPES};
use crate::syntax::ast::ObjectKind;

/// How the words of an enumeration are called, in the order of their numbers.
#[rustfmt::skip]
const CALLED: &[(Attribute, &[&str])] = &[
    (Attribute::UserType, &["members", "internal guests", "B2B collaboration guests", "B2B collaboration members",
        "B2B direct connect users", "other external users", "service provider users"]),
    (Attribute::Action, &["registering security information", "registering a device"]),
    (Attribute::Traffic, &["Microsoft 365 traffic", "internet traffic", "private traffic"]),
    (Attribute::Client, &["a browser", "a mobile or desktop app", "Exchange ActiveSync", "another legacy client"]),
    (Attribute::Platform, &["Android", "iOS", "Windows", "Windows Phone", "macOS", "Linux", "an unknown platform"]),
    (Attribute::Flow, &["device code flow", "authentication transfer"]),
    (Attribute::Anonymizer, &["a VPN", "Tor", "a hosting provider", "a proxy"]),
    (Attribute::DeviceTrust, &["joined", "hybrid-joined", "registered"]),
    (Attribute::DeviceOwnership, &["personal", "company-owned"]),
];

/// How a word of an enumeration is called, where it is called anything else than in the language.
pub(in crate::document) fn called(attribute: Attribute, word: u8) -> Option<&'static str> {
    let (_, words) = CALLED.iter().find(|(it, _)| *it == attribute)?;
    words.get(usize::from(word)).copied()
}

fn somebody(phrase: impl Into<Phrase>) -> Leaf {
    Leaf { grammar: Grammar::Somebody, phrase: phrase.into() }
}

fn several(phrase: impl Into<Phrase>) -> Leaf {
    Leaf { grammar: Grammar::Several, phrase: phrase.into() }
}

impl English<'_> {
    /// Everyone, guests, members of groups, holders of roles, users by name.
    pub(in crate::document) fn people(&self, people: &People) -> Leaf {
        let guests: BTreeSet<u8> = (1..).take(USER_TYPES.len() - 1).collect();
        let mut parts = Vec::new();
        if people.anyone {
            parts.push(somebody("everyone"));
        }
        if people.types == guests {
            parts.push(several("guests"));
        } else {
            let types = people.types.iter().filter_map(|it| called(Attribute::UserType, *it));
            parts.extend(types.map(several));
        }
        if !people.groups.is_empty() {
            let names = self.listed(ObjectKind::Group, "group", &people.groups);
            parts.push(several(Phrase::from("members of ").then(names)));
        }
        if !people.roles.is_empty() {
            parts.push(several(self.holders(&people.roles)));
        }
        let users = self.names(ObjectKind::User, &people.users);
        parts.extend(users.into_iter().map(somebody));
        together(parts)
    }

    fn holders(&self, roles: &BTreeSet<String>) -> Phrase {
        let many = !self.whole && self.names(ObjectKind::Role, roles).len() > MAX_LISTED;
        let lead = match roles.len() {
            1 => "holders of the role ",
            _ if many => "holders of any of ",
            _ => "holders of any of the roles ",
        };
        Phrase::from(lead).then(self.listed(ObjectKind::Role, "role", roles))
    }

    pub(super) fn service_principals(&self, wanted: &ServicePrincipals) -> Leaf {
        let mut parts = Vec::new();
        if wanted.own_tenant {
            parts.push(somebody("every workload of this tenant"));
        }
        if !wanted.ids.is_empty() {
            let names = self.listed(ObjectKind::ServicePrincipal, "workload", &wanted.ids);
            parts.push(somebody(Phrase::from("the workload ").then(names)));
        }
        together(parts)
    }

    pub(super) fn agents(&self, agents: &Agents) -> Leaf {
        let mut parts = Vec::new();
        if agents.any {
            parts.push(somebody("every agent"));
        }
        if !agents.ids.is_empty() {
            let names = self.listed(ObjectKind::Agent, "agent", &agents.ids);
            parts.push(somebody(Phrase::from("the agent ").then(names)));
        }
        together(parts)
    }

    pub(super) fn apps(&self, apps: &Apps) -> Phrase {
        let mut parts = Vec::new();
        if apps.any {
            parts.push(Phrase::from("any app"));
        }
        if apps.any_agent_resource {
            parts.push(Phrase::from("any resource of agents"));
        }
        if !apps.ids.is_empty() {
            parts.push(self.listed(ObjectKind::App, "app", &apps.ids));
        }
        if parts.is_empty() { "an app of an empty list".into() } else { Phrase::list(parts, "or") }
    }

    /// Names of ids as `a, b or c`; where they are many and brevity is asked for, only how many.
    pub(super) fn listed(&self, kind: ObjectKind, what: &str, ids: &BTreeSet<String>) -> Phrase {
        let names = self.names(kind, ids);
        match names.len() {
            many if many > MAX_LISTED && !self.whole => format!("{many} {what}s").into(),
            _ => Phrase::list(names, "or"),
        }
    }

    /// Names for these ids, and the ids that have none.
    pub(in crate::document) fn called<'i>(
        &self,
        kind: ObjectKind,
        ids: &'i BTreeSet<String>,
    ) -> Called<'_, 'i> {
        self.words.called(kind, ids)
    }

    /// A name for each object, then the ids that have none.
    pub(in crate::document) fn names(
        &self,
        kind: ObjectKind,
        ids: &BTreeSet<String>,
    ) -> Vec<Phrase> {
        let Called { names, unnamed } = self.called(kind, ids);
        let named = names.into_iter().map(|name| object(kind, name));
        let unnamed = unnamed.into_iter().map(|id| Phrase::name(format!("\"{id}\"")));
        named.chain(unnamed).collect()
    }
}

/// The name of an object, leading to where its ids stand.
pub(in crate::document) fn object(kind: ObjectKind, name: &str) -> Phrase {
    Phrase::link(name, anchor(kind.keyword(), name))
}

fn together(parts: Vec<Leaf>) -> Leaf {
    let grammar = match parts.as_slice() {
        [] => return several("members of an empty list"),
        parts if parts.iter().all(|it| it.grammar == Grammar::Somebody) => Grammar::Somebody,
        _ => Grammar::Several,
    };
    Leaf { grammar, phrase: Phrase::list(parts.into_iter().map(|it| it.phrase), "or") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attribute::Kind;

    #[test]
    fn every_word_of_a_called_enumeration_is_called_something() {
        for (attribute, called) in CALLED {
            let Kind::Enumeration(words) = attribute.row().kind else { panic!("{attribute:?}") };
            assert_eq!(words.len(), called.len(), "{attribute:?}");
        }
    }
}
