//! There and back: a tenant's export imported, exported and imported again is the same JSON and decides the same.

use std::collections::BTreeMap;
use std::path::Path;

use fastrand::Rng;
use latch::decision::Options;
use latch::entra::export::{Exported, export};
use latch::entra::{Imported, from_bytes, import, read};
use latch::interpret::interpret;
use latch::{Engine, decision::Decision};
use serde_json::Value;

use super::{imported, normal, seed, signin, text};

/// The policies of the collection with the source of each.
fn collection(folder: &Path) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(folder.join("policies.jsonl")).expect("readable");
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("JSON");
        (row["source"].as_str().expect("a source").to_owned(), row["policy"].clone())
    };
    text.lines().map(row).collect()
}

fn engine(imported: &Imported) -> Engine {
    Engine::from_text(imported.files.clone()).unwrap_or_else(|error| panic!("{error}"))
}

fn exported(engine: &Engine) -> Exported {
    export(engine.policy_set(), engine.sources())
}

/// The objects of one file of an export.
fn objects(exported: &Exported, name: &str) -> Vec<Value> {
    let (_, text) = exported.files.iter().find(|(file, _)| file == name).expect("the file");
    let value: Value = serde_json::from_str(text).expect("JSON");
    value["value"].as_array().expect("a list").clone()
}

fn reasons(exported: &Exported) -> Vec<String> {
    let told = |it: &latch::diagnostic::Diagnostic| format!("{} {}", it.code.id, it.message);
    exported.diagnostics.iter().map(told).collect()
}

fn again(exported: &Exported) -> Imported {
    let mut files = exported.files.iter();
    let (name, text) = files.next().expect("three files");
    let mut export = from_bytes(name, text.as_bytes());
    files.for_each(|(name, text)| export.add(name, text.as_bytes()));
    import(&export)
}

/// Outcome, challenge, session: all that does not name policies.
fn gist(decision: &Decision) -> Value {
    let mut json = latch::decision::json::write(decision, None);
    let object = json.as_object_mut().expect("an object");
    let kept = ["outcome", "challenge", "session", "unguarded"];
    object.retain(|key, _| kept.contains(&key.as_str()));
    json
}

#[test]
fn every_policy_of_the_collection_comes_back() {
    let Some(folder) = crate::corpus::entra() else { return };
    let seed = seed(0x0e17b);
    let mut random = Rng::with_seed(seed);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let (mut same, mut tried) = (0, 0);
    for (at, (_, policy)) in collection(&folder).into_iter().enumerate() {
        let first = imported(&policy);
        if first.counts.policies == 0 {
            *refused.entry("not imported".to_owned()).or_default() += 1;
            continue;
        }
        let before = engine(&first);
        let out = exported(&before);
        if !out.diagnostics.is_empty() {
            reasons(&out).into_iter().for_each(|it| *refused.entry(it).or_default() += 1);
            continue;
        }
        let back = objects(&out, "conditionalAccessPolicies.json");
        let shown = || format!("policy {at}: {policy:#}\n{}\n{back:#?}", text(&first));
        assert_eq!(back.len(), 1, "{}", shown());
        assert_eq!(normal::policy(&back[0]), normal::policy(&policy), "{}", shown());
        same += 1;
        let second = again(&out);
        assert!(second.refused.is_empty(), "{:?}\n{}", second.refused, shown());
        let after = engine(&second);
        for _ in 0..super::corpus::tries() {
            let request = signin::request(&signin::random(&mut random, &policy, &[]));
            let options = Options { as_if_enforced: true, ..Options::default() };
            let [one, other] = [&before, &after]
                .map(|engine| gist(&interpret(engine.policy_set(), &request, &options)));
            assert_eq!(one, other, "{}\n{}", text(&second), shown());
            tried += 1;
        }
    }
    println!("{same} policies came back the same, {tried} sign-ins decided the same (seed {seed})");
    println!("refused: {refused:#?}");
}

/// Whole tenants, as tools write them: every policy, location and strength.
#[test]
fn whole_tenants_come_back() {
    let Some(folder) = crate::corpus::entra() else { return };
    for name in TENANTS {
        let export = read(&[folder.join(name)]).expect("readable");
        let first = import(&export);
        let out = exported(&engine(&first));
        let counts = [
            compared(&folder.join(name), &out, "conditionalAccessPolicies.json", normal::policy),
            compared(&folder.join(name), &out, "namedLocations.json", normal::location),
            compared(
                &folder.join(name),
                &out,
                "authenticationStrengthPolicies.json",
                normal::strength,
            ),
        ];
        println!(
            "{name}: {} imported; {counts:?} compared; {:?}",
            first.counts.policies,
            reasons(&out)
        );
        let second = again(&out);
        assert!(second.refused.is_empty(), "{name}: {:?}", second.refused);
        let out_again = exported(&engine(&second));
        assert_eq!(out.files, out_again.files, "{name}: a second journey changes nothing");
    }
}

/// Compares the objects of a file with those of the same id that the tenant's export has, and says how many there were.
/// Where several have one id, one of them is meant.
fn compared(folder: &Path, out: &Exported, file: &str, normal: fn(&Value) -> Value) -> usize {
    let originals = originals(folder);
    let mut count = 0;
    for object in objects(out, file) {
        let back = normal(&object);
        let same_id: Vec<Value> =
            originals.iter().map(normal).filter(|it| it["id"] == back["id"]).collect();
        let same_id: Vec<&Value> =
            same_id.iter().filter(|it| it["displayName"] == back["displayName"]).collect();
        assert!(same_id.contains(&&back), "{file}: {back:#}\n{same_id:#?}");
        count += 1;
    }
    count
}

/// Every object of every file, whatever it is, and at whatever depth.
fn originals(folder: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(originals(&path));
        } else if path.extension().is_some_and(|it| it == "json") {
            let bytes = std::fs::read(&path).expect("readable");
            if let Ok(value) = serde_json::from_str(&decoded(&bytes)) {
                gather(value, &mut found);
            }
        }
    }
    found
}

fn decoded(bytes: &[u8]) -> String {
    if let [0xff, 0xfe, rest @ ..] = bytes {
        let units: Vec<u16> =
            rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16_lossy(&units);
    }
    String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned()
}

fn gather(value: Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| gather(item, found)),
        Value::Object(entries) => {
            let named = ["displayName", "DisplayName"].iter().any(|key| entries.contains_key(*key));
            if named {
                found.push(Value::Object(entries.clone()));
            }
            entries.into_iter().for_each(|(_, value)| gather(value, found));
        }
        _ => {}
    }
}

const TENANTS: [&str; 7] = [
    "AlexFilipin-ConditionalAccess",
    "Azure-Samples-ca-apis",
    "Cloudshield-Conditional-Access-Framework",
    "Microsoft-ZeroTrust-CA",
    "ScubaGear-tenant-export",
    "caOptics-demodata",
    "j0eyv-ConditionalAccessBaseline",
];

#[test]
fn an_export_is_the_same_whatever_the_order_of_files() {
    let one = ("a.latch", "policy a { when user in anyone and app in any-app require mfa }");
    let other = ("b.latch", "policy b { when user in guests and app in office-365 block }");
    let there = Engine::from_text([one, other]).expect("sound");
    let back = Engine::from_text([other, one]).expect("sound");
    assert_eq!(exported(&there).files, exported(&back).files);
}
