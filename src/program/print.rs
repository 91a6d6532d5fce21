//! A program as text, for people who ask what became of their policies, and for tests that compare.

use std::fmt;

use crate::decision::DemandKind;
use crate::program::{
    ClockTest, DemandSet, Effect, Group, KeyDimension, Looked, Posting, Program, Segment,
    SegmentKind, Shows, StateDimension, Step, Test, Values, ones,
};
use crate::schema::attribute::{AttributeId, AttributeSet, Kind};

/// How many keys of a segment are printed before the rest is counted.
const MAX_PRINTED_KEYS: usize = 64;

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (policies, rows) = (self.policies.len(), self.rows());
        writeln!(f, "program of {policies} policies in {rows} rows")?;
        self.print_policies(f)?;
        self.print_demands(f)?;
        self.steps.iter().try_for_each(|step| self.print_step(f, *step))
    }
}

impl Program {
    fn print_policies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for policy in &self.policies {
            write!(f, "policy {} rows {}", policy.name, Rows(policy.rows.range()))?;
            if policy.report_only {
                f.write_str(" report-only")?;
            }
            let consequence = self.consequence_of(policy);
            match consequence.effect {
                Effect::Block => f.write_str(" block")?,
                Effect::Require(grant) => self.print_grant(f, grant)?,
                Effect::Nothing => {}
            }
            if let Some(session) = consequence.session {
                write!(f, " session {session:?}")?;
            }
            writeln!(f)?;
            for row in policy.rows.range() {
                writeln!(f, "  row {row} reads {}", Names(self, self.reads_of(row)))?;
            }
        }
        Ok(())
    }

    fn print_grant(&self, f: &mut fmt::Formatter<'_>, grant: u32) -> fmt::Result {
        f.write_str(" require")?;
        let Some(grant) = self.requirements.grants.get(grant as usize) else { return Ok(()) };
        for (at, one) in grant.alternatives.of(&self.requirements.alternatives).iter().enumerate() {
            let or = if at == 0 { " " } else { " or " };
            write!(f, "{or}{}", Demands(*one))?;
        }
        Ok(())
    }

    fn print_demands(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, demand) in self.requirements.demands.iter().enumerate() {
            write!(f, "demand {at} ")?;
            match demand.kind {
                DemandKind::SignIn => f.write_str("sign-in")?,
                DemandKind::Grant(word) => f.write_str(word.row().name)?,
            }
            if let Some(name) = &demand.name {
                write!(f, " {name}")?;
            }
            if let Some(within) = demand.within {
                write!(f, " within {}", crate::value::duration_text(within))?;
            }
            writeln!(f, " implies {}", Demands(demand.implies))?;
        }
        Ok(())
    }

    fn print_step(&self, f: &mut fmt::Formatter<'_>, step: Step) -> fmt::Result {
        match step {
            Step::State(at) => {
                self.states.get(at as usize).map_or(Ok(()), |state| self.print_state(f, state))
            }
            Step::Group(at) => {
                self.groups.get(at as usize).map_or(Ok(()), |group| self.print_group(f, group))
            }
        }
    }

    fn print_state(&self, f: &mut fmt::Formatter<'_>, state: &StateDimension) -> fmt::Result {
        writeln!(f, "dimension {}", self.attribute_name(state.attribute))?;
        for line in 0..state.lines() {
            let rows = Bits(self.line(state.table, line));
            writeln!(f, "  {}: {rows}", StateName(state, line))?;
        }
        Ok(())
    }

    fn print_group(&self, f: &mut fmt::Formatter<'_>, group: &Group) -> fmt::Result {
        let each = match group.looked {
            Looked::Once | Looked::AtTheClock => "",
            Looked::PerApp => ", for each app",
            Looked::PerContext => ", for each context",
        };
        for dimension in group.dimensions.of(&self.keys) {
            writeln!(f, "dimension {}{each}", dimension.name)?;
            self.print_keys(f, dimension)?;
        }
        Ok(())
    }

    fn print_keys(&self, f: &mut fmt::Formatter<'_>, dimension: &KeyDimension) -> fmt::Result {
        for (at, slot) in dimension.slots.iter().enumerate() {
            writeln!(f, "  slot {at} not wanted by {}", Bits(self.set(slot.free)))?;
        }
        for segment in &dimension.segments {
            writeln!(f, "  by {}", self.attribute_name(segment.input))?;
            for at in 0..segment.len().min(MAX_PRINTED_KEYS) {
                let key = segment.first + u32::try_from(at).unwrap_or(u32::MAX);
                write!(f, "    {}:", KeyName(self, segment, at))?;
                self.print_key(f, dimension, key)?;
            }
            if segment.len() > MAX_PRINTED_KEYS {
                writeln!(f, "    and {} more", segment.len() - MAX_PRINTED_KEYS)?;
            }
            if let Some(silent) = segment.silent {
                f.write_str("    not supplied:")?;
                self.print_key(f, dimension, silent)?;
            }
        }
        Ok(())
    }

    fn print_key(
        &self,
        f: &mut fmt::Formatter<'_>,
        dimension: &KeyDimension,
        key: u32,
    ) -> fmt::Result {
        for (at, slot) in dimension.slots.iter().enumerate() {
            let wanted = self.list(slot.wanted, key);
            if !wanted.is_empty() {
                write!(f, " wanted in slot {at} by {}", Sparse(wanted))?;
            }
        }
        if let Some(first) = dimension.unwanted {
            let unwanted = self.list(first, key);
            if !unwanted.is_empty() {
                write!(f, " unwanted by {}", Sparse(unwanted))?;
            }
        }
        writeln!(f)
    }
}

struct Rows(std::ops::Range<usize>);

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            0 => f.write_str("none"),
            1 => write!(f, "{}", self.0.start),
            _ => write!(f, "{}-{}", self.0.start, self.0.end - 1),
        }
    }
}

struct Names<'a>(&'a Program, AttributeSet);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.is_empty() {
            return f.write_str("nothing");
        }
        for (at, attribute) in self.1.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}", self.0.attribute_name(attribute))?;
        }
        Ok(())
    }
}

struct Demands(DemandSet);

impl fmt::Display for Demands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, demand) in self.0.iter().enumerate() {
            let and = if at == 0 { "" } else { "+" };
            write!(f, "{and}{demand}")?;
        }
        Ok(())
    }
}

struct Bits<'a>(&'a [u64]);

impl fmt::Display for Bits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.0.iter().copied();
        print_list(f, words.enumerate().flat_map(|(at, word)| numbers(at, word)))
    }
}

struct Sparse<'a>(&'a [Posting]);

impl fmt::Display for Sparse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.0.iter().flat_map(|one| numbers(one.word as usize, one.rows));
        print_list(f, rows)
    }
}

fn numbers(word: usize, rows: u64) -> impl Iterator<Item = usize> {
    ones(rows).map(move |bit| word * 64 + bit)
}

/// Row numbers, runs of them as `3-7`.
fn print_list(f: &mut fmt::Formatter<'_>, rows: impl Iterator<Item = usize>) -> fmt::Result {
    let mut run: Option<std::ops::Range<usize>> = None;
    let mut first = true;
    let mut put = |f: &mut fmt::Formatter<'_>, run: std::ops::Range<usize>| {
        let space = if std::mem::take(&mut first) { "" } else { " " };
        write!(f, "{space}{}", Rows(run))
    };
    for row in rows {
        match &mut run {
            Some(run) if run.end == row => run.end = row + 1,
            other => {
                if let Some(run) = other.replace(row..row + 1) {
                    put(f, run)?;
                }
            }
        }
    }
    match run {
        Some(run) => put(f, run),
        None => f.write_str("none"),
    }
}

struct StateName<'a>(&'a StateDimension, usize);

impl fmt::Display for StateName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, line) = (self.0, self.1);
        match line.checked_sub(usize::from(state.values)) {
            Some(0) => return f.write_str("absent"),
            Some(1) => return f.write_str("not supplied, perhaps"),
            Some(_) => return f.write_str("not supplied, certainly"),
            None => {}
        }
        let words: &[&str] = match state.attribute {
            AttributeId::BuiltIn(attribute) => match attribute.row().kind {
                Kind::Enumeration(words) | Kind::Ordered(words) => words,
                _ => &["false", "true"],
            },
            AttributeId::Own(_) => &["false", "true"],
        };
        f.write_str(words.get(line).copied().unwrap_or("?"))
    }
}

/// The name of the n-th key of a segment.
struct KeyName<'a>(&'a Program, &'a Segment, usize);

impl fmt::Display for KeyName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.2;
        match &self.1.kind {
            SegmentKind::Words(masks) => {
                let mask = masks.get(at).copied().unwrap_or_default();
                f.write_str("words ")?;
                print_list(f, ones(mask))
            }
            SegmentKind::Ids(ids) | SegmentKind::AppIds(ids) => {
                f.write_str(ids.all.get(at).map_or("?", String::as_str))
            }
            SegmentKind::Countries(countries) => match countries.get(at) {
                Some(country) => write!(f, "{country}"),
                None => f.write_str("unknown"),
            },
            SegmentKind::Addresses(_) => write!(f, "network {at}"),
            SegmentKind::Values(values) | SegmentKind::AppValues(values) => {
                self.print_value(f, values)
            }
            SegmentKind::AgentResource => f.write_str("any-agent-resource"),
            SegmentKind::AnyApp => f.write_str("any-app"),
        }
    }
}

impl KeyName<'_> {
    fn print_value(&self, f: &mut fmt::Formatter<'_>, values: &Values) -> fmt::Result {
        if let Some(text) = values.equal.get(self.2) {
            return write!(f, "is {text:?}");
        }
        match self.2.checked_sub(values.equal.len()).and_then(|at| values.tests.get(at)) {
            Some(test) => self.print_test(f, test),
            None => f.write_str("?"),
        }
    }

    fn print_test(&self, f: &mut fmt::Formatter<'_>, test: &Test) -> fmt::Result {
        match test {
            Test::StartsWith(text) => write!(f, "starts with {text:?}"),
            Test::EndsWith(text) => write!(f, "ends with {text:?}"),
            Test::Contains(text) => write!(f, "contains {text:?}"),
            Test::Less(version) => write!(f, "< {version}"),
            Test::LessOrEqual(version) => write!(f, "<= {version}"),
            Test::Greater(version) => write!(f, "> {version}"),
            Test::GreaterOrEqual(version) => write!(f, ">= {version}"),
            Test::Ranges(ranges) => write!(f, "in {ranges:?}"),
            Test::Clock(clock) => self.print_clock(f, clock),
        }
    }

    fn print_clock(&self, f: &mut fmt::Formatter<'_>, test: &ClockTest) -> fmt::Result {
        match &test.shows {
            Shows::TimeOfDay(from, to) => write!(f, "second of day in {from}..{to}")?,
            Shows::Weekday(days) => {
                f.write_str("weekday ")?;
                print_list(f, ones(u64::from(*days)))?;
            }
            Shows::Date(ranges) => write!(f, "day in {ranges:?}")?,
        }
        let zone = self.0.zones.get(usize::from(test.zone));
        write!(f, " zone {:?}", zone.map_or("?", |zone| zone.name.as_str()))
    }
}
