//! Why what a generator made cannot be believed.

use crate::io::process::{End, Finished, Limits};
use crate::report::{Finding, Level};

/// How many lines of what it said are shown, from the last one back.
const LINES: usize = 15;

/// Why what the command made cannot be believed; `None` where it ended well.
pub(super) fn failed(rule: &str, command: &str, finished: &Finished, limits: Limits) -> Option<Finding> {
    let how = match finished.end {
        End::Status(0) if finished.stdout.cut => format!("prints more than {} MB", limits.stdout >> 20),
        End::Status(0) => return None,
        End::Status(status) => format!("ended with exit status {status}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::TimedOut => format!("was still running after {} s", limits.time.as_secs()),
    };
    let said = finished.stderr.text();
    let tail: Vec<&str> = said.trim_end().lines().rev().take(LINES).collect();
    let said: Vec<&str> = tail.into_iter().rev().collect();
    let said = if said.is_empty() { "it said nothing on standard error".to_owned() } else { said.join("\n") };
    Some(Finding::new(rule, Level::Error, format!("the generator {how}: {command}\n{said}")))
}
