//! What a branch requires: the rules in force, and classic protection.

use serde_json::{Value, json};

use crate::embedded::call::Call;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::state::{Enforcement, Protection, RequiredWorkflow, Rule, Ruleset, State};

pub(super) const ROUTES: &[Route] = &[
    Route::get("rules/branches/{branch+}", "metadata", rules),
    Route::get("branches/{branch+}/protection", "administration", protection),
];

fn rules(call: &mut Call<'_>) -> Answer {
    let rules = call.state.rules_of(call.capture("branch"));
    let rules = rules.into_iter().map(|(ruleset, rule)| rule_json(call, ruleset, rule)).collect();
    Ok(call.list(rules))
}

impl State {
    /// The rules in force for a branch, each with its set.
    pub(in crate::embedded) fn rules_of(&self, branch: &str) -> Vec<(&Ruleset, &Rule)> {
        let applies = |ruleset: &&Ruleset| {
            ruleset.enforcement == Enforcement::Active
                && ruleset.branches.iter().any(|pattern| self.pattern_holds(pattern, branch))
        };
        let sets = self.rulesets.iter().filter(applies);
        sets.flat_map(|ruleset| ruleset.rules.iter().map(move |rule| (ruleset, rule))).collect()
    }

    fn pattern_holds(&self, pattern: &str, branch: &str) -> bool {
        match pattern {
            "~ALL" => true,
            "~DEFAULT_BRANCH" => branch == self.repository.default_branch,
            // As in GitHub's fnmatch, a star does not cross a slash.
            _ => globset::GlobBuilder::new(pattern)
                .literal_separator(true)
                .build()
                .is_ok_and(|glob| glob.compile_matcher().is_match(format!("refs/heads/{branch}"))),
        }
    }
}

fn rule_json(call: &Call<'_>, ruleset: &Ruleset, rule: &Rule) -> Value {
    let (kind, parameters) = match rule {
        Rule::RequiredChecks(checks) => {
            let checks = checks.iter().map(|check| match check.app {
                Some(app) => json!({ "context": check.context, "integration_id": app }),
                None => json!({ "context": check.context }),
            });
            let parameters = json!({
                "strict_required_status_checks_policy": false,
                "do_not_enforce_on_create": false,
                "required_status_checks": checks.collect::<Vec<_>>(),
            });
            ("required_status_checks", Some(parameters))
        }
        Rule::PullRequest { approvals, dismiss_stale, code_owners, last_push } => {
            let parameters = json!({
                "required_approving_review_count": approvals,
                "dismiss_stale_reviews_on_push": dismiss_stale,
                "require_code_owner_review": code_owners,
                "require_last_push_approval": last_push,
                "required_review_thread_resolution": false,
                "allowed_merge_methods": ["merge", "squash", "rebase"],
            });
            ("pull_request", Some(parameters))
        }
        Rule::Workflows(workflows) => {
            let file =
                |workflow: &RequiredWorkflow| json!({ "path": workflow.path, "repository_id": workflow.repository });
            let workflows: Vec<Value> = workflows.iter().map(file).collect();
            ("workflows", Some(json!({ "do_not_enforce_on_create": false, "workflows": workflows })))
        }
        Rule::NonFastForward => ("non_fast_forward", None),
        Rule::Deletion => ("deletion", None),
    };
    let repository = &call.state.repository;
    let (source, name) = if ruleset.organization {
        ("Organization", repository.owner.clone())
    } else {
        ("Repository", repository.full_name())
    };
    let mut value =
        json!({ "type": kind, "ruleset_id": ruleset.id, "ruleset_source_type": source, "ruleset_source": name });
    if let (Some(parameters), Some(value)) = (parameters, value.as_object_mut()) {
        value.insert("parameters".to_owned(), parameters);
    }
    value
}

fn protection(call: &mut Call<'_>) -> Answer {
    let branch = call.capture("branch");
    let missing = || Reply::refusal(http::StatusCode::NOT_FOUND, "Branch not protected");
    let protection =
        call.state.protections.iter().find(|protection| protection.branch == branch).ok_or_else(missing)?;
    Ok(Reply::json(protection_json(call, protection)))
}

fn protection_json(call: &Call<'_>, protection: &Protection) -> Value {
    let url = call.api(&format!("/branches/{}/protection", protection.branch));
    let mut value = json!({
        "url": url,
        "enforce_admins": { "url": format!("{url}/enforce_admins"), "enabled": false },
        "required_linear_history": { "enabled": false },
        "allow_force_pushes": { "enabled": false },
        "allow_deletions": { "enabled": false },
    });
    let Some(object) = value.as_object_mut() else { return value };
    if !protection.checks.is_empty() {
        let url = format!("{url}/required_status_checks");
        let contexts: Vec<&str> = protection.checks.iter().map(|check| check.context.as_str()).collect();
        let checks: Vec<Value> =
            protection.checks.iter().map(|check| json!({ "context": check.context, "app_id": check.app })).collect();
        let checks = json!({
            "url": url, "strict": false, "contexts": contexts, "contexts_url": format!("{url}/contexts"), "checks": checks,
        });
        object.insert("required_status_checks".to_owned(), checks);
    }
    if let Some(approvals) = protection.approvals {
        let reviews = json!({
            "url": format!("{url}/required_pull_request_reviews"),
            "dismiss_stale_reviews": false,
            "require_code_owner_reviews": false,
            "require_last_push_approval": false,
            "required_approving_review_count": approvals,
        });
        object.insert("required_pull_request_reviews".to_owned(), reviews);
    }
    value
}
