//! What a section of a checklist says beside its lines: paragraphs, and blocks that only show something.

/// The texts of a section, in order.
#[derive(Debug, Default)]
pub(super) struct Prose {
    texts: Vec<Text>,
    /// Where the first block is that only shows something.
    sample: Option<usize>,
    /// Whether it has something else that is told or read, and is no line.
    said: bool,
}

#[derive(Debug)]
struct Text {
    at: usize,
    words: String,
    /// Whether what is said next is a text of its own.
    ended: bool,
}

impl Prose {
    /// Words of a text, which may be a new one.
    pub(super) fn words(&mut self, at: usize, words: &str) {
        match self.texts.last_mut().filter(|text| !text.ended) {
            Some(text) => text.words.push_str(words),
            None => self.texts.push(Text { at, words: words.to_owned(), ended: false }),
        }
    }

    /// A whole text, where it is one.
    pub(super) fn text(&mut self, at: usize, words: &str) {
        self.ends();
        if !words.trim().is_empty() {
            self.words(at, words);
        }
        self.ends();
    }

    /// Another text begins.
    pub(super) fn ends(&mut self) {
        if let Some(text) = self.texts.last_mut() {
            text.ended = true;
        }
    }

    /// Lines begin: a text that ends with a colon right above them only heads them.
    pub(super) fn heads(&mut self) {
        self.ends();
        self.texts.pop_if(|text| text.words.trim_end().ends_with(':'));
    }

    /// A block that only shows something.
    pub(super) fn shows(&mut self, at: usize) {
        self.ends();
        self.sample = self.sample.or(Some(at));
    }

    /// Something that is told or read by others.
    pub(super) fn is_said(&mut self) {
        self.ends();
        self.said = true;
    }

    /// Where each text begins.
    pub(super) fn texts(&self) -> impl Iterator<Item = usize> {
        self.texts.iter().map(|text| text.at)
    }

    /// Where the first thing is that stands in a section without lines.
    pub(super) fn first(&self) -> Option<usize> {
        self.texts().chain(self.sample).min()
    }

    /// Whether something was told or read that is no line.
    pub(super) fn has_said(&self) -> bool {
        self.said
    }
}

/// What a block of HTML says: without its comments and its tags.
pub(super) fn of_html(html: &str) -> String {
    let mut said = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        said.push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, after)| after);
    }
    said + rest
}
