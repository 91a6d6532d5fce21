//! P against Q, worked out by hand: one user for each way in which a sign-in can change.

use latch::replay::report::{Difference, Outcomes};
use latch::replay::{Direction as D, Kind as K, Settings, Shift};
use latch::schema::attribute::Attribute as A;

use super::{engine, known, numbers, person, replay, replayed, sign_in};

/// User, what P says of them, what Q says of them, and what changes; no change where both say the same.
type Row = (&'static str, &'static str, &'static str, Option<(D, K)>);

/// One user for each way.
const USERS: &[Row] = &[
    ("a1", "block", "", Some((D::Opens, K::BlockedToOpen))),
    ("a2", "require mfa", "", Some((D::Opens, K::StepUpToOpen))),
    ("a3", "block", "require mfa", Some((D::Weakens, K::BlockedToStepUp))),
    ("a4", "", "block", Some((D::Tightens, K::OpenToBlocked))),
    ("a5", "require mfa", "block", Some((D::Tightens, K::StepUpToBlocked))),
    ("a6", "", "require mfa", Some((D::Tightens, K::OpenToStepUp))),
    ("b1", "require strength phishing-resistant", "require mfa", Some((D::Weakens, K::Challenge))),
    ("b2", "require mfa", "require strength phishing-resistant", Some((D::Tightens, K::Challenge))),
    ("b3", "require mfa", "require compliant-device", Some((D::Unclear, K::Challenge))),
    ("b4", "require mfa", "require strength multi-factor", Some((D::Level, K::Challenge))),
    ("b5", "require mfa", "require mfa or compliant-device", Some((D::Weakens, K::Challenge))),
    ("b6", "require mfa", "require mfa and compliant-device", Some((D::Tightens, K::Challenge))),
    ("b7", "require mfa", "require mfa within 1 hour", Some((D::Tightens, K::Challenge))),
    ("b8", "require strength own", "require strength own", Some((D::Weakens, K::Challenge))),
    ("s1", "persistent browser never", "", Some((D::Weakens, K::Session))),
    ("s2", "", "persistent browser always", Some((D::Weakens, K::Session))),
    ("s3", "idle 2 hours", "idle 1 hour", Some((D::Tightens, K::Session))),
    ("s4", "idle 1 hour", "lifetime 1 hour", Some((D::Unclear, K::Session))),
    (
        "s5",
        "require mfa idle 2 hours",
        "require strength phishing-resistant idle 1 hour",
        Some((D::Tightens, K::Challenge)),
    ),
    (
        "s6",
        "require mfa idle 1 hour",
        "require strength phishing-resistant idle 2 hours",
        Some((D::Unclear, K::Challenge)),
    ),
    (
        "s7",
        "network access policy \"a\"",
        "network access policy \"b\"",
        Some((D::Unclear, K::Session)),
    ),
    ("d1", "require mfa", "require mfa", None),
    ("d2", "", "", None),
    ("d3", "block", "block", None),
];

/// The policies of one side, with the one strength that means less in Q.
fn policies(side: impl Fn(&Row) -> &'static str, own: &str) -> String {
    let mut text = format!("strength own {{ {own} }}\n");
    for row in USERS {
        text += &format!("user {0} = \"{0}\"\n", row.0);
        let effect = side(row);
        if !effect.is_empty() {
            text += &format!("policy of-{} {{ when user in {} {effect} }}\n", row.0, row.0);
        }
    }
    text
}

fn sets() -> (String, String) {
    (policies(|row| row.1, "fido2"), policies(|row| row.2, "fido2 password and sms"))
}

#[test]
fn every_way_to_change_is_told_apart() {
    let (p, q) = sets();
    for (at, (user, _, _, expected)) in USERS.iter().enumerate() {
        let report = replay(&p, Some(&q), [known(person(user))]);
        let changes = report.changes.expect("there is a Q");
        let Some((direction, kind)) = *expected else {
            assert_eq!((changes.same, changes.shifts.len()), (1, 0), "{user}");
            continue;
        };
        let [change] = changes.shifts.as_slice() else { panic!("{user}: {:?}", changes.shifts) };
        assert_eq!(change.shift, Shift { direction, kind }, "{user}, row {at}");
        assert_eq!(change.policies, [(format!("of-{user}"), 1)]);
        assert_eq!((changes.same, changes.changed()), (0, 1), "{user}");
        let [responsible] = changes.policies.as_slice() else { panic!("{user}") };
        let why = match (USERS[at].1, USERS[at].2) {
            ("", _) => Difference::Added,
            (_, "") => Difference::Removed,
            _ => Difference::Changed,
        };
        assert_eq!(responsible.why, why, "{user}");
    }
}

#[test]
fn the_most_dangerous_changes_come_first() {
    let (p, q) = sets();
    let report = replay(&p, Some(&q), USERS.iter().map(|row| known(person(row.0))));
    let changes = report.changes.expect("there is a Q");
    let order: Vec<_> =
        changes.shifts.iter().map(|it| (it.shift.direction, it.shift.kind, it.sign_ins)).collect();
    assert_eq!(
        order,
        [
            (D::Opens, K::BlockedToOpen, 1),
            (D::Opens, K::StepUpToOpen, 1),
            (D::Weakens, K::BlockedToStepUp, 1),
            (D::Weakens, K::Challenge, 3),
            (D::Weakens, K::Session, 2),
            (D::Unclear, K::Challenge, 2),
            (D::Unclear, K::Session, 2),
            (D::Tightens, K::OpenToBlocked, 1),
            (D::Tightens, K::StepUpToBlocked, 1),
            (D::Tightens, K::OpenToStepUp, 1),
            (D::Tightens, K::Challenge, 4),
            (D::Tightens, K::Session, 1),
            (D::Level, K::Challenge, 1),
        ]
    );
    assert_eq!((changes.same, changes.changed()), (3, 21));
    assert_eq!(changes.policies[0].policy, "of-a1");
    // a1, a3, d3 blocked; eleven asked for something or other; the rest is open.
    let steps = USERS.iter().filter(|row| row.1.contains("require")).count() as u64;
    let open = USERS.len() as u64 - steps - 3;
    let unguarded = USERS.iter().filter(|row| row.1.is_empty()).count() as u64;
    assert_eq!(report.now.outcomes, Outcomes { open, unguarded, step_up: steps, blocked: 3 });
}

#[test]
fn whose_sign_ins_change_is_counted_by_user_and_app() {
    let app = |name: &str, app: &str| {
        let apps = vec![latch::request::App {
            id: app.to_owned(),
            agent_resource: latch::value::Slot::Known(false),
            attributes: latch::value::Slot::Absent,
        }];
        known(person(name).set(A::App, latch::request::Value::Apps(apps)))
    };
    let p = "app wiki = \"wiki-id\"";
    let q = "app payroll = \"payroll-id\" policy all { when always block }";
    let sign_ins = [
        app("bob", "wiki-id"),
        app("ada", "payroll-id"),
        app("ada", "wiki-id"),
        app("cyd", "unnamed-id"),
        app("bob", "wiki-id"),
    ];
    let changes = replay(p, Some(q), sign_ins).changes.expect("there is a Q");
    let [change] = changes.shifts.as_slice() else { panic!("{:?}", changes.shifts) };
    let top = |of: &latch::replay::report::Distinct| {
        of.top.iter().map(|it| (it.name.clone(), it.sign_ins)).collect::<Vec<_>>()
    };
    let named = |all: &[(&str, u64)]| {
        all.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>()
    };
    assert_eq!((change.users.count, change.users.at_least), (3, false));
    let users = [("ada@example.com", 2), ("bob@example.com", 2), ("cyd@example.com", 1)];
    assert_eq!(top(&change.users), named(&users));
    assert_eq!(top(&change.apps), named(&[("wiki", 3), ("payroll", 1), ("unnamed-id", 1)]));
    assert_eq!(numbers(&change.examples), [1, 2, 3]);
    assert_eq!(change.examples[0].user, "bob@example.com");
    assert_eq!(change.examples[0].app, "wiki");
    assert_eq!(
        (&*change.examples[0].was, &*change.examples[0].now),
        ("open (no policy applies)", "blocked")
    );
    assert_eq!(change.examples[0].because, ["all"]);
}

#[test]
fn a_policy_that_was_there_before_is_not_responsible() {
    let shared = "policy everyone { when always require mfa }";
    let q = format!("{shared} policy more {{ when client is browser block }}");
    let changes = replay(shared, Some(&q), [known(person("ada"))]).changes.expect("there is a Q");
    assert_eq!(changes.shifts[0].policies, [("more".to_owned(), 1)]);
    assert_eq!(changes.policies.len(), 1);
}

#[test]
fn a_policy_is_found_again_by_its_id() {
    let p = "@id(\"1\") policy old-name { when always require mfa }";
    let q = "@id(\"1\") policy new-name { when always block }
             policy old-name { when never block }";
    let changes = replay(p, Some(q), [known(person("ada"))]).changes.expect("there is a Q");
    let [responsible] = changes.policies.as_slice() else { panic!("{:?}", changes.policies) };
    assert_eq!((&*responsible.policy, responsible.why), ("new-name", Difference::Changed));
}

#[test]
fn report_only_counts_when_it_is_counted_as_on() {
    let p = "policy a { when always block }";
    let q = "policy a report-only { when always block }";
    let sign_ins = || [known(person("ada"))];
    let changes = replay(p, Some(q), sign_ins()).changes.expect("there is a Q");
    assert_eq!(changes.shifts[0].shift.kind, K::BlockedToOpen);
    let enforced = latch::Options { as_if_enforced: true, ..latch::Options::default() };
    let now = engine(p).with_options(enforced);
    let report = replayed(Settings::default(), &now, Some(&engine(q)), sign_ins());
    assert_eq!(report.changes.expect("there is a Q").same, 1);
}

#[test]
fn what_is_not_decidable_is_kept_apart() {
    let groups = "group red = \"red\" group blue = \"blue\"
        policy common { when user in red require mfa }";
    let p = format!("{groups} policy further {{ when user in blue require mfa }}");
    let q = format!("{groups} policy further {{ when user in blue block }}");
    let silent = |name: &str| {
        let builder = person(name).slot(A::UserGroups, latch::value::Slot::NotSupplied);
        // `rest_absent` would say that there are no groups.
        let builder = builder.word(A::Principal, "user").word(A::Target, "app");
        sign_in(builder)
    };
    let member = person("bob")
        .set(A::UserGroups, latch::request::Value::Ids(latch::request::Ids::complete(["red"])));
    let report = replay(&p, Some(&q), [silent("ada"), known(member), known(person("cyd"))]);
    let step_up = Outcomes { step_up: 1, ..Outcomes::default() };
    assert_eq!(report.now.outcomes, Outcomes { open: 1, unguarded: 1, ..step_up });
    let undecided = &report.now.undecided;
    assert_eq!((undecided.sign_ins, undecided.at_worst), (1, step_up));
    let [missing] = undecided.missing.as_slice() else { panic!("{:?}", undecided.missing) };
    assert_eq!((&*missing.attribute, missing.sign_ins), ("user.groups", 1));
    assert_eq!(missing.policies, [("common".to_owned(), 1), ("further".to_owned(), 1)]);
    let changes = report.changes.expect("there is a Q");
    assert_eq!((changes.same, changes.shifts.len()), (2, 0));
    let may = &changes.undecided;
    assert_eq!((may.sign_ins, may.unchanged, may.may_change), (1, 0, 1));
    let shift = Shift { direction: D::Tightens, kind: K::StepUpToBlocked };
    assert_eq!(may.at_worst.iter().collect::<Vec<_>>(), [(&Some(shift), &1)]);
    assert_eq!(may.missing, [("user.groups".to_owned(), 1)]);
    assert_eq!(may.policies, [("further".to_owned(), 1)]);
    assert_eq!(numbers(&may.examples), [1]);
    // Where the policies that differ cannot apply, nothing that is missing changes anything.
    let q = format!("{p} policy third {{ when client is other block }}");
    let may = replay(&p, Some(&q), [silent("ada")]).changes.expect("there is a Q").undecided;
    assert_eq!((may.sign_ins, may.unchanged, may.may_change), (1, 1, 0));
}

#[test]
fn what_could_add_nothing_is_not_called_missing() {
    let p = "group red = \"red\" policy met { when user in red require mfa }
             policy open-question { when risk.user is high block }";
    let proven = latch::request::Proof {
        method: latch::schema::method::Method::Fido2,
        age_ms: 0,
        aaguid: None,
        issuer: None,
        policies: std::collections::BTreeSet::new(),
    };
    let builder = latch::request::Request::builder().who("ada").word(A::UserType, "member");
    let builder = builder.word(A::Client, "browser").proof(proven);
    let report = replay(p, None, [sign_in(builder)]);
    let missing: Vec<_> =
        report.now.undecided.missing.iter().map(|it| it.attribute.as_str()).collect();
    assert_eq!(missing, ["risk.user"]);
}

#[test]
fn settings_bound_what_is_replayed_and_shown() {
    let time = |name: &str, millis: i64| {
        known(
            person(name)
                .set(A::Time, latch::request::Value::Instant(latch::value::Timestamp(millis))),
        )
    };
    let at = latch::value::Timestamp;
    let settings = Settings { examples: 1, since: Some(at(1_000)), until: Some(at(3_000)) };
    let sign_ins =
        [time("a", 999), time("b", 2_999), time("c", 1_000), time("d", 3_000), known(person("e"))];
    let q = engine("policy all { when always block }");
    let report = replayed(settings, &engine(""), Some(&q), sign_ins);
    assert_eq!((report.sign_ins, report.outside), (2, 3));
    assert_eq!(report.period, Some((at(1_000), at(2_999))));
    let changes = report.changes.expect("there is a Q");
    assert_eq!(numbers(&changes.shifts[0].examples), [2]);
    let none = Settings { examples: 0, ..Settings::default() };
    let report = replayed(none, &engine(""), Some(&q), [known(person("a"))]);
    assert!(report.changes.expect("there is a Q").shifts[0].examples.is_empty());
}
