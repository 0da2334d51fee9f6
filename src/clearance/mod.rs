//! The clearance: the verdict as a statement that others can check. Pure: judgement in, statement out.

pub mod canonical;
mod digests;
mod resource;
mod statement;

pub use digests::Digests;
pub use resource::Resource;
pub use statement::{PREDICATE, Statement};
