//! `zarpe openapi`: is the committed document current, and what breaks its callers?

mod check;
mod diff;
mod documents;
mod examples;
mod files;
mod ignore;
mod laws;
mod pairs;
mod used_by;
