//! What items are called.

use crate::syntax::ast::{Item, ItemKind, Name};

impl Item {
    /// Its name. A test has a title instead.
    pub fn name(&self) -> Option<&Name> {
        match &self.kind {
            ItemKind::Policy(policy) => Some(&policy.name),
            ItemKind::Network(network) => Some(&network.name),
            ItemKind::Object(object) => Some(&object.name),
            ItemKind::Archetype(archetype) => Some(&archetype.name),
            ItemKind::Strength(strength) => Some(&strength.name),
            ItemKind::Let(named) => Some(&named.name),
            ItemKind::Attribute(attribute) => Some(&attribute.name),
            ItemKind::Assert(assert) => Some(&assert.name),
            ItemKind::Test(_) => None,
        }
    }

    /// What it is, in a word or two: `policy`, `service-principal`.
    pub fn keyword(&self) -> &'static str {
        match &self.kind {
            ItemKind::Policy(_) => "policy",
            ItemKind::Network(_) => "network",
            ItemKind::Object(object) => object.kind.node.keyword(),
            ItemKind::Archetype(_) => "archetype",
            ItemKind::Strength(_) => "strength",
            ItemKind::Let(_) => "let",
            ItemKind::Attribute(_) => "attribute",
            ItemKind::Assert(_) => "assert",
            ItemKind::Test(_) => "test",
        }
    }
}
