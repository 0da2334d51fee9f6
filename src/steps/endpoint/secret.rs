//! Which parts of a request are most likely secret, for what is shown of its answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::leaks::{secrets_of_addresses, secrets_of_text, values_of_query};

/// Names that hold what nobody else should know.
const NAMES: [&str; 15] = [
    "auth",
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "contrase",
    "clave",
    "key",
    "cookie",
    "session",
    "credential",
    "jwt",
    "bearer",
];

/// A shorter text would hide what is no secret.
const SHORTEST: usize = 4;

/// Whether a header, a field or a parameter of this name holds a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    // An author is none, but an authorization is.
    let name = name.to_lowercase().replace("authori", "auth-i").replace("author", "");
    name != "idempotency-key" && NAMES.iter().any(|part| name.contains(part))
}

/// What of a value of such a name is secret: all of it, and each of its words (`Bearer …`).
pub fn secret_parts(value: &str) -> impl Iterator<Item = String> {
    let words = value.split_whitespace().filter(|word| word.len() > 2 * SHORTEST);
    words.chain([value]).filter(|part| part.len() >= SHORTEST).map(str::to_owned)
}

/// What of a JSON text is secret: every text and number that stands under such a name, however deep.
#[must_use]
pub fn secrets_of_json(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    gather(value, false, &mut found);
    found
}

fn gather(value: &Value, is_secret: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(name, value)| gather(value, is_secret || is_secret_name(name), found));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, is_secret, found)),
        Value::String(text) if is_secret => found.extend(secret_parts(text)),
        Value::Number(number) if is_secret => found.extend(secret_parts(&number.to_string())),
        // A sentence is told as it is; an address or a form within the JSON is none.
        Value::String(text) if text.contains('=') && !text.contains(char::is_whitespace) => {
            found.extend(secrets_of_text(text));
        }
        Value::String(text) => found.extend(secrets_of_addresses(text)),
        // `true` would hide what is no secret.
        _ => {}
    }
}

/// A shorter text in an answer is rather a word of it than a secret.
const SHORTEST_ANSWERED: usize = 8;

/// What of an answer is most likely secret: what stands under such names in its headers and in its body, whatever that is, what an
/// address holds, and the query of where it leads to.
#[must_use]
pub fn secrets_of_answer(headers: &[(String, String)], body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in headers {
        if is_secret_name(name) {
            found.extend(secret_parts(value));
        } else if matches!(name.as_str(), "location" | "content-location" | "refresh") {
            found.extend(values_of_query(value));
        }
        found.extend(secrets_of_addresses(value));
    }
    match serde_json::from_slice(body) {
        Ok(json) => found.extend(secrets_of_json(&json)),
        Err(_) => found.extend(secrets_of_text(&String::from_utf8_lossy(body))),
    }
    found.retain(|part| part.len() >= SHORTEST_ANSWERED);
    found
}

/// What is secret of a user and a password: the password, and the two as `Basic` has them (RFC 7617).
pub fn secrets_of_user(user: &str, password: &str) -> impl Iterator<Item = String> {
    let basic = STANDARD.encode(format!("{user}:{password}"));
    [password.to_owned(), basic].into_iter().filter(|part| part.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_under_the_name_of_a_secret_is_one() {
        let json = serde_json::json!({
            "user": "maria", "password": "hunter2pass", "keys": [{"id": "deep-one"}, 123_456, true, "abc"], "n": 12345
        });
        assert_eq!(secrets_of_json(&json), ["hunter2pass", "hunter2pass", "deep-one", "123456"]);
    }

    #[test]
    fn an_author_is_no_secret() {
        let secret = ["Authorization", "x-auth", "authorised", "author_token"].map(is_secret_name);
        assert_eq!((secret, ["author", "$.authors[0].name"].map(is_secret_name)), ([true; 4], [false; 2]));
    }

    #[test]
    fn what_an_answer_gives_out_is_known_by_its_names() {
        let headers =
            [("set-cookie".to_owned(), "sid=0123456789".to_owned()), ("x-id".to_owned(), "plain-value".to_owned())];
        let found = secrets_of_answer(&headers, br#"{"token": "tok-99887766", "auth": "true", "name": "long-enough"}"#);
        assert_eq!(found, ["sid=0123456789", "sid=0123456789", "tok-99887766", "tok-99887766"]);
    }

    #[test]
    fn what_an_answer_gives_out_is_known_wherever_it_stands() {
        let headers = [("location".to_owned(), "http://x/?code=LC-SECRET-9".to_owned())];
        let body = br#"{"jwt": "ey-12345678", "url": "https://u:URLPW-4567@x/y?token=QT-SECRET-5", "form": "a=1&key=FK-12345678", "why": "the key: is-too-short-for-this"}"#;
        let mut found = secrets_of_answer(&headers, body);
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, ["FK-12345678", "LC-SECRET-9", "QT-SECRET-5", "URLPW-4567", "ey-12345678"]);
    }

    #[test]
    fn a_user_and_a_password_are_known_as_basic_too() {
        assert_eq!(secrets_of_user("user", "pa55").collect::<Vec<_>>(), ["pa55", "dXNlcjpwYTU1"]);
    }
}
