//! The order of the walk where everything is known: who signs in stands for itself, then come enumerations that are looked
//! up together, and groups.
//!
//! A plan is made of the rest of a program, never written down: what it holds can be worked out from the tables.

use crate::program::{BitsAt, Looked, Program, StateDimension, Step, Stretch};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};

/// How many sets of rows a panel may have. Four enumerations of four words, or five questions of yes and no, fit.
const MAX_COMBINATIONS: usize = 512;

/// How many words they may take: half a megabyte. One enumeration may take more.
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
    /// What rules rows out, combination by combination.
    pub rulers: Vec<Ruler>,
}

/// An enumeration in a state that rules any row out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ruler {
    /// Of its attribute.
    pub bit: u8,
    /// The rows that it leaves.
    pub rows: BitsAt,
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
    /// Of each combination, its stretch of [`Plan::rulers`].
    pub rulers: Vec<Stretch>,
    /// Where in [`Plan::bits`] the sets of rows begin, one for each combination.
    pub table: BitsAt,
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
        panel.table = self.bits.len() as BitsAt;
        for combination in 0..combinations {
            let rulers = self.combine(program, &panel.states, combination);
            panel.rulers.push(rulers);
        }
        panel
    }

    /// Lays down the rows that a combination leaves, and says what rules out any.
    fn combine(&mut self, program: &Program, states: &[u32], mut combination: usize) -> Stretch {
        let at = self.bits.len();
        self.bits.extend_from_slice(program.set(program.every));
        let start = self.rulers.len() as u32;
        for dimension in states.iter().filter_map(|at| program.states.get(*at as usize)) {
            let state = combination % dimension.known_states();
            combination /= dimension.known_states();
            if dimension.rules(state as u8) {
                let rows = dimension.table + (state * program.words) as BitsAt;
                self.rulers.push(Ruler { bit: dimension.attribute.bit() as u8, rows });
                let line = program.set(rows);
                self.bits.iter_mut().skip(at).zip(line).for_each(|(all, one)| *all &= one);
            }
        }
        Stretch { start, end: self.rulers.len() as u32 }
    }
}

impl Panel {
    /// Which combination these states are, all of them known.
    pub(crate) fn combination(&self, program: &Program, states: &[u8]) -> usize {
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
        at
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
