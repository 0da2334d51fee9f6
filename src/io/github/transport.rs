//! One request and its answer over octocrab: bounded in time and size, redirects followed on the same origin only.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use octocrab::service::middleware::auth_header::AuthHeaderLayer;
use octocrab::service::middleware::reqwest_connector::ReqwestConnector;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use url::Url;

use super::place::{Place, is_loopback};
use crate::context::Token;
use crate::report::Failure;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How many redirects are followed.
const REDIRECTS: usize = 5;
/// How large an answer may be: a hundred check runs are about 1 MB.
const LARGEST: usize = 32 << 20;

/// An answer of the server, whole.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Where it came from in the end.
    pub(super) address: Url,
}

impl Answer {
    /// What GitHub says about an error, in its own words.
    pub(super) fn message(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Some(body.get("message")?.as_str()?.to_owned())
    }
}

/// Why there is no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// No connection was made.
    Unreachable(String),
    /// The connection broke before the answer was whole.
    Cut(String),
    /// It took longer than it may.
    TimedOut,
    /// The answer is larger than [`LARGEST`].
    TooLarge,
    /// The answer points to another origin, in a circle, or nowhere.
    Redirect(String),
}

impl Broken {
    /// Whether the server cannot have seen the request.
    pub(super) fn never_sent(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// Whether it may go well another time.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Cut(_) | Self::TimedOut)
    }
}

/// What is sent.
pub(super) enum Payload {
    /// Nothing.
    Empty,
    /// Nothing, and the tag of the answer that is known already: 304 where it is still the same (RFC 9110, section 13.1.2).
    Known(HeaderValue),
    /// JSON, as it is sent.
    Json(Bytes),
    /// A file of this type, which can be sent once.
    File(OctoBody, String),
}

/// The client, made when first needed: it costs 15 ms.
pub(super) struct Transport {
    place: Place,
    token: Option<Token>,
    client: OnceLock<Octocrab>,
}

impl Transport {
    pub(super) fn new(place: Place, token: Option<Token>) -> Self {
        Self { place, token, client: OnceLock::new() }
    }

    /// Sends one request, and follows its redirects on the same origin.
    pub(super) async fn exchange(
        &self,
        method: &Method,
        address: &Url,
        payload: Payload,
        limit: Duration,
    ) -> Result<Result<Answer, Broken>> {
        let client = self.client()?;
        let work = follow(client, method, address, payload);
        Ok(tokio::time::timeout(limit, work).await.unwrap_or(Err(Broken::TimedOut)))
    }

    fn client(&self) -> Result<&Octocrab> {
        if self.client.get().is_none() {
            let client = build(&self.place, self.token.as_ref())?;
            return Ok(self.client.get_or_init(|| client));
        }
        self.client.get().ok_or_else(|| Failure::cannot_tell("github/client", "the HTTP client is gone").into())
    }
}

/// Our own reqwest client: no redirects, no retries, no cookies; the proxy variables are read, but not for this machine.
fn build(place: &Place, token: Option<&Token>) -> Result<Octocrab> {
    // An error means that a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("zarpe/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never());
    if is_loopback(&place.api) {
        http = http.no_proxy().tls_certs_only([]);
    }
    let http = http.build().map_err(|error| {
        Failure::cannot_tell("github/client", format!("cannot make an HTTP client: {}", chain(&error)))
            .help("install the CA certificates of this system (package ca-certificates), or set SSL_CERT_FILE")
    })?;
    let origin = |address: &Url| address.origin().ascii_serialization().parse::<http::Uri>();
    let token = token.map(bearer).transpose()?;
    // Layer by layer, because the ready-made client adds a user agent of its own. This one adds the token, to these two only.
    let authorize = AuthHeaderLayer::new(token, origin(&place.api)?, origin(&place.uploads)?);
    let github = OctocrabBuilder::new_empty().with_service(ReqwestConnector::new(http)).with_layer(&authorize);
    Ok(github.with_auth(AuthState::None).build()?)
}

fn bearer(token: &Token) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))?;
    value.set_sensitive(true);
    Ok(value)
}

async fn follow(client: &Octocrab, method: &Method, address: &Url, payload: Payload) -> Result<Answer, Broken> {
    let mut address = address.clone();
    let mut payload = payload;
    for _ in 0..=REDIRECTS {
        let again = match &payload {
            Payload::Empty => Some(Payload::Empty),
            Payload::Known(tag) => Some(Payload::Known(tag.clone())),
            Payload::Json(bytes) => Some(Payload::Json(bytes.clone())),
            Payload::File(..) => None,
        };
        let answer = once(client, method, &address, payload).await?;
        match (redirect(method, &answer)?, again) {
            (None, _) => return Ok(answer),
            (Some(target), Some(same)) => (address, payload) = (target, same),
            (Some(target), None) => return Err(Broken::Redirect(format!("an upload was sent on to {target}"))),
        }
    }
    Err(Broken::Redirect(format!("more than {REDIRECTS} redirects, the last to {address}")))
}

/// Where an answer points to, if it does. Another origin would be given the token: it is never followed. A change is only
/// sent on where the status keeps its method (307, 308).
fn redirect(method: &Method, answer: &Answer) -> Result<Option<Url>, Broken> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match answer.status.as_u16() {
        307 | 308 => {}
        301..=303 if reads => {}
        _ => return Ok(None),
    }
    let location = answer.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
    let Some(target) = location.and_then(|location| answer.address.join(location).ok()) else {
        return Err(Broken::Redirect("a redirect without an address".to_owned()));
    };
    if target.origin() != answer.address.origin() {
        return Err(Broken::Redirect(format!("a redirect to another host: {}", target.origin().ascii_serialization())));
    }
    Ok(Some(target))
}

async fn once(client: &Octocrab, method: &Method, address: &Url, payload: Payload) -> Result<Answer, Broken> {
    let request = request(method, address, payload).map_err(|error| Broken::Unreachable(error.to_string()))?;
    let response = client.execute(request).await.map_err(|error| broken(&error))?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, LARGEST)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { Broken::TooLarge } else { Broken::Cut(chain(&*error)) })?;
    Ok(Answer { status: parts.status, headers: parts.headers, body: body.to_bytes(), address: address.clone() })
}

fn request(method: &Method, address: &Url, payload: Payload) -> http::Result<Request<OctoBody>> {
    let request = Request::builder()
        .method(method)
        .uri(address.as_str())
        .header(header::ACCEPT, "application/vnd.github+json")
        .header("x-github-api-version", "2022-11-28");
    match payload {
        Payload::Empty => request.body(OctoBody::empty()),
        Payload::Known(tag) => request.header(header::IF_NONE_MATCH, tag).body(OctoBody::empty()),
        Payload::Json(bytes) => request.header(header::CONTENT_TYPE, "application/json").body(bytes.into()),
        Payload::File(body, content_type) => request.header(header::CONTENT_TYPE, content_type).body(body),
    }
}

fn broken(error: &octocrab::Error) -> Broken {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<reqwest::Error>() {
            return match error {
                error if error.is_timeout() => Broken::TimedOut,
                error if error.is_connect() || error.is_builder() => Broken::Unreachable(chain(error)),
                error => Broken::Cut(chain(error)),
            };
        }
        cause = error.source();
    }
    Broken::Cut(chain(error))
}

/// An error's innermost words: the outer ones repeat the address, or hold a backtrace.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};
    use test_case::test_case;

    use super::*;

    /// Scoreboard 36 to 38: where an answer may lead to.
    #[test_case(302, "https://h/b" => "https://h/b"; "on the same origin")]
    #[test_case(302, "/b" => "https://h/b"; "by its path")]
    #[test_case(302, "http://h/b" => "a redirect to another host: http://h"; "37 from https to http")]
    #[test_case(302, "https://h:444/b" => "a redirect to another host: https://h:444"; "to another port")]
    #[test_case(302, "https://x/b" => "a redirect to another host: https://x"; "36 to another host")]
    #[test_case(200, "https://x/b" => "nowhere"; "no redirect")]
    fn a_redirect_leads(status: u16, location: &str) -> String {
        let headers = HeaderMap::from_iter([(header::LOCATION, location.parse().unwrap())]);
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, headers, body: Bytes::new(), address: "https://h/a".parse().unwrap() };
        match redirect(&Method::GET, &answer) {
            Ok(target) => target.map_or("nowhere".to_owned(), |target| target.to_string()),
            Err(Broken::Redirect(why)) => why,
            Err(_) => "another fault".to_owned(),
        }
    }
}
