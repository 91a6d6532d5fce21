//! What a policy means, as a text that is the same in every policy set that has the same policy.
//!
//! Numbers of networks, strengths and own attributes differ from set to set, and places in files mean nothing. So
//! numbers are written out as what they stand for, and places are left out. Equal texts mean equal policies. Two
//! policies that mean the same in other words have different texts.

use std::fmt::Write;

use crate::hir::{
    Condition, ConditionKind, Effect, Grant, NetworkId, Policy, PolicySet, Predicate, Probe,
    Requirement,
};
use crate::schema::attribute::AttributeId;

/// Condition, effect and session controls of a policy of this set. Its name, its state and what is said about it are no
/// part of it.
pub(super) fn meaning(set: &PolicySet, policy: &Policy) -> String {
    let mut writer = Writer { set, text: String::new() };
    writer.condition(&policy.condition);
    writer.put("\n");
    writer.effect(&policy.effect);
    writer.debug(&policy.session);
    writer.text
}

struct Writer<'a> {
    set: &'a PolicySet,
    text: String,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn debug(&mut self, value: &dyn std::fmt::Debug) {
        writeln!(self.text, "{value:?}").expect("writing to a string cannot fail");
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::Always => self.put("always"),
            ConditionKind::Never => self.put("never"),
            ConditionKind::All(inner) => self.several("all", inner, Self::condition),
            ConditionKind::Any(inner) => self.several("any", inner, Self::condition),
            ConditionKind::Not(inner) => {
                self.several("not", std::slice::from_ref(&**inner), Self::condition)
            }
            ConditionKind::Test(probe) => self.probe(probe),
        }
    }

    fn several<T>(&mut self, word: &str, parts: &[T], each: fn(&mut Self, &T)) {
        self.put(word);
        self.put("(\n");
        for part in parts {
            each(self, part);
            self.put(",\n");
        }
        self.put(")\n");
    }

    fn probe(&mut self, probe: &Probe) {
        match probe.attribute {
            AttributeId::BuiltIn(attribute) => self.put(attribute.name()),
            AttributeId::Own(number) => {
                let own = &self.set.own_attributes[usize::from(number)];
                self.debug(&(&own.name, own.kind));
            }
        }
        if let Predicate::Networks(networks) = &probe.predicate {
            let networks: Vec<NetworkId> = networks.iter().copied().collect();
            self.several("networks", &networks, Self::network);
        } else {
            self.debug(&probe.predicate);
        }
    }

    /// A network with everything that can put a request in it: its name and id too, unless it is anonymous.
    fn network(&mut self, id: &NetworkId) {
        let network = self.set.network(*id);
        if !network.anonymous {
            self.debug(&(&network.name, network.remarks.annotation("id")));
        }
        self.debug(&(&network.ranges, &network.countries, network.unknown_country));
        self.debug(&(&network.gps_countries, network.gps_unknown, &network.named));
    }

    fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Block => self.put("block\n"),
            Effect::Require(grant) => self.grant(grant),
            Effect::Nothing => self.put("nothing\n"),
        }
    }

    fn grant(&mut self, grant: &Grant) {
        match grant {
            Grant::All(grants) => self.several("all", grants, Self::grant),
            Grant::Any(grants) => self.several("any", grants, Self::grant),
            Grant::One(requirement) => self.requirement(requirement),
        }
    }

    fn requirement(&mut self, requirement: &Requirement) {
        self.debug(&(requirement.grant, &requirement.object, requirement.within));
        if let Some(id) = requirement.strength {
            let strength = self.set.strength(id);
            self.debug(&(&strength.name, &strength.combinations, &strength.opaque));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;

    fn of(text: &str, name: &str) -> String {
        let engine = Engine::from_text([("a.latch", text)]).expect("sound");
        let policy = engine.policies().iter().find(|it| it.name == name).expect("it is there");
        meaning(engine.policy_set(), policy)
    }

    const ONE: &str = "
        network office { 192.0.2.0/24 }
        strength key { fido2 }
        attribute badge: string
        policy p { when location in office and badge is \"x\" require strength key }";

    #[test]
    fn places_numbers_names_and_state_do_not_matter() {
        let other = "
            network a-first { 198.51.100.0/24 }
            strength another { sms }
            attribute a-colour: string
            attribute badge: string
            policy unrelated { when location in a-first and a-colour is \"red\" require strength another }
            /// Said otherwise.
            policy renamed \"With a title\" report-only {
              when location in office and badge is \"x\"
              require strength key
            }
            strength key { fido2 }
            network office { 192.0.2.0/24 }";
        assert_eq!(of(ONE, "p"), of(other, "renamed"));
        assert_ne!(of(ONE, "p"), of(other, "unrelated"));
    }

    #[test]
    fn what_a_name_stands_for_does() {
        for (from, to) in [
            ("192.0.2.0/24", "192.0.2.0/25"),
            ("{ fido2 }", "{ fido2 sms }"),
            ("badge: string", "badge: set of string"),
            ("require strength key", "require strength key within 1 hour"),
            ("require strength key", "require strength key idle 1 hour"),
            ("require strength key", "require mfa or strength key"),
            ("require strength key", "block"),
            ("when location in office and", "when location not in office and"),
            ("when location in office and", "when location in office or"),
        ] {
            let changed = ONE.replacen(from, to, 1).replace(
                "badge is \"x\"",
                if to.contains("set of") { "badge contains \"x\"" } else { "badge is \"x\"" },
            );
            assert_ne!(of(ONE, "p"), of(&changed, "p"), "{from} to {to}");
        }
    }
}
