//! The versions of programs: `docker compose >= 2.20`.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;

/// The numbers of a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{1,9}(?:\.\d{1,9}){1,3}").ok());

impl Version {
    /// The first version in what a program says of itself.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let found = NUMBERS.as_ref()?.find(text).map(|found| found.as_str());
        // A whole number alone is one only where nothing else is said.
        found.unwrap_or_else(|| text.trim().trim_start_matches('v')).parse().ok()
    }

    /// Whether it is no older than another one; what that one leaves open does not matter.
    #[must_use]
    pub fn reaches(&self, least: &Self) -> bool {
        let padded = |of: &Self, length: usize| {
            let mut numbers = of.0.clone();
            numbers.resize(length.max(numbers.len()), 0);
            numbers
        };
        padded(self, least.0.len()) >= padded(least, self.0.len())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        numbers.map(Self).map_err(|_| format!("`{text}` is no version: write it as 2.20"))
    }
}

/// Whether a program says that it does not know the word that it was asked about: its subcommand is not there.
#[must_use]
pub fn is_unknown_word(said: &str) -> bool {
    let said = said.to_lowercase();
    let negations =
        ["unknown", "unrecognized", "unrecognised", "invalid", "no such", "no command", "not recognized", "not a"];
    said.lines().any(|line| line.contains("command") && negations.iter().any(|negation| line.contains(negation)))
}

/// A program that must be there, in a version or a newer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its words: `docker compose`.
    pub words: Vec<String>,
    /// The least version.
    pub least: Option<Version>,
}

impl FromStr for Need {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (words, least) = match text.split_once(">=") {
            Some((words, least)) => (words, Some(least.trim().trim_start_matches('v').parse()?)),
            None => (text, None),
        };
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let is_wrong = |word: &String| word.contains(['<', '>', '=', '~', '^']);
        if words.is_empty() || words.iter().any(is_wrong) {
            return Err(format!("`{text}` is no program with its version: write it as docker compose >= 2.20"));
        }
        Ok(Self { words, least })
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("Docker version 24.0.7, build afdd53b", "24" => Some(true))]
    #[test_case("Docker Compose version v2.20.2", "2.20" => Some(true))]
    #[test_case("Docker Compose version v2.9.0", "2.20" => Some(false); "numbers, not texts")]
    #[test_case("git version 2.39.5 (Apple Git-154)", "2.39.5" => Some(true))]
    #[test_case("psql (PostgreSQL) 17.2 (Debian 17.2-1)", "18" => Some(false))]
    #[test_case("v22", "22.0" => Some(true); "a number alone")]
    #[test_case("no version", "1" => None)]
    #[test_case("1.2", "1.2.0.0" => Some(true); "zeros")]
    fn reaches(said: &str, least: &str) -> Option<bool> {
        Version::find(said).map(|found| found.reaches(&least.parse().unwrap()))
    }

    #[test_case("docker: 'compose' is not a docker command.\nSee 'docker --help'" => true)]
    #[test_case("docker: unknown command: docker compose" => true)]
    #[test_case("git: 'nope' is not a git command. See 'git --help'." => true)]
    #[test_case("Error: unknown shorthand flag: 'v'" => false; "a flag")]
    #[test_case("Cannot connect to the daemon" => false; "another trouble")]
    fn does_not_know(said: &str) -> bool {
        is_unknown_word(said)
    }

    #[test_case("docker compose >= 2.20" => Some("docker compose 2.20".to_owned()))]
    #[test_case("git" => Some("git".to_owned()))]
    #[test_case("docker > 24" => None)]
    #[test_case("docker >= new" => None)]
    #[test_case(">= 1" => None; "no program")]
    fn needs(text: &str) -> Option<String> {
        let need: Need = text.parse().ok()?;
        let least = need.least.map(|least| format!(" {least}")).unwrap_or_default();
        Some(need.words.join(" ") + &least)
    }
}
