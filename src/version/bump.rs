//! Which part of a version is raised, and what comes of it.

use semver::{BuildMetadata, Prerelease, Version};

/// The part of a version that something asks to raise; the order is how much it raises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing that callers notice.
    #[default]
    None,
    /// A repair: `1.2.3` → `1.2.4`.
    Patch,
    /// Something new: `1.2.3` → `1.3.0`.
    Minor,
    /// Something that breaks callers: `1.2.3` → `2.0.0`.
    Major,
}

impl Bump {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// What a change that asks for this raises in versions before 1.0.0: anything may change there (Semantic Versioning
    /// 2.0.0, 4), so what breaks raises the minor part, and only a person leaves 0.x. What a feature raises is a choice.
    #[must_use]
    pub fn before_one(self, feature: Self) -> Self {
        match self {
            Self::Major => Self::Minor,
            Self::Minor => feature,
            Self::Patch | Self::None => self,
        }
    }

    /// The final version that follows; `None` where a number would grow beyond 64 bits.
    #[must_use]
    pub fn apply(self, version: &Version) -> Option<Version> {
        let Version { major, minor, patch, .. } = *version;
        Some(match self {
            Self::None => Version::new(major, minor, patch),
            Self::Patch => Version::new(major, minor, patch.checked_add(1)?),
            Self::Minor => Version::new(major, minor.checked_add(1)?, 0),
            Self::Major => Version::new(major.checked_add(1)?, 0, 0),
        })
    }

    /// What was raised between two versions.
    #[must_use]
    pub fn between(old: &Version, new: &Version) -> Self {
        if old.major != new.major {
            Self::Major
        } else if old.minor != new.minor {
            Self::Minor
        } else if old == new {
            Self::None
        } else {
            Self::Patch
        }
    }
}

/// The version without pre-release and build.
#[must_use]
pub(super) fn core(version: &Version) -> Version {
    Version::new(version.major, version.minor, version.patch)
}

/// The next pre-release of a version in a channel (`rc` → `-rc.1`, `-rc.2`, …), behind those that are there; `None` where
/// the channel is no identifier or the number would grow beyond 64 bits.
#[must_use]
pub(super) fn pre_release(version: &Version, channel: &str, there: &[Version]) -> Option<Version> {
    let number = |other: &Version| other.pre.as_str().strip_prefix(channel)?.strip_prefix('.')?.parse::<u64>().ok();
    let last = there.iter().filter(|other| core(other) == *version).filter_map(number).max().unwrap_or(0);
    let pre = Prerelease::new(&format!("{channel}.{}", last.checked_add(1)?)).ok()?;
    Some(Version { pre, build: BuildMetadata::EMPTY, ..version.clone() })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("1.2.3", Bump::Patch => "1.2.4")]
    #[test_case("1.2.3", Bump::Minor => "1.3.0")]
    #[test_case("1.2.3", Bump::Major => "2.0.0")]
    #[test_case("1.2.3", Bump::None => "1.2.3")]
    #[test_case("1.2.18446744073709551615", Bump::Patch => "none")]
    fn raises(version: &str, bump: Bump) -> String {
        bump.apply(&version.parse().unwrap()).map_or("none".into(), |version| version.to_string())
    }

    #[test_case("rc", &[] => "1.3.0-rc.1")]
    #[test_case("rc", &["1.3.0-rc.1", "1.3.0-rc.10", "1.3.0-rc.x", "1.2.0-rc.77"] => "1.3.0-rc.11")]
    #[test_case("beta", &["1.3.0-rc.1"] => "1.3.0-beta.1")]
    #[test_case("r c", &[] => "none")]
    fn counts_pre_releases(channel: &str, there: &[&str]) -> String {
        let there: Vec<Version> = there.iter().map(|version| version.parse().unwrap()).collect();
        pre_release(&Version::new(1, 3, 0), channel, &there).map_or("none".into(), |version| version.to_string())
    }

    proptest::proptest! {
        #[test]
        fn every_bump_goes_up_and_is_seen_again(major in 0..9_u64, minor in 0..9_u64, patch in 0..9_u64, which in 1..4_usize) {
            let (old, bump) = (Version::new(major, minor, patch), [Bump::None, Bump::Patch, Bump::Minor, Bump::Major][which]);
            let new = bump.apply(&old).unwrap();
            proptest::prop_assert!(new > old);
            proptest::prop_assert_eq!(Bump::between(&old, &new), bump);
        }
    }
}
