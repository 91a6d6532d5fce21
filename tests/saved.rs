//! Compiled sets in files: an engine from a file is the engine that was written, and nothing else is let in.

use std::fs;

use latch::engine::{Engine, LoadError};
use latch::interpret::explain::explain;
use latch::program::file::FileError;

use crate::cli::latch;
use crate::random::{cases, policies, requests};

const POLICIES: &str = "policies/baseline";
const SIGN_INS: &str = "policies/baseline/sign-ins.jsonl";

fn saved(engine: &Engine) -> Engine {
    Engine::from_saved(engine.to_saved()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn an_engine_from_a_file_decides_as_the_one_that_was_written() {
    cases("saved sets decide the same", 60, |rng| {
        let text = policies::text(rng);
        let Ok(engine) = Engine::from_text([("random", text.as_str())]) else { return };
        let loaded = saved(&engine);
        assert_eq!(loaded.to_saved(), engine.to_saved());
        for _ in 0..20 {
            let request = requests::request(rng);
            let typed = engine.typed(request.clone());
            assert_eq!(loaded.typed(request), typed);
            let Ok(request) = typed else { continue };
            assert_eq!(loaded.review(&request), engine.review(&request), "{text}");
            assert_eq!(
                loaded.decide_as_if_enforced(&request),
                engine.decide_as_if_enforced(&request)
            );
        }
    });
}

#[test]
fn an_engine_from_a_file_knows_what_its_policies_mean() {
    let engine = Engine::from_paths([POLICIES]).expect("the baseline is fine");
    let loaded = saved(&engine);
    assert_eq!(loaded.named(), engine.named());
    assert_eq!(loaded.policies().len(), engine.policies().len());
    let request = latch::request::Request::builder().build().expect("a request");
    let explained = |engine: &Engine| {
        let explanation = explain(engine.policy_set(), &request, engine.options());
        explanation.to_text(Some(engine.sources()))
    };
    assert_eq!(explained(&loaded), explained(&engine));
}

#[test]
fn the_same_policies_make_the_same_bytes() {
    let text = |order: [&str; 2]| format!("policy {} {{ when always block }}", order.concat());
    let write = |text: &str| Engine::from_text([("a", text)]).expect("fine").to_saved();
    assert_eq!(write(&text(["a", "b"])), write(&text(["a", "b"])));
    assert_ne!(write(&text(["a", "b"])), write(&text(["b", "a"])));
}

/// Texts that are not those of the program: whoever forges a file gets no say in what is shown of it.
#[test]
fn texts_of_other_policies_mean_nothing() {
    let engine = Engine::from_text([("a", "policy aa { when always block }")]).expect("fine");
    let mut file = engine.to_saved();
    let text = b"policy aa { when always block }";
    let at = file.windows(text.len()).position(|it| it == text).expect("the text is in it");
    file[at..at + text.len()].copy_from_slice(b"policy aa { when never  block }");
    assert_eq!(Engine::from_saved(file.clone()).err(), Some(FileError::Damaged));
    let mut checksum = flate2::Crc::new();
    checksum.update(&file[16..]);
    file[12..16].copy_from_slice(&checksum.sum().to_le_bytes());
    let forged = Engine::from_saved(file).expect("it is sealed");
    assert!(forged.policies().is_empty());
    let request = latch::request::Request::builder().build().expect("a request");
    assert_eq!(forged.decide(&request), engine.decide(&request));
    assert!(forged.review(&request).voices.is_empty());
}

#[test]
fn a_file_is_told_from_policies_and_stands_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("set");
    let engine = Engine::from_paths([POLICIES]).expect("the baseline is fine");
    fs::write(&path, engine.to_saved()).expect("written");
    let loaded = Engine::from_paths([&path]).expect("it is one");
    assert_eq!(loaded.to_saved(), engine.to_saved());
    let both = Engine::from_paths([path.as_path(), POLICIES.as_ref()]);
    assert!(matches!(both, Err(LoadError::NotAlone(it)) if it == path));
}

#[test]
fn the_command_writes_a_file_and_reads_it_wherever_it_reads_policies() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("set");
    let set = path.to_str().expect("a plain name");
    latch(&["compile", POLICIES, "-o", set]).ended(0).says("policies").says("bytes");
    latch(&["compile", POLICIES, "-o", set]).ended(2).complains("--force overwrites it");
    latch(&["compile", POLICIES, "-o", set, "--force", "--format", "json"])
        .ended(0)
        .says("\"rows\"");
    for format in ["text", "json"] {
        let decide = |policies| latch(&["decide", "-p", policies, SIGN_INS, "--format", format]);
        assert_eq!(decide(set).ended(0).out, decide(POLICIES).ended(0).out);
        let explain = |policies| {
            latch(&["explain", "-p", policies, SIGN_INS, "--line", "1", "--format", format])
        };
        assert_eq!(explain(set).ended(0).out, explain(POLICIES).ended(0).out);
    }
    let mut bytes = fs::read(&path).expect("written");
    *bytes.last_mut().expect("there are some") ^= 1;
    fs::write(&path, &bytes).expect("written");
    latch(&["decide", "-p", set, SIGN_INS]).ended(2).complains("L0803");
    bytes[9] ^= 1;
    fs::write(&path, &bytes).expect("written");
    latch(&["decide", "-p", set, SIGN_INS]).ended(2).complains("L0802");
    let faulty = folder.path().join("a.latch");
    fs::write(&faulty, "policy a {").expect("written");
    let faulty = faulty.to_str().expect("a plain name");
    latch(&["compile", faulty, "-o", set, "--force"]).ended(1).complains("nothing was written");
}
