//! Exact questions about sign-ins, for rules: is there one, is it so for all of them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::analyze::{Budget, Verdict, prove};
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

/// The most nodes that one question may cost: some seconds' work would be too much for whoever is typing. The
/// measured sets stay below a tenth of it.
const MAX_NODES: usize = 500_000;

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

/// Asks about a policy set in which nothing but the question's own policies is on.
pub(super) struct Questions {
    set: RefCell<PolicySet>,
    emergency: People,
}

impl Questions {
    pub(super) fn about(set: &PolicySet, settings: &Settings) -> Questions {
        let mut bare = set.clone();
        bare.policies.clear();
        bare.asserts.clear();
        bare.tests.clear();
        bare.lets.clear();
        Questions { set: RefCell::new(bare), emergency: emergency(set, settings) }
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

    fn with(
        &self,
        policy: &Policy,
        condition: &Condition,
        expectation: Expectation,
        proofs: Vec<(MethodUse, u64)>,
    ) -> Always {
        let policy = Policy { state: PolicyState::On, ..policy.clone() };
        match self.verdict(vec![policy], condition, expectation, proofs) {
            Verdict::Proved => Always::Yes,
            Verdict::Vacuous => Always::Nobody,
            Verdict::Refuted(_) | Verdict::Undecided(_) => Always::NotKnown,
        }
    }

    fn verdict(
        &self,
        policies: Vec<Policy>,
        condition: &Condition,
        expectation: Expectation,
        proofs: Vec<(MethodUse, u64)>,
    ) -> Verdict {
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
        let answers = prove(&set, &Options::default(), Budget { nodes: MAX_NODES });
        let answer = answers.into_iter().next();
        answer.map_or_else(|| Verdict::Undecided(String::new()), |answer| answer.verdict)
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
    let emergency = questions.emergency();
    if *emergency != People::default() {
        parts.push(not(test(Attribute::User, Predicate::People(emergency.clone()))));
    }
    all(parts)
}

/// Whether a policy demands something.
pub(super) fn requires(policy: &Policy) -> bool {
    matches!(policy.effect, Effect::Require(_))
}
