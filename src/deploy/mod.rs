//! Pure: a deployment plan, what its expressions mean, what is wrong with it before anything runs, and the journal of a run.
//!
//! The format is GitHub Actions' with a few words more: `roles`, `role`, `secrets`, `retry`, `idempotent`, `done-if`,
//! `post`, `rollback`, `start-in`, `covers`, `window`.

pub mod check;
pub mod expression;
pub mod journal;
pub mod plan;
