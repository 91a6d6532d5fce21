//! Items, their heads and their bodies.

use super::doc::Doc;
use super::tree::Tree;
use super::weave::Weave;
use super::{Formatter, literal};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    Archetype, Assert, Attribute, Item, ItemKind, Let, Network, NetworkBody, Object, Policy,
    Strength, StrengthBody, Test,
};

/// Where an item begins, its documentation included.
pub(super) fn first_byte(item: &Item) -> u32 {
    let docs = item.docs.iter().map(|doc| doc.span.start);
    let annotations = item.annotations.iter().map(|annotation| annotation.name.span.start);
    docs.chain(annotations).chain([item.span.start]).min().unwrap_or(0)
}

/// Up to where comments in a declaration move before it.
pub(super) fn head_end(object: &Object) -> u32 {
    object.ids.first().map_or(object.name.span.end, |id| id.span.end)
}

impl<'a> Formatter<'a> {
    /// An item with what stands before it.
    pub(super) fn item(&mut self, item: &Item) {
        for doc in &item.docs {
            self.doc(doc);
        }
        for annotation in &item.annotations {
            let text =
                format!("@{}({})", annotation.name.node, literal::string(&annotation.value.node));
            self.line(annotation.name.span.start, annotation.value.span.end, |_| Doc::Text(text));
        }
        match &item.kind {
            ItemKind::Policy(policy) => self.policy(policy, item.span),
            ItemKind::Network(network) => self.network(network, item.span),
            ItemKind::Object(object) => self.object(object, item.span),
            ItemKind::Archetype(archetype) => self.archetype(archetype, item.span),
            ItemKind::Strength(strength) => self.strength(strength, item.span),
            ItemKind::Let(named) => self.named_condition(named, item.span),
            ItemKind::Attribute(attribute) => self.attribute(attribute, item.span),
            ItemKind::Assert(assert) => self.assert(assert, item.span),
            ItemKind::Test(test) => self.test(test, item.span),
        }
    }

    /// `/// text`; a program's text may have several lines.
    fn doc(&mut self, doc: &Spanned<String>) {
        for text in doc.node.split('\n') {
            let text = Doc::Text(format!("/// {}", text.trim_end()).trim_end().to_owned());
            self.line(doc.span.start, doc.span.end, |_| text);
        }
    }

    fn policy(&mut self, policy: &Policy, span: Span) {
        let head = format!("policy {}", policy.name.node);
        let state = policy.state.as_ref().map(|state| state.node.keyword());
        let padded = line_pads(policy);
        let end = policy_head_end(policy);
        let Some(title) = &policy.title else {
            let head = state.map_or(head.clone(), |state| format!("{head} {state}"));
            return self
                .body(&head, span, end, &policy.clauses, |all, clause| all.clause(clause, padded));
        };
        self.line(span.start, end, |_| Doc::Text(head));
        self.page.open();
        self.page.line(&Doc::Text(literal::string(&title.node)));
        if let Some(state) = state {
            self.page.line(&Doc::text(state));
        }
        self.page.close();
        self.body("", span, end, &policy.clauses, |all, clause| all.clause(clause, padded));
    }

    /// `head { … }`, a line each; comments up to `head_end` move before the head.
    fn body<T>(
        &mut self,
        head: &str,
        span: Span,
        head_end: u32,
        lines: &[T],
        mut line: impl FnMut(&mut Self, &T),
    ) {
        let open = if head.is_empty() { "{".to_owned() } else { format!("{head} {{") };
        let empty = lines.is_empty() && {
            self.weave_head(span.start, head_end);
            !self.weave.has_comment_before(span.end)
        };
        if empty {
            return self.page.line(&Doc::Text(open + "}"));
        }
        self.line(span.start, head_end, |_| Doc::Text(open));
        self.page.open();
        for one in lines {
            line(self, one);
        }
        self.rest(span.end);
        self.page.close();
        self.page.line(&Doc::text("}"));
    }

    /// The comments before a head and in it.
    fn weave_head(&mut self, start: u32, head_end: u32) {
        let extras = self.weave.before(start);
        let mut extras = self.suffix(extras);
        extras.extend(self.weave.inside(head_end));
        self.extras(extras);
    }

    /// The comments after the last line of a body.
    fn rest(&mut self, end: u32) {
        let extras = self.weave.before(end);
        let extras = self.suffix(extras);
        self.extras(extras);
    }

    fn network(&mut self, network: &Network, span: Span) {
        let trusted = if network.trusted.is_some() { " trusted" } else { "" };
        let head = format!("network {}{trusted}", network.name.node);
        let end = network.trusted.map_or(network.name.span.end, |trusted| trusted.end);
        match &network.body {
            NetworkBody::Id(id) => self.opaque(&head, id, span),
            NetworkBody::Members(members) => {
                self.body(&head, span, end, members, Self::network_member)
            }
        }
    }

    fn opaque(&mut self, head: &str, id: &Spanned<String>, span: Span) {
        let text = format!("{head} = {}", literal::string(&id.node));
        self.line(span.start, span.end, |_| Doc::Text(text));
    }

    fn object(&mut self, object: &Object, span: Span) {
        self.line(span.start, head_end(object), |weave| weave.object(object));
    }

    fn archetype(&mut self, archetype: &Archetype, span: Span) {
        let head = format!("archetype {}", archetype.name.node);
        self.body(&head, span, archetype.name.span.end, &archetype.lines, Self::archetype_line);
    }

    fn strength(&mut self, strength: &Strength, span: Span) {
        let head = format!("strength {}", strength.name.node);
        match &strength.body {
            StrengthBody::Id(id) => self.opaque(&head, id, span),
            StrengthBody::Combinations(all) => {
                self.body(&head, span, strength.name.span.end, all, Self::combination);
            }
        }
    }

    fn named_condition(&mut self, named: &Let, span: Span) {
        let tree = Tree::condition(&named.condition);
        let head = format!("let {} = ", named.name.node);
        self.line(span.start, tree.head_end(), |weave| weave.headed(&head, &tree));
    }

    fn attribute(&mut self, attribute: &Attribute, span: Span) {
        let text = format!("attribute {}: {}", attribute.name.node, attribute.kind.node);
        self.line(span.start, span.end, |_| Doc::Text(text));
    }

    fn assert(&mut self, assert: &Assert, span: Span) {
        let head = format!("assert {}", assert.name.node);
        let padded = assert_pads(assert);
        let end = assert.name.span.end;
        self.body(&head, span, end, &assert.lines, |all, line| all.assert_line(line, padded));
    }

    fn test(&mut self, test: &Test, span: Span) {
        let head = format!("test {}", literal::string(&test.title.node));
        self.body(&head, span, test.title.span.end, &test.lines, Self::test_line);
    }
}

impl Weave<'_> {
    /// `group NAME emergency = "id", "id"`
    pub(super) fn object(&mut self, object: &Object) -> Doc {
        let emergency = if object.emergency.is_some() { " emergency" } else { "" };
        let head = format!("{} {}{emergency} = ", object.kind.node.keyword(), object.name.node);
        let ids: Vec<(String, Span)> =
            object.ids.iter().map(|id| (literal::string(&id.node), id.span)).collect();
        self.strings(&head, &ids)
    }
}

fn policy_head_end(policy: &Policy) -> u32 {
    let title = policy.title.as_ref().map(|title| title.span.end);
    let state = policy.state.as_ref().map(|state| state.span.end);
    state.or(title).unwrap_or(policy.name.span.end)
}

/// Whether a `when` is padded to the width of an `unless`.
fn line_pads(policy: &Policy) -> bool {
    use crate::syntax::ast::Clause;
    policy.clauses.iter().any(|clause| matches!(clause, Clause::Unless(_)))
}

fn assert_pads(assert: &Assert) -> bool {
    use crate::syntax::ast::AssertLine;
    assert.lines.iter().any(|line| matches!(line, AssertLine::Unless(_)))
}
