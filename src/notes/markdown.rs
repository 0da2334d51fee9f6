//! Notes as GitHub Flavored Markdown. Everything that others wrote is made to show as text.

use super::{Contributor, Entry, Issue, Notes, Section, changelog};
use crate::history::Sha;
use crate::output::escape;

/// Addresses on the web, where the repository's is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Address of the repository's page, without a slash at its end.
    pub repository: Option<String>,
}

impl Links {
    fn commit(&self, sha: &Sha) -> String {
        match &self.repository {
            Some(page) => format!("[{}]({page}/commit/{sha})", sha.short()),
            None => sha.short().to_owned(),
        }
    }

    fn pull_request(&self, number: u64) -> String {
        match &self.repository {
            Some(page) => format!("[#{number}]({page}/pull/{number})"),
            None => format!("#{number}"),
        }
    }

    /// An issue where it is; GitHub leads from the address of an issue to the pull request of that number.
    fn issue(&self, issue: &Issue) -> String {
        let address = issue.address.clone().or_else(|| {
            let page = self.repository.as_ref()?;
            let (place, number) = issue.name.split_once('#')?;
            if place.is_empty() {
                return Some(format!("{page}/issues/{number}"));
            }
            // The page of another repository is on the same server: OWNER/NAME are its last two parts.
            let server = page.rsplitn(3, '/').nth(2)?;
            Some(format!("{server}/{place}/issues/{number}"))
        });
        let name = escape::markdown(&issue.name);
        address.map_or(name.clone(), |address| format!("[{name}]({address})"))
    }

    fn compare(&self, old: &str, new: &str) -> Option<String> {
        let page = self.repository.as_ref()?;
        Some(format!("{page}/compare/{}...{}", segment(old), segment(new)))
    }
}

/// A name as a part of an address.
fn segment(name: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    percent_encoding::utf8_percent_encode(name, KEPT).to_string()
}

impl Notes {
    /// The notes under a heading of their own, as for a file.
    #[must_use]
    pub fn document(&self) -> String {
        if let Some(text) = &self.templated {
            return text.clone();
        }
        let name = escape::markdown(&self.name);
        format!("## {name} ({})\n\n{}", self.words.day(self.date), self.body())
    }

    /// The notes without a heading, as for the page of a release, which has its own.
    #[must_use]
    pub fn body(&self) -> String {
        if let Some(text) = &self.templated {
            return text.clone();
        }
        let parts = [Some(self.changes()), self.people(), self.checksums(), self.compare()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// The release as a changelog has it; `None` where the notes are of no version.
    #[must_use]
    pub fn release(&self) -> Option<changelog::Release> {
        Some(changelog::Release {
            version: self.version.clone()?,
            date: self.date,
            body: self.changes(),
            compare: self.compare_address(),
            compare_next: self.links.compare(&self.tip, "HEAD"),
        })
    }

    fn changes(&self) -> String {
        let mut parts: Vec<String> = self.sections.iter().map(|section| self.section(section)).collect();
        if !self.api.is_empty() {
            // What breaks comes first; the rest of the API stands with it, before the commits' other sections.
            let at = parts.len().min(usize::from(self.breaks()));
            parts.insert(at, self.api());
        }
        if parts.is_empty() {
            parts.push(format!("{}\n", self.words.nothing));
        }
        parts.join("\n")
    }

    /// The address of the page that compares the release with the one before.
    #[must_use]
    pub fn compare_address(&self) -> Option<String> {
        self.links.compare(self.previous.as_ref()?, &self.tip)
    }

    fn breaks(&self) -> bool {
        self.sections.first().is_some_and(|section| section.kind == super::Kind::Breaking)
    }

    fn section(&self, section: &Section) -> String {
        let entries: String = section.entries.iter().map(|entry| self.entry(entry)).collect();
        format!("### {}\n\n{entries}", escape::markdown(&section.heading))
    }

    fn entry(&self, entry: &Entry) -> String {
        let scope = entry.scope.as_ref().map(|scope| format!("**{}:** ", escape::markdown(scope))).unwrap_or_default();
        let mut places: Vec<String> =
            entry.pull_request.map(|number| self.links.pull_request(number)).into_iter().collect();
        places.push(self.links.commit(&entry.commit));
        places.extend(entry.issues.iter().map(|issue| {
            let closes =
                if issue.closes { format!("{} ", escape::markdown(&self.words.closes)) } else { String::new() };
            format!("{closes}{}", self.links.issue(issue))
        }));
        let upgrade = entry.upgrade.as_deref().map(block).unwrap_or_default();
        let description = escape::markdown(&entry.description);
        format!("- {scope}{description} ({})\n{upgrade}", places.join(", "))
    }

    /// What changed for callers, by effect and by operation; what concerns one operation stands together.
    fn api(&self) -> String {
        let mut text = format!("### {}\n\n", escape::markdown(&self.words.api));
        for group in self.api.chunk_by(|a, b| (a.effect, &a.place) == (b.effect, &b.place)) {
            let Some(first) = group.first() else { continue };
            let effect = escape::markdown(self.words.effect(first.effect));
            text.push_str(&format!("- **{effect}:** {}:", escape::markdown(&first.place)));
            match group {
                [only] => text.push_str(&format!(" {}\n", escape::markdown(&only.text))),
                several => {
                    text.push('\n');
                    text.extend(several.iter().map(|change| format!("  - {}\n", escape::markdown(&change.text))));
                }
            }
        }
        text
    }

    /// Who brought it; without a word where only one person ever did, for that is no news.
    fn people(&self) -> Option<String> {
        let shown = |person: &Contributor| person.shown(&self.links);
        let names: Vec<String> = self.contributors.iter().map(shown).collect();
        let first: Vec<String> =
            self.contributors.iter().filter(|person| person.first == Some(true)).map(shown).collect();
        if names.len() < 2 && first.is_empty() {
            return None;
        }
        let word = if names.len() == 1 { &self.words.contributor } else { &self.words.contributors };
        let mut text = format!("**{}:** {}\n", escape::markdown(word), names.join(", "));
        if !first.is_empty() {
            text.push_str(&format!(
                "\n**{}:** {}\n",
                escape::markdown(&self.words.first_contribution),
                first.join(", ")
            ));
        }
        Some(text)
    }

    fn checksums(&self) -> Option<String> {
        let lines = self.assets.iter().map(|asset| format!("{}  {}\n", asset.sha256, escape::line(&asset.name)));
        let heading = escape::markdown(&self.words.checksums);
        (!self.assets.is_empty()).then(|| format!("**{heading}:**\n\n~~~\n{}~~~\n", lines.collect::<String>()))
    }

    fn compare(&self) -> Option<String> {
        let (previous, address) = (self.previous.as_ref()?, self.compare_address()?);
        let range = format!("{}...{}", escape::markdown(previous), escape::markdown(&self.tip));
        Some(format!("**{}:** [{range}]({address})\n", escape::markdown(&self.words.compare)))
    }
}

impl Contributor {
    /// The account with its page where it is known, else the name; never `@name`, which would call somebody.
    fn shown(&self, links: &Links) -> String {
        let server = links.repository.as_ref().and_then(|page| page.rsplitn(3, '/').nth(2));
        match (&self.login, server) {
            (Some(login), Some(server)) => format!("[{}]({server}/{})", escape::markdown(login), segment(login)),
            (Some(login), None) => escape::markdown(login),
            (None, _) => escape::markdown(&self.name),
        }
    }
}

/// Text of many lines below a list item: paragraphs and plain lists stay, everything else shows as it was written.
fn block(text: &str) -> String {
    let mut block = String::from("\n");
    for line in escape::visible(text).lines() {
        let line = line.trim();
        if line.is_empty() {
            block.push('\n');
            continue;
        }
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        match item {
            Some(item) => block.push_str(&format!("  - {}\n", paragraph(item.trim()))),
            None => block.push_str(&format!("  {}\n", paragraph(line))),
        }
    }
    format!("{}\n", block.trim_end())
}

/// A line that nothing at its beginning makes a heading, a list, a rule or a table.
fn paragraph(line: &str) -> String {
    let safe = escape::markdown(line);
    let digits = safe.trim_start_matches(|c: char| c.is_ascii_digit());
    if safe.starts_with(['#', '-', '+', '=', ':']) {
        return format!("\\{safe}");
    }
    match digits.chars().next() {
        Some(mark @ ('.' | ')')) if digits.len() < safe.len() => {
            let number = safe.strip_suffix(digits).unwrap_or_default();
            format!("{number}\\{mark}{}", digits.get(1..).unwrap_or_default())
        }
        _ => safe,
    }
}
