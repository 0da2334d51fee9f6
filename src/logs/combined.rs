//! The common and the combined log format: `host ident user [time] "request" status bytes "referrer" "agent"`.
//! <https://httpd.apache.org/docs/current/logs.html#combined>

use std::borrow::Cow;

use super::entry::Entry;
use super::time;

/// Reads a line; `None` where it is none of these formats.
pub(super) fn read(line: &str) -> Option<Entry<'_>> {
    let (client, rest) = line.split_once(' ')?;
    let (_, rest) = rest.split_once(" [")?;
    let (stamp, rest) = rest.split_once("] \"")?;
    let (request, rest) = quoted(rest)?;
    let mut words = rest.trim_start().splitn(3, ' ');
    let status = words.next().filter(|word| word.len() == 3)?.parse().ok()?;
    let agent = words.nth(1).and_then(agent).unwrap_or_default();
    Some(Entry {
        time: time::common(stamp)?,
        status,
        target: Cow::Borrowed(target(request)),
        client: Cow::Borrowed(client),
        agent: Cow::Borrowed(agent),
    })
}

/// The text up to the closing quote, and what follows it; `\"` inside does not close it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('"')?;
        let escapes = text.get(..at)?.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        from = at + 1;
    }
}

/// The second of `METHOD TARGET PROTOCOL`. What is no such request (a scan, TLS on a plain port) is its own target.
fn target(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or(request)
}

/// The agent out of `"referrer" "agent"`.
fn agent(text: &str) -> Option<&str> {
    let (_, rest) = quoted(text.strip_prefix('"')?)?;
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
