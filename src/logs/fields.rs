//! Lines of JSON: which field is what. CloudWatch's and Google Cloud Logging's exports are such lines as well.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::combined;
use super::entry::Entry;
use super::shape::Shape;
use super::time;
use super::walk::{Field, Found, Names, Scalar};

/// Where a line of JSON has what. A name with dots goes into nested objects: `httpRequest.status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    names: Names,
    /// The zone of times that name none.
    zone: TimeZone,
}

impl Default for Fields {
    fn default() -> Self {
        Self::in_zone(TimeZone::UTC)
    }
}

impl Fields {
    /// The fields that can be named.
    pub const NAMES: [&'static str; 5] = ["time", "status", "route", "client", "agent"];

    /// The names that are tried where none is given, and the zone of times that name none.
    ///
    /// They are those of common loggers, of Google Cloud Logging's `httpRequest`, of nginx, Caddy and Traefik; and where exports keep a
    /// line as it was.
    #[must_use]
    pub fn in_zone(zone: TimeZone) -> Self {
        let mut names = Names::default();
        names.add(Field::Time, &["time", "timestamp", "ts", "@timestamp", "time_local", "time_iso8601"]);
        names.add(
            Field::Status,
            &[
                "status",
                "httpRequest.status",
                "status_code",
                "response.status",
                "jsonPayload.status",
                "DownstreamStatus",
            ],
        );
        names.add(
            Field::Route,
            &[
                "route",
                "path",
                "uri",
                "request_uri",
                "url",
                "httpRequest.requestUrl",
                "request.path",
                "request.uri",
                "jsonPayload.path",
                "RequestPath",
            ],
        );
        names.add(
            Field::Client,
            &["client", "remote_addr", "client_ip", "ip", "httpRequest.remoteIp", "request.client_ip", "ClientHost"],
        );
        names.add(
            Field::Agent,
            &[
                "user_agent",
                "agent",
                "http_user_agent",
                "httpRequest.userAgent",
                "request.headers.User-Agent",
                "request_User-Agent",
            ],
        );
        names.add(Field::Line, &["message", "textPayload", "log", "jsonPayload.message"]);
        Self { names, zone }
    }

    /// Says where a field is, instead of the names that are tried.
    ///
    /// # Errors
    /// Where there is no such field.
    pub fn set(&mut self, field: &str, name: &str) -> Result<(), String> {
        let field = match field {
            "time" => Field::Time,
            "status" => Field::Status,
            "route" => Field::Route,
            "client" => Field::Client,
            "agent" => Field::Agent,
            _ => return Err(format!("`{field}` is no field: they are {}", Self::NAMES.join(", "))),
        };
        self.names.set(field, name);
        Ok(())
    }

    /// Reads a line; `None` where it is no JSON, or has no time, no status or no path. Where an export keeps the line as it was
    /// in a text of its own (`message`, `textPayload`, `log`), that text is read.
    pub(super) fn read<'a>(&self, line: &'a str, shape: &mut Shape) -> Option<Entry<'a>> {
        let found = self.names.find(line.get(memchr::memchr(b'{', line.as_bytes())?..)?, shape)?;
        self.entry(&found, None).or_else(|| match found.of(Field::Line)? {
            Scalar::Text(text) => self.inner(text, found.of(Field::Time)),
            Scalar::Number(_) => None,
        })
    }

    /// Reads the text that an export keeps, which the export says the time of where the text itself has none.
    fn inner<'a>(&self, text: &str, time: Option<&Scalar<'_>>) -> Option<Entry<'a>> {
        let own = |entry: Entry<'_>| {
            let Entry { time, status, target, client, agent } = entry;
            let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
            Entry { time, status, target: owned(target), client: owned(client), agent: owned(agent) }
        };
        if let Some(entry) = combined::read(text) {
            return Some(own(entry));
        }
        let found = self.names.find(text.get(text.find('{')?..)?, &mut Shape::default())?;
        self.entry(&found, time).map(own)
    }

    /// The fields without which no line is a request, and that one that is none does not have; `None` where it is no JSON.
    pub(super) fn lacking(&self, line: &str) -> Option<Vec<&'static str>> {
        let found = self.names.find(line.get(line.find('{')?..)?, &mut Shape::default())?;
        let inner = match found.of(Field::Line) {
            Some(Scalar::Text(text)) => text.find('{').and_then(|at| text.get(at..)),
            _ => None,
        };
        let inner = inner.and_then(|text| self.names.find(text, &mut Shape::default())).unwrap_or_default();
        let needed = [("time", Field::Time), ("status", Field::Status), ("route", Field::Route)];
        let lacks = |field: Field| found.of(field).or(inner.of(field)).is_none();
        Some(needed.into_iter().filter(|(_, field)| lacks(*field)).map(|(name, _)| name).collect())
    }

    fn entry<'a>(&self, found: &Found<'a>, time: Option<&Scalar<'_>>) -> Option<Entry<'a>> {
        let time = match found.of(Field::Time).or(time)? {
            Scalar::Number(number) => time::since_1970(*number)?,
            Scalar::Text(text) => time::any(text, &self.zone)?,
        };
        let status = match found.of(Field::Status)? {
            Scalar::Number(number) if (100.0..1000.0).contains(number) => *number as u16,
            Scalar::Number(_) => return None,
            Scalar::Text(text) => text.parse().ok()?,
        };
        let text = |field| found.of(field).map(Scalar::plain).unwrap_or_default();
        let target = match found.of(Field::Route).map(Scalar::plain)? {
            Cow::Borrowed(text) => Cow::Borrowed(combined::asked(text)),
            Cow::Owned(text) => Cow::Owned(combined::asked(&text).to_owned()),
        };
        let entry = Entry { time, status, target, client: text(Field::Client), agent: text(Field::Agent) };
        (100..1000).contains(&status).then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(r#"{"ts":"2026-01-02T03:04:05Z","status":502,"path":"/a"}"# => "1767323045 502 /a "; "a logger of a web framework")]
    #[test_case(r#"{"time":1767323045.9,"status":"404","route":"/b","client":"9.9.9.9"}"# => "1767323045 404 /b 9.9.9.9"; "numbers and texts")]
    #[test_case(r#"web-1 {"ts":"2026-01-02T03:04:05Z","status":200,"path":"/a"}"# => "1767323045 200 /a "; "something before it")]
    #[test_case(r#"{"timestamp":"2026-01-02T03:04:05.1Z","httpRequest":{"status":500,"requestUrl":"https://x.mx/c?d","remoteIp":"1.1.1.1"}}"# => "1767323045 500 https://x.mx/c?d 1.1.1.1"; "Google Cloud Logging")]
    #[test_case(r#"{"timestamp":1767323045000,"message":"8.8.8.8 - - [02/Jan/2026:03:04:05 +0000] \"GET /d HTTP/1.1\" 503 0"}"# => "1767323045 503 /d 8.8.8.8"; "CloudWatch with a line of nginx inside")]
    #[test_case(r#"{"insertId":"a","textPayload":"8.8.8.8 - - [02/Jan/2026:03:04:05 +0000] \"GET /g HTTP/1.1\" 404 0","timestamp":"2026-01-02T03:04:05Z"}"# => "1767323045 404 /g 8.8.8.8"; "Google Cloud Logging with a line of nginx inside")]
    #[test_case(r#"{"jsonPayload":{"status":204,"path":"/h","more":{"status":500}},"timestamp":"2026-01-02T03:04:05Z"}"# => "1767323045 204 /h "; "Google Cloud Logging with an object inside")]
    #[test_case(r#"{"jsonPayload":{"message":"8.8.8.8 - - [02/Jan/2026:03:04:05 +0000] \"GET /i HTTP/1.1\" 404 0"},"timestamp":"2026-01-02T03:04:05Z"}"# => "1767323045 404 /i 8.8.8.8"; "Google Cloud Logging with a line in an object")]
    #[test_case(r#"{"ts":1767323045,"status":200,"path":"GET /j?x=1 HTTP/1.1"}"# => "1767323045 200 /j?x=1 "; "all of the first line of a request")]
    #[test_case(r#"{"ts":1767323045,"status":200,"path":"a b c"}"# => "1767323045 200 a b c "; "words that are no request")]
    #[test_case(r#"{"ts":1767323045,"status":200,"url":"/late","path":"/early"}"# => "1767323045 200 /early "; "the first of the names counts, wherever it stands")]
    #[test_case(r#"{"ts":1767323045,"status":200,"path":"/a\u0041\n"}"# => "1767323045 200 /aA\n "; "escapes")]
    #[test_case(r#"{"log":"{\"ts\":1767323045,\"status\":201,\"path\":\"/e\"}\n","stream":"stdout"}"# => "1767323045 201 /e "; "docker's own file")]
    #[test_case(r#"{"log":"{\"status\":201,\"path\":\"/e\"}\n","stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}"# => "1767323045 201 /e "; "docker's own file, which alone has the time")]
    #[test_case(r#"{"timestamp":1767323045000,"message":"{\"status\":201,\"path\":\"/f\"}"}"# => "1767323045 201 /f "; "CloudWatch, which alone has the time")]
    #[test_case(r#"{"timestamp":1767323045000,"message":"{\"ts\":\"soon\",\"status\":201,\"path\":\"/f\"}"}"# => "no request"; "a time of its own that is none")]
    #[test_case(r#"{"ts":"2026-01-02T03:04:05Z","status":200}"# => "no request"; "no path")]
    #[test_case(r#"{"ts":"soon","status":200,"path":"/"}"# => "no request"; "no time")]
    #[test_case(r#"{"ts":1,"status":70000,"path":"/"}"# => "no request"; "no status")]
    #[test_case(r#"{"broken"# => "no request"; "no JSON")]
    fn reads(line: &str) -> String {
        Fields::default().read(line, &mut Shape::default()).map_or("no request".to_owned(), |entry| {
            format!("{} {} {} {}", entry.time, entry.status, entry.target, entry.client)
        })
    }

    #[test_case(r#"{"msg":"started"}"# => Some(vec!["time", "status", "route"]); "all")]
    #[test_case(r#"{"ts":1,"code":200,"path":"/"}"# => Some(vec!["status"]); "another name")]
    #[test_case(r#"{"time":1,"log":"{\"status\":200}"}"# => Some(vec!["route"]); "of what is inside")]
    #[test_case(r#"{"ts":1,"status":"x","path":"/"}"# => Some(vec![]); "none")]
    #[test_case("started" => None; "no JSON")]
    fn what_a_line_lacks_is_known(line: &str) -> Option<Vec<&'static str>> {
        Fields::default().lacking(line)
    }

    #[test]
    fn a_field_is_where_it_is_said_to_be() {
        let mut fields = Fields::default();
        fields.set("status", "answer.code").unwrap();
        let line = r#"{"ts":1,"status":200,"answer":{"code":500},"path":"/"}"#;
        assert_eq!(fields.read(line, &mut Shape::default()).map(|entry| entry.status), Some(500));
        assert!(fields.set("stauts", "x").is_err());
    }
}
