//! The engine over the pairs of `../shared/openapi-pairs`: oasdiff's own test documents with what it reports on them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use zarpe::openapi::{Document, compare};

/// Where the engine says something else than oasdiff, and why: base, revision, what differs, the ids it lacks, the reason.
const DISAGREEMENTS: &str = include_str!("disagreements.tsv");

/// Verdicts that agree, in percent of the pairs that a person asserted and nobody contests.
const VERDICTS: usize = 98;

/// Findings whose id is given, in percent of all of every pair. It may rise, never fall.
const IDS: usize = 98;

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

/// The folder of the pairs, which `ZARPE_OPENAPI_PAIRS` may name; `None`, said aloud, where it is not on this machine.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/openapi-pairs");
    let folder = std::env::var_os("ZARPE_OPENAPI_PAIRS").map_or_else(beside, PathBuf::from);
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
fn every_disagreement_is_listed_with_its_reason_and_few_are() {
    let Some(folder) = folder() else { return };
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let pairs: Vec<Pair> = serde_json::from_str(&index).unwrap();
    let mut table: BTreeMap<(bool, bool), (usize, usize)> = BTreeMap::new();
    let (mut expected_ids, mut found_ids) = (0, 0);
    let mut disagreements = BTreeSet::new();
    for pair in &pairs {
        let comparison = compare(&document(&folder, &pair.base), &document(&folder, &pair.revision));
        let agrees = comparison.is_breaking() == pair.breaking;
        let row = table.entry((pair.strong, pair.contested)).or_default();
        *row = (row.0 + usize::from(agrees), row.1 + 1);
        let lacks = |id: &&str| !comparison.changes.iter().any(|change| change.falls_under(id));
        let expected = pair.findings.iter().map(|finding| finding.id.as_str());
        expected_ids += pair.findings.len();
        found_ids += pair.findings.len() - expected.clone().filter(lacks).count();
        let missing: BTreeSet<&str> = expected.filter(lacks).collect();
        if !agrees || !missing.is_empty() {
            let missing: Vec<&str> = missing.into_iter().collect();
            let missing = if missing.is_empty() { "-".to_owned() } else { missing.join(",") };
            let what = if agrees { "ids" } else { "verdict" };
            let name = |file: &str| file.trim_start_matches("specs/").to_owned();
            disagreements.insert(format!("{}\t{}\t{what}\t{missing}", name(&pair.base), name(&pair.revision)));
        }
    }
    say(&format!("(strong, contested): (agree, of) {table:?}; ids {found_ids} of {expected_ids}"));
    let listed: BTreeSet<String> = DISAGREEMENTS.lines().skip(1).map(|line| without_reason(line).to_owned()).collect();
    assert_eq!(disagreements, listed, "say why in disagreements.tsv");
    let (agree, all) = table[&(true, false)];
    assert!(agree * 100 >= all * VERDICTS, "{agree} of {all} verdicts");
    assert!(found_ids * 100 >= expected_ids * IDS, "{found_ids} of {expected_ids} ids");
}

/// Ids of oasdiff that no rule of ours has, each with its reason.
const NOT_OURS: &str = include_str!("not_ours.tsv");

#[test]
fn every_id_of_oasdiff_is_ours_or_waived_with_its_reason() {
    let Some(folder) = folder() else { return };
    let theirs = std::fs::read_to_string(folder.join("rules.tsv")).unwrap();
    let ours: BTreeSet<String> = zarpe::openapi::rules::all().into_iter().map(|rule| rule.id).collect();
    let lacking: BTreeSet<&str> =
        theirs.lines().filter_map(|line| line.split('\t').next()).filter(|id| !ours.contains(*id)).collect();
    let waived: BTreeSet<&str> = NOT_OURS.lines().skip(1).map(without_reason).collect();
    assert_eq!(lacking, waived);
}

/// A line without its reason, which it must have.
fn without_reason(line: &str) -> &str {
    let (rest, reason) = line.rsplit_once('\t').unwrap();
    assert!(reason.len() > 20, "{line}");
    rest
}
