//! The state model: what there is on this GitHub, as plain values. Commits, branches and tags are not in it: they are read
//! from the bare repository, so that the model cannot disagree with the remote.

mod access;
mod checks;
mod deployments;
mod issues;
mod pulls;
mod releases;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

pub use access::{Access, Limits, Quota, Secondary, Token, TokenKind};
pub use checks::{App, CheckRun, CheckSuite, Progress, Status, WorkflowRun};
pub use deployments::{Deployment, DeploymentStatus};
pub use issues::{Comment, Issue};
pub use pulls::{ForcePush, Merge, Pull, QueueEntry, Review};
pub use releases::{Asset, AssetState, Release};
pub use rules::{Enforcement, Protection, RequiredCheck, RequiredWorkflow, Rule, Ruleset};

/// Everything that one repository's GitHub knows. Tests and the demo read and change it as they like; the endpoints follow.
#[derive(Clone, Debug)]
pub struct State {
    /// The server's clock. It stands still until it is advanced.
    pub now: Timestamp,
    /// The one repository.
    pub repository: Repository,
    /// Accounts. Whoever is named elsewhere and is not here counts as a deleted account.
    pub users: Vec<User>,
    /// What each person may do with the repository, by login.
    pub collaborators: BTreeMap<String, Role>,
    /// The members of each team, by `organisation/team`.
    pub teams: BTreeMap<String, Vec<String>>,
    /// Tokens that the server accepts, by their text.
    pub tokens: BTreeMap<String, Token>,
    /// Pull requests, oldest first.
    pub pulls: Vec<Pull>,
    /// Issues, oldest first.
    pub issues: Vec<Issue>,
    /// Comments on issues and pull requests, oldest first.
    pub comments: Vec<Comment>,
    /// The merge queue of the default branch, in its order.
    pub queue: Vec<QueueEntry>,
    /// Check suites with their check runs and workflow runs, oldest first.
    pub suites: Vec<CheckSuite>,
    /// Commit statuses, oldest first.
    pub statuses: Vec<Status>,
    /// Rulesets of the repository and of its organisation.
    pub rulesets: Vec<Ruleset>,
    /// Classic branch protection.
    pub protections: Vec<Protection>,
    /// Releases, oldest first, drafts included.
    pub releases: Vec<Release>,
    /// The release that was marked as the latest one.
    pub latest_release: Option<u64>,
    /// Tags of immutable releases that were deleted: no release can have them again.
    pub burned_tags: BTreeSet<String>,
    /// Deployments, oldest first.
    pub deployments: Vec<Deployment>,
    /// How much may be asked.
    pub limits: Limits,
    last_id: u64,
}

impl State {
    /// A public repository with its owner, and nothing in it.
    #[must_use]
    pub fn new(owner: &str, name: &str) -> Self {
        let mut state = Self {
            now: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_600),
            repository: Repository::new(owner, name),
            users: Vec::new(),
            collaborators: BTreeMap::new(),
            teams: BTreeMap::new(),
            tokens: BTreeMap::new(),
            pulls: Vec::new(),
            issues: Vec::new(),
            comments: Vec::new(),
            queue: Vec::new(),
            suites: Vec::new(),
            statuses: Vec::new(),
            rulesets: Vec::new(),
            protections: Vec::new(),
            releases: Vec::new(),
            latest_release: None,
            burned_tags: BTreeSet::new(),
            deployments: Vec::new(),
            limits: Limits::default(),
            last_id: 1000,
        };
        state.add_user(owner, Role::Admin);
        state
    }

    /// A number that nothing else has.
    pub fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Lets time pass, and gives the new time.
    pub fn advance(&mut self, by: SignedDuration) -> Timestamp {
        self.now = self.now.checked_add(by).unwrap_or(self.now);
        self.age_checks();
        self.now
    }

    /// Makes sure that the person exists and has this role.
    pub fn add_user(&mut self, login: &str, role: Role) {
        if self.user(login).is_none() {
            let id = self.id();
            let kind = if login.ends_with("[bot]") { UserKind::Bot } else { UserKind::User };
            let email = format!("{}@example.com", login.trim_end_matches("[bot]"));
            self.users.push(User { id, login: login.to_owned(), name: login.to_owned(), email, kind });
        }
        self.collaborators.insert(login.to_owned(), role);
    }

    /// The account; `None` where it does not exist (any more). Upper and lower case are one.
    #[must_use]
    pub fn user(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| user.login.eq_ignore_ascii_case(login))
    }

    /// The account that a commit's mail address belongs to; `NUMBER+LOGIN@users.noreply.github.com` is everybody's second one.
    #[must_use]
    pub fn user_by_email(&self, email: &str) -> Option<&User> {
        if let Some(login) = email.strip_suffix("@users.noreply.github.com") {
            return self.user(login.split_once('+').map_or(login, |(_, login)| login));
        }
        self.users.iter().find(|user| user.email.eq_ignore_ascii_case(email))
    }

    /// What a person may do with the repository.
    #[must_use]
    pub fn role(&self, login: &str) -> Role {
        let held = self.collaborators.iter().find(|(name, _)| name.eq_ignore_ascii_case(login)).map(|(_, role)| *role);
        held.unwrap_or(if self.repository.private { Role::None } else { Role::Read })
    }
}

/// The repository.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Number.
    pub id: u64,
    /// Login of the owner.
    pub owner: String,
    /// Name.
    pub name: String,
    /// `OWNER/NAME` that it had before: asked for, they are answered 301.
    pub former_names: Vec<String>,
    /// The default branch.
    pub default_branch: String,
    /// Seen only by its collaborators.
    pub private: bool,
    /// Read-only for everybody.
    pub archived: bool,
    /// A release cannot be changed once it is published.
    pub immutable_releases: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Repository {
    fn new(owner: &str, name: &str) -> Self {
        Self {
            id: 1,
            owner: owner.to_owned(),
            name: name.to_owned(),
            former_names: Vec::new(),
            default_branch: "main".to_owned(),
            private: false,
            archived: false,
            immutable_releases: false,
            created_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000),
        }
    }

    /// `OWNER/NAME`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

/// An account.
#[derive(Clone, Debug)]
pub struct User {
    /// Number.
    pub id: u64,
    /// Login.
    pub login: String,
    /// Display name.
    pub name: String,
    /// The mail address that commits are matched by.
    pub email: String,
    /// What kind of account.
    pub kind: UserKind,
}

/// What kind of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    /// A person.
    User,
    /// An app's account.
    Bot,
    /// An organisation.
    Organization,
}

impl UserKind {
    /// As the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Bot => "Bot",
            Self::Organization => "Organization",
        }
    }
}

/// What a person may do with the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Nothing.
    None,
    /// Read.
    Read,
    /// Read, and sort issues.
    Triage,
    /// Push.
    Write,
    /// Push, and some settings.
    Maintain,
    /// Everything.
    Admin,
}

impl Role {
    /// The role's own name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The permission that the role comes down to: maintain is answered as write, triage as read.
    #[must_use]
    pub fn permission(self) -> &'static str {
        match self {
            Self::Triage => "read",
            Self::Maintain => "write",
            other => other.as_str(),
        }
    }
}
