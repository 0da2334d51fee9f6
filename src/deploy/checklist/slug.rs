//! Words for ids: small letters without accents, joined by `-`.

/// The first words of a text as an id; a number that it begins with is left out.
pub(super) fn slug(text: &str, words: usize) -> String {
    let rest = match number(text) {
        Some(number) => text.trim_start().get(number.len()..).unwrap_or_default().trim_start_matches(['.', ')']),
        None => text,
    };
    let plain: String = rest.chars().map(plain).collect();
    plain.split('-').filter(|word| !word.is_empty()).take(words).collect::<Vec<_>>().join("-")
}

/// The number that a text begins with, as `2.1`.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number = text.get(..end)?.trim_end_matches('.');
    let is_alone = text.get(end..)?.starts_with([' ', ')', '\u{a0}']) || end == text.len();
    (number.starts_with(|c: char| c.is_ascii_digit()) && is_alone).then(|| number.to_owned())
}

fn plain(c: char) -> char {
    match c.to_lowercase().next().unwrap_or(c) {
        'á' | 'à' | 'ä' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ë' | 'ê' => 'e',
        'í' | 'ì' | 'ï' | 'î' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' => 'o',
        'ú' | 'ù' | 'ü' | 'û' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("3. Checklist de Pre-Despliegue" => "checklist-de-pre-despliegue")]
    #[test_case("Líder de Despliegue (x)" => "lider-de-despliegue-x")]
    #[test_case("`GET /api/v1` con" => "get-api-v1-con")]
    #[test_case("24 h" => "h"; "a number first")]
    fn slug(text: &str) -> String {
        super::slug(text, 6)
    }

    #[test_case("1.2. Confirmar" => Some("1.2".to_owned()))]
    #[test_case("7" => Some("7".to_owned()))]
    #[test_case("2do paso" => None)]
    #[test_case(".5 x" => None)]
    fn number(text: &str) -> Option<String> {
        super::number(text)
    }
}
