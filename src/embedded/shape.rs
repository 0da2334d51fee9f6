//! What many answers share: people, the repository, commits, apps.

use serde_json::{Map, Value, json};

use super::call::Call;
use super::git::{Commit, Signature};
use super::state::{App, Role, User};

impl Call<'_> {
    /// A person, by login; null where the account is gone.
    pub(super) fn user(&self, login: &str) -> Value {
        self.state.user(login).map_or(Value::Null, |user| self.account(user))
    }

    /// An account.
    pub(super) fn account(&self, user: &User) -> Value {
        let login = &user.login;
        let api = format!("{}/api/v3/users/{}", self.origin, login.replace(['[', ']'], ""));
        json!({
            "login": login,
            "id": user.id,
            "node_id": node("U", user.id),
            "avatar_url": format!("{}/avatars/u/{}", self.origin, user.id),
            "gravatar_id": "",
            "url": api,
            "html_url": format!("{}/{}", self.origin, login.replace(['[', ']'], "")),
            "followers_url": format!("{api}/followers"),
            "following_url": format!("{api}/following{{/other_user}}"),
            "gists_url": format!("{api}/gists{{/gist_id}}"),
            "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{api}/subscriptions"),
            "organizations_url": format!("{api}/orgs"),
            "repos_url": format!("{api}/repos"),
            "events_url": format!("{api}/events{{/privacy}}"),
            "received_events_url": format!("{api}/received_events"),
            "type": user.kind.as_str(),
            "site_admin": false,
        })
    }

    /// The repository, as it stands inside other answers.
    pub(super) fn repository(&self) -> Value {
        let repository = &self.state.repository;
        let mut value = json!({
            "id": repository.id,
            "node_id": node("R", repository.id),
            "name": repository.name,
            "full_name": repository.full_name(),
            "owner": self.user(&repository.owner),
            "private": repository.private,
            "visibility": if repository.private { "private" } else { "public" },
            "html_url": self.html(""),
            "description": null,
            "fork": false,
            "url": self.api(""),
        });
        if let Some(object) = value.as_object_mut() {
            for (name, path) in ADDRESSES {
                object.insert((*name).to_owned(), self.api(path).into());
            }
        }
        value
    }

    /// The repository with all that is said of it.
    pub(super) fn whole_repository(&self) -> Value {
        let mut value = self.repository();
        let repository = &self.state.repository;
        let open = self.state.pulls.iter().filter(|pull| pull.open).count();
        let created = repository.created_at.to_string();
        let more = json!({
            "git_url": self.html(".git").replacen("http://", "git://", 1),
            "ssh_url": format!("git@localhost:{}.git", repository.full_name()),
            "clone_url": self.html(".git"),
            "svn_url": self.html(""),
            "mirror_url": null, "homepage": null, "language": null, "license": null,
            "default_branch": repository.default_branch,
            "archived": repository.archived,
            "disabled": false,
            "has_issues": true, "has_projects": true, "has_wiki": true, "has_pages": false, "has_discussions": false,
            "has_downloads": true,
            "size": 0, "forks_count": 0, "forks": 0,
            "stargazers_count": 0, "watchers_count": 0, "watchers": 0,
            "open_issues_count": open, "open_issues": open,
            "created_at": created,
            "updated_at": created,
            "pushed_at": self.state.now.to_string(),
        });
        if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
            value.extend(more);
        }
        value
    }

    /// A commit, with the accounts that its mail addresses belong to.
    pub(super) fn commit_json(&self, commit: &Commit) -> Value {
        let sha = &commit.sha;
        let account =
            |who: &Signature| self.state.user_by_email(&who.email).map_or(Value::Null, |user| self.account(user));
        let parents = commit.parents.iter().map(|sha| {
            json!({ "sha": sha, "url": self.api(&format!("/commits/{sha}")), "html_url": self.html(&format!("/commit/{sha}")) })
        });
        json!({
            "sha": sha,
            "node_id": node("C", sha),
            "url": self.api(&format!("/commits/{sha}")),
            "html_url": self.html(&format!("/commit/{sha}")),
            "comments_url": self.api(&format!("/commits/{sha}/comments")),
            "commit": {
                "url": self.api(&format!("/git/commits/{sha}")),
                "author": signature(&commit.author),
                "committer": signature(&commit.committer),
                "message": commit.message,
                "comment_count": 0,
                "tree": { "sha": commit.tree, "url": self.api(&format!("/git/trees/{}", commit.tree)) },
                "verification":
                    { "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null },
            },
            "author": account(&commit.author),
            "committer": account(&commit.committer),
            "parents": parents.collect::<Vec<_>>(),
        })
    }

    /// A commit, as it stands inside a run.
    pub(super) fn simple_commit(&self, sha: &str) -> Value {
        let Some(commit) = self.git.commit(sha) else { return Value::Null };
        let person = |who: &Signature| json!({ "name": who.name, "email": who.email });
        json!({
            "id": commit.sha,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": commit.committer.date.to_string(),
            "author": person(&commit.author),
            "committer": person(&commit.committer),
        })
    }

    /// An app.
    pub(super) fn app(&self, app: &App) -> Value {
        let created = self.state.repository.created_at.to_string();
        json!({
            "id": app.id,
            "slug": app.slug,
            "node_id": node("A", app.id),
            "client_id": format!("Iv1.{:016x}", app.id),
            "owner": self.user(&self.state.repository.owner),
            "name": app.name,
            "description": "",
            "external_url": format!("{}/apps/{}", self.origin, app.slug),
            "html_url": format!("{}/apps/{}", self.origin, app.slug),
            "created_at": created,
            "updated_at": created,
            "permissions": { "checks": "write", "metadata": "read" },
            "events": [],
        })
    }

    /// How a person belongs to the repository.
    pub(super) fn association(&self, login: &str) -> &'static str {
        if self.state.repository.owner.eq_ignore_ascii_case(login) {
            "OWNER"
        } else if self.state.role(login) >= Role::Write {
            "COLLABORATOR"
        } else {
            "NONE"
        }
    }
}

/// A global identifier, as opaque as GitHub's.
pub(super) fn node(kind: &str, id: impl std::fmt::Display) -> String {
    format!("{kind}_{id}")
}

fn signature(who: &Signature) -> Map<String, Value> {
    let fields = [("name", &who.name), ("email", &who.email), ("date", &who.date.to_string())];
    fields.map(|(name, value)| (name.to_owned(), value.as_str().into())).into_iter().collect()
}

/// The addresses that every repository lists.
const ADDRESSES: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];
