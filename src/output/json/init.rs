//! `init/v1`: what `zarpe init` found, and the files it writes.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use crate::init::Proposal;

/// What `zarpe init` found, and the files it writes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Init {
    /// What was looked for.
    pub found: Vec<Found>,
    /// The files, with what shall be in them.
    pub files: Vec<File>,
}

/// One thing that was looked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    /// What was looked for.
    pub what: String,
    /// What was found; null where nothing says it.
    pub value: Option<String>,
    /// What says it, or where it was looked for.
    pub from: String,
}

/// A file to write.
#[derive(Debug, Serialize, JsonSchema)]
pub struct File {
    /// Path from the top of the repository.
    pub path: String,
    /// How it stood before.
    pub state: State,
    /// What shall be in it.
    pub contents: String,
}

/// How a file stood before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was not there.
    New,
    /// It said this already.
    Same,
    /// It says something else: nothing is written.
    Differs,
}

impl Document for Init {
    const NAME: &'static str = "init/v1";
    const ACTS: bool = true;
}

impl Init {
    /// The document of a proposal and its files: path, contents, state.
    pub fn new<'a>(proposal: &Proposal, files: impl Iterator<Item = (&'a str, &'a str, State)>) -> Self {
        let found = |found: &crate::init::Found| Found {
            what: found.what.to_owned(),
            value: found.value.clone(),
            from: found.from.clone(),
        };
        let file = |(path, contents, state): (&str, &str, State)| File {
            path: path.to_owned(),
            state,
            contents: contents.to_owned(),
        };
        Self { found: proposal.found.iter().map(found).collect(), files: files.map(file).collect() }
    }
}
