//! Who brought the changes of a release, each person once, whatever name a commit gives them.

use std::collections::HashSet;

use super::{Known, Section};
use crate::history::Person;

/// Somebody who brought a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    /// The name, as the first of the commits has it.
    pub name: String,
    /// The account on GitHub, where it is known.
    pub login: Option<String>,
    /// Whether nothing before this release is theirs; `None` where the whole history was not looked through.
    pub first: Option<bool>,
    /// The pull request of their first change here.
    pub pull_request: Option<u64>,
}

/// What tells a person from every other: the mail address, without regard to case.
#[must_use]
pub fn identity(person: &Person) -> String {
    person.email.to_lowercase()
}

/// The people of these sections in the order of their entries; programs (`name[bot]`) are left out. `is_first` says whether
/// nothing before is somebody's, where that is known.
#[must_use]
pub fn contributors(
    sections: &[Section],
    known: &Known,
    is_first: impl Fn(&Person) -> Option<bool>,
) -> Vec<Contributor> {
    let (mut seen, mut contributors, mut last) = (HashSet::new(), Vec::new(), None::<&Person>);
    for entry in sections.iter().flat_map(|section| &section.entries) {
        for person in entry.authors.iter().filter(|person| !is_program(person)) {
            // Most entries are of whom the one before is of.
            if last.replace(person) == Some(person) {
                continue;
            }
            let identity = identity(person);
            if seen.insert(identity) {
                let login = known.account(person).cloned().or_else(|| login(person));
                let (name, first) = (person.name.clone(), is_first(person));
                contributors.push(Contributor { name, login, first, pull_request: entry.pull_request });
            }
        }
    }
    contributors
}

fn is_program(person: &Person) -> bool {
    person.name.ends_with("[bot]") || person.email.contains("[bot]@") || person.name.is_empty()
}

/// The account in an address that GitHub gives to those who hide theirs: `12+LOGIN@users.noreply.HOST`.
fn login(person: &Person) -> Option<String> {
    let (local, host) = person.email.split_once('@')?;
    let login = local.split_once('+').map_or(local, |(_, login)| login);
    let sound = !login.is_empty() && login.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (host.starts_with("users.noreply.") && sound).then(|| login.to_owned())
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("12+ana-m@users.noreply.github.com" => Some("ana-m".to_owned()))]
    #[test_case("ana@users.noreply.github.com" => Some("ana".to_owned()); "without a number")]
    #[test_case("ana@example.com" => None; "any other address")]
    #[test_case("12+a](x@users.noreply.github.com" => None; "no name of an account")]
    fn the_account_stands_in_the_address(email: &str) -> Option<String> {
        login(&Person { name: "Ana".into(), email: email.into() })
    }
}
