//! The tree of a policy file: what was written, with places, before any name has a meaning.
//!
//! Words of attributes, grants and controls are plain text here: the tree knows the shapes of the language,
//! not its vocabulary. Equality of trees ignores places, so a formatted file equals its original.

use crate::source::{Span, Spanned};

/// A word as written.
pub type Name = Spanned<String>;

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its items, in the order of the text.
    pub items: Vec<Item>,
    /// Its ordinary `//` comments, in the order of the text; the formatter puts them back.
    pub comments: Vec<Comment>,
    /// Where its author left lines empty; the formatter keeps one.
    pub gaps: Gaps,
}

/// The places of empty lines, rising. All are equal: they say nothing, and equality ignores places.
#[derive(Debug, Clone, Default)]
pub struct Gaps(Vec<u32>);

impl Gaps {
    /// Remembers an empty line at that byte.
    pub fn push(&mut self, byte: usize) {
        self.0.push(u32::try_from(byte).unwrap_or(u32::MAX));
    }

    /// Each place, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().copied()
    }
}

impl PartialEq for Gaps {
    fn eq(&self, _: &Gaps) -> bool {
        true
    }
}

impl Eq for Gaps {}

/// A `//` comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text after `//`, without the line's end.
    pub text: Spanned<String>,
    /// Whether something stands before it on its line.
    pub trailing: bool,
}

/// An item with what stands before it.
#[derive(Debug, Clone)]
pub struct Item {
    /// The lines of its `///` comment, without the slashes and the one space after them.
    pub docs: Vec<Spanned<String>>,
    /// Its annotations: `@id("…")`.
    pub annotations: Vec<Annotation>,
    /// The item itself.
    pub kind: ItemKind,
    /// From its first keyword to its last brace (docs and annotations stand before).
    pub span: Span,
}

/// `@name("value")`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The word after `@`.
    pub name: Name,
    /// The string in the parentheses.
    pub value: Spanned<String>,
}

/// The kinds of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// `policy …`
    Policy(Policy),
    /// `network …`
    Network(Network),
    /// `user`, `group`, `role`, `app`, `service-principal`, `agent`, `tenant`, `terms`, `context`, `custom-control`
    Object(Object),
    /// `archetype …`
    Archetype(Archetype),
    /// `strength …`
    Strength(Strength),
    /// `let …`
    Let(Let),
    /// `attribute …`
    Attribute(Attribute),
    /// `assert …`
    Assert(Assert),
    /// `test …`
    Test(Test),
}

/// `policy NAME ["title"] [report-only | disabled] { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Option<Spanned<String>>,
    /// `report-only` or `disabled`; on without.
    pub state: Option<Spanned<State>>,
    /// Every clause, in the order of the text, repeated ones included (the check refuses those).
    pub clauses: Vec<Clause>,
}

/// What a policy's head may say about its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Evaluated, never enforced.
    ReportOnly,
    /// Not evaluated.
    Disabled,
}

impl State {
    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            State::ReportOnly => "report-only",
            State::Disabled => "disabled",
        }
    }
}

/// A clause of a policy.
#[derive(Debug, Clone)]
pub enum Clause {
    /// `when CONDITION`
    When(Condition),
    /// `unless CONDITION`
    Unless(Condition),
    /// `block`
    Block(Span),
    /// `require GRANT`
    Require(Grant),
    /// A session control: its words and values, as written: `sign-in frequency 4 hours for second factor`.
    Session(Phrase),
}

/// A line made of words and values, whose meaning a table knows.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// The parts, in order; at least one.
    pub parts: Vec<Literal>,
    /// All of it.
    pub span: Span,
}

/// A condition.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `always`
    Always(Span),
    /// `never`
    Never(Span),
    /// `a and b and c`: two or more
    And(Vec<Condition>),
    /// `a or b or c`: two or more
    Or(Vec<Condition>),
    /// `not a`; the span covers the word `not`
    Not(Span, Box<Condition>),
    /// One word path alone: a boolean attribute or the name of a `let`.
    Bare(Name),
    /// An attribute, an operator and an operand.
    Compare(Box<Comparison>),
}

impl Condition {
    /// From its first word to its last, without parentheses around it.
    ///
    /// # Panics
    /// When an `and` or `or` has no parts.
    pub fn span(&self) -> Span {
        match self {
            Condition::Always(span) | Condition::Never(span) => *span,
            Condition::And(parts) | Condition::Or(parts) => {
                parts[0].span().to(parts[parts.len() - 1].span())
            }
            Condition::Not(span, inner) => span.to(inner.span()),
            Condition::Bare(name) => name.span,
            Condition::Compare(comparison) => comparison.span,
        }
    }
}

/// `device.model starts with "Surface"`
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The attribute's path, as written: `device.model`.
    pub attribute: Name,
    /// The operator without its `not`.
    pub operator: Spanned<Operator>,
    /// Whether `not` is part of the operator: `not in`, `is not`, `not contains` …
    pub negated: bool,
    /// What is compared with.
    pub operand: Operand,
    /// `zone "Europe/Berlin"`
    pub zone: Option<Spanned<String>>,
    /// All of it.
    pub span: Span,
}

/// The operators, as shapes; which attribute takes which is the schema's knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `in`
    In,
    /// `is`
    Is,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `contains`
    Contains,
    /// `between … and …`
    Between,
}

/// What stands on the right of an operator.
#[derive(Debug, Clone)]
pub enum Operand {
    /// One value.
    One(Literal),
    /// `[a, b, c]`; the span covers the brackets.
    List(Vec<Literal>, Span),
    /// `X and Y` after `between`.
    Between(Literal, Literal),
}

/// A value as written.
#[derive(Debug, Clone)]
pub struct Literal {
    /// What kind of word it is, with its text.
    pub value: LiteralValue,
    /// Where.
    pub span: Span,
}

/// The shapes of values. Texts are as written, except that strings are unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralValue {
    /// A bare word or dotted path: `finance`, `c1`, `DE`, `app.attribute.Set.Name`.
    Word(String),
    /// `"…"`
    String(String),
    /// `42`, `-1`
    Integer(i64),
    /// `15 minutes`, in seconds. Units: second, minute, hour, day, week, singular or plural.
    Duration(u64, DurationUnit),
    /// `08:00` or `08:00:30`, in seconds since midnight; `24:00` is allowed.
    TimeOfDay(u32),
    /// `2026-11-23`, as written.
    Date(String),
    /// `2026-11-23T08:00:00Z`, as written.
    Instant(String),
    /// `203.0.113.0/24`, `2001:db8::/32`, `192.0.2.1`, as written.
    Address(String),
    /// `198.51.100.10 - 198.51.100.40`, as written.
    AddressRange(String, String),
}

/// The unit in which a duration was written; the formatter keeps it where it divides the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DurationUnit {
    /// `seconds`
    Seconds,
    /// `minutes`
    Minutes,
    /// `hours`
    Hours,
    /// `days`
    Days,
    /// `weeks`
    Weeks,
}

impl DurationUnit {
    /// Every unit, the shortest first.
    pub const ALL: [DurationUnit; 5] = [
        DurationUnit::Seconds,
        DurationUnit::Minutes,
        DurationUnit::Hours,
        DurationUnit::Days,
        DurationUnit::Weeks,
    ];

    /// How many seconds one of it has.
    pub fn seconds(self) -> u64 {
        match self {
            DurationUnit::Seconds => 1,
            DurationUnit::Minutes => 60,
            DurationUnit::Hours => 3_600,
            DurationUnit::Days => 86_400,
            DurationUnit::Weeks => 604_800,
        }
    }

    /// Its word, for one of it: `minute`.
    pub fn word(self) -> &'static str {
        match self {
            DurationUnit::Seconds => "second",
            DurationUnit::Minutes => "minute",
            DurationUnit::Hours => "hour",
            DurationUnit::Days => "day",
            DurationUnit::Weeks => "week",
        }
    }
}

/// What a policy requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// `a and b`: two or more
    And(Vec<Grant>),
    /// `a or b`: two or more
    Or(Vec<Grant>),
    /// One requirement.
    One(GrantAtom),
}

impl Grant {
    /// From its first word to its last, without parentheses around it.
    ///
    /// # Panics
    /// When an `and` or `or` has no parts.
    pub fn span(&self) -> Span {
        match self {
            Grant::And(parts) | Grant::Or(parts) => {
                parts[0].span().to(parts[parts.len() - 1].span())
            }
            Grant::One(atom) => atom.span,
        }
    }
}

/// `mfa`, `strength phishing-resistant within 4 hours`, `terms acceptable-use`
#[derive(Debug, Clone)]
pub struct GrantAtom {
    /// The grant's word: `mfa`, `strength`, `terms` …
    pub grant: Name,
    /// The name after it, where the grant takes one.
    pub argument: Option<Name>,
    /// `within DURATION`
    pub within: Option<Literal>,
    /// All of it.
    pub span: Span,
}

/// `network NAME [trusted] { … }` or `network NAME [trusted] = "id"`
#[derive(Debug, Clone)]
pub struct Network {
    /// Its name.
    pub name: Name,
    /// The word `trusted`.
    pub trusted: Option<Span>,
    /// What it is made of.
    pub body: NetworkBody,
}

/// What a network is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkBody {
    /// Opaque: whether a request is in it comes with the request.
    Id(Spanned<String>),
    /// A line each.
    Members(Vec<NetworkMember>),
}

/// A line of a network.
#[derive(Debug, Clone)]
pub enum NetworkMember {
    /// An address, a prefix or a range.
    Address(Literal),
    /// `country DE, FR, unknown [by gps]`
    Country {
        /// The codes and the word `unknown`, as written.
        codes: Vec<Name>,
        /// `by gps`
        by_gps: Option<Span>,
        /// All of it.
        span: Span,
    },
    /// `compliant-network`, `mfa-trusted-ips`, `private-link "id"`, `service-tag "X"`
    Marker {
        /// The word.
        word: Name,
        /// The string after it.
        argument: Option<Spanned<String>>,
    },
}

/// `group NAME [emergency] = "id", "id"`
#[derive(Debug, Clone)]
pub struct Object {
    /// Which kind of directory object.
    pub kind: Spanned<ObjectKind>,
    /// Its name.
    pub name: Name,
    /// The word `emergency`.
    pub emergency: Option<Span>,
    /// Its ids; at least one.
    pub ids: Vec<Spanned<String>>,
}

/// The kinds of directory objects that can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// `user`
    User,
    /// `group`
    Group,
    /// `role`
    Role,
    /// `app`
    App,
    /// `service-principal`
    ServicePrincipal,
    /// `agent`
    Agent,
    /// `tenant`
    Tenant,
    /// `terms`
    Terms,
    /// `context`
    Context,
    /// `custom-control`
    CustomControl,
}

impl ObjectKind {
    /// Every kind, in the order in which files list them.
    pub const ALL: [ObjectKind; 10] = [
        ObjectKind::User,
        ObjectKind::Group,
        ObjectKind::Role,
        ObjectKind::App,
        ObjectKind::ServicePrincipal,
        ObjectKind::Agent,
        ObjectKind::Tenant,
        ObjectKind::Terms,
        ObjectKind::Context,
        ObjectKind::CustomControl,
    ];

    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            ObjectKind::User => "user",
            ObjectKind::Group => "group",
            ObjectKind::Role => "role",
            ObjectKind::App => "app",
            ObjectKind::ServicePrincipal => "service-principal",
            ObjectKind::Agent => "agent",
            ObjectKind::Tenant => "tenant",
            ObjectKind::Terms => "terms",
            ObjectKind::Context => "context",
            ObjectKind::CustomControl => "custom-control",
        }
    }
}

/// `archetype NAME { always in … may be in … never in … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archetype {
    /// Its name.
    pub name: Name,
    /// Its lines.
    pub lines: Vec<ArchetypeLine>,
}

/// A line of an archetype.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchetypeLine {
    /// How certain the membership is.
    pub bound: Spanned<Bound>,
    /// The names of groups, roles, user types.
    pub members: Vec<Name>,
}

/// How certain a membership of an archetype is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// `always in`
    Always,
    /// `may be in`
    MayBe,
    /// `never in`
    Never,
}

/// `strength NAME { … }` or `strength NAME = "id"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// Its name.
    pub name: Name,
    /// What it is made of.
    pub body: StrengthBody,
}

/// What a strength is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StrengthBody {
    /// Opaque: its proof comes with the request.
    Id(Spanned<String>),
    /// A combination a line: methods joined by `and`.
    Combinations(Vec<Combination>),
}

/// Methods that are needed together.
#[derive(Debug, Clone)]
pub struct Combination {
    /// At least one.
    pub methods: Vec<MethodUse>,
    /// All of it.
    pub span: Span,
}

/// A method with its restrictions: `fido2 aaguid "…", "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodUse {
    /// The method's word.
    pub method: Name,
    /// `aaguid "…"`, `issuer "…"`, `policy "…"`: a word and its strings.
    pub restrictions: Vec<(Name, Vec<Spanned<String>>)>,
}

/// `let NAME = CONDITION`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// What it stands for.
    pub condition: Condition,
}

/// `attribute NAME: TYPE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// The words of its type, joined by one space: `set of string`.
    pub kind: Name,
}

/// `assert NAME { when …; proof …; expect … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assert {
    /// Its name.
    pub name: Name,
    /// Every line, in the order of the text.
    pub lines: Vec<AssertLine>,
}

/// A line of an assert.
#[derive(Debug, Clone)]
pub enum AssertLine {
    /// `when CONDITION`
    When(Condition),
    /// `unless CONDITION`
    Unless(Condition),
    /// `proof METHOD DURATION ago`
    Proof(Proof),
    /// `expect …`
    Expect(Expectation, Span),
}

/// What an assert expects.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// `a and b`: two or more
    And(Vec<Expectation>),
    /// `a or b`: two or more
    Or(Vec<Expectation>),
    /// `block`
    Block(Span),
    /// `not block`
    NotBlock(Span),
    /// `open`
    Open(Span),
    /// `step-up`
    StepUp(Span),
    /// `require GRANT`: the latch never opens unless it is satisfied
    Require(Grant),
    /// `sign-in frequency at most DURATION`
    FrequencyAtMost(Literal),
}

/// `test "title" { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its title.
    pub title: Spanned<String>,
    /// Every line, in the order of the text.
    pub lines: Vec<TestLine>,
}

/// A line of a test.
#[derive(Debug, Clone)]
pub enum TestLine {
    /// `user in finance` or `user not in finance`: a membership, the others not supplied
    Member {
        /// The attribute.
        attribute: Name,
        /// `not in`
        negated: bool,
        /// The names; a list without brackets has one.
        members: Vec<Literal>,
        /// All of it.
        span: Span,
    },
    /// `ATTRIBUTE VALUE`, `ATTRIBUTE [a, b]`
    Value {
        /// The attribute.
        attribute: Name,
        /// Its value.
        operand: Operand,
        /// All of it.
        span: Span,
    },
    /// `ATTRIBUTE absent`
    Absent(Name),
    /// `ATTRIBUTE not supplied`
    NotSupplied(Name),
    /// `device unregistered`
    DeviceUnregistered(Span),
    /// `proof METHOD DURATION ago`
    Proof(Proof),
    /// `terms NAME accepted [DURATION ago]`, `password-change done`, `approved-app shown` …: a claim that is no method
    Claim {
        /// The grant's word it speaks of: `terms`, `password-change`, `custom-control`, `strength` …
        grant: Name,
        /// The name after it.
        argument: Option<Name>,
        /// `DURATION ago`
        ago: Option<Literal>,
        /// All of it.
        span: Span,
    },
    /// `assume rest absent`
    AssumeRestAbsent(Span),
    /// `expect …`
    Expect(TestExpectation),
}

/// `proof METHOD [aaguid "…"] DURATION ago`; `0 seconds ago` may be written `now`
#[derive(Debug, Clone)]
pub struct Proof {
    /// The method, with what is known of it.
    pub method: MethodUse,
    /// Its age.
    pub ago: Literal,
    /// All of it.
    pub span: Span,
}

/// `expect open | step-up [GRANT] | block [by POLICY, …] [as if enforced]`
#[derive(Debug, Clone)]
pub struct TestExpectation {
    /// Which outcome.
    pub outcome: ExpectedOutcome,
    /// `by POLICY, POLICY`: each of them is among the decisive policies.
    pub by: Vec<Name>,
    /// `as if enforced`
    pub as_if_enforced: Option<Span>,
    /// All of it.
    pub span: Span,
}

/// The outcome a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedOutcome {
    /// `open`
    Open,
    /// `step-up`, with one of its alternatives
    StepUp(Option<Grant>),
    /// `block`
    Block,
}
