//! From the trees of all files to one policy set: in which order items get their meaning, and their numbers.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::grant::MULTI_FACTOR;
use crate::hir::limits::MAX_POLICIES;
use crate::hir::resolve::names::{Declaration, Names};
use crate::hir::resolve::report::Report;
use crate::hir::{
    Condition, ConditionKind, NetworkId, Policy, PolicySet, Predicate, StrengthId, codes,
};
use crate::source::Sources;
use crate::syntax::ast::{File, ItemKind};

/// What the files mean, the prelude first among them. Whatever has no meaning is left out, and told: a set that came
/// with an error must not be compiled.
pub fn resolve(_sources: &Sources, files: &[File], diagnostics: &mut Vec<Diagnostic>) -> PolicySet {
    let mut report = Report::new(diagnostics);
    let names = Names::collect(files, &mut report);
    let mut checker = Checker::new(&names, report);
    checker.expand_lets();
    let policies = checker.policies();
    checker.finish(policies)
}

impl<'a> Checker<'a, '_> {
    fn policies(&mut self) -> Vec<Policy> {
        let mut policies = Vec::new();
        let mut count = 0usize;
        for declaration in self.names.iter() {
            let Some(policy) = self.checked_policy(declaration) else { continue };
            count += 1;
            if count == MAX_POLICIES + 1 {
                self.report.tell(too_many(declaration));
            }
            policies.extend(policy.filter(|_| count <= MAX_POLICIES));
        }
        for declaration in self.names.unnamed() {
            drop(self.checked_policy(declaration));
        }
        policies
    }

    /// The outer answer is empty for what is no policy.
    fn checked_policy(&mut self, declaration: Declaration<'a>) -> Option<Option<Policy>> {
        let ItemKind::Policy(policy) = &declaration.item.kind else { return None };
        Some(self.policy(declaration.item, policy))
    }

    fn finish(self, mut policies: Vec<Policy>) -> PolicySet {
        let multi_factor = self.tables.strength(MULTI_FACTOR).unwrap_or(StrengthId(0));
        let (networks, numbers) = self.anonymous.number_all(self.tables.networks.into_rows());
        policies.iter_mut().for_each(|policy| renumber(&mut policy.condition, &numbers));
        let mut objects = self.tables.objects.into_rows();
        objects.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        PolicySet {
            policies,
            networks,
            strengths: self.tables.strengths.into_rows(),
            multi_factor,
            objects,
            own_attributes: self.tables.own_attributes.into_rows(),
            ..PolicySet::default()
        }
    }
}

fn too_many(declaration: Declaration<'_>) -> Diagnostic {
    let message = format!("there are more than {MAX_POLICIES} policies");
    Diagnostic::error(codes::TOO_MANY_POLICIES, declaration.name.span, message)
        .here("one too many, in the order of names")
}

/// Gives networks their final numbers, now that all anonymous ones are known.
fn renumber(condition: &mut Condition, numbers: &[NetworkId]) {
    match &mut condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            parts.iter_mut().for_each(|part| renumber(part, numbers));
        }
        ConditionKind::Not(inner) => renumber(inner, numbers),
        ConditionKind::Test(probe) => {
            if let Predicate::Networks(networks) = &mut probe.predicate {
                *networks = networks.iter().map(|id| numbers[id.0 as usize]).collect();
            }
        }
        ConditionKind::Always | ConditionKind::Never => {}
    }
}
