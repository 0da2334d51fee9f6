//! The JSON that each channel takes.

use serde_json::{Value, json};

use super::channel::Channel;
use super::facts::Facts;
use super::words::Text;

/// How long a message of Discord may be, in characters; it refuses a longer one.
const DISCORD: usize = 2000;
/// The same of Slack, which cuts a longer one, and of a card of Teams, of which 28 KB are taken.
const SLACK: usize = 40_000;
const TEAMS: usize = 6_000;
/// How long the heading of such a card is at most: the rest is for the text.
const HEADING: usize = 500;
/// What stands at the end of a text that was cut.
const CUT: &str = "\n[…]";

/// What is posted; for a mail, nothing.
#[must_use]
pub fn payload(channel: Channel, text: &Text, facts: &Facts, template: &str) -> Value {
    let Text { subject, body } = text;
    match channel {
        Channel::Slack => json!({ "text": cut(&format!("*{subject}*\n{body}"), SLACK, slack) }),
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
                        "body": [block(&cut(subject, HEADING, same), "Bolder"), block(&cut(body, TEAMS, same).replace('\n', "\n\n"), "Default")],
                    },
                }],
            })
        }
        Channel::Discord => {
            let content = cut(&format!("**{subject}**\n{body}"), DISCORD, same);
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
            "service": facts.service,
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
fn slack(c: char) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        other => same(other),
    }
}

fn same(c: char) -> String {
    c.to_string()
}

/// A text in the form of a channel, of so many characters at most; one that was cut says so.
fn cut(text: &str, most: usize, form: fn(char) -> String) -> String {
    let formed: Vec<String> = text.chars().map(form).collect();
    let length = |one: &String| one.chars().count();
    if formed.iter().map(length).sum::<usize>() <= most {
        return formed.concat();
    }
    let mut left = most - CUT.chars().count();
    let fits = |one: &&String| {
        let fits = length(one) <= left;
        left = left.saturating_sub(length(one));
        fits
    };
    formed.iter().take_while(fits).map(String::as_str).chain([CUT]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_where_its_channel_ends_and_says_so() {
        let text = Text { subject: "s".to_owned(), body: "<ñ".repeat(30_000) };
        for (channel, place, most) in [
            (Channel::Slack, "/text", SLACK),
            (Channel::Discord, "/content", DISCORD),
            (Channel::Teams, "/attachments/0/content/body/1/text", TEAMS + 1),
        ] {
            let payload = payload(channel, &text, &Facts::default(), "window");
            let shown = payload.pointer(place).and_then(Value::as_str).unwrap();
            let length = shown.chars().count();
            assert!(shown.ends_with("[…]") && length <= most && length > most - 20, "{channel:?}: {length}");
        }
        let text = Text { subject: "ñ".repeat(30_000), ..text };
        assert!(payload(Channel::Teams, &text, &Facts::default(), "window").to_string().len() < 28_000);
        assert_eq!(cut("a&b", 7, slack), "a&amp;b");
    }

    #[test]
    fn what_a_channel_would_read_as_an_order_is_text() {
        let text = Text { subject: "<!channel> a & b".to_owned(), body: "@everyone".to_owned() };
        let of = |channel| payload(channel, &text, &Facts::default(), "window").to_string();
        assert!(of(Channel::Slack).contains("*&lt;!channel&gt; a &amp; b*"));
        assert!(of(Channel::Discord).contains("\"parse\":[]"));
        assert!(of(Channel::Teams).contains("AdaptiveCard") && of(Channel::Webhook).contains("zarpe/notice/v1"));
    }
}
