//! What a step runs: a command for its shell, or this program's subcommand of the built-in step's name.
//!
//! A command is handed to its shell in a variable, and so are the options of a built-in step: their text, in which a secret may
//! stand, is in no list of processes and in no file.

use std::path::PathBuf;

use super::Engine;
use super::handed::{Handed, startable};
use crate::commands::steps::STEPS;
use crate::context::{ARGUMENTS, LEARNED, SECRETS};
use crate::deploy::expression::{Status, Wrong};
use crate::deploy::journal::{Part, Place};
use crate::deploy::mask::Mask;
use crate::deploy::outer::{FILES, nowhere};
use crate::deploy::plan::{Action, Builtin, Step};
use crate::deploy::state::{Sight, State, View, status};
use crate::deploy::with::arguments;
use crate::io::process::Invocation;
use crate::yaml::{Map, Node};

impl Engine<'_> {
    /// How things stand for a step that runs.
    pub(super) fn status(&self, place: &Place) -> Status {
        self.state.borrow().status_at(self.view, place)
    }

    /// What a step, or its clean-up, runs.
    ///
    /// # Errors
    /// What an expression of it asks for and is not there.
    pub(super) fn invocation(&self, place: &Place, step: &Step) -> Result<Invocation, Wrong> {
        let text = match (place.part, &step.action) {
            (Part::Post | Part::RollbackPost, _) => step.post.as_ref(),
            (_, Action::Run { command, .. }) => Some(command),
            (_, Action::Uses { builtin, with }) => return self.builtin(place, step, **builtin, with),
        };
        self.command(place, step, text.map_or("", |text| text.as_str()))
    }

    /// A command in the surroundings of a step.
    ///
    /// # Errors
    /// What an expression of it asks for and is not there.
    pub(super) fn command(&self, place: &Place, step: &Step, text: &str) -> Result<Invocation, Wrong> {
        let sight = self.sight(place, step, text);
        let state = self.state.borrow();
        let render = |text: &str| self.view.render(&state, text, sight);
        let (shell, folder) = match &step.action {
            Action::Run { shell, working_directory, .. } => (shell.as_ref(), working_directory.as_ref()),
            Action::Uses { .. } => (None, None),
        };
        let defaults = &self.view.plan.defaults.run;
        let folder = folder.or(defaults.working_directory.as_ref()).map(|folder| render(folder)).transpose()?;
        let folder = self.top.join(folder.unwrap_or_default());
        // GitHub's default reader of commands stops at the first that fails; a named bash also in a pipe.
        let (program, options): (&str, &[&str]) = match shell.or(defaults.shell.as_ref()).map(|shell| shell.as_str()) {
            Some(python @ ("python" | "python3")) => (python, &[]),
            Some("bash") => ("bash", &["--noprofile", "--norc", "-eo", "pipefail"]),
            Some(shell) => (shell, &["-e"]),
            None => (self.shell, &["-e"]),
        };
        let text = render(text)?;
        let handed = Handed::of(&text);
        let read = if options.is_empty() { handed.read_by_python() } else { handed.read_by_shell() };
        let arguments = options.iter().copied().chain(["-c", read.as_str()]);
        let invocation = handed.within(Invocation::new(&folder, program, arguments));
        startable(self.surrounded(place, invocation, self.view.variables(&state, sight)?))
    }

    /// The folder in which a step was run: what it says of files counts from there.
    ///
    /// # Errors
    /// What an expression of it asks for and is not there.
    pub(super) fn folder_of(&self, place: &Place) -> Result<PathBuf, Wrong> {
        let folder = self.step(place).and_then(|step| match &step.action {
            Action::Run { working_directory, .. } => {
                let folder = working_directory.as_ref().or(self.view.plan.defaults.run.working_directory.as_ref())?;
                Some((step, folder))
            }
            Action::Uses { .. } => None,
        });
        let Some((step, folder)) = folder else { return Ok(self.top.clone()) };
        Ok(self.top.join(self.view.render(&self.state.borrow(), folder, self.sight(place, step, folder))?))
    }

    /// What a step sees where it stands, in this text of it.
    pub(super) fn sight<'s>(&self, place: &'s Place, step: &'s Step, text: &str) -> Sight<'s> {
        let status = self.state.borrow().status_in(self.view, place, step, text);
        Sight { job: Some(&place.job), step: Some(step), status }
    }

    fn surrounded(&self, place: &Place, invocation: Invocation, variables: Vec<(String, String)>) -> Invocation {
        let secrets: Vec<&str> = self.view.plan.secrets.iter().map(|name| name.as_str()).collect();
        let secrets = secrets.join(",");
        let state = self.ground.store.folder().display().to_string();
        let own = self.told(Some(place)).into_iter().chain([("ZARPE_STATE", state), (SECRETS, secrets)]);
        // What the runner reads there it would take for the workflow's own, and no step of the plan would ever see it.
        let invocation = FILES.iter().fold(invocation, |one, name| one.env(name, Some(&nowhere(name))));
        let invocation = variables.iter().fold(invocation, |one, (name, value)| one.env(name, Some(value)));
        own.fold(invocation, |one, (name, value)| one.env(name, Some(&value)))
    }

    fn builtin(
        &self,
        place: &Place,
        step: &Step,
        builtin: Builtin,
        with: &Map<crate::deploy::plan::Id, Node>,
    ) -> Result<Invocation, Wrong> {
        let sight = Sight { job: Some(&place.job), step: Some(step), status: self.status(place) };
        let state = self.state.borrow();
        let keys = (STEPS.keys)(builtin).unwrap_or_default();
        let arguments = arguments(&keys, with, |text| self.view.render(&state, text, sight))?;
        let subcommand = builtin.word().strip_prefix("zarpe/").unwrap_or_default().split('/');
        let program = self.cx.program.display().to_string();
        let invocation = Invocation::new(&self.top, program, subcommand)
            .env(ARGUMENTS, Some(&serde_json::Value::from(arguments).to_string()))
            .env(LEARNED, Some(&serde_json::Value::from(self.mask.learned()).to_string()));
        let quiet = invocation.env("GITHUB_ACTIONS", Some("true")).env("GITHUB_STEP_SUMMARY", None);
        startable(self.surrounded(place, quiet, self.view.variables(&state, sight)?))
    }
}

/// What a step would run, for people who look before anything does; what is not known yet stands as it is written.
pub(in crate::commands::deploy) fn shown(view: View<'_>, mask: &Mask, place: &Place, step: &Step) -> String {
    let sight = Sight { job: Some(&place.job), step: Some(step), status: status(false, false, true) };
    let render = |text: &str| view.render(&State::default(), text, sight).unwrap_or_else(|_| text.to_owned());
    let text = match &step.action {
        Action::Run { command, .. } => render(command.as_str()),
        Action::Uses { builtin, with } => {
            let keys = (STEPS.keys)(builtin.value).unwrap_or_default();
            let Ok(arguments) = arguments(&keys, with, |text| Ok::<_, std::convert::Infallible>(render(text)));
            format!("{} {}", builtin.word(), arguments.join(" ")).trim_end().to_owned()
        }
    };
    mask.text(&text)
}

/// The name of the files of one try of a step.
#[must_use]
pub(super) fn log_name(place: &Place, r#try: u32) -> String {
    format!("{}.{}.log", place.to_string().replace('/', "."), r#try)
}
