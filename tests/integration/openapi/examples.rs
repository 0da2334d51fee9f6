//! The examples of the rules, `tests/openapi/<rule-id>/`: a folder for each rule, and what the engine says about it.
//! `ZARPE_BLESS=1 cargo test examples` writes `expected.txt` anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use zarpe::openapi::rules::Profile;
use zarpe::openapi::{Comparison, Document, compare_for, rules};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi")
}

fn document(folder: &Path, name: &str) -> Document {
    let text =
        std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    Document::parse(name, &text).unwrap_or_else(|error| panic!("{}: {error:#}", folder.display()))
}

/// A line for each change, and a line for each operation that it reaches.
fn words(comparison: &Comparison) -> String {
    let mut text = String::new();
    for change in &comparison.changes {
        writeln!(text, "{:?} {}: {}", change.level, change.id, change.text).unwrap();
        writeln!(text, "  {} -> {}", change.base.pointer, change.head.pointer).unwrap();
        for one in &change.occurrences {
            writeln!(text, "  {} {} ({})", one.operation, one.path, one.direction).unwrap();
        }
    }
    text
}

#[test]
fn each_rule_has_its_folder_and_each_folder_its_rule() {
    let rules: BTreeSet<String> = rules::all().into_iter().map(|rule| rule.id).collect();
    let folders = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let folders: BTreeSet<String> = folders.collect();
    let difference: Vec<&String> = rules.symmetric_difference(&folders).collect();
    assert!(difference.is_empty(), "a rule without a folder, or a folder without a rule: {difference:?}");
}

#[test]
fn each_example_shows_its_rule_and_nothing_unexpected() {
    let day = "2026-01-01".parse().unwrap();
    let mut wrong = String::new();
    for rule in rules::all() {
        let folder = folder().join(&rule.id);
        let profile = if rule.only_codegen { Profile::Codegen } else { Profile::Wire };
        let (old, new) = (document(&folder, "old.yaml"), document(&folder, "new.yaml"));
        // One rule is about not knowing the day.
        let today = (rule.id != "api-removed-sunset-unknown").then_some(day);
        let comparison = compare_for(&old, &new, today, profile);
        if !comparison
            .changes
            .iter()
            .any(|change| change.id == rule.id && Some(change.level) == rule.level_for(profile))
        {
            writeln!(wrong, "{} does not show its rule:\n{}", rule.id, words(&comparison)).unwrap();
        }
        let expected = folder.join("expected.txt");
        if std::env::var_os("ZARPE_BLESS").is_some() {
            std::fs::write(&expected, words(&comparison)).unwrap();
        } else if std::fs::read_to_string(&expected).ok() != Some(words(&comparison)) {
            writeln!(wrong, "{} says something else:\n{}", rule.id, words(&comparison)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
