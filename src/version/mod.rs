//! The next version. Pure: history and policy in, a decision out.
//! Semantic Versioning 2.0.0, <https://semver.org>.

mod api;
mod assess;
mod bump;
mod check;
mod conventional;
mod decide;
pub mod files;
mod labels;
mod line;
mod origin;
mod reading;
mod report;
#[cfg(test)]
mod tests;

pub use api::{Api, ApiChange, ApiEffect, Pair};
pub use assess::{Assessed, Reason, assess};
pub use bump::Bump;
pub use conventional::{Change, Flaw, Footer, parse};
pub use decide::{Answer, Channel, Decision, FETCH, Facts, Policy, decide};
pub use labels::{LabelledPull, Labels, PullAsk};
pub use line::Line;
pub use origin::{Load, Made, steps};
pub use reading::{Reading, Remark};
pub use report::report;
