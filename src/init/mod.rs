//! What `zarpe init` writes for a repository, from what is in it. Pure: facts in, a proposal out.

mod images;
mod language;
mod openapi;
mod tags;
mod text;

use crate::config::Language;
use crate::report::{Finding, Level};

pub use openapi::Generator;
pub use tags::newest;

/// What is known about a repository.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The remote's default branch, as the clone remembers it.
    pub remote_head: Option<String>,
    /// The local branches.
    pub branches: Vec<String>,
    /// The names of all tags.
    pub tags: Vec<String>,
    /// The message of the newest annotated tag.
    pub tag_message: Option<String>,
    /// The paths of all tracked files, from the top.
    pub paths: Vec<String>,
    /// The beginnings of those that [`is_telling`].
    pub sources: Vec<Source>,
}

/// A file of the work tree.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the top, with `/`.
    pub path: String,
    /// Its text, or the beginning of it.
    pub text: String,
}

/// What to write, and why.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What was looked for, and what was found.
    pub found: Vec<Found>,
    /// What the files cannot say.
    pub remarks: Vec<Finding>,
    /// The text of `zarpe.yml`.
    pub config: String,
    /// The text of the release workflow.
    pub workflow: String,
}

/// One thing that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was looked for.
    pub what: &'static str,
    /// What was found; `None` where nothing says it.
    pub value: Option<String>,
    /// What says it, or where it was looked for.
    pub from: String,
}

impl Found {
    fn new(what: &'static str, found: Option<(String, String)>, where_else: &str) -> Self {
        let (value, from) = found.map_or((None, where_else.to_owned()), |(value, from)| (Some(value), from));
        Self { what, value, from }
    }
}

/// What the files are written from.
#[derive(Clone, Debug, Default)]
struct Choices {
    branch: Option<String>,
    language: Option<Language>,
    tag_prefix: Option<String>,
    documents: Vec<String>,
    generator: Option<openapi::Detected>,
}

/// Whether a file may say something, by its path: only such files are read.
#[must_use]
pub fn is_telling(path: &str) -> bool {
    is_changelog(path) || images::is_workflow(path) || openapi::is_telling(path)
}

/// What to write for this repository.
#[must_use]
pub fn propose(facts: &Facts) -> Proposal {
    let (branch, branch_found) = branch(facts);
    let (tag_prefix, tags_found, mut remarks) = tags::style(&facts.tags);
    let (language, language_found) = notes_language(facts);
    let documents = openapi::documents(facts);
    let generator = openapi::generator(facts);
    let images = images::named(&facts.sources);
    remarks.extend(openapi::remarks(&documents, generator.as_ref()));
    remarks.extend(images.iter().map(|(image, workflow)| {
        Finding::new(
            "init/image",
            Level::Info,
            format!("{workflow} names the image {image}: a release can give it the same tags as the commit"),
        )
        .help("name it under `images:` in zarpe.yml; the workflow pushes it under the short-hash tag (type=sha)")
    }));
    remarks.push(text::unpinned());
    let found = vec![
        branch_found,
        tags_found,
        language_found,
        Found::new(
            "OpenAPI document",
            list(&documents).map(|names| (names, "a tracked file".to_owned())),
            "no tracked file",
        ),
        Found::new(
            "generator",
            generator.as_ref().map(|found| (found.generator.name().to_owned(), found.from.clone())),
            "no dependency that is known",
        ),
        Found::new(
            "images",
            list(&images.iter().map(|(image, _)| image.clone()).collect::<Vec<_>>())
                .map(|names| (names, "workflows".to_owned())),
            "no workflow names one",
        ),
    ];
    let choices = Choices { branch, language, tag_prefix, documents, generator };
    Proposal { found, remarks, config: text::config(&choices), workflow: text::workflow(&choices) }
}

/// The branch that releases are made from: what the remote says, else a usual name that is here.
fn branch(facts: &Facts) -> (Option<String>, Found) {
    let usual =
        || ["main", "master", "trunk"].into_iter().find(|name| facts.branches.iter().any(|branch| branch == name));
    let found = match (&facts.remote_head, usual()) {
        (Some(head), _) => Some((head.clone(), "the remote's HEAD".to_owned())),
        (None, Some(name)) => Some((name.to_owned(), "a local branch".to_owned())),
        (None, None) => None,
    };
    let branch = found.as_ref().map(|(name, _)| name.clone());
    (branch, Found::new("branch", found, "the remote's HEAD is not known here"))
}

fn notes_language(facts: &Facts) -> (Option<Language>, Found) {
    let changelog = facts.sources.iter().find(|source| is_changelog(&source.path));
    let texts = [
        changelog.map(|source| (source.text.as_str(), source.path.as_str())),
        facts.tag_message.as_deref().map(|message| (message, "the newest tag's message")),
    ];
    let found = texts.into_iter().flatten().find_map(|(text, from)| Some((language::of(text)?, from.to_owned())));
    let named = found.clone().map(|(language, from)| (language::code(language).to_owned(), from));
    (
        found.map(|(language, _)| language),
        Found::new("language of the notes", named, "no changelog and no tag's message says it"),
    )
}

fn is_changelog(path: &str) -> bool {
    ["CHANGELOG.md", "CHANGELOG", "CHANGELOG.txt", "CHANGES.md", "HISTORY.md", "CAMBIOS.md"]
        .iter()
        .any(|name| path.eq_ignore_ascii_case(name))
}

fn list(names: &[String]) -> Option<String> {
    names.iter().cloned().reduce(|all, name| format!("{all}, {name}"))
}
