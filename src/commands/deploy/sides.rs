//! `zarpe deploy settle RUN --take SIDE`: two journals of one run went apart, and a person says which of them holds. The other one is
//! kept.

use anyhow::Result;

use super::ground::Ground;
use super::settle;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::journal::{merge, sha256};
use crate::deploy::refused::Refused;
use crate::deploy::state::State;
use crate::deploy::words;
use crate::history::{Person, Sha};
use crate::io::git::Repository;
use crate::io::remote::Remote;
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
    let head = ground.head(&environment)?;
    let (tip, there) = ground.tip(&environment, run).await?;
    let (here, plan) = (writer.bytes()?, files::read(&ground.store.run(run).join("plan.yml"))?.unwrap_or_default());
    let goes_on = ground.goes_on(head.as_ref(), tip.as_ref())?;
    let goes_together = there.as_ref().is_none_or(|there| merge(&here, &there.journal).is_some());
    if goes_together && goes_on {
        return Err(refused("deploy/not-apart", Refused::NotApart(run)).into());
    }
    ground.none_at_work(cx, run, &state).await?;
    let (tip, kept) = match side {
        Side::Remote => {
            let (Some(there), Some(tip)) = (there, tip) else {
                return Err(refused("deploy/not-there", Refused::NotThere(run)).into());
            };
            let kept = keep(repository, run, &[("journal.jsonl", &here), ("plan.yml", &plan)])?;
            let journal = writer.replace(&there.journal)?;
            if State::of(&journal).plan_sha256 == sha256(&there.plan) {
                files::write(&ground.store.run(run).join("plan.yml"), &there.plan)?;
            }
            (tip, Some(kept))
        }
        Side::Here => {
            let other =
                there.as_ref().map(|there| [("journal.jsonl", &there.journal[..]), ("plan.yml", &there.plan[..])]);
            let kept = other.map(|files| keep(repository, run, &files)).transpose()?;
            let copy = runs::Copy { run: run.to_owned(), journal: here, plan };
            (runs::over(remote, repository, &environment, &copy, tip.as_ref()).await?, kept)
        }
    };
    // Of the other runs nothing was said: what the remote has lost of them is put there again.
    let tip = if goes_on { tip } else { put_again(ground, (remote, repository), &environment, run, tip).await? };
    ground.saw(&environment, &tip)?;
    let state = ground.store.read(run)?.map_or(state, |journal| State::of(&journal));
    settle::told(cx, ground, run, &state, words::side_taken(language, side == Side::Here), {
        words::side_kept(language, kept.as_deref())
    })
}

/// Puts the journals of the other runs of an environment onto a history of it that was moved back, as far as that one has less of them;
/// the last commit. Those that say something else are told as ever.
async fn put_again(
    ground: &Ground,
    (remote, repository): (&Remote, &Repository),
    environment: &str,
    except: &str,
    mut tip: Sha,
) -> Result<Sha> {
    let (_, copies) = runs::history(remote, repository, environment, None).await?;
    let mut lost = Vec::new();
    for run in ground.store.runs()?.into_iter().filter(|run| run != except) {
        // One that another process works on is put there by that.
        let Some(writer) = ground.store.idle(&run).ok().flatten() else { continue };
        let Some(journal) = ground.store.read(&run)?.filter(|one| !one.entries.is_empty()) else { continue };
        let state = State::of(&journal);
        let here = writer.bytes()?;
        let there = copies.iter().find(|copy| copy.run == run).map(|copy| copy.journal.as_slice()).unwrap_or_default();
        if state.started.environment == environment && here.len() > there.len() && here.starts_with(there) {
            let plan = files::read(&ground.store.run(&run).join("plan.yml"))?.unwrap_or_default();
            lost.push((state.at, runs::Copy { run, journal: here, plan }));
        }
    }
    // In the order in which they were put there once.
    lost.sort_by_key(|(at, _)| *at);
    for (_, copy) in &lost {
        tip = runs::over(remote, repository, environment, copy, Some(&tip)).await?;
    }
    Ok(tip)
}

/// Keeps a journal under a name of its own in this clone; the name.
fn keep(repository: &Repository, run: &str, files: &[(&str, &[u8])]) -> Result<String> {
    let person = Person { name: "zarpe".to_owned(), email: "zarpe@localhost".to_owned() };
    let made: Sha = repository.note(&person, machine::now(), run, files, None)?;
    let name = format!("refs/zarpe/kept/{run}/{}", made.as_str().get(..12).unwrap_or(made.as_str()));
    repository.keep(&name, &made)?;
    Ok(name)
}
