//! Whether a program is well formed: that every number in it points at something, and that what is shared out is shared out
//! once, so that a decision takes no longer than a program of that size can make it.

use std::ptr;

use crate::program::{
    DemandSet, Effect, Node, Program, Proof, SegmentKind, Shows, StateDimension, Step, Stretch,
    Test, Values,
};

/// What is wrong with a program, for whoever mends the compiler.
pub(crate) type Flaw = &'static str;

fn ensure(holds: bool, flaw: Flaw) -> Result<(), Flaw> {
    if holds { Ok(()) } else { Err(flaw) }
}

fn within(stretch: Stretch, length: usize) -> bool {
    stretch.start <= stretch.end && stretch.end as usize <= length
}

/// Whether these follow each other from the first of so many to the last. What is shared out so is walked at most once
/// by whoever walks each part: the work stays in proportion to the program.
fn cover(mut stretches: impl Iterator<Item = Stretch>, length: usize) -> bool {
    let end =
        stretches.try_fold(0, |at, next| (next.start == at && next.end >= at).then_some(next.end));
    end.is_some_and(|end| end as usize == length)
}

fn all_different(steps: &[Step]) -> bool {
    let mut sorted: Vec<_> = steps.iter().map(|step| step.numbers()).collect();
    sorted.sort_unstable();
    sorted.is_sorted_by(|a, b| a < b)
}

impl Step {
    /// Its kind and its number.
    fn numbers(self) -> (u8, u32) {
        match self {
            Step::State(at) => (0, at),
            Step::Group(at) => (1, at),
        }
    }
}

impl Program {
    /// Checks every number once, so that evaluation need not. A program that the compiler made passes; that it does is
    /// asserted when it is made.
    pub(crate) fn verify(&self) -> Result<(), Flaw> {
        let words = self.rows().div_ceil(u64::BITS as usize);
        ensure(self.words == words, "words do not hold the rows")?;
        self.verify_rows()?;
        self.verify_policies()?;
        self.verify_dimensions()?;
        self.verify_index()?;
        self.verify_formulas()?;
        self.verify_requirements()
    }

    fn verify_rows(&self) -> Result<(), Flaw> {
        for row in &self.rows {
            let policy = self.policies.get(row.policy as usize);
            let same = policy.is_some_and(|policy| {
                policy.consequence == row.consequence
                    && row.weight == self.consequence_of(policy).weight()
                    && row.alone == (policy.rows.range().len() == 1)
            });
            ensure(same, "a row without a policy, or with another's consequence")?;
            let reads = self.reads.get(row.reads as usize);
            let cost = reads.is_some_and(|reads| reads.len() == u32::from(row.cost));
            ensure(cost, "a row reads an unknown set, or another number of attributes")?;
        }
        let lines = [self.every, self.in_force, self.on, self.enforced];
        ensure(lines.into_iter().all(|line| self.has_lines(line, 1)), "no relevant rows")
    }

    fn has_lines(&self, at: u32, lines: usize) -> bool {
        at as usize + lines * self.words <= self.bits.len()
    }

    fn verify_policies(&self) -> Result<(), Flaw> {
        let mut rows: Vec<Stretch> = self.policies.iter().map(|policy| policy.rows).collect();
        rows.sort_unstable();
        ensure(cover(rows.into_iter(), self.rows()), "policies do not share out the rows")?;
        let formulas = self.policies.iter().map(|policy| policy.formula);
        let nodes = self.formulas.nodes.len();
        ensure(cover(formulas, nodes), "policies do not share out the formulas")?;
        for policy in &self.policies {
            ensure(within(policy.rows, self.rows()), "a policy's rows")?;
            ensure(within(policy.formula, self.formulas.nodes.len()), "a policy's formula")?;
            ensure(
                policy.formula.range().len() <= self.formulas.largest as usize,
                "a formula is too large",
            )?;
            let known = (policy.consequence as usize) < self.consequences.len();
            ensure(known, "a policy's consequence")?;
            let whose = |at: usize| self.rows.get(at).map(|row| row.policy as usize);
            let own = |at: usize| whose(at).and_then(|at| self.policies.get(at));
            let rows = policy.rows.range().all(|at| own(at).is_some_and(|it| ptr::eq(it, policy)));
            ensure(rows, "a row of another policy")?;
        }
        self.verify_consequences()?;
        ensure(self.policies.is_sorted_by(|a, b| a.name < b.name), "policies are not in order")
    }

    fn verify_consequences(&self) -> Result<(), Flaw> {
        for consequence in &self.consequences {
            let session = consequence.session.unwrap_or_default();
            let profiles = [session.global_secure_access_profile, session.network_access_policy];
            let known = |at: &u32| (*at as usize) < self.profiles.len();
            ensure(profiles.iter().flatten().all(known), "a consequence's profile")?;
            if let Effect::Require(grant) = consequence.effect {
                let known = (grant as usize) < self.requirements.grants.len();
                ensure(known, "a consequence's grant")?;
            }
        }
        ensure(self.profiles.is_sorted(), "profiles are not in order")
    }

    fn verify_dimensions(&self) -> Result<(), Flaw> {
        for step in &self.steps {
            let known = match step {
                Step::State(at) => (*at as usize) < self.states.len(),
                Step::Group(at) => (*at as usize) < self.groups.len(),
            };
            ensure(known, "a step goes nowhere")?;
        }
        let once = self.steps.len() == self.states.len() + self.groups.len();
        ensure(once && all_different(&self.steps), "a step is taken twice, or never")?;
        for state in &self.states {
            ensure(state.values < 63, "an enumeration has too many values")?;
            ensure(self.has_lines(state.table, state.lines()), "a table is cut off")?;
            ensure(self.ruling(state) == state.ruling, "a state that rules rows out, or does not")?;
        }
        let groups = self.steps.iter().filter_map(|step| match step {
            Step::Group(at) => Some(*at),
            Step::State(_) => None,
        });
        ensure(groups.is_sorted(), "groups are not taken in their order")?;
        let dimensions = self.groups.iter().map(|group| group.dimensions);
        ensure(cover(dimensions, self.keys.len()), "groups do not share out the dimensions")?;
        for group in &self.groups {
            ensure(within(group.dimensions, self.keys.len()), "a group's dimensions")?;
            let known = group.reads.iter().all(|(_, rows)| self.has_lines(*rows, 1));
            ensure(known, "a group's reads")?;
        }
        self.verify_keys()
    }

    /// A bit for each state that rules out any row.
    pub(crate) fn ruling(&self, state: &StateDimension) -> u64 {
        let every = self.set(self.every);
        let rules = |line: &usize| self.line(state.table, *line) != every;
        let states = 0..=usize::from(state.not_supplied());
        states.filter(rules).fold(0, |all, line| all | 1 << line)
    }

    fn verify_keys(&self) -> Result<(), Flaw> {
        let mut listed = 0;
        for dimension in &self.keys {
            let count = dimension.count as usize;
            let lists = |first: u32| first as usize + count <= self.lists.len();
            let indexes = dimension.slots.len() + usize::from(dimension.unwanted.is_some());
            listed = indexes
                .checked_mul(count)
                .and_then(|it| it.checked_add(listed))
                .unwrap_or(usize::MAX);
            for slot in &dimension.slots {
                ensure(self.has_lines(slot.free, 1) && lists(slot.wanted), "a slot")?;
            }
            ensure(dimension.unwanted.is_none_or(lists), "unwanted keys")?;
            let out_of_reach = |key: u32| {
                let is_none = |first: u32| self.list(first, key).is_empty();
                dimension.unwanted_keys.holds(key) || dimension.unwanted.is_none_or(is_none)
            };
            // Without unwanted keys nothing bounds how many there are, and nothing is to be found.
            let reached = dimension.unwanted.is_none() || (0..dimension.count).all(out_of_reach);
            ensure(reached, "an unwanted key out of reach")?;
            for segment in &dimension.segments {
                let end = segment.first as usize + segment.len();
                ensure(end <= dimension.count as usize, "a segment's keys")?;
                ensure(segment.silent.is_none_or(|key| key < dimension.count), "a silent key")?;
                self.verify_segment(&segment.kind)?;
            }
        }
        ensure(listed <= self.lists.len(), "dimensions share lists")?;
        ensure(self.zones.is_sorted_by(|a, b| a.name < b.name), "zones are not in order")
    }

    fn verify_segment(&self, kind: &SegmentKind) -> Result<(), Flaw> {
        match kind {
            SegmentKind::Addresses(addresses) => {
                let classes = addresses.v4_class.iter().chain(&addresses.v6_class);
                let known = |class: &u32| (*class as usize) < addresses.classes.len();
                ensure(classes.copied().all(|class| known(&class)), "a class of addresses")?;
                let of = |stretch: &Stretch| within(*stretch, addresses.members.len());
                ensure(addresses.classes.iter().all(of), "a class's members")?;
                let lengths = addresses.v4.len() == addresses.v4_class.len()
                    && addresses.v6.len() == addresses.v6_class.len();
                ensure(lengths, "intervals without a class")?;
                let sorted = addresses.v4.is_sorted() && addresses.v6.is_sorted();
                ensure(sorted, "intervals are not in order")?;
                let known = addresses.members.iter().all(|network| *network < addresses.networks);
                ensure(known, "a network that is none")
            }
            SegmentKind::Values(values) | SegmentKind::AppValues(values) => {
                self.verify_values(values)
            }
            SegmentKind::Ids(ids) | SegmentKind::AppIds(ids) => {
                ensure(ids.is_well_formed(), "an id that is not found")
            }
            SegmentKind::Countries(countries) => {
                ensure(countries.is_sorted(), "countries are not in order")
            }
            SegmentKind::Words(_) => Ok(()),
            SegmentKind::AgentResource | SegmentKind::AnyApp => Ok(()),
        }
    }

    fn verify_values(&self, values: &Values) -> Result<(), Flaw> {
        for test in &values.tests {
            if let Test::Clock(test) = test {
                ensure(usize::from(test.zone) < self.zones.len(), "a clock without a zone")?;
                if let Shows::TimeOfDay(from, to) = test.shows {
                    ensure(from <= 86_400 && to <= 86_400, "a time of day beyond the day")?;
                }
            }
        }
        ensure(values.equal.is_sorted(), "texts are not in order")
    }

    fn verify_index(&self) -> Result<(), Flaw> {
        let lists = cover(self.lists.iter().copied(), self.postings.len());
        ensure(lists, "lists do not share out the postings")?;
        let words = self.postings.iter().all(|posting| (posting.word as usize) < self.words);
        ensure(words, "a posting beyond the rows")
    }

    fn verify_formulas(&self) -> Result<(), Flaw> {
        let formulas = &self.formulas;
        for (at, node) in formulas.nodes.iter().enumerate() {
            let known = match node {
                Node::All { end } | Node::Any { end } => {
                    (*end as usize) > at && (*end as usize) <= formulas.nodes.len()
                }
                Node::State { dimension, .. } => (*dimension as usize) < self.states.len(),
                Node::Keys { literal, .. } => (*literal as usize) < formulas.literals.len(),
            };
            ensure(known, "a node of a formula")?;
        }
        ensure(formulas.largest as usize <= formulas.nodes.len(), "a formula larger than all")?;
        for literal in &formulas.literals {
            let dimension = self.keys.get(literal.dimension as usize);
            let dimension = dimension.ok_or("a literal's dimension")?;
            ensure(within(literal.keys, formulas.keys.len()), "a literal's keys")?;
            let keys = literal.keys.of(&formulas.keys);
            let sorted = keys.is_sorted() && keys.last().is_none_or(|key| *key < dimension.count);
            ensure(sorted, "a literal's keys are not in order, or not of its dimension")?;
        }
        Ok(())
    }

    fn verify_requirements(&self) -> Result<(), Flaw> {
        let all = &self.requirements;
        ensure(all.demands.len() <= super::MAX_DEMANDS, "too many demands")?;
        for demand in &all.demands {
            let claim = |claim: u32| (claim as usize) < all.claims.len();
            let known = match demand.proof {
                Proof::FirstFactor => true,
                Proof::Combinations(stretch) => within(stretch, all.combinations.len()),
                Proof::Opaque(at) | Proof::Compliant(at) | Proof::HybridJoined(at) => claim(at),
                Proof::Claims(stretch) => within(stretch, all.wanted_claims.len()),
            };
            ensure(known, "a demand's proof")?;
            let implied = demand.implies.union(demand.implied_by);
            ensure(self.has_demands(implied), "a demand implies nothing that is")?;
        }
        ensure(self.has_demands(all.of_device), "a device proves nothing that is")?;
        let alternatives = all.alternatives.iter().all(|one| self.has_demands(*one));
        ensure(alternatives, "an alternative of nothing that is")?;
        ensure(all.uses.is_sorted_by(|a, b| a < b), "methods are not in order")?;
        let claims = all.wanted_claims.iter().all(|claim| (*claim as usize) < all.claims.len());
        ensure(claims, "a wanted claim")?;
        let uses = all.combination_uses.iter().all(|at| (*at as usize) < all.uses.len());
        ensure(uses, "a combination's methods")?;
        let combinations = cover(all.combinations.iter().copied(), all.combination_uses.len());
        ensure(combinations, "combinations do not share out the methods")?;
        let masks = all.combination_masks.len();
        ensure(masks == 0 || masks == all.combinations.len(), "masks of combinations")?;
        let grants = all.grants.iter().all(|grant| {
            within(grant.alternatives, all.alternatives.len())
                && grant.alternatives.range().len() <= crate::decision::MAX_WORKING_ALTERNATIVES
                && self.has_demands(grant.demands)
        });
        ensure(grants, "a grant")
    }

    fn has_demands(&self, demands: DemandSet) -> bool {
        demands.iter().all(|demand| demand < self.requirements.demands.len())
    }
}
