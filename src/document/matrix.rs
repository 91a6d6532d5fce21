//! Who × what × requirement: which policies apply, or may, to whom who asks for what.
//!
//! A row is somebody who is one thing that policies name, and nothing else that they name; a column is a sign-in that asks
//! for one thing alone. Everything else about the sign-in is left open. The reference semantics then says of each policy
//! that is on: it applies, it may, or it does not. Rows and columns that say the same become one. A list, and no proof:
//! whoever is two things at once meets the policies of both, and perhaps others.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::english::{English, called, object};
use crate::document::phrase::Phrase;
use crate::hir::{Effect, PolicySet, PolicyState, Predicate};
use crate::interpret::explain::words::Called;
use crate::interpret::holding;
use crate::request::{App, Ids, Request, RequestBuilder, Value};
use crate::schema::attribute::{Attribute, AttributeId, USER_TYPES};
use crate::syntax::ast::ObjectKind;
use crate::value::{Slot, Truth};

/// How many conditions are evaluated for one matrix at most: a tenant with 200 policies, 100 kinds of people and 100
/// targets takes two million, and about as many microseconds.
const MAX_EVALUATIONS: usize = 4_000_000;

/// The matrix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matrix {
    /// What is asked for, a column each.
    pub columns: Vec<Phrase>,
    /// Who asks.
    pub rows: Vec<MatrixRow>,
    /// How many kinds of people were left out, since the matrix would have grown too large.
    pub left_out: usize,
}

/// What is demanded of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// Of whom; many of one kind are counted.
    pub who: Phrase,
    /// Those who were only counted, by name.
    pub counted: Vec<Phrase>,
    /// Whatever they ask for.
    pub anyway: Cell,
    /// What is demanded besides, for each column.
    pub besides: Vec<Cell>,
}

/// What may be demanded of whom for what, certain things first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell(pub Vec<Demanded>);

/// One demand, and the policies that make it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demanded {
    /// Whether the policies apply whatever else is true of the sign-in; else that depends on the rest.
    pub certain: bool,
    /// What, in a few words: `blocked`, `a compliant device`.
    pub what: String,
    /// Whether it keeps people out.
    pub blocks: bool,
    /// The policies, by name.
    pub policies: Vec<String>,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    OtherMember,
    Guest(u8),
    Group(Named),
    Role(Named),
    User(Named),
    OtherWorkload(bool),
    Workload(Named),
    OtherAgent,
    Agent(Named),
}

/// Something that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    OtherApp,
    App(Named),
    AgentResource,
    Action(u8),
    Context(Named),
    Traffic(u8),
}

/// An object with its ids, or an id without a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    name: Option<String>,
    ids: Vec<String>,
}

/// Everyone and everything that the policies name.
#[derive(Default)]
struct World {
    who: BTreeSet<Who>,
    what: BTreeSet<What>,
}

pub(super) fn matrix(set: &PolicySet) -> Matrix {
    let english = English::new(set);
    let on: Vec<usize> =
        (0..set.policies.len()).filter(|at| set.policies[*at].state == PolicyState::On).collect();
    if on.is_empty() {
        return Matrix::default();
    }
    let world = World::of(set, &english, &on);
    let mut who: Vec<&Who> = world.who.iter().collect();
    let what: Vec<&What> = world.what.iter().collect();
    let requests: usize = what.iter().map(|it| it.requests().len()).sum();
    let fits = MAX_EVALUATIONS / (requests * set.policies.len()).max(1);
    let left_out = who.len().saturating_sub(fits.max(1));
    who.truncate(fits.max(1));
    let rows = who.into_iter().map(|who| {
        let cells = what.iter().map(|what| applying(&english, &on, who, what)).collect();
        (who.clone(), Reaching::of(cells))
    });
    let rows = merged_rows(rows.collect());
    let (columns, rows) = merged_columns(what.into_iter().cloned().collect(), rows);
    Matrix {
        columns: columns.iter().map(|it| what_label(it)).collect(),
        rows: rows.into_iter().map(|(who, row)| told(&english, &who, row)).collect(),
        left_out,
    }
}

impl World {
    fn of(set: &PolicySet, english: &English<'_>, on: &[usize]) -> World {
        let mut world = World::default();
        world.who.extend([Who::OtherMember, Who::OtherWorkload(true), Who::OtherWorkload(false)]);
        world.who.insert(Who::OtherAgent);
        world.who.extend((1..).take(USER_TYPES.len() - 1).map(Who::Guest));
        world.what.extend([What::OtherApp, What::Action(0), What::Action(1)]);
        for policy in on.iter().map(|at| &set.policies[*at]) {
            for probe in policy.condition.probes() {
                world.add(set, english, probe.attribute, &probe.predicate);
            }
        }
        world
    }

    fn add(
        &mut self,
        set: &PolicySet,
        english: &English<'_>,
        attribute: AttributeId,
        predicate: &Predicate,
    ) {
        let named = |kind, ids| named(set, english, kind, ids);
        match predicate {
            Predicate::People(people) => {
                self.who.extend(named(ObjectKind::Group, &people.groups).map(Who::Group));
                self.who.extend(named(ObjectKind::Role, &people.roles).map(Who::Role));
                self.who.extend(named(ObjectKind::User, &people.users).map(Who::User));
            }
            Predicate::ServicePrincipals(wanted) => {
                let kind = ObjectKind::ServicePrincipal;
                self.who.extend(named(kind, &wanted.ids).map(Who::Workload));
            }
            Predicate::Agents(agents) => {
                self.who.extend(named(ObjectKind::Agent, &agents.ids).map(Who::Agent));
            }
            Predicate::Apps(apps) => {
                self.what.extend(named(ObjectKind::App, &apps.ids).map(What::App));
                self.what.extend(apps.any_agent_resource.then_some(What::AgentResource));
            }
            Predicate::Ids(ids) if attribute == AttributeId::BuiltIn(Attribute::Context) => {
                self.what.extend(named(ObjectKind::Context, ids).map(What::Context));
            }
            Predicate::Words(words, _) if attribute == AttributeId::BuiltIn(Attribute::Traffic) => {
                self.what.extend(words.iter().copied().map(What::Traffic));
            }
            _ => {}
        }
    }
}

fn named<'a>(
    set: &'a PolicySet,
    english: &'a English<'_>,
    kind: ObjectKind,
    ids: &'a BTreeSet<String>,
) -> impl Iterator<Item = Named> + 'a {
    let Called { names, unnamed } = english.called(kind, ids);
    let ids_of = move |name: &str| {
        let known = set.objects.iter().find(|it| it.kind == kind && it.name == name);
        known.map(|it| it.ids.clone()).unwrap_or_default()
    };
    let names =
        names.into_iter().map(move |name| Named { name: Some(name.to_owned()), ids: ids_of(name) });
    let unnamed = unnamed.into_iter().map(|id| Named { name: None, ids: vec![id.to_owned()] });
    names.chain(unnamed)
}

/// An id that no directory gives: whoever has it is named by no policy.
const NOBODY: &str = "\u{0}";

impl Who {
    /// One request for each id that the object has.
    fn builders(&self) -> Vec<RequestBuilder> {
        let each = |named: &Named, make: &dyn Fn(&str) -> RequestBuilder| {
            named.ids.iter().map(|id| make(id)).collect::<Vec<_>>()
        };
        match self {
            Who::OtherMember => vec![member(&[], &[], 0)],
            Who::Guest(kind) => vec![member(&[], &[], *kind)],
            Who::Group(named) => each(named, &|id| member(&[id], &[], 0)),
            Who::Role(named) => each(named, &|id| member(&[], &[id], 0)),
            Who::User(named) => each(named, &|id| {
                member(&[], &[], 0).set(Attribute::UserId, Value::Text(id.to_owned()))
            }),
            Who::OtherWorkload(own) => vec![workload(NOBODY, *own)],
            Who::Workload(named) => each(named, &|id| workload(id, true)),
            Who::OtherAgent => vec![agent(NOBODY)],
            Who::Agent(named) => each(named, &agent),
        }
    }
}

fn member(groups: &[&str], roles: &[&str], kind: u8) -> RequestBuilder {
    Request::builder()
        .set(Attribute::Principal, Value::Word(0))
        .set(Attribute::UserId, Value::Text(NOBODY.to_owned()))
        .set(Attribute::UserGroups, Value::Ids(Ids::complete(groups)))
        .set(Attribute::UserRoles, Value::Ids(Ids::complete(roles)))
        .set(Attribute::UserType, Value::Word(kind))
}

fn workload(id: &str, own: bool) -> RequestBuilder {
    Request::builder()
        .set(Attribute::Principal, Value::Word(1))
        .set(Attribute::ServicePrincipalId, Value::Text(id.to_owned()))
        .set(Attribute::ServicePrincipalOwnTenant, Value::Boolean(own))
}

fn agent(id: &str) -> RequestBuilder {
    Request::builder()
        .set(Attribute::Principal, Value::Word(2))
        .set(Attribute::AgentId, Value::Text(id.to_owned()))
}

impl What {
    /// What to set in a request, once for each id that the object has.
    fn requests(&self) -> Vec<(Attribute, Value)> {
        let app = |id: &str, agent_resource| {
            let attributes = Slot::NotSupplied;
            let app = App { id: id.to_owned(), agent_resource, attributes };
            (Attribute::App, Value::Apps(vec![app]))
        };
        match self {
            What::OtherApp => vec![app(NOBODY, Slot::Known(false))],
            What::App(named) => named.ids.iter().map(|id| app(id, Slot::NotSupplied)).collect(),
            What::AgentResource => vec![app(NOBODY, Slot::Known(true))],
            What::Action(word) => vec![(Attribute::Action, Value::Word(*word))],
            What::Context(named) => {
                let ids = named.ids.iter().map(|id| Ids::complete([id]));
                ids.map(|it| (Attribute::Context, Value::Ids(it))).collect()
            }
            What::Traffic(word) => vec![(Attribute::Traffic, Value::Word(*word))],
        }
    }
}

/// The policies that are on and may apply, and whether that is certain.
type Applying = BTreeSet<(usize, bool)>;

/// What applies to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reaching {
    /// Whatever they ask for.
    anyway: Applying,
    /// Besides, target by target.
    besides: Vec<Applying>,
}

impl Reaching {
    fn of(mut besides: Vec<Applying>) -> Reaching {
        let mut each = besides.iter();
        let first = each.next().cloned().unwrap_or_default();
        let anyway = each.fold(first, |all, it| &all & it);
        besides.iter_mut().for_each(|it| it.retain(|one| !anyway.contains(one)));
        Reaching { anyway, besides }
    }
}

fn applying(english: &English<'_>, on: &[usize], who: &Who, what: &What) -> Applying {
    let mut least = vec![Truth::True; on.len()];
    let mut most = vec![Truth::False; on.len()];
    for builder in who.builders() {
        for (attribute, value) in what.requests() {
            let Ok(request) = builder.clone().set(attribute, value).build() else { continue };
            let truths = holding(english.set, &request);
            for (at, policy) in on.iter().enumerate() {
                least[at] = least[at].min(truths[*policy]);
                most[at] = most[at].max(truths[*policy]);
            }
        }
    }
    let reached = on.iter().enumerate().filter(|(at, _)| most[*at] != Truth::False);
    reached.map(|(at, number)| (*number, least[at] == Truth::True)).collect()
}

fn told(english: &English<'_>, who: &[Who], row: Reaching) -> MatrixRow {
    let (who, counted) = who_label(who);
    MatrixRow {
        who,
        counted,
        anyway: cell(english, &row.anyway),
        besides: row.besides.iter().map(|it| cell(english, it)).collect(),
    }
}

/// The demands of policies, in the order of a reader.
fn cell(english: &English<'_>, policies: &Applying) -> Cell {
    let mut demands: BTreeMap<(bool, u8, String), Vec<String>> = BTreeMap::new();
    for (number, certain) in policies {
        let policy = &english.set.policies[*number];
        let rank = match policy.effect {
            Effect::Block => 0,
            Effect::Require(_) => 1,
            Effect::Nothing => 2,
        };
        let short = english.in_short(policy);
        demands.entry((!certain, rank, short)).or_default().push(policy.name.clone());
    }
    let demands = demands.into_iter().map(|((uncertain, rank, what), policies)| Demanded {
        certain: !uncertain,
        what,
        blocks: rank == 0,
        policies,
    });
    Cell(demands.collect())
}

type Rows = Vec<(Vec<Who>, Reaching)>;

fn merged_rows(rows: Vec<(Who, Reaching)>) -> Rows {
    let mut merged: Rows = Vec::new();
    for (who, row) in rows {
        let same =
            |all: &[Who], known: &Reaching| all[0].principal() == who.principal() && *known == row;
        match merged.iter_mut().find(|(all, known)| same(all, known)) {
            Some((all, _)) => all.push(who),
            None => merged.push((vec![who], row)),
        }
    }
    merged
}

fn merged_columns(columns: Vec<What>, rows: Rows) -> (Vec<Vec<What>>, Rows) {
    let column = |at: usize| rows.iter().map(|(_, row)| &row.besides[at]).collect::<Vec<_>>();
    let mut merged: Vec<(Vec<What>, usize)> = Vec::new();
    for (at, what) in columns.into_iter().enumerate() {
        match merged.iter_mut().find(|(_, first)| column(*first) == column(at)) {
            Some((all, _)) => all.push(what),
            None => merged.push((vec![what], at)),
        }
    }
    let kept: Vec<usize> = merged.iter().map(|(_, at)| *at).collect();
    let columns = merged.into_iter().map(|(what, _)| what).collect();
    let rows = rows.into_iter().map(|(who, row)| {
        let besides = kept.iter().map(|at| row.besides[*at].clone()).collect();
        (who, Reaching { besides, ..row })
    });
    (columns, rows.collect())
}

/// How many names of one kind a row lists before it only counts them.
const MAX_LISTED: usize = 6;

/// Who a row is about, and the names of those who are only counted.
fn who_label(who: &[Who]) -> (Phrase, Vec<Phrase>) {
    let guests = who.iter().filter(|it| matches!(it, Who::Guest(_))).count();
    let mut parts: Vec<Phrase> = Vec::new();
    let mut rest = Vec::new();
    let kinds = [
        ("members of ", " groups", ObjectKind::Group),
        ("the role ", " roles", ObjectKind::Role),
        ("", " users", ObjectKind::User),
        ("the workload ", " workloads", ObjectKind::ServicePrincipal),
        ("the agent ", " agents", ObjectKind::Agent),
    ];
    for one in who {
        parts.extend(
            match one {
                Who::OtherMember => Some("any other member"),
                Who::Guest(1) if guests == USER_TYPES.len() - 1 => Some("guests"),
                Who::Guest(_) if guests == USER_TYPES.len() - 1 => None,
                Who::Guest(kind) => called(Attribute::UserType, *kind),
                Who::OtherWorkload(true) => Some("any other workload of this tenant"),
                Who::OtherWorkload(false) => Some("workloads of other tenants"),
                Who::OtherAgent => Some("any other agent"),
                Who::Group(_) | Who::Role(_) | Who::User(_) => None,
                Who::Workload(_) | Who::Agent(_) => None,
            }
            .map(Phrase::from),
        );
    }
    for (lead, many, kind) in kinds {
        let names: Vec<Phrase> =
            who.iter().filter_map(|it| it.of_kind(kind)).map(|it| it.label(kind)).collect();
        match names.len() {
            0 => {}
            count if count > MAX_LISTED => {
                parts.push(format!("{count}{many}").into());
                rest.extend(names);
            }
            _ => parts.push(Phrase::from(lead).then(Phrase::list(names, "or"))),
        }
    }
    (Phrase::joined(parts, ", ").capital(), rest)
}

impl Who {
    /// People, workloads and agents stand in rows of their own.
    fn principal(&self) -> u8 {
        match self {
            Who::OtherMember | Who::Guest(_) | Who::Group(_) | Who::Role(_) | Who::User(_) => 0,
            Who::OtherWorkload(_) | Who::Workload(_) => 1,
            Who::OtherAgent | Who::Agent(_) => 2,
        }
    }

    /// The object it is, if it is one of that kind.
    fn of_kind(&self, wanted: ObjectKind) -> Option<&Named> {
        let (kind, named) = match self {
            Who::Group(named) => (ObjectKind::Group, named),
            Who::Role(named) => (ObjectKind::Role, named),
            Who::User(named) => (ObjectKind::User, named),
            Who::Workload(named) => (ObjectKind::ServicePrincipal, named),
            Who::Agent(named) => (ObjectKind::Agent, named),
            Who::OtherMember | Who::Guest(_) | Who::OtherWorkload(_) | Who::OtherAgent => {
                return None;
            }
        };
        (kind == wanted).then_some(named)
    }
}

fn what_label(what: &[What]) -> Phrase {
    let parts = what.iter().map(|one| match one {
        What::OtherApp => "any other app".into(),
        What::App(named) => named.label(ObjectKind::App),
        What::AgentResource => "a resource of agents".into(),
        What::Action(word) => called(Attribute::Action, *word).unwrap_or("an action").into(),
        What::Context(named) => Phrase::from("the context ").then(named.label(ObjectKind::Context)),
        What::Traffic(word) => called(Attribute::Traffic, *word).unwrap_or("traffic").into(),
    });
    Phrase::joined(parts.collect::<Vec<_>>(), ", ").capital()
}

impl Named {
    fn label(&self, kind: ObjectKind) -> Phrase {
        match (&self.name, self.ids.first()) {
            (Some(name), _) => object(kind, name),
            (None, id) => Phrase::name(format!("\"{}\"", id.map_or("", String::as_str))),
        }
    }
}
