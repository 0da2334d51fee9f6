//! What stands above a line of a checklist: the headings that it is within, a text that heads a list, and the items that it stands in.

use pulldown_cmark::HeadingLevel;

/// What stands above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// What it says, in one line.
    pub text: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// Whether it is a heading of Markdown; else it is a paragraph above a list, or the item of one.
    pub is_heading: bool,
}

/// What stands above the next line, but for the items of lists.
#[derive(Debug, Default)]
pub(super) struct Heads {
    headings: Vec<(HeadingLevel, Head)>,
    /// A paragraph of nothing but strong words: it stands above all that follows, as a heading does.
    strong: Option<Head>,
    /// A paragraph that ends with a colon: it stands above what comes next.
    lead: Option<Head>,
}

impl Heads {
    /// A heading.
    pub(super) fn heading(&mut self, level: HeadingLevel, head: Head) {
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, head));
        (self.strong, self.lead) = (None, None);
    }

    /// A paragraph, and whether all of its words are strong.
    pub(super) fn paragraph(&mut self, head: Head, is_strong: bool) {
        // A strong sentence is a warning.
        if is_strong && !head.text.ends_with(['.', '!']) {
            (self.strong, self.lead) = (Some(head), None);
        } else {
            self.lead = Some(head).filter(|head| head.text.ends_with(':'));
        }
    }

    /// A list, a table or a block of code has ended.
    pub(super) fn ends(&mut self) {
        self.lead = None;
    }

    /// All of them, the outermost first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Head> {
        self.headings.iter().map(|(_, head)| head).chain(&self.strong).chain(&self.lead)
    }
}

/// A paragraph that is read.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    words: String,
    has_plain: bool,
    has_strong: bool,
    strong: usize,
}

impl Paragraph {
    /// Some of its words.
    pub(super) fn words(&mut self, words: &str) {
        // `**Rollback**:` is strong as well.
        let says = words.contains(char::is_alphanumeric);
        self.has_plain |= says && self.strong == 0;
        self.has_strong |= says && self.strong > 0;
        self.words.push_str(words);
    }

    /// Strong words begin in it, or end.
    pub(super) fn strong(&mut self, begins: bool) {
        self.strong = if begins { self.strong + 1 } else { self.strong.saturating_sub(1) };
    }

    /// What it says, in one line, and whether all of it is strong.
    pub(super) fn said(&self) -> (String, bool) {
        (self.words.split_whitespace().collect::<Vec<_>>().join(" "), self.has_strong && !self.has_plain)
    }
}
