//! What a run says of clean-ups that have not run, as maintenance's off, to people, in their language.

use crate::config::Language;

/// A clean-up is held back.
#[must_use]
pub fn held_back(language: Language, run: &str, step: &str) -> (String, String) {
    let command = format!("zarpe deploy settle {run} --lift");
    match language {
        Language::En => {
            (format!("the clean-up of {step} is held back: it is not safe"), format!("when it is: {command}"))
        }
        Language::Es => {
            (format!("la limpieza de {step} queda retenida: no es seguro"), format!("cuando lo sea: {command}"))
        }
    }
}

/// A clean-up has not run.
#[must_use]
pub fn not_cleaned(language: Language, step: &str) -> String {
    match language {
        Language::En => format!("the clean-up of {step} has not run"),
        Language::Es => format!("la limpieza de {step} no se ha hecho"),
    }
}

/// A clean-up is held back although the rollback that was offered for its job, that of another one, succeeded: the job and the other.
#[must_use]
pub fn held_back_beside(language: Language, run: &str, step: &str, (job, other): (&str, &str)) -> (String, String) {
    let command = format!("zarpe deploy settle {run} --lift");
    match language {
        Language::En => (
            format!(
                "the clean-up of {step} is held back: {other} was taken back, but nothing shows that this took back what {job} did, which has no `rollback`"
            ),
            format!("where it did, or by hand: {command}"),
        ),
        Language::Es => (
            format!(
                "la limpieza de {step} queda retenida: {other} se revirtió, pero nada muestra que con eso se revirtiera lo que hizo {job}, que no tiene `rollback`"
            ),
            format!("si fue así, o ya se hizo a mano: {command}"),
        ),
    }
}

/// A clean-up was let run, and failed.
#[must_use]
pub fn cleanup_failed(language: Language, run: &str, step: &str) -> (String, String) {
    let command = format!("zarpe deploy resume {run}");
    match language {
        Language::En => {
            (format!("the clean-up of {step} failed"), format!("mend what was wrong; this runs it again: {command}"))
        }
        Language::Es => (
            format!("la limpieza de {step} falló"),
            format!("corrija lo que falló; esto la ejecuta otra vez: {command}"),
        ),
    }
}

/// A clean-up has not run, and the next process runs it.
#[must_use]
pub fn cleanup_open(language: Language, run: &str, step: &str) -> (String, String) {
    let command = format!("zarpe deploy resume {run}");
    let help = match language {
        Language::En => format!("this runs it: {command}"),
        Language::Es => format!("esto la ejecuta: {command}"),
    };
    (not_cleaned(language, step), help)
}

/// A clean-up waits for one that was registered later and comes before it.
#[must_use]
pub fn cleanup_behind(language: Language, run: &str, step: &str, inner: &str) -> (String, String) {
    let command = format!("zarpe deploy resume {run}");
    match language {
        Language::En => (format!("the clean-up of {step} comes after that of {inner}"), format!("after it: {command}")),
        Language::Es => {
            (format!("la limpieza de {step} va después de la de {inner}"), format!("después de esa: {command}"))
        }
    }
}
