//! What is in service in an environment, by its runs: what was done there last, not what began last. A run that was resumed
//! after a later one counts from when it was done, and one that was taken back put in service what had been there when it began.

use jiff::Timestamp;

use super::journal::{Event, Journal, Outcome};
use super::plan::Plan;
use super::state::{State, starts_later};

/// What a run did to what is in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// It put its version in service.
    Deployed,
    /// It was taken back.
    TakenBack,
    /// It put a part of what it deploys in service, or failed after it had begun, or its rollback did: nobody can tell which version
    /// serves.
    Partly,
}

/// A run that changed what is in service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The run.
    pub run: String,
    /// When it began: what it found in service then is what its rollback goes back to.
    pub began: Timestamp,
    /// When it was done.
    pub at: Timestamp,
    /// What it did.
    pub did: Did,
    /// The version that it found, where that is known.
    pub found: Option<String>,
}

impl Act {
    /// What a run did, where it changed what is in service. Of one that has not ended only its plan tells.
    #[must_use]
    pub fn of(run: &str, journal: &Journal, state: &State, plan: Option<&Plan>) -> Option<Self> {
        let taken_back = |event: &Event| matches!(event, Event::RollbackFinished { .. });
        let deployed = plan.map_or(Some(state.finished == Some(Outcome::Success)), |plan| state.deployed(plan));
        let back = journal.entries.iter().rev().find(|entry| taken_back(&entry.event)).map(|entry| entry.ts);
        let did = match (deployed, back) {
            (None, _) => Did::Partly,
            (Some(true), _) => Did::Deployed,
            (Some(false), Some(_)) => Did::TakenBack,
            (Some(false), None) => return None,
        };
        let at = if did == Did::Deployed { deployed_at(state, plan) } else { back.unwrap_or(deployed_at(state, plan)) };
        let began = journal.entries.first().map_or(at, |entry| entry.ts);
        Some(Self { run: run.to_owned(), began, at, did, found: state.started.previous_tag.clone() })
    }
}

/// When a run put its version in service: not when a follow-up of it ended, a day later.
fn deployed_at(state: &State, plan: Option<&Plan>) -> Timestamp {
    let of = |plan: &Plan| -> Vec<String> {
        let jobs = plan.jobs.iter().filter(|(id, job)| job.environment.is_some() && !starts_later(plan, id.as_str()));
        jobs.map(|(id, _)| id.as_str().to_owned()).collect()
    };
    let deployed = plan.into_iter().flat_map(of).filter_map(|id| state.jobs.get(&id)?.ended).max();
    let worked = || plan.and_then(|plan| state.worked_until(plan));
    let any = || state.jobs.values().filter_map(|job| job.ended).max();
    deployed.or_else(worked).or_else(any).unwrap_or(state.at)
}

/// What is in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serving<'a> {
    /// Nothing that is known of.
    Nothing,
    /// What this run deployed.
    Run(&'a str),
    /// This version, to which a rollback went back.
    Version(&'a str),
    /// What this run left behind: a part of its version, or what its rollback made of it.
    Unclear(&'a str),
}

/// The runs that changed what is in service in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// As they were done.
    acts: Vec<Act>,
}

impl Service {
    /// Of these, in whatever order.
    #[must_use]
    pub fn of(acts: impl IntoIterator<Item = Act>) -> Self {
        let mut acts: Vec<Act> = acts.into_iter().collect();
        acts.sort_by(|one, other| (one.at, one.began, &one.run).cmp(&(other.at, other.began, &other.run)));
        Self { acts }
    }

    /// What is in service.
    #[must_use]
    pub fn serving(&self) -> Serving<'_> {
        let (standing, version) = self.standing();
        let run = || {
            standing.last().map_or(Serving::Nothing, |act| match act.did {
                Did::Partly => Serving::Unclear(&act.run),
                Did::Deployed | Did::TakenBack => Serving::Run(&act.run),
            })
        };
        version.map_or_else(run, Serving::Version)
    }

    /// What would be put out of service, or was done to what it stands on, where a run that began then went on or was taken back;
    /// what was done before somebody looked last is known to them.
    #[must_use]
    pub fn since(&self, run: &str, began: Timestamp, looked: Timestamp) -> Option<&Act> {
        let (standing, _) = self.standing();
        let under = |act: &&Act| act.did == Did::TakenBack && act.began < began;
        let taken_back = self.acts.iter().filter(under);
        let later = standing.into_iter().chain(taken_back).filter(|act| act.run != run && act.at > looked);
        later.max_by_key(|act| act.at)
    }

    /// The runs that no rollback put out of service, the one in service last; and the version to which the last rollback went
    /// back, where nothing was deployed since.
    fn standing(&self) -> (Vec<&Act>, Option<&str>) {
        let (mut standing, mut version): (Vec<&Act>, _) = (Vec::new(), None);
        for act in &self.acts {
            match act.did {
                Did::Deployed | Did::Partly => {
                    standing.push(act);
                    version = None;
                }
                // With it goes whatever was deployed since it began.
                Did::TakenBack => {
                    standing.retain(|one| one.at <= act.began);
                    version = act.found.as_deref();
                }
            }
        }
        (standing, version)
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    /// `RUN BEGAN AT +` of one that was deployed, `RUN BEGAN AT ?` of one that was in part, `RUN BEGAN AT -FOUND` of one that was taken
    /// back.
    fn service(acts: &[&str]) -> Service {
        let second = |text: &str| Timestamp::from_second(text.parse().unwrap()).unwrap();
        Service::of(acts.iter().map(|act| {
            let parts: Vec<&str> = act.split(' ').collect();
            let found = parts[3].strip_prefix('-');
            Act {
                run: parts[0].to_owned(),
                began: second(parts[1]),
                at: second(parts[2]),
                did: match parts[3] {
                    "+" => Did::Deployed,
                    "?" => Did::Partly,
                    _ => Did::TakenBack,
                },
                found: found.filter(|found| !found.is_empty()).map(str::to_owned),
            }
        }))
    }

    #[test_case(&[] => Serving::Nothing; "nothing")]
    #[test_case(&["a 1 2 +", "b 3 4 +"] => Serving::Run("b"); "the last")]
    #[test_case(&["b 3 4 +", "a 1 2 +"] => Serving::Run("b"); "in whatever order")]
    #[test_case(&["g 1 9 +", "h 3 4 +"] => Serving::Run("g"); "by when it was done")]
    #[test_case(&["a 1 2 +", "b 3 6 -v1"] => Serving::Version("v1"); "before the one that was taken back")]
    #[test_case(&["a 1 2 +", "b 3 6 -"] => Serving::Run("a"); "before it, where it did not know the version")]
    #[test_case(&["b 3 6 -"] => Serving::Nothing; "before it, where nothing is known")]
    #[test_case(&["a 1 2 +", "b 3 6 ?"] => Serving::Unclear("b"); "a part of it")]
    #[test_case(&["a 1 2 +", "b 3 6 ?", "c 7 8 +"] => Serving::Run("c"); "all of it since")]
    #[test_case(&["a 1 2 +", "b 3 6 ?", "c 7 8 -"] => Serving::Unclear("b"); "back to a part of it")]
    #[test_case(&["a 1 2 +", "b 3 6 -v1", "c 7 8 +"] => Serving::Run("c"); "deployed after a rollback")]
    #[test_case(&["a 1 2 +", "b 3 9 -v1", "c 5 6 +"] => Serving::Version("v1"); "a rollback over a later one")]
    #[test_case(&["a 1 2 +", "b 3 9 -", "c 5 6 +"] => Serving::Run("a"); "with a rollback goes what came after it")]
    #[test_case(&["a 1 8 -v0", "b 3 6 -v1"] => Serving::Version("v0"); "one after the other")]
    fn in_service(acts: &[&str]) -> Serving<'static> {
        match service(acts).serving() {
            Serving::Nothing => Serving::Nothing,
            Serving::Run(run) => Serving::Run(run.to_owned().leak()),
            Serving::Version(version) => Serving::Version(version.to_owned().leak()),
            Serving::Unclear(run) => Serving::Unclear(run.to_owned().leak()),
        }
    }

    #[test_case("b", 3, &["a 1 2 +", "b 3 4 +"] => None; "the last one")]
    #[test_case("b", 3, &["a 1 2 +", "b 3 4 +", "c 5 6 +"] => Some("c".to_owned()); "one that was deployed since")]
    #[test_case("b", 3, &["a 1 2 +", "c 5 6 +"] => Some("c".to_owned()); "since one that failed")]
    #[test_case("b", 3, &["a 1 2 +", "b 3 4 +", "c 5 7 -v2"] => None; "one that was taken back again")]
    #[test_case("c", 5, &["a 1 2 +", "b 3 9 -v1", "c 5 6 +"] => Some("b".to_owned()); "one under it was taken back")]
    #[test_case("a", 1, &["a 1 2 +", "b 3 9 -v1", "c 5 6 +"] => None; "what stood on it is gone")]
    #[test_case("g", 1, &["g 1 9 +", "h 3 4 +"] => Some("h".to_owned()); "its rollback would go back behind another one")]
    #[test_case("h", 3, &["g 1 9 +", "h 3 4 +"] => Some("g".to_owned()); "an older one that was resumed since")]
    #[test_case("d", 9, &["a 1 2 +", "b 3 4 +", "c 5 6 -v2"] => None; "nothing since")]
    fn since(run: &str, began: i64, acts: &[&str]) -> Option<String> {
        let began = Timestamp::from_second(began).unwrap();
        service(acts).since(run, began, began).map(|act| act.run.clone())
    }

    #[test]
    fn what_somebody_has_looked_at_is_known_to_them() {
        let second = |second| Timestamp::from_second(second).unwrap();
        let service = service(&["a 1 2 +", "b 3 4 +", "c 5 6 +"]);
        let since = |looked| service.since("a", second(1), second(looked)).map(|act| act.run.as_str());
        assert_eq!([since(1), since(5), since(7)], [Some("c"), Some("c"), None]);
    }
}
