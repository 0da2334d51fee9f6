//! The git remote: `git http-backend` as a CGI program behind the listener, so that hooks and atomicity are git's own.

use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming};
use tokio::io::{AsyncBufReadExt as _, AsyncRead as _, AsyncWriteExt as _, BufReader, ReadBuf};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::Shared;
use super::auth::Caller;
use super::git::environment;
use super::server::{Body, plain};
use super::state::{Access, State};

/// Answers a request below `/OWNER/NAME.git`.
pub(super) async fn respond(shared: &Shared, request: http::Request<Incoming>) -> http::Response<Body> {
    let admitted = admit(&shared.state(), &request);
    match admitted {
        Err(refusal) => *refusal,
        Ok(Admitted { login, path }) => {
            let answer = run(shared, request, &login, &path).await;
            answer.unwrap_or_else(|error| plain(StatusCode::BAD_GATEWAY, &format!("git http-backend: {error}")))
        }
    }
}

/// Who may go on, and to what.
struct Admitted {
    login: String,
    /// Path inside the repository.
    path: String,
}

fn admit(state: &State, request: &http::Request<Incoming>) -> Result<Admitted, Box<http::Response<Body>>> {
    let not_found = || Box::new(plain(StatusCode::NOT_FOUND, "Repository not found."));
    let (repository, path) = request.uri().path().split_once(".git/").ok_or_else(not_found)?;
    let (repository, full_name) = (repository.trim_start_matches('/'), state.repository.full_name());
    if state.repository.former_names.iter().any(|name| name.eq_ignore_ascii_case(repository)) {
        return Err(moved(&format!("/{full_name}.git/{path}"), request.uri().query()));
    }
    if !repository.eq_ignore_ascii_case(&full_name) {
        return Err(not_found());
    }
    let push = path == "git-receive-pack" || request.uri().query() == Some("service=git-receive-pack");
    let caller = Caller::of(request.headers(), state)
        .map_err(|_| challenge("Invalid username or token. Password authentication is not supported."))?;
    match &caller {
        Caller::Anonymous if push || state.repository.private => Err(challenge("Authentication is required.")),
        _ if !caller.sees_repository(state) => Err(not_found()),
        _ if push && state.repository.archived => {
            Err(Box::new(plain(StatusCode::FORBIDDEN, "This repository was archived so it is read-only.")))
        }
        _ if !caller.allows(state, "contents", if push { Access::Write } else { Access::Read }) => {
            let message = format!("Permission to {full_name}.git denied to {}.", caller.login());
            Err(Box::new(plain(StatusCode::FORBIDDEN, &message)))
        }
        _ => Ok(Admitted { login: caller.login().to_owned(), path: path.to_owned() }),
    }
}

fn challenge(message: &str) -> Box<http::Response<Body>> {
    let mut response = plain(StatusCode::UNAUTHORIZED, message);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"GitHub\""));
    Box::new(response)
}

fn moved(path: &str, query: Option<&str>) -> Box<http::Response<Body>> {
    let mut response = plain(StatusCode::MOVED_PERMANENTLY, "The repository was renamed.");
    let location = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Box::new(response)
}

async fn run(
    shared: &Shared,
    request: http::Request<Incoming>,
    login: &str,
    path: &str,
) -> std::io::Result<http::Response<Body>> {
    let mut child = Command::new(super::git::path())
        .arg("http-backend")
        .env_clear()
        .envs(environment())
        .envs(variables(&request, login))
        .env("GIT_PROJECT_ROOT", shared.git.path())
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", format!("/{path}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let gone = || std::io::Error::other("it has no pipes");
    let (stdin, stdout) = (child.stdin.take().ok_or_else(gone)?, child.stdout.take().ok_or_else(gone)?);
    tokio::spawn(feed(request.into_body(), stdin));
    let mut stdout = BufReader::new(stdout);
    let (status, headers) = head(&mut stdout).await?;
    let mut response = http::Response::new(Piped { stdout, _child: child }.boxed_unsync());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// The request as variables (RFC 3875), with what git adds to them.
fn variables(request: &http::Request<Incoming>, login: &str) -> Vec<(&'static str, String)> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut variables = vec![
        ("REQUEST_METHOD", request.method().to_string()),
        ("QUERY_STRING", request.uri().query().unwrap_or_default().to_owned()),
        ("REMOTE_ADDR", "127.0.0.1".to_owned()),
        // Empty where the body comes in chunks: git then reads to its end.
        ("CONTENT_LENGTH", header("content-length").unwrap_or_default()),
    ];
    for (variable, name) in [
        ("CONTENT_TYPE", "content-type"),
        ("HTTP_CONTENT_ENCODING", "content-encoding"),
        ("HTTP_GIT_PROTOCOL", "git-protocol"),
        ("GIT_PROTOCOL", "git-protocol"),
    ] {
        variables.extend(header(name).map(|value| (variable, value)));
    }
    if !login.is_empty() {
        variables.push(("REMOTE_USER", login.to_owned()));
    }
    if request.method() == Method::GET {
        variables.retain(|(name, _)| *name != "CONTENT_LENGTH");
    }
    variables
}

/// Writes the body to the program; where the client stops early, so does the program.
async fn feed(mut body: Incoming, mut stdin: ChildStdin) {
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        if stdin.write_all(&data).await.is_err() {
            return;
        }
    }
}

/// The program's header lines.
async fn head(stdout: &mut BufReader<ChildStdout>) -> std::io::Result<(StatusCode, HeaderMap)> {
    let (mut status, mut headers) = (StatusCode::OK, HeaderMap::new());
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).await? == 0 {
            return Err(std::io::Error::other("it ended without an answer"));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok((status, headers)) };
        if name.eq_ignore_ascii_case("status") {
            status = value.split_whitespace().next().and_then(|code| code.parse().ok()).unwrap_or(status);
        } else if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.trim().parse::<HeaderValue>()) {
            headers.append(name, value);
        }
    }
}

/// What the program writes, as a body. The program ends with it.
struct Piped {
    stdout: BufReader<ChildStdout>,
    _child: Child,
}

impl hyper::body::Body for Piped {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let mut space = vec![0; 32 * 1024];
        let mut buffer = ReadBuf::new(&mut space);
        let read = ready!(Pin::new(&mut self.stdout).poll_read(context, &mut buffer));
        Poll::Ready(match read {
            Err(error) => Some(Err(error)),
            Ok(()) if buffer.filled().is_empty() => None,
            Ok(()) => Some(Ok(Frame::data(Bytes::copy_from_slice(buffer.filled())))),
        })
    }
}
