//! What stands there and says nothing: a job without steps, a command without words; and what only a run can know.

use super::asked;
use super::place::Source;
use crate::deploy::plan::{Action, Plan, Step, Text};
use crate::report::{Finding, Level};

/// Jobs and commands that would do nothing, and a note where the version that runs must be known.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let without = plan.jobs.iter().filter(|(_, job)| job.steps.is_empty());
    let jobs = without.map(|(id, _)| {
        let message = format!("the job `{}` has no steps: it would succeed and do nothing", id.as_str());
        source.error("deploy/no-steps", id.mark, message).help("steps: [{run: ./deploy}], or take the job out")
    });
    let steps = plan.steps().flat_map(|(_, step)| of_step(step, source));
    jobs.chain(steps).chain(previous(plan, source)).collect()
}

fn of_step(step: &Step, source: &Source<'_>) -> Vec<Finding> {
    let command = match &step.action {
        Action::Run { command, .. } => Some(command),
        Action::Uses { .. } => None,
    };
    let texts: [(&str, Option<&Text>); 3] =
        [("run", command), ("done-if", step.done_if.as_ref()), ("post", step.post.as_ref())];
    let empty = texts.into_iter().filter_map(|(key, text)| Some((key, text.filter(|text| text.trim().is_empty())?)));
    empty
        .map(|(key, text)| {
            let message = format!("`{key}` is empty: it would succeed and do nothing");
            source.error("deploy/empty-command", text.mark(), message).help("write the command, or take the key out")
        })
        .collect()
}

/// The version that ran before is known where there is a journal: here nobody can tell.
fn previous(plan: &Plan, source: &Source<'_>) -> Option<Finding> {
    let is_it = |path: &[String]| matches!(path, [context, name] if context.eq_ignore_ascii_case("zarpe") && name.eq_ignore_ascii_case("previous_tag"));
    let (mark, _) = asked(plan).into_iter().find(|(_, path)| is_it(path))?;
    let message = "`zarpe.previous_tag` is known to a run alone: the version deployed before it";
    let help = "where none was, as at the first time, deploy run refuses to begin without --previous TAG";
    Some(source.finding("deploy/previous", Level::Info, mark, message).help(help))
}
