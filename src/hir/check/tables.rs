//! Items that are only names and values, checked and numbered: objects, networks, strengths, own attributes.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hir::check::{network, object, strength};
use crate::hir::resolve::names::{Declaration, Names};
use crate::hir::resolve::report::Report;
use crate::hir::{Network, NetworkId, Object, OwnAttribute, OwnKind, Strength, StrengthId, codes};
use crate::schema::attribute::MAX_OWN_ATTRIBUTES;
use crate::syntax::ast::ItemKind;

/// Things of one kind, in the order of their names; the number of a thing is its place.
#[derive(Debug)]
pub(in crate::hir) struct Table<'a, T> {
    numbers: BTreeMap<&'a str, u32>,
    rows: Vec<T>,
}

impl<'a, T> Table<'a, T> {
    fn new() -> Self {
        Table { numbers: BTreeMap::new(), rows: Vec::new() }
    }

    /// Adds a thing; names come sorted.
    fn push(&mut self, name: &'a str, row: T) {
        let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name, number);
        self.rows.push(row);
    }

    /// How many there are.
    pub(in crate::hir) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of a name; nothing for a bad item.
    pub(in crate::hir) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The thing of that name; nothing for a bad item.
    pub(in crate::hir) fn get(&self, name: &str) -> Option<&T> {
        self.number(name).map(|number| &self.rows[number as usize])
    }

    /// Everything with its number.
    pub(in crate::hir) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.rows)
    }

    /// Everything, in the order of the numbers.
    pub(in crate::hir) fn into_rows(self) -> Vec<T> {
        self.rows
    }
}

/// The items that are only names and values; bad ones are not in.
#[derive(Debug)]
pub(in crate::hir) struct Tables<'a> {
    pub(in crate::hir) objects: Table<'a, Object>,
    pub(in crate::hir) networks: Table<'a, Network>,
    pub(in crate::hir) strengths: Table<'a, Strength>,
    pub(in crate::hir) own_attributes: Table<'a, OwnAttribute>,
}

impl<'a> Tables<'a> {
    /// Checks them all.
    pub(in crate::hir) fn collect(names: &Names<'a>, report: &mut Report<'_>) -> Self {
        let mut tables = Tables {
            objects: Table::new(),
            networks: Table::new(),
            strengths: Table::new(),
            own_attributes: Table::new(),
        };
        for declaration in names.iter() {
            tables.add(declaration, report);
        }
        for declaration in names.unnamed() {
            check_alone(declaration, report);
        }
        tables
    }

    fn add(&mut self, declaration: Declaration<'a>, report: &mut Report<'_>) {
        let name = declaration.name.node.as_str();
        let item = declaration.item;
        match &item.kind {
            ItemKind::Object(object) => {
                object::object(item, object, report).map(|row| self.objects.push(name, row))
            }
            ItemKind::Network(network) => {
                network::network(item, network, report).map(|row| self.networks.push(name, row))
            }
            ItemKind::Strength(strength) => {
                strength::strength(item, strength, report).map(|row| self.strengths.push(name, row))
            }
            ItemKind::Attribute(attribute) => {
                let row = object::own_attribute(item, attribute, report);
                row.map(|row| self.add_attribute(name, row, declaration, report))
            }
            ItemKind::Policy(_) | ItemKind::Archetype(_) | ItemKind::Let(_) => None,
            ItemKind::Assert(_) | ItemKind::Test(_) => None,
        };
    }

    fn add_attribute(
        &mut self,
        name: &'a str,
        row: OwnAttribute,
        declaration: Declaration<'a>,
        report: &mut Report<'_>,
    ) {
        if self.own_attributes.len() < MAX_OWN_ATTRIBUTES {
            return self.own_attributes.push(name, row);
        }
        let message = format!("there are more than {MAX_OWN_ATTRIBUTES} own attributes");
        report.tell(
            Diagnostic::error(codes::TOO_MANY_ATTRIBUTES, declaration.name.span, message)
                .here("one too many, in the order of names")
                .note("a decision says in 128 bits which of them it depends on"),
        );
    }

    /// The number of a network.
    pub(in crate::hir) fn network(&self, name: &str) -> Option<NetworkId> {
        self.networks.number(name).map(NetworkId)
    }

    /// The number of a strength.
    pub(in crate::hir) fn strength(&self, name: &str) -> Option<StrengthId> {
        self.strengths.number(name).map(StrengthId)
    }

    /// The number and type of an own attribute.
    pub(in crate::hir) fn own_attribute(&self, name: &str) -> Option<(u8, OwnKind)> {
        let number = u8::try_from(self.own_attributes.number(name)?).ok()?;
        Some((number, self.own_attributes.get(name)?.kind))
    }
}

/// What is wrong inside an item is told even when its name is taken.
fn check_alone(declaration: Declaration<'_>, report: &mut Report<'_>) {
    let item = declaration.item;
    match &item.kind {
        ItemKind::Object(object) => drop(object::object(item, object, report)),
        ItemKind::Network(network) => drop(network::network(item, network, report)),
        ItemKind::Strength(strength) => drop(strength::strength(item, strength, report)),
        ItemKind::Attribute(attribute) => drop(object::own_attribute(item, attribute, report)),
        ItemKind::Policy(_) | ItemKind::Archetype(_) | ItemKind::Let(_) => {}
        ItemKind::Assert(_) | ItemKind::Test(_) => {}
    }
}
