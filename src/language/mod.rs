//! What zarpe says in another language than that of its sources: a catalogue, as gettext has one, that is asked at the door.
//!
//! Most sentences are written where they are known, in English, by code that knows no reader. Here each has its translation, with
//! places for the names and values in it, and an answer is translated as a whole before it is rendered. What the catalogue does not
//! have stays as it is: what a program, a service or a person said is never put into other words. A test sees that no sentence stays
//! behind here when the one in the source changes.

mod pattern;
mod spanish;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::config::Language;
use crate::report::{Body, Failure, Finding, Report, Section};
use pattern::Piece;

/// A sentence of the sources, and its translation; [`pattern::pieces`] says how places are written.
type Entry = (&'static str, &'static str);

/// The commands whose sections have words of zarpe beside the headings of their columns. Those of others are names of jobs,
/// environments and steps, and what services answer; where words stand among them, they are translated where they are written.
const WORDED: &[&str] =
    &["verify", "next", "tag", "release", "images", "fresh", "openapi check", "openapi diff", "deploy check"];

/// Those of them whose headings are paths of files.
const PATHS: &[&str] = &["fresh", "openapi check"];

/// The heading that is the name of a command, though it is a word as well.
const STAGE: &str = "next";

/// The columns that hold words of zarpe.
const STATES: &[&str] = &["state", "approval", "is", "answer", "why", "what", "steps", "after"];

/// How deep sentences are looked for in sentences.
const DEEPEST: usize = 4;

/// A sentence in a language; as it is where there is no other.
#[must_use]
pub fn said(language: Language, text: &str) -> Cow<'_, str> {
    match language {
        Language::En => Cow::Borrowed(text),
        Language::Es => translated(text, 0).map_or(Cow::Borrowed(text), Cow::Owned),
    }
}

/// An answer in a language.
#[must_use]
pub fn report(language: Language, mut report: Report) -> Report {
    if language == Language::En {
        return report;
    }
    put(language, &mut report.title);
    for finding in &mut report.findings {
        translate(language, finding);
    }
    if let Body::Sections(sections) = &mut report.body {
        for section in sections {
            translate_section(language, report.command, section);
        }
    }
    report
}

/// What stopped a command, in a language.
#[must_use]
pub fn failure(language: Language, mut failure: Failure) -> Failure {
    translate(language, &mut failure.finding);
    failure
}

fn translate(language: Language, finding: &mut Finding) {
    put(language, &mut finding.message);
    if let Some(help) = &mut finding.help {
        put(language, help);
    }
}

fn translate_section(language: Language, command: &str, section: &mut Section) {
    if let Some(help) = &mut section.help {
        put(language, help);
    }
    let columns = std::mem::take(&mut section.columns);
    if WORDED.contains(&command) {
        put(language, &mut section.summary);
        if !PATHS.contains(&command) && section.heading != STAGE {
            put(language, &mut section.heading);
        }
        for row in &mut section.rows {
            let cells = row.cells.iter_mut().zip(&columns).filter(|(_, column)| STATES.contains(column));
            cells.for_each(|(cell, _)| put(language, cell));
        }
    }
    section.columns = columns.into_iter().map(|column| word(column).unwrap_or(column)).collect();
}

fn put(language: Language, text: &mut String) {
    if let Cow::Owned(other) = said(language, text) {
        *text = other;
    }
}

/// The translation of a sentence without places.
fn word(text: &str) -> Option<&'static str> {
    WORDS.get(text).copied()
}

/// A sentence with places, and its translation.
struct Sentence {
    pieces: Vec<Piece>,
    /// How many bytes of it are words.
    weight: usize,
    translation: Vec<Piece>,
}

/// The sentences without places.
static WORDS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let whole = entries().map(|(english, spanish)| (english.replace(pattern::SEAM, ""), *spanish));
    whole.collect()
});

/// The sentences with places, those first that have more words: of two that a text may be it is such a one.
static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let weight = |piece: &Piece| if let Piece::Words(words) = piece { words.len() } else { 0 };
    let mut all: Vec<Sentence> = entries()
        .map(|(english, spanish)| {
            let pieces = pattern::pieces(english);
            Sentence { weight: pieces.iter().map(weight).sum(), pieces, translation: pattern::pieces(spanish) }
        })
        .collect();
    all.sort_by_key(|sentence| std::cmp::Reverse(sentence.weight));
    all
});

fn entries() -> impl Iterator<Item = &'static Entry> {
    spanish::OWN.iter().chain([&spanish::OTHERS]).flat_map(|part| part.iter())
}

/// The parts of the sentences that the catalogue translates, each as it stands in the sources.
pub fn parts() -> impl Iterator<Item = String> {
    let own = spanish::OWN.iter().flat_map(|part| part.iter());
    own.flat_map(|(english, _)| english.split(pattern::SEAM)).flat_map(pattern::pieces).filter_map(
        |piece| match piece {
            Piece::Words(words) => Some(words),
            Piece::Place(_) | Piece::Count | Piece::Sentence => None,
        },
    )
}

fn translated(text: &str, depth: usize) -> Option<String> {
    if text.is_empty() || depth > DEEPEST {
        return None;
    }
    if let Some(whole) = word(text) {
        return Some(whole.to_owned());
    }
    let found = |sentence: &'static Sentence| Some((sentence, pattern::places(&sentence.pieces, text)?));
    let (sentence, places) = SENTENCES.iter().find_map(found)?;
    let places: Vec<Cow<'_, str>> = places
        .into_iter()
        .map(|(text, is_sentence)| match translated(text, depth + 1).filter(|_| is_sentence) {
            Some(other) => Cow::Owned(other),
            None => Cow::Borrowed(text),
        })
        .collect();
    let mut next = 0;
    let mut whole = String::new();
    for piece in &sentence.translation {
        match piece {
            Piece::Words(words) => whole.push_str(words),
            Piece::Place(Some(number)) => whole.push_str(places.get(*number).map_or("", |place| place)),
            Piece::Place(None) | Piece::Count | Piece::Sentence => {
                whole.push_str(places.get(next).map_or("", |place| place));
                next += 1;
            }
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use test_case::test_case;

    use super::*;

    #[test_case("there is no run 7" => "no existe la ejecución 7")]
    #[test_case("cannot read a.yml: No such file or directory (os error 2)" => "no se puede leer a.yml: no existe el archivo o la carpeta (error 2 del sistema)"; "a sentence in a sentence")]
    #[test_case("what a program said" => "what a program said"; "what nobody here wrote")]
    fn says(text: &str) -> String {
        said(Language::Es, text).into_owned()
    }

    #[test]
    fn in_english_all_stays() {
        assert_eq!(said(Language::En, "there is no run 7"), "there is no run 7");
    }

    #[test]
    fn each_sentence_is_there_once_and_has_its_places() {
        let mut seen = BTreeSet::new();
        for (english, spanish) in entries() {
            assert!(seen.insert(english), "twice: {english}");
            let places = pattern::pieces(english).iter().filter(|piece| !matches!(piece, Piece::Words(_))).count();
            let used: BTreeSet<usize> = pattern::pieces(spanish)
                .iter()
                .filter(|piece| !matches!(piece, Piece::Words(_)))
                .enumerate()
                .map(|(at, piece)| if let Piece::Place(Some(number)) = piece { *number } else { at })
                .collect();
            assert_eq!(used, (0..places).collect(), "{english}");
            assert!(!spanish.ends_with('.') && !spanish.contains("{*}"), "{spanish}");
        }
    }
}
