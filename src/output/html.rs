//! One HTML file that holds all it needs: for a phone, a mail, an artefact of a workflow. No script, no address, light and dark.

use super::{escape, human, words};
use crate::config::Language;
use crate::report::{Body, Failure, Finding, Level, Mark, Report, Section};

/// How many rows a part may have and be open when the page is.
const OPEN: usize = 30;

/// Nothing is loaded and nothing is run, whatever a text holds.
const HEAD: &str = r#"<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
"#;

const STYLE: &str = "\
:root { color-scheme: light dark; --text: #1c2430; --quiet: #5b6675; --page: #fff; --part: #f4f6f8; --line: #d5dbe1;
  --good: #14713a; --bad: #b3261e; --unknown: #8a5a00; --pending: #0b6b78; }
@media (prefers-color-scheme: dark) { :root { --text: #e6eaef; --quiet: #9aa6b4; --page: #12161c; --part: #1b212a; --line: #333c48;
  --good: #5fd08a; --bad: #ff8a80; --unknown: #f2b84b; --pending: #59cbd9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; line-height: 1.3; margin: .5rem 0 1rem; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
code { background: var(--part); border-radius: .25rem; padding: .1em .3em; }
pre { background: var(--part); border-radius: .5rem; padding: .75rem; overflow-x: auto; white-space: pre-wrap; }
.good { color: var(--good); } .bad, .error { color: var(--bad); } .unknown, .warning { color: var(--unknown); }
.pending, .note { color: var(--pending); } .plain, .quiet { color: var(--quiet); }
article { background: var(--part); border-left: .25rem solid currentColor; border-radius: .25rem; margin: .75rem 0; padding: .6rem .8rem; }
article > * { color: var(--text); } article > .quiet { color: var(--quiet); }
article code { background: none; padding: 0; } article > h3 { font-size: 1rem; margin: 0 0 .25rem; }
details { border-top: 1px solid var(--line); padding: .6rem 0; }
summary { cursor: pointer; } summary b { margin-right: .5rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block; } thead { position: absolute; left: -200vw; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; } td { border: 0; padding: .1rem 0; }
  td:empty { display: none; }
  td[data-name]:not([data-name=\"\"])::before { content: attr(data-name) \": \"; color: var(--quiet); }
}
";

/// The answer on standard output.
pub(super) fn answer(report: &Report, language: Language) -> String {
    let mut body = title(report.mark(), &report.title);
    if !report.findings.is_empty() {
        body.push_str(&report.findings.iter().map(|one| finding(one, language)).collect::<String>());
    }
    match &report.body {
        Body::Text(text) => body.push_str(&format!("<pre>{}</pre>\n", safe(text.trim_end()))),
        Body::Sections(sections) => body.extend(sections.iter().map(section)),
    }
    page(language, &report.title, &body)
}

/// What stopped a command.
pub(super) fn failure(failure: &Failure, language: Language) -> String {
    let message = escape::visible(&failure.finding.message);
    let first = message.lines().next().unwrap_or_default();
    page(language, first, &(title(failure.exit.into(), first) + &finding(&failure.finding, language)))
}

fn page(language: Language, title: &str, body: &str) -> String {
    document(words::name(language), title, "", body)
}

/// A whole file around a body, with a style of its own behind the one that all have.
pub(crate) fn document(language: &str, title: &str, style: &str, body: &str) -> String {
    let title = text(&escape::line(title));
    let top = format!("<!doctype html>\n<html lang=\"{language}\">\n{HEAD}<title>{title}</title>\n");
    format!("{top}<style>\n{STYLE}{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n")
}

fn title(mark: Mark, words: &str) -> String {
    format!("<h1>{} {}</h1>\n", sign(mark), prose(words))
}

fn sign(mark: Mark) -> String {
    let class = match mark {
        Mark::Good => "good",
        Mark::Bad => "bad",
        Mark::Unknown => "unknown",
        Mark::Pending => "pending",
        Mark::Plain => "plain",
    };
    format!("<span class=\"{class}\">{}</span>", human::sign(mark))
}

fn finding(finding: &Finding, language: Language) -> String {
    let class = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    };
    let word = words::level(language, finding.level);
    let message = escape::visible(finding.message.trim_end());
    let mut lines = message.lines();
    let head = prose(lines.next().unwrap_or_default());
    let mut article = format!("<article class=\"{class}\">\n<h3><span class=\"{class}\">{word}:</span> {head}</h3>\n");
    article.extend(lines.map(|line| format!("<p>{}</p>\n", prose(line))));
    if let Some(place) = &finding.location {
        article.push_str(&format!("<p><code>{}</code></p>\n", safe(&escape::line(&place.to_string()))));
    }
    if let Some(words) = &finding.help {
        let lines: Vec<String> = escape::visible(words.trim_end()).lines().map(prose).collect();
        article.push_str(&format!("<p class=\"quiet\">{}</p>\n", lines.join("<br>")));
    }
    article + &format!("<p class=\"quiet\"><code>{}</code></p>\n</article>\n", safe(&escape::line(&finding.rule)))
}

fn section(section: &Section) -> String {
    let head = format!("{} <b>{}</b>{}", sign(section.mark), prose(&section.heading), prose(&section.summary));
    let mut inner = if section.rows.is_empty() { String::new() } else { table(section) };
    if let Some(words) = &section.help {
        inner.push_str(&format!("<p class=\"quiet\">{}</p>\n", prose(&escape::line(words))));
    }
    if inner.is_empty() {
        return format!("<p>{head}</p>\n");
    }
    let open = if section.rows.len() > OPEN { "" } else { " open" };
    format!("<details{open}>\n<summary>{head}</summary>\n{inner}</details>\n")
}

fn table(section: &Section) -> String {
    let alike = section.rows.iter().all(|row| matches!(row.mark, Mark::Plain) || row.mark == section.mark);
    let name = |column: usize| section.columns.get(column).copied().unwrap_or_default();
    let cells = section.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut text = String::from("<table>\n<thead><tr>");
    text.extend((0..cells).map(|column| format!("<th>{}</th>", safe(name(column)))));
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in &section.rows {
        text.push_str("<tr>");
        for (column, cell) in row.cells.iter().enumerate() {
            let mark = if alike || column > 0 { String::new() } else { format!("{} ", sign(row.mark)) };
            text.push_str(&format!("<td data-name=\"{}\">{mark}{}</td>", safe(name(column)), prose(cell)));
        }
        text.push_str("</tr>\n");
    }
    text + "</tbody>\n</table>\n"
}

/// A line in which what stands between two back quotes is code.
fn prose(words: &str) -> String {
    let line = escape::line(words);
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return safe(&line);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        1 if !part.is_empty() => format!("<code>{}</code>", safe(part)),
        _ => safe(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Text as a piece of HTML or SVG, in an element or in a quoted attribute.
pub(crate) fn safe(words: &str) -> String {
    text(&escape::visible(words)).replace('"', "&quot;").replace('\'', "&#39;")
}

fn text(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
