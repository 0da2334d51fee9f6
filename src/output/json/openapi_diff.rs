//! `openapi-diff/v1`: what changed for callers.

use schemars::JsonSchema;
use serde::Serialize;

use super::Document;
use super::report::{Level, Location};
use crate::openapi::review::{self, Reviewed};
use crate::openapi::rules::Profile;
use crate::openapi::{self, Bump, Document as Compared};

/// What changed for callers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenapiDiff {
    /// Whether a change of level `error` is among them.
    pub breaking: bool,
    /// Of how many changes it could not be determined whether they break callers.
    pub undecidable: usize,
    /// What they ask of the next version: `none`, `patch`, `minor` or `major`; at least, where something is undecidable.
    pub bump: String,
    /// For whom they are judged: `wire`, a running client, or `codegen`, one that is generated from the document.
    pub profile: String,
    /// One for each cause, the worst first.
    pub changes: Vec<Change>,
    /// Those that the ignore file leaves out.
    pub ignored: Vec<Ignored>,
    /// How many changes do not reach what `used-by` names.
    pub outside: usize,
}

/// A change that the ignore file leaves out, for the operations that are named here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ignored {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// Why.
    pub reason: String,
    /// The last day on which it is left out.
    pub expires: String,
}

/// A change, and every operation that it reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change {
    /// The rule's id; of the worst, where one cause falls under several.
    pub id: String,
    /// The ids of the other rules that the same cause falls under: in the other direction, or as a part of it.
    pub also: Vec<String>,
    /// How bad it is: the worst of its occurrences.
    pub level: Level,
    /// What happened, in one line.
    pub text: String,
    /// Tells this change from every other; it does not hold the text.
    pub fingerprint: String,
    /// The component that changed, as in `schemas/Item`; `null` where it is written in the operation.
    pub component: Option<String>,
    /// Where it was, and where it is.
    pub pointer: Pointer,
    /// The same as places in the files.
    pub location: Places,
    /// Where else the same cause stands: in a variant of the component, in another operation.
    pub elsewhere: Vec<Pointer>,
    /// The operations that it reaches.
    pub occurrences: Vec<Occurrence>,
}

/// JSON Pointers; where the thing itself is not there, to what encloses it. In another file of a document, that file goes before
/// it: `schemas/item.yml#/properties/name`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pointer {
    /// In the document as it was.
    pub base: String,
    /// In the document as it is.
    pub head: String,
}

/// Places in files; where the thing itself is not there, of what encloses it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Places {
    /// In the document as it was.
    pub base: Location,
    /// In the document as it is.
    pub head: Location,
}

/// An operation that a change reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Occurrence {
    /// The method in capitals.
    pub operation: String,
    /// The path.
    pub path: String,
    /// Who sends it: `request`, `response` or `none`.
    pub direction: String,
}

impl Document for OpenapiDiff {
    const NAME: &'static str = "openapi-diff/v1";
}

impl OpenapiDiff {
    /// The document of one or more comparisons, each with the document as it was and as it is.
    #[must_use]
    pub fn new<'a>(
        profile: Profile,
        parts: impl IntoIterator<Item = (&'a Reviewed, &'a Compared, &'a Compared)>,
    ) -> Self {
        let mut all = Self {
            breaking: false,
            undecidable: 0,
            bump: Bump::None.name().to_owned(),
            profile: profile.name().to_owned(),
            changes: Vec::new(),
            ignored: Vec::new(),
            outside: 0,
        };
        let mut bump = Bump::None;
        for (reviewed, base, head) in parts {
            let comparison = &reviewed.comparison;
            all.breaking |= comparison.is_breaking();
            all.outside += reviewed.outside;
            all.undecidable += comparison.undecidable().count();
            bump = bump.max(comparison.bump());
            all.changes.extend(comparison.changes.iter().map(|change| Change::new(change, base, head)));
            all.ignored.extend(reviewed.ignored.iter().map(|one| Ignored::new(one, base, head)));
        }
        bump.name().clone_into(&mut all.bump);
        all
    }
}

impl Change {
    fn new(change: &openapi::Change, base: &Compared, head: &Compared) -> Self {
        let pointer = |(was, is): (&openapi::Spot, &openapi::Spot)| Pointer {
            base: base.shown(&was.pointer),
            head: head.shown(&is.pointer),
        };
        Self {
            id: change.id.clone(),
            also: change.also.clone(),
            level: change.level.into(),
            text: change.text.clone(),
            fingerprint: change.fingerprint.clone(),
            component: change.component.clone(),
            pointer: pointer((&change.base, &change.head)),
            location: Places {
                base: base.location(change.base.mark).into(),
                head: head.location(change.head.mark).into(),
            },
            elsewhere: change.elsewhere.iter().map(|(was, is)| pointer((was, is))).collect(),
            occurrences: change.occurrences.iter().map(Occurrence::from).collect(),
        }
    }
}

impl Ignored {
    fn new(one: &review::Ignored, base: &Compared, head: &Compared) -> Self {
        let change = Change::new(&one.change, base, head);
        Self { change, reason: one.reason.clone(), expires: one.expires.to_string() }
    }
}

impl From<&openapi::Occurrence> for Occurrence {
    fn from(one: &openapi::Occurrence) -> Self {
        Self { operation: one.operation.clone(), path: one.path.clone(), direction: one.direction.to_string() }
    }
}
