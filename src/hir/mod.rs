//! What policies mean: names are ids, types agree, every value is of its attribute's kind.
//!
//! A [`PolicySet`] is canonical: items stand in the order of their names, whatever the order of files and lines, so
//! that nothing downstream can depend on it. Directory ids are in their canonical form
//! ([`crate::value::canonical_id`]), texts that are compared without regard to case are folded
//! ([`crate::value::fold_case`]).

mod check;
pub mod codes;
pub mod limits;
mod lower;
mod resolve;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::schema::grant::GrantWord;
use crate::schema::method::Method;
use crate::schema::session::SessionControls;
use crate::source::Span;
use crate::syntax::ast::{Bound, ObjectKind};
use crate::value::{Country, Version};

pub use check::address::range_text;
pub use check::is_country;
pub use lower::resolve;
pub use resolve::vocabulary::{reserved_word, sets_of};

/// Everything that a set of policy files says.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    /// The policies, by name.
    pub policies: Vec<Policy>,
    /// The networks, by name, the prelude's and the anonymous ones of `ip in …` included.
    pub networks: Vec<Network>,
    /// The strengths, by name, the prelude's included.
    pub strengths: Vec<Strength>,
    /// The strength that `mfa` stands for.
    pub multi_factor: StrengthId,
    /// Names of directory objects, by kind and name, the prelude's included.
    pub objects: Vec<Object>,
    /// The named conditions, by name. Policies and asserts hold copies, each with the places of the original.
    pub lets: Vec<Let>,
    /// The organisation's own attributes, by name; the number is the one in [`AttributeId::Own`].
    pub own_attributes: Vec<OwnAttribute>,
    /// The archetypes, by name.
    pub archetypes: Vec<Archetype>,
    /// The asserts, by name.
    pub asserts: Vec<Assert>,
    /// The tests, in the order of files and lines.
    pub tests: Vec<Test>,
}

/// The number of a policy in its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub u32);

/// The number of a network in its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkId(pub u32);

/// The number of a strength in its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StrengthId(pub u32);

/// What precedes an item and goes with it everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Its `///` comment, lines joined.
    pub docs: String,
    /// Its annotations, in the order of the text.
    pub annotations: Vec<(String, String)>,
}

impl Remarks {
    /// The value of the annotation of that name.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// `when X unless Y`, as `X and not Y`.
    pub condition: Condition,
    /// What it demands.
    pub effect: Effect,
    /// Its session controls; none beside `block`.
    pub session: SessionControls<String>,
    /// The item's place.
    pub span: Span,
}

/// Whether a policy is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyState {
    /// Enforced.
    On,
    /// Evaluated and reported.
    ReportOnly,
    /// Not evaluated.
    Disabled,
}

/// What a policy demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The latch stays shut.
    Block,
    /// The latch opens for who proves this.
    Require(Grant),
    /// Session controls alone.
    Nothing,
}

/// A condition with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What it says.
    pub kind: ConditionKind,
    /// Where it says so.
    pub span: Span,
}

/// What a condition says. Evaluation is in three values ([`crate::value::Truth`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionKind {
    /// True.
    Always,
    /// False.
    Never,
    /// All of them.
    All(Vec<Condition>),
    /// Any of them.
    Any(Vec<Condition>),
    /// Not that.
    Not(Box<Condition>),
    /// A positive test of one attribute: false on an absent one, unknown on one that was not supplied.
    Test(Probe),
}

/// A positive test of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Of which attribute.
    pub attribute: AttributeId,
    /// What is tested.
    pub predicate: Predicate,
}

/// What is tested; which variant goes with which attribute is fixed by the attribute's kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Predicate {
    /// A boolean is true.
    Holds,
    /// The word's number (an enumeration's, an ordered one's, a weekday's) is among these. For a set of words: any is.
    Words(BTreeSet<u8>, Option<Zone>),
    /// `user`
    People(People),
    /// `app`; true when the *one* app looked at is among them (see [`Apps`]).
    Apps(Apps),
    /// `service-principal`
    ServicePrincipals(ServicePrincipals),
    /// `agent`
    Agents(Agents),
    /// An id (`user.tenant`) is among these; for a set (`context`), the one looked at is.
    Ids(BTreeSet<String>),
    /// `location`: any of these networks; `ip in …` is an anonymous network here too.
    Networks(BTreeSet<NetworkId>),
    /// `country`
    Countries(BTreeSet<Country>),
    /// Whole numbers: any of these closed ranges (also durations, in seconds, and dates, as days since 1970-01-01).
    Ranges(Vec<(i64, i64)>, Option<Zone>),
    /// Text, or any text of a set.
    Text(TextTest),
    /// A version compared.
    Version(VersionTest, Version),
    /// Time of day in `[from, to)`, seconds since midnight; wraps when `from >= to`; equal ends are the whole day.
    TimeOfDay(u32, u32, Zone),
    /// A custom security attribute `SET.NAME` (matched without regard to case): any of its texts.
    Custom(String, TextTest),
}

/// A time zone by its IANA name, known to the time zone database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zone(pub String);

/// A test of text; operands are folded, the attribute's text is folded before it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextTest {
    /// Equal to one of these.
    OneOf(BTreeSet<String>),
    /// Begins with this.
    StartsWith(String),
    /// Ends with this.
    EndsWith(String),
    /// Has this in it. On a set of texts, `contains` is whole-member and becomes [`TextTest::OneOf`].
    Contains(String),
}

/// How a version is compared. A text that is no version compares as absent: false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the operators of the language")]
pub enum VersionTest {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Users, by any of four inputs; true when any matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct People {
    /// `anyone`: the principal is a user.
    pub anyone: bool,
    /// Ids of users.
    pub users: BTreeSet<String>,
    /// Ids of groups.
    pub groups: BTreeSet<String>,
    /// Template ids of roles.
    pub roles: BTreeSet<String>,
    /// Numbers of user types (`guests` is all but member).
    pub types: BTreeSet<u8>,
}

/// Apps. A request may ask for several: each is looked at alone, and a policy applies when it applies to one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Apps {
    /// `any-app`: the target is an app, or the action register-security-info. Unknown while the target is not
    /// supplied, even when no app is named.
    pub any: bool,
    /// `any-agent-resource`
    pub any_agent_resource: bool,
    /// Ids of apps.
    pub ids: BTreeSet<String>,
}

/// Workload identities.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ServicePrincipals {
    /// `own-tenant`
    pub own_tenant: bool,
    /// Their ids.
    pub ids: BTreeSet<String>,
}

/// Agents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Agents {
    /// `any-agent`: the principal is an agent.
    pub any: bool,
    /// Their ids.
    pub ids: BTreeSet<String>,
}

/// A requirement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// All of them.
    All(Vec<Grant>),
    /// Any of them.
    Any(Vec<Grant>),
    /// One.
    One(Requirement),
}

/// One thing to prove, perhaps freshly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// What. The word says which of the two others is used.
    pub grant: GrantWord,
    /// The strength; for `mfa` too.
    pub strength: Option<StrengthId>,
    /// The ids of terms or of a custom control, by its name; all of them are needed.
    pub object: Option<ObjectRef>,
    /// How old its proof may be, in seconds.
    pub within: Option<u64>,
}

/// A named directory object with its ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectRef {
    /// Its name in the language.
    pub name: String,
    /// Its ids.
    pub ids: BTreeSet<String>,
}

/// A named location. A request is in it when any line says so.
#[derive(Debug, Clone)]
pub struct Network {
    /// Its name; an anonymous one is called by its addresses.
    pub name: String,
    /// Whether policies can name it.
    pub anonymous: bool,
    /// Part of `location in trusted`.
    pub trusted: bool,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// Closed ranges of addresses, of one family each; IPv4-mapped IPv6 addresses are IPv4 here. Sorted.
    pub ranges: Vec<(IpAddr, IpAddr)>,
    /// Countries of the address.
    pub countries: BTreeSet<Country>,
    /// An address without a country is in.
    pub unknown_country: bool,
    /// Countries by GPS.
    pub gps_countries: BTreeSet<Country>,
    /// No position by GPS is in.
    pub gps_unknown: bool,
    /// What `location.named` may list to put the request in: opaque id, private links, service tags,
    /// `compliant-network`, `mfa-trusted-ips`, canonical. That the list lacks all of them is decisive. The list may
    /// also name the network itself, by its name or its `@id`, unless it is anonymous; that it does not says nothing.
    /// That is for requests without an address: a name wins over an address that lies elsewhere.
    pub named: BTreeSet<String>,
    /// The item's place.
    pub span: Span,
}

/// An authentication strength.
#[derive(Debug, Clone)]
pub struct Strength {
    /// Its name.
    pub name: String,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// Any one satisfies it; empty for an opaque strength, which a claim satisfies.
    pub combinations: Vec<Combination>,
    /// The id of an opaque strength.
    pub opaque: Option<String>,
    /// The item's place.
    pub span: Span,
}

/// Methods that are needed together, by method; distinct.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// At least one.
    pub methods: Vec<MethodUse>,
}

/// A method with what its proof must show; an empty set is no restriction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MethodUse {
    /// Which method.
    pub method: Method,
    /// Model ids of a key: one of these.
    pub aaguids: BTreeSet<String>,
    /// Key ids of a certificate's issuer: one of these.
    pub issuers: BTreeSet<String>,
    /// Policy ids of a certificate: one of these.
    pub policies: BTreeSet<String>,
}

/// A name for directory objects.
#[derive(Debug, Clone)]
pub struct Object {
    /// Which kind.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// Declared as break-glass.
    pub emergency: bool,
    /// Its ids, canonical, in the order of the text.
    pub ids: Vec<String>,
    /// The item's place.
    pub span: Span,
}

/// A named condition.
#[derive(Debug, Clone)]
pub struct Let {
    /// Its name.
    pub name: String,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// What it stands for, with every other `let` put in place.
    pub condition: Condition,
    /// The item's place.
    pub span: Span,
}

/// An attribute of the organisation's own.
#[derive(Debug, Clone)]
pub struct OwnAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: OwnKind,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// The item's place.
    pub span: Span,
}

/// The types an own attribute may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words of the language")]
pub enum OwnKind {
    Boolean,
    Integer,
    String,
    SetOfString,
    Duration,
    Time,
}

impl OwnKind {
    /// The kind of attribute that such a type makes.
    pub fn kind(self) -> Kind {
        match self {
            OwnKind::Boolean => Kind::Boolean,
            OwnKind::Integer => Kind::Integer,
            OwnKind::String => Kind::Text,
            OwnKind::SetOfString => Kind::TextSet,
            OwnKind::Duration => Kind::Duration,
            OwnKind::Time => Kind::Instant,
        }
    }
}

/// A kind of person.
#[derive(Debug, Clone)]
pub struct Archetype {
    /// Its name.
    pub name: String,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// Memberships, by how certain they are.
    pub memberships: BTreeMap<Bound, People>,
    /// The item's place.
    pub span: Span,
}

/// A law for every possible request.
#[derive(Debug, Clone)]
pub struct Assert {
    /// Its name.
    pub name: String,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// For which requests.
    pub condition: Condition,
    /// Evidence that is fixed; free when empty.
    pub proofs: Vec<(MethodUse, u64)>,
    /// What must hold.
    pub expectation: Expectation,
    /// The item's place.
    pub span: Span,
}

/// What an assert expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// All of them.
    All(Vec<Expectation>),
    /// Any of them.
    Any(Vec<Expectation>),
    /// Blocked.
    Block,
    /// Anything but blocked.
    NotBlock,
    /// Open.
    Open,
    /// Step-up.
    StepUp,
    /// Never open unless this is satisfied.
    Require(Grant),
    /// A sign-in frequency of at most so many seconds is in force.
    FrequencyAtMost(u64),
}

/// One request and its decision.
#[derive(Debug, Clone)]
pub struct Test {
    /// Its title.
    pub title: String,
    /// Documentation and annotations.
    pub remarks: Remarks,
    /// The request it describes.
    pub request: crate::request::Request,
    /// What is expected of its decision; at least one.
    pub expectations: Vec<TestExpectation>,
    /// The item's place.
    pub span: Span,
}

/// What a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestExpectation {
    /// Which outcome.
    pub outcome: ExpectedOutcome,
    /// These are among the decisive policies.
    pub by: Vec<PolicyId>,
    /// Report-only policies count as on.
    pub as_if_enforced: bool,
    /// The line's place.
    pub span: Span,
}

/// The outcome a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedOutcome {
    /// Open.
    Open,
    /// Step-up; with a grant, one whose challenge is this: proving it opens the latch and nothing less does.
    StepUp(Option<Grant>),
    /// Blocked.
    Block,
}

impl PolicySet {
    /// The policy of that number.
    pub fn policy(&self, id: PolicyId) -> &Policy {
        &self.policies[id.0 as usize]
    }

    /// The network of that number.
    pub fn network(&self, id: NetworkId) -> &Network {
        &self.networks[id.0 as usize]
    }

    /// The strength of that number.
    pub fn strength(&self, id: StrengthId) -> &Strength {
        &self.strengths[id.0 as usize]
    }

    /// The name of an attribute.
    pub fn attribute_name(&self, attribute: AttributeId) -> &str {
        match attribute {
            AttributeId::BuiltIn(attribute) => attribute.name(),
            AttributeId::Own(number) => &self.own_attributes[usize::from(number)].name,
        }
    }
}

impl Grant {
    /// Into how many alternatives it multiplies out, counted without reducing them. A policy set holds no grant with
    /// more than [`crate::decision::MAX_WORKING_ALTERNATIVES`].
    pub fn width(&self) -> usize {
        match self {
            Grant::All(grants) => grants.iter().map(Grant::width).fold(1, usize::saturating_mul),
            Grant::Any(grants) => grants.iter().map(Grant::width).fold(0, usize::saturating_add),
            Grant::One(_) => 1,
        }
    }

    /// Every single requirement in it, in the order of the text.
    pub fn requirements(&self) -> Vec<&Requirement> {
        match self {
            Grant::All(grants) | Grant::Any(grants) => {
                grants.iter().flat_map(Grant::requirements).collect()
            }
            Grant::One(requirement) => vec![requirement],
        }
    }
}

impl Condition {
    /// The same place, another meaning.
    pub fn with(&self, kind: ConditionKind) -> Condition {
        Condition { kind, span: self.span }
    }

    /// Every test in it, in the order of the text.
    pub fn probes(&self) -> Vec<&Probe> {
        match &self.kind {
            ConditionKind::Always | ConditionKind::Never => Vec::new(),
            ConditionKind::All(inner) | ConditionKind::Any(inner) => {
                inner.iter().flat_map(Condition::probes).collect()
            }
            ConditionKind::Not(inner) => inner.probes(),
            ConditionKind::Test(probe) => vec![probe],
        }
    }
}

impl Probe {
    /// What the test reads from a request.
    pub fn inputs(&self) -> Vec<AttributeId> {
        match self.attribute {
            AttributeId::BuiltIn(attribute) => {
                let inputs = self.member_inputs().unwrap_or_else(|| attribute.inputs().to_vec());
                inputs.into_iter().map(AttributeId::BuiltIn).collect()
            }
            own @ AttributeId::Own(_) => vec![own],
        }
    }

    /// Of directory objects, only the inputs that this test looks at.
    fn member_inputs(&self) -> Option<Vec<Attribute>> {
        match &self.predicate {
            Predicate::People(people) => Some(people.inputs()),
            Predicate::Apps(apps) => Some(apps.inputs()),
            Predicate::ServicePrincipals(principals) => Some(principals.inputs()),
            Predicate::Agents(agents) => Some(agents.inputs()),
            _ => None,
        }
    }
}

fn chosen<const N: usize>(inputs: [(bool, Attribute); N]) -> Vec<Attribute> {
    inputs.into_iter().filter(|(used, _)| *used).map(|(_, attribute)| attribute).collect()
}

impl People {
    fn inputs(&self) -> Vec<Attribute> {
        chosen([
            (self.anyone, Attribute::Principal),
            (!self.users.is_empty(), Attribute::UserId),
            (!self.groups.is_empty(), Attribute::UserGroups),
            (!self.roles.is_empty(), Attribute::UserRoles),
            (!self.types.is_empty(), Attribute::UserType),
        ])
    }
}

impl Apps {
    fn inputs(&self) -> Vec<Attribute> {
        chosen([
            (true, Attribute::App),
            (self.any, Attribute::Target),
            (self.any, Attribute::Action),
        ])
    }
}

impl ServicePrincipals {
    fn inputs(&self) -> Vec<Attribute> {
        chosen([
            (self.own_tenant, Attribute::ServicePrincipalOwnTenant),
            (!self.ids.is_empty(), Attribute::ServicePrincipalId),
        ])
    }
}

impl Agents {
    fn inputs(&self) -> Vec<Attribute> {
        chosen([(self.any, Attribute::Principal), (!self.ids.is_empty(), Attribute::AgentId)])
    }
}
