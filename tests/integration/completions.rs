//! `zarpe completions`.

use std::process::Command;

use crate::support::{ExitCode, Repo};

#[test]
fn bash_completes_the_subcommands() {
    let repo = Repo::new();
    let script = repo.zarpe(["completions", "bash"]).run().exits(ExitCode::Done).stdout;
    let ask =
        format!("{script}\nCOMP_WORDS=(zarpe ver) COMP_CWORD=1; _zarpe zarpe ver zarpe; echo \"${{COMPREPLY[@]}}\"");
    let output = Command::new("bash").args(["--norc", "-c", &ask]).output().expect("bash starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "verify", "{output:?}");
}

#[test]
fn every_shell_has_a_script_that_names_every_subcommand() {
    let repo = Repo::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        repo.zarpe(["completions", shell]).run().exits(ExitCode::Done).says("verify").says("doctor").says("config");
    }
}

#[test]
fn an_unknown_shell_is_a_usage_error() {
    Repo::new().zarpe(["completions", "cmd"]).run().exits(ExitCode::Usage).says("bash");
}
