//! Judging again while something may still change: each round gathers, judges, and decides by values whether to go on.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use crate::duration;
use crate::io::clock::{self, Stopwatch};
use crate::io::github::evidence::{Cost, Gatherer, Question};
use crate::io::ownership;
use crate::io::progress::Progress;
use crate::io::session::Session;
use crate::io::stand_in;
use crate::verify::{self, Judgement, Next, Policy, Wait, Word};

/// How much longer than the time a round may take.
const GRACE: Duration = Duration::from_millis(500);

/// The judgement that stands when nothing changes any more, or when the time is over. Without time there is one round.
///
/// # Errors
/// As [`Session::github`].
pub(super) async fn judge(
    session: &Session<'_>,
    question: Question<'_>,
    policy: &Policy,
    limit: Duration,
) -> Result<(Judgement, Cost)> {
    let github = session.github().await?;
    let (mut gatherer, mut wait) = (Gatherer::new(github, question), Wait::new(limit));
    let (clock, mut progress) = (Stopwatch::start(), Progress::new(session.cx));
    if !limit.is_zero() {
        github.keep_answers();
    }
    let mut standing: Option<(Judgement, Cost)> = None;
    let (mut whole, mut ownership) = (true, BTreeMap::new());
    loop {
        let asked = clock.elapsed();
        let round = async {
            github.begin_round();
            let (mut evidence, cost) = if whole { gatherer.whole().await } else { gatherer.again().await };
            if whole {
                ownership::gather(&session.repository, github, &mut evidence, &policy.teams).await;
            } else {
                evidence.ownership.clone_from(&ownership);
            }
            stand_in::gather(&session.repository, github, &mut evidence, policy).await;
            stand_in::files(&session.repository, &mut evidence, policy);
            github.end_round();
            (evidence, cost)
        };
        let gathered = match &standing {
            // Nothing is known yet: the time of a question alone counts.
            None => Some(round.await),
            Some(_) => clock::within(wait.left(asked) + GRACE, round).await,
        };
        let spent = standing.as_ref().map(|(_, cost)| *cost).unwrap_or_default();
        let (mut evidence, cost) = match (gathered, standing.take()) {
            (Some((evidence, cost)), before) => {
                standing = before;
                (evidence, spent.and(cost))
            }
            (None, Some(standing)) => return Ok(standing),
            (None, None) => continue,
        };
        ownership.clone_from(&evidence.ownership);
        evidence.watched = wait.watch(&evidence, asked, clock.elapsed());
        let judgement = verify::judge(&evidence, policy);
        wait.apply(&judgement);
        match wait.next(clock.elapsed()) {
            Next::Again(time) => {
                pass(time, &judgement, &wait, &clock, &mut progress).await;
                whole = false;
            }
            // A yes rests on everything as it is now: until then what was before stands.
            Next::Finished if !whole && judgement.word == Word::Pass => {
                whole = true;
                continue;
            }
            Next::Finished | Next::Deadline => return Ok((judgement, cost)),
        }
        standing = Some((judgement, cost));
    }
}

/// Lets time pass, and says what is missing.
async fn pass(time: Duration, judgement: &Judgement, wait: &Wait, clock: &Stopwatch, progress: &mut Progress) {
    const TICK: Duration = Duration::from_secs(1);
    let (missing, end) = (verify::missing(judgement), clock.elapsed() + time);
    loop {
        let now = clock.elapsed();
        progress.say(&missing, &format!("{} left", duration::shown(wait.left(now))));
        let rest = end.saturating_sub(now);
        if rest.is_zero() {
            return;
        }
        clock::pause(if progress.is_drawn() { rest.min(TICK) } else { rest }).await;
    }
}
