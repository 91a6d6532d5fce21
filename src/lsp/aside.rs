//! What an editor shows beside the text: the names of ids, and how each test goes.

use lsp_types::{CodeLens, Command, InlayHint, InlayHintKind, InlayHintLabel, Range};

use crate::decision::Options;
use crate::hir::{Assert, ConditionKind, Predicate, Test};
use crate::interpret::{interpret, judge};
use crate::lsp::index::{Role, Word};
use crate::lsp::set::Set;
use crate::source::SourceId;
use crate::syntax::ast::{self, Clause, ItemKind};
use crate::value::canonical_id;

/// The names of ids that stand in conditions, as far as some item gives them one.
pub(super) fn hints(set: &Set, source: SourceId, range: Range) -> Vec<InlayHint> {
    let ids = set.index().of_file(source).filter(|word| word.role == Role::Id);
    let hint = |word: &Word| {
        let at = set.range(source, word.span.range())?;
        let seen = range.start <= at.start && at.end <= range.end;
        let name = seen.then(|| name(set, &word.text)).flatten()?;
        Some(InlayHint {
            position: at.end,
            label: InlayHintLabel::String(name.to_owned()),
            kind: Some(InlayHintKind::TYPE),
            padding_left: Some(true),
            text_edits: None,
            tooltip: None,
            padding_right: None,
            data: None,
        })
    };
    ids.filter_map(hint).collect()
}

/// The name of the item that an id belongs to.
fn name<'a>(set: &'a Set, id: &str) -> Option<&'a str> {
    let id = canonical_id(id);
    let mut objects = set.meaning().objects.iter();
    objects.find(|object| object.ids.contains(&id)).map(|object| object.name.as_str())
}

/// Above each test, whether it passes; nothing while the policies have mistakes, for then nothing can be decided.
pub(super) fn lenses(set: &Set, source: SourceId) -> Vec<CodeLens> {
    if !set.is_sound() {
        return Vec::new();
    }
    let tests = set.meaning().tests.iter().filter(|test| test.span.source == source);
    let lens = |test: &Test| {
        let range = set.range(source, test.span.range())?;
        let command = Command { title: verdict(set, test), ..Command::default() };
        let range = Range { start: range.start, end: range.start };
        Some(CodeLens { range, command: Some(command), data: None })
    };
    let asserts = set.meaning().asserts.iter().filter(|it| it.span.source == source);
    let (tests, asserts) = (tests.filter_map(lens), asserts.filter_map(|it| proof(set, it)));
    tests.chain(asserts).collect()
}

/// Above each assert, what became of it; a click works longer for an answer.
fn proof(set: &Set, assert: &Assert) -> Option<CodeLens> {
    let (uri, _) = set.file(assert.span.source)?;
    let range = set.range(assert.span.source, assert.span.range())?;
    let title = set.proof(&assert.name).unwrap_or("prove this assert").to_owned();
    let arguments = Some(vec![uri.into(), assert.name.as_str().into()]);
    let command = Command { title, command: PROVE.to_owned(), arguments };
    let range = Range { start: range.start, end: range.start };
    Some(CodeLens { range, command: Some(command), data: None })
}

/// The command behind the lens of an assert; it takes the file and the name.
pub(super) const PROVE: &str = "latch.prove";

/// What each `unless` leaves out, beside it.
pub(super) fn exclusions(set: &Set, source: SourceId, range: Range) -> Vec<InlayHint> {
    let items = set.tree(source).map(|tree| tree.items.as_slice()).unwrap_or_default();
    let policies = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Policy(policy) => Some(policy),
        _ => None,
    });
    let hint = |policy: &ast::Policy| {
        let unless = policy.clauses.iter().find_map(|clause| match clause {
            Clause::Unless(condition) => Some(condition.span()),
            _ => None,
        })?;
        let at = set.range(source, unless.range())?;
        let seen = range.start <= at.start && at.end <= range.end;
        let told = seen.then(|| excluded(set, &policy.name.node)).flatten()?;
        Some(InlayHint {
            position: at.end,
            label: InlayHintLabel::String(told),
            kind: None,
            padding_left: Some(true),
            text_edits: None,
            tooltip: None,
            padding_right: None,
            data: None,
        })
    };
    policies.filter_map(hint).collect()
}

/// How many users, groups, roles, apps and networks a policy leaves out: names may stand for several, and conditions for
/// many.
fn excluded(set: &Set, policy: &str) -> Option<String> {
    let policy = set.meaning().policies.iter().find(|it| it.name == policy)?;
    let ConditionKind::All(parts) = &policy.condition.kind else { return None };
    let ConditionKind::Not(unless) = &parts.last()?.kind else { return None };
    let mut counts = [("user", 0), ("group", 0), ("role", 0), ("app", 0), ("network", 0)];
    for probe in unless.probes() {
        let [users, groups, roles, apps, networks] = &mut counts;
        match &probe.predicate {
            Predicate::People(people) => {
                users.1 += people.users.len();
                groups.1 += people.groups.len();
                roles.1 += people.roles.len();
            }
            Predicate::Apps(named) => apps.1 += named.ids.len(),
            Predicate::Networks(named) => networks.1 += named.len(),
            _ => {}
        }
    }
    let plural = |word: &str, count: usize| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    let told: Vec<_> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(word, n)| plural(word, *n)).collect();
    (!told.is_empty()).then(|| format!("leaves out {}", told.join(", ")))
}

fn verdict(set: &Set, test: &Test) -> String {
    let meaning = set.meaning();
    for expectation in &test.expectations {
        let options = Options { as_if_enforced: expectation.as_if_enforced, ..Options::default() };
        let decision = interpret(meaning, &test.request, &options);
        if let Some(mismatch) = judge(meaning, expectation, &decision) {
            return format!("✗ {}: {}", mismatch.complaint(), decision.outcome.word());
        }
    }
    "✓ passes".to_owned()
}
