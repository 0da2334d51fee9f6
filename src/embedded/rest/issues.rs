//! Issues, and the comments on them and on pull requests: a pull request is an issue to these endpoints.

use http::Method;
use serde_json::{Value, json};

use crate::embedded::call::{Call, text};
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::Comment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("issues/{issue}", "issues", get),
    Route::get("issues/{issue}/comments", "issues", comments),
    Route::change(Method::POST, "issues/{issue}/comments", "issues", comment),
];

fn get(call: &mut Call<'_>) -> Answer {
    let number = call.number("issue")?;
    let comments = call.state.comments_on(number).count();
    let shape = |id: u64, title: &str, body: Option<&str>, author: &str, open: bool, created_at: String| {
        json!({
            "id": id,
            "node_id": node("I", id),
            "url": call.api(&format!("/issues/{number}")),
            "comments_url": call.api(&format!("/issues/{number}/comments")),
            "html_url": call.html(&format!("/issues/{number}")),
            "number": number,
            "title": title,
            "body": body,
            "user": call.user(author),
            "author_association": call.association(author),
            "state": if open { "open" } else { "closed" },
            "locked": false,
            "labels": [], "assignees": [], "milestone": null,
            "comments": comments,
            "created_at": created_at,
        })
    };
    if let Some(issue) = call.state.issues.iter().find(|issue| issue.number == number) {
        let created = issue.created_at.to_string();
        let value = shape(issue.id, &issue.title, issue.body.as_deref(), &issue.author, issue.open, created);
        return Ok(Reply::json(value));
    }
    let pull = call.state.pull(number).ok_or_else(Reply::not_found)?;
    let created = pull.created_at.to_string();
    let mut value = shape(pull.id, &pull.title, pull.body.as_deref(), &pull.author, pull.open, created);
    if let Some(value) = value.as_object_mut() {
        let (url, page) = (call.api(&format!("/pulls/{number}")), call.html(&format!("/pull/{number}")));
        value.insert("pull_request".to_owned(), json!({ "url": url, "html_url": page }));
    }
    Ok(Reply::json(value))
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
