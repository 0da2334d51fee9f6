//! The time of `openapi diff` beside the time that the parsers alone take, in one run: `cargo bench --bench openapi -- OLD NEW`.
//! The least of several runs, in milliseconds; JSON is held against `serde_json`, YAML against the events of `saphyr-parser`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    unused_crate_dependencies
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use zarpe::openapi::{Document, compare};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [old, new] = files.as_slice() else {
        return println!("give two documents: cargo bench --bench openapi -- OLD NEW");
    };
    let texts = [old, new].map(|file| std::fs::read_to_string(file).unwrap());
    let is_json = texts.iter().all(|text| text.trim_start().starts_with('{'));
    let alone = least(|| texts.iter().for_each(|text| if is_json { json(text) } else { yaml(text) }));
    let read = least(|| drop(black_box([0, 1].map(|side| Document::parse("x", texts.get(side).unwrap()).unwrap()))));
    let all = least(|| {
        let [old, new] = [0, 1].map(|side| Document::parse("x", texts.get(side).unwrap()).unwrap());
        black_box(compare(&old, &new));
    });
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("parser alone {:.0} ms, documents read {:.0} ms, compared as well {:.0} ms", ms(alone), ms(read), ms(all));
    println!("{:.2} times the parser", ms(all) / ms(alone));
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
