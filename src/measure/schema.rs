//! The JSON Schema of a report.

use serde_json::{Value as Json, json};

use crate::measure::Stage;
use crate::measure::compare::Verdict;

/// The schema that every report of `latch bench --format json` follows.
pub fn report_schema() -> Json {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A measurement",
        "description": "How long decisions take, stage by stage. Times are nanoseconds, each the median over the rounds.",
        "type": "object",
        "additionalProperties": false,
        "required": ["latch", "target", "policies", "rows", "index_bytes", "sign_ins", "json_bytes", "seed", "clock_ns", "stages"],
        "properties": {
            "latch": { "type": "string", "description": "The version that was measured." },
            "target": { "type": "string", "description": "Processor and operating system." },
            "policies": whole("Policies that are on or report-only."),
            "rows": whole("Rows that their conditions became."),
            "index_bytes": whole("Bytes of the compiled set's index, by far the most of it."),
            "sign_ins": whole("Sign-ins that were gone through, again and again."),
            "json_bytes": whole("Bytes of JSON these are."),
            "seed": { "type": ["integer", "null"], "description": "What the sign-ins were drawn with; null where they were given." },
            "clock_ns": nanos("What two readings of the clock in a row are apart. It is subtracted from single calls."),
            "stages": { "type": "array", "items": stage() },
            "costs": costs(),
            "compared": { "type": "array", "items": change() },
        },
    })
}

fn whole(description: &str) -> Json {
    json!({ "type": "integer", "minimum": 0, "description": description })
}

fn nanos(description: &str) -> Json {
    json!({ "type": "number", "minimum": 0, "description": description })
}

fn stage() -> Json {
    let names: Vec<&str> = Stage::ALL.iter().map(|stage| stage.name()).collect();
    let rounds =
        json!({ "type": "array", "items": { "type": "number", "minimum": 0 }, "minItems": 1 });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["stage", "per_second", "mean_ns", "mean_lowest_ns", "mean_highest_ns", "p50_ns", "p99_ns", "p999_ns", "rounds"],
        "properties": {
            "stage": { "enum": names },
            "per_second": nanos("Calls in a second, from the mean."),
            "mean_ns": nanos("Per call, without a clock between calls."),
            "mean_lowest_ns": nanos("The lowest round's mean."),
            "mean_highest_ns": nanos("The highest round's mean."),
            "p50_ns": nanos("Of single calls, the clock's own time subtracted."),
            "p99_ns": nanos("Likewise."),
            "p999_ns": nanos("Likewise."),
            "rounds": {
                "type": "object",
                "additionalProperties": false,
                "required": ["mean_ns", "p50_ns"],
                "properties": { "mean_ns": rounds, "p50_ns": rounds },
            },
        },
    })
}

fn costs() -> Json {
    let number = json!({ "type": "number" });
    let list = json!({ "type": "array", "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "ns", "low_ns", "high_ns"],
        "properties": { "name": { "type": "string" }, "ns": number, "low_ns": number, "high_ns": number },
    }});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["policies_examined", "policies", "attributes"],
        "properties": {
            "policies_examined": whole("Policies that there was time for, the most used first."),
            "policies": list,
            "attributes": list,
        },
    })
}

fn change() -> Json {
    let verdicts = [Verdict::Faster, Verdict::Slower, Verdict::NoDifference, Verdict::TooFewRounds];
    let number = json!({ "type": "number", "minimum": 0 });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["stage", "ratio", "low", "high", "verdict"],
        "properties": {
            "stage": { "type": "string" },
            "ratio": number,
            "low": number,
            "high": number,
            "verdict": { "enum": verdicts.map(Verdict::words) },
        },
    })
}
