//! The subcommands: one enum, one match. Each file gathers, judges, and says what shall be so.

mod act;
mod assets;
mod candidate;
mod clearance;
pub mod completions;
pub mod demo;
pub mod deploy;
pub mod doctor;
pub mod env;
pub mod fresh;
pub mod gate;
mod generator;
mod heard;
pub mod http;
mod images;
pub mod init;
mod limit;
pub mod logs;
mod misuse;
pub mod next;
pub mod notes;
pub mod notify;
pub mod openapi;
mod pairs;
mod plan_schema;
mod post;
pub mod prepare;
mod range;
pub mod release;
mod rounds;
pub mod schema;
mod secrecy;
mod stages;
pub mod steps;
pub mod tag;
pub mod verify;
mod version_files;
mod waiting;
mod weigh;

use std::io::Write;

use anyhow::Result;

use crate::context::Context;
use crate::effect::Effect;
use crate::io;
use crate::report::Report;

/// What zarpe can do.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "the doc comment of a variant's options is its help text")]
pub enum Command {
    Verify(verify::Options),
    Next(next::Options),
    Tag(tag::Options),
    #[command(subcommand)]
    Openapi(openapi::Command),
    Fresh(fresh::Options),
    Notes(notes::Options),
    Prepare(prepare::Options),
    Release(release::Options),
    Init(init::Options),
    #[command(subcommand)]
    Deploy(deploy::Command),
    Env(env::Options),
    Gate(gate::Options),
    Http(http::Options),
    Logs(logs::Options),
    Report(deploy::report::Options),
    Notify(notify::Options),
    Doctor(doctor::Options),
    Demo(demo::Options),
    Completions(completions::Options),
    Schema(schema::Options),
}

impl Command {
    /// Whether `zarpe.yml` is read first, and a wrong one stops it. `doctor` reads it itself, to report on it.
    #[must_use]
    pub fn reads_configuration(&self) -> bool {
        !matches!(self, Self::Completions(_) | Self::Demo(_) | Self::Doctor(_) | Self::Schema(_))
    }
}

impl Command {
    /// What is wrong with its options, as far as that can be told before anything is done.
    fn misuses(&self, folder: &std::path::Path) -> Vec<misuse::Misuse> {
        match self {
            Self::Env(options) => options.misuses(),
            Self::Gate(options) => options.misuses(),
            Self::Http(options) => options.misuses(),
            Self::Logs(options) => options.misuses(),
            Self::Notify(options) => options.misuses(folder),
            Self::Report(options) => options.misuses(folder),
            _ => Vec::new(),
        }
    }
}

/// What a command found out, and what shall be so because of it.
#[derive(Debug)]
pub struct Outcome {
    /// What was found out.
    pub report: Report,
    /// What shall be so; carried out only where the report says yes, or where they record what it says.
    pub effects: Vec<Effect>,
    /// Whether the effects may be carried out.
    pub consent: Consent,
    /// Whether the effects record what the report says, be it a yes or a no.
    pub records: bool,
}

/// Whether the effects may be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The command line says so.
    Given,
    /// Only the plan is wanted.
    DryRun,
    /// A person must say so first.
    Ask,
}

impl Outcome {
    /// Nothing to act on.
    #[must_use]
    pub fn report(report: Report) -> Self {
        Self { report, effects: Vec::new(), consent: Consent::Given, records: false }
    }

    /// Something to act on.
    #[must_use]
    pub fn act(report: Report, effects: Vec<Effect>, consent: Consent) -> Self {
        Self { report, effects, consent, records: false }
    }

    /// Something that records the answer, be it a yes or a no.
    #[must_use]
    pub fn record(report: Report, effects: Vec<Effect>, consent: Consent) -> Self {
        Self { report, effects, consent, records: true }
    }
}

impl From<crate::cli::Change> for Consent {
    fn from(change: crate::cli::Change) -> Self {
        if change.dry_run { Self::DryRun } else { Self::Given }
    }
}

/// Runs a command: gather and judge, then act or show the plan.
///
/// # Errors
/// When the command could not do its job; a problem that it was asked to look for is in the report.
pub fn run(cx: &Context, command: Command, out: &mut dyn Write) -> Result<Report> {
    let bound = limit::Bound::of(&command);
    let work = async {
        let outcome = match command {
            Command::Verify(options) => verify::run(cx, &options).await,
            Command::Next(options) => next::run(cx, &options).await,
            Command::Tag(options) => tag::run(cx, &options).await,
            Command::Openapi(command) => openapi::run(cx, &command).await,
            Command::Fresh(options) => fresh::run(cx, &options).await,
            Command::Notes(options) => notes::run(cx, &options).await,
            Command::Prepare(options) => prepare::run(cx, &options).await,
            Command::Release(options) => release::run(cx, &options).await,
            Command::Init(options) => init::run(cx, &options),
            Command::Deploy(command) => deploy::run(cx, &command).await,
            Command::Logs(options) => logs::run(cx, &options).await,
            Command::Env(options) => env::run(cx, &options).await,
            Command::Gate(options) => gate::run(cx, &options).await,
            Command::Http(options) => http::run(cx, &options).await,
            Command::Report(options) => deploy::report::run(cx, "report", &options).await,
            Command::Notify(options) => notify::run(cx, &options).await,
            Command::Doctor(options) => doctor::run(cx, &options).await,
            Command::Demo(options) => demo::run(cx, &options, out),
            Command::Completions(options) => completions::run(&options),
            Command::Schema(options) => schema::run(&options),
        }?;
        act::act(cx, outcome).await
    };
    io::block_on(bound.keep(work))
}
