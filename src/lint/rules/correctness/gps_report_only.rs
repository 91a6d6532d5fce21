//! Finds report-only policies that ask people where they are all the same.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{PolicyState, Predicate};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1013", name: "gps-report-only" },
    severity: Severity::Info,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("gps_report_only.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        if policy.meant.state != PolicyState::ReportOnly {
            continue;
        }
        let by_gps = walk::signed(&policy.meant.condition).into_iter().find(|(probe, ..)| {
            let Predicate::Networks(ids) = &probe.predicate else { return false };
            ids.iter().any(|id| {
                let network = subject.set.network(*id);
                !network.gps_countries.is_empty() || network.gps_unknown
            })
        });
        let Some((_, span, _)) = by_gps else { continue };
        let message = format!(
            "`{}` is report-only, and asks people for their position all the same",
            policy.meant.name
        );
        let finding = found(RULE.code, span, message)
            .here("a network by GPS")
            .note("in Entra the Authenticator app asks for the position before any policy can be looked at")
            .help("try it with a small group first");
        all.push(finding);
    }
}
