//! The order of the walk where everything is known: who signs in stands for itself, then come enumerations that are looked
//! up together, and groups.
//!
//! A plan is made of the rest of a program, never written down: what it holds can be worked out from the tables.

use crate::program::{BitsAt, Looked, Program, StateDimension, Step, Stretch};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};

/// How many sets of rows a panel may have. Four enumerations of four words, or five questions of yes and no, fit.
const MAX_COMBINATIONS: usize = 512;

/// How many words these may take: half a megabyte, and as much again for each enumeration. With all of 128 own attributes
/// and the most rows, all panels come to some 80 MB. One enumeration may take more.
const MAX_PANEL_WORDS: usize = 1 << 16;

/// How a program is walked where everything is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Plan {
    /// How many of [`Program::steps`] are about the principal alone. They come first.
    pub principal: usize,
    /// How many of [`Program::groups`] these are. They come first, too.
    pub principal_groups: usize,
    /// Which of [`Program::states`] these are, and the others.
    pub principal_states: Vec<u32>,
    pub other_states: Vec<u32>,
    /// The attributes of a principal.
    pub of_principal: AttributeSet,
    /// What follows.
    pub steps: Vec<Planned>,
    pub panels: Vec<Panel>,
    /// The sets of rows of panels.
    pub bits: Vec<u64>,
    /// What rules rows out, combination by combination: the numbers of attributes in a set of them.
    pub rulers: Vec<u8>,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planned {
    /// One of [`Plan::panels`].
    Panel(u32),
    /// One of [`Program::groups`].
    Group(u32),
}

/// Enumerations that are looked up together: for each combination of their states, the rows that none of them rules out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Panel {
    /// Of [`Program::states`].
    pub states: Vec<u32>,
    pub combinations: Vec<Combination>,
}

/// A state for each enumeration of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Combination {
    /// The enumerations that rule any row out, of [`Plan::rulers`].
    pub rulers: Stretch,
    /// Where in [`Plan::bits`] the rows begin that none of them rules out.
    pub rows: BitsAt,
    /// Where the rows begin that each of them leaves: word by word, a word of each ruler after the other.
    pub apart: BitsAt,
}

impl StateDimension {
    /// How many states it can be in when it is known: absent is one of them.
    fn known_states(&self) -> usize {
        usize::from(self.values) + 1
    }

    /// Whether that state rules out any row.
    pub(crate) fn rules(&self, state: u8) -> bool {
        self.ruling & (1 << (state & 63)) != 0
    }
}

impl Plan {
    /// The plan of a verified program.
    pub(crate) fn of(program: &Program) -> Plan {
        let principal = program.steps.iter().take_while(|step| program.is_of_principal(**step));
        let principal = principal.count();
        let of_principal = program
            .settling
            .of_principals
            .union([AttributeId::BuiltIn(Attribute::Principal)].into_iter().collect());
        let mut plan = Plan { principal, of_principal, ..Plan::default() };
        for (at, step) in program.steps.iter().enumerate() {
            match step {
                Step::Group(_) => plan.principal_groups += usize::from(at < principal),
                Step::State(state) if at < principal => plan.principal_states.push(*state),
                Step::State(state) => plan.other_states.push(*state),
            }
        }
        let mut rest: Vec<Step> = program.steps.get(principal..).unwrap_or_default().to_vec();
        while let Some(step) = rest.first().copied() {
            match step {
                Step::Group(at) => {
                    rest.remove(0);
                    plan.steps.push(Planned::Group(at));
                }
                Step::State(_) => {
                    plan.steps.push(Planned::Panel(plan.panels.len() as u32));
                    let panel = plan.fill(program, &mut rest);
                    plan.panels.push(panel);
                }
            }
        }
        plan
    }

    /// Takes the first enumerations that go into one panel.
    fn fill(&mut self, program: &Program, rest: &mut Vec<Step>) -> Panel {
        let most = (MAX_PANEL_WORDS / program.words.max(1)).min(MAX_COMBINATIONS);
        let mut panel = Panel::default();
        let mut combinations = 1;
        rest.retain(|step| {
            let Step::State(at) = step else { return true };
            let Some(dimension) = program.states.get(*at as usize) else { return false };
            let fits = combinations * dimension.known_states() <= most;
            if fits || panel.states.is_empty() {
                combinations *= dimension.known_states();
                panel.states.push(*at);
                return false;
            }
            true
        });
        panel.combinations =
            (0..combinations).map(|at| self.combine(program, &panel.states, at)).collect();
        panel
    }

    /// Lays down the rows that a combination leaves, and those that each of its rulers leaves.
    fn combine(
        &mut self,
        program: &Program,
        states: &[u32],
        mut combination: usize,
    ) -> Combination {
        let mut lines = Vec::new();
        let start = self.rulers.len() as u32;
        for dimension in states.iter().filter_map(|at| program.states.get(*at as usize)) {
            let state = combination % dimension.known_states();
            combination /= dimension.known_states();
            if dimension.rules(state as u8) {
                self.rulers.push(dimension.attribute.bit() as u8);
                lines.push(program.line(dimension.table, state));
            }
        }
        let rulers = Stretch { start, end: self.rulers.len() as u32 };
        if lines.is_empty() {
            return Combination { rulers, ..Combination::default() };
        }
        let rows = self.bits.len() as BitsAt;
        let word =
            |at: usize| lines.iter().map(move |line| line.get(at).copied().unwrap_or_default());
        self.bits
            .extend((0..program.words).map(|at| word(at).fold(u64::MAX, |all, one| all & one)));
        let apart = self.bits.len() as BitsAt;
        self.bits.extend((0..program.words).flat_map(word));
        Combination { rulers, rows, apart }
    }
}

impl Panel {
    /// The combination of these states, all of them known.
    pub(crate) fn combination(&self, program: &Program, states: &[u8]) -> Combination {
        let (mut at, mut stride) = (0, 1);
        for number in &self.states {
            let number = *number as usize;
            let (Some(state), Some(dimension)) = (states.get(number), program.states.get(number))
            else {
                continue;
            };
            at += usize::from(*state) * stride;
            stride *= dimension.known_states();
        }
        self.combinations.get(at).copied().unwrap_or_default()
    }
}

impl Program {
    /// The same program with its plan.
    pub(crate) fn planned(mut self) -> Program {
        self.plan = Plan::of(&self);
        self
    }

    /// Whether a step looks at nothing but who signs in.
    fn is_of_principal(&self, step: Step) -> bool {
        let of_principal = |attribute: AttributeId| {
            attribute == AttributeId::BuiltIn(Attribute::Principal)
                || self.settling.of_principals.contains(attribute)
        };
        match step {
            Step::State(at) => {
                self.states.get(at as usize).is_some_and(|it| of_principal(it.attribute))
            }
            Step::Group(at) => self.groups.get(at as usize).is_some_and(|group| {
                group.looked == Looked::Once
                    && group.reads.iter().all(|(input, _)| of_principal(*input))
            }),
        }
    }
}
