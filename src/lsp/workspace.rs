//! The policy sets that an editor has open: texts of buffers over texts of files.
//!
//! A file belongs to the set of its folder. The folder of a set is the nearest one upwards that holds a `latch.toml`; where
//! there is none, the topmost one of the editor's own folders that is reached through folders that hold policy files
//! themselves, so that a stray file further up draws nothing in. A buffer without a path is a set of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::TextDocumentContentChangeEvent;

use crate::lsp::place;
use crate::lsp::set::Set;
use crate::lsp::text::Text;
use crate::source::read;

/// The file that marks the folder of a set.
const MARK: &str = "latch.toml";

/// An open buffer.
#[derive(Debug)]
struct Buffer {
    text: Text,
    version: i32,
    /// What its set is called by: the address of a folder, or its own.
    key: String,
}

/// All buffers, and the sets that they belong to.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// The folders that the editor has open.
    roots: Vec<PathBuf>,
    /// By address.
    buffers: BTreeMap<String, Buffer>,
    /// By what they are called.
    sets: BTreeMap<String, Set>,
}

impl Workspace {
    /// Nothing is open yet but these folders.
    pub(super) fn new(roots: Vec<PathBuf>) -> Workspace {
        Workspace { roots, ..Workspace::default() }
    }

    /// A buffer was opened.
    pub(super) fn open(&mut self, uri: &str, text: String, version: i32) {
        let key = key(uri, &self.roots);
        self.sets.entry(key.clone()).or_default().forget();
        self.buffers.insert(uri.to_owned(), Buffer { text: Text::new(text), version, key });
    }

    /// A buffer was edited.
    pub(super) fn edit(
        &mut self,
        uri: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        changes.into_iter().for_each(|change| buffer.text.edit(change));
        buffer.version = version;
        self.sets.entry(buffer.key.clone()).or_default().replace(uri, &buffer.text);
    }

    /// A buffer was closed: its file counts again. Answers the addresses that belong to no set any more.
    pub(super) fn close(&mut self, uri: &str) -> Vec<String> {
        let Some(Buffer { key, .. }) = self.buffers.remove(uri) else { return Vec::new() };
        if self.buffers.values().any(|buffer| buffer.key == key) {
            self.sets.entry(key).or_default().forget();
            return Vec::new();
        }
        let gone = self.sets.remove(&key);
        gone.iter().flat_map(Set::uris).map(str::to_owned).collect()
    }

    /// Files changed on the disk, came or went: everything is read again. Answers the addresses that may belong to no set
    /// any more.
    pub(super) fn reload(&mut self) -> Vec<String> {
        let before = self.sets.values().flat_map(Set::uris).map(str::to_owned).collect();
        self.sets.clear();
        for (uri, buffer) in &mut self.buffers {
            buffer.key = key(uri, &self.roots);
            self.sets.entry(buffer.key.clone()).or_default();
        }
        before
    }

    /// Sets in which something changed since the last time, as they are now.
    pub(super) fn refresh(&mut self) -> Vec<(&str, &Set)> {
        let Workspace { buffers, sets, .. } = self;
        let stale = sets.iter_mut().filter(|(_, set)| set.is_stale());
        stale.map(|(key, set)| (key.as_str(), fresh(key, set, buffers))).collect()
    }

    /// The set of a buffer, as it is now.
    pub(super) fn set(&mut self, uri: &str) -> Option<&Set> {
        let key = &self.buffers.get(uri)?.key;
        let set = self.sets.get_mut(key)?;
        Some(fresh(key, set, &self.buffers))
    }

    /// Every set, as it is now.
    pub(super) fn sets(&mut self) -> Vec<&Set> {
        let Workspace { buffers, sets, .. } = self;
        sets.iter_mut().map(|(key, set)| fresh(key, set, buffers)).collect()
    }

    /// What the set of a buffer is called by.
    pub(super) fn key(&self, uri: &str) -> Option<&str> {
        self.buffers.get(uri).map(|buffer| buffer.key.as_str())
    }

    /// The set that is called so, if its texts are still in that state.
    pub(super) fn in_state(&mut self, key: &str, state: u64) -> Option<&mut Set> {
        self.sets.get_mut(key).filter(|set| !set.is_stale() && set.state() == state)
    }

    /// Whether some set changed since it was last looked at.
    pub(super) fn is_stale(&self) -> bool {
        self.sets.values().any(Set::is_stale)
    }

    /// The version of a buffer; nothing for a file that is not open.
    pub(super) fn version(&self, uri: &str) -> Option<i32> {
        self.buffers.get(uri).map(|buffer| buffer.version)
    }
}

/// The set with everything in it that changed read again.
fn fresh<'a>(key: &str, set: &'a mut Set, buffers: &BTreeMap<String, Buffer>) -> &'a Set {
    if !set.is_read() {
        set.read(texts(key, buffers));
    }
    set.settle();
    set
}

/// Every text of a set with its address, sorted by address: files of the folder, with buffers in the place of theirs. A
/// file that cannot be read is left out; `latch check` says why.
fn texts(key: &str, buffers: &BTreeMap<String, Buffer>) -> Vec<(String, Text)> {
    let open = || buffers.iter().filter(|(_, buffer)| buffer.key == key);
    // One file may be spelled in two ways; the editor's spelling is kept.
    let paths: Vec<_> = open().filter_map(|(uri, _)| place::path(uri)).collect();
    let mut texts = BTreeMap::new();
    let folder = place::path(key).filter(|path| path.is_dir());
    for path in folder.and_then(|folder| read::find([folder]).ok()).unwrap_or_default() {
        if !paths.contains(&path) {
            let text = read::read(&path).ok();
            texts.extend(text.map(|text| (place::uri(&path), Text::new(text))));
        }
    }
    texts.extend(open().map(|(uri, buffer)| (uri.clone(), buffer.text.clone())));
    texts.into_iter().collect()
}

/// What the set of a buffer is called by.
fn key(uri: &str, roots: &[PathBuf]) -> String {
    let folder = place::path(uri).and_then(|path| folder(&path, roots));
    folder.map_or_else(|| uri.to_owned(), |folder| place::uri(&folder))
}

/// The folder of the set that a file belongs to.
fn folder(path: &Path, roots: &[PathBuf]) -> Option<PathBuf> {
    let own = path.parent()?;
    if let Some(marked) = own.ancestors().find(|folder| folder.join(MARK).is_file()) {
        return Some(marked.to_owned());
    }
    let inside = |folder: &Path| roots.iter().any(|root| folder.starts_with(root));
    let above = own.ancestors().skip(1).take_while(|it| inside(it) && has_policies(it));
    Some(above.last().unwrap_or(own).to_owned())
}

/// Whether a folder itself holds policy files.
fn has_policies(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else { return false };
    let mut paths = entries.flatten().map(|entry| entry.path());
    paths.any(|path| path.extension().is_some_and(|it| it == read::EXTENSION))
}
