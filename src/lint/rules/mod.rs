//! Every rule: a file and a page each, in a folder for its category.

pub(super) mod correctness;
mod coverage;
pub(super) mod hygiene;
mod lockout;
mod portability;
mod style;

use std::sync::LazyLock;

use crate::lint::rule::{Category, Rule};
use crate::syntax::ast::{Item, ItemKind, Name};

/// Every rule, in the order of their codes.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let all = [
        correctness::RULES,
        lockout::RULES,
        coverage::RULES,
        hygiene::RULES,
        portability::RULES,
        style::RULES,
    ];
    all.concat()
});

/// The rules by what they are about, in the order of the catalogue.
pub fn categories() -> impl Iterator<Item = (Category, Vec<&'static Rule>)> {
    Category::ALL.into_iter().map(|category| {
        let own = RULES.iter().copied().filter(move |rule| rule.category == category);
        (category, own.collect())
    })
}

/// The name that an item declares for others to use.
fn declared(item: &Item) -> Option<&Name> {
    match &item.kind {
        ItemKind::Policy(it) => Some(&it.name),
        ItemKind::Network(it) => Some(&it.name),
        ItemKind::Object(it) => Some(&it.name),
        ItemKind::Archetype(it) => Some(&it.name),
        ItemKind::Strength(it) => Some(&it.name),
        ItemKind::Let(it) => Some(&it.name),
        ItemKind::Attribute(it) => Some(&it.name),
        ItemKind::Assert(it) => Some(&it.name),
        ItemKind::Test(_) => None,
    }
}
