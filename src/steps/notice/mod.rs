//! What people are told about a deployment, and in which form each channel takes it.

mod channel;
mod facts;
mod hindrance;
mod payload;
mod reply;
mod report;
mod words;

pub use channel::{Channel, Target};
pub use facts::Facts;
pub use hindrance::{Cause, Hindrance};
pub use payload::payload;
pub use reply::{Reply, reply};
pub use report::{Notice, Told, Trouble, report, untold};
pub use words::{Text, built_in, names, one_line, own};
