//! An answer before it is bytes: status, headers, content; and the refusals in GitHub's own words.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

/// An answer.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) content: Content,
}

/// What an answer holds.
pub(super) enum Content {
    Nothing,
    Json(Value),
    Bytes(String, Bytes),
}

/// What a handler gives: a refusal is an answer as well.
pub(super) type Answer = Result<Reply, Box<Reply>>;

impl Reply {
    pub(super) fn new(status: StatusCode, content: Content) -> Self {
        Self { status, headers: Vec::new(), content }
    }

    pub(super) fn json(value: Value) -> Self {
        Self::new(StatusCode::OK, Content::Json(value))
    }

    /// 201, with the address of what was made.
    pub(super) fn created(value: Value) -> Self {
        let location = value.get("url").and_then(Value::as_str).map(ToOwned::to_owned);
        let mut reply = Self::new(StatusCode::CREATED, Content::Json(value));
        reply.headers.extend(location.map(|url| ("location", url)));
        reply
    }

    pub(super) fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, Content::Nothing)
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A refusal, with the message that GitHub gives.
    pub(super) fn refusal(status: StatusCode, message: &str) -> Box<Self> {
        let body = json!({
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": status.as_u16().to_string(),
        });
        Box::new(Self::new(status, Content::Json(body)))
    }

    pub(super) fn not_found() -> Box<Self> {
        Self::refusal(StatusCode::NOT_FOUND, "Not Found")
    }

    /// 422 in one sentence.
    pub(super) fn unprocessable(message: &str) -> Box<Self> {
        Self::refusal(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// 422 about a field: `missing_field`, `invalid`, `already_exists`, …
    pub(super) fn invalid(resource: &str, field: &str, code: &str) -> Box<Self> {
        let mut reply = Self::unprocessable("Validation Failed");
        reply.say_errors(json!([{ "resource": resource, "code": code, "field": field }]));
        reply
    }

    /// Adds the list of what is wrong.
    pub(super) fn say_errors(&mut self, errors: Value) {
        if let Content::Json(Value::Object(body)) = &mut self.content {
            body.insert("errors".to_owned(), errors);
        }
    }
}
