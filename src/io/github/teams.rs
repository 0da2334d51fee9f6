//! Who is in a team.

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::{GitHub, failure, segment};
use crate::report::Failure;

impl GitHub {
    /// Whether somebody is an active member of a team. To who may not see the team its members are not found, as is who is no
    /// member: that there is such a team must be shown first.
    ///
    /// # Errors
    /// Exit code 3 where that cannot be told, with the permission that is missing.
    pub async fn is_member(&self, organisation: &str, team: &str, login: &str) -> Result<bool> {
        #[derive(Deserialize)]
        struct Membership {
            state: String,
        }
        let path = format!("/orgs/{}/teams/{}", segment(organisation), segment(team));
        let rule = |error: &anyhow::Error| Failure::from_error(error).finding.rule;
        let hidden = |error: anyhow::Error| {
            if !matches!(rule(&error).as_str(), failure::NOT_FOUND | failure::FORBIDDEN) {
                return error;
            }
            let message = format!("whether {login} is a member of @{organisation}/{team} is not shown to this token");
            let help = "it needs to read the organisation's members: `members: read` of a fine-grained token or an app, \
                        `read:org` of a classic one; a workflow's own token never has it. Or name the logins in the plan's `roles`";
            Failure::cannot_tell("github/team", message).help(help).into()
        };
        self.get::<Value>(&path).await.map_err(hidden)?;
        match self.get::<Membership>(&format!("{path}/memberships/{}", segment(login))).await {
            Ok(membership) => Ok(membership.state == "active"),
            Err(error) if rule(&error) == failure::NOT_FOUND => Ok(false),
            Err(error) => Err(hidden(error)),
        }
    }
}
