//! Regions: boxes as people read them, each with an example; and what every answer about all sign-ins rests on.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::cover::Area;
use crate::analyze::limits::FIRST_BUDGET;
use crate::analyze::model::{Model, Stop, Subject};
use crate::analyze::phrase::{Clause, Speaker};
use crate::analyze::setting::Setting;
use crate::analyze::space::{Input, Order, Place, Test};
use crate::analyze::witness::{self, Point};
use crate::hir::PolicySet;
use crate::request::{App, Request, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::{Slot, fold_case};

/// The most regions of one kind. Nobody reads more; the measured sets have ten.
pub const MAX_REGIONS: usize = 64;

/// A set of sign-ins that is one box: in words, and as one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// How many people of the directory it is about, where there is one.
    pub people: Option<usize>,
    /// Who, what for, from where, then whatever else narrows it.
    pub clauses: Vec<Clause>,
    /// One of its sign-ins, as plain as any.
    pub example: Request,
    /// What narrows it, dimension by dimension.
    sides: Vec<Bound>,
}

/// What a box says of one dimension: which of its classes are inside.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    place: Place,
    /// A value of each class, and whether the class is inside.
    classes: Vec<(Option<Value>, bool)>,
    /// What tells the classes apart.
    tests: Vec<Test>,
    /// Of a person: which tests of whom are passed by each class.
    crowds: Vec<Vec<u32>>,
    known: Vec<(Input, Test)>,
}

impl Region {
    /// The clauses in a row.
    pub fn sentence(&self) -> String {
        let says: Vec<&str> = self.clauses.iter().map(|clause| clause.says.as_str()).collect();
        says.join(", ")
    }

    /// Whether a sign-in in which everything is known or absent lies inside. `set` is the one that was asked about.
    ///
    /// A sign-in for several apps is looked at by its first.
    pub fn contains(&self, set: &PolicySet, request: &Request) -> bool {
        self.sides.iter().all(|side| side.contains(set, request))
    }
}

impl Bound {
    fn contains(&self, set: &PolicySet, request: &Request) -> bool {
        let (input, values) = match &self.place {
            Place::Choice(input) | Place::Member(input) | Place::Free(input, _) => {
                (input, values(set, request, input))
            }
            Place::Person => return self.takes_in(set, request),
            Place::Proof(_) | Place::Claim(_) => return true,
        };
        let passes = |test: &Test, value: Option<&Value>| test.passes(set, value);
        match &self.place {
            Place::Free(_, test) => {
                let passed = values.iter().any(|value| passes(test, Some(value)));
                self.classes.get(usize::from(passed)).is_some_and(|(_, inside)| *inside)
            }
            Place::Member(_) => {
                let member = self.classes.get(1).and_then(|(value, _)| value.as_ref());
                let alike = |value: &Value| {
                    self.tests.iter().all(|it| passes(it, Some(value)) == passes(it, member))
                };
                let is_in = values.iter().any(alike);
                self.classes.get(usize::from(is_in)).is_some_and(|(_, inside)| *inside)
            }
            _ => {
                let value = values.first();
                debug_assert!(values.len() < 2, "{input:?} is one value");
                let alike = |(stands, _): &&(Option<Value>, bool)| {
                    let stands = stands.as_ref();
                    self.tests.iter().all(|it| passes(it, value) == passes(it, stands))
                };
                self.classes.iter().find(alike).is_some_and(|(_, inside)| *inside)
            }
        }
    }
}

impl Bound {
    /// Whether a request is of somebody inside; whoever passes the same tests as somebody inside is.
    fn takes_in(&self, set: &PolicySet, request: &Request) -> bool {
        let passed = |(input, test): &(Input, Test)| {
            values(set, request, input).iter().any(|value| test.passes(set, Some(value)))
        };
        let user = *request.get(A::Principal) == Slot::Known(Value::Word(0));
        let passed: Vec<u32> =
            (0..).zip(&self.known).filter(|(_, it)| passed(it)).map(|(number, _)| number).collect();
        let class = match user {
            true => self.crowds.iter().position(|it| *it == passed).map(|at| at + 1),
            false => Some(0),
        };
        class.and_then(|class| self.classes.get(class)).is_some_and(|(_, inside)| *inside)
    }
}

/// What a request says of an input: one value or none, or the members of a set.
fn values(set: &PolicySet, request: &Request, input: &Input) -> Vec<Value> {
    let told = |slot: &Slot<Value>| match slot {
        Slot::Known(value) => members(value),
        Slot::Absent | Slot::NotSupplied => Vec::new(),
    };
    match input {
        Input::Slot(attribute) => told(request.get(*attribute)),
        Input::Own(number) => {
            let name = &set.own_attributes[usize::from(*number)].name;
            told(request.own(name))
        }
        Input::App => app(request).map(|app| Value::Text(app.id.clone())).into_iter().collect(),
        Input::AgentResource => match app(request).map(|app| &app.agent_resource) {
            Some(Slot::Known(value)) => vec![Value::Boolean(*value)],
            _ => Vec::new(),
        },
        Input::Custom(A::AppAttribute, name) => match app(request).map(|app| &app.attributes) {
            Some(Slot::Known(custom)) => texts(custom, name),
            _ => Vec::new(),
        },
        Input::Custom(attribute, name) => match request.get(*attribute) {
            Slot::Known(Value::Custom(custom)) => texts(custom, name),
            _ => Vec::new(),
        },
    }
}

fn app(request: &Request) -> Option<&App> {
    match request.get(A::App) {
        Slot::Known(Value::Apps(apps)) => apps.first(),
        _ => None,
    }
}

fn texts(custom: &BTreeMap<String, BTreeSet<String>>, name: &str) -> Vec<Value> {
    let of_name = custom.iter().filter(|(key, _)| fold_case(key) == name);
    of_name.flat_map(|(_, texts)| texts.iter().cloned().map(Value::Text)).collect()
}

/// The members of a set, or the one value.
fn members(value: &Value) -> Vec<Value> {
    match value {
        Value::Ids(ids) => ids.inside.iter().cloned().map(Value::Text).collect(),
        Value::Words(words) => words.iter().copied().map(Value::Word).collect(),
        Value::Texts(texts) => texts.iter().cloned().map(Value::Text).collect(),
        one => vec![one.clone()],
    }
}

/// Who there is, as far as an answer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumption {
    /// Any memberships may meet in one person.
    FreeMemberships,
    /// People are of so many declared kinds.
    Archetypes(usize),
    /// Of memberships, whoever is in none that policies only take in, and in all that they only leave out: nobody is guarded
    /// less.
    WorstPlaced,
    /// There are so many people, those of a directory, in the groups and roles that it says.
    Directory(usize),
}

impl Assumption {
    /// What is known of people.
    pub fn of(set: &PolicySet, setting: Setting<'_>) -> Assumption {
        match (setting.directory, set.archetypes.len()) {
            (Some(snapshot), _) => Assumption::Directory(snapshot.people().len()),
            (None, 0) => Assumption::FreeMemberships,
            (None, kinds) => Assumption::Archetypes(kinds),
        }
    }
}

impl std::fmt::Display for Assumption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Assumption::FreeMemberships => f.write_str("any memberships together"),
            Assumption::Archetypes(1) => f.write_str("the memberships of 1 archetype"),
            Assumption::Archetypes(kinds) => write!(f, "the memberships of {kinds} archetypes"),
            Assumption::WorstPlaced => f.write_str(
                "the memberships that guard least: in no group that policies only take in, in every group that they only \
                 leave out",
            ),
            Assumption::Directory(1) => f.write_str("the 1 person of the directory"),
            Assumption::Directory(people) => write!(f, "the {people} people of the directory"),
        }
    }
}

/// The orders of dimensions that are tried one after the other, with the nodes that each may take.
pub(super) fn orders(setting: Setting<'_>) -> [(Order, usize); 2] {
    let first = FIRST_BUDGET.min(setting.nodes);
    [(Order::PeopleFirst, first), (Order::SmallFirst, setting.nodes)]
}

/// An answer from the first order of dimensions that the budget suffices for; else as much of one as there is, and why it is
/// not all.
pub(super) fn staged<'a, T: Default>(
    subject: &Subject<'a>,
    setting: Setting<'_>,
    mut ask: impl FnMut(&mut Model<'a>, &mut T) -> Result<()>,
) -> (T, Option<Stop>) {
    let mut last = (T::default(), None);
    for (order, nodes) in orders(setting) {
        let mut answer = T::default();
        let asked = Model::of(subject, order, nodes)
            .and_then(|mut model| Ok(ask(&mut model, &mut answer)?));
        match asked {
            Ok(()) => return (answer, None),
            Err(why) => last = (answer, Some(why)),
        }
        if !setting.goes_on() {
            break;
        }
    }
    last
}

impl Model<'_> {
    /// The request that a point is.
    pub(super) fn request(&self, point: &Point) -> Request {
        witness::request(self.set, &self.space, &self.evidence, point, None)
    }

    /// A box of a scope as a region.
    pub(super) fn region(&mut self, area: &Area, scope: Bdd, example: Request) -> Result<Region> {
        let dimensions = self.space.dimensions.iter().zip(area);
        let narrowed = dimensions.filter(|(_, inside)| inside.contains(&false));
        let sides = narrowed.map(|(dimension, inside)| {
            let values = dimension.classes.iter().map(|it| it.value.clone().filter(|_| !it.absent));
            let tests = dimension.place.input().and_then(|input| self.tests.get(input));
            let of_people = self.space.crowds.as_ref().filter(|_| dimension.place == Place::Person);
            let crowds = of_people.iter().flat_map(|it| &it.crowds);
            Bound {
                place: dimension.place.clone(),
                classes: values.zip(inside.iter().copied()).collect(),
                tests: tests.into_iter().flatten().cloned().collect(),
                crowds: crowds.map(|crowd| crowd.passes.clone()).collect(),
                known: of_people.map(|it| it.tests.clone()).unwrap_or_default(),
            }
        });
        let sides = sides.collect();
        let (clauses, people) = self.clauses(area, scope)?;
        Ok(Region { people, clauses, example, sides })
    }

    /// A box of a scope in words.
    fn clauses(&mut self, area: &Area, scope: Bdd) -> Result<(Vec<Clause>, Option<usize>)> {
        let product = self.product(area)?;
        let inside = self.arena.and(product, scope)?;
        let real = self.occurring(inside);
        let frame = self.frame(&real);
        let frame = self.product(&frame)?;
        let frame = self.arena.and(frame, scope)?;
        let possible = self.occurring(frame);
        let speaker = Speaker {
            set: self.set,
            space: &self.space,
            tests: &self.tests,
            real: &real,
            possible: &possible,
        };
        Ok((speaker.clauses(), speaker.people()))
    }

    /// The box of the same kinds of principals and targets, whatever else.
    fn frame(&self, real: &Area) -> Area {
        let kept = |place: &Place| {
            let kept = [A::Principal, A::Target].map(|it| Place::Choice(Input::Slot(it)));
            kept.contains(place)
        };
        let dimensions = self.space.dimensions.iter().zip(real);
        let frame = dimensions.map(|(dimension, real)| match kept(&dimension.place) {
            true => real.clone(),
            false => vec![true; real.len()],
        });
        frame.collect()
    }
}
