//! What the difference of the OpenAPI documents since the last release asks for.

use super::Bump;
use crate::report::Finding;

/// What is known of the OpenAPI documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// There is nothing to compare: no document, no release before, or `version.from` leaves them out.
    #[default]
    NotCompared,
    /// What changed.
    Changes(Vec<ApiChange>),
    /// What changed could not be told: why, and what to do.
    CannotTell(Finding),
}

impl Api {
    /// The largest bump that is proven.
    #[must_use]
    pub fn bump(&self) -> Bump {
        self.changes().iter().map(|change| change.effect.bump()).max().unwrap_or_default()
    }

    /// What changed, as far as it is known.
    #[must_use]
    pub fn changes(&self) -> &[ApiChange] {
        if let Self::Changes(changes) = self { changes } else { &[] }
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
}

impl ApiEffect {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaks => "breaks",
            Self::Deprecates => "deprecates",
            Self::Adds => "adds",
        }
    }

    /// The bump that it asks for (Semantic Versioning 2.0.0, 7 and 8: a deprecation is minor).
    #[must_use]
    pub fn bump(self) -> Bump {
        match self {
            Self::Breaks => Bump::Major,
            Self::Deprecates | Self::Adds => Bump::Minor,
        }
    }
}
