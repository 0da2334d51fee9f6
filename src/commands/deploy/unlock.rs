//! `zarpe deploy unlock`: a lock that a lost run left is removed, by the word that only its owner and its refusals tell.

use anyhow::Result;

use super::ground::{Ground, StateOptions};
use super::lease;
use super::out_of_sight::out_of_sight;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::advice::Advice;
use crate::deploy::refused::Refused;
use crate::deploy::state::{State, second};
use crate::deploy::words;
use crate::report::{Body, ExitCode, Failure, Report};

/// Remove the lock that a lost run left.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The environment, or the plan's `concurrency` group.
    #[arg(value_name = "ENVIRONMENT")]
    environment: String,
    /// The lock's nonce, as the refusal of another run tells it.
    #[arg(long, value_name = "NONCE")]
    nonce: String,
    #[command(flatten)]
    state: StateOptions,
}

/// Removes the lock where the nonce is its own.
///
/// # Errors
/// Exit code 1 where there is no lock, or another one, or a process of its run is at work here; 3 where it cannot be told or removed.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    let lock = ground.lock(&options.environment);
    let owner = loop {
        let Some(owner) = lock.holder().await? else {
            let message = Refused::NotLocked(&options.environment).text(cx.config.language);
            return Err(Failure::refused("deploy/not-locked", message).into());
        };
        if owner.nonce != options.nonce {
            let since = second(owner.at);
            let message = Refused::OtherLock(&options.environment, &owner.run, &since).text(cx.config.language);
            return Err(Failure::refused("deploy/other-lock", message)
                .help(Advice::LookFirst.text(cx.config.language))
                .into());
        }
        // Nobody goes on with the run here meanwhile; where its journal is not here, or is not believed, nobody could.
        let journal = ground.store.idle(&owner.run);
        if matches!(journal, Ok(None)) || lease::lives(&owner) == Some(true) {
            let message = Refused::WorksHere(&owner.run).text(cx.config.language);
            let help = Advice::StopFirst.text(cx.config.language);
            return Err(Failure::refused("deploy/busy", message).help(help).into());
        }
        // Where a process has begun elsewhere since, it is judged anew.
        if lock.remove(&owner).await? {
            break owner;
        }
    };
    let title = words::unlocked(cx.config.language, &options.environment, &owner.run);
    let mut report = Report::new("deploy unlock", ExitCode::Done, title, Body::Sections(Vec::new()));
    // From now on anybody may go on with the run. What cannot be read of it says nothing against that.
    let _ = ground.bring(&owner.run).await;
    let state = ground.store.read(&owner.run).ok().flatten().map(|journal| State::of(&journal)).unwrap_or_default();
    report.findings = out_of_sight(cx.config.language, &state);
    Ok(Outcome::report(report))
}
