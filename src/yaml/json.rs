//! Reads JSON, RFC 8259, into the same tree: a large document in a fraction of the time, and with the escapes that JSON has
//! and YAML has not (`\ud83d\ude00`, a pair for one character).

use std::borrow::Cow;

use super::build::Builder;
use super::{Limits, Mark, Node, Refusal, Value, core_schema};

/// Why reading stopped early.
enum Stop {
    /// The text is no JSON; it may be YAML.
    NotJson,
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Reads a text that is a JSON object or array; `None` where it is not, and YAML may know more.
pub(super) fn read(text: &str, limits: Limits) -> Result<Option<Node>, Refusal> {
    if !text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with(['{', '[']) {
        return Ok(None);
    }
    let mut reader =
        Reader { text, at: 0, marked: 0, mark: Mark { line: 1, column: 1 }, builder: Builder::new(limits) };
    match reader.document() {
        Ok(()) => Ok(reader.builder.into_root()),
        Err(Stop::NotJson) => Ok(None),
        Err(Stop::Refused(refusal)) => Err(refusal),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// The byte that is read next.
    at: usize,
    /// The byte that `mark` is the place of.
    marked: usize,
    mark: Mark,
    builder: Builder,
}

impl<'t> Reader<'t> {
    /// One value and nothing after it. The open collections are a `Vec` here and in the builder, whose limit bounds both.
    fn document(&mut self) -> Result<(), Stop> {
        let mut ends = Vec::new();
        loop {
            let opened = self.value()?;
            if let Some(end) = opened {
                if self.take(end) {
                    self.builder.close()?;
                } else {
                    ends.push(end);
                    self.key_in(end)?;
                    continue;
                }
            }
            loop {
                let Some(&end) = ends.last() else {
                    return if self.peek().is_none() { Ok(()) } else { Err(Stop::NotJson) };
                };
                if self.take(end) {
                    ends.pop();
                    self.builder.close()?;
                } else if self.take(b',') {
                    self.key_in(end)?;
                    break;
                } else {
                    return Err(Stop::NotJson);
                }
            }
        }
    }

    /// A scalar, or the beginning of a collection: then the byte that ends it.
    fn value(&mut self) -> Result<Option<u8>, Stop> {
        let first = self.peek();
        let mark = self.place();
        let value = match first {
            Some(b'{') => {
                self.at += 1;
                self.builder.open_mapping(mark, 0)?;
                return Ok(Some(b'}'));
            }
            Some(b'[') => {
                self.at += 1;
                self.builder.open_sequence(mark, 0)?;
                return Ok(Some(b']'));
            }
            Some(b'"') => {
                let text = self.string()?;
                self.builder.text(mark, 0, &text)?;
                return Ok(None);
            }
            Some(_) => match self.word() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                number if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                    Value::Number(core_schema::number(number).ok_or(Stop::NotJson)?)
                }
                _ => return Err(Stop::NotJson),
            },
            None => return Err(Stop::NotJson),
        };
        self.builder.scalar(mark, 0, value)?;
        Ok(None)
    }

    /// The key and its colon, where the collection that ends with `end` has keys.
    fn key_in(&mut self, end: u8) -> Result<(), Stop> {
        if end == b']' {
            return Ok(());
        }
        if self.peek() != Some(b'"') {
            return Err(Stop::NotJson);
        }
        let mark = self.place();
        let key = self.string()?;
        self.builder.key(mark, 0, &key, false)?;
        if self.take(b':') { Ok(()) } else { Err(Stop::NotJson) }
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Stop> {
        self.at += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let end = rest.bytes().position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')).ok_or(Stop::NotJson)?;
            let plain = rest.get(..end).unwrap_or_default();
            if text.is_empty() {
                text = Cow::Borrowed(plain);
            } else {
                text.to_mut().push_str(plain);
            }
            self.at += end + 1;
            match rest.as_bytes().get(end) {
                Some(b'"') => return Ok(text),
                Some(b'\\') => text.to_mut().push(self.escape()?),
                _ => return Err(Stop::NotJson),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let kind = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        Ok(match kind {
            Some(b'u') => return self.unicode(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            _ => return Err(Stop::NotJson),
        })
    }

    /// One unit of UTF-16, or a pair of them for a character beyond U+FFFF.
    fn unicode(&mut self) -> Result<char, Stop> {
        let first = self.unit()?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            self.at += 2;
            units.push(self.unit()?);
        }
        let text = String::from_utf16(&units).map_err(|_| Stop::NotJson)?;
        text.chars().next().ok_or(Stop::NotJson)
    }

    fn unit(&mut self) -> Result<u16, Stop> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Stop::NotJson)?;
        self.at += 4;
        let is_sound = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_sound).ok_or(Stop::NotJson)
    }

    /// A run of what literals and numbers are made of.
    fn word(&mut self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let end = rest.bytes().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let skipped = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len());
        self.at += skipped;
        rest.get(skipped).copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    /// The place of the next byte; each byte is counted once, so that one long line costs no more than many short ones.
    fn place(&mut self) -> Mark {
        for byte in self.text.as_bytes().get(self.marked..self.at).unwrap_or_default() {
            if *byte == b'\n' {
                self.mark = Mark { line: self.mark.line.saturating_add(1), column: 1 };
            } else if byte & 0b1100_0000 != 0b1000_0000 {
                self.mark.column = self.mark.column.saturating_add(1);
            }
        }
        self.marked = self.at;
        self.mark
    }
}
