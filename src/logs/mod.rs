//! Do the logs show abnormal errors? Pure: lines in, a judgement out.
//!
//! The rates of 4xx and 5xx before and after a cut-over are compared by the exact conditional binomial test, on all routes and
//! on the busiest. A log with too little traffic to show a rise is *inconclusive*, never a yes.

pub mod binomial;
mod combined;
pub mod entry;
mod events;
mod fields;
mod frame;
mod heavy;
pub mod judge;
mod report;
pub mod rise;
mod route;
mod scatter;
mod segment;
mod shape;
mod siblings;
pub mod silence;
pub mod tally;
mod time;
mod walk;
mod words;

pub use entry::Form;
pub use fields::Fields;
pub use judge::{Doubt, Group, Judgement, Policy, judge};
pub use report::{Inconclusive, Told, report};
pub use rise::Level;
pub use tally::{LeftOut, Tally, Windows};
