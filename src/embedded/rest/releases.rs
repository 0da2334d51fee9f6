//! Releases: drafts, published ones, and the tag that publishing makes.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::embedded::call::{Call, text};
use crate::embedded::git::Created;
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::{Access, Release};
use crate::history;

pub(super) const ROUTES: &[Route] = &[
    Route::get("releases", "contents", list),
    Route::get("releases/latest", "contents", latest),
    Route::get("releases/tags/{tag+}", "contents", by_tag),
    Route::get("releases/{release}", "contents", get),
    Route::change(Method::POST, "releases", "contents", create),
    Route::change(Method::PATCH, "releases/{release}", "contents", update),
    Route::change(Method::DELETE, "releases/{release}", "contents", delete),
];

/// Newest first. Drafts are seen by those who could publish them.
fn list(call: &mut Call<'_>) -> Answer {
    let drafts = call.caller.allows(call.state, "contents", Access::Write);
    let releases = call.state.releases.iter().rev().filter(|release| drafts || !release.draft);
    let releases = releases.map(|release| release_json(call, release)).collect();
    Ok(call.list(releases))
}

fn latest(call: &mut Call<'_>) -> Answer {
    let candidates = || call.state.releases.iter().filter(|release| !release.draft && !release.prerelease);
    let marked = candidates().find(|release| Some(release.id) == call.state.latest_release);
    let newest = || candidates().max_by_key(|release| (release.created_at, release.id));
    let release = marked.or_else(newest).ok_or_else(Reply::not_found)?;
    Ok(Reply::json(release_json(call, release)))
}

/// A draft has no tag yet, whatever its name says.
fn by_tag(call: &mut Call<'_>) -> Answer {
    let tag = call.capture("tag");
    let release = call.state.releases.iter().find(|release| !release.draft && release.tag == tag);
    Ok(Reply::json(release_json(call, release.ok_or_else(Reply::not_found)?)))
}

fn get(call: &mut Call<'_>) -> Answer {
    let place = call.release()?;
    let release = call.state.releases.get(place).ok_or_else(Reply::not_found)?;
    if release.draft && !call.caller.allows(call.state, "contents", Access::Write) {
        return Err(Reply::not_found());
    }
    Ok(Reply::json(release_json(call, release)))
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.json()?;
    let tag = text(&body, "tag_name").ok_or_else(|| Reply::invalid("Release", "tag_name", "missing_field"))?;
    let mut release = Release {
        id: call.state.id(),
        tag: tag.to_owned(),
        target: call.state.repository.default_branch.clone(),
        name: None,
        body: None,
        draft: true,
        prerelease: false,
        immutable: false,
        author: call.caller.login().to_owned(),
        created_at: call.state.now,
        published_at: None,
        assets: Vec::new(),
    };
    change(&mut release, &body);
    if !history::is_tag_name(&release.tag) {
        return Err(Reply::invalid("Release", "tag_name", "invalid"));
    }
    if body.get("draft").and_then(Value::as_bool) != Some(true) {
        publish(call, &mut release, &body)?;
    }
    let value = release_json(call, &release);
    call.state.releases.push(release);
    Ok(Reply::created(value))
}

fn update(call: &mut Call<'_>) -> Answer {
    let (place, body) = (call.release()?, call.json()?);
    let mut release = call.state.releases.get(place).ok_or_else(Reply::not_found)?.clone();
    let retagged = text(&body, "tag_name").is_some_and(|tag| tag != release.tag);
    if release.immutable && retagged {
        return Err(Reply::unprocessable("Cannot change the tag of an immutable release."));
    }
    change(&mut release, &body);
    if !history::is_tag_name(&release.tag) {
        return Err(Reply::invalid("Release", "tag_name", "invalid"));
    }
    match body.get("draft").and_then(Value::as_bool) {
        Some(false) if release.draft => publish(call, &mut release, &body)?,
        Some(true) if release.immutable => {
            return Err(Reply::unprocessable("Cannot change an immutable release into a draft."));
        }
        Some(true) => (release.draft, release.published_at) = (true, None),
        _ if !release.draft && retagged => publish(call, &mut release, &body)?,
        _ => {}
    }
    let value = release_json(call, &release);
    if let Some(old) = call.state.releases.get_mut(place) {
        *old = release;
    }
    Ok(Reply::json(value))
}

/// What a request may set in any release.
fn change(release: &mut Release, body: &Value) {
    let owned = |name| text(body, name).map(str::to_owned);
    if let Some(tag) = owned("tag_name") {
        release.tag = tag;
    }
    if let Some(target) = owned("target_commitish").filter(|target| !target.is_empty()) {
        release.target = target;
    }
    release.name = owned("name").or_else(|| release.name.take());
    release.body = owned("body").or_else(|| release.body.take());
    release.prerelease = body.get("prerelease").and_then(Value::as_bool).unwrap_or(release.prerelease);
}

/// Publishes: the tag must be free of other releases, and is made where it is missing.
fn publish(call: &mut Call<'_>, release: &mut Release, body: &Value) -> Result<(), Box<Reply>> {
    let taken = |other: &Release| !other.draft && other.tag == release.tag && other.id != release.id;
    if call.state.releases.iter().any(taken) {
        return Err(Reply::invalid("Release", "tag_name", "already_exists"));
    }
    if call.state.burned_tags.contains(&release.tag) {
        return Err(Reply::unprocessable("tag_name was used by an immutable release"));
    }
    release.created_at = ensure_tag(call, release)?;
    release.draft = false;
    release.published_at = Some(call.state.now);
    release.immutable = call.state.repository.immutable_releases;
    if !release.prerelease && text(body, "make_latest") != Some("false") {
        call.state.latest_release = Some(release.id);
    }
    Ok(())
}

/// The date of the commit that the release's tag leads to; the tag is made where it is missing.
fn ensure_tag(call: &Call<'_>, release: &Release) -> Result<Timestamp, Box<Reply>> {
    let name = format!("refs/tags/{}", release.tag);
    let commit = if let Some(tag) = call.git.reference(&name) {
        tag.commit
    } else {
        let invalid = || Reply::invalid("Release", "target_commitish", "invalid");
        let target = call.git.resolve(&release.target).ok_or_else(invalid)?;
        if let Created::Refused(why) = call.git.create(&name, &target) {
            return Err(Reply::unprocessable(&format!("Repository rule violations found\n\n{why}")));
        }
        target
    };
    Ok(call.git.commit(&commit).map_or(call.state.now, |commit| commit.committer.date))
}

/// Deletes the release and leaves its tag. The tag of an immutable one is never released again.
fn delete(call: &mut Call<'_>) -> Answer {
    let place = call.release()?;
    let release = call.state.releases.remove(place);
    if release.immutable {
        call.state.burned_tags.insert(release.tag);
    }
    Ok(Reply::no_content())
}

impl Call<'_> {
    /// Where the release of the placeholder `release` is.
    pub(super) fn release(&self) -> Result<usize, Box<Reply>> {
        let id = self.number("release")?;
        self.state.releases.iter().position(|release| release.id == id).ok_or_else(Reply::not_found)
    }
}

fn release_json(call: &Call<'_>, release: &Release) -> Value {
    let (url, tag) = (call.api(&format!("/releases/{}", release.id)), &release.tag);
    let page = if release.draft { format!("untagged-{:08x}", release.id) } else { tag.clone() };
    let archive = |kind: &str| (!release.draft).then(|| call.api(&format!("/{kind}/{tag}")));
    json!({
        "id": release.id,
        "node_id": node("RE", release.id),
        "url": url,
        "html_url": call.html(&format!("/releases/tag/{page}")),
        "assets_url": format!("{url}/assets"),
        "upload_url": format!("{}{{?name,label}}", upload_url(call, release.id)),
        "tarball_url": archive("tarball"),
        "zipball_url": archive("zipball"),
        "tag_name": tag,
        "target_commitish": release.target,
        "name": release.name,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "immutable": release.immutable,
        "created_at": release.created_at.to_string(),
        "updated_at": release.published_at.unwrap_or(release.created_at).to_string(),
        "published_at": release.published_at.map(|time| time.to_string()),
        "author": call.user(&release.author),
        "assets": release.assets.iter().map(|asset| call.asset_json(release, asset)).collect::<Vec<_>>(),
    })
}

fn upload_url(call: &Call<'_>, release: u64) -> String {
    format!("{}/api/uploads/repos/{}/releases/{release}/assets", call.origin, call.state.repository.full_name())
}
