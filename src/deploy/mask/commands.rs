//! `::add-mask::VALUE` on a line of its own: a program says what is secret from now on, as in GitHub Actions.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions#masking-a-value-in-a-log>

use super::SHOWN;

/// What such a line begins with, in letters of any size, as GitHub's runner reads it.
const COMMAND: &[u8] = b"::add-mask";

/// The longest line that is held until its end comes: a value is not longer.
const LONGEST: usize = 1 << 20;

/// Finds these lines in a stream before anything else sees them. No value is in what it gives.
#[derive(Debug, Default)]
pub struct Commands {
    at: At,
    /// What may be the beginning of such a line, or is.
    held: Vec<u8>,
}

/// Where in a line the stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// What came of the line may be the beginning of a command.
    #[default]
    Start,
    /// It is another line.
    Middle,
    /// Of a command that is too long nothing more is taken.
    Beyond,
}

impl Commands {
    /// What goes on of these bytes; `learn` is given each value.
    pub fn push(&mut self, bytes: &[u8], learn: &mut dyn FnMut(&str)) -> Vec<u8> {
        let mut given = Vec::with_capacity(bytes.len());
        for piece in bytes.split_inclusive(|byte| is_end(*byte)) {
            let (line, end) = match piece.split_last() {
                Some((last, line)) if is_end(*last) => (line, Some(*last)),
                _ => (piece, None),
            };
            self.more(line, &mut given, learn);
            if let Some(end) = end {
                given.extend(self.end(learn));
                given.push(end);
            }
        }
        given
    }

    /// The rest: no more bytes come.
    pub fn finish(mut self, learn: &mut dyn FnMut(&str)) -> Vec<u8> {
        self.end(learn)
    }

    /// More of a line came.
    fn more(&mut self, line: &[u8], given: &mut Vec<u8>, learn: &mut dyn FnMut(&str)) {
        match self.at {
            At::Middle => given.extend_from_slice(line),
            At::Beyond => {}
            At::Start => {
                self.held.extend_from_slice(line);
                if !may_be_command(&self.held) {
                    self.at = At::Middle;
                    given.append(&mut self.held);
                } else if self.held.len() > LONGEST {
                    given.extend(self.end(learn));
                    self.at = At::Beyond;
                }
            }
        }
    }

    /// What is given of a line that was held, now that it has ended.
    fn end(&mut self, learn: &mut dyn FnMut(&str)) -> Vec<u8> {
        self.at = At::Start;
        let line = std::mem::take(&mut self.held);
        let Some(value) = value(&String::from_utf8_lossy(&line)) else { return line };
        learn(&value);
        format!("::add-mask::{SHOWN}").into_bytes()
    }
}

/// GitHub's runner takes both for the end of a line.
fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn may_be_command(held: &[u8]) -> bool {
    let line = held.trim_ascii_start();
    let width = line.len().min(COMMAND.len());
    line.iter().zip(COMMAND).take(width).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// The value that a whole line tells.
fn value(line: &str) -> Option<String> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let name = head.split(' ').next().unwrap_or_default();
    // The runner takes off what was put on so that a value of many lines is one (actions/runner, `ActionCommand`).
    let unescaped = || data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    name.eq_ignore_ascii_case("add-mask").then(unescaped)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    /// What is given of a text that comes in pieces of so many bytes, and what was learned.
    fn in_pieces(text: &str, width: usize) -> (String, Vec<String>) {
        let (mut commands, mut learned, mut given) = (Commands::default(), Vec::new(), Vec::new());
        let mut learn = |value: &str| learned.push(value.to_owned());
        for piece in text.as_bytes().chunks(width) {
            given.extend(commands.push(piece, &mut learn));
        }
        given.extend(commands.finish(&mut learn));
        (String::from_utf8(given).unwrap(), learned)
    }

    #[test_case("a\n::add-mask::hidden\nb\n" => ("a\n::add-mask::***\nb\n".to_owned(), vec!["hidden".to_owned()]); "a line")]
    #[test_case(" \t::Add-Mask::hidden\r\n" => ("::add-mask::***\r\n".to_owned(), vec!["hidden".to_owned()]); "indented, in other letters, as on Windows")]
    #[test_case("::add-mask x=y::hidden" => ("::add-mask::***".to_owned(), vec!["hidden".to_owned()]); "with properties, and without an end")]
    #[test_case("::add-mask::a%0Ab%25c::d\n" => ("::add-mask::***\n".to_owned(), vec!["a\nb%c::d".to_owned()]); "with what the runner takes off")]
    #[test_case("::add-mask::\n" => ("::add-mask::***\n".to_owned(), vec![String::new()]); "nothing")]
    #[test_case("say ::add-mask::x\n" => ("say ::add-mask::x\n".to_owned(), vec![]); "not at the beginning")]
    #[test_case("::add-masks::x\n::add-mask\n::error::y\n" => ("::add-masks::x\n::add-mask\n::error::y\n".to_owned(), vec![]); "another command")]
    fn a_line_tells_a_value(text: &str) -> (String, Vec<String>) {
        let whole = in_pieces(text, text.len());
        for width in 1..text.len() {
            assert_eq!(in_pieces(text, width), whole, "{width}");
        }
        whole
    }

    #[test]
    fn a_line_that_has_no_end_is_not_held_without_one() {
        let (given, learned) = in_pieces(&format!("::add-mask::{}\nb", "x".repeat(3 * LONGEST)), 4096);
        assert_eq!((given.as_str(), learned.len()), ("::add-mask::***\nb", 1));
        assert!(learned[0].len() > LONGEST);
    }

    proptest! {
        #[test]
        fn what_is_no_command_is_given_as_it_came(text in "[a:d\n -]{0,60}", width in 1usize..9) {
            prop_assert_eq!(in_pieces(&text, width), (text, Vec::new()));
        }
    }
}
