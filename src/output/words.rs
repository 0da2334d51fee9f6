//! The words that stand before what a finding says, in the formats that people read.

use crate::config::Language;
use crate::report::Level;

/// How much it matters.
pub(super) fn level(language: Language, level: Level) -> &'static str {
    match (language, level) {
        (_, Level::Error) => "error",
        (Language::En, Level::Warning) => "warning",
        (Language::Es, Level::Warning) => "advertencia",
        (Language::En, Level::Info) => "note",
        (Language::Es, Level::Info) => "nota",
    }
}

/// Before what to do next.
pub(super) fn help(language: Language) -> &'static str {
    match language {
        Language::En => "help",
        Language::Es => "ayuda",
    }
}

/// Before a place.
pub(super) fn at(language: Language) -> &'static str {
    match language {
        Language::En => "at",
        Language::Es => "en",
    }
}

/// The language's name, as HTML has it.
pub(super) fn name(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Es => "es",
    }
}
