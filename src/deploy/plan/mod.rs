//! A deployment plan as typed values, each with its place: what a plan's file says, and nothing that it does not.

mod builtin;
mod job;
mod step;
mod values;
mod window;

use anyhow::Result;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::report::Failure;
use crate::yaml::{self, Map, Node, Number, OneOrMany, Spanned, Value, Written};

pub use builtin::Builtin;
pub use job::{Environment, Job};
pub use step::{Action, Retry, Step};
pub use values::{Id, Member, Minutes, Name, Span, Text};
pub use window::{Clock, Window};

/// A deployment plan.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// What is deployed.
    pub name: Option<Text>,
    /// What one run of the plan is called.
    pub run_name: Option<Text>,
    /// What a run is told at its start, `${{ inputs.NAME }}`.
    #[serde(default)]
    pub inputs: Map<Name, Input>,
    /// Runs of the same group wait for each other: one lock.
    pub concurrency: Option<Concurrency>,
    /// When the plan may run; outside it is refused.
    pub window: Option<Window>,
    /// Who is who: each role with its members, `@login` or `@organisation/team`.
    #[serde(default)]
    pub roles: Map<Id, OneOrMany<Member>>,
    /// Environment variables whose values are masked wherever they would be shown, `${{ secrets.NAME }}`.
    #[serde(default)]
    pub secrets: Vec<Spanned<Name>>,
    /// Environment variables of every step, `${{ env.NAME }}`.
    #[serde(default)]
    pub env: Map<Name, Text>,
    /// How commands are run where a step does not say it.
    #[serde(default)]
    pub defaults: Defaults,
    /// The jobs, by their ids.
    pub jobs: Map<Id, Job>,
}

/// What a run is told at its start.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Input {
    /// What it is for.
    pub description: Option<String>,
    /// Whether a run cannot start without it.
    pub required: bool,
    /// What its values are like.
    #[serde(rename = "type")]
    pub kind: InputKind,
    /// Its value where none is given.
    pub default: Option<Text>,
    /// The values that a `choice` has.
    pub options: Vec<Text>,
}

/// What the values of an input are like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// Any text.
    #[default]
    String,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// One of `options`.
    Choice,
    /// The name of an environment.
    Environment,
}

/// The lock that runs of the same group share.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "values::TextOr<job::Group>")]
pub struct Concurrency {
    /// The lock's name.
    pub group: Text,
}

values::schema_as_written!(Concurrency, values::TextOr<job::Group>);

impl From<values::TextOr<job::Group>> for Concurrency {
    fn from(written: values::TextOr<job::Group>) -> Self {
        match written {
            values::TextOr::Text(group) | values::TextOr::Other(job::Group { group }) => Self { group },
        }
    }
}

/// How commands are run where a step does not say it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// Of `run` steps.
    pub run: RunDefaults,
}

/// How the commands of `run` steps are run.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RunDefaults {
    /// The program that reads the command: `bash`, `sh`, `python`.
    pub shell: Option<Text>,
    /// The folder, from the top of the repository.
    pub working_directory: Option<Text>,
}

impl Plan {
    /// Reads a plan; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 with line and column: no YAML, an unknown key with the nearest known one, a value that is none.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let plan = yaml::parse_file(file, text).and_then(|node| yaml::from_node(file, &node));
        plan.map(|mut plan: Self| {
            plan.keep_written(&Written::new(text));
            plan
        })
        .map_err(|error| {
            let failure = Failure::from_error(&error);
            let help = failure.finding.help.is_none().then(|| remedy(&failure.finding.message));
            help.into_iter().fold(failure, Failure::help).into()
        })
    }

    /// Keeps the numbers of `with:` as they are written, for the options that take texts: a post code begins with a zero.
    fn keep_written(&mut self, written: &Written<'_>) {
        for (_, job) in &mut self.jobs.0 {
            for step in job.steps.iter_mut().chain(&mut job.rollback) {
                if let Action::Uses { with, .. } = &mut step.value.action {
                    with.0.iter_mut().for_each(|(_, node)| as_written(node, written));
                }
            }
        }
    }

    /// The job of an id.
    #[must_use]
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.get(id)
    }

    /// Every step with its job's id: of each job in order its steps, then those of its rollback.
    pub fn steps(&self) -> impl Iterator<Item = (&Spanned<Id>, &Spanned<Step>)> {
        self.jobs.iter().flat_map(|(id, job)| job.steps.iter().chain(&job.rollback).map(move |step| (id, step)))
    }
}

fn as_written(node: &mut Node, written: &Written<'_>) {
    match &mut node.value {
        Value::Number(number) => {
            if let Some(text) = written.text(node.mark, number) {
                *number = Number::Big(text.into());
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| as_written(item, written)),
        Value::Mapping(entries) => entries.iter_mut().for_each(|entry| as_written(&mut entry.value, written)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// What to do about a plan that cannot be read, by what is wrong with it.
fn remedy(message: &str) -> &'static str {
    let remedies = [
        ("not valid YAML", "mend the line, or the indentation of those before it"),
        ("longer than", "let a script say it, and the plan call that"),
        ("not both", "make two steps of it"),
        ("needs `run` or `uses`", "run: COMMAND, or uses: zarpe/NAME"),
        ("belongs to", "take the key out of this step"),
        ("there is no `post`", "add the `post` that it is about, or take it out"),
        ("is an action of GitHub's", "what the action does is a command: run: COMMAND"),
        ("is no id", "write it as my-job"),
        ("is no name of a variable", "write it as MY_NAME"),
        ("is missing here", "add the key; `zarpe schema plan` says what it takes"),
    ];
    let found = remedies.into_iter().find(|(part, _)| message.contains(part));
    found.map_or("`zarpe schema plan` says what stands here, also to an editor", |(_, help)| help)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn refused(text: &str) -> String {
        let failure = Failure::from_error(&Plan::parse("plan.yml", text).expect_err(text));
        assert_eq!(failure.exit.code(), 2);
        let place = failure.finding.location.map(|place| place.to_string()).unwrap_or_default();
        let help = failure.finding.help.expect("each has a remedy");
        let help = help.split('?').next().filter(|help| help.starts_with("did you")).map(|help| format!("; {help}"));
        format!("{place}: {}{}", failure.finding.message, help.unwrap_or_default())
    }

    fn step(lines: &str) -> String {
        format!("jobs:\n  a:\n    steps:\n      - {}\n", lines.replace('\n', "\n        "))
    }

    #[test_case("name: x" => "plan.yml:1:1: the key `jobs` is missing here"; "no jobs")]
    #[test_case("jobs: {}\nsecret: [A]" => "plan.yml:2:1: unknown key `secret`; did you mean `secrets`"; "a slip of a key")]
    #[test_case("jobs:\n  a:\n    needz: b\n    steps: []" => "plan.yml:3:5: unknown key `needz`; did you mean `needs`"; "in a job")]
    #[test_case("jobs:\n  1a: {steps: []}" => "plan.yml:2:3: `1a` is no id: letters, digits, `-` and `_`, a letter or `_` first"; "a job's id")]
    #[test_case("jobs: {}\nroles: {qa: org/qa}" => "plan.yml:2:13: `org/qa` is no member: write @login or @organisation/team"; "a member")]
    #[test_case("jobs: {}\nsecrets: [A-B]" => "plan.yml:2:11: `A-B` is no name of a variable: letters, digits and `_`, no digit first"; "a variable")]
    #[test_case("jobs: {}\nwindow: {start: '22:00', end: '2:00 PM', timezone: UTC}" => "plan.yml:2:31: `2:00 PM` is no time of day: write it as 22:00"; "a time")]
    #[test_case("jobs: {}\nwindow: {start: '22:00', end: '02:00', timezone: Mexico}" => "plan.yml:2:50: `Mexico` is no time zone: write it as America/Mexico_City"; "a time zone")]
    #[test_case("jobs: {}\nwindow: {start: '22:00', end: '22:00', timezone: UTC}" => "plan.yml:2:9: a window that closes as it opens is never open: give it another `end`"; "a window that never opens")]
    #[test_case("jobs: {}\nconcurrency: {grup: x}" => "plan.yml:2:15: unknown key `grup`; did you mean `group`"; "concurrency")]
    #[test_case("jobs: {}\ninputs: {v: {type: text}}" => "plan.yml:2:20: `text` is not known here"; "an input's type")]
    fn is_refused_at_its_place(text: &str) -> String {
        refused(text)
    }

    #[test_case("name: x" => "plan.yml:4:9: a step needs `run` or `uses`"; "neither")]
    #[test_case("run: x\nuses: zarpe/sign" => "plan.yml:4:9: a step has either `run` or `uses`, not both"; "both")]
    #[test_case("run: x\nwith: {a: b}" => "plan.yml:4:9: `with` belongs to `uses`, and this step has `run`"; "with without uses")]
    #[test_case("uses: zarpe/sign\nshell: sh" => "plan.yml:4:9: `shell` belongs to `run`, and this step has `uses`"; "shell without run")]
    #[test_case("run: x\npost-if: safe()" => "plan.yml:4:9: `post-if` says when `post` runs, and there is no `post`"; "post-if alone")]
    #[test_case("uses: zarpe/sing" => "plan.yml:4:15: there is no step `zarpe/sing`: did you mean `zarpe/sign`?"; "a slip of a step")]
    #[test_case("uses: actions/checkout@v4" => "plan.yml:4:15: `actions/checkout@v4` is an action of GitHub's: a plan has `run` and zarpe's own steps"; "an action")]
    #[test_case("run: x\ntimeout-minutes: 0" => "plan.yml:5:26: a time limit is a whole number of minutes, from 1"; "no time")]
    #[test_case("run: x\nretry: {attempts: 0}" => "plan.yml:5:27: a step is tried 1 to 100 times, not 0"; "no attempts")]
    #[test_case("run: x\nretry: {attempts: 3, delay: 15}" => "plan.yml:5:37: expected a duration such as 90s, 10m or 1h30m, found the number 15"; "a delay without unit")]
    #[test_case("run: [x]" => "plan.yml:4:14: expected a text, found a list"; "a list as command")]
    #[test_case("run:" => "plan.yml:4:12: expected a text, found nothing"; "an empty command")]
    #[test_case("run: x\ncontinue-on-error: true" => "plan.yml:5:9: unknown key `continue-on-error`"; "a word of Actions that plans have not")]
    fn a_step_is_refused_at_its_place(lines: &str) -> String {
        refused(&step(lines))
    }

    #[test]
    fn one_stands_for_a_list_of_one_and_places_are_kept() {
        let plan = Plan::parse(
            "p",
            "roles: {qa: '@a'}\njobs:\n  a:\n    steps: [{run: x, role: qa}]\n  b: {needs: a, steps: []}\n",
        )
        .expect("a plan");
        let needs = &plan.job("b").expect("b").needs;
        assert_eq!((needs[0].value.as_str(), needs[0].mark.line, needs[0].mark.column), ("a", 5, 14));
        let (job, step) = plan.steps().next().expect("a step");
        assert_eq!((job.as_str(), job.mark.line, step.role[0].as_str()), ("a", 3, "qa"));
    }
}
