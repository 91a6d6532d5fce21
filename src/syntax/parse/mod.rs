//! Text → tree. The only room that knows which parser generator reads the grammar.
//!
//! ```text
//! text ── scan ──▶ tokens ── chunks ──▶ pieces ── limits ──▶ grammar ──▶ build ──▶ ast::File
//!                                                               └─ report ──▶ Diagnostic
//! ```
//! A file is cut into pieces of one item each before the grammar sees it. So an error costs its own item and no
//! other, and the parser never holds more than one item.

mod build;
mod chunk;
mod findings;
mod grammar;
mod limit;
mod report;
mod scan;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use crate::syntax::ast::{File, Item};
use crate::syntax::codes;
use crate::syntax::limits::{MAX_FILE_BYTES, MAX_ITEMS, MAX_TOKENS};
use build::Builder;
use findings::Findings;
use scan::{Scan, Token};

/// Reads a file. What cannot be read becomes a diagnostic, at most one an item; the rest is in the tree.
pub fn parse(source: SourceId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> File {
    let mut findings = Findings::default();
    let file = read(source, text, &mut findings);
    findings.tell(Span::new(source, text.len(), text.len()), diagnostics);
    file
}

fn read(source: SourceId, text: &str, findings: &mut Findings) -> File {
    if text.len() > MAX_FILE_BYTES {
        findings.push(too_large(source, format!("a file may have {MAX_FILE_BYTES} bytes")));
        return File::default();
    }
    let Scan { tokens, comments, gaps } = scan::scan(source, text, MAX_TOKENS);
    if tokens.len() > MAX_TOKENS {
        findings.push(too_large(source, format!("a file may have {MAX_TOKENS} words and signs")));
        return File::default();
    }
    let mut reader = Reader { source, text, tokens: &tokens, items: Vec::new(), findings };
    for range in chunk::chunks(text, &tokens) {
        reader.chunk(range);
        if reader.items.len() > MAX_ITEMS {
            findings.push(too_large(source, format!("a file may have {MAX_ITEMS} items")));
            return File::default();
        }
        if reader.findings.are_hopeless() {
            break;
        }
    }
    File { items: reader.items, comments, gaps }
}

fn too_large(source: SourceId, note: String) -> Diagnostic {
    Diagnostic::error(codes::FILE_TOO_LARGE, Span::new(source, 0, 0), "this file is too large")
        .note(note)
        .help("split it into several files; all files together are one policy set")
}

/// Reads one piece after the other.
struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    tokens: &'a [Token],
    items: Vec<Item>,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn chunk(&mut self, range: std::ops::Range<usize>) {
        let tokens = &self.tokens[range.clone()];
        if let Some(diagnostic) = limit::exceeded(self.source, self.text, tokens) {
            self.findings.push(diagnostic);
            return;
        }
        let base = tokens[0].start();
        let end = tokens[tokens.len() - 1].end();
        let piece = &self.text[base..end];
        match grammar::items(piece) {
            Ok(nodes) => self.build(base, nodes),
            Err(failure) => self.fail(range, base, piece, failure),
        }
    }

    fn build(&mut self, base: usize, nodes: grammar::Nodes<'_>) {
        let mut builder = Builder { source: self.source, base, findings: self.findings };
        self.items.extend(builder.items(nodes));
    }

    /// Reports an error and keeps the items before it.
    fn fail(
        &mut self,
        range: std::ops::Range<usize>,
        base: usize,
        piece: &str,
        failure: grammar::Failure,
    ) {
        let scene =
            report::Scene { source: self.source, text: self.text, tokens: self.tokens, range };
        let (at, expected) = (base + failure.at, &failure.expected);
        self.findings.push_with(|| scene.diagnostic(at, expected));
        if let Some(nodes) = grammar::prefix(piece) {
            self.build(base, nodes);
        }
    }
}

#[cfg(test)]
mod tests;
