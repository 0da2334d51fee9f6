//! Notes as GitHub Flavored Markdown. Everything that others wrote is made to show as text.

use super::{Entry, Notes, Section, changelog, words};
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
        let name = escape::markdown(&self.name);
        format!("## {name} ({})\n\n{}", words::date(self.date, self.language), self.body())
    }

    /// The notes without a heading, as for the page of a release, which has its own.
    #[must_use]
    pub fn body(&self) -> String {
        std::iter::once(self.changes()).chain(self.compare()).collect::<Vec<_>>().join("\n")
    }

    /// The release as a changelog has it; `None` where the notes are of no version.
    #[must_use]
    pub fn release(&self) -> Option<changelog::Release> {
        Some(changelog::Release {
            version: self.version.clone()?,
            date: self.date,
            body: self.changes(),
            compare: self.compare_address(),
            compare_next: self.links.compare(&self.name, "HEAD"),
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
            parts.push(format!("{}\n", words::nothing(self.language)));
        }
        parts.join("\n")
    }

    /// The address of the page that compares the release with the one before.
    #[must_use]
    pub fn compare_address(&self) -> Option<String> {
        self.links.compare(self.previous.as_ref()?, &self.name)
    }

    /// A section's heading in the language of the notes.
    #[must_use]
    pub fn heading(&self, section: &Section) -> &'static str {
        words::heading(section.kind, self.language)
    }

    fn breaks(&self) -> bool {
        self.sections.first().is_some_and(|section| section.kind == super::Kind::Breaking)
    }

    fn section(&self, section: &Section) -> String {
        let entries: String = section.entries.iter().map(|entry| self.entry(entry)).collect();
        format!("### {}\n\n{entries}", self.heading(section))
    }

    fn entry(&self, entry: &Entry) -> String {
        let scope = entry.scope.as_ref().map(|scope| format!("**{}:** ", escape::markdown(scope))).unwrap_or_default();
        let number =
            entry.pull_request.map(|number| format!("{}, ", self.links.pull_request(number))).unwrap_or_default();
        let upgrade = entry.upgrade.as_deref().map(block).unwrap_or_default();
        let description = escape::markdown(&entry.description);
        format!("- {scope}{description} ({number}{})\n{upgrade}", self.links.commit(&entry.commit))
    }

    fn api(&self) -> String {
        let lines = self.api.iter().map(|change| {
            let effect = words::effect(change.effect, self.language);
            format!("- **{effect}:** {}: {}\n", escape::markdown(&change.place), escape::markdown(&change.text))
        });
        format!("### {}\n\n{}", words::api(self.language), lines.collect::<String>())
    }

    fn compare(&self) -> Option<String> {
        let (previous, address) = (self.previous.as_ref()?, self.compare_address()?);
        let range = format!("{}...{}", escape::markdown(previous), escape::markdown(&self.name));
        Some(format!("**{}:** [{range}]({address})\n", words::compare(self.language)))
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
