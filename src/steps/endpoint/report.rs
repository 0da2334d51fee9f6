//! What a person reads about an endpoint: expected against got.

use super::judge::{Answer, Check, Judgement};
use super::veil::{veiled, veiled_header};
use crate::config::Language;
use crate::language::said;
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};
use crate::steps::say;

/// How much of a body is shown.
const EXCERPT: usize = 600;

/// How much of it secrets are looked for in, for that.
const WINDOW: usize = 16 << 10;

/// The beginning of a body, without what stands under secrets' names; `None` where it is no text.
#[must_use]
pub fn beginning(answer: &Answer) -> Option<String> {
    let mut shown = veiled(&answer.text()?);
    if shown.len() > WINDOW {
        shown.truncate(shown.floor_char_boundary(WINDOW));
        // A word that the cut goes through may be a secret, which would be known no more.
        let whole = shown.trim_end_matches(|c: char| !c.is_whitespace() && !"\"',;&<>".contains(c)).len();
        shown.truncate(shown.floor_char_boundary(whole.max(WINDOW / 2)));
    }
    Some(shown)
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// No connection was made: the request was not sent.
    Unreachable,
    /// The server's certificate is not believed, or TLS did not come about: the request was not sent.
    Tls,
    /// It took longer than it may.
    TimedOut,
    /// The connection broke before the answer was whole.
    Cut,
    /// It redirects where it may not, or too often.
    Redirect,
    /// The answer is too large.
    TooLarge,
    /// The answer is compressed in a way that is not read here.
    Compressed,
    /// The answer is one that readers make different things of, or none at all.
    Unreadable,
}

impl Silence {
    /// Whether the server cannot have seen the request.
    #[must_use]
    pub fn is_unsent(self) -> bool {
        matches!(self, Self::Unreachable | Self::Tls)
    }

    /// The word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TimedOut => "timed-out",
            Self::Cut => "cut",
            Self::Redirect => "redirect",
            Self::TooLarge => "too-large",
            Self::Compressed => "compressed",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What the report says beside the judgement.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The language of the people.
    pub language: Language,
    /// The method.
    pub method: &'a str,
    /// The address, without what may be secret in it.
    pub address: &'a str,
    /// How often it was tried.
    pub tries: u32,
}

/// The report on an answer. What it shows is masked by `hide`.
#[must_use]
pub fn answered(answer: &Answer, judgement: &Judgement, told: Told<'_>, hide: &dyn Fn(&str) -> String) -> Report {
    let is_met = judgement.is_met();
    let (exit, mark) = if is_met { (ExitCode::Done, Mark::Good) } else { (ExitCode::Refused, Mark::Bad) };
    let (method, address) = (told.method, told.address);
    let (status, took) = (answer.status, answer.took.as_millis());
    let title = match judgement.checks.iter().find(|check| !check.met) {
        None => say(
            told.language,
            format!("{method} {address} answers as expected: {status} in {took} ms"),
            format!("{method} {address} responde como se espera: {status} en {took} ms"),
        ),
        Some(check) => {
            let [what, expected, got] = cells(check, answer, told.language);
            say(
                told.language,
                format!("{method} {address}: {what} is {}, expected {expected}", hide(&got)),
                format!("{method} {address}: {what}: {}, se esperaba {expected}", hide(&got)),
            )
        }
    };
    let tries = match told.tries {
        0 | 1 => String::new(),
        tries => say(told.language, format!("{tries} tries"), format!("{tries} intentos")),
    };
    let mut section = Section::new(mark, "http", tries).columns(["what", "expected", "got"]);
    for check in &judgement.checks {
        let [what, expected, got] = cells(check, answer, told.language);
        section.row(if check.met { Mark::Good } else { Mark::Bad }, [what, hide(&expected), hide(&got)]);
    }
    let mut report = Report::new("http", exit, hide(&title), Body::Sections(vec![section]));
    report = report.output("status", status.to_string());
    for captured in &judgement.captured {
        report = report.output(captured.name.clone(), captured.value.clone());
    }
    if !is_met {
        report.findings.push(differs(answer, told, hide));
    }
    report
}

/// What is said of a secret that was captured and that a mask cannot hide.
#[must_use]
pub fn unhidden(language: Language) -> Finding {
    let message = say(
        language,
        "a captured secret of fewer than 4 characters is not hidden in what later steps show".to_owned(),
        "un secreto capturado de menos de 4 caracteres no se oculta en lo que muestren los pasos siguientes".to_owned(),
    );
    let help = say(
        language,
        "have the service give a longer one".to_owned(),
        "haga que el servicio dé uno más largo".to_owned(),
    );
    Finding::new("http/short-secret", Level::Warning, message).help(help)
}

/// A check in a language. What the answer itself says is as it came.
fn cells(check: &Check, answer: &Answer, language: Language) -> [String; 3] {
    let Check { what, expected, got, met } = check;
    let (is_word, is_one) = match what.split_once(' ') {
        Some(("header", name)) => (answer.header(name).is_none(), false),
        Some(("capture", _)) => (!met, true),
        _ => (!met || what == "body", false),
    };
    let in_words =
        |text: &str, is_word: bool| if is_word { said(language, text).into_owned() } else { text.to_owned() };
    [in_words(what, !what.starts_with('$')), in_words(expected, is_one), in_words(got, is_word)]
}

fn differs(answer: &Answer, told: Told<'_>, hide: &dyn Fn(&str) -> String) -> Finding {
    // Masked before it is cut: a secret that the cut goes through would be known by its beginning.
    let shown = beginning(answer).map(|text| hide(&text).chars().take(EXCERPT).collect::<String>());
    let body = match (answer.body.is_empty(), shown) {
        (true, _) if answer.compressed.is_some() => {
            say(told.language, "the body is compressed".to_owned(), "el cuerpo está comprimido".to_owned())
        }
        (true, _) => say(told.language, "the body is empty".to_owned(), "el cuerpo está vacío".to_owned()),
        (_, None) => {
            let bytes = answer.body.len();
            say(told.language, format!("the body is {bytes} bytes"), format!("el cuerpo son {bytes} bytes"))
        }
        (_, Some(shown)) => {
            say(told.language, format!("the body begins: {shown}"), format!("el cuerpo empieza: {shown}"))
        }
    };
    let finding = Finding::new("http/answer", Level::Error, body);
    match answer.header("location").filter(|_| (300..400).contains(&answer.status)) {
        Some(place) => finding.help(say(
            told.language,
            format!("it redirects to {}: `--redirects 1` follows", hide(&veiled_header("location", place))),
            format!("redirige a {}: `--redirects 1` lo sigue", hide(&veiled_header("location", place))),
        )),
        None => finding.help(say(
            told.language,
            "see the log of the service at this time".to_owned(),
            "vea el registro del servicio a esta hora".to_owned(),
        )),
    }
}

/// The report where there is no answer.
#[must_use]
pub fn silent(silence: Silence, why: &str, told: Told<'_>) -> Report {
    let (method, address) = (told.method, told.address);
    let title = match silence {
        Silence::Compressed | Silence::Unreadable => say(
            told.language,
            format!("cannot tell: {method} {address} has an answer that cannot be read"),
            format!("no se puede saber: {method} {address} tiene una respuesta que no se puede leer"),
        ),
        _ => say(
            told.language,
            format!("cannot tell: {method} {address} has no answer"),
            format!("no se puede saber: {method} {address} no tiene respuesta"),
        ),
    };
    let (english, spanish) = match silence {
        Silence::Unreachable => {
            ("see that it runs, and that it is reached from here", "vea que esté en marcha, y que se llegue desde aquí")
        }
        Silence::Tls => (
            "see its certificate: openssl s_client -connect HOST:PORT; an own authority is given by --ca FILE, and so is that certificate itself",
            "vea su certificado: openssl s_client -connect HOST:PORT; una autoridad propia se da con --ca FILE, y también ese mismo certificado",
        ),
        Silence::TimedOut => {
            ("see what keeps it, or give it more time: --timeout", "vea qué lo detiene, o dele más tiempo: --timeout")
        }
        Silence::Cut | Silence::TooLarge => {
            ("see the log of the service at this time", "vea el registro del servicio a esta hora")
        }
        Silence::Unreadable => (
            "have the service write each key once, no number beyond 1e308 and at most 127 levels",
            "haga que el servicio escriba cada clave una sola vez, ningún número más allá de 1e308 y a lo más 127 niveles",
        ),
        Silence::Compressed => ("ask for it without Accept-Encoding", "pídala sin Accept-Encoding"),
        Silence::Redirect => ("ask where it leads to instead", "pregunte a donde lleva"),
    };
    let mut report = Report::new("http", ExitCode::CannotTell, title, Body::Sections(Vec::new()));
    let finding = Finding::new("http/no-answer", Level::Error, why.to_owned());
    report.findings.push(finding.help(say(told.language, english.to_owned(), spanish.to_owned())));
    report
}
