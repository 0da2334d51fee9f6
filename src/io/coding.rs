//! How the body of an answer is coded (RFC 9110, section 8.4): what gzip made is unpacked, whether it was asked for or not.

use std::io::Read as _;

/// Why a body is not as it was before it was coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coded {
    /// It is larger than it may be.
    TooLarge,
    /// It is compressed in this way, which is not read here, or is not whole.
    Compressed(String),
}

/// What a body was before it was coded as its headers say.
pub(super) fn plain(headers: &reqwest::header::HeaderMap, body: Vec<u8>, largest: usize) -> Result<Vec<u8>, Coded> {
    let values = headers.get_all("content-encoding").iter();
    let codings = values.map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase()).collect::<Vec<_>>();
    let codings = codings.iter().flat_map(|value| value.split(',')).map(str::trim);
    let codings: Vec<&str> = codings.filter(|coding| !matches!(*coding, "" | "identity")).collect();
    match codings.as_slice() {
        [] => Ok(body),
        // An answer to HEAD says how the body would be coded.
        _ if body.is_empty() => Ok(body),
        ["gzip" | "x-gzip"] => {
            let mut plain = Vec::new();
            let most = u64::try_from(largest).unwrap_or(u64::MAX).saturating_add(1);
            let read = flate2::read::MultiGzDecoder::new(body.as_slice()).take(most).read_to_end(&mut plain);
            match read {
                Ok(length) if length > largest => Err(Coded::TooLarge),
                Ok(_) => Ok(plain),
                Err(_) => Err(Coded::Compressed("broken gzip".to_owned())),
            }
        }
        more => Err(Coded::Compressed(more.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use reqwest::header::HeaderMap;
    use test_case::test_case;

    use super::*;

    fn packed() -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(b"0123456789").unwrap();
        packer.finish().unwrap()
    }

    fn compressed(how: &str) -> Result<Vec<u8>, Coded> {
        Err(Coded::Compressed(how.to_owned()))
    }

    #[test_case("gzip", packed(), 10 => Ok(b"0123456789".to_vec()))]
    #[test_case("X-GZip", packed(), 10 => Ok(b"0123456789".to_vec()); "another name")]
    #[test_case("identity, gzip", packed(), 10 => Ok(b"0123456789".to_vec()); "what changes nothing")]
    #[test_case("gzip", packed(), 9 => Err(Coded::TooLarge); "too large")]
    #[test_case("gzip", packed().split_off(4), 10 => compressed("broken gzip"); "no gzip")]
    #[test_case("gzip", packed()[..12].to_vec(), 10 => compressed("broken gzip"); "cut off")]
    #[test_case("br", packed(), 10 => compressed("br"); "another way")]
    #[test_case("gzip, br", packed(), 10 => compressed("gzip, br"); "two ways")]
    #[test_case("br", Vec::new(), 10 => Ok(Vec::new()); "nothing")]
    #[test_case("", packed(), 10 => Ok(packed()); "in no way")]
    fn a_body_is_unpacked(coding: &str, body: Vec<u8>, largest: usize) -> Result<Vec<u8>, Coded> {
        plain(&HeaderMap::from_iter([("content-encoding".parse().unwrap(), coding.parse().unwrap())]), body, largest)
    }
}
