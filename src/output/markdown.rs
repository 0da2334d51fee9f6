//! GitHub Flavored Markdown: for pull requests, documents and the step summary.

use super::{escape, human, words};
use crate::config::Language;
use crate::report::{Body, Failure, Finding, Mark, Report, Row, Section};

/// The answer on standard output.
pub(super) fn answer(report: &Report, language: Language) -> String {
    match &report.body {
        Body::Text(text) => text.clone(),
        Body::Sections(sections) => page(report, sections, language),
    }
}

/// The whole report, an answer that is a text of its own included, word for word.
pub(super) fn summary(report: &Report, language: Language) -> String {
    match &report.body {
        Body::Text(text) => page(report, &[], language) + &fenced(text),
        Body::Sections(sections) => page(report, sections, language),
    }
}

/// What stopped a command.
pub(super) fn failure(failure: &Failure, language: Language) -> String {
    let message = escape::visible(&failure.finding.message);
    let mut lines = message.lines();
    let mut text = title(failure.exit.into(), lines.next().unwrap_or_default());
    let lines = lines.map(escape::prose).chain(details(&failure.finding, language));
    text.extend(lines.map(|line| format!("\n{line}\n")));
    text
}

fn page(report: &Report, sections: &[Section], language: Language) -> String {
    let mut text = title(report.mark(), &report.title);
    text.extend(sections.iter().map(|one| section(one, language)));
    if !report.findings.is_empty() {
        text.push('\n');
        text.extend(report.findings.iter().map(|one| finding(one, language)));
    }
    text
}

fn title(mark: Mark, words: &str) -> String {
    format!("### {} {}\n", human::sign(mark), escape::prose(words))
}

fn section(section: &Section, language: Language) -> String {
    let head = format!("{} {}", human::sign(section.mark), escape::markdown(&section.heading));
    let mut text = format!("\n**{head}** {}", escape::markdown(&section.summary));
    text = format!("{}\n", text.trim_end());
    if !section.rows.is_empty() {
        text.push_str(&table(section));
    }
    if let Some(help) = &section.help {
        text.push_str(&format!("\n> {}: {}\n", words::help(language), lines(help)));
    }
    text
}

fn table(section: &Section) -> String {
    let cells = section.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(section.columns.len());
    let names = (0..cells).map(|column| section.columns.get(column).copied().unwrap_or_default());
    let mut text = format!("\n|  | {} |\n|--|{}\n", names.collect::<Vec<_>>().join(" | "), "--|".repeat(cells));
    text.extend(section.rows.iter().map(row));
    text
}

fn row(row: &Row) -> String {
    let cells: Vec<String> = row.cells.iter().map(|cell| escape::markdown(cell)).collect();
    format!("| {} | {} |\n", human::sign(row.mark), cells.join(" | "))
}

fn finding(finding: &Finding, language: Language) -> String {
    let word = words::level(language, finding.level);
    let details: String = details(finding, language).iter().map(|line| format!("<br>{line}")).collect();
    format!("- **{word}:** {}{details}\n", lines(&finding.message))
}

/// Where, and what to do next.
fn details(finding: &Finding, language: Language) -> Vec<String> {
    let at = words::at(language);
    let place = finding.location.as_ref().map(|place| format!("{at} {}", escape::markdown(&place.to_string())));
    let help = finding.help.as_ref().map(|help| format!("{}: {}", words::help(language), lines(help)));
    place.into_iter().chain(help).collect()
}

/// Text of more than one line, inside a paragraph or an item.
fn lines(text: &str) -> String {
    escape::visible(text.trim_end()).lines().map(escape::prose).collect::<Vec<_>>().join("<br>")
}

/// A text that no line of its own can end.
fn fenced(text: &str) -> String {
    let text = escape::visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// The whole lines that have room, and a last one that says so where it is not all of them.
pub(super) fn bounded(text: String, limit: usize) -> String {
    const MORE: &str = "\n*This is not all: the rest is in the log.*\n";
    if text.len() <= limit {
        return text;
    }
    let Some(room) = limit.checked_sub(MORE.len() + 1) else { return String::new() };
    let whole = text.get(..text.floor_char_boundary(room)).and_then(|text| Some(text.rsplit_once('\n')?.0));
    format!("{}\n{MORE}", whole.unwrap_or_default())
}
