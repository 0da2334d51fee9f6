//! How notes look here: the words, the sections and the addresses, by the command line and the configuration.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::Options;
use crate::config::Language;
use crate::context::Context;
use crate::io::files;
use crate::io::git::Repository;
use crate::io::github::{GitHub, Place};
use crate::notes::{GIT_CLIFF, Links, Rule, Rules, Template, Tracker, Words, categories};
use crate::report::{Failure, Finding, Level};

/// How notes look here.
pub(super) struct Style {
    pub(super) words: Arc<Words>,
    pub(super) rules: Rules,
    pub(super) links: Links,
    /// Whether those are named who brought something for the first time.
    pub(super) first_time: bool,
    pub(super) template: Option<Template>,
    /// GitHub, where there is a token to ask it with.
    pub(super) github: Option<GitHub>,
}

/// Where GitHub itself looks for how its notes are sorted.
const CATEGORIES: [&str; 2] = [".github/release.yml", ".github/release.yaml"];

impl Style {
    /// By the command line, and what it leaves open by the configuration.
    ///
    /// # Errors
    /// Exit code 2 where a file that is named is not there or is wrong.
    pub(super) fn gather(cx: &Context, repository: &Repository, options: &Options) -> Result<Self> {
        let mut style = Self::configured(cx, repository, options.language)?;
        if let Some(file) = &options.words {
            style.words = Arc::new(words(&cx.directory, file)?);
        }
        if let Some(name) = &options.template {
            style.template = Some(template(&cx.directory, name)?);
        }
        style.first_time |= options.first_time;
        if options.offline {
            style.github = None;
        }
        Ok(style)
    }

    /// By the configuration, but for a language that is named.
    ///
    /// # Errors
    /// Exit code 2 where a file that is named is not there or is wrong.
    pub(super) fn configured(cx: &Context, repository: &Repository, language: Option<Language>) -> Result<Self> {
        let config = &cx.config.notes;
        let words = match (&config.words, language) {
            (Some(file), None) => words(&folder(cx, repository), Path::new(file))?,
            (_, language) => Words::of(language.unwrap_or(cx.config.language)),
        };
        let template = config.template.as_ref().map(|name| template(&folder(cx, repository), name)).transpose()?;
        Ok(Self {
            words: Arc::new(words),
            rules: rules(cx, &folder(cx, repository))?,
            links: links(cx, repository)?,
            first_time: config.first_time,
            template,
            github: github(cx, repository)?,
        })
    }

    /// Where sections go by what only GitHub knows, and it is not asked.
    pub(super) fn warning(&self) -> Option<Finding> {
        (self.github.is_none() && self.rules.need_pulls()).then(|| {
            let message = "sections go by labels of pull requests, and GitHub was not asked for them";
            Finding::new("notes/labels", Level::Warning, message)
                .help("set ZARPE_TOKEN or GITHUB_TOKEN to a token that reads pull requests")
        })
    }
}

/// The folder that paths of the configuration are relative to.
fn folder(cx: &Context, repository: &Repository) -> std::path::PathBuf {
    repository.work_tree().unwrap_or_else(|| cx.directory.clone())
}

/// Where the repository's place is not known, or there is no token, the notes are of the commits alone.
fn github(cx: &Context, repository: &Repository) -> Result<Option<GitHub>> {
    let remote = repository.remote_url(cx.remote_name())?;
    if Place::find(&cx.environment, remote.as_deref()).is_err() {
        return Ok(None);
    }
    Ok(Some(GitHub::connect(&cx.environment, remote.as_deref())?).filter(GitHub::has_token))
}

/// The sections and trackers of the configuration; where it names no sections, those of GitHub's own file.
fn rules(cx: &Context, folder: &Path) -> Result<Rules> {
    let config = &cx.config.notes;
    let lower = |types: &[String]| types.iter().map(|name| name.to_lowercase()).collect();
    let section = |section: &crate::config::NotesSection| Rule {
        title: section.title.clone(),
        types: lower(&section.types),
        scopes: section.scopes.clone(),
        labels: section.labels.clone(),
        ..Rule::default()
    };
    let tracker = |(key, address): (&String, &String)| Tracker { key: key.clone(), address: address.clone() };
    let trackers = config.trackers.iter().map(tracker).collect();
    let hidden = lower(&config.hide);
    if config.sections.is_empty() && config.github_categories {
        for file in CATEGORIES {
            if let Some(bytes) = files::read(&folder.join(file))? {
                let rules = categories(file, &String::from_utf8_lossy(&bytes))?;
                return Ok(Rules { hidden, trackers, ..rules });
            }
        }
    }
    let sections = config.sections.iter().map(section).collect();
    Ok(Rules { sections, hidden, trackers, ..Rules::default() })
}

/// A template: one that is built in, or a file.
fn template(folder: &Path, name: &str) -> Result<Template> {
    if name == GIT_CLIFF.0 {
        return Template::parse(name, GIT_CLIFF.1);
    }
    Template::parse(name, &text(folder, Path::new(name), "notes/template")?)
}

/// A file of words.
fn words(folder: &Path, file: &Path) -> Result<Words> {
    Words::parse(&file.display().to_string(), &text(folder, file, "notes/words")?)
}

/// The text of a file that is named.
pub(super) fn text(folder: &Path, file: &Path, rule: &'static str) -> Result<String> {
    let shown = file.display();
    let bytes = files::read(&folder.join(file))?.ok_or_else(|| {
        Failure::usage(rule, format!("there is no file {shown}"))
            .help("name a file by its path from the repository's top")
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage(rule, format!("{shown} is not UTF-8")).help("save it again as UTF-8").into())
}

/// Where the repository's page is not known, the notes have no links; they are as true without.
fn links(cx: &Context, repository: &Repository) -> Result<Links> {
    let remote = repository.remote_url(cx.environment.get("ZARPE_REMOTE").unwrap_or("origin"))?;
    let place = Place::find(&cx.environment, remote.as_deref()).ok();
    let page = place.map(|place| format!("{}/{}", place.server.as_str().trim_end_matches('/'), place.repository()));
    Ok(Links { repository: page })
}
