//! `zarpe openapi`: is the committed document current, and what breaks its callers?

mod check;
mod diff;
mod documents;
mod examples;
mod laws;
mod pairs;
