//! How exact analysis grows with the number of policies: `cargo bench --bench analyze -- [SIZES]`.
//!
//! For each size the policies of `workload/`, with some asserts: once with the archetype that the tool itself proposes, once with
//! a directory of 20,000 of the workload's users. Figures are processor time of this thread, of one run each, since a run takes as
//! long as it takes; the peak of memory is that of the process since the question began.

mod workload;

use std::time::Instant;

use latch::Engine;
use latch::analyze::{
    Person, Scope, Setting, Snapshot, diff, flaws, gaps, lockouts, propose_archetype, prove,
};
use workload::tenant::{ROLES, Tenant, group_id, user_id};
use workload::{SEED, Workload};

const SIZES: [usize; 3] = [240, 1_000, 5_000];

/// Laws of the kind that people write: some hold, some do not.
const ASSERTS: &str = "
assert break-glass-always-gets-in { when user in g0 and client is browser expect not block }
assert old-protocols-are-shut {
  when user in anyone and app in any-app and client in [exchange-active-sync, other] and not (user in g0)
  expect block
}
assert two-factors-or-a-managed-device {
  when user in anyone and app in any-app and not (user in g0)
  expect block or require mfa or compliant-device
}
assert administrators-are-phishing-resistant {
  when user in [global-administrator, security-administrator] and app in any-app and not (user in g0)
  expect block or require strength phishing-resistant
}
assert risk-costs-a-sign-in {
  when risk.sign-in is high and user in anyone and app in any-app and not (user in g0)
  expect block or sign-in frequency at most 5 minutes
}
assert sanctioned-countries-are-shut {
  when location in n49 and user in anyone and app in any-app and not (user in g0)
  expect block
}
";

/// Processor time of this thread in seconds, as Linux tells; elsewhere whatever time passes.
fn spent(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let first = told.as_deref().and_then(|it| it.split(' ').next());
    let nanoseconds = first.and_then(|it| it.parse::<f64>().ok());
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64(), |it| it / 1e9)
}

/// The most memory that the process had since it was last forgotten, in megabytes.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn forget_peak() {
    // Only Linux can, and then the figure is that of the whole run so far.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Prints what a question costs, and what it found.
fn measured<T>(what: &str, ask: impl FnOnce() -> T, told: impl FnOnce(&T) -> String) -> T {
    forget_peak();
    let begun = Instant::now();
    let before = spent(begun);
    let answer = ask();
    let seconds = spent(begun) - before;
    let peak = peak().map_or("–".to_owned(), |it| format!("{it:.0} MB"));
    println!("| {what} | {:.1} ms | {peak} | {} |", seconds * 1_000.0, told(&answer));
    answer
}

fn engine(text: &str) -> Engine {
    Engine::from_text([("workload.latch", text)]).unwrap_or_else(|error| panic!("{error}"))
}

/// The same policies, with one network changed: `n50` gains two countries.
fn edited(text: &str) -> String {
    let from = text.find("network n50 {\n  country ").expect("it is there");
    let at = from + "network n50 {\n  country ".len();
    format!("{}AQ, BV, {}", &text[..at], &text[at..])
}

fn ask(text: &str, changed: &str, setting: Setting<'_>) {
    let old = engine(text);
    let new = engine(changed);
    let (set, options) = (old.policy_set(), old.options());
    measured(
        "prove",
        || prove(set, options, setting),
        |found| {
            found
                .iter()
                .map(|it| format!("{:?}", it.verdict).chars().take(7).collect::<String>())
                .collect::<Vec<_>>()
                .join(" ")
        },
    );
    let told = |found: usize, undecided: &[String]| format!("{found} found {undecided:?}");
    measured(
        "gaps",
        || gaps(set, options, Scope::default(), setting),
        |it| told(it.found.len(), &it.undecided),
    );
    measured(
        "diff",
        || diff(set, new.policy_set(), options, setting).expect("comparable"),
        |it| told(it.changes.len(), &it.undecided),
    );
    measured(
        "equality",
        || diff(set, set, options, setting).expect("comparable"),
        |it| told(it.changes.len(), &it.undecided),
    );
    measured(
        "lockout",
        || lockouts(set, options, setting),
        |it| told(it.found.len(), &it.undecided),
    );
    measured(
        "redundancy",
        || flaws(set, options, setting),
        |it| told(it.found.len(), &it.undecided),
    );
}

/// How many of the tenant's people there are; at 5,000 policies all of them.
const PEOPLE: usize = 20_000;

fn people(tenant: &Tenant, policies: usize) -> Snapshot {
    let count = if policies < 5_000 { PEOPLE } else { tenant.users.len() };
    let glass = workload::tenant::BREAK_GLASS_USER as usize;
    let chosen = (0..count.min(glass)).chain([glass]);
    let person = |number: usize| {
        let user = &tenant.users[number];
        let held = ROLES.iter().enumerate().filter(|(at, _)| user.roles & (1 << at) != 0);
        Person {
            id: user_id(number as u32),
            kind: user.kind,
            groups: user.groups.iter().map(|it| group_id(*it)).collect(),
            roles: held.map(|(_, (_, id))| (*id).to_owned()).collect(),
        }
    };
    Snapshot::new(chosen.map(person))
}

const HEAD: &str = "| question | processor | memory | answer |\n| --- | --- | --- | --- |";

fn main() {
    let told: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    // Under `cargo test` nothing is measured, but everything runs once.
    let brief = std::env::args().any(|it| it == "--test") || cfg!(debug_assertions);
    let sizes = match (brief, told.is_empty()) {
        (true, _) => vec![24],
        (false, true) => SIZES.to_vec(),
        (false, false) => told,
    };
    for policies in sizes {
        let workload = Workload::new(policies, SEED);
        let text = format!("{}{ASSERTS}", workload.text);
        let changed = edited(&text);
        let snapshot = people(&workload.tenant, policies);
        println!("\n{policies} policies, {} people\n\n{HEAD}", snapshot.people().len());
        ask(&text, &changed, Setting { directory: Some(&snapshot), ..Setting::default() });
        let archetype = propose_archetype(engine(&text).policy_set()).unwrap_or_default();
        println!("\n{policies} policies, the proposed archetype\n\n{HEAD}");
        ask(&format!("{text}{archetype}"), &format!("{changed}{archetype}"), Setting::default());
    }
}
