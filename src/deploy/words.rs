//! What a run says to people, in their language.

use jiff::Timestamp;

use crate::config::Language;

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
}

const ALL: [(Word, &str, &str); 33] = [
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

/// A person must say whether a job is taken back.
#[must_use]
pub fn must_decide(language: Language, run: &str, job: &str) -> (String, String) {
    let command = format!("zarpe deploy rollback {run} {job}");
    match language {
        Language::En => (format!("the rollback of {job} waits for a decision"), command),
        Language::Es => (format!("el rollback de {job} espera una decisión"), command),
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

/// A deployment waits for a person.
#[must_use]
pub fn waits_at(language: Language, step: &str) -> String {
    format!("{step}: {}", Word::Waiting.text(language))
}

/// A version is in service again.
#[must_use]
pub fn back_by(language: Language, run: &str) -> String {
    match language {
        Language::En => format!("in service again by the rollback of run {run}"),
        Language::Es => format!("otra vez en servicio por el rollback de la ejecución {run}"),
    }
}

/// A lock that another run has.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Of what.
    pub environment: &'a str,
    /// The run, and the machine of its first process.
    pub held: (&'a str, &'a str),
    /// Since when.
    pub at: Timestamp,
    /// The same as a span, in words.
    pub since: &'a str,
}

impl Held<'_> {
    /// Who has it, how long, and what for.
    #[must_use]
    pub fn text(&self, language: Language, renewed: Option<Timestamp>, waits: &[String]) -> String {
        let Self { environment, held: (run, host), at, since } = self;
        let waits = waits.join(", ");
        let (mut text, renewal, reason) = match language {
            Language::En => (
                format!("{environment} is locked by run {run} of {host} since {at} ({since})"),
                renewed.map(|at| format!("; it said at {at} that it works on")),
                format!("; it waits for a person: {waits}"),
            ),
            Language::Es => (
                format!("{environment} está bloqueado por la ejecución {run} de {host} desde {at} ({since})"),
                renewed.map(|at| format!("; a las {at} dijo que sigue")),
                format!("; espera a una persona: {waits}"),
            ),
        };
        text += &renewal.unwrap_or_default();
        if waits.is_empty() { text } else { text + &reason }
    }
}

/// How a lock that a lost run left is removed.
#[must_use]
pub fn unlock(language: Language, environment: &str, nonce: &str) -> String {
    let command = format!("zarpe deploy unlock {environment} --nonce {nonce}");
    match language {
        Language::En => format!("wait for its end; where it is lost, look what it left, then: {command}"),
        Language::Es => format!("espere a que termine; si se perdió, vea qué dejó, y luego: {command}"),
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
