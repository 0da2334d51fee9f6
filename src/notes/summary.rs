//! The notes in few lines of plain text, for the message of a tag: how much of what, and the first of what matters most.

use super::{Entry, Kind, Section, Words};
use crate::output::escape;
use crate::version::ApiChange;

/// How many entries of a section are told, and how many characters of each.
const ENTRIES: usize = 5;
const CHARACTERS: usize = 100;

/// How many commits there are since the last release.
#[must_use]
pub fn commits(count: usize, previous: Option<&str>, words: &Words) -> String {
    let since = previous.map_or_else(String::new, |previous| format!(" {} {previous}", words.since));
    format!("{}{since}", words.count(count))
}

/// The summary of notes; empty where nothing is in them. The same notes make the same bytes.
#[must_use]
pub fn summary(sections: &[Section], api: &[ApiChange], words: &Words) -> String {
    let mut counts: Vec<(&str, usize)> =
        sections.iter().map(|section| (section.heading.as_str(), section.entries.len())).collect();
    if !api.is_empty() {
        counts.push((words.api.as_str(), api.len()));
    }
    // Parentheses: nothing that ends a message may read as one of git's trailers (`Key: value`).
    let counts: Vec<String> = counts.into_iter().map(|(heading, count)| format!("{heading}: {count}")).collect();
    let mut paragraphs = if counts.is_empty() { Vec::new() } else { vec![format!("({})", counts.join(", "))] };
    for section in sections.iter().filter(|section| matches!(section.kind, Kind::Breaking | Kind::Features)) {
        let mut lines = vec![format!("{}:", section.heading)];
        lines.extend(section.entries.iter().take(ENTRIES).map(line));
        let rest = section.entries.len().saturating_sub(ENTRIES);
        lines.extend((rest > 0).then(|| format!("- … +{rest}")));
        paragraphs.push(lines.join("\n"));
    }
    paragraphs.join("\n\n")
}

/// An entry on one line; it begins with a dash, so that it is no comment and no trailer of git's.
fn line(entry: &Entry) -> String {
    let scope = entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default();
    let text = escape::visible(&format!("{scope}{}", entry.description)).replace('\n', " ");
    let mut shown: String = text.chars().take(CHARACTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let number = entry.pull_request.map(|number| format!(" (#{number})")).unwrap_or_default();
    format!("- {}{number}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Language;
    use crate::history::Sha;

    fn entry(description: &str) -> Entry {
        Entry {
            commit: Sha::parse(&"a".repeat(40)).unwrap(),
            kind: "feat".to_owned(),
            scope: Some("api".to_owned()),
            description: description.to_owned(),
            pull_request: Some(7),
            title: None,
            labels: Vec::new(),
            upgrade: None,
            issues: Vec::new(),
            authors: Vec::new().into(),
        }
    }

    fn section(kind: Kind, count: usize) -> Section {
        let heading = Words::default().heading(kind).to_owned();
        Section { kind, heading, entries: (1..=count).map(|number| entry(&format!("change {number}"))).collect() }
    }

    #[test]
    fn it_counts_everything_and_names_what_breaks_and_what_is_new() {
        let sections = [section(Kind::Breaking, 1), section(Kind::Features, 7), section(Kind::Fixes, 2)];
        let text = "(Breaking changes: 1, Features: 7, Fixes: 2)\n\n\
            Breaking changes:\n- api: change 1 (#7)\n\n\
            Features:\n- api: change 1 (#7)\n- api: change 2 (#7)\n- api: change 3 (#7)\n- api: change 4 (#7)\n\
            - api: change 5 (#7)\n- … +2";
        assert_eq!(summary(&sections, &[], &Words::default()), text);
        assert_eq!(commits(1, Some("v1.0.0"), &Words::of(Language::Es)), "1 commit desde v1.0.0");
        assert_eq!(commits(2, None, &Words::default()), "2 commits");
        assert_eq!(summary(&[], &[], &Words::default()), "");
    }

    #[test]
    fn a_long_title_is_cut() {
        let sections =
            [Section { kind: Kind::Features, heading: "Features".to_owned(), entries: vec![entry(&"ñ".repeat(200))] }];
        let text = summary(&sections, &[], &Words::default());
        assert_eq!(text.lines().last().map(|line| line.chars().count()), Some(2 + 100 + 1 + 5));
    }

    proptest! {
        /// Whatever a title holds, it stays on its own line and gives no orders.
        #[test]
        fn a_title_is_one_line(title in "[\\PC\n\r\u{1b}\u{202e}]{0,40}") {
            let sections = [Section { kind: Kind::Features, heading: "Features".to_owned(), entries: vec![entry(&title)] }];
            let text = summary(&sections, &[], &Words::default());
            prop_assert_eq!(text.lines().count(), 4);
            prop_assert!(text.lines().last().unwrap().starts_with("- api: "));
            let gives_orders = text.contains(['\u{1b}', '\u{202e}', '\r']);
            prop_assert!(!gives_orders);
        }
    }
}
