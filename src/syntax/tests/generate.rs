//! Random trees, of every shape that a file can have.

use crate::source::{SourceId, Span, Spanned};
use crate::syntax::ast::*;
use crate::syntax::words;
use fastrand::Rng;

pub(super) struct Generator {
    pub(super) rng: Rng,
}

fn nowhere() -> Span {
    Span::new(SourceId::PRELUDE, 0, 0)
}

fn at<T>(node: T) -> Spanned<T> {
    Spanned::new(node, nowhere())
}

/// Words with a meaning in some places, which the generator must not put there by chance.
const TAKEN: [&str; 22] = [
    "app",
    "network",
    "sign-in",
    "persistent",
    "lifetime",
    "idle",
    "cloud",
    "continuous",
    "resilience",
    "token",
    "global",
    "open",
    "step-up",
    "by",
    "as",
    "within",
    "done",
    "day",
    "strength",
    "terms",
    "country",
    "absent",
];

impl Generator {
    fn one<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.rng.usize(..among.len())].clone()
    }

    fn some<T>(
        &mut self,
        range: std::ops::Range<usize>,
        mut make: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        let count = self.rng.usize(range);
        (0..count).map(|_| make(self)).collect()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.rng.bool().then(|| make(self))
    }

    fn word(&mut self) -> String {
        loop {
            let length = self.rng.usize(1..12);
            let mut word: String = (0..length).map(|_| self.letter()).collect();
            word.insert(0, self.rng.lowercase());
            let word = words::kebab(&word);
            if words::is_name(&word) && !TAKEN.contains(&word.as_str()) {
                return word;
            }
        }
    }

    fn letter(&mut self) -> char {
        match self.rng.u8(0..8) {
            0 => '-',
            1 => self.rng.digit(10),
            _ => self.rng.lowercase(),
        }
    }

    fn name(&mut self) -> Name {
        at(self.word())
    }

    fn path(&mut self) -> Name {
        let parts = self.some(1..4, Self::word);
        at(parts.join("."))
    }

    fn string(&mut self) -> Spanned<String> {
        const CHARACTERS: [char; 16] = [
            'a', 'B', ' ', '"', '\\', '\n', '\t', '\r', '\0', 'é', '🔒', '\u{202e}', '\u{feff}',
            '/', '{', '}',
        ];
        let characters = self.some(0..12, |all| all.one(&CHARACTERS));
        at(characters.into_iter().collect())
    }

    fn literal(&mut self) -> Literal {
        let value = match self.rng.u8(0..9) {
            0 => LiteralValue::String(self.string().node),
            1 => LiteralValue::Integer(self.rng.i64(..)),
            2 => self.duration_value(),
            3 => LiteralValue::TimeOfDay(self.rng.u32(0..=86_400)),
            4 => LiteralValue::Date("2026-11-23".to_owned()),
            5 => LiteralValue::Instant("2026-11-23T08:00:00.25+02:00".to_owned()),
            6 => LiteralValue::Address(self.address()),
            7 => LiteralValue::AddressRange(self.address(), self.address()),
            _ => LiteralValue::Word(self.path().node),
        };
        Literal { value, span: nowhere() }
    }

    fn address(&mut self) -> String {
        self.one(&[
            "203.0.113.0/24",
            "::1",
            "2001:db8::/32",
            "::ffff:192.0.2.1",
            "ab:cd::ef",
            "0.0.0.0",
        ])
        .to_owned()
    }

    fn duration_value(&mut self) -> LiteralValue {
        let unit = self.one(&DurationUnit::ALL);
        LiteralValue::Duration(self.rng.u64(0..1000) * unit.seconds(), unit)
    }

    fn duration(&mut self) -> Literal {
        Literal { value: self.duration_value(), span: nowhere() }
    }

    /// An age: nothing is older than nothing in any unit.
    fn age(&mut self) -> Literal {
        match self.duration_value() {
            LiteralValue::Duration(0, _) => {
                Literal { value: LiteralValue::Duration(0, DurationUnit::Seconds), span: nowhere() }
            }
            value => Literal { value, span: nowhere() },
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> Condition {
        match self.rng.usize(0..if depth == 0 { 5 } else { 9 }) {
            0 => Condition::Always(nowhere()),
            1 => Condition::Never(nowhere()),
            2 => Condition::Bare(self.path()),
            3 | 4 => Condition::Compare(Box::new(self.comparison())),
            5 => Condition::Not(nowhere(), Box::new(self.condition(depth - 1))),
            6 | 7 => Condition::And(self.parts(depth, |part| matches!(part, Condition::And(_)))),
            _ => Condition::Or(self.parts(depth, |part| matches!(part, Condition::Or(_)))),
        }
    }

    /// Two or more conditions, none of the kind that would melt into the chain.
    fn parts(&mut self, depth: usize, melts: fn(&Condition) -> bool) -> Vec<Condition> {
        let parts = self.some(2..5, |all| all.condition(depth - 1));
        parts
            .into_iter()
            .map(|part| if melts(&part) { Condition::Always(nowhere()) } else { part })
            .collect()
    }

    fn comparison(&mut self) -> Comparison {
        use Operator as O;
        let operator = self.one(&[
            O::In,
            O::Is,
            O::Less,
            O::LessOrEqual,
            O::Greater,
            O::GreaterOrEqual,
            O::StartsWith,
            O::EndsWith,
            O::Contains,
            O::Between,
        ]);
        let ordered = matches!(operator, O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual);
        Comparison {
            attribute: self.path(),
            operator: at(operator),
            negated: !ordered && self.rng.bool(),
            operand: self.operand(operator, ordered),
            zone: self.maybe(Self::string),
            span: nowhere(),
        }
    }

    fn operand(&mut self, operator: Operator, ordered: bool) -> Operand {
        if operator == Operator::Between {
            return Operand::Between(self.literal(), self.literal());
        }
        if ordered || self.rng.bool() {
            return Operand::One(self.literal());
        }
        Operand::List(self.some(2..9, Self::literal), nowhere())
    }

    fn grant(&mut self, depth: usize) -> Grant {
        match self.rng.usize(0..if depth == 0 { 1 } else { 3 }) {
            0 => Grant::One(self.grant_atom()),
            1 => Grant::And(self.grants(depth, |part| matches!(part, Grant::And(_)))),
            _ => Grant::Or(self.grants(depth, |part| matches!(part, Grant::Or(_)))),
        }
    }

    fn grants(&mut self, depth: usize, melts: fn(&Grant) -> bool) -> Vec<Grant> {
        let parts = self.some(2..4, |all| all.grant(depth - 1));
        let mut plain = || Grant::One(self.grant_atom());
        parts.into_iter().map(|part| if melts(&part) { plain() } else { part }).collect()
    }

    fn grant_atom(&mut self) -> GrantAtom {
        let (grant, argument) = self.named_grant();
        GrantAtom { grant, argument, within: self.maybe(Self::duration), span: nowhere() }
    }

    fn named_grant(&mut self) -> (Name, Option<Name>) {
        match self.rng.bool() {
            true => (
                at(self.one(&["strength", "terms", "custom-control"]).to_owned()),
                Some(self.name()),
            ),
            false => (self.name(), None),
        }
    }

    fn expectation(&mut self, depth: usize) -> Expectation {
        match self.rng.usize(0..if depth == 0 { 6 } else { 8 }) {
            0 => Expectation::Block(nowhere()),
            1 => Expectation::NotBlock(nowhere()),
            2 => Expectation::Open(nowhere()),
            3 => Expectation::StepUp(nowhere()),
            4 => Expectation::Require(self.grant(2)),
            5 => Expectation::FrequencyAtMost(self.duration()),
            6 => Expectation::And(
                self.expectations(depth, |part| matches!(part, Expectation::And(_))),
            ),
            _ => {
                Expectation::Or(self.expectations(depth, |part| matches!(part, Expectation::Or(_))))
            }
        }
    }

    fn expectations(&mut self, depth: usize, melts: fn(&Expectation) -> bool) -> Vec<Expectation> {
        let parts = self.some(2..4, |all| all.expectation(depth - 1));
        let plain = |part| if melts(&part) { Expectation::Open(nowhere()) } else { part };
        parts.into_iter().map(plain).collect()
    }

    pub(super) fn item(&mut self) -> Item {
        let kind = match self.rng.u8(0..9) {
            0 => ItemKind::Policy(self.policy()),
            1 => ItemKind::Network(self.network()),
            2 => ItemKind::Object(self.object()),
            3 => ItemKind::Archetype(self.archetype()),
            4 => ItemKind::Strength(self.strength()),
            5 => ItemKind::Let(Let { name: self.name(), condition: self.condition(4) }),
            6 => ItemKind::Attribute(self.attribute()),
            7 => ItemKind::Assert(self.assert()),
            _ => ItemKind::Test(self.test()),
        };
        let docs = self.some(0..3, Self::doc);
        let annotations =
            self.some(0..3, |all| Annotation { name: all.name(), value: all.string() });
        Item { docs, annotations, kind, span: nowhere() }
    }

    fn doc(&mut self) -> Spanned<String> {
        at(self.one(&["", "One line.", "  indented", "/ slash", "\"quotes\" \\ {"]).to_owned())
    }

    fn policy(&mut self) -> Policy {
        Policy {
            name: self.name(),
            title: self.maybe(Self::string),
            state: self.maybe(|all| at(all.one(&[State::ReportOnly, State::Disabled]))),
            clauses: self.some(0..6, Self::clause),
        }
    }

    fn clause(&mut self) -> Clause {
        match self.rng.u8(0..5) {
            0 => Clause::When(self.condition(4)),
            1 => Clause::Unless(self.condition(4)),
            2 => Clause::Block(nowhere()),
            3 => Clause::Require(self.grant(3)),
            _ => Clause::Session(self.session()),
        }
    }

    fn session(&mut self) -> Phrase {
        let head = self.one(&[
            "sign-in",
            "persistent",
            "lifetime",
            "idle",
            "app",
            "cloud app",
            "network",
            "global",
        ]);
        let word =
            |word: &str| Literal { value: LiteralValue::Word(word.to_owned()), span: nowhere() };
        let mut parts: Vec<Literal> = head.split(' ').map(word).collect();
        parts.extend(self.some(0..5, Self::literal));
        Phrase { parts, span: nowhere() }
    }

    fn network(&mut self) -> Network {
        let body = match self.rng.bool() {
            true => NetworkBody::Id(self.string()),
            false => NetworkBody::Members(self.some(0..6, Self::network_member)),
        };
        Network { name: self.name(), trusted: self.maybe(|_| nowhere()), body }
    }

    fn network_member(&mut self) -> NetworkMember {
        let address = |value| NetworkMember::Address(Literal { value, span: nowhere() });
        match self.rng.u8(0..4) {
            0 => address(LiteralValue::Address(self.address())),
            1 => address(LiteralValue::AddressRange(self.address(), self.address())),
            2 => NetworkMember::Country {
                codes: self.some(1..60, |all| at(all.one(&["DE", "KP", "unknown"]).to_owned())),
                by_gps: self.maybe(|_| nowhere()),
                span: nowhere(),
            },
            _ => NetworkMember::Marker { word: self.name(), argument: self.maybe(Self::string) },
        }
    }

    fn object(&mut self) -> Object {
        Object {
            kind: at(self.one(&ObjectKind::ALL)),
            name: self.name(),
            emergency: self.maybe(|_| nowhere()),
            ids: self.some(1..7, Self::string),
        }
    }

    fn archetype(&mut self) -> Archetype {
        let line = |all: &mut Self| ArchetypeLine {
            bound: at(all.one(&[Bound::Always, Bound::MayBe, Bound::Never])),
            members: all.some(1..9, Self::path),
        };
        Archetype { name: self.name(), lines: self.some(0..4, line) }
    }

    fn strength(&mut self) -> Strength {
        let combination = |all: &mut Self| Combination {
            methods: all.some(1..4, Self::method_use),
            span: nowhere(),
        };
        let body = match self.rng.bool() {
            true => StrengthBody::Id(self.string()),
            false => StrengthBody::Combinations(self.some(0..4, combination)),
        };
        Strength { name: self.name(), body }
    }

    fn method_use(&mut self) -> MethodUse {
        let restriction = |all: &mut Self| (all.name(), all.some(1..4, Self::string));
        MethodUse { method: self.name(), restrictions: self.some(0..3, restriction) }
    }

    fn attribute(&mut self) -> Attribute {
        let kind = at(self.one(&["string", "boolean", "set of string", "time"]).to_owned());
        Attribute { name: self.name(), kind }
    }

    fn proof(&mut self) -> Proof {
        Proof { method: self.method_use(), ago: self.age(), span: nowhere() }
    }

    fn assert(&mut self) -> Assert {
        let line = |all: &mut Self| match all.rng.u8(0..4) {
            0 => AssertLine::When(all.condition(3)),
            1 => AssertLine::Unless(all.condition(3)),
            2 => AssertLine::Proof(all.proof()),
            _ => AssertLine::Expect(all.expectation(3), nowhere()),
        };
        Assert { name: self.name(), lines: self.some(0..4, line) }
    }

    fn test(&mut self) -> Test {
        Test { title: self.string(), lines: self.some(0..9, Self::test_line) }
    }

    fn test_line(&mut self) -> TestLine {
        let span = nowhere();
        match self.rng.u8(0..9) {
            0 => TestLine::Member {
                attribute: self.path(),
                negated: self.rng.bool(),
                members: self.some(1..9, Self::literal),
                span,
            },
            1 => TestLine::Value {
                attribute: self.path(),
                operand: Operand::One(self.literal()),
                span,
            },
            2 => {
                let operand = Operand::List(self.some(0..9, Self::literal), span);
                TestLine::Value { attribute: self.path(), operand, span }
            }
            3 => TestLine::Absent(self.path()),
            4 => TestLine::NotSupplied(self.path()),
            5 => self.one(&[TestLine::DeviceUnregistered(span), TestLine::AssumeRestAbsent(span)]),
            6 => TestLine::Proof(self.proof()),
            7 => {
                let (grant, argument) = self.named_grant();
                TestLine::Claim { grant, argument, ago: self.maybe(Self::age), span }
            }
            _ => TestLine::Expect(self.test_expectation()),
        }
    }

    fn test_expectation(&mut self) -> TestExpectation {
        let outcome = match self.rng.u8(0..4) {
            0 => ExpectedOutcome::Open,
            1 => ExpectedOutcome::Block,
            2 => ExpectedOutcome::StepUp(None),
            _ => ExpectedOutcome::StepUp(Some(self.grant(2))),
        };
        TestExpectation {
            outcome,
            by: self.some(0..3, Self::name),
            as_if_enforced: self.maybe(|_| nowhere()),
            span: nowhere(),
        }
    }
}
