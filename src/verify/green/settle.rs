//! What the time tells about checks. Whether further ones may still be registered: right after a push only some of them are.
//!
//! Nothing that GitHub answers says "these are all". So what was registered last must be older than the settle window, by the
//! server's clock; or the set must have been seen unchanged for as long. Where every required name is known and there, nothing
//! that comes later can matter to the rules, and nothing is waited for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::newest::run_of;
use super::own::OwnJob;
use crate::verify::Word;
use crate::verify::evidence::{Check, Evidence, Obstacle, Run, Status};
use crate::verify::policy::Policy;

/// How long the set of checks must stay the same where nothing says which checks must be there.
const WINDOW: Duration = Duration::from_secs(60);

/// How long GitHub keeps checks: <https://docs.github.com/rest/checks/runs>.
const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// After what time a check that has not ended is stale.
const STALE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Events whose runs are registered with the push itself; any other run may start long after it.
const PUSHES: [&str; 4] = ["push", "pull_request", "pull_request_target", "merge_group"];

/// How much of the settle window is left; `None` where it is over.
pub(super) fn left(
    evidence: &Evidence,
    policy: &Policy,
    complete: bool,
    newest: Option<Timestamp>,
) -> Option<Duration> {
    let window = policy.settle.map(Duration::from_secs).unwrap_or(if complete { Duration::ZERO } else { WINDOW });
    let age =
        evidence.asked.zip(newest).and_then(|(asked, newest)| Duration::try_from(asked.duration_since(newest)).ok());
    let quiet = age.unwrap_or_default().max(evidence.watched);
    window.checked_sub(quiet).filter(|left| !left.is_zero())
}

/// When the last check, status or run was registered, by the server's clock; `None` where a time is not known, or nothing was.
///
/// The jobs of a run need no times of their own: a run that has ended has no further ones, and one that has not is not green.
pub(super) fn newest(
    evidence: &Evidence,
    checks: &[&Check],
    statuses: &[&Status],
    runs: &[&Run],
    own: &OwnJob<'_>,
) -> Option<Timestamp> {
    let is_own_run = |run: &Run| own.run == Some(run.id) && !PUSHES.contains(&run.event.as_str());
    let of_runs = runs.iter().filter(|run| !is_own_run(run)).map(|run| run.registered);
    let alone = checks.iter().filter(|check| run_of(check, runs).is_none() && own.check != Some(check.id));
    let times =
        of_runs.chain(alone.map(|check| check.registered)).chain(statuses.iter().map(|status| status.registered));
    let times: Option<Vec<Timestamp>> = times.collect();
    // The merge is a push as well: what it sets off is registered after it.
    times?.into_iter().chain(evidence.merged()).max()
}

/// For how many days the checks of a commit may be gone: nothing is there, and it is older than checks are kept.
pub(super) fn expired(evidence: &Evidence) -> Option<i64> {
    let since = evidence.merged().or(evidence.committed)?;
    let age = evidence.asked?.duration_since(since);
    (evidence.registered()?.is_empty() && age >= KEPT).then(|| age.as_hours() / 24)
}

/// Why there is nothing, on a commit that is so many days old.
pub(super) fn gone(days: i64) -> Obstacle {
    Obstacle {
        word: Word::Unknown,
        message: format!("the checks have expired: GitHub keeps them for 400 days, and this commit is {days} days old"),
        help: Some(
            "run the workflows on it again (`workflow_dispatch` on a branch at this commit), or verify a newer commit"
                .to_owned(),
        ),
    }
}

/// Whether a check should have ended long ago.
pub(super) fn is_stale(check: &Check, asked: Option<Timestamp>) -> bool {
    let age = asked.zip(check.registered).map(|(asked, registered)| asked.duration_since(registered));
    age.is_some_and(|age| age >= STALE)
}
