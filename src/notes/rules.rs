//! Which section a change belongs to: the built-in ones, and those that the configuration adds.

use super::{Kind, Pull, Tracker};
use crate::version::Change;

/// Which sections there are beside the built-in ones, and what is not told at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Further sections in their order; the first that fits a change takes it, before the built-in ones, but never from what
    /// breaks callers.
    pub sections: Vec<Rule>,
    /// Types that are not told, unless they break callers.
    pub hidden: Vec<String>,
    /// Labels of pull requests that are not told.
    pub hidden_labels: Vec<String>,
    /// Accounts whose pull requests are not told.
    pub hidden_authors: Vec<String>,
    /// Trackers of issues beside GitHub.
    pub trackers: Vec<Tracker>,
}

/// A section that the configuration adds: a change belongs to it by its type (and scope, where scopes are named) or by a label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its heading.
    pub title: String,
    /// Types, in lower case.
    pub types: Vec<String>,
    /// Scopes; where there are none, any.
    pub scopes: Vec<String>,
    /// Labels of pull requests; `*` is any pull request.
    pub labels: Vec<String>,
    /// Labels that keep a pull request out of it.
    pub without_labels: Vec<String>,
    /// Accounts whose pull requests are kept out of it.
    pub without_authors: Vec<String>,
}

impl Rules {
    /// Whether they ask for what only GitHub knows.
    #[must_use]
    pub fn need_pulls(&self) -> bool {
        let by_labels = self.sections.iter().any(|rule| !rule.labels.is_empty());
        by_labels || !self.hidden_labels.is_empty() || !self.hidden_authors.is_empty()
    }

    /// The section of a change; `None` where it is not told.
    pub(super) fn kind(&self, change: &Change, pull: Option<&Pull>) -> Option<Kind> {
        if change.breaking.is_some() {
            return Some(Kind::Breaking);
        }
        let author = pull.and_then(|pull| pull.author.as_deref());
        let labels = pull.map(|pull| pull.labels.as_slice()).unwrap_or_default();
        if self.hidden.contains(&change.kind) || any(&self.hidden_labels, labels) || names(&self.hidden_authors, author)
        {
            return None;
        }
        match self.sections.iter().position(|rule| rule.takes(change, pull)) {
            Some(at) => Some(Kind::Custom(at)),
            None => Some(built_in(change)),
        }
    }
}

impl Rule {
    fn takes(&self, change: &Change, pull: Option<&Pull>) -> bool {
        let scope = change.scope.as_deref().unwrap_or_default();
        let in_scope = self.scopes.is_empty() || self.scopes.iter().any(|known| known.eq_ignore_ascii_case(scope));
        let by_type = in_scope && self.types.contains(&change.kind);
        by_type
            || pull.is_some_and(|pull| {
                let kept_out =
                    any(&self.without_labels, &pull.labels) || names(&self.without_authors, pull.author.as_deref());
                !kept_out && (self.labels.iter().any(|label| label == "*") || any(&self.labels, &pull.labels))
            })
    }
}

fn any(known: &[String], labels: &[String]) -> bool {
    known.iter().any(|known| labels.iter().any(|label| label.to_lowercase() == known.to_lowercase()))
}

/// GitHub's own notes take `dependabot` for `dependabot[bot]`.
fn names(known: &[String], author: Option<&str>) -> bool {
    let plain = |name: &str| name.trim_end_matches("[bot]").to_lowercase();
    author.is_some_and(|author| known.iter().any(|known| plain(known) == plain(author)))
}

fn built_in(change: &Change) -> Kind {
    match change.kind.as_str() {
        _ if is_security(change) => Kind::Security,
        "feat" => Kind::Features,
        "fix" => Kind::Fixes,
        "perf" => Kind::Performance,
        "deprecate" | "deprecated" | "deprecation" => Kind::Deprecations,
        "revert" => Kind::Reverts,
        _ => Kind::Others,
    }
}

/// By its type or scope, or by the number of a known weakness in its description.
fn is_security(change: &Change) -> bool {
    let scoped = change.scope.as_deref().is_some_and(|scope| scope.eq_ignore_ascii_case("security"));
    let counts = matches!(change.kind.as_str(), "feat" | "fix" | "perf" | "chore" | "build");
    let numbered = ["CVE-", "GHSA-"].iter().any(|mark| change.description.contains(mark));
    matches!(change.kind.as_str(), "security" | "sec") || (counts && (scoped || numbered))
}
