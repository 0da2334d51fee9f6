//! Outputs of steps that may be passed over: what writes one without a word for that case is stopped there.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::place::Source;
use super::texts::{Placed, texts};
use crate::deploy::expression::{Reference, Scope, Status, Template, condition_of, holds};
use crate::deploy::plan::{Job, Plan, Step, Text};
use crate::report::{Finding, Level};

/// Texts that ask for an output without `||`, where the step that gives it has an `if` and what asks has none that tells of it.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    texts(plan).iter().filter(|placed| !placed.is_condition).flat_map(|placed| of_text(plan, placed, source)).collect()
}

fn of_text(plan: &Plan, placed: &Placed<'_>, source: &Source<'_>) -> Vec<Finding> {
    // What is wrong with a text itself is told by others.
    let Some((job, template)) = placed.sight.job.zip(Template::parse(placed.text).ok()) else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let written = template.written().into_iter().filter(|one| seen.insert(one.path.clone()));
    let found = written.filter_map(|one| {
        let step = match &output(&one)? {
            ("steps", step, _) => missed_step(job, placed, step)?,
            ("needs", other, name) => missed_output(plan, job, placed, (other, name))?,
            _ => return None,
        };
        let (path, id) = (one.path.join("."), step.id.as_ref()?.as_str());
        let message =
            format!("`{path}` is not there where the `if` of the step `{id}` is false: what asks for it stops then");
        let mut finding =
            source.within(placed.mark, placed.text, (one.at, one.width), "deploy/conditional-output", message);
        finding.level = Level::Warning;
        Some(finding.help(format!("say what holds then: {path} || ''")))
    });
    found.collect()
}

/// Whose output is asked for: the context, the step or the job, and the output's name.
fn output(reference: &Reference) -> Option<(&str, &str, &str)> {
    match reference.path.as_slice() {
        [context, id, part, name, ..] if part.eq_ignore_ascii_case("outputs") => Some((context, id, name)),
        _ => None,
    }
}

/// The step of the same job that gives an output, where it may be passed over and the step that asks is not.
fn missed_step<'p>(job: &'p Job, placed: &Placed<'_>, id: &str) -> Option<&'p Step> {
    // An output of the job that asks for it is left out.
    let own = placed.sight.step.filter(|own| !is_text(own.name.as_ref(), placed))?;
    let (steps, rollback) = placed.sight.steps;
    let giver =
        named(job.steps.iter().take(steps).chain(job.rollback.iter().take(rollback)).map(|step| &step.value), id)?;
    let condition = giver.condition.as_deref().filter(|_| !std::ptr::eq(giver, own))?;
    // Its clean-up comes only where the step itself came.
    let asks = if is_text(own.post.as_ref(), placed) {
        Some(own.post_if.as_deref().unwrap_or("always()"))
    } else {
        own.condition.as_deref()
    };
    let is_told = is_guard(own.condition.as_deref(), condition) || is_guard(asks, condition);
    (!is_told && is_passed_over(condition, asks)).then_some(giver)
}

/// The step by which another job gives an output, where it may be passed over and the job that asks is not.
fn missed_output<'p>(plan: &'p Plan, job: &Job, placed: &Placed<'_>, (other, name): (&str, &str)) -> Option<&'p Step> {
    let own = placed.sight.step;
    let stops =
        own.map_or(placed.sight.beside.is_some() || placed.is_public, |own| !is_text(own.name.as_ref(), placed));
    let giver = plan.jobs.iter().find(|(id, _)| id.eq_ignore_ascii_case(other)).map(|(_, job)| job)?;
    let text = giver.outputs.iter().find(|(id, _)| id.eq_ignore_ascii_case(name)).map(|(_, text)| text)?;
    let asks = job.condition.as_deref();
    let written = Template::parse(text).ok().filter(|_| stops)?.written();
    let steps = written.iter().filter_map(|one| match output(one)? {
        ("steps", step, _) => named(giver.steps.iter().map(|step| &step.value), step),
        _ => None,
    });
    let is_missed = |step: &&Step| {
        let told = |condition: &str| {
            is_guard(asks, condition) || is_guard(own.and_then(|own| own.condition.as_deref()), condition)
        };
        step.condition.as_deref().is_some_and(|condition| !told(condition) && is_passed_over(condition, asks))
    };
    steps.into_iter().find(is_missed)
}

fn named<'p>(mut steps: impl Iterator<Item = &'p Step>, id: &str) -> Option<&'p Step> {
    steps.find(|step| step.id.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(id)))
}

/// Whether a text of a step is the one that is looked at.
fn is_text(text: Option<&Text>, placed: &Placed<'_>) -> bool {
    text.is_some_and(|text| std::ptr::eq(text.as_str(), placed.text))
}

/// Whether the condition of what asks may tell of that of what gives: it is the same, or goes by values that only a run knows.
fn is_guard(asks: Option<&str>, gives: &str) -> bool {
    asks.is_some_and(|asks| asks == gives || knows_values(asks))
}

/// Whether a condition goes by more than how things stand; one that cannot be read may.
fn knows_values(condition: &str) -> bool {
    condition_of(condition).map_or(true, |condition| !condition.references().is_empty())
}

/// Whether a step with this condition may be passed over where one with the other runs. What runs where all goes well is there
/// like a step without a condition.
fn is_passed_over(gives: &str, asks: Option<&str>) -> bool {
    if knows_values(gives) {
        return true;
    }
    let well = Status { success: true, failure: false, cancelled: false, safe: true };
    let others = [(true, false), (false, true), (true, true)]
        .into_iter()
        .flat_map(|(failure, cancelled)| [true, false].map(|safe| Status { success: false, failure, cancelled, safe }));
    let runs = |condition: &str, status| {
        holds(condition, &Scope { contexts: &Json::Object(Map::new()), status, withheld: &[] }) == Ok(true)
    };
    !runs(gives, well)
        && [well]
            .into_iter()
            .chain(others)
            .any(|status| runs(asks.unwrap_or("success()"), status) && !runs(gives, status))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("success()", None => false; "it runs where all goes well")]
    #[test_case("!cancelled()", Some("always()") => false; "also after a failure")]
    #[test_case("safe()", None => false; "maintenance may be lifted where all went well")]
    #[test_case("failure()", None => true; "only after a failure")]
    #[test_case("failure()", Some("failure()") => false; "both only then")]
    #[test_case("failure()", Some("failure() && cancelled()") => false; "the one where the other does")]
    #[test_case("failure()", Some("always()") => true; "the other always")]
    #[test_case("false", Some("always()") => true; "never")]
    #[test_case("vars.X == '1'", None => true; "a run knows")]
    #[test_case("vars.X ==", None => true; "nobody can tell")]
    fn passed_over(gives: &str, asks: Option<&str>) -> bool {
        is_passed_over(gives, asks)
    }
}
