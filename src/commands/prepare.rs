//! `zarpe prepare`: the release pull request — the changelog's entry and the version files, on a branch of its own.

use anyhow::Result;

use crate::cli::{Change, Fetch};
use crate::commands::candidate::Candidate;
use crate::commands::next::Wanted;
use crate::commands::version_files::{self, File};
use crate::commands::{Consent, Outcome, notes};
use crate::context::Context;
use crate::effect::{Effect, EnsureBranch, EnsurePullRequest, WriteFile};
use crate::io::session::Session;
use crate::notes::changelog;
use crate::output::json::Document as _;
use crate::output::json::prepare::{Changed, Prepare};
use crate::report::{Body, ExitCode, Failure, Location, Mark, Report, Section};
use crate::version::files::with_version;

/// The release pull request: changelog entry and version files on a branch, opened or updated with --push.
///
/// Neither the work tree nor the index is touched. Without --push the changes are shown, and nothing is done.
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    fetch: Fetch,
    /// Push the branch, and open or update its pull request.
    #[arg(long)]
    push: bool,
    #[command(flatten)]
    change: Change,
}

/// Says what the next version changes in the repository, as a branch and a pull request.
///
/// # Errors
/// When the next version is not known, or a file cannot be read.
pub async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let session = Session::open_with(cx, options.fetch, None, false).await?;
    if options.push {
        // Before the branch is pushed: without GitHub it would stay alone.
        session.github().await?;
    }
    let candidate = Candidate::gather(&session, None, &options.wanted).await?;
    let (base, commit) = (session.branch().await?, candidate.commit.clone());
    let Some(version) = candidate.decision.version() else {
        let mut report = crate::version::report(&candidate.decision, &cx.config.tag, true);
        report.command = "prepare";
        report.document = Prepare::nothing(&commit).value();
        return Ok(Outcome::report(report));
    };
    let mut files: Vec<(File, String)> = version_files::gather(&session, &commit)?
        .into_iter()
        .map(|file| {
            let after = with_version(&file.text, &file.stated, version);
            (file, after)
        })
        .collect();
    let notes = notes::of_release(cx, &session.repository, &candidate.decision, cx.config.language).await?;
    if let (Some(path), Some(release)) = (&cx.config.notes.changelog, notes.as_ref().and_then(|notes| notes.release()))
    {
        files.push(changelog(&session, &candidate, path, &release)?);
    }
    files.retain(|(file, after)| file.text != *after);
    let remark = notes.as_ref().and_then(|notes| notes.remark.clone());
    let title = format!("chore: release {version}");
    let branch = format!("zarpe/release-{}", base.replace('/', "-"));
    let effects = if files.is_empty() {
        Vec::new()
    } else {
        let writes = files
            .iter()
            .map(|(file, after)| WriteFile { path: file.path.clone().into(), contents: after.clone().into_bytes() });
        let ensure = EnsureBranch {
            branch: branch.clone(),
            base: commit.clone(),
            files: writes.collect(),
            message: title.clone(),
        };
        let body = notes.map(|notes| notes.body()).unwrap_or_default();
        let pull = EnsurePullRequest { branch: branch.clone(), base: base.clone(), title: title.clone(), body };
        vec![Effect::EnsureBranch(ensure), Effect::EnsurePullRequest(pull)]
    };
    let consent = if options.push { options.change.into() } else { Consent::DryRun };
    let document = Prepare {
        sha: commit.to_string(),
        version: Some(version.to_string()),
        branch: Some(branch),
        base: Some(base),
        title: Some(title),
        files: files
            .iter()
            .map(|(file, after)| Changed { path: file.path.clone(), diff: diff(&file.text, after) })
            .collect(),
    };
    let heading = if files.is_empty() {
        format!("everything states {version} already")
    } else {
        format!("{} files change for {version}", files.len())
    };
    let mut sections: Vec<Section> = files.iter().map(|(file, after)| shown(file, after)).collect();
    if let (Some(last), false) = (sections.last_mut(), options.push) {
        last.help = Some("zarpe prepare --push opens the pull request, or updates it".to_owned());
    }
    let mut report = Report::new("prepare", ExitCode::Done, heading, Body::Sections(sections));
    report.findings.extend(remark);
    report.document = document.value();
    Ok(Outcome::act(report, effects, consent))
}

/// The changelog of the commit, and the same with the release's entry.
fn changelog(
    session: &Session<'_>,
    candidate: &Candidate,
    path: &str,
    release: &changelog::Release,
) -> Result<(File, String)> {
    let refuse = |line, why: String| {
        let place = Location { file: path.to_owned(), line, column: None };
        Failure::usage("notes/changelog", why).at(place).help("mend the line; nothing was written")
    };
    let bytes = session.repository.file_at(&candidate.commit, path)?;
    let text = String::from_utf8(bytes.unwrap_or_default())
        .map_err(|_| refuse(None, "the changelog is not UTF-8".to_owned()))?;
    let before = if text.is_empty() { changelog::EMPTY } else { &text };
    let after = changelog::with_release(before, release).map_err(|trouble| refuse(Some(trouble.line), trouble.why))?;
    Ok((File { path: path.to_owned(), text, stated: Vec::new() }, after))
}

fn diff(before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string()
}

/// The lines that change, as `diff -u` has them.
fn shown(file: &File, after: &str) -> Section {
    let mut section = Section::new(Mark::Plain, file.path.clone(), file.versions()).columns(["line"]);
    for line in diff(&file.text, after).lines().filter(|line| !line.starts_with("@@")) {
        section.row(Mark::Plain, [line.to_owned()]);
    }
    section
}
