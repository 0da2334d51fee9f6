//! What a person reads where GitHub gave no usable answer: what, where, why, and what to do. Exit code 3 throughout.
//!
//! The rules are the kinds that a caller may branch on.

use http::{Method, StatusCode};

use super::retry;
use super::transport::{Answer, Broken};
use crate::report::Failure;

/// 401: the token is wrong, or there is none.
pub const UNAUTHORIZED: &str = "github/unauthorized";
/// 403: the token may not do this.
pub const FORBIDDEN: &str = "github/forbidden";
/// 404 and 410: it is not there, or the token may not see it.
pub const NOT_FOUND: &str = "github/not-found";
/// 409: it is in a state that does not allow this.
pub const CONFLICT: &str = "github/conflict";
/// 422: it was understood and refused, as where the name is taken.
pub const UNPROCESSABLE: &str = "github/unprocessable";
/// 429, or 403 with evidence: a limit that ends after the deadline.
pub const RATE_LIMIT: &str = "github/rate-limit";
/// Any other status.
pub const STATUS: &str = "github/status";
/// An answer that is not what GitHub's API gives.
pub const ANSWER: &str = "github/answer";
/// No answer: unreachable, cut off, too slow, too large, sent elsewhere.
pub const NETWORK: &str = "github/network";
/// The answer is an error of GraphQL.
pub const GRAPHQL: &str = "github/graphql";

/// What a request was, for the message.
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    /// Path as GitHub's documentation writes it, below the API's root.
    pub(super) path: &'a str,
    pub(super) host: &'a str,
    /// The variable that the token came from.
    pub(super) token: Option<&'static str>,
}

impl Asked<'_> {
    fn line(&self) -> String {
        format!("{} {} on {}", self.method, self.path, self.host)
    }

    fn set_token(&self) -> String {
        match self.host {
            "api.github.com" => "set ZARPE_TOKEN or GITHUB_TOKEN".to_owned(),
            host => format!("set ZARPE_TOKEN (GITHUB_TOKEN is sent to {host} only where GITHUB_API_URL names it)"),
        }
    }

    /// The failure for a status that is no success.
    pub(super) fn status(&self, answer: &Answer) -> Failure {
        let said = said(answer);
        if retry::is_limit(answer) {
            return self.limit(answer);
        }
        match answer.status {
            StatusCode::UNAUTHORIZED => self.unauthorized(&said),
            StatusCode::FORBIDDEN => self.forbidden(answer, &said),
            StatusCode::NOT_FOUND | StatusCode::GONE => self.not_found(&said),
            StatusCode::CONFLICT => Failure::cannot_tell(CONFLICT, format!("{}: 409{said}", self.line())),
            StatusCode::UNPROCESSABLE_ENTITY => {
                Failure::cannot_tell(UNPROCESSABLE, format!("{}: 422{said}", self.line()))
            }
            status if status.is_server_error() => {
                Failure::cannot_tell(STATUS, format!("{}: {status}{said}", self.line()))
                    .help("GitHub has trouble: see https://www.githubstatus.com, and run it again")
            }
            status => Failure::cannot_tell(STATUS, format!("{}: {status}{said}", self.line())),
        }
    }

    fn unauthorized(&self, said: &str) -> Failure {
        match self.token {
            Some(name) => Failure::cannot_tell(
                UNAUTHORIZED,
                format!("{}: the token in {name} is not accepted{said}", self.line()),
            )
            .help(format!("it is wrong, expired or revoked: set {name} to one that is valid")),
            None => {
                Failure::cannot_tell(UNAUTHORIZED, format!("{}: a token is needed, and none was sent", self.line()))
                    .help(self.set_token())
            }
        }
    }

    fn forbidden(&self, answer: &Answer, said: &str) -> Failure {
        let needed = answer.headers.get("x-accepted-github-permissions").and_then(|value| value.to_str().ok());
        let failure = |what: &str| Failure::cannot_tell(FORBIDDEN, format!("{}: {what}{said}", self.line()));
        match (self.token, needed) {
            (Some(name), Some(needed)) => failure(&format!("the token in {name} lacks the permission {needed}"))
                .help(format!("give it `{needed}`: in a workflow under `permissions:`, else in the token's settings")),
            (Some(name), None) => failure(&format!("the token in {name} may not do this"))
                .help("give it the permission that GitHub's documentation of this address names"),
            (None, _) => failure("refused without a token").help(self.set_token()),
        }
    }

    fn not_found(&self, said: &str) -> Failure {
        let failure = Failure::cannot_tell(NOT_FOUND, format!("{}: not found{said}", self.line()));
        match self.token {
            Some(name) => failure.help(format!("it does not exist, or the token in {name} may not see it")),
            None => {
                failure.help(format!("it does not exist, or it is private and no token was sent: {}", self.set_token()))
            }
        }
    }

    /// The failure where a limit ends after the deadline.
    pub(super) fn limit(&self, answer: &Answer) -> Failure {
        let until = retry::lifted(&answer.headers);
        let when = until.map_or_else(|| "without saying until when".to_owned(), |time| format!("until {time}"));
        let failure = Failure::cannot_tell(RATE_LIMIT, format!("{}: the rate limit is used up {when}", self.line()));
        match (self.token, until) {
            (None, _) => failure.help(format!("without a token the limit is low: {}", self.set_token())),
            (_, Some(time)) => failure.help(format!("run it again after {time}")),
            (_, None) => failure.help("run it again in a few minutes"),
        }
    }

    /// The failure where there is no whole answer.
    pub(super) fn broken(&self, broken: &Broken) -> Failure {
        let line = self.line();
        match broken {
            Broken::Unreachable(why) => {
                Failure::cannot_tell(NETWORK, format!("{line}: the host cannot be reached: {why}"))
                    .help("look at the network, the proxy variables and GITHUB_API_URL")
            }
            Broken::Cut(why) => {
                Failure::cannot_tell(NETWORK, format!("{line}: the connection broke: {why}")).help("run it again")
            }
            Broken::TimedOut => Failure::cannot_tell(NETWORK, format!("{line}: no whole answer in time"))
                .help("run it again, with a larger ZARPE_TIMEOUT (seconds) where the network is slow"),
            Broken::TooLarge => Failure::cannot_tell(NETWORK, format!("{line}: the answer is larger than 32 MB"))
                .help("this is not GitHub's API: look at GITHUB_API_URL and at the proxy"),
            Broken::Redirect(why) => Failure::cannot_tell(NETWORK, format!("{line}: {why}"))
                .help("a token is never sent to another host: set GITHUB_API_URL or the remote to the right one"),
        }
    }

    /// The failure where an answer is not the JSON that was expected.
    pub(super) fn unreadable(&self, answer: &Answer, error: &serde_json::Error) -> Failure {
        let line = self.line();
        if is_html(answer) {
            return Failure::cannot_tell(ANSWER, format!("{line}: answered with a web page instead of JSON"))
                .help("a proxy or a login page stands in between, or GITHUB_API_URL is not an API");
        }
        let what = if error.is_eof() { "the JSON is cut off" } else { "the JSON is not as expected" };
        Failure::cannot_tell(ANSWER, format!("{line}: {what}: {error}")).help("run it again")
    }
}

/// What the server said, in its own words, to be put after ours.
fn said(answer: &Answer) -> String {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(&answer.body) else {
        return if is_html(answer) { " (a web page, not JSON)".to_owned() } else { String::new() };
    };
    let details = body.get("errors").and_then(|errors| errors.as_array()).into_iter().flatten();
    let details = details.map(|error| {
        let word = |key: &str| error.get(key).and_then(|value| value.as_str());
        let parts = [word("field"), word("code"), word("message").or(error.as_str())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let message = body.get("message").and_then(|message| message.as_str()).map(ToOwned::to_owned);
    let said: Vec<String> = message.into_iter().chain(details).filter(|text| !text.is_empty()).collect();
    if said.is_empty() {
        String::new()
    } else {
        format!(" ({})", said.join("; ").chars().take(300).collect::<String>())
    }
}

fn is_html(answer: &Answer) -> bool {
    let content_type = answer.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.contains("html")) || answer.body.trim_ascii_start().starts_with(b"<")
}
