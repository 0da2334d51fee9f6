//! Which parts of a request are most likely secret, for what is shown of its answer.

/// Names that hold what nobody else should know.
const NAMES: [&str; 10] =
    ["auth", "token", "secret", "password", "passwd", "contrase", "key", "cookie", "session", "credential"];

/// A shorter text would hide what is no secret.
const SHORTEST: usize = 4;

/// Whether a header, a field or a parameter of this name holds a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name != "idempotency-key" && NAMES.iter().any(|part| name.contains(part))
}

/// What of a value of such a name is secret: all of it, and each of its words (`Bearer …`).
pub fn secret_parts(value: &str) -> impl Iterator<Item = String> {
    let words = value.split_whitespace().filter(|word| word.len() > 2 * SHORTEST);
    words.chain([value]).filter(|part| part.len() >= SHORTEST).map(str::to_owned)
}
