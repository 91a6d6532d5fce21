//! Random filter rules against random devices: an imported rule holds when the rule does.

use fastrand::Rng;
use latch::decision::Options;
use latch::interpret::interpret;
use serde_json::json;

use super::signin::{self, Device, OWNERSHIPS, PROFILES, Principal, SignIn, TRUSTS, Target};
use super::{imported, meaning, seed, text};

/// A rule as it is meant, apart from how it is written.
enum Rule {
    All(Vec<Rule>),
    Any(Vec<Rule>),
    Not(Box<Rule>),
    Test { property: &'static str, operator: &'static str, values: Vec<String> },
}

const TEXTS: [(&str, &[&str]); 3] = [
    ("model", &["Surface Pro", "SURFACE", "Pro", "MacBook", "it's \"Pro\""]),
    ("deviceId", &["d1", "d2", "d9"]),
    ("operatingSystemVersion", &["10.0", "10.0.19044", "11"]),
];

fn random_rule(random: &mut Rng, depth: usize) -> Rule {
    let parts = |random: &mut Rng| {
        (0..random.usize(2..4)).map(|_| random_rule(random, depth - 1)).collect::<Vec<_>>()
    };
    match random.u8(0..if depth == 0 { 4 } else { 10 }) {
        0..4 => random_test(random),
        4 => Rule::Not(Box::new(random_rule(random, depth - 1))),
        5 | 6 => Rule::All(parts(random)),
        _ => Rule::Any(parts(random)),
    }
}

fn random_test(random: &mut Rng) -> Rule {
    let word = |random: &mut Rng, table: &[(&str, &str)]| {
        vec![table[random.usize(0..table.len())].0.to_owned()]
    };
    let equals = |random: &mut Rng| if random.bool() { "eq" } else { "ne" };
    match random.u8(0..9) {
        0 | 1 => {
            let value = if random.u8(0..4) == 0 { "False" } else { "True" };
            test("isCompliant", equals(random), vec![value.to_owned()])
        }
        2 | 3 => test("trustType", equals(random), word(random, &TRUSTS)),
        4 => test("deviceOwnership", equals(random), word(random, &OWNERSHIPS)),
        5 => test("profileType", equals(random), word(random, &PROFILES)),
        6 => {
            let operator = if random.bool() { "contains" } else { "notContains" };
            test("systemLabels", operator, vec!["M365MANAGED".to_owned()])
        }
        _ => random_text(random),
    }
}

fn random_text(random: &mut Rng) -> Rule {
    let (property, values) = TEXTS[random.usize(0..TEXTS.len())];
    let value = |random: &mut Rng| values[random.usize(0..values.len())].to_owned();
    let operators: &[&str] = match property {
        "deviceId" => &["eq", "ne", "in", "notIn"],
        _ => &[
            "eq",
            "ne",
            "in",
            "notIn",
            "startsWith",
            "notStartsWith",
            "endsWith",
            "notEndsWith",
            "contains",
            "notContains",
        ],
    };
    let operator = operators[random.usize(0..operators.len())];
    let count = if operator.to_lowercase().ends_with("in") && operator.len() < 6 {
        random.usize(1..4)
    } else {
        1
    };
    test(property, operator, (0..count).map(|_| value(random)).collect())
}

fn test(property: &'static str, operator: &'static str, values: Vec<String>) -> Rule {
    Rule::Test { property, operator, values }
}

/// How it is written, in one of the ways there are.
fn written(rule: &Rule, random: &mut Rng) -> String {
    let hyphen = |random: &mut Rng| if random.u8(0..4) == 0 { "" } else { "-" };
    match rule {
        Rule::All(parts) | Rule::Any(parts) => {
            let word = if matches!(rule, Rule::All(_)) { "and" } else { "or" };
            let parts: Vec<String> =
                parts.iter().map(|part| format!("({})", written(part, random))).collect();
            parts.join(&format!(" {}{word} ", hyphen(random)))
        }
        Rule::Not(inner) => format!("{}not ({})", hyphen(random), written(inner, random)),
        Rule::Test { property, operator, values } => {
            let bare = *property == "isCompliant" && random.bool();
            let quoted: Vec<String> = values.iter().map(|value| quoted(value, random)).collect();
            let value = match (bare, operator.to_lowercase().as_str()) {
                (true, _) => values[0].clone(),
                (false, "in" | "notin") => format!("[{}]", quoted.join(", ")),
                (false, _) => quoted[0].clone(),
            };
            format!("device.{property} {}{operator} {value}", hyphen(random))
        }
    }
}

fn quoted(text: &str, random: &mut Rng) -> String {
    let single = text.replace('\'', "''");
    if random.bool() {
        format!("'{single}'")
    } else {
        format!("\"{}\"", single.replace('"', "\\\""))
    }
}

fn holds(rule: &Rule, device: Option<&Device>) -> bool {
    match rule {
        Rule::All(parts) => parts.iter().all(|part| holds(part, device)),
        Rule::Any(parts) => parts.iter().any(|part| holds(part, device)),
        Rule::Not(inner) => !holds(inner, device),
        Rule::Test { property, operator, values } => tested(property, operator, values, device),
    }
}

/// A property without a value is equal to nothing, begins with nothing, contains nothing.
fn tested(property: &str, operator: &str, values: &[String], device: Option<&Device>) -> bool {
    let actual: Vec<String> = device.map_or_else(Vec::new, |device| match property {
        "isCompliant" => vec![device.compliant.to_string()],
        "trustType" => vec![device.trust.to_owned()],
        "deviceOwnership" => device.ownership.iter().map(|it| (*it).to_owned()).collect(),
        "profileType" => device.profile.iter().map(|it| (*it).to_owned()).collect(),
        "model" => device.model.iter().cloned().collect(),
        "deviceId" => device.id.iter().cloned().collect(),
        "operatingSystemVersion" => device.version.iter().cloned().collect(),
        "systemLabels" => device.labels.iter().cloned().collect(),
        other => panic!("{other}"),
    });
    let positive = operator.strip_prefix("not").unwrap_or(operator).to_lowercase();
    let found = actual.iter().any(|actual| {
        let actual = actual.to_lowercase();
        values.iter().map(|value| value.to_lowercase()).any(|value| match positive.as_str() {
            "eq" | "ne" | "in" => actual == value,
            "startswith" => actual.starts_with(&value),
            "endswith" => actual.ends_with(&value),
            "contains" if property == "systemLabels" => actual == value,
            "contains" => actual.contains(&value),
            other => panic!("{other}"),
        })
    });
    let negative = operator == "ne" || operator.starts_with("not");
    found != negative
}

fn signin(device: Option<Device>) -> SignIn {
    SignIn {
        principal: Principal::User {
            id: "u".into(),
            groups: Vec::new(),
            roles: Vec::new(),
            kind: "member",
            tenant: None,
        },
        target: Target::Apps(vec![("a".into(), false)]),
        client: "browser",
        platform: "windows",
        ip: "192.0.2.1".into(),
        country: None,
        named: Vec::new(),
        device,
        flow: None,
        risks: ["none"; 4],
        insider: "none",
    }
}

#[test]
fn an_imported_rule_holds_when_the_rule_does() {
    let seed = seed(0x5eed);
    let mut random = Rng::with_seed(seed);
    let (mut compared, mut held, mut refused) = (0usize, 0usize, 0usize);
    for _ in 0..400 {
        let rule = random_rule(&mut random, 3);
        let text_of_rule = written(&rule, &mut random);
        let exclude = random.bool();
        let policy = json!({
            "displayName": "filtered",
            "state": "enabled",
            "conditions": {
                "users": {"includeUsers": ["All"]},
                "applications": {"includeApplications": ["All"]},
                "devices": {"deviceFilter": {"mode": if exclude { "exclude" } else { "include" }, "rule": text_of_rule}},
            },
            "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        });
        let imported = imported(&policy);
        if let Some(refusal) = imported.refused.first() {
            // The one comparison that cannot be said everywhere.
            assert!(
                refusal.reason.contains("`device.isCompliant` is false"),
                "{text_of_rule}: {refusal}"
            );
            refused += 1;
            continue;
        }
        let set = meaning(&imported);
        for at in 0..20 {
            let device = (at > 0).then(|| signin::device(&mut random));
            let expected = holds(&rule, device.as_ref()) != exclude;
            let request = signin::request(&signin(device.clone()));
            let decision = interpret(&set, &request, &Options::default());
            let applies = !decision.applying.is_empty();
            assert_eq!(
                applies,
                expected,
                "seed {seed}: {text_of_rule}\n{device:?}\n{}",
                text(&imported)
            );
            compared += 1;
            held += usize::from(applies);
        }
    }
    println!("{compared} compared, {held} held, {refused} rules refused (seed {seed})");
    assert!(compared > 3_000 && held * 5 > compared && held * 5 < compared * 4);
}
