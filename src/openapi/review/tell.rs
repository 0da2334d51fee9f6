//! What a person reads about what was ignored.

use super::super::report::Shown;
use super::Reviewed;
use crate::report::{Body, ExitCode, Mark, Report, Section};

/// Adds to a report what was ignored and what is wrong with the ignore file. A wrong entry is no yes, whatever changed.
#[must_use]
pub fn tell(mut report: Report, reviewed: &Reviewed, shown: &Shown<'_>) -> Report {
    let nothing = reviewed.comparison.changes.is_empty();
    let (base, head) = (shown.base.file(), shown.head.file());
    match &reviewed.used_by {
        Some(client) if nothing && reviewed.outside > 0 => {
            report.title = format!("nothing that {client} uses changed between {base} and {head}");
        }
        _ if nothing && !reviewed.ignored.is_empty() => {
            report.title = format!("every change between {base} and {head} is ignored with a reason");
        }
        _ => {}
    }
    if let Body::Sections(sections) = &mut report.body {
        sections.extend(outside(reviewed));
        sections.extend(ignored(reviewed));
    }
    if !reviewed.wrong.is_empty() {
        report.findings.extend(reviewed.wrong.iter().cloned());
        if matches!(report.exit, ExitCode::Done | ExitCode::CannotTell) {
            report.exit = ExitCode::Usage;
            report.title = match reviewed.wrong.len() {
                1 => "1 entry of the ignore file is unused or expired".to_owned(),
                count => format!("{count} entries of the ignore file are unused or expired"),
            };
        }
    }
    report
}

fn outside(reviewed: &Reviewed) -> Option<Section> {
    let client = reviewed.used_by.as_ref()?;
    let summary = match reviewed.outside {
        0 => format!("no change is outside of what {client} uses"),
        1 => format!("1 change does not reach what {client} uses"),
        count => format!("{count} changes do not reach what {client} uses"),
    };
    Some(Section::new(Mark::Plain, "outside", summary))
}

fn ignored(reviewed: &Reviewed) -> Option<Section> {
    if reviewed.ignored.is_empty() {
        return None;
    }
    let summary = format!("{} with a reason", reviewed.ignored.len());
    let mut section = Section::new(Mark::Plain, "ignored", summary).columns(["change", "rule", "until", "reason"]);
    for one in &reviewed.ignored {
        let until = one.expires.to_string();
        section.row(Mark::Plain, [one.change.text.as_str(), one.change.id.as_str(), &until, one.reason.trim()]);
    }
    Some(section)
}
