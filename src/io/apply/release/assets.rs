//! The files of a release: each there once and whole, several uploaded at a time, streamed from the disk.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;

use super::{Release, get};
use crate::context::Context;
use crate::effect::unfit_asset;
use crate::io::files::{self, Fingerprint};
use crate::io::github::{GitHub, Upload, failure};
use crate::io::progress::Progress;
use crate::report::Failure;

/// How often the uploads are gone through: what broke, and what another run was faster with, is looked at again.
const ROUNDS: usize = 3;
/// How often the progress is drawn anew.
const TICK: Duration = Duration::from_millis(200);

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Asset {
    id: u64,
    name: String,
    state: String,
    size: u64,
    digest: Option<String>,
}

/// A file to attach. Its digest is taken before anything is sent: a file that changes meanwhile never arrives whole.
pub(super) struct File {
    name: String,
    path: PathBuf,
    fingerprint: Fingerprint,
}

pub(super) fn read(folder: &Path, path: &Path) -> Result<File> {
    let shown = path.display();
    if !files::is_regular_inside(folder, path)? {
        return Err(Failure::usage("release/asset", format!("{shown} is not a file of this repository"))
            .help("name a regular file inside the work tree, not a link")
            .into());
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let path = folder.join(path);
    let fingerprint = files::fingerprint(&path)?;
    if let Some(failure) = unfit_asset(&path, fingerprint.size) {
        return Err(failure.into());
    }
    Ok(File { name, path, fingerprint })
}

/// Each file is attached and whole; the release as it is then, and whether something had to be uploaded. Only a draft is
/// changed, unless it is said that a published one may be.
pub(super) async fn ensure(
    cx: &Context,
    github: &GitHub,
    mut release: Release,
    files: &[File],
    also_published: bool,
) -> Result<(Release, bool)> {
    let mut changed = false;
    for round in 1.. {
        let lacking: Vec<&File> = files.iter().filter(|file| !release.holds(file)).collect();
        if lacking.is_empty() {
            break;
        }
        if !also_published || release.immutable {
            release.refuse_published(&lacking)?;
        }
        let outcome = upload_all(cx, github, &release, lacking).await;
        changed = true;
        // What is there now counts, whatever was answered.
        release = get(github, release.id).await?;
        match outcome {
            Err(error) if !files.iter().all(|file| release.holds(file)) && (round == ROUNDS || !may_pass(&error)) => {
                return Err(error);
            }
            Ok(()) if round == ROUNDS => break,
            _ => {}
        }
    }
    match files.iter().find(|file| !release.holds(file)) {
        None => Ok((release, changed)),
        Some(file) => {
            let message = format!("{} did not arrive in release {} as it is here", file.name, release.tag_name);
            Err(Failure::refused("release/asset-broken", message).help("run this again: it uploads it anew").into())
        }
    }
}

/// Whether another try may go better. The draft is not published meanwhile.
fn may_pass(error: &anyhow::Error) -> bool {
    let rule = Failure::from_error(error).finding.rule;
    [failure::NETWORK, failure::STATUS, failure::CONFLICT, failure::UNPROCESSABLE, failure::NOT_FOUND]
        .contains(&rule.as_str())
}

impl Release {
    /// Uploaded in full: size and, where GitHub gives one, digest are those of the file.
    fn holds(&self, file: &File) -> bool {
        self.assets.iter().any(|asset| {
            asset.name == file.name
                && asset.state == "uploaded"
                && asset.size == file.fingerprint.size
                && asset.digest.as_deref().is_none_or(|digest| digest == file.fingerprint.sha256)
        })
    }

    /// Only a draft is changed.
    fn refuse_published(&self, lacking: &[&File]) -> Result<()> {
        let Some(file) = lacking.first().filter(|_| !self.draft) else { return Ok(()) };
        let there = self.assets.iter().any(|asset| asset.name == file.name);
        let (rule, how) =
            if there { ("release/asset-differs", "with another") } else { ("release/asset-missing", "without") };
        let message = format!("release {} is published {how} {}", self.tag_name, file.name);
        let help = if self.immutable {
            "it is immutable, and its tag cannot be released again: release the next version"
        } else if there {
            "a published release is not changed: release the next version instead"
        } else {
            "attach it by hand, or release the next version"
        };
        Err(Failure::refused(rule, message).help(help).into())
    }
}

/// Three at a time. The first failure is given when the others are done.
async fn upload_all(cx: &Context, github: &GitHub, release: &Release, lacking: Vec<&File>) -> Result<()> {
    let (all, bytes) = (lacking.len(), lacking.iter().map(|file| file.fingerprint.size).sum());
    let (sent, done) = (Arc::new(AtomicU64::new(0)), Cell::new(0));
    let (queue, trouble) = (RefCell::new(lacking.into_iter()), RefCell::new(Ok(())));
    let lane = async || {
        loop {
            let next = queue.borrow_mut().next();
            let Some(file) = next else { return };
            let outcome = upload(github, release, file, &sent).await;
            done.set(done.get() + 1);
            let mut trouble = trouble.borrow_mut();
            if trouble.is_ok() {
                *trouble = outcome;
            }
        }
    };
    let lanes = async { tokio::join!(lane(), lane(), lane()) };
    let missing = || format!("uploading {} of {all} files", all - done.get());
    watch(cx, missing, || progress(sent.load(Ordering::Relaxed), bytes), lanes).await;
    trouble.into_inner()
}

/// Waits for the work, and says how far it is.
async fn watch<T>(
    cx: &Context,
    missing: impl Fn() -> String,
    now: impl Fn() -> String,
    work: impl Future<Output = T>,
) -> T {
    let mut progress = Progress::new(cx);
    let mut work = std::pin::pin!(work);
    loop {
        progress.say(&missing(), &now());
        tokio::select! {
            outcome = &mut work => return outcome,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

fn progress(sent: u64, all: u64) -> String {
    format!("{} of {} MB", sent / 1_000_000, all.div_ceil(1_000_000))
}

/// Takes away what keeps the name, then uploads.
async fn upload(github: &GitHub, release: &Release, file: &File, sent: &Arc<AtomicU64>) -> Result<()> {
    if let Some(half) = release.assets.iter().find(|asset| asset.name == file.name) {
        github.delete(&github.path(&format!("releases/assets/{}", half.id))).await?;
    }
    let upload = Upload {
        name: &file.name,
        path: &file.path,
        fingerprint: &file.fingerprint,
        content_type: content_type(&file.name),
        sent: Arc::clone(sent),
    };
    github.upload(release.id, &upload).await
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yml" | "yaml") => "application/yaml",
        Some("json") => "application/json",
        Some("html") => "text/html; charset=utf-8",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("gz" | "tgz") => "application/gzip",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}
