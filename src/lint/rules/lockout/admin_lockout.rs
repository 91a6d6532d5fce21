//! Finds sets under which a role that could undo a mistake cannot reach the portals.

use crate::analyze::Lockout;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1106", name: "admin-lockout" },
    severity: Severity::Error,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("admin_lockout.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for lockout in &subject.lockouts().found {
        let Lockout::Menders { role } = lockout else { continue };
        let Some(place) = subject.first_guard() else { return };
        let message = format!("nobody with the role `{role}` reaches the portals in any way");
        let finding = found(RULE.code, place, message)
            .here("the policies together shut them out")
            .note("whatever is proven, from whatever device and place: a mistake can no longer be undone by them")
            .help("leave the role, or `microsoft-admin-portals`, out of what blocks them");
        all.push(finding);
    }
}
