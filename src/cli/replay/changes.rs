//! P against Q: each kind of change, the most dangerous first, whose, and by which policies.

use std::io::Write;

use anstyle::Style as Paint;

use crate::cli::console::{Console, DIM, Failure, GREEN, RED, YELLOW, clean_line};
use crate::cli::replay::table::{counted, example, grouped, listed, share};
use crate::replay::report::{Change, Changes, Distinct, Responsible, UndecidedChanges};
use crate::replay::{Direction, Kind, Report, Shift};

/// How many users, apps and policies are named in a line.
const NAMED: usize = 5;

pub(super) fn write(report: &Report, console: &mut Console) -> Result<(), Failure> {
    let Some(changes) = &report.changes else { return Ok(()) };
    let changed = changes.changed();
    let text = format!(
        "P → Q: {} of {} change{}",
        grouped(changed),
        counted(report.sign_ins, "sign-in", "sign-ins"),
        more(changes)
    );
    let calm = changed == 0 && changes.undecided.may_change == 0;
    let line = if calm { console.paint(GREEN, text) } else { text };
    writeln!(console.out(), "\n{line}")?;
    for one in &changes.shifts {
        change(one, report.sign_ins, console)?;
    }
    policies(changes, console)?;
    undecided(&changes.undecided, console)
}

/// `, 12 more may; 30 are decided alike by other policies`
fn more(changes: &Changes) -> String {
    let may = match changes.undecided.may_change {
        0 => String::new(),
        count => format!(", {} more may", grouped(count)),
    };
    let alike = match changes.by_other_policies() {
        0 => String::new(),
        1 => "; 1 is decided alike by other policies".to_owned(),
        count => format!("; {} are decided alike by other policies", grouped(count)),
    };
    may + &alike
}

fn paint(direction: Direction) -> Paint {
    match direction {
        Direction::Opens => RED,
        Direction::Weakens | Direction::Unclear => YELLOW,
        Direction::Tightens => GREEN,
        Direction::Level => DIM,
    }
}

/// `opens: step-up → open`
fn words(shift: Shift) -> String {
    format!("{}: {}", shift.direction.word(), shift.kind.words())
}

fn change(change: &Change, sign_ins: u64, console: &mut Console) -> Result<(), Failure> {
    let title = console.paint(paint(change.shift.direction), words(change.shift));
    writeln!(
        console.out(),
        "\n  {title}  {}  {}, {}  {}",
        counted(change.sign_ins, "sign-in", "sign-ins"),
        distinct(&change.users, "user", "users"),
        distinct(&change.apps, "app", "apps"),
        share(change.sign_ins, sign_ins)
    )?;
    writeln!(console.out(), "    by     {}", listed(&change.policies, NAMED))?;
    if change.shift.kind == Kind::Policies {
        // Nobody notices these: who they are is in the JSON.
        return Ok(());
    }
    whose(&change.users, "users", console)?;
    whose(&change.apps, "apps ", console)?;
    for one in &change.examples {
        let line = console.paint(DIM, example(one));
        writeln!(console.out(), "    {line}")?;
    }
    Ok(())
}

/// `3 users`, `at least 100,000 users`
fn distinct(distinct: &Distinct, one: &str, many: &str) -> String {
    let least = if distinct.at_least { "at least " } else { "" };
    format!("{least}{}", counted(distinct.count, one, many))
}

fn whose(distinct: &Distinct, word: &str, console: &mut Console) -> Result<(), Failure> {
    let top: Vec<_> = distinct.top.iter().map(|top| (top.name.clone(), top.sign_ins)).collect();
    let mut text = listed(&top, NAMED);
    let more = distinct.count.saturating_sub(top.len() as u64);
    if more > 0 {
        text = listed(&top[..top.len().min(NAMED)], NAMED);
        let hidden = distinct.count - top.len().min(NAMED) as u64;
        text = format!("{text} · {} more", grouped(hidden));
    }
    writeln!(console.out(), "    {word}  {text}")?;
    Ok(())
}

fn policies(changes: &Changes, console: &mut Console) -> Result<(), Failure> {
    if changes.policies.is_empty() {
        return Ok(());
    }
    writeln!(console.out(), "\n  By policy")?;
    for Responsible { policy, why, shifts } in &changes.policies {
        let parts = shifts.iter().map(|(shift, count)| {
            let text = format!("{} {}", words(*shift), grouped(*count));
            console.paint(paint(shift.direction), text)
        });
        let parts: Vec<_> = parts.collect();
        let name = clean_line(policy);
        writeln!(console.out(), "    {name} ({})  {}", why.word(), parts.join(" · "))?;
    }
    Ok(())
}

fn undecided(undecided: &UndecidedChanges, console: &mut Console) -> Result<(), Failure> {
    if undecided.sign_ins == 0 {
        return Ok(());
    }
    writeln!(
        console.out(),
        "\n  Not decidable: {}; {} the same whatever is missing, {} may change",
        counted(undecided.sign_ins, "sign-in", "sign-ins"),
        grouped(undecided.unchanged),
        grouped(undecided.may_change)
    )?;
    if undecided.may_change == 0 {
        return Ok(());
    }
    let worst = undecided
        .at_worst
        .iter()
        .map(|(shift, count)| (shift.map_or("the same".to_owned(), words), *count));
    let worst: Vec<_> = worst.collect();
    writeln!(console.out(), "    at worst  {}", listed(&worst, usize::MAX))?;
    writeln!(console.out(), "    hangs on  {}", listed(&undecided.missing, NAMED))?;
    writeln!(console.out(), "    by        {}", listed(&undecided.policies, NAMED))?;
    whose(&undecided.users, "users   ", console)?;
    for one in &undecided.examples {
        let line = console.paint(DIM, example(one));
        writeln!(console.out(), "    {line}")?;
    }
    Ok(())
}
