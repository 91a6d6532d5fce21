//! Mistakes that somebody could make in a policy: leaving it out, an exclusion, or a member of a list.

use std::collections::BTreeSet;

use crate::hir::{Condition, ConditionKind, NetworkId, PolicySet, Predicate, Probe};
use crate::syntax::ast::ObjectKind;
use crate::syntax::format::quoted;

/// A condition with something missing.
pub(super) struct Variant {
    /// What is missing.
    pub without: String,
    pub condition: Condition,
}

/// The condition without each of its exclusions, and without each member of its lists.
pub(super) fn variants(set: &PolicySet, condition: &Condition) -> Vec<Variant> {
    match &condition.kind {
        ConditionKind::Always | ConditionKind::Never => Vec::new(),
        ConditionKind::All(parts) => {
            let mut found = exclusions(condition, parts);
            found.extend(inside(set, condition, parts, ConditionKind::All));
            found
        }
        ConditionKind::Any(parts) => {
            let mut found: Vec<Variant> = Vec::new();
            for at in 0..parts.len() {
                let mut left = parts.clone();
                left.remove(at);
                let without = format!("its alternative {}", at + 1);
                found
                    .push(Variant { without, condition: condition.with(ConditionKind::Any(left)) });
            }
            found.extend(inside(set, condition, parts, ConditionKind::Any));
            found
        }
        ConditionKind::Not(inner) => {
            let not = |it: Variant| Variant {
                condition: condition.with(ConditionKind::Not(Box::new(it.condition))),
                ..it
            };
            variants(set, inner).into_iter().map(not).collect()
        }
        ConditionKind::Test(probe) => members(set, probe)
            .into_iter()
            .map(|(without, predicate)| {
                let probe = Probe { predicate, ..probe.clone() };
                Variant { without, condition: condition.with(ConditionKind::Test(probe)) }
            })
            .collect(),
    }
}

/// The condition without each part that excludes.
fn exclusions(condition: &Condition, parts: &[Condition]) -> Vec<Variant> {
    let excludes = |at: &usize| matches!(parts[*at].kind, ConditionKind::Not(_));
    let without = |at: usize| {
        let mut left = parts.to_vec();
        left.remove(at);
        let condition = condition.with(ConditionKind::All(left));
        Variant { without: "what it leaves out".to_owned(), condition }
    };
    (0..parts.len()).filter(excludes).map(without).collect()
}

/// The condition with a variant of each part in its place.
fn inside(
    set: &PolicySet,
    condition: &Condition,
    parts: &[Condition],
    kind: impl Fn(Vec<Condition>) -> ConditionKind,
) -> Vec<Variant> {
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        for variant in variants(set, part) {
            let mut changed = parts.to_vec();
            changed[at] = variant.condition;
            found.push(Variant { condition: condition.with(kind(changed)), ..variant });
        }
    }
    found
}

/// A list without each of its members; a list of one is no list.
fn members(set: &PolicySet, probe: &Probe) -> Vec<(String, Predicate)> {
    match &probe.predicate {
        Predicate::People(people) => {
            let count = people.users.len() + people.groups.len() + people.roles.len();
            let whole = usize::from(people.anyone) + usize::from(!people.types.is_empty());
            if count + whole < 2 {
                return Vec::new();
            }
            let mut found = Vec::new();
            for id in &people.users {
                let mut left = people.clone();
                left.users.remove(id);
                found.push((named(set, ObjectKind::User, id), Predicate::People(left)));
            }
            for id in &people.groups {
                let mut left = people.clone();
                left.groups.remove(id);
                found.push((named(set, ObjectKind::Group, id), Predicate::People(left)));
            }
            for id in &people.roles {
                let mut left = people.clone();
                left.roles.remove(id);
                found.push((named(set, ObjectKind::Role, id), Predicate::People(left)));
            }
            found
        }
        Predicate::Apps(apps) if apps.ids.len() > 1 => each(&apps.ids, |left, id| {
            let apps = crate::hir::Apps { ids: left, ..apps.clone() };
            (named(set, ObjectKind::App, id), Predicate::Apps(apps))
        }),
        Predicate::Ids(ids) if ids.len() > 1 => {
            each(ids, |left, id| (quoted(id), Predicate::Ids(left)))
        }
        Predicate::Networks(networks) if networks.len() > 1 => {
            each(&networks.iter().copied().collect(), |left: BTreeSet<NetworkId>, id| {
                let networks = left.into_iter().collect();
                (set.network(*id).name.clone(), Predicate::Networks(networks))
            })
        }
        Predicate::Words(words, zone) if words.len() > 1 => each(words, |left, word| {
            let text = match probe.attribute {
                crate::schema::attribute::AttributeId::BuiltIn(it) => {
                    it.words().get(usize::from(*word)).map(|it| (*it).to_owned())
                }
                crate::schema::attribute::AttributeId::Own(_) => None,
            };
            let text = text.unwrap_or_else(|| word.to_string());
            (text, Predicate::Words(left, zone.clone()))
        }),
        Predicate::Countries(countries) if countries.len() > 1 => {
            each(countries, |left, it| (it.to_string(), Predicate::Countries(left)))
        }
        _ => Vec::new(),
    }
}

fn each<T: Ord + Clone>(
    all: &BTreeSet<T>,
    of: impl Fn(BTreeSet<T>, &T) -> (String, Predicate),
) -> Vec<(String, Predicate)> {
    let without = |member: &T| {
        let mut left = all.clone();
        left.remove(member);
        of(left, member)
    };
    all.iter().map(without).collect()
}

/// The name of an id, or the id.
fn named(set: &PolicySet, kind: ObjectKind, id: &str) -> String {
    let mut of_kind = set.objects.iter().filter(|it| it.kind == kind);
    let object = of_kind.find(|it| it.ids.iter().any(|own| own == id));
    object.map_or_else(|| quoted(id), |object| object.name.clone())
}
