//! Items, their heads and their bodies.

use super::{Builder, Node, Parts, Rule};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    Annotation, Archetype, ArchetypeLine, Attribute, Bound, Clause, Combination, Item, ItemKind,
    Let, MethodUse, Name, Network, NetworkBody, NetworkMember, Object, ObjectKind, Phrase, Policy,
    State, Strength, StrengthBody,
};
use crate::syntax::codes;
use crate::syntax::words::kebab;

impl Builder<'_> {
    /// An item with what stands before it.
    pub(super) fn item(&mut self, node: Node<'_>) -> Item {
        let mut parts = Parts::of(node);
        let (mut docs, mut annotations) = (Vec::new(), Vec::new());
        while let Some(doc) = parts.given(Rule::doc) {
            docs.push(self.doc(&doc));
        }
        while let Some(annotation) = parts.given(Rule::annotation) {
            annotations.push(self.annotation(annotation));
        }
        let declaration = parts.part();
        let span = self.span(&declaration);
        Item { docs, annotations, kind: self.declaration(declaration), span }
    }

    fn doc(&self, node: &Node<'_>) -> Spanned<String> {
        let text = node.as_str().trim_start_matches('/').trim_end();
        let text = text.strip_prefix(' ').unwrap_or(text);
        Spanned::new(text.to_owned(), self.span(node))
    }

    fn annotation(&mut self, node: Node<'_>) -> Annotation {
        let mut parts = Parts::of(node);
        let name = self.name(&parts.part());
        Annotation { name, value: self.string(&parts.part()) }
    }

    fn declaration(&mut self, node: Node<'_>) -> ItemKind {
        match node.as_rule() {
            Rule::policy => ItemKind::Policy(self.policy(node)),
            Rule::network => ItemKind::Network(self.network(node)),
            Rule::strength => ItemKind::Strength(self.strength(node)),
            Rule::archetype => ItemKind::Archetype(self.archetype(node)),
            Rule::let_item => ItemKind::Let(self.let_item(node)),
            Rule::attribute => ItemKind::Attribute(self.attribute(node)),
            Rule::assert_item => ItemKind::Assert(self.assert_item(node)),
            Rule::test_item => ItemKind::Test(self.test_item(node)),
            _ => ItemKind::Object(self.object(node)),
        }
    }

    /// The name that an item declares; the keyword before it is skipped.
    pub(super) fn declared(&mut self, parts: &mut Parts<'_>) -> Name {
        parts.part();
        let name = self.name(&parts.part());
        let better = kebab(&name.node);
        if better != name.node {
            self.findings.push(
                Diagnostic::error(codes::NAME_STYLE, name.span, format!("`{}` is not kebab-case", name.node))
                    .note("names are made of lower-case letters, digits and single hyphens, and begin with a letter")
                    .help(format!("call it `{better}`, here and where it is used")),
            );
        }
        name
    }

    fn policy(&mut self, node: Node<'_>) -> Policy {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        let title = parts.given(Rule::string).map(|title| self.string(&title));
        let state = parts
            .given(Rule::state)
            .map(|word| Spanned::new(state(word.as_str()), self.span(&word)));
        let clauses = parts.map(|clause| self.clause(Parts::of(clause).part())).collect();
        Policy { name, title, state, clauses }
    }

    fn clause(&mut self, node: Node<'_>) -> Clause {
        match node.as_rule() {
            Rule::when => Clause::When(self.headed_condition(node)),
            Rule::unless => Clause::Unless(self.headed_condition(node)),
            Rule::block => Clause::Block(self.span(&node)),
            Rule::require => Clause::Require(self.require(node)),
            _ => Clause::Session(self.session(node)),
        }
    }

    /// The condition after `when` or `unless`.
    pub(super) fn headed_condition(&mut self, node: Node<'_>) -> crate::syntax::ast::Condition {
        let condition = Parts::of(node).nth(1).expect("the clause has a condition");
        self.condition(condition)
    }

    fn session(&mut self, node: Node<'_>) -> Phrase {
        let span = self.span(&node);
        Phrase { parts: Parts::of(node).map(|part| self.literal(part)).collect(), span }
    }

    fn network(&mut self, node: Node<'_>) -> Network {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        let trusted = self.marked(&mut parts, Rule::kw_trusted);
        let body = parts.part();
        let body = match body.as_rule() {
            Rule::opaque => NetworkBody::Id(self.opaque(body)),
            _ => NetworkBody::Members(
                Parts::of(body).map(|line| self.network_member(line)).collect(),
            ),
        };
        Network { name, trusted, body }
    }

    fn marked(&self, parts: &mut Parts<'_>, keyword: Rule) -> Option<Span> {
        parts.given(keyword).map(|word| self.span(&word))
    }

    fn opaque(&mut self, node: Node<'_>) -> Spanned<String> {
        self.string(&Parts::of(node).part())
    }

    fn network_member(&mut self, node: Node<'_>) -> NetworkMember {
        match node.as_rule() {
            Rule::address => NetworkMember::Address(self.literal(node)),
            Rule::country => self.country(node),
            _ => self.marker(node),
        }
    }

    fn country(&self, node: Node<'_>) -> NetworkMember {
        let span = self.span(&node);
        let (mut codes, mut by_gps) = (Vec::new(), None);
        for part in Parts::of(node) {
            match part.as_rule() {
                Rule::country_code => codes.push(self.name(&part)),
                Rule::kw_by => by_gps = Some(self.span(&part)),
                Rule::kw_gps => by_gps = by_gps.map(|by: Span| by.to(self.span(&part))),
                _ => {}
            }
        }
        NetworkMember::Country { codes, by_gps, span }
    }

    fn marker(&mut self, node: Node<'_>) -> NetworkMember {
        let mut parts = Parts::of(node);
        let word = self.name(&parts.part());
        NetworkMember::Marker {
            word,
            argument: parts.next().map(|argument| self.string(&argument)),
        }
    }

    fn object(&mut self, node: Node<'_>) -> Object {
        let kind = node.clone().into_inner().next().expect("an object has a kind");
        let kind = Spanned::new(object_kind(kind.as_str()), self.span(&kind));
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        let emergency = self.marked(&mut parts, Rule::kw_emergency);
        Object { kind, name, emergency, ids: parts.map(|id| self.string(&id)).collect() }
    }

    fn strength(&mut self, node: Node<'_>) -> Strength {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        let body = parts.part();
        let body = match body.as_rule() {
            Rule::opaque => StrengthBody::Id(self.opaque(body)),
            _ => StrengthBody::Combinations(
                Parts::of(body).map(|line| self.combination(line)).collect(),
            ),
        };
        Strength { name, body }
    }

    fn combination(&mut self, node: Node<'_>) -> Combination {
        let span = self.span(&node);
        let methods = super::condition::joined(node, Rule::kw_and);
        Combination { methods: methods.map(|method| self.method_use(method)).collect(), span }
    }

    pub(super) fn method_use(&mut self, node: Node<'_>) -> MethodUse {
        let mut parts = Parts::of(node);
        let method = self.name(&parts.part());
        MethodUse {
            method,
            restrictions: parts.map(|restriction| self.restriction(restriction)).collect(),
        }
    }

    fn restriction(&mut self, node: Node<'_>) -> (Name, Vec<Spanned<String>>) {
        let mut parts = Parts::of(node);
        let word = self.name(&parts.part());
        (word, parts.map(|value| self.string(&value)).collect())
    }

    fn archetype(&mut self, node: Node<'_>) -> Archetype {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        Archetype { name, lines: parts.map(|line| self.archetype_line(line)).collect() }
    }

    fn archetype_line(&mut self, node: Node<'_>) -> ArchetypeLine {
        let mut parts = Parts::of(node);
        let bound = parts.part();
        let bound = Spanned::new(bound_of(&bound), self.span(&bound));
        let members = parts.nth(1).expect("the line has members after `in`");
        let members = match members.as_rule() {
            Rule::word_list => Parts::of(members).map(|member| self.name(&member)).collect(),
            _ => vec![self.name(&members)],
        };
        ArchetypeLine { bound, members }
    }

    fn let_item(&mut self, node: Node<'_>) -> Let {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        Let { name, condition: self.condition(parts.part()) }
    }

    fn attribute(&mut self, node: Node<'_>) -> Attribute {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        let kind = parts.part();
        let span = self.span(&kind);
        let words: Vec<&str> = Parts::of(kind).map(|word| word.as_str()).collect();
        Attribute { name, kind: Spanned::new(words.join(" "), span) }
    }
}

fn state(word: &str) -> State {
    match word {
        "report-only" => State::ReportOnly,
        _ => State::Disabled,
    }
}

fn object_kind(word: &str) -> ObjectKind {
    let kind = ObjectKind::ALL.into_iter().find(|kind| kind.keyword() == word);
    kind.expect("the grammar spells the kinds of objects as the tree does")
}

fn bound_of(node: &Node<'_>) -> Bound {
    match node.as_str().as_bytes()[0] {
        b'a' => Bound::Always,
        b'm' => Bound::MayBe,
        _ => Bound::Never,
    }
}
