//! GitHub over octocrab as the transport: one client of ours, with our own retries, limits and structs.

pub mod deployments;
pub mod evidence;
pub mod failure;
pub mod issues;
mod known;
pub mod labels;
mod place;
pub mod pulls;
mod retry;
mod teams;
mod transport;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

pub use place::Place;
pub(in crate::io) use place::is_loopback;
pub use upload::Upload;

use crate::context::{Environment, Token};
use crate::report::Failure;
use failure::Asked;
use known::Known;
use retry::Next;
use transport::{Answer, Payload, Transport};

/// How long one attempt may take; GitHub itself gives up after 10 s.
const ATTEMPT: Duration = Duration::from_secs(30);
/// How long one question may take, its waits and repetitions included, unless `ZARPE_TIMEOUT` says otherwise.
const QUESTION: Duration = Duration::from_secs(120);
/// How long a small upload may take.
const UPLOAD: Duration = Duration::from_secs(900);
/// The bytes a second that a large upload may take more time for.
const SLOWEST: u64 = 1 << 20;
/// How many pages of a list are read.
const PAGES: usize = 100;

/// A repository on a GitHub. Paths are those of GitHub's documentation, from the API's root: `/repos/o/r/releases`.
pub struct GitHub {
    place: Place,
    transport: Transport,
    token: Option<Token>,
    /// The variable that the token came from.
    token_name: Option<&'static str>,
    question: Duration,
    requests: AtomicU32,
    known: Known,
}

/// An answer of GraphQL. Fields that an error left out are null in the data: who judges it must look at the errors first.
#[derive(Debug, Deserialize)]
pub struct GraphQl<T> {
    /// What could be answered.
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    pub data: Option<T>,
    /// What could not, and why.
    #[serde(default)]
    pub errors: Vec<GraphQlError>,
}

/// Why a part of a query has no answer.
#[derive(Clone, Debug, Deserialize)]
pub struct GraphQlError {
    /// The kind: `FORBIDDEN`, `NOT_FOUND`, `RATE_LIMITED` and others.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// GitHub's own words.
    pub message: String,
    /// Where in the answer: names of fields and places in lists.
    #[serde(default)]
    pub path: Vec<serde_json::Value>,
}

impl GitHub {
    /// The repository's GitHub, and the token for it. Nothing is sent yet.
    ///
    /// # Errors
    /// Exit code 2 where the place is not known or an environment variable is wrong.
    pub fn connect(environment: &Environment, remote_url: Option<&str>) -> Result<Self> {
        let place = Place::find(environment, remote_url)?;
        let token = environment.token_for(place.host())?;
        let token_name = token.as_ref().and_then(|token| {
            let names = ["ZARPE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"];
            names.into_iter().find(|name| environment.get(name).is_some_and(|value| value.trim_end() == token.reveal()))
        });
        Ok(Self {
            transport: Transport::new(place.clone(), token.clone()),
            question: question(environment)?,
            requests: AtomicU32::new(0),
            known: Known::default(),
            place,
            token,
            token_name,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether a token is sent.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The variable that the token came from.
    #[must_use]
    pub fn token_name(&self) -> Option<&'static str> {
        self.token_name
    }

    /// The same with less time for each question, waits and repetitions included.
    #[must_use]
    pub fn patient(mut self, question: Duration) -> Self {
        self.question = question;
        self
    }

    /// How many requests were sent so far, repetitions included.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// A path below the repository: `/repos/OWNER/NAME/` and the rest.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}/{rest}", self.place.owner, self.place.name)
    }

    /// Reads one thing. Repeated while it may help.
    ///
    /// # Errors
    /// Exit code 3; the rule is one of [`failure`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let answer = self.ask(&Method::GET, path, None).await?;
        self.read(&Method::GET, path, &answer)
    }

    /// Reads one thing for what GitHub tells beside it: the scopes of a classic token (`X-OAuth-Scopes`); other tokens have
    /// none.
    ///
    /// # Errors
    /// Exit code 3; the rule is one of [`failure`].
    pub async fn scopes(&self, path: &str) -> Result<Option<String>> {
        let answer = self.ask(&Method::GET, path, None).await?;
        let scopes = answer.headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok());
        Ok(scopes.filter(|scopes| !scopes.is_empty()).map(ToOwned::to_owned))
    }

    /// Reads every page of a list, in order, by its `Link` headers. `P` is what one page holds.
    ///
    /// # Errors
    /// Exit code 3; a list that is longer than it may be, runs in a circle or leads to another host is no list.
    pub async fn pages<P: DeserializeOwned>(&self, path: &str) -> Result<Vec<P>> {
        let mut pages = Vec::new();
        let mut seen: Vec<Url> = Vec::new();
        let mut address = self.address(path)?;
        loop {
            let answer = self.ask_at(&Method::GET, path, &address, None, self.question).await?;
            pages.push(self.read(&Method::GET, path, &answer)?);
            let Some(next) = next_page(&answer) else { return Ok(pages) };
            seen.push(std::mem::replace(&mut address, next));
            if address.origin() != self.place.api.origin() || seen.contains(&address) || seen.len() >= PAGES {
                let failure = Failure::cannot_tell(
                    failure::ANSWER,
                    format!("{path} on {}: the list of pages does not end, or leads elsewhere", self.place.host()),
                );
                return Err(self.told(failure.help("run it again; if it stays so, narrow the question")));
            }
        }
    }

    /// Asks GraphQL a question that changes nothing. Repeated while it may help.
    ///
    /// # Errors
    /// Exit code 3. Errors inside the answer are given with its data.
    pub async fn graphql<T: DeserializeOwned>(&self, query: &str, variables: &impl Serialize) -> Result<GraphQl<T>> {
        let body = Bytes::from(serde_json::to_vec(&serde_json::json!({ "query": query, "variables": variables }))?);
        let (method, path) = (Method::POST, "graphql");
        let payload = || Payload::Json(body.clone());
        let answer = self.repeat(&method, path, &self.place.graphql, payload, true, self.question).await?;
        let read: GraphQl<T> = self.read(&method, path, &answer)?;
        if read.errors.iter().any(|error| error.kind == "RATE_LIMITED") {
            return Err(self.told(self.asked(&method, path).limit(&answer)));
        }
        Ok(read)
    }

    /// Whose token it is: a login; `github-actions[bot]` for a workflow's own.
    ///
    /// # Errors
    /// Exit code 3 where GitHub does not say.
    pub async fn viewer(&self) -> Result<String> {
        #[derive(Deserialize)]
        struct Data {
            viewer: Viewer,
        }
        #[derive(Deserialize)]
        struct Viewer {
            login: String,
        }
        let told = self.graphql::<Data>(include_str!("../queries/viewer.graphql"), &serde_json::json!({})).await?;
        told.data.map(|data| data.viewer.login).ok_or_else(|| {
            let why = told.errors.first().map_or("no reason given", |error| error.message.as_str());
            Failure::cannot_tell("github/viewer", format!("GitHub does not say whose token it is: {why}")).into()
        })
    }

    /// Changes one thing and reads what became of it. Repeated only where the first request was certainly not carried out.
    ///
    /// # Errors
    /// Exit code 3; the rule is one of [`failure`]. After [`failure::NETWORK`] or a 5xx it may have been carried out: look.
    pub async fn send<T: DeserializeOwned>(&self, method: Method, path: &str, body: &impl Serialize) -> Result<T> {
        let body = Bytes::from(serde_json::to_vec(body)?);
        let answer = self.ask(&method, path, Some(body)).await?;
        self.read(&method, path, &answer)
    }

    /// Takes one thing away. Repeated while it may help; what a repetition no longer finds is gone.
    ///
    /// # Errors
    /// Exit code 3; the rule is one of [`failure`].
    pub async fn delete(&self, path: &str) -> Result<()> {
        let before = self.requests();
        match self.ask(&Method::DELETE, path, None).await {
            Err(error)
                if self.requests() > before + 1 && Failure::from_error(&error).finding.rule == failure::NOT_FOUND =>
            {
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Attaches a file to a release. Never repeated, and its answer is not read: look what became of it.
    ///
    /// # Errors
    /// Exit code 1 where the file is no longer what it was, 3 otherwise; the rule is one of [`failure`].
    pub async fn upload(&self, release: u64, upload: &Upload<'_>) -> Result<()> {
        let path = self.path(&format!("releases/{release}/assets?name={}", segment(upload.name)));
        let address = below(&self.place.uploads, &path)?;
        let limit = UPLOAD.max(self.question) + Duration::from_secs(upload.fingerprint.size / SLOWEST);
        let changed = Arc::new(AtomicBool::new(false));
        let payload = Payload::File(upload.body(Arc::clone(&changed))?, upload.content_type.to_owned());
        self.requests.fetch_add(1, Ordering::Relaxed);
        let outcome = self.transport.exchange(&Method::POST, &address, payload, limit).await?;
        if changed.load(Ordering::Relaxed) {
            return Err(Failure::refused(
                "release/asset-changed",
                format!("{} changed while it was sent", upload.name),
            )
            .help("run this again when nothing writes to it any more: the half that arrived is replaced")
            .into());
        }
        let asked = self.asked(&Method::POST, &path);
        let answer = outcome.map_err(|broken| self.told(asked.broken(&broken)))?;
        if answer.status.is_success() { Ok(()) } else { Err(self.told(asked.status(&answer))) }
    }

    async fn ask(&self, method: &Method, path: &str, body: Option<Bytes>) -> Result<Answer> {
        self.ask_at(method, path, &self.address(path)?, body, self.question).await
    }

    async fn ask_at(
        &self,
        method: &Method,
        path: &str,
        address: &Url,
        body: Option<Bytes>,
        limit: Duration,
    ) -> Result<Answer> {
        let safe = !matches!(*method, Method::POST | Method::PATCH);
        let tag = (*method == Method::GET).then(|| self.known.tag(address)).flatten();
        let nothing = || tag.clone().map_or(Payload::Empty, Payload::Known);
        let payload = || body.clone().map_or_else(nothing, Payload::Json);
        let answer = self.repeat(method, path, address, payload, safe, limit).await?;
        Ok(if *method == Method::GET { self.known.same_or_new(address, answer) } else { answer })
    }

    /// Keeps what is read from now on: what is asked again and is still the same costs nothing of the rate limit.
    pub fn keep_answers(&self) {
        self.known.keep();
    }

    /// Begins a round of questions: all of them together may take as long as one, and the server's clock is read anew.
    pub fn begin_round(&self) {
        self.known.begin(Some(Instant::now() + self.question));
    }

    /// Ends a round: from now on each question has its own time again.
    pub fn end_round(&self) {
        self.known.begin(None);
    }

    /// The server's clock at the first answer of the round; `None` where no answer told it.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.known.time()
    }

    /// Asks until the policy keeps the answer or the deadline comes before the next attempt would.
    async fn repeat(
        &self,
        method: &Method,
        path: &str,
        address: &Url,
        payload: impl Fn() -> Payload,
        safe: bool,
        limit: Duration,
    ) -> Result<Answer> {
        let own = Instant::now() + limit;
        let deadline = self.known.deadline().map_or(own, |round| own.min(round));
        let left = || deadline.saturating_duration_since(Instant::now());
        for attempt in 1.. {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let outcome = self.transport.exchange(method, address, payload(), left().min(ATTEMPT)).await?;
            self.known.clock(outcome.as_ref().ok());
            match retry::next(attempt, safe, &outcome) {
                Next::Again(wait) if wait < left() => tokio::time::sleep(wait).await,
                _ => return self.judge(method, path, outcome),
            }
        }
        Err(self.told(Failure::cannot_tell(failure::NETWORK, format!("{path}: asked too often"))))
    }

    fn judge(&self, method: &Method, path: &str, outcome: Result<Answer, transport::Broken>) -> Result<Answer> {
        let asked = self.asked(method, path);
        match outcome {
            // 304 is only given to who knows the answer.
            Ok(answer) if answer.status.is_success() || answer.status == StatusCode::NOT_MODIFIED => Ok(answer),
            Ok(answer) => Err(self.told(asked.status(&answer))),
            Err(broken) => Err(self.told(asked.broken(&broken))),
        }
    }

    fn read<T: DeserializeOwned>(&self, method: &Method, path: &str, answer: &Answer) -> Result<T> {
        // 204 has no body; who expects nothing reads `()`.
        let body: &[u8] = if answer.status == StatusCode::NO_CONTENT { b"null" } else { &answer.body };
        serde_json::from_slice(body).map_err(|error| self.told(self.asked(method, path).unreadable(answer, &error)))
    }

    fn asked<'a>(&'a self, method: &'a Method, path: &'a str) -> Asked<'a> {
        Asked { method, path, host: self.place.host(), token: self.token_name }
    }

    /// The failure as it may be shown: a server, or a proxy in between, could have sent the token back.
    fn told(&self, mut failure: Failure) -> anyhow::Error {
        if let Some(token) = &self.token {
            let hide = |text: &mut String| *text = text.replace(token.reveal(), "***");
            hide(&mut failure.finding.message);
            failure.finding.help.iter_mut().for_each(hide);
        }
        failure.into()
    }

    fn address(&self, path: &str) -> Result<Url> {
        below(&self.place.api, path)
    }
}

/// A text as one segment of a path, or as a value in a query.
#[must_use]
pub fn segment(text: &str) -> String {
    const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn below(root: &Url, path: &str) -> Result<Url> {
    Ok(Url::parse(&format!("{}{path}", root.as_str().trim_end_matches('/')))?)
}

/// The address of the next page, RFC 8288.
fn next_page(answer: &Answer) -> Option<Url> {
    let links = answer.headers.get(http::header::LINK)?.to_str().ok()?;
    let next = links.split(',').find(|link| {
        let mut parameters = link.split(';').skip(1).map(str::trim);
        parameters.any(|parameter| matches!(parameter, "rel=\"next\"" | "rel=next"))
    })?;
    let target = next.split(';').next()?.trim().strip_prefix('<')?.strip_suffix('>')?;
    answer.address.join(target).ok()
}

/// How long one question may take.
///
/// # Errors
/// Exit code 2 where `ZARPE_TIMEOUT` is no number of seconds.
pub(in crate::io) fn question(environment: &Environment) -> Result<Duration> {
    let Some(text) = environment.get("ZARPE_TIMEOUT") else { return Ok(QUESTION) };
    match text.parse::<u32>() {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds.into())),
        _ => {
            Err(Failure::usage("usage/timeout", format!("ZARPE_TIMEOUT is `{text}`, which is not a number of seconds"))
                .help("set it to a whole number of seconds, 1 or more")
                .into())
        }
    }
}
