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

/// What a text is named by: the words before a colon, where they are few, else its first words, else its number, else its signs.
/// Never empty where the text is not.
pub(super) fn words_of(text: &str) -> String {
    let few = |before: &&str| before.split_whitespace().count() <= 4;
    let before = text.split_once(':').map(|(before, _)| before).filter(few);
    let names = |text: &str| Some(slug(text, 6)).filter(|name| !name.is_empty());
    let own = before.map_or_else(|| names(text), names);
    own.or_else(|| before.and_then(letters))
        .or_else(|| names(text))
        .or_else(|| number(text))
        .or_else(|| letters(text))
        .unwrap_or_else(|| {
            let signs = text.chars().filter(|c| !c.is_whitespace()).take(6);
            signs.map(|c| format!("u{:x}", u32::from(c))).collect::<Vec<_>>().join("-")
        })
}

/// The first words of a text in letters that are not Latin ones.
fn letters(text: &str) -> Option<String> {
    let is_foreign = text.chars().any(|c| c.is_alphabetic());
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(6);
    let name = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    Some(name).filter(|name| is_foreign && !name.is_empty())
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
