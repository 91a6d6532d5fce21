//! `latch lockout`: who can be locked out, and by which policy.

use std::io::Write;

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::analyze::{Lockout, Lockouts, lockouts};
use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, RED, YELLOW, clean_line};
use crate::cli::terms::{self, Terms};
use crate::cli::{options, region, side};
use crate::decision::{self, Options};
use crate::hir::PolicySet;

const EXAMPLES: &str = "\
Examples:
  latch lockout policies
  latch lockout tenant-export/ --format json

Looked at are sign-ins in a browser, for every app, from everywhere. An emergency account is a user or group that is declared
as one: `group glass emergency = \"…\"`.

Exit codes:
  0  emergency accounts always get in, whatever single policy is turned on next, and so does somebody who can undo mistakes
  1  somebody can be locked out
  2  misuse, or policies with mistakes
  3  nobody knows: no emergency account is declared, the budget ended first, or something is not known exactly";

pub(super) fn command() -> Command {
    let paths = "Policy files or folders that hold them, or an export of Microsoft Graph";
    Command::new("lockout")
        .about("Show who can be locked out, also by the policy that is turned on next")
        .after_help(EXAMPLES)
        .arg(options::paths().help(paths))
        .args(terms::arguments())
        .arg(options::as_if_enforced())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let side = side::of_paths(&options::all_paths(matches, "paths"), console)?;
    let set = side.engine.policy_set();
    let as_if_enforced = matches.get_flag("as-if-enforced");
    let options = Options { as_if_enforced, ..*side.engine.options() };
    let terms = Terms::of(matches, console)?;
    let mut lockouts = lockouts(set, &options, terms.setting());
    terms.finish();
    lockouts.undecided.extend(side::left_out(side.refused));
    if lockouts.accounts.is_empty() {
        let reason = "no emergency account is declared, so nobody knows whether one gets in";
        lockouts.undecided.push(reason.to_owned());
    }
    if options::wants_json(matches) {
        write_json(set, &lockouts, console)?;
    } else {
        write_text(set, &lockouts, console)?;
    }
    Ok(region::exit(!lockouts.found.is_empty(), !lockouts.undecided.is_empty()))
}

/// What happens to whom.
fn told(lockout: &Lockout) -> String {
    match lockout {
        Lockout::Emergency { account, .. } => format!("the emergency account {account} is blocked"),
        Lockout::Next { account, policy, .. } => {
            format!("turning on {policy} would block the emergency account {account}")
        }
        Lockout::Menders { role } => {
            format!("nobody who is {role} gets to the portals in which policies are changed")
        }
    }
}

fn write_text(set: &PolicySet, lockouts: &Lockouts, console: &mut Console) -> Result<(), Failure> {
    for lockout in &lockouts.found {
        let (color, word) = match lockout {
            Lockout::Emergency { .. } | Lockout::Menders { .. } => (RED, "locked out"),
            Lockout::Next { .. } => (YELLOW, "one step away"),
        };
        let word = console.paint(color, word);
        writeln!(console.out(), "{word}: {}", clean_line(&told(lockout)))?;
        if let Lockout::Emergency { region, decision, .. }
        | Lockout::Next { region, decision, .. } = lockout
        {
            let outcome = format!("block by {}", decision.by.join(", "));
            region::write(set, region, &outcome, console)?;
        }
    }
    region::write_undecided(&lockouts.undecided, console)?;
    if lockouts.found.is_empty() && lockouts.undecided.is_empty() {
        let accounts = match lockouts.accounts.len() {
            1 => "the emergency account always gets in".to_owned(),
            many => format!("all {many} emergency accounts always get in"),
        };
        let line = console.paint(GREEN, "nobody is locked out");
        writeln!(console.out(), "{line}: {accounts}")?;
    }
    let assuming = &lockouts.assuming;
    let line = console.paint(DIM, format_args!("for sign-ins in a browser, with {assuming}"));
    writeln!(console.out(), "{line}")?;
    Ok(())
}

fn write_json(set: &PolicySet, lockouts: &Lockouts, console: &mut Console) -> Result<(), Failure> {
    let found: Vec<Value> = lockouts.found.iter().map(|lockout| json(set, lockout)).collect();
    let report = json!({
        "assuming": lockouts.assuming.to_string(),
        "complete": lockouts.undecided.is_empty(),
        "undecided": lockouts.undecided,
        "emergencyAccounts": lockouts.accounts,
        "lockouts": found,
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}

fn json(set: &PolicySet, lockout: &Lockout) -> Value {
    let (kind, account, policy) = match lockout {
        Lockout::Emergency { account, .. } => ("emergency", account, None),
        Lockout::Next { account, policy, .. } => ("next", account, Some(policy)),
        Lockout::Menders { role } => ("menders", role, None),
    };
    let mut report = match lockout {
        Lockout::Emergency { region, decision, .. } | Lockout::Next { region, decision, .. } => {
            let mut report = region::json(set, region);
            report["decision"] = decision::json::write(decision, None);
            report
        }
        Lockout::Menders { .. } => json!({}),
    };
    report["kind"] = json!(kind);
    report["who"] = json!(account);
    report["says"] = json!(told(lockout));
    if let Some(policy) = policy {
        report["policy"] = json!(policy);
    }
    report
}
