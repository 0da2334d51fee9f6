//! Commits and branches, read from the repository.

use serde_json::{Value, json};

use crate::embedded::call::Call;
use crate::embedded::git::Commit;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;

pub(super) const ROUTES: &[Route] = &[
    Route::get("commits", "contents", list),
    Route::get("commits/{ref+}", "contents", get),
    Route::get("branches", "contents", branches),
    Route::get("branches/{branch+}", "contents", branch),
];

/// The most commits that one list is made of.
const MOST: usize = 10_000;

fn list(call: &mut Call<'_>) -> Answer {
    let name = call.query("sha").unwrap_or(&call.state.repository.default_branch);
    let sha = call.git.resolve(name).ok_or_else(Reply::not_found)?;
    let commits = call.git.commits(&sha, 0, MOST);
    let commits = commits.iter().map(|commit| call.commit_json(commit)).collect();
    Ok(call.list(commits))
}

fn get(call: &mut Call<'_>) -> Answer {
    let sha = call.commit()?;
    let commit = call.git.commit(&sha).ok_or_else(Reply::not_found)?;
    let mut value = call.commit_json(&commit);
    if let Some(value) = value.as_object_mut() {
        value.insert("stats".to_owned(), json!({ "total": 0, "additions": 0, "deletions": 0 }));
        value.insert("files".to_owned(), json!([]));
    }
    Ok(Reply::json(value))
}

fn branches(call: &mut Call<'_>) -> Answer {
    let branches = call.git.references("refs/heads/").into_iter().map(|reference| {
        let name = reference.name.trim_start_matches("refs/heads/");
        let url = call.api(&format!("/commits/{}", reference.commit));
        json!({
            "name": name,
            "commit": { "sha": reference.commit, "url": url },
            "protected": protected(call, name),
        })
    });
    let branches = branches.collect();
    Ok(call.list(branches))
}

fn branch(call: &mut Call<'_>) -> Answer {
    let name = call.capture("branch");
    let missing = || Reply::refusal(http::StatusCode::NOT_FOUND, "Branch not found");
    let reference = call.git.reference(&format!("refs/heads/{name}")).ok_or_else(missing)?;
    let commit: Commit = call.git.commit(&reference.commit).ok_or_else(missing)?;
    let url = call.api(&format!("/branches/{name}"));
    Ok(Reply::json(json!({
        "name": name,
        "commit": call.commit_json(&commit),
        "_links": { "html": call.html(&format!("/tree/{name}")), "self": url },
        "protected": protected(call, name),
        "protection": partial_protection(call, name),
        "protection_url": format!("{url}/protection"),
    })))
}

/// Whether anything in force asks something of the branch.
fn protected(call: &Call<'_>, name: &str) -> bool {
    call.state.protections.iter().any(|protection| protection.branch == name) || !call.state.rules_of(name).is_empty()
}

/// What everybody sees of classic protection: the required checks.
fn partial_protection(call: &Call<'_>, name: &str) -> Value {
    let protection = call.state.protections.iter().find(|protection| protection.branch == name);
    let checks = protection.map(|protection| protection.checks.as_slice()).unwrap_or_default();
    let contexts: Vec<&str> = checks.iter().map(|check| check.context.as_str()).collect();
    let checks: Vec<Value> =
        checks.iter().map(|check| json!({ "context": check.context, "app_id": check.app })).collect();
    json!({
        "enabled": protection.is_some(),
        "required_status_checks": {
            "enforcement_level": if checks.is_empty() { "off" } else { "non_admins" },
            "contexts": contexts,
            "checks": checks,
        },
    })
}
