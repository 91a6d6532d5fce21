//! Filter rules as conditions: properties of devices, custom security attributes of apps, workloads and agents.
//!
//! A property without a value is a value equal to nothing: positive operators are false on it, negative ones true.
//! The language says the same of absent attributes, so a rule becomes a condition operator by operator.

use crate::entra::finding::{Fault, Findings};
use crate::entra::json::Node;
use crate::entra::model::Filter;
use crate::entra::rule::{self, Operator, Rule, Test, Value};
use crate::entra::tables::{self, DEVICE_PROPERTIES, Property, Spelling, spelled};
use crate::entra::{codes, field, tree};
use crate::syntax::ast::{self, Condition, Literal, Operand};

/// Whose properties a rule speaks of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    /// `device.…`
    Device,
    /// `CustomSecurityAttribute.…`, of what this attribute names.
    Custom(&'static str),
}

/// Reads a filter: `{mode, rule}`.
pub(super) fn read(node: &Node<'_>, subject: Subject, findings: &mut Findings) -> Option<Filter> {
    let mut fields = node.fields(findings);
    let mode = fields.take(field::MODE);
    let rule = fields.take(field::RULE);
    fields.finish(findings);
    if mode.is_empty() && rule.is_empty() {
        return None;
    }
    for missing in [&mode, &rule].into_iter().filter(|node| node.is_empty()) {
        findings.refuse(missing.fault(codes::MISSING_FIELD, "a filter has a mode and a rule"));
    }
    let exclude = mode.word(tables::FILTER_MODES, findings)?.latch == "exclude";
    let text = rule.text(findings)?;
    let lowered = rule::parse(&text)
        .map_err(|error| Box::new(rule.fault(codes::BAD_RULE, error.to_string())))
        .and_then(|parsed| Lowering { node: &rule, subject }.condition(&parsed, !exclude));
    match lowered {
        Ok(condition) => Some(Filter { exclude, condition }),
        Err(fault) => {
            findings.refuse(*fault);
            None
        }
    }
}

/// A condition, or what is wrong with the rule.
type Lowered = Result<Condition, Box<Fault>>;

struct Lowering<'n, 'j> {
    node: &'n Node<'j>,
    subject: Subject,
}

impl Lowering<'_, '_> {
    fn fault(&self, reason: impl Into<String>) -> Box<Fault> {
        Box::new(self.node.fault(codes::BAD_RULE, reason))
    }

    /// A rule that can be read and has no counterpart in the language.
    fn not_expressible(&self, reason: String) -> Box<Fault> {
        Box::new(self.node.fault(codes::NOT_EXPRESSIBLE, reason))
    }

    /// `narrows` tells whether what the rule matches comes under the policy; else it is exempt.
    fn condition(&self, rule: &Rule, narrows: bool) -> Lowered {
        match rule {
            Rule::All(parts) => self.joined(parts, narrows, true),
            Rule::Any(parts) => self.joined(parts, narrows, false),
            Rule::Not(inner) => Ok(tree::not(self.condition(inner, !narrows)?)),
            Rule::Test(test) => self.test(test, narrows),
        }
    }

    /// `a -eq "x" -or a -eq "y"` is `a in [x, y]`, `a -ne "x" -and a -ne "y"` is `a not in [x, y]`.
    fn joined(&self, parts: &[Rule], narrows: bool, all: bool) -> Lowered {
        let mut conditions: Vec<Condition> = Vec::new();
        for part in parts {
            let condition = self.condition(part, narrows)?;
            let merged = conditions.last_mut().is_some_and(|last| merge(last, &condition, all));
            if !merged {
                conditions.push(condition);
            }
        }
        Ok(if all { tree::all(conditions) } else { tree::any(conditions) })
    }

    fn test(&self, test: &Test, narrows: bool) -> Lowered {
        let (head, rest) = test.property.split_once('.').unwrap_or((&test.property, ""));
        match self.subject {
            Subject::Device if head.eq_ignore_ascii_case("device") => {
                self.device(rest, test, narrows)
            }
            Subject::Custom(attribute) if head.eq_ignore_ascii_case("CustomSecurityAttribute") => {
                self.custom(attribute, rest, test)
            }
            _ => Err(self.unknown_property(test)),
        }
    }

    fn unknown_property(&self, test: &Test) -> Box<Fault> {
        let known = match self.subject {
            Subject::Device => "`device.` and a property of devices",
            Subject::Custom(_) => "`CustomSecurityAttribute.SET_NAME`",
        };
        let reason = format!("`{}` is no property this filter knows", test.property);
        Box::new(self.fault(reason).suggest(format!("known is {known}")))
    }

    fn device(&self, property: &str, test: &Test, narrows: bool) -> Lowered {
        let row = DEVICE_PROPERTIES.iter().find(|row| row.0.eq_ignore_ascii_case(property));
        let Some((_, attribute, property)) = row else { return Err(self.unknown_property(test)) };
        if test.value == Value::Null {
            return self.null(attribute, test);
        }
        match property {
            Property::Flag => self.flag(attribute, test, narrows),
            Property::Words(words) => self.word(attribute, words, test),
            Property::Text => self.text(attribute, test),
            Property::Id => {
                self.allowed(test, &[Operator::Equals, Operator::In], || self.text(attribute, test))
            }
            Property::Set => {
                self.allowed(test, &[Operator::Contains], || self.text(attribute, test))
            }
        }
    }

    fn allowed(
        &self,
        test: &Test,
        operators: &[Operator],
        then: impl FnOnce() -> Lowered,
    ) -> Lowered {
        if operators.contains(&test.operator) {
            return then();
        }
        let operator = test.operator.spelling(test.negated);
        Err(self.fault(format!("`{}` does not take `-{operator}`", test.property)))
    }

    /// A device without an id or a trust type is one that the directory does not know. Of other properties nothing
    /// tells whether they have a value.
    fn null(&self, attribute: &str, test: &Test) -> Lowered {
        let identifies = ["device.id", "device.trust"].contains(&attribute);
        let registered = Condition::Bare(tree::name("device.registered"));
        match (test.operator, test.negated) {
            (Operator::Equals, true) if identifies => Ok(registered),
            (Operator::Equals, false) if identifies => Ok(tree::not(registered)),
            _ => Err(self
                .not_expressible(format!("no condition asks whether `{}` is null", test.property))),
        }
    }

    /// `-eq False` does not hold on a device without the property; the nearest condition holds on a registered one,
    /// so it may only ever bring more under a policy.
    fn flag(&self, attribute: &str, test: &Test, narrows: bool) -> Lowered {
        let wanted = match &test.value {
            Value::Bool(value) => Some(*value),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        let (Operator::Equals, Some(wanted)) = (test.operator, wanted) else {
            return Err(self.fault(format!("`{}` is compared with True or False", test.property)));
        };
        let holds = || Condition::Bare(tree::name(attribute));
        let registered = || Condition::Bare(tree::name("device.registered"));
        match (wanted, test.negated) {
            (true, false) => Ok(holds()),
            (true, true) => Ok(tree::not(holds())),
            (false, false) if narrows => Ok(tree::all(vec![registered(), tree::not(holds())])),
            (false, true) if !narrows => Ok(tree::any(vec![tree::not(registered()), holds()])),
            (false, _) => Err(Box::new(self.not_expressible(format!("whether `{}` is false or has no value makes a difference here that no condition expresses", test.property)).suggest("compare with True instead: `-ne True` also holds where there is no value"))),
        }
    }

    fn word(&self, attribute: &str, words: &'static [Spelling], test: &Test) -> Lowered {
        let known = || words.iter().map(|row| row.graph).collect::<Vec<_>>().join(", ");
        let literal = |text: &String| match spelled(words, text) {
            Some(row) => Ok(tree::word(row.latch)),
            None => {
                let fault = self.fault(format!("`{}` is never \"{text}\"", test.property));
                Err(Box::new(fault.suggest(format!("known are: {}", known()))))
            }
        };
        let values = match (&test.operator, &test.value) {
            (Operator::Equals, Value::Text(text)) => vec![literal(text)?],
            (Operator::In, Value::List(items)) => {
                items.iter().map(literal).collect::<Result<Vec<_>, _>>()?
            }
            _ => {
                return Err(self.fault(format!(
                    "`{}` takes `-eq` and `-ne` and one of: {}",
                    test.property,
                    known()
                )));
            }
        };
        Ok(tree::one_of(attribute, values, test.negated))
    }

    fn text(&self, attribute: &str, test: &Test) -> Lowered {
        let values: Vec<Literal> = match &test.value {
            Value::Text(text) => vec![tree::string(text)],
            Value::List(items) => items.iter().map(tree::string).collect(),
            Value::Bool(_) | Value::Null => {
                return Err(self.fault(format!("`{}` is compared with text", test.property)));
            }
        };
        let operator = match test.operator {
            Operator::Equals | Operator::In => {
                return Ok(tree::one_of(attribute, values, test.negated));
            }
            Operator::StartsWith => ast::Operator::StartsWith,
            Operator::EndsWith => ast::Operator::EndsWith,
            Operator::Contains => ast::Operator::Contains,
        };
        let operand = values.into_iter().next().map(Operand::One);
        let operand = operand.ok_or_else(|| self.fault("a value is missing"))?;
        Ok(tree::compare(attribute, operator, test.negated, operand))
    }

    /// `CustomSecurityAttribute.Set_Name`, or with a dot: names of sets and attributes have neither.
    fn custom(&self, attribute: &str, property: &str, test: &Test) -> Lowered {
        let parts: Vec<&str> = property.split(['.', '_']).collect();
        let [set, name] = parts[..] else { return Err(self.unknown_property(test)) };
        let is_word = |it: &str| it.chars().all(|letter| letter.is_ascii_alphanumeric());
        if set.is_empty() || name.is_empty() || !is_word(set) || !is_word(name) {
            return Err(self.unknown_property(test));
        }
        self.text(&format!("{attribute}.{set}.{name}"), test)
    }
}

/// Adds a comparison with one more value to a comparison of the same attribute, where that says the same.
fn merge(last: &mut Condition, next: &Condition, all: bool) -> bool {
    let (Condition::Compare(last), Condition::Compare(next)) = (last, next) else { return false };
    let mergeable = |it: &ast::Comparison| {
        it.negated == all && matches!(it.operator.node, ast::Operator::Is | ast::Operator::In)
    };
    if last.attribute != next.attribute || !mergeable(last) || !mergeable(next) {
        return false;
    }
    let values = |operand: &Operand| match operand {
        Operand::One(value) => vec![value.clone()],
        Operand::List(values, _) => values.clone(),
        Operand::Between(from, to) => vec![from.clone(), to.clone()],
    };
    let mut merged = values(&last.operand);
    merged.extend(values(&next.operand));
    last.operator.node = ast::Operator::In;
    last.operand = Operand::List(merged, tree::nowhere());
    true
}
