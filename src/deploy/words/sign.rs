//! What a run says of sign-offs to people, in their language.

use crate::config::Language;

/// Who must sign, and how.
#[must_use]
pub fn must_sign(language: Language, roles: &[&str], run: &str, step: &str) -> (String, String) {
    let roles = roles.join(", ");
    let command = format!("zarpe deploy sign {run} {step}");
    match language {
        Language::En => (format!("{step} waits for a sign-off: {roles}"), command),
        Language::Es => (format!("{step} espera la firma de: {roles}"), command),
    }
}

/// The plan's file holds another plan by now than the one that is gone by.
#[must_use]
pub fn another_plan(language: Language, file: &str, run: &str) -> String {
    match language {
        Language::En => format!("{file} is another plan now: this goes by the one that run {run} went by"),
        Language::Es => {
            format!("{file} es ahora otro plan: esto sigue con el plan con el que corrió la ejecución {run}")
        }
    }
}

/// A signature of an SSH key does not hold any more.
#[must_use]
pub fn void_signature(language: Language, who: &str, step: &str, role: &str) -> String {
    match language {
        Language::En => {
            format!("what {who} signed of {step} for {role} does not hold any more: the key is not a signer's")
        }
        Language::Es => format!("lo que {who} firmó de {step} por {role} ya no vale: la llave no es de un firmante"),
    }
}

/// Sign-offs were asked for on an issue or a pull request.
#[must_use]
pub fn asked(language: Language, issue: u64) -> String {
    match language {
        Language::En => format!("asked for the sign-offs on #{issue}"),
        Language::Es => format!("se pidieron las firmas en #{issue}"),
    }
}

/// The comment that asked does not stand any more as it was written.
#[must_use]
pub fn void(language: Language, issue: u64) -> String {
    match language {
        Language::En => format!("the question on #{issue} was edited or removed: what was answered to it is void"),
        Language::Es => format!("la pregunta en #{issue} fue editada o borrada: lo que se le respondió no vale"),
    }
}

/// Where a sign-off may be given as well.
#[must_use]
pub fn or_there(language: Language, issue: u64) -> String {
    match language {
        Language::En => format!("or answer on #{issue}"),
        Language::Es => format!("o responda en #{issue}"),
    }
}

/// Somebody signed.
#[must_use]
pub fn signed(language: Language, who: &str, step: &str, role: &str) -> String {
    match language {
        Language::En => format!("{who} signed {step} for {role}"),
        Language::Es => format!("{who} firmó {step} por {role}"),
    }
}

/// Somebody signed a step of a run.
#[must_use]
pub fn signed_of(language: Language, who: &str, step: &str, run: &str, role: &str) -> String {
    match language {
        Language::En => format!("{who} signed {step} of run {run} for {role}"),
        Language::Es => format!("{who} firmó {step} de la ejecución {run} por {role}"),
    }
}

/// The roles that have not signed.
#[must_use]
pub fn still_missing(language: Language, roles: &str) -> String {
    match language {
        Language::En => format!("still missing: {roles}"),
        Language::Es => format!("faltan: {roles}"),
    }
}
