//! An answer held against what is expected of it.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::expect::{Capture, Expected, From, Wanted};
use super::secret::SHORTEST;
use super::veil::{veil, veil_header, veiled, veiled_header, veiled_pattern, veiled_value};
use crate::steps::document::{Document, Exact, Repeated, Unread};
use crate::steps::path::Path;

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers; their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The headers of the redirects that led to it.
    pub way: Vec<(String, String)>,
    /// The body; empty where it is compressed.
    pub body: Vec<u8>,
    /// How the body is compressed, where it cannot be read.
    pub compressed: Option<String>,
    /// How long it took until it was whole.
    pub took: Duration,
}

impl Answer {
    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All headers of a name: `set-cookie` comes once for each cookie.
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text, in the character set that its type states: UTF-8, or ISO-8859-1 and what is called so. `None` where it is
    /// none.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        let kind = self.header("content-type").unwrap_or_default().to_lowercase();
        let set = kind.split(';').find_map(|part| part.trim().strip_prefix("charset="));
        match (set.map(|set| set.trim_matches('"')), std::str::from_utf8(&self.body)) {
            (Some("iso-8859-1" | "latin1" | "windows-1252"), _) => {
                Some(self.body.iter().copied().map(char::from).collect())
            }
            (_, text) => text.ok().map(Cow::Borrowed),
        }
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

/// A value that becomes an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The name of the output.
    pub name: String,
    /// The value.
    pub value: String,
    /// The value without what is secret of it.
    pub shown: String,
}

/// What is to say of an answer.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// All that was expected.
    pub checks: Vec<Check>,
    /// What was captured.
    pub captured: Vec<Captured>,
    /// What of it is most likely secret: all of a value by its own name or that of its place, else what is hidden where it is shown.
    pub secrets: Vec<String>,
    /// How the body is compressed that something was expected of, where it cannot be read: of that nothing is said.
    pub unread: Option<String>,
    /// Why the body is not for anybody to tell, where something was expected of it: of that nothing is said either.
    pub unclear: Option<String>,
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
    let is_of_body = |capture: &Capture| matches!(capture.from, From::Json(_));
    let reads = !expected.json.is_empty() || !expected.body.is_empty() || captures.iter().any(is_of_body);
    let unread = answer.compressed.clone().filter(|_| reads);
    let is_read = unread.is_none();
    let mut judgement = Judgement { unread, ..Judgement::default() };
    let mut add = |what: &str, expected: String, got: String, met: bool| {
        judgement.checks.push(Check { what: what.to_owned(), expected, got, met });
    };
    let statuses = expected.statuses();
    let wanted: Vec<String> = statuses.iter().map(|one| one.text()).collect();
    let fits = statuses.iter().any(|one| one.fits(answer.status));
    add("status", wanted.join(", "), answer.status.to_string(), fits);
    let text = answer.text().unwrap_or_else(|| String::from_utf8_lossy(&answer.body));
    let document = Document::parse(text.trim_start_matches('\u{feff}'));
    let mut unclear = None;
    for (path, wanted) in expected.json.iter().filter(|_| is_read) {
        let (got, met) = match found(&document, path) {
            Err(why) => {
                unclear = Some(why);
                continue;
            }
            Ok(None) => ("no JSON".to_owned(), false),
            Ok(Some(found)) => match found.as_slice() {
                [] => ("nothing".to_owned(), false),
                [one] => (veiled_value(path.text(), one), wanted.fits(one)),
                more => (format!("{} values", more.len()), false),
            },
        };
        add(path.text(), wanted.text(path.text()), got, met);
    }
    for (name, wanted) in &expected.headers {
        // Of several headers of one name it is enough that one fits.
        let values: Vec<&str> = answer.all(name).collect();
        let met = values.iter().any(|value| wanted.fits(&Exact::from((*value).to_owned())));
        let shown: Vec<String> = values.iter().map(|value| veiled_header(name, value)).collect();
        let got = if shown.is_empty() { "nothing".to_owned() } else { shown.join(" | ") };
        add(&format!("header {name}"), wanted.text(name), got, met);
    }
    for regex in expected.body.iter().filter(|_| is_read) {
        let met = regex.is_match(&text);
        let got = if met { "found" } else { "not found" };
        add("body", format!("~{}", veiled(regex.as_str())), got.to_owned(), met);
    }
    if let Some(within) = expected.within {
        add(
            "within",
            format!("{} ms", within.as_millis()),
            format!("{} ms", answer.took.as_millis()),
            answer.took <= within,
        );
    }
    for capture in captures.iter().filter(|capture| is_read || !is_of_body(capture)) {
        let (value, count) = match &capture.from {
            From::Header(name) => (answer.all(name).next().map(str::to_owned), answer.all(name).count()),
            From::Json(path) => match found(&document, path) {
                Err(why) => {
                    unclear = Some(why);
                    continue;
                }
                Ok(found) => {
                    let values = found.unwrap_or_default();
                    let one = values.first().filter(|one| !one.value().is_null());
                    (one.map(|one| one.value().as_str().map_or_else(|| one.text(), str::to_owned)), values.len())
                }
            },
        };
        let captured = value.filter(|_| count == 1).map(|value| captured(capture, value));
        judgement.checks.push(Check {
            what: format!("capture {}", capture.name),
            expected: "one value".to_owned(),
            got: match &captured {
                Some((captured, _)) => captured.shown.clone(),
                None if count > 1 => format!("{count} values"),
                None => "none".to_owned(),
            },
            met: captured.is_some(),
        });
        if let Some((captured, secrets)) = captured {
            judgement.captured.push(captured);
            judgement.secrets.extend(secrets);
        }
    }
    judgement.unclear = unclear;
    judgement
}

/// What a path leads to; `None` where there is no JSON.
///
/// # Errors
/// Why that is not for anybody to tell.
fn found(document: &Result<Document, Unread>, path: &Path) -> Result<Option<Vec<Exact>>, String> {
    match document {
        Ok(document) => document.at(path).map(Some).map_err(|Repeated| {
            format!("a key on the way to {} is there twice, and readers differ on which counts", path.text())
        }),
        Err(Unread::NoJson(_)) => Ok(None),
        Err(Unread::Beyond(line, column)) => {
            Err(format!("its JSON is deeper, or has a larger number, than can be read: line {line}, column {column}"))
        }
    }
}

/// So many secrets of one value are looked for, each by itself, in all that later steps say.
const MOST: usize = 200;

/// A value that was captured, and what of it is secret.
fn captured(capture: &Capture, value: String) -> (Captured, Vec<String>) {
    let name = capture.name.clone();
    if capture.is_secret() {
        // `true` would hide what is no secret.
        let secrets = (!matches!(value.as_str(), "true" | "false")).then(|| value.clone());
        return (Captured { name, value, shown: "***".to_owned() }, secrets.into_iter().collect());
    }
    let mut secrets = Vec::new();
    let shown = match &capture.from {
        From::Header(name) => veil_header(name, &value, &mut secrets),
        From::Json(_) => veil(&value, &mut secrets),
    };
    secrets.sort_unstable();
    secrets.dedup();
    if secrets.len() > MOST {
        secrets.clear();
    }
    // What is not shown as a whole must not be kept as a whole either.
    if shown != value && !secrets.iter().any(|secret| secret.len() >= SHORTEST) {
        secrets.push(value.clone());
    }
    (Captured { name, value, shown }, secrets)
}

impl Wanted {
    fn fits(&self, got: &Exact) -> bool {
        match (self, got.value()) {
            (Self::Exactly(wanted), _) => wanted.is_same(got),
            (Self::Either(wanted), Value::String(text)) => wanted == text,
            (Self::Either(wanted), _) => {
                let wanted = Document::parse(wanted).ok().and_then(|wanted| wanted.whole().ok());
                wanted.is_some_and(|wanted| wanted.is_same(got))
            }
            // It has no text that anything could be found in.
            (Self::Like(_), Value::Null) => false,
            (Self::Like(regex), Value::String(text)) => regex.is_match(text),
            (Self::Like(regex), _) => regex.is_match(&got.text()),
            (Self::Kind(kind), value) => *kind == "any" || *kind == kind_of(value),
        }
    }

    /// What is wanted of what has this name, without what is secret of it.
    fn text(&self, name: &str) -> String {
        match self {
            Self::Exactly(value) => veiled_value(name, value),
            Self::Either(text) => format!("={}", veiled_pattern(name, text)),
            Self::Like(regex) => format!("~{}", veiled_pattern(name, regex.as_str())),
            Self::Kind(kind) => format!(":{kind}"),
        }
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
            headers: [("location", "/submissions/7"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-id", "77")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            body:
                br#"{"id": 7, "username": "smoke", "ok": true, "tags": ["a", "b"], "none": null, "big": 12345678901234567890123, "text": "SIGIM 2.1"}"#
                    .to_vec(),
            took: Duration::from_millis(40),
            ..Answer::default()
        }
    }

    #[test_case("" => ""; "success without a status")]
    #[test_case("status=201" => "")]
    #[test_case("status=[200,\"2xx\"]" => ""; "a list")]
    #[test_case("status=200,204" => "status: 200, 204, 201"; "others")]
    #[test_case("json={\"$.username\":\"smoke\",\"$.id\":7,\"$.ok\":true,\"$.none\":null}" => ""; "values")]
    #[test_case("json={\"$.id\":\"7\"}" => "$.id: \"7\", 7"; "a text is no number")]
    #[test_case("json={\"$.id\":7.0}" => ""; "the same number")]
    #[test_case("json={\"$.id\":\"=7\",\"$.ok\":\"=true\",\"$.none\":\"=null\",\"$.username\":\"=smoke\"}" => ""; "a text or what it writes")]
    #[test_case("json={\"$.id\":\"=8\"}" => "$.id: =8, 7"; "neither the text nor what it writes")]
    #[test_case("header={\"x-id\":\"=77\"}" => ""; "a header is a text")]
    #[test_case("json={\"$.text\":\"~SIGIM\",\"$.id\":\"~^7$\"}" => ""; "expressions")]
    #[test_case("json={\"$.id\":\":number\",\"$.tags\":\":array\",\"$.none\":\":any\"}" => ""; "types")]
    #[test_case("json={\"$.id\":\":string\"}" => "$.id: :string, 7"; "another type")]
    #[test_case("json={\"$.nope\":\":any\"}" => "$.nope: :any, nothing"; "not there")]
    #[test_case("json={\"$.big\":12345678901234567890123,\"$['big']\":\"~^12345678901234567890123$\"}" => ""; "a large number")]
    #[test_case("json={\"$.big\":12345678901234567890124}" => "$.big: 12345678901234567890124, 12345678901234567890123"; "its neighbour")]
    #[test_case("json={\"$.tags[*]\":\"a\"}" => "$.tags[*]: \"a\", 2 values"; "several")]
    #[test_case("header={\"Location\":\"~^/submissions/\"}" => ""; "a header")]
    #[test_case("header={\"x-none\":\"1\"}" => "header x-none: \"1\", nothing"; "no header")]
    #[test_case("header={\"Set-Cookie\":\"~^b=\"}" => ""; "the second header of its name")]
    #[test_case("header={\"set-cookie\":\"c=3\"}" => "header set-cookie: ***, *** | ***"; "none of two headers, which are secret")]
    #[test_case("json={\"$.none\":\"~.+\"}" => "$.none: ~.+, null"; "null is no text")]
    #[test_case("header={\"x-id\":77}" => ""; "a header that is a number")]
    #[test_case("header={\"x-id\":78}" => "header x-id: \"78\", 77"; "another number")]
    #[test_case("header={\"x-id\":\":string\"}" => ""; "any header")]
    #[test_case("body=SIGIM \\d" => ""; "a body")]
    #[test_case("body=~SIGIM \\d" => ""; "a body with the sign of an expression")]
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
    #[test_case("json={\"$.id\":1,\"$.id\":2}"; "a path twice")]
    #[test_case("json={\"$.id\":\":text\"}"; "no type")]
    #[test_case("header={\"x\":null}"; "no text of a header")]
    #[test_case("header={\"x\":\":number\"}"; "no type of a header")]
    #[test_case("body=("; "no expression")]
    #[test_case("within=5"; "no unit")]
    #[test_case("cookie=x"; "nothing that is known")]
    fn refuses(pair: &str) {
        assert!(Expected::parse(&[pair.to_owned()]).is_err());
    }

    #[test]
    fn what_is_captured_is_one_value() {
        let captures: Vec<Capture> = [
            "id=$.id",
            "token=$.username",
            "place=header:Location",
            "no=$.none",
            "many=$.tags[*]",
            "c=header:set-cookie",
        ]
        .map(|one| one.parse().unwrap())
        .into();
        let judgement = judge(&answer(), &Expected::default(), &captures);
        let captured: Vec<String> =
            judgement.captured.iter().map(|one| format!("{}={}", one.name, one.value)).collect();
        assert_eq!(captured, ["id=7", "token=smoke", "place=/submissions/7"]);
        assert_eq!(judgement.secrets, ["smoke"]);
        let shown: Vec<&str> = judgement.checks.iter().skip(1).map(|check| check.got.as_str()).collect();
        assert_eq!(shown, ["7", "***", "/submissions/7", "none", "2 values", "2 values"]);
        for wrong in ["id", "id=id", "a b=$.id", "=$.id", "result=$.id", "Status=$.id"] {
            assert!(wrong.parse::<Capture>().is_err(), "{wrong}");
        }
    }

    #[test_case("{\"status\":\"ok\",\"status\":\"fail\"}" => Some("a key on the way to $.status is there twice, and readers differ on which counts".to_owned()); "a key twice")]
    #[test_case("{\"status\":\"fail\",\"n\":1e400}" => Some("its JSON is deeper, or has a larger number, than can be read: line 1, column 26".to_owned()); "too large")]
    #[test_case("{\"status\":\"fail\",\"n\":1,\"n\":2}" => None; "another key twice")]
    fn is_unclear(body: &str) -> Option<String> {
        let answer = Answer { status: 200, body: body.into(), ..Answer::default() };
        let expected = Expected::parse(&["json={\"$.status\":\"fail\"}".to_owned()]).unwrap();
        let judgement = judge(&answer, &expected, &[]);
        let captured = judge(&answer, &Expected::default(), &["status_=$.status".parse().unwrap()]);
        assert_eq!(captured.unclear, judgement.unclear);
        assert!(judgement.is_met());
        judgement.unclear
    }

    #[test]
    fn a_name_is_given_once() {
        let captures = |names: &[&str]| names.iter().map(|one| one.parse().unwrap()).collect::<Vec<Capture>>();
        let of = |names: &[&str]| super::super::given_twice(&captures(names)).map(str::to_owned);
        assert_eq!(of(&["a=$.a", "b=$.a"]), None);
        assert_eq!(of(&["a=$.a", "A=$.b"]), Some("A".to_owned()));
    }

    #[test_case("text/html; charset=ISO-8859-1" => Some("año".to_owned()))]
    #[test_case("text/html; charset=\"latin1\"" => Some("año".to_owned()))]
    #[test_case("text/html" => None; "it says no other set than UTF-8")]
    fn a_body_is_read_in_its_character_set(kind: &str) -> Option<String> {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Answer { headers, body: b"a\xf1o".to_vec(), ..Answer::default() }.text().map(Cow::into_owned)
    }
}
