//! What a commit names beside its pull request: issues of the repository, of another one, and of other trackers.
//!
//! GitHub's closing words: <https://docs.github.com/en/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue>.

use crate::version::Change;

/// An issue that a commit names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// How it is called: `#12`, `owner/name#12`, `ACME-12`.
    pub name: String,
    /// Its address, where it is known by the name alone; `#12` is of the repository itself.
    pub address: Option<String>,
    /// Whether the commit says that it closes it.
    pub closes: bool,
}

/// Another tracker's issues: `KEY-12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracker {
    /// The letters before the dash.
    pub key: String,
    /// The address of an issue, with `{issue}` for its name.
    pub address: String,
}

const CLOSING: [&str; 9] = ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];
const NAMING: [&str; 6] = ["refs", "ref", "references", "see", "issue", "issues"];

/// The issues that a change names, each once.
pub(super) fn issues(change: &Change, trackers: &[Tracker]) -> Vec<Issue> {
    let mut found = Found(Vec::new());
    for footer in &change.footers {
        let token = footer.token.to_ascii_lowercase();
        let closes = CLOSING.contains(&token.as_str());
        if closes || NAMING.contains(&token.as_str()) {
            found.extend(footer.value.split([',', ' ', '\n']).filter_map(named), closes);
        }
        found.closed_in(&footer.value);
        found.tracked(&footer.value, trackers);
    }
    if change.body.contains(['#', '-']) {
        found.closed_in(&change.body);
        found.tracked(&change.body, trackers);
    }
    found.tracked(&change.description, trackers);
    found.0
}

struct Found(Vec<Issue>);

impl Found {
    fn extend(&mut self, names: impl Iterator<Item = String>, closes: bool) {
        for name in names {
            self.add(Issue { name, address: None, closes });
        }
    }

    fn add(&mut self, issue: Issue) {
        match self.0.iter_mut().find(|known| known.name == issue.name) {
            Some(known) => known.closes |= issue.closes,
            None => self.0.push(issue),
        }
    }

    /// `closes #12` within a text.
    fn closed_in(&mut self, text: &str) {
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let word = word.trim_end_matches(':').to_ascii_lowercase();
            if CLOSING.contains(&word.as_str()) {
                let name = words.peek().and_then(|next| named(next));
                self.extend(name.into_iter(), true);
            }
        }
    }

    /// `KEY-12` wherever it stands as a word.
    fn tracked(&mut self, text: &str, trackers: &[Tracker]) {
        for tracker in trackers {
            for (at, _) in text.match_indices(tracker.key.as_str()) {
                let before = text.get(..at).and_then(|text| text.chars().next_back());
                let rest = text.get(at + tracker.key.len()..).unwrap_or_default();
                let digits = rest.strip_prefix('-').map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
                let Some(digits) = digits.flatten().filter(|digits| !digits.is_empty()) else { continue };
                let after = rest.get(1 + digits.len()..).and_then(|rest| rest.chars().next());
                if [before, after].into_iter().flatten().any(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let name = format!("{}-{digits}", tracker.key);
                let address = Some(tracker.address.replace("{issue}", &name));
                self.add(Issue { name, address, closes: false });
            }
        }
    }
}

/// The issue that a word names: `#12`, `owner/name#12`, `GH-12`.
fn named(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ')' | '('));
    if let Some(number) = word.strip_prefix("GH-") {
        return is_number(number).then(|| format!("#{number}"));
    }
    // `Refs #12` is a footer whose value is the bare number.
    if is_number(word) {
        return Some(format!("#{word}"));
    }
    let (place, number) = word.split_once('#')?;
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let sound = place.is_empty() || place.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name));
    (sound && is_number(number)).then(|| word.to_owned())
}

fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("fix: a\n\nCloses: #12, #13" => "closes #12, closes #13")]
    #[test_case("fix: a\n\nCloses #12" => "closes #12"; "the footer with a hash")]
    #[test_case("fix: a\n\nThis fixes acme/web#4 and resolves: GH-5." => "closes acme/web#4, closes #5"; "in the body")]
    #[test_case("fix: a\n\nRefs: #7" => "#7"; "named only")]
    #[test_case("fix: a\n\nRefs: #7\nCloses: #7" => "closes #7"; "once")]
    #[test_case("fix(ACME-3): a ACME-12\n\nsee ACME-13, XACME-14, ACME-15x, ACME-" => "ACME-13 https://t/ACME-13, ACME-12 https://t/ACME-12"; "another tracker")]
    #[test_case("fix: a\n\nfixes the thing #12\n\nRefs: abc1234" => ""; "no closing word right before it")]
    #[test_case("fix: a\n\nCloses: ../../x#1, a](b)#2" => ""; "hostile")]
    fn names(message: &str) -> String {
        let change = crate::version::parse(message).unwrap();
        let trackers = [Tracker { key: "ACME".into(), address: "https://t/{issue}".into() }];
        let shown = |issue: &Issue| {
            let address = issue.address.as_ref().map(|address| format!(" {address}")).unwrap_or_default();
            format!("{}{}{address}", if issue.closes { "closes " } else { "" }, issue.name)
        };
        issues(&change, &trackers).iter().map(shown).collect::<Vec<_>>().join(", ")
    }
}
