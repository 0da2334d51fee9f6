//! The table of faults names tests that are there, and what is looked at after every test is seen where it does not hold.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;

use crate::support::{Repo, TOKEN, invariants};

/// The numbers of the table: a letter, from, to.
const NUMBERS: [(char, u32, u32); 9] = [
    ('I', 1, 7),
    ('A', 1, 12),
    ('B', 13, 22),
    ('C', 23, 44),
    ('D', 45, 52),
    ('E', 53, 61),
    ('F', 62, 71),
    ('G', 72, 89),
    ('H', 90, 100),
];

/// The rows: the number and its tests, none where it says "not yet".
fn rows() -> Vec<(String, Vec<String>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| number"));
    rows.map(|row| {
        let [_, number, _, tests, _] = row.split('|').collect::<Vec<_>>()[..] else {
            panic!("not three columns: {row}")
        };
        let (number, tests) = (number.trim().to_owned(), tests.trim());
        let names: Vec<String> = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(names.is_empty(), tests == "not yet", "{row}");
        (number, names)
    })
    .collect()
}

/// The tests of this binary, `test_case`'s counter left out: it changes with every new case.
fn tests() -> Vec<String> {
    let output = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    names
        .map(|name| match name.split_once("::test_case_") {
            Some((parent, case)) => {
                format!("{parent}::{}", case.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('_'))
            }
            None => name.to_owned(),
        })
        .collect()
}

fn is_named(test: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(begin) => test.starts_with(begin),
        None => test == name || test.strip_prefix(name).is_some_and(|rest| rest.starts_with("::")),
    }
}

/// `a1_fifty_…`: A1.
fn number_in(test: &str) -> Option<String> {
    let (head, _) = test.rsplit("::").next()?.split_once('_')?;
    let (letter, digits) = (head.chars().next()?, head.get(1..)?);
    let is_number =
        digits.parse::<u32>().is_ok() && NUMBERS.iter().any(|(known, ..)| *known == letter.to_ascii_uppercase());
    is_number.then(|| head.to_ascii_uppercase())
}

#[test]
fn every_number_has_one_row_in_order() {
    let numbers: Vec<String> = rows().into_iter().map(|(number, _)| number).collect();
    let all =
        NUMBERS.iter().flat_map(|(letter, from, to)| (*from..=*to).map(move |number| format!("{letter}{number}")));
    assert_eq!(numbers, all.collect::<Vec<_>>());
}

#[test]
fn every_test_of_a_row_is_there() {
    let tests = tests();
    for (number, names) in rows() {
        for name in names {
            let there = match name.split_once(".rs::") {
                Some((file, test)) => {
                    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{file}.rs"));
                    std::fs::read_to_string(path).is_ok_and(|text| text.contains(&format!("fn {test}(")))
                }
                None => tests.iter().any(|test| is_named(test, &name)),
            };
            assert!(there, "{number}: there is no test `{name}`");
        }
    }
}

#[test]
fn every_test_with_a_number_is_in_its_row() {
    let rows: BTreeMap<String, Vec<String>> = rows().into_iter().collect();
    for test in tests() {
        let Some(number) = number_in(&test) else { continue };
        let named = rows.get(&number).is_some_and(|names| names.iter().any(|name| is_named(&test, name)));
        assert!(named, "`{test}` is not in the row of {number} in tests/faults/README.md");
    }
}

#[test]
fn i1_a_tag_that_is_moved_is_seen() {
    let repo = Repo::new().commit("one").tag("v1.0.0").commit("two");
    repo.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = repo.scratch().join("bare.git");
    // Forgotten: it would look again at its end.
    std::mem::forget(invariants::watched(&bare));
    let push = |refspec: &str| repo.git(["push", "--quiet", bare.to_str().unwrap(), refspec]);
    push("HEAD:refs/tags/v1.1.0");
    invariants::of_tags(&bare);
    push("+HEAD~1:refs/tags/v1.1.0");
    assert!(catch_unwind(|| invariants::of_tags(&bare)).is_err());
}

#[test]
fn i6_a_token_that_is_written_down_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/file");
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    for (text, is_seen) in [("nothing", false), (TOKEN, true)] {
        std::fs::write(&file, format!("before {text} after")).unwrap();
        assert_eq!(catch_unwind(|| invariants::of_files(folder.path())).is_err(), is_seen);
        let said = format!("echo '{text}' >&2");
        assert_eq!(catch_unwind(|| ran(&said)).is_err(), is_seen);
    }
}

#[test]
fn i7_a_panic_is_seen() {
    ran("exit 6");
    for bad in ["exit 7", "exit 101", "kill -KILL $$", "echo thread main panicked at x"] {
        assert!(catch_unwind(|| ran(bad)).is_err(), "{bad}");
    }
}

/// What a shell does, looked at as a run of the binary is.
fn ran(script: &str) {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("ZARPE_TOKEN", TOKEN);
    let output = command.output().unwrap();
    invariants::of_run(&command, &output);
}
