//! What a commit message says, read as people write it: strictly where that is possible, else with what was made allowance for.
//!
//! Nothing is taken silently: every departure from the specification is a [`Remark`], shown by `zarpe next --explain`.

use std::borrow::Cow;
use std::fmt;

use super::conventional::{Change, Flaw, Header, footer, is_breaking, parse};

/// What a message says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What it says was changed, the commit's own first line first; none where it is not conventional.
    pub changes: Vec<Change>,
    /// How the reading departs from the specification.
    pub remarks: Vec<Remark>,
    /// Why the first line is none of a conventional commit.
    pub flaw: Option<Flaw>,
}

/// A departure from the specification, or something that was seen and not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Lines end with CR LF.
    CrLf,
    /// Blank lines before the first.
    LeadingBlank,
    /// More than one space after the colon.
    MoreSpace,
    /// The second line is not blank.
    NoBlankLine,
    /// `BREAKING CHANGE:` in the middle of a paragraph or of a list: taken.
    BreakingInBody,
    /// `BREAKING CHANGE:` without a description: taken.
    EmptyBreaking,
    /// `BREAKING CHANGE:` under a first line that is not conventional: taken.
    BreakingAlone,
    /// `breaking change:` in lower case: not taken.
    LowerCaseBreaking,
    /// The first line is that of `git revert`.
    Revert,
    /// The first line is that of a revert of a revert: it brings this back.
    Reapply,
    /// A list item of a squashed commit's body: taken as a commit.
    Squashed(String),
    /// The text between `BEGIN_COMMIT_OVERRIDE` and `END_COMMIT_OVERRIDE` stands for the message.
    Override,
    /// `BEGIN_COMMIT_OVERRIDE` without its end: not taken.
    OverrideNotClosed,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CrLf => "line ends are CR LF",
            Self::LeadingBlank => "blank lines come before the first line",
            Self::MoreSpace => "more than one space after the colon",
            Self::NoBlankLine => "the second line is not blank",
            Self::BreakingInBody => "`BREAKING CHANGE:` stands in the middle of the body, and is taken",
            Self::EmptyBreaking => "`BREAKING CHANGE:` says nothing, and is taken",
            Self::BreakingAlone => "`BREAKING CHANGE:` is taken although the first line is not conventional",
            Self::LowerCaseBreaking => "`breaking change:` is not in upper case, and is not taken",
            Self::Revert => "a revert by `git revert`",
            Self::Reapply => "a revert of a revert brings it back",
            Self::Squashed(header) => return write!(f, "a list item of the body is taken as a commit: {header}"),
            Self::Override => "BEGIN_COMMIT_OVERRIDE stands for the message",
            Self::OverrideNotClosed => "BEGIN_COMMIT_OVERRIDE has no END_COMMIT_OVERRIDE, and is not taken",
        })
    }
}

impl Reading {
    /// Reads a message.
    #[must_use]
    pub fn of(message: &str) -> Self {
        let mut reading = Self::default();
        let text = reading.tidied(message);
        match reading.overridden(&text) {
            Some(messages) => messages.iter().for_each(|message| reading.read(message)),
            None => reading.read(&text),
        }
        reading
    }

    /// The message with plain line ends and without blank lines before it.
    fn tidied<'a>(&mut self, message: &'a str) -> Cow<'a, str> {
        let crlf = message.contains("\r\n");
        let text = if crlf { Cow::Owned(message.replace("\r\n", "\n")) } else { Cow::Borrowed(message) };
        self.remark_if(crlf, Remark::CrLf);
        let begin = text.find(|c: char| !c.is_whitespace()).unwrap_or(text.len());
        self.remark_if(text.get(..begin).is_some_and(|blank| blank.contains('\n')), Remark::LeadingBlank);
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// The messages that stand for this one: release-please's way to correct a merged commit in its pull request's text.
    fn overridden(&mut self, text: &str) -> Option<Vec<String>> {
        let (_, rest) = text.split_once("BEGIN_COMMIT_OVERRIDE")?;
        let Some((inner, _)) = rest.split_once("END_COMMIT_OVERRIDE") else {
            self.remarks.push(Remark::OverrideNotClosed);
            return None;
        };
        self.remarks.push(Remark::Override);
        let mut messages: Vec<String> = Vec::new();
        for line in inner.trim().lines() {
            // A footer (`Refs: #1`) has the form of a first line; only its upper case tells them apart.
            let begins = Header::read(line).is_ok() && line.starts_with(char::is_lowercase);
            match messages.last_mut() {
                Some(last) if !begins => {
                    last.push('\n');
                    last.push_str(line);
                }
                _ => messages.push(line.to_owned()),
            }
        }
        Some(messages)
    }

    /// Reads one message, and what a squash put into its body.
    fn read(&mut self, text: &str) {
        let (own, squashed) = unsquashed(text);
        self.read_one(&own, true);
        for item in squashed {
            let header = item.lines().next().unwrap_or_default();
            self.remarks.push(Remark::Squashed(header.to_owned()));
            self.read_one(&item, false);
        }
    }

    fn read_one(&mut self, text: &str, own: bool) {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let quoted = quoted(first).map(|(inner, remark)| {
            let first = if remark == Remark::Revert { format!("revert: {inner}") } else { inner.to_owned() };
            self.remarks.push(remark);
            first
        });
        let breaking = self.breaking_in_body(rest);
        let parsed = match &quoted {
            Some(first) => parse(&format!("{first}\n{rest}")),
            None => parse(text),
        };
        let first = quoted.as_deref().unwrap_or(first);
        match parsed {
            Ok(mut change) => {
                if let Some(text) = breaking {
                    change.breaking = Some(text);
                }
                self.changes.push(change);
            }
            Err(flaw) => self.read_loosely(first, rest, breaking, flaw, own),
        }
    }

    /// Reads what the specification refuses.
    fn read_loosely(&mut self, first: &str, rest: &str, breaking: Option<String>, flaw: Flaw, own: bool) {
        let apart = format!("x: x\n\n{}", rest.trim_start_matches('\n'));
        let below = parse(&apart).ok();
        let breaking = breaking.or_else(|| below.as_ref()?.breaking.clone());
        let (body, footers) = below.map_or((rest.trim().to_owned(), Vec::new()), |below| (below.body, below.footers));
        match Header::read(first) {
            Ok(header) => {
                self.remark_if(header.description.starts_with(char::is_whitespace), Remark::MoreSpace);
                self.remark_if(
                    rest.lines().next().is_some_and(|second| !second.trim().is_empty()),
                    Remark::NoBlankLine,
                );
                let empty = flaw == Flaw::EmptyBreaking || breaking.as_deref() == Some("");
                self.remark_if(empty, Remark::EmptyBreaking);
                let breaking = if empty { header.description.trim().to_owned() } else { breaking.unwrap_or_default() };
                self.changes.push(Change::new(&header, breaking, body, footers));
            }
            Err(_) => {
                if own {
                    self.flaw = Some(flaw);
                }
                if let Some(text) = breaking.filter(|text| !text.is_empty()) {
                    self.remarks.push(Remark::BreakingAlone);
                    let header = Header { kind: "", scope: None, breaking: true, description: first };
                    self.changes.push(Change::new(&header, text, body, footers));
                }
            }
        }
    }

    /// The text of a breaking change that does not stand where footers stand: within a paragraph, or as an item of a list.
    fn breaking_in_body(&mut self, rest: &str) -> Option<String> {
        let word = b"breaking";
        if !rest.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)) {
            return None;
        }
        let strictly = parse(&format!("x: x\n\n{}", rest.trim_start_matches('\n')));
        let lower = |line: &str| line.trim_start().to_ascii_lowercase().starts_with("breaking change:");
        let mut found = Vec::new();
        let mut lines = rest.lines().peekable();
        while let Some(line) = lines.next() {
            let bare = line.trim_start().trim_start_matches(['*', '-', '#']).trim_start().trim_start_matches("**");
            match footer(bare) {
                Some((token, value)) if is_breaking(token) => {
                    let mut text = value.trim_start_matches("**").trim().to_owned();
                    while let Some(more) = lines.next_if(|next| !next.trim().is_empty() && footer(next).is_none()) {
                        text.push('\n');
                        text.push_str(more.trim_end());
                    }
                    found.push(text);
                }
                _ => self.remark_if(lower(line) && !line.contains("BREAKING CHANGE:"), Remark::LowerCaseBreaking),
            }
        }
        let already =
            matches!(&strictly, Ok(change) if change.breaking.is_some()) || strictly == Err(Flaw::EmptyBreaking);
        if found.is_empty() || already {
            return None;
        }
        self.remarks.push(Remark::BreakingInBody);
        Some(found.join("\n\n").trim().to_owned())
    }

    fn remark_if(&mut self, holds: bool, remark: Remark) {
        if holds && !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

/// What git's `Revert "…"` is about. Two reverts, or git's `Reapply "…"`, bring it back.
fn quoted(first: &str) -> Option<(&str, Remark)> {
    let between = |prefix: &str| Some(first.strip_prefix(prefix)?.rsplit_once('"')?.0);
    if let Some(inner) = between("Reapply \"") {
        return Some((inner, Remark::Reapply));
    }
    let inner = between("Revert \"")?;
    match inner.strip_prefix("Revert \"").and_then(|rest| rest.rsplit_once('"')) {
        Some((twice, _)) => Some((twice, Remark::Reapply)),
        None => {
            Some((inner.strip_prefix("Reapply \"").map_or(inner, |rest| rest.trim_end_matches('"')), Remark::Revert))
        }
    }
}

/// The message without the commits that GitHub listed in it when it squashed them (`* feat: x`), and these.
fn unsquashed(text: &str) -> (Cow<'_, str>, Vec<String>) {
    if !text.contains("\n* ") && !text.starts_with("* ") {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut own = String::new();
    let mut items: Vec<String> = Vec::new();
    for line in text.lines() {
        let item =
            line.strip_prefix("* ").filter(|item| Header::parse(item).is_ok() && item.starts_with(char::is_lowercase));
        match (item, items.last_mut()) {
            (Some(item), _) => items.push(format!("{item}\n")),
            (None, Some(last)) => {
                last.push('\n');
                last.push_str(line);
            }
            (None, None) => {
                own.push_str(line);
                own.push('\n');
            }
        }
    }
    (Cow::Owned(own), items)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn shown(message: &str) -> String {
        let reading = Reading::of(message);
        let changes = reading.changes.iter().map(|change| {
            let breaking = change.breaking.as_ref().map(|text| format!(" BREAKS {text:?}")).unwrap_or_default();
            format!("{}: {}{breaking}", change.kind, change.description)
        });
        let remarks = reading.remarks.iter().map(|remark| format!("{remark:?}"));
        let flaw = reading.flaw.iter().map(|flaw| format!("({flaw:?})"));
        changes.chain(remarks).chain(flaw).collect::<Vec<_>>().join("; ")
    }

    #[test_case("fix: x\n\nbody\n" => "fix: x"; "strict needs no remark")]
    #[test_case("fix: x\r\n\r\nbody\r\n" => "fix: x; CrLf")]
    #[test_case("\n\nfix: x" => "fix: x; LeadingBlank")]
    #[test_case("fix:  x" => "fix: x; MoreSpace")]
    #[test_case("fix: x\nbody" => "fix: x; NoBlankLine")]
    #[test_case("fix: x\nBREAKING CHANGE: y" => "fix: x BREAKS \"y\"; NoBlankLine"; "a footer without its blank line")]
    #[test_case("fix: x\n\nsome text\nBREAKING CHANGE: y\nand more\n\nend" => "fix: x BREAKS \"y\\nand more\"; BreakingInBody")]
    #[test_case("fix: x\n\n- a\n- BREAKING CHANGE: y" => "fix: x BREAKS \"y\"; BreakingInBody"; "in a list")]
    #[test_case("fix: x\n\nBREAKING CHANGE:" => "fix: x BREAKS \"x\"; EmptyBreaking")]
    #[test_case("fix: x\n\nbreaking change: y" => "fix: x; LowerCaseBreaking")]
    #[test_case("Rewrite it\n\nBREAKING CHANGE: y" => ": Rewrite it BREAKS \"y\"; BreakingAlone; (NoType)")]
    #[test_case("Revert \"feat: x\"\n\nThis reverts commit 1234567." => "revert: feat: x; Revert")]
    #[test_case("Reapply \"feat: x\"" => "feat: x; Reapply")]
    #[test_case("Revert \"Revert \"feat: x\"\"" => "feat: x; Reapply"; "reverted twice")]
    #[test_case("Revert \"Reapply \"feat: x\"\"" => "revert: feat: x; Revert"; "reverted thrice")]
    #[test_case("Export (#12)\n\n* feat: start\n\n* fix!: y\n\nBREAKING CHANGE: z" => "feat: start; fix: y BREAKS \"z\"; Squashed(\"feat: start\"); Squashed(\"fix!: y\"); (NoType)")]
    #[test_case("feat: export (#12)\n\n* feat: start\n* typo" => "feat: export (#12); feat: start; Squashed(\"feat: start\")"; "squashed under a conventional title")]
    #[test_case("fix: x\n\nBEGIN_COMMIT_OVERRIDE\nfeat: y\n\nRefs: #1\nchore: z\nEND_COMMIT_OVERRIDE\n" => "feat: y; chore: z; Override")]
    #[test_case("fix: x\n\nBEGIN_COMMIT_OVERRIDE\nfeat: y" => "fix: x; OverrideNotClosed")]
    #[test_case("Merge branch 'x'" => "(NoType)")]
    #[test_case("fixup! feat: x" => "(NoType)")]
    #[test_case("" => "(NoType)")]
    fn reads(message: &str) -> String {
        shown(message)
    }

    proptest::proptest! {
        /// The lenient layer adds to the specification and changes nothing of it.
        #[test]
        fn what_the_specification_reads_is_read_the_same(
            message in "(feat|fix)(\\(a\\))?!?: x(\n\n[A-Za-z: #]{0,12}(\n[a-z: ]{0,9})?){0,3}",
        ) {
            if let Ok(strict) = parse(message.trim()) {
                let reading = Reading::of(&message);
                let first = &reading.changes[0];
                proptest::prop_assert_eq!((&first.kind, &first.description), (&strict.kind, &strict.description));
                proptest::prop_assert!(strict.breaking.is_none() || first.breaking == strict.breaking);
            }
        }

        #[test]
        fn any_message_is_read(message in "\\PC*(\r?\n\\PC*){0,6}") {
            let _ = Reading::of(&message);
        }
    }
}
