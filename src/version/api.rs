//! What the difference of the OpenAPI documents since the last release asks for.

use jiff::civil::Date;

use super::Bump;
use super::origin::{Load, Made, Search};
use crate::history::Sha;
use crate::openapi::review::{IgnoreFile, Review};
use crate::openapi::{self, Comparison, Document};
use crate::report::{Failure, Finding, Level};

/// What is known of the OpenAPI documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// There is nothing to compare: no document, no release before, or `version.from` leaves them out.
    #[default]
    NotCompared,
    /// What changed.
    Changes(Vec<ApiChange>),
    /// Not all of what changed could be told.
    CannotTell {
        /// Why, and what to do.
        finding: Finding,
        /// What is known to have changed.
        known: Vec<ApiChange>,
    },
}

/// A document at the last release and at the commit that would be released.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Its path in the repository.
    pub schema: String,
    /// The tag of the last release.
    pub base: String,
    /// Its bytes then; `None` where it was not there.
    pub old: Option<Vec<u8>>,
    /// Its bytes now.
    pub new: Option<Vec<u8>>,
    /// The commits since then that touch it, on the way by first parents, oldest first; empty where that is not asked.
    pub steps: Vec<Sha>,
    /// Both documents with the other files that they refer to, where that is allowed.
    pub whole: Option<Box<(Document, Document)>>,
    /// The levels that the team gives rules.
    pub severity: Vec<(String, Level)>,
    /// The name of the ignore file, and its bytes now.
    pub ignore: Option<(String, Option<Vec<u8>>)>,
}

impl Api {
    /// What changed in these documents; `today` decides whether an announced removal is due, and `load` reads a document on the way.
    #[must_use]
    pub fn of(pairs: &[Pair], today: Date, load: &mut Load<'_>) -> Self {
        let (mut known, mut doubt) = (Vec::new(), None);
        for pair in pairs {
            match pair.changes(today, load) {
                Ok((changes, undecided)) => {
                    known.extend(changes);
                    doubt = doubt.or(undecided);
                }
                Err(error) => doubt = doubt.or(Some(pair.unreadable(&error))),
            }
        }
        known.sort();
        match doubt {
            Some(finding) => Self::CannotTell { finding, known },
            None => Self::Changes(known),
        }
    }

    /// The largest bump that is proven.
    #[must_use]
    pub fn bump(&self) -> Bump {
        self.changes().iter().map(|change| change.effect.bump()).max().unwrap_or_default()
    }

    /// What changed, as far as it is known.
    #[must_use]
    pub fn changes(&self) -> &[ApiChange] {
        match self {
            Self::NotCompared => &[],
            Self::Changes(changes) | Self::CannotTell { known: changes, .. } => changes,
        }
    }
}

impl Pair {
    /// The changes, and what of them could not be decided. A document that was not there promised nothing to callers.
    fn changes(&self, today: Date, load: &mut Load<'_>) -> anyhow::Result<(Vec<ApiChange>, Option<Finding>)> {
        match (&self.old, &self.new) {
            // Of several files, another one may have changed.
            (old, new) if old == new && old.is_some() && self.whole.is_none() => return Ok((Vec::new(), None)),
            (None, Some(_)) => return Ok((Vec::new(), None)),
            (Some(_), Some(_)) => {}
            (_, None) => {
                return Err(Failure::cannot_tell("version/openapi", "it is not in the commit")
                    .help(format!("commit {}, or correct `openapi` in zarpe.yml", self.schema))
                    .into());
            }
        }
        let (old, new) = self.documents()?;
        let comparison = openapi::compare_on(&old, &new, today);
        let comparison = self.review()?.apply(comparison, &old, &new, today)?.comparison;
        let undecided = self.undecided(&comparison, &new);
        let breaking = comparison.changes.iter().filter(|change| change.level == Level::Error);
        let breaking: Vec<&str> = breaking.map(|change| change.fingerprint.as_str()).collect();
        let search = Search { schema: &self.schema, base: &old, steps: &self.steps, today, load };
        let origins = search.origins(&breaking);
        let change = |change: &openapi::Change| {
            let made = origins.get(&change.fingerprint).filter(|_| change.level == Level::Error).cloned();
            ApiChange { made, ..ApiChange::from(change) }
        };
        Ok((comparison.changes.iter().map(change).collect(), undecided))
    }

    fn documents(&self) -> anyhow::Result<(Document, Document)> {
        if let Some(whole) = &self.whole {
            return Ok(whole.as_ref().clone());
        }
        let text = |bytes: &Option<Vec<u8>>| String::from_utf8(bytes.clone().unwrap_or_default());
        let old = Document::parse(&format!("{}:{}", self.base, self.schema), &text(&self.old)?)?;
        Ok((old, Document::parse(&self.schema, &text(&self.new)?)?))
    }

    /// What the team says about changes; a client alone decides no version. An entry that has expired no longer counts.
    fn review(&self) -> anyhow::Result<Review> {
        let mut review = Review::default();
        for (id, level) in &self.severity {
            let refused = |why| Failure::usage("usage/no-rule", why).help("zarpe openapi rules lists all");
            review.severities.set(id, *level).map_err(refused)?;
        }
        if let Some((name, bytes)) = &self.ignore {
            let Some(bytes) = bytes else {
                return Err(Failure::cannot_tell(
                    "version/openapi",
                    format!("the ignore file {name} is not in the commit"),
                )
                .help(format!("commit {name}, or correct `openapi` in zarpe.yml"))
                .into());
            };
            review.ignore = Some(IgnoreFile::parse(name, std::str::from_utf8(bytes)?)?);
        }
        Ok(review)
    }

    /// What could not be decided matters only where callers are not known to break already.
    fn undecided(&self, comparison: &Comparison, new: &Document) -> Option<Finding> {
        let first = comparison.undecidable().next().filter(|_| !comparison.is_breaking())?;
        let message = format!("it cannot be told whether {} breaks callers: {}", self.schema, first.text);
        let help = format!(
            "see it with `zarpe openapi diff {}:{} HEAD:{}`; to go by commits alone: `version.from: [commits]` in zarpe.yml",
            self.base, self.schema, self.schema
        );
        Some(Finding::new("version/openapi", Level::Error, message).at(new.location(first.head.mark)).help(help))
    }

    fn unreadable(&self, error: &anyhow::Error) -> Finding {
        let Finding { message, location, help, .. } = Failure::from_error(error).finding;
        let message = format!("{} cannot be compared with {}: {message}", self.schema, self.base);
        let help = help.unwrap_or_else(|| "correct it, or go by commits alone: `version.from: [commits]`".to_owned());
        Finding { location, help: Some(help), ..Finding::new("version/openapi", Level::Error, message) }
    }
}

/// A change of an OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiChange {
    /// What it does to callers.
    pub effect: ApiEffect,
    /// The operation or the part of the document: `GET /users/{id}`.
    pub place: String,
    /// What changed, in a sentence without a full stop.
    pub text: String,
    /// The commits that made it, where it breaks callers and they are known.
    pub made: Option<Made>,
}

/// What a change does to callers; the order is that of the notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiEffect {
    /// Callers must change.
    Breaks,
    /// Callers should look for another way.
    Deprecates,
    /// Callers may use something new.
    Adds,
    /// Callers may see something else, and go on as before.
    Changes,
}

impl ApiEffect {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaks => "breaks",
            Self::Deprecates => "deprecates",
            Self::Adds => "adds",
            Self::Changes => "changes",
        }
    }

    /// The bump that it asks for (Semantic Versioning 2.0.0, 7 and 8: a deprecation is minor).
    #[must_use]
    pub fn bump(self) -> Bump {
        match self {
            Self::Breaks => Bump::Major,
            Self::Deprecates | Self::Adds | Self::Changes => Bump::Minor,
        }
    }
}

impl From<&openapi::Change> for ApiChange {
    fn from(change: &openapi::Change) -> Self {
        let effect = match change.id.as_str() {
            _ if change.level == Level::Error => ApiEffect::Breaks,
            id if change.level == Level::Info && (id.ends_with("-added") || id.starts_with("new-optional-")) => {
                ApiEffect::Adds
            }
            "endpoint-deprecated" | "endpoint-deprecated-with-sunset" => ApiEffect::Deprecates,
            _ => ApiEffect::Changes,
        };
        let mut reached: Vec<String> =
            change.occurrences.iter().map(|one| format!("{} {}", one.operation, one.path)).collect();
        reached.dedup();
        let place = match reached.as_slice() {
            [] => change.component.clone().unwrap_or_else(|| "document".to_owned()),
            [a, b, c, others @ ..] if !others.is_empty() => format!("{a}, {b}, {c} (+{})", others.len()),
            few => few.join(", "),
        };
        Self { effect, place, text: change.text.clone(), made: None }
    }
}
