//! A decision on one line, for people who read many.

use anstyle::Style as Paint;

use crate::cli::console::{DIM, GREEN, Palette, RED, YELLOW, clean_line};
use crate::decision::{Blocked, Decision, Outcome};
use crate::engine::Names;
use crate::request::Request;
use crate::value::Timestamp;

/// Columns of who signs in and of what is asked for; longer ones push the rest aside.
const WHO_WIDTH: usize = 34;
const TARGET_WIDTH: usize = 22;

/// The outcome as people read it fastest.
pub(super) fn word(outcome: &Outcome) -> (&'static str, Paint) {
    match outcome {
        Outcome::Open => ("OPEN", GREEN),
        Outcome::StepUp(_) => ("STEP-UP", YELLOW),
        Outcome::Blocked(_) => ("BLOCK", RED),
    }
}

/// When, outcome, who, what for, what would open it, which policies, what was assumed.
pub(super) fn line(
    names: &Names,
    request: &Request,
    decision: &Decision,
    palette: Palette,
) -> String {
    let (word, paint) = word(&decision.outcome);
    let mut parts = vec![
        format!("{:<19}", request.time().map(moment).unwrap_or_default()),
        palette.paint(paint, format_args!("{word:<7}")),
        format!("{:<WHO_WIDTH$}", clean_line(&names.who(request))),
        format!("{:<TARGET_WIDTH$}", clean_line(&names.target(request))),
    ];
    parts.extend(words(decision));
    parts.push(palette.paint(DIM, policies(decision)));
    parts.extend(assumed(decision).map(|text| palette.paint(certainty(decision), text)));
    parts.extend(reported(decision).map(|text| palette.paint(DIM, text)));
    parts.retain(|part| !part.is_empty());
    parts.join("  ").trim_end().to_owned()
}

/// `2026-11-23 07:58:10`, in UTC.
fn moment(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.0)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

/// The challenge in words.
fn words(decision: &Decision) -> Option<String> {
    match &decision.outcome {
        Outcome::Open | Outcome::Blocked(Blocked::ByPolicy) => None,
        Outcome::StepUp(challenge) => Some(clean_line(&challenge.sentence())),
        Outcome::Blocked(Blocked::Impossible(challenge)) => {
            Some(format!("Impossible here: {}", clean_line(&challenge.sentence())))
        }
    }
}

fn policies(decision: &Decision) -> String {
    match decision.by.as_slice() {
        [] if decision.unguarded => "[no policy applies]".to_owned(),
        [] => String::new(),
        policies => format!("[{}]", policies.join(", ")),
    }
}

/// What nobody supplied and was taken for the worse.
fn assumed(decision: &Decision) -> Option<String> {
    let names = decision.assumed.join(", ");
    match decision.assumption_matters {
        _ if names.is_empty() => None,
        true => Some(format!("(assuming the worst of {names})")),
        false => Some(format!("({names} not supplied)")),
    }
}

/// An assumption that could change the decision stands out.
fn certainty(decision: &Decision) -> Paint {
    if decision.assumption_matters { YELLOW } else { DIM }
}

/// What report-only policies would have done, where that is anything.
fn reported(decision: &Decision) -> Option<String> {
    let told = decision.report_only.iter().filter(|it| it.would != Outcome::Open);
    let told: Vec<_> =
        told.map(|it| format!("{} would say {}", it.policy, it.would.word())).collect();
    (!told.is_empty()).then(|| format!("(report-only: {})", told.join(", ")))
}
