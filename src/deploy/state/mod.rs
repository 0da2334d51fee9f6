//! Where a run stands: the fold of its journal, and what is next by the plan. Whoever goes on with a run, the process that
//! began it or one after a kill, reads the same journal and decides the same.

mod cleaned_late;
mod cleanup;
mod condition;
mod contexts;
mod decide;
mod dropped;
mod fold;
mod half_done;
mod known;
mod left;
mod moved;
mod named;
mod needs;
mod occasion;
mod offer;
mod outputs;
mod reopen;
mod report;
mod result;
mod safety;
pub(in crate::deploy) mod sign;
mod status;
mod taken_back;
mod taken_over;
#[cfg(test)]
mod tests;
mod told;
mod whole;
mod window;
mod withheld;

pub use condition::Condition;
pub use contexts::{Facts, Sight, View, status};
pub use decide::Decision;
pub use fold::{Deployment, JobState, Standing, State, StepState};
pub use half_done::starts_later;
pub use named::lock_name;
pub use needs::{dependents, needed};
pub use occasion::Occasion;
pub use outputs::outputs;
pub use report::{Told, outcome_word, second};
pub use sign::{Ask, OPTIONS, Request, SignOption, Signature, statement};
pub use taken_over::TakenOver;
pub use withheld::{Giver, Held};

use super::journal::{Part, Place};
use super::plan::{Job, Plan, Step};

/// What the journal calls a step of a list: its id, else its number from 1.
#[must_use]
pub fn key(step: &Step, at: usize) -> String {
    step.id.as_ref().map_or_else(|| (at + 1).to_string(), |id| id.as_str().to_owned())
}

/// The steps of one of a job's lists.
#[must_use]
pub fn list(job: &Job, part: Part) -> &[crate::yaml::Spanned<Step>] {
    match part.owner() {
        Part::Rollback => &job.rollback,
        _ => &job.steps,
    }
}

/// The step of a place.
#[must_use]
pub fn step_of<'p>(plan: &'p Plan, place: &Place) -> Option<&'p Step> {
    let steps = list(plan.job(&place.job)?, place.part);
    let numbered = place.step.parse::<usize>().ok().and_then(|number| steps.get(number.checked_sub(1)?));
    let named = || steps.iter().find(|step| step.id.as_ref().is_some_and(|id| id.as_str() == place.step));
    // One that has an id is known by that alone.
    numbered.filter(|step| step.id.is_none()).or_else(named).map(|step| &step.value)
}

/// The steps that a word of the command line may mean: `JOB/STEP`, `JOB/rollback/STEP`, or a step's id alone.
#[must_use]
pub fn find(plan: &Plan, word: &str) -> Vec<Place> {
    let of = |job: &str, part: Part, step: &str| Place { job: job.to_owned(), step: step.to_owned(), part };
    let parts: Vec<&str> = word.split('/').collect();
    let is_there = |place: &Place| step_of(plan, place).is_some();
    match parts.as_slice() {
        [job, step] => {
            let places = [of(job, Part::Steps, step), of(job, Part::Rollback, step)];
            places.into_iter().find(is_there).into_iter().collect()
        }
        [job, "rollback", step] => Some(of(job, Part::Rollback, step)).filter(is_there).into_iter().collect(),
        [step] => plan
            .jobs
            .iter()
            .flat_map(|(job, _)| [of(job.as_str(), Part::Steps, step), of(job.as_str(), Part::Rollback, step)])
            .filter(|place| step.parse::<usize>().is_err() && is_there(place))
            .collect(),
        _ => Vec::new(),
    }
}
