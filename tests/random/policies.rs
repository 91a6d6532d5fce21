//! Random policy sets, as text: every item, attribute, operator, grant and control, over a small world, so that policies
//! often apply and often meet.

use fastrand::Rng;

use super::{percent, pick, some};

/// What all random policy sets speak about.
pub(crate) const WORLD: &str = r#"
user ada = "ada-id"
user bob = "bob-id"
group red = "red-id"
group blue = "blue-id"
group green = "green-a", "green-b"
group glass emergency = "glass-id"
role gardener = "gardener-id"
app payroll = "payroll-id"
app wiki = "wiki-a", "wiki-b"
service-principal robot = "robot-id"
service-principal pipeline = "pipeline-id"
agent helper = "helper-id"
tenant partner = "partner-id"
context signing = "c3"
terms visitors = "visitors-a", "visitors-b"
terms house-rules = "rules-id"
custom-control duo = "duo-id"

attribute clearance: integer
attribute cost-centre: string
attribute on-call: boolean
attribute projects: set of string
attribute seniority: duration
attribute shift-start: time

network headquarters trusted {
  203.0.113.0/24
  2001:db8:10::/48
}
network branch {
  198.51.100.10 - 198.51.100.40
  country FR
}
network sanctioned {
  country KP, IR
  country unknown
}
network roaming { country DE, unknown by gps }
network tunnel {
  compliant-network
  private-link "link-id"
}
network mixed trusted {
  192.0.2.128/25
  country DE by gps
  service-tag "Edge"
}
network elsewhere = "elsewhere-id"
@id("office-id")
network office { 192.0.2.0/28 }

strength hardware-key {
  fido2 aaguid "key-a", "key-b"
  x509-multi-factor issuer "issuer-a" policy "policy-a", "policy-b"
}
strength key-a { fido2 aaguid "key-a" }
strength typed {
  password and sms
  password and software-oath
}
strength password-only { password }
strength outside = "outside-id"
"#;

const PEOPLE: &[&str] = &[
    "anyone",
    "anyone",
    "guests",
    "ada",
    "bob",
    "red",
    "blue",
    "green",
    "glass",
    "gardener",
    "global-administrator",
    "b2b-collaboration-guest",
];
const NETWORKS: &[&str] = &[
    "trusted",
    "headquarters",
    "branch",
    "sanctioned",
    "roaming",
    "tunnel",
    "mixed",
    "elsewhere",
    "office",
];
const DURATIONS: &[&str] =
    &["1 minute", "5 minutes", "15 minutes", "1 hour", "4 hours", "90 minutes", "1 day"];
const ZONES: &[&str] =
    &["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"];
const TEXT_ATTRIBUTES: &[&str] = &[
    "device.model",
    "device.name",
    "device.manufacturer",
    "device.os",
    "device.mdm-app",
    "device.extension-1",
    "device.extension-15",
    "device.id",
    "device.os-version",
    "cost-centre",
    "app.attribute.Data.Class",
    "service-principal.attribute.Data.Class",
    "agent.attribute.Data.Class",
];
const TEXTS: &[&str] = &["Surface", "surface pro", "kiosk", "10.0", "X", "é"];
const RISKS: &[&str] = &["risk.sign-in", "risk.user", "risk.service-principal", "risk.agent"];
const LEVELS: &[&str] = &["none", "low", "medium", "high"];
const WEEKDAYS: &[&str] = &["monday", "friday", "saturday", "sunday"];
const DATES: &[&str] = &["2026-03-29", "2026-06-01", "2026-10-25", "2026-11-23"];
const TIMES: &[&str] = &["00:00", "02:00", "02:30", "03:00", "08:00", "18:00:30", "22:00", "24:00"];

/// A random policy set: its items, the world's included, in one text.
pub(crate) fn text(rng: &mut Rng) -> String {
    let count = rng.usize(1..=7);
    let mut text = WORLD.to_owned();
    text.push_str(&format!("let first = {}\n", condition(rng, 2)));
    text.push_str(&format!("let second = first or {}\n", condition(rng, 1)));
    for at in 0..count {
        text.push_str(&policy(rng, &format!("p-{at}")));
    }
    text
}

/// One policy.
pub(crate) fn policy(rng: &mut Rng, name: &str) -> String {
    let state = match rng.u8(..20) {
        0..=2 => " report-only",
        3 => " disabled",
        _ => "",
    };
    let when = top_condition(rng);
    let unless = match percent(rng, 30) {
        true => format!("  unless {}\n", condition(rng, 1)),
        false => String::new(),
    };
    format!("policy {name}{state} {{\n  when {when}\n{unless}{}}}\n", effect(rng))
}

fn top_condition(rng: &mut Rng) -> String {
    match rng.u8(..10) {
        0 => "always".to_owned(),
        1 => "user in anyone".to_owned(),
        2 => "app in any-app".to_owned(),
        3 => "first".to_owned(),
        4 => "never or second".to_owned(),
        _ => condition(rng, 3),
    }
}

/// A condition nested at most so deep.
pub(crate) fn condition(rng: &mut Rng, depth: u8) -> String {
    if depth == 0 || percent(rng, 35) {
        return atom(rng);
    }
    let mut inner = || condition(rng, depth - 1);
    let (a, b) = (inner(), inner());
    match rng.u8(..6) {
        0 | 1 => format!("({a} and {b})"),
        2 | 3 => format!("({a} or {b})"),
        4 => format!("not ({a})"),
        _ => format!("(({a} or {b}) and not ({}))", atom(rng)),
    }
}

/// One test of one attribute.
fn atom(rng: &mut Rng) -> String {
    match rng.u8(..14) {
        0..=2 => member(rng, "user", PEOPLE),
        3 => principal(rng),
        4 | 5 => target(rng),
        6 => enumeration(rng),
        7 => place(rng),
        8 => device(rng),
        9 => texts(rng),
        10 => risk(rng),
        11 => clock(rng),
        12 => own(rng),
        _ => version(rng),
    }
}

fn not(rng: &mut Rng) -> &'static str {
    if percent(rng, 30) { "not " } else { "" }
}

fn member(rng: &mut Rng, attribute: &str, names: &[&str]) -> String {
    let chosen = some(rng, names);
    let mut chosen: Vec<_> = chosen.into_iter().collect();
    chosen.sort_unstable();
    chosen.dedup();
    let list = match chosen.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("[{}]", several.join(", ")),
    };
    format!("{attribute} {}in {list}", not(rng))
}

fn is(rng: &mut Rng, attribute: &str, words: &[&str]) -> String {
    match percent(rng, 50) {
        true => member(rng, attribute, words),
        false => {
            let negated = if percent(rng, 30) { " not" } else { "" };
            format!("{attribute} is{negated} {}", pick(rng, words))
        }
    }
}

fn principal(rng: &mut Rng) -> String {
    match rng.u8(..7) {
        0 => member(rng, "service-principal", &["own-tenant", "robot", "pipeline"]),
        1 => member(rng, "agent", &["any-agent", "helper"]),
        2 => is(rng, "agent.kind", &["identity", "user"]),
        3 => "agent.context contains endpoint-session".to_owned(),
        4 => member(rng, "user.tenant", &["partner"]),
        _ => is(rng, "user.type", &["member", "internal-guest", "b2b-collaboration-guest"]),
    }
}

fn target(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 | 1 => member(rng, "app", &["any-app", "payroll", "wiki", "any-agent-resource"]),
        2 => member(rng, "app", &["payroll", "wiki"]),
        3 => is(rng, "action", &["register-security-info", "register-device"]),
        4 => member(rng, "context", &["c1", "c2", "signing"]),
        _ => is(rng, "traffic", &["microsoft-365", "internet", "private"]),
    }
}

fn enumeration(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 | 1 => is(rng, "client", &["browser", "mobile-desktop", "exchange-active-sync", "other"]),
        2 => is(rng, "platform", &["ios", "android", "windows", "linux", "unknown"]),
        _ => is(rng, "flow", &["device-code", "authentication-transfer"]),
    }
}

fn place(rng: &mut Rng) -> String {
    let between = |rng: &mut Rng| {
        let low = 64_496 + rng.u32(..4);
        format!("asn between {low} and {}", low + rng.u32(..4))
    };
    match rng.u8(..8) {
        0..=3 => member(rng, "location", NETWORKS),
        4 => format!("ip {}in 203.0.113.0/25", not(rng)),
        5 => is(rng, "country", &["DE", "FR", "KP", "US"]),
        6 => between(rng),
        _ => is(rng, "anonymizer", &["vpn", "tor", "hosting"]),
    }
}

fn device(rng: &mut Rng) -> String {
    let bare = ["device.registered", "device.compliant", "device.hybrid-joined"];
    match rng.u8(..6) {
        0..=2 => format!("{}{}", not(rng), pick(rng, &bare)),
        3 => is(rng, "device.trust", &["joined", "hybrid-joined", "registered"]),
        4 => is(rng, "device.ownership", &["personal", "company"]),
        _ => {
            let set = pick(rng, &["device.physical-ids", "device.system-labels"]);
            format!("{set} {}contains \"{}\"", not(rng), pick(rng, TEXTS))
        }
    }
}

fn texts(rng: &mut Rng) -> String {
    let attribute = pick(rng, TEXT_ATTRIBUTES);
    let value = pick(rng, TEXTS);
    let operator = pick(rng, &["starts with", "ends with", "contains"]);
    match rng.u8(..3) {
        0 => format!("{attribute} is \"{value}\""),
        1 => format!("{attribute} {}in [\"{value}\", \"Kiosk\"]", not(rng)),
        _ => format!("{attribute} {}{operator} \"{value}\"", not(rng)),
    }
}

fn ordering(rng: &mut Rng) -> &'static str {
    pick(rng, &["<", "<=", ">", ">="])
}

fn risk(rng: &mut Rng) -> String {
    let attribute = pick(rng, RISKS);
    match rng.u8(..4) {
        0 => is(rng, attribute, LEVELS),
        1 => is(rng, "risk.insider", &["none", "minor", "moderate", "elevated"]),
        2 => format!("{attribute} >= {}", pick(rng, &["low", "medium", "high"])),
        _ => format!("{attribute} <= {}", pick(rng, &["none", "low", "medium"])),
    }
}

fn version(rng: &mut Rng) -> String {
    let version = pick(rng, &["10.0", "10.0.22631", "17", "17.4.1"]);
    format!("device.os-version {} \"{version}\"", ordering(rng))
}

fn clock(rng: &mut Rng) -> String {
    let zone = pick(rng, ZONES);
    let test = match rng.u8(..5) {
        0..=2 => {
            let (from, to) = (pick(rng, &TIMES[..7]), pick(rng, TIMES));
            format!("time {}between {from} and {to}", not(rng))
        }
        3 => member(rng, "weekday", WEEKDAYS),
        _ => format!("date {} {}", ordering(rng), pick(rng, DATES)),
    };
    format!("{test} zone \"{zone}\"")
}

fn own(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 => format!("clearance {} {}", ordering(rng), rng.u8(1..4)),
        1 => format!("cost-centre {}starts with \"x\"", not(rng)),
        2 => format!("{}on-call", not(rng)),
        3 => format!("projects {}contains \"Lighthouse\"", not(rng)),
        4 => format!("seniority {} {}", ordering(rng), pick(rng, &["30 days", "1 day"])),
        _ => format!("shift-start between 06:00 and 14:00 zone \"{}\"", pick(rng, ZONES)),
    }
}

fn effect(rng: &mut Rng) -> String {
    match rng.u8(..10) {
        0 | 1 => "  block\n".to_owned(),
        2 | 3 => {
            let control = control(rng);
            format!("{control}{}", sometimes_control(rng, &control))
        }
        4 => format!(
            "  require risk-remediation and strength {}\n  sign-in frequency every time\n",
            strength(rng)
        ),
        _ => format!("  require {}\n{}", grant(rng, 2), sometimes_control(rng, "")),
    }
}

fn sometimes_control(rng: &mut Rng, beside: &str) -> String {
    let control = control(rng);
    let first = |text: &str| text.split_whitespace().next().map(str::to_owned);
    match percent(rng, 40) && first(&control) != first(beside) {
        true => control,
        false => String::new(),
    }
}

fn control(rng: &mut Rng) -> String {
    let words = match rng.u8(..12) {
        0..=4 => frequency(rng),
        5 => format!("persistent browser {}", pick(rng, &["always", "never"])),
        6 => format!("lifetime {}", pick(rng, DURATIONS)),
        7 => format!("idle {}", pick(rng, DURATIONS)),
        8 => format!("cloud app security {}", pick(rng, &["monitor", "custom", "block-downloads"])),
        9 => format!("continuous evaluation {}", pick(rng, &["off", "strict", "strict-location"])),
        10 => pick(rng, &["app restrictions", "token protection", "resilience off"]).to_owned(),
        _ => "global secure access profile \"profile-id\"".to_owned(),
    };
    format!("  {words}\n")
}

fn frequency(rng: &mut Rng) -> String {
    let age = match percent(rng, 25) {
        true => "every time",
        false => pick(rng, DURATIONS),
    };
    let second = if percent(rng, 25) { " for second factor" } else { "" };
    format!("sign-in frequency {age}{second}")
}

/// A grant nested at most so deep.
pub(crate) fn grant(rng: &mut Rng, depth: u8) -> String {
    if depth == 0 || percent(rng, 40) {
        return requirement(rng);
    }
    let word = pick(rng, &["and", "or", "or"]);
    let parts: Vec<_> = (0..rng.usize(2..=3)).map(|_| grant(rng, depth - 1)).collect();
    format!("({})", parts.join(&format!(" {word} ")))
}

fn requirement(rng: &mut Rng) -> String {
    let within = match percent(rng, 35) {
        true => format!(" within {}", pick(rng, DURATIONS)),
        false => String::new(),
    };
    let word = match rng.u8(..12) {
        0..=2 => "mfa".to_owned(),
        3..=5 => format!("strength {}", strength(rng)),
        6 => "compliant-device".to_owned(),
        7 => "hybrid-joined-device".to_owned(),
        8 => pick(rng, &["approved-app", "protected-app"]).to_owned(),
        9 => format!("terms {}", pick(rng, &["visitors", "house-rules"])),
        10 => "custom-control duo".to_owned(),
        _ => return format!("(password-change{within} and mfa)"),
    };
    format!("{word}{within}")
}

fn strength(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &[
            "multi-factor",
            "passwordless",
            "phishing-resistant",
            "hardware-key",
            "key-a",
            "typed",
            "password-only",
            "outside",
        ],
    )
}
