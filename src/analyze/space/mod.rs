//! The space of requests: a product of dimensions, each cut into classes that no test can tell apart.
//!
//! What a request can be is narrower than the product: [`valid`] says which points are requests at all.

mod addresses;
mod candidates;
mod clock;
pub(super) mod crowd;
pub(super) mod test;
mod text;
pub(super) mod valid;

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::limits::{MAX_BITS, MAX_CANDIDATES, MAX_CLASSES, MAX_SIGNATURE_WORK};
use crate::analyze::snapshot::Snapshot;
use crate::analyze::worst::Wishes;
use crate::hir::{Condition, OwnKind, PolicySet};
use crate::request::Value;
use crate::schema::attribute::{Attribute, Kind};

pub(super) use crowd::Crowds;
pub(super) use test::{Input, Test};

use Attribute as A;

/// What a dimension decides about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The value of an input.
    Choice(Input),
    /// Whether one value is in a set.
    Member(Input),
    /// Who of a directory signs in; the first class is nobody.
    Person,
    /// Whether a test passes whose classes are not known exactly.
    Free(Input, Test),
    /// How old the freshest proof of a kind is.
    Proof(usize),
    /// How old a claim is.
    Claim(usize),
}

/// Values that no test tells apart.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// One of them.
    pub value: Option<Value>,
    /// Whether an absent value is one of them.
    pub absent: bool,
    /// How much it adds to a request.
    pub cost: u32,
}

/// One dimension.
#[derive(Debug, Clone)]
pub(super) struct Dimension {
    pub place: Place,
    pub classes: Vec<Class>,
    /// Its first bit in diagrams, and how many it has.
    pub first: u32,
    pub bits: u32,
}

/// Why classes are not known exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vague {
    pub input: Input,
    pub why: &'static str,
}

/// Why there is no space at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// The dimensions.
#[derive(Debug, Clone, Default)]
pub(super) struct Space<'a> {
    pub dimensions: Vec<Dimension>,
    /// What is not exact in it.
    pub vague: Vec<Vague>,
    /// Everybody, where a directory tells.
    pub crowds: Option<Crowds<'a>>,
}

/// A value that may be a class's, with its cost; no value is an absent one.
pub(super) type Candidate = (Option<Value>, u32);

/// In which order dimensions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// People, apps, the rest; memberships last where they are many: small for sets that people write.
    PeopleFirst,
    /// Dimensions with few classes first, memberships last: for sets with many memberships.
    SmallFirst,
}

/// So many memberships may be asked for first: every one more may double what comes after.
pub(super) const FEW_MEMBERS: usize = 12;

/// Every test that conditions make, by input.
pub(super) type Tests = BTreeMap<Input, BTreeSet<Test>>;

/// Adds the tests of a condition.
pub(super) fn survey(set: &PolicySet, condition: &Condition, tests: &mut Tests) {
    for probe in condition.probes() {
        for (input, test) in test::tests(set, probe) {
            tests.entry(input).or_default().insert(test);
        }
    }
}

/// Whether an input is a set, each member of which is in or out by itself.
fn is_set(set: &PolicySet, input: &Input) -> bool {
    match input {
        Input::Slot(attribute) => match attribute.row().kind {
            Kind::Identifiers => *attribute != A::Context,
            Kind::EnumerationSet(_) | Kind::TextSet => true,
            _ => false,
        },
        Input::Own(number) => set.own_attributes[usize::from(*number)].kind == OwnKind::SetOfString,
        Input::Custom(..) => true,
        Input::App | Input::AgentResource => false,
    }
}

impl<'a> Space<'a> {
    /// The dimensions that these tests need. Evidence is added by whoever needs it.
    pub(super) fn of(
        set: &PolicySet,
        tests: &Tests,
        order: Order,
        directory: Option<&'a Snapshot>,
    ) -> Result<Space<'a>, TooLarge> {
        let mut space = Space::default();
        if let Some(snapshot) = directory {
            space.add_people(Crowds::of(set, tests, snapshot))?;
        }
        for (input, tests) in tests {
            if space.crowds.is_none() || !crowd::KNOWN.contains(input) {
                space.add_input(set, input, tests)?;
            }
        }
        space.put_in(order);
        Ok(space)
    }

    /// Leaves of every membership of users that is worst one way only that way, where no archetype has it otherwise.
    pub(super) fn settle(&mut self, set: &PolicySet, worst: &Wishes) {
        for dimension in &mut self.dimensions {
            let Place::Member(input @ Input::Slot(A::UserGroups | A::UserRoles)) = &dimension.place
            else {
                continue;
            };
            let member = dimension.classes.iter().find_map(|class| class.value.as_ref());
            let passed = |test: &Test| test.passes(set, member);
            let wishes = worst.of(input, passed);
            let is_in = wishes.contains(&true);
            if wishes.len() < 2 && !valid::is_said(set, input, passed, !is_in) {
                dimension.classes.retain(|class| class.absent != is_in);
            }
        }
    }

    /// Whether so few memberships are free that sets over all of them stay small.
    pub(super) fn has_few_members(&self) -> bool {
        let members = self.dimensions.iter().filter(|it| matches!(it.place, Place::Member(_)));
        members.count() <= FEW_MEMBERS
    }

    fn put_in(&mut self, order: Order) {
        let member = |it: &Dimension| matches!(it.place, Place::Member(_));
        let few = self.has_few_members();
        let first = |it: &Dimension| match &it.place {
            Place::Choice(Input::Slot(A::Principal)) => 0,
            Place::Person => 1,
            Place::Member(_) if few => 1,
            Place::Choice(Input::Slot(A::Target)) => 2,
            Place::Choice(Input::App) => 3,
            Place::Member(_) => 5,
            Place::Choice(_) | Place::Free(..) | Place::Proof(_) | Place::Claim(_) => 4,
        };
        match order {
            Order::PeopleFirst => self.dimensions.sort_by_key(first),
            Order::SmallFirst => self.dimensions.sort_by_key(|it| (member(it), it.classes.len())),
        }
    }

    /// A dimension of everybody.
    fn add_people(&mut self, crowds: Crowds<'a>) -> Result<(), TooLarge> {
        let person = |class: usize| Class {
            value: crowds.person(class).map(|it| Value::Text(it.id.clone())),
            absent: class == 0,
            // Who is in few groups is plainer than who is in many.
            cost: crowds.person(class).map_or(0, |it| u32::from(!it.roles.is_empty()) + 1),
        };
        let classes: Vec<Class> = (0..=crowds.crowds.len()).map(person).collect();
        if classes.len() > MAX_CLASSES {
            return Err(TooLarge);
        }
        self.add(Place::Person, classes);
        self.crowds = Some(crowds);
        Ok(())
    }

    fn add_input(
        &mut self,
        set: &PolicySet,
        input: &Input,
        tests: &BTreeSet<Test>,
    ) -> Result<(), TooLarge> {
        let found = candidates::candidates(set, input, tests);
        let found = match found {
            Ok(found) if found.len() <= MAX_CANDIDATES => found,
            Ok(_) => return Err(TooLarge),
            Err(why) => {
                self.vague.push(Vague { input: input.clone(), why });
                self.add_free(input, tests);
                return Ok(());
            }
        };
        if found.len().saturating_mul(tests.len()) > MAX_SIGNATURE_WORK {
            return Err(TooLarge);
        }
        let classes = classes(set, tests, found);
        if classes.len() > MAX_CLASSES {
            return Err(TooLarge);
        }
        if is_set(set, input) {
            let members = classes.into_iter().filter(|class| !class.absent);
            for member in members {
                self.add(Place::Member(input.clone()), vec![out(), member]);
            }
        } else {
            self.add(Place::Choice(input.clone()), classes);
        }
        Ok(())
    }

    /// A dimension for each test alone: more than there can be, so that what is proved holds all the same.
    fn add_free(&mut self, input: &Input, tests: &BTreeSet<Test>) {
        for test in tests {
            let class = |absent| Class { value: None, absent, cost: 0 };
            self.add(Place::Free(input.clone(), test.clone()), vec![class(true), class(false)]);
        }
    }

    /// Adds a dimension; its bits are counted later.
    pub(super) fn add(&mut self, place: Place, classes: Vec<Class>) -> usize {
        self.dimensions.push(Dimension { place, classes, first: 0, bits: 0 });
        self.dimensions.len() - 1
    }

    /// Gives every dimension its bits, once all are there.
    pub(super) fn number(&mut self) -> Result<(), TooLarge> {
        let mut next = 0;
        for dimension in &mut self.dimensions {
            dimension.first = next;
            dimension.bits = dimension.classes.len().max(1).next_power_of_two().trailing_zeros();
            next += dimension.bits;
        }
        if next as usize > MAX_BITS { Err(TooLarge) } else { Ok(()) }
    }

    /// The dimensions of an input.
    pub(super) fn of_input(&self, input: &Input) -> impl Iterator<Item = (usize, &Dimension)> {
        self.dimensions.iter().enumerate().filter(move |(_, it)| it.place.input() == Some(input))
    }
}

impl Place {
    /// The input it is about; evidence is none.
    pub(super) fn input(&self) -> Option<&Input> {
        match self {
            Place::Choice(input) | Place::Member(input) | Place::Free(input, _) => Some(input),
            Place::Person | Place::Proof(_) | Place::Claim(_) => None,
        }
    }
}

/// A value that is not in a set.
fn out() -> Class {
    Class { value: None, absent: true, cost: 0 }
}

/// Candidates that the same tests pass are one class, in the order of their first.
fn classes(set: &PolicySet, tests: &BTreeSet<Test>, candidates: Vec<Candidate>) -> Vec<Class> {
    let mut numbers: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    let mut classes: Vec<Class> = Vec::new();
    for (value, cost) in candidates {
        let signature = signature(set, tests, value.as_ref());
        let number = *numbers.entry(signature).or_insert(classes.len());
        if number == classes.len() {
            classes.push(Class { value: None, absent: false, cost });
        }
        let class = &mut classes[number];
        class.cost = class.cost.min(cost);
        class.absent |= value.is_none();
        class.value = class.value.take().or(value);
    }
    classes
}

/// Which tests a value passes, a bit each.
fn signature(set: &PolicySet, tests: &BTreeSet<Test>, value: Option<&Value>) -> Vec<u64> {
    let mut bits = vec![0; tests.len().div_ceil(64)];
    for (at, test) in tests.iter().enumerate() {
        if test.passes(set, value) {
            bits[at / 64] |= 1 << (at % 64);
        }
    }
    bits
}
