//! The texts of the files that `init` writes.

use std::fmt::Write as _;

use super::{Choices, language};
use crate::report::{Finding, Level};

/// Where the published schemas of this version are.
const SCHEMA: &str =
    concat!("https://raw.githubusercontent.com/zarpe/zarpe/v", env!("CARGO_PKG_VERSION"), "/schemas/zarpe.schema.json");

/// The text of `zarpe.yml`: what was found is set, the rest stands there as comments.
pub(super) fn config(choices: &Choices) -> String {
    let mut text = format!(
        "# yaml-language-server: $schema={SCHEMA}\n\
         # Written by `zarpe init` from what it found; it is yours now. Every key is optional.\n\n"
    );
    match &choices.branch {
        Some(branch) => line(&mut text, &format!("branch: {}", scalar(branch))),
        None => line(&mut text, "# branch: main"),
    }
    line(&mut text, "\n# What is said to people about a release: en or es.");
    match choices.language {
        Some(found) => line(&mut text, &format!("language: {}", language::code(found))),
        None => line(&mut text, "# language: en"),
    }
    line(
        &mut text,
        "\n# Green and approved. By default what the branch's rules require, else every check that ran and one approval.",
    );
    line(&mut text, "# verify:\n#   checks: [test, lint]\n#   ignore: [\"codecov/*\"]\n#   approvals: 1\n");
    match choices.tag_prefix.as_deref() {
        Some(prefix) if prefix != "v" => {
            line(&mut text, &format!("tag:\n  name: {}", scalar(&format!("{prefix}{{version}}"))))
        }
        _ => line(&mut text, "# tag:\n#   name: v{version}"),
    }
    openapi(&mut text, choices);
    text
}

/// A program cannot know the commit that it is built from: that pin is left to a person.
pub(super) fn unpinned() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    Finding::new("init/pin", Level::Info, format!("the workflow uses zarpe/zarpe@v{version}, and a tag can be moved"))
        .help(format!("pin it to a commit: git ls-remote https://github.com/zarpe/zarpe v{version}"))
}

fn openapi(text: &mut String, choices: &Choices) {
    let command = choices.generator.as_ref().and_then(|detected| detected.command.as_deref());
    line(
        text,
        "\n# What callers rely on: checked to be fresh, compared with the last release, and attached to the next one.",
    );
    if choices.documents.is_empty() {
        let command = command.unwrap_or("the command that prints it");
        line(text, &format!("# openapi:\n#   - schema: openapi.yml\n#     generate: {}", scalar(command)));
        return;
    }
    line(text, "openapi:");
    for (index, document) in choices.documents.iter().enumerate() {
        line(text, &format!("  - schema: {}", scalar(document)));
        match command {
            Some(command) if index == 0 => line(text, &format!("    generate: {}", scalar(command))),
            _ => line(text, "    # generate: the command that prints it"),
        }
    }
    line(text, "\nnotes:\n  assets:");
    for document in &choices.documents {
        line(text, &format!("    - {}", scalar(document)));
    }
}

/// The text of the release workflow.
pub(super) fn workflow(choices: &Choices) -> String {
    let prepared =
        choices.generator.as_ref().filter(|detected| detected.command.is_some() && !choices.documents.is_empty());
    let preparation = prepared.map_or(String::new(), |detected| {
        format!("      # Before `generate` of zarpe.yml can run: {}.\n", detected.generator.preparation())
    });
    format!(
        r#"# Written by `zarpe init`; it is yours now.
name: release
on:
  workflow_dispatch:
    inputs:
      dry-run:
        description: Only show what would be done
        type: boolean
        default: true
permissions: {{}}
concurrency:
  group: release
  cancel-in-progress: false
jobs:
  release:
    runs-on: ubuntu-24.04
    permissions:
      contents: write # the tags and the release
      checks: read # green?
      statuses: read # green?
      actions: read # green?
      pull-requests: read # approved?
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          fetch-depth: 0 # the whole history and every tag
          persist-credentials: false # zarpe pushes with the token that it is given
{preparation}      - uses: zarpe/zarpe@v{version} # pin it to the commit of this tag
        with:
          command: release
          args: ${{{{ inputs.dry-run && '--dry-run' || '--yes' }}}}
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn line(text: &mut String, line: &str) {
    // A `String` takes everything.
    let _ = writeln!(text, "{line}");
}

/// A text in one line, quoted where YAML would read something else.
fn scalar(text: &str) -> String {
    let written = serde_yaml::to_string(text).unwrap_or_default();
    let written = written.trim_end();
    if written.contains('\n') { serde_json::Value::from(text).to_string() } else { written.to_owned() }
}
