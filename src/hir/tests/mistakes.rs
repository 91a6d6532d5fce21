//! Wrong texts, and what is said about them.

use std::collections::BTreeSet;

use super::{read, told};
use crate::diagnostic;
use crate::hir::codes;

/// A text, and for each diagnostic: code, the words at its place, a piece of its message, a piece of its help.
pub(super) type Mistake =
    (&'static str, &'static [(&'static str, &'static str, &'static str, &'static str)]);

#[rustfmt::skip]
pub(super) const MISTAKES: &[Mistake] = &[
    // ── names
    ("group a = \"1\"\napp a = \"2\"", &[("L0201", "a", "`a` is declared twice", "another name")]),
    ("policy a { when always block }\npolicy a { when user in nobody block }", &[
        ("L0201", "a", "declared twice", ""),
        ("L0203", "nobody", "nothing is called `nobody`", ""),
    ]),
    ("group member = \"1\"", &[("L0202", "member", "`member` is a value of `user.type`", "another name")]),
    ("let trusted = always", &[("L0202", "trusted", "a set that `location` can be in", "")]),
    ("let device-code = always", &[("L0202", "device-code", "a value of `flow`", "")]),
    ("app client = \"1\"", &[("L0202", "client", "`client` is an attribute", "")]),
    ("network c12 { 10.0.0.0/8 }", &[("L0202", "c12", "an authentication context", "")]),
    ("let mfa = always", &[("L0202", "mfa", "`mfa` is a grant", "")]),
    ("let tenant = always", &[("L0202", "tenant", "`tenant` is a keyword", "")]),
    ("strength passwordless { fido2 }", &[("L0202", "passwordless", "the prelude already has a strength", "")]),
    ("policy a { when user in financ block }\ngroup finance = \"1\"", &[
        ("L0203", "financ", "nothing is called `financ`", "did you mean `finance`?"),
    ]),
    ("policy a { when user in guest block }", &[("L0203", "guest", "", "did you mean `guests`?")]),
    ("policy a { when user in xyzzy block }", &[("L0203", "xyzzy", "", "declare it: `group xyzzy = \"…\"`")]),
    ("policy a { when location in offise block }\nnetwork office { 10.0.0.0/8 }", &[
        ("L0203", "offise", "", "did you mean `office`?"),
    ]),
    ("policy a { when always require strength hardware }", &[
        ("L0203", "hardware", "nothing is called `hardware`", "declare it: `strength hardware { … }`"),
    ]),
    ("policy a { when always require terms rules }", &[("L0203", "rules", "", "terms rules = ")]),
    ("policy a { when unmanged block }\nlet unmanaged = device.compliant", &[
        ("L0203", "unmanged", "there is no condition `unmanged`", "did you mean `unmanaged`?"),
    ]),
    ("policy a { when compliant block }", &[("L0203", "compliant", "", "did you mean `device.compliant`?")]),
    ("policy p { when always block }\ntest \"t\" { client browser expect block by q }", &[
        ("L0203", "q", "nothing is called `q`", ""),
    ]),
    ("policy a { when platfrom is ios block }", &[
        ("L0204", "platfrom", "there is no attribute `platfrom`", "did you mean `platform`?"),
    ]),
    ("attribute badge: integer\npolicy a { when bagde > 1 block }", &[("L0204", "bagde", "", "did you mean `badge`?")]),
    ("policy a { when zzz is ios block }", &[("L0204", "zzz", "", "`attribute zzz: …`")]),
    ("group finance = \"1\"\npolicy a { when finance is ios block }", &[
        ("L0204", "finance", "`finance` is a group and no attribute", "`user in finance`"),
    ]),
    ("policy a { when app.attribute.Set is \"x\" block }", &[
        ("L0204", "app.attribute.Set", "names no custom attribute", "app.attribute.SET.NAME"),
    ]),
    ("policy a { when app.attribute is \"x\" block }", &[("L0204", "app.attribute", "names no custom attribute", "")]),
    ("app payroll = \"1\"\npolicy a { when user in payroll block }", &[
        ("L0205", "payroll", "`payroll` is an app; `user` takes users, groups and roles", "`app in payroll`"),
    ]),
    ("policy a { when app in browser block }", &[("L0205", "browser", "`browser` is a value of `client`; `app` takes apps", "`client is browser`")]),
    ("policy a { when location in finance block }\ngroup finance = \"1\"", &[("L0205", "finance", "`location` takes networks", "")]),
    ("group g = \"1\"\npolicy a { when always require strength g }", &[("L0205", "g", "`require strength` takes strengths", "")]),
    ("group g = \"1\"\ntest \"t\" { client browser expect open by g }", &[("L0205", "g", "takes policies", "")]),
    ("let a = b\nlet b = c or device.compliant\nlet c = not a", &[("L0206", "a", "`a` means itself", "")]),
    ("let a = a\npolicy p { when a block }", &[("L0206", "a", "", "")]),
    ("@ids(\"1\") let a = always", &[("L0207", "ids", "no annotation `@ids`", "did you mean `@id`?")]),
    ("@id(\"1\") @id(\"2\") let a = always", &[("L0208", "id", "`@id` stands twice", "")]),
    ("policy a { when always require complaint-device }", &[("L0209", "complaint-device", "", "did you mean `compliant-device`?")]),
    ("policy a { when always require phishing-resistant }", &[("L0209", "phishing-resistant", "", "write `strength phishing-resistant`")]),
    ("policy a { when always require magic }", &[("L0209", "magic", "there is no grant `magic`", "")]),
    ("policy a { when always sign-in frequencies 4 hours }", &[
        ("L0210", "sign-in frequencies 4 hours", "no session control", "did you mean `sign-in frequency`?"),
    ]),
    ("policy a { when always persistent never }", &[("L0210", "persistent never", "", "`persistent browser`")]),
    ("strength s { passwrd and sms }", &[("L0211", "passwrd", "no authentication method", "did you mean `password`?")]),
    ("strength s { sms aaguid \"1\" }", &[("L0212", "aaguid", "`sms` takes no `aaguid`", "")]),
    ("strength s { fido2 issuer \"1\" }", &[("L0212", "issuer", "`fido2` takes no `issuer`", "")]),
    ("policy a { when weekday is monday zone \"Europe/Berln\" block }", &[
        ("L0213", "\"Europe/Berln\"", "no time zone", "did you mean `Europe/Berlin`?"),
    ]),
    ("policy a { when weekday is monday zone \"Tokyo\" block }", &[("L0213", "\"Tokyo\"", "", "did you mean `Asia/Tokyo`?")]),
    ("policy a { when weekday is monday zone \"Middle-earth\" block }", &[("L0213", "\"Middle-earth\"", "", "")]),
    ("policy a { when country is UK block }", &[("L0214", "UK", "no country code", "did you mean `GB`?")]),
    ("network n { country de }", &[("L0214", "de", "not in upper case", "write `DE`")]),
    ("network n { country ZZ, DE }", &[("L0214", "ZZ", "no country code", "ISO 3166")]),
    ("attribute a: int", &[("L0215", "int", "there is no type `int`", "")]),
    ("attribute a: sett of string", &[("L0215", "sett of string", "", "did you mean `set of string`?")]),
    ("network n { complaint-network }", &[("L0216", "complaint-network", "no line of a network", "did you mean `compliant-network`?")]),
    ("network n { private-link }", &[("L0216", "private-link", "lacks its id", "in quotes")]),
    ("network n { mfa-trusted-ips \"x\" }", &[("L0216", "\"x\"", "takes no id", "")]),
    ("policy a { when user in [\"1-2\"] block }", &[("L0217", "\"1-2\"", "may be the id of a user, a group or a role", "group NAME = \"1-2\"")]),
    ("group g = \"1-2\"\npolicy a { when user in \"1-2\" block }", &[("L0217", "\"1-2\"", "", "`user in g`")]),

    // ── operators and values
    ("policy a { when client >= browser block }", &[("L0301", ">=", "`client` does not take `>=`", "")]),
    ("policy a { when device.compliant is true block }", &[("L0301", "is", "`device.compliant` does not take `is`", "`not device.compliant`")]),
    ("policy a { when user is anyone block }", &[("L0301", "is", "", "write `user in …`")]),
    ("policy a { when client is [browser, other] block }", &[("L0301", "[browser, other]", "`is` takes one value", "`client in […]`")]),
    ("policy a { when device.model contains [\"a\", \"b\"] block }", &[("L0301", "[\"a\", \"b\"]", "`contains` takes one value", "join")]),
    ("policy a { when platform is iso block }", &[("L0302", "iso", "`iso` is no value of `platform`", "did you mean `ios`?")]),
    ("group finance = \"1\"\npolicy a { when platform in finance block }", &[("L0302", "finance", "`finance` is a group; `platform` takes `android`", "")]),
    ("policy a { when device.model is Surface block }", &[("L0302", "Surface", "no value of `device.model`", "did you mean `\"Surface\"`?")]),
    ("policy a { when device.os-version < \"ten\" block }", &[("L0302", "\"ten\"", "`ten` is no version", "")]),
    ("policy a { when asn is browser block }", &[("L0302", "browser", "`browser` is a value of `client`; `asn` takes whole numbers", "")]),
    ("policy a { when ip in office block }", &[("L0302", "office", "no value of `ip`", "")]),
    ("policy a { when country is unknown block }", &[("L0302", "unknown", "`unknown` is no country", "country unknown")]),
    ("policy a { when date is 2026-02-30 zone \"UTC\" block }", &[("L0302", "2026-02-30", "there is no day `2026-02-30`", "")]),
    ("policy a { when location in \"office\" block }", &[("L0302", "\"office\"", "no value of `location`", "")]),
    ("test \"t\" { time 2026-02-30T10:00:00Z expect open }", &[("L0302", "2026-02-30T10:00:00Z", "no moment", "")]),
    ("test \"t\" { on-call yes expect open }\nattribute on-call: boolean", &[("L0302", "yes", "no value of `on-call`", "")]),
    ("policy a { when platform block }", &[("L0303", "platform", "neither true nor false", "`platform in …`")]),
    ("network office { 10.0.0.0/8 }\npolicy a { when office block }", &[("L0303", "office", "`office` is a network and no condition", "write `location in office`")]),
    ("policy a { when browser block }", &[("L0303", "browser", "is a value of `client` and no condition", "write `client is browser`")]),
    ("policy a { when user.groups in finance block }", &[("L0304", "user.groups", "cannot stand in a condition", "test `user`, with names")]),
    ("policy a { when time between 08:00 and 09:00 block }", &[("L0305", "time between 08:00 and 09:00", "without a zone", "zone \"Europe/Berlin\"")]),
    ("policy a { when client is browser zone \"UTC\" block }", &[("L0306", "\"UTC\"", "`client` takes no zone", "")]),
    ("network n { 10.0.0.0/33 }", &[("L0307", "10.0.0.0/33", "no address", "")]),
    ("test \"t\" { ip 300.0.0.1 expect open }", &[("L0307", "300.0.0.1", "no address", "")]),
    ("policy a { when ip in 10.0.0.1/8 block }", &[("L0308", "10.0.0.1/8", "bits set behind its prefix", "write `10.0.0.0/8`")]),
    ("network n { ::ffff:10.0.0.1/104 }", &[("L0308", "::ffff:10.0.0.1/104", "", "write `10.0.0.0/8`")]),
    ("network n { 10.0.0.9 - 10.0.0.1 }", &[("L0309", "10.0.0.9 - 10.0.0.1", "is above", "write `10.0.0.1 - 10.0.0.9`")]),
    ("network n { 10.0.0.9 - ::1 }", &[("L0309", "10.0.0.9 - ::1", "different families", "")]),
    ("policy a { when risk.user < none block }", &[("L0310", "risk.user < none", "no value of `risk.user` passes", "`never`")]),
    ("policy a { when asn between 9 and 1 block }", &[("L0310", "asn between 9 and 1", "", "")]),
    ("policy a { when device.os-version between \"9\" and \"1\" block }", &[("L0310", "device.os-version between \"9\" and \"1\"", "", "")]),

    // ── policies
    ("policy a { block }", &[("L0311", "a", "`a` does not say when", "`when user in anyone`")]),
    ("policy a { unless device.compliant block }", &[("L0311", "a", "", "`when always`")]),
    ("assert a { expect open }", &[("L0311", "a", "", "")]),
    ("policy a { when always when never block }", &[("L0312", "never", "`when` stands twice", "`and`")]),
    ("policy a { when always unless never unless always block }", &[("L0312", "always", "`unless` stands twice", "`or`")]),
    ("policy a { when always require mfa require compliant-device }", &[("L0312", "compliant-device", "`require` stands twice", "`and`")]),
    ("policy a { when always block block }", &[("L0312", "block", "`block` stands twice", "once is enough")]),
    ("policy a { when always }", &[("L0313", "a", "`a` demands nothing", "")]),
    ("policy a { when always block require mfa }", &[("L0314", "mfa", "cannot require something too", "")]),
    ("policy a { when always block token protection }", &[("L0314", "token protection", "cannot have session controls", "")]),
    ("policy a { when always require strength }", &[("L0315", "strength", "`strength` lacks a name", "")]),
    ("policy a { when always require password-change }", &[("L0316", "password-change", "", "add `and mfa`")]),
    ("policy a { when always require mfa or password-change }", &[("L0316", "password-change", "", "")]),
    ("policy a { when always require risk-remediation }", &[("L0316", "risk-remediation", "needs a strength", "`sign-in frequency every time`")]),
    ("policy a { when always require risk-remediation and strength passwordless }", &[
        ("L0316", "risk-remediation", "", "add the line `sign-in frequency every time`"),
    ]),
    ("policy a { when always require risk-remediation and mfa sign-in frequency every time }", &[
        ("L0316", "risk-remediation", "", "add `and strength multi-factor`"),
    ]),
    ("policy a { when always require mfa within 0 hours }", &[("L0317", "0 hours", "this duration is empty", "")]),
    ("policy a { when always idle 0 minutes }", &[("L0317", "0 minutes", "", "")]),
    ("policy a { when always persistent browser nevr }", &[("L0318", "persistent browser nevr", "takes one of `always` and `never`", "did you mean `never`?")]),
    ("policy a { when always sign-in frequency sometimes }", &[("L0318", "sign-in frequency sometimes", "a duration or `every time`", "")]),
    ("policy a { when always sign-in frequency 1 hour for third factor }", &[("L0318", "sign-in frequency 1 hour for third factor", "", "")]),
    ("policy a { when always token protection always }", &[("L0318", "token protection always", "takes nothing after it", "")]),
    ("policy a { when always resilience on }", &[("L0318", "resilience on", "`resilience` takes `off`", "")]),
    ("policy a { when always lifetime 4 }", &[("L0318", "lifetime 4", "takes a duration", "")]),
    ("policy a { when always network access policy \" \" }", &[("L0318", "network access policy \" \"", "an id in quotes", "")]),
    ("policy a { when always idle 1 hour idle 2 hours }", &[("L0319", "idle 2 hours", "`idle` stands twice", "")]),
    ("strength s { }", &[("L0320", "s", "the strength `s` has no combinations", "")]),
    ("network n { }", &[("L0320", "n", "the network `n` has no lines", "")]),
    ("archetype a { }", &[("L0320", "a", "the archetype `a` has no lines", "")]),
    ("strength s { sms and password and sms }", &[("L0321", "sms", "`sms` stands twice", "")]),
    ("group g = \" \"", &[("L0322", "\" \"", "this id is empty", "")]),
    ("context c = \"c100\"", &[("L0322", "\"c100\"", "no authentication context", "")]),
    ("strength s { fido2 aaguid \"\" }", &[("L0322", "\"\"", "this id is empty", "")]),
    ("app a emergency = \"1\"", &[("L0323", "emergency", "`a` cannot be `emergency`", "")]),
    ("@until(\"soon\") let a = always", &[("L0324", "\"soon\"", "`soon` is no date", "")]),
    ("@created(\"2026-13-01T00:00:00Z\") let a = always", &[("L0324", "\"2026-13-01T00:00:00Z\"", "", "")]),
    ("policy a { when location in trusted block }", &[("L0325", "trusted", "no network is trusted", "")]),

    // ── asserts, archetypes, tests
    ("assert a { when always }", &[("L0326", "a", "`a` expects nothing", "")]),
    ("test \"t\" { client browser }", &[("L0326", "\"t\"", "the test \"t\" expects nothing", "")]),
    ("archetype a { always in global-reader never in [global-reader] }", &[
        ("L0327", "global-reader", "`global-reader` is never and always in it", ""),
    ]),
    ("test \"t\" { client browser client other expect open }", &[("L0327", "client", "`client` is given twice", "")]),
    ("test \"t\" { country DE country absent expect open }", &[("L0327", "country", "`country` is given twice", "")]),
    ("test \"t\" { user in member user.type service-provider expect open }", &[("L0327", "user.type", "given twice", "")]),
    ("group g = \"1\"\ntest \"t\" { user in g user not in g expect open }", &[("L0327", "g", "both in and not in", "")]),
    ("group g = \"1\"\ntest \"t\" { user in g user.groups [\"2\"] expect open }", &[("L0327", "user.groups", "given whole, and otherwise too", "")]),
    ("group g = \"1\"\ntest \"t\" { user.groups absent user in g expect open }", &[("L0327", "g", "`user.groups` is given twice", "")]),
    ("test \"t\" { app absent app microsoft-teams expect open }", &[("L0327", "microsoft-teams", "`app` is given twice", "")]),
    ("test \"t\" { device unregistered device.model \"x\" expect open }", &[("L0327", "device.model", "the device is not registered", "")]),
    ("test \"t\" { user.type member agent.kind user expect open }", &[("L0327", "agent.kind", "one principal", "")]),
    ("test \"t\" { user in guests expect open }", &[("L0328", "guests", "of several types", "user.type")]),
    ("test \"t\" { user not in anyone expect open }", &[("L0328", "anyone", "not what it is not", "")]),
    ("test \"t\" { client not in browser expect open }", &[("L0328", "client not in browser", "not what it is not", "")]),
    ("test \"t\" { platform [ios, android] expect open }", &[("L0328", "[ios, android]", "one `platform` only", "")]),
    ("test \"t\" { ip 10.0.0.0/8 expect open }", &[("L0328", "10.0.0.0/8", "one `ip` only", "")]),
    ("test \"t\" { app in any-app expect open }", &[("L0328", "any-app", "asks for certain apps", "")]),
    ("test \"t\" { weekday monday expect open }", &[("L0328", "monday", "`weekday` follows from `time`", "time 2026")]),
    ("test \"t\" { date absent expect open }", &[("L0328", "date", "`date` follows from `time`", "")]),
    ("test \"t\" { user absent expect open }", &[("L0328", "user", "somebody signs in", "")]),
    ("network n { 10.0.0.0/8 }\ntest \"t\" { location not in n expect open }", &[("L0328", "n", "known by address or country", "")]),
    ("network n trusted { 10.0.0.0/8 }\nnetwork m trusted = \"m\"\ntest \"t\" { location in trusted expect open }", &[
        ("L0328", "trusted", "the union of several networks", "`m` and `n`"),
    ]),
    ("test \"t\" { app in any-agent-resource expect open }", &[("L0328", "any-agent-resource", "no app is asked for", "`app NAME`")]),
    ("test \"t\" { mfa satisfied expect open }", &[("L0328", "mfa", "`mfa` is proven by methods", "proof password")]),
    ("test \"t\" { client [] expect open }", &[("L0329", "[]", "`client` is given no value", "`client absent`")]),
    ("test \"t\" { user in [] expect open }", &[("L0329", "user in []", "`user` is given no value", "")]),
    ("test \"t\" { strength passwordless satisfied expect open }", &[("L0328", "passwordless", "proven by methods", "")]),
    ("test \"t\" { proof fido2 aaguid \"1\", \"2\" now expect open }", &[("L0328", "proof fido2 aaguid \"1\", \"2\" now", "of one key only", "")]),
];

#[test]
fn mistakes_are_told() {
    let mut wrong = String::new();
    for (text, expected) in MISTAKES {
        let (sources, _, mut found) = read(&[text]);
        diagnostic::sort(&mut found);
        let fits = found.len() == expected.len()
            && found.iter().zip(*expected).all(|(it, (code, words, message, help))| {
                it.code.id == *code
                    && sources.text(it.primary.span) == *words
                    && it.message.contains(message)
                    && (help.is_empty() || it.help.as_deref().is_some_and(|it| it.contains(help)))
            });
        if !fits {
            let helps: Vec<_> = found.iter().map(|it| it.help.clone()).collect();
            wrong += &format!("{text}\n{expected:#?}\n{:#?}{helps:?}\n", told(&sources, &found));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A fix, put into the text, leaves nothing to say about that place.
#[test]
fn fixes_mend() {
    let mut fixes = 0;
    for (text, _) in MISTAKES {
        let (sources, _, found) = read(&[text]);
        for it in &found {
            let Some(fix) = &it.fix else { continue };
            fixes += 1;
            let mut mended = sources.get(fix.span.source).text.clone();
            mended.replace_range(fix.span.range(), &fix.text);
            let (sources, _, left) = read(&[&mended]);
            assert!(left.len() < found.len(), "{mended}\n{:#?}", told(&sources, &left));
        }
    }
    assert!(fixes > 30, "{fixes}");
}

#[test]
fn every_code_is_told_somewhere() {
    let here = MISTAKES.iter().flat_map(|(_, found)| found.iter().map(|it| it.0));
    // Limits are told in the tests of limits.
    let elsewhere = ["L0411", "L0412", "L0413", "L0414", "L0415"];
    let told: BTreeSet<&str> = here.chain(elsewhere).collect();
    let missing: Vec<_> = codes::ALL.iter().filter(|code| !told.contains(code.id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What uses something bad means nothing itself, and is not told again.
#[test]
fn nothing_is_weakened() {
    let (sources, set, found) = read(&["network n { 10.0.0.1/8 }
        let inside = location in n
        group g = \" \"
        strength s { nothing }
        policy a { when device.compliant unless inside block }
        policy b { when user in [global-reader, g] block }
        policy c { when always require mfa or strength s }
        policy d { when client in [browser, bowser] block }
        policy e { when always block }
        test \"t\" { client browser expect block by a }"]);
    assert_eq!(found.len(), 4, "{:#?}", told(&sources, &found));
    let names: Vec<&str> = set.policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["e"]);
    assert!(set.tests.is_empty());
}
