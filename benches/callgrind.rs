//! A bench once more, as a child under valgrind's callgrind, which writes a file each time the bench's function `rounds` ends.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// What tells a child that it is one, and for how many policies it is to run.
const ASKED: &str = "LATCH_COUNTED";

/// For how many policies this child is to run; nothing, where it is none.
pub(crate) fn asked() -> Option<usize> {
    env::var(ASKED).ok()?.parse().ok()
}

/// The instructions of so many calls of `rounds`, in their order, of the bench of that name.
pub(crate) fn counted(bench: &str, policies: usize, calls: usize) -> Vec<u64> {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    // Asked to be quiet, it writes no dumps.
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={bench}::rounds"))
        .arg(format!("--dump-after={bench}::rounds"))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe().expect("this program"))
        .env(ASKED, policies.to_string())
        .output()
        .expect("valgrind is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let dump = |call: usize| PathBuf::from(format!("{}.{call}", out.display()));
    let read = |call| fs::read_to_string(dump(call)).expect("a dump for each call");
    (1..=calls).map(|call| total(&read(call))).collect()
}

/// The instructions in one of callgrind's files.
fn total(dump: &str) -> u64 {
    let prefixes = ["totals: ", "summary: "];
    let mut lines = dump.lines();
    let count = lines.find_map(|line| prefixes.iter().find_map(|prefix| line.strip_prefix(prefix)));
    count.and_then(|count| count.trim().parse().ok()).expect("a total")
}
