//! Whether a commit is green: every check that is required is there and passes, and nothing else that ran fails.

mod newest;
mod outcome;
mod own;
mod required;
mod rows;
mod settle;
mod workflows;

use std::time::Duration;

use super::Word;
use super::evidence::{Check, Evidence, Obstacle, Run, Seen, Status};
use super::policy::Policy;
use own::OwnJob;
use rows::Table;

/// Whether a commit is green.
#[derive(Clone, Debug)]
pub struct Greenness {
    /// The verdict.
    pub word: Word,
    /// Everything that was looked at, the worst first.
    pub rows: Vec<CheckRow>,
    /// What could not be seen.
    pub obstacles: Vec<Obstacle>,
    /// For how long further checks may still be registered; `None` where the set counts as whole.
    pub settling: Option<Duration>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRow {
    /// What kind of thing.
    pub kind: Kind,
    /// Its number, where it has one.
    pub id: Option<u64>,
    /// Its name.
    pub name: String,
    /// Where it comes from: an app, a workflow with its event.
    pub source: String,
    /// GitHub's own word for how far it is or how it ended.
    pub state: String,
    /// How it counts.
    pub outcome: Outcome,
    /// Whether it must be there.
    pub required: bool,
    /// Where it can be looked at.
    pub url: Option<String>,
    /// What else is to be known.
    pub note: Option<String>,
}

/// What kind of thing was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A check run.
    Check,
    /// A commit status.
    Status,
    /// A workflow run whose own state no check run shows.
    Run,
    /// A required name that nothing has.
    Absent,
}

/// How something counts. The order is that of the table: the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Failed.
    Failed,
    /// Required, and not there.
    Missing,
    /// Not known to have passed.
    Unknown,
    /// Not ended.
    Pending,
    /// Passed.
    Passed,
    /// The job that asks.
    Own,
    /// Not judged, as the configuration says.
    Ignored,
}

impl Outcome {
    fn word(self) -> Word {
        match self {
            Self::Failed => Word::Red,
            Self::Missing => Word::Missing,
            Self::Unknown => Word::Unknown,
            Self::Pending => Word::Pending,
            Self::Passed | Self::Own | Self::Ignored => Word::Pass,
        }
    }

    fn is_judged(self) -> bool {
        !matches!(self, Self::Own | Self::Ignored)
    }
}

/// Judges the checks of the commit.
pub(super) fn judge(evidence: &Evidence, policy: &Policy) -> Greenness {
    let mut obstacles = Vec::new();
    let checks: Vec<&Check> = seen(&evidence.checks, &mut obstacles);
    let statuses: Vec<&Status> = seen(&evidence.statuses, &mut obstacles);
    let runs: Vec<&Run> = seen(&evidence.runs, &mut obstacles);
    let required = required::required(evidence, policy, &mut obstacles);
    let own = OwnJob::find(&evidence.own, &checks, &runs);
    // What other apps found is not seen: only names that the configuration chose can be all there is to see.
    obstacles.extend(evidence.jobs_only.iter().filter(|_| policy.checks.is_empty()).map(required::jobs_only));

    let expired = settle::expired(evidence);
    let table = Table { policy, required: &required, own: &own, checks: &checks, runs: &runs, asked: evidence.asked };
    let mut rows = table.rows(&statuses);
    workflows::add(&mut rows, required::workflows(evidence, policy), &runs, own.run);
    let absent = required.iter().filter_map(|required| required::absent(required, &checks, &rows));
    let absent: Vec<CheckRow> =
        absent.map(|row| if own.is_later(&row.name) { row.of_later_job() } else { row }).collect();
    rows.extend(absent);
    let names_all = rows.iter().any(|row| row.required) && !rows.iter().any(|row| row.outcome == Outcome::Missing);
    let newest = settle::newest(evidence, &checks, &statuses, &runs, &own);
    let settling = settle::left(evidence, policy, names_all, newest).filter(|_| expired.is_none());
    rows.extend(own.yet_to_come(&checks, &runs));
    let open = rows.iter().any(|row| row.outcome == Outcome::Pending) || settling.is_some();
    for row in &mut rows {
        row.weigh_absence(open, expired.is_some(), evidence.jobs_only.is_some());
    }
    rows.sort_by(|a, b| (a.outcome, &a.name).cmp(&(b.outcome, &b.name)));
    match expired {
        Some(days) => obstacles.push(settle::gone(days)),
        None if obstacles.is_empty() && !rows.iter().any(|row| row.outcome.is_judged()) => {
            obstacles.push(no_evidence(evidence.skip.as_deref()))
        }
        None => {}
    }
    let words = rows.iter().map(|row| row.outcome.word()).chain(obstacles.iter().map(|obstacle| obstacle.word));
    let word = match Word::deciding(words) {
        // Green so far: what else belongs to the commit may not be there yet.
        Word::Pass if settling.is_some() => Word::Pending,
        word => word,
    };
    Greenness { word, rows, obstacles, settling }
}

fn seen<'a, T>(part: &'a Seen<Vec<T>>, obstacles: &mut Vec<Obstacle>) -> Vec<&'a T> {
    match part {
        Ok(values) => values.iter().collect(),
        Err(obstacle) => {
            obstacles.push(obstacle.clone());
            Vec::new()
        }
    }
}

fn no_evidence(skip: Option<&str>) -> Obstacle {
    let nothing = "no check and no status judges this commit";
    match skip {
        Some(words) => Obstacle {
            word: Word::Unknown,
            message: format!("{nothing}: its message says {words}"),
            help: Some(
                "run the workflows on it (`workflow_dispatch`), or say which files such a commit may change, so that the checks \
                 of its parent count: `verify.skip-ci` in zarpe.yml"
                    .to_owned(),
            ),
        },
        None => Obstacle {
            word: Word::Unknown,
            message: nothing.to_owned(),
            help: Some(
                "let a workflow run on the branch (`on: push`); a commit that a workflow's own token pushed starts none. Where \
                 the same files were tested elsewhere, `verify.tested-as` in zarpe.yml lets that count"
                    .to_owned(),
            ),
        },
    }
}
