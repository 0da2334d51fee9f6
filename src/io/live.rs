//! What a run says while it goes on, line by line, on standard error.

use std::io::Write as _;

use crate::context::Context;
use crate::output::escape;

/// Where the lines go.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    quiet: bool,
    actions: bool,
}

impl Live {
    /// As the options want it.
    #[must_use]
    pub fn new(cx: &Context) -> Self {
        Self { quiet: cx.quiet, actions: cx.environment.in_actions() }
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
            let line = line.replace('%', "%25").replace('\r', "%0D");
            let _ = writeln!(std::io::stderr(), "::add-mask::{line}");
        }
    }

    fn write(&self, text: &str) {
        let line = escape::line(text);
        let line = if self.actions { escape::inert(&line) } else { line };
        // Nobody is left to be told where standard error itself is gone.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}
