//! Are generated files what their generator makes? Pure: what stands at the paths before and after, held against each other.

mod excerpt;
mod judge;
mod report;

use std::collections::BTreeMap;

pub use judge::{Checked, Difference, Kind, State, differing, judge};
pub use report::{Question, SHOWN, report};

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File {
        /// `sha256:` with the digest of its bytes.
        digest: String,
        /// Whether it may be executed.
        executable: bool,
    },
    /// A symbolic link, and where it leads.
    Link(String),
}

/// The files below a path, by their own paths from the top of the repository, with `/`.
pub type Files = BTreeMap<String, Entry>;

/// The bytes of a file in the work tree and in the copy; `None` where it is not there or larger than is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    /// As it is committed.
    pub committed: Option<Vec<u8>>,
    /// As the command makes it.
    pub made: Option<Vec<u8>>,
}
