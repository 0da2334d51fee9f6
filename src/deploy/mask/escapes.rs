//! The escapes by which programs write a character as something else, taken back one at a time: which characters they escape is
//! another set in each library.

/// What one byte is that begins no escape.
fn plain(bytes: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    into.extend(bytes.first());
    Some(1)
}

/// Takes what stands first, an escape of whatever kind, for the bytes that it stands for, and says how many bytes of the text that
/// were: `None` where they are an escape that has begun and is not complete.
pub(super) fn read(bytes: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    match bytes {
        [b'%', ..] => address(bytes, into),
        [b'\\', ..] => backslash(bytes, into),
        _ => reference(bytes, into),
    }
}

/// Of addresses (RFC 3986 §2.1): `%2f` is `/`.
fn address(bytes: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    match bytes {
        [b'%', rest @ ..] => by_digits(bytes, rest, (2, 16), into),
        _ => plain(bytes, into),
    }
}

/// Behind a backslash, as C, JSON, YAML, Python, shells, git and others have it: `\xf1`, `\303\261`, `\u00f1`, `\n`, `\$`.
fn backslash(bytes: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    let [b'\\', rest @ ..] = bytes else { return plain(bytes, into) };
    match rest {
        [] => None,
        [b'x', digits @ ..] => by_digits(bytes, digits, (2, 16), into),
        [b'0'..=b'7', ..] => by_digits(bytes, rest, (3, 8), into),
        [b'u', b'{', digits @ ..] => {
            let width = digits.iter().take_while(|digit| digit.is_ascii_hexdigit()).count();
            match digits.get(width) {
                None if width <= 6 => None,
                Some(b'}') => character(bytes, number(digits, width, 16), width + 4, into),
                _ => plain(bytes, into),
            }
        }
        [b'u', digits @ ..] => unit(bytes, digits, into),
        [b'U', digits @ ..] => match leading(digits, 8, 16)? {
            8 => character(bytes, number(digits, 8, 16), 10, into),
            _ => plain(bytes, into),
        },
        // A line that goes on, in YAML behind its blanks.
        [b'\n', after @ ..] => {
            let blanks = after.iter().take(WIDEST).take_while(|c| matches!(c, b' ' | b'\t')).count();
            if blanks == after.len() && blanks < WIDEST { None } else { Some(blanks + 2) }
        }
        [c, ..] => {
            let own = match c {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'b' => 0x8,
                b'f' => 0xc,
                b'v' => 0xb,
                b'a' => 0x7,
                b'e' | b'E' => 0x1b,
                c => *c,
            };
            into.push(own);
            Some(2)
        }
    }
}

/// References of HTML and XML: `&#241;`, `&#xF1;`, `&amp;`, and those that have a name in Spanish texts.
fn reference(bytes: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    let [b'&', rest @ ..] = bytes else { return plain(bytes, into) };
    let width = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == b'#').take(LONGEST).count();
    let name = rest.get(..width).unwrap_or_default();
    match rest.get(width) {
        None if width < LONGEST => None,
        Some(b';') => {
            let code = match name {
                [b'#', b'x' | b'X', digits @ ..] => number(digits, digits.len(), 16),
                [b'#', digits @ ..] => number(digits, digits.len(), 10),
                name => NAMED.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, c)| u32::from(*c)),
            };
            character(bytes, code, width + 2, into)
        }
        _ => plain(bytes, into),
    }
}

/// What is further in than this is no line that goes on.
const WIDEST: usize = 64;

/// A longer name is none of a reference.
const LONGEST: usize = 10;

const NAMED: [(&str, char); 21] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ntilde", 'ñ'),
    ("Ntilde", 'Ñ'),
    ("aacute", 'á'),
    ("eacute", 'é'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("uuml", 'ü'),
    ("Aacute", 'Á'),
    ("Eacute", 'É'),
    ("Iacute", 'Í'),
    ("Oacute", 'Ó'),
    ("Uacute", 'Ú'),
    ("Uuml", 'Ü'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
];

/// How many digits stand first, of so many at most; `None` where the text ends before it is clear.
fn leading(bytes: &[u8], most: usize, radix: u32) -> Option<usize> {
    let width = bytes.iter().take(most).take_while(|digit| char::from(**digit).is_digit(radix)).count();
    if width < most && width == bytes.len() { None } else { Some(width) }
}

fn number(digits: &[u8], width: usize, radix: u32) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits.get(..width)?).ok()?, radix).ok()
}

/// A byte by its digits, all of which must be there, behind one or two characters.
fn by_digits(bytes: &[u8], digits: &[u8], (most, radix): (usize, u32), into: &mut Vec<u8>) -> Option<usize> {
    let is_whole = leading(digits, most, radix)? == most;
    let byte = number(digits, most, radix).filter(|_| is_whole).and_then(|byte| u8::try_from(byte).ok());
    let Some(byte) = byte else { return plain(bytes, into) };
    into.push(byte);
    Some(bytes.len() - digits.len() + most)
}

/// A character by its number.
fn character(bytes: &[u8], code: Option<u32>, width: usize, into: &mut Vec<u8>) -> Option<usize> {
    let Some(c) = code.and_then(char::from_u32) else { return plain(bytes, into) };
    into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Some(width)
}

/// One or two units of UTF-16 behind `\u`.
fn unit(bytes: &[u8], digits: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    if leading(digits, 4, 16)? < 4 {
        return plain(bytes, into);
    }
    let first = number(digits, 4, 16).unwrap_or_default();
    if !(0xd800..0xdc00).contains(&first) {
        return character(bytes, Some(first), 6, into);
    }
    match digits.get(4..).unwrap_or_default() {
        [] | [b'\\'] => None,
        [b'\\', b'u', second @ ..] if leading(second, 4, 16)? == 4 => {
            let low = number(second, 4, 16).and_then(|low| low.checked_sub(0xdc00));
            character(bytes, low.map(|low| 0x10000 + ((first - 0xd800) << 10) + low), 12, into)
        }
        _ => plain(bytes, into),
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::{address, backslash, reference};

    #[test_case(address, "a%2Fb%c3%B1+%zz%" => "a/bñ+%zz .%"; "an address")]
    #[test_case(address, "%4" => " .%4"; "an address that ends in an escape")]
    #[test_case(backslash, r#"\$\"\\\n\x41\303\261\u00f1\u{f1}\U000000F1"# => "$\"\\\nAññññ"; "backslashes")]
    #[test_case(backslash, r"\ud83d\ude00\ud83dx\q\xzz\9\777" => r"😀\ud83dxq\xzz9\777"; "pairs, and what is no escape")]
    #[test_case(backslash, r"\ud83d\u" => r" .\ud83d\u"; "half a pair")]
    #[test_case(backslash, "a\\\n \tb\\\n\\\n  \\ c" => "ab c"; "lines that go on")]
    #[test_case(backslash, "a\\\n " => "a .\\\n "; "a line that may go on")]
    #[test_case(backslash, r"\30" => r" .\30"; "half a byte")]
    #[test_case(backslash, r"\" => r" .\"; "nothing but the backslash")]
    #[test_case(backslash, r"\u{12" => r" .\u{12"; "a number that is not closed")]
    #[test_case(reference, "&amp;&#241;&#xF1;&#x00f1;&ntilde;&nope;&&#;& x" => "&ññññ&nope;&&#;& x"; "references")]
    #[test_case(reference, "a&#24" => "a .&#24"; "half a reference")]
    #[test_case(reference, "a&abcdefghijk" => "a&abcdefghijk"; "what is too long for one")]
    fn reads(read: fn(&[u8], &mut Vec<u8>) -> Option<usize>, text: &str) -> String {
        let (mut decoded, mut at) = (Vec::new(), 0);
        while at < text.len() {
            match read(&text.as_bytes()[at..], &mut decoded) {
                Some(width) => at += width,
                None => {
                    decoded.extend_from_slice(b" .");
                    decoded.extend_from_slice(&text.as_bytes()[at..]);
                    break;
                }
            }
        }
        String::from_utf8(decoded).unwrap()
    }
}
