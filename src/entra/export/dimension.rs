//! The dimensions that are words of an enumeration: clients, platforms, risks, flows, contexts of agents.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::draft::{Made, Miss, Numbers};
use crate::entra::export::literal::{Demand, Literal};
use crate::entra::export::products::Product;
use crate::entra::model::{Conditions, Risk, Sieve};
use crate::entra::tables::{self, Spelling};
use crate::schema::attribute::{Attribute, Kind};
use crate::source::Span;

/// Writes them into conditions.
pub(super) fn words(product: &Product, of_agent: bool, conditions: &mut Conditions) -> Made<()> {
    let (include, exclude) = gathered(product)?;
    // Only an agent has circumstances.
    if include.contains_key(&Attribute::AgentContext) && !of_agent {
        return Err(Miss::Empty);
    }
    let list = |attribute, table| said(product, &include, attribute, table);
    conditions.clients = list(Attribute::Client, tables::CLIENTS)?;
    conditions.flows = list(Attribute::Flow, tables::FLOWS)?;
    let sieve = |attribute, table| -> Made<Sieve<&'static str>> {
        let include = said(product, &include, attribute, table)?;
        Ok(Sieve { include, exclude: said(product, &exclude, attribute, table)? })
    };
    conditions.platforms = sieve(Attribute::Platform, tables::PLATFORMS)?;
    if of_agent {
        conditions.agent_contexts = sieve(Attribute::AgentContext, tables::AGENT_CONTEXTS)?;
    }
    for (_, name, table) in tables::RISK_FIELDS {
        let Some(attribute) = Attribute::by_name(name) else { continue };
        let levels = said(product, &include, attribute, table)?;
        if !levels.is_empty() {
            conditions.risks.push(Risk { attribute: name, levels, upward: false });
        }
    }
    Ok(())
}

/// Dimensions with a list of exceptions; in the others an exception is possible only beside what it is taken out of.
const WITH_EXCEPTIONS: [Attribute; 2] = [Attribute::Platform, Attribute::AgentContext];

fn gathered(product: &Product) -> Made<(Numbers, Numbers)> {
    let (mut include, mut exclude) = (Numbers::new(), Numbers::new());
    for literal in product {
        match &literal.demand {
            Demand::Words(attribute, words) => {
                let entry = include.entry(*attribute).or_insert_with(|| words.clone());
                entry.retain(|word| words.contains(word));
            }
            Demand::NotWords(attribute, words) => {
                exclude.entry(*attribute).or_default().extend(words);
            }
            _ => {}
        }
    }
    for (attribute, words) in &mut exclude {
        if WITH_EXCEPTIONS.contains(attribute) {
            continue;
        }
        match include.get_mut(attribute) {
            Some(included) => included.retain(|word| !words.contains(word)),
            None => return Err(Miss::from(no_exceptions(product, *attribute, words))),
        }
    }
    if include.values().any(BTreeSet::is_empty) {
        return Err(Miss::Empty);
    }
    Ok((include, exclude))
}

/// The words of a dimension, or which of them Entra does not have.
fn said(
    product: &Product,
    numbers: &Numbers,
    attribute: Attribute,
    table: &'static [Spelling],
) -> Made<Vec<&'static str>> {
    let Some(numbers) = numbers.get(&attribute) else { return Ok(Vec::new()) };
    match tables::graph_words(table, attribute, numbers) {
        Ok(_) => Ok(named(attribute, numbers)),
        Err(word) => Err(Miss::from(unknown_word(span_of(product, attribute), attribute, word))),
    }
}

/// The words of these numbers.
pub(super) fn named(attribute: Attribute, numbers: &BTreeSet<u8>) -> Vec<&'static str> {
    let (Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words)) =
        attribute.row().kind
    else {
        return Vec::new();
    };
    numbers.iter().filter_map(|number| words.get(usize::from(*number))).copied().collect()
}

/// Where a product speaks of an attribute.
fn span_of(product: &Product, attribute: Attribute) -> Span {
    let speaks = |literal: &&Literal| match &literal.demand {
        Demand::Words(of, _) | Demand::NotWords(of, _) => *of == attribute,
        _ => false,
    };
    product
        .iter()
        .find(speaks)
        .or(product.first())
        .map_or_else(crate::entra::tree::nowhere, |it| it.span)
}

fn unknown_word(span: Span, attribute: Attribute, word: &str) -> Box<Diagnostic> {
    let name = attribute.name();
    let message = format!("Entra has no word for `{word}` of `{name}`");
    let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message);
    Box::new(match attribute {
        Attribute::Platform => diagnostic
            .note("platforms that it does not list are those that a policy does not exclude")
            .help("write `platform not in [android, ios, windows, windows-phone, macos, linux]`"),
        _ => diagnostic.help("leave it out of the list"),
    })
}

fn no_exceptions(product: &Product, attribute: Attribute, words: &BTreeSet<u8>) -> Box<Diagnostic> {
    let name = attribute.name();
    let message = format!("Entra knows no exceptions from `{name}`");
    let all: BTreeSet<u8> = (0..u8::MAX).collect();
    let others: BTreeSet<u8> = all.difference(words).copied().collect();
    let others = named(attribute, &others).join(", ");
    Box::new(
        Diagnostic::error(codes::NO_EXCEPTIONS, span_of(product, attribute), message)
            .note(format!(
                "a negative comparison holds where `{name}` is absent, a list never does"
            ))
            .help(format!("name what is meant: `{name} in [{others}]`")),
    )
}
