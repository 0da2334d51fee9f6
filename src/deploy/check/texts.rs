//! Every text of a plan in which an expression may stand, with what it can see from there.

use crate::deploy::plan::{Action, Job, Name, Plan, Step, Text};
use crate::yaml::{Entry, Map, Mark, Node, Value};

/// A text, and where it stands.
pub(super) struct Placed<'p> {
    pub(super) text: &'p str,
    pub(super) mark: Mark,
    pub(super) is_condition: bool,
    /// Whether its value is a name that all can read, before anything is masked.
    pub(super) is_public: bool,
    pub(super) sight: Sight<'p>,
}

impl<'p> Placed<'p> {
    fn of(text: &'p Text, sight: Sight<'p>) -> Self {
        Self { text: text.as_str(), mark: text.mark(), is_condition: false, is_public: false, sight }
    }
}

/// What an expression can see from where it stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Sight<'p> {
    /// Whether the plan's own variables are there yet.
    pub(super) env: bool,
    pub(super) job: Option<&'p Job>,
    pub(super) step: Option<&'p Step>,
    /// The variables among which it stands, and which it does not see.
    pub(super) beside: Option<&'p Map<Name, Text>>,
    /// How many steps of the job, and then of its rollback, have ended by then.
    pub(super) steps: (usize, usize),
}

/// All of them, in the order of the file.
pub(super) fn texts(plan: &Plan) -> Vec<Placed<'_>> {
    let mut found = Found(Vec::new());
    let top = Sight::default();
    found.texts([plan.name.as_ref(), plan.run_name.as_ref()], top);
    found.public(plan.concurrency.as_ref().map(|lock| &lock.group), top);
    let inside = Sight { env: true, ..top };
    found.variables(&plan.env, inside);
    found.texts([plan.defaults.run.shell.as_ref(), plan.defaults.run.working_directory.as_ref()], inside);
    for (_, job) in plan.jobs.iter() {
        found.job(job);
    }
    found.0
}

struct Found<'p>(Vec<Placed<'p>>);

impl<'p> Found<'p> {
    fn texts(&mut self, texts: impl IntoIterator<Item = Option<&'p Text>>, sight: Sight<'p>) {
        self.0.extend(texts.into_iter().flatten().map(|text| Placed::of(text, sight)));
    }

    fn variables(&mut self, env: &'p Map<Name, Text>, sight: Sight<'p>) {
        self.texts(env.iter().map(|(_, text)| Some(text)), Sight { beside: Some(env), ..sight });
    }

    fn public(&mut self, text: Option<&'p Text>, sight: Sight<'p>) {
        self.0.extend(text.map(|text| Placed { is_public: true, ..Placed::of(text, sight) }));
    }

    fn condition(&mut self, text: Option<&'p Text>, sight: Sight<'p>) {
        self.0.extend(text.map(|text| Placed { is_condition: true, ..Placed::of(text, sight) }));
    }

    fn job(&mut self, job: &'p Job) {
        let before = Sight { env: true, job: Some(job), ..Sight::default() };
        self.texts([job.name.as_ref()], before);
        self.condition(job.condition.as_ref(), before);
        self.variables(&job.env, before);
        for (at, step) in job.steps.iter().enumerate() {
            self.step(step, Sight { step: Some(step), steps: (at, 0), ..before }, (job.steps.len(), 0));
        }
        let after = Sight { steps: (job.steps.len(), 0), ..before };
        self.texts(job.outputs.iter().map(|(_, text)| Some(text)), after);
        let environment = job.environment.as_ref();
        self.public(environment.map(|one| &one.name), before);
        self.texts([environment.and_then(|one| one.url.as_ref())], after);
        for (at, step) in job.rollback.iter().enumerate() {
            let sight = Sight { step: Some(step), steps: (job.steps.len(), at), ..before };
            self.step(step, sight, (job.steps.len(), job.rollback.len()));
        }
    }

    fn step(&mut self, step: &'p Step, sight: Sight<'p>, all: (usize, usize)) {
        self.texts([step.name.as_ref(), step.done_if.as_ref()], sight);
        self.condition(step.condition.as_ref(), sight);
        self.variables(&step.env, sight);
        match &step.action {
            Action::Run { command, shell, working_directory } => {
                self.texts([Some(command), shell.as_ref(), working_directory.as_ref()], sight);
            }
            Action::Uses { with, .. } => with.iter().for_each(|(_, node)| self.node(node, sight)),
        }
        let end = Sight { steps: all, ..sight };
        self.texts([step.post.as_ref()], end);
        self.condition(step.post_if.as_ref(), end);
    }

    fn node(&mut self, node: &'p Node, sight: Sight<'p>) {
        match &node.value {
            Value::String(text) => {
                self.0.push(Placed { text, mark: node.mark, is_condition: false, is_public: false, sight });
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.node(item, sight)),
            Value::Mapping(entries) => entries.iter().for_each(|Entry { value, .. }| self.node(value, sight)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
