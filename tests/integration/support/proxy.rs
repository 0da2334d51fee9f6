//! A network that misbehaves, between the program and the embedded GitHub: what it does to which request is told beforehand.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::gate;

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answered with this status and body, and never forwarded.
    Status(u16, &'static str),
    /// As `Status`, with further header lines (`name: value`).
    StatusWith(u16, &'static str, &'static [&'static str]),
    /// A page for people where JSON was expected, with 200.
    Html,
    /// The connection is reset; the server never saw the request.
    ResetBefore,
    /// The connection is reset when the server has done it.
    ResetAfter,
    /// The answer ends in the middle of its body.
    Truncate,
    /// The answer comes byte by byte, with this pause.
    Drip(Duration),
    /// An answer of a gigabyte.
    Huge,
    /// Nothing ever comes.
    Blackhole,
    /// Sent elsewhere.
    Redirect(String),
    /// Answered rightly, and late.
    Late(Duration),
}

/// A fault for the `nth` request (from 1) whose first line contains `line`; `0` means each of them.
struct Rule {
    line: String,
    nth: usize,
    seen: usize,
    fault: Fault,
}

#[derive(Default)]
struct Shared {
    rules: Vec<Rule>,
    /// First lines, in order.
    seen: Vec<String>,
    /// Its own address, where it is a token service as well.
    gate: Option<String>,
}

/// A proxy on a loopback port, until it is dropped.
pub struct Proxy {
    origin: String,
    shared: Arc<Mutex<Shared>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Proxy {
    /// Before an origin (`http://127.0.0.1:PORT`).
    pub fn before(origin: &str) -> Self {
        let upstream = origin.trim_start_matches("http://").to_owned();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared::default()));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, upstream, serving) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { origin, shared, stop: Some(stop) }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The `nth` request (from 1; 0 is each) whose first line contains `line` meets this.
    pub fn on(self, line: &str, nth: usize, fault: Fault) -> Self {
        let rule = Rule { line: line.to_owned(), nth, seen: 0, fault };
        self.shared.lock().unwrap().rules.push(rule);
        self
    }

    /// From now on a password is taken by a token service only; what is behind it gets no other request.
    pub fn with_token_service(self) -> Self {
        self.shared.lock().unwrap().gate = Some(self.origin.clone());
        self
    }

    /// First lines of what came, in order.
    pub fn seen(&self) -> Vec<String> {
        self.shared.lock().unwrap().seen.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The thread may have ended already.
        let _ = self.stop.take().map(|stop| stop.send(()));
    }
}

async fn accept(listener: std::net::TcpListener, upstream: String, shared: Arc<Mutex<Shared>>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        let (upstream, shared) = (upstream.clone(), Arc::clone(&shared));
        // A connection that breaks is what this is for.
        tokio::spawn(async move { drop(serve(client, &upstream, &shared).await) });
    }
}

/// One request a connection: `connection: close` in both directions keeps the framing simple.
async fn serve(mut client: TcpStream, upstream: &str, shared: &Mutex<Shared>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let mut head = String::from_utf8_lossy(&head).into_owned();
    let gate = shared.lock().unwrap().gate.clone();
    let fault = fault_for(head.lines().next().unwrap_or_default(), shared);
    match fault {
        Some(Fault::Status(status, body)) => return say(&mut client, status, body, &[]).await,
        Some(Fault::StatusWith(status, body, headers)) => return say(&mut client, status, body, headers).await,
        Some(Fault::Html) => {
            return say(
                &mut client,
                200,
                "<html><body>Welcome to the hotel</body></html>",
                &["content-type: text/html"],
            )
            .await;
        }
        Some(Fault::Redirect(to)) => return say(&mut client, 302, "", &[&format!("location: {to}")]).await,
        Some(Fault::ResetBefore) => return reset(client),
        Some(Fault::Huge) => return gigabyte(client).await,
        Some(Fault::Blackhole) => std::future::pending().await,
        Some(Fault::Late(pause)) => tokio::time::sleep(pause).await,
        Some(Fault::ResetAfter | Fault::Truncate | Fault::Drip(_)) | None => {}
    }
    match gate.map(|origin| gate::admit(&head, &origin)) {
        Some(Ok(admitted)) => head = admitted,
        Some(Err((status, body, headers))) => {
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            return say(&mut client, status, &body, &headers).await;
        }
        None => {}
    }
    let mut server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    server.write_all(with_close(&head).as_bytes()).await?;
    let (mut client_in, mut client_out) = client.into_split();
    let (mut server_in, mut server_out) = server.into_split();
    let body = tokio::spawn(async move {
        // The client's half ends when it hangs up; an answer may be complete long before.
        drop(tokio::io::copy(&mut client_in, &mut server_out).await);
        client_in
    });
    match fault {
        None | Some(Fault::Late(_)) => {
            tokio::io::copy(&mut server_in, &mut client_out).await?;
        }
        Some(fault) => {
            let mut answer = Vec::new();
            server_in.read_to_end(&mut answer).await?;
            match fault {
                Fault::ResetAfter => client_out.as_ref().set_zero_linger()?,
                Fault::Truncate => {
                    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |end| end + 4);
                    client_out.write_all(&answer[..body + (answer.len() - body) / 2]).await?;
                }
                Fault::Drip(pause) => {
                    for byte in answer {
                        client_out.write_all(&[byte]).await?;
                        tokio::time::sleep(pause).await;
                    }
                }
                other => unreachable!("{other:?} is answered above"),
            }
        }
    }
    body.abort();
    Ok(())
}

fn fault_for(line: &str, shared: &Mutex<Shared>) -> Option<Fault> {
    let mut shared = shared.lock().unwrap();
    shared.seen.push(line.to_owned());
    let mut found = None;
    for rule in shared.rules.iter_mut().filter(|rule| line.contains(&rule.line)) {
        rule.seen += 1;
        if found.is_none() && (rule.nth == 0 || rule.nth == rule.seen) {
            found = Some(rule.fault.clone());
        }
    }
    found
}

async fn say(client: &mut TcpStream, status: u16, body: &str, headers: &[&str]) -> std::io::Result<()> {
    let mut answer = format!("HTTP/1.1 {status} Fault\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        answer.push_str(&format!("{header}\r\n"));
    }
    if !headers.iter().any(|header| header.starts_with("content-type")) {
        answer.push_str("content-type: application/json\r\n");
    }
    client.write_all(format!("{answer}\r\n{body}").as_bytes()).await?;
    client.shutdown().await?;
    // A close with unread bytes would be a reset, and could overtake the answer.
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await?;
    Ok(())
}

async fn gigabyte(mut client: TcpStream) -> std::io::Result<()> {
    const SIZE: usize = 1 << 30;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {SIZE}\r\n\r\n");
    client.write_all(head.as_bytes()).await?;
    let block = vec![b' '; 1 << 16];
    for _ in 0..SIZE / block.len() {
        client.write_all(&block).await?;
    }
    Ok(())
}

fn reset(client: TcpStream) -> std::io::Result<()> {
    client.set_zero_linger()
}

fn with_close(head: &str) -> String {
    let lines = head.trim_end().lines();
    let kept = lines.filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    kept.chain(["connection: close", "", ""]).collect::<Vec<_>>().join("\r\n")
}
