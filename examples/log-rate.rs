//! How fast a sign-in log is read, beside only cutting it into lines and checking that they are JSON.
//!
//! ```sh
//! cargo run --release --no-default-features --features logs --example log-rate -- --write 1000000 sign-ins.jsonl.gz
//! cargo run --release --no-default-features --features logs --example log-rate -- sign-ins.jsonl.gz
//! ```

use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::time::Instant;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use latch::entra::log::Records;

/// Policies in each written record: what a middling tenant has.
const POLICIES: usize = 12;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--write", count, path] => write(count.parse().map_err(io::Error::other)?, path),
        [path] => measure(path),
        _ => Err(io::Error::other("log-rate [--write COUNT] FILE")),
    }
}

/// Writes as many records, in the shape of Graph, no two alike; packed if the name ends so.
fn write(count: u64, path: &str) -> io::Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let mut output: Box<dyn Write> = match path.ends_with(".gz") {
        true => Box::new(GzEncoder::new(file, Compression::default())),
        false => Box::new(file),
    };
    for number in 0..count {
        writeln!(output, "{}", record(number))?;
    }
    output.flush()
}

fn record(number: u64) -> String {
    // Scattered, so that packing finds what it finds in real logs.
    let chance = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let user = chance % 5_000;
    let (second, minute, hour) = (number % 60, number / 60 % 60, number / 3_600 % 24);
    let time = format!("2026-11-23T{hour:02}:{minute:02}:{second:02}Z");
    let policies: Vec<String> = (0..POLICIES).map(|policy| policy_text(policy, chance)).collect();
    format!(
        r#"{{"id":"{chance:016x}-0000-4000-8000-{number:012}","createdDateTime":"{time}","userDisplayName":"Person {user}","userPrincipalName":"person{user}@example.com","userId":"a0000000-0000-4000-8000-{user:012}","appId":"de8bc8b5-d9f9-48b1-a8ad-b748da725064","appDisplayName":"Graph explorer","ipAddress":"203.0.113.{}","clientAppUsed":"Browser","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36","correlationId":"{chance:016x}","conditionalAccessStatus":"success","originalRequestId":"","isInteractive":true,"tokenIssuerType":"AzureAD","processingTimeInMilliseconds":{},"riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes_v2":[],"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000","homeTenantId":"b0000000-0000-4000-8000-000000000001","resourceTenantId":"b0000000-0000-4000-8000-000000000001","authenticationRequirement":"multiFactorAuthentication","signInEventTypes":["interactiveUser"],"servicePrincipalId":"","userType":"member","crossTenantAccessType":"none","authenticationProtocol":"oAuth2","originalTransferMethod":"none","autonomousSystemNumber":64496,"status":{{"errorCode":0,"failureReason":"Other.","additionalDetails":"MFA requirement satisfied by claim in the token"}},"deviceDetail":{{"deviceId":"","displayName":"","operatingSystem":"Windows 10","browser":"Chrome 131.0.0","isCompliant":false,"isManaged":false,"trustType":""}},"location":{{"city":"Bonn","state":"Nordrhein-Westfalen","countryOrRegion":"DE","geoCoordinates":{{"altitude":null,"latitude":50.7,"longitude":7.1}}}},"appliedConditionalAccessPolicies":[{}],"authenticationDetails":[{{"authenticationStepDateTime":"{time}","authenticationMethod":"Previously satisfied","authenticationMethodDetail":null,"succeeded":true,"authenticationStepResultDetail":"MFA requirement satisfied by claim in the token","authenticationStepRequirement":"Multifactor authentication"}}],"networkLocationDetails":[],"sessionLifetimePolicies":[]}}"#,
        chance % 256,
        chance % 400,
        policies.join(",")
    )
}

fn policy_text(policy: usize, chance: u64) -> String {
    let (result, satisfied, not) = match chance >> policy & 3 {
        0 => ("success", "application,users", "none"),
        1 => ("notEnabled", "none", "none"),
        2 => ("notApplied", "application", "users"),
        _ => ("reportOnlyNotApplied", "none", "application"),
    };
    format!(
        r#"{{"id":"c0000000-0000-4000-8000-{policy:012}","displayName":"CA{policy:03}: a policy with a name","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],"result":"{result}","conditionsSatisfied":"{satisfied}","conditionsNotSatisfied":"{not}"}}"#
    )
}

fn measure(path: &str) -> io::Result<()> {
    let open = || -> io::Result<Box<dyn Read>> {
        let file = File::open(path)?;
        Ok(if path.ends_with(".gz") { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
    };
    let begun = Instant::now();
    let bytes = io::copy(&mut open()?, &mut io::sink())?;
    tell("only unpacking", 0, bytes, begun);
    let begun = Instant::now();
    tell("lines and JSON", lines(open()?)?, bytes, begun);
    let begun = Instant::now();
    let mut read = 0;
    for entry in Records::new(File::open(path)?) {
        read += u64::from(entry?.sign_in.is_ok());
    }
    tell("sign-ins", read, bytes, begun);
    Ok(())
}

/// Cuts into lines and checks that each is JSON.
fn lines(input: Box<dyn Read>) -> io::Result<u64> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = Vec::new();
    let mut count = 0;
    while input.read_until(b'\n', &mut line)? > 0 {
        serde_json::from_slice::<serde::de::IgnoredAny>(&line)?;
        count += 1;
        line.clear();
    }
    Ok(count)
}

fn tell(what: &str, count: u64, bytes: u64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    #[allow(clippy::cast_precision_loss, reason = "rates need no more digits")]
    let (records, megabytes) = (count as f64 / seconds, bytes as f64 / 1e6 / seconds);
    println!(
        "{what:<16} {count:>9} in {seconds:6.2} s, {records:>9.0} a second, {megabytes:>6.0} MB/s"
    );
}
