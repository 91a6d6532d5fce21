//! What the workload is like: `cargo bench --bench shape` prints outcomes and how many policies apply, for each size.
//!
//! `-- 240 1000` names other sizes; the real sets in the folder of `LATCH_CORPUS` come last. Before anything is printed, engine and matcher have agreed on every sign-in.

#[path = "workload/corpus.rs"]
mod corpus;
mod workload;

use std::env;

use corpus::Corpus;
use workload::verify::COLUMNS;
use workload::{Matching, SEED, SIZES, Tenant, Workload};

/// So many sign-ins of each kind are looked at.
const SIGN_INS: u64 = 20_000;
/// Joiners are in 3,500 groups each; fewer will do.
const JOINERS: u64 = 200;

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    let brief = words.iter().any(|it| it == "--test") || cfg!(debug_assertions);
    let named: Vec<usize> = words.iter().filter_map(|it| it.parse().ok()).collect();
    let sizes: &[usize] = match (brief, named.as_slice()) {
        (true, _) => &SIZES[..3],
        (false, []) => &SIZES,
        (false, named) => named,
    };
    let tenant = Tenant::new(SEED);
    println!("{:>8} {:<5}{COLUMNS}", "policies", "who");
    for policies in sizes {
        let workload = Workload::in_tenant(tenant.clone(), *policies, SEED);
        let engine = workload.engine();
        for matching in Matching::ALL {
            let count = if matching == Matching::Many { JOINERS } else { SIGN_INS };
            let count = if brief { 64 } else { count };
            let distribution = workload.verify(&engine, &workload.visitors(matching, count));
            println!("{policies:>8} {:<5}{distribution}", matching.name());
        }
    }
    if let Some(corpus) = Corpus::open(if brief { 64 } else { SIGN_INS as usize }) {
        let policies = corpus.engine.program().policies().count();
        println!("{policies:>8} {:<5}{}", "corp", corpus.verify());
    }
}
