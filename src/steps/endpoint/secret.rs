//! Which parts of a request are most likely secret, for what is shown of its answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::leaks::{both, is_door, secrets_of_addresses, secrets_of_text, values_of_query};

/// Words of a name that say that it holds what nobody else should know, each alone or at the end of a word (`accesstoken`).
const ENDS: [&str; 14] = [
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "apikey",
    "secretkey",
    "privatekey",
    "cookie",
    "credential",
    "jwt",
    "sessionid",
];

/// Words that say so only where they are whole.
const WHOLE: [&str; 12] =
    ["auth", "oauth", "clave", "contraseña", "contrasena", "session", "bearer", "otp", "totp", "pin", "cvv", "cvc"];

/// What a key is of that opens a door. Any other `key` is a name of something.
const KEYS: [&str; 22] = [
    "access",
    "account",
    "api",
    "app",
    "auth",
    "client",
    "consumer",
    "deploy",
    "encryption",
    "function",
    "hmac",
    "license",
    "master",
    "private",
    "recovery",
    "root",
    "secret",
    "service",
    "shared",
    "signing",
    "storage",
    "subscription",
];

/// Words at the end of a name that tell of a secret what all may know.
const TOLD: [&str; 22] = [
    "age",
    "algorithm",
    "at",
    "count",
    "date",
    "endpoint",
    "expired",
    "expires",
    "expiry",
    "in",
    "length",
    "limit",
    "name",
    "policy",
    "producto",
    "required",
    "size",
    "status",
    "ttl",
    "type",
    "uri",
    "used",
];

/// A shorter text would hide what is no secret.
pub(super) const SHORTEST: usize = 4;

/// Whether a header, a field or a parameter of this name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let is_told = match words.as_slice() {
        [.., last] if TOLD.contains(&last.as_str()) => true,
        [.., of, last] => last == "id" && matches!(of.as_str(), "token" | "credential"),
        _ => false,
    };
    let is_number = words.first().is_some_and(|first| matches!(first.as_str(), "max" | "min" | "num" | "total"));
    let is_secret = |word: &String| {
        let word = word.as_str();
        // An authorization is one, an author is none.
        ENDS.iter().any(|end| word.ends_with(end)) || WHOLE.contains(&word) || word.starts_with("authori")
    };
    let is_key = |pair: &[String]| matches!(pair, [of, key] if key == "key" && KEYS.contains(&of.as_str()));
    !is_told && !is_number && (words.iter().any(is_secret) || words.windows(2).any(is_key))
}

/// The same of what is sent, and of what is captured to be sent later: there a `key` alone opens a door as well, and a signature.
#[must_use]
pub fn is_secret_to_send(name: &str) -> bool {
    let last = name.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).find(|word| !word.is_empty());
    is_secret_name(name)
        || last.is_some_and(|word| word.eq_ignore_ascii_case("key"))
        || words(name).last().is_some_and(|word| word == "signature")
}

/// What is secret of a parameter of the address that is asked.
#[must_use]
pub fn secrets_of_parameter(name: &str, value: &str) -> Vec<String> {
    let is_secret = is_secret_to_send(name);
    secret_parts(value).filter(|part| is_secret || is_door(name) && is_likely(part)).collect()
}

/// What is secret of a field of a form. What is so for its place in an address alone (`code`, `state`) is as often a word of people here,
/// as California: then only what has a digit.
#[must_use]
pub fn secrets_of_field(name: &str, value: &str) -> Vec<String> {
    let is_secret = is_secret_to_send(name);
    secret_parts(value).filter(|part| is_secret || is_door(name) && is_random(part)).collect()
}

/// What is most likely secret of a `Cookie`, or of a `Set-Cookie`, of whose parts only the first is the cookie itself.
#[must_use]
pub fn secrets_of_cookies(header: &str, value: &str) -> Vec<String> {
    let most = match header.to_lowercase().as_str() {
        "cookie" => usize::MAX,
        "set-cookie" => 1,
        _ => 0,
    };
    let values = value.split(';').take(most).filter_map(|cookie| cookie.split_once('='));
    values.flat_map(|(_, value)| both(value.trim().trim_matches('"'))).filter(|part| is_random(part)).collect()
}

/// The words of a name in lower case and in the singular: `userAPIKeys`, `user-api_key` and `$.user.api.key` have the same.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut letters = name.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let is_lower_next = letters.peek().is_some_and(|next| next.is_lowercase());
        let is_new = letter.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && is_lower_next);
        if is_new || !letter.is_alphabetic() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphabetic() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.push(word);
    let singular = |word: String| match word.strip_suffix('s') {
        Some(one) if !matches!(word.as_str(), "access" | "expires" | "status") => one.to_owned(),
        _ => word,
    };
    words.into_iter().filter(|word| !word.is_empty()).map(singular).collect()
}

/// Whether this is the name in `{"name": "password", "value": "…"}`, and one of a secret.
pub(super) fn names_a_secret(name: &str, value: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "name" | "key" | "field") && !value.contains(' ') && is_secret_name(value)
}

/// Whether this is the name of the value of such a pair.
pub(super) fn is_value_of_pair(name: &str) -> bool {
    name.eq_ignore_ascii_case("value")
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
            let names =
                |(name, value): (&String, &Value)| value.as_str().is_some_and(|text| names_a_secret(name, text));
            let is_pair = entries.iter().any(names);
            for (name, value) in entries {
                gather(value, is_secret || is_secret_name(name) || is_pair && is_value_of_pair(name), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, is_secret, found)),
        Value::String(text) if is_secret => found.extend(secret_parts(text)),
        Value::Number(number) if is_secret => found.extend(secret_parts(&number.to_string())),
        // A text is any text, maybe JSON itself.
        Value::String(text) => match serde_json::from_str(text) {
            Ok(json) => gather(&json, false, found),
            Err(_) => found.extend(secrets_of_text(text)),
        },
        // `true` would hide what is no secret.
        _ => {}
    }
}

/// A shorter text in an answer is rather a word or a number of it than a secret: that is hidden only where it stands.
const SHORTEST_ANSWERED: usize = 8;

/// The same of a text with a digit.
const SHORTEST_WITH_DIGIT: usize = 6;

/// What of an answer is most likely secret: what stands under such names in its headers and in its body, whatever that is, what an
/// address holds, and the query of where it leads to.
#[must_use]
pub fn secrets_of_answer(headers: &[(String, String)], body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in headers {
        if is_secret_name(name) {
            found.extend(secret_parts(value));
            found.extend(secrets_of_cookies(name, value));
        } else if matches!(name.as_str(), "location" | "content-location" | "refresh") {
            found.extend(values_of_query(value));
        }
        found.extend(secrets_of_addresses(value));
    }
    match serde_json::from_slice(body) {
        Ok(json) => found.extend(secrets_of_json(&json)),
        Err(_) => found.extend(secrets_of_text(&String::from_utf8_lossy(body))),
    }
    found.retain(|part| is_likely(part));
    found
}

/// Whether a text is rather a secret than a word or a number.
pub(super) fn is_likely(part: &str) -> bool {
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    part.len() >= if has_digit { SHORTEST_WITH_DIGIT } else { SHORTEST_ANSWERED }
}

/// Whether a text is rather made by a machine than said by people.
fn is_random(part: &str) -> bool {
    is_likely(part) && part.bytes().any(|byte| byte.is_ascii_digit())
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
            "user": "maria", "password": "hunter2pass", "apiKeys": [{"id": "deep-one"}, 123_456, true, "abc"], "n": 12345
        });
        assert_eq!(secrets_of_json(&json), ["hunter2pass", "hunter2pass", "deep-one", "123456"]);
    }

    #[test]
    fn a_name_is_known_by_its_words() {
        let secret = "Authorization x-auth authorised author_token access_token accessToken X-API-Key apikeys APIKey private_key \
                      $.session.token DB_PASSWORD PGPASSWORD contraseña clave session sessionid csrftoken awsAccessKeyId \
                      tokens[0] secret_id set-cookie jwt encryption.key token2 otp $.user.pin pin_code smsOtp passcode cvv";
        let missed: Vec<&str> = secret.split_whitespace().filter(|name| !is_secret_name(name)).collect();
        let public = "author $.authors[0].name key keys keyboard monkey keyword primary_key error_key token_type tokenType \
                      token_count max_tokens tokens_used expires_in session_count cookie_policy token_id password_expired \
                      enclave KeyError sort.key Idempotency-Key SESSION_COOKIE_AGE authenticated token_expires_at secretary \
                      pinned spin shipping pin_required option passcode_length signature";
        let hidden: Vec<&str> = public.split_whitespace().filter(|name| is_secret_name(name)).collect();
        assert!(missed.is_empty() && hidden.is_empty(), "{missed:?} {hidden:?}");
    }

    #[test]
    fn a_key_that_is_sent_opens_a_door() {
        let sent = ["key", "Key", "$.key", "$.data.key", "$['key']", "token", "api_key"];
        assert_eq!(sent.map(is_secret_to_send), [true; 7]);
        assert_eq!(["primary_key", "$.primary_key", "keys.id", "monkey", ""].map(is_secret_to_send), [false; 5]);
        assert_eq!(
            ["X-Hub-Signature-256", "signature", "signature_algorithm"].map(is_secret_to_send),
            [true, true, false]
        );
        let of = |name, value| secrets_of_parameter(name, value).join(" ");
        assert_eq!(of("sig", "AZURE-S4"), "AZURE-S4");
        assert_eq!([of("state", "open"), of("page", "long-enough-1"), of("token", "abcd")], ["", "", "abcd"]);
        let of = |name, value| secrets_of_field(name, value).into_iter().next().unwrap_or_default();
        assert_eq!(
            [of("code", "4/0AX4XfWh"), of("key", "abcd"), of("password", "word")],
            ["4/0AX4XfWh", "abcd", "word"]
        );
        assert_eq!([of("state", "California"), of("code", "MX-01"), of("page", "long-enough-1")], ["", "", ""]);
    }

    #[test]
    fn a_cookie_is_known_by_itself_too() {
        let of = |header, value| {
            let mut found = secrets_of_cookies(header, value);
            found.dedup();
            found.join(" ")
        };
        assert_eq!(of("set-cookie", "sid=0123456789; Path=/long/path/1; Domain=h1.example"), "0123456789");
        assert_eq!(of("Cookie", "theme=dark; sid=\"a%2Fb-12345\"; lang=es"), "a%2Fb-12345 a/b-12345");
        assert_eq!(of("location", "sid=0123456789"), "");
    }

    #[test]
    fn what_an_answer_gives_out_is_known_by_its_names() {
        let headers =
            [("set-cookie".to_owned(), "sid=0123456789".to_owned()), ("x-id".to_owned(), "plain-value".to_owned())];
        let body =
            br#"{"token": "tok-99887766", "auth": "true", "pin_token": 482913, "api_key": "admin", "session_token": 4829, "name": "long-enough"}"#;
        let mut found = secrets_of_answer(&headers, body);
        found.dedup();
        assert_eq!(found, ["sid=0123456789", "0123456789", "tok-99887766", "482913"]);
    }

    #[test]
    fn what_an_answer_gives_out_is_known_wherever_it_stands() {
        let headers = [("location".to_owned(), "http://x/?code=LC-SECRET-9".to_owned())];
        let body = br#"{"jwt": "ey-12345678", "url": "https://u:URLPW-4567@x/y?token=QT-SECRET-5", "form": "a=1&api_key=FK-12345678", "why": "token=WT-12345678 is short", "in": "{\"password\":\"IN-12345678\"}", "pair": {"value": "PV-12345678", "name": "apiKey"}}"#;
        let mut found = secrets_of_answer(&headers, body);
        found.sort_unstable();
        found.dedup();
        let wanted = "FK-12345678 IN-12345678 LC-SECRET-9 PV-12345678 QT-SECRET-5 URLPW-4567 WT-12345678 ey-12345678";
        assert_eq!(found.join(" "), wanted);
    }

    #[test]
    fn a_user_and_a_password_are_known_as_basic_too() {
        assert_eq!(secrets_of_user("user", "pa55").collect::<Vec<_>>(), ["pa55", "dXNlcjpwYTU1"]);
    }
}
