//! The words of the notes in each language: two are built in, any other is a small YAML file.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Kind;
use crate::config::Language;
use crate::version::ApiEffect;

/// The words of a language, as a file names them; what it leaves out is English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Words {
    /// The language by its code (ISO 639): `de`.
    pub code: String,
    /// Heading of what breaks callers.
    pub breaking: String,
    /// Heading of what is new.
    pub features: String,
    /// Heading of what works again.
    pub fixes: String,
    /// Heading of what is faster.
    pub performance: String,
    /// Heading of what is safer.
    pub security: String,
    /// Heading of what will go.
    pub deprecations: String,
    /// Heading of what was released and is taken back.
    pub reverts: String,
    /// Heading of everything else.
    pub others: String,
    /// Heading of the API's changes.
    pub api: String,
    /// A change of the API that breaks callers.
    pub api_breaks: String,
    /// A part of the API that will go.
    pub api_deprecates: String,
    /// A new part of the API.
    pub api_adds: String,
    /// Any other change of the API.
    pub api_changes: String,
    /// Before the name of the one who brought the changes.
    pub contributor: String,
    /// Before the names of several.
    pub contributors: String,
    /// Before the names of those who brought something for the first time.
    pub first_contribution: String,
    /// Before the sums of the attached files.
    pub checksums: String,
    /// Before the address of all changes.
    pub compare: String,
    /// Before an issue.
    pub closes: String,
    /// Between a number of commits and the release before.
    pub since: String,
    /// One commit, after `1`.
    pub commit: String,
    /// Several commits, after their number.
    pub commits: String,
    /// Heading of what is not released yet.
    pub unreleased: String,
    /// What stands where nothing changed.
    pub nothing: String,
    /// A day with `{day}`, `{month}` and `{year}`; `{number}` is the month's number.
    pub date: String,
    /// The names of the months, January first.
    pub months: Vec<String>,
}

impl Default for Words {
    fn default() -> Self {
        Self::of(Language::En)
    }
}

impl From<Language> for Words {
    fn from(language: Language) -> Self {
        Self::of(language)
    }
}

impl Words {
    /// The words of a language that is built in.
    #[must_use]
    pub fn of(language: Language) -> Self {
        match language {
            Language::En => english(),
            Language::Es => spanish(),
        }
    }

    /// Reads a file of words; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 with line and column where a key is unknown, or there are not twelve months.
    pub fn parse(file: &str, text: &str) -> anyhow::Result<Self> {
        let node = crate::yaml::parse_file(file, text)?;
        let words: Self = crate::yaml::from_node(file, &node)?;
        if words.months.len() != 12 {
            let place = node.get("months").map(|months| months.mark.in_file(file));
            let failure = crate::report::Failure::usage(
                "notes/words",
                format!("`months` has {} names, not twelve", words.months.len()),
            );
            let failure = place.into_iter().fold(failure, crate::report::Failure::at);
            return Err(failure.help("name them from January to December").into());
        }
        Ok(words)
    }

    /// The heading of a built-in section.
    #[must_use]
    pub fn heading(&self, kind: Kind) -> &str {
        match kind {
            Kind::Breaking => &self.breaking,
            Kind::Features => &self.features,
            Kind::Fixes => &self.fixes,
            Kind::Performance => &self.performance,
            Kind::Security => &self.security,
            Kind::Deprecations => &self.deprecations,
            Kind::Reverts => &self.reverts,
            Kind::Others | Kind::Custom(_) => &self.others,
        }
    }

    /// What a change of the API does to callers.
    #[must_use]
    pub fn effect(&self, effect: ApiEffect) -> &str {
        match effect {
            ApiEffect::Breaks => &self.api_breaks,
            ApiEffect::Deprecates => &self.api_deprecates,
            ApiEffect::Adds => &self.api_adds,
            ApiEffect::Changes => &self.api_changes,
        }
    }

    /// A day as people write it.
    #[must_use]
    pub fn day(&self, date: Date) -> String {
        let at = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
        let month = self.months.get(at).map(String::as_str).unwrap_or_default();
        self.date
            .replace("{day}", &date.day().to_string())
            .replace("{number}", &date.month().to_string())
            .replace("{year}", &date.year().to_string())
            .replace("{month}", month)
    }

    /// A number of commits.
    #[must_use]
    pub fn count(&self, commits: usize) -> String {
        format!("{commits} {}", if commits == 1 { &self.commit } else { &self.commits })
    }
}

fn english() -> Words {
    let months = "January February March April May June July August September October November December";
    Words {
        code: "en".into(),
        breaking: "Breaking changes".into(),
        features: "Features".into(),
        fixes: "Fixes".into(),
        performance: "Performance".into(),
        security: "Security".into(),
        deprecations: "Deprecated".into(),
        reverts: "Taken back".into(),
        others: "Other changes".into(),
        api: "API changes".into(),
        api_breaks: "Breaking".into(),
        api_deprecates: "Deprecated".into(),
        api_adds: "Added".into(),
        api_changes: "Changed".into(),
        contributor: "Contributor".into(),
        contributors: "Contributors".into(),
        first_contribution: "First contribution".into(),
        checksums: "Checksums (SHA-256)".into(),
        compare: "All changes".into(),
        closes: "closes".into(),
        since: "since".into(),
        commit: "commit".into(),
        commits: "commits".into(),
        unreleased: "Unreleased".into(),
        nothing: "No changes.".into(),
        date: "{month} {day}, {year}".into(),
        months: months.split(' ').map(ToOwned::to_owned).collect(),
    }
}

fn spanish() -> Words {
    let months = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre";
    Words {
        code: "es".into(),
        breaking: "Cambios incompatibles".into(),
        features: "Novedades".into(),
        fixes: "Correcciones".into(),
        performance: "Rendimiento".into(),
        security: "Seguridad".into(),
        deprecations: "Obsoleto".into(),
        reverts: "Cambios revertidos".into(),
        others: "Otros cambios".into(),
        api: "Cambios de la API".into(),
        api_breaks: "Incompatible".into(),
        api_deprecates: "Obsoleto".into(),
        api_adds: "Nuevo".into(),
        api_changes: "Cambiado".into(),
        contributor: "Contribuye".into(),
        contributors: "Contribuyen".into(),
        first_contribution: "Primera contribución".into(),
        checksums: "Sumas de verificación (SHA-256)".into(),
        compare: "Todos los cambios".into(),
        closes: "cierra".into(),
        since: "desde".into(),
        commit: "commit".into(),
        commits: "commits".into(),
        unreleased: "Sin publicar".into(),
        nothing: "Sin cambios.".into(),
        date: "{day} de {month} de {year}".into(),
        months: months.split(' ').map(ToOwned::to_owned).collect(),
    }
}
