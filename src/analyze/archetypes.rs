//! Archetypes read off policies: where nobody says who there is, a proposal to begin with.

use std::collections::BTreeSet;

use crate::hir::{Condition, ConditionKind, PolicySet, PolicyState, Predicate};
use crate::syntax::ast::ObjectKind;

/// How policies speak of groups and roles.
#[derive(Default)]
struct Spoken {
    /// Those that a policy is about.
    about: BTreeSet<String>,
    /// Those that a policy leaves out.
    left_out: BTreeSet<String>,
}

/// An archetype for whoever is in none of the groups that policies only ever leave out, as text to be edited; `None` where
/// kinds of people are declared already, or nobody is ever left out.
///
/// Whoever may be in any group may be in every group that is exempt from something, so that what is proved of
/// all people is little. Most people are in none of these.
///
/// ```
/// use latch::Engine;
/// use latch::analyze::propose_archetype;
/// let policies = "
///     group staff = \"s\"
///     group exempt = \"e\"
///     policy p { when user in staff unless user in exempt require mfa }";
/// let engine = Engine::from_text([("policies.latch", policies)])?;
/// let expected = "archetype ordinary {\n  may be in staff\n  never in exempt\n}\n";
/// assert_eq!(propose_archetype(engine.policy_set()).as_deref(), Some(expected));
/// # Ok::<(), latch::engine::LoadError>(())
/// ```
pub fn propose_archetype(set: &PolicySet) -> Option<String> {
    let mut spoken = Spoken::default();
    let enabled = set.policies.iter().filter(|policy| policy.state != PolicyState::Disabled);
    enabled.for_each(|policy| spoken.listen(&policy.condition, true));
    let (about, exempt): (Vec<&str>, Vec<&str>) =
        (names(set, |id| spoken.about.contains(id)), names(set, |id| spoken.is_exempt(id)));
    if !set.archetypes.is_empty() || exempt.is_empty() {
        return None;
    }
    let mut text = String::from("archetype ordinary {\n");
    for (word, names) in [("may be in", about), ("never in", exempt)] {
        match names.as_slice() {
            [] => {}
            [one] => text += &format!("  {word} {one}\n"),
            several => text += &format!("  {word} [{}]\n", several.join(", ")),
        }
    }
    Some(text + "}\n")
}

impl Spoken {
    fn listen(&mut self, condition: &Condition, positive: bool) {
        match &condition.kind {
            ConditionKind::Always | ConditionKind::Never => {}
            ConditionKind::All(parts) | ConditionKind::Any(parts) => {
                parts.iter().for_each(|part| self.listen(part, positive));
            }
            ConditionKind::Not(inner) => self.listen(inner, !positive),
            ConditionKind::Test(probe) => {
                if let Predicate::People(people) = &probe.predicate {
                    let heard = if positive { &mut self.about } else { &mut self.left_out };
                    heard.extend(people.groups.iter().cloned());
                }
            }
        }
    }

    fn is_exempt(&self, id: &str) -> bool {
        self.left_out.contains(id) && !self.about.contains(id)
    }
}

/// The names of groups all ids of which are such.
fn names(set: &PolicySet, such: impl Fn(&str) -> bool) -> Vec<&str> {
    let groups = set.objects.iter().filter(|it| it.kind == ObjectKind::Group && !it.ids.is_empty());
    let whole = groups.filter(|object| object.ids.iter().all(|id| such(id)));
    whole.map(|object| object.name.as_str()).collect()
}
