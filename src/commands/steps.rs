//! What the subcommands of the built-in steps take, as clap knows it: the one definition of options, keys and their table.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory as _, Parser as _};

use crate::cli::Cli;
use crate::deploy::plan::Builtin;
use crate::deploy::with::{Key, Kind, Steps, Wrong};

/// The subcommands behind the built-in steps.
pub const STEPS: Steps = Steps { keys, refusal, one_of, misuses, stand_in };

/// The value name of an option that takes one JSON text.
const JSON: &str = "JSON";

/// That of an option that says what is expected.
const EXPECTED: &str = "KEY=EXPECTED";

/// The subcommand of a step; `None` where there is none of its name.
#[must_use]
pub fn subcommand(builtin: Builtin) -> Option<Command> {
    let words = builtin.word().strip_prefix("zarpe/")?.split('/');
    let mut command = Cli::command();
    for word in words {
        command = command.find_subcommand(word)?.clone();
    }
    Some(command)
}

/// The name that an argument has as a key: that of the option, or of the word that stands alone.
#[must_use]
pub fn name(argument: &Arg) -> String {
    let word = || argument.get_value_names().and_then(|names| names.first()).map(|name| name.to_lowercase());
    argument.get_long().map(ToOwned::to_owned).or_else(word).unwrap_or_else(|| argument.get_id().to_string())
}

/// Whether an argument is a key of the step: what is for a person at a terminal is none.
#[must_use]
pub fn is_key(argument: &Arg) -> bool {
    let is_help = matches!(argument.get_action(), ArgAction::Help | ArgAction::HelpLong | ArgAction::Version);
    !is_help && !argument.is_hide_set() && !argument.is_global_set()
}

/// The keys; words that stand alone first: where an option has the name of one, the word is meant.
fn keys(builtin: Builtin) -> Option<Vec<Key>> {
    let command = subcommand(builtin)?;
    let words = command.get_positionals().enumerate().map(|(at, one)| (one, Kind::Word(at)));
    let options = command.get_arguments().filter(|one| !one.is_positional() && is_key(one)).map(|one| {
        let is_flag = !one.get_action().takes_values();
        (one, if is_flag { Kind::Flag } else { Kind::Option })
    });
    let key = |(argument, kind): (&Arg, Kind)| {
        let aliases = argument.get_all_aliases().unwrap_or_default();
        Key {
            names: std::iter::once(name(argument)).chain(aliases.into_iter().map(ToOwned::to_owned)).collect(),
            kind,
            required: argument.is_required_set(),
            is_json: takes(argument, JSON),
            is_expected: takes(argument, EXPECTED),
        }
    };
    Some(words.chain(options).map(key).collect())
}

/// Whether one of its values has this name.
fn takes(argument: &Arg, value: &str) -> bool {
    argument.get_value_names().is_some_and(|names| names.iter().any(|name| name.as_str() == value))
}

/// What clap says of one value alone.
fn refusal(builtin: Builtin, key: &str, value: &str) -> Option<String> {
    let command = subcommand(builtin)?;
    let positional = command.get_positionals().find(|one| name(one) == key);
    let argument = positional.or_else(|| command.get_arguments().find(|one| name(one) == key))?;
    // Alone: what it needs beside it, and what it cannot be with, is not asked here.
    let mut alone = Arg::new("value").action(ArgAction::Append);
    alone = alone.value_parser(argument.get_value_parser().clone());
    if let Some(delimiter) = argument.get_value_delimiter() {
        alone = alone.value_delimiter(delimiter);
    }
    let error = Command::new("zarpe").arg(alone).try_get_matches_from(["zarpe", "--", value]).err()?;
    Some(said(&error).replace("'[value]...'", &format!("`{key}`")))
}

/// What is wrong with the arguments of a step, as the subcommand itself would say it: what clap says of them together, else what the
/// subcommand does before it begins.
fn misuses(builtin: Builtin, arguments: &[String]) -> Vec<Wrong> {
    let words = builtin.word().split('/').chain(arguments.iter().map(String::as_str));
    match Cli::try_parse_from(words) {
        Ok(cli) => cli.command.misuses(&cli.global.directory).into_iter().map(wrong).collect(),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => Vec::new(),
        Err(error) => vec![Wrong { keys: Vec::new(), message: said(&error), help: None }],
    }
}

fn wrong(misuse: super::misuse::Misuse) -> Wrong {
    let finding = misuse.failure.finding;
    let keys = misuse.options.into_iter().map(ToOwned::to_owned).collect();
    Wrong { keys, message: finding.message, help: finding.help }
}

/// The sentence of clap's, in one line.
fn said(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.join(" ").trim_start_matches("error: ").to_owned()
}

/// A value that a key can have: the first of those that it has, else of some that are of many kinds.
fn stand_in(builtin: Builtin, key: &str) -> Option<String> {
    let command = subcommand(builtin)?;
    let positional = command.get_positionals().find(|one| name(one) == key);
    let argument = positional.or_else(|| command.get_arguments().find(|one| name(one) == key))?;
    let own = argument.get_possible_values().into_iter().map(|value| value.get_name().to_owned());
    let some = ["https://example.invalid", "1", "1s", "a=1", "webhook:A", "$.a", "2026-01-01T00:00:00Z", "a"];
    own.chain(some.map(ToOwned::to_owned)).find(|value| refusal(builtin, key, value).is_none())
}

/// The groups of options of which clap wants one.
fn one_of(builtin: Builtin) -> Vec<Vec<String>> {
    let Some(command) = subcommand(builtin) else { return Vec::new() };
    let named = |id: &clap::Id| command.get_arguments().find(|one| one.get_id() == id).map(name);
    let groups = command.get_groups().filter(|group| group.is_required_set());
    groups.map(|group| group.get_args().filter_map(named).collect()).collect()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn builtin(word: &str) -> Builtin {
        Builtin::try_from(format!("zarpe/{word}")).unwrap()
    }

    #[test_case("verify", "ref" => Some(Kind::Word(0)))]
    #[test_case("openapi/diff", "head" => Some(Kind::Word(1)))]
    #[test_case("openapi/diff", "base" => Some(Kind::Word(0)); "a word before the option of its name")]
    #[test_case("tag", "push" => Some(Kind::Flag))]
    #[test_case("fresh", "path" => Some(Kind::Option))]
    #[test_case("verify", "format" => None; "an option of every subcommand")]
    #[test_case("verify", "help" => None; "help")]
    fn a_key_is_what_clap_says(word: &str, name: &str) -> Option<Kind> {
        let keys = keys(builtin(word)).unwrap();
        crate::deploy::with::key(&keys, name).map(|key| key.kind.clone())
    }

    #[test]
    fn a_sign_off_is_no_subcommand() {
        assert!(keys(builtin("sign")).is_none());
    }

    #[test_case("verify", "wait", "20m" => None)]
    #[test_case("verify", "wait", "20" => Some("invalid value '20' for `wait`".to_owned()))]
    #[test_case("verify", "ref", "--x" => None; "a word may begin with anything")]
    fn a_value_is_judged_alone(word: &str, key: &str, value: &str) -> Option<String> {
        refusal(builtin(word), key, value).map(|why| why.split(':').next().unwrap_or_default().to_owned())
    }
}
