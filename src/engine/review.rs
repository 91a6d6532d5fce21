//! What each policy says of a request, taken alone, beside the decision that they come to together.

use crate::decision::Decision;
use crate::engine::{Engine, WORKSPACE, naming};
use crate::eval::{Alone, Applied, Case, Ruling, Scratch, alone, evaluate};
use crate::facts::intern;
use crate::hir::{PolicyId, PolicySet, PolicyState};
use crate::request::Request;
use crate::schema::attribute::AttributeSet;

/// A policy that applies to a request, or may, and what it would come to if it were the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Which policy.
    pub policy: PolicyId,
    /// Whether it takes part in the decision; else it only reports.
    pub enforced: bool,
    /// Whether it applies for certain; else that hangs on something that was not supplied.
    pub certain: bool,
    /// What it comes to, should it apply.
    pub outcome: Ruling,
    /// Whether that outcome hangs on something that was not supplied.
    pub unsure: bool,
    /// What was not supplied and it hangs on.
    pub missing: AttributeSet,
}

/// A decision, and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The decision.
    pub decision: Decision,
    /// The attributes that are [`Decision::assumed`], by number.
    pub assumed: AttributeSet,
    /// Every policy that applies or may, by name; report-only policies too. Those that are not here do not apply, or are
    /// disabled.
    pub voices: Vec<Voice>,
}

/// Of each policy that is compiled, its number in the set. Programs leave disabled ones out, and keep the order.
pub(super) fn numbers(set: &PolicySet) -> Vec<PolicyId> {
    let all = (0..).map(PolicyId).zip(&set.policies);
    all.filter(|(_, policy)| policy.state != PolicyState::Disabled).map(|(id, _)| id).collect()
}

impl Engine {
    /// Decides, and tells of every policy that applies, or may, what it says alone.
    pub fn review(&self, request: &Request) -> Review {
        WORKSPACE.with_borrow_mut(|(facts, scratch)| {
            intern(self.program(), request, facts);
            let verdict = evaluate(self.program(), facts, &self.options, scratch);
            let case = Case { program: self.program(), facts, options: &self.options };
            // The decision first: its challenge is in the scratch until something else is combined.
            let decision = naming::named(&case, &verdict, request, scratch);
            let voices = self.voices(&case, scratch);
            Review { decision, assumed: verdict.assumed, voices }
        })
    }

    fn voices(&self, case: &Case<'_>, scratch: &mut Scratch) -> Vec<Voice> {
        let on = scratch.applying.iter().map(|applied| (*applied, true));
        let reporting = scratch.reporting.iter().map(|applied| (*applied, false));
        let mut all: Vec<(Applied, bool)> = on.chain(reporting).collect();
        all.sort_unstable_by_key(|(applied, _)| applied.policy);
        let voice = |(applied, enforced): (Applied, bool)| {
            let Alone { outcome, unsure, missing } = alone(case, &applied, scratch);
            let policy = *self.meaning().numbers.get(applied.policy as usize)?;
            Some(Voice { policy, enforced, certain: applied.certain, outcome, unsure, missing })
        };
        all.into_iter().filter_map(voice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Value;
    use crate::schema::attribute::{Attribute, AttributeId};

    const POLICIES: &str = "
        group staff = \"5b0f2c1e-0000-4000-8000-000000000001\"
        policy a-off disabled { when always block }
        policy b-staff { when user in staff require mfa }
        policy c-device { when always require compliant-device }
        policy d-report report-only { when client is browser block }
        policy e-guests { when user in guests block }";

    #[test]
    fn every_policy_that_may_apply_has_a_voice() {
        let engine = Engine::from_text([("a.latch", POLICIES)]).expect("sound");
        let request = Request::builder()
            .set(Attribute::UserType, Value::Word(0))
            .set(Attribute::Client, Value::Word(0))
            .build()
            .expect("a request");
        let Review { decision, voices, .. } = engine.review(&request);
        assert_eq!(decision, engine.decide(&request));
        let of = |name: &str| {
            let at = |voice: &&Voice| engine.policy_set().policy(voice.policy).name == name;
            voices.iter().find(at).copied()
        };
        assert_eq!(voices.len(), 3, "{voices:?}");
        assert_eq!((of("a-off"), of("e-guests")), (None, None));
        let set = |attributes: &[Attribute]| {
            attributes.iter().map(|it| AttributeId::BuiltIn(*it)).collect::<AttributeSet>()
        };
        let staff = of("b-staff").expect("it may apply");
        assert!(staff.enforced && !staff.certain && !staff.unsure, "{staff:?}");
        assert_eq!((staff.outcome, staff.missing), (Ruling::StepUp, set(&[Attribute::UserGroups])));
        let device = of("c-device").expect("it applies");
        assert!(device.enforced && device.certain && device.unsure, "{device:?}");
        assert!(device.missing.contains(AttributeId::BuiltIn(Attribute::DeviceCompliant)));
        let report = of("d-report").expect("it applies");
        assert!(!report.enforced && report.certain && !report.unsure, "{report:?}");
        assert_eq!((report.outcome, report.missing), (Ruling::Blocked, AttributeSet::EMPTY));
    }
}
