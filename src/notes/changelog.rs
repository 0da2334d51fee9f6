//! A release's entry in a changelog that people write too, <https://keepachangelog.com/en/1.1.0/>.
//!
//! The file stays what it is: an entry is put between its lines, in the style of its other entries, and nothing of what
//! stands there is written anew. What cannot be read is refused with its line.

use jiff::civil::Date;
use semver::Version;

/// A release as the changelog has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its version.
    pub version: Version,
    /// Its day.
    pub date: Date,
    /// What changed, in Markdown, with headings of the third level.
    pub body: String,
    /// Address of the page that compares it with the release before, where it is known.
    pub compare: Option<String>,
    /// Address of the page that compares what comes with it, where it is known.
    pub compare_next: Option<String>,
}

/// A line that is none of a changelog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// The heading of what is not released yet, in the languages of those who write it.
const UNRELEASED: [&str; 3] = ["unreleased", "no publicado", "sin publicar"];

/// A new changelog without any release.
pub const EMPTY: &str = "# Changelog\n\n\
     The form is [Keep a Changelog](https://keepachangelog.com/en/1.1.0/), the numbers are \
     [Semantic Versions](https://semver.org/spec/v2.0.0.html).\n\n\
     ## [Unreleased]\n";

/// The changelog with the release's entry. The same text where it has one already: whoever wrote or changed it knew why.
///
/// What people wrote under *Unreleased* becomes the entry as they wrote it; only where there is nothing of theirs, `body` does.
///
/// # Errors
/// A heading of the second level that names no version.
pub fn with_release(text: &str, release: &Release) -> Result<String, Unreadable> {
    let file = File::parse(text)?;
    if file.sections.iter().any(|section| section.version.as_ref() == Some(&release.version)) {
        return Ok(text.to_owned());
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let at = file.place(&release.version);
    let adopted = file.unreleased().filter(|section| section.end == at);
    let written =
        adopted.map(|section| text.get(section.body..section.end).unwrap_or_default().trim_matches(LINE_ENDS));
    let heading = file.heading(release);
    let entry = match written.filter(|written| !written.is_empty()) {
        Some(written) => format!("{heading}{line_end}{line_end}{written}{line_end}"),
        None => format!("{heading}\n\n{}\n", release.body.trim_end()).replace('\n', line_end),
    };
    // Where the text of people moves under the new heading, the old one stays, with nothing below it.
    let before = text.get(..adopted.map_or(at, |section| section.body)).unwrap_or(text).trim_end_matches(LINE_ENDS);
    let after = text.get(at..).unwrap_or_default();
    let gap = format!("{line_end}{line_end}");
    let joined = match (before.is_empty(), after.is_empty()) {
        (true, _) => format!("{entry}{line_end}{after}"),
        (false, true) => format!("{before}{gap}{entry}"),
        (false, false) => format!("{before}{gap}{entry}{line_end}{after}"),
    };
    Ok(with_links(&joined, release, line_end))
}

const LINE_ENDS: [char; 2] = ['\r', '\n'];

/// What a changelog consists of; places are offsets in bytes.
struct File<'a> {
    sections: Vec<Section<'a>>,
    /// Where the definitions of links at the end begin, or the end.
    foot: usize,
}

struct Section<'a> {
    /// The heading's line, without its end.
    heading: &'a str,
    /// `None`: what is not released yet.
    version: Option<Version>,
    begin: usize,
    /// After the heading's line.
    body: usize,
    end: usize,
}

impl<'a> File<'a> {
    fn parse(text: &'a str) -> Result<Self, Unreadable> {
        let mut sections: Vec<Section<'a>> = Vec::new();
        let (mut at, mut foot, mut fence, mut above) = (0, text.len(), None::<(&str, usize)>, "");
        for (number, whole) in text.split_inclusive('\n').enumerate() {
            let line = whole.trim_end_matches(LINE_ENDS);
            let unreadable = |why: String| Unreadable { line: number + 1, why };
            match fence {
                Some((mark, _)) => fence = fence.filter(|_| !closes(line, mark)),
                None => {
                    fence = opens(line).map(|mark| (mark, number + 1));
                    if is_underline(line) && !above.trim().is_empty() && !above.starts_with(['#', '|', '-']) {
                        return Err(unreadable(format!("`{above}` is underlined: write it as `## {above}`")));
                    }
                    if let Some(title) = line.strip_prefix("## ") {
                        let version = version_of(title).map_err(unreadable)?;
                        if version.is_none() && sections.iter().any(|section| section.version.is_none()) {
                            return Err(unreadable(format!("there is a second `## {title}`: make them one")));
                        }
                        sections.push(Section { heading: line, version, begin: at, body: at + whole.len(), end: at });
                    }
                    if definition(line).is_none() && !line.trim().is_empty() {
                        foot = text.len();
                    } else if definition(line).is_some() && foot == text.len() {
                        foot = at;
                    }
                }
            }
            above = line;
            at += whole.len();
        }
        if let Some((mark, line)) = fence {
            return Err(Unreadable { line, why: format!("the block that begins with {mark} has no end") });
        }
        let begins: Vec<usize> = sections.iter().skip(1).map(|section| section.begin).chain([foot]).collect();
        for (section, end) in sections.iter_mut().zip(begins) {
            section.end = end.max(section.body);
        }
        Ok(Self { sections, foot })
    }

    fn unreleased(&self) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.version.is_none())
    }

    /// Before the first release that is older.
    fn place(&self, version: &Version) -> usize {
        let older = |section: &&Section<'_>| section.version.as_ref().is_some_and(|other| other < version);
        self.sections.iter().find(older).map_or(self.foot, |section| section.begin)
    }

    /// The new heading in the form that the others have: brackets, a `v`, and how the day stands.
    fn heading(&self, release: &Release) -> String {
        let other = self.sections.iter().find(|section| section.version.is_some()).map(|section| section.heading);
        let bracketed = other.is_none_or(|other| other.starts_with("## ["));
        let is_v = other.is_some_and(|other| other.trim_start_matches(['#', ' ', '[']).starts_with('v'));
        let name = format!("{}{}", if is_v { "v" } else { "" }, release.version);
        let linked = other.is_some_and(|other| other.contains("]("));
        let name = match (bracketed, release.compare.as_ref().filter(|_| linked)) {
            (true, Some(address)) => format!("[{name}]({address})"),
            (true, None) => format!("[{name}]"),
            (false, _) => name,
        };
        let in_parentheses = other.is_some_and(|other| other.ends_with(')') && !other.contains(" - "));
        if in_parentheses { format!("## {name} ({})", release.date) } else { format!("## {name} - {}", release.date) }
    }
}

/// The version that a heading names; `None` for what is not released yet.
fn version_of(title: &str) -> Result<Option<Version>, String> {
    let name = title.trim().trim_start_matches('[');
    let name = name.split([' ', ']', '(']).next().unwrap_or_default();
    if let Ok(version) = Version::parse(name.strip_prefix('v').unwrap_or(name)) {
        return Ok(Some(version));
    }
    let plain = title.trim().trim_start_matches('[').split(']').next().unwrap_or_default().trim().to_lowercase();
    if UNRELEASED.contains(&plain.as_str()) {
        return Ok(None);
    }
    Err(format!("the heading `{title}` names no version: write `[1.2.3] - 2026-01-31`, or `[Unreleased]`"))
}

/// What begins a block of code or a comment of more than this line: the whole run of its marks, for a longer one is needed to end it.
fn opens(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(COMMENT) {
        return (!rest.contains("-->")).then_some(COMMENT);
    }
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let run = line.get(..line.len() - line.trim_start_matches(mark).len())?;
    // A line such as ```code``` is a span, and opens nothing.
    (run.len() >= 3 && !(mark == '`' && line.get(run.len()..)?.contains(mark))).then_some(run)
}

const COMMENT: &str = "<!--";

fn closes(line: &str, mark: &str) -> bool {
    if mark == COMMENT {
        return line.contains("-->");
    }
    let line = line.trim();
    line.starts_with(mark) && mark.chars().next().is_some_and(|mark| line.trim_start_matches(mark).is_empty())
}

/// A line that makes the one above it a heading of the second level.
fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 2 && line.bytes().all(|byte| byte == b'-')
}

/// Name and address of a link's definition.
fn definition(line: &str) -> Option<(&str, &str)> {
    let (name, address) = line.strip_prefix('[')?.split_once("]: ")?;
    Some((name, address.trim()))
}

/// Where the file keeps the addresses of its headings in definitions at its end, the new heading gets its own.
fn with_links(text: &str, release: &Release, line_end: &str) -> String {
    let names_release = |line: &str| {
        definition(line).is_some_and(|(name, _)| matches!(version_of(name), Ok(Some(_))) && !name.contains(' '))
    };
    let (Some(compare), Some(old)) = (&release.compare, text.lines().find(|line| names_release(line))) else {
        return text.to_owned();
    };
    let prefix = if old.starts_with("[v") { "v" } else { "" };
    let mut own = Some(format!("[{prefix}{}]: {compare}{line_end}", release.version));
    let mut made = String::with_capacity(text.len() + 200);
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(LINE_ENDS);
        match (definition(line), &release.compare_next) {
            (Some((name, _)), Some(next)) if UNRELEASED.contains(&name.to_lowercase().as_str()) => {
                made.push_str(&format!("[{name}]: {next}{line_end}"));
            }
            _ => {
                if names_release(line) {
                    made.extend(own.take());
                }
                made.push_str(whole);
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = "### Features\n\n- list the cargo\n";

    fn add(text: &str, version: &str) -> Result<String, Unreadable> {
        let version = Version::parse(version).unwrap();
        let release = Release {
            date: jiff::civil::date(2026, 11, 24),
            body: BODY.to_owned(),
            compare: Some(format!("https://x/compare/old...v{version}")),
            compare_next: Some(format!("https://x/compare/v{version}...HEAD")),
            version,
        };
        with_release(text, &release)
    }

    #[test]
    fn a_new_file_gets_its_first_entry() {
        let made = add(EMPTY, "0.1.0").unwrap();
        assert!(
            made.ends_with("## [Unreleased]\n\n## [0.1.0] - 2026-11-24\n\n### Features\n\n- list the cargo\n"),
            "{made}"
        );
    }

    #[test]
    fn what_people_wrote_becomes_the_entry_as_they_wrote_it() {
        let text = "# Changes\n\n## [Unreleased]\n\n### Added\n\n-  odd   spacing \n\n```\n## not a heading\n```\n\n## [1.0.0] - 2026-01-01\n\n- first\n";
        let expected = "# Changes\n\n## [Unreleased]\n\n## [1.1.0] - 2026-11-24\n\n### Added\n\n-  odd   spacing \n\n```\n## not a heading\n```\n\n## [1.0.0] - 2026-01-01\n\n- first\n";
        assert_eq!(add(text, "1.1.0").unwrap(), expected);
    }

    #[test]
    fn no_heading_stands_in_a_comment_or_in_a_longer_fence() {
        let hidden = [
            "<!--\n## [Unreleased]\n-->",
            "<!-- ## a\n## [9.9.9]\n--> x",
            "````\n```\n## [9.9.9]\n````",
            "~~~md\n```\n~~~",
        ];
        for hidden in hidden {
            let text = format!("# C\n\n{hidden}\n\n## [1.0.0] - 2026-01-01\n\n- a\n");
            let made = add(&text, "1.1.0").unwrap();
            let entry = "## [1.1.0] - 2026-11-24\n\n### Features\n\n- list the cargo\n\n";
            assert_eq!(made.replacen(entry, "", 1), text, "{made}");
            assert!(made.contains(&format!("{hidden}\n\n{entry}## [1.0.0]")), "{made}");
        }
        for (open, line) in [("# C\n<!--\n## [1.0.0]\n", 2), ("````\n```\n", 1)] {
            assert_eq!(add(open, "1.1.0").unwrap_err().line, line, "{open}");
        }
        assert!(add("```a``` b\n\n<!-- a -->\n\n## [1.0.0]\n\n- a\n", "1.1.0").unwrap().contains("## [1.1.0]"));
    }

    #[test]
    fn the_style_of_the_file_is_kept() {
        let text = "# C\r\n\r\n## v1.0.0 (2026-01-01)\r\n\r\n- first\r\n";
        let made = add(text, "1.1.0").unwrap();
        assert!(
            made.starts_with(
                "# C\r\n\r\n## v1.1.0 (2026-11-24)\r\n\r\n### Features\r\n\r\n- list the cargo\r\n\r\n## v1.0.0"
            ),
            "{made:?}"
        );
        let linked = add("## [1.0.0](https://x/1) (2026-01-01)\n\n- a\n", "1.1.0").unwrap();
        assert!(linked.starts_with("## [1.1.0](https://x/compare/old...v1.1.0) (2026-11-24)\n"), "{linked}");
    }

    #[test]
    fn definitions_of_links_are_kept_up() {
        let text = "## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n- a\n\n[unreleased]: https://x/compare/v1.0.0...HEAD\n[1.0.0]: https://x/1\n";
        let made = add(text, "1.1.0").unwrap();
        let foot = "[unreleased]: https://x/compare/v1.1.0...HEAD\n[1.1.0]: https://x/compare/old...v1.1.0\n[1.0.0]: https://x/1\n";
        assert!(made.ends_with(foot), "{made}");
    }

    #[test]
    fn an_older_line_gets_its_place_by_version_and_adopts_nothing() {
        let text = "## [Unreleased]\n\n- mine\n\n## [2.0.0] - 2026-01-02\n\n- b\n\n## [1.4.0] - 2026-01-01\n\n- a\n";
        let made = add(text, "1.4.1").unwrap();
        let order: Vec<_> = made.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(
            order,
            ["## [Unreleased]", "## [2.0.0] - 2026-01-02", "## [1.4.1] - 2026-11-24", "## [1.4.0] - 2026-01-01"]
        );
        assert!(made.contains("## [Unreleased]\n\n- mine\n"), "{made}");
    }

    #[test_case::test_case("# C\n\n## News\n" => 3; "a heading that names no version")]
    #[test_case::test_case("# C\n\n## 1.0\n" => 3; "half a version")]
    #[test_case::test_case("## [Unreleased]\n## [Unreleased]\n" => 2; "two that are not released")]
    #[test_case::test_case("# C\n```\n## 1.0.0\n" => 2; "a block without an end")]
    #[test_case::test_case("# C\n\n1.0.0\n-----\n" => 4; "an underlined heading")]
    fn refuses_with_the_line(text: &str) -> usize {
        add(text, "1.1.0").unwrap_err().line
    }

    proptest! {
        /// Every line that people wrote is there afterwards, in its order, and a second run changes nothing.
        #[test]
        fn nothing_is_lost_and_again_is_the_same(
            lines in proptest::collection::vec(prop_oneof![
                Just("## [Unreleased]".to_owned()), Just("## [1.0.0] - 2026-01-01".to_owned()), Just("## v0.9.0".to_owned()),
                Just("```".to_owned()), Just(String::new()), Just("[1.0.0]: https://x/1".to_owned()), "[ -~é]{0,20}",
            ], 0..20),
            end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let text = lines.join(end);
            if let Ok(made) = add(&text, "1.1.0") {
                prop_assert_eq!(&add(&made, "1.1.0").unwrap(), &made);
                let mut rest = made.lines();
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    prop_assert!(rest.any(|there| there == line), "{line:?} is lost: {made:?}");
                }
            }
        }
    }
}
