//! The engine's front door, and what compiling promises: order never matters, limits end in findings, sets can be replaced.

use std::sync::atomic::{AtomicBool, Ordering};

use latch::compile::compile;
use latch::decision::Outcome;
use latch::engine::{Engine, HotEngine, LoadError};
use latch::request::{Request, Value};
use latch::schema::attribute::Attribute;
use latch::value::Slot;

fn engine(text: &str) -> Engine {
    Engine::from_text([("test.latch", text)]).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The codes and messages of what is wrong with a text.
fn refused(text: &str) -> Vec<String> {
    match Engine::from_text([("test.latch", text)]) {
        Ok(_) => Vec::new(),
        Err(LoadError::Policies(findings)) => findings
            .diagnostics
            .iter()
            .map(|found| format!("{} {}", found.code.id, found.message))
            .collect(),
        Err(error) => panic!("{error}"),
    }
}

fn nobody() -> Request {
    Request::builder().rest_absent().build().expect("nothing contradicts nothing")
}

#[test]
fn engines_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Engine>();
    fn sent<T: Send + Sync + 'static>() {}
    sent::<HotEngine>();
}

#[test]
fn a_program_reads_as_what_it_does() {
    let engine = engine(
        r#"
group staff = "staff-id"
group glass = "glass-id"
policy admins {
  when user in staff and platform in [ios, android]
  unless user in glass
  require mfa within 1 hour or compliant-device
}
policy nights report-only {
  when risk.sign-in >= medium or time between 22:00 and 06:00 zone "Europe/Berlin"
  block
}
"#,
    );
    let expected = "\
program of 2 policies in 3 rows
policy admins rows 2 require 1 or 2
  row 2 reads user.groups, platform
policy nights rows 0-1 report-only block
  row 0 reads time
  row 1 reads risk.sign-in
demand 0 sign-in implies 0
demand 1 mfa within 1 hour implies 0+1
demand 2 compliant-device implies 2
dimension user
  slot 0 not wanted by 0-1
  by user.groups
    glass-id: unwanted by 2
    staff-id: wanted in slot 0 by 2
    not supplied: wanted in slot 0 by 2 unwanted by 2
dimension platform
  android: 0-2
  ios: 0-2
  windows: 0-1
  windows-phone: 0-1
  macos: 0-1
  linux: 0-1
  unknown: 0-1
  absent: 0-1
  not supplied, perhaps: 0-2
  not supplied, certainly: 0-1
dimension risk.sign-in
  none: 0 2
  low: 0 2
  medium: 0-2
  high: 0-2
  absent: 0 2
  not supplied, perhaps: 0-2
  not supplied, certainly: 0 2
dimension time
  slot 0 not wanted by 1-2
  by time
    second of day in 79200..21600 zone \"Europe/Berlin\": wanted in slot 0 by 0
    not supplied: wanted in slot 0 by 0
";
    assert_eq!(engine.program().to_string(), expected);
}

#[test]
fn order_makes_no_other_program() {
    let items = [
        "group a = \"1\"\n",
        "group b = \"2\"\n",
        "network near { 192.0.2.0/24 198.51.100.0/24 }\n",
        "policy one { when user in [a, b] and location in near require mfa or compliant-device }\n",
        "policy two { when location in near or client is other block }\n",
        "policy three { when not (user in b) and risk.user >= low require mfa lifetime 1 hour }\n",
    ];
    let turned = [
        "policy three { lifetime 1 hour require mfa when risk.user >= low and not (user in b) }\n",
        "policy one { require compliant-device or mfa when location in near and user in [b, a] }\n",
        "network near { 198.51.100.0/24 192.0.2.0/24 }\n",
        "policy two { block when client is other or location in near }\n",
        "group b = \"2\"\n",
        "group a = \"1\"\n",
    ];
    let straight = engine(&items.concat());
    let files = turned.iter().enumerate().map(|(at, item)| (format!("{at}.latch"), *item));
    let scattered = Engine::from_text(files).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(straight.program(), scattered.program());
}

#[test]
fn a_condition_that_multiplies_out_is_refused_by_name() {
    let part = |at: usize| {
        format!(
            "(device.model starts with \"{at}\" and asn is {at} or country is DE and asn is 9{at})"
        )
    };
    let parts: Vec<String> = (1..=13).map(part).collect();
    let text = format!("policy wide {{ when {} block }}", parts.join(" and "));
    let found = refused(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("L0451 the condition of `wide` has more than 4096 cases"),
        "{found:#?}"
    );
}

#[test]
fn lists_of_one_kind_have_a_limit() {
    let groups: String = (0..17).map(|at| format!("group g{at} = \"{at}\"\n")).collect();
    let all: Vec<String> = (0..17).map(|at| format!("user in g{at}")).collect();
    let text = |count: usize| {
        format!("{groups}policy many {{ when {} block }}", all[..count].join(" and "))
    };
    assert!(refused(&text(16)).is_empty());
    assert_eq!(refused(&text(17)).len(), 1);
}

#[test]
fn unions_of_one_dimension_cost_no_rows() {
    let groups: String = (0..40).map(|at| format!("group g{at} = \"{at}\"\n")).collect();
    let any: Vec<String> = (0..40).map(|at| format!("user in g{at}")).collect();
    let states = "platform is ios or platform is windows and not (platform is linux)";
    let text = format!("{groups}policy p {{ when ({}) and ({states}) block }}", any.join(" or "));
    assert_eq!(engine(&text).program().rows(), 1);
}

#[test]
fn too_many_different_demands_are_refused() {
    let policy = |at: usize| {
        format!("policy p{at} {{ when always require mfa within {} seconds }}\n", at + 1)
    };
    let text = |count: usize| (0..count).map(policy).collect::<String>();
    // Signing in again is one of them.
    assert!(refused(&text(255)).is_empty());
    let found = refused(&text(256));
    assert!(found[0].starts_with("L0455"), "{found:#?}");
}

#[test]
fn two_profiles_that_can_meet_are_refused() {
    let pair = |first: &str, second: &str| {
        format!(
            "group a = \"1\"\ngroup b = \"2\"\nuser u = \"3\"\nuser v = \"4\"\n\
             policy one {{ when {first} global secure access profile \"x\" }}\n\
             policy two {{ when {second} global secure access profile \"y\" }}\n"
        )
    };
    let conflict = |first: &str, second: &str| {
        let found = refused(&pair(first, second));
        assert!(found.iter().all(|it| it.starts_with("L0460")), "{found:#?}");
        !found.is_empty()
    };
    assert!(conflict("user in a", "user in b"), "a user can be in both groups");
    assert!(!conflict("user in u", "user in v"), "nobody is two users");
    assert!(!conflict("user in a", "user in b and user not in a"));
    assert!(!conflict("traffic is internet", "traffic is private"));
    assert!(conflict("country is DE", "country in [DE, FR]"));
    assert!(!conflict("country is DE", "country in [US, FR]"));
    assert!(conflict("app in any-app", "app in office-365"));
    assert!(conflict("context in c1", "context in c2"), "a request can ask for both");
}

#[test]
fn facts_of_another_engine_open_nothing() {
    let first = engine("policy p { when client is browser block }");
    let second = engine("policy q { when platform is ios block }");
    let request = nobody().to_builder().set(Attribute::Platform, Value::Word(2)).build();
    let request = request.expect("no contradiction");
    assert_eq!(second.decide(&request).outcome, Outcome::Open);
    let verdict = second.evaluate(&first.prepare(&request), &mut second.scratch());
    assert_eq!(verdict.outcome, latch::eval::Ruling::Blocked);
    // Room that was made for another engine is made to fit.
    let mut scratch = first.scratch();
    let verdict = second.evaluate(&second.prepare(&request), &mut scratch);
    assert_eq!(verdict.outcome, latch::eval::Ruling::Open);
}

#[test]
fn an_engine_without_policies_is_open_and_says_so() {
    let decision = engine("").decide(&nobody());
    assert!(decision.unguarded && decision.outcome == Outcome::Open);
    assert_eq!(decision.valid_for_ms, None);
    assert_eq!(decision.depends_on, [""; 0]);
}

#[test]
fn findings_name_file_and_line() {
    let error = Engine::from_text([("a.latch", "policy p { when user in nobody-knows block }")]);
    let error = error.expect_err("nobody knows the name").to_string();
    assert!(error.starts_with("a.latch:1:25: L02"), "{error}");
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = Engine::from_paths([folder.path().join("missing")]);
    assert!(matches!(missing, Err(LoadError::Read(_))));
    let file = folder.path().join("torn.latch");
    std::fs::write(&file, [0xff, 0x00, 0xff]).expect("written");
    assert!(matches!(Engine::from_paths([&file]), Err(LoadError::Read(_))));
    std::fs::write(&file, "policy p { when always block }").expect("written");
    let engine = Engine::from_paths([folder.path()]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(engine.policies().len(), 1);
}

#[test]
fn a_set_is_replaced_while_others_decide() {
    let open = engine("policy p { when client is other block }");
    let shut = engine("policy p { when always block }");
    let hot = HotEngine::new(open.clone());
    let done = AtomicBool::new(false);
    let request = nobody();
    std::thread::scope(|scope| {
        let deciding: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = [0_u32; 2];
                    while !done.load(Ordering::Relaxed) {
                        let decision = hot.decide(&request);
                        let blocked = decision.outcome != Outcome::Open;
                        // A decision is of one engine, whole.
                        assert_eq!(decision.applying.len(), usize::from(blocked));
                        seen[usize::from(blocked)] += 1;
                    }
                    seen
                })
            })
            .collect();
        for turn in 0..200 {
            hot.replace(if turn % 2 == 0 { shut.clone() } else { open.clone() });
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        done.store(true, Ordering::Relaxed);
        for thread in deciding {
            let seen = thread.join().expect("no panic");
            assert!(seen.iter().sum::<u32>() > 0);
        }
    });
}

#[test]
fn compiling_is_deterministic() {
    let engine = engine("policy p { when user in guests or location in trusted require mfa }");
    assert_eq!(&compile(engine.policy_set()).expect("it compiled before"), engine.program());
}

#[test]
fn blocks_depend_on_one_policy_alone() {
    let engine = engine(
        "policy a { when client is other and platform is ios block }\n\
         policy b { when client is other block }\n\
         policy c { when risk.user is high require mfa }",
    );
    let request = nobody()
        .to_builder()
        .set(Attribute::Client, Value::Word(3))
        .set(Attribute::Platform, Value::Word(1))
        .slot(Attribute::RiskUser, Slot::NotSupplied)
        .build()
        .expect("no contradiction");
    let decision = engine.decide(&request);
    assert_eq!(decision.by, ["a", "b"]);
    assert_eq!(decision.depends_on, ["client"]);
    assert_eq!(decision.assumed, ["risk.user"]);
    assert!(!decision.assumption_matters);
}

#[test]
fn what_would_take_long_is_refused_or_done_at_once() {
    let start = std::time::Instant::now();
    let groups: String = (0..300).map(|at| format!("group g{at} = \"{at}\"\n")).collect();
    let none: Vec<String> = (0..300).map(|at| format!("user not in g{at}")).collect();
    let case = |at: usize| format!("device.model starts with \"{at}\" and asn is {at}");
    let any: Vec<String> = (0..400).map(case).collect();
    let text = format!(
        "{groups}policy p {{ when ({}) and {} block }}",
        any.join(" or "),
        none.join(" and ")
    );
    assert_eq!(engine(&text).program().rows(), 400);
    // Each pair of cases collapses into one that is there already, so that there are few in the end.
    let words = |attribute: &str, words: &[&str]| -> Vec<String> {
        words.iter().map(|word| format!("{attribute} is not {word}")).collect()
    };
    let parts = [
        words("platform", &["android", "ios", "windows", "macos", "linux", "unknown"]),
        words("client", &["browser", "mobile-desktop", "exchange-active-sync", "other"]),
        words("risk.user", &["none", "low", "medium", "high"]),
        words("risk.sign-in", &["none", "low", "medium", "high"]),
        words("user.type", &["member", "internal-guest", "other-external", "service-provider"]),
    ];
    let mut cases = vec![String::from("always")];
    for part in &parts {
        let joined =
            |case: &String| part.iter().map(|it| format!("{case} and {it}")).collect::<Vec<_>>();
        cases = cases.iter().flat_map(joined).collect();
    }
    let wide = format!("({})", cases.join(" or "));
    let found = refused(&format!("policy p {{ when {wide} and {wide} block }}"));
    assert!(found.len() <= 1, "{found:#?}");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
