//! Lines of a test that give an attribute a value or a state.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp as Moment;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::facts::Facts;
use crate::hir::check::literal::{members, operand_span};
use crate::hir::check::members::object_kind;
use crate::hir::check::subject::Subject;
use crate::hir::codes;
use crate::hir::resolve::vocabulary::BOOLEANS;
use crate::request::Value;
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralValue, Name, Operand};
use crate::value::{Slot, Timestamp};

impl Checker<'_, '_> {
    /// `client browser`, `app [payroll, microsoft-teams]`, `user.groups [finance]`
    pub(super) fn value_line(
        &mut self,
        facts: &mut Facts,
        name: &Name,
        operand: &Operand,
    ) -> Option<()> {
        let subject = self.any_subject(name)?;
        let values = members(operand);
        if values.is_empty() {
            return self.report.refuse(no_values(name, operand_span(operand)));
        }
        match subject.kind {
            Kind::Members | Kind::Apps | Kind::Networks => {
                self.add_members(facts, &subject, false, &values)
            }
            Kind::Identifiers => self.whole_list(facts, name, &subject, &values),
            Kind::Custom => self.custom_line(facts, name, &subject, &values),
            _ => {
                let value = self.request_value(&subject, operand)?;
                self.say(facts, name)?;
                self.supply(facts, &subject, Slot::Known(value), name.span)
            }
        }
    }

    /// `user.groups [finance]`: the list is complete.
    fn whole_list(
        &mut self,
        facts: &mut Facts,
        name: &Name,
        subject: &Subject<'_>,
        values: &[&Literal],
    ) -> Option<()> {
        let AttributeId::BuiltIn(attribute) = subject.id else { return None };
        let ids = self.listed_ids(subject, values)?;
        if facts.lists.get(&attribute).is_some_and(|listed| listed.whole.is_some()) {
            self.say(facts, name)?;
        }
        self.list(facts, attribute, name.span)?.whole = Some(ids);
        Some(())
    }

    /// `app.attribute.Set.Name "secret"`
    fn custom_line(
        &mut self,
        facts: &mut Facts,
        name: &Name,
        subject: &Subject<'_>,
        values: &[&Literal],
    ) -> Option<()> {
        let AttributeId::BuiltIn(attribute) = subject.id else { return None };
        let Some(path) = &subject.custom else { return self.no_custom_attribute(name) };
        let texts = self.each(values, |checker, value| checker.string(subject, value))?;
        self.say(facts, name)?;
        let slot = facts.custom.entry(attribute).or_default();
        let mut custom = match std::mem::take(slot) {
            Slot::Known(custom) => custom,
            Slot::Absent | Slot::NotSupplied => Default::default(),
        };
        custom.insert(path.clone(), texts.into_iter().map(str::to_owned).collect());
        *slot = Slot::Known(custom);
        Some(())
    }

    /// Puts a value or a state where it belongs.
    fn supply(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        slot: Slot<Value>,
        span: Span,
    ) -> Option<()> {
        match subject.id {
            AttributeId::BuiltIn(attribute) => self.give(facts, attribute, slot, span),
            AttributeId::Own(_) => {
                self.give_own(facts, subject.name, slot);
                Some(())
            }
        }
    }

    /// What the operand gives, by the attribute's kind.
    fn request_value(&mut self, subject: &Subject<'_>, operand: &Operand) -> Option<Value> {
        let values = members(operand);
        match subject.kind {
            Kind::EnumerationSet(words) => {
                let read =
                    self.each(&values, |checker, value| checker.word(subject, words, value))?;
                Some(Value::Words(read.into_iter().collect()))
            }
            Kind::TextSet => {
                let read = self.each(&values, |checker, value| checker.string(subject, value))?;
                Some(Value::Texts(read.into_iter().map(str::to_owned).collect()))
            }
            _ => match values.as_slice() {
                [value] => self.one_value(subject, value),
                _ => self.one_only(subject, operand_span(operand)),
            },
        }
    }

    fn one_value(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<Value> {
        match subject.kind {
            Kind::Boolean => {
                self.word(subject, &BOOLEANS, value).map(|word| Value::Boolean(word == 1))
            }
            Kind::Enumeration(words) | Kind::Ordered(words) => {
                self.word(subject, words, value).map(Value::Word)
            }
            Kind::Identifier => {
                let ids = self.object_ids(subject, value, object_kind(subject.id))?;
                ids.into_iter().next().map(Value::Text)
            }
            Kind::Address => self.request_address(subject, value).map(Value::Address),
            Kind::Country => self.country_value(subject, value).map(Value::Country),
            Kind::Integer => self.integer(subject, value).map(Value::Integer),
            Kind::Duration => self.seconds(subject, value).map(Value::Duration),
            Kind::Text | Kind::Version => {
                self.string(subject, value).map(|text| Value::Text(text.to_owned()))
            }
            Kind::Instant => self.moment(value).map(Value::Instant),
            Kind::Weekday | Kind::Date => self.follows_from_time(subject, value.span),
            Kind::EnumerationSet(_) | Kind::TextSet | Kind::Custom => None,
            Kind::Members | Kind::Apps | Kind::Networks | Kind::Identifiers => None,
        }
    }

    fn integer(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<i64> {
        match value.value {
            LiteralValue::Integer(number) => Some(number),
            _ => self.wrong_value(subject, value),
        }
    }

    fn seconds(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<u64> {
        match value.value {
            LiteralValue::Duration(seconds, _) => Some(seconds),
            _ => self.wrong_value(subject, value),
        }
    }

    fn request_address(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<IpAddr> {
        match &value.value {
            LiteralValue::Address(text) if !text.contains('/') => {
                super::address::end(text, value.span, &mut self.report)
            }
            LiteralValue::Address(_) | LiteralValue::AddressRange(..) => {
                self.one_only(subject, value.span)
            }
            _ => self.wrong_value(subject, value),
        }
    }

    /// `2026-11-23T08:00:00Z`
    fn moment(&mut self, value: &Literal) -> Option<Timestamp> {
        let read = match &value.value {
            LiteralValue::Instant(text) => text.parse::<Moment>().ok(),
            _ => None,
        };
        if let Some(moment) = read {
            return Some(Timestamp(moment.as_millisecond()));
        }
        let message = format!("`{}` is no moment", self.words_of(value));
        self.report.refuse(
            Diagnostic::error(codes::WRONG_VALUE, value.span, message)
                .note(
                    "a sign-in happens at one moment; time of day, weekday and date follow from it",
                )
                .help("write it like `2026-11-23T08:00:00Z`"),
        )
    }

    fn follows_from_time<T>(&mut self, subject: &Subject<'_>, span: Span) -> Option<T> {
        let message = format!("`{}` follows from `time`", subject.name);
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, span, message)
                .help("give the moment instead: `time 2026-11-23T08:00:00Z`"),
        )
    }

    fn one_only<T>(&mut self, subject: &Subject<'_>, span: Span) -> Option<T> {
        let message = format!("a sign-in has one `{}` only", subject.name);
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, span, message)
                .help("give one value; write another test for another one"),
        )
    }

    /// The ids of names, or in quotes, that an attribute lists.
    pub(super) fn listed_ids(
        &mut self,
        subject: &Subject<'_>,
        values: &[&Literal],
    ) -> Option<BTreeSet<String>> {
        if subject.id != AttributeId::BuiltIn(Attribute::LocationNamed) {
            return self.ids(subject, values);
        }
        let ids = self.each(values, |checker, value| checker.location_id(subject, value))?;
        Some(ids.into_iter().collect())
    }

    /// `ATTRIBUTE absent`, `ATTRIBUTE not supplied`
    pub(super) fn state_line(
        &mut self,
        facts: &mut Facts,
        name: &Name,
        state: &Slot<Value>,
    ) -> Option<()> {
        let subject = self.any_subject(name)?;
        self.say(facts, name)?;
        let AttributeId::BuiltIn(attribute) = subject.id else {
            return self.supply(facts, &subject, state.clone(), name.span);
        };
        let absent = *state == Slot::Absent;
        match attribute {
            Attribute::Weekday | Attribute::Date => self.follows_from_time(&subject, name.span),
            Attribute::User if absent => self.nobody(name),
            _ if subject.kind == Kind::Custom => {
                custom_state(facts, attribute, subject.custom.is_some(), absent);
                Some(())
            }
            _ => self.give_inputs(facts, attribute, state, name.span),
        }
    }

    /// What is derived has the state of all that it is read from. That there is no agent leaves open who it is.
    fn give_inputs(
        &mut self,
        facts: &mut Facts,
        attribute: Attribute,
        state: &Slot<Value>,
        span: Span,
    ) -> Option<()> {
        for input in attribute.inputs() {
            let choice = *input == Attribute::Principal && attribute != Attribute::Principal;
            if !choice || state.is_not_supplied() {
                self.give(facts, *input, state.clone(), span)?;
            }
        }
        Some(())
    }

    fn nobody(&mut self, name: &Name) -> Option<()> {
        let message = "somebody signs in: a user, a service principal or an agent";
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, name.span, message)
                .help("say who instead: `service-principal in own-tenant` or `agent in any-agent`"),
        )
    }
}

/// Of one custom attribute: the others may be there. Of all of them: there is none.
fn custom_state(facts: &mut Facts, attribute: Attribute, one: bool, absent: bool) {
    let slot = facts.custom.entry(attribute).or_default();
    let known = matches!(slot, Slot::Known(_));
    if one && absent {
        if !known {
            *slot = Slot::Known(Default::default());
        }
    } else {
        *slot = if absent { Slot::Absent } else { Slot::NotSupplied };
    }
}

/// An attribute with an empty list.
pub(super) fn no_values(name: &Name, span: Span) -> Diagnostic {
    Diagnostic::error(codes::EMPTY_LIST, span, format!("`{}` is given no value", name.node))
        .help(format!("write `{} absent` if there is none", name.node))
}
