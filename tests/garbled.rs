//! Garbled policies, requests and exports: whatever is broken in them, there is an answer, soon, and no panic.
//!
//! `LATCH_MUTATIONS` says how many of each are tried, `LATCH_SEED` where they begin. A case that fails is printed whole.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fastrand::Rng;
use latch::engine::Engine;
use latch::geo::GeoDatabases;
use latch::request::json;

/// How many are tried when nobody says: a few seconds' worth.
const MUTATIONS: usize = 300;

/// No small input may take longer. A thousand times what they take, so that a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(20);

fn mutations() -> usize {
    let told = std::env::var("LATCH_MUTATIONS").ok().and_then(|it| it.parse().ok());
    told.unwrap_or(MUTATIONS)
}

fn seed() -> u64 {
    std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(20_261_123)
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Things that break readers: borders of numbers, of text, of nesting.
const SPLINTERS: [&[u8]; 18] = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\"",
    b"\\u",
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b"18446744073709551616",
    b"-1",
    b"1e999",
    b"null",
    b"\r\n",
    b"not ",
    b"9999-12-31T23:59:60Z",
    b"::ffff:255.255.255.255/129",
];

/// One text with a few things broken.
fn garbled(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut text = seeds[rng.usize(..seeds.len())].clone();
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..=text.len());
        let to = (at + rng.usize(..24)).min(text.len());
        match rng.u8(..7) {
            0 => drop(text.drain(at..to)),
            1 => drop(text.splice(at..at, text[at..to].to_vec())),
            2 => drop(text.splice(at..to, SPLINTERS[rng.usize(..SPLINTERS.len())].to_vec())),
            3 => drop(text.splice(at..at, SPLINTERS[rng.usize(..SPLINTERS.len())].to_vec())),
            4 => text[at..to].iter_mut().for_each(|byte| *byte ^= 1 << rng.u8(..8)),
            5 => text[at..to].reverse(),
            _ => splice_other(&mut text, at, &seeds[rng.usize(..seeds.len())], rng),
        }
    }
    if rng.u8(..8) == 0 {
        text.truncate(rng.usize(..=text.len()));
    }
    text
}

fn splice_other(text: &mut Vec<u8>, at: usize, other: &[u8], rng: &mut Rng) {
    let from = rng.usize(..=other.len());
    let to = (from + rng.usize(..200)).min(other.len());
    text.splice(at..at, other[from..to].iter().copied());
}

/// Tries a reader on as many garbled texts as wanted.
fn hold(what: &str, seeds: &[Vec<u8>], read: impl Fn(&[u8])) {
    assert!(!seeds.is_empty(), "{what}: nothing to garble");
    let seed = seed();
    for number in 0..mutations() {
        let mut rng = Rng::with_seed(seed ^ (number as u64) << 20);
        let text = garbled(seeds, &mut rng);
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&text)));
        let shown = text.escape_ascii();
        assert!(outcome.is_ok(), "{what}: a panic, LATCH_SEED={seed}, number {number}: {shown}");
        let took = begun.elapsed();
        assert!(took < PATIENCE, "{what}: {took:?}, LATCH_SEED={seed}, number {number}: {shown}");
    }
}

/// The files below a folder with that ending.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(project(folder))
        .expect("there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
}

/// Whole files garble into files that share one mistake; single items get deeper.
fn items(files: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let text = files.iter().map(|file| String::from_utf8_lossy(file).into_owned());
    let items = text.flat_map(|file| {
        file.split("\n\n").map(|item| item.as_bytes().to_vec()).collect::<Vec<_>>()
    });
    items.filter(|item| item.len() > 20).collect()
}

#[test]
fn policies() {
    let mut seeds = items(&files("policies/starter", "latch"));
    seeds.extend(items(&files("policies/baseline", "latch")));
    seeds.extend(files("policies/starter", "latch"));
    hold("policies", &seeds, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Err(error) = Engine::from_text([("garbled.latch", text)]) {
            drop(error.to_string());
        }
    });
}

fn sign_ins() -> Vec<Vec<u8>> {
    let lines = fs::read(project("policies/baseline/sign-ins.jsonl")).expect("readable");
    lines.split(|byte| *byte == b'\n').filter(|it| !it.is_empty()).map(<[u8]>::to_vec).collect()
}

#[test]
fn requests() {
    let engine = Engine::from_paths([project("policies/baseline")]).expect("the baseline is fine");
    hold("requests", &sign_ins(), |bytes| {
        let read = std::str::from_utf8(bytes).ok().and_then(|text| json::read(text).ok());
        if let Some(request) = read {
            drop(engine.decide(&request).to_string());
        }
    });
}

#[test]
fn streams_of_requests() {
    let seeds = vec![sign_ins().join(&b'\n')];
    hold("streams", &seeds, |bytes| {
        let lines = json::Lines::new(bytes);
        assert!(lines.count() <= bytes.len() + 1);
    });
}

/// Records of each shape, and one that has everything a log can have.
fn records() -> Vec<Vec<u8>> {
    let record = br##"{"id":"1","createdDateTime":"2026-11-23T08:00:00.1234567Z","userId":"a1","userType":"Guest","crossTenantAccessType":"b2bCollaboration","homeTenantId":"t1","resourceTenantId":"t2","resourceId":"r1","conditionalAccessAudiences":[{"applicationId":"r2"}],"authenticationContextClassReferences":[{"id":"c1","detail":"required"}],"clientAppUsed":"Browser","ipAddress":"203.0.113.7","location":{"countryOrRegion":"DE"},"deviceDetail":"{\"deviceId\":\"d1\",\"trustType\":\"Azure AD joined\",\"isCompliant\":true}","networkLocationDetails":[{"networkType":"namedNetwork","networkNames":["HQ"]}],"riskLevelDuringSignIn":"low","originalTransferMethod":"deviceCodeFlow","autonomousSystemNumber":64496,"status":{"errorCode":0,"additionalDetails":"MFA requirement satisfied by claim in the token"},"authenticationDetails":[{"authenticationMethod":"Password","succeeded":true,"authenticationStepDateTime":"2026-11-23T07:59:00Z"}],"conditionalAccessStatus":"success","appliedConditionalAccessPolicies":[{"id":"p1","displayName":"MFA","result":"success","enforcedGrantControls":["Mfa"],"conditionsSatisfied":"application,users","conditionsNotSatisfied":0}]}"##.to_vec();
    let envelope = [
        br#"{"time":"2026-11-23 08:00:00","category":"SignInLogs","properties":"#.as_slice(),
        &record,
        b"}",
    ]
    .concat();
    let what_if = br##"{"signInIdentity":{"@odata.type":"#microsoft.graph.userSignIn","userId":"a1"},"signInContext":{"includeApplications":["r1"]},"signInConditions":{"devicePlatform":"android","country":"FR","ipAddress":"192.0.2.1","signInRiskLevel":"high","deviceInfo":{"deviceId":"d1","trustType":"AzureAD"}}}"##.to_vec();
    let mut records = vec![record, envelope, what_if];
    records.extend(sign_ins().into_iter().take(3));
    records
}

#[test]
fn sign_in_records() {
    hold("records", &records(), |bytes| {
        for shape in latch::entra::log::Shape::ALL {
            if let Err(error) = latch::entra::log::read_as(bytes, shape) {
                assert!(error.to_string().len() < 1_000, "{error}");
            }
        }
    });
}

/// Streams of records in every layout and packing; however broken, they end, in no more entries than bytes.
#[test]
fn streams_of_sign_in_records() {
    use std::io::Write;
    let records = records();
    let lines = records.join(&b'\n');
    let list = [b"[\n  ".as_slice(), &records.join(b",\n  ".as_slice()), b"\n]\n"].concat();
    let page = [br#"{"@odata.context":"x","value":"#.as_slice(), &list, b"}"].concat();
    let text = String::from_utf8_lossy(&lines).into_owned();
    let utf16 = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&lines).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zstd = ruzstd::encoding::compress_to_vec(lines.as_slice(), level);
    hold("streams of records", &[lines, list, page, utf16, gzip, zstd], |bytes| {
        let mut entries = 0;
        for entry in latch::entra::log::Records::new(bytes) {
            entries += usize::from(entry.is_ok());
            // What is packed may hold a thousand times its bytes, each a line of its own.
            assert!(entries <= 2_000 * (bytes.len() + 1));
        }
    });
}

#[test]
fn directories() {
    let seeds = [
        br#"{"value":[{"id":"g1","members":[{"id":"a1"},"a2",{"id":"g2"}]},{"id":"g2","members":["a3"]}]}"#.to_vec(),
        br#"{"id":"a1","groups":["g1"],"roles":[{"roleTemplateId":"r1"}],"type":"member"}"#.to_vec(),
    ];
    let request = json::read(r#"{"user":{"id":"a1"}}"#).expect("a request");
    hold("directories", &seeds, |bytes| {
        let mut directory = latch::entra::directory::Directory::new();
        if directory.add(bytes).is_ok() {
            directory.join(request.clone()).expect("nothing contradicts a user that is only named");
        }
    });
}

const EXPORT: &[u8] = br##"{"value":[{"id":"4c096b25-2cbb-4a2a-a2e9-2cef12674adc","displayName":"MFA","state":"enabled","conditions":{"clientAppTypes":["all"],"signInRiskLevels":["high"],"applications":{"includeApplications":["All"],"excludeApplications":["00000002-0000-0ff1-ce00-000000000000"]},"users":{"includeUsers":["All"],"excludeGroups":["0c5e9b0e-5d0c-4c8b-9a43-1c6f0b0d6d11"]},"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]},"devices":{"deviceFilter":{"mode":"exclude","rule":"device.isCompliant -eq True -and device.model -startsWith \"Surface\""}}},"grantControls":{"operator":"OR","builtInControls":["mfa","compliantDevice"]},"sessionControls":{"signInFrequency":{"isEnabled":true,"value":4,"type":"hours","frequencyInterval":"timeBased"}}},{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"1","displayName":"Office","isTrusted":true,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"203.0.113.0/24"}]}]}"##;

/// The sample above, and some real policies where there is a corpus.
fn exports() -> Vec<Vec<u8>> {
    let corpus = std::env::var("LATCH_CORPUS").unwrap_or_else(|_| "../shared/data".to_owned());
    let path = project(&corpus).join("entra/policies.jsonl");
    let real = fs::read(path).unwrap_or_default();
    let lines = real.split(|byte| *byte == b'\n').filter(|it| !it.is_empty());
    let mut seeds: Vec<Vec<u8>> = lines.step_by(7).map(<[u8]>::to_vec).collect();
    if seeds.is_empty() {
        println!("skipped: no corpus");
    }
    seeds.push(EXPORT.to_vec());
    seeds
}

#[test]
fn exports_of_entra() {
    hold("exports", &exports(), |bytes| {
        let export = latch::entra::from_bytes("export.json", bytes);
        let imported = latch::entra::import(&export);
        if let Err(error) = Engine::from_text(imported.files) {
            panic!("what was imported does not compile: {error}");
        }
    });
}

#[test]
fn databases() {
    let seeds = files("policies/baseline", "mmdb");
    let addresses = ["192.0.2.1", "203.0.113.255", "0.0.0.0", "2001:db8::1", "::ffff:192.0.2.1"];
    let addresses = addresses.map(|it| it.parse().expect("an address"));
    hold("databases", &seeds, |bytes| {
        if let Ok(databases) = GeoDatabases::from_bytes("garbled.mmdb", bytes.to_vec()) {
            addresses.iter().for_each(|address| drop(databases.lookup(*address)));
        }
    });
}

/// A compiled set with some bytes of its body changed, sealed as if it had been written so.
fn forged(file: &[u8], rng: &mut Rng) -> Vec<u8> {
    const BODY: usize = 16;
    let mut forged = match rng.u8(..3) {
        0 => [&file[..BODY], &garbled(&[file[BODY..].to_vec()], rng)].concat(),
        _ => file.to_vec(),
    };
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(BODY.min(forged.len())..=forged.len());
        let Some(byte) = forged.get_mut(at) else { continue };
        *byte = match rng.u8(..4) {
            0 => 0,
            1 => u8::MAX,
            2 => byte.wrapping_add(1),
            _ => rng.u8(..),
        };
    }
    let mut checksum = flate2::Crc::new();
    checksum.update(&forged[BODY..]);
    forged[12..BODY].copy_from_slice(&checksum.sum().to_le_bytes());
    forged
}

/// What is sealed and says anything but a policy set is refused; what passes for one decides, soon and without a panic.
#[test]
fn compiled_sets() {
    let all = "policy clock { when time between 08:00 and 18:00 zone \"Europe/Berlin\" and device.model starts with \"S\" block }
        network office { 203.0.113.0/24 2001:db8::/32 country DE, unknown }
        attribute grade: integer
        policy here { when location in office and grade > 3 require mfa and compliant-device within 1 hour idle 1 hour }";
    let baseline =
        Engine::from_paths([project("policies/baseline")]).expect("the baseline is fine");
    let small = Engine::from_text([("all.latch", all)]).expect("fine");
    let files = [baseline.to_saved(), small.to_saved()];
    let read = |line: Vec<u8>| json::read(&String::from_utf8_lossy(&line)).expect("a sign-in");
    let requests: Vec<_> = sign_ins().into_iter().take(5).map(read).collect();
    let accepted = std::cell::Cell::new(0);
    // The seeds are forged anew in each turn, from a number of their own.
    let numbers: Vec<Vec<u8>> = (0..64_u64).map(|it| it.to_le_bytes().to_vec()).collect();
    hold("compiled sets", &numbers, |number| {
        let number = number.iter().fold(0_u64, |all, byte| all.wrapping_mul(31) + u64::from(*byte));
        let mut rng = Rng::with_seed(number);
        for file in &files {
            let Ok(engine) = Engine::from_saved(forged(file, &mut rng)) else { continue };
            accepted.set(accepted.get() + 1);
            requests.iter().for_each(|request| drop(engine.review(request)));
        }
    });
    assert!(accepted.get() > 0, "every forgery was refused, so that nothing was tried");
}
