//! The GraphQL endpoint: a query is read, and each field that it asks for is answered from the state.

mod commits;
mod item;
mod parse;
mod pulls;
mod repository;
mod select;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::call::{Call, text};
use super::reply::{Answer, Reply};
use parse::{Document, Operation};

/// Answers one query. What is wrong with a query is told with status 200, as GitHub does.
pub(super) fn answer(call: &mut Call<'_>) -> Answer {
    if matches!(call.caller, Caller::Anonymous) {
        let message = "This endpoint requires you to be authenticated.";
        return Err(Reply::refusal(StatusCode::UNAUTHORIZED, message));
    }
    if call.method != http::Method::POST {
        return Err(Reply::not_found());
    }
    let body = call.json()?;
    let answer = execute(call, &body).unwrap_or_else(|message| json!({ "errors": [{ "message": message }] }));
    Ok(Reply::json(answer))
}

fn execute(call: &Call<'_>, body: &Value) -> Result<Value, String> {
    let document =
        parse::parse(text(body, "query").ok_or("A query attribute must be specified and must be a string.")?)?;
    let operation = operation(&document, text(body, "operationName"))?;
    if operation.kind != "query" {
        return Err(format!("the embedded GitHub answers no {}", operation.kind));
    }
    let mut variables: Map<String, Value> = operation.defaults.iter().cloned().collect();
    if let Some(given) = body.get("variables").and_then(Value::as_object) {
        variables.extend(given.clone());
    }
    Ok(select::Execution::new(call, &document, variables).run(&operation.selections))
}

/// The operation of this name; without a name the only one.
fn operation<'a>(document: &'a Document, name: Option<&str>) -> Result<&'a Operation, String> {
    match (name, document.operations.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err("An operation name is required".to_owned()),
        (Some(name), all) => all
            .iter()
            .find(|operation| operation.name.as_deref() == Some(name))
            .ok_or_else(|| format!("No operation named {name:?}")),
    }
}
