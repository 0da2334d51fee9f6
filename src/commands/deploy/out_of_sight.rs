//! The commands of a run that this machine cannot see.

use crate::config::Language;
use crate::deploy::state::{Standing, State};
use crate::deploy::words;
use crate::io::machine;
use crate::report::{Finding, Level};

/// The commands of a run that another machine began and of which no end is known: they may outlive who watched them, and the lock says
/// nothing of them.
pub(super) fn out_of_sight(language: Language, state: &State) -> Vec<Finding> {
    let begun = state.steps.iter().filter(|(place, step)| step.standing == Standing::Started && !state.is_lost(place));
    let begun = begun.filter_map(|(place, step)| Some((place, state.command_of(step)?)));
    begun
        .filter(|(_, (who, _))| !machine::is_here(who))
        .map(|(place, (who, pid))| {
            let (message, help) = words::may_still_run(language, &place.to_string(), &who.host, pid);
            Finding::new("deploy/may-still-run", Level::Warning, message).help(help)
        })
        .collect()
}
