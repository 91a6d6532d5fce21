//! Regions for people and for programs.

use std::io::Write;

use serde_json::{Map, Value, json};

use crate::analyze::example::lines;
use crate::analyze::{Region, propose_archetype};
use crate::cli::console::{Console, DIM, Exit, Failure, YELLOW, clean, clean_line};
use crate::decision::{Decision, Outcome};
use crate::hir::PolicySet;

/// A region in words, with its example as lines of a test, and what they come to.
pub(super) fn write(
    set: &PolicySet,
    region: &Region,
    outcome: &str,
    console: &mut Console,
) -> Result<(), Failure> {
    writeln!(console.out(), "  {}", clean_line(&region.sentence()))?;
    let example = lines(set, &region.example);
    let example = example.iter().filter(|line| *line != "assume rest absent");
    let example: Vec<String> = example.map(|line| clean_line(line)).collect();
    let text = format!("    such as: {} → {}", example.join(" · "), clean_line(outcome));
    let text = console.paint(DIM, text);
    writeln!(console.out(), "{text}")?;
    Ok(())
}

/// The outcome of an example, and who decided it.
pub(super) fn told(decision: &Decision) -> String {
    let word = match decision.outcome {
        Outcome::Open => "open",
        Outcome::StepUp(_) => "step-up",
        Outcome::Blocked(_) => "block",
    };
    match decision.by.as_slice() {
        [] => word.to_owned(),
        by => format!("{word} by {}", by.join(", ")),
    }
}

/// A region as JSON.
pub(super) fn json(set: &PolicySet, region: &Region) -> Value {
    let clauses = region.clauses.iter();
    let clauses: Map<String, Value> =
        clauses.map(|clause| (clause.about.clone(), json!(clause.says))).collect();
    json!({
        "sentence": region.sentence(),
        "people": region.people,
        "clauses": clauses,
        "example": lines(set, &region.example).join("\n"),
    })
}

/// Why an answer is not all there is to say.
pub(super) fn write_undecided(reasons: &[String], console: &mut Console) -> Result<(), Failure> {
    for reason in reasons {
        let word = console.paint(YELLOW, "undecided");
        writeln!(console.out(), "{word}  {}", clean_line(reason))?;
    }
    Ok(())
}

/// Says how to say who there is, where anybody may be in every group that is exempt from something.
pub(super) fn propose(set: &PolicySet, console: &mut Console) -> Result<(), Failure> {
    let Some(archetype) = propose_archetype(set) else { return Ok(()) };
    let line = "Nothing says who there is, so anybody may be in every group that policies leave out. To ask about people \
                who are in none of them, put an archetype beside the policies:";
    console.note(format_args!("\n{line}\n\n{}", clean(&archetype)))?;
    Ok(())
}

/// Findings are worse than what nobody knows.
pub(super) fn exit(findings: bool, undecided: bool) -> Exit {
    match (findings, undecided) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Undecided,
        (false, false) => Exit::Fine,
    }
}
