//! Finds lists that name one member twice.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::source::Span;
use crate::syntax::ast::{Condition, Literal, Operand};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1305", name: "repeated-member" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Recommended,
    exact: true,
    fix: Some(Safety::Safe),
    page: include_str!("repeated_member.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for item in subject.items() {
        for condition in walk::conditions(item) {
            walk::each(condition, &mut |part| {
                let Condition::Compare(comparison) = part else { return };
                let Operand::List(members, _) = &comparison.operand else { return };
                all.extend(repeated(subject, members));
            });
        }
    }
}

fn repeated(subject: &Subject<'_>, members: &[Literal]) -> Vec<Diagnostic> {
    let second = |at: usize| {
        let first = members[..at].iter().find(|it| it.value == members[at].value)?;
        let (before, member) = (members[at - 1].span, members[at].span);
        // With the comma before it; a comment between them stays, and then there is no fix.
        let whole = Span::new(member.source, before.end as usize, member.end as usize);
        let plain = !subject.sources.text(whole).contains("//");
        let words = subject.sources.text(member);
        let finding = found(RULE.code, member, format!("`{words}` stands in this list already"))
            .label(first.span, "first here")
            .help("take the second one out");
        Some(if plain { finding.fix(whole, "") } else { finding })
    };
    (1..members.len()).filter_map(second).collect()
}
