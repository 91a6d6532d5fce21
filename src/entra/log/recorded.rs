//! What a log says was decided: the status of the sign-in, and each policy with its result and conditions.

use std::fmt;

use PolicyResult as R;

/// What the log says was decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// The status of conditional access as a whole; `None` when the log does not say, or says a word that is new.
    pub status: Option<Status>,
    /// The error code of the sign-in; 0 is success, 53003 blocked by conditional access.
    pub error: Option<i64>,
    /// Every policy that is listed, in the order of the log.
    pub policies: Vec<Applied>,
}

/// One policy and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Its directory id, canonical.
    pub id: Option<String>,
    /// Its display name; empty where the log leaves it out.
    pub name: String,
    /// Its result.
    pub result: PolicyResult,
    /// The conditions that held. One that the policy does not configure is in neither set.
    pub satisfied: Conditions,
    /// The conditions that did not hold. Entra stops at the first, so there is seldom more than one.
    pub not_satisfied: Conditions,
    /// The grant controls, in the words of the log: `Mfa`, `Block`, `RequireCompliantDevice`.
    pub grants: Vec<String>,
    /// The session controls, in the words of the log: `CloudAppSecurity`, `SignInFrequency`.
    pub sessions: Vec<String>,
}

/// `conditionalAccessStatus`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Every policy that applied was met.
    Success,
    /// A policy that applied was not met.
    Failure,
    /// No policy applied.
    NotApplied,
}

impl Status {
    /// Every status, in the order of its number in Graph.
    pub const ALL: [Status; 3] = [Status::Success, Status::Failure, Status::NotApplied];

    /// Its word in Graph.
    pub fn word(self) -> &'static str {
        match self {
            Status::Success => "success",
            Status::Failure => "failure",
            Status::NotApplied => "notApplied",
        }
    }

    /// The status of a word of Graph, or of its number.
    pub fn parse(text: &str) -> Option<Status> {
        spelled(&Status::ALL, Status::word, text)
    }
}

/// `appliedConditionalAccessPolicies[].result`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PolicyResult {
    /// It applied and was met.
    Success,
    /// It applied and was not met.
    Failure,
    /// A condition did not hold.
    NotApplied,
    /// It was off.
    NotEnabled,
    /// The log does not say, or says a word that is new.
    #[default]
    Unknown,
    /// Report-only: it would have been met.
    ReportOnlySuccess,
    /// Report-only: it would not have been met, and nothing the user can do at once would have helped.
    ReportOnlyFailure,
    /// Report-only: a condition did not hold.
    ReportOnlyNotApplied,
    /// Report-only: the user would have been asked for something.
    ReportOnlyInterrupted,
}

impl PolicyResult {
    /// Every result, in the order of its number in Graph. (Number 5 is `unknownFutureValue`.)
    pub const ALL: [PolicyResult; 10] = [
        R::Success,
        R::Failure,
        R::NotApplied,
        R::NotEnabled,
        R::Unknown,
        R::Unknown,
        R::ReportOnlySuccess,
        R::ReportOnlyFailure,
        R::ReportOnlyNotApplied,
        R::ReportOnlyInterrupted,
    ];

    /// Its word in Graph.
    pub fn word(self) -> &'static str {
        match self {
            R::Success => "success",
            R::Failure => "failure",
            R::NotApplied => "notApplied",
            R::NotEnabled => "notEnabled",
            R::Unknown => "unknown",
            R::ReportOnlySuccess => "reportOnlySuccess",
            R::ReportOnlyFailure => "reportOnlyFailure",
            R::ReportOnlyNotApplied => "reportOnlyNotApplied",
            R::ReportOnlyInterrupted => "reportOnlyInterrupted",
        }
    }

    /// The result of a word of Graph, or of its number; a word that is new is [`PolicyResult::Unknown`].
    pub fn parse(text: &str) -> PolicyResult {
        spelled(&R::ALL, R::word, text).unwrap_or(R::Unknown)
    }

    /// Whether the policy applied; `None` when nobody can say.
    pub fn applied(self) -> Option<bool> {
        match self {
            R::Success | R::Failure => Some(true),
            R::ReportOnlySuccess | R::ReportOnlyFailure | R::ReportOnlyInterrupted => Some(true),
            R::NotApplied | R::ReportOnlyNotApplied => Some(false),
            R::NotEnabled | R::Unknown => None,
        }
    }

    /// Whether the policy was in report-only mode.
    pub fn is_report_only(self) -> bool {
        match self {
            R::ReportOnlySuccess | R::ReportOnlyFailure => true,
            R::ReportOnlyNotApplied | R::ReportOnlyInterrupted => true,
            R::Success | R::Failure | R::NotApplied | R::NotEnabled | R::Unknown => false,
        }
    }
}

/// The value of a word, whatever its case, or of its number in the list.
fn spelled<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Option<T> {
    let text = text.trim();
    match text.parse::<usize>() {
        Ok(number) => all.get(number).copied(),
        Err(_) => all.iter().copied().find(|one| word(*one).eq_ignore_ascii_case(text)),
    }
}

/// A set of conditions, as `conditionalAccessConditions` of Graph numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Conditions(u32);

/// The conditions: number and word in Graph.
const CONDITIONS: [(u32, &str); 17] = [
    (1, "application"),
    (2, "users"),
    (4, "devicePlatform"),
    (8, "location"),
    (16, "clientType"),
    (32, "signInRisk"),
    (64, "userRisk"),
    (128, "time"),
    (256, "deviceState"),
    (512, "client"),
    (1024, "ipAddressSeenByAzureAD"),
    (2048, "ipAddressSeenByResourceProvider"),
    (UNNAMED, "unknownFutureValue"),
    (8192, "servicePrincipals"),
    (16384, "servicePrincipalRisk"),
    (32768, "authenticationFlows"),
    (65536, "insiderRisk"),
];

/// Stands for every condition that is newer than this list.
const UNNAMED: u32 = 4096;

impl Conditions {
    /// None.
    pub const NONE: Conditions = Conditions(0);

    /// The set of that number. Bits that mean nothing here become `unknownFutureValue`.
    pub fn from_bits(bits: u64) -> Conditions {
        let named = CONDITIONS.iter().fold(0, |all, (bit, _)| all | bit);
        let known = u32::try_from(bits & u64::from(named)).unwrap_or_default();
        let new = bits & !u64::from(named) != 0;
        Conditions(known | if new { UNNAMED } else { 0 })
    }

    /// The number of the set.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Reads a number, or words joined by commas; `none` and nothing are the empty set. A word that is new counts as
    /// `unknownFutureValue`.
    pub fn parse(text: &str) -> Conditions {
        match text.trim().parse::<u64>() {
            Ok(bits) => Conditions::from_bits(bits),
            Err(_) => text.split(',').fold(Conditions::NONE, |all, word| {
                Conditions(all.0 | Conditions::bit(word.trim()))
            }),
        }
    }

    fn bit(word: &str) -> u32 {
        if word.is_empty() || word.eq_ignore_ascii_case("none") {
            return 0;
        }
        let row = CONDITIONS.iter().find(|(_, name)| name.eq_ignore_ascii_case(word));
        row.map_or(UNNAMED, |(bit, _)| *bit)
    }

    /// Whether none is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the condition of that word of Graph is in it.
    pub fn contains(self, word: &str) -> bool {
        self.words().any(|one| one.eq_ignore_ascii_case(word))
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(self, other: Conditions) -> Conditions {
        Conditions(self.0 & other.0)
    }

    /// The words of what is in it, in the order of their numbers.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        CONDITIONS.iter().filter(move |(bit, _)| self.0 & bit != 0).map(|(_, word)| *word)
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        f.write_str(&self.words().collect::<Vec<_>>().join(","))
    }
}

impl fmt::Debug for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// How a recorded result disagrees with the conditions recorded beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inconsistency {
    /// The policy applied, and yet a condition did not hold.
    AppliedAgainst(Broken),
    /// The policy did not apply, and yet no condition failed.
    NotAppliedWithoutCause,
    /// The policy was off, and yet conditions were looked at.
    OffAndEvaluated,
    /// A condition held and did not hold.
    Both(Broken),
}

/// The conditions that an inconsistency is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Broken(u32);

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Inconsistency::AppliedAgainst(Broken(bits)) => {
                write!(f, "it applied, and yet not satisfied: {}", Conditions(*bits))
            }
            Inconsistency::NotAppliedWithoutCause => f.write_str(
                "it did not apply, and yet no condition is named that was not satisfied",
            ),
            Inconsistency::OffAndEvaluated => {
                f.write_str("it was off, and yet conditions were evaluated")
            }
            Inconsistency::Both(Broken(bits)) => {
                write!(f, "satisfied and not satisfied at once: {}", Conditions(*bits))
            }
        }
    }
}

impl Applied {
    /// How the result disagrees with the conditions beside it; `None` when they agree, or when nobody can say. A policy
    /// applies when all of its conditions hold, and one that is off has none evaluated.
    pub fn inconsistency(&self) -> Option<Inconsistency> {
        let both = self.satisfied.intersection(self.not_satisfied);
        if !both.is_empty() {
            return Some(Inconsistency::Both(Broken(both.0)));
        }
        match (self.result.applied(), self.result) {
            (Some(true), _) if !self.not_satisfied.is_empty() => {
                Some(Inconsistency::AppliedAgainst(Broken(self.not_satisfied.0)))
            }
            (Some(false), _) if self.not_satisfied.is_empty() => {
                Some(Inconsistency::NotAppliedWithoutCause)
            }
            (None, R::NotEnabled) if self.satisfied.0 | self.not_satisfied.0 != 0 => {
                Some(Inconsistency::OffAndEvaluated)
            }
            (Some(_) | None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_any_case_are_the_same() {
        for (number, result) in PolicyResult::ALL.iter().enumerate() {
            assert_eq!(PolicyResult::parse(&number.to_string()), *result);
            assert_eq!(PolicyResult::parse(&result.word().to_uppercase()), *result);
        }
        assert_eq!(PolicyResult::parse("reportOnlySomethingNew"), PolicyResult::Unknown);
        assert_eq!(Status::parse("NotApplied"), Some(Status::NotApplied));
        assert_eq!(Status::parse("1"), Some(Status::Failure));
        assert_eq!(Status::parse("unknownFutureValue"), None);
        assert_eq!(Status::parse(""), None);
    }

    #[test]
    fn conditions_are_a_number_or_words() {
        let users_and_app = Conditions::from_bits(3);
        assert_eq!(Conditions::parse("3"), users_and_app);
        assert_eq!(Conditions::parse("users, application"), users_and_app);
        assert_eq!(users_and_app.to_string(), "application,users");
        assert_eq!(Conditions::parse("none"), Conditions::NONE);
        assert_eq!(Conditions::parse(""), Conditions::NONE);
        assert_eq!(Conditions::parse("moonPhase").to_string(), "unknownFutureValue");
        assert_eq!(Conditions::from_bits(!1).words().count(), CONDITIONS.len() - 1);
        assert_eq!(Conditions::from_bits(1 << 40).to_string(), "unknownFutureValue");
        for (bit, word) in CONDITIONS {
            assert_eq!(Conditions::parse(word).bits(), bit);
            assert!(Conditions::from_bits(u64::from(bit)).contains(word));
        }
    }

    #[test]
    fn a_result_agrees_with_its_conditions_or_does_not() {
        let of = |result: &str, satisfied: u64, not_satisfied: u64| {
            let applied = Applied {
                result: PolicyResult::parse(result),
                satisfied: Conditions::from_bits(satisfied),
                not_satisfied: Conditions::from_bits(not_satisfied),
                ..Applied::default()
            };
            applied.inconsistency().map(|it| it.to_string())
        };
        for (result, satisfied, not_satisfied) in [
            ("success", 3, 0),
            ("failure", 3, 0),
            ("notApplied", 0, 1),
            ("notApplied", 1, 2),
            ("notEnabled", 0, 0),
            ("reportOnlyInterrupted", 3, 0),
            ("reportOnlyNotApplied", 0, 1),
            ("unknown", 0, 0),
            ("unknown", 1, 2),
        ] {
            assert_eq!(of(result, satisfied, not_satisfied), None, "{result}");
        }
        for (result, satisfied, not_satisfied, told) in [
            ("success", 1, 2, "it applied, and yet not satisfied: users"),
            ("reportOnlyFailure", 0, 8, "it applied, and yet not satisfied: location"),
            ("notApplied", 3, 0, "no condition is named"),
            ("reportOnlyNotApplied", 0, 0, "no condition is named"),
            ("notEnabled", 1, 0, "it was off"),
            ("unknown", 3, 1, "satisfied and not satisfied at once: application"),
        ] {
            let found = of(result, satisfied, not_satisfied).unwrap_or_default();
            assert!(found.contains(told), "{result}: {found}");
        }
    }
}
