//! Real people, cut into crowds that no test tells apart.

use std::collections::{BTreeMap, HashMap};

use crate::analyze::snapshot::{Person, Snapshot};
use crate::analyze::space::{Input, Test, Tests};
use crate::hir::PolicySet;
use crate::request::Value;
use crate::schema::attribute::Attribute as A;

/// The inputs that a directory knows of a person.
pub(in crate::analyze) const KNOWN: [Input; 4] = [
    Input::Slot(A::UserId),
    Input::Slot(A::UserGroups),
    Input::Slot(A::UserRoles),
    Input::Slot(A::UserType),
];

/// People whom no test tells apart.
#[derive(Debug, Clone)]
pub(in crate::analyze) struct Crowd {
    /// The first of them, by number in the snapshot.
    first: usize,
    /// How many they are.
    pub(in crate::analyze) count: usize,
    /// The numbers of the tests that they pass, sorted.
    pub(in crate::analyze) passes: Vec<u32>,
}

/// Everybody, crowd by crowd. Class 0 of their dimension is nobody, class `n + 1` is crowd `n`.
#[derive(Debug, Clone)]
pub(in crate::analyze) struct Crowds<'a> {
    snapshot: &'a Snapshot,
    /// What tells crowds apart; those that most people pass first, so that crowds that are alike stand side by side.
    pub(in crate::analyze) tests: Vec<(Input, Test)>,
    pub(in crate::analyze) crowds: Vec<Crowd>,
    /// For each test, the classes that pass it, sorted.
    passing: Vec<Vec<usize>>,
    numbers: BTreeMap<(Input, Test), usize>,
}

/// Finds the tests that a person passes without trying each.
struct Index<'t> {
    by_id: HashMap<(usize, &'t str), Vec<u32>>,
    /// Tests that want something else than ids: of types, or of anything at all.
    others: Vec<(usize, u32, &'t Test)>,
}

impl<'t> Index<'t> {
    fn of(tests: &'t [(Input, Test)]) -> Index<'t> {
        let mut index = Index { by_id: HashMap::new(), others: Vec::new() };
        for (number, (input, test)) in (0..).zip(tests) {
            let Some(place) = KNOWN.iter().position(|it| it == input) else { continue };
            match test {
                Test::Ids(ids) => ids.iter().for_each(|id| {
                    index.by_id.entry((place, id.as_str())).or_default().push(number);
                }),
                Test::Passes(_) | Test::Countries(..) | Test::Addresses(_) | Test::Known => {
                    index.others.push((place, number, test));
                }
            }
        }
        index
    }

    /// The numbers of the tests that a person passes, sorted.
    fn passed(&self, set: &PolicySet, person: &Person) -> Vec<u32> {
        let mut found = Vec::new();
        let mut look = |place: usize, id: &str| {
            found.extend(self.by_id.get(&(place, id)).into_iter().flatten().copied());
        };
        look(0, &person.id);
        person.groups.iter().for_each(|id| look(1, id));
        person.roles.iter().for_each(|id| look(2, id));
        let kind = Value::Word(person.kind);
        let others = self.others.iter().filter(|(place, _, test)| match place {
            3 => test.passes(set, Some(&kind)),
            _ => **test == Test::Known,
        });
        found.extend(others.map(|(_, number, _)| *number));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl<'a> Crowds<'a> {
    pub(super) fn of(set: &PolicySet, tests: &Tests, snapshot: &'a Snapshot) -> Crowds<'a> {
        let of_input = |input: &Input| tests.get(input).into_iter().flatten();
        let pair = |input: &Input, test: &Test| (input.clone(), test.clone());
        let mut tests: Vec<(Input, Test)> = KNOWN
            .iter()
            .flat_map(|input| of_input(input).map(move |test| pair(input, test)))
            .collect();
        let people = snapshot.people();
        let passed: Vec<Vec<u32>> = {
            let index = Index::of(&tests);
            people.iter().map(|person| index.passed(set, person)).collect()
        };
        let ranks = by_popularity(&mut tests, &passed);
        let mut crowds: BTreeMap<Vec<u32>, Crowd> = BTreeMap::new();
        for (first, passed) in passed.into_iter().enumerate() {
            let mut passes: Vec<u32> = passed.iter().map(|it| ranks[*it as usize]).collect();
            passes.sort_unstable();
            let crowd = crowds.entry(passes.clone()).or_insert(Crowd { first, count: 0, passes });
            crowd.count += 1;
        }
        let crowds: Vec<Crowd> = crowds.into_values().collect();
        let mut passing = vec![Vec::new(); tests.len()];
        for (class, crowd) in (1..).zip(&crowds) {
            crowd.passes.iter().for_each(|test| passing[*test as usize].push(class));
        }
        let numbers = tests.iter().cloned().zip(0..).collect();
        Crowds { snapshot, tests, crowds, passing, numbers }
    }

    /// The first person of a class; class 0 is nobody.
    pub(in crate::analyze) fn person(&self, class: usize) -> Option<&'a Person> {
        let crowd = self.crowds.get(class.checked_sub(1)?)?;
        self.snapshot.people().get(crowd.first)
    }

    /// How many people a class is.
    pub(in crate::analyze) fn count(&self, class: usize) -> usize {
        class.checked_sub(1).and_then(|at| self.crowds.get(at)).map_or(0, |crowd| crowd.count)
    }

    /// The classes that pass a test, sorted.
    pub(in crate::analyze) fn passing(
        &self,
        set: &PolicySet,
        input: &Input,
        test: &Test,
    ) -> Vec<usize> {
        if let Some(number) = self.numbers.get(&(input.clone(), test.clone())) {
            return self.passing[*number].clone();
        }
        let one = [(input.clone(), test.clone())];
        let index = Index::of(&one);
        let passes =
            |class: &usize| self.person(*class).is_some_and(|it| !index.passed(set, it).is_empty());
        (1..=self.crowds.len()).filter(passes).collect()
    }
}

/// Puts the tests that most people pass first, and says where each went.
fn by_popularity(tests: &mut Vec<(Input, Test)>, passed: &[Vec<u32>]) -> Vec<u32> {
    let mut counts = vec![0usize; tests.len()];
    passed.iter().flatten().for_each(|test| counts[*test as usize] += 1);
    let mut order: Vec<usize> = (0..tests.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(counts[*at]), *at));
    let mut ranks = vec![0; tests.len()];
    for (rank, at) in (0..).zip(&order) {
        ranks[*at] = rank;
    }
    *tests = order.iter().map(|at| tests[*at].clone()).collect();
    ranks
}
