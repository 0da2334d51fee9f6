//! What a run says of what does not begin, for its window is over or nobody wants it any more, to people, in their language.

use super::Word;
use crate::config::Language;

/// A step has not begun, for the window is over; when it opens next, and what to do then.
#[must_use]
pub fn at_window(language: Language, run: &str, step: &str, opens: Option<&str>) -> (String, String) {
    let command = format!("zarpe deploy resume {run}");
    let opens = opens.unwrap_or("?");
    match language {
        Language::En => (
            format!("the plan's window is closed, and {step} has not begun: it opens {opens}"),
            format!("go on then: {command}"),
        ),
        Language::Es => (
            format!("la ventana del plan está cerrada, y {step} no ha empezado: abre {opens}"),
            format!("siga entonces: {command}"),
        ),
    }
}

/// A job is not wanted any more, for this reason.
#[must_use]
pub fn dropped(language: Language, job: &str, why: Word) -> String {
    format!("{job}: {}", why.text(language))
}
