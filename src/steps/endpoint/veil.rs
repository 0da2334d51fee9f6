//! Answers and expectations as they are shown: what stands under a secret's name is hidden where it stands, however short it is.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::leaks::{both, is_door, parameters, values_of_addresses, values_of_text};
use super::secret::{SHORTEST, is_likely, is_secret_name, is_value_of_pair, names_a_secret};
use crate::steps::document::Exact;

/// What stands for a secret.
const SHOWN: &str = "***";

/// A text without what stands under secrets' names in it: as JSON, else each of its lines as JSON or as any text.
#[must_use]
pub fn veiled(text: &str) -> String {
    veil(text, &mut Vec::new())
}

/// As [`veiled`]; what it hides is added to `hidden`.
pub(super) fn veil(text: &str, hidden: &mut Vec<String>) -> String {
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    if is_json(text) {
        return veil_json(text, hidden);
    }
    let lines = text.split_inclusive('\n');
    lines.map(|line| if is_json(line) { veil_json(line, hidden) } else { veil_named(line, hidden) }).collect()
}

/// A value of JSON that has this name.
pub(super) fn veiled_value(name: &str, value: &Exact) -> String {
    match value.value() {
        // They tell nothing but yes or no.
        Value::Null | Value::Bool(_) => value.text(),
        _ if is_secret_name(name) => SHOWN.to_owned(),
        _ => veil_json(&value.text(), &mut Vec::new()),
    }
}

/// A header of this name.
pub(super) fn veiled_header(name: &str, value: &str) -> String {
    veil_header(name, value, &mut Vec::new())
}

/// As [`veiled_header`]; what it hides is added to `hidden`, but for what is rather a word of an address than a secret.
pub(super) fn veil_header(name: &str, value: &str, hidden: &mut Vec<String>) -> String {
    if is_secret_name(name) {
        hidden.push(value.to_owned());
        return SHOWN.to_owned();
    }
    if matches!(name, "location" | "content-location" | "refresh") {
        let mut parts = values_of_addresses(value);
        hidden.extend(parts.iter().flat_map(|part| both(part)));
        for (name, value) in parameters(value) {
            hidden.extend(both(value).into_iter().filter(|part| is_door(name) || is_likely(part)));
            parts.push(value);
        }
        return without(value, &parts);
    }
    veil(value, hidden)
}

/// A pattern that what has this name must fit.
pub(super) fn veiled_pattern(name: &str, pattern: &str) -> String {
    if is_secret_name(name) { SHOWN.to_owned() } else { veiled(pattern) }
}

/// JSON whose texts and numbers under secrets' names are hidden, however deep; all else is as it stands.
fn veil_json(text: &str, hidden: &mut Vec<String>) -> String {
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    // Of what is open, whether it stands under such a name and whether its `value` is a secret; and whether the next value is one.
    let (mut open, mut is_next) = (vec![(false, false)], false);
    let mut name = String::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => length_of_text(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ if first.is_whitespace() => first.len_utf8(),
            _ => rest.find(|c: char| ",]}".contains(c) || c.is_whitespace()).unwrap_or(rest.len()),
        };
        let Some((token, after)) = rest.split_at_checked(length) else { break };
        rest = after;
        let (is_inside, is_pair) = open.last().copied().unwrap_or_default();
        match first {
            '{' | '[' => open.push((is_inside || std::mem::take(&mut is_next), false)),
            '}' | ']' => drop(open.pop()),
            '"' if after.trim_start().starts_with(':') => {
                name = serde_json::from_str(token).unwrap_or_else(|_| token.to_owned());
                is_next = is_secret_name(&name) || is_pair && is_value_of_pair(&name);
            }
            ',' | ':' => {}
            _ if first.is_whitespace() => {}
            _ => {
                let is_secret = is_inside || std::mem::take(&mut is_next);
                let is_word = matches!(token, "true" | "false" | "null" | "\"\"");
                shown += &if is_secret && !is_word {
                    hidden.push(serde_json::from_str(token).unwrap_or_else(|_| token.to_owned()));
                    format!("\"{SHOWN}\"")
                } else {
                    veil_text(token, hidden)
                };
                if let Some(last) = open.last_mut() {
                    last.1 |= names_a_secret(&name, token.trim_matches('"'));
                }
                continue;
            }
        }
        shown += token;
    }
    shown + rest
}

/// A text or a number within JSON. A text is any text, maybe JSON itself.
fn veil_text(token: &str, hidden: &mut Vec<String>) -> String {
    let Ok(text) = serde_json::from_str::<String>(token) else { return veil_named(token, hidden) };
    let shown = veil(&text, hidden);
    if shown == text { token.to_owned() } else { Value::String(shown).to_string() }
}

/// How long a text of JSON is, in its quotes.
fn length_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if byte == b'"' && !is_escaped {
            return at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    text.len()
}

/// Any text without what stands behind secrets' names.
fn veil_named(text: &str, hidden: &mut Vec<String>) -> String {
    let parts = values_of_text(text);
    hidden.extend(parts.iter().flat_map(|part| both(part)));
    without(text, &parts)
}

/// A text without these parts of it. A shorter one is rather a word than a secret.
fn without(text: &str, parts: &[&str]) -> String {
    let place = |part: &&str| {
        let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        (part.len() >= SHORTEST).then_some((start, start + part.len()))
    };
    let mut places: Vec<(usize, usize)> = parts.iter().filter_map(place).collect();
    places.sort_unstable();
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for (from, to) in places {
        if from >= end {
            shown += text.get(end..from).unwrap_or_default();
            shown += SHOWN;
        }
        end = end.max(to);
    }
    shown + text.get(end..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case(r#"{"token":"482913","id":7}"# => r#"{"token":"***","id":7}"#; "a short text")]
    #[test_case(r#"{"pins": 4829, "zip": 4829, "secret": 1234, "tokens": ["a", {"b": 2}], "n": [1]}"# => r#"{"pins": "***", "zip": 4829, "secret": "***", "tokens": ["***", {"b": "***"}], "n": [1]}"#; "numbers and lists")]
    #[test_case(r#"{"a": {"pass\"}": "]", "password" : "p\"]"}, "x": "y"}"# => r#"{"a": {"pass\"}": "]", "password" : "***"}, "x": "y"}"#; "quotes in texts")]
    #[test_case(r#"{"tok\u0065n": "abcd"}"# => r#"{"tok\u0065n": "***"}"#; "a name with escapes")]
    #[test_case(r#"{"token": null, "auth": true, "password": "", "x": "y"}"# => r#"{"token": null, "auth": true, "password": "", "x": "y"}"#; "what is none")]
    #[test_case(r#"{"url": "https://u:pw12@h/?code=4829&n=1", "form": "token=abcd&a=b", "why": "the token is short"}"# => r#"{"url": "https://u:***@h/?code=***&n=1", "form": "token=***&a=b", "why": "the token is short"}"#; "addresses and forms")]
    #[test_case(r#"{"error":"connect postgres://u:pw12@h failed","msg":"password=hunter2 is wrong","log":"a\npassword: yamlpw\n"}"# => r#"{"error":"connect postgres://u:***@h failed","msg":"password=*** is wrong","log":"a\npassword: ***\n"}"#; "sentences of JSON")]
    #[test_case(r#"{"log":"Authorization: Bearer abcdef","x":"got Bearer eyJhbGciOi.J9 twice","y":"Bearer token needed"}"# => r#"{"log":"Authorization: Bearer ***","x":"got Bearer *** twice","y":"Bearer token needed"}"#; "what a scheme goes before")]
    #[test_case(r#"{"data":"{\"password\":\"in\\\"ner pw\",\"n\":[1]}"}"# => r#"{"data":"{\"password\":\"***\",\"n\":[1]}"}"#; "JSON in JSON")]
    #[test_case(r#"[{"name":"password","value":"abcd"},{"name":"size","value":"abcd"},{"key":"DB_PASSWORD","n":[1],"value":[12345]}]"# => r#"[{"name":"password","value":"***"},{"name":"size","value":"abcd"},{"key":"DB_PASSWORD","n":[1],"value":["***"]}]"#; "pairs")]
    #[test_case("{\"id\":1}\n{\"tokens\":[\"abcd\"]}\napi_key=abcd\nKeyError: 'email'\n" => "{\"id\":1}\n{\"tokens\":[\"***\"]}\napi_key=***\nKeyError: 'email'\n"; "lines")]
    #[test_case("Traceback: token=abcd failed" => "Traceback: token=*** failed"; "a text")]
    #[test_case("password: hunter2\nañb: ñ" => "password: ***\nañb: ñ"; "YAML")]
    #[test_case("" => ""; "nothing")]
    fn veiled(text: &str) -> String {
        super::veiled(text)
    }

    #[test]
    fn where_it_leads_to_is_told_without_values() {
        let shown = |name| super::veiled_header(name, "/x?page=next&code=4829#id=abcd");
        assert_eq!(shown("location"), "/x?page=***&code=***#id=***");
        assert_eq!([shown("x-api-key"), super::veiled_header("etag", "abcd")], ["***", "abcd"]);
        assert_eq!(
            super::veiled_header("location", "https://deploy:sh0rt@x.example/cb"),
            "https://deploy:***@x.example/cb"
        );
    }

    #[test_case("x-a", r#"{"user":{"password":"hun\"ter2","pin":12,"name":"bob"}}"# => "hun\"ter2 12"; "JSON")]
    #[test_case("x-a", "token=abcd&a=b" => "abcd"; "a form")]
    #[test_case("x-a", "https://u:p%77rd@h/?code=abcd&n=1" => "p%77rd pwrd abcd"; "an address")]
    #[test_case("location", "/items/1?sig=abcd&page=next&x=word-1&n=%2Fwelcome" => "abcd word-1 %2Fwelcome /welcome"; "where it leads to, without words")]
    #[test_case("location", "/items/1" => ""; "nothing")]
    fn hidden(name: &str, value: &str) -> String {
        let mut hidden = Vec::new();
        super::veil_header(name, value, &mut hidden);
        hidden.dedup();
        hidden.join(" ")
    }
}
