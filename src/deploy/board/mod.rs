//! All deployments that are known: which version, when, by whom, how long, how they ended, and how that changes over time.

mod gather;
mod page;
mod summary;
mod trend;

pub use gather::{Puts, Seen, board};
pub use page::page;
pub use summary::summary;
