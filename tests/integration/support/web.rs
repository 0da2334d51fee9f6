//! A web server that answers as the test says and keeps what it was asked.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request that came.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub method: String,
    pub target: String,
    /// The names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn json(status: u16, body: &str) -> Self {
        Self::new(status, body).header("content-type", "application/json")
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

type Answering = dyn Fn(&Asked) -> Option<Reply> + Send + Sync;

/// A server on a port of this machine; it ends with the test's process.
pub struct Web {
    port: u16,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Web {
    /// Answers each request so.
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::serve(None, Arc::new(move |asked| Some(answer(asked))))
    }

    /// Where there is no answer, the connection is closed without one.
    pub fn start_or_close(answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::serve(None, Arc::new(answer))
    }

    /// Answers over TLS.
    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Some(config), Arc::new(move |asked| Some(answer(asked))))
    }

    fn serve(tls: Option<Arc<rustls::ServerConfig>>, answer: Arc<Answering>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        let scheme = if tls.is_some() { "https" } else { "http" };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, kept, tls) = (Arc::clone(&answer), Arc::clone(&kept), tls.clone());
                std::thread::spawn(move || match tls {
                    None => one(stream, &*answer, &kept),
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config).unwrap();
                        one(rustls::StreamOwned::new(connection, stream), &*answer, &kept)
                    }
                });
            }
        });
        Self { port, scheme, asked }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request of a connection, which is closed then. What breaks off is the client's affair.
fn one(stream: impl Read + Write, answer: &Answering, kept: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let mut asked = Asked { method: words.next()?.to_owned(), target: words.next()?.to_owned(), ..Asked::default() };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    if asked.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok()?;
            let mut chunk = vec![0; usize::from_str_radix(line.trim(), 16).ok()?];
            stream.read_exact(&mut chunk).ok()?;
            stream.read_line(&mut String::new()).ok()?;
            if chunk.is_empty() {
                break;
            }
            asked.body.extend(chunk);
        }
    } else {
        asked.body = vec![0; asked.header("content-length").parse().unwrap_or(0)];
        stream.read_exact(&mut asked.body).ok()?;
    }
    let reply = answer(&asked);
    kept.lock().unwrap().push(asked);
    let Reply { status, headers, body } = reply?;
    let mut head = format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let stream = stream.get_mut();
    stream.write_all(format!("{head}\r\n").as_bytes()).ok()?;
    stream.write_all(&body).ok()?;
    stream.flush().ok()
}

/// The authority of [`tls`]'s certificate, PEM.
pub const CA: &str = include_str!("tls/ca.pem");

/// The certificate of [`tls`], PEM.
pub const LEAF: &str = include_str!("tls/leaf.pem");

/// The certificate of [`tls_of_its_own`], PEM: signed by itself and an authority by its own word, as `openssl req -x509` makes them.
pub const OWN: &str = include_str!("tls/own.pem");

/// Another one of the same name and another key, PEM.
pub const OTHER: &str = include_str!("tls/other.pem");

/// A certificate for 127.0.0.1 by an authority that only these tests know.
pub fn tls() -> Arc<rustls::ServerConfig> {
    serving(LEAF.as_bytes(), include_bytes!("tls/key.pem"))
}

/// The certificate [`OWN`], for 127.0.0.1.
pub fn tls_of_its_own() -> Arc<rustls::ServerConfig> {
    serving(OWN.as_bytes(), include_bytes!("tls/own-key.pem"))
}

fn serving(certificate: &[u8], key: &[u8]) -> Arc<rustls::ServerConfig> {
    use rustls::pki_types::pem::PemObject as _;
    let chain = vec![rustls::pki_types::CertificateDer::from_pem_slice(certificate).unwrap()];
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}
