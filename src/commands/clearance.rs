//! The clearance at the command line: `verify` writes one.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::clearance::{Statement, canonical};
use crate::effect::{Effect, WriteFile};
use crate::io::files;
use crate::io::session::Session;
use crate::report::{Body, Failure, Mark, Report, Section};
use crate::verify::Judgement;

/// The file that shall hold the clearance of a judgement, whatever the verdict; the report shows what it binds.
///
/// # Errors
/// Exit code 2 where the path names no file, 3 where what was judged has no canonical form.
pub(super) async fn write(
    session: &Session<'_>,
    path: &Path,
    judgement: &Judgement,
    report: &mut Report,
) -> Result<Effect> {
    let server = session.github().await?.place().server.clone();
    let text = Statement::of(judgement, server.as_str(), session.cx.now)?.text()?;
    let digest = format!("sha256:{}", canonical::sha256(text.as_bytes()));
    let mut section = bound(judgement);
    section.row(Mark::Plain, ["clearance", digest.as_str()]);
    show(report, section);
    report.outputs.push(crate::report::Output { name: "clearance-digest", value: digest });
    Ok(Effect::WriteFile(WriteFile { path: place(session, path)?, contents: text.into_bytes() }))
}

/// Shows policy and evidence by their digests.
pub(super) fn show_digests(judgement: &Judgement, report: &mut Report) {
    show(report, bound(judgement));
}

fn bound(judgement: &Judgement) -> Section {
    let mut section =
        Section::new(Mark::Plain, "judged", "by this policy, on this evidence").columns(["what", "digest"]);
    if let Some(digests) = &judgement.digests {
        section.row(Mark::Plain, ["policy", &format!("sha256:{}", digests.policy)]);
        section.row(Mark::Plain, ["evidence", &format!("sha256:{}", digests.evidence)]);
    }
    section
}

fn show(report: &mut Report, section: Section) {
    if let Body::Sections(sections) = &mut report.body {
        sections.push(section);
    }
}

/// A path as typed, which is relative to `-C`, for an effect, whose paths are relative to the work tree.
fn place(session: &Session<'_>, path: &Path) -> Result<PathBuf> {
    if path == Path::new("-") {
        return Err(Failure::usage("clearance/file", "the clearance goes into a file, and `-` is none")
            .help("name a file: --clearance clearance.json")
            .into());
    }
    let path = files::absolute(&session.cx.directory.join(path))?;
    Ok(path.strip_prefix(session.folder()).map(Path::to_owned).unwrap_or(path))
}
