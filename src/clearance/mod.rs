//! The clearance: the verdict as a statement that others can check. Pure: judgement in, statement out.

pub mod canonical;
mod digests;

pub use digests::Digests;
