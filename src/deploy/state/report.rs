//! What a person reads about a run: its jobs, what waits, and what to do next.

use super::whole::Whole;
use super::{Ask, Condition, Decision, Request, Standing, State, StepState, View, key, list, needed, step_of};
use crate::config::Language;
use crate::deploy::advice::Advice;
use crate::deploy::journal::{FOR_WINDOW, Outcome, Part, Place};
use crate::deploy::words::{self, Word};
use crate::duration;
use crate::output::json::{Document as _, deploy};
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section, Verdict};

/// A run and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The run.
    pub run: &'a str,
    /// Its plan.
    pub view: View<'a>,
    /// Where it stands.
    pub state: &'a State,
    /// The language of who reads.
    pub language: Language,
    /// Whether each step is shown.
    pub steps: bool,
    /// Whether another process works on it now: then what has begun runs, and nobody is waited for that is not asked yet.
    pub is_worked_on: Verdict,
}

impl Told<'_> {
    /// The report; its exit code says how the run stands.
    #[must_use]
    pub fn report(&self, command: &'static str) -> Report {
        let waits = self.waits();
        let whole = self.whole(&waits);
        let (exit, word) = (whole.exit(self.state.has_failed()), self.word(whole));
        // It is no success, and nothing failed that is not taken back.
        let is_taken_back = word == Word::Failure && self.state.condition() == Condition::TakenBack;
        let shown = if is_taken_back { Word::Reverted } else { word };
        let title = format!("{}: {}", self.run, shown.text(self.language));
        let mut sections = vec![self.jobs(exit)];
        if self.steps {
            sections.extend(self.view.plan.jobs.iter().map(|(id, _)| self.steps_of(id.as_str())));
        }
        let mut report = Report::new(command, exit, title, Body::Sections(sections));
        // Who was killed wrote nothing down, and nobody is waited for.
        let is_cut_off = self.state.interrupted.is_some() || waits.is_empty();
        report.findings = waits;
        report.findings.extend(self.failures());
        report.findings.extend(self.passed_over());
        report.findings.extend(self.not_safe());
        report.findings.extend(self.taken_back());
        report.findings.extend(self.not_taken_back());
        report.findings.extend(self.dropped());
        let is_left = matches!(whole, Whole::Interrupted | Whole::Open) && self.is_worked_on != Verdict::Yes;
        let may_be_lost = self.is_worked_on == Verdict::CannotTell && self.state.interrupted.is_none();
        if (is_left || whole == Whole::Maintenance && self.state.finished.is_none()) && !may_be_lost {
            // Who left it to people, and was answered, was not cut off.
            let (rule, level, word, help) = if self.state.left && self.state.interrupted.is_none() {
                ("deploy/go-on", Level::Info, Word::GoesOn, format!("zarpe deploy resume {}", self.run))
            } else {
                let help = words::resume_or_settle(self.language, self.run);
                ("deploy/interrupted", Level::Warning, Word::Interrupted, help)
            };
            let why = self.state.interrupted.as_ref().map_or_else(String::new, |signal| format!(" ({signal})"));
            let message = format!("{}{why}", word.text(self.language));
            if is_left || is_cut_off {
                report.findings.push(Finding::new(rule, level, message).help(help));
            }
        }
        report.document = deploy::Deploy::of(self, word.text(Language::En)).value();
        report
    }

    /// How it stands as a whole, in a word: what has begun and has no end runs only where a process works on it.
    fn word(&self, whole: Whole) -> Word {
        match (whole, self.is_worked_on) {
            (Whole::Open, Verdict::CannotTell) => Word::Unknown,
            (Whole::Open, Verdict::No) if self.is_cut_off() => Word::Interrupted,
            (Whole::Open, Verdict::No) => Word::GoesOn,
            _ => whole.word(),
        }
    }

    /// Whether nobody works on it, and its last process did not write down that it leaves it, or was told to stop.
    fn is_cut_off(&self) -> bool {
        let has_left = self.state.left && self.state.interrupted.is_none();
        self.is_worked_on == Verdict::No && self.state.finished.is_none() && !has_left
    }

    /// How something stands that has begun and has no end.
    fn begun(&self) -> Word {
        match self.is_worked_on {
            Verdict::CannotTell if self.state.interrupted.is_none() => Word::Unknown,
            _ if self.is_cut_off() => Word::Interrupted,
            _ => Word::Running,
        }
    }

    /// What waits for a person, and the command by which they go on.
    pub(super) fn waits(&self) -> Vec<Finding> {
        if self.state.finished.is_some() || self.is_worked_on == Verdict::Yes {
            return Vec::new();
        }
        let mut state = self.state.clone();
        let mut findings: Vec<Finding> = Vec::new();
        let finding =
            |rule: &str, (message, help): (String, String)| Finding::new(rule, Level::Warning, message).help(help);
        for (id, _) in self.view.plan.jobs.iter() {
            let found = match state.decide(self.view, id.as_str()) {
                Decision::Sign(place) => {
                    let request =
                        step_of(self.view.plan, &place).and_then(|step| Request::of(step).ok()).unwrap_or_default();
                    let missing = request.missing(&state, &place);
                    let mut told = words::must_sign(self.language, &missing, self.run, &place.to_string());
                    let holds = |ask: &&Ask| ask.plan_sha256 == state.plan_sha256 && ask.places.contains(&place);
                    if let Some(ask) = state.asks.iter().rev().find(holds) {
                        told.1 += &format!(", {}", words::or_there(self.language, ask.issue));
                    }
                    if let Some(opened) = state.open_since(&place) {
                        let minutes = state.at.duration_since(opened).as_mins();
                        told.0 += &format!("; {}", words::would_be_lost(self.language, &place.job, minutes));
                    }
                    finding("deploy/waits-for-sign-off", told)
                }
                Decision::Person(place) => {
                    finding("deploy/unknown", words::must_settle(self.language, self.run, &place.to_string()))
                }
                Decision::Decide(place) => {
                    let mut told = words::must_decide(self.language, self.run, &place.job);
                    if let Some(opened) = state.open_since(&place) {
                        let minutes = state.at.duration_since(opened).as_mins();
                        told.0 += &format!("; {}", words::would_be_lost(self.language, &place.job, minutes));
                    }
                    finding("deploy/waits-for-decision", told)
                }
                Decision::Later(time) => finding(
                    "deploy/later",
                    (words::due(self.language, id.as_str(), &second(time)), words::follow_up(self.language)),
                ),
                _ => continue,
            };
            if !findings.contains(&found) {
                findings.push(found);
            }
        }
        // What a process found out while it looked, and the plan alone does not say.
        for (place, reason) in &self.state.waiting {
            if self.state.standing(place) != Standing::Finished(Outcome::Success)
                && !findings.iter().any(|finding| finding.message.contains(&place.to_string()))
                && reason == "done-if"
            {
                findings
                    .push(finding("deploy/unknown", words::must_settle(self.language, self.run, &place.to_string())));
            }
        }
        for (place, _) in self.state.waiting.iter().filter(|(_, reason)| *reason == FOR_WINDOW) {
            let window = self.view.plan.window.as_ref();
            let opens = window.and_then(|window| {
                let local = window.opens(self.state.at)?.to_zoned(window.timezone.0.clone());
                Some(local.strftime("%Y-%m-%d %H:%M %Z").to_string())
            });
            let told = words::at_window(self.language, self.run, &place.to_string(), opens.as_deref());
            findings.push(finding("deploy/window", told));
        }
        for place in state.left_cleanups() {
            if state.jobs.get(&place.job).is_some_and(|job| job.result.is_some()) {
                findings.push(self.left(place));
            }
        }
        findings
    }

    /// What to do about a step of a job that failed, where anything is.
    fn remedy(&self, place: &Place) -> Option<String> {
        let another = || Some(Advice::AnotherRun.text(self.language).to_owned());
        match place.part {
            // What is to be done is said of the clean-up itself.
            Part::Post | Part::RollbackPost => None,
            // What succeeded of it is not done again, and relied on what was cleaned up; and what a person ended stays so.
            _ if self.state.has_cleaned(&place.job) || self.state.cancelled => another(),
            // It does not go on with what is taken back.
            _ if self.state.need_gone(self.view.plan, &place.job).is_some() => another(),
            _ => Some(words::tried_again(self.language, self.run)),
        }
    }

    pub(super) fn failures(&self) -> Vec<Finding> {
        let job = |place: &Place| self.state.jobs.get(&place.job);
        // One that was killed or stopped at its time limit failed as well, where what it belongs to has ended by it.
        let has_ended = |place: &Place| match place.part.owner() {
            Part::Rollback => job(place).is_some_and(|job| job.rollback.is_some()),
            _ => job(place).is_some_and(|job| job.result.is_some()),
        };
        let is_lost = |place: &Place, step: &StepState| {
            step.standing == Standing::Finished(Outcome::Unknown) && !step.asks && has_ended(place)
        };
        let failed = self.state.steps.iter().filter(|(place, step)| {
            match step.standing {
                Standing::Finished(Outcome::Failure) => true,
                // One that was lost is tried again, as long as that goes on.
                Standing::NotDone => !step.lost || has_ended(place),
                _ => is_lost(place, step),
            }
        });
        failed
            .map(|(place, step)| {
                let note = step.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
                let not_done = match step.standing {
                    Standing::NotDone => format!(": {}", Word::NotDone.text(self.language)),
                    _ => String::new(),
                };
                let word = match step.standing {
                    Standing::Finished(Outcome::Unknown) if step.note.is_none() => Word::Unknown,
                    _ => Word::Failure,
                };
                let message = format!("{place} {}{note}{not_done}", word.text(self.language));
                let finding = Finding::new("deploy/step-failed", Level::Error, message);
                match place.part {
                    Part::Rollback => {
                        let again = words::rollback_again(self.language, self.run, &place.job);
                        let by_hand = words::by_hand(self.language, self.run, place);
                        // What relied on its clean-up is not done again.
                        let is_cleaned = self.state.has_cleaned_rollback(&place.job);
                        finding.help(if is_cleaned { by_hand } else { format!("{again}; {by_hand}") })
                    }
                    // Nothing is to be done about it any more.
                    _ if job(place).is_some_and(|job| job.rollback == Some(Outcome::Success)) => finding,
                    _ => match self.remedy(place) {
                        Some(remedy) => finding.help(remedy),
                        None => finding,
                    },
                }
            })
            .collect()
    }

    /// What was begun, is not done, and is not done any more by itself, where no rollback covers it.
    fn passed_over(&self) -> Vec<Finding> {
        let places = self.state.all_passed_over(self.view).into_iter();
        places
            .map(|place| {
                let (message, help) = words::passed_over(self.language, self.run, place);
                Finding::new("deploy/passed-over", Level::Warning, message).help(help)
            })
            .collect()
    }

    /// What is there for when it is safe, and was not run because it was not: no clean-up remembers it.
    fn not_safe(&self) -> Vec<Finding> {
        let told = |what: String| {
            let (message, help) = words::not_safe(self.language, &what);
            Finding::new("deploy/not-safe", Level::Warning, message).help(help)
        };
        self.state.kept_from_safe(self.view).into_iter().map(told).collect()
    }

    /// The jobs that were taken back: that is why the run is no success.
    fn taken_back(&self) -> Vec<Finding> {
        let back = self.state.jobs.iter().filter(|(_, job)| job.rollback == Some(Outcome::Success));
        back.map(|(id, _)| Finding::new("deploy/taken-back", Level::Warning, words::taken_back(self.language, id)))
            .collect()
    }

    /// The job that was taken back because this one, which has no rollback of its own, failed. It cannot be shown that this took back
    /// what this one did: a rollback is written for its own job, and nothing says how far it goes.
    pub(super) fn taken_back_before(&self, id: &str) -> Option<&str> {
        let has_own = self.view.plan.job(id).is_none_or(|job| !job.rollback.is_empty());
        let is_back = |id: &&str| self.state.jobs.get(*id).is_some_and(|job| job.rollback == Some(Outcome::Success));
        needed(self.view.plan, id).into_iter().find(is_back).filter(|_| !has_own)
    }

    /// The jobs whose rollback did nothing: they are not taken back by it.
    fn not_taken_back(&self) -> Vec<Finding> {
        let is_it = |id: &str| self.state.jobs.get(id).is_some_and(|job| job.rollback == Some(Outcome::Failure));
        let back = self.view.plan.jobs.iter().filter(|(id, job)| {
            let skipped = job.rollback.iter().enumerate().all(|(at, step)| {
                let place = Place { job: id.as_str().to_owned(), step: key(step, at), part: Part::Rollback };
                matches!(self.state.standing(&place), Standing::Finished(Outcome::Success | Outcome::Skipped))
            });
            is_it(id.as_str()) && skipped && self.state.took_nothing_back(id.as_str(), job)
        });
        back.map(|(id, _)| {
            let (message, help) = words::took_nothing_back(self.language, self.run, id.as_str());
            Finding::new("deploy/nothing-taken-back", Level::Error, message).help(help)
        })
        .collect()
    }

    /// The jobs that are not wanted any more, for what they need was taken back.
    fn dropped(&self) -> Vec<Finding> {
        let dropped = self.state.jobs.iter().filter(|(_, job)| job.dropped.is_some());
        let message = |id: &str, of: &str| words::dropped(self.language, id, self.state.word_of_drop(of));
        dropped
            .map(|(id, job)| (id, job.dropped.as_deref().unwrap_or_default()))
            .map(|(id, of)| Finding::new("deploy/dropped", Level::Info, message(id, of)))
            .collect()
    }

    fn jobs(&self, exit: ExitCode) -> Section {
        let environment = &self.state.started.environment;
        let summary = if environment.is_empty() { String::new() } else { environment.clone() };
        let mut section = Section::new(exit.verdict().into(), Word::Run.text(self.language), summary)
            .columns(self.columns(Word::Job));
        for (id, job) in self.view.plan.jobs.iter() {
            let known = self.state.jobs.get(id.as_str());
            let word = match known {
                Some(known) => match (&known.dropped, known.result, known.begun) {
                    (Some(of), ..) => self.state.word_of_drop(of),
                    (None, Some(result), _) => outcome_word(result),
                    (None, None, Some(_)) => self.begun(),
                    (None, None, None) => Word::Open,
                },
                None => Word::Open,
            };
            let mut text = word.text(self.language).to_owned();
            if let Some(rollback) = known.and_then(|known| known.rollback) {
                let (name, how) = (Word::Rollback.text(self.language), outcome_word(rollback).text(self.language));
                text = format!("{text}; {name}: {how}");
            }
            let name = job.name.as_ref().map_or("", |name| name.as_str());
            section.row(mark_of(word), [id.as_str(), name, &text]);
        }
        section
    }

    fn columns(&self, first: Word) -> [&'static str; 3] {
        [first, Word::Name, Word::State].map(|word| word.text(self.language))
    }

    fn steps_of(&self, id: &str) -> Section {
        let mut section = Section::new(Mark::Plain, id, "").columns(self.columns(Word::Step));
        let Some(job) = self.view.plan.job(id) else { return section };
        for part in [Part::Steps, Part::Rollback] {
            for (at, step) in list(job, part).iter().enumerate() {
                let place = Place { job: id.to_owned(), step: key(step, at), part };
                let rollback = if part == Part::Rollback { "rollback/" } else { "" };
                self.row(&mut section, &place, &format!("{rollback}{}", place.step), step.label());
                let cleanup = place.of(part.cleanup());
                if self.state.steps.get(&place).is_some_and(|step| step.registered) {
                    let name = format!("{rollback}{}/post", place.step);
                    self.row(&mut section, &cleanup, &name, Word::Cleanup.text(self.language));
                }
            }
        }
        section
    }

    fn row(&self, section: &mut Section, place: &Place, name: &str, label: &str) {
        let (known, waits) = (self.state.steps.get(place), self.state.waiting.get(place));
        let word = match known.map_or(Standing::Open, |step| step.standing) {
            Standing::Open if waits.is_some_and(|reason| reason == FOR_WINDOW) => Word::AtWindow,
            Standing::Open if waits.is_some() => Word::Waiting,
            Standing::Open => Word::Open,
            Standing::Started if self.state.is_lost(place) => Word::Unknown,
            Standing::Started if waits.is_some() => Word::Waiting,
            Standing::Started => self.begun(),
            Standing::NotDone => Word::Failure,
            Standing::Finished(outcome) => outcome_word(outcome),
        };
        let took = known
            .and_then(|step| step.begun.zip(step.ended))
            .map(|(begun, ended)| ended.duration_since(begun).unsigned_abs());
        let took = took
            .filter(|took| took.as_secs() > 0)
            .map_or_else(String::new, |took| format!(", {}", duration::shown(took)));
        section.row(mark_of(word), [name, label, &format!("{}{took}", word.text(self.language))]);
    }
}

impl State {
    /// Why a job is not wanted any more that needs this one, whose rollback has ended.
    #[must_use]
    pub fn word_of_drop(&self, taken_back: &str) -> Word {
        let is_back = self.jobs.get(taken_back).is_some_and(|job| job.rollback == Some(Outcome::Success));
        if is_back { Word::Dropped } else { Word::DroppedHalfWay }
    }
}

/// A moment to the second, in UTC: `2026-03-01T22:00:00Z`.
#[must_use]
pub fn second(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The word of an outcome.
#[must_use]
pub fn outcome_word(outcome: Outcome) -> Word {
    match outcome {
        Outcome::Success => Word::Success,
        Outcome::Failure => Word::Failure,
        Outcome::Skipped => Word::Skipped,
        Outcome::Unknown => Word::Unknown,
        Outcome::Cancelled => Word::Cancelled,
    }
}

fn mark_of(word: Word) -> Mark {
    match word {
        Word::Success => Mark::Good,
        Word::Failure | Word::Cancelled => Mark::Bad,
        Word::Unknown | Word::Interrupted => Mark::Unknown,
        Word::Waiting | Word::Running | Word::AtWindow => Mark::Pending,
        _ => Mark::Plain,
    }
}
