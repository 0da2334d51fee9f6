//! A plan in which every line of a checklist is a sign-off, to begin with: a line becomes a `run` when there is one for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::back::{Sense, sense_of};
use super::heads::Head;
use super::roles::{Role, Who, everybody, name_of, put, who};
use super::slug::slug;
use super::{Checklist, Line, Unread, UnreadKind};
use crate::report::{Finding, Level, Location};

/// Words that tell the one language from the other.
const ENGLISH: [&str; 12] = ["the", "of", "and", "to", "with", "for", "is", "on", "steps", "step", "run", "check"];
const SPANISH: [&str; 12] = ["el", "la", "los", "las", "de", "del", "y", "en", "con", "para", "que", "paso"];

/// The sections that become a job: its own lines, and those that take it back, behind what says so.
struct Job<'c> {
    own: Vec<&'c Line>,
    back: Vec<(String, Vec<&'c Line>)>,
}

/// The roles of a plan, and that of a line that names nobody.
struct Team {
    all: Vec<Role>,
    everybody: Vec<Role>,
    someone: &'static str,
}

/// The plan's text; `file` is the checklist's name.
#[must_use]
pub fn import(file: &str, checklist: &Checklist) -> String {
    let team = team(checklist);
    let mut plan =
        format!("# {}, line by line: each is a sign-off until a `run` stands in its place.\n", in_one_line(file));
    // Writing to a text does not fail.
    let title = if checklist.title.is_empty() { file } else { &checklist.title };
    let _ = writeln!(plan, "name: {}\n\nroles:", quoted(title));
    for role in &team.all {
        let members: Vec<String> = role.members.iter().map(|member| quoted(member)).collect();
        let _ = writeln!(plan, "  {}: [{}]", role.id, members.join(", "));
    }
    plan.push_str("\njobs:\n");
    let mut before: Option<String> = None;
    let mut taken = BTreeSet::new();
    for job in jobs(checklist) {
        let section = job.own.first().map_or("", |line| &line.section);
        let id = id(&slug(section, 6), &mut taken);
        let name = if section.is_empty() { title } else { section };
        let _ = writeln!(plan, "  {id}:\n    name: {}", quoted(name));
        if let Some(before) = &before {
            let _ = writeln!(plan, "    needs: {before}");
        }
        plan.push_str("    steps:\n");
        job.own.iter().for_each(|line| step(&mut plan, line, &team));
        for (at, (section, back)) in job.back.iter().enumerate() {
            // One job has one rollback, whatever its sections are called.
            let head = if at == 0 { "    rollback:" } else { "   " };
            let _ = writeln!(plan, "{head}{}", comment(section));
            back.iter().for_each(|line| step(&mut plan, line, &team));
        }
        before = Some(id);
    }
    plan
}

/// The sections as jobs. One about the rollback takes back the job before it; where none is, the first one. Lines in the midst of a
/// section that take back do so for its own job.
fn jobs(checklist: &Checklist) -> Vec<Job<'_>> {
    let judge = Judge::new(checklist);
    let mut jobs: Vec<Job<'_>> = Vec::new();
    let mut first = Vec::new();
    for part in checklist.lines.chunk_by(|one, other| one.part == other.part) {
        let mut own = Vec::new();
        let mut back: Vec<(String, Vec<&Line>)> = Vec::new();
        for line in part {
            match judge.takes_back(line) {
                None => own.push(line),
                Some((head, _)) => {
                    let title = title(line, head);
                    match back.last_mut().filter(|(last, _)| *last == title) {
                        Some((_, lines)) => lines.push(line),
                        None => back.push((title, vec![line])),
                    }
                }
            }
        }
        match jobs.last_mut() {
            _ if !own.is_empty() => {
                let back = std::mem::take(&mut first).into_iter().chain(back).collect();
                jobs.push(Job { own, back });
            }
            Some(job) => job.back.extend(back),
            None => first.extend(back),
        }
    }
    // A checklist of nothing else: it is what is done.
    let lines = first.iter().flat_map(|(_, lines)| lines).copied().collect::<Vec<_>>();
    let parts = lines.chunk_by(|one, other| one.part == other.part);
    jobs.extend(parts.map(|own| Job { own: own.to_vec(), back: Vec::new() }));
    jobs
}

/// What lines that take back are called: by what says so, and by their own section where that is within it.
fn title(line: &Line, head: &Head) -> String {
    let is_within = head.is_heading && head.text != line.section;
    if is_within { format!("{}: {}", head.text, line.section) } else { head.text.clone() }
}

/// Tells the lines of a rollback from others.
struct Judge {
    /// What stands above all of the lines, as a title does: by it nothing is told apart.
    over_all: BTreeSet<usize>,
}

impl Judge {
    fn new(checklist: &Checklist) -> Self {
        let places = |line: &Line| line.heads.iter().map(|head| head.line).collect::<BTreeSet<_>>();
        let over_all = checklist.lines.iter().map(places).reduce(|all, own| &all & &own);
        Self { over_all: over_all.unwrap_or_default() }
    }

    /// What each head of a line that tells it apart says of it.
    fn senses<'l>(&self, line: &'l Line) -> impl Iterator<Item = (&'l Head, Sense)> {
        let heads = line.heads.iter().filter(|head| !self.over_all.contains(&head.line));
        heads.map(|head| (head, sense_of(head)))
    }

    /// The outermost head by which a line takes back what others did, and whether it is clear.
    fn takes_back<'l>(&self, line: &'l Line) -> Option<(&'l Head, bool)> {
        let back = |(head, sense)| match sense {
            Sense::Back => Some((head, true)),
            Sense::BackLikely => Some((head, false)),
            Sense::Other | Sense::OtherLikely => None,
        };
        self.senses(line).find_map(back)
    }
}

fn team(checklist: &Checklist) -> Team {
    let everybody = everybody(checklist);
    let mut all = everybody.clone();
    let mut is_missing = false;
    for line in &checklist.lines {
        match who(line) {
            Who::Roles(roles, _) => roles.into_iter().for_each(|role| put(role, &mut all)),
            Who::Nobody => is_missing = true,
            Who::Everybody => is_missing |= everybody.is_empty(),
        }
    }
    let someone = someone(checklist);
    // Behind those that are named.
    if is_missing {
        put(Role { id: someone.to_owned(), members: Vec::new() }, &mut all);
    }
    Team { all, everybody, someone }
}

fn step(plan: &mut String, line: &Line, team: &Team) {
    let text = quoted(&line.text);
    let (role, all) = match who(line) {
        // A name that no role can have stands beside it.
        Who::Nobody if line.responsible.chars().any(char::is_alphanumeric) => {
            (format!("{}{}", team.someone, comment(&line.responsible)), false)
        }
        Who::Nobody => (team.someone.to_owned(), false),
        Who::Roles(roles, all) => (list(&roles), all),
        Who::Everybody if team.everybody.is_empty() => (team.someone.to_owned(), false),
        Who::Everybody => (list(&team.everybody), true),
    };
    let quorum = if all { ", quorum: all" } else { "" };
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

/// A job's id that none has yet.
fn id(words: &str, taken: &mut BTreeSet<String>) -> String {
    let first = name_of(if words.is_empty() { "list" } else { words }, "job");
    let mut names = (1..).map(|nth| if nth == 1 { first.clone() } else { format!("{first}-{nth}") });
    let id = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(id.clone());
    id
}

fn list(roles: &[Role]) -> String {
    match roles {
        [one] => one.id.clone(),
        several => format!("[{}]", several.iter().map(|role| role.id.as_str()).collect::<Vec<_>>().join(", ")),
    }
}

fn comment(text: &str) -> String {
    format!("   # {}", in_one_line(text))
}

/// A text without what would end its line, or what YAML refuses.
fn in_one_line(text: &str) -> String {
    let is_sign =
        |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if is_sign(c) { c } else { ' ' }).collect()
}

/// A text as YAML has it in quotes. What would be an expression is no more one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(in_one_line(text).replace("${{", "$ {{")).to_string()
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

/// Where it is not clear whether lines are a rollback: what they were taken for, and how to say it better.
#[must_use]
pub fn doubts(file: &str, text: &str, checklist: &Checklist) -> Vec<Finding> {
    let judge = Judge::new(checklist);
    let mut doubts: BTreeMap<usize, (&Head, bool)> = BTreeMap::new();
    for line in &checklist.lines {
        match judge.takes_back(line) {
            Some((head, is_clear)) if !is_clear => drop(doubts.insert(head.line, (head, true))),
            Some(_) => {}
            None => {
                let likely = judge.senses(line).filter(|(_, sense)| *sense == Sense::OtherLikely);
                doubts.extend(likely.map(|(head, _)| (head.line, (head, false))));
            }
        }
    }
    let finding = |(line, (head, is_back)): (usize, (&Head, bool))| {
        let place = Location { file: file.to_owned(), line: Some(line), column: Some(1) };
        let name = &head.text;
        let (message, help) = if is_back {
            (
                format!("what stands below `{name}` is taken for a rollback, and may be none"),
                "where it is done in every deployment, give it a name that speaks of no rollback and no failure",
            )
        } else {
            (
                format!("what stands below `{name}` is taken for a part of the deployment, and may be a rollback"),
                "where it takes back what was done, put it in a section of its own that is called `Rollback`",
            )
        };
        Finding::new("deploy/rollback-in-doubt", Level::Warning, message).at(place).quoting_span(text, 1).help(help)
    };
    doubts.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use crate::deploy::check::check;
    use crate::deploy::checklist::{covers, read};
    use crate::deploy::plan::Plan;
    use crate::report::Level;

    /// Whatever is written is a plan, and covers its checklist.
    #[test_case("## Deploy\n- up\n## Rollback of it\n- a\n## Rollback of the base\n- b" => "deploy<-a,b"; "two rollbacks in a row")]
    #[test_case("## Rollback plan\n- a\n## Deploy\n- up\n## Look\n- x" => "deploy<-a look"; "a rollback first")]
    #[test_case("## Rollback plan\n- a\n## Rollback again\n- b" => "rollback-plan rollback-again"; "nothing else")]
    #[test_case("## Uno\n- x\n## Rollback\n- a\n## Dos\n- y\n## Reversión\n- b" => "uno<-a dos<-b"; "one each")]
    #[test_case("## Null\n- x — Owner: true\n## 1e3\n- y — Owner: null and 1.5\n## no\n- z" => "job-null job-1e3 job-no"; "what is no name")]
    #[test_case("| Rol | Nombre |\n|-|-|\n| QA | x |\n| QA | y |\n| → | z |\n\n- a — Owner: Todos\n- b — Owner: @org/qa & @ana" => "list"; "roles of one name")]
    #[test_case("# Deploy and rollback\n## A\n- x\n## 2. Plan de Rollback\n### Base\n- a\n### App\n- b\n## C\n- y" => "a<-a,b c"; "sections in a rollback, and a title above all")]
    #[test_case("## Respaldo para rollback\n- dump\n## Migrar\n- up\n## Qué hacer si algo sale muy mal: rollback\n- a" => "respaldo-para-rollback migrar<-a"; "what prepares it")]
    #[test_case("## A\n- x\n\n**Rollback:**\n\n- a\n\n**Ver:**\n\n- y\n" => "a<-a"; "a strong text as a heading")]
    #[test_case("## A\n- x\n\nSi falla, rollback:\n\n- a\n  - b\n\nVer\n\n- y\n" => "a<-a,b"; "a text above a list")]
    #[test_case("## A\n- x\n- **Rollback**\n  - a\n    - b\n- y\n- z\n## B\n- **Rollback:**\n  - c" => "a<-Rollback,a,b,c"; "an item that others stand in")]
    #[test_case("## A\n- **Rollback**\n  - a" => "a"; "nothing else, below an item")]
    #[test_case("# \u{7f}T: ${{ x }}\n## A # b\n- \"x\" \u{85}: {y} ${{ z }}\n## A\n- →" => "a-b a"; "signs")]
    fn what_is_written_is_a_plan(text: &str) -> String {
        let checklist = read(text);
        let plan_text = super::import("list\n.md", &checklist);
        let plan = Plan::parse("p", &plan_text).unwrap_or_else(|error| panic!("{error:?}\n{plan_text}"));
        let wrong = check("p", &plan_text, &plan, crate::commands::steps::STEPS);
        let wrong: Vec<_> = wrong.into_iter().filter(|one| one.level >= Level::Error).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{plan_text}");
        assert_eq!(covers("p", &plan_text, &plan, "list.md", text, &checklist), []);
        let shown = plan.jobs.iter().map(|(id, job)| {
            let back: Vec<&str> = job.rollback.iter().filter_map(|step| Some(step.name.as_ref()?.as_str())).collect();
            let back = back.join(",");
            if back.is_empty() { id.as_str().to_owned() } else { format!("{}<-{back}", id.as_str()) }
        });
        shown.collect::<Vec<_>>().join(" ")
    }
}
