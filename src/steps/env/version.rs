//! The versions of programs: `docker compose >= 2.20`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;

/// A version: its numbers, and what its tail says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: Vec<u64>,
    tail: Tail,
}

/// What follows the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tail {
    /// Nothing, or what a distribution adds to a version: `-0ubuntu1`, `+deb12u1`, `-MariaDB`, `p1`.
    Plain,
    /// It comes before the version of these numbers: `-rc1`, `~beta`.
    Before(String),
    /// Nobody can tell whether it does.
    Unknown(String),
}

/// Tails of what comes before a version, as Semantic Versioning, Debian, Python and Go write them.
static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "alpha|beta|rc|cr|dev|devel|pre|preview|prerelease|snapshot|ea|nightly|canary|milestone|unstable|insiders?|next|\
                 wip|test|testing|experimental|edge|trunk|head|master|main";
    Regex::new(&format!(r"(?i)^(?:~|-0\.\d{{14}}|[-_.]?(?:(?:{words})(?:[^a-z]|$)|[abcm][.]?\d))")).ok()
});
/// Tails that a distribution or a vendor adds to a version.
static PACKAGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "mariadb|percona|log|release|final|ga|lts|stable|ce|ee|community|enterprise|standard|ubuntu|debian|deb|el|fc|rhel|amzn|\
                 alpine|apple|desktop|gke|eks|k3s|rke2|win|windows|linux|darwin|x86|amd64|arm|arm64|r";
    Regex::new(&format!(r"(?i)^(?:\+.*|[-_.]?\d.*|p\d+.*|[a-z]{{1,2}}|[-_.](?:{words})(?:[^a-z].*)?)?$")).ok()
});
/// A word in a tail of digits by which it may come before after all: `-0.1.rc1`.
static EARLY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?i)^[^+].*(alpha|beta|rc|pre|dev|snapshot)").ok());

impl Version {
    /// A version of these numbers and this tail.
    pub(super) fn new(numbers: &str, tail: &str) -> Option<Self> {
        let numbers = numbers.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let tail = tail.trim_end_matches(|c: char| c.is_ascii_punctuation());
        let fits = |regex: &LazyLock<Option<Regex>>| (**regex).as_ref().is_some_and(|regex| regex.is_match(tail));
        // A program may print its surroundings: no more of it is kept than makes a version.
        let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '~');
        let kept = || tail.chars().take_while(is_part).take(24).collect();
        let tail = if fits(&BEFORE) {
            Tail::Before(kept())
        } else if fits(&PACKAGED) && !fits(&EARLY) {
            Tail::Plain
        } else {
            Tail::Unknown(kept())
        };
        Some(Self { numbers, tail })
    }

    /// Whether it is a whole number.
    pub(super) fn is_whole(&self) -> bool {
        self.numbers.len() == 1
    }

    /// Whether it has no more parts than a quantity.
    pub(super) fn is_short(&self) -> bool {
        self.numbers.len() <= 2
    }

    /// Whether an address of IPv4 has such numbers.
    pub(super) fn is_like_address(&self) -> bool {
        self.numbers.len() == 4 && self.numbers.iter().all(|number| *number <= 255)
    }

    /// Whether it ends in what may be anything.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.tail, Tail::Unknown(_))
    }

    /// Whether it is another one with perhaps more parts.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.numbers.starts_with(&other.numbers)
    }

    /// Takes over what another way to write the same version says more.
    pub(super) fn refine(&mut self, other: &Self) {
        let says_more = other.numbers.len() > self.numbers.len();
        if says_more || other.numbers.len() == self.numbers.len() && self.tail == Tail::Plain {
            *self = other.clone();
        }
    }

    /// Whether it is no older than another one; what that one leaves open does not matter. Of a tail that may say that it comes before
    /// its numbers nobody can tell where the numbers are the same.
    #[must_use]
    pub fn reaches(&self, least: &Self) -> Option<bool> {
        let padded = |of: &Self, length: usize| {
            let mut numbers = of.numbers.clone();
            numbers.resize(length.max(numbers.len()), 0);
            numbers
        };
        match (padded(self, least.numbers.len()).cmp(&padded(least, self.numbers.len())), &self.tail) {
            (Ordering::Greater, _) | (Ordering::Equal, Tail::Plain) => Some(true),
            (Ordering::Less, _) | (Ordering::Equal, Tail::Before(_)) => Some(false),
            (Ordering::Equal, Tail::Unknown(_)) => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.numbers.iter().map(u64::to_string).collect::<Vec<_>>().join("."))?;
        match &self.tail {
            Tail::Plain => Ok(()),
            Tail::Before(tail) | Tail::Unknown(tail) => f.write_str(tail),
        }
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        let numbers = numbers.map_err(|_| format!("`{text}` is no version: write it as 2.20"))?;
        Ok(Self { numbers, tail: Tail::Plain })
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

    #[test_case("24.0.7", "24" => Some(true))]
    #[test_case("2.9.0", "2.20" => Some(false); "numbers, not texts")]
    #[test_case("22", "22.0" => Some(true); "a number alone")]
    #[test_case("1.2", "1.2.0.0" => Some(true); "zeros")]
    #[test_case("2.0-rc1", "2.0" => Some(false); "a candidate")]
    #[test_case("2.0-rc1", "1.9" => Some(true); "a candidate of a newer one")]
    #[test_case("2.0.0-alpha.1", "2" => Some(false); "semantic versioning")]
    #[test_case("3.13.0rc2", "3.13" => Some(false); "as Python writes it")]
    #[test_case("3.13.0a1", "3.13" => Some(false); "an alpha as Python writes it")]
    #[test_case("2.0~beta1", "2.0" => Some(false); "as Debian writes it")]
    #[test_case("5.0.4-0.20230601165947-6ce0bf390ce3", "5.0.4" => Some(false); "as Go writes it")]
    #[test_case("4.0.0-SNAPSHOT", "4" => Some(false); "as Maven writes it")]
    #[test_case("21-ea", "21" => Some(false); "as Java writes it")]
    #[test_case("5.7.42-0ubuntu0.22.04.1", "5.7.42" => Some(true); "Ubuntu's")]
    #[test_case("10.11.14-MariaDB", "10.11.14" => Some(true); "of MariaDB")]
    #[test_case("10.11.14-MariaDB-0+deb12u1", "10.11.14" => Some(true); "of MariaDB and Debian's")]
    #[test_case("1.27.3+k3s1", "1.27.3" => Some(true); "what was built")]
    #[test_case("1.28.2-gke.100", "1.28.2" => Some(true); "of a vendor")]
    #[test_case("9.2p1", "9.2" => Some(true); "a patch")]
    #[test_case("1.1.1n", "1.1.1" => Some(true); "a letter")]
    #[test_case("1.8.0_392", "1.8" => Some(true); "an update")]
    #[test_case("2.0-fancy", "2.0" => None; "nobody can tell")]
    #[test_case("2.0-fancy", "1.9" => Some(true); "nobody need tell")]
    #[test_case("2.0-0.1.rc1", "2.0" => None; "a candidate in a packager's number")]
    fn reaches(found: &str, least: &str) -> Option<bool> {
        let end = found.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(found.len());
        let (numbers, tail) = found.split_at(end);
        Version::new(numbers, tail).unwrap().reaches(&least.parse().unwrap())
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
