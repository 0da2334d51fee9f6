//! What people say about a change: pull requests and reviews.

use jiff::Timestamp;

use super::{Role, State};

/// A pull request.
#[derive(Clone, Debug)]
pub struct Pull {
    /// Its internal number.
    pub id: u64,
    /// The number that people use.
    pub number: u64,
    /// Title.
    pub title: String,
    /// Text.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// Still open.
    pub open: bool,
    /// Not ready for review.
    pub draft: bool,
    /// The merge, where it was merged.
    pub merge: Option<Merge>,
    /// The branch that it goes into.
    pub base: String,
    /// The commit that the base was at.
    pub base_sha: String,
    /// The branch that it comes from.
    pub head: String,
    /// The commit that it ends at.
    pub head_sha: String,
    /// Its commits, oldest first.
    pub commits: Vec<String>,
    /// When its head was pushed by force.
    pub force_pushes: Vec<ForcePush>,
    /// Reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
}

impl Pull {
    /// `OPEN`, `CLOSED` or `MERGED`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (&self.merge, self.open) {
            (Some(_), _) => "MERGED",
            (None, true) => "OPEN",
            (None, false) => "CLOSED",
        }
    }
}

/// How a pull request was merged.
#[derive(Clone, Debug)]
pub struct Merge {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The commit on the base: of a merge, a squash, or the last one of a rebase.
    pub commit: String,
}

/// A push that replaced commits.
#[derive(Clone, Debug)]
pub struct ForcePush {
    /// The server's time.
    pub at: Timestamp,
    /// Who pushed.
    pub actor: String,
    /// The head before.
    pub before: String,
    /// The head after.
    pub after: String,
}

/// A review.
#[derive(Clone, Debug)]
pub struct Review {
    /// Number.
    pub id: u64,
    /// Who wrote it; `None` where the account was deleted.
    pub author: Option<String>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`.
    pub state: String,
    /// Text.
    pub body: String,
    /// The commit that it is bound to (a push of the same patch binds it anew).
    pub commit: Option<String>,
    /// The server's time; `None` while it is pending.
    pub submitted_at: Option<Timestamp>,
    /// When its text was changed last.
    pub edited_at: Option<Timestamp>,
    /// Whether the author may push to the repository.
    pub author_can_push: bool,
    /// The teams that it was written for, `organisation/team`.
    pub on_behalf_of: Vec<String>,
}

/// A pull request in the merge queue, as it is tried.
#[derive(Clone, Debug)]
pub struct QueueEntry {
    /// Number of the pull request.
    pub pull: u64,
    /// The commit that its group ends with.
    pub head: String,
    /// The commit that it was put on.
    pub base: String,
}

impl State {
    /// An open pull request into the default branch with these commits (oldest first); gives its number.
    pub fn add_pull(&mut self, title: &str, author: &str, base_sha: &str, commits: &[&str]) -> u64 {
        if self.user(author).is_none() {
            self.add_user(author, Role::Write);
        }
        let number = self.next_number();
        let pull = Pull {
            id: self.id(),
            number,
            title: title.to_owned(),
            body: None,
            author: author.to_owned(),
            open: true,
            draft: false,
            merge: None,
            base: self.repository.default_branch.clone(),
            base_sha: base_sha.to_owned(),
            head: format!("change-{number}"),
            head_sha: commits.last().copied().unwrap_or_default().to_owned(),
            commits: commits.iter().map(|sha| (*sha).to_owned()).collect(),
            force_pushes: Vec::new(),
            reviews: Vec::new(),
            labels: Vec::new(),
            created_at: self.now,
            closed_at: None,
        };
        self.pulls.push(pull);
        number
    }

    /// The pull requests that brought a commit to their base, or still hold it: what `commits/{sha}/pulls` lists.
    #[must_use]
    pub fn pulls_of(&self, sha: &str) -> Vec<&Pull> {
        let merged = |pull: &Pull| pull.merge.as_ref().is_some_and(|merge| merge.commit == sha);
        self.pulls.iter().filter(|pull| merged(pull) || pull.commits.iter().any(|commit| commit == sha)).collect()
    }

    /// The pull request of this number.
    #[must_use]
    pub fn pull(&self, number: u64) -> Option<&Pull> {
        self.pulls.iter().find(|pull| pull.number == number)
    }

    /// The pull request of this number, to change it.
    pub fn pull_mut(&mut self, number: u64) -> Option<&mut Pull> {
        self.pulls.iter_mut().find(|pull| pull.number == number)
    }

    /// A review of the head, now, by a person with the role that they have (write where they are new); gives its number.
    pub fn add_review(&mut self, pull: u64, author: &str, state: &str) -> u64 {
        if self.user(author).is_none() {
            self.add_user(author, Role::Write);
        }
        let (id, now, can_push) = (self.id(), self.now, self.role(author) >= Role::Write);
        if let Some(pull) = self.pull_mut(pull) {
            pull.reviews.push(Review {
                id,
                author: Some(author.to_owned()),
                state: state.to_owned(),
                body: String::new(),
                commit: Some(pull.head_sha.clone()),
                submitted_at: Some(now),
                edited_at: None,
                author_can_push: can_push,
                on_behalf_of: Vec::new(),
            });
        }
        id
    }

    /// Marks the pull request as merged, now, as this commit of its base.
    pub fn merge_pull(&mut self, number: u64, by: &str, commit: &str) {
        let now = self.now;
        if let Some(pull) = self.pull_mut(number) {
            pull.open = false;
            pull.closed_at = Some(now);
            pull.merge = Some(Merge { at: now, by: by.to_owned(), commit: commit.to_owned() });
        }
    }
}
