//! What a channel answers to a notice: services say with a status of success as well that they did not take it.

use serde_json::Value;

use super::channel::Channel;
use crate::steps::endpoint::Answer;

/// How much of a page is looked at to know it.
const WINDOW: usize = 16 << 10;

/// What the tags of a page are known by, which a text about something else does not have.
const TAGS: [&str; 7] = ["<!doctype html", "<html", "<head", "<body", "<title", "<form", "<script"];

/// What a webhook of Slack says where it takes nothing, for some with a status of success (api.slack.com, incoming webhooks).
const SLACK: [&str; 15] = [
    "action_prohibited",
    "channel_is_archived",
    "channel_not_found",
    "invalid_blocks",
    "invalid_payload",
    "invalid_token",
    "no_active_hooks",
    "no_service",
    "no_service_id",
    "no_team",
    "no_text",
    "posting_to_general_channel_denied",
    "team_disabled",
    "too_many_attachments",
    "user_not_found",
];

/// What an answer with a status of success says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// That the notice was taken.
    Taken,
    /// That it was not, and would not be at another try.
    Refused,
    /// That it was not, and may be at another try.
    Hindered,
    /// What nobody can tell either from.
    Unclear,
}

/// What a channel says by an answer with a status of success.
#[must_use]
pub fn reply(channel: Channel, answer: &Answer) -> Reply {
    // A body that cannot be read is none.
    if answer.compressed.is_some() {
        return Reply::Unclear;
    }
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() || text == "1" || text.eq_ignore_ascii_case("ok") {
        return Reply::Taken;
    }
    let is_named = channel != Channel::Webhook;
    match serde_json::from_str::<Value>(text) {
        Ok(document) if is_refusal(&document) => return Reply::Refused,
        Ok(document) if document.is_object() || !is_named => return Reply::Taken,
        // Cut off, or nothing that can be read: it may be a refusal.
        Err(_) if text.starts_with('{') || text.starts_with("[{") => return Reply::Unclear,
        _ => {}
    }
    match channel {
        Channel::Slack if SLACK.contains(&text) => Reply::Refused,
        Channel::Teams if text.starts_with("Webhook message delivery failed") => of_teams(text),
        Channel::Webhook if !is_page(text, answer) => Reply::Taken,
        _ => Reply::Unclear,
    }
}

/// A connector of Teams hands on what stopped it: `Microsoft Teams endpoint returned HTTP error 429`.
fn of_teams(text: &str) -> Reply {
    let behind = text.split_once("HTTP error ").map(|(_, behind)| behind).unwrap_or_default();
    let status: String = behind.chars().take_while(char::is_ascii_digit).collect();
    match status.parse::<u16>() {
        Ok(status) if status == 429 || status >= 500 => Reply::Hindered,
        _ => Reply::Refused,
    }
}

/// Whether a document says that something was not done: `ok` or `success` is false, or there is an error.
fn is_refusal(document: &Value) -> bool {
    let is_no = |value: &Value| match value {
        Value::Bool(is_yes) => !is_yes,
        Value::String(word) => ["false", "no"].iter().any(|no| word.eq_ignore_ascii_case(no)),
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => false,
    };
    let is_there = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(is_there) => *is_there,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && !text.eq_ignore_ascii_case("ok"),
        Value::Array(items) => !items.is_empty(),
        Value::Object(pairs) => !pairs.is_empty(),
    };
    let is_bad = |value: &Value| {
        let word = value.as_str().unwrap_or_default().to_lowercase();
        matches!(word.as_str(), "error" | "fail" | "failed" | "failure" | "rejected")
    };
    match document {
        Value::Bool(is_yes) => !is_yes,
        Value::Array(items) => items.iter().any(|item| item.is_object() && is_refusal(item)),
        Value::Object(pairs) => pairs.iter().any(|(key, value)| match key.to_lowercase().as_str() {
            "ok" | "success" | "succeeded" => is_no(value),
            "error" | "errors" | "errcode" => is_there(value),
            "status" | "result" => is_bad(value),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether it is a page for people, as that of a proxy at which they sign in.
fn is_page(text: &str, answer: &Answer) -> bool {
    let begins = text.get(..text.floor_char_boundary(WINDOW)).unwrap_or_default().to_lowercase();
    let is_html = answer.header("content-type").is_some_and(|kind| kind.to_lowercase().contains("html"));
    let has_tags = TAGS.iter().any(|tag| begins.contains(tag));
    (is_html && (has_tags || begins.starts_with('<'))) || (has_tags && begins.starts_with('<'))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::Channel::{Discord, Slack, Teams, Webhook};
    use super::*;

    #[test_case(Slack, "ok" => Reply::Taken)]
    #[test_case(Slack, "ok\n" => Reply::Taken; "a line")]
    #[test_case(Slack, "" => Reply::Taken; "nothing")]
    #[test_case(Slack, "invalid_payload" => Reply::Refused; "what slack refuses")]
    #[test_case(Slack, "not ok" => Reply::Unclear; "what slack does not say")]
    #[test_case(Slack, "{\"ok\":false,\"error\":\"channel_not_found\"}" => Reply::Refused; "json of slack")]
    #[test_case(Slack, "{\"ok\":false,\"ok\":" => Reply::Unclear; "json that is cut off")]
    #[test_case(Slack, "{\"success\":true,\"error\":null}" => Reply::Taken; "no error")]
    #[test_case(Slack, "null" => Reply::Unclear; "no object")]
    #[test_case(Teams, "1" => Reply::Taken; "an old connector")]
    #[test_case(Teams, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x" => Reply::Refused; "too large for teams")]
    #[test_case(Teams, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x" => Reply::Hindered; "too much for teams")]
    #[test_case(Teams, "{\"name\":\"flow\",\"status\":\"Running\"}" => Reply::Taken; "power automate")]
    #[test_case(Discord, "{\"id\":\"1\",\"content\":\"error\",\"embeds\":[]}" => Reply::Taken; "the message itself")]
    #[test_case(Discord, "<html><title>Sign in</title></html>" => Reply::Unclear; "a page")]
    #[test_case(Webhook, "received" => Reply::Taken; "any word")]
    #[test_case(Webhook, "[]" => Reply::Taken; "a list")]
    #[test_case(Webhook, "\u{feff}<!-- x -->\n<!DOCTYPE html><form>" => Reply::Unclear; "a page at a webhook")]
    #[test_case(Webhook, "a text on <html> in it" => Reply::Taken; "a text on pages")]
    #[test_case(Webhook, "{\"success\":\"false\"}" => Reply::Refused; "a no as a text")]
    #[test_case(Webhook, "{\"status\":\"error\",\"message\":\"x\"}" => Reply::Refused; "a status of error")]
    #[test_case(Webhook, "{\"errcode\":0,\"errmsg\":\"ok\"}" => Reply::Taken; "no code of error")]
    #[test_case(Webhook, "{\"errcode\":93000}" => Reply::Refused; "a code of error")]
    #[test_case(Webhook, "[{\"ok\":true},{\"ok\":false}]" => Reply::Refused; "one of several")]
    #[test_case(Webhook, "false" => Reply::Refused; "no")]
    fn says(channel: Channel, body: &str) -> Reply {
        reply(channel, &Answer { status: 200, body: body.into(), ..Answer::default() })
    }

    #[test]
    fn a_type_makes_a_page_and_a_coding_hides_all() {
        let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        let of = |body: &str| Answer { status: 200, headers: headers.clone(), body: body.into(), ..Answer::default() };
        assert_eq!(reply(Webhook, &of("received")), Reply::Taken);
        assert_eq!(reply(Webhook, &of("<h1>Sign in</h1>")), Reply::Unclear);
        let hidden = Answer { compressed: Some("br".to_owned()), ..of("") };
        assert_eq!(reply(Webhook, &hidden), Reply::Unclear);
    }
}
