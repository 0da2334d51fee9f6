//! The listener: its thread, its connections, and which part of the house a request belongs to.

use std::convert::Infallible;
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::oneshot::Receiver;

use super::auth::Caller;
use super::call::Call;
use super::reply::{Answer, Content, Reply};
use super::state::{Quota, State};
use super::{Moment, Request, Shared, graphql, remote, rest};

/// The body of every answer.
pub(super) type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// Listens until it is told to stop. On a thread of its own: a caller that waits for git on the same event loop would
/// wait for ever.
pub(super) fn spawn(
    shared: Arc<Shared>,
    listener: std::net::TcpListener,
    stop: Receiver<()>,
) -> Result<JoinHandle<()>> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let serve = move || {
        runtime.block_on(async {
            tokio::select! {
                () = accept(shared, listener) => {}
                _ = stop => {}
            }
        });
    };
    let thread = std::thread::Builder::new().name("embedded-github".to_owned());
    thread.spawn(serve).context("cannot start the thread of the embedded GitHub")
}

async fn accept(shared: Arc<Shared>, listener: std::net::TcpListener) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        // Without it git waits for acknowledgements: 100 ms a call in place of 20.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| respond(Arc::clone(&shared), request));
        let connection = hyper::server::conn::http1::Builder::new()
            .auto_date_header(false)
            .serve_connection(hyper_util::rt::TokioIo::new(stream), service);
        // A connection that breaks is its client's business.
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// Answers one request and remembers it. In a task of its own: a client that goes away does not stop a change halfway.
async fn respond(shared: Arc<Shared>, request: http::Request<Incoming>) -> Result<http::Response<Body>, Infallible> {
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let line = format!("{method} {path}");
    shared.tell(Moment::Come, &line);
    let answer = tokio::spawn({
        let shared = Arc::clone(&shared);
        async move {
            if request.uri().path().starts_with("/api/") {
                api(&shared, request).await
            } else {
                remote::respond(&shared, request).await
            }
        }
    });
    let response = answer.await.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "Server Error"));
    shared.tell(Moment::Done, &line);
    shared.requests().push(Request { method, path, status: response.status().as_u16() });
    Ok(response)
}

async fn api(shared: &Shared, request: http::Request<Incoming>) -> http::Response<Body> {
    let (parts, body) = request.into_parts();
    let (body, cut) = match body.collect().await {
        Ok(body) => (body.to_bytes(), false),
        Err(_) => (Bytes::new(), true),
    };
    let mut state = shared.state();
    let caller = Caller::of(&parts.headers, &state);
    let quota = caller.as_ref().ok().and_then(|caller| spend(caller, &mut state, &parts.uri));
    let scopes = caller.as_ref().ok().and_then(Caller::scopes);
    let reply = match (caller, limited(&mut state, quota.as_ref())) {
        (Err(refusal), _) | (Ok(_), Some(refusal)) => Err(refusal),
        (Ok(caller), None) => {
            let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
            dispatch(&mut Call {
                origin: &shared.origin,
                git: &shared.git,
                state: &mut state,
                caller,
                method: parts.method.clone(),
                path: parts.uri.path().to_owned(),
                query: query.into_owned().collect(),
                headers: parts.headers.clone(),
                body,
                cut,
                captures: Vec::new(),
            })
        }
    };
    let reply = reply.unwrap_or_else(|refusal| *refusal);
    let reply = scopes.into_iter().fold(quota.iter().fold(reply, with_quota), |reply, scopes| {
        // GitHub lists them on every answer to a classic token.
        reply.header("x-oauth-scopes", scopes)
    });
    let request_id = format!("ZARP:{:X}", state.id());
    let reply = reply.header("date", http_date(&state)).header("x-github-request-id", request_id);
    finish(reply, &parts.method, &parts.headers)
}

fn dispatch(call: &mut Call<'_>) -> Answer {
    let path = call.path.clone();
    if path == "/api/graphql" {
        return graphql::answer(call);
    }
    let rest = path.strip_prefix("/api/v3/").or_else(|| path.strip_prefix("/api/uploads/"));
    rest.map_or_else(|| Err(Reply::not_found()), |path| rest::answer(call, path))
}

/// Counts the request, and gives the quota as it is then. Asking for the quota itself costs nothing.
fn spend(caller: &Caller, state: &mut State, uri: &http::Uri) -> Option<Quota> {
    let now = state.now;
    let quota = caller.quota(state)?;
    if quota.reset.is_none_or(|reset| reset <= now) {
        (quota.used, quota.reset) = (0, Some(now + jiff::SignedDuration::from_hours(1)));
    }
    let before = quota.clone();
    if uri.path() != "/api/v3/rate_limit" {
        quota.used = quota.used.saturating_add(1);
    }
    // What is over the quota shows in the count: the refusal is of this request, not of the next.
    Some(if before.remaining() == 0 { Quota { used: before.limit + 1, ..before } } else { quota.clone() })
}

/// The refusal, where a limit is reached.
fn limited(state: &mut State, quota: Option<&Quota>) -> Option<Box<Reply>> {
    if let Some(secondary) = state.limits.secondary.as_mut().filter(|secondary| secondary.requests > 0) {
        secondary.requests -= 1;
        let status = StatusCode::from_u16(secondary.status).unwrap_or(StatusCode::FORBIDDEN);
        let mut reply = Reply::refusal(
            status,
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        );
        reply.headers.extend(secondary.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
        return Some(reply);
    }
    let over = quota.is_some_and(|quota| quota.used > quota.limit);
    over.then(|| Reply::refusal(StatusCode::FORBIDDEN, "API rate limit exceeded"))
}

fn with_quota(reply: Reply, quota: &Quota) -> Reply {
    reply
        .header("x-ratelimit-limit", quota.limit.to_string())
        .header("x-ratelimit-remaining", quota.remaining().to_string())
        .header("x-ratelimit-used", quota.used.min(quota.limit).to_string())
        .header("x-ratelimit-reset", quota.reset.map_or(0, |reset| reset.as_second()).to_string())
        .header("x-ratelimit-resource", "core")
}

/// The server's clock as a header (RFC 9110, section 5.6.7).
pub(super) fn http_date(state: &State) -> String {
    state.now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Bytes, their type and their tag; 304 where the client has them already.
fn finish(reply: Reply, method: &Method, headers: &HeaderMap) -> http::Response<Body> {
    let (mut status, mut headers_out) = (reply.status, reply.headers);
    let (kind, mut bytes) = match reply.content {
        Content::Nothing => (None, Bytes::new()),
        Content::Json(value) => (Some("application/json; charset=utf-8".to_owned()), Bytes::from(value.to_string())),
        Content::Bytes(kind, bytes) => (Some(kind), bytes),
    };
    if method == Method::GET && status == StatusCode::OK {
        let digest = Sha256::digest(&bytes);
        let tag = format!("W/\"{}\"", hex(&digest));
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        if known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag)) {
            (status, bytes) = (StatusCode::NOT_MODIFIED, Bytes::new());
        }
        headers_out.push(("etag", tag));
        headers_out.push(("cache-control", "private, max-age=60, s-maxage=60".to_owned()));
    }
    headers_out.extend(kind.map(|kind| ("content-type", kind)));
    headers_out.push(("x-github-media-type", "github.v3; format=json".to_owned()));
    response(status, headers_out, bytes)
}

fn response(status: StatusCode, headers: Vec<(&'static str, String)>, bytes: Bytes) -> http::Response<Body> {
    let mut response = http::Response::new(Full::new(bytes).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// A sentence for people.
pub(super) fn plain(status: StatusCode, text: &str) -> http::Response<Body> {
    let kind = ("content-type", "text/plain; charset=utf-8".to_owned());
    response(status, vec![kind], Bytes::from(format!("{text}\n")))
}

/// Lowercase hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
