//! Whether the clone is at another commit than the one at which a run left it: its steps run what is here.

use super::ground::Ground;
use crate::config::Language;
use crate::deploy::refused::Refused;
use crate::deploy::state::State;
use crate::report::{Finding, Level};

impl Ground {
    /// That it is, or that nobody can tell.
    pub(super) fn elsewhere(&self, language: Language, run: &str, state: &State) -> Option<Finding> {
        let (left, now) = (state.left_at.as_deref(), self.commit());
        let message = Refused::OtherCommit(run, left, now.as_deref()).text(language);
        let help = match left {
            Some(left) if now.is_some() => format!(
                "git checkout {left}, or go by this one, without the sign-offs: zarpe deploy resume {run} --changed-commit"
            ),
            Some(left) => format!("git checkout {left}"),
            None => format!("go by this one, without the sign-offs: zarpe deploy resume {run} --changed-commit"),
        };
        let finding = Finding::new("deploy/other-commit", Level::Warning, message).help(help);
        (left != now.as_deref()).then_some(finding)
    }
}
