//! What a branch requires: the rules in force, and what of its classic protection is visible without administration rights.

use anyhow::Result;
use serde::Deserialize;

use super::super::{GitHub, segment};
use crate::history::Sha;
use crate::verify::{Obstacle, Required, RequiredWorkflow, Requirements, Seen, Word};

/// A rule in force.
#[derive(Deserialize)]
pub(super) struct Rule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Parameters,
}

/// What the kinds of rules that matter here say; each has its own part of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    required_status_checks: Vec<RuleCheck>,
    required_approving_review_count: u32,
    require_code_owner_review: bool,
    require_last_push_approval: bool,
    required_reviewers: Vec<serde_json::Value>,
    workflows: Vec<Workflow>,
}

#[derive(Deserialize)]
struct RuleCheck {
    context: String,
    integration_id: Option<i64>,
}

#[derive(Deserialize)]
struct Workflow {
    path: String,
    repository_id: Option<u64>,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

/// A branch, with the part of its classic protection that everybody sees.
#[derive(Deserialize)]
pub(super) struct Branch {
    commit: Head,
    #[serde(default)]
    protection: Protection,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Protection {
    enabled: bool,
    required_status_checks: Option<ProtectedChecks>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProtectedChecks {
    contexts: Vec<String>,
    checks: Vec<ProtectedCheck>,
}

#[derive(Deserialize)]
struct ProtectedCheck {
    context: String,
    app_id: Option<i64>,
}

/// Classic protection as GraphQL shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct UpdateRule {
    required_approving_review_count: Option<u32>,
    required_status_check_contexts: Option<Vec<Option<String>>>,
    requires_code_owner_reviews: bool,
}

impl Branch {
    pub(super) fn head(&self) -> Option<Sha> {
        Sha::parse(&self.commit.sha).ok()
    }
}

/// The rules in force, those of the organisation included, those that are only tried out left out by GitHub.
pub(super) async fn rules(github: &GitHub, branch: &str) -> Result<Vec<Rule>> {
    let path = github.path(&format!("rules/branches/{}?per_page=100", segment(branch)));
    let pages: Vec<Vec<Rule>> = github.pages(&path).await?;
    Ok(pages.into_iter().flatten().collect())
}

/// The branch.
pub(super) async fn branch(github: &GitHub, branch: &str) -> Result<Branch> {
    github.get(&github.path(&format!("branches/{}", segment(branch)))).await
}

/// All that is required: the union of the checks, the largest number of approvals.
pub(super) fn required(rules: &[Rule], branch: &Branch, classic: Option<&UpdateRule>) -> Seen<Requirements> {
    let mut required = Requirements::default();
    for rule in rules {
        required.add(rule);
    }
    if branch.protection.enabled && classic.is_none() {
        return Err(Obstacle {
            word: Word::Unknown,
            message: "the branch is protected, and this token may not see what the protection requires".to_owned(),
            help: Some(
                "use rules (Settings → Rules), which every token may read, or say it in zarpe.yml: `verify.checks` and \
                 `verify.approvals`"
                    .to_owned(),
            ),
        });
    }
    required.checks.extend(branch.protection.checks());
    if let Some(classic) = classic {
        required.add_classic(classic);
    }
    Ok(required)
}

/// The number of an app that a rule pins; none and −1 mean any.
fn pin(app: Option<i64>) -> Option<u64> {
    app.and_then(|app| u64::try_from(app).ok())
}

impl Requirements {
    fn add(&mut self, rule: &Rule) {
        let Parameters { required_status_checks, workflows, .. } = &rule.parameters;
        match rule.kind.as_str() {
            "required_status_checks" => self.checks.extend(
                required_status_checks
                    .iter()
                    .map(|check| Required { name: check.context.clone(), app: pin(check.integration_id) }),
            ),
            "workflows" => workflows.iter().for_each(|workflow| self.add_workflow(workflow)),
            "pull_request" => self.add_reviews(&rule.parameters),
            _ => {}
        }
    }

    fn add_workflow(&mut self, workflow: &Workflow) {
        let Workflow { path, repository_id, reference } = workflow;
        match repository_id {
            Some(repository) => self.workflows.push(RequiredWorkflow {
                path: path.clone(),
                repository: *repository,
                reference: reference.clone(),
            }),
            None => self.unjudged_checks.push(format!("the workflow {path} to run")),
        }
    }

    fn add_reviews(&mut self, rule: &Parameters) {
        self.approvals = self.approvals.max(Some(rule.required_approving_review_count));
        self.code_owners |= rule.require_code_owner_review;
        self.last_push |= rule.require_last_push_approval;
        if !rule.required_reviewers.is_empty() {
            self.unjudged_reviews.push("reviews by certain teams".to_owned());
        }
    }

    fn add_classic(&mut self, rule: &UpdateRule) {
        self.approvals = self.approvals.max(rule.required_approving_review_count);
        let contexts = rule.required_status_check_contexts.iter().flatten().flatten();
        for name in contexts {
            // The branch itself names the app of each; here only the names are seen.
            if !self.checks.iter().any(|check| check.name == *name) {
                self.checks.push(Required { name: name.clone(), app: None });
            }
        }
        self.code_owners |= rule.requires_code_owner_reviews;
    }
}

impl Protection {
    fn checks(&self) -> Vec<Required> {
        let Some(required) = &self.required_status_checks else { return Vec::new() };
        let mut checks: Vec<Required> = required
            .checks
            .iter()
            .map(|check| Required { name: check.context.clone(), app: pin(check.app_id) })
            .collect();
        for name in &required.contexts {
            if !checks.iter().any(|check| check.name == *name) {
                checks.push(Required { name: name.clone(), app: None });
            }
        }
        checks
    }
}
