//! How fast policy text becomes a program, per stage and KiB.

mod workload;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use latch::compile::compile;
use latch::diagnostic::Diagnostic;
use latch::hir::{PolicySet, resolve};
use latch::source::{SourceId, Sources};
use latch::syntax::ast::File;
use latch::syntax::{format, parse};
use workload::{SEED, Workload};

const PRELUDE: &str = include_str!("../src/prelude.latch");

/// A text as the pipeline has it between its stages.
struct Stages {
    sources: Sources,
    source: SourceId,
    /// The prelude's tree and the text's.
    trees: Vec<File>,
    set: PolicySet,
}

impl Stages {
    fn of(text: &str) -> Stages {
        let mut sources = Sources::new();
        sources.add("prelude.latch", PRELUDE);
        let source = sources.add("workload.latch", text);
        let mut diagnostics = Vec::new();
        let trees: Vec<File> =
            sources.iter().map(|(id, source)| parse(id, &source.text, &mut diagnostics)).collect();
        let set = resolve(&sources, &trees, &mut diagnostics);
        fine(&diagnostics);
        Stages { sources, source, trees, set }
    }
}

fn fine(diagnostics: &[Diagnostic]) {
    let wrong: Vec<_> = diagnostics.iter().filter(|it| it.is_error()).take(3).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn pipeline(criterion: &mut Criterion) {
    for policies in [240, 10_000] {
        let text = Workload::new(policies, SEED).text;
        let stages = Stages::of(&text);
        let mut group = criterion.benchmark_group("pipeline");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("parse", policies), &text, |bench, text| {
            bench.iter_batched(
                Vec::new,
                |mut found| parse(stages.source, black_box(text), &mut found),
                BatchSize::SmallInput,
            );
        });
        group.bench_with_input(BenchmarkId::new("check", policies), &stages, |bench, stages| {
            bench.iter_batched(
                Vec::new,
                |mut found| resolve(&stages.sources, black_box(&stages.trees), &mut found),
                BatchSize::SmallInput,
            );
        });
        group.bench_with_input(BenchmarkId::new("compile", policies), &stages, |bench, stages| {
            bench.iter(|| compile(black_box(&stages.set)).is_ok());
        });
        group.bench_with_input(BenchmarkId::new("format", policies), &stages, |bench, stages| {
            bench.iter(|| format(black_box(&stages.trees[1])));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = pipeline
}
criterion_main!(benches);
