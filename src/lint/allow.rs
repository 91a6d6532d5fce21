//! `// latch: allow(rule-name) reason`: which findings somebody has looked at and means.
//!
//! A comment speaks of the item it stands in, of the one whose last line it ends, or else of the next one in its file.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::lint::rule::{Rule, find_rule};
use crate::lint::rules::hygiene::{bad_suppression, unused_suppression};
use crate::lint::subject::{Subject, found};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Comment, File, Item, ItemKind};

/// From the first line of an item's documentation to its last brace.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    /// Its kind and its name.
    pub name: String,
    pub span: Span,
}

impl Extent {
    fn of(item: &Item) -> Extent {
        let docs = item.docs.iter().map(|it| it.span);
        let annotations = item.annotations.iter().map(|it| it.name.span);
        let span = docs.chain(annotations).fold(item.span, Span::to);
        Extent { name: name(item), span }
    }

    pub(super) fn covers(&self, span: Span) -> bool {
        let own = self.span;
        own.source == span.source && own.start <= span.start && span.end <= own.end
    }
}

/// The kind and the name of an item: `policy admins`.
pub(super) fn name(item: &Item) -> String {
    let (kind, name) = match &item.kind {
        ItemKind::Policy(it) => ("policy", &it.name.node),
        ItemKind::Network(it) => ("network", &it.name.node),
        ItemKind::Object(it) => (it.kind.node.keyword(), &it.name.node),
        ItemKind::Archetype(it) => ("archetype", &it.name.node),
        ItemKind::Strength(it) => ("strength", &it.name.node),
        ItemKind::Let(it) => ("let", &it.name.node),
        ItemKind::Attribute(it) => ("attribute", &it.name.node),
        ItemKind::Assert(it) => ("assert", &it.name.node),
        ItemKind::Test(it) => ("test", &it.title.node),
    };
    format!("{kind} {name}")
}

/// One rule that is allowed on one item.
pub(super) struct Allow {
    rule: &'static Rule,
    extent: Extent,
    /// Where the rule's name stands.
    span: Span,
}

/// Every suppression of a policy set.
pub(super) struct Allows {
    pub list: Vec<Allow>,
    /// Every item.
    pub extents: Vec<Extent>,
}

impl Allows {
    pub(super) fn of(subject: &Subject<'_>) -> Allows {
        let mut allows = Allows { list: Vec::new(), extents: Vec::new() };
        for (source, file) in subject.written() {
            let extents: Vec<Extent> = file.items.iter().map(Extent::of).collect();
            for directive in directives(subject, source, file) {
                let Ok(directive) = directive else { continue };
                let Some(extent) = target(subject, &extents, &directive.comment) else { continue };
                let rules = directive.rules.into_iter();
                allows.list.extend(rules.map(|(rule, span)| Allow {
                    rule,
                    extent: extent.clone(),
                    span,
                }));
            }
            allows.extents.extend(extents);
        }
        allows
    }

    /// Whether some comment speaks of that rule.
    pub(super) fn names(&self, rule: &Rule) -> bool {
        self.list.iter().any(|it| it.rule.code == rule.code)
    }

    /// Which suppression covers a finding.
    pub(super) fn covering(&self, rule: &Rule, span: Span) -> Option<usize> {
        let covers = |it: &Allow| it.rule.code == rule.code && it.extent.covers(span);
        self.list.iter().position(covers)
    }

    /// Tells of suppressions that nothing needed, of rules that came to an end.
    pub(super) fn unused(
        &self,
        used: &[bool],
        decided: impl Fn(&Rule) -> bool,
        found_here: &mut Vec<Diagnostic>,
    ) {
        let unused = self.list.iter().zip(used).filter(|(it, used)| !**used && decided(it.rule));
        for (allow, _) in unused {
            let (rule, item) = (allow.rule.name(), &allow.extent.name);
            let message = format!("nothing is left to allow: `{rule}` finds nothing in `{item}`");
            let code = unused_suppression::RULE.code;
            found_here.push(found(code, allow.span, message).help("take it out of the comment"));
        }
    }
}

/// The item that a comment speaks of.
fn target(subject: &Subject<'_>, extents: &[Extent], comment: &Comment) -> Option<Extent> {
    let span = comment.text.span;
    if let Some(around) = extents.iter().find(|it| it.covers(span)) {
        return Some(around.clone());
    }
    let before = extents.iter().rev().find(|it| it.span.end <= span.start);
    if let Some(before) = before.filter(|_| comment.trailing) {
        let between = Span::new(span.source, before.span.end as usize, span.start as usize);
        if !subject.sources.text(between).contains('\n') {
            return Some(before.clone());
        }
    }
    extents.iter().find(|it| it.span.start >= span.end).cloned()
}

/// What a comment allows.
struct Directive {
    rules: Vec<(&'static Rule, Span)>,
    comment: Comment,
    until: Option<(Date, Span)>,
}

/// The comments of a file that begin with `latch: allow`, and what is wrong with others of them.
fn directives(
    subject: &Subject<'_>,
    source: SourceId,
    file: &File,
) -> Vec<Result<Directive, Diagnostic>> {
    file.comments.iter().filter_map(|comment| directive(subject, source, comment)).collect()
}

/// Everything that is wrong with suppressions.
pub(super) fn faults(subject: &Subject<'_>, faults: &mut Vec<Diagnostic>) {
    for (source, file) in subject.written() {
        let extents: Vec<Extent> = file.items.iter().map(Extent::of).collect();
        for directive in directives(subject, source, file) {
            match directive {
                Err(fault) => faults.push(fault),
                Ok(it) if target(subject, &extents, &it.comment).is_none() => {
                    let message = "this allows something, and no item follows";
                    let fault = found(bad_suppression::RULE.code, it.comment.text.span, message);
                    faults.push(fault.help("write it above the item that it is about, or inside"));
                }
                Ok(_) => {}
            }
        }
    }
}

/// Suppressions whose day has come.
pub(super) fn expired(subject: &Subject<'_>, today: Date) -> Vec<(Date, Span)> {
    let all = subject.written().flat_map(|(source, file)| directives(subject, source, file));
    let dated = all.filter_map(|it| it.ok()?.until);
    dated.filter(|(until, _)| *until < today).collect()
}

fn directive(
    subject: &Subject<'_>,
    source: SourceId,
    comment: &Comment,
) -> Option<Result<Directive, Diagnostic>> {
    let whole = comment.text.span;
    let text = subject.sources.text(whole);
    let at = |part: &str| -> Span {
        let start = whole.start as usize + (part.as_ptr() as usize - text.as_ptr() as usize);
        Span::new(source, start, start + part.len())
    };
    let slashes = text.trim_start_matches('/');
    let rest = slashes.trim_start().strip_prefix("latch:")?.trim_start().strip_prefix("allow")?;
    let code = bad_suppression::RULE.code;
    let form = "write `// latch: allow(rule-name) why it is right here`";
    let parts = rest.trim_start().strip_prefix('(').and_then(|it| it.split_once(')'));
    let Some((names, reason)) = parts else {
        return Some(Err(found(code, whole, "this names no rule to allow").help(form)));
    };
    let mut rules = Vec::new();
    for name in names.split(',').map(str::trim) {
        match find_rule(name) {
            Some(rule) => rules.push((rule, at(name))),
            None => return Some(Err(unknown(name, at(name)))),
        }
    }
    let (until, reason) = until(reason.trim(), at);
    if reason.trim().is_empty() {
        let fault = found(code, whole, "this allows something and does not say why").help(form);
        return Some(Err(fault));
    }
    Some(Ok(Directive { rules, comment: comment.clone(), until }))
}

/// `until 2027-01-31 reason`
fn until(reason: &str, at: impl Fn(&str) -> Span) -> (Option<(Date, Span)>, &str) {
    let Some(rest) = reason.strip_prefix("until ") else { return (None, reason) };
    let rest = rest.trim_start();
    let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match word.parse::<Date>() {
        Ok(date) => (Some((date, at(word))), after),
        Err(_) => (None, reason),
    }
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let code = bad_suppression::RULE.code;
    let found = found(code, span, format!("there is no rule `{name}`"));
    match nearest(name) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(span, near),
        None => found.help("`latch explain-rule` lists the rules"),
    }
}

/// The rule whose name is nearest to a text, if any is near.
pub fn nearest(text: &str) -> Option<&'static str> {
    let names = crate::lint::rules::RULES.iter().map(|rule| rule.name());
    let scored = names.map(|name| (strsim::damerau_levenshtein(text, name), name));
    scored.filter(|(distance, name)| *distance <= name.len() / 3).min().map(|(_, name)| name)
}
