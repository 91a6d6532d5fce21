//! The keys that one input of a request has for sure, and those that it may have.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::facts::{Context, Facts, Look, clock, is_word, slot_of};
use crate::program::{self, Addresses, Program, Segment, SegmentKind, Shows, Test, Values};
use crate::request::{App, Ids, Request, Value};
use crate::schema::attribute::{ACTIONS, Attribute, AttributeId, TARGETS};
use crate::value::{Country, Slot, Truth, Version};

/// Reads one segment's input.
pub(super) struct Reader<'a> {
    pub program: &'a Program,
    pub request: &'a Request,
    pub segment: &'a Segment,
    pub facts: &'a mut Facts,
}

impl Reader<'_> {
    pub(super) fn read(&mut self, look: &Look<'_>) {
        match look {
            Look::Whole => self.read_input(),
            Look::App(app) => self.read_app(app),
            Look::Context(context) => self.read_context(*context),
        }
    }

    fn sure(&mut self, at: usize) {
        self.facts.sure.push(self.segment.first + super::at(at));
    }

    fn maybe(&mut self, at: usize) {
        self.facts.maybe.push(self.segment.first + super::at(at));
    }

    /// Nobody said anything about the input, or nothing that it can be read from.
    fn silent(&mut self) {
        self.facts.maybe.extend(self.segment.silent);
    }

    /// Takes down the truth of the n-th key.
    fn is(&mut self, at: usize, truth: Truth) {
        match truth {
            Truth::True => self.sure(at),
            Truth::Unknown => self.maybe(at),
            Truth::False => {}
        }
    }

    fn read_input(&mut self) {
        match slot_of(self.program, self.request, self.segment.input) {
            Slot::Known(value) => self.read_value(value),
            Slot::NotSupplied => self.silent(),
            Slot::Absent => {
                if let SegmentKind::Countries(countries) = &self.segment.kind {
                    self.sure(countries.len());
                }
            }
        }
    }

    fn read_value(&mut self, value: &Value) {
        match &self.segment.kind {
            SegmentKind::Words(masks) => self.words(masks, value),
            SegmentKind::Ids(ids) => self.ids(ids, value),
            SegmentKind::Countries(countries) => self.country(countries, value),
            SegmentKind::Addresses(addresses) => self.address(addresses, value),
            SegmentKind::Values(values) => self.value(values, value),
            // What belongs to an app is read for each app.
            SegmentKind::AppIds(_) | SegmentKind::AgentResource => self.silent(),
            SegmentKind::AnyApp | SegmentKind::AppValues(_) => self.silent(),
        }
    }

    fn words(&mut self, masks: &[u64], value: &Value) {
        let bit = |word: u8| 1_u64.checked_shl(u32::from(word)).unwrap_or_default();
        let words = match value {
            Value::Word(word) => bit(*word),
            Value::Boolean(value) => bit(u8::from(*value)),
            Value::Words(words) => words.iter().fold(0, |mask, word| mask | bit(*word)),
            _ => return self.silent(),
        };
        for (at, mask) in masks.iter().enumerate() {
            self.is(at, (mask & words != 0).into());
        }
    }

    fn ids(&mut self, ids: &program::Ids, value: &Value) {
        match value {
            Value::Text(id) => self.id(ids, id),
            Value::Ids(of) => {
                of.inside.iter().for_each(|id| self.id(ids, id));
                if !of.complete {
                    self.rest(ids, of);
                }
            }
            _ => self.silent(),
        }
    }

    fn id(&mut self, ids: &program::Ids, id: &str) {
        if let Some(at) = ids.find(id) {
            self.sure(at);
        }
    }

    /// A list that is known in part: what is not said to be outside may be inside.
    fn rest(&mut self, ids: &program::Ids, of: &Ids) {
        if self.segment.silent.is_none() {
            return;
        }
        if of.outside.is_empty() {
            return self.silent();
        }
        for (at, id) in ids.all.iter().enumerate() {
            if !of.outside.contains(id) {
                self.maybe(at);
            }
        }
    }

    fn country(&mut self, countries: &[Country], value: &Value) {
        match value {
            Value::Country(country) => {
                if let Ok(at) = countries.binary_search(country) {
                    self.sure(at);
                }
            }
            _ => self.silent(),
        }
    }

    fn address(&mut self, addresses: &Addresses, value: &Value) {
        let Value::Address(address) = value else { return self.silent() };
        for network in addresses.networks_of(*address) {
            self.sure(*network as usize);
        }
    }

    fn value(&mut self, values: &Values, value: &Value) {
        match (&values.custom, value) {
            (None, _) => self.plain_value(values, value),
            (Some(name), Value::Custom(custom)) => {
                custom.get(name).into_iter().for_each(|texts| self.texts(values, texts));
            }
            (Some(_), _) => self.silent(),
        }
    }

    fn plain_value(&mut self, values: &Values, value: &Value) {
        match value {
            Value::Text(text) => self.text(values, text),
            Value::Texts(texts) => self.texts(values, texts),
            Value::Boolean(_) | Value::Word(_) | Value::Words(_) | Value::Ids(_) => self.silent(),
            Value::Address(_) | Value::Country(_) | Value::Apps(_) => self.silent(),
            Value::Custom(_) => self.silent(),
            Value::Integer(number) => self.tests(values, |_, test| in_ranges(*number, test)),
            Value::Duration(seconds) => {
                let number = i64::try_from(*seconds).unwrap_or(i64::MAX);
                self.tests(values, |_, test| in_ranges(number, test));
            }
            Value::Instant(time) => {
                let program = self.program;
                self.tests(values, |_, test| match test {
                    Test::Clock(clock) => clock::holds(program, clock, time.0),
                    _ => None,
                });
                if self.segment.input == AttributeId::BuiltIn(Attribute::Time) {
                    self.turns(values, time.0);
                }
            }
        }
    }

    /// Takes down when tests of the clock turn.
    fn turns(&mut self, values: &Values, now: i64) {
        for (at, test) in values.tests.iter().enumerate() {
            let Test::Clock(test) = test else { continue };
            if let Some(after) = clock::turns_in(self.program, test, now) {
                let key = self.segment.first + super::at(values.equal.len() + at);
                self.facts.turns.push(clock::Turn { key, after });
            }
        }
    }

    /// Tests of something that is no text: it equals none.
    fn tests(&mut self, values: &Values, holds: impl Fn(&Facts, &Test) -> Option<bool>) {
        (0..values.equal.len()).for_each(|at| self.maybe(at));
        for (at, test) in values.tests.iter().enumerate() {
            let truth = holds(self.facts, test).map_or(Truth::Unknown, Truth::from);
            self.is(values.equal.len() + at, truth);
        }
    }

    fn text(&mut self, values: &Values, text: &str) {
        self.facts.fold(text);
        if let Some(at) = self.equal(values) {
            self.sure(at);
        }
        for (at, test) in values.tests.iter().enumerate() {
            let truth =
                text_holds(test, &self.facts.folded, text).map_or(Truth::Unknown, Truth::from);
            self.is(values.equal.len() + at, truth);
        }
    }

    fn equal(&self, values: &Values) -> Option<usize> {
        values.equal.binary_search_by(|it| it.as_str().cmp(&self.facts.folded)).ok()
    }

    /// A test holds for a set of texts when it holds for any.
    fn texts(&mut self, values: &Values, texts: &BTreeSet<String>) {
        for text in texts {
            self.facts.fold(text);
            if let Some(at) = self.equal(values) {
                self.sure(at);
            }
        }
        for (at, test) in values.tests.iter().enumerate() {
            let truth = self.any_text(test, texts);
            self.is(values.equal.len() + at, truth);
        }
    }

    fn any_text(&mut self, test: &Test, texts: &BTreeSet<String>) -> Truth {
        if !is_of_text(test) {
            return Truth::Unknown;
        }
        let any = texts.iter().any(|text| {
            self.facts.fold(text);
            text_holds(test, &self.facts.folded, text) == Some(true)
        });
        any.into()
    }

    fn read_context(&mut self, context: Context<'_>) {
        let SegmentKind::Ids(ids) = &self.segment.kind else { return };
        match context {
            Context::One(id) => self.id(ids, id),
            Context::Rest(of) if !of.complete => self.rest(ids, of),
            Context::Rest(_) | Context::Absent => {}
            Context::NotSupplied => self.silent(),
        }
    }

    fn read_app(&mut self, app: &Slot<&App>) {
        if self.segment.kind == SegmentKind::AnyApp {
            return self.any_app(app);
        }
        match app {
            Slot::Known(app) => self.read_known_app(app),
            Slot::Absent => {}
            Slot::NotSupplied => self.silent(),
        }
    }

    fn read_known_app(&mut self, app: &App) {
        match &self.segment.kind {
            SegmentKind::AppIds(ids) => self.id(ids, &app.id),
            SegmentKind::AgentResource => self.is(0, app.agent_resource.test(|is| *is)),
            SegmentKind::AppValues(values) => match &app.attributes {
                Slot::Known(custom) => {
                    let texts = values.custom.as_ref().and_then(|name| custom.get(name));
                    texts.into_iter().for_each(|texts| self.texts(values, texts));
                }
                Slot::Absent => {}
                Slot::NotSupplied => self.silent(),
            },
            SegmentKind::Words(_) | SegmentKind::Ids(_) | SegmentKind::Countries(_) => {}
            SegmentKind::Addresses(_) | SegmentKind::Values(_) | SegmentKind::AnyApp => {}
        }
    }

    /// `any-app` has a key for each input that it reads; the one that decided gets it.
    fn any_app(&mut self, app: &Slot<&App>) {
        let (decided_by, truth) = any_app(self.request, app);
        if self.segment.input == AttributeId::BuiltIn(decided_by) {
            self.is(0, truth);
        }
    }
}

/// Whether `any-app` holds, and which input says so: every app does, and the action register-security-info.
fn any_app(request: &Request, app: &Slot<&App>) -> (Attribute, Truth) {
    let app = app.test(|_| true);
    let action = request
        .word(Attribute::Action)
        .test(|action| is_word(*action, ACTIONS, "register-security-info"));
    match request.word(Attribute::Target) {
        Slot::Known(target) if is_word(target, TARGETS, "app") => (Attribute::App, Truth::True),
        Slot::Known(target) if is_word(target, TARGETS, "action") => (Attribute::Action, action),
        Slot::Known(_) => (Attribute::App, Truth::False),
        Slot::Absent if action > app => (Attribute::Action, action),
        Slot::Absent => (Attribute::App, app),
        Slot::NotSupplied if app == Truth::Unknown => (Attribute::App, Truth::Unknown),
        Slot::NotSupplied => (Attribute::Target, Truth::Unknown),
    }
}

impl Facts {
    /// Folds a text as [`crate::value::fold_case`] does, into the buffer.
    fn fold(&mut self, text: &str) {
        self.folded.clear();
        if text.is_ascii() {
            self.folded.push_str(text);
            self.folded.make_ascii_lowercase();
        } else {
            self.folded.push_str(&crate::value::fold_case(text));
        }
    }
}

impl Addresses {
    /// The networks that an address is in, numbered within the segment.
    fn networks_of(&self, address: IpAddr) -> &[u32] {
        let class = match address {
            IpAddr::V4(address) => class_of(&self.v4, &self.v4_class, address.to_bits()),
            IpAddr::V6(address) => class_of(&self.v6, &self.v6_class, address.to_bits()),
        };
        let stretch = class.and_then(|class| self.classes.get(class as usize));
        stretch.map_or(&[], |stretch| stretch.of(&self.members))
    }
}

fn class_of<T: Ord>(starts: &[T], classes: &[u32], address: T) -> Option<u32> {
    let at = starts.partition_point(|start| *start <= address).checked_sub(1)?;
    classes.get(at).copied()
}

fn in_ranges(number: i64, test: &Test) -> Option<bool> {
    match test {
        Test::Ranges(ranges) => {
            Some(ranges.iter().any(|(low, high)| (*low..=*high).contains(&number)))
        }
        Test::StartsWith(_) | Test::EndsWith(_) | Test::Contains(_) | Test::Clock(_) => None,
        Test::Less(_) | Test::LessOrEqual(_) | Test::Greater(_) | Test::GreaterOrEqual(_) => None,
    }
}

fn is_of_text(test: &Test) -> bool {
    matches!(test, Test::StartsWith(_) | Test::EndsWith(_) | Test::Contains(_))
}

/// Whether a test of text holds; a text that is no version compares as absent.
fn text_holds(test: &Test, folded: &str, text: &str) -> Option<bool> {
    let version = |holds: fn(&Version, &Version) -> bool, than: &Version| {
        Some(Version::parse(text).is_some_and(|version| holds(&version, than)))
    };
    match test {
        Test::StartsWith(start) => Some(folded.starts_with(start.as_str())),
        Test::EndsWith(end) => Some(folded.ends_with(end.as_str())),
        Test::Contains(part) => Some(folded.contains(part.as_str())),
        Test::Less(than) => version(Version::lt, than),
        Test::LessOrEqual(than) => version(Version::le, than),
        Test::Greater(than) => version(Version::gt, than),
        Test::GreaterOrEqual(than) => version(Version::ge, than),
        Test::Ranges(_) | Test::Clock(_) => None,
    }
}

impl Shows {
    /// Whether it always, or never, holds.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Shows::TimeOfDay(from, to) => from == to || (*from == 0 && *to == 86_400),
            Shows::Weekday(days) => days & 0x7f == 0 || days & 0x7f == 0x7f,
            Shows::Date(days) => days.is_empty(),
        }
    }
}
