//! Policies from wherever they are: files and folders, a revision of git, an export of Microsoft Graph.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::console::{Console, Failure, clean, counted};
use crate::cli::load::{Loaded, load_sound};
use crate::engine::{Engine, LoadError};
use crate::entra;
use crate::source::read::{self, Cause, EXTENSION, ReadError};

/// What a revision of git begins with, `git:main` or `git:v1.2:policies`.
const GIT: &str = "git:";

/// Where policies are looked for in a revision when nobody says.
const USUAL_FOLDER: &str = "policies";

/// The most bytes that are read of one revision: as many as an export may have.
const MAX_REVISION_BYTES: u64 = entra::MAX_TOTAL_BYTES;

/// Policies, and whether all of them could be read.
pub(super) struct Side {
    pub(super) engine: Engine,
    /// How many policies of an export were refused: what is said is not said of them.
    pub(super) refused: usize,
}

/// Reads what an argument names. A revision without a folder has the policies where `beside` has them.
pub(super) fn side(
    argument: &str,
    beside: Option<&Path>,
    console: &mut Console,
) -> Result<Side, Failure> {
    if let Some(revision) = argument.strip_prefix(GIT) {
        return Ok(Side { engine: of_git(revision, beside, console)?, refused: 0 });
    }
    let path = PathBuf::from(argument);
    if is_export(&path)? { of_export(&path, console) } else { of_paths(&[path], console) }
}

/// Reads policy files, or one export.
pub(super) fn of_paths(paths: &[PathBuf], console: &mut Console) -> Result<Side, Failure> {
    if let [path] = paths
        && is_export(path)?
    {
        return of_export(path, console);
    }
    Ok(Side { engine: load_sound(paths, console)?, refused: 0 })
}

/// A folder without policy files, or a file that ends otherwise.
fn is_export(path: &Path) -> Result<bool, Failure> {
    if !path.is_dir() {
        return Ok(path.exists() && path.extension().is_none_or(|ending| ending != EXTENSION));
    }
    match read::find([path]) {
        Ok(_) => Ok(false),
        Err(ReadError { cause: Cause::NoPolicies, .. }) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn of_export(path: &Path, console: &mut Console) -> Result<Side, Failure> {
    let export = entra::read(&[path.to_owned()]).map_err(Failure::unusable)?;
    let imported = entra::import(&export);
    for refusal in &imported.refused {
        console.note(clean(&refusal.to_string()))?;
    }
    if imported.counts.policies == 0 {
        let path = path.display();
        return Err(Failure::unusable(format_args!(
            "{path} holds neither .{EXTENSION} files nor policies of an export"
        )));
    }
    let engine = sound(Engine::from_text(imported.files), console)?;
    Ok(Side { engine, refused: imported.counts.refused })
}

fn sound(engine: Result<Engine, LoadError>, console: &mut Console) -> Result<Engine, Failure> {
    match Loaded::of(engine)? {
        Loaded::Sound(engine) => Ok(engine),
        faulty @ Loaded::Faulty(_) => {
            faulty.show(console)?;
            Err(Failure::unusable("the policies have mistakes, so nothing can be compared"))
        }
    }
}

/// The policy files of a revision.
fn of_git(revision: &str, beside: Option<&Path>, console: &mut Console) -> Result<Engine, Failure> {
    let (revision, folder) = match revision.split_once(':') {
        Some((revision, folder)) => (revision, PathBuf::from(folder)),
        None => (revision, beside.map_or_else(|| PathBuf::from(USUAL_FOLDER), Path::to_owned)),
    };
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::unusable("git: needs a revision, as in git:main"));
    }
    let (place, inside) = repository(&folder);
    let listed = git(&place, &["ls-tree", "-r", "-z", revision, "--", &inside], &[])?;
    let mut files = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        files.extend(policy_file(&String::from_utf8_lossy(entry)));
    }
    if files.is_empty() {
        let folder = folder.display();
        return Err(Failure::unusable(format_args!(
            "there is no .{EXTENSION} file in {folder} at {revision}; git:{revision}:FOLDER says where to look"
        )));
    }
    let texts = contents(&place, &files)?;
    let named = files.iter().map(|(_, name)| format!("{revision}:{name}")).zip(texts);
    sound(Engine::from_text(named), console)
}

/// Where git is asked, and for what there: a folder that is gone may have been in the revision.
fn repository(folder: &Path) -> (PathBuf, String) {
    if folder.is_dir() {
        return (folder.to_owned(), ".".to_owned());
    }
    let parent = folder.parent().filter(|it| it.is_dir());
    match (parent, folder.file_name()) {
        (Some(parent), Some(name)) => (parent.to_owned(), name.to_string_lossy().into_owned()),
        _ => (PathBuf::from("."), folder.display().to_string()),
    }
}

/// The object and the name of an entry that is a policy file: `MODE blob OBJECT\tNAME`.
fn policy_file(entry: &str) -> Option<(String, String)> {
    let (about, name) = entry.split_once('\t')?;
    let mut about = about.split(' ').skip(1);
    let (kind, object) = (about.next()?, about.next()?);
    let ending = Path::new(name).extension()?;
    (kind == "blob" && ending == EXTENSION).then(|| (object.to_owned(), name.to_owned()))
}

/// The texts of objects, in their order.
fn contents(place: &Path, files: &[(String, String)]) -> Result<Vec<String>, Failure> {
    let wanted: String = files.iter().map(|(object, _)| format!("{object}\n")).collect();
    let bytes = git(place, &["cat-file", "--batch"], wanted.as_bytes())?;
    let mut rest = bytes.as_slice();
    let mut texts = Vec::new();
    for (_, name) in files {
        let cut = || Failure::unusable(format_args!("git did not give the whole of {name}"));
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(cut)?;
        let header = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size = header.rsplit(' ').next().and_then(|it| it.parse::<usize>().ok());
        let from = end + 1;
        let to = size.and_then(|size| from.checked_add(size)).ok_or_else(cut)?;
        let text = rest.get(from..to).ok_or_else(cut)?;
        let text = String::from_utf8(text.to_vec())
            .map_err(|_| Failure::unusable(format_args!("{name} is no text in UTF-8")))?;
        texts.push(text);
        rest = rest.get(to + 1..).unwrap_or_default();
    }
    Ok(texts)
}

/// What git answers, or what it complains about.
fn git(place: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Failure> {
    let cannot = |error| Failure::unusable(format_args!("cannot run git: {error}"));
    let mut child = Command::new("git")
        .arg("-C")
        .arg(place)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let mut stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // While it is read from, lest both wait for each other.
        scope.spawn(move || stdin.as_mut().map(|stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(cannot)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().trim_start_matches("fatal: ").to_owned();
        return Err(Failure::unusable(format_args!("git says: {said}")));
    }
    if output.stdout.len() as u64 > MAX_REVISION_BYTES {
        return Err(Failure::unusable(format_args!(
            "the revision has more than {MAX_REVISION_BYTES} bytes of policies"
        )));
    }
    Ok(output.stdout)
}

/// What could not be read of exports, as a reason why nothing is certain.
pub(super) fn left_out(refused: usize) -> Option<String> {
    let policies = counted(refused, "policy", "policies");
    (refused > 0)
        .then(|| format!("{policies} of the export could not be taken over, and is not counted"))
}
