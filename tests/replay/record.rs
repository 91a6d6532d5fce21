//! P against the record, worked out by hand.

use latch::entra::log::{Applied, Conditions, PolicyResult as R, Recorded, SignIn, Status};
use latch::replay::report::{Agreement as G, Decided, MatchedBy, Record, RecordedPolicy, Says};
use latch::request::Proof;
use latch::schema::attribute::Attribute as A;
use latch::schema::method::Method;
use latch::value::Slot;

use super::{known, numbers, person, recorded, replay, sign_in};

/// One policy of each state, found by id or by title, and one that nobody recorded.
const P: &str = "
    group staff = \"staff\"
    @id(\"ID-1\") policy mfa-for-all \"CA1: MFA\" { when always require mfa }
    policy legacy \"CA2: legacy\" { when client is other block }
    @id(\"id-3\") policy pilot \"CA3: pilot\" report-only { when platform is linux require mfa }
    @id(\"id-4\") policy off \"CA4: off\" disabled { when always block }
    @id(\"id-5\") policy staff-only \"CA5: staff\" { when user in staff require compliant-device }
    policy untitled { when client is other idle 1 hour }
    policy twin-a \"Twin\" { when never block }
    policy twin-b \"Twin\" { when never block }
    policy never-recorded \"CA9\" { when never block }";

fn applied(id: Option<&str>, name: &str, result: R) -> Applied {
    Applied { id: id.map(str::to_owned), name: name.to_owned(), result, ..Applied::default() }
}

fn with(sign_in: SignIn, status: Option<Status>, policies: Vec<Applied>) -> SignIn {
    recorded(sign_in, Recorded { status, error: None, policies })
}

fn proven(name: &str) -> SignIn {
    let proof = Proof {
        method: Method::Fido2,
        age_ms: 0,
        aaguid: None,
        issuer: None,
        policies: std::collections::BTreeSet::new(),
    };
    known(person(name).proof(proof))
}

fn legacy(name: &str) -> SignIn {
    known(person(name).word(A::Client, "other"))
}

fn of<'a>(record: &'a Record, name: &str) -> &'a RecordedPolicy {
    record.policies.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no {name}"))
}

fn cells(policy: &RecordedPolicy) -> Vec<(R, Says, G, u64)> {
    policy.cells.iter().map(|it| (it.recorded, it.says, it.agreement, it.count)).collect()
}

/// Seven sign-ins, each with a few results.
fn log() -> Vec<SignIn> {
    let mfa = |result| applied(Some("id-1"), "CA1: MFA", result);
    let block = |result| applied(None, "CA2: legacy", result);
    let pilot = |result| applied(Some("id-3"), "CA3: pilot", result);
    let silent = person("eve")
        .slot(A::UserGroups, Slot::NotSupplied)
        .slot(A::Flow, Slot::Absent)
        .word(A::Principal, "user");
    vec![
        with(
            proven("ada"),
            Some(Status::Success),
            vec![mfa(R::Success), block(R::NotApplied), pilot(R::ReportOnlyNotApplied)],
        ),
        with(
            known(person("bob")),
            Some(Status::Failure),
            vec![mfa(R::Failure), block(R::NotApplied)],
        ),
        // The log says that it was met; nothing of the kind is proven.
        with(known(person("cyd")), Some(Status::Success), vec![mfa(R::Success), block(R::Failure)]),
        with(
            legacy("dan"),
            Some(Status::Failure),
            vec![mfa(R::NotApplied), block(R::Failure), pilot(R::Success)],
        ),
        with(
            sign_in(silent),
            None,
            vec![
                applied(Some("id-5"), "CA5: staff", R::NotApplied),
                applied(Some("id-4"), "CA4: off", R::NotEnabled),
                applied(Some("id-4"), "CA4: off", R::Success),
                applied(Some("id-1"), "CA1: renamed", R::NotEnabled),
            ],
        ),
        with(
            proven("fay"),
            Some(Status::NotApplied),
            vec![
                applied(Some("gone"), "Deleted", R::Success),
                applied(Some("other-id"), "CA2: legacy", R::NotApplied),
                applied(None, "Twin", R::NotApplied),
                applied(None, "untitled", R::Unknown),
            ],
        ),
        proven("gil"),
    ]
}

#[test]
fn policies_are_matched_by_id_then_by_title() {
    let record = replay(P, None, log()).record.expect("there is a record");
    let matched = |name: &str| {
        let policy = of(&record, name).matched.as_ref();
        policy.map(|matched| (matched.policy.clone(), matched.by))
    };
    let by = |policy: &str, by| Some((policy.to_owned(), by));
    assert_eq!(matched("CA1: MFA"), by("mfa-for-all", MatchedBy::Id));
    assert_eq!(matched("CA2: legacy"), by("legacy", MatchedBy::Title));
    assert_eq!(matched("CA3: pilot"), by("pilot", MatchedBy::Id));
    assert_eq!(matched("CA4: off"), by("off", MatchedBy::Id));
    assert_eq!(matched("untitled"), by("untitled", MatchedBy::Title));
    assert_eq!(matched("Deleted"), None);
    assert_eq!(matched("Twin"), None, "two policies have that title");
    let other = record.policies.iter().find(|it| it.id.as_deref() == Some("other-id"));
    assert_eq!(other.and_then(|it| it.matched.as_ref()).map(|it| it.by), Some(MatchedBy::Title));
    assert_eq!(record.not_recorded, ["never-recorded", "twin-a", "twin-b"]);
    assert_eq!((record.sign_ins, record.results, record.policies.len()), (6, 18, 9));
}

#[test]
fn every_cell_is_worked_out() {
    let report = replay(P, None, log());
    let record = report.record.expect("there is a record");
    assert_eq!(
        cells(of(&record, "CA1: MFA")),
        [
            (R::Success, Says::Satisfied, G::Agrees, 1),
            (R::Success, Says::StepUp, G::Disagrees, 1),
            (R::Failure, Says::StepUp, G::Agrees, 1),
            (R::NotApplied, Says::Blocks, G::Disagrees, 1),
            (R::NotEnabled, Says::StepUp, G::NotCompared, 1),
        ]
    );
    assert_eq!(
        cells(of(&record, "CA3: pilot")),
        [
            (R::Success, Says::NotApplied, G::Disagrees, 1),
            (R::ReportOnlyNotApplied, Says::NotApplied, G::Agrees, 1),
        ]
    );
    assert_eq!(
        cells(of(&record, "CA4: off")),
        [
            (R::Success, Says::Disabled, G::NotCompared, 1),
            (R::NotEnabled, Says::Disabled, G::Agrees, 1),
        ]
    );
    assert_eq!(
        cells(of(&record, "CA5: staff")),
        [(R::NotApplied, Says::Undecided, G::Undecidable, 1)]
    );
    assert_eq!(
        of(&record, "CA5: staff").missing,
        [("device.compliant".to_owned(), 1), ("user.groups".to_owned(), 1),]
    );
    assert_eq!(cells(of(&record, "untitled")), [(R::Unknown, Says::NotApplied, G::NotCompared, 1)]);
    assert!(of(&record, "Deleted").cells.is_empty());
    let states: Vec<_> =
        record.policies.iter().map(|it| (it.name.as_str(), it.other_state)).collect();
    let elsewhere: Vec<_> = states.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(elsewhere, [("CA1: MFA", 1), ("CA3: pilot", 1), ("CA4: off", 1)]);
    let total = |which| record.agreement.get(&which).copied().unwrap_or_default();
    // Two policies are called CA2: one without an id, one with another's.
    assert_eq!([G::Agrees, G::Disagrees, G::Undecidable, G::NotCompared].map(total), [8, 4, 1, 3]);
    let disagreeing = |name: &str| of(&record, name).disagreements();
    assert_eq!(["CA1: MFA", "CA2: legacy", "CA3: pilot"].map(disagreeing), [2, 1, 1]);
    assert_eq!(record.policies[0].name, "CA1: MFA", "most disagreements first");
}

#[test]
fn disagreements_are_shown() {
    let record = replay(P, None, log()).record.expect("there is a record");
    let mfa = of(&record, "CA1: MFA");
    let shown: Vec<_> = mfa.cells.iter().map(|cell| numbers(&cell.examples)).collect();
    assert_eq!(shown, [vec![], vec![3], vec![], vec![4], vec![]]);
    let example = &mfa.cells[1].examples[0];
    assert_eq!(
        (&*example.user, &*example.was, &*example.now),
        ("cyd@example.com", "success", "step-up")
    );
    assert_eq!(example.id.as_deref(), Some("sign-in of cyd"));
}

#[test]
fn statuses_stand_against_decisions() {
    let record = replay(P, None, log()).record.expect("there is a record");
    let cells: Vec<_> = record
        .statuses
        .iter()
        .map(|it| (it.status, it.decided, it.count, numbers(&it.examples)))
        .collect();
    assert_eq!(
        cells,
        [
            (None, Decided::Undecided, 1, vec![]),
            (Some(Status::Success), Decided::Open, 1, vec![]),
            (Some(Status::Success), Decided::StepUp, 1, vec![3]),
            (Some(Status::Failure), Decided::StepUp, 1, vec![]),
            (Some(Status::Failure), Decided::Blocked, 1, vec![]),
            (Some(Status::NotApplied), Decided::Open, 1, vec![6]),
        ]
    );
}

#[test]
fn a_record_that_contradicts_itself_is_told() {
    let mut odd = applied(Some("id-1"), "CA1: MFA", R::Success);
    odd.not_satisfied = Conditions::parse("users");
    let mut fine = applied(Some("x"), "X", R::NotApplied);
    fine.not_satisfied = Conditions::parse("application");
    let sign_ins = [
        with(proven("ada"), None, vec![odd.clone(), odd, fine.clone()]),
        with(proven("bob"), None, vec![fine]),
    ];
    let record = replay(P, None, sign_ins).record.expect("there is a record");
    assert_eq!((record.inconsistent, record.inconsistent_sign_ins), (2, 1));
    let policy = of(&record, "CA1: MFA");
    assert_eq!((policy.inconsistent, numbers(&policy.inconsistencies)), (2, vec![1, 1]));
    assert!(policy.inconsistencies[0].because[0].contains("users"), "{:?}", policy.inconsistencies);
}

#[test]
fn every_result_has_its_verdict() {
    // Rows: what the log says. Columns: not applied, satisfied, step-up, blocks, unsure, undecided, disabled.
    use G::{Agrees as Y, Disagrees as N, NotCompared as O, Undecidable as U};
    let table: [(R, [G; 7]); 9] = [
        (R::Success, [N, Y, N, N, U, U, O]),
        (R::Failure, [N, N, Y, Y, U, U, O]),
        (R::NotApplied, [Y, N, N, N, N, U, O]),
        (R::NotEnabled, [O, O, O, O, O, O, Y]),
        (R::Unknown, [O, O, O, O, O, O, O]),
        (R::ReportOnlySuccess, [N, Y, N, N, U, U, O]),
        (R::ReportOnlyFailure, [N, N, Y, Y, U, U, O]),
        (R::ReportOnlyNotApplied, [Y, N, N, N, N, U, O]),
        (R::ReportOnlyInterrupted, [N, N, Y, N, U, U, O]),
    ];
    // One policy and one sign-in for each column.
    let columns: [(&str, SignIn, Says); 7] = [
        ("when client is other block", known(person("a")), Says::NotApplied),
        ("when always idle 1 hour", known(person("a")), Says::Satisfied),
        ("when always require mfa", known(person("a")), Says::StepUp),
        ("when always block", known(person("a")), Says::Blocks),
        ("when always require compliant-device", sign_in(person("a")), Says::Unsure),
        ("when platform is linux require mfa", sign_in(person("a")), Says::Undecided),
        ("", known(person("a")), Says::Disabled),
    ];
    for (column, (body, sign_in, says)) in columns.into_iter().enumerate() {
        let policy = match body {
            "" => "policy p disabled { when always block }".to_owned(),
            body => format!("policy p {{ {body} }}"),
        };
        for (result, expected) in table {
            let sign_in = with(sign_in.clone(), None, vec![applied(None, "p", result)]);
            let record = replay(&policy, None, [sign_in]).record.expect("there is a record");
            assert_eq!(cells(of(&record, "p")), [(result, says, expected[column], 1)]);
        }
    }
}

#[test]
fn more_policies_than_fit_are_counted_and_not_compared() {
    let limit = latch::replay::limits::MAX_RECORDED_POLICIES;
    let policies = (0..limit + 3).map(|at| applied(Some(&format!("id{at}")), "x", R::NotApplied));
    let report = replay(P, None, [with(proven("ada"), None, policies.collect())]);
    assert_eq!(report.limits, [latch::replay::Limit::RecordedPolicies]);
    let record = report.record.expect("there is a record");
    assert_eq!((record.policies.len(), record.beyond_limit), (limit, 3));
    assert_eq!(record.results, limit as u64 + 3);
}

#[test]
fn long_names_are_cut_and_that_is_told() {
    let long = "x".repeat(10_000);
    let sign_in = with(proven("ada"), None, vec![applied(None, &long, R::NotApplied)]);
    let report = replay(P, None, [sign_in]);
    assert_eq!(report.limits, [latch::replay::Limit::Text]);
    let name = &report.record.expect("there is a record").policies[0].name;
    assert_eq!(name.len(), latch::replay::limits::MAX_TEXT_BYTES);
}

#[test]
fn a_log_without_a_record_has_none() {
    assert_eq!(replay(P, None, [proven("ada")]).record, None);
    let empty = recorded(proven("ada"), Recorded::default());
    assert_eq!(replay(P, None, [empty]).record, None);
}
