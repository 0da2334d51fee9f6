//! The decision as a report: the bare version, or everything that was weighed.

use super::{Answer, Api, Assessed, Bump, Decision, PullAsk, Reason};
use crate::config::TagNames;
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};

/// The report of `zarpe next`, without its document.
#[must_use]
pub fn report(decision: &Decision, names: &TagNames, explain: bool) -> Report {
    let version = decision.version().map(ToString::to_string);
    let (exit, title) = match &decision.answer {
        Answer::Release(_) | Answer::Nothing => (ExitCode::Done, title(decision)),
        Answer::Stopped(failure) => (failure.exit, "the next version is not known".to_owned()),
    };
    let body = if explain {
        let labels = decision.labels.as_deref().map(labels);
        let sections = [Some(commits(decision)), labels, Some(api(&decision.api)), Some(weighed(decision))];
        Body::Sections(sections.into_iter().flatten().collect())
    } else {
        Body::Text(version.as_ref().map(|version| format!("{version}\n")).unwrap_or_default())
    };
    let mut report = Report::new("next", exit, title, body);
    if let Answer::Stopped(failure) = &decision.answer {
        report.findings.push(failure.finding.clone());
    }
    if decision.answer == Answer::Nothing && !explain {
        let finding = Finding::new("version/nothing", Level::Info, report.title.clone());
        report.findings.push(finding.help("see why: zarpe next --explain"));
    }
    report.findings.extend(decision.findings.clone());
    // Every output is written and, where there is no version, written empty: a step behind asks one of them only.
    let of = |text: &str| version.as_ref().map(|_| text.to_owned()).unwrap_or_default();
    report
        .output("version", of(version.as_deref().unwrap_or_default()))
        .output("tag", decision.version().map(|version| names.name.name(version)).unwrap_or_default())
        .output("previous-tag", of(decision.base.as_ref().map_or("", |base| &base.tag)))
        .output("bump", of(decision.raised()))
        .output("short-sha", of(decision.head.short()))
}

fn title(decision: &Decision) -> String {
    let since = decision.base.as_ref().map(|base| format!(" since {}", base.tag)).unwrap_or_default();
    match (decision.version(), &decision.base) {
        (None, _) => format!("nothing to release{since}"),
        (Some(version), None) => format!("{version} is the first release"),
        (Some(version), Some(base)) => format!("{version} comes after {}: {}", base.version, decision.raised()),
    }
}

fn commits(decision: &Decision) -> Section {
    let since = decision.base.as_ref().map_or("in the whole history".to_owned(), |base| format!("since {}", base.tag));
    let count = decision.commits.len();
    let within = decision.path.as_ref().map(|path| format!(" that change {path}")).unwrap_or_default();
    let summary = format!("{count} {} {since}{within}", if count == 1 { "commit" } else { "commits" });
    let mut section = Section::new(Mark::Plain, "commits", summary).columns(["commit", "asks for", "why", "subject"]);
    for commit in &decision.commits {
        let remarks = commit.reading.remarks.iter().map(ToString::to_string);
        let why = std::iter::once(commit.reason.to_string()).chain(remarks).collect::<Vec<_>>().join("; ");
        section.row(mark(commit), [commit.sha.short(), commit.bump.as_str(), &why, &commit.subject]);
    }
    section
}

fn mark(commit: &Assessed) -> Mark {
    match (&commit.reason, commit.bump) {
        (Reason::NotConventional(_), _) => Mark::Unknown,
        (_, Bump::None) => Mark::Plain,
        _ => Mark::Good,
    }
}

fn labels(asks: &[PullAsk]) -> Section {
    let count = asks.len();
    let summary = format!("{count} merged {}", if count == 1 { "pull request" } else { "pull requests" });
    let mut section = Section::new(Mark::Plain, "labels", summary).columns(["pull request", "asks for", "label"]);
    for ask in asks {
        let mark = if ask.bump == Bump::None { Mark::Plain } else { Mark::Good };
        let label = ask.label.as_deref().unwrap_or("no label that asks");
        section.row(mark, [format!("#{}", ask.number).as_str(), ask.bump.as_str(), label]);
    }
    section
}

fn api(api: &Api) -> Section {
    let (mark, summary) = match api {
        Api::NotCompared => (Mark::Plain, "not compared".to_owned()),
        Api::CannotTell { finding, .. } => (Mark::Unknown, finding.message.clone()),
        Api::Changes(changes) if changes.is_empty() => (Mark::Plain, "nothing changed".to_owned()),
        Api::Changes(changes) => (Mark::Good, format!("{} changes ask for {}", changes.len(), api.bump().as_str())),
    };
    let mut section = Section::new(mark, "openapi", summary).columns(["effect", "where", "what"]);
    for change in api.changes() {
        section.row(Mark::Plain, [change.effect.as_str(), &change.place, &change.text]);
    }
    section
}

/// How the answer came out of what was asked for.
fn weighed(decision: &Decision) -> Section {
    let (mark, answer) = match &decision.answer {
        Answer::Release(version) => (Mark::Good, version.to_string()),
        Answer::Nothing => (Mark::Plain, "nothing to release".to_owned()),
        Answer::Stopped(failure) => (failure.exit.verdict().into(), "not known".to_owned()),
    };
    let commits = decision.commits.iter().map(|commit| commit.bump).max().unwrap_or_default();
    let largest = match &decision.base {
        Some(base) if base.version.major == 0 => before_one(decision.asked, decision.zero_feature),
        Some(_) => decision.asked.as_str().to_owned(),
        None => "not asked: nothing was released before".to_owned(),
    };
    let tags = if decision.asked_remote { "of the remote" } else { "of this clone; the remote was not asked" };
    let mut section = Section::new(mark, "decision", "").columns(["what", "answer"]);
    let previous = decision.base.as_ref().map_or("none", |base| &base.tag);
    section.row(Mark::Plain, ["tags", tags]);
    section.row(Mark::Plain, ["last release", previous]);
    section.row(Mark::Plain, ["commits ask for", commits.as_str()]);
    if let Some(asks) = &decision.labels {
        let most = asks.iter().map(|ask| ask.bump).max().unwrap_or_default();
        section.row(Mark::Plain, ["labels ask for", most.as_str()]);
    }
    section.row(Mark::Plain, ["openapi asks for", decision.api.bump().as_str()]);
    section.row(Mark::Plain, ["largest", &largest]);
    section.row(mark, ["next", &answer]);
    section
}

/// What is asked for, and what it raises before 1.0.0 where that is another part.
fn before_one(asked: Bump, feature: Bump) -> String {
    let raised = asked.before_one(feature);
    if raised == asked {
        return asked.as_str().to_owned();
    }
    format!("{}, which raises {} before 1.0.0", asked.as_str(), raised.as_str())
}
