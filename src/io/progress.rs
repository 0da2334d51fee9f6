//! What long work says while it goes on, on standard error: one line that is drawn again at a terminal; in a job of GitHub
//! Actions a line whenever something else is missing; elsewhere nothing.

use std::io::{IsTerminal as _, Write as _};

use crate::context::Context;
use crate::output::{self, escape};

/// Goes back to the beginning of the line and clears it (ECMA-48: EL).
const CLEAR: &str = "\r\x1b[K";
/// The width of a terminal that does not tell it.
const WIDTH: usize = 80;

/// The progress of one piece of work. What is drawn is cleared when it is dropped.
#[derive(Debug)]
pub struct Progress {
    manner: Manner,
    said: String,
    drawn: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Drawn,
    Lines,
    Silent,
}

impl Progress {
    /// As standard error and the options want it. Nothing of it has a colour, so `NO_COLOR` changes nothing.
    #[must_use]
    pub fn new(cx: &Context) -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        let manner = match (cx.quiet, cx.environment.in_actions(), terminal) {
            (true, ..) => Manner::Silent,
            (false, true, _) => Manner::Lines,
            (false, false, true) => Manner::Drawn,
            (false, false, false) => Manner::Silent,
        };
        Self { manner, said: String::new(), drawn: false }
    }

    /// Whether it is worth saying how the time goes by.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.manner == Manner::Drawn
    }

    /// Says what is missing, and at a terminal what else is to be known just now.
    pub fn say(&mut self, missing: &str, now: &str) {
        let mut terminal = std::io::stderr();
        let missing = escape::line(missing);
        // Nobody is left to be told where standard error itself is gone.
        let _ = match self.manner {
            Manner::Drawn => {
                self.drawn = true;
                let width = terminal_size::terminal_size_of(&terminal).map_or(WIDTH, |(width, _)| width.0.into());
                let line = output::fit(&format!("… {missing}   {}", escape::line(now)), width.saturating_sub(1));
                write!(terminal, "{CLEAR}{line}").and_then(|()| terminal.flush())
            }
            Manner::Lines if self.said != missing => writeln!(terminal, "{}", escape::inert(&missing)),
            Manner::Lines | Manner::Silent => Ok(()),
        };
        self.said = missing;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn {
            let mut terminal = std::io::stderr();
            let _ = write!(terminal, "{CLEAR}").and_then(|()| terminal.flush());
        }
    }
}
