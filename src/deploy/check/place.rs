//! Where in the plan's text a finding stands, with the line that it is about.

use crate::report::{Finding, Level};
use crate::yaml::Mark;

/// The text of a plan and what it is called.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// A finding at a value.
    pub(super) fn finding(&self, rule: &str, level: Level, mark: Mark, message: impl Into<String>) -> Finding {
        Finding::new(rule, level, message).at(mark.in_file(self.file)).quoting(self.text)
    }

    /// A mistake at a value: it stops a run.
    pub(super) fn error(&self, rule: &str, mark: Mark, message: impl Into<String>) -> Finding {
        self.finding(rule, Level::Error, mark, message)
    }

    /// A mistake inside a text that begins at `mark`: at so many characters of it, so many wide. The text is looked up as it
    /// stands in the file, in quotes or as a block; where it cannot be found the text's own beginning is the place.
    pub(super) fn within(
        &self,
        mark: Mark,
        text: &str,
        (at, width): (usize, usize),
        rule: &str,
        message: impl Into<String>,
    ) -> Finding {
        let finding = |mark: Mark| Finding::new(rule, Level::Error, message).at(mark.in_file(self.file));
        match self.find(mark, text, at, width) {
            Some((mark, width)) => finding(mark).quoting_span(self.text, width),
            None => finding(mark).quoting(self.text),
        }
    }

    fn find(&self, mark: Mark, text: &str, at: usize, width: usize) -> Option<(Mark, usize)> {
        let after: String = text.chars().skip(at).collect();
        // Enough to be found once, on one line.
        let line: String = after.lines().next()?.chars().take(width.max(12)).collect();
        let needle = line.trim_end();
        let earlier = text.chars().take(at).collect::<String>();
        let nth = (earlier + needle).matches(needle).count().checked_sub(1).filter(|_| !needle.is_empty())?;
        let start =
            self.text.split_inclusive('\n').take((mark.line as usize).checked_sub(1)?).map(str::len).sum::<usize>();
        let rest = self.text.get(start..)?;
        let column: usize = rest.chars().take((mark.column as usize).checked_sub(1)?).map(char::len_utf8).sum();
        let rest = rest.get(column..)?;
        let (found, _) = rest.match_indices(needle).nth(nth)?;
        let before = self.text.get(..start + column + found)?;
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next()?.chars().count() + 1;
        let mark = Mark { line: u32::try_from(line).ok()?, column: u32::try_from(column).ok()? };
        Some((mark, width.min(needle.chars().count())))
    }
}

/// The nearest of the names, where one is near enough to be meant, for a finding's help; else all of them.
pub(super) fn suggest<'n>(word: &str, names: impl Iterator<Item = &'n str>, what: &str) -> String {
    let names: Vec<&str> = names.collect();
    let near = |name: &&&str| strsim::damerau_levenshtein(word, name) <= (name.chars().count() / 3).max(1);
    let nearest = names.iter().min_by_key(|name| strsim::damerau_levenshtein(word, name)).filter(near);
    match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => format!("there are no {what} here"),
        None => format!("{what}: {}", names.join(", ")),
    }
}
