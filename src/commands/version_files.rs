//! The files of `version.files`, as a commit holds them: what each states, and how it reads with another version.

use anyhow::Result;
use semver::Version;

use crate::history::Sha;
use crate::io::session::Session;
use crate::report::{Body, ExitCode, Failure, Location, Mark, Report, Section};
use crate::version::files::{self, Stated};

/// A file that states the version.
pub(super) struct File {
    /// Its path from the top.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    /// What it states, in order.
    pub(super) stated: Vec<Stated>,
}

impl File {
    /// What it states, each once.
    pub(super) fn versions(&self) -> String {
        let mut versions: Vec<&str> = self.stated.iter().map(|stated| stated.version.as_str()).collect();
        versions.dedup();
        versions.join(", ")
    }

    /// Whether it states this version alone.
    pub(super) fn states(&self, version: &Version) -> bool {
        let version = version.to_string();
        self.stated.iter().all(|stated| stated.version == version)
    }
}

/// Each configured file, and the lock beside it where there is one.
///
/// # Errors
/// Exit code 2 where a file is not in the commit, is no text, or states no version of its own.
pub(super) fn gather(session: &Session<'_>, commit: &Sha) -> Result<Vec<File>> {
    let mut found = Vec::new();
    for configured in &session.cx.config.version.files {
        let (path, kind) = (&configured.path, &configured.kind);
        let trouble = |path: &str, why: String| {
            let place = Location { file: path.to_owned(), line: None, column: None };
            let help = "mend the file and commit it, or take it out of `version.files`";
            Failure::usage("version/file", format!("{path} of commit {}: {why}", commit.short())).at(place).help(help)
        };
        let text =
            text(session, commit, path)?.ok_or_else(|| trouble(path, "it is not there, or is no text".into()))?;
        let stated = files::stated(kind, &text).map_err(|why| trouble(path, why))?;
        if let Some(name) = kind.lock() {
            let beside =
                path.rsplit_once('/').map_or_else(|| name.to_owned(), |(folder, _)| format!("{folder}/{name}"));
            if let Some(lock) = self::text(session, commit, &beside)? {
                let stated = files::stated_by_lock(kind, &text, &lock).map_err(|why| trouble(&beside, why))?;
                found.push(File { path: beside, text: lock, stated });
            }
        }
        found.push(File { path: path.clone(), text, stated });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn text(session: &Session<'_>, commit: &Sha, path: &str) -> Result<Option<String>> {
    Ok(session.repository.file_at(commit, path)?.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// Whether each file states the version that is about to be released.
///
/// # Errors
/// As [`gather`].
pub(super) fn stage(session: &Session<'_>, commit: &Sha, version: &Version) -> Result<Report> {
    let files = gather(session, commit)?;
    let wrong = files.iter().filter(|file| !file.states(version)).count();
    let (exit, title) = match wrong {
        0 => (ExitCode::Done, format!("each version file states {version}")),
        wrong => (ExitCode::Stale, format!("{wrong} of {} version files do not state {version}", files.len())),
    };
    let mut section = Section::new(Mark::from(exit.verdict()), "version files", format!("for {version}"));
    section = section.columns(["file", "states"]);
    for file in &files {
        let mark = if file.states(version) { Mark::Good } else { Mark::Bad };
        section.row(mark, [file.path.clone(), file.versions()]);
    }
    if wrong > 0 {
        section = section.help("zarpe prepare --push writes them in a pull request; release when it is merged");
    }
    Ok(Report::new("version files", exit, title, Body::Sections(vec![section])))
}
