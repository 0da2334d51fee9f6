//! Pull requests, and the reviews that people write about them.

use http::Method;
use serde_json::{Value, json};

use crate::embedded::auth::Caller;
use crate::embedded::call::{Call, text};
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::{Pull, Review, TokenKind};

pub(super) const ROUTES: &[Route] = &[
    Route::get("commits/{ref+}/pulls", "pull_requests", of_commit),
    Route::get("pulls", "pull_requests", list),
    Route::change(Method::POST, "pulls", "pull_requests", open),
    Route::change(Method::PATCH, "pulls/{pull}", "pull_requests", update),
    Route::get("pulls/{pull}", "pull_requests", get),
    Route::get("pulls/{pull}/commits", "pull_requests", commits),
    Route::get("pulls/{pull}/reviews", "pull_requests", reviews),
    Route::change(Method::POST, "pulls/{pull}/reviews", "pull_requests", review),
];

fn list(call: &mut Call<'_>) -> Answer {
    let (state, base, head) = (call.query("state").unwrap_or("open"), call.query("base"), call.query("head"));
    let head = head.map(|head| head.split_once(':').map_or(head, |(_, branch)| branch));
    let mut pulls: Vec<&Pull> = call
        .state
        .pulls
        .iter()
        .filter(|pull| state == "all" || (state == "open") == pull.open)
        .filter(|pull| base.is_none_or(|base| base == pull.base))
        .filter(|pull| head.is_none_or(|head| head == pull.head))
        .collect();
    if call.query("direction") != Some("asc") {
        pulls.reverse();
    }
    let pulls = pulls.into_iter().map(|pull| call.pull_json(pull)).collect();
    Ok(call.list(pulls))
}

/// Opens one, where its branch has none yet into the same base.
fn open(call: &mut Call<'_>) -> Answer {
    let body = call.json()?;
    let field = |name: &'static str| {
        text(&body, name).map(str::to_owned).ok_or_else(|| Reply::invalid("PullRequest", name, "missing_field"))
    };
    let (title, head, base) = (field("title")?, field("head")?, field("base")?);
    let head = head.split_once(':').map_or(head.as_str(), |(_, branch)| branch).to_owned();
    let at = |branch: &str| Some(call.git.reference(&format!("refs/heads/{branch}"))?.commit);
    let head_sha = at(&head).ok_or_else(|| Reply::invalid("PullRequest", "head", "invalid"))?;
    let base_sha = at(&base).ok_or_else(|| Reply::invalid("PullRequest", "base", "invalid"))?;
    if call.state.pulls.iter().any(|pull| pull.open && pull.head == head && pull.base == base) {
        return Err(Reply::unprocessable("A pull request already exists"));
    }
    let login = call.caller.login().to_owned();
    let number = call.state.add_pull(&title, &login, &base_sha, &[&head_sha]);
    if let Some(pull) = call.state.pull_mut(number) {
        (pull.head, pull.base, pull.body) = (head, base, text(&body, "body").map(str::to_owned));
    }
    let pull = call.state.pull(number).ok_or_else(Reply::not_found)?;
    Ok(Reply::created(call.pull_json(pull)))
}

fn update(call: &mut Call<'_>) -> Answer {
    let (number, body) = (call.pull()?.number, call.json()?);
    if let Some(pull) = call.state.pull_mut(number) {
        pull.title = text(&body, "title").map_or_else(|| pull.title.clone(), str::to_owned);
        pull.body = text(&body, "body").map(str::to_owned).or_else(|| pull.body.take());
    }
    Ok(Reply::json(call.pull_json(call.pull()?)))
}

/// Merged pull requests that brought the commit, and open ones that hold it.
fn of_commit(call: &mut Call<'_>) -> Answer {
    let sha = call.commit()?;
    let pulls = call.state.pulls_of(&sha).into_iter().map(|pull| call.pull_json(pull)).collect();
    Ok(call.list(pulls))
}

fn get(call: &mut Call<'_>) -> Answer {
    let pull = call.pull()?;
    let mut value = call.pull_json(pull);
    let more = json!({
        "merged": pull.merge.is_some(),
        "merged_by": pull.merge.as_ref().map(|merge| call.user(&merge.by)),
        "mergeable": pull.open.then_some(true),
        "mergeable_state": if pull.open { "clean" } else { "unknown" },
        "rebaseable": pull.open.then_some(true),
        "comments": 0, "review_comments": 0, "maintainer_can_modify": false,
        "commits": pull.commits.len(),
        "additions": 0, "deletions": 0, "changed_files": 0,
    });
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    Ok(Reply::json(value))
}

/// GitHub lists 250 of them and no more.
fn commits(call: &mut Call<'_>) -> Answer {
    let mut commits = call.git.these(&call.pull()?.commits);
    commits.truncate(250);
    let commits = commits.iter().map(|commit| call.commit_json(commit)).collect();
    Ok(call.list(commits))
}

fn reviews(call: &mut Call<'_>) -> Answer {
    let pull = call.pull()?;
    let reviews = pull.reviews.iter().map(|review| review_json(call, pull, review)).collect();
    Ok(call.list(reviews))
}

fn review(call: &mut Call<'_>) -> Answer {
    let (number, body) = (call.pull()?.number, call.json()?);
    let state = match text(&body, "event") {
        None => "PENDING",
        Some("APPROVE") => "APPROVED",
        Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
        Some("COMMENT") => "COMMENTED",
        Some(_) => return Err(Reply::invalid("PullRequestReview", "event", "invalid")),
    };
    let login = call.caller.login().to_owned();
    let own = call.pull()?.author.eq_ignore_ascii_case(&login);
    match state {
        "APPROVED" if own => return Err(refused("Can not approve your own pull request")),
        "CHANGES_REQUESTED" if own => return Err(refused("Can not request changes on your own pull request")),
        "APPROVED" if is_workflow(&call.caller) => {
            return Err(refused("GitHub Actions is not permitted to approve pull requests."));
        }
        _ => {}
    }
    let id = call.state.add_review(number, &login, state);
    let pull = call.state.pull_mut(number).ok_or_else(Reply::not_found)?;
    if let Some(review) = pull.reviews.iter_mut().find(|review| review.id == id) {
        review.body = text(&body, "body").unwrap_or_default().to_owned();
        review.commit = text(&body, "commit_id").map(str::to_owned).or_else(|| review.commit.take());
        review.submitted_at = review.submitted_at.filter(|_| state != "PENDING");
    }
    let pull = call.pull()?;
    let review = pull.reviews.iter().find(|review| review.id == id).ok_or_else(Reply::not_found)?;
    Ok(Reply::json(review_json(call, pull, review)))
}

fn is_workflow(caller: &Caller) -> bool {
    matches!(caller, Caller::Known { token, .. } if token.kind == TokenKind::Workflow)
}

/// GitHub's one 422 whose errors are plain sentences.
fn refused(why: &str) -> Box<Reply> {
    let mut reply = Reply::unprocessable("Unprocessable Entity");
    reply.say_errors(json!([why]));
    reply
}

impl Call<'_> {
    fn pull(&self) -> Result<&Pull, Box<Reply>> {
        let number = self.number("pull")?;
        self.state.pull(number).ok_or_else(Reply::not_found)
    }

    /// A pull request as lists show it.
    fn pull_json(&self, pull: &Pull) -> Value {
        let (number, author) = (pull.number, self.user(&pull.author));
        let (url, issue) = (self.api(&format!("/pulls/{number}")), self.api(&format!("/issues/{number}")));
        let html = self.html(&format!("/pull/{number}"));
        let statuses = self.api(&format!("/statuses/{}", pull.head_sha));
        let owner = &self.state.repository.owner;
        let end = |branch: &str, sha: &str| {
            json!({
                "label": format!("{owner}:{branch}"), "ref": branch, "sha": sha,
                "user": self.user(owner), "repo": self.whole_repository(),
            })
        };
        let links = json!({
            "self": { "href": url },
            "html": { "href": html },
            "issue": { "href": issue },
            "comments": { "href": format!("{issue}/comments") },
            "review_comments": { "href": format!("{url}/comments") },
            "review_comment": { "href": self.api("/pulls/comments{/number}") },
            "commits": { "href": format!("{url}/commits") },
            "statuses": { "href": statuses },
        });
        let closed = pull.closed_at.map(|time| time.to_string());
        let updated = pull.closed_at.unwrap_or(pull.created_at).to_string();
        let labels: Vec<Value> = pull.labels.iter().zip(1_u64..).map(|(name, id)| self.label(name, id)).collect();
        json!({
            "id": pull.id,
            "node_id": node("PR", pull.id),
            "number": number,
            "url": url,
            "html_url": html,
            "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"),
            "issue_url": issue,
            "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"),
            "review_comment_url": self.api("/pulls/comments{/number}"),
            "comments_url": format!("{issue}/comments"),
            "statuses_url": statuses,
            "state": if pull.open { "open" } else { "closed" },
            "locked": false,
            "draft": pull.draft,
            "title": pull.title,
            "body": pull.body,
            "user": author,
            "labels": labels,
            "milestone": null,
            "created_at": pull.created_at.to_string(),
            "updated_at": updated,
            "closed_at": closed,
            "merged_at": pull.merge.as_ref().map(|merge| merge.at.to_string()),
            "merge_commit_sha": pull.merge.as_ref().map(|merge| &merge.commit),
            "assignee": null,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "head": end(&pull.head, &pull.head_sha),
            "base": end(&pull.base, &pull.base_sha),
            "_links": links,
            "author_association": self.association(&pull.author),
            "auto_merge": null,
            "active_lock_reason": null,
        })
    }

    fn label(&self, name: &str, id: u64) -> Value {
        json!({
            "id": id, "node_id": node("LA", id), "url": self.api(&format!("/labels/{name}")), "name": name,
            "description": "", "color": "ededed", "default": false,
        })
    }
}

fn review_json(call: &Call<'_>, pull: &Pull, review: &Review) -> Value {
    let page = call.html(&format!("/pull/{}#pullrequestreview-{}", pull.number, review.id));
    let url = call.api(&format!("/pulls/{}", pull.number));
    let mut value = json!({
        "id": review.id,
        "node_id": node("PRR", review.id),
        "user": review.author.as_ref().map(|author| call.user(author)),
        "body": review.body,
        "state": review.state,
        "html_url": page,
        "pull_request_url": url,
        "_links": { "html": { "href": page }, "pull_request": { "href": url } },
        "commit_id": review.commit,
        "author_association": review.author.as_ref().map_or("NONE", |author| call.association(author)),
    });
    if let (Some(time), Some(value)) = (review.submitted_at, value.as_object_mut()) {
        value.insert("submitted_at".to_owned(), time.to_string().into());
    }
    value
}
