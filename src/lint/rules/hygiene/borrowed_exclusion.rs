//! Finds policies that leave out a group which is named for the exclusions of another policy.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Object, Predicate};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{PolicyHere, Subject, found};
use crate::lint::walk;
use crate::syntax::ast::ObjectKind;
use std::collections::BTreeMap;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1301", name: "borrowed-exclusion" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("borrowed_exclusion.md"),
    check,
};

/// Words by which a group says that it is made for exclusions.
const EXCLUSION: [&str; 4] = ["exclu", "exempt", "except", "bypass"];

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let policies = subject.policies();
    let mut owners: BTreeMap<String, Vec<&PolicyHere<'_>>> = BTreeMap::new();
    for policy in &policies {
        for number in numbers(policy.title()).into_iter().take(1) {
            owners.entry(number).or_default().push(policy);
        }
    }
    for policy in policies.iter().filter(|it| it.is_alive()) {
        let Some(own) = numbers(policy.title()).into_iter().next() else { continue };
        for group in excluded_groups(subject, policy) {
            let [number] = numbers(group_title(group)).try_into().unwrap_or_default();
            let Some([owner]) = owners.get(&number).map(Vec::as_slice) else { continue };
            if number == own || numbers(&policy.meant.name).contains(&number) {
                continue;
            }
            let (name, borrowed) = (&policy.meant.name, &group.name);
            let message = format!(
                "`{name}` leaves out `{borrowed}`, which is made for `{}`",
                owner.meant.name
            );
            let finding = found(RULE.code, policy.written.name.span, message)
                .here(format!("this is {}", own.to_uppercase()))
                .label(group.span, format!("named for {}", number.to_uppercase()))
                .label(owner.written.name.span, format!("this is {}", number.to_uppercase()))
                .help("leave out the policy's own group, or rename the group if both policies share it");
            all.push(finding);
        }
    }
}

/// The groups that a policy leaves out and that say so in their names.
fn excluded_groups<'s>(subject: &'s Subject<'_>, policy: &PolicyHere<'_>) -> Vec<&'s Object> {
    let tests = walk::signed(&policy.meant.condition);
    let negative = tests.iter().filter(|(_, _, positive)| !positive);
    let people = negative.filter_map(|(probe, ..)| match &probe.predicate {
        Predicate::People(people) => Some(&people.groups),
        _ => None,
    });
    let ids: Vec<&String> = people.flatten().collect();
    let says = |name: &str| {
        let name = name.to_lowercase();
        EXCLUSION.iter().any(|word| name.contains(word))
    };
    let groups = subject.set.objects.iter().filter(|it| it.kind == ObjectKind::Group);
    groups.filter(|it| says(group_title(it)) && it.ids.iter().any(|id| ids.contains(&id))).collect()
}

/// What the group is called in the directory, where its documentation says; else its name.
fn group_title(group: &Object) -> &str {
    let first = group.remarks.docs.lines().next().unwrap_or_default();
    if numbers(first).len() == 1 { first } else { &group.name }
}

/// Numbers of policies in a text: letters and then two digits or more, `CA014`, `cau002`.
fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric());
    let number = |word: &str| {
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        let digits = word.len() - letters;
        let all = word.bytes().skip(letters).all(|it| it.is_ascii_digit());
        ((1..=5).contains(&letters) && (2..=5).contains(&digits) && all)
            .then(|| word.to_ascii_lowercase())
    };
    let mut found: Vec<String> = words.filter_map(number).collect();
    found.dedup();
    found
}
