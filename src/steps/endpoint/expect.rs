//! What is expected of an answer, as options and keys say it.

use std::str::FromStr;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use super::secret::is_secret_to_send;
use crate::duration;
use crate::steps::document::{Document, Exact, Repeated};
use crate::steps::path::Path;

/// What is expected of an answer. Without a status, one that says success.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub(super) status: Vec<Status>,
    pub(super) json: Vec<(Path, Wanted)>,
    pub(super) headers: Vec<(String, Wanted)>,
    pub(super) body: Vec<Regex>,
    pub(super) within: Option<Duration>,
}

/// A status, or all of a class: `200`, `2xx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Exactly(u16),
    Class(u16),
}

/// What a value must be.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// This value.
    Exactly(Exact),
    /// A text in which this is found.
    Like(Regex),
    /// This text, or the number, `true`, `false` or `null` that it writes.
    Either(String),
    /// Any value of this type.
    Kind(&'static str),
}

const KINDS: [&str; 7] = ["string", "number", "boolean", "array", "object", "null", "any"];

impl Status {
    pub(super) fn fits(self, status: u16) -> bool {
        match self {
            Self::Exactly(wanted) => wanted == status,
            Self::Class(class) => status / 100 == class,
        }
    }

    pub(super) fn text(self) -> String {
        match self {
            Self::Exactly(status) => status.to_string(),
            Self::Class(class) => format!("{class}xx"),
        }
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no status: write it as 200 or 2xx");
        if let Some(class) = text.to_lowercase().strip_suffix("xx") {
            return class.parse().ok().filter(|class| (1..=5).contains(class)).map(Self::Class).ok_or_else(wrong);
        }
        text.parse().ok().filter(|status| (100..600).contains(status)).map(Self::Exactly).ok_or_else(wrong)
    }
}

fn regex(text: &str) -> Result<Regex, String> {
    let regex = regex::RegexBuilder::new(text).multi_line(true).size_limit(1 << 20).build();
    regex.map_err(|error| format!("`{text}` is no regular expression: {error}"))
}

/// `~regex`, `=text`, `:type`, or the value itself.
fn wanted(value: &Exact) -> Result<Wanted, String> {
    let Value::String(text) = value.value() else { return Ok(Wanted::Exactly(value.clone())) };
    if let Some(pattern) = text.strip_prefix('~') {
        return regex(pattern).map(Wanted::Like);
    }
    if let Some(text) = text.strip_prefix('=') {
        return Ok(Wanted::Either(text.to_owned()));
    }
    match text.strip_prefix(':') {
        Some(kind) => KINDS
            .into_iter()
            .find(|known| *known == kind)
            .map(Wanted::Kind)
            .ok_or_else(|| format!("`:{kind}` is no type: :{}", KINDS.join(", :"))),
        None => Ok(Wanted::Exactly(value.clone())),
    }
}

/// What a header must be: it is a text, also where it is written as a number.
fn wanted_header(name: &str, value: &Exact) -> Result<Wanted, String> {
    let text = match value.value() {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.text(),
        _ => {
            return Err(format!("the header `{name}` is a text: write it as {{\"{name}\": \"~.\"}} where any will do"));
        }
    };
    match wanted(&Exact::from(text))? {
        Wanted::Kind(kind) if !matches!(kind, "string" | "any") => {
            Err(format!("the header `{name}` is a text and never a {kind}: write it as \"~^[0-9]+$\""))
        }
        wanted => Ok(wanted),
    }
}

impl Expected {
    /// Reads `KEY=VALUE` pairs: status, json, header, body, within.
    ///
    /// # Errors
    /// What is wrong, with an example of what is right.
    pub fn parse(pairs: &[String]) -> Result<Self, String> {
        let mut expected = Self::default();
        for pair in pairs {
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| format!("`{pair}` says nothing of what is expected: write it as status=200"))?;
            match key {
                "status" => expected.status.extend(statuses(value)?),
                "json" => {
                    for (path, value) in object(key, value)? {
                        expected.json.push((path.parse()?, wanted(&value)?));
                    }
                }
                "header" | "headers" => {
                    for (name, value) in object(key, value)? {
                        let wanted = wanted_header(&name, &value)?;
                        expected.headers.push((name.to_lowercase(), wanted));
                    }
                }
                // `~` says elsewhere that what follows is an expression; here everything is one.
                "body" => expected.body.push(regex(value.strip_prefix('~').unwrap_or(value))?),
                "within" => expected.within = Some(duration::fine(value)?),
                _ => {
                    return Err(format!(
                        "`{key}` is nothing that can be expected: status, json, header, body or within"
                    ));
                }
            }
        }
        Ok(expected)
    }

    pub(super) fn statuses(&self) -> Vec<Status> {
        if self.status.is_empty() { vec![Status::Class(2)] } else { self.status.clone() }
    }
}

fn statuses(text: &str) -> Result<Vec<Status>, String> {
    let list = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
        }
        _ => text.split(',').map(|one| one.trim().to_owned()).collect::<Vec<_>>(),
    };
    list.iter().map(|one| one.parse()).collect()
}

fn object(key: &str, text: &str) -> Result<Vec<(String, Exact)>, String> {
    let whole = Document::parse(text).map(Document::whole);
    match whole.map(|whole| whole.map(|whole| whole.pairs())) {
        Ok(Ok(Some(pairs))) => Ok(pairs),
        Ok(Err(Repeated)) => Err(format!("`{key}` has a key twice, and one of them would not count: write each once")),
        _ => Err(format!("`{key}` is a JSON object: write it as {key}={{\"$.status\": \"ok\"}}")),
    }
}

/// The outputs that the step has of its own.
const TAKEN: [&str; 2] = ["result", "status"];

/// A value that later steps read.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The name of the output.
    pub name: String,
    pub(super) from: From,
}

/// Where a captured value comes from.
#[derive(Clone, Debug)]
pub(super) enum From {
    Json(Path),
    Header(String),
}

impl Capture {
    /// Whether what it reads is most likely a secret, by its own name or that of its place.
    pub(super) fn is_secret(&self) -> bool {
        let place = match &self.from {
            From::Json(path) => path.text(),
            From::Header(name) => name,
        };
        is_secret_to_send(&self.name) || is_secret_to_send(place)
    }
}

/// The name that two of them give to their outputs, case aside, as expressions read it.
#[must_use]
pub fn given_twice(captures: &[Capture]) -> Option<&str> {
    let again = captures
        .iter()
        .enumerate()
        .find(|(at, one)| captures.iter().take(*at).any(|before| before.name.eq_ignore_ascii_case(&one.name)));
    again.map(|(_, one)| one.name.as_str())
}

impl FromStr for Capture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` captures nothing: write it as id=$.id or place=header:location");
        let (name, from) = text.split_once('=').ok_or_else(wrong)?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || !name.chars().all(is_part) {
            return Err(format!("`{name}` is no name of an output: letters, digits, `-` and `_`"));
        }
        if TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
            return Err(format!("the output `{name}` is the step's own: give the capture another name"));
        }
        let from = match from.strip_prefix("header:") {
            Some(header) => From::Header(header.trim().to_lowercase()),
            None if from.starts_with('$') => From::Json(from.parse()?),
            None => return Err(wrong()),
        };
        Ok(Self { name: name.to_owned(), from })
    }
}
