//! What a measurement found, for people and for programs.

use std::io::Write;

use serde_json::Value;

use crate::cli::console::{Console, DIM, Failure, GREEN, RED, YELLOW, clean_line, counted};
use crate::measure::compare::{Change, Verdict};
use crate::measure::costs::{Cost, Costs};
use crate::measure::json::{Saved, Subject, write};
use crate::measure::{Measured, Measurement};

/// How many policies and attributes are listed for people.
const LISTED: usize = 10;

/// A report.
pub(super) struct Report {
    pub(super) subject: Subject,
    pub(super) measurement: Measurement,
    pub(super) costs: Option<Costs>,
    pub(super) changes: Option<Vec<Change>>,
}

impl Report {
    pub(super) fn json(&self) -> Value {
        let changes = self.changes.as_deref();
        write(&self.subject, &self.measurement, self.costs.as_ref(), changes)
    }

    pub(super) fn write_json(&self, console: &mut Console) -> Result<(), Failure> {
        writeln!(console.out(), "{:#}", self.json())?;
        Ok(())
    }

    pub(super) fn write_text(&self, console: &mut Console) -> Result<(), Failure> {
        self.write_subject(console)?;
        self.write_stages(console)?;
        if let Some(costs) = &self.costs {
            write_costs(costs, self.subject.policies, console)?;
        }
        if let Some(changes) = &self.changes {
            write_changes(changes, console)?;
        }
        Ok(())
    }

    fn write_subject(&self, console: &mut Console) -> Result<(), Failure> {
        let subject = &self.subject;
        let policies = counted(subject.policies, "policy", "policies");
        let rows = counted(subject.rows, "row", "rows");
        let sign_ins = counted(subject.sign_ins, "sign-in", "sign-ins");
        let (kib, each) = (subject.index_bytes / 1024, subject.json_bytes / subject.sign_ins);
        let from = match subject.seed {
            Some(seed) => format!("drawn from the policies with seed {seed}"),
            None => "as given".to_owned(),
        };
        writeln!(console.out(), "{policies} in {rows}, {kib} KiB compiled")?;
        writeln!(console.out(), "{sign_ins} {from}, {each} bytes of JSON each\n")?;
        Ok(())
    }

    fn write_stages(&self, console: &mut Console) -> Result<(), Failure> {
        let head =
            "stage        per second       mean        p50        p99      p99.9   mean of rounds";
        let head = console.paint(DIM, head);
        writeln!(console.out(), "{head}")?;
        for stage in &self.measurement.stages {
            writeln!(console.out(), "{}", line(stage))?;
        }
        let clock = self.measurement.clock;
        let rounds = self.measurement.stages.first().map_or(0, |stage| stage.rounds.len());
        let note = format!(
            "medians of {rounds} rounds; reading the clock takes {} and is subtracted from p50, p99 and p99.9",
            time(clock)
        );
        let note = console.paint(DIM, note);
        writeln!(console.out(), "{note}")?;
        let blurred = self.measurement.stages.iter().filter(|it| it.median(|it| it.p50) < clock);
        let blurred: Vec<_> = blurred.map(|it| it.stage.name()).collect();
        if !blurred.is_empty() {
            let stages = blurred.join(", ");
            let note = format!("{stages}: shorter than the clock takes; believe the mean");
            let note = console.paint(YELLOW, note);
            writeln!(console.out(), "{note}")?;
        }
        Ok(())
    }

    /// Says so where the saved run measured something else.
    pub(super) fn note_other_work(
        &self,
        saved: &Saved,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let subject = &self.subject;
        let now = (subject.policies as u64, subject.sign_ins as u64, subject.seed);
        if now != (saved.policies, saved.sign_ins, saved.seed) {
            console.note(format_args!(
                "the saved run was of other work: {} policies, {} sign-ins",
                saved.policies, saved.sign_ins
            ))?;
        }
        Ok(())
    }
}

fn line(measured: &Measured) -> String {
    let mean = measured.median(|round| round.mean);
    let (lowest, highest) = measured.range(|round| round.mean);
    let [p50, p99, p999] = [
        measured.median(|round| round.p50),
        measured.median(|round| round.p99),
        measured.median(|round| round.p999),
    ]
    .map(time);
    format!(
        "{:<10} {:>12} {:>10} {p50:>10} {p99:>10} {p999:>10}   {} to {}",
        measured.stage.name(),
        grouped(1e9 / mean.max(0.01)),
        time(mean),
        time(lowest),
        time(highest),
    )
}

/// `87 ns`, `3.4 µs`
fn time(nanos: f64) -> String {
    match nanos {
        ..100.0 => format!("{nanos:.1} ns"),
        ..1e4 => format!("{nanos:.0} ns"),
        ..1e6 => format!("{:.1} µs", nanos / 1e3),
        _ => format!("{:.1} ms", nanos / 1e6),
    }
}

/// `1,234,567`
fn grouped(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn write_costs(costs: &Costs, policies: usize, console: &mut Console) -> Result<(), Failure> {
    writeln!(console.out(), "\nattributes: what preparing takes more than without")?;
    write_list(&costs.attributes, console)?;
    let examined = costs.policies_examined;
    let of = if examined < policies {
        format!(", {examined} of {policies} looked at")
    } else {
        String::new()
    };
    writeln!(console.out(), "\npolicies: what preparing and deciding take more than without{of}")?;
    write_list(&costs.policies, console)
}

fn write_list(costs: &[Cost], console: &mut Console) -> Result<(), Failure> {
    if costs.is_empty() {
        writeln!(console.out(), "  none that this run can show")?;
    }
    for cost in costs.iter().take(LISTED) {
        let (low, high) = (time(cost.interval.low), time(cost.interval.high));
        let name = clean_line(&cost.name);
        writeln!(console.out(), "  {:>10}  {name}  ({low} to {high})", time(cost.nanos))?;
    }
    if let Some(more) = costs.len().checked_sub(LISTED).filter(|more| *more > 0) {
        writeln!(console.out(), "  and {more} more; --format json has them all")?;
    }
    Ok(())
}

fn write_changes(changes: &[Change], console: &mut Console) -> Result<(), Failure> {
    writeln!(console.out(), "\nagainst the saved run")?;
    for change in changes {
        let color = match change.verdict {
            Verdict::Faster => GREEN,
            Verdict::Slower => RED,
            Verdict::NoDifference | Verdict::TooFewRounds => DIM,
        };
        let (low, high) = (change.interval.low, change.interval.high);
        let words = console.paint(color, change.verdict.words());
        let name = change.stage.name();
        writeln!(
            console.out(),
            "  {name:<8} {:>5.2} of the time  ({low:.2} to {high:.2})  {words}",
            change.ratio
        )?;
    }
    Ok(())
}
