//! From a set of points to its cheapest one, and from a point to a request.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::analyze::bdd::{Arena, Bdd};
use crate::analyze::evidence::Evidence;
use crate::analyze::snapshot::Person;
use crate::analyze::space::test::{APP, USER};
use crate::analyze::space::{Class, Input, Place, Space};
use crate::hir::PolicySet;
use crate::request::{App, Ids, Proof, Request, RequestBuilder, Value};
use crate::schema::attribute::{Attribute, Kind};
use crate::value::Slot;

use Attribute as A;

/// A point: the class of each dimension.
pub(super) type Point = Vec<usize>;

/// Finds the cheapest point of a set by the cheapest way on from every node, dimension by dimension.
struct Search<'a> {
    arena: &'a Arena<'a>,
    space: &'a Space<'a>,
    /// The dimensions in the order of their bits.
    order: Vec<usize>,
    /// For each node at which a dimension begins: the cost, and the class to take. Read by number only, so that no order
    /// of a map shows.
    known: HashMap<Bdd, Option<(u64, usize)>>,
}

/// The cheapest point; `None` when there is none.
pub(super) fn cheapest(arena: &Arena<'_>, space: &Space<'_>, set: Bdd) -> Option<Point> {
    let mut order: Vec<usize> = (0..space.dimensions.len()).collect();
    order.sort_by_key(|at| space.dimensions[*at].first);
    let mut search = Search { arena, space, order, known: HashMap::new() };
    search.cost(set)?;
    let mut point: Point = space.dimensions.iter().map(|it| plainest(&it.classes)).collect();
    let mut at = set;
    while let Some(number) = search.dimension(at) {
        let (_, class) = search.known.get(&at).copied().flatten()?;
        point[number] = class;
        let dimension = &space.dimensions[number];
        at = arena.follow(at, dimension.first, dimension.bits, class);
    }
    Some(point)
}

fn plainest(classes: &[Class]) -> usize {
    let costs = classes.iter().enumerate();
    costs.min_by_key(|(_, class)| class.cost).map_or(0, |(at, _)| at)
}

impl Search<'_> {
    /// The dimension that a node asks for first.
    fn dimension(&self, it: Bdd) -> Option<usize> {
        let bit = self.arena.bit(it)?;
        let first = |at: &usize| self.space.dimensions[*at].first;
        let after = self.order.partition_point(|at| first(at) <= bit);
        // Dimensions of one class have no bits, and begin where the next one does.
        let before = self.order[..after].iter().rev();
        before.copied().find(|at| self.space.dimensions[*at].bits > 0)
    }

    fn cost(&mut self, it: Bdd) -> Option<u64> {
        if it == Bdd::ALL || it == Bdd::NONE {
            return (it == Bdd::ALL).then_some(0);
        }
        if let Some(known) = self.known.get(&it) {
            return known.map(|(cost, _)| cost);
        }
        let space = self.space;
        let dimension = &space.dimensions[self.dimension(it)?];
        let mut best: Option<(u64, usize)> = None;
        for (class, told) in dimension.classes.iter().enumerate() {
            let next = self.arena.follow(it, dimension.first, dimension.bits, class);
            let Some(rest) = self.cost(next) else { continue };
            let cost = rest + u64::from(told.cost);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, class));
            }
        }
        self.known.insert(it, best);
        best.map(|(cost, _)| cost)
    }
}

/// Sets that are put together member by member.
#[derive(Default)]
struct Sets {
    ids: BTreeMap<Attribute, BTreeSet<String>>,
    words: BTreeMap<Attribute, BTreeSet<u8>>,
    texts: BTreeMap<Attribute, BTreeSet<String>>,
    own: BTreeMap<u8, BTreeSet<String>>,
    custom: BTreeMap<Attribute, BTreeMap<String, BTreeSet<String>>>,
}

impl Sets {
    fn put(&mut self, input: &Input, value: &Value) {
        match (input, value) {
            (Input::Slot(attribute), Value::Word(word)) => {
                self.words.entry(*attribute).or_default().insert(*word);
            }
            (Input::Slot(attribute), Value::Text(text)) => {
                let texts = attribute.row().kind == Kind::TextSet;
                let sets = if texts { &mut self.texts } else { &mut self.ids };
                sets.entry(*attribute).or_default().insert(text.clone());
            }
            (Input::Own(number), Value::Text(text)) => {
                self.own.entry(*number).or_default().insert(text.clone());
            }
            (Input::Custom(attribute, name), Value::Text(text)) => {
                let named = self.custom.entry(*attribute).or_default();
                named.entry(name.clone()).or_default().insert(text.clone());
            }
            _ => {}
        }
    }
}

/// The request that a point is, with exactly this evidence if it is given.
///
/// Every valid point is a request: that it can be built is an invariant of [`Space::valid`].
pub(super) fn request(
    set: &PolicySet,
    space: &Space<'_>,
    evidence: &Evidence,
    point: &[usize],
    given: Option<&[Proof]>,
) -> Request {
    let user = is_user(space, point);
    let mut sets = Sets::default();
    let mut choices: BTreeMap<&Input, &Class> = BTreeMap::new();
    let mut builder = Request::builder();
    for (dimension, class) in space.dimensions.iter().zip(point) {
        let told = &dimension.classes[*class];
        match &dimension.place {
            Place::Choice(input) => drop(choices.insert(input, told)),
            Place::Member(input) => {
                // What every user is in, nobody else is.
                let of_user = dimension.classes.len() == 1;
                if let Some(value) = told.value.as_ref().filter(|_| !of_user || user) {
                    sets.put(input, value);
                }
            }
            Place::Person => {
                let crowds = space.crowds.as_ref();
                if let Some(person) = crowds.and_then(|it| it.person(*class)) {
                    builder = somebody(builder, person);
                }
            }
            Place::Free(..) => {}
            Place::Proof(kind) if given.is_none() => {
                builder = evidence.prove(builder, *kind, *class)
            }
            Place::Claim(claim) if given.is_none() => {
                builder = evidence.claimed(builder, *claim, *class);
            }
            Place::Proof(_) | Place::Claim(_) => {}
        }
    }
    let given = given.unwrap_or_default().iter().cloned();
    builder = given.fold(builder, RequestBuilder::proof);
    builder = choose(set, builder, &choices);
    builder = ask(builder, &choices, &mut sets);
    builder = fill(set, builder, sets);
    builder.rest_absent().build().expect("a valid point is a request")
}

/// Whether a point is a sign-in by a user.
fn is_user(space: &Space<'_>, point: &[usize]) -> bool {
    let principal = Place::Choice(Input::Slot(A::Principal));
    let mut dimensions = space.dimensions.iter().zip(point);
    let found = dimensions.find(|(dimension, _)| dimension.place == principal);
    found.is_some_and(|(dimension, class)| {
        dimension.classes[*class].value == Some(Value::Word(USER))
    })
}

/// Somebody of the directory, with all that it knows.
fn somebody(builder: RequestBuilder, person: &Person) -> RequestBuilder {
    builder
        .set(A::UserId, Value::Text(person.id.clone()))
        .set(A::UserGroups, Value::Ids(Ids::complete(&person.groups)))
        .set(A::UserRoles, Value::Ids(Ids::complete(&person.roles)))
        .set(A::UserType, Value::Word(person.kind))
}

/// Takes in every choice but the app.
fn choose(
    set: &PolicySet,
    mut builder: RequestBuilder,
    choices: &BTreeMap<&Input, &Class>,
) -> RequestBuilder {
    let names = set.own_attributes.iter().map(|own| own.name.as_str());
    builder = names.fold(builder, |builder, name| builder.own(name, Slot::Absent));
    for (input, class) in choices {
        match input {
            Input::Slot(A::Context) => {}
            Input::Slot(attribute) => builder = builder.slot(*attribute, slot(*attribute, class)),
            Input::Own(number) => {
                let name = &set.own_attributes[usize::from(*number)].name;
                builder = builder.own(name.as_str(), absent_first(class));
            }
            Input::App | Input::AgentResource | Input::Custom(..) => {}
        }
    }
    builder
}

/// An absent value where it is as good as any, which says least; but a moment is a moment.
fn slot(attribute: Attribute, class: &Class) -> Slot<Value> {
    match (attribute, &class.value) {
        (A::Time, Some(value)) => Slot::Known(value.clone()),
        _ => absent_first(class),
    }
}

fn absent_first(class: &Class) -> Slot<Value> {
    match &class.value {
        Some(value) if !class.absent => Slot::Known(value.clone()),
        _ => Slot::Absent,
    }
}

/// What the request asks for. That it asks for something is known, whatever it is.
fn ask(
    mut builder: RequestBuilder,
    choices: &BTreeMap<&Input, &Class>,
    sets: &mut Sets,
) -> RequestBuilder {
    let value = |input: Input| choices.get(&input).and_then(|class| class.value.clone());
    let attribute = match value(Input::Slot(A::Target)) {
        Some(Value::Word(1)) => A::Action,
        Some(Value::Word(2)) => A::Context,
        Some(Value::Word(3)) => A::Traffic,
        _ => A::App,
    };
    let asked = match attribute {
        A::App => Value::Apps(vec![app(choices, sets)]),
        A::Context => match value(Input::Slot(A::Context)) {
            Some(Value::Text(id)) => Value::Ids(Ids::complete([id])),
            _ => Value::Ids(Ids::complete(["c99"])),
        },
        other => value(Input::Slot(other)).unwrap_or(Value::Word(0)),
    };
    builder = builder.set(attribute, asked);
    sets.custom.remove(&A::AppAttribute);
    builder
}

fn app(choices: &BTreeMap<&Input, &Class>, sets: &mut Sets) -> App {
    let class = |input: Input| choices.get(&input).copied();
    let id = class(Input::App).and_then(|class| class.value.clone());
    let custom = sets.custom.remove(&A::AppAttribute);
    let resource =
        class(Input::AgentResource).map_or(Slot::Absent, |class| match absent_first(class) {
            Slot::Known(Value::Boolean(value)) => Slot::Known(value),
            _ => Slot::Absent,
        });
    debug_assert_eq!(APP, 0, "apps are the first target");
    App {
        id: match id {
            Some(Value::Text(id)) => id,
            _ => "some-app".to_owned(),
        },
        agent_resource: resource,
        attributes: custom.map_or(Slot::Absent, Slot::Known),
    }
}

fn fill(set: &PolicySet, mut builder: RequestBuilder, sets: Sets) -> RequestBuilder {
    for (attribute, ids) in sets.ids {
        builder = builder.set(attribute, Value::Ids(Ids::complete(ids)));
    }
    for (attribute, words) in sets.words {
        builder = builder.set(attribute, Value::Words(words));
    }
    for (attribute, texts) in sets.texts {
        builder = builder.set(attribute, Value::Texts(texts));
    }
    for (number, texts) in sets.own {
        let name = &set.own_attributes[usize::from(number)].name;
        builder = builder.own(name.as_str(), Slot::Known(Value::Texts(texts)));
    }
    for (attribute, named) in sets.custom {
        builder = builder.set(attribute, Value::Custom(named));
    }
    builder
}
