//! The report as one HTML file that holds all it needs: light and dark, wide and narrow, without scripts.

use std::fmt::Write as _;

use super::timeline::timeline;
use super::words::{class, sign};
use super::{Manner, Template, took, unsigned, worked};
use crate::output::html::{document, safe};
use crate::output::json::deploy_report::{DeployReport, Job, Notes, Noticed, State, Step};

/// What the pages of a run and of all of them look like beside what every page does.
pub(in crate::deploy) const STYLE: &str = include_str!("style.css");

/// The page.
#[must_use]
pub fn page(report: &DeployReport, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let what = match manner.template {
        Template::Report => words.report,
        Template::PostMortem => words.post_mortem,
    };
    let title = format!("{what}: {}", report.name);
    let mut body = format!(
        "<header>\n<p>{}</p>\n<h1>{}</h1>\n<p>{}</p>\n</header>\n<main>\n",
        safe(what),
        safe(&report.name),
        badge(report.state, &words.whole(report))
    );
    facts(&mut body, report, manner);
    if manner.template == Template::PostMortem {
        asked(&mut body, "impact", words.impact, words.impact_ask);
    }
    picture(&mut body, report, manner);
    list(&mut body, "incidents", words.incidents, &report.incidents, words.no_incidents, manner);
    if manner.template == Template::PostMortem {
        for (id, heading, ask) in [
            ("causes", words.causes, words.causes_ask),
            ("well", words.went_well, words.went_well_ask),
            ("badly", words.went_badly, words.went_badly_ask),
            ("actions", words.actions, words.actions_ask),
        ] {
            asked(&mut body, id, heading, ask);
        }
    }
    list(
        &mut body,
        "recommendations",
        words.recommendations,
        &report.recommendations,
        words.no_recommendations,
        manner,
    );
    tests(&mut body, report, manner);
    sign_offs(&mut body, report, manner);
    notices(&mut body, report, manner);
    let steps: String = report.jobs.iter().map(|job| jobs(job, manner)).collect();
    section(&mut body, "steps", words.jobs, &format!("<div class=\"steps\">\n{steps}</div>\n"));
    let _ = write!(body, "</main>\n<footer><p>{}</p></footer>\n", safe(words.made_by));
    document(words.language, &title, STYLE, &body)
}

fn badge(state: State, words: &str) -> String {
    format!("<span class=\"badge {}\">{} {}</span>", class(state), sign(state), safe(words))
}

pub(in crate::deploy) fn section(body: &mut String, id: &str, heading: &str, inner: &str) {
    let _ =
        write!(body, "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n{inner}</section>\n", safe(heading));
}

fn asked(body: &mut String, id: &str, heading: &str, ask: &str) {
    section(body, id, heading, &format!("<p class=\"ask\">{}</p>\n", safe(ask)));
}

fn facts(body: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    let code = |text: &str| format!("<code>{}</code>", safe(text));
    let mut rows: Vec<(&str, String)> =
        vec![(words.run, code(&report.run)), (words.environment, safe(&report.environment))];
    rows.extend(report.service.as_ref().map(|service| (words.service, safe(service))));
    rows.extend(report.version.as_ref().map(|version| (words.version, safe(version))));
    rows.extend(report.previous.as_ref().map(|version| (words.previous, safe(version))));
    rows.extend(report.commit.as_ref().map(|commit| (words.commit, code(commit.get(..12).unwrap_or(commit)))));
    let digest = report.plan_sha256.get(..12).unwrap_or_default();
    rows.push((words.plan, format!("{} <span class=\"quiet\">sha256 {}</span>", code(&report.plan), safe(digest))));
    rows.push((words.started_by, safe(&report.started_by)));
    if !report.responsible.is_empty() {
        rows.push((words.responsible, safe(&report.responsible.join(", "))));
    }
    rows.push((words.began, safe(&manner.time(report.began))));
    match report.ended {
        Some(ended) => rows.push((words.ended, safe(&manner.time(ended)))),
        None => rows.push((words.as_of, safe(&manner.time(report.as_of)))),
    }
    rows.extend(worked(report, words).map(|took| (words.took, safe(&took))));
    rows.extend(window(report, manner));
    for one in &report.maintenance {
        let to = one.to.map_or_else(|| words.still_on.to_owned(), |to| manner.time(to));
        let took = took(Some(one.from), one.to).map_or_else(String::new, |took| format!(" ({took})"));
        rows.push((words.maintenance, safe(&format!("{} → {to}{took}", manner.time(one.from)))));
    }
    if report.attempts > 1 {
        rows.push((words.processes, report.attempts.to_string()));
    }
    rows.push((words.clock, safe(&manner.clock())));
    let rows: String = rows.iter().map(|(name, value)| format!("<dt>{}</dt><dd>{value}</dd>\n", safe(name))).collect();
    section(body, "summary", words.summary, &format!("<dl>\n{rows}</dl>\n"));
}

/// Planned against used.
fn window(report: &DeployReport, manner: &Manner<'_>) -> Vec<(&'static str, String)> {
    let words = manner.words();
    let Some(window) = &report.window else { return Vec::new() };
    let planned = format!("{}: {} → {}", words.planned, manner.time(window.opens), manner.time(window.closes));
    let used = match (window.used_from, window.used_to) {
        (Some(from), Some(to)) => format!("{} → {}", manner.time(from), manner.time(to)),
        (Some(from), None) => format!("{} → …", manner.time(from)),
        (None, _) => words.not_used.to_owned(),
    };
    let how = match (window.used_from, window.overrun_minutes) {
        (None, _) => String::new(),
        (Some(_), 0) => format!(" <span class=\"good\">✓ {}</span>", safe(words.in_time)),
        (Some(_), minutes) => format!(" <span class=\"bad\">✗ {minutes} {}</span>", safe(words.overrun)),
    };
    vec![(words.window, safe(&planned)), ("", format!("{}{how}", safe(&format!("{}: {used}", words.used))))]
}

fn picture(body: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    let svg = timeline(report, manner);
    if svg.is_empty() {
        return;
    }
    let shown = |state: State| {
        report.jobs.iter().flat_map(|job| &job.steps).any(|step| step.state == state && step.began.is_some())
    };
    let states = [State::Success, State::Failure, State::Unknown, State::CannotTell, State::Running, State::Waiting];
    let mut key: String = states
        .into_iter()
        .filter(|state| shown(*state))
        .map(|state| {
            format!("<li><span class=\"{}\">{}</span> {}</li>", class(state), sign(state), safe(words.state(state)))
        })
        .collect();
    if !report.maintenance.is_empty() {
        key.push_str(&format!("<li><i class=\"band\"></i>{}</li>", safe(words.maintenance)));
    }
    if report.window.is_some() {
        key.push_str(&format!(
            "<li><i class=\"open\"></i>{} ({})</li>",
            safe(words.window),
            safe(&words.planned.to_lowercase())
        ));
    }
    let inner = format!(
        "<div class=\"picture\">\n{svg}</div>\n<ul class=\"key\">{key}</ul>\n<p class=\"quiet\">{}</p>\n",
        safe(words.timeline_help)
    );
    section(body, "timeline", words.timeline, &inner);
}

fn list(body: &mut String, id: &str, heading: &str, notes: &Notes, none: &str, manner: &Manner<'_>) {
    let mut inner = String::new();
    if notes.open {
        inner.push_str(&format!("<p class=\"unknown\">? {}</p>\n", safe(manner.words().open)));
    }
    if !notes.items.is_empty() {
        let items: String = notes.items.iter().map(|item| format!("<li>{}</li>\n", safe(item))).collect();
        inner.push_str(&format!("<ul>\n{items}</ul>\n"));
    } else if !notes.open {
        inner.push_str(&format!("<p class=\"quiet\">{}</p>\n", safe(none)));
    }
    section(body, id, heading, &inner);
}

/// A table; a column without a name has no heading of its own.
pub(in crate::deploy) fn table(caption: &str, columns: &[&str], rows: &str) -> String {
    let heads: String = columns.iter().map(|column| format!("<th scope=\"col\">{}</th>", safe(column))).collect();
    format!(
        "<table>\n<caption>{}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        safe(caption)
    )
}

pub(in crate::deploy) fn cell(name: &str, html: &str) -> String {
    format!("<td data-name=\"{}\">{html}</td>", safe(name))
}

pub(in crate::deploy) fn stands(state: State, manner: &Manner<'_>) -> String {
    format!("<span class=\"{}\">{} {}</span>", class(state), sign(state), safe(manner.words().state(state)))
}

fn tests(body: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    let tests: Vec<&Step> = report.jobs.iter().flat_map(|job| &job.steps).filter(|step| step.test).collect();
    if tests.is_empty() {
        return section(body, "tests", words.tests, &format!("<p class=\"quiet\">{}</p>\n", safe(words.no_tests)));
    }
    let rows: String = tests
        .iter()
        .map(|step| {
            let took = took(step.began, step.ended).unwrap_or_default();
            format!(
                "<tr><th scope=\"row\">{}</th>{}{}</tr>\n",
                safe(&step.label),
                cell(words.state, &stands(step.state, manner)),
                cell(words.took, &safe(&took))
            )
        })
        .collect();
    section(body, "tests", words.tests, &table(words.tests, &[words.step, words.state, words.took], &rows));
}

fn sign_offs(body: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    if report.sign_offs.is_empty() {
        let inner = format!("<p class=\"quiet\">{}</p>\n", safe(unsigned(report, words)));
        return section(body, "sign-offs", words.sign_offs, &inner);
    }
    let rows: String = report
        .sign_offs
        .iter()
        .map(|one| {
            let void = one
                .void
                .map_or_else(String::new, |why| format!("<br><span class=\"bad\">✗ {}</span>", safe(words.void(why))));
            format!(
                "<tr><th scope=\"row\">{}{void}</th>{}{}{}{}{}</tr>\n",
                safe(&one.statement),
                cell(words.who, &safe(&one.login)),
                cell(words.role, &safe(&one.role)),
                cell(words.when, &safe(&manner.time(one.at))),
                cell(words.evidence, &safe(one.evidence.as_deref().unwrap_or_default())),
                cell(words.proof, &safe(&one.proof)),
            )
        })
        .collect();
    let columns = [words.statement, words.who, words.role, words.when, words.evidence, words.proof];
    section(body, "sign-offs", words.sign_offs, &table(words.sign_offs, &columns, &rows));
}

fn notices(body: &mut String, report: &DeployReport, manner: &Manner<'_>) {
    let words = manner.words();
    if report.notices.is_empty() {
        return;
    }
    let row = |one: &Noticed| {
        let (class, state) =
            if one.told { ("good", format!("✓ {}", words.told)) } else { ("bad", format!("✗ {}", words.not_told)) };
        let why = one.why.as_ref().map_or_else(String::new, |why| format!("<br>{}", safe(why)));
        format!(
            "<tr><th scope=\"row\">{}</th>{}{}{}</tr>\n",
            safe(&one.to),
            cell(words.notice, &safe(&one.what)),
            cell(words.when, &safe(&manner.time(one.at))),
            cell(words.state, &format!("<span class=\"{class}\">{}</span>{why}", safe(&state))),
        )
    };
    let rows: String = report.notices.iter().map(row).collect();
    let columns = [words.who, words.notice, words.when, words.state];
    section(body, "notices", words.notices, &table(words.notices, &columns, &rows));
}

fn jobs(job: &Job, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let took = took(job.began, job.ended).map_or_else(String::new, |took| format!(", {took}"));
    let head = format!(
        "<h3>{} <span class=\"quiet\">({}{})</span></h3>\n",
        safe(&job.name),
        stands(job.state, manner),
        safe(&took)
    );
    let rows: String = job.steps.iter().map(|step| row(step, manner)).collect();
    let columns = [words.step, words.state, words.role, words.began, words.took, words.evidence];
    head + &table(&job.name, &columns, &rows)
}

fn row(step: &Step, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let kind =
        if step.rollback { format!("<span class=\"quiet\">{}</span> ", safe(words.rollback)) } else { String::new() };
    let tries = if step.tries > 1 {
        format!(" <span class=\"quiet\">({} {})</span>", step.tries, safe(words.tries))
    } else {
        String::new()
    };
    let mut evidence: Vec<String> = step.end.iter().map(|end| safe(end)).collect();
    evidence.extend(step.log_sha256.as_ref().map(|digest| {
        format!(
            "{} <code title=\"sha256 {}\">{}</code>",
            safe(words.log),
            safe(digest),
            safe(digest.get(..12).unwrap_or(digest))
        )
    }));
    evidence.extend(step.note.as_ref().map(|note| format!("<span class=\"bad\">{}</span>", safe(note))));
    format!(
        "<tr><th scope=\"row\">{kind}{}</th>{}{}{}{}{}</tr>\n",
        safe(&step.label),
        cell(words.state, &(stands(step.state, manner) + &tries)),
        cell(words.role, &safe(&step.roles.join(", "))),
        cell(words.began, &safe(&step.began.map(|began| manner.time(began)).unwrap_or_default())),
        cell(words.took, &safe(&took(step.began, step.ended).unwrap_or_default())),
        cell(words.evidence, &evidence.join("<br>")),
    )
}
