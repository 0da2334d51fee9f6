//! OpenAPI: what changed for callers between two documents, and what of it breaks them. Pure: documents in, changes out.
//!
//! Both documents are read into the sets of values that they accept (`schema`), walked once for each direction (`walk`,
//! `operations`), and every difference is given a rule (`rules`): its level follows from what became of the set and from who
//! sends it. What no rule judges is reported as undecidable, never passed over (`fields`).

mod bundle;
mod cause;
mod changes;
mod compared;
mod comparison;
mod components;
mod difference;
mod document;
mod fields;
pub mod freshness;
mod index;
mod meant;
mod names;
mod operations;
mod report;
pub mod review;
pub mod rules;
mod schema;
mod trail;
mod unchanged;
mod value;
mod walk;
mod words;

pub use bundle::{Bundle, Wanted};
pub use changes::{Change, Occurrence};
pub use comparison::{Bump, Comparison, Operation, Operations, compare, compare_for, compare_on};
pub use difference::{Difference, Kind, differences};
pub use document::{Dialect, Document};
pub use report::{FailOn, Shown, report};
pub use trail::Spot;
