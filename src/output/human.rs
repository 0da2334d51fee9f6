//! What a person reads at a terminal.
//!
//! The answer first, then a section for each part of it, then what needs attention, as compilers say it. Signs: `✓` as it
//! should be, `✗` not, `?` could not be determined, `…` not finished, `·` neither.

use anstyle::{AnsiColor, Style as Ansi};

use super::{Style, escape, shown, table, words};
use crate::config::Language;
use crate::report::{Body, Excerpt, ExitCode, Failure, Finding, Level, Location, Mark, Report, Section};

/// The width that headings are filled up to at most, so that their summaries are aligned.
const HEADING: usize = 24;

/// The answer on standard output.
pub(super) fn answer(report: &Report, style: &Style) -> String {
    let sections = match &report.body {
        Body::Text(text) => return text.clone(),
        Body::Sections(_) if style.quiet => &[][..],
        Body::Sections(sections) => sections,
    };
    let paint = Paint(style.colour);
    let mut text = title(report, paint);
    let width = sections.iter().map(|section| table::width(&escape::line(&section.heading))).max().unwrap_or(0);
    let mut roomy = true;
    for part in sections {
        let long = !part.rows.is_empty() || part.help.is_some();
        if roomy || long {
            text.push('\n');
        }
        roomy = long;
        text.push_str(&section(part, width.min(HEADING), style, paint));
    }
    let findings = findings(&report.findings, style, paint);
    if !findings.is_empty() && !sections.is_empty() {
        text.push('\n');
    }
    text + &findings
}

/// What is said beside an answer that does not say it itself: the title where it is not a plain yes, and the findings.
pub(super) fn aside(report: &Report, style: &Style) -> String {
    let paint = Paint(style.colour_stderr);
    let title = if style.verbose || report.exit != ExitCode::Done { title(report, paint) } else { String::new() };
    title + &findings(&report.findings, style, paint)
}

/// What stopped a command.
pub(super) fn failure(failure: &Failure, style: &Style) -> String {
    finding(&failure.finding, style, Paint(style.colour_stderr))
}

fn title(report: &Report, paint: Paint) -> String {
    format!("{} {}\n", paint.sign(report.mark()), paint.bold(&escape::line(&report.title)))
}

/// The sign that stands for a mark in every format that people read.
pub(super) fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "✓",
        Mark::Bad => "✗",
        Mark::Unknown => "?",
        Mark::Pending => "…",
        Mark::Plain => "·",
    }
}

fn section(section: &Section, width: usize, style: &Style, paint: Paint) -> String {
    let heading = escape::line(&section.heading);
    let gap = table::pad(&heading, width).split_off(heading.len());
    let head =
        format!("{} {}{gap}   {}", paint.sign(section.mark), paint.bold(&heading), escape::line(&section.summary));
    let mut text = format!("{}\n", head.trim_end());
    for row in rows(section, style.width, paint) {
        text.push_str(&format!("  {row}\n"));
    }
    if let Some(words) = &section.help {
        text.push_str(&help(words, style.language, paint));
    }
    text
}

/// The rows have signs of their own only where they do not all stand as their section does.
fn rows(section: &Section, room: Option<usize>, paint: Paint) -> Vec<String> {
    let alike = |mark| section.rows.iter().all(|row| row.mark == mark);
    let signs = !alike(section.mark) && !alike(Mark::Plain);
    let indent = if signs { 4 } else { 2 };
    let cells: Vec<Vec<String>> =
        section.rows.iter().map(|row| row.cells.iter().map(|cell| escape::line(cell)).collect()).collect();
    let lines = table::lines(&cells, room.map(|room| room.saturating_sub(indent)));
    let marks = section.rows.iter().map(|row| if signs { format!("{} ", paint.sign(row.mark)) } else { String::new() });
    let below = format!("\n{}", " ".repeat(indent));
    marks.zip(lines).map(|(mark, line)| format!("{mark}{line}").trim_end().replace('\n', &below)).collect()
}

fn findings(findings: &[Finding], style: &Style, paint: Paint) -> String {
    shown(findings, style).map(|one| finding(one, style, paint)).collect()
}

/// The rule's id is for those who look closer.
fn finding(finding: &Finding, style: &Style, paint: Paint) -> String {
    let colour = match finding.level {
        Level::Error => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Info => AnsiColor::Cyan,
    };
    let word = words::level(style.language, finding.level);
    let rule = if style.verbose { format!("[{}]", escape::line(&finding.rule)) } else { String::new() };
    let label = paint.with(colour, &format!("{word}{rule}:"));
    let mut text = format!("{label} {}\n", block(&finding.message, "  "));
    if let Some(place) = &finding.location {
        text.push_str(&format!("  {} {}\n", paint.with(AnsiColor::Blue, "-->"), escape::line(&place.to_string())));
        text.push_str(&excerpt(finding.excerpt.as_ref(), place, colour, paint));
    }
    if let Some(words) = &finding.help {
        text.push_str(&help(words, style.language, paint));
    }
    text
}

/// How much of a long line is shown: up to so many characters before the place, and so many from it on.
const BEFORE: usize = 48;
const FROM: usize = 64;

/// The line of a place, and below it an arrow under what is meant.
fn excerpt(excerpt: Option<&Excerpt>, place: &Location, colour: AnsiColor, paint: Paint) -> String {
    let (Some(excerpt), Some(line), Some(column)) = (excerpt, place.line, place.column) else { return String::new() };
    let at = column.saturating_sub(1);
    let start = at.saturating_sub(BEFORE);
    let part = |from: usize, count: usize| -> String {
        escape::line(&excerpt.line.chars().skip(from).take(count).collect::<String>().replace('\t', " "))
    };
    let (before, meant) = (part(start, at - start), part(at, excerpt.width.min(FROM)));
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let before = format!("{}{before}", cut(start > 0));
    let after = cut(excerpt.line.chars().count() > at + FROM);
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    let bar = paint.with(AnsiColor::Blue, "|");
    let number = paint.with(AnsiColor::Blue, &number);
    let arrow = paint.with(colour, &"^".repeat(table::width(&meant).max(1)));
    let gap = " ".repeat(table::width(&before));
    let shown = format!("{before}{}{after}", part(at, FROM));
    format!("  {gutter} {bar}\n  {number} {bar} {}\n  {gutter} {bar} {gap}{arrow}\n", shown.trim_end())
}

fn help(text: &str, language: Language, paint: Paint) -> String {
    let label = format!("{}:", words::help(language));
    let indent = " ".repeat(label.len() + 3);
    format!("  {} {}\n", paint.with(AnsiColor::Cyan, &label), block(text, &indent))
}

/// Text of more than one line, the further ones indented.
fn block(text: &str, indent: &str) -> String {
    escape::visible(text.trim_end()).lines().collect::<Vec<_>>().join(&format!("\n{indent}"))
}

/// Colours, or none.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, colour: AnsiColor, text: &str) -> String {
        self.style(Ansi::new().bold().fg_color(Some(colour.into())), text)
    }

    fn bold(self, text: &str) -> String {
        self.style(Ansi::new().bold(), text)
    }

    fn sign(self, mark: Mark) -> String {
        let colour = match mark {
            Mark::Good => AnsiColor::Green,
            Mark::Bad => AnsiColor::Red,
            Mark::Unknown => AnsiColor::Yellow,
            Mark::Pending => AnsiColor::Cyan,
            Mark::Plain => AnsiColor::BrightBlack,
        };
        self.with(colour, sign(mark))
    }

    fn style(self, style: Ansi, text: &str) -> String {
        if self.0 { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
