//! How fast a decision is: the engine, the interpreter, and a matcher written by hand, which must agree first.

mod workload;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use workload::{Matching, SIZES, Workload};

fn decide(criterion: &mut Criterion) {
    for matching in Matching::ALL {
        let mut group = criterion.benchmark_group(format!("decide/{}", matching.name()));
        for policies in SIZES {
            let workload = Workload::new(policies, 1);
            let (_, visitor) = workload.sign_in(matching, 1);
            let mut applying = Vec::new();
            group.bench_function(BenchmarkId::new("by-hand", policies), |bench| {
                bench.iter(|| workload.matched(black_box(&visitor), &mut applying));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500));
    targets = decide
}
criterion_main!(benches);
