//! When a question to GitHub is asked again: the one policy, decided from values.
//!
//! <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>: wait `retry-after`; else until
//! `x-ratelimit-reset` where nothing remains; else at least a minute, doubled each time.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::transport::{Answer, Broken};

/// How often a question is asked at most.
const ATTEMPTS: u32 = 4;
/// The first pause after a fault; doubled each time.
const PAUSE: Duration = Duration::from_millis(250);
/// The pause where a limit was met that does not say when it ends.
const LIMIT_PAUSE: Duration = Duration::from_secs(60);

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It stands as it is.
    Keep,
    /// Wait, then ask again.
    Again(Duration),
}

/// Decides. `attempt` counts from 1; `safe` means that the request may be repeated though the first one may have been
/// carried out. A refusal by a rate limit was never carried out: it is repeated in any case.
pub(super) fn next(attempt: u32, safe: bool, outcome: &Result<Answer, Broken>) -> Next {
    if attempt >= ATTEMPTS {
        return Next::Keep;
    }
    let doubled = |pause: Duration| pause.saturating_mul(1 << (attempt - 1).min(8));
    match outcome {
        Ok(answer) if is_limit(answer) => {
            Next::Again(limit_wait(&answer.headers).unwrap_or_else(|| doubled(LIMIT_PAUSE)))
        }
        Ok(answer) if safe && is_passing_fault(answer.status) => Next::Again(doubled(PAUSE)),
        Err(broken) if broken.never_sent() || (safe && broken.may_pass()) => Next::Again(doubled(PAUSE)),
        _ => Next::Keep,
    }
}

fn is_passing_fault(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

/// Whether an answer is a refusal by a rate limit: 429, or a 403 with evidence of one. A plain 403 is final.
pub(super) fn is_limit(answer: &Answer) -> bool {
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::FORBIDDEN => {
            answer.headers.contains_key("retry-after")
                || number(&answer.headers, "x-ratelimit-remaining") == Some(0)
                || answer.message().is_some_and(|message| message.to_lowercase().contains("rate limit"))
        }
        _ => false,
    }
}

/// How long a limit asks to wait, by the server's own clock.
fn limit_wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = match (text(headers, "retry-after"), number(headers, "x-ratelimit-remaining")) {
        (Some(after), _) => match after.parse::<i64>() {
            Ok(seconds) => seconds,
            Err(_) => http_date(after)?.as_second() - date(headers)?.as_second(),
        },
        // One second more: the reset is told in whole seconds.
        (None, Some(0)) => reset(headers)?.as_second() - date(headers)?.as_second() + 1,
        _ => return None,
    };
    Some(Duration::from_secs(u64::try_from(seconds.max(1)).ok()?))
}

/// When the limit is lifted, as the server says it.
pub(super) fn lifted(headers: &HeaderMap) -> Option<Timestamp> {
    match limit_wait(headers).zip(date(headers)) {
        Some((wait, now)) => now.checked_add(wait).ok(),
        None => reset(headers),
    }
}

fn reset(headers: &HeaderMap) -> Option<Timestamp> {
    Timestamp::from_second(number(headers, "x-ratelimit-reset")?).ok()
}

/// The server's clock.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(text(headers, "date")?)
}

fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    text(headers, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const NOON: &str = "Sun, 01 Mar 2026 12:00:00 GMT";

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &'static str) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap()));
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect(),
            body: bytes::Bytes::from_static(body.as_bytes()),
            address: url::Url::parse("https://api.github.com/x").unwrap(),
        }
    }

    // Reset is 60 s after noon of the server, whatever the clock here says.
    const RESET: &str = "1772366460";

    #[test_case(403, &[], "", true => "keep"; "a plain 403 is final")]
    #[test_case(401, &[], "", true => "keep"; "a 401 is final")]
    #[test_case(404, &[], "", true => "keep"; "a 404 is final")]
    #[test_case(500, &[], "", true => "keep"; "a 500 is not known to pass")]
    #[test_case(502, &[], "<html>", true => "250ms"; "a 502 may pass")]
    #[test_case(503, &[], "", false => "keep"; "a change is never repeated blindly")]
    #[test_case(429, &[("retry-after", "7")], "", true => "7s"; "retry after")]
    #[test_case(403, &[("retry-after", "7")], "", false => "7s"; "a refused change was not carried out")]
    #[test_case(403, &[("retry-after", "Sun, 01 Mar 2026 12:00:09 GMT"), ("date", NOON)], "", true => "9s"; "retry after a date")]
    #[test_case(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", RESET), ("date", NOON)], "", true => "61s"; "until the reset")]
    #[test_case(403, &[("x-ratelimit-remaining", "12"), ("x-ratelimit-reset", RESET)], "", true => "keep"; "something remains")]
    #[test_case(403, &[], r#"{"message":"You have exceeded a secondary rate limit"}"#, true => "60s"; "secondary limit")]
    #[test_case(429, &[], "", true => "60s"; "a limit without an end")]
    #[test_case(200, &[], "{}", true => "keep"; "an answer")]
    fn decides(status: u16, headers: &[(&'static str, &str)], body: &'static str, safe: bool) -> String {
        match next(1, safe, &Ok(answer(status, headers, body))) {
            Next::Keep => "keep".to_owned(),
            Next::Again(wait) => format!("{wait:?}"),
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let waits: Vec<Next> = (1..=4).map(|attempt| next(attempt, true, &Err(Broken::Cut("reset".into())))).collect();
        let again = |milliseconds| Next::Again(Duration::from_millis(milliseconds));
        assert_eq!(waits, [again(250), again(500), again(1000), Next::Keep]);
    }

    #[test]
    fn a_change_is_repeated_only_where_it_was_never_sent() {
        assert_eq!(next(1, false, &Err(Broken::Cut("reset".into()))), Next::Keep);
        assert_eq!(next(1, false, &Err(Broken::Unreachable("refused".into()))), Next::Again(PAUSE));
    }

    #[test]
    fn the_end_of_a_limit_is_told_by_the_servers_clock() {
        let answer = answer(429, &[("retry-after", "60"), ("date", NOON)], "");
        assert_eq!(lifted(&answer.headers).unwrap().to_string(), "2026-03-01T12:01:00Z");
    }
}
