//! `zarpe deploy settle RUN --take SIDE`: two journals of one run went apart, and a person says which of them holds. The other one is
//! kept.

use anyhow::Result;

use super::ground::Ground;
use super::{lease, settle};
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::journal::{merge, sha256};
use crate::deploy::refused::Refused;
use crate::deploy::state::State;
use crate::deploy::words;
use crate::history::{Person, Sha};
use crate::io::git::Repository;
use crate::io::{files, machine, runs};
use crate::report::Failure;

/// The journal that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Side {
    /// The one on the remote.
    Remote,
    /// The one of this clone.
    Here,
}

/// Goes on with one of the two from now on.
///
/// # Errors
/// Exit code 1 where they go together or a process is at work, 2 where there is no such run, 3 where one of them is not believed.
pub(super) async fn take(cx: &Context, ground: &Ground, run: &str, side: Side) -> Result<Outcome> {
    let language = cx.config.language;
    let refused = |rule: &'static str, why: Refused<'_>| {
        Failure::refused(rule, why.text(language)).help(format!("zarpe deploy resume {run}"))
    };
    let (mut writer, journal) = ground.store.resume(run).map_err(|error| ground.in_language(error))?;
    let state = State::of(&journal);
    let environment = state.started.environment.clone();
    let (Some(remote), Some(repository)) = (&ground.remote, &ground.repository) else {
        return Err(refused("deploy/not-apart", Refused::NotThere(run)).into());
    };
    let (tip, there) = ground.tip(&environment, run).await?;
    let (here, plan) = (writer.bytes()?, files::read(&ground.store.run(run).join("plan.yml"))?.unwrap_or_default());
    let goes_on = ground.goes_on(&environment, tip.as_ref())?;
    let goes_together = there.as_ref().is_none_or(|there| merge(&here, &there.journal).is_some());
    if goes_together && goes_on {
        return Err(refused("deploy/not-apart", Refused::NotApart(run)).into());
    }
    if let Some(held) = ground.worker(run, &state).await? {
        return Err(lease::refusal(language, &environment, &held).into());
    }
    let kept = match side {
        Side::Remote => {
            let (Some(there), Some(tip)) = (there, tip) else {
                return Err(refused("deploy/not-there", Refused::NotThere(run)).into());
            };
            let kept = keep(repository, run, &[("journal.jsonl", &here), ("plan.yml", &plan)])?;
            let journal = writer.replace(&there.journal)?;
            if State::of(&journal).plan_sha256 == sha256(&there.plan) {
                files::write(&ground.store.run(run).join("plan.yml"), &there.plan)?;
            }
            ground.saw(&environment, &tip)?;
            Some(kept)
        }
        Side::Here => {
            let other =
                there.as_ref().map(|there| [("journal.jsonl", &there.journal[..]), ("plan.yml", &there.plan[..])]);
            let kept = other.map(|files| keep(repository, run, &files)).transpose()?;
            let copy = runs::Copy { run: run.to_owned(), journal: here, plan };
            let made = runs::over(remote, repository, &environment, &copy, tip.as_ref()).await?;
            ground.saw(&environment, &made)?;
            kept
        }
    };
    let state = ground.store.read(run)?.map_or(state, |journal| State::of(&journal));
    settle::told(cx, ground, run, &state, words::side_taken(language, side == Side::Here), {
        words::side_kept(language, kept.as_deref())
    })
}

/// Keeps a journal under a name of its own in this clone; the name.
fn keep(repository: &Repository, run: &str, files: &[(&str, &[u8])]) -> Result<String> {
    let person = Person { name: "zarpe".to_owned(), email: "zarpe@localhost".to_owned() };
    let made: Sha = repository.note(&person, machine::now(), run, files, None)?;
    let name = format!("refs/zarpe/kept/{run}/{}", made.as_str().get(..12).unwrap_or(made.as_str()));
    repository.keep(&name, &made)?;
    Ok(name)
}
