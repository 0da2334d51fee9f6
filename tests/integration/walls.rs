//! What keeps the house in shape: the walls around the pure folders, and documents that say what the code says.

mod scoreboard;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use test_case::test_case;

/// The folders that judge: values in, values out.
const PURE: &[&str] = &[
    "history",
    "verify",
    "version",
    "notes",
    "openapi",
    "fresh",
    "image",
    "logs",
    "deploy",
    "steps",
    "language",
    "output",
    "init",
    "doctor",
    "clearance",
];

/// What a pure folder never names: every crate and module that reaches the world.
const REFUSED: &[&str] =
    &["git2::", "octocrab::", "reqwest::", "tokio::", "std::fs", "std::process", "crate::io", "async fn"];

/// The only files that may open what `.clippy.toml` bans.
const DOORS: &[&str] = &["io/mod.rs", "embedded/mod.rs", "main.rs", "context.rs", "demo.rs", "demo/mod.rs"];

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Rust files below `src`, each as its path from there and its text.
fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let src = top().join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 20, "the sources were not found below {}", src.display());
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// A file's text without its comment lines: what is said about the world is not done to it.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(at, line)| (at + 1, line))
}

/// Why a line may not stand in a pure folder. `use crate::{…, io, …}` is the same door under another handle.
fn refusal(line: &str) -> Option<&'static str> {
    let grouped = line.trim_start().starts_with("use crate::{")
        && line.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "io");
    REFUSED.iter().copied().find(|name| line.contains(name)).or_else(|| grouped.then_some("crate::io"))
}

#[test]
fn the_pure_folders_never_reach_the_world() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|(file, _)| file.split_once('/').is_some_and(|(folder, _)| PURE.contains(&folder)))
        .flat_map(|(file, text)| {
            code(text).filter_map(move |(at, line)| Some(format!("src/{file}:{at}: {}", refusal(line)?)))
        })
        .collect();
    assert!(found.is_empty(), "gather it in io/ and hand it over as a value:\n{}", found.join("\n"));
}

#[test_case("use git2::Repository;", true)]
#[test_case("use crate::io::files;", true)]
#[test_case("use crate::{history::Sha, io};", true)]
#[test_case("    pub async fn run() {", true)]
#[test_case("use crate::{history::Sha, report};", false; "other modules")]
#[test_case("use std::io::Write as _;", false; "a writer is a value")]
fn a_way_out_is_seen(line: &str, refused: bool) {
    assert_eq!(refusal(line).is_some(), refused);
}

#[test]
fn only_the_doors_open_the_walls_and_they_expect_it() {
    for (file, text) in sources() {
        let opens: Vec<_> = code(&text).filter(|(_, line)| line.contains("clippy::disallowed")).collect();
        assert!(opens.is_empty() || DOORS.contains(&file.as_str()), "src/{file} opens a wall: {opens:?}");
        let allows = code(&text).any(|(_, line)| line.contains("allow(") && line.contains("clippy::"));
        assert!(!allows, "src/{file}: `expect` with a reason, which ends with its cause, instead of `allow`");
    }
}

/// The sources without what translates them, each text as the program has it: lines that are joined, and no escapes.
fn sentences() -> String {
    let others = sources().into_iter().filter(|(file, _)| !file.starts_with("language/"));
    let text: String = others.map(|(_, text)| text).collect();
    let mut lines = String::new();
    for line in text.lines() {
        match line.strip_suffix('\\') {
            Some(joined) if lines.ends_with('\n') => lines += joined,
            Some(joined) => lines += joined.trim_start(),
            None if lines.ends_with('\n') || lines.is_empty() => lines += &format!("{line}\n"),
            None => lines += &format!("{}\n", line.trim_start()),
        }
    }
    lines.replace("\\\"", "\"").replace("\\n", "\n")
}

#[test]
fn each_sentence_that_is_translated_stands_in_the_sources() {
    let sources = sentences();
    let formats = sources.replace("{{", "{").replace("}}", "}");
    let is_there = |part: &String| sources.contains(part.trim()) || formats.contains(part.trim());
    let lost: Vec<_> = zarpe::language::parts().filter(|part| !is_there(part)).collect();
    assert!(lost.is_empty(), "src/language/spanish translates what nobody says any more: {lost:#?}");
}

#[test]
fn every_file_says_its_duty_first() {
    for (file, text) in sources() {
        assert!(text.starts_with("//! "), "src/{file} does not begin with its duty");
    }
}

#[test]
fn main_stays_thin() {
    assert!(read("src/main.rs").lines().count() < 50);
}

#[test_case("std::fs::", "File OpenOptions DirBuilder canonicalize copy create_dir create_dir_all exists hard_link metadata read \
    read_dir read_link read_to_string remove_dir remove_dir_all remove_file rename set_permissions symlink_metadata write"; "files")]
#[test_case("std::path::Path::", "canonicalize exists is_dir is_file is_symlink metadata read_dir read_link symlink_metadata \
    try_exists"; "paths")]
#[test_case("std::env::", "var var_os vars vars_os args args_os current_dir current_exe temp_dir home_dir"; "environment")]
#[test_case("std::time::", "SystemTime::now SystemTime::elapsed Instant::now Instant::elapsed"; "clocks")]
#[test_case("jiff::", "Timestamp::now Zoned::now"; "calendars")]
#[test_case("std::", "process::Command process::abort process::id thread::sleep thread::spawn net::TcpStream net::TcpListener \
    net::UdpSocket io::stdin io::stdout io::stderr"; "processes, threads, sockets and streams")]
#[test_case("tokio::", "fs::File fs::read fs::write fs::read_to_string process::Command net::TcpStream net::TcpListener \
    time::sleep spawn"; "tokio")]
#[test_case("git2::", "Repository Remote Commit Tree Oid Error"; "git")]
#[test_case("", "octocrab::Octocrab octocrab::Error reqwest::Client oci_client::Client"; "clients")]
fn clippy_bans(prefix: &str, names: &str) {
    let bans = read(".clippy.toml");
    for name in names.split_whitespace() {
        assert!(bans.contains(&format!("{{ path = \"{prefix}{name}\", reason = ")), "{prefix}{name} is not banned");
    }
}

/// Every subcommand that does something, as typed: `openapi diff`, not `openapi`.
fn subcommands() -> BTreeSet<String> {
    fn walk(command: &clap::Command, typed: &str, found: &mut BTreeSet<String>) {
        for subcommand in command.get_subcommands() {
            let typed = format!("{typed} {}", subcommand.get_name()).trim_start().to_owned();
            if subcommand.has_subcommands() {
                walk(subcommand, &typed, found);
            } else {
                found.insert(typed);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&zarpe::cli::Cli::command(), "", &mut found);
    found
}

fn action() -> serde_json::Value {
    serde_yaml::from_str(&read("action.yml")).unwrap()
}

#[test]
fn the_readme_has_a_part_for_each_subcommand() {
    let readme = read("README.md");
    let parts: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| Some(line.strip_prefix("### `zarpe ")?.strip_suffix('`')?.to_owned()))
        .collect();
    assert_eq!(parts, subcommands(), "README.md has a heading \"### `zarpe NAME`\" for each subcommand, and no other");
}

#[test]
fn the_action_names_each_subcommand() {
    let action = action();
    let description = action["inputs"]["command"]["description"].as_str().unwrap();
    let (_, list) = description.trim_end_matches('.').split_once(": ").unwrap();
    let named: BTreeSet<String> = list.split(", ").flat_map(|part| part.split(" or ")).map(str::to_owned).collect();
    assert_eq!(named, subcommands(), "the description of action.yml's `command` names each subcommand, and no other");
}

/// The rows of a Markdown table below a heading, each as its cells without back quotes.
fn table(document: &str, heading: &str) -> Vec<Vec<String>> {
    let text = read(document);
    let (_, below) =
        text.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("{document} has no `{heading}`"));
    let rows = below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.skip(2)
        .map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().replace('`', "")).collect())
        .collect()
}

#[test]
fn the_readme_says_what_each_exit_code_means() {
    let said = table("README.md", "## Exit codes");
    let meant: Vec<_> = zarpe::report::ExitCode::ALL
        .iter()
        .map(|exit| vec![exit.code().to_string(), exit.meaning().to_owned()])
        .collect();
    assert_eq!(said, meant, "README.md says another thing than ExitCode");
}

#[test]
fn the_readme_lists_each_environment_variable() {
    let said = table("README.md", "## Environment");
    let read: Vec<_> = zarpe::context::Environment::VARIABLES
        .iter()
        .map(|(name, purpose)| vec![(*name).to_owned(), (*purpose).to_owned()])
        .collect();
    assert_eq!(said, read, "README.md says another thing than Environment::VARIABLES");
}

#[test]
fn the_configurations_that_we_show_and_use_are_valid() {
    zarpe::config::Config::parse("zarpe.yml", &read("zarpe.yml")).unwrap();
    let readme = read("README.md");
    let (_, below) = readme.split_once("\n## Configuration\n").unwrap();
    let (_, example) = below.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    zarpe::config::Config::parse("README.md", example).unwrap();
}

#[test_case("inputs", "### Inputs")]
#[test_case("outputs", "### Outputs")]
fn the_readme_lists_what_the_action_takes_and_gives(key: &str, heading: &str) {
    let said: BTreeSet<_> = table("README.md", heading).into_iter().map(|row| row[0].clone()).collect();
    let defined: BTreeSet<_> = action()[key].as_object().unwrap().keys().cloned().collect();
    assert_eq!(said, defined, "README.md says another thing than action.yml");
}

#[test_case("[dependencies]", "### In the program")]
#[test_case("[dev-dependencies]", "### In the tests")]
fn each_dependency_has_its_reason(section: &str, heading: &str) {
    let manifest = read("Cargo.toml");
    let (_, below) = manifest.split_once(&format!("\n{section}\n")).unwrap();
    let used: BTreeSet<_> = below
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect();
    let explained: BTreeSet<_> = table("CONTRIBUTING.md", heading)
        .into_iter()
        .filter(|row| !row[1].is_empty())
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(explained, used, "CONTRIBUTING.md gives each dependency of Cargo.toml a reason, and no other");
}
