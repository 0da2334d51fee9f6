//! An answer held against what is expected of it.

use std::time::Duration;

use serde_json::Value;

use super::expect::{Capture, Expected, From, Wanted};

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers; their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it took until it was whole.
    pub took: Duration,
}

impl Answer {
    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One thing that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Of what: `status`, `$.id`, `header location`, `body`, `within`, `capture id`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Whether that is it.
    pub met: bool,
}

/// What is to say of an answer.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// All that was expected.
    pub checks: Vec<Check>,
    /// What was captured, by name.
    pub captured: Vec<(String, String)>,
}

impl Judgement {
    /// Whether all is as expected.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.checks.iter().all(|check| check.met)
    }
}

/// Judges it.
#[must_use]
pub fn judge(answer: &Answer, expected: &Expected, captures: &[Capture]) -> Judgement {
    let mut judgement = Judgement::default();
    let mut add = |what: &str, expected: String, got: String, met: bool| {
        judgement.checks.push(Check { what: what.to_owned(), expected, got, met });
    };
    let statuses = expected.statuses();
    let wanted: Vec<String> = statuses.iter().map(|one| one.text()).collect();
    let fits = statuses.iter().any(|one| one.fits(answer.status));
    add("status", wanted.join(", "), answer.status.to_string(), fits);
    let text = String::from_utf8_lossy(&answer.body);
    let document = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'));
    for (path, wanted) in &expected.json {
        let (got, met) = match &document {
            Err(_) => ("no JSON".to_owned(), false),
            Ok(document) => match path.values(document).as_slice() {
                [] => ("nothing".to_owned(), false),
                [one] => (one.to_string(), wanted.fits(one)),
                more => (format!("{} values", more.len()), false),
            },
        };
        add(path.text(), wanted.text(), got, met);
    }
    for (name, wanted) in &expected.headers {
        let value = answer.header(name);
        let met = value.is_some_and(|value| wanted.fits(&Value::String(value.to_owned())));
        add(&format!("header {name}"), wanted.text(), value.unwrap_or("nothing").to_owned(), met);
    }
    for regex in &expected.body {
        let met = regex.is_match(&text);
        let got = if met { "found" } else { "not found" };
        add("body", format!("~{regex}"), got.to_owned(), met);
    }
    if let Some(within) = expected.within {
        add(
            "within",
            format!("{} ms", within.as_millis()),
            format!("{} ms", answer.took.as_millis()),
            answer.took <= within,
        );
    }
    for capture in captures {
        let value = match (&capture.from, &document) {
            (From::Header(name), _) => answer.header(name).map(str::to_owned),
            (From::Json(path), Ok(document)) => match path.values(document).as_slice() {
                [Value::String(text)] => Some(text.clone()),
                [Value::Null] => None,
                [one] => Some(one.to_string()),
                _ => None,
            },
            (From::Json(_), Err(_)) => None,
        };
        match value {
            Some(value) => judgement.captured.push((capture.name.clone(), value)),
            None => judgement.checks.push(Check {
                what: format!("capture {}", capture.name),
                expected: "one value".to_owned(),
                got: "none".to_owned(),
                met: false,
            }),
        }
    }
    judgement
}

impl Wanted {
    fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Exactly(wanted), value) => same(wanted, value),
            (Self::Like(regex), Value::String(text)) => regex.is_match(text),
            (Self::Like(regex), value) => regex.is_match(&value.to_string()),
            (Self::Kind(kind), value) => *kind == "any" || *kind == kind_of(value),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Exactly(value) => value.to_string(),
            Self::Like(regex) => format!("~{regex}"),
            Self::Kind(kind) => format!(":{kind}"),
        }
    }
}

/// 1 and 1.0 are the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64() && !(a.is_i64() && b.is_i64()),
        _ => one == other,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn answer() -> Answer {
        Answer {
            status: 201,
            headers: vec![("location".to_owned(), "/submissions/7".to_owned())],
            body:
                br#"{"id": 7, "username": "smoke", "ok": true, "tags": ["a", "b"], "none": null, "text": "SIGIM 2.1"}"#
                    .to_vec(),
            took: Duration::from_millis(40),
        }
    }

    #[test_case("" => ""; "success without a status")]
    #[test_case("status=201" => "")]
    #[test_case("status=[200,\"2xx\"]" => ""; "a list")]
    #[test_case("status=200,204" => "status: 200, 204, 201"; "others")]
    #[test_case("json={\"$.username\":\"smoke\",\"$.id\":7,\"$.ok\":true,\"$.none\":null}" => ""; "values")]
    #[test_case("json={\"$.id\":\"7\"}" => "$.id: \"7\", 7"; "a text is no number")]
    #[test_case("json={\"$.id\":7.0}" => ""; "the same number")]
    #[test_case("json={\"$.text\":\"~SIGIM\",\"$.id\":\"~^7$\"}" => ""; "expressions")]
    #[test_case("json={\"$.id\":\":number\",\"$.tags\":\":array\",\"$.none\":\":any\"}" => ""; "types")]
    #[test_case("json={\"$.id\":\":string\"}" => "$.id: :string, 7"; "another type")]
    #[test_case("json={\"$.nope\":\":any\"}" => "$.nope: :any, nothing"; "not there")]
    #[test_case("json={\"$.tags[*]\":\"a\"}" => "$.tags[*]: \"a\", 2 values"; "several")]
    #[test_case("header={\"Location\":\"~^/submissions/\"}" => ""; "a header")]
    #[test_case("header={\"x-none\":\"1\"}" => "header x-none: \"1\", nothing"; "no header")]
    #[test_case("body=SIGIM \\d" => ""; "a body")]
    #[test_case("body=^SIGIM" => "body: ~^SIGIM, not found"; "another body")]
    #[test_case("within=40ms" => ""; "in time")]
    #[test_case("within=39ms" => "within: 39 ms, 40 ms"; "late")]
    fn expects(pair: &str) -> String {
        let pairs: Vec<String> = [pair].into_iter().filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        let judgement = judge(&answer(), &Expected::parse(&pairs).unwrap(), &[]);
        let bad = judgement.checks.iter().filter(|check| !check.met);
        bad.map(|one| format!("{}: {}, {}", one.what, one.expected, one.got)).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn without_a_status_an_error_is_not_as_expected() {
        let answer = Answer { status: 500, ..answer() };
        assert!(!judge(&answer, &Expected::default(), &[]).is_met());
    }

    #[test_case("status"; "no value")]
    #[test_case("status=7xx"; "no class")]
    #[test_case("json=[]"; "no object")]
    #[test_case("json={\"id\":1}"; "no path")]
    #[test_case("json={\"$.id\":\":text\"}"; "no type")]
    #[test_case("body=("; "no expression")]
    #[test_case("within=5"; "no unit")]
    #[test_case("cookie=x"; "nothing that is known")]
    fn refuses(pair: &str) {
        assert!(Expected::parse(&[pair.to_owned()]).is_err());
    }

    #[test]
    fn what_is_captured_is_one_value() {
        let captures: Vec<Capture> =
            ["id=$.id", "name=$.username", "place=header:Location", "no=$.none", "many=$.tags[*]"]
                .map(|one| one.parse().unwrap())
                .into();
        let judgement = judge(&answer(), &Expected::default(), &captures);
        let captured: Vec<String> = judgement.captured.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(captured, ["id=7", "name=smoke", "place=/submissions/7"]);
        assert_eq!(judgement.checks.iter().filter(|check| !check.met).count(), 2);
        for wrong in ["id", "id=id", "a b=$.id", "=$.id"] {
            assert!(wrong.parse::<Capture>().is_err(), "{wrong}");
        }
    }
}
