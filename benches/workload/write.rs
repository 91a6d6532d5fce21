//! Rules as text of the language.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use latch::schema::attribute::{CLIENTS, FLOWS, INSIDER_RISKS, PLATFORMS, RISKS, USER_TYPES};

use super::draw::ALL_TRUSTED;
use super::places::{COUNTRIES, Network, UNKNOWN_COUNTRY};
use super::rule::{Atom, DeviceTest, Effect, Frequency, Grant, People, Rule, Session, Wanted};
use super::tenant::{APPS, BREAK_GLASS, ROLES, Tenant, app_id, group_id, user_id};

/// The policies with everything that they name.
pub(crate) fn text(tenant: &Tenant, rules: &[Rule]) -> String {
    let mut text = String::new();
    for group in named(rules, |people| people.groups.clone()) {
        let emergency = if group == BREAK_GLASS { " emergency" } else { "" };
        line(&mut text, format_args!("group g{group}{emergency} = \"{}\"", group_id(group)));
    }
    for user in named(rules, |people| people.users.clone()) {
        line(&mut text, format_args!("user u{user} = \"{}\"", user_id(user)));
    }
    for app in 0..APPS {
        line(&mut text, format_args!("app a{app} = \"{}\"", app_id(app)));
    }
    text.push_str("terms house-rules = \"house-rules\"\nterms partner-terms = \"partner-terms\"\n");
    text.push_str("custom-control badge-reader = \"badge-reader\"\n");
    for (at, network) in tenant.networks.iter().enumerate() {
        write_network(&mut text, at, network);
    }
    for (at, rule) in rules.iter().enumerate() {
        write_rule(&mut text, at, rule);
    }
    text
}

/// The name of a policy.
pub(crate) fn name(at: usize) -> String {
    format!("p{at:06}")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory");
}

fn named<T: Ord>(rules: &[Rule], of: impl Fn(&People) -> Vec<T>) -> BTreeSet<T> {
    rules.iter().flat_map(|rule| [&rule.people, &rule.except]).flat_map(of).collect()
}

fn write_network(text: &mut String, at: usize, network: &Network) {
    let trusted = if network.trusted { " trusted" } else { "" };
    line(text, format_args!("network n{at}{trusted} {{"));
    for (ip, length) in &network.prefixes {
        line(text, format_args!("  {ip}/{length}"));
    }
    let known = network.countries & !UNKNOWN_COUNTRY;
    if known != 0 {
        line(text, format_args!("  country {}", words(u64::from(known), &COUNTRIES)));
    }
    if network.countries & UNKNOWN_COUNTRY != 0 {
        line(text, format_args!("  country unknown"));
    }
    text.push_str("}\n");
}

/// The words of a mask.
fn words(mask: u64, words: &[&str]) -> String {
    let chosen = words.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
    chosen.map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}

fn listed<T: std::fmt::Display>(kind: char, all: &[T]) -> Vec<String> {
    all.iter().map(|it| format!("{kind}{it}")).collect()
}

/// `ATTRIBUTE in [a, b]`, or with `is` for one.
fn among(attribute: &str, mask: u8, all: &[&str]) -> Option<String> {
    let listed = words(u64::from(mask), all);
    match mask.count_ones() {
        0 => None,
        1 => Some(format!("{attribute} is {listed}")),
        _ => Some(format!("{attribute} in [{listed}]")),
    }
}

fn people(people: &People) -> Vec<String> {
    let mut parts = Vec::new();
    if people.anyone {
        parts.push("user in anyone".to_owned());
    }
    let mut members = listed('g', &people.groups);
    members.extend(listed('u', &people.users));
    let roles = ROLES.iter().enumerate().filter(|(at, _)| people.roles & (1 << at) != 0);
    members.extend(roles.map(|(_, (name, _))| (*name).to_owned()));
    if people.types == 0b111_1110 {
        members.push("guests".to_owned());
    }
    if !members.is_empty() {
        parts.push(format!("user in [{}]", members.join(", ")));
    }
    if people.types != 0 && people.types != 0b111_1110 {
        parts.extend(among("user.type", people.types, USER_TYPES));
    }
    parts
}

fn places(mask: u64) -> String {
    let mut names = Vec::new();
    let trusted = mask & ALL_TRUSTED == ALL_TRUSTED;
    if trusted {
        names.push("trusted".to_owned());
    }
    let left = if trusted { mask & !ALL_TRUSTED } else { mask };
    names.extend((0..64).filter(|at| left & (1 << at) != 0).map(|at| format!("n{at}")));
    format!("location in [{}]", names.join(", "))
}

fn device(test: DeviceTest) -> &'static str {
    match test {
        DeviceTest::Compliant => "device.compliant",
        DeviceTest::HybridJoined => "device.hybrid-joined",
        DeviceTest::CompliantOrHybrid => "(device.compliant or device.hybrid-joined)",
        DeviceTest::CompliantCompany => "(device.compliant and device.ownership is company)",
        DeviceTest::Surface => "device.model starts with \"Surface\"",
        DeviceTest::Kiosk => "device.enrollment-profile is \"kiosk\"",
    }
}

fn target(wanted: &Wanted) -> String {
    match wanted {
        Wanted::AnyApp => "app in any-app".to_owned(),
        Wanted::Apps(apps) => format!("app in [{}]", listed('a', apps).join(", ")),
        Wanted::Registration => "action is register-security-info".to_owned(),
    }
}

fn write_rule(text: &mut String, at: usize, rule: &Rule) {
    let who = people(&rule.people);
    let who = if who.len() == 1 { who[0].clone() } else { format!("({})", who.join(" or ")) };
    let mut when = vec![who, target(&rule.wanted)];
    when.extend(among("client", rule.clients, CLIENTS));
    when.extend(among("platform", rule.platforms, PLATFORMS));
    when.extend(among("flow", rule.flows, FLOWS));
    when.extend(among("risk.sign-in", rule.sign_in_risks, RISKS));
    when.extend(among("risk.user", rule.user_risks, RISKS));
    when.extend(among("risk.insider", rule.insider_risks, INSIDER_RISKS));
    if rule.inside != 0 {
        when.push(places(rule.inside));
    }
    let mut unless = people(&rule.except);
    if !rule.except_apps.is_empty() {
        unless.push(format!("app in [{}]", listed('a', &rule.except_apps).join(", ")));
    }
    if rule.outside != 0 {
        unless.push(places(rule.outside));
    }
    match rule.device {
        Some((test, true)) => when.push(device(test).to_owned()),
        Some((test, false)) => unless.push(device(test).to_owned()),
        None => {}
    }
    let state = if rule.report_only { " report-only" } else { "" };
    line(text, format_args!("policy {} \"Policy number {at}\"{state} {{", name(at)));
    line(text, format_args!("  when   {}", when.join(" and ")));
    line(text, format_args!("  unless {}", unless.join(" or ")));
    write_effect(text, &rule.effect);
    text.push_str("}\n");
}

fn write_effect(text: &mut String, effect: &Effect) {
    match effect {
        Effect::Block => text.push_str("  block\n"),
        Effect::Require { grant, session } => {
            if let Some(grant) = grant {
                line(text, format_args!("  require {}", requirement(grant)));
            }
            write_session(text, session);
        }
    }
}

fn requirement(grant: &Grant) -> String {
    let atoms = Atom::ALL.into_iter().filter(|atom| grant.atoms & atom.bit() != 0);
    let joined = if grant.all { " and " } else { " or " };
    let text = atoms.map(word).collect::<Vec<_>>().join(joined);
    match grant.within {
        Some(seconds) => format!("{text} within {} minutes", seconds / 60),
        None => text,
    }
}

fn word(atom: Atom) -> &'static str {
    match atom {
        Atom::Mfa => "mfa",
        Atom::Passwordless => "strength passwordless",
        Atom::PhishingResistant => "strength phishing-resistant",
        Atom::CompliantDevice => "compliant-device",
        Atom::HybridJoined => "hybrid-joined-device",
        Atom::ApprovedApp => "approved-app",
        Atom::ProtectedApp => "protected-app",
        Atom::PasswordChange => "password-change",
        Atom::RiskRemediation => "risk-remediation",
        Atom::HouseRules => "terms house-rules",
        Atom::PartnerTerms => "terms partner-terms",
        Atom::BadgeReader => "custom-control badge-reader",
    }
}

fn write_session(text: &mut String, session: &Session) {
    if let Some(Frequency { seconds, second_factor }) = session.frequency {
        let often = seconds.map_or("every time".to_owned(), |it| format!("{} hours", it / 3600));
        let of = if second_factor { " for second factor" } else { "" };
        line(text, format_args!("  sign-in frequency {often}{of}"));
    }
    if let Some(always) = session.persistent_browser {
        let word = if always { "always" } else { "never" };
        line(text, format_args!("  persistent browser {word}"));
    }
    if let Some(word) = session.cloud_app_security {
        line(text, format_args!("  cloud app security {word}"));
    }
    if let Some(word) = session.continuous_evaluation {
        line(text, format_args!("  continuous evaluation {word}"));
    }
    let flags = [
        (session.app_restrictions, "app restrictions"),
        (session.token_protection, "token protection"),
        (session.resilience_off, "resilience off"),
        (session.secure_access_profile, "global secure access profile \"internet\""),
    ];
    flags
        .iter()
        .filter(|(set, _)| *set)
        .for_each(|(_, words)| line(text, format_args!("  {words}")));
}
