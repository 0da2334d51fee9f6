//! Conventional Commits 1.0.0, exactly: <https://www.conventionalcommits.org/en/v1.0.0/#specification>.
//!
//! Numbers in brackets are the rules of that specification.

use std::fmt;

/// What one conventional commit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The type in lower case (15): `feat`, `fix`, ….
    pub kind: String,
    /// What it concerns (4).
    pub scope: Option<String>,
    /// What was done, in a few words (5).
    pub description: String,
    /// Where it breaks something for callers: what, and how to go on (11–13).
    pub breaking: Option<String>,
    /// Everything between the first line and the footers (6, 7).
    pub body: String,
    /// Footers in their order, but for breaking changes (8–10).
    pub footers: Vec<Footer>,
}

/// A footer of a commit (8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    /// As written.
    pub token: String,
    /// One line or more.
    pub value: String,
}

/// Why a message is no conventional commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The first line does not begin with `type: ` or `type(scope): `.
    NoType,
    /// The parentheses of the scope hold nothing, or are not closed.
    BadScope,
    /// No space after the colon.
    NoSpace,
    /// More than one space after the colon.
    MoreSpace,
    /// Nothing after the colon.
    NoDescription,
    /// The second line is not blank (6).
    NoBlankLine,
    /// `BREAKING CHANGE:` without a description (12).
    EmptyBreaking,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoType => "the first line has no `type: ` or `type(scope): `",
            Self::BadScope => "the scope is empty or not closed",
            Self::NoSpace => "the colon has no space after it",
            Self::MoreSpace => "the colon has more than one space after it",
            Self::NoDescription => "the colon has no description after it",
            Self::NoBlankLine => "the second line is not blank",
            Self::EmptyBreaking => "`BREAKING CHANGE:` says nothing",
        })
    }
}

/// The parts of a first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) kind: &'a str,
    pub(super) scope: Option<&'a str>,
    pub(super) breaking: bool,
    pub(super) description: &'a str,
}

impl<'a> Header<'a> {
    /// Reads a first line (1–5, 13).
    pub(super) fn parse(line: &'a str) -> Result<Self, Flaw> {
        let header = Self::read(line)?;
        if header.description.starts_with(char::is_whitespace) { Err(Flaw::MoreSpace) } else { Ok(header) }
    }

    /// As [`Self::parse`], but further spaces before the description are left for the caller to see.
    pub(super) fn read(line: &'a str) -> Result<Self, Flaw> {
        let end = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).ok_or(Flaw::NoType)?;
        let (kind, rest) = line.split_at_checked(end).ok_or(Flaw::NoType)?;
        if !kind.starts_with(char::is_alphabetic) {
            return Err(Flaw::NoType);
        }
        let (scope, rest) = match rest.strip_prefix('(') {
            Some(inner) => {
                let (scope, rest) = inner.split_once(')').ok_or(Flaw::BadScope)?;
                if scope.trim().is_empty() || scope.contains('(') {
                    return Err(Flaw::BadScope);
                }
                (Some(scope.trim()), rest)
            }
            None => (None, rest),
        };
        let (breaking, rest) = rest.strip_prefix('!').map_or((false, rest), |rest| (true, rest));
        let rest = rest.strip_prefix(':').ok_or(Flaw::NoType)?;
        if rest.trim().is_empty() {
            return Err(Flaw::NoDescription);
        }
        let description = rest.strip_prefix(' ').ok_or(Flaw::NoSpace)?.trim_end();
        Ok(Self { kind, scope, breaking, description })
    }
}

/// Reads a message exactly by the specification; white space at the ends of lines does not matter.
///
/// # Errors
/// Why it is no conventional commit.
pub fn parse(message: &str) -> Result<Change, Flaw> {
    let (first, rest) = message.split_once('\n').unwrap_or((message, ""));
    let header = Header::parse(first)?;
    if rest.lines().next().is_some_and(|second| !second.trim().is_empty()) {
        return Err(Flaw::NoBlankLine);
    }
    let (body, footers) = split(rest);
    let breaking = footers.iter().filter(|footer| is_breaking(&footer.token));
    if breaking.clone().any(|footer| footer.value.is_empty()) {
        return Err(Flaw::EmptyBreaking);
    }
    let breaking = breaking.map(|footer| footer.value.as_str()).collect::<Vec<_>>().join("\n\n");
    Ok(Change::new(&header, breaking, body, footers))
}

impl Change {
    /// A change from its parts; an empty `breaking` means that only the header's `!` may say so (13).
    pub(super) fn new(header: &Header<'_>, breaking: String, body: String, mut footers: Vec<Footer>) -> Self {
        let description = header.description.trim().to_owned();
        let breaking = if breaking.is_empty() { header.breaking.then(|| description.clone()) } else { Some(breaking) };
        footers.retain(|footer| !is_breaking(&footer.token));
        Self {
            kind: header.kind.to_lowercase(),
            scope: header.scope.map(ToOwned::to_owned),
            description,
            breaking,
            body,
            footers,
        }
    }
}

/// `BREAKING CHANGE`, always in upper case (12, 15, 16).
pub(super) fn is_breaking(token: &str) -> bool {
    matches!(token, "BREAKING CHANGE" | "BREAKING-CHANGE")
}

/// The token of a footer's first line, and the beginning of its value (8, 9, 12).
pub(super) fn footer(line: &str) -> Option<(&str, &str)> {
    for token in ["BREAKING CHANGE", "BREAKING-CHANGE"] {
        if let Some(value) = line.strip_prefix(token).and_then(|rest| rest.strip_prefix(':')) {
            return (value.trim().is_empty() || value.starts_with(' ')).then(|| (token, value.trim()));
        }
    }
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
    let (token, rest) = line.split_at_checked(end)?;
    let value = rest.strip_prefix(": ").or_else(|| rest.strip_prefix(" #"))?.trim();
    (token.starts_with(|c: char| c.is_ascii_alphabetic()) && !value.is_empty()).then_some((token, value))
}

/// Parts what follows the first line into the body and the footers.
///
/// Footers begin behind a blank line (8). A value may hold blank lines (10), so only the writer could tell a footer from a
/// paragraph `Note: …`: they begin at the first paragraph of footers that has a breaking
/// change, or at the paragraph from which each one begins with a token.
fn split(rest: &str) -> (String, Vec<Footer>) {
    let lines: Vec<&str> = rest.lines().map(str::trim_end).collect();
    let begin = footers_begin(&lines);
    let (body, section) = lines.split_at_checked(begin).unwrap_or((&lines, &[]));
    let mut footers: Vec<Footer> = Vec::new();
    for line in section {
        match (footer(line), footers.last_mut()) {
            (Some((token, value)), _) => footers.push(Footer { token: token.to_owned(), value: value.to_owned() }),
            (None, Some(last)) => {
                last.value.push('\n');
                last.value.push_str(line);
            }
            (None, None) => {}
        }
    }
    for footer in &mut footers {
        footer.value = footer.value.trim().to_owned();
    }
    (body.join("\n").trim().to_owned(), footers)
}

/// The line at which the footers begin; the number of lines where there are none.
fn footers_begin(lines: &[&str]) -> usize {
    let blank_before =
        |at: usize| at.checked_sub(1).and_then(|before| lines.get(before)).is_none_or(|line| line.is_empty());
    let paragraphs: Vec<usize> = (0..lines.len())
        .filter(|at| blank_before(*at) && lines.get(*at).is_some_and(|line| !line.is_empty()))
        .collect();
    let is_footer = |at: &usize| lines.get(*at).is_some_and(|line| footer(line).is_some());
    let breaks = |at: &usize| {
        let paragraph = lines.iter().skip(*at).take_while(|line| !line.is_empty());
        paragraph.filter_map(|line| footer(line)).any(|(token, _)| is_breaking(token))
    };
    let breaking = paragraphs.iter().find(|at| is_footer(at) && breaks(at));
    let last_run = paragraphs.iter().rev().take_while(|at| is_footer(at)).last();
    [breaking, last_run].into_iter().flatten().min().copied().unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn shown(message: &str) -> String {
        match parse(message) {
            Err(flaw) => format!("{flaw:?}"),
            Ok(change) => {
                let scope = change.scope.map(|scope| format!("({scope})")).unwrap_or_default();
                let footers: Vec<String> =
                    change.footers.iter().map(|footer| format!("[{}={}]", footer.token, footer.value)).collect();
                let breaking = change.breaking.map(|text| format!(" BREAKS {text:?}")).unwrap_or_default();
                let body = if change.body.is_empty() { String::new() } else { format!(" / {:?}", change.body) };
                format!("{}{scope}: {}{breaking}{body}{}", change.kind, change.description, footers.concat())
            }
        }
    }

    // The examples of the specification, in its order.
    #[test_case("feat: allow provided config object to extend other configs\n\nBREAKING CHANGE: `extends` key in config file is now used for extending other config files"
        => "feat: allow provided config object to extend other configs BREAKS \"`extends` key in config file is now used for extending other config files\"")]
    #[test_case("feat!: send an email" => "feat: send an email BREAKS \"send an email\"")]
    #[test_case("feat(api)!: send an email" => "feat(api): send an email BREAKS \"send an email\"")]
    #[test_case("feat!: drop Node 6\n\nBREAKING CHANGE: use what Node 6 lacks." => "feat: drop Node 6 BREAKS \"use what Node 6 lacks.\"")]
    #[test_case("docs: correct spelling of CHANGELOG" => "docs: correct spelling of CHANGELOG")]
    #[test_case("feat(lang): add Polish language" => "feat(lang): add Polish language")]
    #[test_case("fix: prevent racing\n\nIntroduce an id.\n\nDismiss others.\n\nReviewed-by: Z\nRefs: #123"
        => "fix: prevent racing / \"Introduce an id.\\n\\nDismiss others.\"[Reviewed-by=Z][Refs=#123]")]
    // The corners.
    #[test_case("FEAT(API): x" => "feat(API): x"; "any case")]
    #[test_case("fix: x\n\nbreaking change: y" => "fix: x / \"breaking change: y\""; "not in lower case")]
    #[test_case("fix: x\n\nBREAKING-CHANGE: y" => "fix: x BREAKS \"y\""; "the synonym")]
    #[test_case("fix: x\n\nRefs: #1\nBREAKING CHANGE: y\nmore\n\neven more\nFixes #2" => "fix: x BREAKS \"y\\nmore\\n\\neven more\"[Refs=#1][Fixes=2]"; "a value ends at the next token")]
    #[test_case("fix: x\n\nBREAKING CHANGE: y\n\nsecond paragraph" => "fix: x BREAKS \"y\\n\\nsecond paragraph\""; "a value has paragraphs")]
    #[test_case("fix: x\n\nNote: not a footer.\n\nProse.\n\nRefs: #1" => "fix: x / \"Note: not a footer.\\n\\nProse.\"[Refs=#1]"; "prose with a colon")]
    #[test_case("fix: x\n\nbody\nBREAKING CHANGE: y" => "fix: x / \"body\\nBREAKING CHANGE: y\""; "in the middle of the body is none")]
    #[test_case("fix: x\n\nbreaking-change footer: y" => "fix: x / \"breaking-change footer: y\""; "words before the colon")]
    #[test_case("año: descripción" => "año: descripción"; "letters of any language")]
    #[test_case("fix: x\n \n body" => "fix: x / \"body\""; "white space is no text")]
    #[test_case("fix:x" => "NoSpace")]
    #[test_case("fix:  x" => "MoreSpace")]
    #[test_case("fix: " => "NoDescription")]
    #[test_case("fix :x" => "NoType")]
    #[test_case("fix !: x" => "NoType"; "space before the mark")]
    #[test_case("fix()! : x" => "BadScope")]
    #[test_case("fix(a: x" => "BadScope"; "not closed")]
    #[test_case("fix(a) !: x" => "NoType"; "space behind the scope")]
    #[test_case("(a): x" => "NoType"; "a scope alone")]
    #[test_case("Add a thing" => "NoType"; "no colon")]
    #[test_case("https://example.com" => "NoSpace"; "an address")]
    #[test_case("" => "NoType"; "nothing")]
    #[test_case("\nfix: x" => "NoType"; "a leading line end")]
    #[test_case("fix: x\nbody" => "NoBlankLine"; "no blank line")]
    #[test_case("fix: x\n\nBREAKING CHANGE:" => "EmptyBreaking"; "an empty breaking change")]
    fn reads(message: &str) -> String {
        shown(message)
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(message in "\\PC*(\n\\PC*){0,5}") {
            let _ = parse(&message);
        }

        #[test]
        fn what_is_written_by_the_rules_is_read_back(
            kind in "[a-z]{1,8}", scope in proptest::option::of("[a-z/]{1,8}"), mark: bool, description in "[a-z][a-z :!]{0,20}[a-z]",
            body in "([A-Z][a-z ]{1,20}[a-z](\n\n)?)?", token in "[A-Z][a-z]{1,5}(-[a-z]{1,5})?", value in "[a-z]{1,9}",
        ) {
            let body = body.trim();
            let head = format!("{kind}{}{}", scope.as_ref().map(|scope| format!("({scope})")).unwrap_or_default(), if mark { "!" } else { "" });
            let message = format!("{head}: {description}\n\n{body}\n\n{token}: {value}");
            let change = parse(&message).unwrap();
            proptest::prop_assert_eq!((change.kind, change.scope), (kind, scope));
            proptest::prop_assert_eq!(change.breaking, mark.then(|| description.clone()));
            proptest::prop_assert_eq!((change.description, change.body.as_str()), (description, body));
            proptest::prop_assert_eq!(change.footers, [Footer { token, value }]);
        }
    }
}
