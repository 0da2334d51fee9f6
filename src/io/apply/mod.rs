//! Carries effects out: one arm for each, which looks first and then converges.

mod branch;
mod image;
mod issue;
mod pull;
mod release;
mod remarks;
mod tags;

use anyhow::Result;

use crate::context::Context;
use crate::effect::{Applied, Effect, WriteFile};
use crate::io::files;
use crate::io::git::Repository;
use crate::io::session::Session;

/// Makes it so. What is already right is left alone.
///
/// # Errors
/// Exit code 1 where the world says no, 3 where it cannot be reached.
pub async fn apply(cx: &Context, effect: &Effect) -> Result<Applied> {
    match effect {
        Effect::WriteFile(file) => write_file(cx, file),
        Effect::EnsureTags(tags) => tags::ensure(&Session::open(cx)?, tags).await,
        Effect::EnsureImageTags(image) => image::ensure(cx, image).await,
        Effect::EnsureBranch(branch) => branch::ensure(&Session::open(cx)?, branch).await,
        Effect::EnsurePullRequest(pull) => pull::ensure(&Session::open(cx)?, pull).await,
        Effect::EnsureRelease(release) => release::ensure(&Session::open(cx)?, release).await,
        Effect::EnsureAssets(wanted) => release::attach(&Session::open(cx)?, wanted).await,
        Effect::EnsureRemarks(wanted) => remarks::ensure(cx, wanted).await,
        Effect::EnsureIssue(issue) => issue::ensure(&Session::open(cx)?, issue).await,
    }
}

/// What is there already, of an effect whose command has not looked for it; `None` also where that cannot be told.
pub async fn there(cx: &Context, effect: &Effect) -> Option<String> {
    match effect {
        Effect::EnsureIssue(issue) => issue::there(&Session::open(cx).ok()?, issue).await.ok()?,
        _ => None,
    }
}

fn write_file(cx: &Context, file: &WriteFile) -> Result<Applied> {
    let top = Repository::open(&cx.directory).ok().and_then(|repository| repository.work_tree());
    let path = top.as_ref().unwrap_or(&cx.directory).join(&file.path);
    let what = format!("{} is written", file.path.display());
    if files::read(&path)?.as_deref() == Some(file.contents.as_slice()) {
        return Ok(Applied { what, changed: false });
    }
    files::write(&path, &file.contents)?;
    Ok(Applied { what, changed: true })
}
