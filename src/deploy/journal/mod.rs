//! The journal of a run: JSON lines that are only ever appended, each bound to the line before it by its digest.
//!
//! A line is durable before what it announces begins. What a kill leaves of a last line is dropped; anything else that does
//! not fit the chain is a journal that was changed, and nothing is done by it.

mod event;
mod merge;
mod read;

pub use event::{End, Event, FOR_RELEASE, FOR_WINDOW, NOT_BEGUN, Outcome, Part, Place, Proof, Started, Who};
pub use merge::{Merged, merge};
pub use read::{Broken, Journal, read};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// The version of the format. Another one is refused: half understood is not understood.
pub const VERSION: u32 = 1;

/// What stands for the line before the first one.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the format.
    pub v: u32,
    /// Counts from 1.
    pub seq: u64,
    /// The digest of the line before, without its line end, in lowercase hexadecimal.
    pub prev_sha256: String,
    /// When it was written.
    pub ts: Timestamp,
    /// The run.
    pub run_id: String,
    /// Counts the processes that have worked on the run, from 1.
    pub attempt: u32,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Where the next line goes: what is to be known of the lines before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The run.
    pub run_id: String,
    /// The process that writes.
    pub attempt: u32,
    /// The number of the last line.
    pub seq: u64,
    /// The digest of the last line.
    pub sha256: String,
}

impl Tip {
    /// Before the first line of a run.
    #[must_use]
    pub fn beginning(run_id: &str) -> Self {
        Self { run_id: run_id.to_owned(), attempt: 1, seq: 0, sha256: BEGINNING.to_owned() }
    }

    /// The next line, with its line end, and the tip behind it.
    ///
    /// # Errors
    /// Where the event cannot be written as JSON.
    pub fn line(&self, ts: Timestamp, event: Event) -> serde_json::Result<(String, Self)> {
        let entry = Entry {
            v: VERSION,
            seq: self.seq + 1,
            prev_sha256: self.sha256.clone(),
            ts,
            run_id: self.run_id.clone(),
            attempt: self.attempt,
            event,
        };
        let line = serde_json::to_string(&entry)?;
        let tip = Self { seq: entry.seq, sha256: sha256(line.as_bytes()), ..self.clone() };
        Ok((line + "\n", tip))
    }
}

/// The digest of a line.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", sha2::Sha256::digest(bytes))
}
