//! Mail over SMTP, by the address in `SMTP_URL`.

use std::error::Error as _;
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::innermost::innermost;
use crate::steps::notice::{Cause, Hindrance};

/// A mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who sends it.
    pub from: String,
    /// Who gets it.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// What tells it from every other mail, without the angle brackets.
    pub id: String,
}

/// A mail server, by its address `smtp(s)://USER:PASSWORD@HOST:PORT`.
#[derive(Clone)]
pub struct Server {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    user: Option<String>,
}

impl Server {
    /// Reads the address. Over `smtps` the connection is encrypted from its beginning; over `smtp` STARTTLS is used where the server
    /// has it, and must be there before a password is sent to another machine.
    ///
    /// # Errors
    /// Where it is none. It is not shown: a password stands in it.
    pub fn read(address: &str, authorities: Option<&[u8]>) -> Result<Self, Cause> {
        // An error means that a provider is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = Url::parse(address).map_err(|_| Cause::NoServer)?;
        let is_wrapped = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(Cause::NoServer),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Cause::NoServer)?;
        let (host, is_here) = place(host).ok_or(Cause::NoServer)?;
        let mut parameters = TlsParameters::builder(host.clone());
        if let Some(pem) = authorities {
            let authority = Certificate::from_pem(pem).map_err(|_| Cause::NoCertificate)?;
            parameters = parameters.certificate_store(CertificateStore::None).add_root_certificate(authority);
        }
        let parameters = parameters.build().map_err(|error| Cause::Unfit(error.to_string()))?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
        let credentials = user.clone().map(|user| Credentials::new(user, decoded(url.password().unwrap_or_default())));
        let tls = match (is_wrapped, credentials.is_some() && !is_here) {
            (true, _) => Tls::Wrapper(parameters),
            (false, true) => Tls::Required(parameters),
            (false, false) => Tls::Opportunistic(parameters),
        };
        let port = url.port().unwrap_or(if is_wrapped { 465 } else { 587 });
        Ok(Self { host, port, tls, credentials, user })
    }

    /// Its user, where that is a mail address.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref().filter(|user| user.contains('@'))
    }

    /// Sends a mail, once.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, mail: &Mail, time: Duration) -> Result<(), Hindrance> {
        let mailbox = |text: &str| {
            let parsed = text.parse::<Mailbox>().and_then(in_ascii);
            parsed.map_err(|error| Hindrance::of_ours(Cause::NoMailbox(text.to_owned(), error.to_string())))
        };
        let message = Message::builder()
            .from(mailbox(&mail.from)?)
            .to(mailbox(&mail.to)?)
            .subject(&mail.subject)
            .message_id(Some(format!("<{}>", mail.id)))
            // RFC 2045, section 4: without it the type and the encoding of the text say nothing.
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| Hindrance::of_ours(Cause::Unfit(error.to_string())))?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.host.clone())
            .port(self.port)
            .tls(self.tls.clone())
            .timeout(Some(time));
        if let Some(credentials) = &self.credentials {
            transport = transport.credentials(credentials.clone());
        }
        let sent = tokio::time::timeout(time, transport.build().send(message)).await;
        let late = || Hindrance { cause: Cause::Late(time), is_refused: false, is_lasting: false };
        match sent.map_err(|_| late())? {
            Ok(_) => Ok(()),
            Err(error) if error.is_timeout() => Err(late()),
            Err(error) => {
                let is_distrusted = error.is_tls() || words(&error).contains("certificate");
                // A server without STARTTLS, and one that is not believed, are the same at another try.
                let is_lasting = error.is_permanent() || error.is_client() || is_distrusted;
                Err(Hindrance { cause: cause(&error, is_distrusted), is_refused: error.is_permanent(), is_lasting })
            }
        }
    }
}

/// What stood in the way.
fn cause(error: &lettre::transport::smtp::Error, is_distrusted: bool) -> Cause {
    let why = innermost(error);
    if let Some(status) = error.status() {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        Cause::Answered(status.into(), said.lines().collect::<Vec<_>>().join(" "))
    } else if is_distrusted {
        Cause::Distrusted(why)
    } else if error.is_client() {
        Cause::Unfit(words(error))
    } else {
        Cause::Unreachable(why)
    }
}

/// A host as it is connected to, and whether that is this machine, by its form: a name would have to be looked up. The standard of
/// addresses leaves the host of `smtp:` as text, so that an IP address in it is read here.
fn place(host: &str) -> Option<(String, bool)> {
    Some(match Host::parse(host).ok()? {
        Host::Ipv4(ip) => (ip.to_string(), ip.is_loopback()),
        Host::Ipv6(ip) => (ip.to_string(), ip.is_loopback()),
        Host::Domain(name) => {
            let is_here = name == "localhost";
            (name, is_here)
        }
    })
}

/// A mailbox whose domain is of letters of ASCII, as any server takes it (RFC 5891, A-labels).
fn in_ascii(mailbox: Mailbox) -> Result<Mailbox, AddressError> {
    let domain = mailbox.email.domain();
    if domain.is_ascii() {
        return Ok(mailbox);
    }
    let domain = Host::parse(domain).map_err(|_| AddressError::InvalidDomain)?.to_string();
    Ok(Mailbox::new(mailbox.name, Address::new(mailbox.email.user(), domain)?))
}

/// The words of an error and of what is behind it.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        next = source.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("Ana <ana@españa.example>" => Some("Ana <ana@xn--espaa-rta.example>".to_owned()); "a name of other letters")]
    #[test_case("ana@example.mx" => Some("ana@example.mx".to_owned()); "as it was")]
    fn in_ascii(text: &str) -> Option<String> {
        Some(super::in_ascii(text.parse().ok()?).ok()?.to_string())
    }

    #[test_case("127.0.0.1" => Some(("127.0.0.1".to_owned(), true)); "this machine")]
    #[test_case("127.9.9.9" => Some(("127.9.9.9".to_owned(), true)); "all of its network")]
    #[test_case("[::1]" => Some(("::1".to_owned(), true)); "without the brackets")]
    #[test_case("LOCALHOST" => Some(("localhost".to_owned(), true)); "its name")]
    #[test_case("10.0.0.1" => Some(("10.0.0.1".to_owned(), false)); "a neighbour")]
    #[test_case("localhost.example.org" => Some(("localhost.example.org".to_owned(), false)); "a name that begins so")]
    #[test_case("127.0.0.1.example.org" => Some(("127.0.0.1.example.org".to_owned(), false)); "a name that begins as its address")]
    #[test_case("a b" => None; "no host")]
    fn place(host: &str) -> Option<(String, bool)> {
        super::place(host)
    }
}
