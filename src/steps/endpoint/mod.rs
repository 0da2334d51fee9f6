//! Does an endpoint answer as expected?

mod expect;
mod judge;
mod leaks;
mod multipart;
mod report;
mod secret;
mod veil;

pub use expect::{Capture, Expected, given_twice};
pub use judge::{Answer, Captured, Check, Judgement, judge};
pub use multipart::{Part, multipart};
pub use report::{Silence, Told, answered, beginning, silent, unhidden};
pub use secret::{
    is_secret_to_send, secret_parts, secrets_of_answer, secrets_of_cookies, secrets_of_field, secrets_of_json,
    secrets_of_parameter, secrets_of_user,
};
pub use veil::veiled;
