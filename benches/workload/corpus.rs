//! The second workload: real policy sets, imported, with sign-ins drawn from what they name.

use std::path::PathBuf;

use latch::decision::Options;
use latch::engine::Engine;
use latch::entra::{import, read};
use latch::interpret::interpret;
use latch::measure::draw;
use latch::request::Request;

use crate::workload::SEED;
use crate::workload::verify::Distribution;

/// How many of the sign-ins the interpreter decides too.
const INTERPRETED: usize = 64;

/// Real policies and sign-ins about them.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) engine: Engine,
    pub(crate) requests: Vec<Request>,
}

impl Corpus {
    /// All policies below the folder of `LATCH_CORPUS` as one set, report-only ones counted as on. Says aloud when there
    /// is no such folder.
    pub(crate) fn open(sign_ins: usize) -> Option<Corpus> {
        let root = std::env::var_os("LATCH_CORPUS")
            .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
        let policies = root.join("entra/policies.jsonl");
        if !policies.is_file() {
            println!("skipped: no corpus");
            return None;
        }
        let imported = import(&read(&[policies]).expect("the corpus can be read"));
        let engine = Engine::from_text(imported.files).unwrap_or_else(|error| panic!("{error}"));
        let engine = engine.with_options(Options { as_if_enforced: true, ..Options::default() });
        let requests = draw::sign_ins(engine.policy_set(), sign_ins, SEED);
        Some(Corpus { engine, requests })
    }

    /// Decides all, some with the interpreter too, which must agree.
    pub(crate) fn verify(&self) -> Distribution {
        let mut distribution = Distribution::default();
        for (at, request) in self.requests.iter().enumerate() {
            let decision = self.engine.decide(request);
            if at < INTERPRETED {
                let set = self.engine.policy_set();
                assert_eq!(
                    interpret(set, request, self.engine.options()).outcome,
                    decision.outcome
                );
            }
            distribution.count(&decision);
        }
        distribution
    }
}
