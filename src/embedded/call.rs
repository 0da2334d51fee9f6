//! One request in the hands of a handler: who asks for what, and the world that it is answered from.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use super::auth::Caller;
use super::git::Bare;
use super::reply::Reply;
use super::route::Captures;
use super::state::State;

/// One request.
pub(super) struct Call<'a> {
    pub(super) origin: &'a str,
    pub(super) git: &'a Bare,
    pub(super) state: &'a mut State,
    pub(super) caller: Caller,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The body ended before its end.
    pub(super) cut: bool,
    pub(super) captures: Captures,
}

impl Call<'_> {
    /// What a placeholder of the route stands for.
    pub(super) fn capture(&self, name: &str) -> &str {
        self.captures.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// A placeholder that stands for a number.
    pub(super) fn number(&self, name: &str) -> Result<u64, Box<Reply>> {
        self.capture(name).parse().map_err(|_| Reply::not_found())
    }

    /// A parameter of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as a JSON object.
    pub(super) fn json(&self) -> Result<Value, Box<Reply>> {
        let value: Value = serde_json::from_slice(&self.body)
            .map_err(|_| Reply::refusal(StatusCode::BAD_REQUEST, "Problems parsing JSON"))?;
        if value.is_object() {
            Ok(value)
        } else {
            Err(Reply::refusal(StatusCode::BAD_REQUEST, "Body should be a JSON object"))
        }
    }

    /// The commit that the placeholder `ref` leads to.
    pub(super) fn commit(&self) -> Result<String, Box<Reply>> {
        let name = self.capture("ref");
        self.git.resolve(name).ok_or_else(|| Reply::unprocessable(&format!("No commit found for SHA: {name}")))
    }

    /// The address of something of the repository in the REST API.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}/api/v3/repos/{}{path}", self.origin, self.state.repository.full_name())
    }

    /// The address of something of the repository for people.
    pub(super) fn html(&self, path: &str) -> String {
        format!("{}/{}{path}", self.origin, self.state.repository.full_name())
    }
}

/// A text in a JSON object.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}
