//! Whether to ask again: decided after each judgement, from values. The judgement itself knows nothing of waiting.
//!
//! A no ends the waiting at once, whatever still runs: nothing that is waited for takes it back. So does an obstacle that
//! waiting does not remove (a permission). What may still change is a check that has not ended or may still be registered,
//! and a network, a GitHub or a limit that stood in the way.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Evidence, Judgement, Outcome, Word};

/// The first pause; each further one is half as long again.
const PACE: Duration = Duration::from_secs(5);
/// The longest pause.
const SLOWEST: Duration = Duration::from_secs(30);
/// What is kept of the time for the last question.
const LAST: Duration = Duration::from_secs(1);
/// How many names are listed.
const NAMES: usize = 3;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The judgement stands.
    Finished,
    /// Pause, then gather again.
    Again(Duration),
    /// The time is over: the judgement stands as it is.
    Deadline,
}

/// The waiting for one commit. Every time is counted from its beginning.
#[derive(Clone, Debug)]
pub struct Wait {
    limit: Duration,
    pace: Duration,
    /// What was registered when it was last looked at, and since when it is the same.
    same: Option<(BTreeSet<String>, Duration)>,
    judged: Option<Judged>,
}

/// What of a judgement matters to the waiting.
#[derive(Clone, Copy, Debug)]
struct Judged {
    may_change: bool,
    settling: Option<Duration>,
}

impl Wait {
    /// At most this long.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit, pace: PACE, same: None, judged: None }
    }

    /// How much of the time is left.
    #[must_use]
    pub fn left(&self, now: Duration) -> Duration {
        self.limit.saturating_sub(now)
    }

    /// How long the set of checks is known to be the same. The evidence was asked for and seen at these times: a set counts
    /// from when it was seen until it was asked for again.
    pub fn watch(&mut self, evidence: &Evidence, asked: Duration, seen: Duration) -> Duration {
        let Some(set) = evidence.registered() else {
            self.same = None;
            return Duration::ZERO;
        };
        match &self.same {
            Some((known, since)) if *known == set => asked.saturating_sub(*since),
            _ => {
                self.same = Some((set, seen));
                Duration::ZERO
            }
        }
    }

    /// Takes a judgement in.
    pub fn apply(&mut self, judgement: &Judgement) {
        let settling = judgement.green.settling;
        let passing = |word| matches!(word, Word::Infra | Word::RateLimit);
        let green = match judgement.green.word {
            Word::Pass => Some(false),
            Word::Pending => Some(true),
            Word::Unknown if settling.is_some() => Some(true),
            word => passing(word).then_some(true),
        };
        let approved = match judgement.approvals.word {
            Word::Pass => Some(false),
            word => passing(word).then_some(true),
        };
        let may_change = green.zip(approved).is_some_and(|(green, approved)| green || approved);
        if self.judged.is_some() {
            self.pace = (self.pace * 3 / 2).min(SLOWEST);
        }
        self.judged = Some(Judged { may_change, settling });
    }

    /// What to do at this time.
    #[must_use]
    pub fn next(&self, now: Duration) -> Next {
        let Some(judged) = self.judged else { return Next::Again(Duration::ZERO) };
        if !judged.may_change {
            return Next::Finished;
        }
        let left = self.left(now);
        let wanted = judged.settling.map_or(self.pace, |settling| self.pace.min(settling.max(LAST)));
        match left {
            left if left > wanted => Next::Again(wanted),
            left if left > LAST => Next::Again(left - LAST),
            _ => Next::Deadline,
        }
    }
}

/// What is still missing, in a few words.
#[must_use]
pub fn missing(judgement: &Judgement) -> String {
    let rows = judgement.green.rows.iter().filter(|row| row.outcome == Outcome::Pending);
    let names: Vec<&str> = rows.map(|row| row.name.as_str()).collect();
    let shown = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 if judgement.green.settling.is_some() => "waiting for checks that may still be registered".to_owned(),
        0 => "waiting for GitHub".to_owned(),
        count if count > NAMES => format!("waiting for {shown} and {} more", count - NAMES),
        _ => format!("waiting for {shown}"),
    }
}
