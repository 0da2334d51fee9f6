//! What people call the environment of a run: the one rule of the report, the board and the notices.

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
}
