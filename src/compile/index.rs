//! Rows turned on their side: for each key, and each state, the set of rows that it concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::compile::normalise::{self, Form, Literals};
use crate::compile::space::{Space, Subject, rank, state_values};
use crate::compile::{Compiler, MAX_INDEX_ENTRIES, Normal, codes, segments};
use crate::diagnostic::Diagnostic;
use crate::hir::PolicyState;
use crate::program::{
    BitsAt, Formulas, Group, Literal, Looked, Node, Posting, Program, Row, Settling, Slot,
    StateDimension, Step, Stretch, Weight,
};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};

/// Fills in everything of a program that concerns rows.
pub(super) fn index(
    compiler: &mut Compiler<'_>,
    base: Program,
    policies: &[Normal<'_>],
    space: &Space,
    literals: &Literals,
) -> Option<Program> {
    let order = by_concern(policies, space, literals);
    let rows: Vec<&normalise::Row> = order.iter().flat_map(|at| &policies[*at].rows).collect();
    let entries: usize = rows.iter().map(|row| entries(row, literals)).sum();
    if entries > MAX_INDEX_ENTRIES {
        compiler.diagnostics.push(too_large(policies, entries));
        return None;
    }
    let mut indexer = Indexer { program: base, rows, literals };
    indexer.program.words = indexer.rows.len().div_ceil(64);
    indexer.place(policies, &order);
    indexer.states(space);
    indexer.dimensions(compiler, space);
    indexer.read();
    indexer.groups(space);
    indexer.formulas(policies);
    let mut program = indexer.program;
    program.fingerprint = fingerprint(&program);
    Some(program)
}

/// The policies in the order in which their rows stand: those that ask nothing of who signs in, then those about the same
/// group or person side by side. So a principal leaves rows in few words.
fn by_concern(policies: &[Normal<'_>], space: &Space, literals: &Literals) -> Vec<usize> {
    let of_principal = space.subjects.iter().filter(|(it, _)| it.rank < Attribute::App as u16);
    let of_principal: BTreeSet<u32> = of_principal.map(|(_, keys)| keys.number).collect();
    let concern = |at: &usize| {
        let wanted = policies[*at].rows.first().into_iter().flat_map(|row| &row.wanted);
        let mut lists = wanted.map(|list| literals.get(*list));
        let list = lists.find(|list| of_principal.contains(&list.dimension));
        list.map(|list| (list.dimension, list.keys.first().copied()))
    };
    let mut order: Vec<usize> = (0..policies.len()).collect();
    order.sort_by_cached_key(concern);
    order
}

fn entries(row: &normalise::Row, literals: &Literals) -> usize {
    row.wanted.iter().chain(&row.unwanted).map(|list| literals.get(*list).keys.len()).sum()
}

fn too_large(policies: &[Normal<'_>], entries: usize) -> Diagnostic {
    let of = |policy: &&Normal<'_>| policy.rows.len();
    let most = policies.iter().max_by_key(of).expect("only policies make an index large");
    Diagnostic::error(
        codes::INDEX_TOO_LARGE,
        most.policy.condition.span,
        format!("the index of all policies would have {entries} entries, at most {MAX_INDEX_ENTRIES} are possible"),
    )
    .here("this policy has the most cases")
    .note("every object of a list counts once for each case of each policy that uses it")
    .help("let long lists of ids become a group in the directory")
}

struct Indexer<'a> {
    program: Program,
    rows: Vec<&'a normalise::Row>,
    literals: &'a Literals,
}

impl Indexer<'_> {
    /// Says which rows are whose, and which count.
    fn place(&mut self, policies: &[Normal<'_>], order: &[usize]) {
        let mut next = 0;
        let (mut in_force, mut on, mut enforced) = (Vec::new(), Vec::new(), Vec::new());
        for at in order.iter().copied() {
            let normal = &policies[at];
            let start = next;
            next += normal.rows.len() as u32;
            let policy = &mut self.program.policies[at];
            policy.rows = Stretch { start, end: next };
            let consequence = policy.consequence;
            let weight = self.program.consequences[consequence as usize].weight();
            let anything = weight != Weight::Nothing;
            let alone = next - start == 1;
            let is_on = normal.policy.state == PolicyState::On;
            for row in start..next {
                self.program.rows.push(Row {
                    policy: at as u32,
                    consequence,
                    reads: 0,
                    cost: 0,
                    alone,
                    weight,
                });
                enforced.extend(anything.then_some(row));
                in_force.extend(is_on.then_some(row));
                on.extend((is_on && anything).then_some(row));
            }
        }
        self.program.every = self.bits(0..next);
        self.program.in_force = self.bits(in_force);
        self.program.on = self.bits(on);
        self.program.enforced = self.bits(enforced);
    }

    /// Lays down a set of rows.
    fn bits(&mut self, rows: impl IntoIterator<Item = u32>) -> BitsAt {
        let at = self.program.bits.len();
        self.program.bits.resize(at + self.program.words, 0);
        for row in rows {
            self.program.bits[at + row as usize / 64] |= 1 << (row % 64);
        }
        at as BitsAt
    }

    fn numbered(&self) -> impl Iterator<Item = (u32, &normalise::Row)> {
        (0..).zip(self.rows.iter().copied())
    }

    fn states(&mut self, space: &Space) {
        for (attribute, number) in &space.states {
            let values = state_values(*attribute).unwrap_or_default();
            let masks: Vec<Option<u64>> = self
                .rows
                .iter()
                .map(|row| row.states.iter().find(|(at, _)| at == number).map(|(_, mask)| *mask))
                .collect();
            let rows = |holds: &dyn Fn(Option<u64>) -> bool| -> Vec<u32> {
                (0..).zip(&masks).filter(|(_, mask)| holds(**mask)).map(|(row, _)| row).collect()
            };
            let lines: Vec<Vec<u32>> = (0..=values)
                .map(|state| rows(&|mask| mask.is_none_or(|mask| mask & (1 << state) != 0)))
                // Not supplied: nothing is ruled out, and certain is what does not ask.
                .chain([rows(&|_| true), rows(&|mask| mask.is_none())])
                .collect();
            let tables: Vec<BitsAt> = lines.into_iter().map(|line| self.bits(line)).collect();
            let table = tables.first().copied().unwrap_or_default();
            let attribute = *attribute;
            let mut state = StateDimension { attribute, values, table, ruling: 0 };
            state.ruling = self.program.ruling(&state);
            self.program.states.push(state);
        }
    }

    fn dimensions(&mut self, compiler: &mut Compiler<'_>, space: &Space) {
        let (wanted, unwanted) = self.lists_by_dimension();
        for (subject, keys) in &space.subjects {
            let mut dimension = segments::dimension(compiler, subject, keys);
            let none = Vec::new();
            for lists in wanted.get(&keys.number).unwrap_or(&Vec::new()) {
                let taken: BTreeSet<u32> = lists.iter().map(|(row, _)| *row).collect();
                let free: Vec<u32> =
                    (0..self.rows.len() as u32).filter(|row| !taken.contains(row)).collect();
                let slot = Slot { free: self.bits(free), wanted: self.postings(keys.count, lists) };
                dimension.slots.push(slot);
            }
            let unwanted = unwanted.get(&keys.number).unwrap_or(&none);
            if !unwanted.is_empty() {
                dimension.unwanted = Some(self.postings(keys.count, unwanted));
                dimension.unwanted_keys = self.span(unwanted);
            }
            self.program.keys.push(dimension);
        }
    }

    /// Of each dimension, the rows with their wanted lists, slot by slot, and with their unwanted ones.
    fn lists_by_dimension(&self) -> (BTreeMap<u32, Vec<RowLists>>, BTreeMap<u32, RowLists>) {
        let mut wanted: BTreeMap<u32, Vec<RowLists>> = BTreeMap::new();
        let mut unwanted: BTreeMap<u32, RowLists> = BTreeMap::new();
        for (at, row) in self.numbered() {
            let mut slots: BTreeMap<u32, usize> = BTreeMap::new();
            for list in &row.wanted {
                let dimension = self.literals.get(*list).dimension;
                let slot = slots.entry(dimension).or_default();
                let all = wanted.entry(dimension).or_default();
                if all.len() == *slot {
                    all.push(Vec::new());
                }
                all[*slot].push((at, *list));
                *slot += 1;
            }
            for list in &row.unwanted {
                unwanted.entry(self.literals.get(*list).dimension).or_default().push((at, *list));
            }
        }
        (wanted, unwanted)
    }

    /// Lays down, for each key, the rows that have it in a list. Rows come in order.
    fn postings(&mut self, count: u32, lists: &RowLists) -> u32 {
        let mut of_key: Vec<Vec<Posting>> = vec![Vec::new(); count as usize];
        for (row, list) in lists {
            let (word, bit) = (row / 64, 1 << (row % 64));
            for key in &self.literals.get(*list).keys {
                match of_key[*key as usize].last_mut() {
                    Some(last) if last.word == word => last.rows |= bit,
                    _ => of_key[*key as usize].push(Posting { word, rows: bit }),
                }
            }
        }
        let first = self.program.lists.len() as u32;
        for postings in of_key {
            let start = self.program.postings.len() as u32;
            self.program.postings.extend(postings);
            let end = self.program.postings.len() as u32;
            self.program.lists.push(Stretch { start, end });
        }
        first
    }

    /// From the first to the last key of some lists.
    fn span(&self, lists: &RowLists) -> Stretch {
        let keys = || lists.iter().flat_map(|(_, list)| &self.literals.get(*list).keys).copied();
        Stretch {
            start: keys().min().unwrap_or_default(),
            end: keys().max().map_or(0, |key| key + 1),
        }
    }

    /// The inputs that a list reads.
    fn inputs_of(&self, list: u32) -> AttributeSet {
        let list = self.literals.get(list);
        let dimension = &self.program.keys[list.dimension as usize];
        let segments = dimension.segments.iter().filter(|segment| {
            let first = list.keys.partition_point(|key| *key < segment.first);
            list.keys.get(first).is_some_and(|key| segment.owns(*key))
        });
        segments.map(|segment| segment.input).collect()
    }

    /// Says which attributes each row reads.
    fn read(&mut self) {
        let mut known: BTreeMap<u32, AttributeSet> = BTreeMap::new();
        let mut numbers: BTreeMap<Vec<AttributeId>, u32> = BTreeMap::new();
        let rows = std::mem::take(&mut self.rows);
        for (at, row) in rows.iter().enumerate() {
            let states =
                row.states.iter().map(|(at, _)| self.program.states[*at as usize].attribute);
            let mut reads: AttributeSet = states.collect();
            for list in row.wanted.iter().chain(&row.unwanted) {
                let inputs = *known.entry(*list).or_insert_with(|| self.inputs_of(*list));
                reads = reads.union(inputs);
            }
            let next = self.program.reads.len() as u32;
            let number = *numbers.entry(reads.iter().collect()).or_insert(next);
            if number == next {
                self.program.reads.push(reads);
            }
            let row = &mut self.program.rows[at];
            (row.reads, row.cost) = (number, u16::try_from(reads.len()).unwrap_or(u16::MAX));
        }
        self.rows = rows;
    }

    /// Puts dimensions into groups, and all into the order of the walk.
    fn groups(&mut self, space: &Space) {
        let mut steps: Vec<((u16, u32), Step)> = (0..)
            .zip(&self.program.states)
            .map(|(at, state)| ((rank(state.attribute), 0), Step::State(at)))
            .collect();
        let subjects: Vec<(u32, &Subject)> = (0..).zip(space.subjects.keys()).collect();
        let together = |a: &(u32, &Subject), b: &(u32, &Subject)| {
            a.1.looked == Looked::PerApp && b.1.looked == Looked::PerApp
        };
        for group in subjects.chunk_by(together) {
            let (Some((start, subject)), Some((last, _))) = (group.first(), group.last()) else {
                continue;
            };
            let dimensions = Stretch { start: *start, end: last + 1 };
            let at = self.program.groups.len() as u32;
            let reads = self.group_reads(dimensions);
            self.program.groups.push(Group { looked: subject.looked, dimensions, reads });
            steps.push(((subject.rank, at + 1), Step::Group(at)));
        }
        steps.sort_unstable_by_key(|(order, _)| *order);
        self.program.steps = steps.into_iter().map(|(_, step)| step).collect();
    }

    /// The inputs of some dimensions, each with the rows that read it there.
    fn group_reads(&mut self, dimensions: Stretch) -> Vec<(AttributeId, BitsAt)> {
        let mut reading: BTreeMap<AttributeId, Vec<u32>> = BTreeMap::new();
        let mut known: BTreeMap<u32, AttributeSet> = BTreeMap::new();
        for (at, row) in self.numbered() {
            for list in row.wanted.iter().chain(&row.unwanted) {
                if dimensions.range().contains(&(self.literals.get(*list).dimension as usize)) {
                    let inputs = known.entry(*list).or_insert_with(|| self.inputs_of(*list));
                    inputs.iter().for_each(|input| reading.entry(input).or_default().push(at));
                }
            }
        }
        reading.into_iter().map(|(input, rows)| (input, self.bits(rows))).collect()
    }

    fn formulas(&mut self, policies: &[Normal<'_>]) {
        let mut formulas = Formulas::default();
        let mut numbers = BTreeMap::new();
        for (at, normal) in policies.iter().enumerate() {
            let start = formulas.nodes.len() as u32;
            self.put(&normal.form, &mut formulas, &mut numbers);
            let end = formulas.nodes.len() as u32;
            formulas.largest = formulas.largest.max(end - start);
            self.program.policies[at].formula = Stretch { start, end };
        }
        self.program.formulas = formulas;
    }

    fn put(&self, form: &Form, formulas: &mut Formulas, numbers: &mut BTreeMap<u32, u32>) {
        match form {
            Form::State(dimension, states) => {
                formulas.nodes.push(Node::State { dimension: *dimension, states: *states });
            }
            Form::Keys { literal, wanted } => {
                let literal =
                    *numbers.entry(*literal).or_insert_with(|| self.literal(*literal, formulas));
                formulas.nodes.push(Node::Keys { literal, wanted: *wanted });
            }
            Form::All(parts) => {
                let at = formulas.nodes.len();
                formulas.nodes.push(Node::All { end: 0 });
                parts.iter().for_each(|part| self.put(part, formulas, numbers));
                formulas.nodes[at] = Node::All { end: formulas.nodes.len() as u32 };
            }
            Form::Any(parts) => {
                let at = formulas.nodes.len();
                formulas.nodes.push(Node::Any { end: 0 });
                parts.iter().for_each(|part| self.put(part, formulas, numbers));
                formulas.nodes[at] = Node::Any { end: formulas.nodes.len() as u32 };
            }
        }
    }

    fn literal(&self, number: u32, formulas: &mut Formulas) -> u32 {
        let list = self.literals.get(number);
        let start = formulas.keys.len() as u32;
        formulas.keys.extend(&list.keys);
        let keys = Stretch { start, end: formulas.keys.len() as u32 };
        formulas.literals.push(Literal { dimension: list.dimension, keys });
        formulas.literals.len() as u32 - 1
    }
}

/// Rows, each with one of its lists.
type RowLists = Vec<(u32, u32)>;

/// A number that tells programs apart.
fn fingerprint(program: &Program) -> u64 {
    let mut hasher = DefaultHasher::new();
    program.rows.hash(&mut hasher);
    program.consequences.hash(&mut hasher);
    program.policies.hash(&mut hasher);
    program.steps.hash(&mut hasher);
    program.states.hash(&mut hasher);
    program.groups.hash(&mut hasher);
    program.keys.hash(&mut hasher);
    program.bits.hash(&mut hasher);
    program.lists.hash(&mut hasher);
    program.postings.hash(&mut hasher);
    program.formulas.hash(&mut hasher);
    program.requirements.hash(&mut hasher);
    program.zones.iter().for_each(|zone| zone.name.hash(&mut hasher));
    program.own.hash(&mut hasher);
    program.profiles.hash(&mut hasher);
    hasher.finish()
}

/// Which attributes settle which, as [`crate::request`] does it.
pub(super) fn settling() -> Settling {
    use Attribute as A;
    let set = |attributes: &[A]| attributes.iter().copied().map(AttributeId::BuiltIn).collect();
    let such = |holds: &dyn Fn(A) -> bool| -> AttributeSet {
        Attribute::all().filter(|it| holds(*it)).map(AttributeId::BuiltIn).collect()
    };
    let carried = |attribute: A| attribute.inputs() == [attribute];
    let principal = ["user.", "service-principal.", "agent."];
    Settling {
        of_principals: such(&|it| {
            carried(it)
                && principal.iter().any(|start| {
                    it.name().starts_with(start) || it.name() == start.trim_end_matches('.')
                })
        }),
        of_targets: set(&[A::App, A::Action, A::Context, A::Traffic]),
        joins: set(&[A::DeviceRegistered, A::DeviceTrust, A::DeviceHybridJoined]),
        of_device: Attribute::of_device().map(AttributeId::BuiltIn).collect(),
        extensions: such(&|it| it.name().starts_with("device.extension-")),
        management: set(&[A::DeviceMdmApp, A::DeviceCompliant]),
        compliance: set(&[A::DeviceCompliant]),
    }
}
