//! A step: one command or one built-in step, and how it is repeated, settled and taken back.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::values::schema_as_written;
use super::{Builtin, Id, Minutes, Name, Span, Text};
use crate::yaml::{Map, Node, OneOrMany, Spanned, Value};

/// One step of a job.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Step {
    /// The name by which other steps read its outputs and its outcome.
    pub id: Option<Spanned<Id>>,
    /// What people read.
    pub name: Option<Text>,
    /// Who signs it (`zarpe/sign`), or who is responsible; any one of them.
    pub role: OneOrMany<Spanned<Id>>,
    /// Whether it runs: an expression, `success()` without one.
    pub condition: Option<Text>,
    /// What it does.
    pub action: Action,
    /// Environment variables of this step.
    pub env: Map<Name, Text>,
    /// Its time limit, each attempt for itself.
    pub timeout_minutes: Option<Minutes>,
    /// How often it is tried.
    pub retry: Retry,
    /// Whether doing it twice is as doing it once.
    pub idempotent: bool,
    /// A command that ends with 0 where the step's work is done already.
    pub done_if: Option<Text>,
    /// A command that runs when the job ends: registered before the step starts, never dropped.
    pub post: Option<Text>,
    /// Whether `post` runs: an expression, `always()` without one.
    pub post_if: Option<Text>,
    /// The ids of the lines of a checklist that this step stands for.
    pub covers: Vec<Spanned<String>>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// A command of a shell.
    Run {
        /// The command.
        command: Text,
        /// The program that reads it; else that of the plan's `defaults`.
        shell: Option<Text>,
        /// The folder, from the top of the repository; else that of the plan's `defaults`.
        working_directory: Option<Text>,
    },
    /// A built-in step.
    Uses {
        /// Which.
        builtin: Spanned<Builtin>,
        /// Its options, which are those of the subcommand of the same name.
        with: Map<Id, Node>,
    },
}

/// How often a step is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Attempts, the first one counted; 1 to 100.
    #[serde(deserialize_with = "attempts")]
    #[schemars(range(min = 1, max = 100))]
    pub attempts: u32,
    /// How long to wait before the second attempt; each further wait is twice as long.
    pub delay: Span,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 1, delay: Span(Duration::from_secs(10)) }
    }
}

fn attempts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    let refused = || serde::de::Error::custom(format!("a step is tried 1 to 100 times, not {number}"));
    (1..=100).contains(&number).then_some(number).ok_or_else(refused)
}

/// A step as it is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend(
    "oneOf" = [
        {"required": ["run"], "not": {"required": ["with"]}},
        {"required": ["uses"], "not": {"anyOf": [{"required": ["shell"]}, {"required": ["working-directory"]}]}},
    ],
    "dependentRequired" = {"post-if": ["post"]},
))]
struct Written {
    /// The name by which other steps read its outputs and its outcome.
    id: Option<Spanned<Id>>,
    /// What people read.
    name: Option<Text>,
    /// Who signs it (`zarpe/sign`), or who is responsible; any one of them.
    #[serde(default)]
    role: OneOrMany<Spanned<Id>>,
    /// Whether it runs: an expression, `success()` without one.
    #[serde(rename = "if")]
    condition: Option<Text>,
    /// A command of a shell.
    #[serde(default, deserialize_with = "there")]
    #[schemars(with = "Text")]
    run: Option<Text>,
    /// The program that reads the command: `bash`, `sh`, `python`.
    shell: Option<Text>,
    /// The folder of the command, from the top of the repository.
    working_directory: Option<Text>,
    /// A built-in step, `zarpe/NAME`.
    #[serde(default, deserialize_with = "there")]
    #[schemars(with = "Builtin")]
    uses: Option<Spanned<Builtin>>,
    /// The options of the built-in step.
    with: Option<Map<Id, Node>>,
    /// Environment variables of this step.
    #[serde(default)]
    env: Map<Name, Text>,
    /// Its time limit, each attempt for itself.
    timeout_minutes: Option<Minutes>,
    /// How often it is tried.
    #[serde(default)]
    retry: Retry,
    /// Whether doing it twice is as doing it once.
    #[serde(default)]
    idempotent: bool,
    /// A command that ends with 0 where the step's work is done already; what it writes into $GITHUB_OUTPUT are the step's outputs then.
    done_if: Option<Text>,
    /// A command that runs when the job ends: registered before the step starts, never dropped.
    post: Option<Text>,
    /// Whether `post` runs: an expression, `always()` without one.
    post_if: Option<Text>,
    /// The ids of the lines of a checklist that this step stands for.
    #[serde(default)]
    covers: Vec<Spanned<String>>,
}

/// A key that stands there has a value: an empty command is a slip, not a step without one.
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

schema_as_written!(Step, Written);

impl TryFrom<Written> for Step {
    type Error = String;

    fn try_from(mut written: Written) -> Result<Self, String> {
        if written.post_if.is_some() && written.post.is_none() {
            return Err("`post-if` says when `post` runs, and there is no `post`".to_owned());
        }
        let action = written.action()?;
        written.runs_what_it_says(&action)?;
        let Written { id, name, role, condition, env, timeout_minutes, retry, .. } = written;
        let Written { idempotent, done_if, post, post_if, covers, .. } = written;
        Ok(Self {
            id,
            name,
            role,
            condition,
            action,
            env,
            timeout_minutes,
            retry,
            idempotent,
            done_if,
            post,
            post_if,
            covers,
        })
    }
}

impl Written {
    /// What people sign runs nothing, and what belongs to a command would be passed over.
    fn runs_what_it_says(&self, action: &Action) -> Result<(), String> {
        if !matches!(action, Action::Uses { builtin, .. } if **builtin == Builtin::Sign) {
            return Ok(());
        }
        let given = [
            ("post", self.post.is_some()),
            ("done-if", self.done_if.is_some()),
            ("timeout-minutes", self.timeout_minutes.is_some()),
            ("retry", self.retry != Retry::default()),
            ("idempotent", self.idempotent),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            None => Ok(()),
            Some((key, _)) => {
                Err(format!("`{key}` belongs to a step that runs something, and a sign-off runs nothing"))
            }
        }
    }

    fn action(&mut self) -> Result<Action, String> {
        let (shell, working_directory, with) = (self.shell.take(), self.working_directory.take(), self.with.take());
        let misplaced =
            |key: &str, own: &str, other: &str| Err(format!("`{key}` belongs to `{own}`, and this step has `{other}`"));
        match (self.run.take(), self.uses.take()) {
            (Some(_), Some(_)) => Err("a step has either `run` or `uses`, not both".to_owned()),
            (None, None) => Err("a step needs `run` or `uses`".to_owned()),
            (Some(_), None) if with.is_some() => misplaced("with", "uses", "run"),
            (None, Some(_)) if shell.is_some() => misplaced("shell", "run", "uses"),
            (None, Some(_)) if working_directory.is_some() => misplaced("working-directory", "run", "uses"),
            (Some(command), None) => Ok(Action::Run { command, shell, working_directory }),
            (None, Some(builtin)) => Ok(Action::Uses { builtin, with: with.unwrap_or_default() }),
        }
    }
}

impl Step {
    /// What people call it: its name, else its id, else what it does, in one line.
    #[must_use]
    pub fn label(&self) -> &str {
        let named = self.name.as_ref().map(|name| name.as_str());
        let does = || match &self.action {
            Action::Run { command, .. } => command.lines().next().unwrap_or_default(),
            Action::Uses { builtin, .. } => builtin.word(),
        };
        named.or(self.id.as_ref().map(|id| id.as_str())).unwrap_or_else(does)
    }

    /// Whether doing it twice is as doing it once: it says so, or it is a built-in step that only looks, or looks before it acts.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.idempotent || self.is_check()
    }

    /// Whether it is a built-in step that only looks, or looks before it acts.
    #[must_use]
    pub fn is_check(&self) -> bool {
        let Action::Uses { builtin, with } = &self.action else { return false };
        match **builtin {
            Builtin::Notify | Builtin::Report => false,
            Builtin::Http => match with.get("method") {
                None => true,
                Some(Node { value: Value::String(method), .. }) => {
                    matches!(method.to_uppercase().as_str(), "GET" | "HEAD" | "OPTIONS")
                }
                Some(_) => false,
            },
            _ => true,
        }
    }

    /// Whether it stands for a person: nothing runs, somebody signs.
    #[must_use]
    pub fn is_sign_off(&self) -> bool {
        matches!(&self.action, Action::Uses { builtin, .. } if **builtin == Builtin::Sign)
    }
}
