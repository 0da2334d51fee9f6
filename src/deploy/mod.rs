//! Pure: a deployment plan, what its expressions mean, and what is wrong with it before anything runs.
//!
//! The format is GitHub Actions' with a few words more: `roles`, `role`, `secrets`, `retry`, `idempotent`, `done-if`,
//! `post`, `rollback`, `start-in`, `covers`, `window`.

pub mod check;
pub mod expression;
pub mod plan;
