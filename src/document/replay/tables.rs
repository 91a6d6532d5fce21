//! Tables that several parts of a replay's page share.

use maud::{Markup, html};

use crate::document::replay::of;
use crate::document::state_word;
use crate::page::{Bar, Tone, bars, grouped};
use crate::replay::report::{Distinct, Example, Missing, PolicyTally, Says};
use crate::value::Timestamp;

/// A moment as people write it, in UTC.
pub(super) fn moment(time: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(time.0) {
        Ok(time) => {
            jiff::tz::TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string()
        }
        Err(_) => "outside of the calendar".to_owned(),
    }
}

/// What each policy says, where any says it.
pub(super) fn tallies(policies: &[PolicyTally]) -> Markup {
    let count = |tally: &PolicyTally, says| tally.says.get(&says).copied().unwrap_or_default();
    let said: Vec<Says> = Says::ALL
        .into_iter()
        .filter(|says| policies.iter().any(|tally| count(tally, *says) > 0))
        .collect();
    html! { table.wide.stacks {
        thead { tr {
            th scope="col" { "Policy" }
            th scope="col" { "State" }
            @for says in &said { th.number scope="col" { (says.word()) } }
        } }
        tbody { @for tally in policies { tr {
            th scope="row" { (tally.title.as_deref().unwrap_or(&tally.policy)) }
            td data-label="State" { (state_word(tally.state)) }
            @for says in &said { td.number data-label=(says.word()) {
                @match count(tally, *says) { 0 => span.soft { "0" }, some => (grouped(some)) }
            } }
        } } }
    } }
}

/// What was missing, with the policies that need it.
pub(super) fn missing(all: &[Missing]) -> Markup {
    let chart: Vec<Bar> =
        all.iter().map(|it| Bar::new(&it.attribute, it.sign_ins, Tone::Quiet)).collect();
    html! { @if !all.is_empty() {
        (bars("What is missing", "Attribute", "sign-ins", &chart, None))
        ul.small { @for it in all.iter().filter(|it| !it.policies.is_empty()) { li {
            code { (it.attribute) } span.soft { " is needed by " }
            @for (at, (policy, count)) in it.policies.iter().enumerate() {
                @if at > 0 { ", " } code { (policy) } " (" (grouped(*count)) ")"
            }
        } } }
    } }
}

/// The users or apps with most sign-ins, and how many others there are.
pub(super) fn distinct(label: &str, all: &Distinct) -> Markup {
    let others = all.count.saturating_sub(all.top.len() as u64);
    html! { @if !all.top.is_empty() { p.small {
        span.soft { (label) ": " }
        @for (at, one) in all.top.iter().enumerate() {
            @if at > 0 { ", " } (one.name) " " span.soft { "(" (grouped(one.sign_ins)) ")" }
        }
        @if others > 0 { " and " (of(others, "other", "others", all.at_least)) }
    } } }
}

/// Sign-ins, shown.
pub(super) fn examples(all: &[Example], now: &str, because: &str) -> Markup {
    html! { @if !all.is_empty() { table.wide.stacks.small.examples {
        caption { "Examples" }
        thead { tr {
            th scope="col" { "Sign-in" } th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "For" }
            th scope="col" { "Was" } th scope="col" { (now) } th scope="col" { (because) }
        } }
        tbody { @for it in all { tr {
            th scope="row" title=(it.id.as_deref().unwrap_or_default()) { (grouped(it.number)) }
            td data-label="When" { @if let Some(time) = it.time { (moment(time)) } }
            td data-label="Who" { (it.user) }
            td data-label="For" { (it.app) }
            td data-label="Was" { (it.was) }
            td data-label=(now) { (it.now) }
            td data-label=(because) { (it.because.join(", ")) }
        } } }
    } } }
}
