//! What a verdict rests on, in few bytes: the digests of the policy and of the evidence.

use anyhow::Result;

use super::canonical;
use crate::verify::{Evidence, Policy};

/// SHA-256 of the canonical JSON of what was judged, in lowercase hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// What was asked: configuration and options, without the day on which it was asked.
    pub policy: String,
    /// What was seen.
    pub evidence: String,
}

impl Digests {
    /// The digests of a judgement's two halves.
    ///
    /// # Errors
    /// As [`canonical::text`].
    pub fn of(evidence: &Evidence, policy: &Policy) -> Result<Self> {
        Ok(Self { policy: canonical::digest(policy)?, evidence: canonical::digest(evidence)? })
    }
}
