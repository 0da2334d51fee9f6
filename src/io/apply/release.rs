//! One release of a tag: draft, then its assets, each whole, and published last.
//!
//! This order is the only one that works where releases are immutable, and a run that was cut off anywhere is finished by
//! the next one: it adopts the draft, and uploads again what is missing or half.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::effect::{Applied, EnsureRelease};
use crate::io::files::{self, Fingerprint};
use crate::io::github::GitHub;
use crate::io::session::Session;
use crate::report::{ExitCode, Failure};

#[derive(Clone, Debug, Deserialize)]
struct Release {
    id: u64,
    tag_name: String,
    draft: bool,
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    assets: Vec<Asset>,
}

#[derive(Clone, Debug, Deserialize)]
struct Asset {
    id: u64,
    name: String,
    state: String,
    size: u64,
    digest: Option<String>,
}

/// A file to attach. Its digest is taken before anything is sent: a file that changes meanwhile arrives as another one.
struct File {
    name: String,
    path: PathBuf,
    fingerprint: Fingerprint,
}

pub(super) async fn ensure(session: &Session<'_>, wanted: &EnsureRelease) -> Result<Applied> {
    let github = session.github().await?;
    let files = wanted.assets.iter().map(|path| read(&session.folder(), path)).collect::<Result<Vec<_>>>()?;
    let mut changed = false;
    let release = match find(github, &wanted.tag).await? {
        Some(release) => release,
        None => {
            changed = true;
            create(github, wanted).await?
        }
    };
    for file in &files {
        changed |= ensure_asset(github, &release, file).await?;
    }
    let release = if release.draft && !wanted.draft {
        changed = true;
        publish(github, release.id).await?
    } else {
        release
    };
    let state = if release.draft { "a draft" } else { "published" };
    Ok(Applied { what: format!("release {} is {state}: {}", release.tag_name, release.html_url), changed })
}

/// The release of a tag, drafts included (the look-up by tag omits them).
async fn find(github: &GitHub, tag: &str) -> Result<Option<Release>> {
    let pages: Vec<Vec<Release>> = github.pages(&github.path("releases?per_page=100")).await?;
    let mut of_tag = pages.into_iter().flatten().filter(|release| release.tag_name == tag);
    let first = of_tag.next();
    if of_tag.next().is_some() {
        return Err(Failure::refused("release/two", format!("GitHub has more than one release of {tag}"))
            .help("delete the one that is wrong, then run this again")
            .into());
    }
    Ok(first)
}

/// Makes the draft. Where the answer was lost, the list says whether it was made: two creations would make two releases.
async fn create(github: &GitHub, wanted: &EnsureRelease) -> Result<Release> {
    let body = json!({
        "tag_name": wanted.tag,
        "target_commitish": wanted.commit.as_str(),
        "name": wanted.name,
        "body": wanted.notes,
        "draft": true,
        "prerelease": wanted.prerelease,
    });
    match github.send(http::Method::POST, &github.path("releases"), &body).await {
        Ok(release) => Ok(release),
        Err(error) if Failure::from_error(&error).exit == ExitCode::CannotTell => {
            find(github, &wanted.tag).await?.ok_or(error)
        }
        Err(error) => Err(error),
    }
}

async fn publish(github: &GitHub, id: u64) -> Result<Release> {
    github.send(http::Method::PATCH, &github.path(&format!("releases/{id}")), &json!({ "draft": false })).await
}

/// True where the asset had to be uploaded.
async fn ensure_asset(github: &GitHub, release: &Release, file: &File) -> Result<bool> {
    if let Some(there) = release.assets.iter().find(|asset| asset.name == file.name) {
        if is_whole(there, file) {
            return Ok(false);
        }
        if !release.draft {
            let message = format!("release {} is published with another {}", release.tag_name, file.name);
            return Err(Failure::refused("release/asset-differs", message)
                .help("a published release is not changed: release the next version instead")
                .into());
        }
        github.delete(&github.path(&format!("releases/assets/{}", there.id))).await?;
    } else if !release.draft {
        let message = format!("release {} is published without {}", release.tag_name, file.name);
        return Err(Failure::refused("release/asset-missing", message)
            .help("attach it by hand, or release the next version")
            .into());
    }
    let made: Asset = github.upload(release.id, &file.name, &file.path, content_type(&file.name)).await?;
    if made.name != file.name || !is_whole(&made, file) {
        let message = format!("{} arrived as {} with {} bytes, not as it is here", file.name, made.name, made.size);
        return Err(Failure::refused("release/asset-broken", message)
            .help("run this again: it uploads it anew")
            .into());
    }
    Ok(true)
}

/// Uploaded in full: size and, where GitHub gives one, digest are those of the file.
fn is_whole(asset: &Asset, file: &File) -> bool {
    asset.state == "uploaded"
        && asset.size == file.fingerprint.size
        && asset.digest.as_deref().is_none_or(|digest| digest == file.fingerprint.sha256)
}

fn read(folder: &Path, path: &Path) -> Result<File> {
    let shown = path.display();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    if !files::is_regular_inside(folder, path)? {
        return Err(Failure::usage("release/asset", format!("{shown} is not a file of this repository"))
            .help("name a regular file inside the work tree, not a link")
            .into());
    }
    let path = folder.join(path);
    let fingerprint = files::fingerprint(&path)?;
    Ok(File { name, path, fingerprint })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yml" | "yaml") => "application/yaml",
        Some("json") => "application/json",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("gz" | "tgz") => "application/gzip",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}
