//! Engines in files: what is written beside the program, and how an engine from a file finds out what its policies mean.
//!
//! A file holds names, program and texts. Names and program are all that deciding needs, and are read at once. The texts
//! are for whoever asks what the policies mean (explanations, documents, exports): they are resolved and compiled when
//! that is first asked.

use std::ops::Range;
use std::sync::OnceLock;

use crate::compile::compile;
use crate::engine::load::{self, PRELUDE};
use crate::engine::{Meaning, Named};
use crate::hir::OwnKind;
use crate::program::Program;
use crate::program::file::stored::{Bytes, Flaw, Stored, stored_enum, stored_struct};
use crate::program::file::{self, FileError};
use crate::source::{SourceId, Sources};
use crate::syntax::ast::ObjectKind;

stored_struct!(Named { kind, name, ids });
stored_enum!(OwnKind {
    0 => Boolean,
    1 => Integer,
    2 => String,
    3 => SetOfString,
    4 => Duration,
    5 => Time,
});
stored_enum!(ObjectKind {
    0 => User,
    1 => Group,
    2 => Role,
    3 => App,
    4 => ServicePrincipal,
    5 => Agent,
    6 => Tenant,
    7 => Terms,
    8 => Context,
    9 => CustomControl,
});

/// What a file holds.
pub(super) struct Saved {
    pub(super) program: Program,
    pub(super) own: Vec<(String, OwnKind)>,
    pub(super) objects: Vec<Named>,
    pub(super) texts: Texts,
}

/// The texts of a file, and what they mean once somebody asked.
pub(super) struct Texts {
    file: Vec<u8>,
    texts: Range<usize>,
    meaning: OnceLock<Box<Meaning>>,
}

/// The bytes of a file.
pub(super) fn write(
    program: &Program,
    own: &Vec<(String, OwnKind)>,
    objects: &Vec<Named>,
    sources: &Sources,
) -> Vec<u8> {
    let mut bytes = file::begin();
    own.store(&mut bytes);
    objects.store(&mut bytes);
    program.store(&mut bytes);
    let texts = sources.iter().filter(|(id, _)| *id != SourceId::PRELUDE);
    for (_, source) in texts {
        source.name.store(&mut bytes);
        source.text.store(&mut bytes);
    }
    file::seal(&mut bytes, PRELUDE);
    bytes
}

/// What the bytes of a file hold, verified.
pub(super) fn read(file: Vec<u8>) -> Result<Saved, FileError> {
    let mut from = Bytes(file::open(&file, PRELUDE)?);
    let own = Vec::load(&mut from)?;
    let objects = Vec::load(&mut from)?;
    let program = Program::load(&mut from)?;
    program.verify()?;
    let program = program.planned();
    let declared = own.iter().map(|(name, _): &(String, OwnKind)| name);
    if !declared.eq(&program.own) {
        return Err(FileError::Malformed("own attributes have other names"));
    }
    let texts = file.len() - from.0.len()..file.len();
    while !from.0.is_empty() {
        check_text(&mut from)?;
        check_text(&mut from)?;
    }
    let texts = Texts { file, texts, meaning: OnceLock::new() };
    Ok(Saved { program, own, objects, texts })
}

/// Whether programs are the same but for the numbers that tell them apart.
fn is_same(other: Program, program: &Program) -> bool {
    Program { fingerprint: program.fingerprint, ..other } == *program
}

/// Passes over a text without keeping it.
fn check_text(from: &mut Bytes<'_>) -> Result<(), FileError> {
    let length = u32::load(from)? as usize;
    let text = from.take(length)?;
    str::from_utf8(text).map(drop).map_err(|_| FileError::Malformed("a text is no UTF-8"))
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("bytes", &self.texts.len()).finish_non_exhaustive()
    }
}

impl Texts {
    /// What the texts mean: nothing at all, unless it is what was compiled.
    pub(super) fn meaning(&self, program: &Program) -> &Meaning {
        self.meaning.get_or_init(|| {
            let sources = load::with_prelude(self.all());
            let mut found = Vec::new();
            let set = load::resolved(&sources, &mut found);
            let same = set.filter(|set| compile(set).is_ok_and(|other| is_same(other, program)));
            Box::new(Meaning::new(same.unwrap_or_default(), sources, found))
        })
    }

    fn all(&self) -> Vec<(String, String)> {
        let mut from = Bytes(self.file.get(self.texts.clone()).unwrap_or_default());
        let mut texts = Vec::new();
        while let (Ok(name), Ok(text)) = (String::load(&mut from), String::load(&mut from)) {
            texts.push((name, text));
        }
        texts
    }
}
