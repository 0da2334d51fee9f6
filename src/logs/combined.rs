//! The common and the combined log format: `host ident user [time] "request" status bytes "referrer" "agent"`.
//! <https://httpd.apache.org/docs/current/logs.html#combined>

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memrchr2};

use super::entry::Entry;
use super::time;

/// Reads a line; `None` where it is none of these formats.
///
/// What stands before the host is passed over: the name of a container, docker's time stamp, a stream of CloudWatch, syslog's head.
pub(super) fn read(line: &str) -> Option<Entry<'_>> {
    let bytes = line.as_bytes();
    let open = memchr_iter(b'[', bytes).find(|at| *at > 0 && bytes.get(at - 1) == Some(&b' '))?;
    let before = line.get(..open - 1)?;
    let rest = line.get(open + 1..)?;
    let close = memchr(b']', rest.as_bytes())?;
    let (request, after) = quoted(rest.get(close..)?.strip_prefix("] \"")?)?;
    let after = after.trim_start();
    let status = match after.as_bytes() {
        // `000` is nginx's where it sent no answer.
        [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b' ', ..]
        | [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            [a, b, c].iter().fold(0, |number, digit| number * 10 + u16::from(**digit - b'0'))
        }
        _ => return None,
    };
    Some(Entry {
        time: time::common(rest.get(..close)?)?,
        status,
        target: Cow::Borrowed(target(request)),
        client: Cow::Borrowed(client(before)),
        agent: Cow::Borrowed(agent(after).unwrap_or_default()),
    })
}

/// The host out of `host ident user`: the third word from the end.
fn client(before: &str) -> &str {
    let bytes = before.as_bytes();
    let blank = |end: usize| memrchr2(b' ', b'\t', bytes.get(..end)?);
    let Some(ident) = blank(bytes.len()).and_then(blank) else {
        return before.split(' ').next().unwrap_or_default();
    };
    before.get(blank(ident).map_or(0, |at| at + 1)..ident).unwrap_or_default()
}

/// The text up to the closing quote, and what follows it; `\"` inside does not close it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let closes = |at: &usize| {
        let before = bytes.get(..*at).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count().is_multiple_of(2)
    };
    let at = memchr_iter(b'"', bytes).find(closes)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The second of `METHOD TARGET PROTOCOL`. What is no such request (a scan, TLS on a plain port) is its own target.
fn target(request: &str) -> &str {
    let bytes = request.as_bytes();
    let Some(from) = memchr(b' ', bytes).map(|at| at + 1) else { return request };
    let rest = request.get(from..).unwrap_or_default();
    rest.get(..memchr(b' ', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or(rest)
}

/// The target of a text where that is the first line of a request, else all of it.
pub(super) fn asked(text: &str) -> &str {
    let is_request = !text.starts_with('/') && text.rsplit_once(' ').is_some_and(|(_, last)| last.starts_with("HTTP/"));
    if is_request { target(text) } else { text }
}

/// The agent out of `status bytes "referrer" "agent"`.
fn agent(text: &str) -> Option<&str> {
    let from = memchr(b'"', text.as_bytes())?;
    let (_, rest) = quoted(text.get(from + 1..)?)?;
    let (agent, _) = quoted(rest.trim_start().strip_prefix('"')?)?;
    Some(agent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    fn shown(line: &str) -> String {
        read(line).map_or("no request".to_owned(), |entry| {
            format!("{} {} {} {} {}", entry.time, entry.status, entry.target, entry.client, entry.agent)
        })
    }

    #[test_case(r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326"# => "971211336 200 /a.gif 127.0.0.1 "; "common")]
    #[test_case(r#"::1 - - [01/Jan/1970:00:00:01 +0000] "GET /?q=1 HTTP/2.0" 502 0 "http://x/" "curl/8 (\"x\")""# => r#"1 502 /?q=1 ::1 curl/8 (\"x\")"#; "combined, a quote in the agent")]
    #[test_case(r#"h - - [01/Jan/1970:00:00:01 +0000] "GET /\"] \"x HTTP/1.1" 404 0"# => r#"1 404 /\"] h "#; "a quote in the request")]
    #[test_case(r#"h - - [01/Jan/1970:00:00:01 +0000] "" 400 0 "-" "-""# => "1 400  h -"; "an empty request")]
    #[test_case(r#"h - - [01/Jan/1970:00:00:01 +0000] "\x16\x03\x01" 400 157 "-" "-""# => r"1 400 \x16\x03\x01 h -"; "TLS on a plain port")]
    #[test_case(r#"2026/01/02 03:04:05 [notice] 1#1: start worker processes"# => "no request"; "a notice")]
    #[test_case(r#"h - - [01/Xxx/1970:00:00:01 +0000] "GET / HTTP/1.1" 200 0"# => "no request"; "no month")]
    #[test_case(r#"h - - [01/Jan/1970:00:00:01 +0000] "GET / HTTP/1.1" 20x 0"# => "no request"; "no status")]
    #[test_case("" => "no request"; "nothing")]
    #[test_case(r#"nginx-1  | h - - [01/Jan/1970:00:00:01 +0000] "GET / HTTP/1.1" 200 9 "-" "curl/8""# => "1 200 / h curl/8"; "the name of a container")]
    #[test_case(r#"2026-01-02T03:04:05.678901234Z h - - [01/Jan/1970:00:00:01 +0000] "GET / HTTP/1.1" 200 9"# => "1 200 / h "; "docker's time stamp")]
    #[test_case(r#"2026-01-02T03:04:05.678000+00:00 web/nginx/1f2e h - ana [01/Jan/1970:00:00:01 +0000] "GET / HTTP/1.1" 200 9"# => "1 200 / h "; "aws logs tail, detailed")]
    #[test_case("EVENTS\t3\tweb/1\th - - [01/Jan/1970:00:00:01 +0000] \"GET / HTTP/1.1\" 200 9\t1767323045000" => "1 200 / h "; "aws logs filter-log-events, text")]
    #[test_case(r#"<190>Jan  2 03:04:05 web nginx: h - - [01/Jan/1970:00:00:01 +0000] "GET / HTTP/1.1" 200 9"# => "1 200 / h "; "syslog")]
    fn reads(line: &str) -> String {
        shown(line)
    }

    proptest! {
        #[test]
        fn no_line_is_too_strange(line in "\\PC{0,80}") {
            let _ = read(&line);
        }

        #[test]
        fn a_broken_line_is_no_panic(cut in 0usize..120) {
            let line = r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a\"b HTTP/1.0" 200 2326 "-" "x\"y""#;
            let _ = read(line.get(..cut.min(line.len())).unwrap_or_default());
        }
    }
}
