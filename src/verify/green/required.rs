//! What must be there, and what of it is not.

use super::own::Part;
use super::{CheckRow, Kind, Outcome};
use crate::verify::Word;
use crate::verify::evidence::{Check, Evidence, Obstacle, Required, RequiredWorkflow};
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

/// That only jobs are seen, where that is not enough.
pub(super) fn jobs_only(why: &Obstacle) -> Obstacle {
    let help = "or name the jobs that must pass: `verify.checks` in zarpe.yml";
    let help = why.help.as_ref().map_or_else(|| help.to_owned(), |first| format!("{first}; {help}"));
    Obstacle {
        word: why.word,
        message: format!("only jobs of GitHub Actions and statuses are seen, no check of another app: {}", why.message),
        help: Some(help),
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
    /// The row of something missing that is a job which waits for the one that asks.
    pub(super) fn of_later_job(self) -> Self {
        Self { outcome: Outcome::Own, note: Part::Later.note().map(ToOwned::to_owned), ..self }
    }

    /// What is missing may still come while something is open, and may be there unseen, or have been there where checks are no longer kept.
    pub(super) fn weigh_absence(&mut self, open: bool, expired: bool, jobs_only: bool) {
        let (outcome, note) = match self.outcome {
            Outcome::Missing if expired => (Outcome::Unknown, "expired: checks are kept for 400 days"),
            Outcome::Missing if jobs_only => (Outcome::Unknown, "not among the jobs, and other checks are not seen"),
            Outcome::Missing if open => (Outcome::Pending, "required, and not there yet"),
            _ => return,
        };
        self.outcome = outcome;
        self.note.get_or_insert_with(|| note.to_owned());
    }
}

/// The workflows that must have run, unless the configuration names the checks.
pub(super) fn workflows<'a>(evidence: &'a Evidence, policy: &Policy) -> &'a [RequiredWorkflow] {
    match &evidence.required {
        Ok(requirements) if policy.checks.is_empty() => &requirements.workflows,
        _ => &[],
    }
}
