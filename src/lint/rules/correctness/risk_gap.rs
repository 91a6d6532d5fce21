//! Finds lists of risk levels that skip one in the middle.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::schema::attribute::{Attribute, Kind};
use crate::syntax::ast::{Comparison, Condition, LiteralValue, Operand};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1006", name: "risk-gap" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Default,
    exact: true,
    fix: Some(Safety::Unsafe),
    page: include_str!("risk_gap.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for item in subject.items() {
        for condition in walk::conditions(item) {
            walk::each(condition, &mut |part| {
                if let Condition::Compare(comparison) = part {
                    all.extend(gap(comparison));
                }
            });
        }
    }
}

fn gap(comparison: &Comparison) -> Option<Diagnostic> {
    let Operand::List(members, _) = &comparison.operand else { return None };
    let attribute = Attribute::by_name(&comparison.attribute.node)?;
    let Kind::Ordered(words) = attribute.row().kind else { return None };
    let level = |word: &str| words.iter().position(|it| *it == word);
    let levels: Vec<usize> = members
        .iter()
        .filter_map(|it| match &it.value {
            LiteralValue::Word(word) => level(word),
            _ => None,
        })
        .collect();
    let (low, high) = (*levels.iter().min()?, *levels.iter().max()?);
    let skipped: Vec<&str> =
        (low..high).filter(|it| !levels.contains(it)).map(|it| words[it]).collect();
    let first = skipped.first()?;
    let (name, low, high) = (attribute.name(), words[low], words[high]);
    let message = format!("`{low}` and `{high}`, but not `{first}`, which lies between them");
    let whole: Vec<&str> =
        words.iter().copied().skip_while(|it| *it != low).take_while(|it| *it != high).collect();
    let not = if comparison.negated { "not " } else { "" };
    let whole = format!("{name} {not}in [{}, {high}]", whole.join(", "));
    Some(
        found(RULE.code, comparison.span, message)
            .here(format!("skips {}", skipped.join(", ")))
            .note(format!("the levels of `{name}` are {}", words.join(" < ")))
            .help("name the level between them too, or leave the lower one out")
            .fix(comparison.span, whole),
    )
}
