//! GitHub is told that this run deploys, and what becomes of it, where the plan has an `environment` and the token may.

use std::time::Duration;

use anyhow::Result;

use super::super::run::deployed_to;
use super::super::signer::github;
use super::Engine;
use crate::deploy::deployment::Says;
use crate::deploy::journal::{Event, Started};
use crate::io::github::GitHub;
use crate::io::github::deployments::New;
use crate::io::github::failure;
use crate::report::Failure;

/// How long GitHub may take to answer one question: the run waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

impl Engine<'_> {
    /// Says how the run stands, where that is not what was said last. A deployment is made first where there is none.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written. What GitHub does not take is a remark, and stops nothing.
    pub(super) async fn tell_deployment(&self) -> Result<()> {
        // Who was told to stop has no time for it.
        if self.signals.told().is_some() {
            return Ok(());
        }
        let state = self.state.borrow().clone();
        let Some(environment) = deployed_to(self.view) else { return Ok(()) };
        let known = state.deployment.as_ref();
        if known.is_some_and(|known| known.id.is_none()) {
            return Ok(());
        }
        let says = Says::of(&state, self.view.plan, self.language());
        let told = (says.state.to_owned(), self.mask.text(&says.description));
        let before = known.and_then(|known| known.id);
        // The job of a workflow makes one of its own, each time.
        let looks = self.cx.environment.in_actions() && !self.looked.replace(true);
        if !looks && known.is_some_and(|known| known.told == told) {
            return Ok(());
        }
        // Without a GitHub or a token there is nobody to tell.
        let Ok(github) = github(self.cx, self.ground) else { return Ok(()) };
        let github = github.patient(PATIENCE);
        let id = match self.deployment(&github, &environment, before, looks).await {
            Ok(id) => id,
            Err(error) => return self.cannot_tell_deployment(&error),
        };
        if before == Some(id) && known.is_some_and(|known| known.told == told) {
            return Ok(());
        }
        if let Err(error) = github.report_deployment(id, &told.0, &told.1, self.log_url().as_deref()).await {
            return self.cannot_tell_deployment(&error);
        }
        let was_in_service = known.is_some_and(|known| known.told.0 == "success");
        if says.state == "inactive" && was_in_service {
            self.back_in_service(&github, &environment, id).await.unwrap_or_else(|error| self.remark(&error));
        }
        self.write(&Event::Deployment { id: Some(id), state: told.0, description: told.1 })
    }

    /// The deployment of this run: the one of the workflow's job that it runs in, where that is looked for, else the one it has
    /// already, else a new one.
    async fn deployment(&self, github: &GitHub, environment: &str, before: Option<u64>, looks: bool) -> Result<u64> {
        let sha = self.view.facts.sha.as_deref().unwrap_or_default();
        // A run may be called otherwise than the workflow run: one for each environment.
        if let Some(run) = self.cx.environment.get("GITHUB_RUN_ID").filter(|_| looks)
            && let Some(id) = github.deployment_of_job(environment, sha, run).await?
        {
            return Ok(id);
        }
        if let Some(before) = before {
            return Ok(before);
        }
        let Started { version, environment: lock, .. } = self.state.borrow().started.clone();
        let run = &self.view.facts.run_id;
        github.create_deployment(New { sha, version: version.as_deref(), environment, run, lock: &lock }).await
    }

    /// What was deployed before is in service again: GitHub ended it when this run succeeded.
    async fn back_in_service(&self, github: &GitHub, environment: &str, own: u64) -> Result<()> {
        let Some(previous) = &self.view.facts.previous_tag else { return Ok(()) };
        if let Some(id) = github.deployed(environment, previous, own).await? {
            let why = crate::deploy::words::back_by(self.language(), &self.view.facts.run_id);
            github.report_deployment(id, "success", &why, self.log_url().as_deref()).await?;
        }
        Ok(())
    }

    /// A token that may not is told of once, and nothing more is asked of it.
    fn cannot_tell_deployment(&self, error: &anyhow::Error) -> Result<()> {
        let mut failure = Failure::from_error(error);
        let rule = failure.finding.rule.clone();
        let may_not = [failure::FORBIDDEN, failure::NOT_FOUND, failure::UNAUTHORIZED].contains(&rule.as_str());
        if may_not {
            failure = failure.help("GitHub is not told of this deployment: the token needs `deployments: write`");
        }
        self.remark(&failure.into());
        if may_not {
            return self.write(&Event::Deployment { id: None, state: String::new(), description: String::new() });
        }
        Ok(())
    }

    /// The page of the job that runs this.
    fn log_url(&self) -> Option<String> {
        let environment = &self.cx.environment;
        let (server, repository) = (environment.get("GITHUB_SERVER_URL")?, environment.get("GITHUB_REPOSITORY")?);
        let run = environment.get("GITHUB_RUN_ID")?;
        Some(format!("{server}/{repository}/actions/runs/{run}"))
    }
}
