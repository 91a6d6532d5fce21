//! What was assumed: which attributes, had somebody supplied them, might have spared the user something.

use crate::decision::DemandKind;
use crate::eval::challenge::{is_of_app, is_of_device};
use crate::eval::combine::{Case, Combined};
use crate::eval::scratch::Applied;
use crate::eval::{Ruling, Scratch};
use crate::facts::{Looks, Span};
use crate::program::{Demand, DemandSet, Group, Literal, Looked, Node, Program, Proof};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};
use crate::schema::grant::GrantWord;
use crate::value::Truth;

/// The device attributes that nobody supplied and that a grant of one of these consequences reads.
pub(super) fn silent_devices(case: &Case<'_>, consequences: &[u32]) -> AttributeSet {
    let mut silent = AttributeSet::EMPTY;
    let devices = [Attribute::DeviceCompliant, Attribute::DeviceHybridJoined];
    if !devices.iter().any(|it| case.facts.silent.contains(AttributeId::BuiltIn(*it))) {
        return silent;
    }
    for grant in case.grants(consequences) {
        let demands =
            grant.demands.iter().filter_map(|at| case.program.requirements.demands.get(at));
        for input in demands.filter_map(device_input) {
            if case.facts.silent.contains(input) {
                silent.insert(input);
            }
        }
    }
    silent
}

/// The attribute that a device grant reads.
pub(super) fn device_input(demand: &Demand) -> Option<AttributeId> {
    match demand.proof {
        Proof::Compliant(_) => Some(AttributeId::BuiltIn(Attribute::DeviceCompliant)),
        Proof::HybridJoined(_) => Some(AttributeId::BuiltIn(Attribute::DeviceHybridJoined)),
        Proof::FirstFactor | Proof::Combinations(_) | Proof::Opaque(_) | Proof::Claims(_) => None,
    }
}

/// The attributes that the feasibility of a step-up reads and that nobody supplied.
pub(super) fn silent_feasibility(case: &Case<'_>, combined: &Combined) -> AttributeSet {
    match combined.outcome {
        Ruling::StepUp => combined.inputs.intersection(case.facts.silent),
        Ruling::Open | Ruling::Blocked | Ruling::Impossible => AttributeSet::EMPTY,
    }
}

/// The attributes that the feasibility of some demands reads.
pub(super) fn feasibility_inputs(case: &Case<'_>, demands: DemandSet) -> AttributeSet {
    let demands = demands.iter().filter_map(|at| case.program.requirements.demands.get(at));
    demands.fold(AttributeSet::EMPTY, |all, demand| all.union(inputs_of_kind(case, demand.kind)))
}

fn inputs_of_kind(case: &Case<'_>, kind: DemandKind) -> AttributeSet {
    let device = is_of_device(kind);
    let by_platform = matches!(
        kind,
        DemandKind::Grant(
            GrantWord::HybridJoinedDevice | GrantWord::ApprovedApp | GrantWord::ProtectedApp
        )
    );
    let mut inputs = AttributeSet::EMPTY;
    let read = [
        (true, Attribute::Principal),
        (true, Attribute::Client),
        (device || is_of_app(kind), Attribute::Flow),
        (by_platform, Attribute::Platform),
        (device && case.facts.may_be_agent, Attribute::AgentKind),
    ];
    for (reads, attribute) in read {
        if reads {
            inputs.insert(AttributeId::BuiltIn(attribute));
        }
    }
    inputs
}

/// The attributes at fault where a condition is unknown: of an unknown test, the inputs that made it so; of an unknown
/// `and` or `or`, those of its unknown parts; over all looks at what is asked for.
pub(super) fn silent_conditions(case: &Case<'_>, scratch: &mut Scratch) -> AttributeSet {
    let mut silent = AttributeSet::EMPTY;
    for at in 0..scratch.applying.len() {
        let Some(applied) = scratch.applying.get(at).copied() else { continue };
        silent = silent.union(silent_condition(case, &applied, scratch));
    }
    silent
}

/// The attributes at fault where the condition of this policy is unknown; nothing where it is true.
pub(super) fn silent_condition(
    case: &Case<'_>,
    applied: &Applied,
    scratch: &mut Scratch,
) -> AttributeSet {
    let mut silent = AttributeSet::EMPTY;
    let policy = case.policy(applied).filter(|_| !applied.certain && case.fits());
    let Some(policy) = policy else { return silent };
    for app in 0..looks(case, Looked::PerApp) {
        for context in 0..looks(case, Looked::PerContext) {
            let mut formula = Formula {
                case,
                nodes: policy.formula.of(&case.program.formulas.nodes),
                base: policy.formula.start as usize,
                app,
                context,
            };
            formula.evaluate(scratch);
            silent = silent.union(formula.blame(scratch));
        }
    }
    silent
}

/// How often the request is looked at for groups of that kind.
fn looks(case: &Case<'_>, looked: Looked) -> u32 {
    let groups = case.program.groups.iter().zip(&case.facts.groups);
    let count = groups.filter(|(group, _)| group.looked == looked).map(|(_, looks)| looks.count);
    count.max().unwrap_or(1)
}

/// A condition, looked at for one app and one context.
struct Formula<'a> {
    case: &'a Case<'a>,
    nodes: &'a [Node],
    /// The number of the first node in the program.
    base: usize,
    app: u32,
    context: u32,
}

impl Formula<'_> {
    /// Finds the truth of every node. Parts stand after their node, so it goes backwards.
    fn evaluate(&mut self, scratch: &mut Scratch) {
        scratch.truths.clear();
        scratch.truths.resize(self.nodes.len(), Truth::Unknown);
        for at in (0..self.nodes.len()).rev() {
            let truth = match self.nodes.get(at) {
                Some(Node::All { end }) => self
                    .parts(at, *end)
                    .fold(Truth::True, |all, part| all.and(truth_of(scratch, part))),
                Some(Node::Any { end }) => self
                    .parts(at, *end)
                    .fold(Truth::False, |any, part| any.or(truth_of(scratch, part))),
                Some(Node::State { dimension, states }) => self.state(*dimension, *states),
                Some(Node::Keys { literal, wanted }) => {
                    let held = self.literal(*literal);
                    if *wanted { held } else { held.not() }
                }
                None => Truth::Unknown,
            };
            if let Some(slot) = scratch.truths.get_mut(at) {
                *slot = truth;
            }
        }
    }

    /// The nodes right under one that ends before node `end` of the program.
    fn parts(&self, at: usize, end: u32) -> impl Iterator<Item = usize> {
        let end = (end as usize).saturating_sub(self.base).min(self.nodes.len());
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let part = next;
            if part >= end {
                return None;
            }
            next = match self.nodes.get(part) {
                Some(Node::All { end } | Node::Any { end }) => {
                    (*end as usize).saturating_sub(self.base).max(part + 1)
                }
                Some(Node::State { .. } | Node::Keys { .. }) | None => part + 1,
            };
            Some(part)
        })
    }

    fn state(&self, dimension: u32, states: u64) -> Truth {
        let state = self.case.facts.states.get(dimension as usize).copied();
        let silent = self.case.program.states.get(dimension as usize).map(|it| it.not_supplied());
        match state {
            Some(state) if state != silent.unwrap_or_default() => {
                (states & (1 << (state & 63)) != 0).into()
            }
            _ => Truth::Unknown,
        }
    }

    fn literal(&self, literal: u32) -> Truth {
        let Some(literal) = self.case.program.formulas.literals.get(literal as usize) else {
            return Truth::Unknown;
        };
        let (sure, maybe) = self.keys(literal);
        let wanted = literal.keys.of(&self.case.program.formulas.keys);
        let any = |keys: &[u32]| keys.iter().any(|key| wanted.binary_search(key).is_ok());
        if any(sure) {
            Truth::True
        } else if any(maybe) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    /// The keys that the request has in a literal's dimension: for sure, and perhaps.
    fn keys(&self, literal: &Literal) -> (&[u32], &[u32]) {
        let facts = self.case.facts;
        let span = self.span(literal.dimension).unwrap_or_default();
        (span.sure.of(&facts.sure), span.maybe.of(&facts.maybe))
    }

    fn span(&self, dimension: u32) -> Option<Span> {
        let (group, looks) = group_of(self.case.program, &self.case.facts.groups, dimension)?;
        let look = match group.looked {
            Looked::Once | Looked::AtTheClock => 0,
            Looked::PerApp => self.app,
            Looked::PerContext => self.context,
        };
        let within = dimension.checked_sub(group.dimensions.start)?;
        let at =
            looks.first as usize + look as usize * group.dimensions.range().len() + within as usize;
        self.case.facts.spans.get(at).copied()
    }

    /// Collects the inputs at fault, once every truth is known.
    fn blame(&mut self, scratch: &mut Scratch) -> AttributeSet {
        let mut silent = AttributeSet::EMPTY;
        scratch.marks.clear();
        scratch.marks.resize(self.nodes.len(), false);
        if let Some(root) = scratch.marks.first_mut() {
            *root = true;
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let reached = scratch.marks.get(at).copied().unwrap_or_default();
            if !reached || truth_of(scratch, at) != Truth::Unknown {
                continue;
            }
            match node {
                Node::All { end } | Node::Any { end } => {
                    for part in self.parts(at, *end) {
                        if let Some(mark) = scratch.marks.get_mut(part) {
                            *mark = true;
                        }
                    }
                }
                Node::State { dimension, .. } => {
                    if let Some(dimension) = self.case.program.states.get(*dimension as usize) {
                        silent.insert(dimension.attribute);
                    }
                }
                Node::Keys { literal, .. } => silent = silent.union(self.blamed(*literal)),
            }
        }
        silent
    }

    /// The inputs that may have a key of the literal.
    fn blamed(&self, literal: u32) -> AttributeSet {
        let mut silent = AttributeSet::EMPTY;
        let Some(literal) = self.case.program.formulas.literals.get(literal as usize) else {
            return silent;
        };
        let Some(dimension) = self.case.program.keys.get(literal.dimension as usize) else {
            return silent;
        };
        let wanted = literal.keys.of(&self.case.program.formulas.keys);
        let (_, maybe) = self.keys(literal);
        for key in maybe.iter().filter(|key| wanted.binary_search(key).is_ok()) {
            for segment in dimension.segments.iter().filter(|segment| segment.owns(*key)) {
                silent.insert(segment.input);
            }
        }
        silent
    }
}

fn truth_of(scratch: &Scratch, node: usize) -> Truth {
    scratch.truths.get(node).copied().unwrap_or(Truth::Unknown)
}

/// The group of a dimension, and the looks at it.
fn group_of<'a>(
    program: &'a Program,
    looks: &[Looks],
    dimension: u32,
) -> Option<(&'a Group, Looks)> {
    let at = program.groups.partition_point(|group| group.dimensions.end <= dimension);
    Some((program.groups.get(at)?, looks.get(at).copied()?))
}
