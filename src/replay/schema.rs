//! The JSON Schema of a report, beside what writes it.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::entra::log::{PolicyResult, Status};
use crate::replay::kind::{Direction, Kind};
use crate::replay::limits::{MAX_EXAMPLES, MAX_TOP};
use crate::replay::report::{Agreement, Decided, Difference, MatchedBy, Says};

/// The JSON Schema (draft 2020-12) of a report.
pub fn report_schema() -> Json {
    let top = object(
        "What policies would have decided about the sign-ins of a log, held against the record and against other policies.",
        [
            ("signIns", count("Sign-ins that were replayed; every other number is of these.")),
            ("skipped", count("Entries of the log that could not be read as sign-ins.")),
            ("outside", count("Sign-ins outside the time that was asked for.")),
            (
                "defaulted",
                count("Sign-ins that left something out that a documented default filled in."),
            ),
            ("first", moment("The earliest sign-in.")),
            ("last", moment("The latest sign-in.")),
            ("policies", reference("side")),
            ("against", or_null(reference("side"))),
            ("record", or_null(record())),
            ("changes", or_null(changes())),
            (
                "limits",
                list("What is less than exact since a limit was met, a sentence each.", text("")),
            ),
        ],
    );
    let mut schema = Map::from_iter([
        ("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema")),
        ("$id".to_owned(), json!("urn:latch:replay")),
        ("title".to_owned(), json!("A replay")),
    ]);
    if let Json::Object(top) = top {
        schema.extend(top);
    }
    schema.insert("$defs".to_owned(), definitions());
    Json::Object(schema)
}

fn definitions() -> Json {
    json!({
        "side": side(),
        "outcomes": object("Sign-ins by outcome.", [
            ("open", count("Open, unguarded ones included.")),
            ("unguarded", count("Open, and no policy applies.")),
            ("stepUp", count("Step-up.")),
            ("blocked", count("Blocked.")),
        ]),
        "distinct": object("Different users or apps.", [
            ("count", count("How many.")),
            ("atLeast", json!({"description": "There may be more: a limit was met.", "type": "boolean"})),
            ("top", most(list("Those with most sign-ins, then by id.", object("One of them.", [
                ("id", text("Its directory id, or its name where there is none.")),
                ("name", text("What people call it.")),
                ("signIns", count("Its sign-ins.")),
            ])), MAX_TOP)),
        ]),
        "perPolicy": list("Policies with numbers of sign-ins, most first.", object("One.", [
            ("policy", text("Its name.")),
            ("signIns", count("Sign-ins.")),
        ])),
        "perAttribute": list("Attributes with numbers of sign-ins, most first.", object("One.", [
            ("attribute", text("Its name.")),
            ("signIns", count("Sign-ins.")),
        ])),
        "examples": most(list("The first records.", example()), MAX_EXAMPLES),
    })
}

fn example() -> Json {
    object(
        "A record of the log.",
        [
            ("number", count("Its number in the log, from 1.")),
            ("id", or_null(text("The id it has in the log."))),
            ("time", moment("When.")),
            ("user", text("Who.")),
            ("app", text("For what.")),
            ("was", text("What the record says, or what the policies decide.")),
            ("now", text("What the policies, or those they are held against, say.")),
            ("because", list("Policies, missing attributes or conditions.", text(""))),
        ],
    )
}

fn side() -> Json {
    let missing = object(
        "An attribute that was not supplied.",
        [
            ("attribute", text("Its name.")),
            ("signIns", count("Sign-ins that hang on it, and perhaps on others too.")),
            ("policies", reference("perPolicy")),
        ],
    );
    object(
        "What one policy set decides.",
        [
            ("outcomes", reference("outcomes")),
            (
                "undecided",
                object(
                    "Sign-ins that hang on something that was not supplied.",
                    [
                        ("signIns", count("How many.")),
                        ("atWorst", reference("outcomes")),
                        ("missing", list("What was missing, most sign-ins first.", missing)),
                        ("examples", reference("examples")),
                    ],
                ),
            ),
            (
                "policies",
                list(
                    "Every policy, by name.",
                    object(
                        "A policy.",
                        [
                            ("policy", text("Its name.")),
                            ("title", or_null(text("Its title."))),
                            ("id", or_null(text("Its directory id."))),
                            (
                                "state",
                                words("Whether it is enforced.", ["on", "report-only", "disabled"]),
                            ),
                            (
                                "says",
                                table(
                                    "Sign-ins by what it says of them, alone.",
                                    Says::ALL.map(Says::word),
                                ),
                            ),
                        ],
                    ),
                ),
            ),
        ],
    )
}

fn record() -> Json {
    let agreement = || {
        table("Results by whether the policy says the same.", Agreement::ALL.map(Agreement::word))
    };
    let cell = object(
        "Recorded result × what the policy says.",
        [
            ("recorded", words("What the log says.", results())),
            ("says", words("What the policy says.", Says::ALL.map(Says::word))),
            ("agreement", words("Whether that is the same.", Agreement::ALL.map(Agreement::word))),
            ("count", count("How many.")),
            ("examples", reference("examples")),
        ],
    );
    let matched = object(
        "The policy that it is.",
        [
            ("policy", text("Its name.")),
            ("by", words("How it was found.", MatchedBy::ALL.map(MatchedBy::word))),
        ],
    );
    let policy = object(
        "A policy that the log names.",
        [
            ("id", or_null(text("Its id in the log."))),
            ("name", text("The name it had in the log first.")),
            ("matched", or_null(matched)),
            ("results", count("How many results it has.")),
            ("recorded", table("Results by kind.", results())),
            ("agreement", agreement()),
            ("cells", list("Cells that are not empty.", cell)),
            ("otherState", count("Results whose state is not the policy's.")),
            ("missing", reference("perAttribute")),
            ("inconsistent", count("Results that contradict the conditions beside them.")),
            ("inconsistencies", reference("examples")),
        ],
    );
    let status = object(
        "Recorded status × decision.",
        [
            ("status", or_null(words("What the log says.", Status::ALL.map(Status::word)))),
            ("decided", words("What the policies decide.", Decided::ALL.map(Decided::word))),
            ("count", count("How many.")),
            ("examples", reference("examples")),
        ],
    );
    object(
        "The policies against the record; null when the log recorded nothing.",
        [
            ("signIns", count("Sign-ins that recorded anything.")),
            ("results", count("Results of policies.")),
            ("agreement", agreement()),
            ("policies", list("Recorded policies, most disagreements first.", policy)),
            ("notRecorded", list("Policies that the log never names.", text(""))),
            ("statuses", list("Cells that are not empty.", status)),
            ("inconsistent", count("Results that contradict the conditions beside them.")),
            ("inconsistentSignIns", count("Sign-ins with such a result.")),
            ("beyondLimit", count("Results that were not compared since a limit was met.")),
        ],
    )
}

fn changes() -> Json {
    let kind = || words("Of which kind.", Kind::ALL.map(Kind::words));
    let direction = || words("Where it leads.", Direction::ALL.map(Direction::word));
    let change = object(
        "Sign-ins that change in one way.",
        [
            ("kind", kind()),
            ("direction", direction()),
            ("signIns", count("How many.")),
            ("users", reference("distinct")),
            ("apps", reference("distinct")),
            ("policies", reference("perPolicy")),
            ("examples", reference("examples")),
        ],
    );
    let numbers = |doc: &str| json!({"description": doc, "type": "object", "additionalProperties": count("Sign-ins.")});
    let responsible = object(
        "A policy that had a part in a change.",
        [
            ("policy", text("Its name.")),
            ("why", words("How the sets differ in it.", Difference::ALL.map(Difference::word))),
            (
                "shifts",
                numbers("Sign-ins by change, written `direction: kind`, the most dangerous first."),
            ),
        ],
    );
    object(
        "The policies against the others; null when there are none.",
        [
            ("same", count("Sign-ins that both decide, and decide the same by the same policies.")),
            (
                "changed",
                count(
                    "Sign-ins that both decide, with another outcome, challenge or session controls.",
                ),
            ),
            ("shifts", list("The changes, the most dangerous first.", change)),
            ("policies", list("Policies that differ and had a part.", responsible)),
            (
                "undecided",
                object(
                    "Sign-ins that one of both cannot decide.",
                    [
                        ("signIns", count("How many.")),
                        ("unchanged", count("Those that stay the same whatever is supplied.")),
                        ("mayChange", count("Those that may change.")),
                        (
                            "atWorst",
                            numbers(
                                "Of those that may change: how, when all that is missing is taken for the worse.",
                            ),
                        ),
                        ("missing", reference("perAttribute")),
                        ("policies", reference("perPolicy")),
                        ("users", reference("distinct")),
                        ("apps", reference("distinct")),
                        ("examples", reference("examples")),
                    ],
                ),
            ),
        ],
    )
}

/// An object that has exactly these keys.
fn object<const N: usize>(doc: &str, keys: [(&str, Json); N]) -> Json {
    let required: Vec<_> = keys.iter().map(|(key, _)| *key).collect();
    json!({
        "description": doc,
        "type": "object",
        "required": required,
        "properties": Map::from_iter(keys.map(|(key, schema)| (key.to_owned(), schema))),
        "additionalProperties": false,
    })
}

/// Numbers under some of these keys.
fn table(doc: &str, keys: impl IntoIterator<Item = &'static str>) -> Json {
    let keys = keys.into_iter().map(|key| (key.to_owned(), count("Sign-ins.")));
    json!({
        "description": doc,
        "type": "object",
        "properties": Map::from_iter(keys),
        "additionalProperties": false,
    })
}

fn words(doc: &str, words: impl IntoIterator<Item = &'static str>) -> Json {
    json!({"description": doc, "enum": words.into_iter().collect::<Vec<_>>()})
}

/// The results, each once: two numbers of Graph are one word here.
fn results() -> BTreeSet<&'static str> {
    PolicyResult::ALL.into_iter().map(PolicyResult::word).collect()
}

fn count(doc: &str) -> Json {
    json!({"description": doc, "type": "integer", "minimum": 0})
}

fn text(doc: &str) -> Json {
    if doc.is_empty() {
        return json!({"type": "string"});
    }
    json!({"description": doc, "type": "string"})
}

fn moment(doc: &str) -> Json {
    json!({"description": doc, "type": ["string", "null"], "format": "date-time"})
}

fn list(doc: &str, items: Json) -> Json {
    json!({"description": doc, "type": "array", "items": items})
}

fn most(mut list: Json, items: usize) -> Json {
    list["maxItems"] = json!(items);
    list
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn or_null(schema: Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::entra::log::{Applied, Recorded, SignIn};
    use crate::replay::{Replay, Settings, json};
    use crate::request::Request;
    use crate::request::schema::checker::{check, published};
    use crate::schema::attribute::Attribute;

    #[test]
    fn the_published_schema_is_the_generated_one() {
        published("replay", &report_schema());
    }

    /// A report in which every table has something.
    fn full() -> Json {
        let p =
            "policy a \"A\" { when platform is linux block } policy b { when always require mfa }";
        let p = Engine::from_text([("p", p)]).expect("sound");
        let q = Engine::from_text([("q", "policy c { when client is other block }")]);
        let mut replay = Replay::new(Settings::default(), p, Some(q.expect("sound")));
        let name = |name: &str| Applied { name: name.to_owned(), ..Applied::default() };
        let odd = Applied { result: PolicyResult::NotApplied, ..name("A") };
        let success = Applied { result: PolicyResult::Success, ..name("b") };
        let recorded = Recorded {
            status: Some(Status::Success),
            error: None,
            policies: vec![odd.clone(), odd, success, name("Unknown")],
        };
        let sign_in = |request: Request| SignIn {
            request,
            recorded: Some(recorded.clone()),
            defaults: vec![Attribute::Flow],
        };
        let known = Request::builder().id("1").who("ada").rest_absent().build().expect("known");
        let silent = Request::builder().build().expect("silent");
        for (number, request) in [(1, known), (2, silent)] {
            replay.observe(number, sign_in(request)).expect("it fits");
        }
        replay.skip();
        json::write(&replay.finish())
    }

    #[test]
    fn what_is_written_is_as_the_schema_says() {
        let schema = report_schema();
        let full = full();
        assert_eq!(check(&schema, &full), Ok(()));
        let lists = [
            "/policies/undecided/missing/0/policies",
            "/policies/undecided/examples",
            "/record/policies/0/cells/0/examples",
            "/record/statuses",
            "/changes/shifts/0/examples",
            "/changes/shifts/0/users/top",
            "/changes/policies",
            "/changes/undecided/missing",
        ];
        for list in lists {
            let items = full.pointer(list).and_then(Json::as_array).map(Vec::len);
            assert!(items > Some(0), "{list} is empty, so it is not checked: {full:#}");
        }
        let empty =
            Replay::new(Settings::default(), Engine::from_text([("p", "")]).expect("sound"), None);
        assert_eq!(check(&schema, &json::write(&empty.finish())), Ok(()));
        let mut bent = full;
        bent["changes"]["shifts"][0]["kind"] = json!("perhaps");
        assert!(check(&schema, &bent).is_err());
    }
}
