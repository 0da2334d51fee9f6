//! What a clearance is for: a branch of a repository on a server, as one URI.

use std::fmt;

/// `git+https://HOST/OWNER/NAME@refs/heads/BRANCH`, as SPDX and in-toto name a place in a git repository.
#[derive(Clone, Debug)]
pub struct Resource {
    repository: String,
    branch: String,
}

impl Resource {
    /// The branch of `OWNER/NAME` on the server with these web pages.
    #[must_use]
    pub fn new(server: &str, repository: &str, branch: &str) -> Self {
        Self { repository: format!("{}/{repository}", server.trim_end_matches('/')), branch: branch.to_owned() }
    }

    /// The repository's page.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.repository
    }

    /// The reference of the branch.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// Whether a URI names the same. GitHub tells names of repositories apart without their case, and branches with it.
    #[must_use]
    pub fn is(&self, uri: &str) -> bool {
        let named = uri.strip_prefix("git+").and_then(|rest| rest.split_once("@refs/heads/"));
        named.is_some_and(|(repository, branch)| {
            repository.eq_ignore_ascii_case(&self.repository) && branch == self.branch
        })
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "git+{}@{}", self.repository, self.reference())
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("git+https://github.com/acme/boat@refs/heads/main", true)]
    #[test_case("git+https://GitHub.com/Acme/Boat@refs/heads/main", true; "case of the repository")]
    #[test_case("git+https://github.com/acme/boat@refs/heads/Main", false; "case of the branch")]
    #[test_case("git+https://github.com/acme/boat2@refs/heads/main", false; "other repository")]
    #[test_case("git+https://github.com.evil.example/acme/boat@refs/heads/main", false; "other server")]
    #[test_case("git+https://github.com/acme/boat@refs/heads/main@refs/heads/main", false; "more")]
    #[test_case("https://github.com/acme/boat@refs/heads/main", false; "no git")]
    #[test_case("git+https://github.com/acme/boat", false; "no branch")]
    fn is_the_same(uri: &str, expected: bool) {
        assert_eq!(Resource::new("https://github.com/", "acme/boat", "main").is(uri), expected);
    }

    #[test]
    fn it_is_what_it_says() {
        let resource = Resource::new("https://github.com/", "acme/boat", "release/1.x");
        assert_eq!(resource.to_string(), "git+https://github.com/acme/boat@refs/heads/release/1.x");
        assert!(resource.is(&resource.to_string()));
    }
}
