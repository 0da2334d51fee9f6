//! `zarpe openapi check`: is the committed schema what the application generates?

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::cli::Change;
use crate::commands::limit::Limit;
use crate::commands::{Outcome, generator};
use crate::config::OpenApi;
use crate::context::Context;
use crate::effect::{Effect, WriteFile};
use crate::history::Sha;
use crate::io::git::Repository;
use crate::io::process::{self, Finished, Invocation, Limits};
use crate::io::session::Session;
use crate::io::{download, files};
use crate::openapi::freshness::{self, Checked, State};
use crate::output::json::Document as _;
use crate::output::json::openapi_check::OpenapiCheck;
use crate::report::{Body, ExitCode, Failure, Finding, Report, Verdict};

/// A generator starts an application: minutes on a slow machine, and some megabytes of schema.
const LIMITS: Limits = Limits { time: Duration::from_secs(600), stdout: 64 << 20, stderr: 64 << 10 };

/// Is the committed schema what the application generates?
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The committed document, relative to the repository; default: every one in zarpe.yml.
    #[arg(long, value_name = "FILE")]
    schema: Option<String>,
    /// The command that prints the document that the application has now.
    #[arg(long, value_name = "CMD", requires = "schema")]
    generate: Option<String>,
    /// The address at which a running application gives the document.
    #[arg(long, value_name = "URL", requires = "schema", conflicts_with = "generate")]
    url: Option<String>,
    /// Write what the generator prints, byte for byte.
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    pub(in crate::commands) limit: Limit,
}

/// Gathers, judges, and says what shall be so.
///
/// # Errors
/// Exit code 2 where nothing is configured to be checked, 3 where a file cannot be read.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let documents = documents(cx, options)?;
    let top = Repository::open(&cx.directory).ok().and_then(|repository| repository.work_tree());
    let top = top.unwrap_or_else(|| cx.directory.clone());
    let (mut checked, mut effects) = (Vec::new(), Vec::new());
    let fix = fix(cx, options);
    for (schema, source) in documents {
        let committed = files::read_within(&top.join(&schema), options.limit.of_file())?;
        let (document, printed) = check(&top, schema, source, committed, &fix).await?;
        if options.fix && document.state.is_stale() {
            effects.push(Effect::WriteFile(WriteFile { path: PathBuf::from(&document.schema), contents: printed }));
        }
        checked.push(document);
    }
    let mut report = freshness::report(&checked, options.fix);
    report.document = OpenapiCheck::from(checked.as_slice()).value();
    Ok(if report.exit == ExitCode::Done {
        Outcome::act(report, effects, options.change.into())
    } else {
        Outcome::report(report)
    })
}

/// What writes every configured document anew.
const FIX: &str = "zarpe openapi check --fix";

/// The command line that writes what this one found stale. An address is named without what may be secret in it.
fn fix(cx: &Context, options: &Options) -> String {
    let mut words = vec!["zarpe".to_owned()];
    if cx.directory.as_os_str() != "." {
        words.extend(["-C".to_owned(), cx.directory.display().to_string()]);
    }
    words.extend(["openapi".to_owned(), "check".to_owned()]);
    let url = options.url.as_ref().map(|url| download::shown(url));
    for (option, value) in [("--schema", &options.schema), ("--generate", &options.generate), ("--url", &url)] {
        words.extend(value.iter().flat_map(|value| [option.to_owned(), value.clone()]));
    }
    words.push("--fix".to_owned());
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The report on what a commit holds, as a stage of its release. A document without a generator is not asked about.
///
/// # Errors
/// Exit code 3 where the work tree is not at the commit, for its generators then speak of something else.
pub(in crate::commands) async fn stage(session: &Session<'_>, commit: &Sha) -> Result<Report> {
    let (mut checked, top) = (Vec::new(), session.folder());
    for OpenApi { schema, generate, .. } in &session.cx.config.openapi {
        let Some(generate) = generate else { continue };
        require_checked_out(session, commit)?;
        let committed = session.repository.file_at(commit, schema)?;
        checked.push(check(&top, schema.clone(), Source::Command(generate.clone()), committed, FIX).await?.0);
    }
    if checked.is_empty() {
        let title = "no schema has a generator to be held against";
        return Ok(Report::new("openapi check", Verdict::Yes, title, Body::Sections(Vec::new())));
    }
    let mut report = freshness::report(&checked, false);
    report.document = OpenapiCheck::from(checked.as_slice()).value();
    Ok(report)
}

fn require_checked_out(session: &Session<'_>, commit: &Sha) -> Result<()> {
    let head = session.repository.head()?.commit;
    if head == *commit {
        return Ok(());
    }
    let message =
        format!("the work tree is at {}, so its generators say nothing about {}", head.short(), commit.short());
    Err(Failure::cannot_tell("openapi/not-checked-out", message)
        .help(format!("git switch --detach {}", commit.short()))
        .into())
}

/// What gives the document that the application has now.
enum Source {
    /// A command prints it.
    Command(String),
    /// A running application answers with it.
    Address(String),
}

/// Holds one document against what the application gives; gives that as well.
async fn check(
    top: &Path,
    schema: String,
    source: Source,
    committed: Option<Vec<u8>>,
    fix: &str,
) -> Result<(Checked, Vec<u8>)> {
    let judge = |generate: &str, bytes: &[u8]| freshness::judge(&schema, generate, committed.as_deref(), bytes);
    let (generate, state, given) = match source {
        Source::Command(generate) => {
            let finished = process::run(&Invocation::shell(top, &generate), LIMITS).await?;
            let bytes = finished.stdout.bytes.clone();
            let state = failed(&generate, &finished).map_or_else(|| judge(&generate, &bytes), State::Unknown);
            (generate, state, bytes)
        }
        Source::Address(address) => {
            let (shown, bytes) = download::get(&address).await?;
            let state = match judge(&shown, &bytes) {
                State::Unknown(finding) => State::Unknown(
                    finding.help("give the address that answers with the document itself, not with a page about it"),
                ),
                state => state,
            };
            (shown, state, bytes)
        }
    };
    Ok((Checked { schema, generate, state, fix: fix.to_owned() }, given))
}

/// Each document and its generator: that of the command line, or those of `zarpe.yml`.
fn documents(cx: &Context, options: &Options) -> Result<Vec<(String, Source)>> {
    let wanted = |document: &&OpenApi| options.schema.as_ref().is_none_or(|schema| *schema == document.schema);
    let configured: Vec<&OpenApi> = cx.config.openapi.iter().filter(wanted).collect();
    let given = options.generate.clone().map(Source::Command).or(options.url.clone().map(Source::Address));
    if let (Some(schema), Some(source)) = (&options.schema, given) {
        return Ok(vec![(schema.clone(), source)]);
    }
    if configured.is_empty() {
        return Err(Failure::usage("usage/no-schema", "there is no schema to check")
            .help("name it in zarpe.yml under `openapi:` (schema, generate), or with --schema FILE --generate CMD")
            .into());
    }
    let pair = |document: &OpenApi| match &document.generate {
        Some(generate) => Ok((document.schema.clone(), Source::Command(generate.clone()))),
        None => Err(Failure::usage("usage/no-generator", format!("nothing says how {} is generated", document.schema))
            .help("write the command that prints it under `generate:` in zarpe.yml, or give --schema and --generate")
            .into()),
    };
    configured.into_iter().map(pair).collect()
}

/// Why what the generator printed cannot be believed.
fn failed(generate: &str, finished: &Finished) -> Option<Finding> {
    let finding = generator::failed("openapi/generator", generate, finished, LIMITS);
    finding.map(|finding| finding.help("run the generator by itself until it prints the document on standard output"))
}
