//! The built-in steps: `uses: zarpe/NAME` is the subcommand NAME.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// A built-in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
#[expect(missing_docs, reason = "each is the subcommand of its name")]
pub enum Builtin {
    Verify,
    Tag,
    Notes,
    OpenapiCheck,
    OpenapiDiff,
    Fresh,
    Release,
    Env,
    Gate,
    Sign,
    Http,
    Logs,
    Notify,
    Report,
    Board,
}

impl Builtin {
    /// Each with its word.
    const ALL: [(Self, &'static str); 15] = [
        (Self::Verify, "zarpe/verify"),
        (Self::Tag, "zarpe/tag"),
        (Self::Notes, "zarpe/notes"),
        (Self::OpenapiCheck, "zarpe/openapi/check"),
        (Self::OpenapiDiff, "zarpe/openapi/diff"),
        (Self::Fresh, "zarpe/fresh"),
        (Self::Release, "zarpe/release"),
        (Self::Env, "zarpe/env"),
        (Self::Gate, "zarpe/gate"),
        (Self::Sign, "zarpe/sign"),
        (Self::Http, "zarpe/http"),
        (Self::Logs, "zarpe/logs"),
        (Self::Notify, "zarpe/notify"),
        (Self::Report, "zarpe/report"),
        (Self::Board, "zarpe/deploy/board"),
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(|(one, _)| one)
    }

    /// As it is written: `zarpe/sign`.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(one, _)| *one == self).map_or("zarpe", |(_, word)| word)
    }
}

impl TryFrom<String> for Builtin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some((one, _)) = Self::ALL.into_iter().find(|(_, word)| *word == text) {
            return Ok(one);
        }
        if !text.starts_with("zarpe/") {
            return Err(format!("`{text}` is an action of GitHub's: a plan has `run` and zarpe's own steps"));
        }
        let nearest = Self::ALL.into_iter().min_by_key(|(_, word)| strsim::damerau_levenshtein(&text, word));
        let near = nearest.filter(|(_, word)| strsim::damerau_levenshtein(&text, word) <= 2);
        let words = Self::ALL.map(|(_, word)| word).join(", ");
        Err(match near {
            Some((_, word)) => format!("there is no step `{text}`: did you mean `{word}`?"),
            None => format!("there is no step `{text}`: there are {words}"),
        })
    }
}

impl JsonSchema for Builtin {
    fn schema_name() -> Cow<'static, str> {
        "Builtin".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A built-in step.", "enum": Self::ALL.map(|(_, word)| word) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_row_and_reads_its_word() {
        for (one, word) in Builtin::ALL {
            assert_eq!(one.word(), word);
            assert_eq!(Builtin::try_from(word.to_owned()), Ok(one));
        }
    }
}
