//! The clearance as a document: an in-toto Statement v1 with the SLSA verification summary as its predicate.
//!
//! <https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>,
//! <https://slsa.dev/spec/v1.1/verification_summary>. What SLSA has no field for stands under names that are URIs, as its
//! parsing rules want it. No field is a number, so that every writer of JSON spells the document alike.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::canonical;
use super::resource::Resource;
use crate::config::Waiver;
use crate::history::Sha;
use crate::report::{Failure, Location};
use crate::verify::{Judgement, Word};

/// The type of an in-toto statement.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// The type of SLSA's verification summary, for every 1.x of its specification.
pub const PREDICATE: &str = "https://slsa.dev/verification_summary/v1";

/// Who verified: this program.
const VERIFIER: &str = "https://github.com/zarpe/zarpe";

/// The verdict on a commit as a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// The type of an in-toto statement.
    #[serde(rename = "_type")]
    pub kind: String,
    /// What is spoken of: one commit.
    pub subject: Vec<Subject>,
    /// The type of the predicate: [`PREDICATE`].
    pub predicate_type: String,
    /// What is said of it.
    pub predicate: Predicate,
}

/// A commit of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The repository and its branch.
    pub name: String,
    /// The commit.
    pub digest: CommitDigest,
}

/// An in-toto digest set that names a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitDigest {
    /// The whole name of the commit.
    pub git_commit: String,
}

/// An in-toto digest set of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// SHA-256 in lowercase hexadecimal.
    pub sha256: String,
}

/// SLSA's verification summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Predicate {
    /// Who verified.
    pub verifier: Verifier,
    /// When the verification began.
    pub time_verified: Timestamp,
    /// The branch that the commit may be released from: `git+https://HOST/OWNER/NAME@refs/heads/BRANCH`.
    pub resource_uri: String,
    /// By what it was judged.
    pub policy: Policy,
    /// `PASSED` or `FAILED`; what cannot be told did not pass.
    pub verification_result: String,
    /// What was shown; `FAILED` alone where it was not.
    pub verified_levels: Vec<String>,
    /// Version of the SLSA specification.
    pub slsa_version: String,
    /// The verdict in zarpe's own word.
    #[serde(rename = "https://github.com/zarpe/zarpe/clearance#verdict")]
    pub verdict: String,
    /// What was seen.
    #[serde(rename = "https://github.com/zarpe/zarpe/clearance#evidence")]
    pub evidence: Evidence,
    /// The waivers that let a commit through.
    #[serde(rename = "https://github.com/zarpe/zarpe/clearance#waivers")]
    pub waivers: Vec<Waiver>,
}

/// Who verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verifier {
    /// [`VERIFIER`].
    pub id: String,
    /// Version of each of its parts.
    #[serde(default)]
    pub version: BTreeMap<String, String>,
}

/// By what was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Which policy this is: what the branch is verified by.
    pub uri: String,
    /// Digest of its canonical form.
    pub digest: Digest,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Digest of its canonical form.
    pub digest: Digest,
}

impl Statement {
    /// The statement of a judgement that was made at this time, on the server with these web pages. The same judgement makes
    /// the same statement, but for its time.
    ///
    /// # Errors
    /// Exit code 3 where policy and evidence have no canonical form.
    pub fn of(judgement: &Judgement, server: &str, now: Timestamp) -> Result<Self> {
        let Some(digests) = &judgement.digests else {
            let failure = Failure::cannot_tell("clearance/canonical", "what was judged has no canonical form");
            return Err(failure.help("this is a mistake in zarpe: please report it").into());
        };
        let resource = Resource::new(server, &judgement.repository, &judgement.branch).to_string();
        let passed = judgement.word == Word::Pass;
        let levels: &[&str] = if passed { &["ZARPE_GREEN", "ZARPE_APPROVED"] } else { &["FAILED"] };
        Ok(Self {
            kind: STATEMENT.to_owned(),
            subject: vec![Subject {
                name: resource.clone(),
                digest: CommitDigest { git_commit: judgement.commit.to_string() },
            }],
            predicate_type: PREDICATE.to_owned(),
            predicate: Predicate {
                verifier: Verifier {
                    id: VERIFIER.to_owned(),
                    version: BTreeMap::from([("zarpe".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
                },
                time_verified: Timestamp::from_second(now.as_second()).unwrap_or(now),
                policy: Policy { uri: format!("{resource}#verify"), digest: Digest { sha256: digests.policy.clone() } },
                resource_uri: resource,
                verification_result: if passed { "PASSED" } else { "FAILED" }.to_owned(),
                verified_levels: levels.iter().map(|level| (*level).to_owned()).collect(),
                slsa_version: "1.1".to_owned(),
                verdict: judgement.word.as_str().to_owned(),
                evidence: Evidence { digest: Digest { sha256: digests.evidence.clone() } },
                waivers: judgement.waivers.clone(),
            },
        })
    }

    /// The statement as a file: canonical JSON and a line end.
    ///
    /// # Errors
    /// As [`canonical::text`].
    pub fn text(&self) -> Result<String> {
        Ok(canonical::text(self)? + "\n")
    }

    /// Reads a file of [`Statement::text`]; `file` is its name for messages. Unknown fields are passed over, as SLSA's parsing
    /// rules want it.
    ///
    /// # Errors
    /// Exit code 2 with the place where it is no clearance.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let malformed = |line: Option<usize>, column: Option<usize>, why: &str| {
            Failure::usage("clearance/malformed", format!("this is no clearance: {why}"))
                .at(Location { file: file.to_owned(), line, column })
                .help("make one: zarpe verify --clearance FILE")
        };
        let statement: Self = serde_json::from_slice(bytes).map_err(|error| {
            let text = error.to_string();
            let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
            malformed(Some(error.line()), Some(error.column().max(1)), why)
        })?;
        let Self { kind, subject, predicate_type, predicate } = &statement;
        let wrong = |what: &str, is: &str, expected: &str| {
            malformed(None, None, &format!("{what} is `{is}`, not `{expected}`"))
        };
        if kind != STATEMENT {
            return Err(wrong("`_type`", kind, STATEMENT).into());
        }
        if predicate_type != PREDICATE {
            return Err(wrong("`predicateType`", predicate_type, PREDICATE).into());
        }
        if predicate.verifier.id != VERIFIER {
            return Err(wrong("`predicate.verifier.id`", &predicate.verifier.id, VERIFIER).into());
        }
        match subject.as_slice() {
            [one] if Sha::parse(&one.digest.git_commit).is_ok_and(|sha| sha.as_str() == one.digest.git_commit) => {
                Ok(statement)
            }
            [one] => Err(malformed(None, None, &format!("`{}` is no commit", one.digest.git_commit)).into()),
            many => {
                Err(malformed(None, None, &format!("it speaks of {} things, not of one commit", many.len())).into())
            }
        }
    }

    /// The commit that it speaks of.
    #[must_use]
    pub fn commit(&self) -> &str {
        self.subject.first().map_or("", |subject| &subject.digest.git_commit)
    }
}
