//! `zarpe demo`: the whole job on an embedded GitHub, git remote and repository.

use std::io::Write;

use anyhow::Result;

use crate::commands::Outcome;
use crate::context::Context;
use crate::demo;
use crate::report::{Body, Report, Verdict};

/// The whole job on an embedded GitHub, git remote and repository, with no token and no network.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Leave the scratch repository in place at the end.
    #[arg(long)]
    keep: bool,
    /// Serve the GitHub as it stands before the release, to try commands on, until standard input ends.
    #[arg(long, conflicts_with = "keep")]
    serve: bool,
}

/// Tells the story to `out` while it happens.
///
/// # Errors
/// When a part of the story went another way than it should.
pub fn run(cx: &Context, options: &Options, out: &mut dyn Write) -> Result<Outcome> {
    if options.serve {
        demo::serve(cx, out)?;
        return Ok(Outcome::report(Report::new("demo", Verdict::Yes, "served", Body::Text(String::new()))));
    }
    let kept = demo::tell(cx, options.keep, out)?;
    let title =
        kept.map_or_else(|| "cleared and released".to_owned(), |folder| format!("kept in {}", folder.display()));
    Ok(Outcome::report(Report::new("demo", Verdict::Yes, title, Body::Text(String::new()))))
}
