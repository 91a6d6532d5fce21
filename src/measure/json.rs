//! Reports as JSON, and the part of a report that a later run compares itself with.

use serde_json::{Map, Value as Json, json};

use crate::measure::compare::{Change, Earlier};
use crate::measure::costs::{Cost, Costs};
use crate::measure::{Measured, Measurement, Round, Stage};

/// The most rounds that are read of a saved run: far more than anyone has the time for.
pub const MAX_ROUNDS: usize = 100_000;

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// How many policies are on or report-only.
    pub policies: usize,
    /// How many rows their conditions became.
    pub rows: usize,
    /// The bytes of the compiled set's index, by far the most of it.
    pub index_bytes: usize,
    /// How many sign-ins.
    pub sign_ins: usize,
    /// How many bytes of JSON these are.
    pub json_bytes: usize,
    /// The seed they were drawn with, where nobody supplied any.
    pub seed: Option<u64>,
}

/// A report.
pub fn write(
    subject: &Subject,
    measurement: &Measurement,
    costs: Option<&Costs>,
    changes: Option<&[Change]>,
) -> Json {
    let mut report = Map::new();
    let mut put = |key: &str, value: Json| _ = report.insert(key.to_owned(), value);
    put("latch", json!(env!("CARGO_PKG_VERSION")));
    put("target", json!(format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)));
    put("policies", json!(subject.policies));
    put("rows", json!(subject.rows));
    put("index_bytes", json!(subject.index_bytes));
    put("sign_ins", json!(subject.sign_ins));
    put("json_bytes", json!(subject.json_bytes));
    put("seed", json!(subject.seed));
    put("clock_ns", nanos(measurement.clock));
    put("stages", measurement.stages.iter().map(stage).collect());
    if let Some(costs) = costs {
        put("costs", costs_json(costs));
    }
    if let Some(changes) = changes {
        put("compared", changes.iter().map(change).collect());
    }
    Json::Object(report)
}

fn nanos(figure: f64) -> Json {
    json!((figure * 100.0).round() / 100.0)
}

fn stage(measured: &Measured) -> Json {
    let mean = measured.median(|round| round.mean);
    let (lowest, highest) = measured.range(|round| round.mean);
    let all = |figure: fn(&Round) -> f64| -> Json {
        measured.rounds.iter().map(|round| nanos(figure(round))).collect()
    };
    json!({
        "stage": measured.stage.name(),
        "per_second": (1e9 / mean.max(0.01)).round(),
        "mean_ns": nanos(mean),
        "mean_lowest_ns": nanos(lowest),
        "mean_highest_ns": nanos(highest),
        "p50_ns": nanos(measured.median(|round| round.p50)),
        "p99_ns": nanos(measured.median(|round| round.p99)),
        "p999_ns": nanos(measured.median(|round| round.p999)),
        "rounds": { "mean_ns": all(|round| round.mean), "p50_ns": all(|round| round.p50) },
    })
}

fn costs_json(costs: &Costs) -> Json {
    let list = |costs: &[Cost]| -> Json { costs.iter().map(cost).collect() };
    json!({
        "policies_examined": costs.policies_examined,
        "policies": list(&costs.policies),
        "attributes": list(&costs.attributes),
    })
}

fn cost(cost: &Cost) -> Json {
    json!({
        "name": cost.name,
        "ns": nanos(cost.nanos),
        "low_ns": nanos(cost.interval.low),
        "high_ns": nanos(cost.interval.high),
    })
}

fn change(change: &Change) -> Json {
    let rounded = |ratio: f64| json!((ratio * 10_000.0).round() / 10_000.0);
    json!({
        "stage": change.stage.name(),
        "ratio": rounded(change.ratio),
        "low": rounded(change.interval.low),
        "high": rounded(change.interval.high),
        "verdict": change.verdict.words(),
    })
}

/// A saved run: its rounds, and of what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The stages it has.
    pub stages: Vec<Earlier>,
    /// How many policies it measured.
    pub policies: u64,
    /// On how many sign-ins.
    pub sign_ins: u64,
    /// Drawn with this seed, where they were drawn.
    pub seed: Option<u64>,
}

/// Reads a saved run.
///
/// # Errors
/// When the text is no report of this kind; says what is missing.
pub fn read(text: &str) -> Result<Saved, String> {
    let report: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let number = |key: &str| {
        report[key].as_u64().ok_or_else(|| format!("`{key}` is missing: this is no saved run"))
    };
    let stages = report["stages"].as_array().ok_or("`stages` is missing: this is no saved run")?;
    Ok(Saved {
        policies: number("policies")?,
        sign_ins: number("sign_ins")?,
        seed: report["seed"].as_u64(),
        stages: stages.iter().filter_map(|it| earlier(it).transpose()).collect::<Result<_, _>>()?,
    })
}

/// One stage; `None` for one that this version does not know.
fn earlier(json: &Json) -> Result<Option<Earlier>, String> {
    let name = json["stage"].as_str().ok_or("a stage has no name")?;
    let Some(stage) = Stage::ALL.into_iter().find(|stage| stage.name() == name) else {
        return Ok(None);
    };
    let means = figures(&json["rounds"]["mean_ns"], name)?;
    let medians = figures(&json["rounds"]["p50_ns"], name)?;
    Ok(Some(Earlier { stage, means, medians }))
}

fn figures(json: &Json, stage: &str) -> Result<Vec<f64>, String> {
    let list = json.as_array().ok_or_else(|| format!("the stage `{stage}` has no rounds"))?;
    if list.is_empty() || list.len() > MAX_ROUNDS {
        return Err(format!("the stage `{stage}` has {} rounds", list.len()));
    }
    let figure = |it: &Json| {
        let figure = it.as_f64().filter(|it| it.is_finite() && *it >= 0.0);
        figure.ok_or_else(|| format!("a round of the stage `{stage}` is no time"))
    };
    list.iter().map(figure).collect()
}
