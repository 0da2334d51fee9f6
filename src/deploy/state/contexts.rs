//! What expressions see while a run goes on: only what a text asks for is put together.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{Standing, State, needed};
use crate::deploy::expression::{self, Reference, Scope, Status, Template, Wrong, condition_of};
use crate::deploy::journal::{Outcome, Part, Place};
use crate::deploy::plan::{Action, Builtin, InputKind, Job, Plan, Step};

/// What is known before the first step and stays so.
#[derive(Clone, Default)]
pub struct Facts {
    /// The run.
    pub run_id: String,
    /// What the run was told, defaults included.
    pub inputs: BTreeMap<String, String>,
    /// The values of the plan's secrets.
    pub secrets: BTreeMap<String, String>,
    /// The variables that `vars` names.
    pub vars: BTreeMap<String, String>,
    /// The commit that is deployed.
    pub sha: Option<String>,
    /// The version that was deployed before.
    pub previous_tag: Option<String>,
}

impl Facts {
    /// What was known of a run that is only told of: its secrets stand as asterisks, whatever they are now.
    #[must_use]
    pub fn of_past(self, run: &str, state: &State) -> Self {
        let hidden = |(name, _): (String, String)| (name, "***".to_owned());
        Self {
            run_id: run.to_owned(),
            inputs: state.started.inputs.clone(),
            secrets: self.secrets.into_iter().map(hidden).collect(),
            sha: state.started.sha.clone(),
            previous_tag: state.started.previous_tag.clone(),
            ..self
        }
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the secrets.
        f.debug_struct("Facts").field("run_id", &self.run_id).field("sha", &self.sha).finish_non_exhaustive()
    }
}

/// A plan and what is known of its run.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What is known.
    pub facts: &'a Facts,
}

/// From where in the plan an expression looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sight<'a> {
    /// The job.
    pub job: Option<&'a str>,
    /// The step, whose own variables are seen.
    pub step: Option<&'a Step>,
    /// How things stand there.
    pub status: Status,
}

/// Which variables are there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    None,
    Plan,
    Job,
    Step,
}

impl View<'_> {
    /// A text with the values of its expressions.
    ///
    /// # Errors
    /// A mistake of the text, or a name that is not there.
    pub fn render(&self, state: &State, text: &str, sight: Sight<'_>) -> Result<String, Wrong> {
        self.render_in(state, text, sight, Layer::Step)
    }

    /// Whether a condition holds; without one, whether all went well.
    ///
    /// # Errors
    /// A mistake of the text, or a name that is not there.
    pub fn holds(&self, state: &State, condition: Option<&str>, sight: Sight<'_>) -> Result<bool, Wrong> {
        let Some(condition) = condition else { return Ok(sight.status.success) };
        let references = condition_of(condition)?.references();
        let contexts = self.contexts(state, &references, sight, Layer::Step)?;
        let withheld = self.withheld(state, sight);
        expression::holds(condition, &Scope { contexts: &contexts, status: sight.status, withheld: &withheld })
    }

    /// The variables of a step's command: those of the plan, of its job, and its own.
    ///
    /// # Errors
    /// The mistake of a value, or a name that is not there.
    pub fn variables(&self, state: &State, sight: Sight<'_>) -> Result<Vec<(String, String)>, Wrong> {
        let variables = self.env(state, sight, Layer::Step)?;
        let text = |value: Json| if let Json::String(text) = value { text } else { value.to_string() };
        Ok(variables.into_iter().map(|(name, value)| (name, text(value))).collect())
    }

    fn render_in(&self, state: &State, text: &str, sight: Sight<'_>, layer: Layer) -> Result<String, Wrong> {
        if !text.contains("${{") {
            return Ok(text.to_owned());
        }
        let template = Template::parse(text)?;
        let contexts = self.contexts(state, &template.references(), sight, layer)?;
        let withheld = self.withheld(state, sight);
        template.render(&Scope { contexts: &contexts, status: sight.status, withheld: &withheld })
    }

    fn contexts(&self, state: &State, asked: &[Reference], sight: Sight<'_>, layer: Layer) -> Result<Json, Wrong> {
        let mut contexts = Map::new();
        for name in expression::CONTEXTS {
            let of = asked.iter().filter(|one| one.path.first().is_some_and(|first| first.eq_ignore_ascii_case(name)));
            // `None`: all of the context is asked for.
            let parts: Option<Vec<&str>> = of.clone().map(|one| one.path.get(1).map(String::as_str)).collect();
            if of.count() == 0 {
                contexts.insert(name.to_owned(), Json::Object(Map::new()));
                continue;
            }
            let context = match name {
                "env" => self.env(state, sight, layer)?,
                "inputs" => self.inputs(),
                "secrets" => texts(&self.facts.secrets),
                "vars" => texts(&self.facts.vars),
                "needs" => {
                    let (direct, indirect) = self.needs(state, parts.as_deref(), sight);
                    contexts.insert(expression::INDIRECT.to_owned(), Json::Object(indirect));
                    direct
                }
                "steps" => self.steps(state, parts.as_deref(), sight),
                _ => self.zarpe(state),
            };
            contexts.insert(name.to_owned(), Json::Object(context));
        }
        Ok(Json::Object(contexts))
    }

    fn env(&self, state: &State, sight: Sight<'_>, layer: Layer) -> Result<Map<String, Json>, Wrong> {
        let mut env = Map::new();
        let job = sight.job.and_then(|job| self.plan.job(job));
        let layers = [
            (Layer::Plan, Some(&self.plan.env), Layer::None),
            (Layer::Job, job.map(|job| &job.env), Layer::Plan),
            (Layer::Step, sight.step.map(|step| &step.env), Layer::Job),
        ];
        for (own, texts, below) in layers.into_iter().filter(|(own, ..)| *own <= layer) {
            let _ = own;
            let mut values = Vec::new();
            for (name, text) in texts.into_iter().flat_map(|texts| texts.iter()) {
                values.push((name.as_str().to_owned(), self.render_in(state, text, sight, below)?.into()));
            }
            env.extend(values);
        }
        Ok(env)
    }

    fn inputs(&self) -> Map<String, Json> {
        let typed = |(name, text): (&String, &String)| {
            let kind = self.plan.inputs.get(name).map(|input| input.kind).unwrap_or_default();
            let value = match kind {
                InputKind::Boolean => Json::Bool(text == "true"),
                InputKind::Number => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
                _ => text.as_str().into(),
            };
            (name.clone(), value)
        };
        self.facts.inputs.iter().map(typed).collect()
    }

    /// The jobs that a job names in its `needs`, and those that they need: these are there by their names alone, so that `needs.*`
    /// says what it says on GitHub.
    fn needs(&self, state: &State, parts: Option<&[&str]>, sight: Sight<'_>) -> (Map<String, Json>, Map<String, Json>) {
        let own = sight.job.and_then(|job| self.plan.job(job));
        let is_direct =
            |(job, _): &(String, Json)| own.is_some_and(|own| own.needs.iter().any(|need| need.as_str() == job));
        let all = sight.job.map(|job| needed(self.plan, job)).unwrap_or_default();
        let is_asked = |job: &&str| parts.is_none_or(|parts| parts.iter().any(|part| part.eq_ignore_ascii_case(job)));
        let of = |job: &str| {
            let known = state.jobs.get(job)?;
            let outputs = Json::Object(texts(&known.outputs));
            // What was taken back, or should have been, is not there to go on with.
            let result = known.result.map(|result| if known.rollback.is_some() { Outcome::Failure } else { result });
            let result = result?.word();
            Some((job.to_owned(), serde_json::json!({ "result": result, "outputs": outputs })))
        };
        all.into_iter().filter(is_asked).filter_map(of).partition(is_direct)
    }

    fn steps(&self, state: &State, parts: Option<&[&str]>, sight: Sight<'_>) -> Map<String, Json> {
        let Some((id, job)) = sight.job.and_then(|id| Some((id, self.plan.job(id)?))) else { return Map::new() };
        let of = |(part, step): (Part, &str)| {
            let place = Place { job: id.to_owned(), step: step.to_owned(), part };
            let known = state.steps.get(&place)?;
            let outcome = match known.standing {
                Standing::Finished(outcome) => outcome,
                // It was begun and is not done, or nobody can tell: no success, and not skipped.
                Standing::NotDone | Standing::Started => Outcome::Failure,
                Standing::Open => return None,
            };
            let outputs = Json::Object(texts(&known.outputs));
            let word = outcome.word();
            Some((step.to_owned(), serde_json::json!({ "outcome": word, "conclusion": word, "outputs": outputs })))
        };
        named(job, parts).into_iter().filter_map(of).collect()
    }

    /// The commit is the one that `zarpe/verify` judged last, else that of the run's beginning.
    fn zarpe(&self, state: &State) -> Map<String, Json> {
        let facts = self.facts;
        let judged = self.judged(state).or_else(|| facts.sha.clone());
        let short = judged.as_ref().and_then(|sha| sha.get(..7)).map(str::to_owned);
        let known = [
            ("run_id", Some(facts.run_id.clone())),
            ("sha", judged),
            ("short_sha", short),
            ("previous_tag", facts.previous_tag.clone()),
        ];
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect()
    }
}

impl View<'_> {
    fn judged(&self, state: &State) -> Option<String> {
        let is_verify =
            |step: &Step| matches!(&step.action, Action::Uses { builtin, .. } if **builtin == Builtin::Verify);
        let mut last: Option<(Option<jiff::Timestamp>, &String)> = None;
        for (id, job) in self.plan.jobs.iter() {
            for (at, step) in job.steps.iter().enumerate().filter(|(_, step)| is_verify(step)) {
                let place = Place { job: id.as_str().to_owned(), step: super::key(step, at), part: Part::Steps };
                // Of a step that failed the outputs are there as well, and its commit is not one to go on with.
                let known = state.steps.get(&place);
                let known = known.filter(|known| known.standing == super::Standing::Finished(Outcome::Success));
                let sha = known.and_then(|known| Some((known.ended, known.outputs.get("commit")?)));
                last = sha.filter(|sha| last.is_none_or(|last| last.0 <= sha.0)).or(last);
            }
        }
        last.map(|(_, sha)| sha.clone())
    }
}

/// The steps with an id that are asked for, each with its list.
fn named<'p>(job: &'p Job, parts: Option<&[&str]>) -> Vec<(Part, &'p str)> {
    let is_asked = |id: &str| parts.is_none_or(|parts| parts.iter().any(|part| part.eq_ignore_ascii_case(id)));
    let lists = [(Part::Steps, &job.steps), (Part::Rollback, &job.rollback)];
    let ids = lists
        .into_iter()
        .flat_map(|(part, steps)| steps.iter().filter_map(move |step| Some((part, step.id.as_ref()?.value.as_str()))));
    ids.filter(|(_, id)| is_asked(id)).collect()
}

fn texts(values: &BTreeMap<String, String>) -> Map<String, Json> {
    values.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()
}

/// What the status functions say where these have ended so.
#[must_use]
pub fn status(failed: bool, cancelled: bool, safe: bool) -> Status {
    Status { success: !failed && !cancelled, failure: failed, cancelled, safe }
}

/// What they say of a job by those that it needs; whether it is safe, its caller looks.
pub(super) fn status_of_needs(state: &State, plan: &Plan, job: &str) -> Status {
    let needs = needed(plan, job);
    let results: Vec<Option<Outcome>> =
        needs.iter().map(|need| state.jobs.get(*need).and_then(|job| job.result)).collect();
    // What was taken back, or should have been, is not there to go on with.
    let goes_back = state.need_taken_back(plan, job).is_some();
    let success = results.iter().all(|result| *result == Some(Outcome::Success)) && !state.cancelled && !goes_back;
    let failed = results.iter().any(|result| matches!(result, Some(Outcome::Failure | Outcome::Unknown)));
    let cancelled = state.cancelled || results.contains(&Some(Outcome::Cancelled));
    Status { success, failure: failed || goes_back, cancelled, safe: false }
}
