//! What a policy is about: apps, user actions, authentication contexts, traffic, of which Entra takes one kind a policy.

use std::collections::BTreeSet;

use crate::entra::export::letters::Letters;
use crate::entra::export::who::{Ids, Meeting, joined};
use crate::entra::rule::Rule;
use crate::entra::tables::APP_GROUPS;
use crate::hir;
use crate::source::Span;
use crate::value::canonical_id;

/// The number of `register-security-info` among the actions.
pub(super) const REGISTER_SECURITY_INFO: u8 = 0;

/// A union of targets, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct What {
    pub(super) apps: Option<Apps>,
    /// Numbers of user actions.
    pub(super) actions: BTreeSet<u8>,
    /// Ids of authentication contexts.
    pub(super) contexts: Ids,
    /// Numbers of traffic profiles.
    pub(super) traffic: BTreeSet<u8>,
}

/// A union of apps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Apps {
    /// `any-app`, which is also the action register-security-info.
    pub(super) any: bool,
    pub(super) agent_resources: bool,
    /// Graph's words for groups of apps.
    pub(super) groups: BTreeSet<&'static str>,
    pub(super) ids: Ids,
    /// What narrows all of it; of an exception only.
    pub(super) filter: Option<Rule>,
}

impl What {
    /// Apps as a condition names them. Groups of apps are named by their word, and not by their members.
    pub(super) fn of_apps(apps: &hir::Apps, span: Span, letters: &Letters<'_>) -> What {
        let mut meant = Apps {
            any: apps.any,
            agent_resources: apps.any_agent_resource,
            ids: apps.ids.clone(),
            ..Apps::default()
        };
        for (word, name) in APP_GROUPS {
            if meant.ids.remove(&canonical_id(word)) {
                meant.groups.insert(word);
                let members = letters.object(name).map(|object| object.ids.as_slice());
                for id in members.unwrap_or_default() {
                    meant.ids.remove(&canonical_id(&id.node));
                }
            }
        }
        if !meant.groups.is_empty() {
            meant.ids.extend(named_ids(apps, span, letters));
        }
        What { apps: Some(meant), ..What::default() }
    }

    /// Both together.
    pub(super) fn union(&self, other: &What) -> Option<What> {
        let apps = match (&self.apps, &other.apps) {
            (Some(one), Some(other)) => Some(one.union(other)?),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Some(What {
            apps,
            actions: joined(&self.actions, &other.actions),
            contexts: joined(&self.contexts, &other.contexts),
            traffic: joined(&self.traffic, &other.traffic),
        })
    }

    /// What is in both; a policy on every app is about registering security info, too.
    pub(super) fn meet(&self, other: &What) -> Meeting<What> {
        let apps = match (&self.apps, &other.apps) {
            (Some(one), Some(other)) => match one.meet(other) {
                Meeting::In(apps) => Some(apps),
                Meeting::Nothing => None,
                Meeting::Unsaid => return Meeting::Unsaid,
            },
            _ => None,
        };
        let mut actions: BTreeSet<u8> =
            self.all_actions().intersection(&other.all_actions()).copied().collect();
        if apps.as_ref().is_some_and(|apps| apps.any) {
            actions.remove(&REGISTER_SECURITY_INFO);
        }
        Meeting::In(What {
            apps,
            actions,
            contexts: self.contexts.intersection(&other.contexts).cloned().collect(),
            traffic: self.traffic.intersection(&other.traffic).copied().collect(),
        })
    }

    fn all_actions(&self) -> BTreeSet<u8> {
        let implied = self.apps.as_ref().is_some_and(|apps| apps.any);
        self.actions.iter().copied().chain(implied.then_some(REGISTER_SECURITY_INFO)).collect()
    }
}

/// The ids that the author named beside groups of apps.
fn named_ids(apps: &hir::Apps, span: Span, letters: &Letters<'_>) -> Ids {
    let is_group = |name: &str| APP_GROUPS.iter().any(|(_, group)| *group == name);
    let named = letters.words(span).filter(|word| !is_group(word));
    let ids = named.filter_map(|word| letters.object(word)).flat_map(|object| &object.ids);
    let ids = ids.map(|id| canonical_id(&id.node)).chain(letters.strings(span));
    ids.filter(|id| apps.ids.contains(id)).collect()
}

impl Apps {
    fn union(&self, other: &Apps) -> Option<Apps> {
        (self.filter == other.filter).then(|| Apps {
            any: self.any || other.any,
            agent_resources: self.agent_resources || other.agent_resources,
            groups: joined(&self.groups, &other.groups),
            ids: joined(&self.ids, &other.ids),
            filter: self.filter.clone(),
        })
    }

    fn meet(&self, other: &Apps) -> Meeting<Apps> {
        let covers = |one: &Apps, other: &Apps| one.any || one.union(other).as_ref() == Some(one);
        if covers(self, other) {
            return Meeting::In(other.clone());
        }
        if covers(other, self) {
            return Meeting::In(self.clone());
        }
        let only_ids = |it: &Apps| !it.agent_resources && it.groups.is_empty();
        if !only_ids(self) || !only_ids(other) {
            return Meeting::Unsaid;
        }
        let ids: Ids = self.ids.intersection(&other.ids).cloned().collect();
        if ids.is_empty() { Meeting::Nothing } else { Meeting::In(Apps { ids, ..Apps::default() }) }
    }
}
