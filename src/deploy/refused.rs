//! Why a command about a run does not do what it was asked for, in the language of who reads.

use crate::config::Language;

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused<'a> {
    /// The plan may not begin now; when it may.
    Closed(&'a str),
    /// The file is not the plan that the run went by.
    ChangedPlan(&'a str, &'a str),
    /// The plan that was kept is not the one that the run went by; the run, and where it is kept.
    OtherKept(&'a str, &'a str),
    /// The step does not wait for a sign-off.
    NotAsked(&'a str),
    /// The login is a machine's.
    Machine(&'a str),
    /// The run was begun with another value of an input; the run, and what it was begun with.
    OtherInput(&'a str, &'a str),
    /// The run goes by another commit than the clone is at; the run, and both, where they are known.
    OtherCommit(&'a str, Option<&'a str>, Option<&'a str>),
    /// Another run was deployed while this one began: what served before and what serves now.
    Overtaken(&'a str, &'a str),
    /// The job was not run.
    NotRun(&'a str),
    /// The job has not ended, and does not wait for its rollback.
    NotEnded(&'a str),
    /// The job was taken back before.
    TakenBack(&'a str),
    /// The job does not go on, for one that it needs is taken back, or was.
    NeedTakenBack(&'a str, &'a str),
    /// No job of the run has a rollback and was run.
    NoRollback,
    /// The run has ended.
    Ended(&'a str),
    /// No clean-up is held back.
    NothingHeld,
    /// It is known what became of the step.
    Settled(&'a str),
    /// The step waits for its role.
    ForItsRole(&'a str),
    /// The step has not begun.
    NotBegun(&'a str),
    /// The command of a step still runs here: the step, and the process.
    StillRuns(&'a str, u32),
    /// The job has run its clean-up.
    CleanedUp(&'a str),
    /// Nobody has the lock.
    NotLocked(&'a str),
    /// A process of the run is at work on this machine.
    WorksHere(&'a str),
    /// Another process works on the run.
    Busy,
    /// Another process put a journal on the remote meanwhile; of which environment.
    Ahead(&'a str),
    /// A step that has begun is another one in the plan as it is now.
    Moved(&'a str),
    /// The journal of a run here and the one on the remote do not go together.
    TwoJournals(&'a str),
    /// The journals of an environment on the remote are not those that were there before.
    Rewound(&'a str),
    /// The journals of a run here and on the remote go together.
    NotApart(&'a str),
    /// The remote has no journal of the run.
    NotThere(&'a str),
    /// The step is signed on evidence.
    NoEvidence(&'a str),
    /// The file of signers does not have the key.
    NoSigner(&'a str, &'a str),
    /// The lock is another one; of what, whose, since when.
    OtherLock(&'a str, &'a str, &'a str),
}

impl Refused<'_> {
    /// In a sentence without a full stop.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match language {
            Language::En => match self {
                Self::Closed(opens) => format!("the plan's window is closed: it opens {opens}"),
                Self::ChangedPlan(plan, run) => format!("{plan} is not the plan that run {run} went by"),
                Self::OtherKept(run, path) => {
                    format!("the plan that was kept of run {run} is not the one that it went by ({path})")
                }
                Self::NotAsked(step) => format!("{step} does not wait for a sign-off now"),
                Self::Machine(login) => format!("{login} is no person: it cannot sign"),
                Self::OtherInput(run, told) => format!("run {run} was begun with {told}"),
                Self::OtherCommit(run, then, now) => {
                    let then =
                        then.map_or("was begun at no commit".to_owned(), |then| format!("goes by commit {then}"));
                    let now = now.map_or("nobody can tell at which one this clone is".to_owned(), |now| {
                        format!("this clone is at {now}")
                    });
                    format!("run {run} {then}, and {now}")
                }
                Self::Overtaken(then, now) => {
                    format!("another run was deployed while this one began: {then} was in service, and now {now} is")
                }
                Self::NotRun(job) => format!("the job {job} was not run: there is nothing to take back"),
                Self::NotEnded(job) => format!("the job {job} has neither ended nor failed: it is not taken back yet"),
                Self::TakenBack(job) => format!("the job {job} was taken back already"),
                Self::NeedTakenBack(job, need) => {
                    format!("the job {job} needs {need}, which was taken back or is to be: it does not go on")
                }
                Self::NoRollback => "no job of this run has a rollback and was run".to_owned(),
                Self::Ended(run) => format!("run {run} has ended"),
                Self::NothingHeld => "no clean-up is held back".to_owned(),
                Self::Settled(step) => format!("it is known what became of {step}"),
                Self::ForItsRole(step) => format!("{step} could not tell, and that it is well is for its role to say"),
                Self::NotBegun(step) => format!("{step} has not begun"),
                Self::StillRuns(step, pid) => format!("the command of {step} still runs (process {pid})"),
                Self::CleanedUp(job) => format!("{job} has cleaned up after itself: it cannot go on half way"),
                Self::NotLocked(what) => format!("{what} is not locked"),
                Self::WorksHere(run) => format!("a process of run {run} is at work on this machine"),
                Self::Busy => "another process works on this run".to_owned(),
                Self::Moved(step) => format!("{step} has begun, and is not that step in the plan as it is now"),
                Self::Ahead(environment) => {
                    format!("another process works on {environment}: it moved refs/zarpe/runs/{environment}")
                }
                Self::TwoJournals(run) => {
                    format!("the journal of run {run} here and on the remote say different things")
                }
                Self::Rewound(environment) => {
                    format!("the remote does not have any more what this clone saw of the runs of {environment} there")
                }
                Self::NotApart(run) => format!("the journals of run {run} here and on the remote go together"),
                Self::NotThere(run) => format!("the remote has no journal of run {run}"),
                Self::NoEvidence(step) => format!("{step} is signed on evidence"),
                Self::NoSigner(signers, key) => format!("{signers} does not say whose key {key} is"),
                Self::OtherLock(what, run, at) => {
                    format!("the lock of {what} has another nonce: run {run} holds it since {at}")
                }
            },
            Language::Es => match self {
                Self::Closed(opens) => format!("la ventana del plan está cerrada: abre {opens}"),
                Self::ChangedPlan(plan, run) => format!("{plan} no es el plan con el que corrió la ejecución {run}"),
                Self::OtherKept(run, path) => {
                    format!("el plan guardado de la ejecución {run} no es con el que corrió ({path})")
                }
                Self::NotAsked(step) => format!("{step} no espera una firma ahora"),
                Self::Machine(login) => format!("{login} no es una persona: no puede firmar"),
                Self::NotRun(job) => format!("el trabajo {job} no corrió: no hay nada que revertir"),
                Self::NotEnded(job) => format!("el trabajo {job} no terminó ni falló: todavía no se revierte"),
                Self::TakenBack(job) => format!("el trabajo {job} ya se revirtió"),
                Self::NeedTakenBack(job, need) => {
                    format!("el trabajo {job} necesita {need}, que se revirtió o se va a revertir: no continúa")
                }
                Self::NoRollback => "ningún trabajo de esta ejecución tiene rollback y corrió".to_owned(),
                Self::Ended(run) => format!("la ejecución {run} ya terminó"),
                Self::NothingHeld => "ninguna limpieza está retenida".to_owned(),
                Self::Settled(step) => format!("ya se sabe qué pasó con {step}"),
                Self::ForItsRole(step) => format!("{step} no pudo decidir, y que está bien lo dice su rol"),
                Self::OtherInput(run, told) => format!("la ejecución {run} comenzó con {told}"),
                Self::OtherCommit(run, then, now) => {
                    let then = then.map_or("comenzó sin commit".to_owned(), |then| format!("sigue el commit {then}"));
                    let now = now.map_or("no se sabe en cuál está este clon".to_owned(), |now| {
                        format!("este clon está en {now}")
                    });
                    format!("la ejecución {run} {then}, y {now}")
                }
                Self::Overtaken(then, now) => {
                    format!("otra ejecución se desplegó mientras esta empezaba: servía {then}, y ahora sirve {now}")
                }
                Self::NotBegun(step) => format!("{step} no ha empezado"),
                Self::StillRuns(step, pid) => format!("el comando de {step} sigue en curso (proceso {pid})"),
                Self::CleanedUp(job) => format!("{job} ya hizo su limpieza: no puede seguir a medias"),
                Self::NotLocked(what) => format!("{what} no está bloqueado"),
                Self::WorksHere(run) => format!("un proceso de la ejecución {run} está trabajando en esta máquina"),
                Self::Busy => "otro proceso trabaja en esta ejecución".to_owned(),
                Self::Moved(step) => format!("{step} ya empezó, y no es ese paso en el plan como está ahora"),
                Self::Ahead(environment) => {
                    format!("otro proceso trabaja en {environment}: movió refs/zarpe/runs/{environment}")
                }
                Self::TwoJournals(run) => {
                    format!("la bitácora de la ejecución {run} no dice lo mismo aquí que en el remoto")
                }
                Self::Rewound(environment) => {
                    format!("el remoto ya no tiene lo que este clon vio ahí de las ejecuciones de {environment}")
                }
                Self::NotApart(run) => format!("los diarios de la ejecución {run} aquí y en el remoto van juntos"),
                Self::NotThere(run) => format!("el remoto no tiene un diario de la ejecución {run}"),
                Self::NoEvidence(step) => format!("{step} se firma con evidencia"),
                Self::NoSigner(signers, key) => format!("{signers} no dice de quién es la llave {key}"),
                Self::OtherLock(what, run, at) => {
                    format!("el candado de {what} tiene otro nonce: lo tiene la ejecución {run} desde {at}")
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_in_both_languages() {
        let all = [
            Refused::Closed("x"),
            Refused::ChangedPlan("x", "7"),
            Refused::OtherKept("7", "x"),
            Refused::NotAsked("x"),
            Refused::Machine("x"),
            Refused::OtherInput("7", "version=v1"),
            Refused::OtherCommit("7", Some("x"), Some("y")),
            Refused::OtherCommit("7", None, None),
            Refused::Overtaken("x", "y"),
            Refused::NotRun("x"),
            Refused::NotEnded("x"),
            Refused::TakenBack("x"),
            Refused::NeedTakenBack("x", "y"),
            Refused::NoRollback,
            Refused::Ended("x"),
            Refused::NothingHeld,
            Refused::Settled("x"),
            Refused::ForItsRole("x"),
            Refused::NotBegun("x"),
            Refused::StillRuns("x", 1),
            Refused::CleanedUp("x"),
            Refused::NotLocked("x"),
            Refused::WorksHere("x"),
            Refused::Busy,
            Refused::Ahead("x"),
            Refused::Moved("x"),
            Refused::TwoJournals("7"),
            Refused::Rewound("x"),
            Refused::NotApart("7"),
            Refused::NotThere("7"),
            Refused::NoEvidence("x"),
            Refused::NoSigner("x", "y"),
            Refused::OtherLock("x", "7", "then"),
        ];
        for one in all {
            let (english, spanish) = (one.text(Language::En), one.text(Language::Es));
            assert!(english != spanish && !english.ends_with('.') && !spanish.ends_with('.'), "{english} {spanish}");
        }
    }
}
