//! What is known of the server from its earlier answers: their tags, so that what is asked again costs nothing where it is
//! still the same, and its clock.
//!
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use url::Url;

use super::retry;
use super::transport::Answer;

/// What is known of a server.
#[derive(Default)]
pub(super) struct Known(Mutex<Facts>);

#[derive(Default)]
struct Facts {
    /// Answers by their address, once they are kept: a command that asks everything once needs none.
    answers: Option<HashMap<Url, Answer>>,
    time: Option<Timestamp>,
    /// When the round of questions must have ended.
    deadline: Option<Instant>,
}

impl Known {
    /// A panic elsewhere leaves whole values behind.
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep(&self) {
        self.facts().answers.get_or_insert_default();
    }

    /// The tag of the answer that is known.
    pub(super) fn tag(&self, address: &Url) -> Option<HeaderValue> {
        self.facts().answers.as_ref()?.get(address)?.headers.get(header::ETAG).cloned()
    }

    /// The answer that is known where this one says that it is still the same; else this one, from now on the known one.
    pub(super) fn same_or_new(&self, address: &Url, answer: Answer) -> Answer {
        let mut facts = self.facts();
        let Some(answers) = &mut facts.answers else { return answer };
        if answer.status == StatusCode::NOT_MODIFIED
            && let Some(known) = answers.get(address)
        {
            return known.clone();
        }
        if answer.status == StatusCode::OK {
            answers.insert(address.clone(), answer.clone());
        }
        answer
    }

    /// Begins a round of questions, which together must have ended at the deadline; without one, each has its own.
    pub(super) fn begin(&self, deadline: Option<Instant>) {
        let mut facts = self.facts();
        (facts.time, facts.deadline) = (None, deadline);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.facts().deadline
    }

    /// Reads the server's clock off an answer; the first one since it was forgotten stands.
    pub(super) fn clock(&self, answer: Option<&Answer>) {
        if let Some(time) = answer.and_then(|answer| retry::date(&answer.headers)) {
            self.facts().time.get_or_insert(time);
        }
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        self.facts().time
    }
}
