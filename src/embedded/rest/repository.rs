//! The repository itself, its branches and tags, and who may do what in it.

use serde_json::{Map, Value, json};

use crate::embedded::auth::Caller;
use crate::embedded::call::Call;
use crate::embedded::git::Reference;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::Role;

pub(super) const ROUTES: &[Route] = &[
    Route::get("", "metadata", repository),
    Route::get("tags", "metadata", tags),
    Route::get("collaborators/{user}/permission", "metadata", permission),
];

fn repository(call: &mut Call<'_>) -> Answer {
    let mut value = call.whole_repository();
    if let Some(value) = value.as_object_mut() {
        value.insert("network_count".to_owned(), 0.into());
        value.insert("subscribers_count".to_owned(), 0.into());
        value.extend(permissions(call));
    }
    Ok(Reply::json(value))
}

/// What the caller may do here; only somebody is told.
fn permissions(call: &Call<'_>) -> Map<String, Value> {
    let Caller::Known { token, .. } = &call.caller else { return Map::new() };
    let role = call.state.role(&token.login);
    let at_least = |needed: Role| role >= needed;
    let value = json!({
        "admin": at_least(Role::Admin),
        "maintain": at_least(Role::Maintain),
        "push": at_least(Role::Write),
        "triage": at_least(Role::Triage),
        "pull": at_least(Role::Read),
    });
    Map::from_iter([("permissions".to_owned(), value)])
}

fn tags(call: &mut Call<'_>) -> Answer {
    let mut tags = call.git.references("refs/tags/");
    // GitHub lists them in reverse order of their names.
    tags.reverse();
    let tag = |Reference { name, commit, .. }: Reference| {
        let name = name.trim_start_matches("refs/tags/");
        json!({
            "name": name,
            "node_id": node("REF", name),
            "commit": { "sha": commit, "url": call.api(&format!("/commits/{commit}")) },
            "zipball_url": call.api(&format!("/zipball/refs/tags/{name}")),
            "tarball_url": call.api(&format!("/tarball/refs/tags/{name}")),
        })
    };
    let tags = tags.into_iter().map(tag).collect();
    Ok(call.list(tags))
}

fn permission(call: &mut Call<'_>) -> Answer {
    let login = call.capture("user");
    let mut user = call.user(login);
    if user.is_null() {
        return Err(Reply::not_found());
    }
    let role = call.state.role(login);
    if let Some(user) = user.as_object_mut() {
        user.insert("role_name".to_owned(), role.as_str().into());
    }
    Ok(Reply::json(json!({ "permission": role.permission(), "role_name": role.as_str(), "user": user })))
}
