//! The board as one HTML file that holds all it needs.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::trend;
use crate::deploy::account::Manner;
use crate::deploy::account::look::{STYLE, cell, lasted, section, stands, table};
use crate::output::html::{document, safe};
use crate::output::json::deploy_board::{DeployBoard, Deployment, Environment};

/// How many deployments of an environment are listed, the newest.
const LISTED: usize = 200;

/// The page, as of a moment.
#[must_use]
pub fn page(board: &DeployBoard, manner: &Manner<'_>, as_of: Timestamp) -> String {
    let words = manner.words();
    let mut body = format!(
        "<header>\n<h1>{}</h1>\n<p>{} {} ({})</p>\n</header>\n<main>\n",
        safe(words.board),
        safe(words.as_of),
        safe(&manner.time(as_of)),
        safe(&manner.clock())
    );
    if let Some(why) = &board.incomplete {
        let _ = writeln!(body, "<p class=\"unknown\">? {}: {}</p>", safe(words.incomplete), safe(why));
    }
    // What cannot be read may be all that there is.
    if board.environments.is_empty() && board.incomplete.is_none() {
        let _ = writeln!(body, "<p class=\"quiet\">{}</p>", safe(words.none_yet));
    }
    for (at, environment) in board.environments.iter().enumerate() {
        let called = board.called(environment);
        let inner = inside(environment, &called, at, manner);
        section(&mut body, &format!("environment-{at}"), &called, &inner);
    }
    let _ = write!(body, "</main>\n<footer><p>{}</p></footer>\n", safe(words.made_by_all));
    document(words.language, words.board, STYLE, &body)
}

fn inside(environment: &Environment, called: &str, at: usize, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let took = |seconds: Option<u64>| seconds.map_or_else(|| "–".to_owned(), lasted);
    let version = environment.version.as_deref().unwrap_or(words.nothing_there);
    let share = environment.failed as f64 / environment.ended.max(1) as f64 * 100.0;
    let facts = [
        (words.runs_there, safe(version)),
        (words.deployments, environment.deployments.len().to_string()),
        (words.failed_share, format!("{} / {} ({share:.0} %)", environment.failed, environment.ended)),
        (
            words.median,
            safe(&format!(
                "{} ({}: {})",
                took(environment.median_seconds),
                words.recent,
                took(environment.recent_median_seconds)
            )),
        ),
    ];
    let mut html = String::from("<dl>\n");
    html.extend(facts.iter().map(|(name, value)| format!("<dt>{}</dt><dd>{value}</dd>\n", safe(name))));
    html.push_str("</dl>\n");
    if environment.ended > 1 {
        for (name, id, svg) in [
            (words.trend_duration, "duration", trend::durations(environment, &format!("duration-{at}"), manner)),
            (words.trend_failures, "failures", trend::failures(environment, &format!("failures-{at}"), manner)),
        ] {
            let _ = write!(html, "<h3 id=\"{id}-{at}\">{}</h3>\n<div class=\"picture\">\n{svg}</div>\n", safe(name));
        }
        let _ = writeln!(html, "<p class=\"quiet\">{}</p>", safe(words.trend_failures_help));
    }
    let rows: String = environment.deployments.iter().take(LISTED).map(|one| row(one, manner)).collect();
    let columns = [words.version, words.state, words.began, words.took, words.responsible, words.run];
    let name = format!("{}: {called}", words.deployments);
    let _ = write!(html, "<h3>{}</h3>\n{}", safe(words.deployments), table(&name, &columns, &rows));
    html
}

fn row(one: &Deployment, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let took = one.seconds.map(lasted).unwrap_or_default();
    let before = one.previous.as_ref().map_or_else(String::new, |previous| {
        format!(" <span class=\"quiet\">({}: {})</span>", safe(words.previous), safe(previous))
    });
    format!(
        "<tr><th scope=\"row\">{}{before}</th>{}{}{}{}{}</tr>\n",
        safe(one.version.as_deref().unwrap_or("–")),
        cell(words.state, &stands(one.state, manner)),
        cell(words.began, &safe(&manner.time(one.began))),
        cell(words.took, &safe(&took)),
        cell(words.responsible, &safe(&one.responsible.join(", "))),
        cell(words.run, &format!("<code>{}</code>", safe(&one.run))),
    )
}
