//! The story that `zarpe demo` tells: a release that is refused, what is done about each reason, and the same release cleared.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the demo starts programs as a user would, in a scratch folder of its own"
)]

mod stage;
mod story;

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::embedded::Embedded;
use crate::report::Failure;
use stage::Stage;
use story::Harbour;

/// Tells the story to `out` while it happens, every command of it really run; gives the scratch folder where it is kept.
///
/// # Errors
/// Exit code 3 where a command of the story ended another way than it should.
pub fn tell(cx: &Context, keep: bool, out: &mut dyn Write) -> Result<Option<std::path::PathBuf>> {
    let scratch = tempfile::Builder::new().prefix("zarpe-demo-").tempdir().context("cannot make a scratch folder")?;
    let told = play(cx, scratch.path(), &mut Listener(out));
    let kept = keep.then(|| scratch.keep());
    told.map(|()| kept)
}

/// A story goes on when its reader leaves: a closed pipe changes nothing about how it ends.
struct Listener<'a>(&'a mut dyn Write);

impl Write for Listener<'_> {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        match self.0.write(text) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(text.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

fn play(cx: &Context, scratch: &Path, out: &mut dyn Write) -> Result<()> {
    let github = Embedded::start(story::state(cx.now))?;
    let mut stage = Stage::new(&cx.program, scratch.join("harbor"), cx.now, out);
    stage.set("ZARPE_TOKEN", story::TOKEN);
    let mut harbour = Harbour::build(stage, github)?;
    harbour.is_refused()?;
    harbour.is_mended()?;
    harbour.is_cleared()
}

/// The embedded GitHub with the story's repository as it stands before the release, for as long as a person wants it: gives
/// it with what to set to use it.
///
/// # Errors
/// Exit code 3 where it cannot be made.
pub fn serve(cx: &Context, out: &mut dyn Write) -> Result<()> {
    let scratch = tempfile::Builder::new().prefix("zarpe-demo-").tempdir().context("cannot make a scratch folder")?;
    let github = Embedded::start(story::state(cx.now))?;
    let folder = scratch.path().join("harbor");
    {
        let mut quiet = std::io::sink();
        let stage = Stage::new(&cx.program, folder.clone(), cx.now, &mut quiet);
        let harbour = Harbour::build(stage, github)?;
        writeln!(out, "A GitHub serves acme/harbor until standard input ends (Ctrl-D) or the program is stopped.\n")?;
        writeln!(out, "  cd {}", folder.display())?;
        writeln!(out, "  export ZARPE_TOKEN={} GITHUB_SERVER_URL={}", story::TOKEN, harbour.origin())?;
        writeln!(out, "  zarpe verify\n")?;
        writeln!(out, "A sign-off is a person's: ZARPE_TOKEN={}", story::token_of("rita"))?;
        out.flush()?;
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
            .map_err(|error| Failure::cannot_tell("demo/serve", format!("cannot wait on standard input: {error}")))?;
    }
    Ok(())
}
