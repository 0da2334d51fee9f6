//! One release of a tag: draft, then its assets, each whole, and published last.
//!
//! This order is the only one that works where releases are immutable, and a run that was cut off anywhere is finished by
//! the next one: it adopts the draft, and uploads again what is missing or half. Other runs may be at the same release.

mod assets;

use std::time::Duration;

use anyhow::Result;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::effect::{Applied, EnsureAssets, EnsureRelease};
use crate::io::github::GitHub;
use crate::io::session::Session;
use crate::report::{ExitCode, Failure};
use assets::Asset;

/// How often is looked whether a second release, which another run made at the same moment, was taken back by it.
const LOOKS: u32 = 5;
/// The wait before the second look; each further one is longer by as much.
const WAIT: Duration = Duration::from_millis(200);

#[derive(Clone, Debug, Deserialize)]
struct Release {
    id: u64,
    tag_name: String,
    draft: bool,
    #[serde(default)]
    immutable: bool,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    assets: Vec<Asset>,
}

pub(super) async fn ensure(session: &Session<'_>, wanted: &EnsureRelease) -> Result<Applied> {
    let github = session.github().await?;
    let files = wanted.assets.iter().map(|path| assets::read(&session.folder(), path)).collect::<Result<Vec<_>>>()?;
    let found = find(github, &wanted.tag).await?;
    let mut changed = found.is_none();
    let release = match found {
        Some(release) => release,
        None => create(github, wanted).await?,
    };
    let (mut release, uploaded) = assets::ensure(session.cx, github, release, &files, false).await?;
    changed |= uploaded;
    let is_blank = release.body.as_deref().unwrap_or_default().trim().is_empty();
    if release.draft && (!wanted.draft || is_blank) {
        release = finish(github, wanted, &release).await?;
        changed = true;
    }
    let state = if release.draft { "a draft" } else { "published" };
    Ok(Applied { what: format!("release {} is {state}: {}", release.tag_name, release.html_url), changed })
}

/// The release that is there has these files as well.
pub(super) async fn attach(session: &Session<'_>, wanted: &EnsureAssets) -> Result<Applied> {
    let github = session.github().await?;
    let files = wanted.assets.iter().map(|path| assets::read(&wanted.folder, path)).collect::<Result<Vec<_>>>()?;
    let Some(release) = find(github, &wanted.tag).await? else {
        return Err(Failure::refused("release/none", format!("GitHub has no release of {}", wanted.tag))
            .help("zarpe release makes it, or keep the files elsewhere")
            .into());
    };
    let (release, changed) = assets::ensure(session.cx, github, release, &files, true).await?;
    Ok(Applied {
        what: format!("release {} has {} more files: {}", release.tag_name, files.len(), release.html_url),
        changed,
    })
}

/// The releases of a tag, drafts included (the look-up by tag omits them): published before drafts, the older first.
async fn of_tag(github: &GitHub, tag: &str) -> Result<Vec<Release>> {
    let pages: Vec<Vec<Release>> = github.pages(&github.path("releases?per_page=100")).await?;
    let mut releases: Vec<Release> = pages.into_iter().flatten().filter(|release| release.tag_name == tag).collect();
    releases.sort_by_key(|release| (release.draft, release.id));
    Ok(releases)
}

/// The one release of a tag. A draft beside it that holds nothing may be that of a run that is about to take it back.
async fn find(github: &GitHub, tag: &str) -> Result<Option<Release>> {
    for look in 1..=LOOKS {
        let mut releases = of_tag(github, tag).await?.into_iter();
        let first = releases.next();
        let mut others = releases.peekable();
        if others.peek().is_none() {
            return Ok(first);
        }
        if !others.all(|other| other.draft && other.assets.is_empty()) {
            break;
        }
        tokio::time::sleep(WAIT * look).await;
    }
    Err(Failure::refused("release/two", format!("GitHub has more than one release of {tag}"))
        .help("delete the one that is wrong, then run this again")
        .into())
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
    match github.send(Method::POST, &github.path("releases"), &body).await {
        Ok(release) => settle(github, release).await,
        Err(error) if Failure::from_error(&error).exit == ExitCode::CannotTell => {
            find(github, &wanted.tag).await?.ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// GitHub makes a draft for each of two runs that found none. The older stays; who made the other takes it back.
async fn settle(github: &GitHub, mine: Release) -> Result<Release> {
    match of_tag(github, &mine.tag_name).await?.into_iter().next() {
        Some(first) if first.id != mine.id => {
            github.delete(&github.path(&format!("releases/{}", mine.id))).await?;
            Ok(first)
        }
        _ => Ok(mine),
    }
}

async fn get(github: &GitHub, id: u64) -> Result<Release> {
    github.get(&github.path(&format!("releases/{id}"))).await
}

/// Gives the draft what it lacks, and publishes it where that is wanted. Notes that somebody edited in the draft stay theirs.
async fn finish(github: &GitHub, wanted: &EnsureRelease, release: &Release) -> Result<Release> {
    let mut body = json!({ "draft": wanted.draft, "prerelease": wanted.prerelease });
    let blank = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().is_empty();
    if let Some(body) = body.as_object_mut() {
        if !wanted.draft {
            body.insert("make_latest".to_owned(), if wanted.latest { "true" } else { "false" }.into());
        }
        if blank(&release.name) {
            body.insert("name".to_owned(), wanted.name.clone().into());
        }
        if blank(&release.body) {
            body.insert("body".to_owned(), wanted.notes.clone().into());
        }
    }
    match github.send(Method::PATCH, &github.path(&format!("releases/{}", release.id)), &body).await {
        Ok(release) => Ok(release),
        // The answer was lost, or another run published it: only GitHub knows.
        Err(error) => {
            let now = get(github, release.id).await;
            now.ok().filter(|release| release.draft == wanted.draft && !blank(&release.body)).ok_or(error)
        }
    }
}
