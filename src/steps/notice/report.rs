//! Who was told what, and when; and who was not.

use super::channel::Target;
use super::words::Text;
use crate::config::Language;
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};
use crate::steps::say;

/// What became of a notice to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// To whom.
    pub target: Target,
    /// Its id: the same for the same run, template and target.
    pub id: String,
    /// When it was told, or tried last, ISO 8601.
    pub at: String,
    /// How often it was tried.
    pub tries: u32,
    /// Whether an earlier try of the step had told it, and it was not told again.
    pub before: bool,
    /// Why it was not told.
    pub trouble: Option<Trouble>,
}

/// Why somebody was not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub why: String,
    /// Whether the other side refused it; else nobody knows whether it could have.
    pub is_refused: bool,
    /// Whether it would be the same at another try.
    pub is_lasting: bool,
}

impl Trouble {
    fn mark(&self) -> Mark {
        if self.is_refused { Mark::Bad } else { Mark::Unknown }
    }
}

/// What the report says beside the notices.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The language of the people.
    pub language: Language,
    /// The text.
    pub text: &'a Text,
    /// Whether everybody must be told.
    pub required: bool,
}

/// The report. Where not everybody was told and need not be, that is a warning; they still count as not told.
#[must_use]
pub fn report(notices: &[Notice], told: Told<'_>) -> Report {
    let reached = notices.iter().filter(|notice| notice.trouble.is_none()).count();
    let all = notices.len();
    let is_refused = notices.iter().any(|notice| notice.trouble.as_ref().is_some_and(|trouble| trouble.is_refused));
    let whole = match (reached == all, is_refused) {
        (true, _) => ExitCode::Done,
        (false, true) => ExitCode::Refused,
        (false, false) => ExitCode::CannotTell,
    };
    let exit = if told.required { whole } else { ExitCode::Done };
    let subject = &told.text.subject;
    let title = say(
        told.language,
        format!("{reached} of {all} told: {subject}"),
        format!("{reached} de {all} avisados: {subject}"),
    );
    let mut section = Section::new(whole.into(), "notify", String::new()).columns(columns(told.language));
    for notice in notices {
        let (mark, state) = match &notice.trouble {
            None if notice.before => {
                (Mark::Good, say(told.language, "told before".to_owned(), "ya avisado".to_owned()))
            }
            None => (Mark::Good, say(told.language, "told".to_owned(), "avisado".to_owned())),
            Some(trouble) => (trouble.mark(), say(told.language, "not told".to_owned(), "sin avisar".to_owned())),
        };
        section.row(mark, [notice.target.to_string(), state, notice.at.clone()]);
    }
    let mut report = Report::new("notify", exit, title, Body::Sections(vec![section]));
    // Who need not be told was not told all the same.
    report.standing = Some(whole.into());
    let level = if told.required { Level::Error } else { Level::Warning };
    report.findings = notices.iter().filter_map(|notice| untold(notice, level, told.language)).collect();
    let names: Vec<String> =
        notices.iter().filter(|notice| notice.trouble.is_none()).map(|notice| notice.target.to_string()).collect();
    report.output("told", names.join(","))
}

fn columns(language: Language) -> [&'static str; 3] {
    match language {
        Language::En => ["to", "state", "at"],
        Language::Es => ["a quién", "estado", "cuándo"],
    }
}

/// What is said of somebody who was not told; `None` where they were.
#[must_use]
pub fn untold(notice: &Notice, level: Level, language: Language) -> Option<Finding> {
    let why = &notice.trouble.as_ref()?.why;
    let target = &notice.target;
    let (tries, intentos) = match notice.tries {
        1 => ("1 try".to_owned(), "1 intento".to_owned()),
        many => (format!("{many} tries"), format!("{many} intentos")),
    };
    let message = say(
        language,
        format!("{target} was not told, after {tries}: {why}"),
        format!("{target} no fue avisado, tras {intentos}: {why}"),
    );
    let help = say(language, "tell them in another way".to_owned(), "avise por otra vía".to_owned());
    Some(Finding::new("notify/not-told", level, message).help(help))
}
