//! What a branch requires: rulesets, and classic protection.

/// A set of rules.
#[derive(Clone, Debug)]
pub struct Ruleset {
    /// Number.
    pub id: u64,
    /// Whether it belongs to the organisation, not to the repository.
    pub organization: bool,
    /// Whether it is in force.
    pub enforcement: Enforcement,
    /// Branches, as in GitHub: `~DEFAULT_BRANCH`, `~ALL`, `refs/heads/release/*`.
    pub branches: Vec<String>,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// Whether a ruleset is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforcement {
    /// In force.
    Active,
    /// Only tried out: the rules are not answered for a branch.
    Evaluate,
    /// Off.
    Disabled,
}

/// One rule.
#[derive(Clone, Debug)]
pub enum Rule {
    /// These checks must pass.
    RequiredChecks(Vec<RequiredCheck>),
    /// Changes come by pull request.
    PullRequest {
        /// How many approvals.
        approvals: u32,
        /// A push voids approvals.
        dismiss_stale: bool,
        /// The owners of the files approve.
        code_owners: bool,
        /// Somebody else than the last pusher approves.
        last_push: bool,
    },
    /// Runs of these workflows must pass.
    Workflows(Vec<RequiredWorkflow>),
    /// No push by force.
    NonFastForward,
    /// No deletion.
    Deletion,
}

/// A check that must pass.
#[derive(Clone, Debug)]
pub struct RequiredCheck {
    /// Name of the check run or status.
    pub context: String,
    /// Number of the app that it must come from.
    pub app: Option<u64>,
}

impl RequiredCheck {
    /// From any source.
    #[must_use]
    pub fn new(context: &str) -> Self {
        Self { context: context.to_owned(), app: None }
    }
}

/// A workflow that must run and pass.
#[derive(Clone, Debug)]
pub struct RequiredWorkflow {
    /// Its file.
    pub path: String,
    /// Number of the repository that the file is in.
    pub repository: u64,
}

/// Classic protection of one branch.
#[derive(Clone, Debug)]
pub struct Protection {
    /// The branch.
    pub branch: String,
    /// Checks that must pass.
    pub checks: Vec<RequiredCheck>,
    /// How many approvals; `None` where pull requests are not required.
    pub approvals: Option<u32>,
    /// Whether the owners of the files approve.
    pub code_owners: bool,
}

impl super::State {
    /// A rule in force on the default branch.
    pub fn add_rule(&mut self, rule: Rule) {
        let id = self.id();
        self.rulesets.push(Ruleset {
            id,
            organization: false,
            enforcement: Enforcement::Active,
            branches: vec!["~DEFAULT_BRANCH".to_owned()],
            rules: vec![rule],
        });
    }
}
