//! The judgement as sections that a person reads at a glance.

use std::collections::BTreeMap;
use std::time::Duration;

use super::approved::{Approvals, ChangeRow, Standing};
use super::green::{CheckRow, Greenness, Outcome};
use super::{Judgement, Obstacle, Word};
use crate::duration;
use crate::report::{Body, Finding, Level, Mark, Report, Section, Verdict};

/// The report of `zarpe verify`, without its document.
#[must_use]
pub fn report(judgement: &Judgement) -> Report {
    let sections = vec![green(judgement), approvals(judgement)];
    let mut report = Report::new("verify", judgement.word.exit(), title(judgement), Body::Sections(sections))
        .output("verdict", judgement.word.as_str())
        .output("commit", judgement.commit.as_str());
    report.findings = findings(judgement);
    report
}

fn title(judgement: &Judgement) -> String {
    let commit = format!("{}: {}", judgement.word.as_str(), judgement.commit.short());
    let green = judgement.green.word.exit().verdict();
    let approved = judgement.approvals.word.exit().verdict();
    let say = |verdict, yes: &str, no: &str, unknown: &str| {
        match verdict {
            Verdict::Yes => yes,
            Verdict::No => no,
            Verdict::CannotTell => unknown,
        }
        .to_owned()
    };
    format!(
        "{commit} {}, and {}",
        say(green, "is green", "is not green", "is not known to be green"),
        say(
            approved,
            "every commit is approved",
            "not every commit is approved",
            "whether every commit is approved is not known"
        )
    )
}

fn green(judgement: &Judgement) -> Section {
    let Greenness { word, rows, settling, .. } = &judgement.green;
    let heading = match word.exit().verdict() {
        Verdict::Yes => "green",
        Verdict::No => "not green",
        Verdict::CannotTell => "not known to be green",
    };
    let mut section = Section::new(mark(*word), heading, counts(rows)).columns(["check", "from", "state"]);
    for row in rows {
        let state = match (&row.note, row.required) {
            (Some(note), _) => format!("{}: {note}", row.state),
            (None, true) => format!("{} (required)", row.state),
            (None, false) => row.state.clone(),
        };
        section.row(outcome_mark(row.outcome), [row.name.as_str(), row.source.as_str(), state.as_str()]);
    }
    match green_help(*word, rows, *settling, &judgement.branch) {
        Some(help) => section.help(help),
        None => section,
    }
}

/// How many rows of each outcome there are, in words.
fn counts(rows: &[CheckRow]) -> String {
    const WORDS: [(Outcome, &str); 7] = [
        (Outcome::Failed, "failed"),
        (Outcome::Missing, "missing"),
        (Outcome::Unknown, "not known"),
        (Outcome::Pending, "not finished"),
        (Outcome::Passed, "passed"),
        (Outcome::Own, "own job"),
        (Outcome::Ignored, "ignored"),
    ];
    let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count();
    let parts = WORDS.into_iter().map(|(outcome, word)| (count(outcome), word)).filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() { "no checks".to_owned() } else { parts.join(", ") }
}

fn green_help(word: Word, rows: &[CheckRow], settling: Option<Duration>, branch: &str) -> Option<String> {
    match word {
        Word::Red => Some(format!(
            "mend what failed on {branch}, or run it again; leave out what does not matter with `verify.ignore` in zarpe.yml"
        )),
        Word::Missing => {
            let names = rows.iter().filter(|row| row.outcome == Outcome::Missing).map(|row| row.name.as_str());
            let names: Vec<&str> = names.collect();
            Some(format!("let {} run on every push to {branch}, without a path filter", names.join(", ")))
        }
        Word::Pending => Some(match settling.filter(|_| !rows.iter().any(|row| row.outcome == Outcome::Pending)) {
            Some(left) => format!(
                "further checks may be registered within {}: run it again then, let it wait (`--wait 5m`), or name the checks \
                 that must pass: `verify.checks` in zarpe.yml",
                duration::shown(left)
            ),
            None => "run it again when they have ended, or let it wait: `--wait 10m`".to_owned(),
        }),
        _ => None,
    }
}

fn approvals(judgement: &Judgement) -> Section {
    let Approvals { word, label, needed, changes, pulls, .. } = &judgement.approvals;
    let bad = changes.iter().filter(|change| change.standing.word() != Word::Pass).count();
    let (heading, summary) = match word.exit().verdict() {
        Verdict::Yes => (
            "approved",
            format!("{} {label}, {}", number(changes.len(), "commit"), number(pulls.len(), "pull request")),
        ),
        Verdict::No => ("not approved", format!("{bad} of {} {label}", number(changes.len(), "commit"))),
        Verdict::CannotTell => {
            ("not known to be approved", format!("{bad} of {} {label}", number(changes.len(), "commit")))
        }
    };
    let mut section = Section::new(mark(*word), heading, summary).columns(["commit", "change", "approval"]);
    for (change, count) in grouped(changes) {
        let name = name(change, count);
        section.row(standing_mark(change.standing), [change.commit.short(), &name, &change.reason]);
    }
    if changes.iter().any(|change| matches!(change.standing, Standing::Unapproved | Standing::Stale)) {
        return section.help(format!(
            "each needs {} before its merge; have them reviewed now, and record who answers for them: `verify.waive` in \
             zarpe.yml",
            number(usize::try_from(*needed).unwrap_or(usize::MAX), "approval")
        ));
    }
    section
}

/// A row for each pull request and for each commit without one, the worst first, else the newest first.
fn grouped(changes: &[ChangeRow]) -> Vec<(&ChangeRow, usize)> {
    let mut rows: Vec<(&ChangeRow, usize)> = Vec::new();
    let mut places: BTreeMap<u64, usize> = BTreeMap::new();
    for change in changes {
        let place = change.pull.and_then(|pull| places.get(&pull).copied());
        match place.and_then(|place| rows.get_mut(place)) {
            Some((_, count)) => *count += 1,
            None => {
                places.extend(change.pull.map(|pull| (pull, rows.len())));
                rows.push((change, 1));
            }
        }
    }
    rows.sort_by_key(|(change, _)| change.standing);
    rows
}

fn name(change: &ChangeRow, count: usize) -> String {
    let mut name = change.subject.clone();
    if let Some(pull) = change.pull
        && !name.contains(&format!("#{pull}"))
    {
        name.push_str(&format!(" (#{pull})"));
    }
    if count > 1 {
        name.push_str(&format!(", {count} commits"));
    }
    name
}

fn findings(judgement: &Judgement) -> Vec<Finding> {
    let mut obstacles: Vec<&Obstacle> = Vec::new();
    for obstacle in judgement.green.obstacles.iter().chain(&judgement.approvals.obstacles) {
        if !obstacles.iter().any(|known| known.message == obstacle.message) {
            obstacles.push(obstacle);
        }
    }
    let mut findings: Vec<Finding> = obstacles
        .into_iter()
        .map(|obstacle| {
            let rule = format!("verify/{}", obstacle.word.as_str().to_lowercase().replace('_', "-"));
            let finding = Finding::new(rule, Level::Error, obstacle.message.clone());
            match &obstacle.help {
                Some(help) => finding.help(help.clone()),
                None => finding,
            }
        })
        .collect();
    let unknown = &judgement.approvals.unknown_authors;
    if judgement.approvals.word == Word::Pass && !unknown.is_empty() {
        let message = format!(
            "no account on GitHub has the mail address {}: whether an approver wrote these commits cannot be seen",
            unknown.join(", ")
        );
        let help = "ask the authors to add the address to their account";
        findings.push(Finding::new("verify/unknown-author", Level::Warning, message).help(help));
    }
    let waived = judgement.approvals.changes.iter().filter(|change| change.standing == Standing::Waived);
    findings.extend(waived.map(|change| {
        let message = format!("{} is released without approval: {}", change.commit.short(), change.reason);
        Finding::new("verify/waived", Level::Warning, message)
    }));
    if let (Word::Pass, Some(why)) = (judgement.green.word, &judgement.jobs_only) {
        let message = format!("checks of other apps than GitHub Actions were not seen: {}", why.message);
        findings
            .push(Finding::new("verify/jobs-only", Level::Warning, message).help(why.help.clone().unwrap_or_default()));
    }
    findings.extend(judgement.stand_ins.iter().map(|stand_in| {
        let message = format!(
            "the checks of {} count for {}: {}",
            stand_in.commit.short(),
            judgement.commit.short(),
            stand_in.reason
        );
        Finding::new("verify/stand-in", Level::Info, message)
    }));
    if let Some(moved) = &judgement.moved {
        let message = format!(
            "{} has moved to {} meanwhile: the verdict is on {}",
            judgement.branch,
            moved.short(),
            judgement.commit.short()
        );
        findings.push(Finding::new("verify/moved", Level::Info, message));
    }
    findings
}

fn number(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn mark(word: Word) -> Mark {
    if word == Word::Pending { Mark::Pending } else { word.exit().verdict().into() }
}

fn outcome_mark(outcome: Outcome) -> Mark {
    match outcome {
        Outcome::Failed | Outcome::Missing => Mark::Bad,
        Outcome::Unknown => Mark::Unknown,
        Outcome::Pending => Mark::Pending,
        Outcome::Passed => Mark::Good,
        Outcome::Own | Outcome::Ignored => Mark::Plain,
    }
}

fn standing_mark(standing: Standing) -> Mark {
    match standing {
        Standing::Unapproved | Standing::Stale => Mark::Bad,
        Standing::CannotTell => Mark::Unknown,
        Standing::Waived | Standing::Exempt => Mark::Plain,
        Standing::Approved => Mark::Good,
    }
}
