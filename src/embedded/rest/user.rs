//! Who the caller is, and how much they may still ask.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::embedded::auth::{Caller, Needs};
use crate::embedded::call::Call;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::state::{Access, Quota, TokenKind};

pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::GET, pattern: "user", needs: Needs::Somebody, handler: user },
    Route { method: Method::GET, pattern: "orgs/{organisation}/teams/{team}", needs: Needs::Somebody, handler: team },
    Route {
        method: Method::GET,
        pattern: "orgs/{organisation}/teams/{team}/memberships/{login}",
        needs: Needs::Somebody,
        handler: membership,
    },
    Route { method: Method::GET, pattern: "rate_limit", needs: Needs::Nothing, handler: rate_limit },
];

fn user(call: &mut Call<'_>) -> Answer {
    let Caller::Known { token, .. } = &call.caller else { return Err(Reply::not_found()) };
    if token.kind == TokenKind::Workflow {
        return Err(Reply::refusal(StatusCode::FORBIDDEN, "Resource not accessible by integration"));
    }
    let mut user = call.user(&token.login);
    let created = call.state.repository.created_at.to_string();
    let more = json!({
        "name": call.state.user(&token.login).map(|user| user.name.clone()),
        "company": null, "blog": null, "location": null, "email": null, "hireable": null, "bio": null,
        "public_repos": 1, "public_gists": 0, "followers": 0, "following": 0,
        "created_at": created, "updated_at": created,
    });
    if let (Some(user), Value::Object(more)) = (user.as_object_mut(), more) {
        user.extend(more);
    }
    Ok(Reply::json(user))
}

/// Teams are the organisation's: a workflow's own token sees none of them.
fn sees_teams(call: &Call<'_>) -> Result<(), Box<Reply>> {
    let Caller::Known { token, .. } = &call.caller else { return Err(Reply::not_found()) };
    if token.kind != TokenKind::Workflow && token.allows("members", Access::Read) {
        return Ok(());
    }
    let whose = if token.kind == TokenKind::Workflow { "integration" } else { "personal access token" };
    Err(Reply::refusal(StatusCode::FORBIDDEN, &format!("Resource not accessible by {whose}")))
}

fn team(call: &mut Call<'_>) -> Answer {
    sees_teams(call)?;
    let (organisation, team) = (call.capture("organisation"), call.capture("team"));
    if !call.state.teams.contains_key(&format!("{organisation}/{team}")) {
        return Err(Reply::not_found());
    }
    let url = format!("{}/api/v3/orgs/{organisation}/teams/{team}", call.origin);
    Ok(Reply::json(json!({ "url": url, "name": team, "slug": team, "privacy": "closed" })))
}

/// Who is no member is not found, as a team that is not there.
fn membership(call: &mut Call<'_>) -> Answer {
    sees_teams(call)?;
    let (organisation, team, login) = (call.capture("organisation"), call.capture("team"), call.capture("login"));
    let members = call.state.teams.get(&format!("{organisation}/{team}")).ok_or_else(Reply::not_found)?;
    if !members.iter().any(|member| member.eq_ignore_ascii_case(login)) {
        return Err(Reply::not_found());
    }
    let url = format!("{}/api/v3/orgs/{organisation}/teams/{team}/memberships/{login}", call.origin);
    Ok(Reply::json(json!({ "url": url, "role": "member", "state": "active" })))
}

fn rate_limit(call: &mut Call<'_>) -> Answer {
    let caller = call.caller.clone();
    let core = caller.quota(call.state).map_or(Value::Null, |quota| quota_json(quota));
    Ok(Reply::json(json!({
        "resources": { "core": core, "search": quota_json(&Quota::of(30)), "graphql": core },
        "rate": core,
    })))
}

fn quota_json(quota: &Quota) -> Value {
    json!({
        "limit": quota.limit,
        "used": quota.used.min(quota.limit),
        "remaining": quota.remaining(),
        "reset": quota.reset.map_or(0, |reset| reset.as_second()),
    })
}
