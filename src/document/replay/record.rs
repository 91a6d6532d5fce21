//! P against what the log recorded: policy by policy, and sign-in by sign-in.

use maud::{Markup, html};

use crate::document::replay::tables::examples;
use crate::document::replay::{of, sign_ins};
use crate::entra::log::{PolicyResult, Status};
use crate::page::{Bar, Tone, grouped, legend, stack};
use crate::replay::report::{Agreement, Cell, Record, RecordedPolicy, StatusCell};

fn tone(agreement: Agreement) -> Tone {
    match agreement {
        Agreement::Agrees => Tone::Good,
        Agreement::Disagrees => Tone::Stop,
        Agreement::Undecidable => Tone::Quiet,
        Agreement::NotCompared => Tone::Trial,
    }
}

pub(super) fn whole(record: &Record) -> Markup {
    let count = |it: &Agreement| record.agreement.get(it).copied().unwrap_or_default();
    let bars: Vec<Bar> =
        Agreement::ALL.iter().map(|it| Bar::new(it.word(), count(it), tone(*it))).collect();
    html! {
        p {
            (sign_ins(record.sign_ins)) " recorded " (of(record.results, "result of a policy", "results of policies", false))
            ". Of the policies that are here too:"
        }
        (stack("Recorded results and these policies", &bars))
        (legend(&bars))
        @if record.inconsistent > 0 { p.ask {
            (of(record.inconsistent, "recorded result contradicts", "recorded results contradict", false))
            " the conditions recorded beside it."
        } }
        @if record.beyond_limit > 0 { p.ask { (grouped(record.beyond_limit)) " results were not compared, since a limit was met." } }
        h3 { "Policy by policy" }
        @for policy in &record.policies { (recorded(policy)) }
        @if !record.not_recorded.is_empty() {
            h3 { "Never named by the log" }
            ul.columns { @for policy in &record.not_recorded { li { code { (policy) } } } }
        }
        @if !record.statuses.is_empty() { (statuses(&record.statuses)) }
    }
}

fn recorded(policy: &RecordedPolicy) -> Markup {
    let wrong = policy.disagreements();
    html! {
        article.card {
            h3 {
                (policy.name)
                @match (&policy.matched, wrong) {
                    (None, _) => { span.state.quiet { "not here" } }
                    (Some(_), 0) => { span.state.good { "agrees" } }
                    (Some(_), some) => { span.state.stop { (of(some, "disagreement", "disagreements", false)) } }
                }
            }
            p.name {
                (of(policy.results, "result", "results", false))
                @if let Some(matched) = &policy.matched { ", compared with " code { (matched.policy) } " by its " (matched.by.word()) }
                @if let Some(id) = &policy.id { ", " code { (id) } }
            }
            @if policy.other_state > 0 { p.ask { (grouped(policy.other_state)) " were recorded in another state than the policy has here." } }
            @if policy.cells.is_empty() { (results(policy)) } @else { (cells(&policy.cells)) }
            @if !policy.missing.is_empty() { p.small {
                span.soft { "Not decidable for want of " }
                @for (at, (attribute, count)) in policy.missing.iter().enumerate() {
                    @if at > 0 { ", " } code { (attribute) } " (" (grouped(*count)) ")"
                }
            } }
            @for cell in policy.cells.iter().filter(|cell| !cell.examples.is_empty()) {
                h4 { "Recorded " (result(cell.recorded)) ", here " (cell.says.word()) }
                (examples(&cell.examples, "Here", "Because of"))
            }
            @if policy.inconsistent > 0 {
                h4 { (of(policy.inconsistent, "result contradicts its conditions", "results contradict their conditions", false)) }
                (examples(&policy.inconsistencies, "Conditions", "Contradicting"))
            }
        }
    }
}

fn results(policy: &RecordedPolicy) -> Markup {
    html! { p {
        @for (at, (recorded, count)) in policy.recorded.iter().enumerate() {
            @if at > 0 { ", " } (grouped(*count)) " " (result(*recorded))
        }
    } }
}

fn cells(cells: &[Cell]) -> Markup {
    html! {
        table.wide.stacks {
            thead { tr {
                th scope="col" { "Recorded" } th scope="col" { "Here" } th scope="col" { "Same" } th.number scope="col" { "Results" }
            } }
            tbody { @for cell in cells { tr {
                th scope="row" { (result(cell.recorded)) }
                td data-label="Here" { (cell.says.word()) }
                td data-label="Same" { span.state.(tone(cell.agreement).class()) { (cell.agreement.word()) } }
                td.number data-label="Results" { (grouped(cell.count)) }
            } } }
        }
    }
}

fn statuses(cells: &[StatusCell]) -> Markup {
    html! {
        h3 { "Sign-in by sign-in" }
        p.soft.small { "What the log says became of the whole sign-in, and what these policies decide." }
        table.wide.stacks {
            thead { tr { th scope="col" { "Recorded" } th scope="col" { "Here" } th.number scope="col" { "Sign-ins" } } }
            tbody { @for cell in cells { tr {
                th scope="row" { (cell.status.map_or("nothing", Status::word)) }
                td data-label="Here" { (cell.decided.word()) }
                td.number data-label="Sign-ins" { (grouped(cell.count)) }
            } } }
        }
        @for cell in cells.iter().filter(|cell| !cell.examples.is_empty()) {
            h4 { "Recorded " (cell.status.map_or("nothing", Status::word)) ", here " (cell.decided.word()) }
            (examples(&cell.examples, "Here", "Because of"))
        }
    }
}

/// A result in words; the log writes them together.
fn result(result: PolicyResult) -> &'static str {
    match result {
        PolicyResult::Success => "success",
        PolicyResult::Failure => "failure",
        PolicyResult::NotApplied => "not applied",
        PolicyResult::NotEnabled => "not enabled",
        PolicyResult::Unknown => "unknown",
        PolicyResult::ReportOnlySuccess => "report-only: success",
        PolicyResult::ReportOnlyFailure => "report-only: failure",
        PolicyResult::ReportOnlyNotApplied => "report-only: not applied",
        PolicyResult::ReportOnlyInterrupted => "report-only: interrupted",
    }
}
