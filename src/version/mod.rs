//! The next version. Pure: history and policy in, a decision out.
//! Semantic Versioning 2.0.0, <https://semver.org>.

mod conventional;
mod reading;

pub use conventional::{Change, Flaw, Footer, parse};
pub use reading::{Reading, Remark};
