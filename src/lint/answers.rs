//! What the analyser says of the set as a whole, each question asked once, whichever rule asks first.

use std::cell::OnceCell;

use crate::analyze::example::lines;
use crate::analyze::{Flaws, Gaps, Lockouts, Scope, flaws, gaps, lockouts};
use crate::decision::Options;
use crate::diagnostic::Diagnostic;
use crate::hir::{Effect, PolicySet, PolicyState};
use crate::lint::subject::Subject;
use crate::request::Request;
use crate::source::{SourceId, Span};
use crate::syntax::ast::ItemKind;

/// The most culprits that one finding names: with more, nobody looks at any.
const MOST_CULPRITS: usize = 8;

/// Answers, as far as somebody asked.
#[derive(Default)]
pub(super) struct Answers {
    asked: OnceCell<PolicySet>,
    flaws: OnceCell<Flaws>,
    lockouts: OnceCell<Lockouts>,
    gaps: OnceCell<Gaps>,
}

impl Subject<'_> {
    /// The set that is asked about, with break-glass accounts of the settings declared as such; one without policies where there is
    /// no time.
    fn asked(&self) -> &PolicySet {
        self.answers.asked.get_or_init(|| {
            let mut set = self.set.clone();
            if !self.ask.has_time() {
                set.policies.clear();
                return set;
            }
            let named = |name: &String| self.settings.break_glass.contains(name);
            let objects = set.objects.iter_mut();
            objects.for_each(|it| it.emergency = it.emergency || named(&it.name));
            set
        })
    }

    /// What single policies are worth.
    pub(super) fn flaws(&self) -> &Flaws {
        let answer = self
            .answers
            .flaws
            .get_or_init(|| flaws(self.asked(), &Options::default(), self.ask.budget()));
        self.note_undecided(&answer.undecided);
        answer
    }

    /// Who can be locked out.
    pub(super) fn lockouts(&self) -> &Lockouts {
        let answer = self
            .answers
            .lockouts
            .get_or_init(|| lockouts(self.asked(), &Options::default(), self.ask.budget()));
        self.note_undecided(&answer.undecided);
        answer
    }

    /// Where no guard is.
    pub(super) fn gaps(&self) -> &Gaps {
        let answer = self.answers.gaps.get_or_init(|| {
            gaps(self.asked(), &Options::default(), Scope::default(), self.ask.budget())
        });
        self.note_undecided(&answer.undecided);
        answer
    }

    fn note_undecided(&self, reasons: &[String]) {
        self.ask.has_time();
        reasons.iter().for_each(|why| self.ask.give_up(why));
    }

    /// A sign-in in words.
    pub(super) fn like(&self, request: &Request) -> String {
        format!("for example this sign-in: {}", lines(self.set, request).join("; "))
    }

    /// Where the name of a policy stands.
    pub(super) fn name_of(&self, policy: &str) -> Option<Span> {
        let mut names = self.items().filter_map(|item| match &item.kind {
            ItemKind::Policy(it) => Some(&it.name),
            _ => None,
        });
        names.find(|name| name.node == policy).map(|name| name.span)
    }

    /// Where the name of a directory object stands that people declared.
    pub(super) fn place_of_object(&self, name: &str) -> Option<Span> {
        let mut names = self.items().filter_map(|item| match &item.kind {
            ItemKind::Object(it) => Some(&it.name),
            _ => None,
        });
        names.find(|it| it.node == name).map(|it| it.span)
    }

    /// Where the title of a test stands.
    pub(super) fn title_of(&self, test: &crate::hir::Test) -> Span {
        let mut titles = self.items().filter(|item| item.span == test.span);
        titles
            .find_map(|item| match &item.kind {
                ItemKind::Test(it) => Some(it.title.span),
                _ => None,
            })
            .unwrap_or(test.span)
    }

    /// The name of the first policy that is on and asks for something: where findings about the whole set stand. A set
    /// without any is silent, since whoever has nothing yet needs no linter to know.
    pub(super) fn first_guard(&self) -> Option<Span> {
        let policies = self.policies();
        let guard = policies.iter().find(|policy| {
            policy.meant.state == PolicyState::On && policy.meant.effect != Effect::Nothing
        })?;
        Some(guard.written.name.span)
    }

    /// The finding with the policies that it speaks of beside it.
    pub(super) fn culprits(
        &self,
        finding: Diagnostic,
        policies: &[String],
        text: &str,
    ) -> Diagnostic {
        let own = finding.primary.span;
        let places = policies.iter().filter_map(|name| self.name_of(name));
        let others = places.filter(|place| *place != own && place.source != SourceId::PRELUDE);
        let shown = others.take(MOST_CULPRITS);
        let finding = shown.fold(finding, |finding, place| finding.label(place, text));
        let names: Vec<String> = policies.iter().map(|name| format!("`{name}`")).collect();
        match names.as_slice() {
            [] | [_] => finding,
            many => finding.note(format!("namely {}", many.join(", "))),
        }
    }
}
