//! `zarpe openapi`: is the committed document current, and what breaks its callers?

mod check;
mod codegen;
mod corpora;
mod coverage;
mod diff;
mod docs;
mod documents;
mod drf;
mod examples;
mod files;
mod generators;
mod ignore;
mod latest;
mod laws;
mod lists;
mod pairs;
mod used_by;
