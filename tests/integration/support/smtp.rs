//! A mail server that keeps what it is given: EHLO, STARTTLS, AUTH PLAIN and LOGIN, and refusals as the test wants them.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail that was taken.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    pub from: String,
    pub to: String,
    pub text: String,
    pub is_encrypted: bool,
    pub user: Option<String>,
}

/// How it behaves.
#[derive(Clone, Default)]
pub struct Manner {
    /// Offers STARTTLS with this.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Wants this user and password.
    pub user: Option<(&'static str, &'static str)>,
    /// What is answered to RCPT, each time one; then 250.
    pub answers: Vec<&'static str>,
}

pub struct Smtp {
    pub port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
}

struct Session {
    manner: Manner,
    letters: Arc<Mutex<Vec<Letter>>>,
    answers: Arc<Mutex<Vec<&'static str>>>,
    letter: Letter,
}

impl Smtp {
    pub fn start(manner: Manner) -> Self {
        Self::at("127.0.0.1:0", manner).unwrap()
    }

    pub fn at(address: &str, manner: Manner) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&letters);
        let answers = Arc::new(Mutex::new(manner.answers.clone()));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, letters, answers) = (manner.clone(), Arc::clone(&kept), Arc::clone(&answers));
                let mut session = Session { manner, letters, answers, letter: Letter::default() };
                std::thread::spawn(move || {
                    let mut stream = stream;
                    stream.write_all(b"220 stand-in ESMTP\r\n").ok()?;
                    if session.talk(&mut stream)? {
                        let config = session.manner.tls.take()?;
                        session.letter.is_encrypted = true;
                        let connection = rustls::ServerConnection::new(config).ok()?;
                        session.talk(&mut rustls::StreamOwned::new(connection, stream))?;
                    }
                    Some(())
                });
            }
        });
        Ok(Self { port, letters })
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }
}

impl Session {
    /// Whether TLS is to begin now.
    fn talk(&mut self, stream: &mut (impl Read + Write)) -> Option<bool> {
        let mut stream = BufReader::new(stream);
        loop {
            let line = line(&mut stream)?;
            let upper = line.to_uppercase();
            let answer = if upper.starts_with("EHLO") {
                let tls = if self.manner.tls.is_some() { "250-STARTTLS\r\n" } else { "" };
                format!("250-stand-in\r\n{tls}250-8BITMIME\r\n250 AUTH PLAIN LOGIN")
            } else if upper.starts_with("STARTTLS") {
                stream.get_mut().write_all(b"220 go on\r\n").ok()?;
                return Some(true);
            } else if let Some(text) = upper.starts_with("AUTH PLAIN").then(|| line[10..].trim().to_owned()) {
                let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
                let words: Vec<&str> = text.split('\0').collect();
                let is_right = self.manner.user.is_some_and(|(user, password)| words[1..] == [user, password]);
                self.letter.user = is_right.then(|| words[1].to_owned());
                if is_right { "235 welcome" } else { "535 5.7.8 wrong user or password" }.to_owned()
            } else if upper.starts_with("MAIL FROM:") {
                if self.manner.user.is_some() && self.letter.user.is_none() {
                    "530 5.7.0 who are you?".to_owned()
                } else {
                    self.letter.from = line[10..].trim().to_owned();
                    "250 ok".to_owned()
                }
            } else if upper.starts_with("RCPT TO:") {
                self.letter.to = line[8..].trim().to_owned();
                let mut answers = self.answers.lock().unwrap();
                if answers.is_empty() { "250 ok".to_owned() } else { answers.remove(0).to_owned() }
            } else if upper.starts_with("DATA") {
                stream.get_mut().write_all(b"354 go on\r\n").ok()?;
                self.letter.text.clear();
                loop {
                    let line = self::line(&mut stream)?;
                    if line == "." {
                        break;
                    }
                    self.letter.text += &(line + "\n");
                }
                self.letters.lock().unwrap().push(self.letter.clone());
                "250 taken".to_owned()
            } else if upper.starts_with("QUIT") {
                stream.get_mut().write_all(b"221 bye\r\n").ok()?;
                return None;
            } else {
                "250 ok".to_owned()
            };
            stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).ok()?;
            stream.get_mut().flush().ok()?;
        }
    }
}

fn line(stream: &mut impl std::io::BufRead) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}
