//! What tests cover: which policies decide in some test, and which mistakes no test would notice, by proof.

use crate::analyze::diff::diff;
use crate::analyze::example::lines;
use crate::analyze::mutate::variants;
use crate::analyze::region::{Assumption, Region};
use crate::analyze::setting::Setting;
use crate::decision::{Decision, Options, Outcome};
use crate::hir::{Policy, PolicySet, PolicyState, Test};
use crate::interpret::{holding, interpret, judge};
use crate::request::Request;
use crate::syntax::format::quoted;

/// The most mistakes that are tried: 240 policies have about 2,000, each of which takes a comparison.
pub const MAX_MISTAKES: usize = 20_000;

/// A policy with the tests that would fail without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The policy.
    pub policy: String,
    /// The titles of the tests.
    pub tests: Vec<String>,
}

/// A mistake that changes what is decided, and that no test notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnoticed {
    /// The policy.
    pub policy: String,
    /// What of it is missing; nothing when the whole policy is.
    pub without: Option<String>,
    /// Sign-ins that it changes.
    pub region: Region,
    /// What is decided about the region's example now.
    pub before: Decision,
    /// What would be decided.
    pub after: Decision,
    /// A test that would notice, as text; `None` where no test can say it, as of session controls alone.
    pub test: Option<String>,
}

/// What tests cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The policies that are on, in their order.
    pub policies: Vec<Covered>,
    /// Mistakes that no test notices.
    pub unnoticed: Vec<Unnoticed>,
    /// How many mistakes some test notices.
    pub noticed: usize,
    /// How many change nothing that is decided.
    pub equivalent: usize,
    /// Under what they change nothing.
    pub assuming: Assumption,
    /// Why there may be more; empty when there is not.
    pub undecided: Vec<String>,
}

/// What the tests of a set cover.
///
/// ```
/// use latch::Engine;
/// use latch::analyze::{Setting, coverage};
/// let policies = "
///     policy no-old-protocols { when user in anyone and client in [other, exchange-active-sync] block }
///     test \"mail by an old protocol\" {
///       user in anyone
///       app \"mail\"
///       client other
///       assume rest absent
///       expect block
///     }";
/// let engine = Engine::from_text([("policies.latch", policies)])?;
/// let coverage = coverage(engine.policy_set(), engine.options(), Setting::default());
/// assert_eq!(coverage.policies[0].tests, ["mail by an old protocol"]);
/// // Nothing would tell that `exchange-active-sync` was left out.
/// assert_eq!(coverage.unnoticed[0].without.as_deref(), Some("exchange-active-sync"));
/// # Ok::<(), latch::engine::LoadError>(())
/// ```
pub fn coverage(set: &PolicySet, options: &Options, setting: Setting<'_>) -> Coverage {
    let passing = set.tests.iter().filter(|test| passes(set, test, options));
    let mut search = Search {
        set,
        options,
        setting,
        tests: passing.cloned().collect(),
        found: Coverage {
            policies: Vec::new(),
            unnoticed: Vec::new(),
            noticed: 0,
            equivalent: 0,
            assuming: Assumption::of(set, setting),
            undecided: Vec::new(),
        },
    };
    let failing = set.tests.len() - search.tests.len();
    if failing > 0 {
        search.found.undecided.push(format!("{failing} of the tests fail, and notice nothing"));
    }
    search.all();
    search.found
}

fn passes(set: &PolicySet, test: &Test, options: &Options) -> bool {
    let fits = |expectation: &crate::hir::TestExpectation| {
        let options = Options { as_if_enforced: expectation.as_if_enforced, ..*options };
        judge(set, expectation, &interpret(set, &test.request, &options)).is_none()
    };
    test.expectations.iter().all(fits)
}

struct Search<'a> {
    set: &'a PolicySet,
    options: &'a Options,
    setting: Setting<'a>,
    /// Tests that pass.
    tests: Vec<Test>,
    found: Coverage,
}

impl Search<'_> {
    fn all(&mut self) {
        let on = |policy: &Policy| policy.state == PolicyState::On;
        let policies: Vec<usize> =
            (0..self.set.policies.len()).filter(|at| on(&self.set.policies[*at])).collect();
        let mut mistakes = 0;
        for (done, at) in policies.iter().enumerate() {
            self.setting.see("policies", done, policies.len());
            let policy = &self.set.policies[*at];
            self.whole(*at);
            for variant in variants(self.set, &policy.condition) {
                mistakes += 1;
                if mistakes > MAX_MISTAKES {
                    let most = format!(
                        "more than {MAX_MISTAKES} mistakes can be made; the rest was not tried"
                    );
                    return self.found.undecided.push(most);
                }
                if !self.setting.goes_on() {
                    let told = format!("it was ended after {done} of {} policies", policies.len());
                    return self.found.undecided.push(told);
                }
                let changed = Policy { condition: variant.condition, ..policy.clone() };
                let mutated = self.with(*at, changed);
                if self.noticing(*at, &mutated).next().is_some() {
                    self.found.noticed += 1;
                } else {
                    self.unnoticed(*at, Some(variant.without), &mutated);
                }
            }
        }
    }

    /// The policy turned off: its number stays, so that what tests expect of others means the same.
    fn whole(&mut self, at: usize) {
        let off = Policy { state: PolicyState::Disabled, ..self.set.policies[at].clone() };
        let mutated = self.with(at, off);
        let tests: Vec<String> = self.noticing(at, &mutated).map(|it| it.title.clone()).collect();
        let noticed = !tests.is_empty();
        self.found.noticed += usize::from(noticed);
        self.found.policies.push(Covered { policy: self.set.policies[at].name.clone(), tests });
        if !noticed {
            self.unnoticed(at, None, &mutated);
        }
    }

    fn with(&self, at: usize, policy: Policy) -> PolicySet {
        let mut mutated = self.set.clone();
        mutated.policies[at] = policy;
        mutated
    }

    /// The tests that fail of a mutated set.
    fn noticing<'s>(&'s self, at: usize, mutated: &'s PolicySet) -> impl Iterator<Item = &'s Test> {
        let concerned = move |test: &&Test| {
            mutated.policies[at].state != PolicyState::On
                || holding(self.set, &test.request)[at] != holding(mutated, &test.request)[at]
        };
        let fails = |test: &&Test| !passes(mutated, test, self.options);
        self.tests.iter().filter(concerned).filter(fails)
    }

    /// Looks for a sign-in that a mistake changes, and takes in a test of it.
    fn unnoticed(&mut self, at: usize, without: Option<String>, mutated: &PolicySet) {
        let Ok(changes) = diff(self.set, mutated, self.options, self.setting) else { return };
        let Some(change) = changes.changes.into_iter().next() else {
            match changes.undecided.is_empty() {
                true => self.found.equivalent += 1,
                false => {
                    let name = &self.set.policies[at].name;
                    self.found
                        .undecided
                        .extend(changes.undecided.iter().map(|why| format!("{name}: {why}")));
                }
            }
            return;
        };
        let policy = self.set.policies[at].name.clone();
        let title = match &without {
            Some(without) => format!("{policy} needs {without}"),
            None => format!("{policy} decides"),
        };
        let request = &change.region.example;
        let test = self.suggested(&title, request, &change.before, mutated);
        self.found.unnoticed.push(Unnoticed {
            policy,
            without,
            region: change.region,
            before: change.before,
            after: change.after,
            test,
        });
    }

    /// A test of a sign-in as it is decided now, where it fails once the mistake is made.
    fn suggested(
        &self,
        title: &str,
        request: &Request,
        decision: &Decision,
        mutated: &PolicySet,
    ) -> Option<String> {
        let after = interpret(mutated, request, self.options);
        let word = |it: &Outcome| match it {
            Outcome::Open => "open",
            Outcome::StepUp(_) => "step-up",
            Outcome::Blocked(_) => "block",
        };
        let lost: Vec<&str> =
            decision.by.iter().filter(|it| !after.by.contains(it)).map(String::as_str).collect();
        let outcome = word(&decision.outcome);
        let by = match (outcome == word(&after.outcome), lost.as_slice()) {
            (true, []) => return None,
            (_, []) => String::new(),
            (_, lost) => format!(" by {}", lost.join(", ")),
        };
        let mut text = vec![format!("test {} {{", quoted(title))];
        text.extend(lines(self.set, request).into_iter().map(|line| format!("  {line}")));
        text.push(format!("  expect {outcome}{by}"));
        text.push("}".to_owned());
        Some(text.join("\n"))
    }
}
