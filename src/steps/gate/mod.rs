//! Is a number within its limits?

mod judge;
mod piece;
mod read;
mod report;

pub use judge::{Increase, Judgement, Limits, Refusal, WarnAt, judge};
pub use read::{Doubt, Hindrance, Reading, pattern, read};
pub use report::{Told, report};
