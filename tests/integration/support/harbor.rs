//! A repository whose origin is the embedded GitHub, and few words to describe a situation.

use jiff::SignedDuration;
use zarpe::embedded::Embedded;
use zarpe::embedded::state::{Access, RequiredCheck, Role, Rule, State, Token};

use super::http::{Answer, send};
use super::invariants::{self, Watch};
use super::repo::Repo;
use super::run::Zarpe;

/// The token that `zarpe` is given: of a workflow's job, with what a release needs.
/// In two parts, so that it is not in this file: no file of a test may hold it.
pub const TOKEN: &str = concat!("ghs_harbor0", "workflow0token");

/// A repository on `main` whose origin is the embedded GitHub of `acme/boat`. Every step takes a minute of the server's time.
pub struct Harbor {
    /// The first field is dropped first: it looks at what the next ones hold.
    _watch: Watch,
    pub repo: Repo,
    pub github: Embedded,
    /// The pull request that the next words are about.
    pull: u64,
}

impl Harbor {
    /// One pushed commit, and no release.
    pub fn new() -> Self {
        let mut state = State::new("acme", "boat");
        let permissions = ["contents", "deployments", "statuses"].map(|name| (name, Access::Write));
        let reads = ["checks", "actions", "pull-requests"].map(|name| (name, Access::Read));
        state.add_user("github-actions[bot]", Role::Read);
        state.add_token(TOKEN, Token::workflow(&[permissions.as_slice(), reads.as_slice()].concat()));
        // Whoever commits in `Repo`.
        state.add_user("ana", Role::Write);
        let github = Embedded::start(state).unwrap();
        let repo = Repo::new().commit("chore: begin");
        repo.git(["remote", "add", "origin", &github.clone_url()]);
        let harbor = Self { _watch: invariants::watched(github.bare()), repo, github, pull: 0 };
        harbor.push("main");
        harbor
    }

    /// Changes the state.
    pub fn state(self, change: impl FnOnce(&mut State)) -> Self {
        self.github.state(change);
        self.later()
    }

    /// The commit that `main` is at, here and on the remote.
    pub fn head(&self) -> String {
        self.repo.sha("main")
    }

    /// Pushes a refspec, as a person with every right.
    pub fn push(&self, refspec: &str) {
        // Straight into the bare repository: this is what was there before the test's own story.
        self.repo.git(["push", "--quiet", self.github.bare().to_str().unwrap(), refspec]);
    }

    /// A commit pushed to `main` without a pull request.
    pub fn pushed(mut self, message: &str) -> Self {
        self.repo = self.repo.commit(message);
        self.push("main");
        self.later()
    }

    /// A pull request of one commit, merged (squashed) into `main` as `TITLE (#N)`. Reviews that are added to it come before
    /// the merge by the server's clock.
    pub fn merged_pull(mut self, title: &str, author: &str) -> Self {
        let base = self.head();
        self.repo.git(["switch", "--quiet", "--create", "change"]);
        self.repo = self.repo.commit(title);
        let head = self.repo.sha("HEAD");
        let number = self.github.state(|state| state.add_pull(title, author, &base, &[&head]));
        self.push(&format!("change:refs/pull/{number}/head"));
        self = self.later();
        self.github.state(|state| {
            let suite = state.workflow_suite(&head, "ci", "pull_request");
            state.add_check_run(suite, "test", "success");
            state.advance(SignedDuration::from_hours(1));
        });
        self.repo.git(["switch", "--quiet", "main"]);
        self.repo.git(["read-tree", "--reset", "-u", "change"]);
        self.repo.git(["branch", "--quiet", "-D", "change"]);
        self.repo = self.repo.commit(&format!("{title} (#{number})"));
        let merged = self.head();
        self.github.state(|state| state.merge_pull(number, author, &merged));
        self.push("main");
        self.pull = number;
        self.later()
    }

    /// The last pull request was approved by this person, half an hour before its merge.
    pub fn approved_by(self, login: &str) -> Self {
        self.reviewed_by(login, "APPROVED")
    }

    /// The last pull request got this review, half an hour before its merge.
    pub fn reviewed_by(self, login: &str, state: &str) -> Self {
        let number = self.pull;
        self.github.state(|github| {
            let id = github.add_review(number, login, state);
            let pull = github.pull_mut(number).expect("there is a pull request");
            let before = pull.merge.as_ref().expect("it is merged").at - SignedDuration::from_mins(30);
            let review = pull.reviews.iter_mut().find(|review| review.id == id).unwrap();
            review.submitted_at = Some(before);
        });
        self
    }

    /// A check run of GitHub Actions on the head of `main`: a conclusion, or a status that is not the last one.
    pub fn check(self, name: &str, word: &str) -> Self {
        let head = self.head();
        self.check_of(&head, name, word)
    }

    /// A check run of GitHub Actions on another commit.
    pub fn check_of(self, sha: &str, name: &str, word: &str) -> Self {
        self.github.state(|state| state.add_check(sha, name, word));
        self.later()
    }

    /// A commit status on the head of `main`.
    pub fn status(self, context: &str, state: &str) -> Self {
        let head = self.head();
        self.github.state(|github| github.add_status(&head, context, state));
        self.later()
    }

    /// A rule in force on `main`.
    pub fn rule(self, rule: Rule) -> Self {
        self.github.state(|state| state.add_rule(rule));
        self
    }

    /// A rule in force on `main` that requires these checks from any source.
    pub fn requires(self, checks: &[&str]) -> Self {
        let checks = checks.iter().map(|name| RequiredCheck::new(name)).collect();
        self.rule(Rule::RequiredChecks(checks))
    }

    /// An annotated tag at the head of `main`, here and on the remote.
    pub fn tagged(mut self, name: &str) -> Self {
        self.repo = self.repo.tag(name);
        self.push(&format!("refs/tags/{name}"));
        self.later()
    }

    /// A minute passes on the server.
    pub fn later(self) -> Self {
        self.github.state(|state| state.advance(SignedDuration::from_mins(1)));
        self
    }

    /// The binary, about to run in the repository with the token and the addresses of the embedded GitHub.
    pub fn zarpe<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Zarpe {
        self.at_github(self.repo.zarpe(args), self.github.origin())
    }

    /// Points a run at another address of the same GitHub, as a proxy in front of it.
    pub fn at_github(&self, zarpe: Zarpe, origin: &str) -> Zarpe {
        let repository = self.github.state(|state| state.repository.full_name());
        zarpe
            .env("ZARPE_TOKEN", TOKEN)
            .env("GITHUB_SERVER_URL", origin)
            .env("GITHUB_API_URL", format!("{origin}/api/v3"))
            .env("GITHUB_GRAPHQL_URL", format!("{origin}/api/graphql"))
            .env("GITHUB_REPOSITORY", repository)
    }

    /// Asks the REST API of the repository with the token.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, TOKEN, "")
    }

    /// Asks the REST API of the repository.
    pub fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let authorization = format!("Bearer {token}");
        let headers: &[(&str, &str)] = if token.is_empty() { &[] } else { &[("authorization", &authorization)] };
        send(method, &self.url(path), headers, body.to_owned())
    }

    /// The address of something of the repository in the REST API.
    pub fn url(&self, path: &str) -> String {
        let repository = self.github.state(|state| state.repository.full_name());
        format!("{}/repos/{repository}{path}", self.github.api_url())
    }

    /// The remote's references, as `NAME SHA` lines; an annotated tag is followed by its commit (`^{}`).
    pub fn remote_refs(&self, pattern: &str) -> String {
        let lines = self.repo.git(["ls-remote", &self.github.clone_url(), pattern]);
        let swap = |line: &str| line.split_once('\t').map(|(sha, name)| format!("{name} {sha}")).unwrap_or_default();
        lines.lines().map(swap).collect::<Vec<_>>().join("\n")
    }
}
