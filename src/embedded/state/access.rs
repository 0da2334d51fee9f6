//! Who may do what, and how often.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::State;

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The account it acts for.
    pub login: String,
    /// What kind of token.
    pub kind: TokenKind,
    /// What it may do, by the names of GitHub's permissions (`contents`, `pull_requests`, `checks`, …). `metadata` is always read.
    pub permissions: BTreeMap<String, Access>,
    /// When it stops being accepted.
    pub expires_at: Option<Timestamp>,
    /// How much it may still ask.
    pub quota: Quota,
}

/// What kind of token; each is refused in other words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The token of a workflow's job: what it does starts no workflow, and it belongs to no person.
    Workflow,
    /// A person's fine-grained token.
    FineGrained,
    /// A person's classic token: it may do what the person may do.
    Classic,
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Look.
    Read,
    /// Look and change.
    Write,
}

impl Access {
    /// As the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl Token {
    /// The token of a workflow's job with these permissions, written as in a workflow: `contents: write`.
    #[must_use]
    pub fn workflow(permissions: &[(&str, Access)]) -> Self {
        let permissions = permissions.iter().map(|(name, access)| (name.replace('-', "_"), *access)).collect();
        let quota = Quota::of(1000);
        Self {
            login: "github-actions[bot]".to_owned(),
            kind: TokenKind::Workflow,
            permissions,
            expires_at: None,
            quota,
        }
    }

    /// A person's fine-grained token with these permissions.
    #[must_use]
    pub fn fine_grained(login: &str, permissions: &[(&str, Access)]) -> Self {
        Self {
            login: login.to_owned(),
            kind: TokenKind::FineGrained,
            quota: Quota::of(5000),
            ..Self::workflow(permissions)
        }
    }

    /// A person's classic token.
    #[must_use]
    pub fn classic(login: &str) -> Self {
        Self { login: login.to_owned(), kind: TokenKind::Classic, quota: Quota::of(5000), ..Self::workflow(&[]) }
    }

    /// Whether it may do this.
    #[must_use]
    pub fn allows(&self, permission: &str, access: Access) -> bool {
        self.kind == TokenKind::Classic
            || (permission == "metadata" && access == Access::Read)
            || self.permissions.get(permission).is_some_and(|held| *held >= access)
    }
}

/// A number of requests in an hour.
#[derive(Clone, Debug)]
pub struct Quota {
    /// Requests in an hour.
    pub limit: u32,
    /// Requests that were counted in this hour.
    pub used: u32,
    /// When the hour ends; `None` before the first request.
    pub reset: Option<Timestamp>,
}

impl Quota {
    /// Untouched.
    #[must_use]
    pub fn of(limit: u32) -> Self {
        Self { limit, used: 0, reset: None }
    }

    /// Requests that are left.
    #[must_use]
    pub fn remaining(&self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// How much may be asked by those without a token, and the secondary limits that a test wants.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The quota of requests without a token.
    pub anonymous: Quota,
    /// A secondary limit in force.
    pub secondary: Option<Secondary>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { anonymous: Quota::of(60), secondary: None }
    }
}

/// The next requests are refused with a secondary limit.
#[derive(Clone, Debug)]
pub struct Secondary {
    /// 403 or 429: GitHub answers both.
    pub status: u16,
    /// How many requests are still refused.
    pub requests: u32,
    /// The seconds of `Retry-After`, where the header is sent.
    pub retry_after: Option<u32>,
}

impl State {
    /// Accepts a token from now on.
    pub fn add_token(&mut self, text: &str, token: Token) {
        self.tokens.insert(text.to_owned(), token);
    }

    /// Refuses the next requests with a secondary limit.
    pub fn limit_next(&mut self, requests: u32, status: u16, retry_after: Option<u32>) {
        self.limits.secondary = Some(Secondary { status, requests, retry_after });
    }
}
