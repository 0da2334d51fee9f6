//! One request to any endpoint, bounded in time and size. Redirects are followed only where that is wanted.

use std::time::Duration;

use anyhow::Result;
use reqwest::redirect::Policy;
use url::Url;

use super::clock::Stopwatch;
use super::coding::{Coded, plain};
use super::cookies::Cookies;
use super::github::is_loopback;
use super::innermost::innermost;
use super::{redirects, trust};
use crate::report::Failure;
use crate::steps::endpoint::{Answer, Silence};

/// How large an answer may be.
const LARGEST: usize = 8 << 20;

/// A request.
#[derive(Clone, Debug)]
pub struct Question {
    /// The method.
    pub method: String,
    /// The address.
    pub url: Url,
    /// Headers beside those of the body.
    pub headers: Vec<(String, String)>,
    /// The type of the body, where no header says another, and its bytes.
    pub body: Option<(String, Vec<u8>)>,
    /// How many redirects are followed.
    pub redirects: usize,
    /// The only authorities that are believed, and servers' own certificates, PEM; the authorities of the system otherwise.
    pub authorities: Option<Vec<u8>>,
    /// How long it may take until the answer is whole.
    pub time: Duration,
}

/// Sends it once.
///
/// # Errors
/// Exit code 2 where it is no request. No answer is no error: see [`Silence`].
pub async fn ask(question: &Question) -> Result<Result<Answer, (Silence, String)>> {
    let usage =
        |why: String| Failure::usage("usage/request", why).help("see the method, the headers and the certificates");
    let client = client(question).map_err(usage)?;
    let method = question.method.parse::<reqwest::Method>();
    let method = method.map_err(|_| usage(format!("`{}` is no method", question.method)))?;
    let mut request = client.request(method, question.url.clone());
    if let Some((kind, bytes)) = &question.body {
        request = request.body(bytes.clone());
        // Two of them would be read as any server likes (RFC 9110, section 5.3).
        if !question.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header("content-type", kind);
        }
    }
    for (name, value) in &question.headers {
        let name: reqwest::header::HeaderName =
            name.parse().map_err(|_| usage(format!("`{name}` is no name of a header")))?;
        // Its value is not shown: it may be a secret.
        let value: reqwest::header::HeaderValue = value
            .parse()
            .map_err(|_| usage(format!("the value of the header {name} has a character that none has")))?;
        request = request.header(name, value);
    }
    let request = request.build().map_err(|error| usage(innermost(&error)))?;
    let watch = Stopwatch::start();
    match tokio::time::timeout(question.time, whole(&client, request, question.redirects)).await {
        Ok(Ok(answer)) => Ok(Ok(Answer { took: watch.elapsed(), ..answer })),
        Ok(Err(silence)) => Ok(Err(silence)),
        Err(_) => {
            let time = question.time;
            let shown =
                if time.as_secs() > 0 { crate::duration::shown(time) } else { format!("{} ms", time.as_millis()) };
            let why = format!("no whole answer within {shown}");
            Ok(Err((Silence::TimedOut, why)))
        }
    }
}

async fn whole(client: &reqwest::Client, request: reqwest::Request, most: usize) -> Result<Answer, (Silence, String)> {
    let broken = |error: reqwest::Error| (silence(&error), innermost(&error));
    let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (mut request, mut followed) = (request, 0);
    let (cookies, mut way) = (Cookies::default(), Vec::new());
    let mut response = loop {
        // Its body is in memory, so that it can always be sent again.
        let again = request.try_clone().filter(|_| most > 0);
        cookies.add_to(&mut request);
        // The first host has seen it, whatever becomes of the next one.
        let lost = |error: reqwest::Error| match followed {
            0 => broken(error),
            _ => (Silence::Redirect, format!("where it redirects to there is no answer: {}", innermost(&error))),
        };
        let response = client.execute(request).await.map_err(lost)?;
        let location = response.headers().get("location").and_then(|place| place.to_str().ok());
        let next = again.map(|again| redirects::next(again, response.status().as_u16(), location)).transpose();
        let Some(next) = next.map_err(|why| (Silence::Redirect, why))?.flatten() else { break response };
        if followed == most {
            return Err((Silence::Redirect, format!("more than {most} redirects")));
        }
        cookies.keep(response.headers(), response.url());
        way.extend(response.headers().iter().map(header));
        (request, followed) = (next, followed + 1);
    };
    let too_large = || (Silence::TooLarge, format!("the answer is larger than {} MB", LARGEST >> 20));
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let answer = Answer { status, headers: headers.iter().map(header).collect(), way, ..Answer::default() };
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    match plain(&headers, body, LARGEST) {
        Ok(body) => Ok(Answer { body, ..answer }),
        Err(Coded::Compressed(how)) => Ok(Answer { compressed: Some(how), ..answer }),
        Err(Coded::TooLarge) => Err(too_large()),
    }
}

fn client(question: &Question) -> Result<reqwest::Client, String> {
    // An error means that a provider is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = reqwest::Client::builder()
        .user_agent(concat!("zarpe/", env!("CARGO_PKG_VERSION")))
        // They are followed here, so that no secret goes to another host.
        .redirect(Policy::none())
        .retry(reqwest::retry::never());
    if is_loopback(&question.url) {
        client = client.no_proxy();
    }
    client = match &question.authorities {
        Some(pem) => client.tls_backend_preconfigured(trust::given(pem)?),
        None if is_loopback(&question.url) => client.tls_certs_only([]),
        None => client,
    };
    client.build().map_err(|error| innermost(&error))
}

fn silence(error: &reqwest::Error) -> Silence {
    if error.is_connect() {
        let why = innermost(error).to_lowercase();
        let is_tls = ["certificate", "tls", "handshake", "peer", "alert"].iter().any(|word| why.contains(word));
        if is_tls { Silence::Tls } else { Silence::Unreachable }
    } else if error.is_timeout() {
        Silence::TimedOut
    } else {
        Silence::Cut
    }
}
