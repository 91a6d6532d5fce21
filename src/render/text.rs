//! A finding as text, drawn around the lines of its source.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet,
};

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::render::Style;
use crate::render::window::{Window, clamp, line_end, visible};
use crate::source::{Source, SourceId, Sources, Span};

/// Places further apart than this are drawn apart.
const FAR_BYTES: usize = 16 * 1024;

/// A place of more lines than this is drawn as its first line: more do not help to find it.
const MAX_PLACE_LINES: usize = 8;

/// The finding as text, without a newline at its end.
///
/// Control characters of the source and of the messages are shown as marks, never sent to the screen.
///
/// # Panics
/// When a span is of another `Sources`.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let marks = marks(diagnostic, sources);
    let mut groups = vec![main_group(diagnostic, sources, &marks)];
    groups.extend(diagnostic.fix.as_ref().and_then(|fix| fix_group(diagnostic, fix, sources)));
    renderer(style).render(&groups)
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    renderer.term_width(style.width).decor_style(decor)
}

/// A place to mark, clamped to its source.
struct Mark {
    source: SourceId,
    range: Range<usize>,
    text: String,
    kind: AnnotationKind,
}

/// The primary place first.
fn marks(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Mark> {
    let mark = |span: Span, text: &str, kind| Mark {
        source: span.source,
        range: place(&sources.get(span.source).text, span),
        text: clean(text),
        kind,
    };
    let primary = &diagnostic.primary;
    let others = diagnostic.labels.iter();
    std::iter::once(mark(primary.span, &primary.text, AnnotationKind::Primary))
        .chain(others.map(|label| mark(label.span, &label.text, AnnotationKind::Context)))
        .collect()
}

/// The bytes to underline: the span, or its first line where it has many.
fn place(text: &str, span: Span) -> Range<usize> {
    let range = clamp(text, span.range());
    let lines = text[range.clone()].bytes().filter(|byte| *byte == b'\n').count() + 1;
    if lines > MAX_PLACE_LINES {
        let end = line_end(text, range.start);
        let line = text[range.start..end].trim_end().len();
        return range.start..range.start + line;
    }
    range
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn main_group<'a>(diagnostic: &Diagnostic, sources: &'a Sources, marks: &[Mark]) -> Group<'a> {
    let title = level(diagnostic.severity).primary_title(clean(&diagnostic.message));
    let mut group = Group::with_title(title.id(diagnostic.code.id));
    for cluster in clusters(marks) {
        group = group.elements(cluster_elements(sources.get(cluster[0].source), &cluster));
    }
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(clean(note)));
    group = group.elements(notes);
    match &diagnostic.help {
        Some(help) if !has_shown_fix(diagnostic, sources) => {
            group.element(Level::HELP.message(clean(help)))
        }
        _ => group,
    }
}

/// Marks that are drawn together: of one source and near each other. The primary one's come first.
fn clusters(marks: &[Mark]) -> Vec<Vec<&Mark>> {
    let mut sorted: Vec<&Mark> = marks.iter().collect();
    sorted.sort_by_key(|mark| (mark.source, mark.range.start, mark.range.end));
    let mut clusters: Vec<Vec<&Mark>> = Vec::new();
    for mark in sorted {
        match clusters.last_mut() {
            Some(cluster) if near(cluster, mark) => cluster.push(mark),
            _ => clusters.push(vec![mark]),
        }
    }
    clusters.sort_by_key(|cluster| !cluster.iter().any(|mark| is_primary(mark)));
    clusters
}

fn near(cluster: &[&Mark], mark: &Mark) -> bool {
    let end = cluster.iter().map(|it| it.range.end).max().unwrap_or_default();
    cluster[0].source == mark.source && mark.range.start <= end.saturating_add(FAR_BYTES)
}

fn is_primary(mark: &Mark) -> bool {
    mark.kind == AnnotationKind::Primary
}

/// Where it is, and its lines.
fn cluster_elements<'a>(source: &'a Source, cluster: &[&Mark]) -> Vec<Element<'a>> {
    let places: Vec<Range<usize>> = cluster.iter().map(|mark| mark.range.clone()).collect();
    let window = Window::new(source, &places);
    let annotations: Vec<Annotation<'_>> = cluster
        .iter()
        .map(|mark| mark.kind.span(window.range(&mark.range)).label(mark.text.clone()))
        .collect();
    let snippet = Snippet::source(window.text).line_start(window.line).annotations(annotations);
    if window.cut {
        vec![origin(source, cluster).into(), snippet.into()]
    } else {
        vec![snippet.path(clean(&source.name)).into()]
    }
}

/// The position in the source itself, for lines that are cut: what is shown of them counts columns wrongly.
fn origin(source: &Source, cluster: &[&Mark]) -> Origin<'static> {
    let head = cluster.iter().find(|mark| is_primary(mark)).unwrap_or(&cluster[0]);
    let position = source.position(head.range.start);
    Origin::path(clean(&source.name)).line(position.line).char_column(position.column)
}

fn has_shown_fix(diagnostic: &Diagnostic, sources: &Sources) -> bool {
    diagnostic.fix.as_ref().is_some_and(|fix| shown_fix(fix, sources).is_some())
}

/// The bytes a fix replaces, where they are few enough to show.
fn shown_fix(fix: &Fix, sources: &Sources) -> Option<Range<usize>> {
    let text = &sources.get(fix.span.source).text;
    let range = clamp(text, fix.span.range());
    let newlines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
    let lines = newlines(&text[range.clone()]).max(newlines(&fix.text));
    (lines < MAX_PLACE_LINES).then_some(range)
}

fn fix_group<'a>(diagnostic: &Diagnostic, fix: &Fix, sources: &'a Sources) -> Option<Group<'a>> {
    let range = shown_fix(fix, sources)?;
    let source = sources.get(fix.span.source);
    let window = Window::new(source, std::slice::from_ref(&range));
    let patch = Patch::new(window.range(&range), clean(&fix.text));
    let help = diagnostic.help.as_deref().unwrap_or("write it like this");
    let title = Level::HELP.secondary_title(clean(help));
    let snippet = Snippet::source(window.text).line_start(window.line);
    let elsewhere = fix.span.source != diagnostic.primary.span.source;
    let snippet = snippet.path(elsewhere.then(|| clean(&source.name)));
    Some(Group::with_title(title).element(snippet.patch(patch)))
}

fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}
