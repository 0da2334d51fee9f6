//! The REST endpoints: one table of them, one file for each area.

mod actions;
mod assets;
mod checks;
mod commits;
mod deployments;
mod issues;
mod pulls;
mod refs;
mod releases;
mod repository;
mod rules;
mod statuses;
mod user;

use http::{Method, StatusCode};
use serde_json::json;

use super::auth::Needs;
use super::call::Call;
use super::reply::{Answer, Content, Reply};
use super::route::Route;
use super::state::Access;

/// Endpoints of the repository, by area; in an area the first that matches answers.
const OF_THE_REPOSITORY: &[&[Route]] = &[
    repository::ROUTES,
    rules::ROUTES,
    checks::ROUTES,
    statuses::ROUTES,
    pulls::ROUTES,
    issues::ROUTES,
    actions::ROUTES,
    deployments::ROUTES,
    refs::ROUTES,
    assets::ROUTES,
    releases::ROUTES,
    commits::ROUTES,
];

/// Answers a path below the root of the API.
pub(super) fn answer(call: &mut Call<'_>, path: &str) -> Answer {
    if let Some(rest) = path.strip_prefix("repos/") {
        let mut parts = rest.splitn(3, '/');
        let (owner, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let rest = parts.next().unwrap_or_default();
        let asked = format!("{owner}/{name}");
        let repository = &call.state.repository;
        if repository.former_names.iter().any(|name| name.eq_ignore_ascii_case(&asked)) {
            return Err(moved(call, rest));
        }
        if !repository.full_name().eq_ignore_ascii_case(&asked) {
            return Err(Reply::not_found());
        }
        return of_the_repository(call, rest);
    }
    if let Some((id, rest)) = path.strip_prefix("repositories/").and_then(|rest| rest.split_once('/')) {
        if id != call.state.repository.id.to_string() {
            return Err(Reply::not_found());
        }
        return of_the_repository(call, rest);
    }
    first(call, path, user::ROUTES).unwrap_or_else(|| Err(Reply::not_found()))
}

fn of_the_repository(call: &mut Call<'_>, path: &str) -> Answer {
    if !call.caller.sees_repository(call.state) {
        return Err(Reply::not_found());
    }
    OF_THE_REPOSITORY.iter().find_map(|area| first(call, path, area)).unwrap_or_else(|| Err(Reply::not_found()))
}

/// The answer of the first route that matches.
fn first(call: &mut Call<'_>, path: &str, routes: &[Route]) -> Option<Answer> {
    let method = if call.method == Method::HEAD { Method::GET } else { call.method.clone() };
    let matching = |route: &Route| (route.method == method).then(|| route.captures(path)).flatten();
    let (route, captures) = routes.iter().find_map(|route| Some((route, matching(route)?)))?;
    call.captures = captures;
    Some(admitted(call, route))
}

/// The route's answer, where the caller may have it, with the header that says what it takes.
fn admitted(call: &mut Call<'_>, route: &Route) -> Answer {
    let answer = call.caller.check(call.state, route.needs).and_then(|()| {
        if route.method != Method::GET && call.state.repository.archived {
            return Err(Reply::refusal(StatusCode::FORBIDDEN, "Repository was archived so is read-only."));
        }
        (route.handler)(call)
    });
    let Needs::Permission(permission, access) = route.needs else { return answer };
    let accepted = || ("x-accepted-github-permissions", accepted(permission, access));
    answer
        .map(|mut reply| {
            reply.headers.push(accepted());
            reply
        })
        .map_err(|mut refusal| {
            refusal.headers.push(accepted());
            refusal
        })
}

fn accepted(permission: &str, access: Access) -> String {
    format!("{permission}={}", access.as_str())
}

/// 301 to the address that holds whatever the repository is called.
fn moved(call: &Call<'_>, rest: &str) -> Box<Reply> {
    let query = call.query.iter();
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    let url = format!("{}/api/v3/repositories/{}/{rest}{query}", call.origin, call.state.repository.id);
    let body =
        json!({ "message": "Moved Permanently", "url": url, "documentation_url": "https://docs.github.com/rest" });
    Box::new(Reply::new(StatusCode::MOVED_PERMANENTLY, Content::Json(body)).header("location", url))
}
