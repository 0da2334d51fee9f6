//! The files of a release: uploaded, listed, downloaded, deleted.

use bytes::Bytes;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::embedded::call::Call;
use crate::embedded::reply::{Answer, Content, Reply};
use crate::embedded::route::Route;
use crate::embedded::server::hex;
use crate::embedded::shape::node;
use crate::embedded::state::{Asset, AssetState, Release};

pub(super) const ROUTES: &[Route] = &[
    Route::get("releases/{release}/assets", "contents", list),
    Route::get("releases/assets/{asset}", "contents", get),
    Route::change(Method::POST, "releases/{release}/assets", "contents", upload),
    Route::change(Method::DELETE, "releases/assets/{asset}", "contents", delete),
];

fn list(call: &mut Call<'_>) -> Answer {
    let place = call.release()?;
    let release = call.state.releases.get(place).ok_or_else(Reply::not_found)?;
    let assets = release.assets.iter().map(|asset| call.asset_json(release, asset)).collect();
    Ok(call.list(assets))
}

/// What is known of the file, or the file itself where the client asks for bytes.
fn get(call: &mut Call<'_>) -> Answer {
    let (release, asset) = call.asset()?;
    let accept = call.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accept.contains("application/octet-stream") {
        return Ok(Reply::json(call.asset_json(release, asset)));
    }
    match asset.state {
        AssetState::Starter => Err(Reply::not_found()),
        AssetState::Uploaded => {
            let content = Content::Bytes(asset.content_type.clone(), asset.bytes.clone());
            let disposition = format!("attachment; filename={}", asset.name);
            Ok(Reply::new(StatusCode::OK, content).header("content-disposition", disposition))
        }
    }
}

/// Takes a file. Where the client goes away before its end, a `starter` stays behind and keeps the name.
fn upload(call: &mut Call<'_>) -> Answer {
    let place = call.release()?;
    let name = call.query("name").filter(|name| !name.is_empty());
    let name = asset_name(name.ok_or_else(|| Reply::invalid("ReleaseAsset", "name", "missing_field"))?);
    let kind = call.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.ok_or_else(|| Reply::refusal(StatusCode::BAD_REQUEST, "Bad Content-Type"))?.to_owned();
    let release = call.state.releases.get(place).ok_or_else(Reply::not_found)?;
    if release.immutable {
        return Err(Reply::unprocessable("Cannot upload assets to an immutable release."));
    }
    if release.assets.iter().any(|asset| asset.name == name) {
        return Err(Reply::invalid("ReleaseAsset", "name", "already_exists"));
    }
    if call.body.is_empty() && !call.cut {
        return Err(Reply::invalid("ReleaseAsset", "size", "invalid"));
    }
    let asset = Asset {
        id: call.state.id(),
        name,
        label: call.query("label").map(str::to_owned),
        content_type: kind,
        state: if call.cut { AssetState::Starter } else { AssetState::Uploaded },
        bytes: std::mem::take(&mut call.body),
        uploader: call.caller.login().to_owned(),
        created_at: call.state.now,
    };
    let release = call.state.releases.get_mut(place).ok_or_else(Reply::not_found)?;
    release.assets.push(asset.clone());
    let release = call.state.releases.get(place).ok_or_else(Reply::not_found)?;
    Ok(Reply::created(call.asset_json(release, &asset)))
}

fn delete(call: &mut Call<'_>) -> Answer {
    let (release, asset) = call.asset()?;
    if release.immutable {
        return Err(Reply::unprocessable("Cannot delete asset from an immutable release."));
    }
    let id = asset.id;
    for release in &mut call.state.releases {
        release.assets.retain(|asset| asset.id != id);
    }
    Ok(Reply::no_content())
}

impl Call<'_> {
    /// The asset of the placeholder `asset`, with its release.
    fn asset(&self) -> Result<(&Release, &Asset), Box<Reply>> {
        let id = self.number("asset")?;
        let of = |release| Release::asset(release, id).map(|asset| (release, asset));
        self.state.releases.iter().find_map(of).ok_or_else(Reply::not_found)
    }

    /// One asset.
    pub(super) fn asset_json(&self, release: &Release, asset: &Asset) -> Value {
        let time = asset.created_at.to_string();
        let uploaded = asset.state == AssetState::Uploaded;
        json!({
            "id": asset.id,
            "node_id": node("RA", asset.id),
            "url": self.api(&format!("/releases/assets/{}", asset.id)),
            "browser_download_url": self.html(&format!("/releases/download/{}/{}", release.tag, asset.name)),
            "name": asset.name,
            "label": asset.label,
            "state": if uploaded { "uploaded" } else { "starter" },
            "content_type": asset.content_type,
            "size": asset.bytes.len(),
            "digest": uploaded.then(|| digest(&asset.bytes)),
            "download_count": 0,
            "created_at": time,
            "updated_at": time,
            "uploader": self.user(&asset.uploader),
        })
    }
}

impl Release {
    fn asset(&self, id: u64) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.id == id)
    }
}

fn digest(bytes: &Bytes) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// The name as GitHub keeps it: what is no letter, digit, `-`, `_`, `+`, `@` or point becomes a point, points do not follow
/// each other and end no name, and a name that begins with one gets `default` before it.
fn asset_name(name: &str) -> String {
    let mut kept = String::new();
    for character in name.chars() {
        let sound = character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '+' | '@');
        match (sound, kept.ends_with('.')) {
            (true, _) => kept.push(character),
            (false, false) => kept.push('.'),
            (false, true) => {}
        }
    }
    let kept = kept.trim_end_matches('.');
    if kept.is_empty() || kept.starts_with('.') { format!("default{kept}") } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test_case::test_case("schema.yml", "schema.yml"; "a plain name")]
    #[test_case::test_case("a b&c#.txt", "a.b.c.txt"; "odd characters")]
    #[test_case::test_case("zarpe_1.0~rc1+git@x-y.deb", "zarpe_1.0.rc1+git@x-y.deb"; "a tilde")]
    #[test_case::test_case("esquema_ñandú.yml", "esquema_.and.yml"; "letters beyond ASCII")]
    #[test_case::test_case(".env", "default.env"; "a point in front")]
    fn a_name_is_kept_as_github_keeps_it(given: &str, kept: &str) {
        assert_eq!(super::asset_name(given), kept);
    }
}
