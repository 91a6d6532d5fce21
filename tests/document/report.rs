//! A report of a replay, made by hand: something in every place, in the sizes of a real one.

use std::collections::BTreeMap;

use latch::entra::log::{PolicyResult, Status};
use latch::hir::PolicyState;
use latch::replay::kind::{Direction, Kind, Shift};
use latch::replay::limits::Limit;
use latch::replay::report::{
    Agreement, Cell, Change, Changes, Decided, Difference, Distinct, Example, Matched, MatchedBy,
    Missing, Outcomes, PolicyTally, Record, RecordedPolicy, Report, Responsible, Says, Side,
    StatusCell, Top, Undecided, UndecidedChanges,
};
use latch::value::Timestamp;

const SIGN_INS: u64 = 5_000_000;

/// The report.
pub(crate) fn report() -> Report {
    Report {
        sign_ins: SIGN_INS,
        skipped: 12,
        outside: 3_400,
        defaulted: 5,
        period: Some((Timestamp(1_793_491_200_000), Timestamp(1_796_083_199_000))),
        now: side(3_300_000),
        against: Some(side(3_200_000)),
        record: Some(record()),
        changes: Some(changes()),
        limits: vec![Limit::Examples],
    }
}

fn outcomes(open: u64) -> Outcomes {
    Outcomes { open, unguarded: 40_000, step_up: 1_100_000, blocked: 400_000 }
}

fn side(open: u64) -> Side {
    let decided = outcomes(open);
    let sign_ins = SIGN_INS - decided.all();
    let missing = vec![
        missing("risk.sign-in", 150_000),
        missing("device.compliant", 70_200),
        missing("user.groups", 19),
    ];
    let at_worst =
        Outcomes { open: 0, unguarded: 0, step_up: 120_000, blocked: sign_ins - 120_000 };
    let undecided = Undecided { sign_ins, at_worst, missing, examples: examples("blocked") };
    let names = ["administrators-need-a-key", "everyone-needs-mfa", "block-legacy-clients"];
    Side { outcomes: decided, undecided, policies: names.map(tally).to_vec() }
}

fn missing(attribute: &str, sign_ins: u64) -> Missing {
    let policies = vec![("risky-sign-ins-prove-themselves".to_owned(), sign_ins)];
    Missing { attribute: attribute.to_owned(), sign_ins, policies }
}

fn tally(name: &str) -> PolicyTally {
    let says = [(Says::NotApplied, 4_000_000), (Says::Satisfied, 900_001), (Says::StepUp, 99_999)];
    PolicyTally {
        policy: name.to_owned(),
        title: Some(format!("CA: {name}, whoever they are and wherever they sit")),
        id: None,
        state: PolicyState::On,
        says: BTreeMap::from(says),
    }
}

fn example(number: u64, now: &str) -> Example {
    Example {
        number,
        id: Some("66ea54eb-6301-4ee5-be62-ff5a759b0100".to_owned()),
        time: Some(Timestamp(1_795_420_800_000)),
        user: "eva@larkfield.example".to_owned(),
        app: "Office 365 Exchange Online".to_owned(),
        was: "open".to_owned(),
        now: now.to_owned(),
        because: vec!["everyone-needs-mfa".to_owned(), "only-where-we-work".to_owned()],
    }
}

fn examples(now: &str) -> Vec<Example> {
    vec![example(17, now), example(4_211_083, now)]
}

fn distinct(count: u64) -> Distinct {
    let top = |name: &str, sign_ins| Top { id: name.to_owned(), name: name.to_owned(), sign_ins };
    let top = vec![top("eva@larkfield.example", 412), top("<b>bram</b>@larkfield.example", 9)];
    Distinct { count, at_least: count > 1_000, top }
}

fn change(direction: Direction, kind: Kind, sign_ins: u64) -> Change {
    Change {
        shift: Shift { direction, kind },
        sign_ins,
        users: distinct(sign_ins / 7 + 2),
        apps: distinct(2),
        policies: vec![("everyone-needs-mfa".to_owned(), sign_ins)],
        examples: examples("step-up: Sign in with multifactor authentication."),
    }
}

fn changes() -> Changes {
    let shifts = vec![
        change(Direction::Opens, Kind::BlockedToOpen, 21),
        change(Direction::Opens, Kind::StepUpToOpen, 1_200),
        change(Direction::Weakens, Kind::BlockedToStepUp, 10_000),
        change(Direction::Tightens, Kind::OpenToStepUp, 50_000),
        change(Direction::Level, Kind::Policies, 80_000),
    ];
    let responsible = Responsible {
        policy: "everyone-needs-mfa".to_owned(),
        why: Difference::Changed,
        shifts: shifts.iter().map(|it| (it.shift, it.sign_ins)).collect(),
    };
    let worst = Shift { direction: Direction::Tightens, kind: Kind::OpenToBlocked };
    Changes {
        same: 4_500_000,
        shifts,
        policies: vec![responsible],
        undecided: UndecidedChanges {
            sign_ins: 358_779,
            unchanged: 300_000,
            may_change: 58_779,
            at_worst: BTreeMap::from([(None, 700), (Some(worst), 58_079)]),
            missing: vec![("risk.sign-in".to_owned(), 58_779)],
            policies: vec![("risky-sign-ins-prove-themselves".to_owned(), 58_779)],
            users: distinct(5_000),
            apps: distinct(3),
            examples: examples("blocked"),
        },
    }
}

fn cell(recorded: PolicyResult, says: Says, agreement: Agreement, count: u64) -> Cell {
    let shown = agreement == Agreement::Disagrees;
    let examples = if shown { examples(says.word()) } else { Vec::new() };
    Cell { recorded, says, agreement, count, examples }
}

fn recorded(name: &str, cells: Vec<Cell>) -> RecordedPolicy {
    let mut agreement = BTreeMap::new();
    cells.iter().for_each(|it| *agreement.entry(it.agreement).or_default() += it.count);
    let results = cells.iter().map(|it| it.count).sum();
    let matched = Matched { policy: "everyone-needs-mfa".to_owned(), by: MatchedBy::Id };
    RecordedPolicy {
        id: Some("0b9c2c1e-7d35-4f0b-8d0c-7a1f6c2b3d4e".to_owned()),
        name: name.to_owned(),
        matched: (!cells.is_empty()).then_some(matched),
        results,
        recorded: BTreeMap::from([(PolicyResult::Success, 10)]),
        cells,
        agreement,
        other_state: 4,
        missing: vec![("device.compliant".to_owned(), 70)],
        inconsistent: 1,
        inconsistencies: vec![example(99, "location did not hold")],
    }
}

fn record() -> Record {
    let cells = vec![
        cell(PolicyResult::Success, Says::Satisfied, Agreement::Agrees, 4_000_000),
        cell(PolicyResult::Success, Says::StepUp, Agreement::Disagrees, 31),
        cell(PolicyResult::NotApplied, Says::Undecided, Agreement::Undecidable, 700_000),
        cell(PolicyResult::Unknown, Says::NotApplied, Agreement::NotCompared, 12),
    ];
    let status =
        |status, decided, count| StatusCell { status, decided, count, examples: examples("open") };
    Record {
        sign_ins: 4_900_000,
        results: 12_000_000,
        agreement: BTreeMap::from([
            (Agreement::Agrees, 4_000_000),
            (Agreement::Disagrees, 31),
            (Agreement::Undecidable, 700_000),
            (Agreement::NotCompared, 12),
        ]),
        policies: vec![recorded("CA101: everyone", cells), recorded("Gone since", Vec::new())],
        not_recorded: vec!["tokens-stay-on-the-device".to_owned()],
        statuses: vec![
            status(Some(Status::Success), Decided::Open, 3_000_000),
            status(None, Decided::Blocked, 7),
        ],
        inconsistent: 1,
        inconsistent_sign_ins: 1,
        beyond_limit: 3,
    }
}
