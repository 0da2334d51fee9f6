//! Pure: a deployment plan, what its expressions mean, what is wrong with it before anything runs, the journal of a run, where
//! a run stands by its journal and what is next, and secrets made unreadable.
//!
//! The format is GitHub Actions' with a few words more: `roles`, `role`, `secrets`, `retry`, `idempotent`, `done-if`,
//! `post`, `rollback`, `start-in`, `covers`, `window`.

pub mod account;
pub mod advice;
pub mod answers;
pub mod board;
pub mod check;
pub mod checklist;
pub mod deployment;
pub mod expression;
pub mod journal;
pub mod mask;
pub mod order;
pub mod outer;
pub mod plan;
pub mod preflight;
pub mod question;
pub mod refusal;
pub mod refused;
pub mod rollback;
pub mod service;
pub mod state;
pub mod with;
pub mod words;
