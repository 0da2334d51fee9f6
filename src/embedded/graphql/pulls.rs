//! Pull requests, with what people say about them.

use super::item::{Arguments, Found, Item, Object, Trouble, actor, connection};
use super::select::Execution;
use crate::embedded::state::{ForcePush, Pull, Review};

impl Execution<'_> {
    pub(super) fn pull_field(&self, number: u64, field: &str, arguments: &Arguments) -> Found {
        let (state, call) = (&self.call.state, self.call);
        let Some(pull) = state.pull(number) else { return Ok(Item::NULL) };
        let merge = pull.merge.as_ref();
        let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
        Ok(match field {
            "id" => format!("PR_{}", pull.id).into(),
            "databaseId" => pull.id.into(),
            "number" => number.into(),
            "title" => pull.title.as_str().into(),
            "body" => pull.body.clone().unwrap_or_default().into(),
            "url" | "permalink" => call.html(&format!("/pull/{number}")).into(),
            "state" => pull.state().into(),
            "isDraft" => pull.draft.into(),
            "closed" => (!pull.open).into(),
            "merged" => merge.is_some().into(),
            "mergedAt" => time(merge.map(|merge| merge.at)).into(),
            "mergedBy" => merge.map_or(Item::NULL, |merge| actor(state, call.origin, &merge.by)),
            "mergeCommit" => merge.map_or(Item::NULL, |merge| self.commit_item(&merge.commit)),
            "createdAt" => pull.created_at.to_string().into(),
            "updatedAt" => pull.closed_at.unwrap_or(pull.created_at).to_string().into(),
            "closedAt" => time(pull.closed_at).into(),
            "baseRefName" => pull.base.as_str().into(),
            "baseRefOid" => pull.base_sha.as_str().into(),
            "headRefName" => pull.head.as_str().into(),
            "headRefOid" => pull.head_sha.as_str().into(),
            "isCrossRepository" => false.into(),
            "repository" | "baseRepository" | "headRepository" => Item::Object(Object::Repository),
            "author" => actor(state, call.origin, &pull.author),
            "authorAssociation" => call.association(&pull.author).into(),
            "reviewDecision" => Item::NULL,
            "commits" => return connection("PullRequestCommitConnection", field, self.commits_of(pull), arguments),
            "reviews" => {
                let admitted = pull.reviews.iter().filter(|review| arguments.admits("states", &review.state));
                let admitted = admitted.filter(|review| {
                    arguments.text("author").is_none_or(|author| review.author.as_deref() == Some(author))
                });
                let reviews = admitted.map(|review| self.review(pull, review)).collect();
                return connection("PullRequestReviewConnection", field, reviews, arguments);
            }
            "labels" => {
                let label = |name: &String| Item::record("Label", vec![("name", name.as_str().into())]);
                return connection("LabelConnection", field, pull.labels.iter().map(label).collect(), arguments);
            }
            "timelineItems" => {
                let pushes =
                    pull.force_pushes.iter().filter(|_| arguments.admits("itemTypes", "HEAD_REF_FORCE_PUSHED_EVENT"));
                let events = pushes.map(|push| self.force_push(pull, push)).collect();
                return connection("PullRequestTimelineItemsConnection", field, events, arguments);
            }
            _ => return Err(Trouble::Unknown),
        })
    }

    fn commits_of(&self, pull: &Pull) -> Vec<Item> {
        let number = pull.number;
        let commit = |sha: &String| {
            let fields = vec![("commit", self.commit_item(sha)), ("pullRequest", Item::Object(Object::Pull(number)))];
            Item::record("PullRequestCommit", fields)
        };
        pull.commits.iter().map(commit).collect()
    }

    fn review(&self, pull: &Pull, review: &Review) -> Item {
        let (state, call) = (&self.call.state, self.call);
        let author = review.author.as_ref().map(|author| actor(state, call.origin, author));
        let association = review.author.as_ref().map_or("NONE", |author| call.association(author));
        let submitted = review.submitted_at.map(|time| time.to_string());
        let page = call.html(&format!("/pull/{}#pullrequestreview-{}", pull.number, review.id));
        let fields = vec![
            ("id", format!("PRR_{}", review.id).into()),
            ("databaseId", review.id.into()),
            ("url", page.into()),
            ("state", review.state.as_str().into()),
            ("body", review.body.as_str().into()),
            ("submittedAt", submitted.clone().into()),
            ("createdAt", submitted.into()),
            ("lastEditedAt", review.edited_at.map(|time| time.to_string()).into()),
            ("author", author.unwrap_or(Item::NULL)),
            ("authorAssociation", association.into()),
            ("authorCanPushToRepository", review.author_can_push.into()),
            ("commit", review.commit.as_ref().map_or(Item::NULL, |sha| self.commit_item(sha))),
            (
                "onBehalfOf",
                Item::Connection("TeamConnection", review.on_behalf_of.iter().map(|team| team_item(team)).collect()),
            ),
            ("pullRequest", Item::Object(Object::Pull(pull.number))),
        ];
        Item::record("PullRequestReview", fields)
    }

    fn force_push(&self, pull: &Pull, push: &ForcePush) -> Item {
        let fields = vec![
            ("createdAt", push.at.to_string().into()),
            ("actor", actor(self.call.state, self.call.origin, &push.actor)),
            ("beforeCommit", self.commit_item(&push.before)),
            ("afterCommit", self.commit_item(&push.after)),
            ("pullRequest", Item::Object(Object::Pull(pull.number))),
        ];
        Item::record("HeadRefForcePushedEvent", fields)
    }
}

fn team_item(combined: &str) -> Item {
    let slug = combined.rsplit('/').next().unwrap_or(combined);
    Item::record("Team", vec![("combinedSlug", combined.into()), ("slug", slug.into()), ("name", slug.into())])
}
