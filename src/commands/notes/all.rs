//! `zarpe notes --all`: every release in the history of HEAD, the newest first.
//!
//! The history is read once; the releases are told side by side by as many threads as read it.

use std::collections::HashMap;

use anyhow::Result;

use super::make::assessed;
use super::style::Style;
use crate::cli::Format;
use crate::commands::Outcome;
use crate::context::Context;
use crate::history::{Commit, Person, Stretch};
use crate::io::git::{Repository, Whole};
use crate::notes::{Known, Notes, contributors, identity};
use crate::output::json::Document as _;
use crate::output::json::notes::Notes as NotesDocument;
use crate::report::{Body, ExitCode, Failure, Report};

/// How many threads tell.
const TELLERS: usize = 2;

/// Gathers, judges, and writes the notes of every release.
///
/// # Errors
/// Exit code 3 where the repository cannot be read, or the clone is shallow.
pub(super) fn run(cx: &Context, repository: &Repository, style: &Style) -> Result<Outcome> {
    let head = repository.head()?.commit;
    let whole = repository.whole(&head, &cx.config.tag.name)?;
    let title = format!("notes of {} releases", whole.stretches.iter().filter(|one| one.release.is_some()).count());
    let first = style.first_time.then(|| First::of(&whole));
    let half = whole.stretches.iter().map(|stretch| stretch.commits.len()).sum::<usize>() / TELLERS;
    let told = std::thread::scope(|scope| {
        let parts = parts(&whole.stretches, half);
        let tellers: Vec<_> =
            parts.into_iter().map(|part| scope.spawn(|| tell(cx, &whole, part, style, first.as_ref()))).collect();
        tellers.into_iter().map(|teller| teller.join().unwrap_or_else(|_| Err(stopped()))).collect::<Result<Vec<_>>>()
    })?;
    let (text, releases) = told.into_iter().fold((String::new(), Vec::new()), |mut all, (text, releases)| {
        all.0.push_str(&text);
        all.1.extend(releases);
        all
    });
    let mut report = Report::new("notes", ExitCode::Done, title, Body::Text(text));
    if cx.format == Format::Json {
        report.document = NotesDocument::all(&releases).value();
    }
    Ok(Outcome::report(report))
}

fn stopped() -> anyhow::Error {
    Failure::cannot_tell("notes/all", "the notes could not be told to their end").help("run it again").into()
}

/// The stretches in parts of about as many commits.
fn parts(stretches: &[Stretch], size: usize) -> Vec<std::ops::Range<usize>> {
    let (mut parts, mut begin, mut count) = (Vec::new(), 0, 0);
    for (at, stretch) in stretches.iter().enumerate() {
        count += stretch.commits.len();
        if count >= size || at + 1 == stretches.len() {
            parts.push(begin..at + 1);
            (begin, count) = (at + 1, 0);
        }
    }
    parts
}

/// The notes of some releases as text, and where a program reads them, as values.
fn tell(
    cx: &Context,
    whole: &Whole,
    part: std::ops::Range<usize>,
    style: &Style,
    first: Option<&First>,
) -> Result<(String, Vec<Notes>)> {
    // A repository belongs to one thread.
    let repository = Repository::open(&cx.directory)?;
    let (mut text, mut releases) = (String::new(), Vec::new());
    for (at, stretch) in whole.stretches.iter().enumerate().take(part.end).skip(part.start) {
        let commits: Vec<Commit> = stretch.commits.iter().filter_map(|place| whole.commit(*place)).collect();
        let notes = notes(cx, &repository, stretch, &commits, style, first.map(|first| (at, first)))?;
        if cx.format == Format::Json {
            releases.push(notes);
        } else {
            text.push_str(&notes.document());
            text.push('\n');
        }
    }
    Ok((text, releases))
}

fn notes(
    cx: &Context,
    repository: &Repository,
    stretch: &Stretch,
    commits: &[Commit],
    style: &Style,
    first: Option<(usize, &First)>,
) -> Result<Notes> {
    // To ask about every release ever would take thousands of requests.
    let known = Known::default();
    let tagged = stretch.release.as_ref();
    let day = commits.first().map_or(cx.now, |commit| commit.authored);
    let mut notes = Notes {
        name: tagged.map_or_else(|| style.words.unreleased.clone(), |tagged| tagged.tag.clone()),
        tip: tagged.map_or_else(|| "HEAD".to_owned(), |tagged| tagged.tag.clone()),
        version: tagged.map(|tagged| tagged.version.clone()),
        previous: stretch.previous.as_ref().map(|tagged| tagged.tag.clone()),
        date: day.to_zoned(jiff::tz::TimeZone::UTC).date(),
        ..style.notes(&assessed(cx, repository, commits)?, &known)
    };
    let is_first = |person: &Person| first.map(|(at, first)| first.is(at, person));
    notes.contributors = contributors(&notes.sections, &known, is_first);
    style.templated(&mut notes)?;
    Ok(notes)
}

/// Who brought something first in which of the stretches.
struct First(HashMap<String, usize>);

impl First {
    /// Looks through everything once, the oldest stretch first.
    fn of(whole: &Whole) -> Self {
        let mut first = HashMap::new();
        for (at, stretch) in whole.stretches.iter().enumerate().rev() {
            let commits = stretch.commits.iter().filter_map(|place| whole.commit(*place));
            for person in commits.flat_map(|commit| commit.authors()) {
                first.entry(identity(&person)).or_insert(at);
            }
        }
        Self(first)
    }

    /// Whether nothing of somebody's is in an older stretch.
    fn is(&self, at: usize, person: &Person) -> bool {
        self.0.get(&identity(person)).is_none_or(|first| *first <= at)
    }
}
