//! The JSON that each channel takes.

use serde_json::{Value, json};

use super::channel::Channel;
use super::facts::Facts;
use super::words::Text;

/// How long a message of Discord may be, in characters.
const DISCORD: usize = 2000;

/// What is posted; for a mail, nothing.
#[must_use]
pub fn payload(channel: Channel, text: &Text, facts: &Facts, template: &str) -> Value {
    let Text { subject, body } = text;
    match channel {
        Channel::Slack => json!({ "text": format!("*{}*\n{}", slack(subject), slack(body)) }),
        Channel::Teams => {
            let block =
                |text: &str, weight: &str| json!({ "type": "TextBlock", "text": text, "weight": weight, "wrap": true });
            json!({
                "type": "message",
                "attachments": [{
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": {
                        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                        "type": "AdaptiveCard",
                        "version": "1.4",
                        "body": [block(subject, "Bolder"), block(&body.replace('\n', "\n\n"), "Default")],
                    },
                }],
            })
        }
        Channel::Discord => {
            let content: String = format!("**{subject}**\n{body}").chars().take(DISCORD).collect();
            // Nobody is called by what stands in a name or a version.
            json!({ "content": content, "allowed_mentions": { "parse": [] } })
        }
        Channel::Webhook => json!({
            "schema": "zarpe/notice/v1",
            "template": template,
            "subject": subject,
            "text": body,
            "run": facts.run,
            "plan": facts.plan,
            "version": facts.version,
            "environment": facts.environment,
            "previous": facts.previous,
            "window": facts.window,
            "url": facts.url,
            "condition": facts.condition,
            "at": facts.now,
        }),
        Channel::Mail => Value::Null,
    }
}

/// The three characters that Slack takes for its own.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_channel_would_read_as_an_order_is_text() {
        let text = Text { subject: "<!channel> a & b".to_owned(), body: "@everyone".to_owned() };
        let of = |channel| payload(channel, &text, &Facts::default(), "window").to_string();
        assert!(of(Channel::Slack).contains("*&lt;!channel&gt; a &amp; b*"));
        assert!(of(Channel::Discord).contains("\"parse\":[]"));
        assert!(of(Channel::Teams).contains("AdaptiveCard") && of(Channel::Webhook).contains("zarpe/notice/v1"));
    }
}
