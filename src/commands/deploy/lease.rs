//! Whether another process of a run is at work on another machine: by the lock, which it renews, and by the journal, in which it says
//! that it leaves the run.

use std::time::Duration;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use super::ground::Ground;
use crate::config::Language;
use crate::context::Context;
use crate::deploy::journal::Who;
use crate::deploy::state::State;
use crate::deploy::words;
use crate::io::clock::Stopwatch;
use crate::io::lock::{Owner, Process};
use crate::io::machine;
use crate::io::progress::Progress;
use crate::io::signals::Signals;
use crate::report::{Failure, Verdict};

/// How long a process is believed to be at work after it said so.
const LOST_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// How often a lock is looked at that is watched.
const LOOK: Duration = Duration::from_secs(5);

/// Whether who holds a lock is at work, as far as that can be told: its process lives here, or has said lately that it is at work.
pub(super) fn may_work(held: &Owner, now: Timestamp) -> bool {
    lives(held).unwrap_or_else(|| is_renewed(held, now))
}

/// Whether its process lives, where it is one of this machine.
pub(super) fn lives(held: &Owner) -> Option<bool> {
    held.process.as_ref().and_then(|one| machine::lives(&held.host, one))
}

/// Whether it said so lately; a clock that is far ahead says nothing.
fn is_renewed(held: &Owner, now: Timestamp) -> bool {
    now.duration_since(renewed(held)).abs() < LOST_AFTER
}

/// When who holds a lock said last that it is at work.
pub(super) fn renewed(held: &Owner) -> Timestamp {
    held.renewed.unwrap_or(held.at)
}

/// What is known of the processes of a run before this one.
#[derive(Default)]
pub(super) struct Seen<'s> {
    /// That the last one left the run, and when, as the last line of the journal says.
    left: Option<(&'s Who, Timestamp)>,
    /// The lock of one that counts as lost, for it stood still while it was watched.
    lost: Option<Owner>,
    /// Whether its journal is here: what they left is this one's.
    is_known: bool,
}

impl<'s> Seen<'s> {
    /// By the journal.
    fn of(state: &'s State) -> Self {
        Self { left: state.left.then_some((&state.who, state.at)), lost: None, is_known: true }
    }

    /// Whether who holds the lock of a run is a process at work, as this machine sees it now.
    pub(super) fn is_at_work(&self, held: &Owner, run: &str) -> bool {
        let (now, lives) = (machine::now(), lives(held));
        // One that has renewed its lock since is not lost.
        is_live(held, run, now, self.left, lives)
            || is_silent(held, run, now, self.left, lives) && self.lost.as_ref() != Some(held)
    }

    /// Whether who holds the lock is a process of the run that has ended here, be its nonce in the journal or not: it may have been killed
    /// before it wrote that down.
    pub(super) fn is_left(&self, held: &Owner, run: &str) -> bool {
        self.is_known && held.run == run && lives(held) == Some(false)
    }
}

/// Whether who holds the lock of a run is a process at work on it, as this machine sees it now; nobody can tell where nothing was heard
/// of it for long.
pub(super) fn works(held: &Owner, run: &str, state: &State) -> Verdict {
    let (now, lives) = (machine::now(), lives(held));
    let left = state.left.then_some((&state.who, state.at));
    match (is_live(held, run, now, left, lives), is_silent(held, run, now, left, lives)) {
        (true, _) => Verdict::Yes,
        (_, true) => Verdict::CannotTell,
        _ => Verdict::No,
    }
}

/// Whether it is who holds the lock that left the run, and it did not say since that it is at work: two moments of one clock. Those of
/// two machines say nothing, for one that took the run over may have another time.
fn has_left(held: &Owner, left: Option<(&Who, Timestamp)>) -> bool {
    let is_it = |who: &Who| {
        let of = |process: &Process| (process.boot_id.as_str(), process.pid) == (who.boot_id.as_str(), who.pid);
        held.host == who.host && held.process.as_ref().is_none_or(of)
    };
    left.is_some_and(|(who, at)| is_it(who) && renewed(held) <= at)
}

/// Whether who holds the lock of a run is a process at work: it lives, or said so lately where nobody can tell, and it did not leave
/// the run since.
fn is_live(held: &Owner, run: &str, now: Timestamp, left: Option<(&Who, Timestamp)>, lives: Option<bool>) -> bool {
    let may_work = lives.unwrap_or_else(|| is_renewed(held, now));
    held.run == run && may_work && !has_left(held, left)
}

/// Whether nothing was heard of who holds the lock of a run for so long that it may be lost, and nobody can tell whether it is: by its
/// clock, which may be another one than ours.
fn is_silent(held: &Owner, run: &str, now: Timestamp, left: Option<(&Who, Timestamp)>, lives: Option<bool>) -> bool {
    held.run == run && lives.is_none() && !has_left(held, left) && !is_renewed(held, now)
}

/// That another process of the run is at work on it: nobody takes the run away from it.
pub(super) fn refusal(language: Language, environment: &str, held: &Owner) -> Failure {
    // By its clock, which may be behind ours.
    let until = renewed(held).checked_add(LOST_AFTER).unwrap_or(Timestamp::MAX).max(machine::now());
    let (message, help) = words::at_work(language, (&held.run, &held.host), (held.at, renewed(held)), until);
    let unlock = words::unlock_now(language, environment, &held.nonce);
    Failure::refused("deploy/busy", message).help(format!("{help}{unlock}"))
}

impl Ground {
    /// What is known of the processes of a run before this one. Where nothing was heard of its last one for long, its lock is watched:
    /// one that is at work renews it meanwhile, whatever the clocks say.
    ///
    /// # Errors
    /// Exit code 1 where it is at work, or a signal came before that was known; 3 where that cannot be told.
    pub(super) async fn watch<'s>(
        &self,
        cx: &Context,
        run: &str,
        state: &'s State,
        signals: &Signals,
    ) -> Result<Seen<'s>> {
        let environment = &state.started.environment;
        let (lock, mut seen) = (self.lock(environment), Seen::of(state));
        let Some(held) = lock.holder().await?.filter(|_| self.remote.is_some()) else { return Ok(seen) };
        if !is_silent(&held, run, machine::now(), seen.left, lives(&held)) {
            return Ok(seen);
        }
        let (watch, span, mut progress) = (Stopwatch::start(), cx.config.deploy.watch_lock(), Progress::new(cx));
        loop {
            let rest = span.saturating_sub(watch.elapsed());
            if rest.is_zero() {
                seen.lost = Some(held);
                return Ok(seen);
            }
            let silent = words::watches(self.language, (run, &held.host), renewed(&held));
            progress.say(&silent, &crate::duration::shown(rest));
            signals.pause(rest.min(LOOK)).await;
            match lock.holder().await? {
                // It was released.
                None => return Ok(seen),
                Some(now) if now == held && signals.told().is_none() => {}
                Some(now) => return Err(refusal(self.language, environment, &now).into()),
            }
        }
    }

    /// Makes sure that no process of a run is at work on another machine.
    ///
    /// # Errors
    /// As [`Self::watch`].
    pub(super) async fn none_at_work(&self, cx: &Context, run: &str, state: &State) -> Result<()> {
        // Without a remote all processes are of this machine, and the journal's own lock keeps them apart.
        if self.remote.is_none() {
            return Ok(());
        }
        let environment = &state.started.environment;
        let seen = self.watch(cx, run, state, &Signals::listen()?).await?;
        match self.lock(environment).holder().await?.filter(|held| seen.is_at_work(held, run)) {
            Some(held) => Err(refusal(self.language, environment, &held).into()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    /// Process 1 of a machine took the lock of run 7 at 0.
    fn held(renewed: Option<i64>) -> Owner {
        let process = Process { boot_id: "boot".to_owned(), pid: 1, namespace: None, began: None };
        let (run, nonce, host) = ("7".to_owned(), String::new(), "host".to_owned());
        Owner { run, nonce, host, login: None, at: at(0), renewed: renewed.map(at), process: Some(process) }
    }

    fn who(host: &str, pid: u32) -> Who {
        Who { login: None, host: host.to_owned(), boot_id: "boot".to_owned(), pid }
    }

    /// It renewed the lock then, if it did; it is so many minutes later now, and the journal says since when the run is left by it.
    #[test_case("7", Some(5), 9, None, None => true; "it said so four minutes ago")]
    #[test_case("7", None, 9, None, None => true; "it was taken nine minutes ago")]
    #[test_case("7", None, 10, None, None => false; "its time is over")]
    #[test_case("7", Some(5), 15, None, None => false; "also after it was renewed")]
    #[test_case("7", Some(5), 6, None, Some(false) => false; "its process has ended here")]
    #[test_case("7", Some(5), 7, Some(6), None => false; "it left the run")]
    #[test_case("7", Some(5), 7, Some(5), None => false; "at the same moment")]
    #[test_case("7", Some(5), 7, Some(4), None => true; "it has an id again that left before")]
    #[test_case("8", Some(5), 6, None, None => false; "it is another run's")]
    #[test_case("7", Some(1440), 5, None, None => false; "its clock is a day ahead")]
    #[test_case("7", Some(5), 1440, None, Some(true) => true; "it lives here, whatever the clocks say")]
    #[test_case("7", Some(5), 7, Some(6), Some(true) => false; "it lives, and left the run")]
    fn is_live_where(run: &str, renewed: Option<i64>, now: i64, left: Option<i64>, lives: Option<bool>) -> bool {
        let who = who("host", 1);
        is_live(&held(renewed), run, at(now), left.map(|left| (&who, at(left))), lives)
    }

    /// By our clock, or by that of one whose time is another.
    #[test_case("host", 2; "another process of the machine")]
    #[test_case("elsewhere", 1; "another machine")]
    fn who_holds_the_lock_did_not_leave_the_run_where_another_did(host: &str, pid: u32) {
        let who = who(host, pid);
        let left = Some((&who, at(6)));
        assert!(is_live(&held(Some(5)), "7", at(7), left, None));
        assert!(is_live(&held(Some(5)), "7", at(7), left, Some(true)));
        assert!(is_silent(&held(Some(5)), "7", at(15), left, None));
    }

    #[test_case("7", 15, None, None => true; "nothing was heard for ten minutes")]
    #[test_case("7", 14, None, None => false; "it said so nine minutes ago")]
    #[test_case("7", 15, None, Some(true) => false; "it lives here")]
    #[test_case("7", 15, None, Some(false) => false; "it has ended here")]
    #[test_case("7", 15, Some(6), None => false; "it left the run")]
    #[test_case("7", 15, Some(4), None => true; "it has an id again that left before")]
    #[test_case("8", 15, None, None => false; "it is another run's")]
    #[test_case("7", -1440, None, None => true; "its clock is a day ahead")]
    fn is_silent_where(run: &str, now: i64, left: Option<i64>, lives: Option<bool>) -> bool {
        let who = who("host", 1);
        is_silent(&held(Some(5)), run, at(now), left.map(|left| (&who, at(left))), lives)
    }

    #[test]
    fn one_that_renewed_its_lock_after_it_was_watched_is_not_lost() {
        let elsewhere = |renewed| Owner { host: "elsewhere".to_owned(), ..held(Some(renewed)) };
        let seen = Seen { lost: Some(elsewhere(5)), ..Seen::default() };
        assert!(!seen.is_at_work(&elsewhere(5), "7"));
        assert!(seen.is_at_work(&elsewhere(6), "7"));
        assert!(!seen.is_at_work(&elsewhere(6), "8"));
    }

    /// Its id is given again, as its beginning says; where the system tells of none nobody knows.
    #[test]
    fn what_an_ended_process_left_is_for_who_has_the_journal_of_its_run() {
        let process = Process { began: Some(0), ..machine::process() };
        let held = Owner { host: machine::who(None).host, process: Some(process), ..held(None) };
        let seen = Seen { is_known: true, ..Seen::default() };
        assert_eq!(seen.is_left(&held, "7"), lives(&held).is_some());
        assert!(!seen.is_left(&held, "8"));
        assert!(!Seen::default().is_left(&held, "7"));
    }
}
