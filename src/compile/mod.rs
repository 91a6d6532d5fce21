//! From meaning to program: conditions become rows, rows an index, grants demands.
//!
//! ```text
//! survey ──▶ form ──▶ rows ──▶ index ──▶ Program
//! (space.rs) (normalise.rs)   (index.rs)  (program, verified)
//!                grants.rs: demands and what implies what
//!                conflict.rs: policies that must not meet
//! ```
//!
//! A program depends on what the policies say, not on the order in which files, policies or set members were written:
//! everything is numbered in a sorted order.

mod addresses;
pub mod codes;
mod conflict;
mod grants;
mod index;
mod normalise;
mod segments;
mod space;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::tz::TimeZone;

use crate::diagnostic::Diagnostic;
use crate::hir::{Effect, Policy, PolicySet, PolicyState};
use crate::program::{self, Consequence, Program, Zone};
use crate::schema::session::SessionControls;

pub use normalise::{MAX_DEPTH, MAX_ROWS_PER_POLICY};

use normalise::{Form, Former, Literals, MAX_WORK, Row, TooLarge, Work};
use space::Space;

/// The most rows of all policies together: thirteen for each of 10,000 policies, 16 KiB for one set of them.
pub const MAX_ROWS: usize = 1 << 17;

/// The most entries of the index: what 10,000 policies come to that name 1,600 objects each. They take 256 MiB.
pub const MAX_INDEX_ENTRIES: usize = 1 << 24;

/// The most lists of one dimension that one row may join with `and`. Conditions written by people join two.
pub const MAX_LISTS: usize = 16;

/// Compiles a policy set.
///
/// # Errors
/// When a limit is exceeded, or policies contradict each other; every finding at once, as far as they do not follow
/// from each other.
pub fn compile(set: &PolicySet) -> Result<Program, Vec<Diagnostic>> {
    let mut compiler = Compiler { set, diagnostics: Vec::new(), zones: Vec::new() };
    let program = compiler.program();
    match program {
        Some(program) if compiler.diagnostics.is_empty() => {
            let verified = program.verify();
            assert_eq!(verified, Ok(()), "the compiler makes well-formed programs");
            Ok(program.planned())
        }
        _ => {
            crate::diagnostic::sort(&mut compiler.diagnostics);
            Err(compiler.diagnostics)
        }
    }
}

/// What compiling collects.
struct Compiler<'a> {
    set: &'a PolicySet,
    diagnostics: Vec<Diagnostic>,
    zones: Vec<Zone>,
}

/// A policy with its condition brought into rows.
struct Normal<'a> {
    policy: &'a Policy,
    form: Form,
    rows: Vec<Row>,
}

impl<'a> Compiler<'a> {
    fn program(&mut self) -> Option<Program> {
        let policies: Vec<&Policy> =
            self.set.policies.iter().filter(|it| it.state != PolicyState::Disabled).collect();
        let space = space::survey(self, &policies);
        let mut literals = Literals::default();
        let normal = self.normalise(&policies, &space, &mut literals)?;
        conflict::check(self, &normal, &space, &literals);
        let requirements = grants::requirements(self, &policies)?;
        let profiles = profiles(&policies);
        let mut consequences = Consequences::default();
        let compiled = policies
            .iter()
            .zip(&requirements.grant_of)
            .map(|(policy, grant)| compiled(policy, consequences.of(policy, *grant, &profiles)))
            .collect();
        let base = Program {
            fingerprint: 0,
            words: 0,
            rows: Vec::new(),
            reads: Vec::new(),
            policies: compiled,
            consequences: consequences.all,
            every: 0,
            in_force: 0,
            on: 0,
            enforced: 0,
            steps: Vec::new(),
            states: Vec::new(),
            groups: Vec::new(),
            keys: Vec::new(),
            bits: Vec::new(),
            lists: Vec::new(),
            postings: Vec::new(),
            formulas: program::Formulas::default(),
            requirements: requirements.requirements,
            zones: std::mem::take(&mut self.zones),
            own: self.set.own_attributes.iter().map(|own| own.name.clone()).collect(),
            profiles,
            settling: index::settling(),
            plan: program::Plan::default(),
        };
        index::index(self, base, &normal, &space, &literals)
    }

    fn normalise(
        &mut self,
        policies: &[&'a Policy],
        space: &Space,
        literals: &mut Literals,
    ) -> Option<Vec<Normal<'a>>> {
        // All forms first: the lists that formulas name come before those that rows merge.
        let mut forms = Vec::new();
        for policy in policies {
            let mut former = Former { set: self.set, space, literals };
            let form = former.form(&policy.condition);
            forms.push(self.told(policy, form));
        }
        let renumbered = literals.sort();
        forms.iter_mut().flatten().for_each(|form| form.sort(&renumbered));
        let mut all = Vec::new();
        let (mut count, mut work) = (0, Work::default());
        for (policy, form) in policies.iter().zip(forms) {
            let Some(form) = form else { continue };
            work.begin();
            let rows = normalise::rows(&form, literals, &mut work);
            let Some(rows) = self.told(policy, rows) else { continue };
            self.check_lists(policy, &rows, literals);
            count += rows.len();
            if count > MAX_ROWS || work.all > MAX_WORK {
                self.diagnostics.push(too_many_rows_in_all(policy));
                return None;
            }
            all.push(Normal { policy, form, rows });
        }
        (all.len() == policies.len() && self.diagnostics.is_empty()).then_some(all)
    }

    fn told<T>(&mut self, policy: &Policy, result: Result<T, TooLarge>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(TooLarge::Rows) => {
                self.diagnostics.push(too_many_rows(policy));
                None
            }
            Err(TooLarge::Depth) => {
                self.diagnostics.push(too_deep(policy));
                None
            }
        }
    }

    fn check_lists(&mut self, policy: &Policy, rows: &[Row], literals: &Literals) {
        let longest = rows.iter().map(|row| lists_of_one_dimension(row, literals)).max();
        if longest.is_some_and(|lists| lists > MAX_LISTS) {
            self.diagnostics.push(
                Diagnostic::error(
                    codes::TOO_MANY_LISTS,
                    policy.condition.span,
                    format!(
                        "`{}` joins more than {MAX_LISTS} lists of one kind with `and`",
                        policy.name
                    ),
                )
                .note("each list that a sign-in must be in by itself is an index of its own")
                .help("split the policy: one for each part that can be required by itself"),
            );
        }
    }

    /// Numbers the zones that policies name, in the order of their canonical names.
    fn survey_zones(&mut self, policies: &[&Policy]) -> BTreeMap<String, u16> {
        let mut by_name: BTreeMap<String, TimeZone> = BTreeMap::new();
        let mut canonical: BTreeMap<String, String> = BTreeMap::new();
        for policy in policies {
            for zone in
                space::probes(policy).into_iter().filter_map(|it| space::zone_of(&it.predicate))
            {
                if canonical.contains_key(&zone.0) {
                    continue;
                }
                let Ok(rules) = TimeZone::get(&zone.0) else {
                    self.diagnostics.push(unknown_zone(policy, &zone.0));
                    continue;
                };
                let name = rules.iana_name().unwrap_or(&zone.0).to_owned();
                canonical.insert(zone.0.clone(), name.clone());
                by_name.insert(name, rules);
            }
        }
        let names: Vec<String> = by_name.keys().cloned().collect();
        self.zones = by_name.into_iter().map(|(name, rules)| Zone { name, rules }).collect();
        let number =
            |name: &String| names.binary_search(name).ok().and_then(|at| at.try_into().ok());
        canonical.iter().filter_map(|(name, of)| Some((name.clone(), number(of)?))).collect()
    }
}

fn lists_of_one_dimension(row: &Row, literals: &Literals) -> usize {
    let mut lists: BTreeMap<u32, usize> = BTreeMap::new();
    for list in &row.wanted {
        *lists.entry(literals.get(*list).dimension).or_default() += 1;
    }
    lists.into_values().max().unwrap_or_default()
}

/// The ids of all profiles, sorted, so that numbers are compared as ids are.
fn profiles(policies: &[&Policy]) -> Vec<String> {
    let of = |policy: &&Policy| {
        let session = &policy.session;
        let both = [&session.global_secure_access_profile, &session.network_access_policy];
        both.map(Clone::clone)
    };
    policies.iter().flat_map(of).flatten().collect::<BTreeSet<_>>().into_iter().collect()
}

/// What policies come to, numbered as they are met.
#[derive(Debug, Default)]
struct Consequences {
    all: Vec<Consequence>,
    numbers: HashMap<Consequence, u32>,
}

impl Consequences {
    fn of(&mut self, policy: &Policy, grant: Option<u32>, profiles: &[String]) -> u32 {
        let consequence = consequence(policy, grant, profiles);
        *self.numbers.entry(consequence).or_insert_with(|| {
            self.all.push(consequence);
            self.all.len() as u32 - 1
        })
    }
}

fn consequence(policy: &Policy, grant: Option<u32>, profiles: &[String]) -> Consequence {
    let number = |id: String| {
        profiles.binary_search(&id).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
    };
    let effect = match (&policy.effect, grant) {
        (Effect::Block, _) => program::Effect::Block,
        (Effect::Require(_), Some(grant)) => program::Effect::Require(grant),
        (Effect::Require(_) | Effect::Nothing, _) => program::Effect::Nothing,
    };
    let session = match policy.effect {
        // Beside `block` session controls mean nothing; the check refuses them.
        Effect::Block => SessionControls::default(),
        Effect::Require(_) | Effect::Nothing => policy.session.clone().map_profiles(number),
    };
    Consequence { effect, session: (!session.is_empty()).then_some(session) }
}

fn compiled(policy: &Policy, consequence: u32) -> program::Policy {
    program::Policy {
        name: policy.name.clone(),
        report_only: policy.state == PolicyState::ReportOnly,
        consequence,
        rows: program::Stretch::default(),
        formula: program::Stretch::default(),
    }
}

fn too_many_rows(policy: &Policy) -> Diagnostic {
    Diagnostic::error(
        codes::TOO_MANY_ROWS,
        policy.condition.span,
        format!("the condition of `{}` has more than {MAX_ROWS_PER_POLICY} cases", policy.name),
    )
    .here("multiplied out, this is too much")
    .note("`and` between several `or`s multiplies: ten of two make 1,024 cases")
    .help("split the policy into several, one for each part of an `or`; policies only ever add up")
}

fn too_many_rows_in_all(policy: &Policy) -> Diagnostic {
    Diagnostic::error(
        codes::TOO_MANY_ROWS_IN_ALL,
        policy.condition.span,
        format!(
            "with `{}`, the conditions of all policies come to more than {MAX_ROWS} cases",
            policy.name
        ),
    )
    .note("`and` between several `or`s multiplies; a policy without has one case")
    .help("simplify the policies with the most `or`s")
}

fn too_deep(policy: &Policy) -> Diagnostic {
    Diagnostic::error(
        codes::TOO_DEEP,
        policy.condition.span,
        format!("the condition of `{}` is nested more than {MAX_DEPTH} levels deep", policy.name),
    )
    .note("every `let` is written out where it is used")
    .help("shorten the chain of `let`s")
}

fn unknown_zone(policy: &Policy, zone: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNKNOWN_ZONE,
        policy.condition.span,
        format!("`{}` reads the clock in {zone:?}, which is no time zone", policy.name),
    )
    .help("use the name of a zone as IANA lists it, like \"Europe/Berlin\"")
}
