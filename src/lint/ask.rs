//! Exact questions about sign-ins, for rules: is there one, is it so for all of them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::analyze::{Setting, Verdict, prove};
use crate::decision::Options;
use crate::hir::{
    Assert, Condition, ConditionKind, Effect, Expectation, MethodUse, People, Policy, PolicySet,
    PolicyState, Predicate, Probe, Remarks,
};
use crate::lint::settings::Settings;
use crate::request::Request;
use crate::schema::attribute::{Attribute, AttributeId};
use crate::schema::method::Method;
use crate::source::{SourceId, Span};
use crate::syntax::ast::ObjectKind;

/// Which sign-ins there are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Example {
    /// None at all.
    Nobody,
    /// This one, and no other says less.
    Like(Box<Request>),
    /// Nobody knows within the budget.
    Unknown,
}

/// Whether something holds for all sign-ins that a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Always {
    /// For every one, and there is one.
    Yes,
    /// There is none.
    Nobody,
    /// Not for all, or nobody knows within the budget.
    NotKnown,
}

impl Always {
    fn of(verdict: &Verdict) -> Always {
        match verdict {
            Verdict::Proved => Always::Yes,
            Verdict::Vacuous => Always::Nobody,
            Verdict::Refuted(_) | Verdict::Undecided(_) => Always::NotKnown,
        }
    }
}

/// Asks about a policy set in which nothing but the question's own policies is on.
pub(super) struct Questions {
    set: RefCell<PolicySet>,
    emergency: People,
    budget: Setting<'static>,
    /// Why a question had no answer, of those since somebody last looked.
    undecided: RefCell<Option<String>>,
    /// Whether nothing may be worked out now.
    in_a_hurry: bool,
    /// Raised by somebody who no longer wants the answers.
    unwanted: Option<Arc<AtomicBool>>,
}

impl Questions {
    pub(super) fn about(set: &PolicySet, settings: &Settings) -> Questions {
        let mut bare = set.clone();
        bare.policies.clear();
        bare.asserts.clear();
        bare.tests.clear();
        bare.lets.clear();
        Questions {
            set: RefCell::new(bare),
            emergency: emergency(set, settings),
            budget: Setting { nodes: settings.budget, ..Setting::default() },
            undecided: RefCell::new(None),
            in_a_hurry: false,
            unwanted: None,
        }
    }

    /// From when this is raised on, nothing is worked out any more.
    pub(super) fn unless_raised(&mut self, flag: Arc<AtomicBool>) {
        self.unwanted = Some(flag);
    }

    /// From now on no question has an answer, or questions have one again.
    pub(super) fn hurry(&mut self, in_a_hurry: bool) {
        self.in_a_hurry = in_a_hurry;
    }

    /// Whether a question may be worked out; one that may not has no answer.
    pub(super) fn has_time(&self) -> bool {
        let has = !self.in_a_hurry && !self.is_unwanted();
        if !has {
            self.give_up("there was no time");
        }
        has
    }

    /// Whether nobody wants answers any more.
    pub(super) fn is_unwanted(&self) -> bool {
        self.unwanted.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// How much one question may cost.
    pub(super) fn budget(&self) -> Setting<'static> {
        self.budget
    }

    /// A question had no answer.
    pub(super) fn give_up(&self, why: &str) {
        self.undecided.borrow_mut().get_or_insert_with(|| why.to_owned());
    }

    /// Why a question had no answer since this was last asked, if one had none.
    pub(super) fn given_up(&self) -> Option<String> {
        self.undecided.borrow_mut().take()
    }

    /// Break-glass accounts, by declaration or by the settings.
    pub(super) fn emergency(&self) -> &People {
        &self.emergency
    }

    /// The smallest sign-in that meets a condition.
    pub(super) fn any(&self, condition: &Condition) -> Example {
        match self.verdict(Vec::new(), condition, Expectation::Block, Vec::new()) {
            Verdict::Vacuous => Example::Nobody,
            Verdict::Refuted(found) => Example::Like(Box::new(found.request)),
            Verdict::Proved | Verdict::Undecided(_) => Example::Unknown,
        }
    }

    /// Whether, with this policy enforced and no other, every sign-in of a condition is as expected.
    pub(super) fn always(
        &self,
        policy: &Policy,
        condition: &Condition,
        expectation: Expectation,
    ) -> Always {
        self.with(policy, condition, expectation, Vec::new())
    }

    /// The same of sign-ins that have shown a password and nothing else.
    pub(super) fn always_with_a_password(
        &self,
        policy: &Policy,
        condition: &Condition,
        expectation: Expectation,
    ) -> Always {
        self.with(policy, condition, expectation, a_password())
    }

    /// The smallest sign-in of a condition that is not as expected under these policies, if there is one for sure.
    pub(super) fn counterexample(
        &self,
        policies: &[Policy],
        condition: &Condition,
        expectation: Expectation,
        proofs: Vec<(MethodUse, u64)>,
    ) -> Option<Request> {
        match self.verdict(policies.to_vec(), condition, expectation, proofs) {
            Verdict::Refuted(found) => Some(found.request),
            Verdict::Proved | Verdict::Vacuous | Verdict::Undecided(_) => None,
        }
    }

    /// Whether, under these policies, every sign-in of a condition is as expected.
    pub(super) fn all_are(
        &self,
        policies: &[Policy],
        condition: &Condition,
        expectation: Expectation,
        proofs: Vec<(MethodUse, u64)>,
    ) -> Always {
        Always::of(&self.verdict(policies.to_vec(), condition, expectation, proofs))
    }

    fn with(
        &self,
        policy: &Policy,
        condition: &Condition,
        expectation: Expectation,
        proofs: Vec<(MethodUse, u64)>,
    ) -> Always {
        let policy = Policy { state: PolicyState::On, ..policy.clone() };
        Always::of(&self.verdict(vec![policy], condition, expectation, proofs))
    }

    fn verdict(
        &self,
        policies: Vec<Policy>,
        condition: &Condition,
        expectation: Expectation,
        proofs: Vec<(MethodUse, u64)>,
    ) -> Verdict {
        if !self.has_time() {
            return Verdict::Undecided(String::new());
        }
        let mut set = self.set.borrow_mut();
        set.policies = policies;
        set.asserts = vec![Assert {
            name: "question".to_owned(),
            remarks: Remarks::default(),
            condition: condition.clone(),
            proofs,
            expectation,
            span: condition.span,
        }];
        let answers = prove(&set, &Options::default(), self.budget);
        let answer = answers.into_iter().next();
        let verdict =
            answer.map_or_else(|| Verdict::Undecided(String::new()), |answer| answer.verdict);
        if let Verdict::Undecided(why) = &verdict {
            self.give_up(why);
        }
        verdict
    }
}

fn emergency(set: &PolicySet, settings: &Settings) -> People {
    let mut people = People::default();
    let named = |it: &&crate::hir::Object| it.emergency || settings.break_glass.contains(&it.name);
    for object in set.objects.iter().filter(named) {
        match object.kind {
            ObjectKind::User => people.users.extend(object.ids.iter().cloned()),
            ObjectKind::Group => people.groups.extend(object.ids.iter().cloned()),
            ObjectKind::Role | ObjectKind::App | ObjectKind::ServicePrincipal => {}
            ObjectKind::Agent | ObjectKind::Tenant | ObjectKind::Terms => {}
            ObjectKind::Context | ObjectKind::CustomControl => {}
        }
    }
    people
}

/// A password that was typed just now, and nothing else.
pub(super) fn a_password() -> Vec<(MethodUse, u64)> {
    let password = MethodUse {
        method: Method::Password,
        aaguids: BTreeSet::new(),
        issuers: BTreeSet::new(),
        policies: BTreeSet::new(),
    };
    vec![(password, 0)]
}

/// A condition that nobody wrote.
fn made(kind: ConditionKind) -> Condition {
    Condition { kind, span: Span::new(SourceId::PRELUDE, 0, 0) }
}

/// All of these.
pub(super) fn all(parts: Vec<Condition>) -> Condition {
    made(ConditionKind::All(parts))
}

/// Any of these.
pub(super) fn any(parts: Vec<Condition>) -> Condition {
    made(ConditionKind::Any(parts))
}

/// Not that.
pub(super) fn not(inner: Condition) -> Condition {
    made(ConditionKind::Not(Box::new(inner)))
}

/// A test of a built-in attribute.
pub(super) fn test(attribute: Attribute, predicate: Predicate) -> Condition {
    let attribute = AttributeId::BuiltIn(attribute);
    made(ConditionKind::Test(Probe { attribute, predicate }))
}

/// `user in anyone`
pub(super) fn by_a_user() -> Condition {
    let anyone = People { anyone: true, ..People::default() };
    test(Attribute::User, Predicate::People(anyone))
}

/// `app in any-app`
pub(super) fn for_an_app() -> Condition {
    let any = crate::hir::Apps { any: true, ..crate::hir::Apps::default() };
    test(Attribute::App, Predicate::Apps(any))
}

/// Whether two conditions differ for some sign-in: where one holds and the other does not.
pub(super) fn difference(one: &Condition, other: &Condition) -> Condition {
    any(vec![
        all(vec![one.clone(), not(other.clone())]),
        all(vec![other.clone(), not(one.clone())]),
    ])
}

/// Every user who is no break-glass account, on every app.
pub(super) fn everyone_everywhere(questions: &Questions) -> Condition {
    let mut parts = vec![by_a_user(), for_an_app()];
    parts.extend(no_emergency(questions));
    all(parts)
}

/// No break-glass account, where there are some.
pub(super) fn no_emergency(questions: &Questions) -> Option<Condition> {
    let people = questions.emergency();
    let declared = *people != People::default();
    declared.then(|| not(test(Attribute::User, Predicate::People(people.clone()))))
}

/// Whether a policy demands something.
pub(super) fn requires(policy: &Policy) -> bool {
    matches!(policy.effect, Effect::Require(_))
}
