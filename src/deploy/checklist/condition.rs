//! Whether the items that stand in another are only done where something is so.

/// What such an item begins with, in small letters.
const BEGINS: [&str; 22] = [
    "si",
    "solo si",
    "sólo si",
    "cuando",
    "solo cuando",
    "en caso de",
    "en caso que",
    "en caso contrario",
    "de lo contrario",
    "a menos que",
    "salvo que",
    "siempre que",
    "ante un",
    "ante una",
    "if",
    "only if",
    "when",
    "unless",
    "in case",
    "otherwise",
    "on failure",
    "on error",
];

/// Whether a text says when those below it are done: `Si la migración falla:`.
pub(super) fn is(text: &str) -> bool {
    let text = text.to_lowercase();
    BEGINS.iter().any(|begin| text.strip_prefix(begin).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("Si la migración falla:" => true)]
    #[test_case("En caso de error" => true)]
    #[test_case("If it fails:" => true)]
    #[test_case("Otherwise:" => true)]
    #[test_case("Sí:" => false; "yes")]
    #[test_case("Sistema:" => false; "the beginning of another word")]
    #[test_case("Migrar (si aplica):" => false; "a condition behind it")]
    fn of(text: &str) -> bool {
        super::is(text)
    }
}
