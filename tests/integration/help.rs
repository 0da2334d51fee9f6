//! What `-h` says, of every subcommand. `ZARPE_BLESS=1 cargo test help` writes `help.txt` anew.

use std::path::Path;

use clap::CommandFactory as _;

use crate::support::{ExitCode, Repo};

const FILE: &str = "tests/integration/help.txt";

/// The command lines of all commands that clap knows.
fn command_lines(command: &clap::Command, typed: &[String]) -> Vec<Vec<String>> {
    let below = command.get_subcommands().flat_map(|sub| {
        let typed = [typed, &[sub.get_name().to_owned()]].concat();
        command_lines(sub, &typed)
    });
    std::iter::once(typed.to_vec()).chain(below).collect()
}

/// The options that every subcommand has stand once, under `zarpe -h`.
fn without_global_options(help: &str) -> &str {
    help.split_once("\nEverywhere:\n").map_or(help, |(own, _)| own)
}

#[test]
fn the_help_of_every_subcommand_is_as_written_down() {
    let repo = Repo::new();
    let mut screens = String::new();
    for line in command_lines(&zarpe::cli::Cli::command(), &[]) {
        let typed = [line.clone(), vec!["-h".to_owned()]].concat();
        let help = repo.zarpe(typed.iter().map(String::as_str)).run().exits(ExitCode::Done).stdout;
        let own = if line.is_empty() { help.as_str() } else { without_global_options(&help) };
        let own: Vec<&str> = own.lines().map(str::trim_end).collect();
        screens += &format!("$ zarpe {}\n{}\n\n", typed.join(" "), own.join("\n").trim_end());
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("ZARPE_BLESS").is_some() {
        std::fs::write(&file, &screens).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, screens, "{FILE} is stale: ZARPE_BLESS=1 cargo test help");
}

#[test]
fn every_subcommand_and_option_says_what_it_is_for() {
    fn silent(command: &clap::Command, typed: &str, found: &mut Vec<String>) {
        if command.get_about().is_none() {
            found.push(typed.to_owned());
        }
        let arguments = command.get_arguments().filter(|one| one.get_help().is_none() && !one.is_hide_set());
        found.extend(arguments.map(|one| format!("{typed} {}", one.get_id())));
        for sub in command.get_subcommands() {
            silent(sub, &format!("{typed} {}", sub.get_name()), found);
        }
    }
    let mut found = Vec::new();
    silent(&zarpe::cli::Cli::command(), "zarpe", &mut found);
    assert_eq!(found, Vec::<String>::new(), "these have no help text");
}
