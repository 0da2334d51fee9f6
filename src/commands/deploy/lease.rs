//! Whether another process of a run is at work on another machine: by the lock, which it renews, and by the journal, in which it says
//! that it leaves the run.

use anyhow::Result;
use jiff::Timestamp;

use super::ground::Ground;
use crate::config::Language;
use crate::deploy::state::State;
use crate::deploy::words;
use crate::io::lock::{Owner, RENEWED_AFTER};
use crate::io::machine;
use crate::report::Failure;

/// Whether who holds a lock has said lately that it is at work.
pub(super) fn is_renewed(held: &Owner, now: Timestamp) -> bool {
    now.duration_since(renewed(held)) < RENEWED_AFTER * 2
}

/// When who holds a lock said last that it is at work.
fn renewed(held: &Owner) -> Timestamp {
    held.renewed.unwrap_or(held.at)
}

/// Whether who holds the lock of a run is a process at work: it said so lately, has not ended, and did not leave the run since, by the
/// last line of the journal where that says so.
fn is_live(held: &Owner, run: &str, now: Timestamp, left: Option<Timestamp>, has_ended: bool) -> bool {
    held.run == run && is_renewed(held, now) && !has_ended && left.is_none_or(|left| renewed(held) > left)
}

/// The same, as this machine sees it now.
pub(super) fn is_at_work(held: &Owner, run: &str, left: Option<Timestamp>) -> bool {
    let process = held.process.as_ref();
    let has_ended = process.is_some_and(|one| machine::has_ended(&held.host, &one.boot_id, one.pid));
    is_live(held, run, machine::now(), left, has_ended)
}

/// When the last process left the run, as far as its journal says that it did.
pub(super) fn left(state: &State) -> Option<Timestamp> {
    state.left.then_some(state.at)
}

/// That another process of the run is at work on it: nobody takes the run away from it.
pub(super) fn refusal(language: Language, environment: &str, held: &Owner) -> Failure {
    let until = renewed(held).checked_add(RENEWED_AFTER * 2).unwrap_or(Timestamp::MAX);
    let (message, help) = words::at_work(language, (&held.run, &held.host), (held.at, renewed(held)), until);
    let unlock = words::unlock_now(language, environment, &held.nonce);
    Failure::refused("deploy/busy", message).help(format!("{help}{unlock}"))
}

impl Ground {
    /// The process on another machine that is at work on a run, where there is one.
    ///
    /// # Errors
    /// Exit code 3 where that cannot be told.
    pub(super) async fn worker(&self, run: &str, state: &State) -> Result<Option<Owner>> {
        // Without a remote all processes are of this machine, and the journal's own lock keeps them apart.
        if self.remote.is_none() {
            return Ok(None);
        }
        let holder = self.lock(&state.started.environment).holder().await?;
        Ok(holder.filter(|held| is_at_work(held, run, left(state))))
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    /// The lock was taken at 0 and renewed then; it is so many minutes later now, and the journal says since then that it was left.
    #[test_case("7", Some(5), 9, None, false => true; "it said so four minutes ago")]
    #[test_case("7", None, 9, None, false => true; "it was taken nine minutes ago")]
    #[test_case("7", None, 10, None, false => false; "its time is over")]
    #[test_case("7", Some(5), 15, None, false => false; "also after it was renewed")]
    #[test_case("7", Some(5), 6, None, true => false; "its process has ended here")]
    #[test_case("7", Some(5), 7, Some(6), false => false; "it left the run")]
    #[test_case("7", Some(5), 7, Some(5), false => false; "at the same moment")]
    #[test_case("7", Some(5), 7, Some(4), false => true; "another one went on since")]
    #[test_case("8", Some(5), 6, None, false => false; "it is another run's")]
    fn is_live_where(run: &str, renewed: Option<i64>, now: i64, left: Option<i64>, has_ended: bool) -> bool {
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minutes);
        let (nonce, host) = (String::new(), String::new());
        let renewed = renewed.map(at);
        let held = Owner { run: "7".to_owned(), nonce, host, login: None, at: at(0), renewed, process: None };
        is_live(&held, run, at(now), left.map(at), has_ended)
    }
}
