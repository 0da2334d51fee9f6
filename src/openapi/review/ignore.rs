//! An ignore file: changes that a team accepts, each with a reason and an end. An entry that ignores nothing is a mistake.

use anyhow::Result;
use jiff::civil::Date;
use serde::Deserialize;

use super::super::changes::{Change, Occurrence};
use super::super::document::FILES;
use super::super::rules;
use super::super::trail::escape;
use crate::report::{Failure, Finding, Level};
use crate::yaml::{self, Limits, Mark, Spanned, Value};

/// An ignore file.
#[derive(Debug)]
pub struct IgnoreFile {
    file: String,
    entries: Vec<Entry>,
}

/// A change that was ignored, with the operations for which it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The change.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// The last day on which it is.
    pub expires: Date,
}

#[derive(Debug)]
struct Entry {
    mark: Mark,
    id: Option<String>,
    fingerprint: Option<String>,
    location: Option<Place>,
    reason: String,
    expires: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    id: Option<Spanned<String>>,
    #[serde(default)]
    fingerprint: Option<Fingerprint>,
    #[serde(default)]
    location: Option<Place>,
    reason: Reason,
    expires: Day,
}

/// Where an entry counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
enum Place {
    /// A JSON Pointer, and all that is below it.
    Pointer(String),
    /// A component, as in `schemas/Item`.
    Component(String),
    /// An operation.
    Operation(String, String),
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // In another file of the document: `schemas/item.yml#/properties/name`.
        if let Some((file, pointer)) = text.split_once('#').filter(|(file, _)| !file.is_empty()) {
            let pointer = pointer.trim_end_matches('/');
            return Ok(Self::Pointer(format!("/{FILES}/{}{pointer}", escape(file))));
        }
        let pointer = text.strip_prefix('#').unwrap_or(&text);
        // The whole document is no place: an entry that ignores everything shows nothing.
        if pointer.starts_with('/') && !pointer.trim_end_matches('/').is_empty() {
            return Ok(Self::Pointer(pointer.trim_end_matches('/').to_owned()));
        }
        match text.split_once(' ') {
            Some((method, path)) if method.chars().all(|c| c.is_ascii_uppercase()) && !path.trim().is_empty() => {
                Ok(Self::Operation(method.to_owned(), path.trim().to_owned()))
            }
            None if text.split('/').filter(|part| !part.is_empty()).count() == 2 => Ok(Self::Component(text)),
            _ => Err(format!("`{text}` is no place: write GET /items, schemas/Item or /components/schemas/Item/…")),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Fingerprint(String);

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_one {
            Ok(Self(text))
        } else {
            Err(format!("`{text}` is no fingerprint: it has 16 digits of 0-9 and a-f"))
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Reason(String);

impl TryFrom<String> for Reason {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() { Err("the reason must not be empty") } else { Ok(Self(text)) }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Day(Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("`{text}` is not a day such as 2026-12-31"))
    }
}

impl IgnoreFile {
    /// Reads an ignore file's text; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 with the line of what is wrong: a key, a day, an unknown rule, an entry without a place.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let node = yaml::parse(file, text, Limits::CONFIG)?;
        if node.value == Value::Null {
            return Ok(Self { file: file.to_owned(), entries: Vec::new() });
        }
        let written: Vec<Spanned<Written>> = yaml::from_node(file, &node)?;
        let entries = written.into_iter().map(|one| Entry::new(file, text, one)).collect::<Result<_>>()?;
        Ok(Self { file: file.to_owned(), entries })
    }

    /// The changes that are left, those that are ignored, and the entries that are wrong on this day.
    pub(super) fn apply(&self, changes: Vec<Change>, today: Date) -> (Vec<Change>, Vec<Ignored>, Vec<Finding>) {
        let mut used = vec![false; self.entries.len()];
        let (mut left, mut ignored) = (Vec::new(), Vec::new());
        for mut change in changes {
            let mut gone = false;
            for (entry, used) in self.entries.iter().zip(&mut used).filter(|(entry, _)| today <= entry.expires) {
                let Some(taken) = entry.take(&change) else { continue };
                *used = true;
                gone = taken.len() == change.occurrences.len();
                let change_there = Change { occurrences: taken.clone(), ..change.clone() };
                let (reason, expires) = (entry.reason.clone(), entry.expires);
                ignored.push(Ignored { change: change_there, reason, expires });
                if gone {
                    break;
                }
                change.keep(|one| !taken.contains(one));
            }
            if !gone {
                left.push(change);
            }
        }
        let wrong = self.entries.iter().zip(used).filter_map(|(entry, used)| self.wrong(entry, used, today));
        let wrong = wrong.collect();
        (left, ignored, wrong)
    }

    fn wrong(&self, entry: &Entry, used: bool, today: Date) -> Option<Finding> {
        let finding = if today > entry.expires {
            let message = format!("this entry of the ignore file expired on {}: {}", entry.expires, entry.what());
            Finding::new("openapi/ignore-expired", Level::Error, message)
                .help("see whether its reason still holds: give it a later day, or remove it")
        } else if !used {
            let message = format!("this entry of the ignore file ignores nothing: {}", entry.what());
            Finding::new("openapi/ignore-unused", Level::Error, message).help(
                "remove it, or correct its place: `--format json` shows the pointer and the fingerprint of each change",
            )
        } else {
            return None;
        };
        Some(finding.at(entry.mark.in_file(&self.file)))
    }
}

impl Entry {
    fn new(file: &str, text: &str, written: Spanned<Written>) -> Result<Self> {
        let Spanned { mark, value: Written { id, fingerprint, location, reason, expires } } = written;
        let wrong = |mark: Mark, message: String, help: &str| {
            Err(Failure::usage("openapi/ignore", message).at(mark.in_file(file)).help(help).quoting(text).into())
        };
        let known = |id: &&Spanned<String>| rules::find(id).is_none();
        if let Some(id) = id.as_ref().filter(known) {
            return wrong(id.mark, rules::unknown(id), "zarpe openapi rules lists all");
        }
        if fingerprint.is_none() && (id.is_none() || location.is_none()) {
            return wrong(
                mark,
                "this entry does not say which change it ignores".to_owned(),
                "give it a `fingerprint`, or an `id` with a `location` (GET /items, schemas/Item, a JSON Pointer)",
            );
        }
        Ok(Self {
            mark,
            id: id.map(|id| id.value),
            fingerprint: fingerprint.map(|one| one.0),
            location,
            reason: reason.0,
            expires: expires.0,
        })
    }

    /// The operations for which it ignores the change; `None` where it does not.
    fn take(&self, change: &Change) -> Option<Vec<Occurrence>> {
        let is = |ours: &Option<String>, theirs: &str| ours.as_deref().is_none_or(|ours| ours == theirs);
        if !is(&self.fingerprint, &change.fingerprint) {
            return None;
        }
        // Of a change that falls under several rules, a rule's entry takes where it falls under this one.
        let mut change = change.clone();
        if change.occurrences.is_empty() {
            is(&self.id, &change.id).then_some(())?;
        } else {
            change.occurrences.retain(|one| is(&self.id, &one.id));
            (!change.occurrences.is_empty()).then_some(())?;
        }
        let below = |place: &str, pointer: &str| {
            pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let all = || Some(change.occurrences.clone());
        match &self.location {
            None => all(),
            Some(Place::Pointer(place)) if [&change.base, &change.head].iter().any(|at| below(place, &at.pointer)) => {
                all()
            }
            Some(Place::Component(name)) if change.component.as_ref() == Some(name) => all(),
            Some(Place::Operation(method, path)) => {
                let there = change.occurrences.iter().filter(|one| one.operation == *method && one.path == *path);
                Some(there.cloned().collect()).filter(|there: &Vec<_>| !there.is_empty())
            }
            Some(Place::Pointer(_) | Place::Component(_)) => None,
        }
    }

    fn what(&self) -> String {
        let place = self.location.as_ref().map(|place| match place {
            Place::Pointer(text) | Place::Component(text) => format!("at {text}"),
            Place::Operation(method, path) => format!("in {method} {path}"),
        });
        let parts = [self.id.clone(), self.fingerprint.clone(), place];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
