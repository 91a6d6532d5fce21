//! The tally of P against what the log recorded.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::engine::Engine;
use crate::entra::log::{Applied, PolicyResult, Recorded, Status};
use crate::hir::{PolicyId, PolicyState};
use crate::replay::examples::{Examples, Shown, words};
use crate::replay::judge::{Judged, id};
use crate::replay::limits::MAX_RECORDED_POLICIES;
use crate::replay::people::cut;
use crate::replay::report::{
    Agreement, Cell, Decided, Example, Matched, MatchedBy, Record, RecordedPolicy, Says, StatusCell,
};
use crate::replay::side::{most_first, says};
use crate::schema::attribute::AttributeId;
use crate::value::canonical_id;

use PolicyResult as R;

/// Counts how P agrees with the record.
#[derive(Debug, Default)]
pub(super) struct RecordTally {
    index: Index,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    policies: Vec<One>,
    statuses: BTreeMap<(Option<Status>, Decided), Counted>,
    sign_ins: u64,
    results: u64,
    inconsistent: u64,
    inconsistent_sign_ins: u64,
    /// Results of policies that found no room.
    pub beyond_limit: u64,
    /// A name or an id was too long.
    pub cut: bool,
}

/// How to find a policy of P.
#[derive(Debug, Default)]
struct Index {
    /// `None` where several have that id, or that title.
    ids: HashMap<String, Option<PolicyId>>,
    titles: HashMap<String, Option<PolicyId>>,
}

/// A recorded policy.
#[derive(Debug)]
struct One {
    id: Option<String>,
    name: String,
    matched: Option<(PolicyId, MatchedBy)>,
    recorded: BTreeMap<PolicyResult, u64>,
    cells: BTreeMap<(PolicyResult, Says), Counted>,
    other_state: u64,
    missing: BTreeMap<AttributeId, u64>,
    inconsistent: u64,
    inconsistencies: Vec<Example>,
}

/// A cell of a table.
#[derive(Debug, Default)]
struct Counted {
    count: u64,
    examples: Vec<Example>,
}

/// Whether what P says is what was recorded.
///
/// Report-only failures are recorded where nothing the user could do at once would have helped, which P calls a step-up
/// too when a device is what is missing. A report-only interruption asks the user for something.
pub(super) fn agreement(recorded: PolicyResult, says: Says) -> Agreement {
    let agrees: &[Says] = match recorded {
        R::Success | R::ReportOnlySuccess => &[Says::Satisfied],
        R::Failure | R::ReportOnlyFailure => &[Says::StepUp, Says::Blocks],
        R::ReportOnlyInterrupted => &[Says::StepUp],
        R::NotApplied | R::ReportOnlyNotApplied => &[Says::NotApplied],
        R::NotEnabled if says == Says::Disabled => return Agreement::Agrees,
        R::NotEnabled | R::Unknown => return Agreement::NotCompared,
    };
    match says {
        Says::Disabled => Agreement::NotCompared,
        Says::Undecided => Agreement::Undecidable,
        // It applies: that alone disagrees with a policy that did not.
        Says::Unsure if agrees.contains(&Says::NotApplied) => Agreement::Disagrees,
        Says::Unsure => Agreement::Undecidable,
        Says::NotApplied | Says::Satisfied | Says::StepUp | Says::Blocks => {
            if agrees.contains(&says) { Agreement::Agrees } else { Agreement::Disagrees }
        }
    }
}

/// Whether a recorded status and a decision go together; what nobody can say does.
pub(super) fn go_together(status: Option<Status>, decided: Decided) -> bool {
    match (status, decided) {
        (None, _) | (_, Decided::Undecided) => true,
        (Some(Status::Success), decided) => decided == Decided::Open,
        (Some(Status::Failure), decided) => matches!(decided, Decided::StepUp | Decided::Blocked),
        (Some(Status::NotApplied), decided) => decided == Decided::Unguarded,
    }
}

/// The state a policy had, as its result tells.
fn state(recorded: PolicyResult) -> Option<PolicyState> {
    match recorded {
        R::Success | R::Failure | R::NotApplied => Some(PolicyState::On),
        R::NotEnabled => Some(PolicyState::Disabled),
        R::Unknown => None,
        R::ReportOnlySuccess
        | R::ReportOnlyFailure
        | R::ReportOnlyNotApplied
        | R::ReportOnlyInterrupted => Some(PolicyState::ReportOnly),
    }
}

impl Index {
    fn of(engine: &Engine) -> Index {
        let mut index = Index::default();
        let unique = |map: &mut HashMap<String, Option<PolicyId>>, key: String, id| {
            map.entry(key).and_modify(|known| *known = None).or_insert(Some(id));
        };
        for (number, policy) in (0..).map(PolicyId).zip(engine.policies()) {
            if let Some(id) = id(policy) {
                unique(&mut index.ids, canonical_id(id), number);
            }
            let title = policy.title.as_ref().unwrap_or(&policy.name);
            unique(&mut index.titles, title.clone(), number);
        }
        index
    }

    /// By id; by title only where the id leads nowhere.
    fn find(&self, applied: &Applied) -> Option<(PolicyId, MatchedBy)> {
        let by_id = applied.id.as_deref().and_then(|id| self.ids.get(&canonical_id(id)));
        match by_id {
            Some(policy) => policy.map(|policy| (policy, MatchedBy::Id)),
            None => {
                let policy = self.titles.get(&applied.name).copied().flatten()?;
                Some((policy, MatchedBy::Title))
            }
        }
    }
}

impl RecordTally {
    pub(super) fn of(engine: &Engine) -> RecordTally {
        RecordTally { index: Index::of(engine), ..RecordTally::default() }
    }

    /// Counts a sign-in that recorded anything.
    pub(super) fn count(
        &mut self,
        engine: &Engine,
        recorded: &Recorded,
        judged: &Judged,
        shown: &Shown<'_>,
        examples: &mut Examples,
    ) {
        if recorded.status.is_none() && recorded.policies.is_empty() {
            return;
        }
        self.sign_ins += 1;
        self.count_status(recorded.status, judged, shown, examples);
        let before = self.inconsistent;
        for applied in &recorded.policies {
            self.results += 1;
            self.inconsistent += u64::from(applied.inconsistency().is_some());
            match self.number(applied) {
                Some(at) => self.policies[at].count(engine, applied, judged, shown, examples),
                None => self.beyond_limit += 1,
            }
        }
        self.inconsistent_sign_ins += u64::from(self.inconsistent > before);
    }

    fn count_status(
        &mut self,
        status: Option<Status>,
        judged: &Judged,
        shown: &Shown<'_>,
        examples: &mut Examples,
    ) {
        let decided = judged.decided();
        let cell = self.statuses.entry((status, decided)).or_default();
        cell.count += 1;
        if !go_together(status, decided) {
            let was = status.map_or("", Status::word).to_owned();
            let by = || judged.decision.by.clone();
            examples.keep(&mut cell.examples, || shown.example(was, words(&judged.decision), by()));
        }
    }

    /// The number of a recorded policy; a new one finds room, or `None`.
    fn number(&mut self, applied: &Applied) -> Option<usize> {
        let (id, id_cut) = applied.id.as_deref().map(cut).unzip();
        let (name, name_cut) = cut(&applied.name);
        self.cut |= id_cut.unwrap_or_default() || name_cut;
        let known = match id {
            Some(id) => self.by_id.get(id),
            None => self.by_name.get(name),
        };
        if known.is_some() {
            return known.copied();
        }
        let next = self.policies.len();
        if next >= MAX_RECORDED_POLICIES {
            return None;
        }
        match id {
            Some(id) => self.by_id.insert(id.to_owned(), next),
            None => self.by_name.insert(name.to_owned(), next),
        };
        self.policies.push(One::new(id, name, self.index.find(applied)));
        Some(next)
    }

    /// What came of it; `None` when nothing was recorded.
    pub(super) fn finish(self, engine: &Engine) -> Option<Record> {
        if self.sign_ins == 0 {
            return None;
        }
        let met: BTreeSet<PolicyId> =
            self.policies.iter().filter_map(|one| Some(one.matched?.0)).collect();
        let all = (0..).map(PolicyId).zip(engine.policies());
        let not_recorded = all.filter(|(id, _)| !met.contains(id));
        let not_recorded = not_recorded.map(|(_, policy)| policy.name.clone()).collect();
        let mut policies: Vec<_> =
            self.policies.into_iter().map(|one| one.finish(engine)).collect();
        policies.sort_by(|a, b| {
            let counts = |it: &RecordedPolicy| (it.disagreements(), it.results);
            counts(b).cmp(&counts(a)).then_with(|| (&a.name, &a.id).cmp(&(&b.name, &b.id)))
        });
        let mut agreement = BTreeMap::new();
        for (one, count) in policies.iter().flat_map(|policy| &policy.agreement) {
            *agreement.entry(*one).or_default() += count;
        }
        let status = |((status, decided), cell): (_, Counted)| StatusCell {
            status,
            decided,
            count: cell.count,
            examples: cell.examples,
        };
        Some(Record {
            sign_ins: self.sign_ins,
            results: self.results,
            agreement,
            policies,
            not_recorded,
            statuses: self.statuses.into_iter().map(status).collect(),
            inconsistent: self.inconsistent,
            inconsistent_sign_ins: self.inconsistent_sign_ins,
            beyond_limit: self.beyond_limit,
        })
    }
}

impl One {
    fn new(id: Option<&str>, name: &str, matched: Option<(PolicyId, MatchedBy)>) -> One {
        One {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            matched,
            recorded: BTreeMap::new(),
            cells: BTreeMap::new(),
            other_state: 0,
            missing: BTreeMap::new(),
            inconsistent: 0,
            inconsistencies: Vec::new(),
        }
    }

    fn count(
        &mut self,
        engine: &Engine,
        applied: &Applied,
        judged: &Judged,
        shown: &Shown<'_>,
        examples: &mut Examples,
    ) {
        *self.recorded.entry(applied.result).or_default() += 1;
        if let Some(inconsistency) = applied.inconsistency() {
            self.inconsistent += 1;
            let word = applied.result.word().to_owned();
            let because = vec![inconsistency.to_string()];
            examples
                .keep(&mut self.inconsistencies, || shown.example(word, String::new(), because));
        }
        let Some((policy, _)) = self.matched else { return };
        let own_state = engine.policy_set().policy(policy).state;
        let voice = judged.voices.iter().find(|voice| voice.policy == policy);
        let says = match voice {
            Some(voice) => says(voice),
            None if own_state == PolicyState::Disabled => Says::Disabled,
            None => Says::NotApplied,
        };
        self.other_state += u64::from(state(applied.result).is_some_and(|it| it != own_state));
        let cell = self.cells.entry((applied.result, says)).or_default();
        cell.count += 1;
        match agreement(applied.result, says) {
            Agreement::Agrees | Agreement::NotCompared => {}
            Agreement::Undecidable => {
                let missing = voice.map(|voice| voice.missing).unwrap_or_default();
                missing.iter().for_each(|it| *self.missing.entry(it).or_default() += 1);
            }
            Agreement::Disagrees => examples.keep(&mut cell.examples, || {
                let (was, is) = (applied.result.word().to_owned(), says.word().to_owned());
                shown.example(was, is, conditions(applied))
            }),
        }
    }

    fn finish(self, engine: &Engine) -> RecordedPolicy {
        let set = engine.policy_set();
        let cells: Vec<Cell> = self.cells.into_iter().map(cell).collect();
        let mut agreement = BTreeMap::new();
        for cell in &cells {
            *agreement.entry(cell.agreement).or_default() += cell.count;
        }
        let missing = self.missing.into_iter();
        let missing = missing.map(|(it, count)| (set.attribute_name(it).to_owned(), count));
        let matched = self
            .matched
            .map(|(policy, by)| Matched { policy: set.policy(policy).name.clone(), by });
        RecordedPolicy {
            id: self.id,
            name: self.name,
            matched,
            results: self.recorded.values().sum(),
            recorded: self.recorded,
            cells,
            agreement,
            other_state: self.other_state,
            missing: most_first(missing),
            inconsistent: self.inconsistent,
            inconsistencies: self.inconsistencies,
        }
    }
}

fn cell(((recorded, says), cell): ((PolicyResult, Says), Counted)) -> Cell {
    let agreement = agreement(recorded, says);
    Cell { recorded, says, agreement, count: cell.count, examples: cell.examples }
}

/// What the log says about the conditions: which held, which did not.
fn conditions(applied: &Applied) -> Vec<String> {
    let told = [
        ("satisfied", applied.satisfied.to_string()),
        ("not satisfied", applied.not_satisfied.to_string()),
    ];
    let told = told.into_iter().filter(|(_, words)| words != "none" && !words.is_empty());
    told.map(|(what, words)| format!("{what}: {words}")).collect()
}
