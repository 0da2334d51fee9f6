//! Why what somebody said is no sign-off, in their language.

use crate::config::Language;

/// Why it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was changed after it was written: nobody sees what it said.
    Edited,
    /// It stands right below a quote, which shows it as a part of that.
    Quoted,
    /// It stands behind the beginning of an element of HTML, which may fold it up or show it as something else.
    Html,
    /// It was said before it was asked for.
    Early,
    /// It does not say which step, and more than one waits; these do.
    WhichStep(Vec<String>),
    /// No step of this name waits for a sign-off.
    NotAsked,
    /// Another run asked for a step of this name as well.
    WhichRun(String),
    /// A machine said it.
    NoPerson,
    /// Who said it has no account any more.
    Gone,
    /// Who said it is not a member of these roles.
    NotAMember(Vec<String>),
    /// It must say what it is signed on.
    NoEvidence,
    /// This role does not sign the step; these do.
    OtherRole(String, Vec<String>),
    /// Somebody signed for the role before.
    Taken {
        /// Who.
        by: String,
        /// For which role.
        role: String,
    },
    /// The same person signed for another role before.
    NotDistinct {
        /// Who.
        login: String,
        /// For which role.
        role: String,
    },
    /// Enough have signed.
    Enough,
}

impl Refusal {
    /// In a sentence without a full stop.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let list = |names: &[String]| names.join(", ");
        match language {
            Language::En => match self {
                Self::Edited => "it was edited: write a new one".to_owned(),
                Self::Quoted => {
                    "it is shown as a part of the quote above it: write a new one, with an empty line between"
                        .to_owned()
                }
                Self::Html => "it stands within HTML, which may hide it: write a new one without".to_owned(),
                Self::Early => "it was written before the sign-off was asked for: write a new one".to_owned(),
                Self::WhichStep(steps) => format!("it does not say which step: {}", list(steps)),
                Self::NotAsked => "no step of this name waits for a sign-off".to_owned(),
                Self::WhichRun(run) => format!("run {run} asks for a step of this name as well: use zarpe deploy sign"),
                Self::NoPerson => "who wrote it is no person".to_owned(),
                Self::Gone => "the account of who wrote it is gone".to_owned(),
                Self::NotAMember(roles) => format!("not a member of {}", list(roles)),
                Self::NoEvidence => {
                    "it does not say what it is signed on, and this step is signed on evidence".to_owned()
                }
                Self::OtherRole(role, roles) => format!("`{role}` does not sign this step: {}", list(roles)),
                Self::Taken { by, role } => format!("{by} signed for `{role}` already"),
                Self::NotDistinct { login, role } => {
                    format!("{login} signed for `{role}` already, and one person signs for one role")
                }
                Self::Enough => "enough have signed".to_owned(),
            },
            Language::Es => match self {
                Self::Edited => "fue editado: hay que escribir otro".to_owned(),
                Self::Quoted => {
                    "se ve como parte de la cita de arriba: hay que escribir otro, con una línea vacía en medio"
                        .to_owned()
                }
                Self::Html => "está dentro de HTML, que puede ocultarlo: hay que escribir otro sin HTML".to_owned(),
                Self::Early => "se escribió antes de que se pidiera la firma: hay que escribir otro".to_owned(),
                Self::WhichStep(steps) => format!("no dice qué paso: {}", list(steps)),
                Self::NotAsked => "ningún paso con ese nombre espera una firma".to_owned(),
                Self::WhichRun(run) => {
                    format!("la ejecución {run} también pide un paso con ese nombre: use zarpe deploy sign")
                }
                Self::NoPerson => "quien lo escribió no es una persona".to_owned(),
                Self::Gone => "la cuenta de quien lo escribió ya no existe".to_owned(),
                Self::NotAMember(roles) => format!("no es miembro de {}", list(roles)),
                Self::NoEvidence => "no dice con qué evidencia firma, y este paso la exige".to_owned(),
                Self::OtherRole(role, roles) => format!("`{role}` no firma este paso: {}", list(roles)),
                Self::Taken { by, role } => format!("{by} ya firmó por `{role}`"),
                Self::NotDistinct { login, role } => {
                    format!("{login} ya firmó por `{role}`, y cada persona firma por un solo rol")
                }
                Self::Enough => "ya firmaron los necesarios".to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_in_both_languages() {
        let names = || vec!["a".to_owned(), "b".to_owned()];
        let (by, login, role) = ("bea".to_owned(), "bea".to_owned(), "boss".to_owned());
        let all = [
            Refusal::Edited,
            Refusal::Quoted,
            Refusal::Html,
            Refusal::Early,
            Refusal::WhichStep(names()),
            Refusal::NotAsked,
            Refusal::WhichRun("8".to_owned()),
            Refusal::NoPerson,
            Refusal::Gone,
            Refusal::NotAMember(names()),
            Refusal::NoEvidence,
            Refusal::OtherRole("x".to_owned(), names()),
            Refusal::Taken { by, role: role.clone() },
            Refusal::NotDistinct { login, role },
            Refusal::Enough,
        ];
        for one in all {
            let (english, spanish) = (one.text(Language::En), one.text(Language::Es));
            assert!(!english.is_empty() && !spanish.is_empty() && english != spanish, "{one:?}");
            assert!(!english.ends_with('.') && !spanish.ends_with('.'), "{one:?}");
        }
    }
}
