//! The clearance at the command line: `verify` writes one; `tag` and `release` take one, and believe it only with its
//! attestation.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::SignedDuration;

use super::stages::Stages;
use super::verify;
use crate::clearance::{self, PREDICATE, Resource, Statement, Wanted, canonical};
use crate::effect::{Effect, WriteFile};
use crate::history::Sha;
use crate::io::session::Session;
use crate::io::{attestation, files};
use crate::report::{Body, ExitCode, Failure, Mark, Output, Report, Section};
use crate::verify::Judgement;

/// The output of a workflow step that has the digest of the clearance.
const DIGEST: &str = "clearance-digest";

/// The clearance that a commit is tagged by; the same options wherever a commit is tagged.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Given {
    /// Only by this clearance, which `zarpe verify --clearance` wrote; without its attestation the commit is verified again.
    #[arg(long, value_name = "FILE")]
    clearance: Option<PathBuf>,
    /// The attestation of the clearance, by actions/attest: `gh` verifies it, and the commit is not verified again.
    #[arg(long, value_name = "FILE", requires = "clearance")]
    clearance_bundle: Option<PathBuf>,
    /// How old the clearance may be, as 90m or 24h.
    #[arg(long, value_name = "DURATION", requires = "clearance", default_value = "24h", value_parser = age)]
    clearance_age: SignedDuration,
}

fn age(text: &str) -> std::result::Result<SignedDuration, String> {
    let age: Option<SignedDuration> = text.parse().ok();
    age.filter(|age| age.is_positive()).ok_or_else(|| format!("`{text}` is no duration such as 90m or 24h"))
}

impl Given {
    /// Whether there is one.
    pub(super) fn is_given(&self) -> bool {
        self.clearance.is_some()
    }

    /// Judges the commit by the clearance, where one was given: is it the one that is wanted, and is it attested, or else
    /// does the commit pass now? Gives the digest of the clearance.
    pub(super) async fn judge(&self, session: &Session<'_>, commit: &Sha, stages: &mut Stages) -> Option<String> {
        let file = self.clearance.as_deref()?;
        let report = self.report(session, commit, file).await;
        let digest = report.as_ref().ok().and_then(|report| report.outputs.iter().find(|output| output.name == DIGEST));
        let digest = digest.map(|output| output.value.clone());
        stages.add("clearance", report);
        if stages.are_clear() && self.clearance_bundle.is_none() {
            stages.add("verify", verify::stage(session, commit).await);
        }
        digest
    }

    async fn report(&self, session: &Session<'_>, commit: &Sha, file: &Path) -> Result<Report> {
        let (cx, shown) = (session.cx, file.display().to_string());
        let path = cx.directory.join(file);
        let bytes = files::read(&path)?.ok_or_else(|| {
            Failure::usage("clearance/file", format!("there is no file {shown}"))
                .help(format!("make it: zarpe verify {} --clearance {shown}", commit.short()))
        })?;
        let statement = Statement::parse(&shown, &bytes)?;
        let place = session.github().await?.place();
        let resource = Resource::new(place.server.as_str(), &place.repository(), &session.branch().await?);
        let policy = canonical::digest(&verify::configured(session).await?)?;
        let wanted = Wanted { commit, resource: &resource, policy: &policy, age: self.clearance_age, now: cx.now };
        let refusals = clearance::refusals(&statement, wanted);
        if !refusals.is_empty() {
            let title = format!("{shown} does not clear {}", commit.short());
            let mut report = Report::new("clearance", ExitCode::Refused, title, Body::Sections(Vec::new()));
            report.findings = refusals;
            return Ok(report);
        }
        let by = match &self.clearance_bundle {
            None => None,
            Some(bundle) => {
                let (path, bundle) = (files::absolute(&path)?, files::absolute(&cx.directory.join(bundle))?);
                let answer = attestation::verify(cx, place, &path, &bundle, PREDICATE).await?;
                Some(clearance::attested_by(&answer, &bytes, &resource)?)
            }
        };
        Ok(cleared(&statement, &bytes, by.as_deref()))
    }
}

/// The report on a clearance that is the one that is wanted; what was let through by a waiver is always shown.
fn cleared(statement: &Statement, bytes: &[u8], attested_by: Option<&str>) -> Report {
    let digest = format!("sha256:{}", canonical::sha256(bytes));
    let predicate = &statement.predicate;
    let (title, heading, summary) = match attested_by {
        Some(by) => ("is believed", "attested", format!("verify is not repeated; attested by {by}")),
        None => ("is the one that is wanted", "not attested", "so the commit is verified again".to_owned()),
    };
    let mut section = Section::new(Mark::Plain, heading, summary).columns(["what", "is"]);
    section.row(Mark::Plain, ["clearance", digest.as_str()]);
    for waiver in &predicate.waivers {
        let crate::config::Waiver { sha, reason, by, expires, .. } = waiver;
        section.row(Mark::Plain, ["waived", &format!("{} by {by} until {expires}: {reason}", sha.short())]);
    }
    let title = format!("the clearance of {} {title}", predicate.time_verified);
    Report::new("clearance", ExitCode::Done, title, Body::Sections(vec![section])).output(DIGEST, digest)
}

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
    report.outputs.push(Output { name: DIGEST.into(), value: digest });
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
