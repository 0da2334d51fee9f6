//! Whether a commit is green: every check that is required is there and passes, and nothing else that ran fails.

use std::collections::BTreeMap;

use super::Word;
use super::evidence::{Check, Evidence, Obstacle, Own, Required, Run, Seen, State, Status};
use super::policy::Policy;

/// Whether a commit is green.
#[derive(Clone, Debug)]
pub struct Greenness {
    /// The verdict.
    pub word: Word,
    /// Everything that was looked at, the worst first.
    pub rows: Vec<CheckRow>,
    /// What could not be seen.
    pub obstacles: Vec<Obstacle>,
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
    let required = required(evidence, policy, &mut obstacles);
    let own = OwnJob::find(&evidence.own, &checks, &runs);

    let judged = |name: &str, state: &State, outcome: Outcome| {
        let must = required.iter().any(|required| required.name == name);
        let ignored = !must && policy.ignore.iter().any(|glob| glob.matches(name));
        (if ignored { Outcome::Ignored } else { outcome }, must, state.word().to_owned())
    };
    let mut rows = Vec::new();
    for check in newest(&checks, &runs) {
        let outcome = if own.check == Some(check.id) { Outcome::Own } else { check.state.outcome() };
        let (outcome, required, state) = judged(&check.name, &check.state, outcome);
        rows.push(CheckRow {
            kind: Kind::Check,
            id: Some(check.id),
            name: check.name.clone(),
            source: source(check, &runs),
            state,
            outcome,
            required,
            url: Some(check.url.clone()),
            note: (outcome == Outcome::Pending && own.is_unclear(check, &runs))
                .then(|| "may be the job that asks: set ZARPE_CHECK_RUN_ID to job.check_run_id".to_owned()),
        });
    }
    for status in statuses {
        let state = State { status: status.state.clone(), conclusion: None };
        let (outcome, required, state) = judged(&status.context, &state, status.outcome());
        rows.push(CheckRow {
            kind: Kind::Status,
            id: None,
            name: status.context.clone(),
            source: "status".to_owned(),
            state,
            outcome,
            required,
            url: status.url.clone(),
            note: None,
        });
    }
    for run in newest_runs(&runs) {
        if own.run == Some(run.id) || is_explained(run, &checks) {
            continue;
        }
        let (outcome, required, state) = judged(&run.name, &run.state, run.state.outcome());
        rows.push(CheckRow {
            kind: Kind::Run,
            id: Some(run.id),
            name: run.name.clone(),
            source: format!("workflow run ({})", run.event),
            note: Some(run.note()),
            state,
            outcome,
            required,
            url: Some(run.url.clone()),
        });
    }
    let open = rows.iter().any(|row| row.outcome == Outcome::Pending);
    let absent = required.iter().filter_map(|required| absent(required, &checks, &rows, open));
    let absent: Vec<CheckRow> = absent.collect();
    rows.extend(absent);
    rows.sort_by(|a, b| (a.outcome, &a.name).cmp(&(b.outcome, &b.name)));
    if !rows.iter().any(|row| row.outcome.is_judged()) && obstacles.is_empty() {
        obstacles.push(no_evidence());
    }
    let words = rows.iter().map(|row| row.outcome.word()).chain(obstacles.iter().map(|obstacle| obstacle.word));
    Greenness { word: Word::deciding(words), rows, obstacles }
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

fn no_evidence() -> Obstacle {
    Obstacle {
        word: Word::Unknown,
        message: "no check and no status judges this commit".to_owned(),
        help: Some(
            "let a workflow run on the branch (`on: push`); a commit that a workflow's own token pushed starts none, and \
             checks are kept for 400 days"
                .to_owned(),
        ),
    }
}

/// What must be there: the names of the configuration, else what the branch requires.
fn required(evidence: &Evidence, policy: &Policy, obstacles: &mut Vec<Obstacle>) -> Vec<Required> {
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

impl State {
    fn word(&self) -> &str {
        self.conclusion.as_deref().unwrap_or(&self.status)
    }

    /// Only three conclusions pass; whatever word GitHub adds one day does not.
    fn outcome(&self) -> Outcome {
        match (self.status.as_str(), self.conclusion.as_deref()) {
            ("completed", Some("success" | "neutral" | "skipped")) => Outcome::Passed,
            ("completed", _) => Outcome::Failed,
            ("queued" | "in_progress" | "waiting" | "requested" | "pending", None) => Outcome::Pending,
            _ => Outcome::Failed,
        }
    }
}

impl Status {
    fn outcome(&self) -> Outcome {
        match self.state.as_str() {
            "success" => Outcome::Passed,
            "pending" | "expected" => Outcome::Pending,
            _ => Outcome::Failed,
        }
    }
}

impl Run {
    fn note(&self) -> String {
        match (self.state.word(), self.state.outcome()) {
            ("action_required", _) => "waits for somebody who allows it to run".to_owned(),
            (_, Outcome::Failed) => "no check shows why: the workflow's file may be invalid".to_owned(),
            _ => "its jobs are not all there yet".to_owned(),
        }
    }
}

/// The newest check of each (app, workflow, event, name): a re-run replaces what it repeats, and one name in two workflows
/// is two checks.
fn newest<'a>(checks: &[&'a Check], runs: &[&Run]) -> Vec<&'a Check> {
    let mut newest: BTreeMap<_, &Check> = BTreeMap::new();
    for check in checks {
        let run = run_of(check, runs);
        let app = check.app.as_ref().map(|(id, _)| *id);
        let key = (app, run.map(|run| (run.workflow, run.event.as_str())), check.name.as_str());
        let kept = newest.entry(key).or_insert(check);
        if check.id > kept.id {
            *kept = check;
        }
    }
    newest.into_values().collect()
}

fn newest_runs<'a>(runs: &[&'a Run]) -> Vec<&'a Run> {
    let mut newest: BTreeMap<_, &Run> = BTreeMap::new();
    for run in runs {
        let kept = newest.entry((run.workflow, run.event.as_str())).or_insert(run);
        if run.id > kept.id {
            *kept = run;
        }
    }
    newest.into_values().collect()
}

fn run_of<'a>(check: &Check, runs: &[&'a Run]) -> Option<&'a Run> {
    let suite = check.suite?;
    runs.iter().find(|run| run.suite == Some(suite)).copied()
}

/// Whether the checks of a run say what the run as a whole says. One that passed needs no other witness.
fn is_explained(run: &Run, checks: &[&Check]) -> bool {
    let outcome = run.state.outcome();
    let mut own = checks.iter().filter(|check| run.suite.is_some() && check.suite == run.suite);
    outcome == Outcome::Passed || own.any(|check| check.state.outcome() == outcome)
}

fn source(check: &Check, runs: &[&Run]) -> String {
    match (run_of(check, runs), &check.app) {
        (Some(run), _) => format!("{} ({})", run.name, run.event),
        (None, Some((_, slug))) => slug.clone(),
        (None, None) => "an app that is gone".to_owned(),
    }
}

/// The row of a required name that nothing satisfies; `None` where something does, however it ended.
fn absent(required: &Required, checks: &[&Check], rows: &[CheckRow], open: bool) -> Option<CheckRow> {
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
    // What still runs may yet bring it.
    let comes = outcome == Outcome::Missing && open && note.is_none();
    Some(CheckRow {
        kind: Kind::Absent,
        id: None,
        name: required.name.clone(),
        source: String::new(),
        state: "missing".to_owned(),
        outcome: if comes { Outcome::Pending } else { outcome },
        required: true,
        url: None,
        note: note.or_else(|| comes.then(|| "required, and not there yet".to_owned())),
    })
}

/// The job that asks, as far as it is known.
struct OwnJob {
    check: Option<u64>,
    run: Option<u64>,
}

impl OwnJob {
    /// By its number; else within its own run by its name, or as the only one that runs: the job that asks runs for sure.
    fn find(own: &Own, checks: &[&Check], runs: &[&Run]) -> Self {
        let given = own.check.and_then(|id| checks.iter().find(|check| check.id == id));
        if let Some(check) = given {
            return Self { check: Some(check.id), run: own.run.or_else(|| run_of(check, runs).map(|run| run.id)) };
        }
        let in_own_run = |check: &&&Check| own.run.is_some_and(|run| belongs(check, run, runs));
        let running: Vec<&&Check> =
            checks.iter().filter(in_own_run).filter(|check| check.state.status == "in_progress").collect();
        let named: Vec<&&Check> =
            running.iter().copied().filter(|check| Some(&check.name) == own.job.as_ref()).collect();
        let check = match (named.as_slice(), running.as_slice()) {
            ([one], _) | (_, [one]) => Some(one.id),
            _ => None,
        };
        Self { check, run: own.run }
    }

    /// Whether a check could be the job that asks, and nothing tells.
    fn is_unclear(&self, check: &Check, runs: &[&Run]) -> bool {
        self.check.is_none() && self.run.is_some_and(|run| belongs(check, run, runs))
    }
}

fn belongs(check: &Check, run: u64, runs: &[&Run]) -> bool {
    match run_of(check, runs) {
        Some(own) => own.id == run,
        // Without the runs, the address of the job still names its run.
        None => check.url.contains(&format!("/actions/runs/{run}/")),
    }
}
