//! What P decides: outcomes, and what could not be decided for want of what.

use std::io::Write;

use anstyle::Style as Paint;

use crate::cli::console::{Console, DIM, Failure, GREEN, RED, YELLOW, clean_line};
use crate::cli::replay::table::{columns, counted, example, grouped, listed, moment, share};
use crate::hir::PolicyState;
use crate::replay::Report;
use crate::replay::report::{Outcomes, PolicyTally, Says, Side, Undecided};

/// How many policies are named beside an attribute that they need.
const POLICIES: usize = 4;

pub(super) fn write(report: &Report, console: &mut Console) -> Result<(), Failure> {
    heading(report, console)?;
    side(&report.now, report.sign_ins, "P decides", console)?;
    if let Some(against) = &report.against {
        side(against, report.sign_ins, "Q decides", console)?;
    }
    report_only(&report.now, console)?;
    for limit in &report.limits {
        let note = console.paint(YELLOW, limit.sentence());
        writeln!(console.out(), "\n{note}")?;
    }
    Ok(())
}

fn heading(report: &Report, console: &mut Console) -> Result<(), Failure> {
    let mut parts = vec![counted(report.sign_ins, "sign-in", "sign-ins")];
    if let Some((first, last)) = report.period {
        parts.push(format!("{} to {} UTC", moment(first), moment(last)));
    }
    let passed = [
        (report.outside, "outside the time asked for"),
        (report.skipped, "could not be read"),
        (report.defaulted, "with documented defaults filled in"),
    ];
    let passed = passed.iter().filter(|(count, _)| *count > 0);
    parts.extend(passed.map(|(count, why)| format!("{} {why}", grouped(*count))));
    writeln!(console.out(), "{}", parts.join(", "))?;
    Ok(())
}

fn side(side: &Side, sign_ins: u64, title: &str, console: &mut Console) -> Result<(), Failure> {
    writeln!(console.out(), "\n{title}")?;
    let Outcomes { open, unguarded, step_up, blocked } = side.outcomes;
    let rows: [(&str, u64, Paint); 5] = [
        ("open", open, GREEN),
        ("  of these, no policy applies", unguarded, DIM),
        ("step-up", step_up, YELLOW),
        ("blocked", blocked, RED),
        ("not decidable", side.undecided.sign_ins, DIM),
    ];
    let rows = rows.iter().filter(|(word, count, _)| !word.starts_with(' ') || *count > 0);
    let cells = rows
        .clone()
        .map(|(word, count, _)| vec![(*word).to_owned(), grouped(*count), share(*count, sign_ins)]);
    let cells: Vec<Vec<String>> = cells.collect();
    for (line, (_, _, paint)) in columns(&cells).iter().zip(rows) {
        let line = console.paint(*paint, line);
        writeln!(console.out(), "  {line}")?;
    }
    undecided(&side.undecided, console)
}

/// What report-only policies would have done, each alone.
fn report_only(side: &Side, console: &mut Console) -> Result<(), Failure> {
    let reporting = side.policies.iter().filter(|policy| policy.state == PolicyState::ReportOnly);
    let reporting: Vec<&PolicyTally> = reporting.collect();
    if reporting.is_empty() {
        return Ok(());
    }
    writeln!(console.out(), "\n  Report-only policies of P, each alone")?;
    let rows = reporting.iter().map(|policy| {
        let said = policy.says.iter().map(|(says, count)| (says.word().to_owned(), *count));
        vec![clean_line(&policy.policy), listed(&said.collect::<Vec<_>>(), Says::ALL.len())]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let width = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or_default();
    for row in rows {
        writeln!(console.out(), "    {:<width$}  {}", row[0], row[1])?;
    }
    Ok(())
}

fn undecided(undecided: &Undecided, console: &mut Console) -> Result<(), Failure> {
    if undecided.sign_ins == 0 {
        return Ok(());
    }
    let Outcomes { open, step_up, blocked, .. } = undecided.at_worst;
    let worst = [(open, "open"), (step_up, "step-up"), (blocked, "blocked")];
    let worst = worst.iter().filter(|(count, _)| *count > 0);
    let worst: Vec<_> = worst.map(|(count, word)| format!("{} {word}", grouped(*count))).collect();
    writeln!(
        console.out(),
        "\n  Not decidable: {} on what the log does not say. At worst {}.",
        counted(undecided.sign_ins, "sign-in hangs", "sign-ins hang"),
        worst.join(", ")
    )?;
    let row = |missing: &crate::replay::report::Missing| {
        vec![clean_line(&missing.attribute), grouped(missing.sign_ins)]
    };
    let rows: Vec<Vec<String>> = undecided.missing.iter().map(row).collect();
    for (line, missing) in columns(&rows).iter().zip(&undecided.missing) {
        let policies = console.paint(DIM, listed(&missing.policies, POLICIES));
        writeln!(console.out(), "    {}", format!("{line}  {policies}").trim_end())?;
    }
    for one in &undecided.examples {
        let line = console.paint(DIM, example(one));
        writeln!(console.out(), "    {line}")?;
    }
    Ok(())
}
