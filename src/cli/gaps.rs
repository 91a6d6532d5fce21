//! `latch gaps`: where no policy asks for anything, or for too little.

use std::io::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

use crate::analyze::{Gap, GapKind, Gaps, Scope, gaps};
use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, RED, YELLOW, counted};
use crate::cli::terms::{self, Terms};
use crate::cli::{options, region, side};
use crate::decision::{self, Decision, Options, Outcome};
use crate::hir::PolicySet;

const EXAMPLES: &str = "\
Examples:
  latch gaps policies
  latch gaps policies --everything
  latch gaps tenant-export/ --format json | jq '.gaps[] | {kind, sentence}'

Each region comes in words and with one of its sign-ins. Looked at are users who ask for apps or register security
information; --everything looks at workloads, agents, contexts, traffic and devices too.

Exit codes:
  0  every sign-in is guarded by two factors, or by a managed device
  1  there are gaps
  2  misuse, or policies with mistakes
  3  nobody knows: the budget ended first, or something is not known exactly";

pub(super) fn command() -> Command {
    let everything = Arg::new("everything")
        .long("everything")
        .action(ArgAction::SetTrue)
        .help("Workloads, agents, contexts, traffic and devices too");
    let emergency = Arg::new("emergency")
        .long("emergency")
        .action(ArgAction::SetTrue)
        .help("Accounts that are declared as emergency accounts too");
    Command::new("gaps")
        .about("Show which sign-ins no policy guards, or too weakly")
        .after_help(EXAMPLES)
        .arg(
            options::paths()
                .help("Policy files or folders that hold them, or an export of Microsoft Graph"),
        )
        .args([everything, emergency])
        .args(terms::arguments())
        .arg(options::as_if_enforced())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let side = side::of_paths(&options::all_paths(matches, "paths"), console)?;
    let set = side.engine.policy_set();
    let as_if_enforced = matches.get_flag("as-if-enforced");
    let options = Options { as_if_enforced, ..*side.engine.options() };
    let scope = Scope {
        everything: matches.get_flag("everything"),
        emergency: matches.get_flag("emergency"),
    };
    let terms = Terms::of(matches, console)?;
    let mut gaps = gaps(set, &options, scope, terms.setting());
    terms.finish();
    gaps.undecided.extend(side::left_out(side.refused));
    if options::wants_json(matches) {
        write_json(set, &gaps, scope, console)?;
    } else {
        write_text(set, &gaps, scope, console)?;
    }
    let findings = gaps.found.iter().any(|gap| gap.kind != GapKind::DeviceAlone);
    Ok(region::exit(findings, !gaps.undecided.is_empty()))
}

fn write_text(
    set: &PolicySet,
    gaps: &Gaps,
    scope: Scope,
    console: &mut Console,
) -> Result<(), Failure> {
    for kind in GapKind::ALL {
        let found: Vec<&Gap> = gaps.found.iter().filter(|gap| gap.kind == kind).collect();
        if found.is_empty() {
            continue;
        }
        let color = if kind == GapKind::DeviceAlone { YELLOW } else { RED };
        let word = console.paint(color, kind.word());
        let regions = counted(found.len(), "region", "regions");
        writeln!(console.out(), "{word}: {}, in {regions}", kind.meaning())?;
        for gap in found {
            region::write(set, &gap.region, &outcome(&gap.decision), console)?;
        }
        writeln!(console.out())?;
    }
    region::write_undecided(&gaps.undecided, console)?;
    if gaps.found.is_empty() && gaps.undecided.is_empty() {
        let line = console.paint(GREEN, "no gaps");
        writeln!(console.out(), "{line}: two factors guard every sign-in")?;
    }
    let line = console.paint(DIM, format_args!("looked at {}", looked_at(gaps, scope)));
    writeln!(console.out(), "{line}")?;
    region::propose(set, console)
}

/// What the answer is about.
fn looked_at(gaps: &Gaps, scope: Scope) -> String {
    let what = match scope.everything {
        true => "everybody asking for anything",
        false => "users asking for apps or registering security information",
    };
    let but = if gaps.without_emergency { ", but not emergency accounts" } else { "" };
    format!("{what}{but}, with {}", gaps.assuming)
}

fn outcome(decision: &Decision) -> String {
    match (&decision.outcome, decision.by.as_slice()) {
        (Outcome::Open, []) => "open".to_owned(),
        (Outcome::Open, by) => format!("open by {}", by.join(", ")),
        (Outcome::StepUp(_), by) => format!("step-up by {}", by.join(", ")),
        (Outcome::Blocked(_), by) => format!("block by {}", by.join(", ")),
    }
}

fn write_json(
    set: &PolicySet,
    gaps: &Gaps,
    scope: Scope,
    console: &mut Console,
) -> Result<(), Failure> {
    let found: Vec<Value> = gaps.found.iter().map(|gap| json(set, gap)).collect();
    let report = json!({
        "about": looked_at(gaps, scope),
        "assuming": gaps.assuming.to_string(),
        "complete": gaps.undecided.is_empty(),
        "undecided": gaps.undecided,
        "gaps": found,
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}

fn json(set: &PolicySet, gap: &Gap) -> Value {
    let mut report = region::json(set, &gap.region);
    report["kind"] = json!(gap.kind.word());
    report["decision"] = decision::json::write(&gap.decision, None);
    report
}
