//! Where each word of a policy set stands, and what it is: what an editor asks about.

use std::collections::BTreeMap;

use crate::source::{SourceId, Span};
use crate::syntax::ast::{
    ArchetypeLine, AssertLine, Clause, Combination, Comparison, Condition, Expectation,
    ExpectedOutcome, File, Grant, GrantAtom, Item, ItemKind, Literal, LiteralValue, MethodUse,
    Name, NetworkBody, NetworkMember, Operand, StrengthBody, TestExpectation, TestLine,
};

/// What a word does where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It names the item that begins here.
    Declares,
    /// It may be the name of an item, a value or a set.
    Value,
    /// It is an attribute, or the name of a condition.
    Attribute,
    /// It is a grant.
    Grant,
    /// It is an authentication method.
    Method,
    /// It begins a session control.
    Session,
    /// It is what a network has beside addresses and countries.
    Marker,
    /// It is a text in quotes where a name could stand: perhaps an id.
    Id,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) span: Span,
}

/// The item that a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Declared {
    /// Where its name stands.
    pub(super) name: Span,
    /// The number of its file among the trees, and its own in that file.
    pub(super) file: usize,
    pub(super) item: usize,
}

/// Every word of all files.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted by place.
    words: Vec<Word>,
    declared: BTreeMap<String, Declared>,
}

impl Index {
    pub(super) fn of(files: &[File]) -> Index {
        let mut index = Index::default();
        for (file, tree) in files.iter().enumerate() {
            for (number, item) in tree.items.iter().enumerate() {
                if let Some(name) = item.name() {
                    let declared = Declared { name: name.span, file, item: number };
                    index.declared.entry(name.node.clone()).or_insert(declared);
                }
                index.item(item);
            }
        }
        index.words.sort_by_key(|word| word.span);
        index
    }

    /// The word at a place, or the one that ends there.
    pub(super) fn at(&self, source: SourceId, byte: usize) -> Option<&Word> {
        let after = self
            .words
            .partition_point(|word| (word.span.source, word.span.start as usize) <= (source, byte));
        let word = self.words.get(after.checked_sub(1)?)?;
        (word.span.source == source && byte <= word.span.end as usize).then_some(word)
    }

    /// What a name stands for.
    pub(super) fn declared(&self, name: &str) -> Option<Declared> {
        self.declared.get(name).copied()
    }

    /// Every name, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Declared)> {
        self.declared.iter().map(|(name, declared)| (name.as_str(), *declared))
    }

    /// Every place where a name stands, the one that declares it included.
    pub(super) fn places(&self, name: &str) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(move |word| word.text == name && word.role.can_name())
    }

    /// The words of one file, in order.
    pub(super) fn of_file(&self, source: SourceId) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(move |word| word.span.source == source)
    }

    fn see(&mut self, role: Role, name: &Name) {
        self.words.push(Word { role, text: name.node.clone(), span: name.span });
    }

    fn see_all(&mut self, role: Role, names: &[Name]) {
        names.iter().for_each(|name| self.see(role, name));
    }

    fn item(&mut self, item: &Item) {
        if let Some(name) = item.name() {
            self.see(Role::Declares, name);
        }
        match &item.kind {
            ItemKind::Policy(policy) => policy.clauses.iter().for_each(|it| self.clause(it)),
            ItemKind::Network(network) => {
                if let NetworkBody::Members(members) = &network.body {
                    members.iter().for_each(|member| self.member(member));
                }
            }
            ItemKind::Archetype(archetype) => {
                archetype.lines.iter().for_each(|line| self.bound(line));
            }
            ItemKind::Strength(strength) => self.strength(&strength.body),
            ItemKind::Let(named) => self.condition(&named.condition),
            ItemKind::Assert(assert) => assert.lines.iter().for_each(|line| self.assert(line)),
            ItemKind::Test(test) => test.lines.iter().for_each(|line| self.test(line)),
            ItemKind::Object(_) | ItemKind::Attribute(_) => {}
        }
    }

    fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::When(condition) | Clause::Unless(condition) => self.condition(condition),
            Clause::Block(_) => {}
            Clause::Require(grant) => self.grant(grant),
            Clause::Session(phrase) => {
                if let Some(Literal { value: LiteralValue::Word(word), span }) =
                    phrase.parts.first()
                {
                    let word = Word { role: Role::Session, text: word.clone(), span: *span };
                    self.words.push(word);
                }
            }
        }
    }

    fn member(&mut self, member: &NetworkMember) {
        if let NetworkMember::Marker { word, .. } = member {
            self.see(Role::Marker, word);
        }
    }

    fn bound(&mut self, line: &ArchetypeLine) {
        self.see_all(Role::Value, &line.members);
    }

    fn strength(&mut self, body: &StrengthBody) {
        if let StrengthBody::Combinations(combinations) = body {
            combinations.iter().for_each(|one| self.combination(one));
        }
    }

    fn combination(&mut self, combination: &Combination) {
        combination.methods.iter().for_each(|one| self.method(one));
    }

    fn method(&mut self, one: &MethodUse) {
        self.see(Role::Method, &one.method);
    }

    /// A condition may nest as deep as the parser lets it, which is bounded.
    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Always(_) | Condition::Never(_) => {}
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part));
            }
            Condition::Not(_, inner) => self.condition(inner),
            Condition::Bare(name) => self.see(Role::Attribute, name),
            Condition::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn comparison(&mut self, comparison: &Comparison) {
        self.see(Role::Attribute, &comparison.attribute);
        self.operand(&comparison.operand);
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::One(literal) => self.literal(literal),
            Operand::List(literals, _) => literals.iter().for_each(|one| self.literal(one)),
            Operand::Between(from, to) => [from, to].into_iter().for_each(|one| self.literal(one)),
        }
    }

    fn literal(&mut self, literal: &Literal) {
        let (role, text) = match &literal.value {
            LiteralValue::Word(word) => (Role::Value, word),
            LiteralValue::String(text) => (Role::Id, text),
            LiteralValue::Integer(_) | LiteralValue::Duration(..) | LiteralValue::TimeOfDay(_) => {
                return;
            }
            LiteralValue::Date(_) | LiteralValue::Instant(_) => return,
            LiteralValue::Address(_) | LiteralValue::AddressRange(..) => return,
        };
        self.words.push(Word { role, text: text.clone(), span: literal.span });
    }

    fn grant(&mut self, grant: &Grant) {
        match grant {
            Grant::And(parts) | Grant::Or(parts) => parts.iter().for_each(|part| self.grant(part)),
            Grant::One(atom) => self.atom(atom),
        }
    }

    fn atom(&mut self, atom: &GrantAtom) {
        self.see(Role::Grant, &atom.grant);
        atom.argument.iter().for_each(|name| self.see(Role::Value, name));
    }

    fn assert(&mut self, line: &AssertLine) {
        match line {
            AssertLine::When(condition) | AssertLine::Unless(condition) => {
                self.condition(condition);
            }
            AssertLine::Proof(proof) => self.method(&proof.method),
            AssertLine::Expect(expectation, _) => self.expectation(expectation),
        }
    }

    fn expectation(&mut self, expectation: &Expectation) {
        match expectation {
            Expectation::And(parts) | Expectation::Or(parts) => {
                parts.iter().for_each(|part| self.expectation(part));
            }
            Expectation::Require(grant) => self.grant(grant),
            Expectation::Block(_) | Expectation::NotBlock(_) => {}
            Expectation::Open(_) | Expectation::StepUp(_) => {}
            Expectation::FrequencyAtMost(_) => {}
        }
    }

    fn test(&mut self, line: &TestLine) {
        match line {
            TestLine::Member { attribute, members, .. } => {
                self.see(Role::Attribute, attribute);
                members.iter().for_each(|one| self.literal(one));
            }
            TestLine::Value { attribute, operand, .. } => {
                self.see(Role::Attribute, attribute);
                self.operand(operand);
            }
            TestLine::Absent(name) | TestLine::NotSupplied(name) => {
                self.see(Role::Attribute, name);
            }
            TestLine::Proof(proof) => self.method(&proof.method),
            TestLine::Claim { grant, argument, .. } => {
                self.see(Role::Grant, grant);
                argument.iter().for_each(|name| self.see(Role::Value, name));
            }
            TestLine::Expect(expected) => self.expected(expected),
            TestLine::DeviceUnregistered(_) | TestLine::AssumeRestAbsent(_) => {}
        }
    }

    fn expected(&mut self, expected: &TestExpectation) {
        if let ExpectedOutcome::StepUp(Some(grant)) = &expected.outcome {
            self.grant(grant);
        }
        self.see_all(Role::Value, &expected.by);
    }
}

impl Role {
    /// Whether a word in this role can be the name of an item.
    pub(super) fn can_name(self) -> bool {
        matches!(self, Role::Declares | Role::Value | Role::Attribute)
    }
}
