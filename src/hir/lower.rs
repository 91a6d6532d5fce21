//! From the trees of all files to one policy set: in which order items get their meaning, and their numbers.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::grant::MULTI_FACTOR;
use crate::hir::check::test::PolicyNumbers;
use crate::hir::limits::MAX_POLICIES;
use crate::hir::resolve::names::{Declaration, Names};
use crate::hir::resolve::report::Report;
use crate::hir::{
    Archetype, Assert, Condition, ConditionKind, NetworkId, Policy, PolicyId, PolicySet, Predicate,
    StrengthId, Test, codes,
};
use crate::source::Sources;
use crate::syntax::ast::{File, ItemKind};

/// What the files mean, the prelude first among them. Whatever has no meaning is left out, and told: a set that came
/// with an error must not be compiled.
pub fn resolve(sources: &Sources, files: &[File], diagnostics: &mut Vec<Diagnostic>) -> PolicySet {
    let mut report = Report::new(diagnostics);
    let names = Names::collect(files, &mut report);
    let mut checker = Checker::new(sources, &names, report);
    checker.expand_lets();
    let policies = checker.policies();
    let rest = checker.rest(files, &policies);
    let lets = checker.lets.values().flatten().count();
    let set = checker.finish(policies, rest);
    let written = files.iter().map(|file| file.items.len()).sum::<usize>();
    let told = diagnostics.iter().any(Diagnostic::is_error);
    assert!(told || count(&set) + lets == written, "whatever has no meaning has been told");
    set
}

/// How many items of the files are in the set.
fn count(set: &PolicySet) -> usize {
    let named = set.networks.iter().filter(|network| !network.anonymous).count();
    let items = [set.policies.len(), named, set.strengths.len(), set.objects.len()];
    let others = [set.own_attributes.len(), set.archetypes.len(), set.asserts.len()];
    items.iter().chain(&others).sum::<usize>() + set.tests.len()
}

/// The items that are no policies and hold conditions or requests.
#[derive(Default)]
struct Rest {
    archetypes: Vec<Archetype>,
    asserts: Vec<Assert>,
    tests: Vec<Test>,
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

    fn rest(&mut self, files: &'a [File], policies: &[Policy]) -> Rest {
        let mut rest = Rest::default();
        for declaration in self.names.iter() {
            self.add(&mut rest, declaration);
        }
        for declaration in self.names.unnamed() {
            self.add(&mut Rest::default(), declaration);
        }
        let numbers = (0..).zip(policies).map(|(at, policy)| (policy.name.clone(), PolicyId(at)));
        let numbers: PolicyNumbers = numbers.collect();
        for item in files.iter().flat_map(|file| &file.items) {
            if let ItemKind::Test(test) = &item.kind {
                rest.tests.extend(self.test(item, test, &numbers));
            }
        }
        rest
    }

    fn add(&mut self, rest: &mut Rest, declaration: Declaration<'a>) {
        let item = declaration.item;
        match &item.kind {
            ItemKind::Archetype(archetype) => {
                rest.archetypes.extend(self.archetype(item, archetype));
            }
            ItemKind::Assert(assert) => rest.asserts.extend(self.assert(item, assert)),
            ItemKind::Policy(_) | ItemKind::Let(_) | ItemKind::Test(_) => {}
            ItemKind::Object(_) | ItemKind::Network(_) => {}
            ItemKind::Strength(_) | ItemKind::Attribute(_) => {}
        }
    }

    fn finish(mut self, mut policies: Vec<Policy>, mut rest: Rest) -> PolicySet {
        let mut lets = self.take_lets();
        let multi_factor = self.tables.strength(MULTI_FACTOR).unwrap_or(StrengthId(0));
        let (networks, numbers) = self.anonymous.number_all(self.tables.networks.into_rows());
        let of_policies = policies.iter_mut().map(|policy| &mut policy.condition);
        let of_asserts = rest.asserts.iter_mut().map(|assert| &mut assert.condition);
        let of_lets = lets.iter_mut().map(|named| &mut named.condition);
        let all = of_policies.chain(of_asserts).chain(of_lets);
        all.for_each(|condition| renumber(condition, &numbers));
        let mut objects = self.tables.objects.into_rows();
        objects.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        PolicySet {
            policies,
            networks,
            strengths: self.tables.strengths.into_rows(),
            multi_factor,
            objects,
            lets,
            own_attributes: self.tables.own_attributes.into_rows(),
            archetypes: rest.archetypes,
            asserts: rest.asserts,
            tests: rest.tests,
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
