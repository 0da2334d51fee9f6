//! What people call the environment of a run, and the service in it: the one rule of the report, the board and the notices.

use super::{Sight, State, View};

impl State {
    /// The name of the environment of each job that has one, in the order of the plan, as far as that can be told now.
    pub fn environments(&self, view: View<'_>) -> impl Iterator<Item = String> {
        view.plan.jobs.iter().filter_map(move |(id, job)| {
            let sight = Sight { job: Some(id.as_str()), ..Sight::default() };
            let name = view.render(self, &job.environment.as_ref()?.name, sight).ok()?;
            Some(name).filter(|name| !name.trim().is_empty())
        })
    }

    /// The name that its first job with an environment gives it, else that of its lock.
    #[must_use]
    pub fn environment(&self, view: Option<View<'_>>) -> String {
        let named = view.and_then(|view| self.environments(view).next());
        named.unwrap_or_else(|| self.started.environment.clone())
    }

    /// The service that is deployed, where an input names it and the lock is of that alone: `ENVIRONMENT-SERVICE`.
    #[must_use]
    pub fn service(&self, view: Option<View<'_>>) -> Option<&str> {
        let environment = lock_name(&self.environment(view));
        let service = self.started.environment.strip_prefix(&environment)?.strip_prefix('-')?;
        let is_named = |value: &&String| !value.is_empty() && lock_name(value) == service;
        self.started.inputs.values().find(is_named).map(String::as_str)
    }
}

/// The name of a lock by what a plan calls it: it is that of a file and of a reference.
#[must_use]
pub fn lock_name(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.chars().map(|c| if is_plain(c) { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::deploy::journal::Started;

    #[test_case("prod-web", "environment=prod service=web" => Some("web".to_owned()); "a service")]
    #[test_case("prod-my-web", "environment=prod service=my.web" => Some("my.web".to_owned()); "by its own name")]
    #[test_case("prod", "environment=prod service=web" => None; "a lock of the environment")]
    #[test_case("prod-deploy", "environment=prod" => None; "a lock with another name")]
    #[test_case("web", "environment=prod service=web" => None; "a lock of something else")]
    #[test_case("prod-", "environment=prod service=" => None; "no service")]
    fn service(lock: &str, inputs: &str) -> Option<String> {
        let plan = "jobs: {a: {environment: '${{ inputs.environment }}', steps: [{run: x}]}}";
        let plan = crate::deploy::plan::Plan::parse("p", plan).unwrap();
        let input = |text: &str| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let inputs: std::collections::BTreeMap<_, _> = inputs.split(' ').filter_map(input).collect();
        let started = Started { environment: lock.to_owned(), inputs: inputs.clone(), ..Started::default() };
        let facts = crate::deploy::state::Facts { inputs, ..Default::default() };
        let state = State { started, ..State::default() };
        state.service(Some(View { plan: &plan, facts: &facts })).map(str::to_owned)
    }
}
