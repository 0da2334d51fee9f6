//! The tags of an image that may move, and the trailer of the version tag that names the images it was made for.

use schemars::JsonSchema;
use semver::Version;
use serde::Deserialize;

/// A tag that moves on with each release, never back to an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Moving {
    /// `1.2`: the last patch.
    Minor,
    /// `1`: the last feature.
    Major,
    /// `latest`: the last release.
    Latest,
}

impl Moving {
    /// Its name for a version.
    #[must_use]
    pub fn tag(self, version: &Version) -> String {
        match self {
            Self::Minor => format!("{}.{}", version.major, version.minor),
            Self::Major => version.major.to_string(),
            Self::Latest => "latest".to_owned(),
        }
    }

    /// Whether it belongs to this version: no pre-release takes it, and no version that is older than another release that
    /// it could stand for.
    #[must_use]
    pub fn belongs_to(self, version: &Version, released: &[Version]) -> bool {
        let competes = |other: &Version| {
            other.pre.is_empty()
                && match self {
                    Self::Minor => (other.major, other.minor) == (version.major, version.minor),
                    Self::Major => other.major == version.major,
                    Self::Latest => true,
                }
        };
        version.pre.is_empty() && released.iter().filter(|other| competes(other)).all(|other| other <= version)
    }
}

/// The trailer of a version tag's message that names an image: made once with the tag, it says which digest the version is.
/// A registry cannot refuse the second of two writers; a git remote can.
#[must_use]
pub fn trailer(name: &str, digest: &str) -> String {
    format!("Image: {name}@{digest}")
}

/// The digest that a tag's message names for an image. Only trailers count, the last paragraph before a signature: what is
/// above them was written by whoever wrote the commits.
#[must_use]
pub fn recorded<'m>(message: &'m str, name: &str) -> Option<&'m str> {
    let unsigned = message.split("-----BEGIN ").next().unwrap_or_default().trim_end();
    let trailers = unsigned.rsplit("\n\n").next().unwrap_or_default();
    trailers.lines().find_map(|line| line.strip_prefix("Image: ")?.strip_prefix(name)?.strip_prefix('@')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(Moving::Minor, "1.2.3", &["1.2.2", "1.3.0", "2.0.0"] => true; "the last patch of an old line")]
    #[test_case(Moving::Major, "1.2.3", &["1.2.2", "1.3.0", "2.0.0"] => false; "not the last of its major")]
    #[test_case(Moving::Latest, "1.2.3", &["1.2.2", "2.0.0"] => false; "not the last of all")]
    #[test_case(Moving::Latest, "2.0.0", &["1.2.2", "2.0.0"] => true; "the last")]
    #[test_case(Moving::Latest, "2.0.0", &["2.1.0-rc.1"] => true; "a pre-release is in nobody's way")]
    #[test_case(Moving::Latest, "2.1.0-rc.1", &["2.0.0"] => false; "a pre-release takes none")]
    fn belongs(moving: Moving, version: &str, released: &[&str]) -> bool {
        let released: Vec<Version> = released.iter().map(|text| text.parse().unwrap()).collect();
        moving.belongs_to(&version.parse().unwrap(), &released)
    }

    #[test]
    fn a_tag_names_its_images() {
        let message = format!("v1.2.3\n\n3 commits\n\n{}\n", trailer("ghcr.io/acme/app", "sha256:a"));
        assert_eq!(recorded(&message, "ghcr.io/acme/app"), Some("sha256:a"));
        assert_eq!(recorded(&message, "ghcr.io/acme/ap"), None);
        assert_eq!(recorded("v1\n", "ghcr.io/acme/app"), None);
        let signed = format!("{message}-----BEGIN SSH SIGNATURE-----\n\nImage: ghcr.io/acme/app@sha256:b\n");
        assert_eq!(recorded(&signed, "ghcr.io/acme/app"), Some("sha256:a"));
        let feigned = "v1.2.3\n\nImage: ghcr.io/acme/app@sha256:b\n\nClearance: sha256:c\n";
        assert_eq!(recorded(feigned, "ghcr.io/acme/app"), None);
    }
}
