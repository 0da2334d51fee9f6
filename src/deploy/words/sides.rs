//! What a run says where its journal here and the one on the remote went apart, to people, in their language.

use crate::config::Language;

/// What a person does then.
#[must_use]
pub fn take_side(language: Language, run: &str) -> String {
    let command = format!("zarpe deploy settle {run} --take");
    match language {
        Language::En => format!(
            "see by hand what each machine did, then say which journal holds: {command} here, or {command} remote; the other is kept"
        ),
        Language::Es => format!(
            "vea a mano qué hizo cada máquina, y diga qué diario vale: {command} here, o {command} remote; el otro se conserva"
        ),
    }
}

/// One of them holds from now on.
#[must_use]
pub fn side_taken(language: Language, is_here: bool) -> &'static str {
    match (language, is_here) {
        (Language::En, true) => "the journal of this clone holds",
        (Language::En, false) => "the journal of the remote holds",
        (Language::Es, true) => "vale el diario de este clon",
        (Language::Es, false) => "vale el diario del remoto",
    }
}

/// Where the other one is.
#[must_use]
pub fn side_kept(language: Language, reference: Option<&str>) -> String {
    match (language, reference) {
        (Language::En, Some(reference)) => {
            format!("the other one is kept here as {reference}: git show {reference}:journal.jsonl")
        }
        (Language::En, None) => "there was no other one".to_owned(),
        (Language::Es, Some(reference)) => {
            format!("el otro se conserva aquí como {reference}: git show {reference}:journal.jsonl")
        }
        (Language::Es, None) => "no había otro".to_owned(),
    }
}
