//! `zarpe schema`: the JSON Schemas of `zarpe.yml`, of deployment plans, of a language file for notes, and of the JSON documents.

use anyhow::Result;
use schemars::schema_for;

use crate::commands::{Outcome, plan_schema};
use crate::config::Config;
use crate::notes::Words;
use crate::output::json::{DOCUMENTS, Published};
use crate::report::{Body, ExitCode, Failure, Report};

/// The JSON Schemas of zarpe.yml, of deployment plans, and of the JSON documents.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// `config`, `plan`, `words`, or the name of a document such as `error/v1`; without it, the names.
    name: Option<String>,
}

/// Prints it.
///
/// # Errors
/// Exit code 2 where there is no schema of that name.
pub fn run(options: &Options) -> Result<Outcome> {
    let text = match &options.name {
        Some(name) => find(name)?,
        None => all().fold(String::new(), |names, (name, _)| names + name + "\n"),
    };
    Ok(Outcome::report(Report::new("schema", ExitCode::Done, "JSON Schema, draft 2020-12", Body::Text(text))))
}

/// Every schema with its name: those of the files that people write, then those of the documents.
pub fn all() -> impl Iterator<Item = Published> {
    let files: [Published; 3] =
        [("config", || schema_for!(Config)), ("plan", plan_schema::schema), ("words", || schema_for!(Words))];
    files.into_iter().chain(DOCUMENTS.iter().copied())
}

fn find(name: &str) -> Result<String> {
    let Some((_, schema)) = all().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = all().map(|(name, _)| name).collect();
        let failure = Failure::usage("schema/unknown", format!("there is no schema `{name}`"));
        return Err(failure.help(format!("one of: {}", names.join(", "))).into());
    };
    Ok(format!("{:#}\n", schema().to_value()))
}
