//! What a run says of the lock of its environment, to people, in their language.

use jiff::Timestamp;

use crate::config::Language;
use crate::deploy::state::second;

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
        let (at, renewed) = (second(*at), renewed.map(second));
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

/// Another process of the run is at work on it: since when it has the lock, and when it said so last; until when it is believed.
#[must_use]
pub fn at_work(
    language: Language,
    (run, host): (&str, &str),
    (at, renewed): (Timestamp, Timestamp),
    until: Timestamp,
) -> (String, String) {
    let [at, renewed, until] = [at, renewed, until].map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ"));
    match language {
        Language::En => (
            format!(
                "a process of run {run} on {host} is at work: it has the lock since {at}, and said so at {renewed}"
            ),
            format!("wait for its end; where it is lost, from {until} on anybody may go on"),
        ),
        Language::Es => (
            format!(
                "un proceso de la ejecución {run} en {host} está trabajando: tiene el candado desde {at}, y lo dijo a las {renewed}"
            ),
            format!("espere a que termine; si se perdió, desde {until} cualquiera puede seguir"),
        ),
    }
}

/// That the lock of a process of which nothing was heard for long is watched.
#[must_use]
pub fn watches(language: Language, (run, host): (&str, &str), renewed: Timestamp) -> String {
    let renewed = renewed.strftime("%Y-%m-%dT%H:%M:%SZ");
    match language {
        Language::En => {
            format!(
                "watching whether the process of run {run} on {host} is lost: it said last at {renewed} that it is at work"
            )
        }
        Language::Es => {
            format!(
                "se observa si se perdió el proceso de la ejecución {run} en {host}: dijo por última vez a las {renewed} que trabaja"
            )
        }
    }
}

/// That the last process of a run has ended, and the journal does not say that it leaves the run: it was killed, or met an error.
#[must_use]
pub fn gone(language: Language, host: &str) -> String {
    match language {
        Language::En => format!("its last process, on {host}, is gone and did not say that it leaves the run"),
        Language::Es => format!("su último proceso, en {host}, ya no está y no dijo que deja la ejecución"),
    }
}

/// That nothing was heard for long of the process that has the lock, and what to do to know more.
#[must_use]
pub fn silent(language: Language, (run, host): (&str, &str), renewed: Timestamp) -> (String, String) {
    let renewed = second(renewed);
    match language {
        Language::En => (
            format!(
                "nobody can tell whether a process of run {run} is at work on {host}: it said last at {renewed} that it is"
            ),
            format!("see whether {host} is lost; this watches it before it goes on: zarpe deploy resume {run}"),
        ),
        Language::Es => (
            format!(
                "no se puede saber si un proceso de la ejecución {run} trabaja en {host}: lo dijo por última vez a las {renewed}"
            ),
            format!("vea si {host} se perdió; esto lo observa antes de seguir: zarpe deploy resume {run}"),
        ),
    }
}

/// How that lock is removed before.
#[must_use]
pub fn unlock_now(language: Language, environment: &str, nonce: &str) -> String {
    let command = format!("zarpe deploy unlock {environment} --nonce {nonce}");
    if language == Language::Es { format!(", o ya: {command}") } else { format!(", or at once: {command}") }
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

/// What another machine began may still run there: the step, the machine and the process; and where to look before anything goes on.
#[must_use]
pub fn may_still_run(language: Language, step: &str, host: &str, pid: u32) -> (String, String) {
    let look = format!("ps -o pid,etime,args -g {pid}");
    match language {
        Language::En => (
            format!("the command of {step} may still run on {host} (process {pid}): nobody sees that from here"),
            format!("look there first: {look}; where it runs, wait for its end, or end it: kill -- -{pid}"),
        ),
        Language::Es => (
            format!("el comando de {step} puede seguir en curso en {host} (proceso {pid}): desde aquí no se ve"),
            format!("véalo ahí primero: {look}; si sigue en curso, espere a que termine, o termínelo: kill -- -{pid}"),
        ),
    }
}

/// A lock was removed.
#[must_use]
pub fn unlocked(language: Language, environment: &str, run: &str) -> String {
    match language {
        Language::En => format!("{environment} is not locked any more; run {run} held it"),
        Language::Es => format!("{environment} ya no está bloqueado; lo tenía la ejecución {run}"),
    }
}

/// Who has a lock that was lost: a run, and its machine.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Another process of the same run.
    Own(&'a str, &'a str),
    /// Another run.
    Other(&'a str, &'a str),
    /// Nobody.
    Nobody,
}

/// A lock was lost, and what to do then.
#[must_use]
pub fn lost_lock(language: Language, environment: &str, run: &str, whose: Whose<'_>) -> (String, String) {
    let resume = format!("zarpe deploy resume {run}");
    match language {
        Language::En => {
            let whose = match whose {
                Whose::Own(run, host) => format!("another process of run {run}, on {host}, goes on with it"),
                Whose::Other(run, host) => format!("run {run} of {host} has it"),
                Whose::Nobody => "it was removed".to_owned(),
            };
            (format!("the lock of {environment} is lost: {whose}"), format!("see what goes on there; then: {resume}"))
        }
        Language::Es => {
            let whose = match whose {
                Whose::Own(run, host) => format!("otro proceso de la ejecución {run}, en {host}, sigue con ella"),
                Whose::Other(run, host) => format!("lo tiene la ejecución {run} de {host}"),
                Whose::Nobody => "alguien lo quitó".to_owned(),
            };
            (format!("se perdió el candado de {environment}: {whose}"), format!("vea qué pasa ahí; luego: {resume}"))
        }
    }
}
