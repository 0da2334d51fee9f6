//! The name of an image: registry, repository, and which of its images is meant.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// An image at a registry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Image {
    /// Host and port of the registry: `ghcr.io`.
    pub registry: String,
    /// The repository there: `acme/app`.
    pub repository: String,
    /// Which of its images.
    pub source: Source,
}

/// Which image of a repository is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The one that was pushed under the short-hash tag of the commit, as CI does it.
    ShortHash,
    /// The one that this tag holds now.
    Tag(String),
    /// The one with this digest, `sha256:` with lowercase hexadecimal digits.
    Digest(String),
}

impl Image {
    /// Registry and repository: `ghcr.io/acme/app`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        match &self.source {
            Source::ShortHash => Ok(()),
            Source::Tag(tag) => write!(f, ":{tag}"),
            Source::Digest(digest) => write!(f, "@{digest}"),
        }
    }
}

impl FromStr for Image {
    type Err = String;

    /// Reads `REGISTRY/NAME`, `REGISTRY/NAME:TAG` or `REGISTRY/NAME@sha256:DIGEST`; where both are given the digest counts, as
    /// in Docker. The registry is always named: none is assumed.
    fn from_str(text: &str) -> Result<Self, String> {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let slash = rest.rfind('/').unwrap_or(0);
        let colon = rest.get(slash..).and_then(|last| last.find(':')).map(|at| at + slash);
        let (name, tag) = match colon {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
            None => (rest, None),
        };
        let (registry, repository) = name
            .split_once('/')
            .filter(|(host, _)| is_host(host))
            .ok_or_else(|| format!("`{text}` names no registry: write ghcr.io/{text} or docker.io/{text}"))?;
        if !is_repository(repository) {
            return Err(format!("`{repository}` is no name of a repository, such as acme/app (lowercase)"));
        }
        let source = match (digest, tag) {
            (Some(digest), _) if is_digest(digest) => Source::Digest(digest.to_owned()),
            (Some(digest), _) => return Err(format!("`{digest}` is no digest: sha256: and 64 hexadecimal digits")),
            (None, Some(tag)) if is_image_tag(tag) => Source::Tag(tag.to_owned()),
            (None, Some(tag)) => return Err(format!("`{tag}` is no tag of an image")),
            (None, None) => Source::ShortHash,
        };
        // Docker's own images have no owner in front.
        let official = registry == "docker.io" && !repository.contains('/');
        let repository = if official { format!("library/{repository}") } else { repository.to_owned() };
        Ok(Self { registry: registry.to_owned(), repository, source })
    }
}

impl TryFrom<String> for Image {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// A first part is a registry where it could be no repository: with a dot, a port, or `localhost`.
fn is_host(text: &str) -> bool {
    let has_mark = text.contains(['.', ':']) || text == "localhost";
    let is_sound = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let url = url::Url::parse(&format!("https://{text}/"));
    has_mark && is_sound && url.is_ok_and(|url| url.host().is_some())
}

/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests>
fn is_repository(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.split('/').all(|part| {
        part.starts_with(is_end) && part.ends_with(is_end) && part.chars().all(|c| is_end(c) || "._-".contains(c))
    })
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Whether a registry takes the text as a tag:
/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests>.
#[must_use]
pub fn is_image_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("ghcr.io/acme/app" => "ghcr.io|acme/app|ShortHash"; "a name alone")]
    #[test_case("ghcr.io/acme/app:main" => "ghcr.io|acme/app|Tag(\"main\")"; "a tag")]
    #[test_case("127.0.0.1:5000/app" => "127.0.0.1:5000|app|ShortHash"; "a port is no tag")]
    #[test_case("localhost/app:1" => "localhost|app|Tag(\"1\")"; "this machine")]
    #[test_case("docker.io/nginx:1" => "docker.io|library/nginx|Tag(\"1\")"; "an official image")]
    fn is_read(text: &str) -> String {
        let image: Image = text.parse().unwrap();
        format!("{}|{}|{:?}", image.registry, image.repository, image.source)
    }

    #[test]
    fn a_digest_counts_before_a_tag() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let image: Image = format!("ghcr.io/acme/app:main@{digest}").parse().unwrap();
        assert_eq!(image.source, Source::Digest(digest));
    }

    #[test_case("acme/app"; "no registry")]
    #[test_case("app"; "a word")]
    #[test_case("https://ghcr.io/acme/app"; "an address")]
    #[test_case("ghcr.io/Acme/app"; "upper case")]
    #[test_case("ghcr.io/acme//app"; "an empty part")]
    #[test_case("ghcr.io/acme/app:a b"; "a space")]
    #[test_case("ghcr.io/acme/app@sha256:12"; "a short digest")]
    #[test_case("me:secret@ghcr.io/acme/app"; "a password")]
    #[test_case("ghcr.io/acme/../app"; "dots")]
    fn is_refused(text: &str) {
        assert!(text.parse::<Image>().is_err());
    }
}
