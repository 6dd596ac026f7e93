//! How fast rows are found, on one thread: `cargo bench`.
//!
//! The sample articles, over and over to 2 MB; or with GUILLEMET_BENCH_JSONL=archive.jsonl the articles of an archive, an
//! object a line with its `text`. Reading files is not measured, loading the grammar neither.

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article};
use std::fs;
use std::hint::black_box;

const BYTES: usize = 2_000_000;

fn samples() -> Vec<String> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
    let mut paths: Vec<_> = fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).collect();
    paths.sort_unstable();
    let texts: Vec<String> = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut length = 0;
    let enough = texts.iter().cycle().take_while(|text| {
        length += text.len();
        length <= BYTES
    });
    enough.cloned().collect()
}

fn archive(path: &str) -> Vec<String> {
    let lines = fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_string();
    lines.lines().filter(|line| !line.is_empty()).map(text).collect()
}

fn extract(criterion: &mut Criterion) {
    let texts = std::env::var("GUILLEMET_BENCH_JSONL").map_or_else(|_| samples(), |path| archive(&path));
    let articles: Vec<Article> = texts.into_iter().map(|text| Article { source: "a".to_string(), text, ..Article::default() }).collect();
    let grammar = Grammar::builtin();
    let mut group = criterion.benchmark_group("extract");
    group.throughput(Throughput::Bytes(articles.iter().map(|a| a.text.len() as u64).sum()));
    group.sample_size(10);
    group.bench_function("rows", |bencher| bencher.iter(|| articles.iter().map(|a| black_box(rows(a, grammar)).len()).sum::<usize>()));
    group.finish();
}

criterion_group!(benches, extract);
criterion_main!(benches);
