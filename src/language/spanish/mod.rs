//! The catalogue in Spanish, as an operations team in Mexico would say it.

mod documents;
mod expression;
mod plan;
mod release;
mod run;
mod steps;
mod system;
mod verify;
mod world;

use super::Entry;

/// What the sources say.
pub(super) const OWN: &[&[Entry]] = &[
    run::ENTRIES,
    plan::ENTRIES,
    expression::ENTRIES,
    steps::ENTRIES,
    release::ENTRIES,
    verify::ENTRIES,
    documents::ENTRIES,
    world::ENTRIES,
];

/// What others say whose words are known.
pub(super) const OTHERS: &[Entry] = system::ENTRIES;
