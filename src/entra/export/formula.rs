//! Conditions on one device, app, workload or agent as filter rules.
//!
//! The reverse of [`crate::entra::filter`]: a property without a value is a value equal to nothing there and here, so a
//! condition becomes a rule test by test. Negations move to the operators, each of which has its negation.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::letters::Letters;
use crate::entra::rule::{self, Operator, Rule, Test, Value};
use crate::entra::tables::{self, DEVICE_PROPERTIES, Property, Spelling};
use crate::hir::{Condition, ConditionKind, Predicate, Probe, TextTest};
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::source::Span;

/// A rule, or why there is none.
pub(super) type Ruled = Result<Rule, Box<Diagnostic>>;

/// What a condition may say of whose attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// `device.…`
    Device,
    /// The custom security attributes of an app, a service principal or an agent.
    Custom(Attribute),
}

impl Subject {
    /// Whose attributes, and no others, a condition speaks of.
    pub(super) fn of(condition: &Condition) -> Option<Subject> {
        let probes = condition.probes();
        let first = subject_of(probes.first()?)?;
        let same = probes.iter().all(|probe| subject_of(probe) == Some(first));
        (same && !has_constants(condition)).then_some(first)
    }
}

fn subject_of(probe: &Probe) -> Option<Subject> {
    let AttributeId::BuiltIn(attribute) = probe.attribute else { return None };
    match attribute.row().kind {
        Kind::Custom => Some(Subject::Custom(attribute)),
        _ if attribute.name().starts_with("device.") => Some(Subject::Device),
        _ => None,
    }
}

/// A rule has no word for what is always or never true.
fn has_constants(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::Always | ConditionKind::Never => true,
        ConditionKind::All(parts) | ConditionKind::Any(parts) => parts.iter().any(has_constants),
        ConditionKind::Not(inner) => has_constants(inner),
        ConditionKind::Test(_) => false,
    }
}

/// Writes rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formula<'a> {
    pub(super) letters: &'a Letters<'a>,
    /// Whether what the rule matches comes under the policy; else it is exempt.
    pub(super) narrows: bool,
}

impl Formula<'_> {
    /// The rule that holds where the condition does (or does not).
    pub(super) fn rule(self, condition: &Condition, holds: bool) -> Ruled {
        match &condition.kind {
            ConditionKind::All(parts) => self.joined(parts, holds, holds),
            ConditionKind::Any(parts) => self.joined(parts, holds, !holds),
            ConditionKind::Not(inner) => self.rule(inner, !holds),
            ConditionKind::Test(probe) => self.test(probe, condition.span, holds),
            ConditionKind::Always | ConditionKind::Never => {
                let message = "a filter rule cannot say `always` or `never`";
                Err(refused(condition.span, message))
            }
        }
    }

    fn joined(self, parts: &[Condition], holds: bool, all: bool) -> Ruled {
        let rules = parts
            .iter()
            .map(|part| self.rule(part, holds))
            .collect::<Result<Vec<Rule>, Box<Diagnostic>>>()?;
        let rules = if all == self.narrows { explicit_compliance(rules, all) } else { rules };
        Ok(if all { Rule::all(rules) } else { Rule::any(rules) })
    }

    fn test(self, probe: &Probe, span: Span, holds: bool) -> Ruled {
        let AttributeId::BuiltIn(attribute) = probe.attribute else {
            return Err(refused(span, "filters know no attributes of your own"));
        };
        match (attribute, &probe.predicate) {
            (Attribute::DeviceRegistered, _) => Ok(registered(holds)),
            (Attribute::DeviceHybridJoined, _) => Ok(equals("device.trustType", "ServerAD", holds)),
            (_, Predicate::Custom(name, text)) => self.custom(name, text, span, holds),
            (_, predicate) => self.device(attribute, predicate, span, holds),
        }
    }

    fn device(self, attribute: Attribute, tested: &Predicate, span: Span, holds: bool) -> Ruled {
        let name = attribute.name();
        let row = DEVICE_PROPERTIES.iter().find(|row| row.1 == name);
        let Some((property, _, kind)) = row else {
            return Err(refused(span, format!("filters for devices do not know `{name}`")));
        };
        let property = format!("device.{property}");
        match (kind, tested) {
            (Property::Flag, Predicate::Holds) => {
                Ok(test(property, Operator::Equals, holds, Value::Bool(true)))
            }
            (Property::Words(words), Predicate::Words(numbers, _)) => {
                self.words(&property, (attribute, words), numbers, span, holds)
            }
            (Property::Text, Predicate::Text(tested)) => self.text(property, tested, span, holds),
            (Property::Id, Predicate::Text(tested @ TextTest::OneOf(_))) => {
                self.text(property, tested, span, holds)
            }
            (Property::Set, Predicate::Text(TextTest::OneOf(texts))) => {
                self.members(&property, texts, span, holds)
            }
            _ => {
                let message = format!("filters for devices cannot compare `{name}` so");
                Err(refused(span, message))
            }
        }
    }

    fn words(
        self,
        property: &str,
        (attribute, table): (Attribute, &'static [Spelling]),
        numbers: &BTreeSet<u8>,
        span: Span,
        holds: bool,
    ) -> Ruled {
        let graph = tables::graph_words(table, attribute, numbers)
            .map_err(|word| refused(span, format!("filters do not know `{word}`")))?;
        let each: Vec<Rule> = graph.iter().map(|word| equals(property, word, holds)).collect();
        Ok(if holds { Rule::any(each) } else { Rule::all(each) })
    }

    fn members(self, property: &str, texts: &BTreeSet<String>, span: Span, holds: bool) -> Ruled {
        let texts = self.spelled(texts, span)?;
        let contains = |text: String| test(property, Operator::Contains, holds, Value::Text(text));
        let each: Vec<Rule> = texts.into_iter().map(contains).collect();
        Ok(if holds { Rule::any(each) } else { Rule::all(each) })
    }

    fn text(self, property: String, tested: &TextTest, span: Span, holds: bool) -> Ruled {
        let (operator, text) = match tested {
            TextTest::OneOf(texts) => return self.one_of(property, texts, span, holds),
            TextTest::StartsWith(text) => (Operator::StartsWith, text),
            TextTest::EndsWith(text) => (Operator::EndsWith, text),
            TextTest::Contains(text) => (Operator::Contains, text),
        };
        let text = self.spell(text, span)?;
        Ok(test(property, operator, holds, Value::Text(text)))
    }

    fn one_of(self, property: String, texts: &BTreeSet<String>, span: Span, holds: bool) -> Ruled {
        let mut texts = self.spelled(texts, span)?;
        if texts.len() == 1 {
            let text = Value::Text(texts.remove(0));
            return Ok(test(property, Operator::Equals, holds, text));
        }
        Ok(test(property, Operator::In, holds, Value::List(texts)))
    }

    /// `CustomSecurityAttribute.Set_Name`. Only letters and digits may stand in both names, since a rule joins them.
    fn custom(self, path: &str, tested: &TextTest, span: Span, holds: bool) -> Ruled {
        let written = self.letters.attribute(span).unwrap_or(path);
        let mut parts = written.rsplitn(3, '.');
        let (name, set) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let plain = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric());
        if !plain(set) || !plain(name) {
            let message = format!("filters know no attribute `{path}`");
            let note = "a rule joins the set and the name with an underscore, so that both are letters and digits";
            return Err(Box::new(refused(span, message).note(note)));
        }
        self.text(format!("CustomSecurityAttribute.{set}_{name}"), tested, span, holds)
    }

    fn spelled(self, texts: &BTreeSet<String>, span: Span) -> Result<Vec<String>, Box<Diagnostic>> {
        texts.iter().map(|text| self.spell(text, span)).collect()
    }

    fn spell(self, folded: &str, span: Span) -> Result<String, Box<Diagnostic>> {
        let text = self.letters.text(span, folded);
        if rule::can_be_quoted(&text) {
            return Ok(text);
        }
        let message = format!("a filter rule cannot quote `{text}`");
        let note = "a backslash or a backtick at its end would take the closing quote with it";
        Err(Box::new(refused(span, message).note(note)))
    }
}

/// Every registered device has one of the trust types, and no other device has one.
fn registered(holds: bool) -> Rule {
    let types = tables::TRUST_TYPES.iter();
    let each: Vec<Rule> = types.map(|row| equals("device.trustType", row.graph, holds)).collect();
    if holds { Rule::any(each) } else { Rule::all(each) }
}

/// `device.registered and not device.compliant` is what `isCompliant -eq False` reads as where it narrows, and its
/// negation, of which any part is enough, what `isCompliant -ne False` reads as where it exempts.
pub(super) fn explicit_compliance(mut rules: Vec<Rule>, narrows: bool) -> Vec<Rule> {
    let compliance =
        |value, holds| test("device.isCompliant", Operator::Equals, holds, Value::Bool(value));
    let wanted = [registered(narrows), compliance(true, !narrows)];
    if wanted.iter().all(|rule| rules.contains(rule)) {
        rules.retain(|rule| !wanted.contains(rule));
        rules.push(compliance(false, narrows));
    }
    rules
}

fn test(property: impl Into<String>, operator: Operator, holds: bool, value: Value) -> Rule {
    Rule::Test(Test { property: property.into(), operator, negated: !holds, value })
}

fn equals(property: &str, text: &str, holds: bool) -> Rule {
    test(property, Operator::Equals, holds, Value::Text(text.to_owned()))
}

fn refused(span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message);
    Box::new(diagnostic.help("compare in another way, or keep this policy out of the export"))
}
