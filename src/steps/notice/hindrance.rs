//! Why a notice did not get through, in the language of the people who read it.

use std::time::Duration;

use crate::config::Language;
use crate::duration::shown;
use crate::steps::say;

/// Why a notice did not get through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    /// Why.
    pub cause: Cause,
    /// Whether the other side refused it; else nobody knows whether it could have.
    pub is_refused: bool,
    /// Whether it would be the same at another try.
    pub is_lasting: bool,
}

impl Hindrance {
    /// What is wrong before anything is sent.
    #[must_use]
    pub fn of_ours(cause: Cause) -> Self {
        Self { cause, is_refused: true, is_lasting: true }
    }
}

/// What stood in the way. The words of a system, and of who is told, are as these say them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This variable is not set.
    Unset(String),
    /// This variable holds no address for HTTP.
    NoUrl(String),
    /// `SMTP_URL` is no address of a mail server.
    NoServer,
    /// The certificates that are to be believed are none.
    NoCertificate,
    /// Nobody is said to send it.
    NoSender,
    /// This mail address is none, and why.
    NoMailbox(String, String),
    /// What is to be sent cannot be, and why.
    Unfit(String),
    /// There was no whole answer in this time.
    Late(Duration),
    /// There was no connection, and why.
    Unreachable(String),
    /// There is no TLS that can be believed, and why.
    Distrusted(String),
    /// The connection broke, and why.
    Cut(String),
    /// The answer: its status, and what it says.
    Answered(u16, String),
    /// The answer: its status, which is one of success, and what it says, which is not.
    Contradicted(u16, String),
}

impl Cause {
    /// Without the words of others.
    #[must_use]
    pub fn withheld(self) -> Self {
        let shown = "***".to_owned();
        match self {
            Self::Unfit(_) => Self::Unfit(shown),
            Self::Unreachable(_) => Self::Unreachable(shown),
            Self::Distrusted(_) => Self::Distrusted(shown),
            Self::Cut(_) => Self::Cut(shown),
            Self::Answered(status, _) => Self::Answered(status, shown),
            Self::Contradicted(status, _) => Self::Contradicted(status, shown),
            ours => ours,
        }
    }

    /// In words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let in_words = |why: &str| crate::language::said(language, why).into_owned();
        let (english, spanish) = match self {
            Self::Unset(name) => {
                (format!("the variable {name} is not set"), format!("la variable {name} no está definida"))
            }
            Self::NoUrl(name) => (
                format!("{name} holds no address that begins with https://"),
                format!("{name} no contiene una dirección que empiece con https://"),
            ),
            Self::NoServer => (
                "SMTP_URL is no address of a mail server: write it as smtp://USER:PASSWORD@HOST:587, or smtps://… for TLS from \
                 the beginning"
                    .to_owned(),
                "SMTP_URL no es la dirección de un servidor de correo: escríbala como smtp://USUARIO:CLAVE@HOST:587, o smtps://… \
                 para TLS desde el principio"
                    .to_owned(),
            ),
            Self::NoCertificate => {
                ("--ca is no PEM certificate".to_owned(), "--ca no es un certificado PEM".to_owned())
            }
            Self::NoSender => (
                "nobody is said to send it: set SMTP_FROM".to_owned(),
                "no se dice quién lo envía: defina SMTP_FROM".to_owned(),
            ),
            Self::NoMailbox(address, why) => (
                format!("{address} is no mail address: {why}"),
                format!("{address} no es una dirección de correo: {}", in_words(why)),
            ),
            Self::Unfit(why) => (format!("it cannot be sent: {why}"), format!("no se puede enviar: {}", in_words(why))),
            Self::Late(time) => (
                format!("no whole answer within {}", shown(*time)),
                format!("sin respuesta completa en {}", shown(*time)),
            ),
            Self::Unreachable(why) => (format!("no connection: {why}"), format!("sin conexión: {}", in_words(why))),
            Self::Distrusted(why) => {
                (format!("no TLS that is believed: {why}"), format!("sin TLS en que se confíe: {}", in_words(why)))
            }
            Self::Cut(why) => (format!("the connection broke: {why}"), format!("se cortó la conexión: {}", in_words(why))),
            Self::Answered(status, said) => {
                let said = if said.is_empty() { String::new() } else { format!(": {said}") };
                (format!("it answers {status}{said}"), format!("responde {status}{said}"))
            }
            Self::Contradicted(status, said) => (
                format!(
                    "the server answered {status} and then: {said} (look whether the notice is in the channel, and whether the \
                     address is still that of its webhook)"
                ),
                format!(
                    "el servidor respondió {status} y luego: {said} (mire si el aviso está en el canal, y si la dirección sigue \
                     siendo la de su webhook)"
                ),
            ),
        };
        say(language, english, spanish)
    }
}
