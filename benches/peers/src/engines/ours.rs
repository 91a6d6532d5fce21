//! Latch: full decisions, with challenge, session controls, horizon, assumptions and dependencies; and the outcome alone.

use latch::eval::{Ruling, Scratch};
use latch::facts::{Facts, Principal};
use latch::request::Request;

use crate::child::Work;
use crate::engines::Engine;
use crate::workload::Verdict;

struct Ours {
    work: &'static Work,
    engine: latch::Engine,
    scratch: Scratch,
    requests: Vec<Request>,
    /// Prepared before; none where preparing is timed.
    prepared: Vec<Facts>,
    /// Who signs in, prepared before; none unless sessions are measured.
    sessions: Vec<Principal>,
    facts: Facts,
    way: Way,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Prepared,
    Outcome,
    Session,
    Native,
}

/// Requests are prepared before.
pub(crate) fn prepared(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    ours(work, Way::Prepared)
}

/// Requests are prepared before, and the outcome is all that is asked.
pub(crate) fn outcome(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    ours(work, Way::Outcome)
}

/// Requests carry strings, and who signs in was prepared before, as for a session.
pub(crate) fn session(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    ours(work, Way::Session)
}

/// Requests carry strings.
pub(crate) fn native(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    ours(work, Way::Native)
}

fn ours(work: &'static Work, way: Way) -> Result<Box<dyn Engine>, String> {
    let engine = work.workload.engine();
    let scratch = engine.scratch();
    let (requests, prepared, sessions) = (Vec::new(), Vec::new(), Vec::new());
    Ok(Box::new(Ours {
        work,
        engine,
        scratch,
        requests,
        prepared,
        sessions,
        facts: Facts::default(),
        way,
    }))
}

impl Engine for Ours {
    fn prepare(&mut self) -> Result<(), String> {
        let tenant = &self.work.workload.tenant;
        self.requests = self.work.visitors.iter().map(|it| it.request(tenant)).collect();
        self.work.workload.verify(&self.engine, &self.work.visitors);
        let requests = self.requests.iter();
        match self.way {
            Way::Prepared | Way::Outcome => {
                self.prepared = requests.map(|it| self.engine.prepare(it)).collect();
            }
            Way::Session => {
                self.sessions = requests.map(|it| self.engine.principal(it)).collect();
            }
            Way::Native => {}
        }
        Ok(())
    }

    fn decide(&mut self, at: usize, _applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let facts = match self.prepared.get(at) {
            Some(facts) => facts,
            None => {
                let (request, facts) = (&self.requests[at], &mut self.facts);
                match self.sessions.get(at) {
                    Some(session) => self.engine.prepare_for(session, request, facts),
                    None => self.engine.prepare_into(request, facts),
                }
                &self.facts
            }
        };
        let outcome = match self.way {
            Way::Outcome => self.engine.rule(facts, &mut self.scratch),
            Way::Prepared | Way::Session | Way::Native => {
                self.engine.evaluate(facts, &mut self.scratch).outcome
            }
        };
        Ok(match outcome {
            Ruling::Open => Verdict::Open,
            Ruling::StepUp | Ruling::Impossible => Verdict::Unmet,
            Ruling::Blocked => Verdict::Blocked,
        })
    }

    /// Names were compared when it was prepared.
    fn names_them(&self) -> bool {
        false
    }
}
