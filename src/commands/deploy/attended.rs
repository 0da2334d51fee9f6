//! What the lock of its environment tells of a run, beside its journal.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ground::Ground;
use super::lease;
use crate::deploy::state::{State, View};
use crate::deploy::words::{self, Whose};
use crate::io::lock::Owner;
use crate::io::machine;
use crate::report::{Finding, Level, Verdict};

/// What is known of the processes of a run.
pub(super) struct Attended {
    /// Whether one works on it.
    pub(super) works: Verdict,
    /// That its lock is lost, or that nothing was heard for long of who has it.
    pub(super) finding: Option<Finding>,
}

/// Who has the lock of each environment that was asked for; `None` where that could not be told.
pub(super) type Holders = BTreeMap<String, Option<Option<Owner>>>;

impl Ground {
    /// Who has the lock of an environment; `None` where that cannot be told.
    pub(super) async fn holder(&self, environment: &str) -> Option<Option<Owner>> {
        self.lock(environment).holder().await.ok()
    }

    /// Whether a process works on a run, as far as that can be told; each lock is looked at once.
    pub(super) async fn works_on(&self, run: &str, state: &State, time: Duration, holders: &mut Holders) -> Verdict {
        let environment = &state.started.environment;
        if state.finished.is_none() && !holders.contains_key(environment) {
            let asked = self.within(time, async { Ok(self.holder(environment).await) }).await;
            holders.insert(environment.clone(), asked.ok().flatten());
        }
        self.attended(run, state, None, holders.get(environment).and_then(Option::as_ref)).works
    }

    /// Whether a process works on a run, by its journal and by who has the lock of its environment.
    pub(super) fn attended(
        &self,
        run: &str,
        state: &State,
        view: Option<View<'_>>,
        holder: Option<&Option<Owner>>,
    ) -> Attended {
        let is_here = state.finished.is_none() && self.store.is_worked_on(run);
        let Some(holder) = holder.filter(|_| state.finished.is_none()) else {
            // What works in another clone, or on another machine, nobody sees from here.
            let is_known = state.finished.is_some() || state.left;
            let works = if is_known { Verdict::No } else { Verdict::CannotTell };
            return Attended { works: if is_here { Verdict::Yes } else { works }, finding: None };
        };
        let holder = holder.as_ref();
        let warning =
            |rule, (message, help): (String, String)| Some(Finding::new(rule, Level::Warning, message).help(help));
        let works = match holder.filter(|held| held.run == run) {
            Some(held) => lease::works(held, run, state),
            // That it has no lock any more does not say that its process has ended.
            None if state.left || machine::has_ended(&state.who) => Verdict::No,
            None => Verdict::CannotTell,
        };
        let finding = match holder {
            Some(held) if works == Verdict::CannotTell && !is_here => {
                let told = words::silent(self.language, (run, &held.host), lease::renewed(held));
                warning("deploy/silent", told)
            }
            // One of its own processes may have taken it anew just now.
            Some(held) if held.run == run => None,
            _ if !has_lock(state, view) => None,
            other => {
                let whose = other.map_or(Whose::Nobody, |held| Whose::Other(&held.run, &held.host));
                let told = words::lost_lock(self.language, &state.started.environment, run, whose);
                warning("deploy/lost-lock", told)
            }
        };
        Attended { works: if is_here { Verdict::Yes } else { works }, finding }
    }
}

/// Whether a run has the lock of its environment by its journal: it did something, and does not only wait until what is left of it is due.
fn has_lock(state: &State, view: Option<View<'_>>) -> bool {
    state.lock_nonce.is_some() && state.lines() > 1 && view.is_some_and(|view| !state.clone().rests(view))
}
