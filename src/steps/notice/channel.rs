//! To whom a notice goes: a channel and the name of the variable that holds its address, or a mail address.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// The form in which a notice is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// An incoming webhook of Slack.
    Slack,
    /// A webhook of Microsoft Teams (Workflows).
    Teams,
    /// A webhook of Discord.
    Discord,
    /// Any address that takes JSON.
    Webhook,
    /// A mail.
    Mail,
}

const WORDS: [(Channel, &str); 5] = [
    (Channel::Slack, "slack"),
    (Channel::Teams, "teams"),
    (Channel::Discord, "discord"),
    (Channel::Webhook, "webhook"),
    (Channel::Mail, "mailto"),
];

impl Channel {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS.into_iter().find(|(one, _)| *one == self).map_or("", |(_, word)| word)
    }
}

/// To whom a notice goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Target {
    /// How.
    pub channel: Channel,
    /// The variable that holds the address, or the mail address.
    pub place: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.channel.word(), self.place)
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = WORDS.map(|(_, word)| word).join(", ");
        let wrong = |why: &str| format!("{why}: write it as slack:VARIABLE or mailto:team@example.org ({words})");
        let (word, place) = text.split_once(':').ok_or_else(|| wrong("a channel is missing"))?;
        let channel = WORDS.into_iter().find(|(_, known)| *known == word).map(|(channel, _)| channel);
        let channel = channel.ok_or_else(|| wrong("there is no such channel"))?;
        let is_name = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let is_right = match channel {
            Channel::Mail => is_mailbox(place),
            // An address in its place would be a secret in the plan.
            _ => is_name(place),
        };
        if is_right {
            Ok(Self { channel, place: place.to_owned() })
        } else if channel == Channel::Mail {
            Err(wrong("this is no mail address"))
        } else {
            Err(wrong("this is not the name of a variable that holds the address"))
        }
    }
}

/// Whether a text is one mail address. Several, or one with a name, are none: each target is told and counted by itself.
fn is_mailbox(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c.is_control() || "@,;:<>()[]\"\\".contains(c))
    };
    text.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("slack:SLACK_WEBHOOK" => true)]
    #[test_case("mailto:a@b.example" => true)]
    #[test_case("teams:https://x" => false; "an address, which is a secret")]
    #[test_case("mailto:a@b.example,c@d.example" => false; "two addresses")]
    #[test_case("mailto:A <a@b.example>" => false; "an address with a name")]
    #[test_case("mailto:a" => false; "no address")]
    #[test_case("irc:X" => false; "no channel")]
    #[test_case("SLACK" => false; "nothing before it")]
    fn reads(text: &str) -> bool {
        text.parse::<Target>().is_ok_and(|target| target.to_string() == text)
    }
}
