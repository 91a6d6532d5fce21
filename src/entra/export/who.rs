//! Whom a policy is about: unions of users, of workloads and of agents, which Entra keeps apart.

use std::collections::BTreeSet;

use crate::entra::rule::Rule;
use crate::hir::{Agents, People, ServicePrincipals};

/// A set that a policy includes or excludes.
pub(super) type Ids = BTreeSet<String>;

/// The number of `member` among the types of users.
pub(super) const MEMBER: u8 = 0;
/// The number of `internal-guest` among the types of users.
pub(super) const INTERNAL_GUEST: u8 = 1;

/// A union of principals, by kind. Where a kind is missing, none of it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Who {
    pub(super) users: Option<Users>,
    pub(super) workloads: Option<Programs>,
    pub(super) agents: Option<Programs>,
}

/// A union of users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Users {
    pub(super) anyone: bool,
    pub(super) users: Ids,
    pub(super) groups: Ids,
    pub(super) roles: Ids,
    /// Numbers of their types.
    pub(super) types: BTreeSet<u8>,
    /// Numbers of types, from these tenants.
    pub(super) guests: BTreeSet<(BTreeSet<u8>, Ids)>,
}

/// A union of service principals, or of agents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Programs {
    /// `own-tenant`, `any-agent`
    pub(super) every: bool,
    pub(super) ids: Ids,
    /// Numbers of the kinds of agents.
    pub(super) kinds: BTreeSet<u8>,
    /// What narrows all of it.
    pub(super) filter: Option<Rule>,
}

impl From<&People> for Who {
    fn from(people: &People) -> Who {
        let users = Users {
            anyone: people.anyone,
            users: people.users.clone(),
            groups: people.groups.clone(),
            roles: people.roles.clone(),
            types: people.types.clone(),
            guests: BTreeSet::new(),
        };
        Who { users: Some(users), ..Who::default() }
    }
}

impl From<&ServicePrincipals> for Who {
    fn from(principals: &ServicePrincipals) -> Who {
        let workloads = Programs {
            every: principals.own_tenant,
            ids: principals.ids.clone(),
            ..Programs::default()
        };
        Who { workloads: Some(workloads), ..Who::default() }
    }
}

impl From<&Agents> for Who {
    fn from(agents: &Agents) -> Who {
        let agents = Programs { every: agents.any, ids: agents.ids.clone(), ..Programs::default() };
        Who { agents: Some(agents), ..Who::default() }
    }
}

impl Who {
    /// Users of these types.
    pub(super) fn of_types(types: BTreeSet<u8>) -> Who {
        Who { users: Some(Users { types, ..Users::default() }), ..Who::default() }
    }

    /// Agents of these kinds.
    pub(super) fn of_kinds(kinds: BTreeSet<u8>) -> Who {
        Who { agents: Some(Programs { kinds, ..Programs::default() }), ..Who::default() }
    }

    /// Both together, where one union says so.
    pub(super) fn union(&self, other: &Who) -> Option<Who> {
        Some(Who {
            users: either(&self.users, &other.users, Users::union)?,
            workloads: either(&self.workloads, &other.workloads, Programs::union)?,
            agents: either(&self.agents, &other.agents, Programs::union)?,
        })
    }
}

fn either<T: Clone>(
    one: &Option<T>,
    other: &Option<T>,
    union: fn(&T, &T) -> Option<T>,
) -> Option<Option<T>> {
    match (one, other) {
        (Some(one), Some(other)) => union(one, other).map(Some),
        (one, other) => Some(one.clone().or_else(|| other.clone())),
    }
}

/// Everything in both.
pub(super) fn joined<T: Ord + Clone>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> BTreeSet<T> {
    one.union(other).cloned().collect()
}

/// What two conditions on one dimension leave together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meeting<T> {
    /// This.
    In(T),
    /// Nothing.
    Nothing,
    /// Something that no union says.
    Unsaid,
}

impl Users {
    fn union(&self, other: &Users) -> Option<Users> {
        Some(Users {
            anyone: self.anyone || other.anyone,
            users: joined(&self.users, &other.users),
            groups: joined(&self.groups, &other.groups),
            roles: joined(&self.roles, &other.roles),
            types: joined(&self.types, &other.types),
            guests: joined(&self.guests, &other.guests),
        })
    }

    /// Whether it is a union of types alone.
    pub(super) fn is_types(&self) -> bool {
        let rest = Users { types: BTreeSet::new(), ..self.clone() };
        rest == Users::default() && !self.types.is_empty()
    }

    /// Whether everything in the other one is in this one, by name.
    fn covers(&self, other: &Users) -> bool {
        self.anyone || self.union(other).as_ref() == Some(self)
    }

    /// Those that are in both.
    pub(super) fn meet(&self, other: &Users) -> Meeting<Users> {
        if self.covers(other) {
            return Meeting::In(other.clone());
        }
        if other.covers(self) {
            return Meeting::In(self.clone());
        }
        if !self.is_types() || !other.is_types() {
            return Meeting::Unsaid;
        }
        let types: BTreeSet<u8> = self.types.intersection(&other.types).copied().collect();
        if types.is_empty() {
            return Meeting::Nothing;
        }
        Meeting::In(Users { types, ..Users::default() })
    }
}

impl Programs {
    /// One filter narrows all of a union, so that both must have the same.
    fn union(&self, other: &Programs) -> Option<Programs> {
        (self.filter == other.filter).then(|| Programs {
            every: self.every || other.every,
            ids: joined(&self.ids, &other.ids),
            kinds: joined(&self.kinds, &other.kinds),
            filter: self.filter.clone(),
        })
    }

    /// Those that are in both. `every_id` tells whether `every` is all that an id can be of.
    pub(super) fn meet(&self, other: &Programs, every_id: bool) -> Meeting<Programs> {
        if self == other {
            return Meeting::In(self.clone());
        }
        if self.filter.is_some() || other.filter.is_some() {
            return Meeting::Unsaid;
        }
        let covers = |one: &Programs, other: &Programs| {
            every_id && one.every || one.union(other).as_ref() == Some(one)
        };
        if covers(self, other) {
            return Meeting::In(other.clone());
        }
        if covers(other, self) {
            return Meeting::In(self.clone());
        }
        let only_ids = |it: &Programs| !it.every && it.kinds.is_empty();
        if !only_ids(self) || !only_ids(other) {
            return Meeting::Unsaid;
        }
        let ids: Ids = self.ids.intersection(&other.ids).cloned().collect();
        if ids.is_empty() {
            return Meeting::Nothing;
        }
        Meeting::In(Programs { ids, ..Programs::default() })
    }
}
