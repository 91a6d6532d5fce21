//! Break-glass accounts: which policies leave them out, and which do not.

use crate::hir::{Object, PolicySet, PolicyState};
use crate::interpret::holding;
use crate::request::{Ids, Request, Value};
use crate::schema::attribute::Attribute;
use crate::syntax::ast::ObjectKind;
use crate::value::Truth;

/// An emergency account or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Its name.
    pub name: String,
    /// `user` or `group`.
    pub kind: &'static str,
    /// The policies that can reach it, by name.
    pub reached_by: Vec<Reach>,
    /// The policies that leave it out whatever else is true of a sign-in, by name.
    pub exempt_from: Vec<String>,
}

/// A policy that can reach an emergency account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Its name.
    pub policy: String,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// Whether it applies to every sign-in of the account; else that depends on the rest of the sign-in.
    pub always: bool,
}

/// Of the account only the membership is supplied: whatever roles or other groups it has, and wherever it signs in.
/// Disabled policies are left out, since they reach nobody.
pub(super) fn emergency(set: &PolicySet) -> Vec<Emergency> {
    set.objects.iter().filter(|object| object.emergency).map(|it| reach(set, it)).collect()
}

fn reach(set: &PolicySet, object: &Object) -> Emergency {
    let mut emergency = Emergency {
        name: object.name.clone(),
        kind: object.kind.keyword(),
        reached_by: Vec::new(),
        exempt_from: Vec::new(),
    };
    let each: Vec<Vec<Truth>> = object
        .ids
        .iter()
        .filter_map(|id| member(object.kind, id))
        .map(|it| holding(set, &it))
        .collect();
    for (at, policy) in set.policies.iter().enumerate() {
        let truths = each.iter().filter_map(|truths| truths.get(at).copied());
        let (least, most) = truths
            .fold((Truth::True, Truth::False), |(least, most), it| (least.min(it), most.max(it)));
        match (policy.state, most) {
            (PolicyState::Disabled, _) => {}
            (_, Truth::False) => emergency.exempt_from.push(policy.name.clone()),
            (state, _) => emergency.reached_by.push(Reach {
                policy: policy.name.clone(),
                state,
                always: least == Truth::True,
            }),
        }
    }
    emergency
}

/// A sign-in of which nothing is known but who it is.
fn member(kind: ObjectKind, id: &str) -> Option<Request> {
    let builder = Request::builder().set(Attribute::Principal, Value::Word(0));
    let builder = match kind {
        ObjectKind::User => builder.set(Attribute::UserId, Value::Text(id.to_owned())),
        _ => {
            let ids = Ids { complete: false, ..Ids::complete([id]) };
            builder.set(Attribute::UserGroups, Value::Ids(ids))
        }
    };
    builder.build().ok()
}
