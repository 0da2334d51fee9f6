//! What must be there, and what of it is not.

use super::{CheckRow, Kind, Outcome};
use crate::verify::Word;
use crate::verify::evidence::{Check, Evidence, Obstacle, Required};
use crate::verify::policy::Policy;

/// What must be there: the names of the configuration, else what the branch requires.
pub(super) fn required(evidence: &Evidence, policy: &Policy, obstacles: &mut Vec<Obstacle>) -> Vec<Required> {
    if !policy.checks.is_empty() {
        return policy.checks.iter().map(|name| Required { name: name.clone(), app: None }).collect();
    }
    match &evidence.required {
        Ok(requirements) => {
            obstacles.extend(requirements.unjudged_checks.iter().map(|rule| Obstacle {
                word: Word::Unknown,
                message: format!("the rules of {} require {rule}, which cannot be judged yet", evidence.branch),
                help: Some("name the checks that must pass: `verify.checks` in zarpe.yml".to_owned()),
            }));
            let mut checks = requirements.checks.clone();
            checks.sort();
            checks.dedup();
            checks
        }
        Err(obstacle) => {
            let help = "name the checks that must pass: `verify.checks` in zarpe.yml";
            let help = obstacle.help.as_ref().map_or_else(|| help.to_owned(), |first| format!("{first}; or {help}"));
            obstacles.push(Obstacle { help: Some(help), ..obstacle.clone() });
            Vec::new()
        }
    }
}

/// The row of a required name that nothing satisfies; `None` where something does, however it ended.
pub(super) fn absent(required: &Required, checks: &[&Check], rows: &[CheckRow]) -> Option<CheckRow> {
    let named = || rows.iter().filter(|row| row.name == required.name);
    let (outcome, note) = match required.app {
        None if named().any(|row| matches!(row.kind, Kind::Check | Kind::Status)) => return None,
        None => (Outcome::Missing, None),
        Some(app) => {
            let apps = checks.iter().filter(|check| check.name == required.name).filter_map(|check| check.app.as_ref());
            let apps: Vec<_> = apps.collect();
            match apps.first() {
                _ if apps.iter().any(|(id, _)| *id == app) => return None,
                Some((_, slug)) => (Outcome::Missing, Some(format!("only from {slug}: the rules name app {app}"))),
                None if named().any(|row| row.kind == Kind::Status) => (
                    Outcome::Unknown,
                    Some(format!("only as a status: GitHub does not show whether app {app} made it")),
                ),
                None => (Outcome::Missing, None),
            }
        }
    };
    Some(CheckRow {
        kind: Kind::Absent,
        id: None,
        name: required.name.clone(),
        source: String::new(),
        state: "missing".to_owned(),
        outcome,
        required: true,
        url: None,
        note,
    })
}

impl CheckRow {
    /// The row of something missing, while it may still come.
    pub(super) fn yet_to_come(self) -> Self {
        if self.outcome != Outcome::Missing {
            return self;
        }
        let note = self.note.or_else(|| Some("required, and not there yet".to_owned()));
        Self { outcome: Outcome::Pending, note, ..self }
    }
}
