//! Sends a notice to each of its targets, and tries again where that may help.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use url::Url;

use super::secrecy;
use crate::config::Language;
use crate::context;
use crate::deploy::journal::sha256;
use crate::deploy::mask::{Mask, SHORTEST};
use crate::io::ask::{Question, ask};
use crate::io::mail::{Mail, Server};
use crate::io::{clock, machine};
use crate::report::Failure;
use crate::steps::endpoint::{Answer, Silence};
use crate::steps::notice::{Cause, Channel, Facts, Hindrance, Notice, Reply, Target, Text, Trouble, payload, reply};

/// How it is sent.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    /// The address that mail comes from; `SMTP_FROM`, else the user of `SMTP_URL`, where none is named.
    pub(super) from: Option<String>,
    /// How often each is tried again, and how long to wait before that.
    pub(super) retry: u32,
    pub(super) delay: Duration,
    /// How long each try may take.
    pub(super) timeout: Duration,
    /// The language of the people who read why somebody was not told.
    pub(super) language: Language,
    /// The only authorities that are believed, PEM; those of the system otherwise.
    pub(super) authorities: Option<Vec<u8>>,
}

impl Default for Manner {
    fn default() -> Self {
        let (delay, timeout) = (Duration::from_secs(2), Duration::from_secs(30));
        Self { from: None, retry: 2, delay, timeout, language: Language::default(), authorities: None }
    }
}

/// What is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    /// What tells it from every other one of the run.
    pub(super) name: &'a str,
    pub(super) template: &'a str,
    pub(super) facts: &'a Facts,
    pub(super) text: &'a Text,
}

/// What is told, and by what means.
pub(super) struct Post<'a> {
    message: Message<'a>,
    manner: &'a Manner,
    addresses: BTreeMap<String, String>,
    mask: Mask,
    /// Whether a password is too short to be hidden: then nothing is shown of what others say.
    is_bare: bool,
}

/// The addresses of these targets by the names of their variables, with those that mail needs.
pub(super) fn addresses<'t>(targets: impl IntoIterator<Item = &'t Target>) -> BTreeMap<String, String> {
    let places = targets.into_iter().map(|target| target.place.as_str()).chain(["SMTP_URL", "SMTP_FROM"]);
    context::variables(places)
}

/// What of the addresses of these targets is secret, where anything else is shown: the whole of each, its path, its password. The
/// name of its host is known to many.
pub(super) fn hooks(targets: &[Target]) -> Vec<String> {
    if targets.is_empty() {
        return Vec::new();
    }
    secret(&addresses(targets)).flat_map(|address| whole(address).chain(password(address))).collect()
}

/// Those of these addresses that nobody else should know.
fn secret(addresses: &BTreeMap<String, String>) -> impl Iterator<Item = &str> {
    addresses.iter().filter(|(name, _)| *name != "SMTP_FROM").map(|(_, address)| address.as_str())
}

/// An address, and its path.
fn whole(address: &str) -> impl Iterator<Item = String> {
    let path = Url::parse(address).ok().map(|url| url.path().to_owned()).filter(|path| path.len() > 7);
    [address.to_owned()].into_iter().chain(path)
}

/// The password of an address: as it stands there, decoded, and as AUTH PLAIN and AUTH LOGIN send it (RFC 4616).
fn password(address: &str) -> Vec<String> {
    let Some(url) = Url::parse(address).ok().filter(|url| url.password().is_some_and(|word| !word.is_empty())) else {
        return Vec::new();
    };
    let raw = url.password().unwrap_or_default();
    let (user, password) = (decoded(url.username()), decoded(raw));
    let sent = [format!("\0{user}\0{password}"), format!("{user}:{password}"), password.clone()];
    sent.map(|sent| STANDARD.encode(sent)).into_iter().chain([raw.to_owned(), password]).collect()
}

/// What of an address would still open something: the pieces of its path, the values of its query, and who asks where that is no
/// mail address, which everybody is told.
fn pieces(address: &str) -> Vec<String> {
    let Ok(url) = Url::parse(address) else { return Vec::new() };
    let user = Some(url.username()).filter(|user| !decoded(user).contains('@'));
    let query = [url.query(), url.fragment()].into_iter().flatten().flat_map(|part| part.split(['&', ';']));
    let query = query.map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
    let pieces = url.path().split('/').chain(query).chain(user);
    pieces.flat_map(|piece| [piece.to_owned(), decoded(piece)]).filter(|piece| piece.len() >= SHORTEST).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A moment as notices tell it.
pub(super) fn now(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl<'a> Post<'a> {
    pub(super) fn new(message: Message<'a>, manner: &'a Manner, addresses: BTreeMap<String, String>) -> Self {
        let is_short = |address: &str| password(address).iter().any(|form| form.len() < SHORTEST);
        let is_bare = secret(&addresses).any(is_short);
        let forms = |address| whole(address).chain(password(address)).chain(pieces(address));
        let forms = secret(&addresses).flat_map(forms).filter(|form| form.len() >= SHORTEST);
        let mask = secrecy::mask(forms);
        Self { message, manner, addresses, mask, is_bare }
    }

    /// A notice that nobody was told yet. Its id is the same for the same run, name, target and subject; without a run each is
    /// another one.
    pub(super) fn notice(&self, target: &Target) -> Notice {
        let Message { name, facts, text, .. } = self.message;
        let run = if facts.run.is_empty() { machine::nonce() } else { facts.run.clone() };
        let digest = sha256(format!("{run}\n{name}\n{target}\n{}", text.subject).as_bytes());
        let id = format!("{}@zarpe", digest.get(..32).unwrap_or(&digest));
        Notice { target: target.clone(), id, at: now(machine::now()), tries: 0, before: false, trouble: None }
    }

    /// Sends it, as often as it is to be tried.
    pub(super) async fn tell(&self, mut notice: Notice) -> Notice {
        loop {
            notice.tries += 1;
            notice.trouble = self.once(&notice).await.err().map(|Hindrance { cause, is_refused, is_lasting }| {
                let cause = if self.is_bare { cause.withheld() } else { cause };
                Trouble { why: self.mask.text(&cause.text(self.manner.language)), is_refused, is_lasting }
            });
            notice.at = now(machine::now());
            let is_final = notice.trouble.as_ref().is_none_or(|trouble| trouble.is_refused || trouble.is_lasting);
            if is_final || notice.tries > self.manner.retry {
                return notice;
            }
            clock::pause(self.manner.delay).await;
        }
    }

    async fn once(&self, notice: &Notice) -> Result<(), Hindrance> {
        let Target { channel, place } = &notice.target;
        if *channel == Channel::Mail {
            return self.mail(notice, place).await;
        }
        let Message { template, facts, text, .. } = self.message;
        let address = self.address(place)?;
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| Hindrance::of_ours(Cause::NoUrl(place.clone())))?;
        let body = payload(*channel, text, facts, template).to_string();
        let question = Question {
            method: "POST".to_owned(),
            url,
            headers: vec![("idempotency-key".to_owned(), notice.id.clone())],
            body: Some(("application/json".to_owned(), body.into_bytes())),
            redirects: 0,
            authorities: self.manner.authorities.clone(),
            time: self.manner.timeout,
        };
        let unfit =
            |error: anyhow::Error| Hindrance::of_ours(Cause::Unfit(Failure::from_error(&error).finding.message));
        match ask(&question).await.map_err(unfit)? {
            Ok(answer) if (200..300).contains(&answer.status) => self.heard(*channel, &answer),
            Ok(answer) => {
                let said = self.excerpt(&answer);
                // Too much at once, or a fault over there, may pass.
                let may_pass = answer.status == 429 || answer.status >= 500;
                Err(Hindrance {
                    cause: Cause::Answered(answer.status, said),
                    is_refused: !may_pass,
                    is_lasting: !may_pass,
                })
            }
            Err((silence, why)) => {
                let cause = match silence {
                    Silence::TimedOut => Cause::Late(self.manner.timeout),
                    Silence::Unreachable => Cause::Unreachable(why),
                    Silence::Tls => Cause::Distrusted(why),
                    Silence::Cut
                    | Silence::Redirect
                    | Silence::TooLarge
                    | Silence::Compressed
                    | Silence::Unreadable => Cause::Cut(why),
                };
                // Who is not believed now is not believed in two seconds.
                Err(Hindrance { cause, is_refused: false, is_lasting: silence == Silence::Tls })
            }
        }
    }

    /// What an answer with a status of success says.
    fn heard(&self, channel: Channel, answer: &Answer) -> Result<(), Hindrance> {
        let (is_refused, is_lasting) = match reply(channel, answer) {
            Reply::Taken => return Ok(()),
            Reply::Refused => (true, true),
            Reply::Hindered => (false, false),
            // It may have come through, and once is enough.
            Reply::Unclear => (false, true),
        };
        Err(Hindrance { cause: Cause::Contradicted(answer.status, self.excerpt(answer)), is_refused, is_lasting })
    }

    /// The beginning of what an answer says, without secrets: they are hidden before it is cut.
    fn excerpt(&self, answer: &Answer) -> String {
        match &answer.compressed {
            Some(how) => format!("({how})"),
            None => {
                let said = self.mask.text(&String::from_utf8_lossy(&answer.body));
                said.chars().take(200).collect::<String>().trim().to_owned()
            }
        }
    }

    fn address(&self, variable: &str) -> Result<&str, Hindrance> {
        let address = self.addresses.get(variable).map(String::as_str);
        address.ok_or_else(|| Hindrance::of_ours(Cause::Unset(variable.to_owned())))
    }

    async fn mail(&self, notice: &Notice, to: &str) -> Result<(), Hindrance> {
        let server = Server::read(self.address("SMTP_URL")?, self.manner.authorities.as_deref());
        let server = server.map_err(Hindrance::of_ours)?;
        let from = self.manner.from.as_deref().or(self.addresses.get("SMTP_FROM").map(String::as_str));
        let from = from.or(server.user()).ok_or_else(|| Hindrance::of_ours(Cause::NoSender))?;
        let mail = Mail {
            from: from.to_owned(),
            to: to.to_owned(),
            subject: self.message.text.subject.clone(),
            body: self.message.text.body.clone() + "\n",
            id: notice.id.clone(),
        };
        server.send(&mail, self.manner.timeout).await
    }
}
