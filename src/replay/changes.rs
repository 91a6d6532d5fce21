//! The tally of P against Q: which sign-ins change, how, whose, and by which policies.

use std::collections::{BTreeMap, BTreeSet};

use crate::replay::examples::{Examples, Shown, words};
use crate::replay::judge::{Compared, Differing, Judge, Judged};
use crate::replay::kind::{Kind, Shift};
use crate::replay::limits::{MAX_APPS, MAX_USERS};
use crate::replay::people::{Book, Counts, cut};
use crate::replay::report::{Change, Changes, Decided, Example, Responsible, UndecidedChanges};
use crate::replay::side::most_first;
use crate::request::Value;
use crate::schema::attribute::Attribute;
use crate::value::Slot;

/// Counts how decisions change from P to Q.
#[derive(Debug)]
pub(super) struct ChangeTally {
    pub users: Book,
    pub apps: Book,
    same: u64,
    shifts: BTreeMap<Shift, One>,
    undecided: u64,
    unchanged: u64,
    may_change: One,
    at_worst: BTreeMap<Option<Shift>, u64>,
    missing: BTreeMap<String, u64>,
    /// An id or a name was too long.
    pub cut: bool,
}

/// The sign-ins that change in one way.
#[derive(Debug, Default)]
struct One {
    sign_ins: u64,
    users: Counts,
    apps: Counts,
    policies: BTreeMap<u32, u64>,
    examples: Vec<Example>,
}

/// What P and Q say of one sign-in.
pub(super) struct Pair<'a> {
    pub judge: &'a Judge,
    pub now: &'a Judged,
    pub then: &'a Judged,
    pub compared: &'a Compared,
    pub shown: &'a Shown<'a>,
}

impl Pair<'_> {
    fn is_decided(&self) -> bool {
        let undecided = |judged: &Judged| judged.decided() == Decided::Undecided;
        !undecided(self.now) && !undecided(self.then)
    }

    /// The names of the policies that had a part in the change.
    fn policies(&self) -> Vec<String> {
        let all = &self.judge.differing;
        let named = self.compared.by.iter().filter_map(|at| all.get(*at as usize));
        named.map(|it| it.policy.clone()).collect()
    }

    /// The names of the attributes that either decision hangs on.
    fn missing(&self) -> BTreeSet<&str> {
        let sides = [(Some(self.judge.now()), self.now), (self.judge.against(), self.then)];
        let sides = sides.into_iter().filter_map(|(engine, judged)| Some((engine?, judged)));
        let names = sides.flat_map(|(engine, judged)| {
            judged.missing.iter().map(|it| engine.policy_set().attribute_name(it))
        });
        names.collect()
    }

    fn example(&self, because: Vec<String>) -> Example {
        self.shown.example(words(&self.now.decision), words(&self.then.decision), because)
    }
}

impl ChangeTally {
    pub(super) fn new() -> ChangeTally {
        ChangeTally {
            users: Book::new(MAX_USERS),
            apps: Book::new(MAX_APPS),
            same: 0,
            shifts: BTreeMap::new(),
            undecided: 0,
            unchanged: 0,
            may_change: One::default(),
            at_worst: BTreeMap::new(),
            missing: BTreeMap::new(),
            cut: false,
        }
    }

    /// Counts a sign-in.
    pub(super) fn count(&mut self, pair: &Pair<'_>, examples: &mut Examples) {
        match (pair.compared.shift, pair.is_decided()) {
            (None, true) => self.same += 1,
            (None, false) => {
                self.undecided += 1;
                self.unchanged += 1;
            }
            (Some(shift), true) => {
                let one = self.shifts.entry(shift).or_default();
                self.cut |= one.count((&mut self.users, &mut self.apps), pair);
                examples.keep(&mut one.examples, || pair.example(pair.policies()));
            }
            (Some(shift), false) => self.count_undecided(shift, pair, examples),
        }
    }

    fn count_undecided(&mut self, shift: Shift, pair: &Pair<'_>, examples: &mut Examples) {
        self.undecided += 1;
        let noticed = (shift.kind != Kind::Policies).then_some(shift);
        *self.at_worst.entry(noticed).or_default() += 1;
        let missing = pair.missing();
        for attribute in &missing {
            *self.missing.entry((*attribute).to_owned()).or_default() += 1;
        }
        self.cut |= self.may_change.count((&mut self.users, &mut self.apps), pair);
        examples.keep(&mut self.may_change.examples, || {
            pair.example(missing.iter().map(|it| (*it).to_owned()).collect())
        });
    }

    pub(super) fn finish(self, differing: &[Differing]) -> Changes {
        let name = |at: u32| differing.get(at as usize).map(|it| it.policy.clone());
        let named = |counts: &BTreeMap<u32, u64>| {
            most_first(counts.iter().filter_map(|(at, count)| Some((name(*at)?, *count))))
        };
        let change = |(shift, one): (&Shift, &One)| Change {
            shift: *shift,
            sign_ins: one.sign_ins,
            users: one.users.distinct(&self.users),
            apps: one.apps.distinct(&self.apps),
            policies: named(&one.policies),
            examples: one.examples.clone(),
        };
        Changes {
            same: self.same,
            shifts: self.shifts.iter().map(change).collect(),
            policies: responsible(&self.shifts, differing),
            undecided: UndecidedChanges {
                sign_ins: self.undecided,
                unchanged: self.unchanged,
                may_change: self.may_change.sign_ins,
                at_worst: self.at_worst,
                missing: most_first(self.missing),
                policies: named(&self.may_change.policies),
                users: self.may_change.users.distinct(&self.users),
                apps: self.may_change.apps.distinct(&self.apps),
                examples: self.may_change.examples,
            },
        }
    }
}

impl One {
    /// Counts a sign-in; whether something had to be cut.
    fn count(&mut self, (users, apps): (&mut Book, &mut Book), pair: &Pair<'_>) -> bool {
        self.sign_ins += 1;
        let (user, app) = (principal(pair.shown), target(pair.shown));
        let [(user, user_cut), (app, app_cut)] = [cut(&user), cut(&app)];
        self.users.add(users.number(user, || pair.shown.user()));
        self.apps.add(apps.number(app, || pair.shown.app()));
        for policy in &pair.compared.by {
            *self.policies.entry(*policy).or_default() += 1;
        }
        user_cut || app_cut
    }
}

/// The policies by their most dangerous change, then the most changes, then the name.
fn responsible(shifts: &BTreeMap<Shift, One>, differing: &[Differing]) -> Vec<Responsible> {
    let mut all: BTreeMap<u32, BTreeMap<Shift, u64>> = BTreeMap::new();
    for (shift, one) in shifts {
        for (policy, count) in &one.policies {
            all.entry(*policy).or_default().insert(*shift, *count);
        }
    }
    let each = all.into_iter().filter_map(|(at, shifts)| {
        let Differing { policy, why } = differing.get(at as usize)?.clone();
        Some(Responsible { policy, why, shifts })
    });
    let mut all: Vec<Responsible> = each.collect();
    all.sort_by(|a, b| {
        let worst = |it: &Responsible| it.shifts.keys().next().copied();
        let count = |it: &Responsible| it.shifts.values().sum::<u64>();
        let order = worst(a).cmp(&worst(b)).then_with(|| count(b).cmp(&count(a)));
        order.then_with(|| a.policy.cmp(&b.policy))
    });
    all
}

/// The id of who signs in; the name where there is none.
fn principal(shown: &Shown<'_>) -> String {
    let request = &shown.observation.sign_in.request;
    let ids = [Attribute::UserId, Attribute::ServicePrincipalId, Attribute::AgentId];
    let known = ids.into_iter().find_map(|attribute| match request.get(attribute) {
        Slot::Known(Value::Text(id)) => Some(id.clone()),
        _ => None,
    });
    known.unwrap_or_else(|| shown.user())
}

/// The ids of the apps that are asked for; what else is, by its name.
fn target(shown: &Shown<'_>) -> String {
    match shown.observation.sign_in.request.get(Attribute::App) {
        Slot::Known(Value::Apps(apps)) => {
            apps.iter().map(|app| app.id.as_str()).collect::<Vec<_>>().join(" + ")
        }
        _ => shown.app(),
    }
}
