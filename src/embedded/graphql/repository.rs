//! The top of a query, and the repository's own fields.

use super::item::{Arguments, Found, Item, Object, Trouble, actor, connection};
use super::select::Execution;
use crate::embedded::state::{QueueEntry, Quota};

impl Execution<'_> {
    pub(super) fn query(&self, field: &str, arguments: &Arguments) -> Found {
        let state = &self.call.state;
        match field {
            "repository" => {
                let asked = [arguments.text("owner"), arguments.text("name")].map(Option::unwrap_or_default).join("/");
                let repository = &state.repository;
                let mut names = repository
                    .former_names
                    .iter()
                    .chain([&repository.full_name()])
                    .cloned()
                    .collect::<Vec<_>>()
                    .into_iter();
                if names.any(|name| name.eq_ignore_ascii_case(&asked)) && self.call.caller.sees_repository(state) {
                    return Ok(Item::Object(Object::Repository));
                }
                let message = format!("Could not resolve to a Repository with the name '{asked}'.");
                Err(Trouble::Refused("NOT_FOUND", message))
            }
            "viewer" => Ok(actor(state, self.call.origin, self.call.caller.login())),
            "nodes" => self.permitted("pull_requests", || Ok(self.nodes(arguments))),
            "rateLimit" => Ok(self.rate_limit()),
            _ => Err(Trouble::Unknown),
        }
    }

    /// Things by their names; only pull requests are known here.
    fn nodes(&self, arguments: &Arguments) -> Item {
        let node = |id: &str| {
            let pull = self.call.state.pulls.iter().find(|pull| format!("PR_{}", pull.id) == id);
            pull.map_or(Item::NULL, |pull| Item::Object(Object::Pull(pull.number)))
        };
        Item::List(arguments.texts("ids").map(node).collect())
    }

    fn rate_limit(&self) -> Item {
        let state = &self.call.state;
        let quota = match &self.call.caller {
            crate::embedded::auth::Caller::Known { text, .. } => state.tokens.get(text).map(|token| &token.quota),
            crate::embedded::auth::Caller::Anonymous => Some(&state.limits.anonymous),
        };
        let reset = quota.and_then(|quota| quota.reset).unwrap_or(state.now).to_string();
        let fields = vec![
            ("cost", 1.into()),
            ("nodeCount", 1.into()),
            ("limit", quota.map_or(0, |quota| quota.limit).into()),
            ("remaining", quota.map_or(0, Quota::remaining).into()),
            ("used", quota.map_or(0, |quota| quota.used).into()),
            ("resetAt", reset.into()),
        ];
        Item::record("RateLimit", fields)
    }

    pub(super) fn repository(&self, field: &str, arguments: &Arguments) -> Found {
        let (state, call) = (&self.call.state, self.call);
        let repository = &state.repository;
        Ok(match field {
            "id" => "R_1".into(),
            "databaseId" => repository.id.into(),
            "name" => repository.name.as_str().into(),
            "nameWithOwner" => repository.full_name().into(),
            "owner" => actor(state, call.origin, &repository.owner),
            "url" => call.html("").into(),
            "isPrivate" => repository.private.into(),
            "isArchived" => repository.archived.into(),
            "visibility" => if repository.private { "PRIVATE" } else { "PUBLIC" }.into(),
            "viewerPermission" => state.role(call.caller.login()).as_str().to_uppercase().into(),
            "defaultBranchRef" => self.reference(&format!("refs/heads/{}", repository.default_branch)),
            "ref" => {
                let name = arguments.text("qualifiedName").unwrap_or_default();
                let below = ["", "refs/heads/", "refs/tags/"].map(|folder| format!("{folder}{name}"));
                let found = below.iter().find(|name| name.starts_with("refs/") && call.git.reference(name).is_some());
                found.map_or(Item::NULL, |name| self.reference(name))
            }
            "refs" => {
                let prefix = arguments.text("refPrefix").unwrap_or_default();
                let names = call.git.references(prefix).into_iter().map(|reference| self.reference(&reference.name));
                return connection("RefConnection", "refs", names.collect(), arguments);
            }
            "object" => {
                let asked = arguments.text("oid").or_else(|| arguments.text("expression")).unwrap_or_default();
                call.git.resolve(asked).map_or(Item::NULL, |sha| self.commit_item(&sha))
            }
            "pullRequest" => return self.permitted("pull_requests", || self.numbered(arguments)),
            "mergeQueue" => return self.permitted("pull_requests", || Ok(self.merge_queue(arguments))),
            "pullRequests" => {
                return self.permitted("pull_requests", || {
                    let of_state = state.pulls.iter().filter(|pull| arguments.admits("states", pull.state()));
                    let pulls = of_state.map(|pull| Item::Object(Object::Pull(pull.number))).collect();
                    connection("PullRequestConnection", "pullRequests", pulls, arguments)
                });
            }
            _ => return Err(Trouble::Unknown),
        })
    }

    /// The queue of the default branch; no other has one.
    fn merge_queue(&self, arguments: &Arguments) -> Item {
        let state = &self.call.state;
        if state.queue.is_empty() || arguments.text("branch") != Some(state.repository.default_branch.as_str()) {
            return Item::NULL;
        }
        let entry = |(place, entry): (usize, &QueueEntry)| {
            let fields = vec![
                ("position", (place + 1).into()),
                ("headCommit", self.commit_item(&entry.head)),
                ("baseCommit", self.commit_item(&entry.base)),
                ("pullRequest", Item::Object(Object::Pull(entry.pull))),
            ];
            Item::record("MergeQueueEntry", fields)
        };
        let entries = state.queue.iter().enumerate().map(entry).collect();
        Item::record("MergeQueue", vec![("entries", Item::Connection("MergeQueueEntryConnection", entries))])
    }

    fn numbered(&self, arguments: &Arguments) -> Found {
        let number = arguments.number("number").unwrap_or_default();
        if self.call.state.pull(number).is_some() {
            return Ok(Item::Object(Object::Pull(number)));
        }
        let message = format!("Could not resolve to a PullRequest with the number of {number}.");
        Err(Trouble::Refused("NOT_FOUND", message))
    }

    fn reference(&self, name: &str) -> Item {
        let Some(reference) = self.call.git.reference(name) else { return Item::NULL };
        let short = name.splitn(3, '/').last().unwrap_or(name);
        let prefix = name.strip_suffix(short).unwrap_or_default();
        let fields = vec![
            ("id", format!("REF_{name}").into()),
            ("name", short.into()),
            ("prefix", prefix.into()),
            // An annotated tag is answered by the commit that it leads to.
            ("target", self.commit_item(&reference.commit)),
            ("refUpdateRule", self.update_rule(name)),
        ];
        Item::record("Ref", fields)
    }

    /// What everybody sees of a branch's classic protection; null where there is none.
    fn update_rule(&self, name: &str) -> Item {
        let branch = name.trim_start_matches("refs/heads/");
        let protection = self.call.state.protections.iter().find(|protection| protection.branch == branch);
        let Some(protection) = protection else { return Item::NULL };
        let contexts = protection.checks.iter().map(|check| check.context.as_str().into()).collect();
        let fields = vec![
            ("pattern", branch.into()),
            ("requiredApprovingReviewCount", protection.approvals.into()),
            ("requiredStatusCheckContexts", Item::List(contexts)),
            ("requiresCodeOwnerReviews", protection.code_owners.into()),
            ("allowsForcePushes", false.into()),
            ("allowsDeletions", false.into()),
        ];
        Item::record("RefUpdateRule", fields)
    }
}
