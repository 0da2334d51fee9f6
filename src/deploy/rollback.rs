//! What a rollback will need: the files of backups that its texts name, and the version that ran before. It must be there before
//! the window opens, for afterwards it is too late to find out that it is not.

use std::collections::BTreeSet;

use super::expression::{Template, condition_of};
use super::journal::{Outcome, Part, Place};
use super::plan::{Action, Job, Plan, Step};
use super::state::{Standing, State, key};
use crate::yaml::{Entry, Node, Value};

/// Something that a rollback needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The file that a step wrote: its outputs `file` and `sha256`.
    Backup {
        /// The step.
        place: Place,
        /// The file.
        file: String,
        /// Its digest in hexadecimal, where the step told one.
        sha256: Option<String>,
    },
    /// The version that ran before (`zarpe.previous_tag`).
    Previous,
}

/// What the rollback of a job needs, as far as it is there by now: a backup that a later step makes is not looked for yet.
#[must_use]
pub fn needs(plan: &Plan, state: &State, id: &str) -> BTreeSet<Need> {
    let Some(job) = plan.job(id) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    for path in asked_of(plan, job) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["zarpe", "previous_tag"] => {
                found.insert(Need::Previous);
            }
            ["steps", step, "outputs", "file"] => found.extend(backup(state, id, job, step)),
            ["needs", before, "outputs", name] => {
                let Some(other) = plan.job(before) else { continue };
                let text = other.outputs.get(name).map_or("", |text| text.as_str());
                for path in references(text) {
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    if let ["steps", step, "outputs", "file"] = path.as_slice() {
                        found.extend(backup(state, before, other, step));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The backup of a step that succeeded.
fn backup(state: &State, id: &str, job: &Job, step: &str) -> Option<Need> {
    let (at, step) =
        job.steps.iter().enumerate().find(|(_, one)| one.id.as_ref().is_some_and(|id| id.as_str() == step))?;
    let place = Place { job: id.to_owned(), step: key(step, at), part: Part::Steps };
    let known = state.steps.get(&place).filter(|known| known.standing == Standing::Finished(Outcome::Success))?;
    let output = |name: &str| known.outputs.get(name).filter(|text| !text.is_empty()).cloned();
    Some(Need::Backup { file: output("file").unwrap_or_default(), sha256: output("sha256"), place })
}

/// The names that the rollback of a job asks for: by the texts of its steps, and by what is around each of their commands.
fn asked_of(plan: &Plan, job: &Job) -> Vec<Vec<String>> {
    if job.rollback.is_empty() {
        return Vec::new();
    }
    let around = plan.env.iter().chain(job.env.iter()).map(|(_, text)| text);
    let around = around.chain(plan.defaults.run.working_directory.as_ref());
    let around = around.flat_map(|text| references(text.as_str()));
    around.chain(job.rollback.iter().flat_map(|step| asked(step))).collect()
}

/// The names that the texts of a step ask for.
fn asked(step: &Step) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let texts = [step.name.as_ref(), step.done_if.as_ref(), step.post.as_ref()].into_iter().flatten();
    texts.chain(step.env.iter().map(|(_, text)| text)).for_each(|text| found.extend(references(text.as_str())));
    if let Some(Ok(condition)) = step.condition.as_ref().map(|text| condition_of(text.as_str())) {
        found.extend(condition.references().into_iter().map(|one| one.path));
    }
    match &step.action {
        Action::Run { command, working_directory, .. } => {
            let texts = [Some(command), working_directory.as_ref()].into_iter().flatten();
            texts.for_each(|text| found.extend(references(text.as_str())));
        }
        Action::Uses { with, .. } => with.iter().for_each(|(_, node)| in_node(node, &mut found)),
    }
    found
}

fn in_node(node: &Node, found: &mut Vec<Vec<String>>) {
    match &node.value {
        Value::String(text) => found.extend(references(text)),
        Value::Sequence(items) => items.iter().for_each(|item| in_node(item, found)),
        Value::Mapping(entries) => entries.iter().for_each(|Entry { value, .. }| in_node(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn references(text: &str) -> Vec<Vec<String>> {
    let template = Template::parse(text).ok();
    template.into_iter().flat_map(|template| template.references()).map(|one| one.path).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::deploy::journal::{End, Event};

    const PLAN: &str = "
jobs:
  before:
    outputs: {copy: '${{ steps.dump.outputs.file }}', digest: '${{ steps.dump.outputs.sha256 }}'}
    steps: [{id: dump, run: x}]
  window:
    needs: before
    steps: [{id: own, run: x}, {run: y}]
    rollback:
      - {run: 'restore ${{ needs.before.outputs.copy }}'}
      - {run: 'restore $FILE', env: {FILE: '${{ steps.own.outputs.file }}'}}
      - {uses: zarpe/http, with: {url: x, expect: {json: {v: '${{ zarpe.previous_tag }}'}}}}
  other: {steps: [{run: x}]}
";

    fn ended(state: &mut State, job: &str, step: &str, outputs: &[(&str, &str)]) {
        let place = Place { job: job.to_owned(), step: step.to_owned(), part: Part::Steps };
        let outputs = outputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (end, outcome) = (End::Code(0), Outcome::Success);
        let withheld = [].into();
        let event = Event::StepFinished { place, end, outcome, outputs, withheld, log_sha256: None, note: None };
        state.apply(Timestamp::UNIX_EPOCH, 1, &event);
    }

    /// `BACK` is a rollback whose text names nothing.
    #[test_case::test_case("jobs: {w: {env: {COPY: '${{ steps.own.outputs.file }}'}, BACK}}" => "w/own"; "by the job's env")]
    #[test_case::test_case("env: {TAG: '${{ zarpe.previous_tag }}'}\njobs: {w: {BACK}}" => "previous"; "by the plan's env")]
    #[test_case::test_case("defaults: {run: {working-directory: '/app/${{ zarpe.previous_tag }}'}}\njobs: {w: {BACK}}" => "previous"; "by the folder of all")]
    #[test_case::test_case("jobs: {w: {steps: [{id: own, run: x}], rollback: [{run: ./up, working-directory: '/app/${{ zarpe.previous_tag }}'}]}}" => "previous"; "by its folder")]
    #[test_case::test_case("env: {TAG: '${{ zarpe.previous_tag }}'}\njobs: {w: {steps: [{id: own, run: x}]}}" => ""; "there is no rollback")]
    fn what_is_around_a_rollback_is_needed_too(plan: &str) -> String {
        let back = "steps: [{id: own, run: x}], rollback: [{run: ./restore $COPY $TAG}]";
        let plan = Plan::parse("p", &plan.replace("BACK", back)).unwrap();
        let mut state = State::default();
        ended(&mut state, "w", "own", &[("file", "own.dump")]);
        let of = |need: &Need| match need {
            Need::Backup { place, .. } => place.to_string(),
            Need::Previous => "previous".to_owned(),
        };
        needs(&plan, &state, "w").iter().map(of).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_a_rollback_names_is_needed_once_it_is_made() {
        let plan = Plan::parse("p", PLAN).unwrap();
        let mut state = State::default();
        assert_eq!(needs(&plan, &state, "window"), [Need::Previous].into());
        ended(&mut state, "before", "dump", &[("file", "/b/1.dump"), ("sha256", "abc")]);
        ended(&mut state, "window", "own", &[("file", "own.dump")]);
        let of = |need: &Need| match need {
            Need::Backup { place, file, sha256 } => format!("{place} {file} {}", sha256.clone().unwrap_or_default()),
            Need::Previous => "previous".to_owned(),
        };
        let found: Vec<String> = needs(&plan, &state, "window").iter().map(of).collect();
        assert_eq!(found, ["before/dump /b/1.dump abc", "window/own own.dump ", "previous"]);
        assert!(needs(&plan, &state, "other").is_empty() && needs(&plan, &state, "none").is_empty());
    }
}
