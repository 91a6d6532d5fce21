//! What is worked out beside the conversation: lint findings, the quick ones first, then what asks about all sign-ins.
//!
//! A job that a keystroke has overtaken is dropped: its flag is raised, and nothing more is asked for it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use jiff::civil::Date;

use crate::analyze::example::lines;
use crate::analyze::{Answer, Setting, Verdict, prove};
use crate::compile::compile;
use crate::decision::Options;
use crate::diagnostic::Diagnostic;
use crate::hir::PolicySet;
use crate::lint::{Finding, Settings, Subject, config, lint_quickly, lint_rest};
use crate::lsp::place;
use crate::source::{Sources, read};

/// How long it waits before it looks at all: in a burst of keystrokes each has overtaken the one before by then.
const BREATH: Duration = Duration::from_millis(15);

/// How long it waits for the next keystroke before it asks about all sign-ins: people who type leave less than that
/// between two of them, and nobody waits for it long.
const PAUSE: Duration = Duration::from_millis(60);

/// A set to look at.
pub(super) struct Job {
    /// What the set is called by, and which of its states this is.
    pub key: String,
    pub state: u64,
    pub sources: Arc<Sources>,
    pub meaning: Arc<PolicySet>,
    pub today: Option<Date>,
    /// The assert that somebody wants proved, at whatever cost.
    pub assert: Option<String>,
    pub unwanted: Arc<AtomicBool>,
}

/// What came out, or a part of it.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub key: String,
    pub state: u64,
    /// Mistakes that only compiling finds.
    pub mistakes: Vec<Diagnostic>,
    pub findings: Vec<Finding>,
    /// What became of asserts, by name.
    pub proofs: BTreeMap<String, String>,
    /// The assert that somebody asked for.
    pub asked: Option<String>,
}

/// The thread that works.
pub(super) struct Worker {
    jobs: Sender<Job>,
    pub reports: Receiver<Report>,
    /// The flag of the last job of each set.
    flags: BTreeMap<String, Arc<AtomicBool>>,
}

impl Worker {
    pub(super) fn start() -> Worker {
        let (jobs, taken) = unbounded();
        let (told, reports) = unbounded();
        // It ends with the channel; nobody waits for what it does then.
        std::thread::spawn(move || Work { jobs: taken, reports: told }.go_on());
        Worker { jobs, reports, flags: BTreeMap::new() }
    }

    /// Nobody wants any more what is being worked out for a set.
    pub(super) fn drop_work(&mut self, key: &str) {
        if let Some(flag) = self.flags.remove(key) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// A flag for a new job of a set, in the place of the last one's.
    pub(super) fn flag(&mut self, key: &str) -> Arc<AtomicBool> {
        self.drop_work(key);
        let flag = Arc::new(AtomicBool::new(false));
        self.flags.insert(key.to_owned(), Arc::clone(&flag));
        flag
    }

    pub(super) fn send(&self, job: Job) {
        // A worker that is gone is missed by nobody: the conversation goes on.
        let _ = self.jobs.send(job);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.flags.values().for_each(|flag| flag.store(true, Ordering::Relaxed));
    }
}

struct Work {
    jobs: Receiver<Job>,
    reports: Sender<Report>,
}

impl Work {
    fn go_on(&self) {
        while let Ok(job) = self.jobs.recv() {
            if job.unwanted.load(Ordering::Relaxed) {
                continue;
            }
            // No mistake of ours ends the worker.
            let _ = catch_unwind(AssertUnwindSafe(|| self.work(&job)));
        }
    }

    fn work(&self, job: &Job) {
        if let Some(name) = &job.assert {
            return self.prove_one(job, name);
        }
        if !is_quiet(job, BREATH) {
            return;
        }
        let settings = settings(&job.key, job.today);
        let subject = Subject::new(&job.sources, &job.meaning, &settings);
        let mut subject = subject.unless_raised(Arc::clone(&job.unwanted));
        let (findings, open) = lint_quickly(&mut subject);
        let mistakes = compile(&job.meaning).err().unwrap_or_default();
        self.tell(job, &mistakes, &findings, BTreeMap::new());
        if !is_quiet(job, PAUSE) {
            return;
        }
        let rest = lint_rest(&subject, &open);
        let all: Vec<Finding> = findings.iter().chain(&rest).cloned().collect();
        self.tell(job, &mistakes, &all, BTreeMap::new());
        if job.unwanted.load(Ordering::Relaxed) || job.meaning.asserts.is_empty() {
            return;
        }
        let budget = Setting { nodes: settings.budget, ..Setting::default() };
        let answers = prove(&job.meaning, &Options::default(), budget);
        let proofs = answers.iter().map(|answer| told(&job.meaning, answer)).collect();
        self.tell(job, &mistakes, &all, proofs);
    }

    fn prove_one(&self, job: &Job, name: &str) {
        let mut set = PolicySet::clone(&job.meaning);
        set.asserts.retain(|assert| assert.name == name);
        let answers = prove(&set, &Options::default(), Setting::default());
        let proofs = answers.iter().map(|answer| told(&set, answer)).collect();
        let asked = Some(name.to_owned());
        let (key, state) = (job.key.clone(), job.state);
        let _ = self.reports.send(Report { key, state, proofs, asked, ..Report::default() });
    }

    fn tell(
        &self,
        job: &Job,
        mistakes: &[Diagnostic],
        findings: &[Finding],
        proofs: BTreeMap<String, String>,
    ) {
        if job.unwanted.load(Ordering::Relaxed) {
            return;
        }
        let _ = self.reports.send(Report {
            key: job.key.clone(),
            state: job.state,
            mistakes: mistakes.to_vec(),
            findings: findings.to_vec(),
            proofs,
            asked: None,
        });
    }
}

/// Whether nothing new came for a moment.
fn is_quiet(job: &Job, moment: Duration) -> bool {
    std::thread::sleep(moment);
    !job.unwanted.load(Ordering::Relaxed)
}

/// What became of an assert, in a few words, by its name.
fn told(set: &PolicySet, answer: &Answer) -> (String, String) {
    let name = set.asserts.get(answer.assert).map(|it| it.name.clone()).unwrap_or_default();
    let text = match &answer.verdict {
        Verdict::Proved => "✓ proved".to_owned(),
        Verdict::Vacuous => "✓ holds, since no sign-in is meant".to_owned(),
        Verdict::Refuted(found) => {
            let (outcome, like) = (found.decision.outcome.word(), lines(set, &found.request));
            format!("✗ {outcome}: {}", like.join("; "))
        }
        Verdict::Undecided(_) => "not decided within the budget".to_owned(),
    };
    (name, text)
}

/// The settings of a set: the latch.toml of its folder or the nearest above; the usual ones where it cannot be read, which
/// `latch lint` tells of.
fn settings(key: &str, today: Option<Date>) -> Settings {
    let folder = place::path(key);
    let found = folder.iter().flat_map(|it| it.ancestors()).map(|it| it.join(config::FILE_NAME));
    let path = found.into_iter().find(|it| it.is_file());
    let settings = path.and_then(|path| written(&path)).unwrap_or_default();
    Settings { today, ..settings }
}

fn written(path: &Path) -> Option<Settings> {
    let text = read::read(path).ok()?;
    let mut sources = Sources::new();
    let source = sources.add(config::FILE_NAME, text.as_str());
    let mut settings = config::settings(source, &text).ok()?;
    let folder: PathBuf = path.parent()?.to_owned();
    for named in settings.paths.iter_mut().flat_map(|it| &mut it.paths) {
        *named = place::uri(&folder.join(&*named));
    }
    Some(settings)
}
