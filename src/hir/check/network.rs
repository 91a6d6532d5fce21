//! Named locations, and the anonymous ones that address lists in conditions make.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::hir::check::address::{self, AddressRange};
use crate::hir::check::country::country_code;
use crate::hir::check::object::directory_id;
use crate::hir::check::remarks::remarks;
use crate::hir::resolve::report::Report;
use crate::hir::resolve::vocabulary::{UNKNOWN, listed};
use crate::hir::{Network, NetworkId, Remarks, codes};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, LiteralValue, NetworkBody, NetworkMember, ObjectKind};

/// The lines of a network that are a word, and whether a string follows.
const MARKERS: [(&str, bool); 4] = [
    ("compliant-network", false),
    ("mfa-trusted-ips", false),
    ("private-link", true),
    ("service-tag", true),
];

/// `network headquarters trusted { … }`
pub(super) fn network(
    item: &ast::Item,
    network: &ast::Network,
    report: &mut Report<'_>,
) -> Option<Network> {
    let remarks = remarks(item, report);
    let mut meaning = empty(network.name.node.clone(), remarks, item.span);
    meaning.trusted = network.trusted.is_some();
    match &network.body {
        NetworkBody::Id(id) => add_named(&mut meaning, id, report)?,
        NetworkBody::Members(lines) => add_lines(&mut meaning, network, lines, report)?,
    }
    Some(meaning)
}

fn empty(name: String, remarks: Remarks, span: Span) -> Network {
    Network {
        name,
        anonymous: false,
        trusted: false,
        remarks,
        ranges: Vec::new(),
        countries: BTreeSet::new(),
        unknown_country: false,
        gps_countries: BTreeSet::new(),
        gps_unknown: false,
        named: BTreeSet::new(),
        span,
    }
}

fn add_lines(
    meaning: &mut Network,
    network: &ast::Network,
    lines: &[NetworkMember],
    report: &mut Report<'_>,
) -> Option<()> {
    if lines.is_empty() {
        let name = &network.name;
        let message = format!("the network `{}` has no lines", name.node);
        return report.refuse(
            Diagnostic::error(codes::EMPTY_BODY, name.span, message)
                .note("no sign-in would ever be in it")
                .help("give it an address, a range or a country"),
        );
    }
    let mut good = true;
    for line in lines {
        good &= add_line(meaning, line, report).is_some();
    }
    meaning.ranges = address::merged(std::mem::take(&mut meaning.ranges));
    good.then_some(())
}

fn add_line(meaning: &mut Network, line: &NetworkMember, report: &mut Report<'_>) -> Option<()> {
    match line {
        NetworkMember::Address(literal) => {
            let range = address_range(literal, report)?;
            meaning.ranges.push(range);
            Some(())
        }
        NetworkMember::Country { codes, by_gps, .. } => {
            add_countries(meaning, codes, by_gps.is_some(), report)
        }
        NetworkMember::Marker { word, argument } => {
            add_marker(meaning, word, argument.as_ref(), report)
        }
    }
}

/// An address, a prefix or a range.
pub(super) fn address_range(
    literal: &ast::Literal,
    report: &mut Report<'_>,
) -> Option<AddressRange> {
    match &literal.value {
        LiteralValue::Address(text) => address::prefix(text, literal.span, report),
        LiteralValue::AddressRange(first, last) => {
            address::range((first, last), literal.span, report)
        }
        _ => {
            let text = crate::hir::check::literal::shown(literal);
            address::end(&text, literal.span, report).map(|address| (address, address))
        }
    }
}

fn add_countries(
    meaning: &mut Network,
    codes: &[ast::Name],
    by_gps: bool,
    report: &mut Report<'_>,
) -> Option<()> {
    let (countries, unknown) = if by_gps {
        (&mut meaning.gps_countries, &mut meaning.gps_unknown)
    } else {
        (&mut meaning.countries, &mut meaning.unknown_country)
    };
    let mut good = true;
    for code in codes {
        if code.node == UNKNOWN {
            *unknown = true;
            continue;
        }
        match country_code(&code.node, code.span, report) {
            Some(country) => drop(countries.insert(country)),
            None => good = false,
        }
    }
    good.then_some(())
}

fn add_marker(
    meaning: &mut Network,
    word: &ast::Name,
    argument: Option<&Spanned<String>>,
    report: &mut Report<'_>,
) -> Option<()> {
    let Some((_, takes)) = MARKERS.iter().find(|(marker, _)| *marker == word.node) else {
        return unknown_line(word, report);
    };
    match (takes, argument) {
        (true, Some(id)) => add_named(meaning, id, report),
        (false, None) => {
            meaning.named.insert(word.node.clone());
            Some(())
        }
        (true, None) => report.refuse(
            Diagnostic::error(
                codes::UNKNOWN_NETWORK_LINE,
                word.span,
                format!("`{}` lacks its id", word.node),
            )
            .help(format!("write it in quotes: `{} \"…\"`", word.node)),
        ),
        (false, Some(extra)) => report.refuse(
            Diagnostic::error(
                codes::UNKNOWN_NETWORK_LINE,
                extra.span,
                format!("`{}` takes no id", word.node),
            )
            .help("leave the string out")
            .fix(extra.span, ""),
        ),
    }
}

fn add_named(meaning: &mut Network, id: &Spanned<String>, report: &mut Report<'_>) -> Option<()> {
    let id = directory_id(ObjectKind::App, id, report)?;
    meaning.named.insert(id);
    Some(())
}

fn unknown_line(word: &ast::Name, report: &mut Report<'_>) -> Option<()> {
    let words = MARKERS.map(|(marker, _)| marker);
    let message = format!("`{}` is no line of a network", word.node);
    let mut diagnostic = Diagnostic::error(codes::UNKNOWN_NETWORK_LINE, word.span, message)
        .note(format!("a line is an address, a range, `country DE, FR`, {}", listed(words)));
    if let Some(near) = report.nearest(&word.node, words) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(word.span, near);
    }
    report.refuse(diagnostic)
}

/// The networks that address lists in conditions make, one for each set of addresses.
#[derive(Debug)]
pub(in crate::hir) struct Anonymous {
    first: usize,
    numbers: BTreeMap<Vec<AddressRange>, (u32, Span)>,
}

impl Anonymous {
    /// None yet; the numbers begin behind those of the named ones.
    pub(in crate::hir) fn after(named: usize) -> Self {
        Anonymous { first: named, numbers: BTreeMap::new() }
    }

    /// The number of the network of these addresses, until [`Anonymous::number_all`] gives the final ones.
    pub(super) fn number(&mut self, ranges: Vec<AddressRange>, span: Span) -> NetworkId {
        let next = u32::try_from(self.first + self.numbers.len()).unwrap_or(u32::MAX);
        let entry = self.numbers.entry(address::merged(ranges)).or_insert((next, span));
        entry.1 = entry.1.min(span);
        NetworkId(entry.0)
    }

    /// All networks in the order of their names, and the final number of each number given before.
    pub(in crate::hir) fn number_all(self, named: Vec<Network>) -> (Vec<Network>, Vec<NetworkId>) {
        let numbered = named.into_iter().zip(0..);
        let anonymous = self
            .numbers
            .into_iter()
            .map(|(ranges, (number, span))| (anonymous_network(ranges, span), number));
        let mut all: Vec<(Network, u32)> = numbered.chain(anonymous).collect();
        all.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        let mut numbers = vec![NetworkId(0); all.len()];
        for (new, (_, old)) in (0..).zip(&all) {
            numbers[*old as usize] = NetworkId(new);
        }
        (all.into_iter().map(|(network, _)| network).collect(), numbers)
    }
}

fn anonymous_network(ranges: Vec<AddressRange>, span: Span) -> Network {
    let texts: Vec<String> = ranges.iter().map(|range| address::range_text(*range)).collect();
    let mut network = empty(texts.join(", "), Remarks::default(), span);
    network.anonymous = true;
    network.ranges = ranges;
    network
}
