//! The words of the notes in each language.

use jiff::civil::Date;

use super::Kind;
use crate::config::Language;
use crate::version::ApiEffect;

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
];

/// The heading of a section.
pub(super) fn heading(kind: Kind, language: Language) -> &'static str {
    let [english, spanish] = match kind {
        Kind::Breaking => ["Breaking changes", "Cambios incompatibles"],
        Kind::Features => ["Features", "Novedades"],
        Kind::Fixes => ["Fixes", "Correcciones"],
        Kind::Performance => ["Performance", "Rendimiento"],
        Kind::Reverts => ["Taken back", "Cambios revertidos"],
        Kind::Others => ["Other changes", "Otros cambios"],
    };
    choose(language, english, spanish)
}

/// The heading of the API's changes.
pub(super) fn api(language: Language) -> &'static str {
    choose(language, "API changes", "Cambios de la API")
}

/// What a change of the API does to callers.
pub(super) fn effect(effect: ApiEffect, language: Language) -> &'static str {
    let [english, spanish] = match effect {
        ApiEffect::Breaks => ["Breaking", "Incompatible"],
        ApiEffect::Deprecates => ["Deprecated", "Obsoleto"],
        ApiEffect::Adds => ["Added", "Nuevo"],
        ApiEffect::Changes => ["Changed", "Cambiado"],
    };
    choose(language, english, spanish)
}

/// The label of the link to all changes.
pub(super) fn compare(language: Language) -> &'static str {
    choose(language, "All changes", "Todos los cambios")
}

/// After what release.
pub(super) fn since(language: Language) -> &'static str {
    choose(language, "since", "desde")
}

/// What stands where nothing changed.
pub(super) fn nothing(language: Language) -> &'static str {
    choose(language, "No changes.", "Sin cambios.")
}

/// A day as people write it.
pub(super) fn date(date: Date, language: Language) -> String {
    let months = choose(language, MONTHS[0], MONTHS[1]);
    let at = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
    let month = months.get(at).copied().unwrap_or_default();
    match language {
        Language::En => format!("{month} {}, {}", date.day(), date.year()),
        Language::Es => format!("{} de {month} de {}", date.day(), date.year()),
    }
}

fn choose<T>(language: Language, english: T, spanish: T) -> T {
    match language {
        Language::En => english,
        Language::Es => spanish,
    }
}
