//! `zarpe openapi diff`: what changed for callers, and what breaks them?

use anyhow::Result;
use jiff::tz::TimeZone;

use crate::commands::Outcome;
use crate::context::Context;
use crate::io::git::Repository;
use crate::io::{download, files};
use crate::openapi::{Document, FailOn, Shown, compare_on, report};
use crate::output::json::Document as _;
use crate::output::json::openapi_diff::OpenapiDiff;
use crate::report::Failure;

/// What changed for callers, and what breaks them?
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The document as it was: a file, an address (https://…), `-` for standard input, or REV:PATH out of git.
    #[arg(value_name = "BASE", requires = "head", conflicts_with = "since")]
    base: Option<String>,
    /// The document as it is; default: the schema of zarpe.yml as it lies in the work tree.
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Compare the schema of zarpe.yml with what it was then; the default where no BASE is given.
    #[arg(long = "base", value_name = "WHEN", value_enum)]
    since: Option<Since>,
    /// For whom it is judged.
    #[arg(long, value_enum, default_value_t = Profile::Wire)]
    profile: Profile,
    /// The level from which the exit code is 1; `never` ends with 0 whatever changed.
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// A finding for each operation, not for each cause.
    #[arg(long)]
    flat: bool,
}

/// A moment to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Since {
    /// The last release before HEAD.
    LastRelease,
}

/// For whom a change is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Profile {
    /// Does a running client still work?
    Wire,
    /// Does a generated client still compile?
    Codegen,
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where a document is not there or no OpenAPI document, 3 where it cannot be read.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    if options.profile == Profile::Codegen {
        return Err(Failure::not_supported("openapi diff --profile codegen").into());
    }
    let (base, head) = match (&options.base, &options.head) {
        (Some(base), Some(head)) if base == "-" && head == "-" => {
            return Err(Failure::usage("usage/stdin-twice", "both documents cannot come from standard input").into());
        }
        (Some(base), Some(head)) => (read(cx, base).await?, read(cx, head).await?),
        _ => since_last_release(cx)?,
    };
    let today = cx.now.to_zoned(TimeZone::UTC).date();
    let comparison = compare_on(&base, &head, today);
    let shown = Shown { base: &base, head: &head, fail_on: options.fail_on, flat: options.flat };
    let mut report = report(&comparison, &shown);
    report.document = OpenapiDiff::from(&comparison).value();
    Ok(Outcome::report(report))
}

async fn read(cx: &Context, name: &str) -> Result<Document> {
    if download::is_address(name) {
        let (name, bytes) = download::get(name).await?;
        return document(&name, bytes);
    }
    let bytes = if name == "-" { Some(files::standard_input()?) } else { files::read(&cx.directory.join(name))? };
    if let Some(bytes) = bytes {
        return document(name, bytes);
    }
    let Some((revision, path)) = name.split_once(':') else {
        return Err(Failure::usage("usage/no-document", format!("there is no file {name}"))
            .help("give a file, an address, `-` for standard input, or REV:PATH out of git (v1.2.3:schema.yml)")
            .into());
    };
    let repository = Repository::open(&cx.directory)?;
    at(&repository, &repository.resolve(revision)?, revision, path)
}

fn at(repository: &Repository, commit: &crate::history::Sha, revision: &str, path: &str) -> Result<Document> {
    match repository.file_at(commit, path)? {
        Some(bytes) => document(&format!("{revision}:{path}"), bytes),
        None => Err(Failure::usage("usage/no-document", format!("there is no {path} in {revision}"))
            .help("the path counts from the top of the repository: git ls-tree -r --name-only REV")
            .into()),
    }
}

fn document(name: &str, bytes: Vec<u8>) -> Result<Document> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage("openapi/encoding", format!("{name} is not UTF-8")).help("write it as UTF-8"))?;
    Document::parse(name, &text)
}

/// The configured schema as the last release had it, and as it lies in the work tree.
fn since_last_release(cx: &Context) -> Result<(Document, Document)> {
    let [configured] = cx.config.openapi.as_slice() else {
        let message = match cx.config.openapi.len() {
            0 => "there is no schema to compare".to_owned(),
            count => format!("zarpe.yml names {count} schemas, and one at a time is compared"),
        };
        return Err(Failure::usage("usage/no-schema", message)
            .help("name both documents: zarpe openapi diff v1.2.3:schema.yml schema.yml")
            .into());
    };
    let repository = Repository::open(&cx.directory)?;
    let history = repository.history(&repository.head()?.commit, &cx.config.tag.name)?;
    let Some(release) = history.base.as_ref().filter(|_| history.cut_off.is_none()) else {
        return Err(Failure::cannot_tell(
            "openapi/no-release",
            "which release was the last is not known from this clone",
        )
        .help("git fetch --unshallow --tags, or name both documents: zarpe openapi diff BASE HEAD")
        .into());
    };
    let base = at(&repository, &release.commit, &release.tag, &configured.schema)?;
    let top = repository.work_tree().unwrap_or_else(|| cx.directory.clone());
    let Some(bytes) = files::read(&top.join(&configured.schema))? else {
        return Err(Failure::usage("usage/no-document", format!("there is no file {}", configured.schema))
            .help("zarpe openapi check --fix writes it")
            .into());
    };
    Ok((base, document(&configured.schema, bytes)?))
}
