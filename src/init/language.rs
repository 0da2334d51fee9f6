//! The language that notes are written in, by the words that nearly every sentence of it has.

use crate::config::Language;

const ENGLISH: &[&str] = &[
    "the",
    "of",
    "and",
    "to",
    "for",
    "with",
    "is",
    "from",
    "when",
    "now",
    "added",
    "changed",
    "fixed",
    "removed",
    "fixes",
    "features",
    "changes",
    "breaking",
    "bug",
    "what's",
    "security",
    "deprecated",
];
const SPANISH: &[&str] = &[
    "el",
    "la",
    "los",
    "las",
    "de",
    "del",
    "que",
    "con",
    "para",
    "por",
    "una",
    "se",
    "en",
    "al",
    "cuando",
    "ahora",
    "añadido",
    "agregado",
    "cambiado",
    "corregido",
    "corrige",
    "eliminado",
    "correcciones",
    "novedades",
    "cambios",
    "mejoras",
    "versión",
    "notas",
    "seguridad",
];

/// How many words of the beginning count: the last notes, not those of years ago.
const WORDS: usize = 400;

/// The language of a text; `None` where its words do not say.
pub(super) fn of(text: &str) -> Option<Language> {
    let (mut english, mut spanish) = (0, 0);
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty()).take(WORDS) {
        let word = word.to_lowercase();
        english += usize::from(ENGLISH.contains(&word.as_str()));
        spanish += usize::from(SPANISH.contains(&word.as_str()));
    }
    match english.cmp(&spanish) {
        std::cmp::Ordering::Greater => Some(Language::En),
        std::cmp::Ordering::Less => Some(Language::Es),
        std::cmp::Ordering::Equal => None,
    }
}

/// The language as `zarpe.yml` names it.
pub(super) fn code(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Es => "es",
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("# Changelog\n\n## [1.2.0]\n\n### Added\n\n- The export of reports" => Some(Language::En); "English")]
    #[test_case("## 1.2.0\n\n### Novedades\n\n- Exportación de informes" => Some(Language::Es); "Spanish headings")]
    #[test_case("### Added\n- Se añade la exportación de los informes\n### Fixed\n- El error al guardar" => Some(Language::Es); "Spanish under English headings")]
    #[test_case("v1.2.0" => None; "a version alone")]
    #[test_case("" => None; "nothing")]
    fn is_in(text: &str) -> Option<Language> {
        of(text)
    }
}
