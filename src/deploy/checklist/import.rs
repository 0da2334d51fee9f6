//! A plan in which every line of a checklist is a sign-off, to begin with: a line becomes a `run` when there is one for it.

use std::fmt::Write as _;

use super::slug::slug;
use super::{Checklist, Line, Unread, UnreadKind};
use crate::report::{Finding, Level, Location};

/// Words for everybody.
const ALL: [&str; 7] = ["todos", "todas", "todo-el-equipo", "all", "everyone", "everybody", "whole-team"];
/// Words of a section that takes back what those before it did.
const BACK: [&str; 4] = ["rollback", "contingencia", "reversion", "roll-back"];
/// Words that tell the one language from the other.
const ENGLISH: [&str; 12] = ["the", "of", "and", "to", "with", "for", "is", "on", "steps", "step", "run", "check"];
const SPANISH: [&str; 12] = ["el", "la", "los", "las", "de", "del", "y", "en", "con", "para", "que", "paso"];
/// Words that a team's name may begin with.
const TEAM: [&str; 3] = ["equipo-de-", "equipo-", "team-"];

/// The plan's text; `file` is the checklist's name.
#[must_use]
pub fn import(file: &str, checklist: &Checklist) -> String {
    let mut roles: Vec<String> = checklist.roles.iter().map(|name| role(name)).collect();
    for line in &checklist.lines {
        for role in own_roles(line).into_iter().flatten() {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
    }
    roles.retain(|role| !role.is_empty());
    let is_nobody = |line: &Line| own_roles(line).is_some_and(|roles| roles.is_empty());
    let nobody = checklist.lines.iter().any(is_nobody);
    if nobody || roles.is_empty() {
        roles.push(someone(checklist).to_owned());
    }
    let mut plan = format!("# {file}, line by line: each is a sign-off until a `run` stands in its place.\n");
    // Writing to a text does not fail.
    let title = if checklist.title.is_empty() { file } else { &checklist.title };
    let _ = writeln!(plan, "name: {}\n\nroles:", quoted(title));
    for role in &roles {
        let _ = writeln!(plan, "  {role}: []");
    }
    plan.push_str("\njobs:\n");
    let mut before: Option<String> = None;
    let mut jobs: Vec<String> = Vec::new();
    for lines in checklist.lines.chunk_by(|one, other| one.part == other.part) {
        let Some(first) = lines.first() else { continue };
        let words = slug(&first.section, 6);
        let takes_back = BACK.iter().any(|word| words.contains(word)) && before.is_some();
        if takes_back {
            let _ = writeln!(plan, "    rollback:{}", comment(&first.section));
        } else {
            let id = job(&words, &jobs);
            let name = if first.section.is_empty() { title } else { &first.section };
            let _ = writeln!(plan, "  {id}:\n    name: {}", quoted(name));
            if let Some(before) = &before {
                let _ = writeln!(plan, "    needs: {before}");
            }
            plan.push_str("    steps:\n");
            jobs.push(id.clone());
            before = Some(id);
        }
        for line in lines {
            step(&mut plan, line, checklist);
        }
    }
    plan
}

fn step(plan: &mut String, line: &Line, checklist: &Checklist) {
    let (text, team, someone) = (quoted(&line.text), &checklist.roles, someone(checklist));
    let (role, quorum) = match own_roles(line) {
        _ if line.responsible.is_empty() => (someone.to_owned(), ""),
        // A name that no role can have stands beside it.
        Some(roles) if roles.is_empty() => (format!("{someone}{}", comment(&line.responsible)), ""),
        Some(roles) => (list(&roles), ""),
        None if team.is_empty() => (someone.to_owned(), ""),
        None => (list(&team.iter().map(|name| self::role(name)).collect::<Vec<_>>()), ", quorum: all"),
    };
    let _ = writeln!(plan, "      - name: {text}");
    let _ = writeln!(plan, "        role: {role}");
    let _ = writeln!(plan, "        uses: zarpe/sign");
    let _ = writeln!(plan, "        with: {{ statement: {text}{quorum} }}");
    let _ = writeln!(plan, "        covers: [{}]", quoted(&line.id));
}

/// The role of lines that name nobody, in the language of the checklist.
fn someone(checklist: &Checklist) -> &'static str {
    let lines = checklist.lines.iter().flat_map(|line| [line.text.as_str(), line.section.as_str()]);
    let words = lines.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(str::to_lowercase);
    let (mut english, mut spanish) = (0, 0);
    for word in words {
        english += usize::from(ENGLISH.contains(&word.as_str()));
        spanish += usize::from(SPANISH.contains(&word.as_str()));
    }
    if english > spanish { "responsible" } else { "responsable" }
}

/// The roles of a line; `None` where everybody is meant.
fn own_roles(line: &Line) -> Option<Vec<String>> {
    if ALL.contains(&slug(&line.responsible, 4).as_str()) {
        return None;
    }
    let parts = line.responsible.split(['/', ',', ';']).flat_map(|part| part.split(" y "));
    Some(parts.map(role).filter(|role| !role.is_empty()).collect())
}

/// A role's id: without what stands in brackets, and without the word for a team.
fn role(name: &str) -> String {
    let name = name.split('(').next().unwrap_or_default();
    let words = slug(name, 6);
    let short = TEAM.iter().find_map(|word| words.strip_prefix(word)).unwrap_or(&words);
    if short.starts_with(|c: char| c.is_ascii_digit()) { format!("r-{short}") } else { short.to_owned() }
}

fn job(words: &str, taken: &[String]) -> String {
    let words = if words.is_empty() { "list" } else { words };
    let first =
        if words.starts_with(|c: char| c.is_ascii_alphabetic()) { words.to_owned() } else { format!("job-{words}") };
    let first = first.trim_end_matches('-').to_owned();
    let mut names = (1..).map(|nth| if nth == 1 { first.clone() } else { format!("{first}-{nth}") });
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}

fn list(roles: &[String]) -> String {
    match roles {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

fn comment(text: &str) -> String {
    format!("   # {}", text.replace(['\n', '\r'], " "))
}

/// A text as YAML has it in quotes. What would be an expression is no more one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text.replace("${{", "$ {{")).to_string()
}

/// What no step stands for: a table that is not read, and text that may say what is to be done.
#[must_use]
pub fn unread(file: &str, text: &str, checklist: &Checklist) -> Vec<Finding> {
    const AS_LIST: &str = "where it says what is to be done, write that as a list";
    let finding = |one: &Unread| {
        let place = Location { file: file.to_owned(), line: Some(one.line), column: Some(1) };
        let (rule, level, message, help) = match &one.kind {
            UnreadKind::Table => (
                "deploy/html-table",
                Level::Warning,
                "a table in HTML is not read".to_owned(),
                "write it as a table of Markdown: | task | who |",
            ),
            UnreadKind::Section(name) => (
                "deploy/only-text",
                Level::Info,
                format!("the section `{name}` has only text, and no step stands for it"),
                AS_LIST,
            ),
            UnreadKind::Heading(name) => (
                "deploy/only-text",
                Level::Info,
                format!("the heading `{name}` has nothing below it, and no step stands for it"),
                AS_LIST,
            ),
            UnreadKind::Text => (
                "deploy/only-text",
                Level::Info,
                "this text is no item of a list and no row of a table, and no step stands for it".to_owned(),
                AS_LIST,
            ),
        };
        Finding::new(rule, level, message).at(place).quoting_span(text, 1).help(help)
    };
    checklist.unread.iter().map(finding).collect()
}
