//! Text from outside made harmless for the place it is printed: terminal, Markdown, workflow commands.
//!
//! Commit messages, names and answers of APIs are written by others. What a person reads shall be what is there, and no
//! program that reads along (a terminal, GitHub's runner, a Markdown renderer) shall take it for an order.

/// The text as a person sees it: without terminal sequences, control characters, and characters that reorder or hide text.
/// Line ends become `\n`, a tab becomes a space.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_sequence(&mut rest),
            '\r' if rest.as_str().starts_with('\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => seen.push('\n'),
            '\t' => seen.push(' '),
            c if is_hidden(c) => {}
            c => seen.push(c),
        }
    }
    seen
}

/// As [`visible`], on one line.
#[must_use]
pub fn line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// Skips the rest of a colour or cursor sequence (ECMA-48 §5.4, `ESC [ … final`). Any other sequence stays readable: one that
/// is never closed must not swallow the text behind it.
fn skip_sequence(rest: &mut std::str::Chars<'_>) {
    let Some(parameters) = rest.as_str().strip_prefix('[') else { return };
    let end = parameters.trim_start_matches(|c| ('\u{20}'..='\u{3f}').contains(&c));
    let mut after = end.chars();
    if after.next().is_some_and(|c| ('\u{40}'..='\u{7e}').contains(&c)) {
        *rest = after;
    }
}

/// Characters that a reader cannot see, or that change the order in which the others are shown: control characters (C0, DEL,
/// C1), bidirectional controls (UAX #9), zero-width and default-ignorable ones, and the tag characters that smuggle text.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A piece of one line of GitHub Flavored Markdown that shows exactly this text: also in a table's cell, and without calling
/// anybody by `@name`.
#[must_use]
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => safe.extend(['\\', c]),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' if rest.as_str().starts_with(|c: char| c.is_ascii_alphanumeric()) => safe.push_str("@&#8203;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Text of any number of lines, in which GitHub's runner finds no command: it takes `::name::` at a line's beginning, after
/// white space too, and `##[name]` anywhere in a line for one (actions/runner, `ActionCommand`).
#[must_use]
pub fn inert(text: &str) -> String {
    text.split_inclusive(['\n', '\r'])
        .map(|line| {
            let body = line.trim_start();
            let indent = line.strip_suffix(body).unwrap_or_default();
            match body.strip_prefix("::") {
                Some(command) => format!("{indent}: :{}", without_brackets(command)),
                None => without_brackets(line),
            }
        })
        .collect()
}

fn without_brackets(line: &str) -> String {
    line.replace("##[", "# #[")
}

/// The data of a workflow command, behind its second `::`.
#[must_use]
pub fn command_data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a workflow command's property.
#[must_use]
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}
