//! Writes a log of sign-ins as Microsoft Graph tells them, for measuring `latch replay`, and policies to hold it against.
//!
//! ```sh
//! cargo run --release --example sign-in-log -- policies > p.latch
//! cargo run --release --example sign-in-log -- changed > q.latch
//! cargo run --release --example sign-in-log -- rows 5000000 > log.jsonl      # a seed may follow
//! cargo run --release --example sign-in-log -- parse log.jsonl               # only reads and parses, as a limit
//! /usr/bin/time -v target/release/latch replay log.jsonl -p p.latch --against q.latch
//! ```
//!
//! The people, apps, places and devices are made up; the fields, and how many policies a row lists, are those of real rows.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::Instant;

use fastrand::Rng;
use latch::entra::log::Records;

/// How many policies each row lists: a middling tenant has about twenty.
const POLICIES: usize = 20;

/// How many people sign in.
const PEOPLE: usize = 40_000;

const APPS: [(&str, &str); 6] = [
    ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"),
    ("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online"),
    ("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services"),
    ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API"),
    ("6b2f7f0e-3c0f-4c9b-8f5a-2f9d0c7c1b11", "Payroll"),
    ("2f4d3c1b-9d0c-4a55-8a3e-1b7e6f5d4c3a", "Source code"),
];
const CLIENTS: [&str; 5] =
    ["Browser", "Browser", "Mobile Apps and Desktop clients", "Exchange ActiveSync", "IMAP4"];
const SYSTEMS: [&str; 5] = ["Windows10", "MacOs", "Ios 17.1", "Android 14", "Linux"];
const PLACES: [(&str, &str, &str); 4] = [
    ("DE", "Berlin", "198.51.100"),
    ("NL", "Utrecht", "203.0.113"),
    ("US", "Seattle", "192.0.2"),
    ("BR", "Recife", "233.252.0"),
];
const RISKS: [&str; 8] = ["none", "none", "none", "none", "none", "none", "low", "high"];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["policies"] => policies(false),
        ["changed"] => policies(true),
        ["rows", count] => rows(number(count), 20_261_123),
        ["rows", count, seed] => rows(number(count), number(seed)),
        ["parse", path] => parse(path),
        _ => Err(io::Error::other("policies, changed, rows COUNT [SEED], or parse FILE")),
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn policy_id(at: usize) -> String {
    format!("10000000-0000-4000-8000-{at:012}")
}

/// Policies of the kinds that tenants have; some need what no log tells.
fn policies(changed: bool) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for at in 0..POLICIES {
        let body = match at % 6 {
            0 if changed => "when user in anyone require mfa or compliant-device".to_owned(),
            0 => "when user in anyone require mfa".to_owned(),
            1 => "when client in [exchange-active-sync, other] block".to_owned(),
            2 => format!(
                "when user in anyone and app in app-{} require compliant-device",
                at % APPS.len()
            ),
            3 if changed => "when risk.sign-in is high require mfa".to_owned(),
            3 => "when risk.sign-in is high block".to_owned(),
            4 => "when user in anyone and platform is linux require mfa persistent browser never"
                .to_owned(),
            _ => format!("when user in group-{at} and country is BR block"),
        };
        writeln!(
            out,
            "@id(\"{}\")\npolicy ca-{at:03} \"CA{at:03}: a policy\" {{ {body} }}",
            policy_id(at)
        )?;
        if at % 6 == 5 {
            writeln!(out, "group group-{at} = \"20000000-0000-4000-8000-{at:012}\"")?;
        }
    }
    for (at, (id, _)) in APPS.iter().enumerate() {
        writeln!(out, "app app-{at} = \"{id}\"")?;
    }
    out.flush()
}

fn rows(count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::with_seed(seed);
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    for at in 0..count {
        row(&mut rng, at, &mut out)?;
    }
    out.flush()
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

fn row(rng: &mut Rng, at: u64, out: &mut impl Write) -> io::Result<()> {
    let person = rng.usize(..PEOPLE);
    let (app, app_name) = pick(rng, &APPS);
    let (country, city, net) = pick(rng, &PLACES);
    let (client, system, risk) = (pick(rng, &CLIENTS), pick(rng, &SYSTEMS), pick(rng, &RISKS));
    let (strong, managed) = (rng.u8(..10) < 7, rng.bool());
    let requirement =
        if strong { "multiFactorAuthentication" } else { "singleFactorAuthentication" };
    // Twelve rows a second, so five million are five days.
    let second = at / 12;
    let (day, second) = (1 + second / 86_400 % 28, second % 86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let time = format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    write!(
        out,
        r#"{{"id":"{at:08x}-0000-4000-8000-{person:012}","createdDateTime":"{time}","userDisplayName":"Person {person}","userPrincipalName":"person.{person}@example.com","userId":"30000000-0000-4000-8000-{person:012}","userType":"member","appId":"{app}","appDisplayName":"{app_name}","resourceId":"{app}","resourceDisplayName":"{app_name}","ipAddress":"{net}.{}","clientAppUsed":"{client}","correlationId":"{:016x}{:016x}","isInteractive":true,"riskDetail":"none","riskLevelAggregated":"{risk}","riskLevelDuringSignIn":"{risk}","riskState":"none","riskEventTypes_v2":[],"authenticationRequirement":"{requirement}","originalTransferMethod":"none","status":{{"errorCode":0,"failureReason":"Other.","additionalDetails":null}},"deviceDetail":{{"deviceId":"","displayName":"PC-{person}","operatingSystem":"{system}","browser":"Edge 120.0.0","isCompliant":{managed},"isManaged":{managed},"trustType":"{}"}},"location":{{"city":"{city}","state":"","countryOrRegion":"{country}","geoCoordinates":{{"altitude":null,"latitude":52.5,"longitude":13.4}}}},"authenticationDetails":[{}],"conditionalAccessStatus":"success","appliedConditionalAccessPolicies":["#,
        rng.u8(1..255),
        rng.u64(..),
        rng.u64(..),
        if managed { "Azure AD joined" } else { "" },
        steps(&time, strong),
    )?;
    for policy in 0..POLICIES {
        let (result, held, failed) = match policy % 6 {
            0 if strong => ("success", "application,users", "none"),
            0 => ("failure", "application,users", "none"),
            _ => ("notApplied", "application", "users"),
        };
        let comma = if policy > 0 { "," } else { "" };
        let id = policy_id(policy);
        write!(
            out,
            r#"{comma}{{"id":"{id}","displayName":"CA{policy:03}: a policy","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],"result":"{result}","conditionsSatisfied":"{held}","conditionsNotSatisfied":"{failed}"}}"#
        )?;
    }
    out.write_all(b"]}\n")
}

/// A password, and where several factors were shown a push to the phone.
fn steps(time: &str, strong: bool) -> String {
    let step = |method: &str, detail: &str, requirement: &str| {
        format!(
            r#"{{"authenticationStepDateTime":"{time}","authenticationMethod":"{method}","authenticationMethodDetail":null,"succeeded":true,"authenticationStepResultDetail":"{detail}","authenticationStepRequirement":"{requirement}"}}"#
        )
    };
    let password = step("Password", "Correct password", "Primary authentication");
    let push = || {
        step("Mobile app notification", "MFA completed in Azure AD", "Multifactor authentication")
    };
    if strong { format!("{password},{}", push()) } else { password }
}

/// Reads a log, parses its records and drops them: the limit of what a replay can reach on one thread.
fn parse(path: &str) -> io::Result<()> {
    let start = Instant::now();
    let (mut good, mut bad) = (0_u64, 0_u64);
    for entry in Records::new(File::open(path)?) {
        match entry?.sign_in {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = (good + bad) as f64 / seconds;
    println!("{good} sign-ins, {bad} bad, {seconds:.1} s, {rate:.0} a second");
    Ok(())
}
