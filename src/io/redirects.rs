//! How far redirects are followed.

use reqwest::redirect::{Attempt, Policy};

/// So many at most, and never from an encrypted connection to a plain one.
pub(super) fn at_most(most: usize) -> Policy {
    Policy::custom(move |attempt: Attempt<'_>| {
        let was_encrypted = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if attempt.previous().len() > most {
            attempt.error(format!("more than {most} redirects"))
        } else if was_encrypted && attempt.url().scheme() != "https" {
            attempt.error("it redirects from https to http")
        } else {
            attempt.follow()
        }
    })
}
