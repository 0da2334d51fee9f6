//! The report as Markdown: for an archive, a comment, an issue.

use std::fmt::Write as _;

use super::words::sign;
use super::{Manner, Template, took, unsigned, worked};
use crate::output::escape::markdown as safe;
use crate::output::json::deploy_report::{DeployReport, Notes, Step};

/// The report.
#[must_use]
pub fn markdown(report: &DeployReport, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let what = match manner.template {
        Template::Report => words.report,
        Template::PostMortem => words.post_mortem,
    };
    let mut text = format!("# {what}: {}\n\n**{} {}**\n", safe(&report.name), sign(report.state), words.whole(report));
    facts(&mut text, report, manner);
    if manner.template == Template::PostMortem {
        asked(&mut text, words.impact, words.impact_ask);
    }
    list(&mut text, words.incidents, &report.incidents, words.no_incidents, words.open);
    if manner.template == Template::PostMortem {
        for (heading, ask) in [
            (words.causes, words.causes_ask),
            (words.went_well, words.went_well_ask),
            (words.went_badly, words.went_badly_ask),
            (words.actions, words.actions_ask),
        ] {
            asked(&mut text, heading, ask);
        }
    }
    list(&mut text, words.recommendations, &report.recommendations, words.no_recommendations, words.open);
    tests(&mut text, report, manner);
    sign_offs(&mut text, report, manner);
    notices(&mut text, report, manner);
    steps(&mut text, report, manner);
    let _ = write!(text, "\n---\n\n{}\n", words.made_by);
    text
}

fn heading(text: &mut String, heading: &str) {
    let _ = write!(text, "\n## {heading}\n\n");
}

fn asked(text: &mut String, name: &str, ask: &str) {
    heading(text, name);
    let _ = writeln!(text, "> {ask}");
}

fn table(text: &mut String, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let _ = writeln!(text, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
}

fn facts(text: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    heading(text, words.summary);
    let row = |name: &str, value: &str| vec![name.to_owned(), safe(value)];
    let mut rows = vec![row(words.run, &report.run), row(words.environment, &report.environment)];
    rows.extend(report.service.as_ref().map(|service| row(words.service, service)));
    rows.extend(report.version.as_ref().map(|version| row(words.version, version)));
    rows.extend(report.previous.as_ref().map(|version| row(words.previous, version)));
    rows.extend(report.commit.as_ref().map(|commit| row(words.commit, commit)));
    rows.push(row(words.plan, &format!("{}, sha256 {}", report.plan, report.plan_sha256)));
    rows.push(row(words.started_by, &report.started_by));
    if !report.responsible.is_empty() {
        rows.push(row(words.responsible, &report.responsible.join(", ")));
    }
    rows.push(row(words.began, &manner.time(report.began)));
    match report.ended {
        Some(ended) => rows.push(row(words.ended, &manner.time(ended))),
        None => rows.push(row(words.as_of, &manner.time(report.as_of))),
    }
    rows.extend(worked(report, words).map(|took| vec![words.took.to_owned(), took]));
    if let Some(window) = &report.window {
        let planned = format!("{} → {}", manner.time(window.opens), manner.time(window.closes));
        rows.push(row(&format!("{} ({})", words.window, words.planned.to_lowercase()), &planned));
        let used = match (window.used_from, window.used_to) {
            (Some(from), to) => {
                let to = to.map_or_else(|| "…".to_owned(), |to| manner.time(to));
                let how = match window.overrun_minutes {
                    0 => format!("✓ {}", words.in_time),
                    minutes => format!("✗ {minutes} {}", words.overrun),
                };
                format!("{} → {to}, {how}", manner.time(from))
            }
            (None, _) => words.not_used.to_owned(),
        };
        rows.push(row(&format!("{} ({})", words.window, words.used.to_lowercase()), &used));
    }
    for one in &report.maintenance {
        let to = one.to.map_or_else(|| words.still_on.to_owned(), |to| manner.time(to));
        let took = took(Some(one.from), one.to).map_or_else(String::new, |took| format!(" ({took})"));
        rows.push(vec![words.maintenance.to_owned(), format!("{} → {to}{took}", manner.time(one.from))]);
    }
    rows.push(row(words.clock, &manner.clock()));
    table(text, &["", ""], rows);
}

fn list(text: &mut String, name: &str, notes: &Notes, none: &str, open: &str) {
    heading(text, name);
    if notes.open {
        let _ = writeln!(text, "- [ ] {open}");
    }
    for item in &notes.items {
        let _ = writeln!(text, "- {}", safe(item));
    }
    if notes.items.is_empty() && !notes.open {
        let _ = writeln!(text, "{none}");
    }
}

fn stands(step: &Step, manner: &Manner<'_>) -> String {
    format!("{} {}", sign(step.state), manner.words().state(step.state))
}

fn tests(text: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    heading(text, words.tests);
    let tests: Vec<&Step> = report.jobs.iter().flat_map(|job| &job.steps).filter(|step| step.test).collect();
    if tests.is_empty() {
        let _ = writeln!(text, "{}", words.no_tests);
        return;
    }
    let rows = tests
        .iter()
        .map(|step| vec![safe(&step.label), stands(step, manner), took(step.began, step.ended).unwrap_or_default()]);
    table(text, &[words.step, words.state, words.took], rows);
}

fn sign_offs(text: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    heading(text, words.sign_offs);
    if report.sign_offs.is_empty() {
        let _ = writeln!(text, "{}", unsigned(report, words));
        return;
    }
    let rows = report.sign_offs.iter().map(|one| {
        let void = one.void.map_or_else(String::new, |why| format!(" (✗ {})", words.void(why)));
        let evidence = one.evidence.as_deref().map(safe).unwrap_or_default();
        let statement = safe(&one.statement) + &void;
        vec![statement, safe(&one.login), safe(&one.role), manner.time(one.at), evidence, safe(&one.proof)]
    });
    table(text, &[words.statement, words.who, words.role, words.when, words.evidence, words.proof], rows);
}

fn notices(text: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    if report.notices.is_empty() {
        return;
    }
    heading(text, words.notices);
    let rows = report.notices.iter().map(|one| {
        let state = if one.told { format!("✓ {}", words.told) } else { format!("✗ {}", words.not_told) };
        let why = one.why.as_ref().map_or_else(String::new, |why| format!(": {}", safe(why)));
        vec![safe(&one.to), safe(&one.what), manner.time(one.at), state + &why]
    });
    table(text, &[words.who, words.notice, words.when, words.state], rows);
}

fn steps(text: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    heading(text, words.jobs);
    for (at, job) in report.jobs.iter().enumerate() {
        let between = if at > 0 { "\n" } else { "" };
        let took = took(job.began, job.ended).map_or_else(String::new, |took| format!(", {took}"));
        let _ = write!(
            text,
            "{between}### {}\n\n{} {}{took}\n\n",
            safe(&job.name),
            sign(job.state),
            words.state(job.state)
        );
        let rows = job.steps.iter().map(|step| row(step, manner));
        table(text, &[words.step, words.state, words.role, words.began, words.took, words.evidence], rows);
    }
}

fn row(step: &Step, manner: &Manner<'_>) -> Vec<String> {
    let words = manner.words();
    let kind = if step.rollback { format!("{}: ", words.rollback) } else { String::new() };
    let tries = if step.tries > 1 { format!(" ({} {})", step.tries, words.tries) } else { String::new() };
    let log = step.log_sha256.as_ref().map(|digest| format!("{} sha256 {digest}", words.log));
    let evidence: Vec<String> =
        [step.end.clone(), log, step.note.clone()].into_iter().flatten().map(|text| safe(&text)).collect();
    vec![
        kind + &safe(&step.label),
        stands(step, manner) + &tries,
        safe(&step.roles.join(", ")),
        step.began.map(|began| manner.time(began)).unwrap_or_default(),
        took(step.began, step.ended).unwrap_or_default(),
        evidence.join("; "),
    ]
}
