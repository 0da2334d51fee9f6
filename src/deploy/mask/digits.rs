//! The digits in which programs print a secret's bytes: base64 at any offset, base32, hexadecimal and decimal numbers.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// How `base64` and PEM break their lines.
const LINES: [usize; 2] = [64, 76];

/// The characters of base32 (RFC 4648 §6).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A text in all of them.
pub(super) fn digits(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    // As PowerShell and others of Windows take a text for base64.
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = base64(bytes);
    found.extend(base64(&wide));
    found.extend(again(bytes));
    found.extend((0..5).filter_map(|before| base32(bytes, before)));
    let numbers = |one: &dyn Fn(&u8) -> String, between: &str| bytes.iter().map(one).collect::<Vec<_>>().join(between);
    let lower = |byte: &u8| format!("{byte:02x}");
    let upper = |byte: &u8| format!("{byte:02X}");
    let texts = [
        numbers(&lower, ""),
        numbers(&upper, ""),
        numbers(&lower, ":"),
        numbers(&upper, ":"),
        // White space is left out where these are looked for: as `od` and `xxd -i` have it.
        numbers(&|byte| format!("0x{byte:02x}"), ""),
        numbers(&|byte| format!("0x{byte:02X}"), ""),
        numbers(&|byte| format!("0x{byte:02x}"), ","),
        numbers(&|byte| format!("0x{byte:02X}"), ","),
        // A list of bytes, as JSON of Node and `{:?}` of Rust have it.
        numbers(&u8::to_string, ","),
    ];
    found.extend(texts.map(String::into_bytes));
    found
}

/// The characters of base64 that this text alone decides behind so many bytes, whatever follows it.
fn own(engine: &impl base64::Engine, text: &[u8], before: usize) -> Option<Vec<u8>> {
    let bytes = [vec![0; before], text.to_vec()].concat();
    let (start, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    engine.encode(&bytes).as_bytes().get(start..end).map(<[u8]>::to_vec)
}

/// Alone, and as `echo` gives it.
fn ended(text: &[u8]) -> [Vec<u8>; 2] {
    [text.to_vec(), [text, b"\n"].concat()]
}

/// The characters of base64 that this text alone decides, whatever stands before it and behind it.
pub(super) fn base64(text: &[u8]) -> Vec<Vec<u8>> {
    // Where it ends, all of it is hidden; the last characters belong to what follows elsewhere.
    let mut found: Vec<Vec<u8>> = ended(text)
        .iter()
        .flat_map(|text| [STANDARD.encode(text), URL_SAFE.encode(text)])
        .map(String::into_bytes)
        .collect();
    for before in 0..3 {
        for own in [own(&STANDARD_NO_PAD, text, before), own(&URL_SAFE_NO_PAD, text, before)].into_iter().flatten() {
            found.push(own.clone());
            if before == 0 {
                let broken = LINES.iter().filter(|width| own.len() > **width).flat_map(|width| own.chunks(*width));
                found.extend(broken.map(<[u8]>::to_vec));
            }
        }
    }
    found
}

/// In base64 of base64, and that in base64 again.
fn again(text: &[u8]) -> Vec<Vec<u8>> {
    let whole = |texts: &[Vec<u8>]| -> Vec<Vec<u8>> {
        texts.iter().flat_map(|text| ended(text)).map(|text| STANDARD.encode(text).into_bytes()).collect()
    };
    let inner = |texts: &[Vec<u8>]| -> Vec<Vec<u8>> {
        texts.iter().flat_map(|text| (0..3).filter_map(|before| own(&STANDARD_NO_PAD, text, before))).collect()
    };
    let once = [text.to_vec()];
    let (whole_twice, inner_twice) = (whole(&whole(&once)), inner(&inner(&once)));
    let (whole_thrice, inner_thrice) = (whole(&whole_twice), inner(&inner_twice));
    [whole_twice, inner_twice, whole_thrice, inner_thrice].concat()
}

/// The characters of base32 that this text alone decides behind so many bytes, whatever follows it; where nothing stands before
/// it, the one that it ends with as well.
fn base32(text: &[u8], before: usize) -> Option<Vec<u8>> {
    let bytes = [vec![0; before], text.to_vec()].concat();
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let (start, whole) = ((before * 8).div_ceil(5), bytes.len() * 8);
    let end = if before == 0 { whole.div_ceil(5) } else { whole / 5 };
    let digit = |at: usize| (at * 5..at * 5 + 5).fold(0, |digit, at| digit * 2 + usize::from(bit(at)));
    (start..end).map(|at| BASE32.get(digit(at)).copied()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn base32_is_that_of_others() {
        let base32 = |text: &str, before| String::from_utf8(super::base32(text.as_bytes(), before).unwrap()).unwrap();
        // RFC 4648 §10, and `printf 'xfoobar' | base32`: PBTG633CMFZA====, of which the first two are not only of `foobar`.
        assert_eq!((base32("foobar", 0), base32("foob", 0)), ("MZXW6YTBOI".to_owned(), "MZXW6YQ".to_owned()));
        assert_eq!(base32("foobar", 1), "TG633CMFZ");
    }
}
