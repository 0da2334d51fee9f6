//! What people must be told about a run where nothing goes on by itself any more, each thing once.

use std::collections::BTreeSet;

use super::whole::Whole;
use super::{Decision, Standing, State, Told};
use crate::deploy::journal::{FOR_WINDOW, Outcome, Place};
use crate::deploy::words;
use crate::report::Finding;

/// Why people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// The notice's template.
    pub template: &'static str,
    /// All that is told by it, each thing by a name that is the same after a kill, and another one when it happens again.
    pub about: BTreeSet<String>,
    /// The same for people, a line each.
    pub lines: Vec<String>,
}

impl Told<'_> {
    /// What somebody must be told who was told these things before; `None` where that is nothing.
    #[must_use]
    pub fn occasion(&self, before: &BTreeSet<String>) -> Option<Occasion> {
        let waits = self.waits();
        let whole = self.whole(&waits);
        if matches!(whole, Whole::Ended(Outcome::Success | Outcome::Cancelled) | Whole::Interrupted) {
            return None;
        }
        let (failed, ended) = (self.failed(), self.ended());
        let waiting = self.waiting();
        let is_news = |things: &BTreeSet<String>| things.iter().any(|thing| !before.contains(thing));
        let about: BTreeSet<String> = failed.iter().chain(&waiting).chain(&ended).cloned().collect();
        if !is_news(&about) {
            return None;
        }
        let is_taken_back = self.state.jobs.values().any(|job| job.rollback == Some(Outcome::Success));
        let template = match whole {
            Whole::Maintenance => "maintenance",
            Whole::Ended(_) if is_taken_back => "rollback",
            _ if is_news(&failed) || is_news(&ended) => "failed",
            _ => "waiting",
        };
        let mut lines: Vec<String> = self.failures().iter().chain(&waits).map(line).collect();
        if template == "failed" && whole == Whole::Waits {
            let left = self.state.left_cleanups().into_iter().map(|place| place.of(place.part.owner()).to_string());
            lines.extend(left.map(|step| words::not_cleaned(self.language, &step)));
        }
        Some(Occasion { template, about, lines: lines.into_iter().map(|line| format!("- {line}")).collect() })
    }

    /// The steps that failed: one that fails again is another failure.
    fn failed(&self) -> BTreeSet<String> {
        let steps = self.state.steps.iter();
        let failed =
            steps.filter(|(_, step)| matches!(step.standing, Standing::Finished(Outcome::Failure) | Standing::NotDone));
        failed.map(|(place, step)| format!("failed {place} {}", step.ended.unwrap_or_default())).collect()
    }

    /// What a person must do, without what changes while they have not: who has signed of several, and the time that passes.
    fn waiting(&self) -> BTreeSet<String> {
        let mut state = self.state.clone();
        let mut found = BTreeSet::new();
        if state.finished.is_some() {
            return found;
        }
        let asked = state.waiting.iter().filter(|(_, reason)| *reason == "done-if");
        found.extend(asked.map(|(place, _)| unknown(&state, place)));
        let closed = state.waiting.iter().filter(|(_, reason)| *reason == FOR_WINDOW);
        found.extend(closed.map(|(place, _)| format!("window {place} {}", state.attempt)));
        for (id, _) in self.view.plan.jobs.iter() {
            match state.decide(self.view, id.as_str()) {
                Decision::Sign(place) => found.insert(format!("sign {place} {}", state.plan_sha256)),
                Decision::Person(place) => found.insert(unknown(&state, &place)),
                Decision::Decide(place) => found.insert(format!("decide {}", place.job)),
                _ => false,
            };
        }
        let is_ended = |job: &str| state.jobs.get(job).is_some_and(|job| job.result.is_some());
        let held = state.left_cleanups().into_iter().filter(|place| is_ended(&place.job));
        found.extend(held.map(|place| format!("held {place}")));
        found
    }

    /// How the run ended.
    fn ended(&self) -> BTreeSet<String> {
        let Some(finished) = self.state.finished else { return BTreeSet::new() };
        let rollbacks = self.state.jobs.iter().filter_map(|(id, job)| Some((id, job.rollback?.word())));
        let rollbacks: String = rollbacks.map(|(id, word)| format!(" {id} {word}")).collect();
        [format!("ended {}{rollbacks}", finished.word())].into()
    }
}

/// A step of which nobody can tell what became of it.
fn unknown(state: &State, place: &Place) -> String {
    let begun = state.steps.get(place).and_then(|step| step.begun).unwrap_or_default();
    format!("settle {place} {begun}")
}

fn line(finding: &Finding) -> String {
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!(": {help}"));
    format!("{}{help}", finding.message)
}
