//! Finds requirements that sweep in programs, which cannot meet them.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask::{self, Always, Example, requires};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::subject::{Subject, found};
use crate::syntax::ast::{Clause, Condition};
use crate::syntax::format_condition;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1201", name: "reaches-workloads" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: Some(Safety::Unsafe),
    page: include_str!("reaches_workloads.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let meant = policy.meant;
        if !requires(meant) || !names_nobody(&meant.condition) {
            continue;
        }
        let programs = ask::all(vec![meant.condition.clone(), ask::not(ask::by_a_user())]);
        if subject.ask.always_with_a_password(meant, &programs, Expectation::Block) != Always::Yes {
            continue;
        }
        // Those that are about programs alone are another rule's.
        let people = ask::all(vec![meant.condition.clone(), ask::by_a_user()]);
        if subject.ask.any(&people) == Example::Nobody {
            continue;
        }
        let Some(when) = policy.written.clauses.iter().find_map(when) else { continue };
        let message = format!("`{}` is about programs as well, and blocks them", meant.name);
        all.push(
            found(RULE.code, when.span(), message)
                .here("nothing here says that a person signs in")
                .note("nobody sits at a workload identity or an agent who could prove anything")
                .help("begin with `user in anyone`, which is what Entra calls all users")
                .fix(when.span(), about_people(when)),
        );
    }
}

fn when(clause: &Clause) -> Option<&Condition> {
    match clause {
        Clause::When(condition) => Some(condition),
        Clause::Unless(_) | Clause::Block(_) | Clause::Require(_) | Clause::Session(_) => None,
    }
}

fn about_people(when: &Condition) -> String {
    let text = format_condition(when);
    match when {
        Condition::Always(_) => "user in anyone".to_owned(),
        Condition::Or(_) => format!("user in anyone and ({text})"),
        _ => format!("user in anyone and {text}"),
    }
}

/// Whether no test asks who signs in.
fn names_nobody(condition: &crate::hir::Condition) -> bool {
    use crate::schema::attribute::{Attribute as A, AttributeId};
    let of_people =
        [A::ServicePrincipal, A::Agent, A::ServicePrincipalAttribute, A::AgentAttribute];
    let kinds = of_people.map(AttributeId::BuiltIn);
    condition.probes().iter().all(|probe| !kinds.contains(&probe.attribute))
}
