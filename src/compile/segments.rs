//! The surveyed dimensions as the program holds them, for requests to be interned against.

use crate::compile::space::{Class, KeyValue, SegmentKeys, SegmentName, Subject, SubjectKeys};
use crate::compile::{Compiler, addresses, codes};
use crate::diagnostic::Diagnostic;
use crate::program::{Ids, KeyDimension, Segment, SegmentKind, Stretch, Test, Values};
use crate::value::Country;

/// A dimension without its index.
pub(super) fn dimension(
    compiler: &mut Compiler<'_>,
    subject: &Subject,
    keys: &SubjectKeys,
) -> KeyDimension {
    let segments = keys.segments.iter().map(|(name, keys)| segment(compiler, name, keys)).collect();
    KeyDimension {
        name: subject.name.clone(),
        count: keys.count,
        segments,
        slots: Vec::new(),
        unwanted: None,
        unwanted_keys: Stretch::default(),
    }
}

fn segment(compiler: &mut Compiler<'_>, name: &SegmentName, keys: &SegmentKeys) -> Segment {
    let kind = match &name.class {
        Class::Words => SegmentKind::Words(words(keys)),
        Class::Ids | Class::Names => SegmentKind::Ids(Ids::new(ids(keys))),
        Class::Countries => SegmentKind::Countries(countries(keys)),
        Class::Addresses => SegmentKind::Addresses(compiler.addresses(keys)),
        Class::Values(custom) => SegmentKind::Values(values(keys, custom.clone())),
        Class::AppIds => SegmentKind::AppIds(Ids::new(ids(keys))),
        Class::AgentResource => SegmentKind::AgentResource,
        Class::AnyApp => SegmentKind::AnyApp,
        Class::AppValues(custom) => SegmentKind::AppValues(values(keys, Some(custom.clone()))),
    };
    Segment { input: name.input, first: keys.first, silent: keys.silent, kind }
}

fn words(keys: &SegmentKeys) -> Vec<u64> {
    let mask = |value: &KeyValue| match value {
        KeyValue::Words(mask) => Some(*mask),
        _ => None,
    };
    keys.values.keys().filter_map(mask).collect()
}

fn ids(keys: &SegmentKeys) -> Vec<String> {
    let id = |value: &KeyValue| match value {
        KeyValue::Id(id) => Some(id.clone()),
        _ => None,
    };
    keys.values.keys().filter_map(id).collect()
}

fn countries(keys: &SegmentKeys) -> Vec<Country> {
    let country = |value: &KeyValue| match value {
        KeyValue::Country(country) => Some(*country),
        _ => None,
    };
    keys.values.keys().filter_map(country).collect()
}

fn values(keys: &SegmentKeys, custom: Option<String>) -> Values {
    let text = |value: &KeyValue| match value {
        KeyValue::Text(text) => Some(text.clone()),
        _ => None,
    };
    let test = |value: &KeyValue| match value {
        KeyValue::Test(test) => Some(test.clone()),
        _ => None,
    };
    let equal = keys.values.keys().filter_map(text).collect();
    let tests: Vec<Test> = keys.values.keys().filter_map(test).collect();
    Values { custom, equal, tests }
}

impl Compiler<'_> {
    fn addresses(&mut self, keys: &SegmentKeys) -> crate::program::Addresses {
        let network = |value: &KeyValue| match value {
            KeyValue::Network(id) => Some(*id),
            _ => None,
        };
        let networks: Vec<_> = keys.values.keys().filter_map(network).collect();
        if let Some(addresses) = addresses::classify(self.set, &networks) {
            return addresses;
        }
        if let Some(first) = networks.first() {
            let network = self.set.network(*first);
            self.diagnostics.push(
                Diagnostic::error(
                    codes::TOO_MANY_OVERLAPS,
                    network.span,
                    "the networks that policies name overlap in too many ways",
                )
                .note(
                    "each address range is looked up once, with the list of all networks it is in",
                )
                .help("let networks name what they have in common once, in a network of its own"),
            );
        }
        crate::program::Addresses::default()
    }
}
