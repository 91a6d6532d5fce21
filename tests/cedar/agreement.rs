//! Interpreter, engine and Cedar agree on open or not, over random policy sets and requests.

use latch::Engine;
use latch::decision::{Options, Outcome};

use super::Judge;
use crate::random::{cases, percent, policies, requests};

#[test]
fn cedar_opens_where_the_specification_does() {
    let mut open = [0_u64; 2];
    cases("Cedar", 60, |rng| {
        let text = policies::text(rng);
        let engine = Engine::from_text([("random", text.as_str())]).expect("valid");
        let every_time_seconds = if percent(rng, 10) { 60 } else { 300 };
        let options = Options { every_time_seconds, as_if_enforced: percent(rng, 20) };
        let judge = Judge::new(engine.policy_set(), &options);
        for _ in 0..30 {
            let request = requests::request(rng);
            let expected = judge.agrees(engine.policy_set(), &request, &options);
            let decided = engine.with_options(options).decide(&request).outcome == Outcome::Open;
            assert_eq!(decided, expected, "{text}\n{request:#?}");
            open[usize::from(expected)] += 1;
        }
    });
    println!("{} open, {} not", open[1], open[0]);
}
