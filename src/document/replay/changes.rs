//! P against Q: what changes, whose sign-ins, and by which policies.

use maud::{Markup, html};

use crate::document::replay::tables::{distinct, examples};
use crate::document::replay::{of, sign_ins};
use crate::page::{Bar, Tone, bars as bar_chart, grouped, percent};
use crate::replay::kind::{Direction, Kind, Shift};
use crate::replay::report::{Change, Changes, Report, Responsible, UndecidedChanges};

/// The sentence for whoever decides.
pub(super) fn in_one_sentence(all: &str, changes: &Changes) -> String {
    let changed = sum(changes, noticed);
    let unsure = match changes.undecided.may_change {
        0 => String::new(),
        some => format!(" {} more may change: the log lacks what would tell.", grouped(some)),
    };
    if changed == 0 {
        return format!("Of {all}, none changes.{unsure}");
    }
    let count =
        |wanted: Direction| sum(changes, |shift| noticed(shift) && shift.direction == wanted);
    let told = [
        (count(Direction::Opens), "open where they were asked for more or kept out"),
        (count(Direction::Weakens), "are asked for less"),
        (count(Direction::Unclear), "are asked for something else"),
        (count(Direction::Tightens), "are asked for more or kept out"),
        (count(Direction::Level), "change without anything more or less being asked"),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    format!("Of {all}, {} change: {}.{unsure}", grouped(changed), told.join("; "))
}

/// Whether somebody notices it: in the outcome, the challenge or the session.
fn noticed(shift: Shift) -> bool {
    shift.kind != Kind::Policies
}

/// The sign-ins of the changes that are wanted.
fn sum(changes: &Changes, wanted: impl Fn(Shift) -> bool) -> u64 {
    let wanted = changes.shifts.iter().filter(|it| wanted(it.shift));
    wanted.map(|it| it.sign_ins).fold(0, u64::saturating_add)
}

fn tone(direction: Direction) -> Tone {
    match direction {
        Direction::Opens | Direction::Weakens => Tone::Stop,
        Direction::Unclear => Tone::Trial,
        Direction::Tightens => Tone::Ask,
        Direction::Level => Tone::Quiet,
    }
}

/// What a change is called where it stands alone.
fn called(shift: Shift) -> String {
    format!("{}: {}", shift.direction.word(), shift.kind.words())
}

/// The sign-ins by where their change leads; together they are all.
pub(super) fn bars(report: &Report, changes: &Changes) -> Vec<Bar> {
    let directions = [
        Direction::Opens,
        Direction::Weakens,
        Direction::Unclear,
        Direction::Tightens,
        Direction::Level,
    ];
    let of_direction = |wanted: Direction| {
        let count = sum(changes, |shift| noticed(shift) && shift.direction == wanted);
        Bar::new(wanted.word(), count, tone(wanted))
    };
    let mut bars: Vec<Bar> =
        directions.into_iter().map(of_direction).filter(|bar| bar.count > 0).collect();
    let alike = sum(changes, |shift| !noticed(shift));
    bars.push(Bar::new("no change", changes.same.saturating_add(alike), Tone::Good));
    let told = bars.iter().map(|bar| bar.count).fold(0, u64::saturating_add);
    bars.push(Bar::new("not decidable", report.sign_ins.saturating_sub(told), Tone::Quiet));
    bars
}

pub(super) fn whole(report: &Report, changes: &Changes) -> Markup {
    let each: Vec<Bar> = changes
        .shifts
        .iter()
        .map(|it| Bar::new(called(it.shift), it.sign_ins, tone(it.shift.direction)))
        .collect();
    html! {
        @if each.is_empty() { p { "Of the sign-ins that both sides decide, none changes." } } @else {
            (bar_chart("Changes, the most dangerous first", "Change", "sign-ins", &each, Some(report.sign_ins)))
        }
        @for change in &changes.shifts { (one(change, report.sign_ins)) }
        @if !changes.policies.is_empty() { (responsible(&changes.policies)) }
        (unsure(&changes.undecided))
    }
}

fn one(change: &Change, all: u64) -> Markup {
    html! {
        article.card {
            h3 { (change.shift.kind.words()) span.state.(tone(change.shift.direction).class()) { (change.shift.direction.word()) } }
            p.lead {
                (sign_ins(change.sign_ins)) " (" (percent(change.sign_ins, all)) ") of "
                (of(change.users.count, "user", "users", change.users.at_least)) ", for "
                (of(change.apps.count, "app", "apps", change.apps.at_least)) "."
            }
            (by(&change.policies))
            (distinct("Whose", &change.users))
            (distinct("For what", &change.apps))
            (examples(&change.examples, "Becomes", "Because of"))
        }
    }
}

fn by(policies: &[(String, u64)]) -> Markup {
    html! { @if !policies.is_empty() { p {
        span.soft { "By " }
        @for (at, (policy, count)) in policies.iter().enumerate() {
            @if at > 0 { ", " } code { (policy) } " " span.soft { "(" (grouped(*count)) ")" }
        }
    } } }
}

fn responsible(policies: &[Responsible]) -> Markup {
    html! {
        h3 { "Policies that differ" }
        table.wide.stacks {
            thead { tr { th scope="col" { "Policy" } th scope="col" { "How" } th scope="col" { "Part in" } } }
            tbody { @for one in policies { tr {
                th scope="row" { code { (one.policy) } }
                td data-label="How" { (one.why.word()) }
                td data-label="Part in" { ul { @for (shift, count) in &one.shifts {
                    li { (grouped(*count)) " " (called(*shift)) }
                } } }
            } } }
        }
    }
}

fn unsure(undecided: &UndecidedChanges) -> Markup {
    html! { @if undecided.sign_ins > 0 {
        h3 { "Changes that could not be decided" }
        p {
            "Of " (sign_ins(undecided.sign_ins)) " that one side or the other cannot decide, "
            (grouped(undecided.unchanged)) " stay the same whatever is missing, and " (grouped(undecided.may_change)) " may change."
        }
        @if !undecided.at_worst.is_empty() {
            p.soft { "Taking all that is missing for the worse:" }
            ul { @for (shift, count) in &undecided.at_worst {
                li { (grouped(*count)) " " (shift.map_or_else(|| "no change".to_owned(), called)) }
            } }
        }
        @if !undecided.missing.is_empty() { p {
            span.soft { "Missing: " }
            @for (at, (attribute, count)) in undecided.missing.iter().enumerate() {
                @if at > 0 { ", " } code { (attribute) } " " span.soft { "(" (grouped(*count)) ")" }
            }
        } }
        (by(&undecided.policies))
        (distinct("Whose", &undecided.users))
        (examples(&undecided.examples, "Becomes", "Missing"))
    } }
}
