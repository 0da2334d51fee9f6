//! The clearance: the verdict as a statement that others can check. Pure: judgement in, statement out.

mod attestation;
pub mod canonical;
mod compare;
mod digests;
mod resource;
mod statement;

pub use attestation::attested_by;
pub use compare::{Wanted, refusals};
pub use digests::Digests;
pub use resource::Resource;
pub use statement::{PREDICATE, Statement};
