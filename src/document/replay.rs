//! What a replay found out, as one HTML page: a sentence for whoever decides, charts, then every table with examples.

mod changes;
mod record;
mod tables;

use maud::{Markup, html};

use crate::page::{Bar, Page, Section, Tone, grouped, legend, percent, stack};
use crate::replay::report::{Outcomes, Report, Side, Undecided};
use tables::{examples, missing, tallies};

/// A replay as one HTML page that loads nothing. `what` says in a few words what was compared, as the command was
/// called: "policies against next, over march.jsonl".
pub fn replay_page(report: &Report, title: &str, what: &str) -> String {
    let mut sections = vec![Section::new("summary", "Summary", summary(report, what))];
    if let Some(changes) = &report.changes {
        sections.push(Section::new("changes", "What changes", changes::whole(report, changes)));
    }
    sections.push(Section::new("outcomes", "What the policies decide", outcomes(report)));
    if let Some(record) = &report.record {
        sections.push(Section::new("record", "Against the record", record::whole(record)));
    }
    sections.push(Section::new("undecided", "What could not be decided", undecided(report)));
    sections.push(Section::new("limits", "How exact this is", limits(report)));
    Page { title, kind: "Replay of sign-ins", sections }.render()
}

/// `1 sign-in`, `2 sign-ins`, in groups of digits.
pub(super) fn sign_ins(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "sign-in" } else { "sign-ins" })
}

/// `1 user`, `2 users`, `at least 100 users`.
pub(super) fn of(count: u64, one: &str, many: &str, at_least: bool) -> String {
    let least = if at_least { "at least " } else { "" };
    format!("{least}{} {}", grouped(count), if count == 1 { one } else { many })
}

fn summary(report: &Report, what: &str) -> Markup {
    let bars = side_bars(&report.now);
    html! {
        p.lead { (in_one_sentence(report)) }
        p.soft { (what) @if let Some((first, last)) = report.period { ". From " (tables::moment(first)) " to " (tables::moment(last)) "." } }
        @if let Some(changes) = &report.changes {
            (stack("Sign-ins by change", &changes::bars(report, changes)))
            (legend(&changes::bars(report, changes)))
        } @else {
            (stack("Sign-ins by outcome", &bars))
            (legend(&bars))
        }
    }
}

/// For whoever reads no other sentence.
fn in_one_sentence(report: &Report) -> String {
    let all = sign_ins(report.sign_ins);
    if report.sign_ins == 0 {
        return "There was no sign-in to replay.".to_owned();
    }
    if let Some(changes) = &report.changes {
        return changes::in_one_sentence(&all, changes);
    }
    let Outcomes { open, step_up, blocked, .. } = report.now.outcomes;
    let decided = format!(
        "Of {all}, these policies would have let {} in, asked {} for more, and kept {} out",
        grouped(open),
        grouped(step_up),
        grouped(blocked),
    );
    match report.now.undecided.sign_ins {
        0 => format!("{decided}."),
        some => format!(
            "{decided}; {} could not be decided, since the log lacks what the policies ask about.",
            grouped(some)
        ),
    }
}

/// The outcomes of one policy set; together they are all sign-ins.
fn side_bars(side: &Side) -> Vec<Bar> {
    let Outcomes { open, unguarded, step_up, blocked } = side.outcomes;
    vec![
        Bar::new("open", open.saturating_sub(unguarded), Tone::Good),
        Bar::new("open, no policy applies", unguarded, Tone::Trial),
        Bar::new("step-up", step_up, Tone::Ask),
        Bar::new("blocked", blocked, Tone::Stop),
        Bar::new("not decidable", side.undecided.sign_ins, Tone::Quiet),
    ]
}

/// What the policies are called beside those that would replace them.
fn side_name(report: &Report) -> &'static str {
    if report.against.is_some() { "As it is" } else { "The policies" }
}

fn outcomes(report: &Report) -> Markup {
    let name = side_name(report);
    html! {
        (side(name, &report.now))
        @if let Some(against) = &report.against { (side("As it would be", against)) }
    }
}

fn side(name: &str, side: &Side) -> Markup {
    let bars = side_bars(side);
    html! {
        h3 { (name) }
        (stack(&format!("{name}: outcomes"), &bars))
        (legend(&bars))
        h4 { "Policy by policy" }
        p.soft.small { "What each policy, taken alone, says of the sign-ins." }
        (tallies(&side.policies))
    }
}

fn undecided(report: &Report) -> Markup {
    html! {
        p { "A sign-in is not decidable when its decision hangs on something that the log does not tell. It is counted here, and not guessed." }
        (one_undecided(side_name(report), &report.now.undecided, report.sign_ins))
        @if let Some(against) = &report.against {
            (one_undecided("As it would be", &against.undecided, report.sign_ins))
        }
    }
}

fn one_undecided(name: &str, undecided: &Undecided, all: u64) -> Markup {
    let Outcomes { open, step_up, blocked, .. } = undecided.at_worst;
    html! {
        h3 { (name) }
        @if undecided.sign_ins == 0 { p { "Every sign-in could be decided." } } @else {
            p {
                (sign_ins(undecided.sign_ins)) " (" (percent(undecided.sign_ins, all)) ") could not be decided. Taking all that is \
                missing for the worse, " (grouped(open)) " would be open, " (grouped(step_up)) " a step-up, and "
                (grouped(blocked)) " blocked; none can end up stricter than that."
            }
            (missing(&undecided.missing))
            (examples(&undecided.examples, "At worst", "Missing"))
        }
    }
}

fn limits(report: &Report) -> Markup {
    html! {
        ul {
            li { (sign_ins(report.sign_ins)) " replayed." }
            @if report.skipped > 0 { li { (grouped(report.skipped)) " entries of the log could not be read, and were passed over." } }
            @if report.outside > 0 { li { (sign_ins(report.outside)) " outside of the time that was asked for." } }
            @if report.defaulted > 0 { li {
                (sign_ins(report.defaulted)) " left something out that a documented default filled in."
            } }
            @for limit in &report.limits { li { (limit.sentence()) } }
            @if report.limits.is_empty() { li { "No limit was met: every number on this page is exact." } }
        }
    }
}
