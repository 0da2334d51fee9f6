//! Every expression can be read, and asks only for what is there when it is asked.

use super::place::{Source, suggest};
use super::references_of;
use super::texts::{Placed, Sight, texts};
use crate::deploy::expression::Reference;
use crate::deploy::plan::{Action, Builtin, Job, Name, Plan, Step, Text};
use crate::report::Finding;
use crate::yaml::{Map, Node, Value};

/// What the context `zarpe` has.
const ZARPE: [&str; 4] = ["run_id", "sha", "short_sha", "previous_tag"];

/// Mistakes of expressions, and names that are not there.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    texts(plan).iter().flat_map(|placed| of_text(plan, placed, source)).collect()
}

fn of_text(plan: &Plan, placed: &Placed<'_>, source: &Source<'_>) -> Vec<Finding> {
    let references = match references_of(placed) {
        Ok(references) => references,
        Err(wrong) => {
            let finding =
                source.within(placed.mark, placed.text, (wrong.at, wrong.width), "deploy/expression", wrong.message);
            let help = wrong
                .help
                .unwrap_or_else(|| "write it as ${{ inputs.name == 'x' }}, with texts in single quotes".to_owned());
            return vec![finding.help(help)];
        }
    };
    let found = |reference| {
        let told = || told(reference).filter(|_| placed.is_public);
        missing(plan, reference, placed.sight).map(|missing| ("deploy/undefined", missing)).or_else(told)
    };
    let undefined = references.iter().filter_map(|reference| Some((reference, found(reference)?)));
    undefined
        .map(|(Reference { at, width, .. }, (rule, Missing { message, help }))| {
            source.within(placed.mark, placed.text, (*at, *width), rule, message).help(help)
        })
        .collect()
}

/// A secret in a name that all can read.
fn told(reference: &Reference) -> Option<(&'static str, Missing)> {
    let is_secret = reference.path.first().is_some_and(|context| context.eq_ignore_ascii_case("secrets"));
    let help = "the value names a lock, a reference of the remote and a deployment: name it by an input or a text";
    Missing::new("a secret stands in a name that all can read", help)
        .filter(|_| is_secret)
        .map(|missing| ("deploy/secret-name", missing))
}

/// Why a name is not there.
struct Missing {
    message: String,
    help: String,
}

impl Missing {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Option<Self> {
        Some(Self { message: message.into(), help: help.into() })
    }
}

fn missing(plan: &Plan, reference: &Reference, sight: Sight<'_>) -> Option<Missing> {
    let [context, name, rest @ ..] = reference.path.as_slice() else { return None };
    let same = |known: &str| known.eq_ignore_ascii_case(name);
    match context.as_str() {
        "env" => {
            let known = variables(plan, sight);
            let help =
                || format!("set it under `env`; {}", suggest(name, known.iter().copied(), "variables of the plan"));
            if known.iter().any(|known| same(known)) {
                None
            } else if sight.beside.is_some_and(|env| env.iter().any(|(known, _)| same(known.as_str()))) {
                let message =
                    format!("`env.{name}` is set in the same `env`, and variables of one `env` do not see each other");
                let help = format!(
                    "write the value of `{name}` here, or set one of the two elsewhere: a step sees the `env` of its job and of the plan, a job that of the plan"
                );
                Missing::new(message, help)
            } else {
                Missing::new(format!("`env.{name}` is not defined here"), help())
            }
        }
        "inputs" if !plan.inputs.iter().any(|(key, _)| same(key.as_str())) => Missing::new(
            format!("there is no input `{name}`"),
            suggest(name, plan.inputs.iter().map(|(key, _)| key.as_str()), "inputs"),
        ),
        "secrets" if !plan.secrets.iter().any(|key| same(key.as_str())) => Missing::new(
            format!("`{name}` is not among the plan's `secrets`"),
            "name it there, so that its value is masked wherever it would be shown",
        ),
        "zarpe" if !ZARPE.iter().any(|key| same(key)) => {
            Missing::new(format!("there is no `zarpe.{name}`"), suggest(name, ZARPE.into_iter(), "names"))
        }
        "needs" => need(plan, name, rest, sight),
        "steps" => step(name, rest, sight),
        _ => None,
    }
}

fn variables<'p>(plan: &'p Plan, sight: Sight<'p>) -> Vec<&'p str> {
    if !sight.env {
        return Vec::new();
    }
    let all = [Some(&plan.env), sight.job.map(|job| &job.env), sight.step.map(|step| &step.env)];
    let is_seen = |env: &&Map<Name, Text>| !sight.beside.is_some_and(|beside| std::ptr::eq(*env, beside));
    let seen = all.into_iter().flatten().take_while(is_seen);
    seen.flat_map(|env| env.iter()).map(|(name, _)| name.as_str()).collect()
}

/// The jobs that have ended when this one runs: those that it needs, and those that they need.
fn ended<'p>(plan: &'p Plan, job: Option<&'p Job>) -> Vec<&'p str> {
    let mut ended: Vec<&str> = Vec::new();
    let mut rest: Vec<&Job> = job.into_iter().collect();
    while let Some(job) = rest.pop() {
        for need in job.needs.iter().map(|need| need.as_str()) {
            if !ended.contains(&need) {
                ended.push(need);
                rest.extend(plan.job(need));
            }
        }
    }
    ended
}

fn need(plan: &Plan, name: &str, rest: &[String], sight: Sight<'_>) -> Option<Missing> {
    let ended = ended(plan, sight.job);
    if !ended.iter().any(|need| need.eq_ignore_ascii_case(name)) {
        let help = match sight.job.map(|job| job.needs.iter().map(|need| need.as_str())) {
            Some(needs) if plan.job(name).is_some() => {
                format!("needs: [{}]", needs.chain([name]).collect::<Vec<_>>().join(", "))
            }
            _ => suggest(name, ended.into_iter(), "jobs that have ended by then"),
        };
        return Missing::new(format!("the job `{name}` need not have ended here"), help);
    }
    let job = plan.jobs.iter().find(|(id, _)| id.eq_ignore_ascii_case(name)).map(|(_, job)| job)?;
    match rest {
        [part, output, ..] if part.eq_ignore_ascii_case("outputs") => {
            let known = || job.outputs.iter().map(|(id, _)| id.as_str());
            if known().any(|known| known.eq_ignore_ascii_case(output)) {
                return None;
            }
            Missing::new(format!("the job `{name}` has no output `{output}`"), suggest(output, known(), "outputs"))
        }
        [part, ..] if !["outputs", "result"].iter().any(|known| known.eq_ignore_ascii_case(part)) => {
            Missing::new(format!("a job has no `{part}`"), "needs.JOB.result, or needs.JOB.outputs.NAME")
        }
        _ => None,
    }
}

fn step(name: &str, rest: &[String], sight: Sight<'_>) -> Option<Missing> {
    let Some(job) = sight.job else {
        return Missing::new("no step has run here", "steps are seen by later steps of their job and by its outputs");
    };
    let is_it = |step: &&Step| step.id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(name));
    let steps = || job.steps.iter().chain(&job.rollback).map(|step| &step.value);
    let ended =
        || job.steps.iter().take(sight.steps.0).chain(job.rollback.iter().take(sight.steps.1)).map(|step| &step.value);
    let Some(step) = ended().find(is_it) else {
        if steps().any(|step| is_it(&step)) {
            return Missing::new(format!("the step `{name}` has not run yet here"), "ask for it in a later step");
        }
        let ids = ended().filter_map(|step| step.id.as_ref()).map(|id| id.as_str());
        return Missing::new(
            format!("there is no step `{name}` in this job"),
            suggest(name, ids, "steps with an id before it"),
        );
    };
    match rest {
        [part, output, ..] if part.eq_ignore_ascii_case("outputs") => output_of(step, name, output),
        [part, ..] if !["outputs", "outcome", "conclusion"].iter().any(|known| known.eq_ignore_ascii_case(part)) => {
            Missing::new(format!("a step has no `{part}`"), "steps.ID.outcome, or steps.ID.outputs.NAME")
        }
        _ => None,
    }
}

/// The outputs that `zarpe/http` has whatever it captures.
const OWN: [&str; 2] = ["status", "result"];

/// What a command writes is known when it has run; what `zarpe/http` captures stands in the plan.
fn output_of(step: &Step, name: &str, output: &str) -> Option<Missing> {
    let Action::Uses { builtin, with } = &step.action else { return None };
    if **builtin != Builtin::Http {
        return None;
    }
    let captured: Vec<&str> = match with.get("capture") {
        Some(Node { value: Value::Mapping(entries), .. }) => entries.iter().map(|entry| entry.key.as_str()).collect(),
        _ => Vec::new(),
    };
    if captured.iter().chain(&OWN).any(|known| known.eq_ignore_ascii_case(output)) {
        return None;
    }
    let help = format!("name it under `capture`; {}", suggest(output, captured.into_iter(), "captured values"));
    Missing::new(format!("the step `{name}` captures no `{output}`"), help)
}
