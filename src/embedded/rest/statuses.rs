//! Commit statuses: each, and all of them in one word.

use http::Method;
use serde_json::{Value, json};

use crate::embedded::call::{Call, text};
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::Status;

pub(super) const ROUTES: &[Route] = &[
    Route::get("commits/{ref+}/status", "statuses", combined),
    Route::get("commits/{ref+}/statuses", "statuses", list),
    Route::change(Method::POST, "statuses/{ref}", "statuses", create),
];

/// The newest of each context. Without any the whole is `pending`, for ever.
fn combined(call: &mut Call<'_>) -> Answer {
    let sha = call.commit()?;
    let all: Vec<&Status> = of_commit(call, &sha);
    let mut newest: Vec<&Status> = Vec::new();
    for status in &all {
        if !newest.iter().any(|newer| newer.context == status.context) {
            newest.push(status);
        }
    }
    let has = |states: &[&str]| newest.iter().any(|status| states.contains(&status.state.as_str()));
    let state = if has(&["failure", "error"]) {
        "failure"
    } else if newest.is_empty() || has(&["pending"]) {
        "pending"
    } else {
        "success"
    };
    let statuses: Vec<Value> = newest.iter().map(|status| simple(call, status)).collect();
    let mut reply = call.counted("statuses", statuses);
    if let crate::embedded::reply::Content::Json(Value::Object(body)) = &mut reply.content {
        body.insert("state".to_owned(), state.into());
        body.insert("sha".to_owned(), sha.as_str().into());
        body.insert("repository".to_owned(), call.repository());
        body.insert("commit_url".to_owned(), call.api(&format!("/commits/{sha}")).into());
        body.insert("url".to_owned(), call.api(&format!("/commits/{sha}/status")).into());
    }
    Ok(reply)
}

fn list(call: &mut Call<'_>) -> Answer {
    let sha = call.commit()?;
    let statuses = of_commit(call, &sha).into_iter().map(|status| whole(call, status)).collect();
    Ok(call.list(statuses))
}

fn create(call: &mut Call<'_>) -> Answer {
    let (sha, body) = (call.commit()?, call.json()?);
    let state = text(&body, "state").unwrap_or_default();
    if !["error", "failure", "pending", "success"].contains(&state) {
        return Err(Reply::invalid("Status", "state", "invalid"));
    }
    let status = Status {
        id: call.state.id(),
        sha,
        context: text(&body, "context").unwrap_or("default").to_owned(),
        state: state.to_owned(),
        description: text(&body, "description").map(str::to_owned),
        creator: call.caller.login().to_owned(),
        created_at: call.state.now,
    };
    let value = whole(call, &status);
    call.state.statuses.push(status);
    Ok(Reply::created(value))
}

/// The statuses of a commit, newest first.
fn of_commit<'a>(call: &'a Call<'_>, sha: &str) -> Vec<&'a Status> {
    call.state.statuses.iter().rev().filter(|status| status.sha == sha).collect()
}

fn simple(call: &Call<'_>, status: &Status) -> Value {
    let time = status.created_at.to_string();
    json!({
        "id": status.id,
        "node_id": node("SC", status.id),
        "url": call.api(&format!("/statuses/{}", status.sha)),
        "avatar_url": format!("{}/avatars/u/1", call.origin),
        "state": status.state,
        "description": status.description,
        "target_url": null,
        "context": status.context,
        "created_at": time,
        "updated_at": time,
    })
}

fn whole(call: &Call<'_>, status: &Status) -> Value {
    let mut value = simple(call, status);
    if let Some(value) = value.as_object_mut() {
        value.insert("creator".to_owned(), call.user(&status.creator));
    }
    value
}
