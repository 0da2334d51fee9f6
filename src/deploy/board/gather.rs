//! The board, put together from the journals of runs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::deploy::account::{Course, standing_with};
use crate::deploy::journal::{Event, Journal};
use crate::deploy::mask::Mask;
use crate::deploy::order::{Put, in_order};
use crate::deploy::plan::Plan;
use crate::deploy::service::{Act, Service, Serving};
use crate::deploy::state::{Facts, State as Fold, View};
use crate::output::json::deploy_board::{DeployBoard, Deployment, Environment};
use crate::output::json::deploy_report::State;
use crate::report::Verdict;

/// How many of those that ended last are recent.
const RECENT: usize = 5;

/// A run of which the journal was found.
#[derive(Debug)]
pub struct Seen {
    /// The run.
    pub run: String,
    /// Its journal.
    pub journal: Journal,
    /// Whether a process works on it.
    pub works: Verdict,
    /// Its plan, where that can still be read.
    pub plan: Option<Plan>,
    /// The variables that the plan asks of the environment, as they are now.
    pub vars: BTreeMap<String, String>,
}

/// What was deployed to an environment under one lock.
#[derive(Default)]
struct Group {
    /// The service, where that is one.
    service: Option<String>,
    /// Each with when it began, by the order of all.
    deployments: Vec<(Timestamp, Deployment)>,
    acts: Vec<Act>,
}

/// In which order the journals of each lock came to the remote.
pub type Puts = BTreeMap<String, Vec<Put>>;

/// The board. A run that is there twice counts where its journal is longer.
#[must_use]
pub fn board(seen: Vec<Seen>, puts: &Puts, only: Option<&str>, mask: &Mask, incomplete: Option<String>) -> DeployBoard {
    let mut runs: BTreeMap<String, Seen> = BTreeMap::new();
    for one in seen {
        let known = runs.get(&one.run).map_or(0, |known| known.journal.entries.len());
        if one.journal.entries.len() > known {
            runs.insert(one.run.clone(), one);
        }
    }
    let ordered = ordered(&runs, puts);
    // What is deployed under one lock, as a service of an environment, stands for itself: another one's version says nothing of it.
    let mut environments: BTreeMap<(String, String), Group> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for one in runs.values() {
        let fold = Fold::of(&one.journal);
        let facts = Facts { vars: one.vars.clone(), ..Facts::default() }.of_past(&one.run, &fold);
        let view = one.plan.as_ref().map(|plan| View { plan, facts: &facts });
        let environment = mask.text(&fold.environment(view));
        // After its lock, and by its jobs, as far as that can be told now.
        let mut names = BTreeSet::from([fold.started.environment.clone()]);
        names.extend(view.into_iter().flat_map(|view| fold.environments(view)));
        if only.is_none_or(|only| names.contains(only)) {
            let lock = fold.started.environment.clone();
            let group = environments.entry((environment, lock)).or_default();
            let journal = ordered.get(&one.run).unwrap_or(&one.journal);
            let began = journal.entries.first().map_or(fold.at, |entry| entry.ts);
            group.service = fold.service(view).map(|service| mask.text(service)).or(group.service.take());
            group.deployments.push((began, deployment(one, &fold, mask)));
            group.acts.extend(Act::of(&one.run, journal, &Fold::of(journal), one.plan.as_ref()));
        }
        known.extend(names);
    }
    let environments = environments.into_iter().map(|((name, lock), group)| environment(name, lock, group));
    DeployBoard { environments: environments.collect(), known, incomplete }
}

/// The journals of these runs with moments by which what was done under one lock is in order.
fn ordered(runs: &BTreeMap<String, Seen>, puts: &Puts) -> BTreeMap<String, Journal> {
    let mut by_lock: BTreeMap<String, Vec<(&str, Journal)>> = BTreeMap::new();
    for (run, one) in runs {
        let lock = Fold::of(&one.journal).started.environment;
        by_lock.entry(lock).or_default().push((run, one.journal.clone()));
    }
    let mut ordered = BTreeMap::new();
    for (lock, mut journals) in by_lock {
        let mut lent: Vec<_> = journals.iter_mut().map(|(run, journal)| (*run, journal)).collect();
        in_order(&mut lent, puts.get(&lock).map(Vec::as_slice).unwrap_or_default());
        ordered.extend(journals.into_iter().map(|(run, journal)| (run.to_owned(), journal)));
    }
    ordered
}

fn deployment(seen: &Seen, fold: &Fold, mask: &Mask) -> Deployment {
    let entries = &seen.journal.entries;
    let mut responsible: Vec<String> = Vec::new();
    for entry in entries {
        if let Event::Signed { login, .. } = &entry.event
            && !responsible.contains(login)
        {
            responsible.push(login.clone());
        }
    }
    if responsible.is_empty() {
        responsible.push(fold.started.who.login.clone().unwrap_or_else(|| fold.started.who.host.clone()));
    }
    let state = standing_with(fold, seen.plan.as_ref(), seen.works);
    let course = Course::of(&seen.journal, fold, seen.plan.as_ref());
    Deployment {
        run: seen.run.clone(),
        version: fold.started.version.clone().or_else(|| fold.started.sha.as_ref()?.get(..7).map(str::to_owned)),
        previous: fold.started.previous_tag.clone(),
        state,
        failed: course.ended.is_some() && !has_succeeded(state, fold),
        responsible: responsible.iter().map(|name| mask.text(name)).collect(),
        began: course.began,
        ended: course.ended,
        seconds: course.seconds(),
    }
}

/// Whether a deployment that ended did so with success: its run may still wait, or be at work, on what follows it.
fn has_succeeded(state: State, fold: &Fold) -> bool {
    match state {
        State::Success => true,
        // Where such a run has ended as a deployment, what it deploys is in service.
        State::Waiting | State::Running | State::Interrupted | State::Unknown => !fold.has_failed(),
        _ => false,
    }
}

fn environment(name: String, lock: String, group: Group) -> Environment {
    let Group { service: of, mut deployments, acts } = group;
    let service = Service::of(acts);
    deployments.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| other.run.cmp(&one.run)));
    let deployments: Vec<Deployment> = deployments.into_iter().map(|(_, one)| one).collect();
    let ended: Vec<&Deployment> = deployments.iter().filter(|one| one.ended.is_some()).collect();
    let times: Vec<u64> = ended.iter().filter(|one| !one.failed).filter_map(|one| one.seconds).collect();
    Environment {
        name,
        lock,
        service: of,
        version: match service.serving() {
            // What a part of serves, or what a rollback that failed left, is no version.
            Serving::Nothing | Serving::Unclear(_) => None,
            Serving::Run(run) => deployments.iter().find(|one| one.run == run).and_then(|one| one.version.clone()),
            Serving::Version(version) => Some(version.to_owned()),
        },
        ended: ended.len(),
        failed: ended.iter().filter(|one| one.failed).count(),
        median_seconds: median(&times),
        recent_median_seconds: median(times.get(..RECENT).unwrap_or(&times)),
        deployments,
    }
}

/// The middle one; of two in the middle, their mean.
fn median(times: &[u64]) -> Option<u64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let (low, high) = (times.get((times.len().checked_sub(1)?) / 2)?, times.get(times.len() / 2)?);
    Some(u64::midpoint(*low, *high))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case(&[] => None; "none")]
    #[test_case(&[7] => Some(7); "one")]
    #[test_case(&[9, 1, 5] => Some(5); "three")]
    #[test_case(&[4, 1, 9, 6] => Some(5); "four")]
    fn median(times: &[u64]) -> Option<u64> {
        super::median(times)
    }
}
