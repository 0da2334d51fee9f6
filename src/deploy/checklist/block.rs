//! A block of code in a checklist: a command, or what only shows something.

use pulldown_cmark::CodeBlockKind;

use super::slug::{slug, words_of};

/// The languages of blocks that show something and are not to be run.
const SAMPLES: [&str; 14] = [
    "markdown", "md", "mermaid", "plantuml", "json", "xml", "html", "csv", "diff", "log", "yaml", "yml", "toml", "ini",
];

/// Whether it shows something.
pub(super) fn is_no_command(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(words) = kind else { return false };
    let language = words.split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
    SAMPLES.contains(&language.as_str())
}

/// The lines of a command, but for those that are empty, one behind the other.
pub(super) fn in_one_line(text: &str) -> String {
    let mut whole = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let goes_on = whole.is_empty() || whole.ends_with(' ');
        whole.push_str(if goes_on { "" } else { "; " });
        whole.push_str(line.strip_suffix('\\').unwrap_or(line));
    }
    whole.trim_end().to_owned()
}

/// What a command is named by: its first words, as far as it has any.
pub(super) fn command(line: &str) -> String {
    Some(slug(line, 6)).filter(|name| !name.is_empty()).unwrap_or_else(|| words_of(line))
}

/// Whether it is a list of tasks, which nobody runs.
pub(super) fn is_task_list(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let is_task = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['-', '*', '+', '.', ')']);
        rest.is_some_and(|rest| ["[ ]", "[x]", "[X]"].iter().any(|mark| rest.trim_start().starts_with(mark)))
    };
    lines.peek().is_some() && lines.all(is_task)
}
