//! Conditions brought into rows: negations moved to the tests, tests of one dimension merged, the rest multiplied out.
//!
//! All of it is exact in three values: `not` is moved inwards by De Morgan's laws, which hold for unknown too; lists of one
//! dimension joined by `or` are one longer list; states of one dimension joined by `and` or `or` are one set of states
//! (what is not supplied is unknown to each of them, and to both). What would not be exact is not done: `x and not x` is
//! unknown, not false, while nobody said what x is, so no row is dropped for contradicting itself.

use std::collections::BTreeMap;

use crate::compile::space::{Shape, Space};
use crate::hir::{Condition, ConditionKind, PolicySet};

/// The most rows that one policy may become. The largest condition of a public collection of 458 becomes 18.
pub const MAX_ROWS_PER_POLICY: usize = 4_096;

/// The deepest condition, `let`s written out. Evaluating and normalising recurse once a level.
pub const MAX_DEPTH: usize = 256;

/// Up to how many rows of a policy each is compared with each, to drop those that another one covers. The
/// comparison is quadratic: at this many it costs some milliseconds.
const MAX_COMPARED_ROWS: usize = 512;

/// How many rows may be made on the way, of one policy: 256 for each that may be left. It takes about a second.
const MAX_WORK_PER_POLICY: usize = 1 << 20;

/// The same over all policies: as many rows as there may be, 32 times over.
pub(super) const MAX_WORK: usize = 1 << 22;

/// How many comparisons of rows take as long as making one.
const COMPARISONS_PER_ROW: usize = 16;

/// A condition without negations above its tests. Ordered, so that parts written in another order make the same form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    All(Vec<Form>),
    Any(Vec<Form>),
    State(u32, u64),
    Keys { literal: u32, wanted: bool },
}

/// A list of keys of one dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyList {
    pub dimension: u32,
    pub keys: Vec<u32>,
}

/// Lists of keys, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Literals {
    pub lists: Vec<KeyList>,
    numbers: BTreeMap<KeyList, u32>,
}

/// One alternative of a condition: all of this must hold. Ordered, so that equal rows are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Row {
    /// Dimensions with the states that they may be in, by dimension.
    pub states: Vec<(u32, u64)>,
    /// Lists of which the request must have a key; sorted.
    pub wanted: Vec<u32>,
    /// Lists of which it must have none; sorted.
    pub unwanted: Vec<u32>,
}

/// How many rows were made so far, of one policy and of all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Work {
    policy: usize,
    pub all: usize,
}

impl Work {
    /// A new policy begins.
    pub(super) fn begin(&mut self) {
        self.policy = 0;
    }

    fn spend(&mut self, rows: usize) -> Result<(), TooLarge> {
        self.policy += rows;
        self.all += rows;
        if self.policy > MAX_WORK_PER_POLICY { Err(TooLarge::Rows) } else { Ok(()) }
    }
}

/// Why a condition has no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooLarge {
    Rows,
    Depth,
}

impl Literals {
    pub(super) fn number(&mut self, list: KeyList) -> u32 {
        if let Some(number) = self.numbers.get(&list) {
            return *number;
        }
        let number = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        self.numbers.insert(list.clone(), number);
        self.lists.push(list);
        number
    }

    pub(super) fn get(&self, number: u32) -> &KeyList {
        &self.lists[number as usize]
    }

    /// Numbers the lists in their own order, whatever order they were met in, and says the new number of each.
    pub(super) fn sort(&mut self) -> Vec<u32> {
        let mut renumbered = vec![0; self.lists.len()];
        for ((list, number), next) in self.numbers.iter_mut().zip(0..) {
            renumbered[*number as usize] = next;
            *number = next;
            self.lists[next as usize] = list.clone();
        }
        renumbered
    }

    /// The list that has the keys of all.
    fn merged(&mut self, lists: &[u32]) -> u32 {
        let dimension = self.get(lists[0]).dimension;
        let mut keys: Vec<u32> =
            lists.iter().flat_map(|list| self.get(*list).keys.iter().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        self.number(KeyList { dimension, keys })
    }
}

impl Form {
    /// Gives lists their new numbers and brings parts into order.
    pub(super) fn sort(&mut self, renumbered: &[u32]) {
        match self {
            Form::State(..) => {}
            Form::Keys { literal, .. } => *literal = renumbered[*literal as usize],
            Form::All(parts) | Form::Any(parts) => {
                parts.iter_mut().for_each(|part| part.sort(renumbered));
                parts.sort_unstable();
                parts.dedup();
            }
        }
    }
}

/// Moves negations to the tests.
pub(super) struct Former<'a> {
    pub set: &'a PolicySet,
    pub space: &'a Space,
    pub literals: &'a mut Literals,
}

impl Former<'_> {
    pub(super) fn form(&mut self, condition: &Condition) -> Result<Form, TooLarge> {
        self.formed(condition, true, 0)
    }

    fn formed(&mut self, of: &Condition, holds: bool, depth: usize) -> Result<Form, TooLarge> {
        if depth > MAX_DEPTH {
            return Err(TooLarge::Depth);
        }
        Ok(match &of.kind {
            ConditionKind::Always => constant(holds),
            ConditionKind::Never => constant(!holds),
            ConditionKind::All(parts) => self.joined(parts, holds, holds, depth)?,
            ConditionKind::Any(parts) => self.joined(parts, holds, !holds, depth)?,
            ConditionKind::Not(inner) => self.formed(inner, !holds, depth + 1)?,
            ConditionKind::Test(probe) => self.test(probe, holds),
        })
    }

    fn joined(
        &mut self,
        parts: &[Condition],
        holds: bool,
        all: bool,
        depth: usize,
    ) -> Result<Form, TooLarge> {
        let parts: Result<Vec<Form>, TooLarge> =
            parts.iter().map(|part| self.formed(part, holds, depth + 1)).collect();
        Ok(if all { Form::All(parts?) } else { Form::Any(parts?) })
    }

    fn test(&mut self, probe: &crate::hir::Probe, holds: bool) -> Form {
        match self.space.shape(self.set, probe) {
            Shape::State(attribute, states) => {
                let values = crate::compile::space::state_values(attribute).unwrap_or_default();
                let known_and_absent = (1 << (values + 1)) - 1;
                let states = if holds { states } else { !states & known_and_absent };
                Form::State(self.space.states.get(&attribute).copied().unwrap_or_default(), states)
            }
            Shape::Keys(subject, atoms) => {
                let (dimension, keys) = self.space.keys(&subject, &atoms);
                let literal = self.literals.number(KeyList { dimension, keys });
                Form::Keys { literal, wanted: holds }
            }
        }
    }
}

fn constant(holds: bool) -> Form {
    if holds { Form::All(Vec::new()) } else { Form::Any(Vec::new()) }
}

/// The rows of a form: any of them holds when it does.
pub(super) fn rows(
    form: &Form,
    literals: &mut Literals,
    work: &mut Work,
) -> Result<Vec<Row>, TooLarge> {
    match form {
        Form::State(dimension, states) => {
            Ok(vec![Row { states: vec![(*dimension, *states)], ..Row::default() }])
        }
        Form::Keys { literal, wanted: true } => {
            Ok(vec![Row { wanted: vec![*literal], ..Row::default() }])
        }
        Form::Keys { literal, wanted: false } => {
            Ok(vec![Row { unwanted: vec![*literal], ..Row::default() }])
        }
        Form::All(parts) => all_of(parts, literals, work),
        Form::Any(parts) => any_of(parts, literals, work),
    }
}

/// Parts that have one row are joined first: they make no other part's rows more.
fn all_of(parts: &[Form], literals: &mut Literals, work: &mut Work) -> Result<Vec<Row>, TooLarge> {
    let mut single = Row::default();
    let mut several = Vec::new();
    for part in parts {
        let rows = rows(part, literals, work)?;
        match rows.as_slice() {
            [row] => single = single.and(row),
            _ => several.push(rows),
        }
    }
    let mut all = vec![single];
    for rows in &several {
        all = product(&all, rows, work)?;
    }
    Ok(all)
}

fn any_of(parts: &[Form], literals: &mut Literals, work: &mut Work) -> Result<Vec<Row>, TooLarge> {
    let mut any = Vec::new();
    for part in flattened(parts) {
        any.extend(rows(part, literals, work)?);
        if any.len() > MAX_ROWS_PER_POLICY {
            any = tidy(merge(any, literals), work)?;
        }
    }
    tidy(merge(any, literals), work)
}

/// The parts of an `or`, those of an `or` in it included, so that their lists are merged.
fn flattened(parts: &[Form]) -> Vec<&Form> {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Form::Any(inner) => flat.extend(flattened(inner)),
            Form::All(_) | Form::State(..) | Form::Keys { .. } => flat.push(part),
        }
    }
    flat
}

fn product(first: &[Row], second: &[Row], work: &mut Work) -> Result<Vec<Row>, TooLarge> {
    work.spend(first.len() * second.len())?;
    let mut all = Vec::new();
    for one in first {
        for other in second {
            all.push(one.and(other));
            // Twice the limit, since tidying may halve it again; each pass over it is paid by as many rows made.
            if all.len() > 2 * MAX_ROWS_PER_POLICY {
                all = tidy(all, work)?;
            }
        }
    }
    tidy(all, work)
}

/// Rows that differ in one dimension only are one row, where that is exact: its states, or its lists, are united.
fn merge(rows: Vec<Row>, literals: &mut Literals) -> Vec<Row> {
    let (single, mut merged): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.is_single());
    let mut states: BTreeMap<u32, u64> = BTreeMap::new();
    let mut lists: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for row in single {
        if let [(dimension, mask)] = row.states[..] {
            *states.entry(dimension).or_default() |= mask;
        } else if let [literal] = row.wanted[..] {
            lists.entry(literals.get(literal).dimension).or_default().push(literal);
        }
    }
    merged.extend(states.into_iter().map(|one| Row { states: vec![one], ..Row::default() }));
    for lists in lists.values() {
        let wanted = vec![literals.merged(lists)];
        merged.push(Row { wanted, ..Row::default() });
    }
    merged
}

/// Sorts rows and drops those that another one covers.
fn tidy(mut rows: Vec<Row>, work: &mut Work) -> Result<Vec<Row>, TooLarge> {
    rows.sort_unstable();
    rows.dedup();
    if rows.len() <= MAX_COMPARED_ROWS {
        work.spend(rows.len() * rows.len() / COMPARISONS_PER_ROW)?;
        let covered = |at: usize, row: &Row| {
            rows.iter().enumerate().any(|(other, by)| other != at && by.covers(row))
        };
        let keep: Vec<bool> = rows.iter().enumerate().map(|(at, row)| !covered(at, row)).collect();
        let mut keep = keep.into_iter();
        rows.retain(|_| keep.next().unwrap_or(true));
    }
    if rows.len() > MAX_ROWS_PER_POLICY { Err(TooLarge::Rows) } else { Ok(rows) }
}

impl Row {
    /// Whether it is one set of states, or one list of wanted keys.
    fn is_single(&self) -> bool {
        self.unwanted.is_empty() && self.states.len() + self.wanted.len() == 1
    }

    fn and(&self, other: &Row) -> Row {
        let mut states: BTreeMap<u32, u64> = self.states.iter().copied().collect();
        for (dimension, mask) in &other.states {
            states.entry(*dimension).and_modify(|old| *old &= mask).or_insert(*mask);
        }
        Row {
            states: states.into_iter().collect(),
            wanted: both(&self.wanted, &other.wanted),
            unwanted: both(&self.unwanted, &other.unwanted),
        }
    }

    /// Whether this one asks for nothing that the other does not ask for. Equal rows never meet here.
    fn covers(&self, other: &Row) -> bool {
        let stated = |(dimension, mask): &(u32, u64)| {
            let of = other.states.iter().find(|(other, _)| other == dimension);
            of.is_some_and(|(_, narrower)| narrower & !mask == 0)
        };
        self.wanted.iter().all(|list| other.wanted.contains(list))
            && self.unwanted.iter().all(|list| other.unwanted.contains(list))
            && self.states.iter().all(stated)
    }
}

fn both(first: &[u32], second: &[u32]) -> Vec<u32> {
    let mut all: Vec<u32> = first.iter().chain(second).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
