//! Which pairs of documents `openapi diff` compares, and what the team says about each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::documents::{self, Commit};
use crate::config::{OpenApi, Severity};
use crate::context::Context;
use crate::io::git::Repository;
use crate::io::{download, files};
use crate::openapi::Document;
use crate::openapi::review::{IgnoreFile, Review, Usage};
use crate::report::{Body, Failure, Finding, Level, Report, Verdict};

/// What the command line asks for.
pub(super) struct Asked<'a> {
    /// Both documents; without them, those of `zarpe.yml` at the last release and in the work tree.
    pub(super) pair: Option<(&'a str, &'a str)>,
    /// The ignore file, from where the command runs.
    pub(super) ignore: Option<&'a Path>,
    /// What a client uses, from where the command runs.
    pub(super) used_by: Option<&'a Path>,
    /// The folder in which documents may refer to other files, from where the command runs.
    pub(super) allow_refs: Option<&'a Path>,
    /// How long each file may take.
    pub(super) time: Duration,
    /// Levels of rules.
    pub(super) severity: &'a [(String, Severity)],
}

/// A pair of documents, and what the team says about it.
pub(super) struct Case {
    /// The document as it was.
    pub(super) base: Document,
    /// The document as it is.
    pub(super) head: Document,
    /// What the team says.
    pub(super) review: Review,
}

/// What is compared, and what is not because it was not there before.
pub(super) struct Cases {
    pub(super) compared: Vec<Case>,
    pub(super) new: Vec<New>,
}

/// A document that the last release did not have: it promised nothing to callers.
pub(super) struct New {
    schema: String,
    release: String,
}

impl New {
    /// What a person reads about it. It may have had another name then, so it is said.
    pub(super) fn report(&self) -> Report {
        let Self { schema, release } = self;
        let title = format!("{schema} is new since {release}");
        let mut report = Report::new("openapi diff", Verdict::Yes, title, Body::Sections(Vec::new()));
        let message = format!("{schema} was not in {release}, so it is compared with nothing");
        let help = format!("where it only had another name, name both: zarpe openapi diff {release}:OLD {schema}");
        report.findings.push(Finding::new("openapi/new-document", Level::Warning, message).help(help));
        report
    }
}

/// Reads all that is asked for.
///
/// # Errors
/// Exit code 2 where a document or the ignore file is not there or wrong, 3 where one cannot be read.
pub(super) async fn gather(cx: &Context, asked: &Asked<'_>) -> Result<Cases> {
    match asked.pair {
        Some(("-", "-")) => {
            Err(Failure::usage("usage/stdin-twice", "both documents cannot come from standard input").into())
        }
        Some((base, head)) => {
            let configured = configured(cx, head);
            let review = review(cx, asked, configured)?;
            let allowed = allowed(cx, asked, configured)?;
            let base = documents::read(cx, base, allowed.as_deref(), asked.time).await?;
            let place = place(cx, head);
            let head = documents::read(cx, head, allowed.as_deref(), asked.time).await?;
            let head = if let Some(place) = place { head.at_path(&place) } else { head };
            Ok(Cases { compared: vec![Case { base, head, review }], new: Vec::new() })
        }
        None => since_last_release(cx, asked),
    }
}

/// The folder in which documents may refer to other files: as given, from where the command runs, or as configured, from the top.
fn allowed(cx: &Context, asked: &Asked<'_>, configured: Option<&OpenApi>) -> Result<Option<PathBuf>> {
    let given = asked.allow_refs.map(|folder| (folder.display().to_string(), cx.directory.join(folder)));
    let configured = configured.and_then(|one| one.allow_refs.as_ref());
    let configured = configured.map(|folder| (folder.clone(), top(cx).join(folder)));
    let Some((name, folder)) = given.or(configured) else { return Ok(None) };
    if files::below(&folder, &folder).is_none() {
        let message = format!("allow-refs: there is no folder {name}");
        return Err(Failure::usage("usage/allow-refs", message).help("name the folder that holds the files").into());
    }
    Ok(Some(folder))
}

/// The document of `zarpe.yml` that a name given on the command line means.
fn configured<'a>(cx: &'a Context, name: &str) -> Option<&'a OpenApi> {
    let path = cx.directory.join(name);
    let in_git = name.split_once(':').map(|(_, path)| path);
    let is_it = |one: &&OpenApi| files::same(&path, &top(cx).join(&one.schema)) || in_git == Some(one.schema.as_str());
    cx.config.openapi.iter().find(is_it)
}

/// Where the document as it is lies in the repository: an annotation of a pull request names a file from its top. `None` where it does
/// not lie there.
fn place(cx: &Context, name: &str) -> Option<String> {
    let path = cx.directory.join(name);
    let Some(inside) = files::path_below(&top(cx), &path) else {
        return name.split_once(':').filter(|_| !download::is_address(name)).map(|(_, path)| path.to_owned());
    };
    Some(inside)
}

fn top(cx: &Context) -> PathBuf {
    let repository = Repository::open(&cx.directory).ok();
    repository.and_then(|repository| repository.work_tree()).unwrap_or_else(|| cx.directory.clone())
}

/// What the team says: the command line goes before `zarpe.yml`.
fn review(cx: &Context, asked: &Asked<'_>, configured: Option<&OpenApi>) -> Result<Review> {
    let mut review = Review::default();
    let known = configured.into_iter().flat_map(|one| one.severity.iter().map(|(id, level)| (id.as_str(), *level)));
    for (id, level) in known.chain(asked.severity.iter().map(|(id, level)| (id.as_str(), *level))) {
        let refused = |why| Failure::usage("usage/no-rule", why).help("zarpe openapi rules lists all");
        review.severities.set(id, level.into()).map_err(refused)?;
    }
    if let Some((name, text)) = beside(cx, asked.time, asked.ignore, configured.and_then(|one| one.ignore.as_ref()))? {
        review.ignore = Some(IgnoreFile::parse(&name, &text)?);
    }
    if let Some((name, text)) = beside(cx, asked.time, asked.used_by, configured.and_then(|one| one.used_by.as_ref()))?
    {
        review.usage = Some(Usage::parse(&name, &text)?);
    }
    Ok(review)
}

/// The name and the text of a file beside the documents: as given, from where the command runs, or as configured, from the top.
fn beside(
    cx: &Context,
    time: Duration,
    given: Option<&Path>,
    configured: Option<&String>,
) -> Result<Option<(String, String)>> {
    let given = given.map(|path| (path.display().to_string(), cx.directory.join(path)));
    let configured = configured.map(|path| (path.clone(), top(cx).join(path)));
    let Some((name, path)) = given.or(configured) else { return Ok(None) };
    let text = text(&name, &path, time)?;
    Ok(Some((name, text)))
}

fn text(name: &str, path: &Path, time: Duration) -> Result<String> {
    let Some(bytes) = files::read_within(path, time)? else {
        return Err(Failure::usage("usage/no-file", format!("there is no file {name}"))
            .help("give it as it is called from here; in zarpe.yml, from the top of the repository")
            .into());
    };
    let text = String::from_utf8(bytes);
    text.map_err(|_| Failure::usage("usage/encoding", format!("{name} is not UTF-8")).help("save it as UTF-8").into())
}

/// Each configured schema as the last release had it, and as it lies in the work tree.
fn since_last_release(cx: &Context, asked: &Asked<'_>) -> Result<Cases> {
    if cx.config.openapi.is_empty() {
        return Err(Failure::usage("usage/no-schema", "there is no schema to compare")
            .help("name both documents: zarpe openapi diff v1.2.3:schema.yml schema.yml")
            .into());
    }
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
    let mut cases = Cases { compared: Vec::new(), new: Vec::new() };
    for configured in &cx.config.openapi {
        let (schema, allowed) = (&configured.schema, allowed(cx, asked, Some(configured))?);
        let Some(bytes) = files::read_within(&top(cx).join(schema), asked.time)? else {
            return Err(Failure::usage("usage/no-document", format!("there is no file {schema}"))
                .help("zarpe openapi check --fix writes it")
                .into());
        };
        let head = documents::file(schema, bytes, &top(cx).join(schema), allowed.as_deref())?;
        if repository.file_at(&release.commit, schema)?.is_none() {
            cases.new.push(New { schema: schema.clone(), release: release.tag.clone() });
            continue;
        }
        let from = Commit { repository: &repository, commit: &release.commit, revision: &release.tag };
        let base = documents::at(&from, schema, allowed.as_deref())?;
        cases.compared.push(Case { base, head, review: review(cx, asked, Some(configured))? });
    }
    Ok(cases)
}
