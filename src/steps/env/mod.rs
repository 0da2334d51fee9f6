//! Is the environment of a deployment complete? Names and states, never values.

mod alternatives;
mod answer;
mod dotenv;
mod refer;
mod report;
mod size;
mod state;
mod version;

pub use alternatives::{Group, unmet};
pub use answer::{Found, find};
pub use dotenv::{Dotenv, Entry, is_name};
pub use refer::Refers;
pub use report::{Check, Kind, Told, report};
pub use size::{Room, rooms, size};
pub use state::{State, of_value};
pub use version::{Need, Version, is_unknown_word};
