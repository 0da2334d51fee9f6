//! Whether the owners of what a pull request changes approve it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::approved::Standing;
use super::codeowners::{CodeOwners, Owner};
use super::evidence::Seen;

/// Who owns what a pull request changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ownership {
    /// Where it is written, in words: `.github/CODEOWNERS of 1a2b3c4`.
    pub source: String,
    /// What has owners: the files of each line that names some.
    pub parts: Vec<Owned>,
    /// The teams that each reviewer approved for, by login; or why that is not shown.
    pub behalf: Option<Seen<BTreeMap<String, Vec<String>>>>,
}

/// Files that one line of the file of code owners gives to the same owners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owned {
    /// Number of the line, from 1.
    pub line: usize,
    /// The owners; one of them is enough.
    pub owners: Vec<Owner>,
    /// The changed files.
    pub files: Vec<String>,
}

impl Ownership {
    /// Who owns these files.
    #[must_use]
    pub fn of(source: String, owners: &CodeOwners, files: &[String]) -> Self {
        let mut parts: BTreeMap<usize, Owned> = BTreeMap::new();
        for file in files {
            let Some(rule) = owners.rule_of(file) else { continue };
            let new = || Owned { line: rule.line, owners: rule.owners.clone(), files: Vec::new() };
            parts.entry(rule.line).or_insert_with(new).files.push(file.clone());
        }
        Self { source, parts: parts.into_values().collect(), behalf: None }
    }

    /// Whether a team has to be asked for its members.
    #[must_use]
    pub fn names_team(&self, known: &BTreeMap<String, Vec<String>>) -> bool {
        let mut owners = self.parts.iter().flat_map(|part| &part.owners);
        owners.any(|owner| matches!(owner, Owner::Team(team) if !known.contains_key(team)))
    }
}

/// What stands in the way of approvers (logins); `None` where every owned file has an owner's approval.
pub(super) fn judge(
    ownership: &Ownership,
    approvers: &[&str],
    known: &BTreeMap<String, Vec<String>>,
) -> Option<(Standing, String)> {
    let mut unclear = None;
    for part in &ownership.parts {
        let answers: Vec<Option<bool>> =
            part.owners.iter().map(|owner| approves(owner, ownership, approvers, known)).collect();
        if answers.contains(&Some(true)) {
            continue;
        }
        if answers.contains(&None) {
            unclear = unclear.or_else(|| Some(undecided(part, ownership)));
            continue;
        }
        return Some((Standing::Unapproved, format!("no owner approved {}", files(part, ownership))));
    }
    unclear.map(|reason| (Standing::CannotTell, reason))
}

/// Whether an owner is among the approvers; `None` where that is not shown.
fn approves(
    owner: &Owner,
    ownership: &Ownership,
    approvers: &[&str],
    known: &BTreeMap<String, Vec<String>>,
) -> Option<bool> {
    let among = |login: &str| approvers.iter().any(|approver| approver.eq_ignore_ascii_case(login));
    if approvers.is_empty() {
        return Some(false);
    }
    match owner {
        Owner::User(login) => Some(among(login)),
        Owner::Team(name) | Owner::Email(name) => match known.get(name) {
            Some(members) => Some(members.iter().any(|login| among(login))),
            None => {
                let behalf = ownership.behalf.as_ref()?.as_ref().ok()?;
                let mut teams = behalf.iter().filter(|(login, _)| among(login)).flat_map(|(_, teams)| teams);
                // GitHub names the teams that it lets the token see: a name proves, its absence does not.
                teams.any(|team| team.eq_ignore_ascii_case(name)).then_some(true)
            }
        },
    }
}

fn undecided(part: &Owned, ownership: &Ownership) -> String {
    let why = match &ownership.behalf {
        Some(Err(obstacle)) => format!(" ({})", obstacle.message),
        _ => String::new(),
    };
    format!(
        "whether an approver owns {} is not shown to this token{why}: name the members in zarpe.yml (`verify.teams`), or give \
         the token `members: read` of the organisation",
        files(part, ownership)
    )
}

/// The files of a part, the first of them by name, and who owns them.
fn files(part: &Owned, ownership: &Ownership) -> String {
    let first = part.files.first().map_or("", String::as_str);
    let more = match part.files.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let owners: Vec<String> = part.owners.iter().map(ToString::to_string).collect();
    format!("{first}{more} (line {} of {}: {})", part.line, ownership.source, owners.join(", "))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::verify::{Obstacle, Word};

    fn ownership(behalf: Option<Seen<BTreeMap<String, Vec<String>>>>) -> Ownership {
        let owners = CodeOwners::parse("* @ana\n/api/ @acme/back\n/ops/ ops@example.com @bruno\n");
        let files = ["readme", "api/x.rs", "ops/y"].map(str::to_owned);
        Ownership { behalf, ..Ownership::of("CODEOWNERS of 1234567".to_owned(), &owners, &files) }
    }

    fn seen(login: &str, team: &str) -> Option<Seen<BTreeMap<String, Vec<String>>>> {
        Some(Ok([(login.to_owned(), vec![team.to_owned()])].into()))
    }

    #[test_case(&["ana", "bruno", "rita"], seen("Rita", "Acme/Back") => None; "everybody's own, the team by the review")]
    #[test_case(&["ana", "bruno", "rita"], seen("rita", "acme/front") => Some(Standing::CannotTell); "another team only")]
    #[test_case(&["ana", "bruno", "rita"], None => Some(Standing::CannotTell); "the teams were not asked for")]
    #[test_case(
        &["ana", "bruno", "rita"],
        Some(Err(Obstacle { word: Word::Auth, message: "no".to_owned(), help: None })) => Some(Standing::CannotTell);
        "the teams are not shown"
    )]
    #[test_case(&["bruno", "rita"], seen("rita", "acme/back") => Some(Standing::Unapproved); "a person is missing")]
    #[test_case(&[], None => Some(Standing::Unapproved); "nobody approved, so no owner did")]
    #[test_case(&["eva"], seen("rita", "acme/back") => Some(Standing::Unapproved); "a certain no before an uncertain one")]
    fn by_approvers(approvers: &[&str], behalf: Option<Seen<BTreeMap<String, Vec<String>>>>) -> Option<Standing> {
        judge(&ownership(behalf), approvers, &BTreeMap::new()).map(|(standing, _)| standing)
    }

    #[test]
    fn the_configuration_knows_the_members_better() {
        let known = BTreeMap::from([("acme/back".to_owned(), vec!["Rita".to_owned()])]);
        assert_eq!(judge(&ownership(None), &["ana", "rita", "bruno"], &known), None);
        let (standing, reason) = judge(&ownership(None), &["ana", "eva", "bruno"], &known).unwrap();
        assert_eq!(standing, Standing::Unapproved);
        assert_eq!(reason, "no owner approved api/x.rs (line 2 of CODEOWNERS of 1234567: @acme/back)");
    }
}
