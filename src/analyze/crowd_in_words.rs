//! Real people in words: the groups, roles and kinds that tell who is inside from who is not, and how many they are.

use std::collections::BTreeSet;

use crate::analyze::phrase::{Speaker, fewest, list};
use crate::analyze::space::{Crowds, Input, Test, crowd::KNOWN};
use crate::hir::Predicate;
use crate::schema::attribute::{Attribute as A, USER_TYPES};
use crate::syntax::ast::ObjectKind;

/// More tests than that say less than a number and a name.
const MAX_TESTS: usize = 12;

/// Tests, each with the crowds that pass it.
type Tested<'t> = Vec<(&'t (Input, Test), BTreeSet<usize>)>;

/// Who of all that can be is inside, in words, and how many.
pub(super) fn told(speaker: &Speaker<'_>, at: usize, crowds: &Crowds<'_>) -> String {
    let (real, possible) = (&speaker.real[at], &speaker.possible[at]);
    let classes = || 1..real.len();
    let possible: BTreeSet<usize> = classes().filter(|it| possible[*it]).collect();
    let inside: BTreeSet<usize> = classes().filter(|it| real[*it]).collect();
    let people: usize = inside.iter().map(|class| crowds.count(*class)).sum();
    let count = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    if inside == possible {
        return format!("anyone ({count})");
    }
    let passing = |pair: &(Input, Test)| -> BTreeSet<usize> {
        let passing = crowds.passing(speaker.set, &pair.0, &pair.1);
        passing.into_iter().filter(|class| possible.contains(class)).collect()
    };
    let tested: Tested<'_> = crowds.tests.iter().map(|it| (it, passing(it))).collect();
    match exactly(speaker, &tested, &inside, &possible) {
        Some(words) => format!("{words} ({count})"),
        None => loosely(speaker, crowds, &tested, &inside, &count),
    }
}

/// Those who pass some tests and not others, where that is who is inside.
fn exactly(
    speaker: &Speaker<'_>,
    tested: &Tested<'_>,
    inside: &BTreeSet<usize>,
    possible: &BTreeSet<usize>,
) -> Option<String> {
    let few = |tests: Option<Vec<_>>| tests.filter(|tests| tests.len() <= MAX_TESTS);
    let words = |tests: &[&(Input, Test)]| {
        list(tests.iter().flat_map(|it| names(speaker, it)).collect(), "or")
    };
    if let Some(tests) = few(fewest(tested, inside)) {
        return Some(format!("people in {}", words(&tests)));
    }
    let outside = possible - inside;
    if let Some(tests) = few(fewest(tested, &outside)) {
        return Some(format!("anyone but {}", words(&tests)));
    }
    tested.iter().filter(|(_, passed)| inside.is_subset(passed)).find_map(|(test, passed)| {
        let but = few(fewest(tested, &(passed - inside)))?;
        Some(format!("people in {} but not {}", words(&[*test]), words(&but)))
    })
}

/// What all of them have in common, and one of them.
fn loosely(
    speaker: &Speaker<'_>,
    crowds: &Crowds<'_>,
    tested: &Tested<'_>,
    inside: &BTreeSet<usize>,
    count: &str,
) -> String {
    let common = tested.iter().filter(|(_, passed)| inside.is_subset(passed));
    let common: Vec<String> = common.flat_map(|(test, _)| names(speaker, test)).collect();
    let first = inside.first().and_then(|class| crowds.person(*class));
    let such = first.map_or_else(String::new, |person| {
        let id = BTreeSet::from([person.id.clone()]);
        format!(", such as {}", speaker.names(ObjectKind::User, id).join(""))
    });
    match common.is_empty() {
        true => format!("{count}{such}"),
        false => format!("{count} in {}{such}", list(common, "and")),
    }
}

/// What a test tests, by its names.
fn names(speaker: &Speaker<'_>, (input, test): &(Input, Test)) -> Vec<String> {
    match test {
        Test::Ids(ids) => {
            let kinds = [ObjectKind::User, ObjectKind::Group, ObjectKind::Role];
            let place = KNOWN.iter().position(|it| it == input).unwrap_or_default();
            let kind = kinds.get(place).copied().unwrap_or(ObjectKind::User);
            speaker.names(kind, ids.clone())
        }
        Test::Passes(Predicate::Words(words, _)) => {
            let outside = (0u8..).zip(USER_TYPES).filter(|(number, _)| !words.contains(number));
            let outside: Vec<&str> = outside.map(|(_, word)| *word).collect();
            match (*input == Input::Slot(A::UserType), outside.as_slice()) {
                (true, ["member"]) => vec!["guests".to_owned()],
                _ => {
                    let word = |it: &u8| USER_TYPES.get(usize::from(*it)).copied();
                    words.iter().filter_map(word).map(str::to_owned).collect()
                }
            }
        }
        Test::Passes(_) | Test::Countries(..) | Test::Addresses(_) | Test::Known => {
            vec!["anyone".to_owned()]
        }
    }
}
