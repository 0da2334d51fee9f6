//! How what is committed stands to what a command makes.

use super::excerpt::{Excerpt, excerpt};
use super::{Bytes, Entry, Files};
use crate::report::Finding;

/// A path, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The path, from the top of the repository.
    pub path: String,
    /// How many files the command leaves there.
    pub files: usize,
    /// How it stands.
    pub state: State,
}

/// How a path stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// What is there is what the command makes.
    Fresh,
    /// The command makes something else: where it differs, in order.
    Stale(Vec<Difference>),
    /// It could not be determined: why.
    Unknown(Finding),
}

/// A file that is not what the command makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file, from the top of the repository.
    pub file: String,
    /// What is different about it.
    pub kind: Kind,
    pub(super) excerpt: Option<Excerpt>,
}

impl Difference {
    /// How many lines the command adds and removes; `None` where it is no text.
    #[must_use]
    pub fn lines(&self) -> Option<(usize, usize)> {
        self.excerpt.as_ref().map(|excerpt| (excerpt.added, excerpt.removed))
    }
}

/// What is different about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command makes it, and it is not there.
    Missing,
    /// It is there, and the command takes it away.
    Extra,
    /// Other bytes, or a link that leads elsewhere.
    Changed,
    /// The same bytes, and only one of them may be executed.
    Mode,
}

impl Kind {
    /// Its name, as programs and people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Changed => "changed",
            Self::Mode => "mode",
        }
    }
}

/// The files that are not what the command makes, in order.
#[must_use]
pub fn differing(committed: &Files, made: &Files) -> Vec<(String, Kind)> {
    let gone = committed.keys().filter(|file| !made.contains_key(*file)).map(|file| (file.clone(), Kind::Extra));
    let other = made.iter().filter_map(|(file, new)| Some((file.clone(), kind(committed.get(file), new)?)));
    let mut all: Vec<_> = gone.chain(other).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn kind(old: Option<&Entry>, new: &Entry) -> Option<Kind> {
    match (old, new) {
        (None, _) => Some(Kind::Missing),
        (Some(old), new) if old == new => None,
        (Some(Entry::File { digest: old, .. }), Entry::File { digest: new, .. }) if old == new => Some(Kind::Mode),
        _ => Some(Kind::Changed),
    }
}

/// How the path stands; `bytes` gives what is in a file that differs.
#[must_use]
pub fn judge(path: &str, committed: &Files, made: &Files, bytes: impl Fn(&str) -> Bytes) -> Checked {
    let found = differing(committed, made).into_iter().map(|(file, kind)| {
        let Bytes { committed, made } = bytes(&file);
        let nothing = Vec::new();
        let (old, new) = match kind {
            Kind::Missing => (Some(&nothing), made.as_ref()),
            Kind::Extra | Kind::Mode => (None, None),
            Kind::Changed => (committed.as_ref(), made.as_ref()),
        };
        let excerpt = old.zip(new).and_then(|(old, new)| excerpt(old, new));
        Difference { file, kind, excerpt }
    });
    let found: Vec<_> = found.collect();
    let state = if found.is_empty() { State::Fresh } else { State::Stale(found) };
    Checked { path: path.to_owned(), files: made.len(), state }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    /// `a=1 b=2x c>a`: files with their contents, executable ones with an x, and links.
    fn files(text: &str) -> Files {
        let entry = |word: &str| {
            if let Some((name, target)) = word.split_once('>') {
                return (name.to_owned(), Entry::Link(target.to_owned()));
            }
            let (name, content) = word.split_once('=').unwrap();
            let executable = content.ends_with('x');
            let digest = content.trim_end_matches('x').to_owned();
            (name.to_owned(), Entry::File { digest, executable })
        };
        text.split_whitespace().map(entry).collect()
    }

    #[test_case("a=1 b=2x c>a", "a=1 b=2x c>a" => ""; "the same")]
    #[test_case("a=1", "a=2" => "changed a")]
    #[test_case("a=1", "a=1x" => "mode a")]
    #[test_case("a=1 c=1", "a=1 b=1" => "missing b, extra c")]
    #[test_case("c>a", "c>b" => "changed c"; "a link that leads elsewhere")]
    #[test_case("c>a", "c=a" => "changed c"; "a link that became a file")]
    fn each_difference_has_its_name(committed: &str, made: &str) -> String {
        let checked = judge("docs", &files(committed), &files(made), |_| Bytes::default());
        let State::Stale(found) = checked.state else { return String::new() };
        found.iter().map(|one| format!("{} {}", one.kind.name(), one.file)).collect::<Vec<_>>().join(", ")
    }
}
