//! The records of one JSON document over many lines, as `gcloud logging read --format json` and `aws logs filter-log-events`
//! print them: the objects in a list that is the document, or stands in it under a name.

/// The largest record; a larger one is no request.
const LARGEST: usize = 64 * 1024;

/// The names with which exports begin that have their list under a name.
const NAMES: [&str; 4] = ["\"events\"", "\"entries\"", "\"searchedLogStreams\"", "\"nextToken\""];

/// The deepest record.
const DEEPEST: usize = 64;

/// How far a document was read.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The brackets that are open.
    open: Vec<u8>,
    in_text: bool,
    escaped: bool,
    /// How many brackets were open where the record began.
    record: Option<usize>,
    text: Vec<u8>,
    found: bool,
}

impl Frame {
    /// Whether a document over many lines begins with this line.
    pub(super) fn begins(line: &str) -> bool {
        let after = |open: char| line.trim().strip_prefix(open).map(str::trim_start);
        after('[').is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
            || after('{').is_some_and(|rest| rest.is_empty() || NAMES.iter().any(|name| rest.starts_with(name)))
    }

    /// Whether one is being read.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Gives each record that ends in this line to `each`; a document that ends and had none is given as it is.
    pub(super) fn push(&mut self, line: &str, each: &mut dyn FnMut(&str)) {
        for byte in line.bytes() {
            self.keep(byte);
            if self.in_text {
                self.in_text = self.escaped || byte != b'"';
                self.escaped = byte == b'\\' && !self.escaped;
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' if self.open.len() < DEEPEST => {
                    if byte == b'{' && self.record.is_none() && matches!(self.open.as_slice(), b"[" | b"{[") {
                        self.record = Some(self.open.len());
                        self.text.clear();
                        self.keep(byte);
                    }
                    self.open.push(byte);
                }
                b'{' | b'[' => *self = Self::default(),
                b'}' | b']' => self.close(each),
                _ => {}
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.record.is_some() && self.text.len() <= LARGEST {
            self.text.push(byte);
        }
    }

    fn close(&mut self, each: &mut dyn FnMut(&str)) {
        self.open.pop();
        if self.record == Some(self.open.len()) {
            self.record = None;
            self.found = true;
            each(&String::from_utf8_lossy(&self.text));
        }
        if self.open.is_empty() && !std::mem::take(&mut self.found) {
            each("");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    #[test_case("[\n {\"a\": [1, {\"b\": \"]\\\"}\"}]},\n {\n}\n]" => vec!["{\"a\": [1, {\"b\": \"]\\\"}\"}]}", "{}"]; "a list")]
    #[test_case("{\n\"events\": [\n{\"a\": 1},{\"a\": 2}],\n\"more\": [\"x\"]}" => vec!["{\"a\": 1}", "{\"a\": 2}"]; "a list under a name")]
    #[test_case("{\"searchedLogStreams\": [],\"events\": [{\"a\": 1}]}" => vec!["{\"a\": 1}"]; "a list under a name, on one line")]
    #[test_case("{\n\"a\": 1\n}" => vec![""]; "a document without a list is one thing that is no request")]
    fn records(text: &str) -> Vec<String> {
        let (mut frame, mut found) = (Frame::default(), Vec::new());
        assert!(Frame::begins(text.lines().next().unwrap_or_default()));
        text.lines().for_each(|line| frame.push(line, &mut |record| found.push(record.to_owned())));
        assert!(!frame.is_open());
        found
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(lines in proptest::collection::vec("[\\[\\]{}\"\\\\a:, ]{0,20}", 0..20)) {
            let mut frame = Frame::default();
            lines.iter().for_each(|line| frame.push(line, &mut |_| {}));
        }
    }
}
