//! Begins a command of the plan; where it cannot begin, that is told by what the plan says of it.

use std::path::Path;

use super::Engine;
use crate::deploy::words;
use crate::io::child::{self, Running};
use crate::io::files;
use crate::io::process::Invocation;
use crate::report::Failure;

impl Engine<'_> {
    /// Begins it; why it did not begin otherwise.
    pub(super) fn begin(&self, invocation: &Invocation) -> Result<Running, String> {
        // The operating system would name the shell that it did not get to.
        let why = if files::is_folder(&invocation.directory) {
            match child::start(invocation) {
                Ok(running) => return Ok(running),
                Err(error) => Failure::from_error(&error).finding.message,
            }
        } else {
            let below = invocation.directory.strip_prefix(&self.top).unwrap_or(&invocation.directory);
            let below = if below == Path::new("") { &invocation.directory } else { below };
            words::no_folder(self.language(), &below.display().to_string(), files::is_missing(&invocation.directory))
        };
        Err(self.mask.text(&why))
    }
}
