//! P against the record: which recorded policies are in P, where both disagree, and the whole sign-ins.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use crate::cli::console::{Console, DIM, Failure, GREEN, RED, YELLOW, clean_line};
use crate::cli::replay::table::{columns, counted, example, grouped, listed};
use crate::entra::log::{PolicyResult, Status};
use crate::replay::Report;
use crate::replay::report::{
    Agreement, Decided, MatchedBy, Record, RecordedPolicy, Says, StatusCell,
};

/// How many policies that are only on one side are named.
const NAMED: usize = 12;

/// How many missing attributes are named.
const MISSING: usize = 6;

pub(super) fn write(report: &Report, console: &mut Console) -> Result<(), Failure> {
    let Some(record) = &report.record else {
        let note = console
            .paint(DIM, "The log records no decisions, so there is nothing to hold P against.");
        if report.changes.is_none() {
            writeln!(console.out(), "\n{note}")?;
        }
        return Ok(());
    };
    writeln!(
        console.out(),
        "\nP against the record: {} of {} in {}",
        counted(record.results, "result", "results"),
        counted(record.policies.len() as u64, "policy", "policies"),
        counted(record.sign_ins, "sign-in", "sign-ins")
    )?;
    matching(record, console)?;
    agreement(record, console)?;
    policies(record, console)?;
    statuses(&record.statuses, console)
}

fn matching(record: &Record, console: &mut Console) -> Result<(), Failure> {
    let by = |by: MatchedBy| {
        let matched = record.policies.iter().filter_map(|policy| policy.matched.as_ref());
        matched.filter(|matched| matched.by == by).count()
    };
    let unknown: Vec<_> = record.policies.iter().filter(|it| it.matched.is_none()).collect();
    writeln!(
        console.out(),
        "  {} matched by id, {} by title, {} not in P",
        by(MatchedBy::Id),
        by(MatchedBy::Title),
        unknown.len()
    )?;
    if !unknown.is_empty() {
        let names: Vec<_> =
            unknown.iter().map(|it| (format!("“{}”", name(it)), it.results)).collect();
        let line = console.paint(DIM, format_args!("not in P: {}", listed(&names, NAMED)));
        writeln!(console.out(), "  {line}")?;
    }
    if !record.not_recorded.is_empty() {
        let shown = record.not_recorded.iter().take(NAMED).map(|name| clean_line(name));
        let mut names: Vec<String> = shown.collect();
        if record.not_recorded.len() > NAMED {
            names.push(format!("{} more", record.not_recorded.len() - NAMED));
        }
        let line = console.paint(DIM, format_args!("not in the log: {}", names.join(" · ")));
        writeln!(console.out(), "  {line}")?;
    }
    Ok(())
}

/// What people call a recorded policy.
fn name(policy: &RecordedPolicy) -> String {
    let unnamed = policy.id.as_deref().unwrap_or("without a name");
    clean_line(if policy.name.is_empty() { unnamed } else { &policy.name })
}

fn count(counts: &BTreeMap<Agreement, u64>, which: Agreement) -> u64 {
    counts.get(&which).copied().unwrap_or_default()
}

fn agreement(record: &Record, console: &mut Console) -> Result<(), Failure> {
    if record.policies.iter().any(|policy| policy.matched.is_some()) {
        let line = agreements(&record.agreement, console);
        writeln!(console.out(), "  {line}")?;
    }
    if record.inconsistent > 0 {
        let text = format!(
            "{} in {} contradict the conditions recorded beside them",
            counted(record.inconsistent, "result", "results"),
            counted(record.inconsistent_sign_ins, "sign-in", "sign-ins")
        );
        let line = console.paint(YELLOW, text);
        writeln!(console.out(), "  {line}")?;
    }
    Ok(())
}

/// `agrees 1,000 · disagrees 2 · not decidable 30`
fn agreements(counts: &BTreeMap<Agreement, u64>, console: &Console) -> String {
    let paint = |which: Agreement| match which {
        Agreement::Agrees => GREEN,
        Agreement::Disagrees => RED,
        Agreement::Undecidable => YELLOW,
        Agreement::NotCompared => DIM,
    };
    let present = Agreement::ALL.into_iter().filter(|which| count(counts, *which) > 0);
    let parts = present.map(|which| {
        let text = format!("{} {}", which.word(), grouped(count(counts, which)));
        console.paint(paint(which), text)
    });
    parts.collect::<Vec<_>>().join(" · ")
}

fn policies(record: &Record, console: &mut Console) -> Result<(), Failure> {
    for policy in record.policies.iter().filter(|policy| policy.matched.is_some()) {
        let line = agreements(&policy.agreement, console);
        let (title, place) = (name(policy), matched(policy));
        let place = console.paint(DIM, place);
        writeln!(console.out(), "\n  {title}  {place}\n    {line}")?;
        if policy.disagreements() > 0 {
            confusion(policy, console)?;
        }
        remarks(policy, console)?;
    }
    let inconsistent =
        record.policies.iter().filter(|it| it.matched.is_none() && it.inconsistent > 0);
    for policy in inconsistent {
        writeln!(console.out(), "\n  {}", name(policy))?;
        remarks(policy, console)?;
    }
    Ok(())
}

/// `is require-mfa, by id`
fn matched(policy: &RecordedPolicy) -> String {
    let matched = policy.matched.as_ref();
    matched.map(|it| format!("is {}, by {}", it.policy, it.by.word())).unwrap_or_default()
}

/// The table recorded result × what P says, and records where both disagree.
fn confusion(policy: &RecordedPolicy, console: &mut Console) -> Result<(), Failure> {
    let said: BTreeSet<Says> = policy.cells.iter().map(|cell| cell.says).collect();
    let recorded: BTreeSet<PolicyResult> = policy.cells.iter().map(|cell| cell.recorded).collect();
    let head = std::iter::once("recorded, then P:".to_owned());
    let mut rows = vec![head.chain(said.iter().map(|says| says.word().to_owned())).collect()];
    for result in &recorded {
        let cell = |says: &Says| {
            let mut cells = policy.cells.iter();
            let cell = cells.find(|cell| cell.recorded == *result && cell.says == *says);
            cell.map_or_else(
                || "·".to_owned(),
                |cell| {
                    let mark = if cell.agreement == Agreement::Disagrees { "!" } else { "" };
                    format!("{mark}{}", grouped(cell.count))
                },
            )
        };
        let word = std::iter::once(result.word().to_owned());
        rows.push(word.chain(said.iter().map(cell)).collect::<Vec<String>>());
    }
    for line in columns(&rows) {
        writeln!(console.out(), "    {line}")?;
    }
    for one in policy.cells.iter().flat_map(|cell| &cell.examples) {
        let line = console.paint(DIM, example(one));
        writeln!(console.out(), "      {line}")?;
    }
    Ok(())
}

fn remarks(policy: &RecordedPolicy, console: &mut Console) -> Result<(), Failure> {
    if !policy.missing.is_empty() {
        let text = format!("not supplied: {}", listed(&policy.missing, MISSING));
        let line = console.paint(DIM, text);
        writeln!(console.out(), "    {line}")?;
    }
    if policy.other_state > 0 {
        let text = format!(
            "{} recorded in another state than it has in P",
            counted(policy.other_state, "result was", "results were")
        );
        let line = console.paint(DIM, text);
        writeln!(console.out(), "    {line}")?;
    }
    if policy.inconsistent > 0 {
        let text = format!(
            "{} the conditions recorded beside them",
            counted(policy.inconsistent, "result contradicts", "results contradict")
        );
        let line = console.paint(YELLOW, text);
        writeln!(console.out(), "    {line}")?;
        for one in &policy.inconsistencies {
            let line = console.paint(DIM, example(one));
            writeln!(console.out(), "      {line}")?;
        }
    }
    Ok(())
}

/// The table recorded status × what P decides, and records where they do not go together.
fn statuses(cells: &[StatusCell], console: &mut Console) -> Result<(), Failure> {
    writeln!(console.out(), "\n  Whole sign-ins")?;
    let decided: BTreeSet<Decided> = cells.iter().map(|cell| cell.decided).collect();
    let recorded: BTreeSet<Option<Status>> = cells.iter().map(|cell| cell.status).collect();
    let head = std::iter::once("recorded, then P:".to_owned());
    let mut rows = vec![head.chain(decided.iter().map(|it| it.word().to_owned())).collect()];
    for status in &recorded {
        let cell = |decided: &Decided| {
            let mut cells = cells.iter();
            let cell = cells.find(|cell| cell.status == *status && cell.decided == *decided);
            cell.map_or_else(|| "·".to_owned(), |cell| grouped(cell.count))
        };
        let word = status.map_or("no status", Status::word).to_owned();
        rows.push(std::iter::once(word).chain(decided.iter().map(cell)).collect::<Vec<String>>());
    }
    for line in columns(&rows) {
        writeln!(console.out(), "    {line}")?;
    }
    for one in cells.iter().flat_map(|cell| &cell.examples) {
        let line = console.paint(DIM, example(one));
        writeln!(console.out(), "      {line}")?;
    }
    Ok(())
}
