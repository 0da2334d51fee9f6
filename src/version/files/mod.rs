//! The files of a repository that state its version: where each states it, and how it reads with another one.
//!
//! Pure: text in, places out. Only the bytes of the version itself are exchanged, so that formatting and comments stay.

mod mappings;
mod pattern;
mod pom;
mod toml;

use std::ops::Range;

use semver::Version;

/// What kind of file states the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Cargo.toml`, with the `Cargo.lock` beside it.
    Cargo,
    /// `package.json`, with the `package-lock.json` beside it.
    Npm,
    /// `pyproject.toml`, with the `uv.lock` beside it.
    Python,
    /// `pom.xml`.
    Maven,
    /// `Chart.yaml`.
    Helm,
    /// Any text, by a pattern around `{version}`.
    Text(String),
}

impl Kind {
    /// The kind that a file's name tells.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        Some(match path.rsplit('/').next()? {
            "Cargo.toml" => Self::Cargo,
            "package.json" => Self::Npm,
            "pyproject.toml" => Self::Python,
            "pom.xml" => Self::Maven,
            "Chart.yaml" => Self::Helm,
            _ => return None,
        })
    }

    /// The name of the lock file beside it, which states the version too.
    #[must_use]
    pub fn lock(&self) -> Option<&'static str> {
        match self {
            Self::Cargo => Some("Cargo.lock"),
            Self::Npm => Some("package-lock.json"),
            Self::Python => Some("uv.lock"),
            _ => None,
        }
    }
}

/// A version that a text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Its bytes.
    pub place: Range<usize>,
    /// What stands there.
    pub version: String,
}

/// What the text states, in its order: never empty.
///
/// # Errors
/// In words, where the text cannot be read or states no version of its own.
pub fn stated(kind: &Kind, text: &str) -> Result<Vec<Stated>, String> {
    let places = match kind {
        Kind::Cargo => toml::cargo(text)?,
        Kind::Python => vec![toml::python(text)?],
        Kind::Npm => vec![mappings::place(text, &["version"])?],
        Kind::Helm => mappings::chart(text)?,
        Kind::Maven => vec![pom::place(text)?],
        Kind::Text(pattern) => pattern::places(text, pattern)?,
    };
    Ok(with_texts(text, places))
}

/// What the lock file beside it states of the same package; `manifest` is the other file.
///
/// # Errors
/// As [`stated`].
pub fn stated_by_lock(kind: &Kind, manifest: &str, lock: &str) -> Result<Vec<Stated>, String> {
    let places = match kind {
        Kind::Cargo => toml::cargo_lock(manifest, lock)?,
        Kind::Npm => mappings::npm_lock(lock)?,
        Kind::Python => toml::uv_lock(lock)?,
        _ => Vec::new(),
    };
    Ok(with_texts(lock, places))
}

fn with_texts(text: &str, mut places: Vec<Range<usize>>) -> Vec<Stated> {
    places.sort_by_key(|place| place.start);
    places
        .into_iter()
        .map(|place| Stated { version: text.get(place.clone()).unwrap_or_default().to_owned(), place })
        .collect()
}

/// The text with this version in those places.
#[must_use]
pub fn with_version(text: &str, stated: &[Stated], version: &Version) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for Stated { place, .. } in stated {
        out.push_str(text.get(from..place.start).unwrap_or_default());
        out.push_str(&version.to_string());
        from = place.end;
    }
    out + text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
