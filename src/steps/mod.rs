//! Pure: what the built-in steps of a deployment plan judge. Each is a subcommand as well: `uses: zarpe/gate` is `zarpe gate`.

pub mod document;
pub mod endpoint;
pub mod env;
pub mod gate;
pub mod notice;
pub mod number;
pub mod path;

use crate::config::Language;

/// What is said to people about a deployment, in their language.
fn say(language: Language, english: String, spanish: String) -> String {
    match language {
        Language::En => english,
        Language::Es => spanish,
    }
}
