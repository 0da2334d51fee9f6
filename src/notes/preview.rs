//! What merging a pull request would bring: the commit that it becomes, and what a person reads about it. Pure.

use super::Notes;
use crate::config::TagNames;
use crate::history::Commit;
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};
use crate::version::{Answer, Assessed, Decision, Flaw};

/// A pull request as it would be merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Its number, where it is known.
    pub number: Option<u64>,
    /// Its title.
    pub title: String,
}

impl Proposal {
    /// The commit that a squash makes of these, which are given newest first: GitHub's default, the title of the pull request over
    /// the one message, or over a list of all of them. It stands where the newest stands.
    #[must_use]
    pub fn squashed(&self, commits: &[Commit], base: &crate::history::Sha) -> Option<Commit> {
        let newest = commits.first()?;
        let own: Vec<&Commit> = commits.iter().rev().filter(|commit| !commit.is_merge()).collect();
        let number = self.number.map(|number| format!(" (#{number})")).unwrap_or_default();
        let body = match own.as_slice() {
            [only] => only.message.trim_start().split_once('\n').map_or("", |(_, body)| body.trim()).to_owned(),
            several => several.iter().map(|one| format!("* {}\n\n", one.message.trim())).collect(),
        };
        let author = own.first().unwrap_or(&newest).author.clone();
        let message = format!("{}{number}\n\n{body}", self.title.trim()).trim_end().to_owned();
        Some(Commit { message, author, parents: vec![base.clone()], ..newest.clone() })
    }
}

/// What a person reads: what merging gives, and what it adds to the notes. A title that says nothing is a warning, no refusal.
#[must_use]
pub fn report(decision: &Decision, names: &TagNames, added: &Notes, brought: &[Assessed]) -> Report {
    let title = match &decision.answer {
        Answer::Release(version) => format!("merging gives {}", names.name.name(version)),
        Answer::Nothing => "merging gives no release: nothing asks for one".to_owned(),
        Answer::Stopped(failure) => failure.finding.message.clone(),
    };
    let exit = if let Answer::Stopped(failure) = &decision.answer { failure.exit } else { ExitCode::Done };
    let mut sections = vec![version(decision, brought)];
    sections.extend(added.sections.iter().map(entries));
    if !added.api.is_empty() {
        let mut section = Section::new(Mark::Plain, added.words.api.clone(), "").columns(["effect", "where", "what"]);
        for change in &added.api {
            section.row(Mark::Plain, [added.words.effect(change.effect), &change.place, &change.text]);
        }
        sections.push(section);
    }
    let mut report = Report::new("notes", exit, title, Body::Sections(sections));
    report.findings = brought.iter().filter_map(warning).collect();
    if let Answer::Stopped(failure) = &decision.answer {
        report.findings.push(failure.finding.clone());
    }
    let version = decision.version();
    report
        .output("version", version.map(ToString::to_string).unwrap_or_default())
        .output("tag", version.map(|version| names.name.name(version)).unwrap_or_default())
        .output("bump", decision.raised())
}

fn version(decision: &Decision, brought: &[Assessed]) -> Section {
    let asked = brought.iter().map(|commit| commit.bump).max().unwrap_or_default();
    let mark = if decision.version().is_some() { Mark::Good } else { Mark::Plain };
    let mut section = Section::new(mark, "version", "").columns(["what", "answer"]);
    section.row(Mark::Plain, ["last release", decision.base.as_ref().map_or("none", |base| &base.tag)]);
    section.row(Mark::Plain, ["this asks for", asked.as_str()]);
    section.row(Mark::Plain, ["raised in all", decision.raised()]);
    section
}

fn entries(section: &super::Section) -> Section {
    let mut shown = Section::new(Mark::Plain, section.heading.clone(), "").columns(["scope", "what", "issues"]);
    for entry in &section.entries {
        let issues: Vec<&str> = entry.issues.iter().map(|issue| issue.name.as_str()).collect();
        let scope = entry.scope.clone().unwrap_or_default();
        shown.row(Mark::Plain, [scope, entry.description.clone(), issues.join(", ")]);
    }
    shown
}

/// A first line that is none of a conventional commit.
fn warning(commit: &Assessed) -> Option<Finding> {
    let flaw: Flaw = commit.reading.flaw.filter(|_| !matches!(commit.reason, crate::version::Reason::Merge))?;
    let message = format!("`{}` is no conventional commit: {flaw}", commit.subject);
    let finding = Finding::new("notes/title", Level::Warning, message);
    Some(finding.help("write it as `type: description`, such as `fix: answer 404 for an unknown id`"))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::history::{Person, Sha};

    #[test_case(&["fix: a\n\nbody\n\nRefs: #1"] => "feat: all (#7)\n\nbody\n\nRefs: #1"; "one commit")]
    #[test_case(&["fix: a", "feat!: b\n\nBREAKING CHANGE: c"] => "feat: all (#7)\n\n* fix: a\n\n* feat!: b\n\nBREAKING CHANGE: c"; "several")]
    fn a_squash_is_as_github_makes_it(messages: &[&str]) -> String {
        let sha = |number: usize| Sha::parse(&format!("{number:040x}")).unwrap();
        let commit = |(at, message): (usize, &&str)| Commit {
            sha: sha(at + 1),
            parents: vec![sha(at)],
            author: Person { name: "Ana".into(), email: "ana@example.com".into() },
            authored: jiff::Timestamp::UNIX_EPOCH,
            message: (*message).to_owned(),
        };
        let mut commits: Vec<Commit> = messages.iter().enumerate().map(commit).collect();
        commits.reverse();
        let proposal = Proposal { number: Some(7), title: "feat: all".into() };
        let squashed = proposal.squashed(&commits, &sha(0)).unwrap();
        assert_eq!((&squashed.sha, &squashed.parents), (&commits[0].sha, &vec![sha(0)]));
        squashed.message
    }
}
