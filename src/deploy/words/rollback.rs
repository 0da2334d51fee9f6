//! What a run says of rollbacks, and of what they need and lose, to people, in their language.

use crate::config::Language;
use crate::deploy::journal::{Part, Place};

/// A person must say whether a job is taken back.
#[must_use]
pub fn must_decide(language: Language, run: &str, job: &str) -> (String, String) {
    let command = format!("zarpe deploy rollback {run} {job}");
    match language {
        Language::En => (format!("the rollback of {job} waits for a decision"), command),
        Language::Es => (format!("el rollback de {job} espera una decisión"), command),
    }
}

/// How a run that goes on is ended, so that a job of it can be taken back.
#[must_use]
pub fn end_first(language: Language, run: &str) -> String {
    match language {
        Language::En => format!("zarpe deploy resume {run}, or to end it here: zarpe deploy settle {run}"),
        Language::Es => format!("zarpe deploy resume {run}, o para terminarla aquí: zarpe deploy settle {run}"),
    }
}

/// A rollback that failed is tried again.
#[must_use]
pub fn rollback_again(language: Language, run: &str, job: &str) -> String {
    let command = format!("zarpe deploy rollback {run} {job}");
    match language {
        Language::En => format!("mend what was wrong, then from here on again: {command}"),
        Language::Es => format!("corrija lo que falló, y luego otra vez desde aquí: {command}"),
    }
}

/// A version is in service again.
#[must_use]
pub fn back_by(language: Language, run: &str) -> String {
    match language {
        Language::En => format!("in service again by the rollback of run {run}"),
        Language::Es => format!("otra vez en servicio por el rollback de la ejecución {run}"),
    }
}

/// The backup that a rollback needs is there.
#[must_use]
pub fn backup_there(language: Language, file: &str, bytes: u64, sha256: &str) -> String {
    match language {
        Language::En => format!("the backup {file} is there: {bytes} bytes, sha256 {sha256}"),
        Language::Es => format!("el respaldo {file} está: {bytes} bytes, sha256 {sha256}"),
    }
}

/// The backup that a rollback needs cannot be read.
#[must_use]
pub fn no_backup(language: Language, file: &str) -> String {
    match language {
        Language::En => format!("the backup is not there ({file})"),
        Language::Es => format!("el respaldo no está ({file})"),
    }
}

/// The backup that a rollback needs is another one.
#[must_use]
pub fn other_backup(language: Language, file: &str, said: &str, is: &str) -> String {
    match language {
        Language::En => format!("the backup {file} has another digest than when it was made: {is}, not {said}"),
        Language::Es => format!("el respaldo {file} tiene otro hash que cuando se hizo: {is}, no {said}"),
    }
}

/// The step that made a backup does not say what it is.
#[must_use]
pub fn no_digest(language: Language, step: &str) -> String {
    match language {
        Language::En => format!("{step} does not tell the file and the digest of its backup, which the rollback needs"),
        Language::Es => format!("{step} no dice el archivo y el hash de su respaldo, que el rollback necesita"),
    }
}

/// The image that a rollback needs is there.
#[must_use]
pub fn image_there(language: Language, image: &str, digest: &str) -> String {
    match language {
        Language::En => format!("the image {image} can be pulled: {digest}"),
        Language::Es => format!("la imagen {image} se puede descargar: {digest}"),
    }
}

/// The image that a rollback needs is not there.
#[must_use]
pub fn no_image(language: Language, job: &str, image: &str) -> String {
    match language {
        Language::En => format!("{job} could not be taken back: {image} is not in its registry"),
        Language::Es => format!("no se podría revertir {job}: {image} no está en su registro"),
    }
}

/// So many minutes of writes that a restore would lose.
#[must_use]
pub fn would_be_lost(language: Language, job: &str, minutes: i64) -> String {
    match language {
        Language::En => format!(
            "{job} has been open for {minutes} minutes: what was written since would be lost by restoring a backup"
        ),
        Language::Es => format!(
            "{job} lleva abierto {minutes} minutos: lo escrito desde entonces se perdería al restaurar un respaldo"
        ),
    }
}

/// How somebody says that this may be lost.
#[must_use]
pub fn accept_loss(language: Language, command: &str) -> String {
    match language {
        Language::En => format!("where that may be lost: {command}"),
        Language::Es => format!("si eso se puede perder: {command}"),
    }
}

/// What was to be done by a step that failed was done by hand.
#[must_use]
pub fn by_hand(language: Language, run: &str, step: &Place) -> String {
    let command = format!("zarpe deploy settle {run} {step} --as done");
    match language {
        Language::En => format!("or where it was done by hand: {command}"),
        Language::Es => format!("o si se hizo a mano: {command}"),
    }
}

/// A step was begun, is not done, and is not wanted any more.
#[must_use]
pub fn passed_over(language: Language, run: &str, step: &Place) -> (String, String) {
    let again = if step.part == Part::Rollback { "" } else { " --retry" };
    let (settle, resume) =
        (format!("zarpe deploy settle {run} {step} --as done"), format!("zarpe deploy resume {run}{again}"));
    match language {
        Language::En => (
            format!("{step} was begun, is not done, and is passed over now: that is not safe"),
            format!("where it was done by hand, or nothing of it is left: {settle}, then {resume}"),
        ),
        Language::Es => (
            format!("{step} empezó, no está hecho y ahora se omite: no es seguro"),
            format!("si se hizo a mano, o no queda nada a medias: {settle}, luego {resume}"),
        ),
    }
}

/// A step or a job that is there for when it is safe was not run, because it was not.
#[must_use]
pub fn not_safe(language: Language, what: &str) -> (String, String) {
    match language {
        Language::En => (
            format!("{what} was not run: it was not safe"),
            "when it is, do by hand what it does; as a `post` with `post-if: safe()` it would be held back and released".to_owned(),
        ),
        Language::Es => (
            format!("{what} no se ejecutó: no era seguro"),
            "cuando lo sea, haga a mano lo que hace; como `post` con `post-if: safe()` quedaría retenido y se liberaría".to_owned(),
        ),
    }
}

/// What to do about a step that failed.
#[must_use]
pub fn tried_again(language: Language, run: &str) -> String {
    let command = format!("zarpe deploy resume {run} --retry");
    match language {
        Language::En => format!("mend what was wrong, then: {command}"),
        Language::Es => format!("corrija lo que falló, y luego: {command}"),
    }
}

/// A job was taken back: that is why the run is no success.
#[must_use]
pub fn taken_back(language: Language, job: &str) -> String {
    match language {
        Language::En => format!("{job} was taken back as it was asked: what this run deployed is not in service"),
        Language::Es => format!("{job} se revirtió como se pidió: lo que esta ejecución desplegó no está en servicio"),
    }
}

/// A rollback of which each step was needless: nothing shows that the job is taken back.
#[must_use]
pub fn took_nothing_back(language: Language, run: &str, job: &str) -> (String, String) {
    let again = format!("zarpe deploy rollback {run} {job}");
    let by_hand = format!("zarpe deploy settle {run} {job}/rollback/STEP --as done");
    match language {
        Language::En => (
            format!(
                "the rollback of {job} did nothing: the `if` of each step was false, and it does not count as taken back"
            ),
            format!("see what each `if` asks, then: {again}; or where it was done by hand: {by_hand}"),
        ),
        Language::Es => (
            format!("el rollback de {job} no hizo nada: el `if` de cada paso fue falso, y no cuenta como revertido"),
            format!("vea qué pregunta cada `if`, y luego: {again}; o si se hizo a mano: {by_hand}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_in_both_languages() {
        let place = Place { job: "a".to_owned(), step: "b".to_owned(), part: Part::Rollback };
        let all = |language| {
            let (passed, how) = passed_over(language, "7", &place);
            let (unsafe_, when) = not_safe(language, "a/off");
            let of = [tried_again(language, "7"), by_hand(language, "7", &place), taken_back(language, "a")];
            of.into_iter().chain([passed, how, unsafe_, when]).collect::<Vec<_>>()
        };
        for (english, spanish) in all(Language::En).into_iter().zip(all(Language::Es)) {
            assert!(english != spanish && !english.ends_with('.') && !spanish.ends_with('.'), "{english} {spanish}");
        }
    }
}
