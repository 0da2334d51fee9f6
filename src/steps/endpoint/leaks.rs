//! What is most likely secret in a text that is no JSON: the values of forms, fields, attributes and addresses, by their names.

use super::secret::{is_secret_name, secret_parts};

/// Names in the query of an address that hold what opens a door, as RFC 6749 and signed addresses have them.
const DOORS: [&str; 8] = ["key", "code", "state", "sig", "signature", "x-amz-signature", "ticket", "assertion"];

/// A user without a password and at least so long is a key.
const LONG_USER: usize = 8;

/// So far before its name the value of a field is looked for.
const LONG_FIELD: usize = 4096;

/// The values that stand behind a secret's name: `token=…`, `"token": "…"`, `<token>…`, `name="token" value="…"`.
pub(super) fn secrets_of_text(text: &str) -> Vec<String> {
    values_of_text(text).into_iter().flat_map(both).collect()
}

/// What is secret in the addresses of a text: the password or the key before the host, and parameters by their names.
pub(super) fn secrets_of_addresses(text: &str) -> Vec<String> {
    values_of_addresses(text).into_iter().flat_map(both).collect()
}

/// The places of the values behind a secret's name, in addresses too.
pub(super) fn values_of_text(text: &str) -> Vec<&str> {
    let mut found = values_of_addresses(text);
    let mut at = 0;
    let mut is_scheme = false;
    while let Some((start, end)) = word(text, at) {
        at = end;
        let is_end_tag = text.get(..start).is_some_and(|before| before.ends_with("</"));
        let name = text.get(start..end).unwrap_or_default();
        if !is_end_tag && is_secret_name(name) {
            found.extend(text.get(end..).and_then(behind));
            found.extend(text.get(..start).and_then(value_before));
        }
        if is_scheme && text.get(..start).is_some_and(|before| before.ends_with(' ')) {
            found.extend(text.get(start..).map(until_blank).filter(|value| is_key(value)));
        }
        is_scheme = ["bearer", "basic"].iter().any(|scheme| name.eq_ignore_ascii_case(scheme));
    }
    found
}

/// The places of what is secret in addresses.
pub(super) fn values_of_addresses(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("://") {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let address = rest.split(|c: char| c.is_whitespace() || "\"'<>\\`".contains(c)).next().unwrap_or_default();
        let host = address.split(['/', '?', '#']).next().unwrap_or_default();
        if let Some((user, _)) = host.rsplit_once('@') {
            let is_key = |user: &&str| user.len() >= LONG_USER && user.contains(|c: char| c.is_ascii_digit());
            found.extend(user.split_once(':').map(|(_, password)| password).or_else(|| Some(user).filter(is_key)));
        }
        for (name, value) in parameters(address) {
            if is_door(name) {
                found.push(value);
            }
        }
    }
    found
}

/// Whether a parameter of an address opens a door by this name.
pub(super) fn is_door(name: &str) -> bool {
    is_secret_name(name) || DOORS.contains(&name.to_lowercase().as_str())
}

/// Every value of an address's query: where a redirect leads to is told without it.
pub(super) fn values_of_query(address: &str) -> Vec<String> {
    parameters(address).flat_map(|(_, value)| both(value)).collect()
}

/// The parameters of a query, and those behind `#`.
pub(super) fn parameters(address: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = address.split_once(['?', '#']).map_or("", |(_, query)| query);
    query.split(['&', '#', ';']).filter_map(|pair| pair.split_once('='))
}

/// As it stands, and what its escapes stand for.
pub(super) fn both(value: &str) -> Vec<String> {
    let blanks = value.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&blanks).decode_utf8_lossy();
    let mut found: Vec<String> = secret_parts(value).collect();
    if decoded != value {
        found.extend(secret_parts(&decoded));
    }
    found
}

/// What stands behind a scheme of `Authorization`, and is no word of a sentence.
fn is_key(value: &str) -> bool {
    let is_mixed = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    value.len() >= 2 * LONG_USER || value.len() >= 6 && value.chars().skip(1).any(is_mixed)
}

/// The next run of characters that a name may have.
fn word(text: &str, from: usize) -> Option<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let rest = text.get(from..)?;
    let start = from + rest.find(is_part)?;
    let length = text.get(start..)?.find(|c| !is_part(c)).unwrap_or(text.len() - start);
    Some((start, start + length))
}

/// The value behind a name, where there is one.
fn behind(rest: &str) -> Option<&str> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '\\');
    let rest = rest.trim_start_matches(|c: char| is_quote(c) || c == ' ');
    let attribute = ["value=", "content="].into_iter().find_map(|name| rest.strip_prefix(name));
    let rest = attribute.or_else(|| rest.strip_prefix(['=', ':', '>']))?;
    let mut rest = rest.trim_start_matches(|c: char| is_quote(c) || matches!(c, ' ' | '>'));
    // The scheme of an `Authorization` is none of its secret.
    for scheme in ["Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token "] {
        rest = rest.strip_prefix(scheme).unwrap_or(rest).trim_start_matches(' ');
    }
    Some(until_blank(rest)).filter(|value| !value.is_empty())
}

/// The value of a field of a page that has its name behind it.
fn value_before(text: &str) -> Option<&str> {
    let field = text.trim_end_matches(['"', '\'']).strip_suffix("name=")?;
    let near = field.get(field.floor_char_boundary(field.len().saturating_sub(LONG_FIELD))..)?;
    let (_, value) = near.rsplit_once('<')?.1.split_once(" value=")?;
    Some(until_blank(value.trim_start_matches(['"', '\'']))).filter(|value| !value.is_empty())
}

/// A value up to where a text goes on.
fn until_blank(rest: &str) -> &str {
    rest.split(|c: char| c.is_whitespace() || "\"'\\&;,<>)}]".contains(c)).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("access_token=FT-SECRET-1&x=1" => "FT-SECRET-1"; "a form")]
    #[test_case("a=1&client_secret=p%2Fq%20r-secret" => "p%2Fq%20r-secret p/q r-secret"; "a form with escapes")]
    #[test_case("{\"id\":1}\n{\"api_key\": \"K-12345678\"}" => "K-12345678"; "lines of JSON")]
    #[test_case("db:\n  password: hunter2-hunter2\n" => "hunter2-hunter2"; "YAML")]
    #[test_case("<r><AccessToken>XT-9876543</AccessToken> plainly-told</r>" => "XT-9876543"; "XML")]
    #[test_case("<input name=\"csrf_token\" value=\"CS-12345678\">" => "CS-12345678"; "a field of a page")]
    #[test_case("<p><input value='VB-12345678' type=hidden name='csrf_token'>" => "VB-12345678"; "a field with its name behind")]
    #[test_case("Authorization: Bearer ey-12345678.x" => "ey-12345678.x"; "a header in a text")]
    #[test_case("got Bearer ey-12345678.x, basic auth, Basic dXNlcjpwYXNz" => "ey-12345678.x dXNlcjpwYXNz"; "a scheme in a text")]
    #[test_case("the author: somebody, the page: something" => ""; "nothing secret")]
    #[test_case("see https://u:URL-pw-44@h/y?page=2&token=QT-SECRET-5&code=C0DE-9#x" => "URL-pw-44 QT-SECRET-5 C0DE-9 QT-SECRET-5"; "an address")]
    #[test_case("https://ghp_0123456789@github.example/x https://deployment@h/" => "ghp_0123456789"; "a key before the host")]
    fn of_a_text(text: &str) -> String {
        let mut found = super::secrets_of_text(text);
        found.dedup();
        found.join(" ")
    }

    #[test]
    fn of_a_redirect_every_value_is_one() {
        let found = super::values_of_query("/back?next=%2Fwelcome&c=LC-SECRET-9#id=ID-SECRET-9");
        let mut shown = found.clone();
        shown.dedup();
        assert_eq!(shown, ["%2Fwelcome", "/welcome", "LC-SECRET-9", "ID-SECRET-9"]);
    }
}
