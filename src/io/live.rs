//! What a run says while it goes on, on standard error: line by line, and at a terminal with the jobs drawn below.

use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _};

use super::actions;
use crate::context::Context;
use crate::output::{self, escape};

/// The width of a terminal that does not tell it.
const WIDTH: usize = 80;

/// Where the lines go.
#[derive(Debug)]
pub struct Live {
    quiet: bool,
    actions: bool,
    /// What is drawn below the lines; `None` where nothing is.
    drawn: Option<RefCell<Vec<String>>>,
}

impl Live {
    /// As standard error and the options want it.
    #[must_use]
    pub fn new(cx: &Context) -> Self {
        let actions = cx.environment.in_actions();
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        let draws = terminal && !cx.quiet && !actions;
        Self { quiet: cx.quiet, actions, drawn: draws.then(RefCell::default) }
    }

    /// Whether anything is drawn below the lines.
    #[must_use]
    pub fn draws(&self) -> bool {
        self.drawn.is_some()
    }

    /// A line about the run itself.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.write(text);
        }
    }

    /// A line that a command printed.
    pub fn printed(&self, job: &str, line: &str) {
        if !self.quiet {
            self.write(&format!("{job} | {line}"));
        }
    }

    /// Tells GitHub's runner what it must never show, before anything can show it.
    pub fn mask(&self, secret: &str) {
        if !self.actions {
            return;
        }
        for line in secret.lines().map(str::trim).filter(|line| !line.is_empty()) {
            actions::mask(line);
        }
    }

    /// Draws these lines below all others, instead of those that are there.
    pub fn draw(&self, lines: Vec<String>) {
        let Some(drawn) = &self.drawn else { return };
        let text = clearing(drawn.borrow().len()) + &shown(&lines);
        *drawn.borrow_mut() = lines;
        let mut terminal = std::io::stderr();
        let _ = write!(terminal, "{text}").and_then(|()| terminal.flush());
    }

    fn write(&self, text: &str) {
        let line = escape::line(text);
        let line = if self.actions { escape::inert(&line) } else { line };
        let mut terminal = std::io::stderr();
        // Nobody is left to be told where standard error itself is gone.
        let _ = match &self.drawn {
            None => writeln!(terminal, "{line}"),
            Some(drawn) => {
                let below = drawn.borrow();
                write!(terminal, "{}{line}\n{}", clearing(below.len()), shown(&below)).and_then(|()| terminal.flush())
            }
        };
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.draw(Vec::new());
    }
}

/// Goes up so many lines and clears all that follows (ECMA-48: CUU, ED).
fn clearing(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") }
}

/// Each on one line of the terminal: one that is broken could not be cleared.
fn shown(lines: &[String]) -> String {
    let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(WIDTH, |(width, _)| width.0.into());
    let fit = |line: &String| output::fit(&escape::line(line), width.saturating_sub(1));
    lines.iter().map(|line| format!("{}\n", fit(line))).collect()
}
