//! One request as a line of a log tells it, whatever the log's form.

use super::combined;
use super::fields::Fields;

/// One request. The texts are as the line has them, not yet escaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// When it was answered, in seconds since 1970 (Unix time).
    pub time: i64,
    /// The status of the answer.
    pub status: u16,
    /// The path as it was asked for, with its query.
    pub target: std::borrow::Cow<'a, str>,
    /// Who asked; empty where the log does not say.
    pub client: std::borrow::Cow<'a, str>,
    /// With which program; empty where the log does not say.
    pub agent: std::borrow::Cow<'a, str>,
}

/// How the lines of a log are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The common and the combined log format of Apache and nginx.
    Combined,
    /// An object of JSON on each line.
    Json(Fields),
}

impl Form {
    /// Reads a line; `None` where it is no request. What `docker compose logs` and `docker logs --timestamps` put before a
    /// line is passed over.
    #[must_use]
    pub fn read<'a>(&self, line: &'a str) -> Option<Entry<'a>> {
        let line = without_prefix(line);
        match self {
            Self::Combined => combined::read(line),
            Self::Json(fields) => fields.read(line),
        }
    }
}

/// A line without the name of the container (`web-1  | `) and docker's own time stamp before it.
fn without_prefix(line: &str) -> &str {
    let is_name = |name: &str| {
        let name = name.trim_end();
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let line = match line.split_once("| ") {
        Some((name, rest)) if name.len() < 128 && is_name(name) => rest,
        _ => line,
    };
    match line.split_once(' ') {
        Some((stamp, rest)) if stamp.ends_with('Z') && stamp.as_bytes().get(10) == Some(&b'T') => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("x - -" => "x - -"; "nothing before it")]
    #[test_case("nginx-1  | x - -" => "x - -"; "the name of a container")]
    #[test_case("2026-01-02T03:04:05.678901234Z x - -" => "x - -"; "docker's time stamp")]
    #[test_case("web-1 | 2026-01-02T03:04:05.678901234Z x - -" => "x - -"; "both")]
    #[test_case("a b| x" => "a b| x"; "no name")]
    #[test_case("| x" => "| x"; "an empty name")]
    fn is_without_its_prefix(line: &str) -> &str {
        without_prefix(line)
    }
}
