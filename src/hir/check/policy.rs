//! Policies: one condition, one effect, session controls.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::remarks::remarks;
use crate::hir::{Condition, ConditionKind, Effect, Policy, PolicyState, codes};
use crate::schema::session::{MaxAge, SessionControls};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, Phrase, State};

/// The clauses of a policy, by kind.
#[derive(Default)]
struct Clauses<'p> {
    whens: Vec<&'p ast::Condition>,
    unlesses: Vec<&'p ast::Condition>,
    blocks: Vec<Span>,
    requires: Vec<&'p ast::Grant>,
    sessions: Vec<&'p Phrase>,
}

impl<'p> Clauses<'p> {
    fn of(policy: &'p ast::Policy) -> Self {
        let mut clauses = Clauses::default();
        for clause in &policy.clauses {
            match clause {
                Clause::When(condition) => clauses.whens.push(condition),
                Clause::Unless(condition) => clauses.unlesses.push(condition),
                Clause::Block(span) => clauses.blocks.push(*span),
                Clause::Require(grant) => clauses.requires.push(grant),
                Clause::Session(phrase) => clauses.sessions.push(phrase),
            }
        }
        clauses
    }
}

impl Checker<'_, '_> {
    /// `policy NAME { … }`
    pub(in crate::hir) fn policy(
        &mut self,
        item: &ast::Item,
        policy: &ast::Policy,
    ) -> Option<Policy> {
        let remarks = remarks(item, &mut self.report);
        let clauses = Clauses::of(policy);
        let name = &policy.name;
        let condition = self.when_unless(name, &clauses.whens, &clauses.unlesses);
        let session = self.session(&clauses.sessions);
        let effect = self.effect(name, &clauses, session.as_ref());
        Some(Policy {
            name: name.node.clone(),
            title: policy.title.as_ref().map(|title| title.node.clone()),
            remarks,
            state: state(policy),
            condition: condition?,
            effect: effect?,
            session: session?,
            span: item.span,
        })
    }

    /// `when X unless Y`, as `X and not Y`.
    pub(super) fn when_unless(
        &mut self,
        name: &ast::Name,
        whens: &[&ast::Condition],
        unlesses: &[&ast::Condition],
    ) -> Option<Condition> {
        let read = |checker: &mut Self, conditions: &[&ast::Condition]| {
            let read: Vec<Option<Condition>> =
                conditions.iter().map(|condition| checker.condition(condition)).collect();
            read.into_iter().collect::<Option<Vec<Condition>>>()
        };
        let (when, unless) = (read(self, whens), read(self, unlesses));
        let good = self.at_most_one("when", whens.iter().map(|it| it.span()), "and").is_some()
            & self.at_most_one("unless", unlesses.iter().map(|it| it.span()), "or").is_some();
        if whens.is_empty() {
            return self.report.refuse(missing_when(name));
        }
        let (when, unless) = (when?.pop()?, unless?.pop());
        if !good {
            return None;
        }
        let condition = match unless {
            None => when,
            Some(unless) => {
                let not = unless.with(ConditionKind::Not(Box::new(unless.clone())));
                let span = when.span;
                Condition { kind: ConditionKind::All(vec![when, not]), span }
            }
        };
        self.shallow(condition, name.span)
    }

    /// Refuses a clause that stands twice.
    pub(super) fn at_most_one(
        &mut self,
        word: &str,
        places: impl Iterator<Item = Span>,
        join: &str,
    ) -> Option<()> {
        let places: Vec<Span> = places.collect();
        let [first, again, ..] = places.as_slice() else { return Some(()) };
        let message = format!("`{word}` stands twice");
        self.report.refuse(
            Diagnostic::error(codes::REPEATED_CLAUSE, *again, message)
                .label(*first, "first here")
                .help(format!("join both with `{join}`")),
        )
    }

    fn effect(
        &mut self,
        name: &ast::Name,
        clauses: &Clauses<'_>,
        session: Option<&SessionControls<String>>,
    ) -> Option<Effect> {
        let requires = clauses.requires.iter().map(|grant| grant.span());
        let once = self.at_most_one("require", requires, "and").is_some()
            & self.one_block(&clauses.blocks).is_some();
        let agree = self.effects_agree(clauses).is_some();
        let grant = match clauses.requires.first() {
            Some(written) => Some(self.required(written, session)?),
            None => None,
        };
        match (grant, clauses.blocks.is_empty(), clauses.sessions.is_empty()) {
            _ if !once || !agree => None,
            (Some(grant), ..) => Some(Effect::Require(grant)),
            (None, false, _) => Some(Effect::Block),
            (None, true, false) => Some(Effect::Nothing),
            (None, true, true) => self.report.refuse(missing_effect(name)),
        }
    }

    fn required(
        &mut self,
        written: &ast::Grant,
        session: Option<&SessionControls<String>>,
    ) -> Option<crate::hir::Grant> {
        let both = session.and_then(|session| session.sign_in_frequency.both);
        // Of bad session controls nobody knows what they would have been: they are told already.
        let every_time = session.is_none() || both == Some(MaxAge::EveryTime);
        let company = self.check_company(written, every_time);
        let grant = self.grant(written);
        company.and(grant)
    }

    fn one_block(&mut self, places: &[Span]) -> Option<()> {
        let [first, again, ..] = places else { return Some(()) };
        self.report.refuse(
            Diagnostic::error(codes::REPEATED_CLAUSE, *again, "`block` stands twice")
                .label(*first, "first here")
                .help("once is enough")
                .fix(*again, ""),
        )
    }

    /// `block` stands alone.
    fn effects_agree(&mut self, clauses: &Clauses<'_>) -> Option<()> {
        let Some(block) = clauses.blocks.first() else { return Some(()) };
        let diagnostic = |other: Span, what: &str| {
            let message = format!("a policy that blocks cannot {what}");
            Diagnostic::error(codes::CONFLICTING_EFFECTS, other, message)
                .label(*block, "it blocks here")
                .note("whoever is blocked proves nothing and has no session")
                .help("keep one of them, or write two policies")
        };
        let require =
            clauses.requires.first().map(|it| diagnostic(it.span(), "require something too"));
        let session =
            clauses.sessions.first().map(|it| diagnostic(it.span, "have session controls"));
        let conflicts: Vec<Diagnostic> = require.into_iter().chain(session).collect();
        let good = conflicts.is_empty();
        conflicts.into_iter().for_each(|conflict| self.report.tell(conflict));
        good.then_some(())
    }
}

fn state(policy: &ast::Policy) -> PolicyState {
    match policy.state.as_ref().map(|state| state.node) {
        None => PolicyState::On,
        Some(State::ReportOnly) => PolicyState::ReportOnly,
        Some(State::Disabled) => PolicyState::Disabled,
    }
}

fn missing_when(name: &ast::Name) -> Diagnostic {
    Diagnostic::error(
        codes::MISSING_WHEN,
        name.span,
        format!("`{}` does not say when it holds", name.node),
    )
    .note("every sign-in is meant only where that is written, so that nobody means it by accident")
    .help("write `when user in anyone` for every user, `when always` for workloads and agents too")
}

fn missing_effect(name: &ast::Name) -> Diagnostic {
    Diagnostic::error(codes::MISSING_EFFECT, name.span, format!("`{}` demands nothing", name.node))
        .note("a policy blocks, requires something, or sets session controls")
        .help("add `block`, `require …` or a session control")
}
