//! Who signs a line: the roles and the people that its checklist names.

use super::slug::slug;
use super::{Checklist, Line};

/// Words for everybody.
const ALL: [&str; 7] = ["todos", "todas", "todo-el-equipo", "all", "everyone", "everybody", "whole-team"];
/// Words for nobody.
const NOBODY: [&str; 11] =
    ["n/a", "n.a.", "na", "no aplica", "nadie", "ninguno", "ninguna", "nobody", "none", "not applicable", "no one"];
/// Words that a team's name may begin with.
const TEAM: [&str; 3] = ["equipo-de-", "equipo-", "team-"];
/// What YAML takes for something else than a name.
const NO_NAMES: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A role, and its members where the checklist names them as GitHub does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Role {
    /// What the plan names it by.
    pub(super) id: String,
    /// Logins and teams, as `@ana` and `@org/infra`.
    pub(super) members: Vec<String>,
}

/// Who signs a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Each role of the checklist.
    Everybody,
    /// Nobody is named, or not by a name that a role can have.
    Nobody,
    /// These, and whether all of them sign: `DBA y QA`, not `DBA / QA`.
    Roles(Vec<Role>, bool),
}

/// Who signs a line.
pub(super) fn who(line: &Line) -> Who {
    let written = line.responsible.trim();
    if ALL.contains(&slug(written, 4).as_str()) {
        return Who::Everybody;
    }
    let mut roles: Vec<Role> = Vec::new();
    let (mut all, mut next) = (false, Vec::new());
    if NOBODY.contains(&written.to_lowercase().as_str()) {
        return Who::Nobody;
    }
    let words: Vec<&str> = written.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        if joins(word, words.get(at + 1)) && at > 0 && at + 1 < words.len() {
            all = true;
            add(&next.join(" "), &mut roles);
            next.clear();
        } else {
            next.push(*word);
        }
    }
    add(&next.join(" "), &mut roles);
    let all = all && roles.len() > 1;
    if roles.is_empty() { Who::Nobody } else { Who::Roles(roles, all) }
}

/// Whether a word stands between two who both sign; `e` does before the sound of an `i`.
fn joins(word: &str, next: Option<&&str>) -> bool {
    match word.to_lowercase().as_str() {
        "y" | "and" | "&" | "+" => true,
        "e" => next.is_some_and(|next| {
            let next = next.to_lowercase();
            next.starts_with('i') || next.starts_with("hi")
        }),
        _ => false,
    }
}

/// The roles of a text between `,`, `;` and `/`; that of a team, `@org/infra`, is a part of its name.
fn add(text: &str, roles: &mut Vec<Role>) {
    let parts = text.split([',', ';']).flat_map(|part| part.split(" / "));
    for part in parts.map(str::trim) {
        let names = if is_member(part) { vec![part] } else { part.split('/').collect() };
        for role in names.into_iter().filter_map(role) {
            put(role, roles);
        }
    }
}

/// Adds a role, or its members to the one of the same name.
pub(super) fn put(role: Role, roles: &mut Vec<Role>) {
    match roles.iter_mut().find(|known| known.id == role.id) {
        Some(known) => {
            let new = role.members.into_iter().filter(|member| !known.members.contains(member));
            let new: Vec<String> = new.collect();
            known.members.extend(new);
        }
        None => roles.push(role),
    }
}

/// The roles of everybody: those of the table of roles.
pub(super) fn everybody(checklist: &Checklist) -> Vec<Role> {
    let mut roles = Vec::new();
    checklist.roles.iter().filter_map(|name| role(name)).for_each(|role| put(role, &mut roles));
    roles
}

/// Whether a text names a person or a team as GitHub does.
fn is_member(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let Some(name) = text.strip_prefix('@') else { return false };
    name.split_once('/').map_or_else(|| is_name(name), |(organisation, team)| is_name(organisation) && is_name(team))
}

/// A role: without what stands in brackets, and without the word for a team; `None` where no id can be made of it.
fn role(name: &str) -> Option<Role> {
    let name = name.split('(').next().unwrap_or_default().trim();
    let member = Some(name).filter(|name| is_member(name));
    let own = member.and_then(|member| member.rsplit(['/', '@']).next()).unwrap_or(name);
    let words = slug(own, 6);
    let short = TEAM.iter().find_map(|word| words.strip_prefix(word)).unwrap_or(&words);
    if short.is_empty() {
        return None;
    }
    Some(Role { id: name_of(short, "r"), members: member.map(str::to_owned).into_iter().collect() })
}

/// A name that YAML and a plan take for one.
pub(super) fn name_of(words: &str, before: &str) -> String {
    let is_name = words.starts_with(|c: char| c.is_ascii_alphabetic()) && !NO_NAMES.contains(&words);
    if is_name { words.to_owned() } else { format!("{before}-{words}") }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::{Line, Who};

    #[test_case("DBA and Dev" => "dba+dev"; "in English")]
    #[test_case("QA & Dev" => "qa+dev"; "by a sign")]
    #[test_case("QA + Dev" => "qa+dev"; "by another sign")]
    #[test_case("QA e Infra" => "qa+infra"; "before an i")]
    #[test_case("Líder, QA y DBA" => "lider+qa+dba"; "several")]
    #[test_case("QA / Infra" => "qa|infra"; "one of two")]
    #[test_case("QA/Infra" => "qa|infra"; "one of two without spaces")]
    #[test_case("QA y QA" => "qa"; "twice the same")]
    #[test_case("R&D" => "r-d"; "a sign within a name")]
    #[test_case("@org/infra" => "infra=@org/infra"; "a team")]
    #[test_case("@org/infra / @ana" => "infra=@org/infra|ana=@ana"; "a team or a person")]
    #[test_case("@ana/@bea" => "ana=@ana|bea=@bea"; "one of two persons")]
    #[test_case("@a/infra / @b/infra" => "infra=@a/infra,@b/infra"; "teams of one name")]
    #[test_case("Equipo de QA (x)" => "qa"; "a team by its name")]
    #[test_case("null y 2nd" => "r-null+r-2nd"; "what is no name")]
    #[test_case("N/A" => "nobody"; "not applicable")]
    #[test_case("-" => "nobody"; "a dash")]
    #[test_case("Todos" => "everybody")]
    fn who(responsible: &str) -> String {
        let line = Line {
            id: String::new(),
            section: String::new(),
            text: String::new(),
            responsible: responsible.to_owned(),
            line: 1,
            part: 0,
            heads: Vec::new(),
        };
        match super::who(&line) {
            Who::Everybody => "everybody".to_owned(),
            Who::Nobody => "nobody".to_owned(),
            Who::Roles(roles, all) => {
                let shown = roles.into_iter().map(|role| match role.members.as_slice() {
                    [] => role.id,
                    members => format!("{}={}", role.id, members.join(",")),
                });
                shown.collect::<Vec<_>>().join(if all { "+" } else { "|" })
            }
        }
    }
}
