//! What a run says to people, in their language.

mod cleanup;
mod folder;
mod later;
mod lock;
mod rollback;
mod sides;
mod sign;
mod window;

use crate::config::Language;

pub use cleanup::{cleanup_behind, cleanup_failed, cleanup_open, held_back, held_back_beside, not_cleaned};
pub use folder::no_folder;
pub use later::{done_since, over_later, over_unknown};
pub use lock::{Held, Whose, at_work, gone, lost_lock, may_still_run, silent, unlock, unlock_now, unlocked, watches};
pub use rollback::{
    accept_loss, back_by, backup_there, by_hand, end_first, image_there, must_decide, no_backup, no_digest, no_image,
    not_safe, other_backup, passed_over, rollback_again, taken_back, took_nothing_back, tried_again, would_be_lost,
};
pub use sides::{side_kept, side_taken, take_side};
pub use sign::{another_plan, asked, must_sign, or_there, signed, signed_of, still_missing, void, void_signature};
pub use window::{at_window, dropped};

/// A sentence or a word of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It succeeded.
    Success,
    /// It failed.
    Failure,
    /// It was not needed.
    Skipped,
    /// Nobody can tell.
    Unknown,
    /// It was stopped by a person.
    Cancelled,
    /// It waits for a person.
    Waiting,
    /// It has not begun.
    Open,
    /// It runs.
    Running,
    /// Maintenance was left on.
    Maintenance,
    /// It was told to stop.
    Interrupted,
    /// Nobody is waited for any more, and no process works on it.
    GoesOn,
    /// The clean-up of a step.
    Cleanup,
    /// The rollback of a job.
    Rollback,
    /// A step begins.
    Begins,
    /// Another try.
    Again,
    /// It was done already.
    Done,
    /// It is asked what became of a step.
    Asks,
    /// A process of an earlier attempt still runs.
    StillRuns,
    /// Outside the window.
    Overrun,
    /// Only jobs are left whose time has not come.
    NotDue,
    /// The heading of jobs.
    Job,
    /// The heading of names.
    Name,
    /// The heading of how things stand.
    State,
    /// The heading of steps.
    Step,
    /// The heading of what a step does.
    What,
    /// The heading of runs.
    Run,
    /// The heading of many runs.
    Runs,
    /// The heading of environments.
    Environment,
    /// The heading of plans.
    Plan,
    /// The heading of the last that is known.
    Last,
    /// A step was stopped at its time limit.
    TimedOut,
    /// A step was stopped by a signal.
    Signal,
    /// A step ended by itself.
    ExitCode,
    /// A dry run.
    NothingRun,
    /// It is in the journal.
    WrittenDown,
    /// Somebody whose login nobody knows.
    Whoever,
    /// The heading of times.
    Due,
    /// The time limit of a job leaves a step no time.
    JobTimedOut,
    /// The outputs of a step are not read.
    OutputsTooLarge,
    /// What a step left where its outputs were to be is a pipe, a device or a folder.
    OutputsNoFile,
    /// It is known that the work of a step is not done.
    NotDone,
    /// What failed was taken back.
    Reverted,
    /// It waits until its window opens.
    AtWindow,
    /// A job is not wanted any more, for what it needs was taken back.
    Dropped,
    /// The same, where the rollback was not carried out to its end.
    DroppedHalfWay,
}

const ALL: [(Word, &str, &str); 45] = [
    (Word::AtWindow, "waits for its window", "espera su ventana"),
    (Word::Dropped, "dropped: the version was taken back", "descartado: la versión se revirtió"),
    (
        Word::DroppedHalfWay,
        "dropped: the rollback of what it needs did not succeed",
        "descartado: el rollback de lo que necesita no terminó bien",
    ),
    (Word::WrittenDown, "it is written down", "quedó escrito"),
    (Word::Whoever, "whoever runs this", "quien lo ejecuta"),
    (Word::Due, "due", "corresponde"),
    (Word::Reverted, "taken back", "revertido"),
    (Word::NotDone, "it is not done", "no quedó hecho"),
    (Word::JobTimedOut, "the time limit of its job is over", "se acabó el límite de tiempo de su trabajo"),
    (
        Word::OutputsNoFile,
        "what the step left at GITHUB_OUTPUT is no regular file",
        "lo que el paso dejó en GITHUB_OUTPUT no es un archivo regular",
    ),
    (Word::OutputsTooLarge, "the step's outputs are more than 1 MiB", "las salidas del paso pasan de 1 MiB"),
    (Word::Job, "job", "trabajo"),
    (Word::Name, "name", "nombre"),
    (Word::State, "state", "estado"),
    (Word::Step, "step", "paso"),
    (Word::What, "what", "qué hace"),
    (Word::Run, "run", "ejecución"),
    (Word::Runs, "runs", "ejecuciones"),
    (Word::Environment, "environment", "entorno"),
    (Word::Plan, "plan", "plan"),
    (Word::Last, "last", "último"),
    (Word::TimedOut, "time limit", "límite de tiempo"),
    (Word::Signal, "signal", "señal"),
    (Word::ExitCode, "exit code", "código de salida"),
    (Word::NothingRun, "nothing was run", "no se ejecutó nada"),
    (Word::Success, "done", "hecho"),
    (Word::Failure, "failed", "falló"),
    (Word::Skipped, "skipped", "omitido"),
    (Word::Unknown, "unknown", "desconocido"),
    (Word::Cancelled, "cancelled", "cancelado"),
    (Word::Waiting, "waits for a person", "espera a una persona"),
    (Word::Open, "not begun", "sin empezar"),
    (Word::Running, "running", "en curso"),
    (Word::Maintenance, "left in maintenance", "sigue en mantenimiento"),
    (Word::Interrupted, "interrupted", "interrumpido"),
    (Word::GoesOn, "it can go on", "puede continuar"),
    (Word::Cleanup, "clean-up", "limpieza"),
    (Word::Rollback, "rollback", "rollback"),
    (Word::Begins, "begins", "empieza"),
    (Word::Again, "tries again", "otro intento"),
    (Word::Done, "was done already", "ya estaba hecho"),
    (Word::Asks, "was cut off: asking whether it was done", "quedó cortado: se pregunta si se hizo"),
    (
        Word::StillRuns,
        "its command still runs: waiting for its end",
        "su comando sigue en curso: se espera a que termine",
    ),
    (Word::Overrun, "the window is closed: this goes on beyond it", "la ventana ya cerró: esto continúa fuera de ella"),
    (Word::NotDue, "the rest is due later", "lo que falta es para después"),
];

impl Word {
    /// In a language.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let row = ALL.into_iter().find(|(word, ..)| *word == self);
        row.map_or("", |(_, english, spanish)| if language == Language::Es { spanish } else { english })
    }
}

/// A job that starts later.
#[must_use]
pub fn due(language: Language, job: &str, time: &str) -> String {
    match language {
        Language::En => format!("{job} is due at {time}"),
        Language::Es => format!("{job} corresponde a las {time}"),
    }
}

/// What starts it then.
#[must_use]
pub fn follow_up(language: Language) -> String {
    match language {
        Language::En => "zarpe deploy follow-up --due, once an hour".to_owned(),
        Language::Es => "zarpe deploy follow-up --due, cada hora".to_owned(),
    }
}

/// Nobody can tell what became of a step.
#[must_use]
pub fn must_settle(language: Language, run: &str, step: &str) -> (String, String) {
    let command =
        format!("zarpe deploy settle {run} {step} --as done (or --as failed), then zarpe deploy resume {run}");
    match language {
        Language::En => (format!("nobody can tell whether {step} was done: see by hand"), command),
        Language::Es => (
            format!("no se sabe si {step} se hizo: hay que verlo a mano"),
            format!("zarpe deploy settle {run} {step} --as done (o --as failed), luego zarpe deploy resume {run}"),
        ),
    }
}

/// A process ended by an error, and a clean-up of the run has not run.
#[must_use]
pub fn stopped_closed(language: Language, run: &str) -> String {
    match language {
        Language::En => format!("{run}: stopped, and left in maintenance"),
        Language::Es => format!("{run}: se detuvo, y quedó en mantenimiento"),
    }
}

/// What to do where a run has ended and the remote could not be told.
#[must_use]
pub fn end_on_remote(language: Language, run: &str) -> String {
    let command = format!("zarpe deploy resume {run}");
    match language {
        Language::En => format!(
            "the run has ended; once the remote answers, this puts its end there and releases its lock: {command}"
        ),
        Language::Es => format!(
            "la ejecución terminó; cuando el remoto responda, esto lleva allí su final y libera su bloqueo: {command}"
        ),
    }
}

/// Somebody was told how the run stands.
#[must_use]
pub fn told(language: Language, who: &str, subject: &str) -> String {
    match language {
        Language::En => format!("told {who}: {subject}"),
        Language::Es => format!("se avisó a {who}: {subject}"),
    }
}

/// Nobody can be told at an address that is not known.
#[must_use]
pub fn unset(language: Language, who: &str, variable: &str) -> String {
    match language {
        Language::En => format!("{who} cannot be told of this run: the variable {variable} is not set"),
        Language::Es => format!("no se puede avisar a {who} de esta ejecución: falta la variable {variable}"),
    }
}

/// What GitHub is told of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// It goes on.
    Runs,
    /// What it deploys is in service.
    Deployed,
    /// It ended without that.
    Failed,
    /// What was before is in service again.
    TakenBack,
}

impl Deployment {
    /// In a language; what is deployed follows.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Runs, Language::En) => "deploying",
            (Self::Runs, Language::Es) => "desplegando",
            (Self::Deployed, Language::En) => "deployed",
            (Self::Deployed, Language::Es) => "desplegado",
            (Self::Failed, Language::En) => "not deployed:",
            (Self::Failed, Language::Es) => "no se desplegó:",
            (Self::TakenBack, Language::En) => "taken back:",
            (Self::TakenBack, Language::Es) => "se revirtió:",
        }
    }
}

/// A deployment waits for a person, or for its window.
#[must_use]
pub fn waits_at(language: Language, step: &str, for_window: bool) -> String {
    let word = if for_window { Word::AtWindow } else { Word::Waiting };
    format!("{step}: {}", word.text(language))
}

/// The run ended after its window had closed.
#[must_use]
pub fn overran(language: Language, closed: &str) -> String {
    match language {
        Language::En => format!("the window closed at {closed}, and the run went on beyond it"),
        Language::Es => format!("la ventana cerró a las {closed}, y la ejecución siguió fuera de ella"),
    }
}

/// So many runs.
#[must_use]
pub fn runs(language: Language, count: usize) -> String {
    let word = if count == 1 { Word::Run } else { Word::Runs };
    format!("{count} {}", word.text(language))
}

/// The jobs that come before.
#[must_use]
pub fn after(language: Language, jobs: &str) -> String {
    match language {
        Language::En => format!("after {jobs}"),
        Language::Es => format!("después de {jobs}"),
    }
}

/// A job starts so many seconds after those before it.
#[must_use]
pub fn later_by(language: Language, seconds: u64) -> String {
    let time = crate::duration::shown(std::time::Duration::from_secs(seconds));
    match language {
        Language::En => format!("{time} later"),
        Language::Es => format!("{time} más tarde"),
    }
}

/// A step moved the clone to another commit.
#[must_use]
pub fn left_clone_at(language: Language, place: &str, sha: &str) -> String {
    match language {
        Language::En => format!("{place} left this clone at commit {sha}"),
        Language::Es => format!("{place} dejó este clon en el commit {sha}"),
    }
}

/// So many runs more than are gone on with at once.
#[must_use]
pub fn more_due(language: Language, runs: usize) -> String {
    match language {
        Language::En => format!("{runs} more runs are due"),
        Language::Es => format!("corresponden ya {runs} ejecuciones más"),
    }
}

/// Outputs of a step that are not kept.
#[must_use]
pub fn left_out(language: Language, names: &str) -> String {
    match language {
        Language::En => format!("left out of the journal, for a secret stands in it: {names}"),
        Language::Es => format!("se omitió de la bitácora, porque contiene un secreto: {names}"),
    }
}

/// What a step keeps about a run could not be made anew when the run had ended.
#[must_use]
pub fn not_kept(language: Language, place: &str, why: &str) -> String {
    match language {
        Language::En => format!("what {place} keeps does not tell how the run ended, it could not be made anew: {why}"),
        Language::Es => {
            format!("lo que guarda {place} no dice cómo terminó la ejecución, no se pudo hacer de nuevo: {why}")
        }
    }
}

/// What is done about that.
#[must_use]
pub fn keep_by_hand(language: Language, run: &str) -> String {
    match language {
        Language::En => format!("zarpe report {run}, with the options of that step"),
        Language::Es => format!("zarpe report {run}, con las opciones de ese paso"),
    }
}

/// What a step told to be secret and is too short to be hidden.
#[must_use]
pub fn not_hidden(language: Language) -> &'static str {
    match language {
        Language::En => "a secret of fewer than 4 characters is not hidden",
        Language::Es => "un secreto de menos de 4 caracteres no se oculta",
    }
}

/// A step is done again for what it gives to another one.
#[must_use]
pub fn once_more(language: Language, other: &str) -> String {
    match language {
        Language::En => format!("is done again: {other} needs a secret that it gives, which no journal keeps"),
        Language::Es => format!("se repite: {other} necesita un secreto que da, y ninguna bitácora lo guarda"),
    }
}

/// How a run that was cut off goes on.
#[must_use]
pub fn resume_or_settle(language: Language, run: &str) -> String {
    let or = if language == Language::Es { "o" } else { "or" };
    format!("zarpe deploy resume {run}, {or} zarpe deploy settle {run}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_there_in_both_languages() {
        for (word, english, spanish) in ALL {
            assert_eq!((word.text(Language::En), word.text(Language::Es)), (english, spanish));
        }
    }
}
