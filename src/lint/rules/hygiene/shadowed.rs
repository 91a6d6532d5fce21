//! Finds policies that change no decision, and names those that make them superfluous.

use crate::analyze::Flaw;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::correctness::block_swallows_grant;
use crate::lint::rules::hygiene::duplicate_policy;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1313", name: "shadowed" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("shadowed.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let twins = duplicate_policy::spoken_of(subject);
    let on = |rule| subject.settings.is_on_somewhere(rule);
    for flaw in &subject.flaws().found {
        let Flaw::Shadowed { policy, by } = flaw else { continue };
        // Other rules say more of these.
        let swallowed =
            on(&block_swallows_grant::RULE) && block_swallows_grant::swallows(subject, policy, by);
        let twin = on(&duplicate_policy::RULE) && twins.contains(policy.as_str());
        if swallowed || twin {
            continue;
        }
        let Some(place) = subject.name_of(policy) else { continue };
        let finding = found(
            RULE.code,
            place,
            format!("without `{policy}` nothing would be decided otherwise"),
        );
        let finding = match by.as_slice() {
            [] => finding.here("demands nothing of anybody"),
            [_] => finding.here("one other policy does all of it"),
            _ => finding.here("others do all of it together, and none of them can be spared"),
        };
        let finding = finding.help("take it out, or make it say what the others do not");
        all.push(subject.culprits(finding, by, "does a part of it"));
    }
}
