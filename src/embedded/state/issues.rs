//! What people talk about: issues, and the comments on them and on pull requests.

use jiff::Timestamp;

use super::{Role, State};

/// An issue. Its number is no pull request's.
#[derive(Clone, Debug)]
pub struct Issue {
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
    /// When it was opened.
    pub created_at: Timestamp,
}

/// A comment on an issue or a pull request.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Number.
    pub id: u64,
    /// The number of the issue or pull request.
    pub issue: u64,
    /// Who wrote it; `None` where the account was deleted.
    pub author: Option<String>,
    /// Text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl State {
    /// The next number of an issue or a pull request: they share them.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        let pulls = self.pulls.iter().map(|pull| pull.number);
        pulls.chain(self.issues.iter().map(|issue| issue.number)).max().unwrap_or(0) + 1
    }

    /// An open issue; gives its number.
    pub fn add_issue(&mut self, title: &str, author: &str) -> u64 {
        if self.user(author).is_none() {
            self.add_user(author, Role::Write);
        }
        let (id, number, created_at) = (self.id(), self.next_number(), self.now);
        let (title, author) = (title.to_owned(), author.to_owned());
        self.issues.push(Issue { id, number, title, body: None, author, open: true, created_at });
        number
    }

    /// A comment, now; gives its number.
    pub fn add_comment(&mut self, issue: u64, author: &str, body: &str) -> u64 {
        let (id, now) = (self.id(), self.now);
        let (author, body) = (Some(author.to_owned()), body.to_owned());
        self.comments.push(Comment { id, issue, author, body, created_at: now, updated_at: now });
        id
    }

    /// The comment of this number, to change it.
    pub fn comment_mut(&mut self, id: u64) -> Option<&mut Comment> {
        self.comments.iter_mut().find(|comment| comment.id == id)
    }

    /// The comments on an issue or a pull request, oldest first.
    pub fn comments_on(&self, issue: u64) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(move |comment| comment.issue == issue)
    }
}
