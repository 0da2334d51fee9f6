//! The engine over the pairs of `../shared/openapi-pairs`: oasdiff's own test documents with what it reports on them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use zarpe::openapi::{Document, compare};

/// Verdicts that agree, of the pairs that a person asserted and nobody contests. It may rise, never fall.
const FLOOR: (usize, usize) = (167, 179);

#[derive(Deserialize)]
struct Pair {
    base: String,
    revision: String,
    breaking: bool,
    contested: bool,
    strong: bool,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    id: String,
}

/// The folder of the pairs; `None`, said aloud, where it is not on this machine.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/openapi-pairs");
    if folder.join("index.json").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("ZARPE_REQUIRE_ALL").is_none(), "../shared/openapi-pairs is not here");
    say("SKIPPED ../shared/openapi-pairs is not here");
    None
}

/// Standard error of the test, which `tests/run` reads.
fn say(line: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "{line}").unwrap();
}

fn document(folder: &Path, name: &str) -> Document {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    Document::parse(name, &text).unwrap_or_else(|error| panic!("{name}: {error:#}"))
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let Some(folder) = folder() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("specs")).unwrap() {
        let name = format!("specs/{}", entry.unwrap().file_name().to_str().unwrap());
        let document = document(&folder, &name);
        assert_eq!(compare(&document, &document).changes, [], "{name}");
        count += 1;
    }
    assert!(count > 300, "only {count} documents");
}

#[test]
fn the_verdict_agrees_where_a_person_asserted_it() {
    let Some(folder) = folder() else { return };
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let pairs: Vec<Pair> = serde_json::from_str(&index).unwrap();
    let mut table: BTreeMap<(bool, bool), (usize, usize)> = BTreeMap::new();
    let (mut expected_ids, mut found_ids) = (0, 0);
    for pair in &pairs {
        let comparison = compare(&document(&folder, &pair.base), &document(&folder, &pair.revision));
        let row = table.entry((pair.strong, pair.contested)).or_default();
        row.1 += 1;
        let ids: Vec<&str> = comparison.changes.iter().map(|change| change.id.as_str()).collect();
        for finding in &pair.findings {
            expected_ids += 1;
            found_ids += usize::from(ids.contains(&finding.id.as_str()));
        }
        if comparison.is_breaking() == pair.breaking {
            row.0 += 1;
        } else {
            let theirs: Vec<&str> = pair.findings.iter().map(|finding| finding.id.as_str()).collect();
            say(&format!(
                "{} -> {}\n  oasdiff {} {theirs:?}\n  zarpe {ids:?}",
                pair.base, pair.revision, pair.breaking
            ));
        }
    }
    say("strong contested agree of");
    for ((strong, contested), (agree, all)) in &table {
        say(&format!("{strong:6} {contested:9} {agree:5} {all:3}"));
    }
    say(&format!("ids {found_ids} of {expected_ids}"));
    let reached = table[&(true, false)];
    assert!(reached.0 >= FLOOR.0 && reached.1 == FLOOR.1, "{reached:?} is less than {FLOOR:?}");
}
