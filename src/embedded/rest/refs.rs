//! References of the repository: read, and made where they do not exist yet.

use http::Method;
use serde_json::{Value, json};

use crate::embedded::call::{Call, text};
use crate::embedded::git::{Created, Reference};
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;

pub(super) const ROUTES: &[Route] = &[
    Route::get("git/ref/{name+}", "contents", get),
    Route::get("git/matching-refs/{name+}", "contents", matching),
    Route::change(Method::POST, "git/refs", "contents", create),
];

fn get(call: &mut Call<'_>) -> Answer {
    let name = format!("refs/{}", call.capture("name"));
    let reference = call.git.reference(&name).ok_or_else(Reply::not_found)?;
    Ok(Reply::json(reference_json(call, &reference)))
}

fn matching(call: &mut Call<'_>) -> Answer {
    let references = call.git.references(&format!("refs/{}", call.capture("name")));
    // Not in pages, in spite of what else GitHub lists.
    Ok(Reply::json(references.iter().map(|reference| reference_json(call, reference)).collect()))
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.json()?;
    let name = text(&body, "ref").ok_or_else(|| Reply::unprocessable("Missing required parameter: ref"))?;
    let object = text(&body, "sha").ok_or_else(|| Reply::unprocessable("Missing required parameter: sha"))?;
    if !name.starts_with("refs/") || name.matches('/').count() < 2 {
        return Err(Reply::unprocessable("Reference name must start with 'refs/' and have at least two slashes."));
    }
    if call.git.kind(object).is_none() {
        return Err(Reply::unprocessable("Object does not exist"));
    }
    match call.git.create(name, object) {
        Created::Exists => Err(Reply::unprocessable("Reference already exists")),
        Created::Refused(why) => Err(Reply::unprocessable(&format!("Repository rule violations found\n\n{why}"))),
        Created::Yes => {
            let reference = call.git.reference(name).ok_or_else(Reply::not_found)?;
            Ok(Reply::created(reference_json(call, &reference)))
        }
    }
}

fn reference_json(call: &Call<'_>, reference: &Reference) -> Value {
    let Reference { name, object, kind, .. } = reference;
    let url = call.api(&format!("/git/{kind}s/{object}"));
    json!({
        "ref": name,
        "node_id": node("REF", name),
        "url": call.api(&format!("/git/{name}")),
        "object": { "sha": object, "type": kind, "url": url },
    })
}
