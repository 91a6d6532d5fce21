//! One comparison: whether the attribute takes the operator, and what is tested.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::literal::{members, operand_span};
use crate::hir::check::subject::Subject;
use crate::hir::resolve::vocabulary::listed;
use crate::hir::{Condition, ConditionKind, Predicate, Probe, Zone, codes};
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::schema::operator::{OPERATORS, Operator};
use crate::syntax::ast::{self, Comparison, Literal, Operand};

/// What a comparison compares with.
pub(super) struct Compared<'c> {
    /// The operator.
    pub(super) operator: Operator,
    /// Its values: the two ends of `between`, one value, or the members of a list.
    pub(super) values: Vec<&'c Literal>,
    /// The zone, for times.
    pub(super) zone: Option<Zone>,
    /// All of it.
    pub(super) written: &'c Comparison,
}

impl Checker<'_, '_> {
    /// `device.model starts with "Surface"`
    pub(super) fn comparison(&mut self, written: &Comparison) -> Option<Condition> {
        let subject = self.subject(&written.attribute)?;
        let operator = operator(written.operator.node);
        self.check_operator(&subject, operator, written)?;
        let zone = self.zone(&subject, written.zone.as_ref(), written.span);
        let values = members(&written.operand);
        self.charge(values.len(), written.span)?;
        let compared = Compared { operator, values, zone: zone.clone().flatten(), written };
        let kind = self.tested(&subject, &compared);
        zone?;
        let condition = Condition { kind: kind?, span: written.span };
        if written.negated {
            let span = condition.span;
            return Some(Condition { kind: ConditionKind::Not(Box::new(condition)), span });
        }
        Some(condition)
    }

    fn tested(&mut self, subject: &Subject<'_>, compared: &Compared<'_>) -> Option<ConditionKind> {
        if subject.kind == Kind::Version && compared.operator == Operator::Between {
            return self.version_between(subject, compared);
        }
        let predicate = self.predicate(subject, compared)?;
        Some(ConditionKind::Test(Probe { attribute: subject.id, predicate }))
    }

    /// What is tested, by the attribute's kind.
    fn predicate(&mut self, subject: &Subject<'_>, compared: &Compared<'_>) -> Option<Predicate> {
        match subject.kind {
            Kind::Boolean => None,
            Kind::Enumeration(words) | Kind::EnumerationSet(words) => {
                self.words(subject, words, compared)
            }
            Kind::Ordered(words) => self.ordered(subject, words, compared),
            Kind::Weekday => self.words(subject, crate::schema::attribute::WEEKDAYS, compared),
            Kind::Members => self.principals(subject, compared),
            Kind::Apps => self.apps(subject, &compared.values).map(Predicate::Apps),
            Kind::Identifier | Kind::Identifiers => {
                self.ids(subject, &compared.values).map(Predicate::Ids)
            }
            Kind::Address => self.addresses(subject, compared),
            Kind::Networks => self.networks(subject, compared),
            Kind::Country => self.countries(subject, &compared.values),
            Kind::Integer | Kind::Duration | Kind::Date => self.ranges(subject, compared),
            Kind::Text | Kind::TextSet | Kind::Custom => self.text(subject, compared),
            Kind::Version => self.version(subject, compared),
            Kind::Instant => self.time_of_day(subject, compared),
        }
    }

    fn principals(&mut self, subject: &Subject<'_>, compared: &Compared<'_>) -> Option<Predicate> {
        match subject.id {
            AttributeId::BuiltIn(Attribute::ServicePrincipal) => {
                self.service_principals(subject, &compared.values)
            }
            AttributeId::BuiltIn(Attribute::Agent) => self.agents(subject, &compared.values),
            _ => self.people(subject, &compared.values).map(Predicate::People),
        }
    }

    /// Whether the attribute takes the operator, and the operator this form of operand.
    fn check_operator(
        &mut self,
        subject: &Subject<'_>,
        operator: Operator,
        written: &Comparison,
    ) -> Option<()> {
        if !(operator.row().takes)(subject.kind) {
            return self.report.refuse(wrong_operator(subject, operator, written));
        }
        let Operand::List(list, span) = &written.operand else { return Some(()) };
        if list.is_empty() {
            if !self.report.is_told(*span) {
                self.report.tell(
                    Diagnostic::error(codes::EMPTY_LIST, *span, "this list has no members")
                        .help("a condition that is never true is written `never`"),
                );
            }
            return None;
        }
        let takes_list = operator == Operator::In || list.len() == 1;
        takes_list.then_some(()).or_else(|| self.report.refuse(no_list(subject, operator, written)))
    }
}

/// The schema's operator of the same shape.
fn operator(written: ast::Operator) -> Operator {
    match written {
        ast::Operator::In => Operator::In,
        ast::Operator::Is => Operator::Is,
        ast::Operator::Less => Operator::Less,
        ast::Operator::LessOrEqual => Operator::LessOrEqual,
        ast::Operator::Greater => Operator::Greater,
        ast::Operator::GreaterOrEqual => Operator::GreaterOrEqual,
        ast::Operator::StartsWith => Operator::StartsWith,
        ast::Operator::EndsWith => Operator::EndsWith,
        ast::Operator::Contains => Operator::Contains,
        ast::Operator::Between => Operator::Between,
    }
}

fn spelling(operator: Operator, negated: bool) -> &'static str {
    let row = operator.row();
    if negated { row.negated.unwrap_or(row.spelling) } else { row.spelling }
}

fn wrong_operator(subject: &Subject<'_>, operator: Operator, written: &Comparison) -> Diagnostic {
    let name = subject.name;
    let message = format!("`{name}` does not take `{}`", spelling(operator, written.negated));
    let place = written.operator.span;
    let diagnostic = Diagnostic::error(codes::WRONG_OPERATOR, place, message);
    if subject.kind == Kind::Boolean {
        return diagnostic
            .note("it is true or false and stands alone")
            .help(format!("write `{name}` or `not {name}`"));
    }
    let takes = OPERATORS.iter().filter(|row| (row.takes)(subject.kind)).map(|row| row.spelling);
    let diagnostic = diagnostic.note(format!("`{name}` takes {}", listed(takes)));
    let swapped = match operator {
        Operator::Is => Operator::In,
        Operator::In => Operator::Is,
        _ => return diagnostic,
    };
    let one = matches!(written.operand, Operand::One(_));
    if one && (swapped.row().takes)(subject.kind) {
        let better = spelling(swapped, written.negated);
        return diagnostic.help(format!("write `{name} {better} …`"));
    }
    diagnostic
}

fn no_list(subject: &Subject<'_>, operator: Operator, written: &Comparison) -> Diagnostic {
    let word = spelling(operator, written.negated);
    let message = format!("`{word}` takes one value");
    let place = operand_span(&written.operand);
    let diagnostic = Diagnostic::error(codes::WRONG_OPERATOR, place, message);
    if operator == Operator::Is {
        let better = spelling(Operator::In, written.negated);
        return diagnostic.help(format!("write `{} {better} […]`", subject.name));
    }
    diagnostic.help("compare with each of them, and join the comparisons with `or`")
}
