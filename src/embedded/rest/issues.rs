//! Issues, and the comments on them and on pull requests: a pull request is an issue to these endpoints.

use http::Method;
use serde_json::{Value, json};

use crate::embedded::call::{Call, text};
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::{Comment, Issue};

pub(super) const ROUTES: &[Route] = &[
    Route::get("issues", "issues", list),
    Route::change(Method::POST, "issues", "issues", create),
    Route::get("issues/{issue}", "issues", get),
    Route::get("issues/{issue}/comments", "issues", comments),
    Route::change(Method::POST, "issues/{issue}/comments", "issues", comment),
];

/// Newest first; those that were changed since, where that is asked. Pull requests are left out.
fn list(call: &mut Call<'_>) -> Answer {
    let since: Option<jiff::Timestamp> = call.query("since").and_then(|since| since.parse().ok());
    let state = call.query("state").unwrap_or("open").to_owned();
    let is_asked = |issue: &&Issue| {
        let stands = if issue.open { "open" } else { "closed" };
        (state == "all" || state == stands) && since.is_none_or(|since| issue.created_at >= since)
    };
    let issues = call.state.issues.iter().rev().filter(is_asked).map(|issue| issue_json(call, issue)).collect();
    Ok(call.list(issues))
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.json()?;
    let title = text(&body, "title").filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| Reply::invalid("Issue", "title", "missing_field"))?;
    let login = call.caller.login().to_owned();
    let number = call.state.add_issue(title, &login);
    let issue = call.state.issues.iter_mut().find(|issue| issue.number == number).ok_or_else(Reply::not_found)?;
    issue.body = text(&body, "body").map(str::to_owned);
    let issue = issue.clone();
    Ok(Reply::created(issue_json(call, &issue)))
}

fn get(call: &mut Call<'_>) -> Answer {
    let number = call.number("issue")?;
    if let Some(issue) = call.state.issues.iter().find(|issue| issue.number == number) {
        return Ok(Reply::json(issue_json(call, issue)));
    }
    let pull = call.state.pull(number).ok_or_else(Reply::not_found)?;
    let as_issue = Issue {
        id: pull.id,
        number,
        title: pull.title.clone(),
        body: pull.body.clone(),
        author: pull.author.clone(),
        open: pull.open,
        created_at: pull.created_at,
    };
    let mut value = issue_json(call, &as_issue);
    if let Some(value) = value.as_object_mut() {
        let (url, page) = (call.api(&format!("/pulls/{number}")), call.html(&format!("/pull/{number}")));
        value.insert("pull_request".to_owned(), json!({ "url": url, "html_url": page }));
    }
    Ok(Reply::json(value))
}

fn issue_json(call: &Call<'_>, issue: &Issue) -> Value {
    let number = issue.number;
    let url = call.api(&format!("/issues/{number}"));
    let created = issue.created_at.to_string();
    json!({
        "id": issue.id,
        "node_id": node("I", issue.id),
        "url": url,
        "repository_url": call.api(""),
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": call.html(&format!("/issues/{number}")),
        "number": number,
        "title": issue.title,
        "body": issue.body,
        "user": call.user(&issue.author),
        "author_association": call.association(&issue.author),
        "state": if issue.open { "open" } else { "closed" },
        "locked": false,
        "labels": [], "assignee": null, "assignees": [], "milestone": null,
        "comments": call.state.comments_on(number).count(),
        "created_at": created,
        "updated_at": created,
        "closed_at": null,
    })
}

/// The number, where an issue or a pull request has it.
fn known(call: &Call<'_>) -> Result<u64, Box<Reply>> {
    let number = call.number("issue")?;
    let is_issue = call.state.issues.iter().any(|issue| issue.number == number);
    if is_issue || call.state.pull(number).is_some() { Ok(number) } else { Err(Reply::not_found()) }
}

/// Oldest first.
fn comments(call: &mut Call<'_>) -> Answer {
    let number = known(call)?;
    let comments = call.state.comments_on(number).map(|comment| comment_json(call, comment)).collect();
    Ok(call.list(comments))
}

fn comment(call: &mut Call<'_>) -> Answer {
    let (number, body) = (known(call)?, call.json()?);
    let text = text(&body, "body").filter(|body| !body.is_empty());
    let text = text.ok_or_else(|| Reply::invalid("IssueComment", "body", "missing_field"))?;
    let login = call.caller.login().to_owned();
    let id = call.state.add_comment(number, &login, text);
    let made = call.state.comments.iter().find(|comment| comment.id == id).ok_or_else(Reply::not_found)?;
    Ok(Reply::created(comment_json(call, made)))
}

fn comment_json(call: &Call<'_>, comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "node_id": node("IC", comment.id),
        "url": call.api(&format!("/issues/comments/{}", comment.id)),
        "html_url": call.html(&format!("/issues/{}#issuecomment-{}", comment.issue, comment.id)),
        "issue_url": call.api(&format!("/issues/{}", comment.issue)),
        "body": comment.body,
        "user": comment.author.as_ref().map(|author| call.user(author)),
        "author_association": comment.author.as_ref().map_or("NONE", |author| call.association(author)),
        "created_at": comment.created_at.to_string(),
        "updated_at": comment.updated_at.to_string(),
    })
}
