//! The page about the built-in steps, `docs/steps.md`, is made from the options of their subcommands.
//! `ZARPE_BLESS=1 cargo test deploy::docs` writes it.

use std::path::Path;

use zarpe::commands::steps::{is_key, name, subcommand};
use zarpe::deploy::plan::Builtin;
use zarpe::deploy::state::{OPTIONS, SignOption};

const BEGINNING: &str = "# Built-in steps\n\n\
    `uses: zarpe/NAME` in a plan is the subcommand `zarpe NAME`, and the keys of `with:` are its options: one definition, from which this\n\
    page is made. A list gives an option again for each of its items, a mapping for each entry as `KEY=VALUE`; what is nested deeper is\n\
    JSON text, and an option `JSON` takes a mapping as a whole. `true` gives an option that has no value. A number is given as it is\n\
    written (`01234`, `1.10`), and within JSON as that number. The values reach the step's process in a variable, not on its command line,\n\
    which every user of a machine can read.\n";

/// The page.
fn page() -> String {
    let mut page = BEGINNING.to_owned();
    for builtin in Builtin::all() {
        let Some(command) = subcommand(builtin) else {
            page += &sign_off(builtin);
            continue;
        };
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        page += &format!("\n## {}\n\n{about}\n\n| key | | |\n|---|---|---|\n", builtin.word());
        for argument in command.get_positionals().chain(command.get_arguments().filter(|one| !one.is_positional())) {
            if !is_key(argument) {
                continue;
            }
            let values = argument.get_value_names().unwrap_or_default();
            let value = if argument.get_action().takes_values() {
                values.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(" ")
            } else {
                "`true`".to_owned()
            };
            let possible: Vec<String> = if argument.get_action().takes_values() {
                argument.get_possible_values().iter().map(|one| format!("`{}`", one.get_name())).collect()
            } else {
                Vec::new()
            };
            let value = if possible.is_empty() { value } else { possible.join(", ") }.replace('|', "\\|");
            let required = if argument.is_required_set() { " (needed)" } else { "" };
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
            let line = format!("| `{}`{required} | {value} | {help} |\n", name(argument));
            page += &line.replace("<", "&lt;");
        }
    }
    page
}

fn sign_off(builtin: Builtin) -> String {
    let row = |option: &SignOption| {
        let values: Vec<String> = option.values.iter().map(|value| format!("`{value}`")).collect();
        let values = if values.is_empty() { "TEXT".to_owned() } else { values.join(", ") };
        format!("| `{}` | {values} | {} |\n", option.name, option.about)
    };
    let rows: String = OPTIONS.iter().map(row).collect();
    format!(
        "\n## {}\n\nWait until somebody of the step's `role` signs, by `zarpe deploy sign`, on a terminal or on GitHub\n\n| key | | |\n|---|---|---|\n{rows}",
        builtin.word()
    )
}

#[test]
fn the_page_about_steps_says_what_their_subcommands_take() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/steps.md");
    let page = page();
    if std::env::var_os("ZARPE_BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == page, "docs/steps.md is stale: ZARPE_BLESS=1 cargo test deploy::docs");
}
