//! A run that is not the last of its environment: it does not go on over a later one without a word.

use anyhow::Result;
use jiff::Timestamp;

use super::ground::{Ground, service};
use super::resume::Opened;
use crate::context::Context;
use crate::deploy::journal::{Event, Journal};
use crate::deploy::state::View;
use crate::deploy::words;
use crate::report::Failure;

/// Whether a run that goes on so puts something in service, or takes it back. What was to start later looks at what is there, and
/// what has ended, or was stopped by a person, only cleans up.
pub(super) fn changes_service(opened: &Opened, more: &[Event]) -> bool {
    let mut state = opened.state.clone();
    let is_behind = state.cancelled || state.finished.is_some();
    let (at, attempt) = (state.at, state.attempt);
    more.iter().for_each(|event| state.apply(at, attempt, event));
    let goes_back = state.jobs.values().any(|job| job.rollback_requested && job.rollback.is_none());
    if is_behind && more.is_empty() && !goes_back {
        return false;
    }
    let view = View { plan: &opened.read.plan, facts: &opened.facts };
    state.is_half_done(view) || !state.is_follow_up(view)
}

/// Since when nobody has looked at what was done in the environment: since it began, or since somebody asked for more of it by a
/// command that looks.
pub(super) fn looked(journal: &Journal) -> Option<Timestamp> {
    let asks = |event: &Event| {
        matches!(
            event,
            Event::RunStarted(_)
                | Event::JobReopened { .. }
                | Event::RollbackRequested { .. }
                | Event::RollbackReopened { .. }
        )
    };
    journal.entries.iter().rev().find(|entry| asks(&entry.event)).map(|entry| entry.ts)
}

/// Refuses it where another run was deployed or taken back since this one began.
///
/// # Errors
/// Exit code 1 where there is one, 3 where that cannot be told.
pub(super) async fn refuse(cx: &Context, ground: &Ground, opened: &Opened, takes_back: bool) -> Result<()> {
    let (environment, language) = (&opened.state.started.environment, cx.config.language);
    let known = async {
        let elsewhere = ground.bring_of(environment, None).await?;
        ground.known(environment, &elsewhere)
    };
    let unknown = |error| Failure::from_error(&error).help(words::over_unknown(language));
    let known = known.await.map_err(unknown)?;
    let service = service(&known);
    let own = known.iter().find(|one| one.run == opened.run).map(|one| &one.journal);
    let began = own.and_then(|own| own.entries.first()).map(|entry| entry.ts);
    // Who asks for a rollback is told in any case.
    let looked = if takes_back { began } else { own.and_then(looked) };
    let Some(later) = began.zip(looked).and_then(|(began, looked)| service.since(&opened.run, began, looked)) else {
        return Ok(());
    };
    let message = words::done_since(language, environment, &opened.run, later);
    Err(Failure::refused("deploy/later-run", message).help(words::over_later(language, later, takes_back)).into())
}
