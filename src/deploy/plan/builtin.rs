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
    /// Each with its word, and whether this version can run it.
    const ALL: [(Self, &'static str, bool); 15] = [
        (Self::Verify, "zarpe/verify", true),
        (Self::Tag, "zarpe/tag", true),
        (Self::Notes, "zarpe/notes", true),
        (Self::OpenapiCheck, "zarpe/openapi/check", true),
        (Self::OpenapiDiff, "zarpe/openapi/diff", true),
        (Self::Fresh, "zarpe/fresh", true),
        (Self::Release, "zarpe/release", true),
        (Self::Env, "zarpe/env", true),
        (Self::Gate, "zarpe/gate", true),
        (Self::Sign, "zarpe/sign", true),
        (Self::Http, "zarpe/http", true),
        (Self::Logs, "zarpe/logs", true),
        (Self::Notify, "zarpe/notify", true),
        (Self::Report, "zarpe/report", true),
        (Self::Board, "zarpe/deploy/board", true),
    ];

    fn row(self) -> (Self, &'static str, bool) {
        Self::ALL.into_iter().find(|(one, ..)| *one == self).unwrap_or((self, "zarpe", false))
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(|(one, ..)| one)
    }

    /// As it is written: `zarpe/sign`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// Whether this version can run it; a plan with another one is checked, and refused when it is run.
    #[must_use]
    pub fn can_run(self) -> bool {
        self.row().2
    }
}

impl TryFrom<String> for Builtin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some((one, ..)) = Self::ALL.into_iter().find(|(_, word, _)| *word == text) {
            return Ok(one);
        }
        if !text.starts_with("zarpe/") {
            return Err(format!("`{text}` is an action of GitHub's: a plan has `run` and zarpe's own steps"));
        }
        let nearest = Self::ALL.into_iter().min_by_key(|(_, word, _)| strsim::damerau_levenshtein(&text, word));
        let near = nearest.filter(|(_, word, _)| strsim::damerau_levenshtein(&text, word) <= 2);
        let words = Self::ALL.map(|(_, word, _)| word).join(", ");
        Err(match near {
            Some((_, word, _)) => format!("there is no step `{text}`: did you mean `{word}`?"),
            None => format!("there is no step `{text}`: there are {words}"),
        })
    }
}

impl JsonSchema for Builtin {
    fn schema_name() -> Cow<'static, str> {
        "Builtin".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A built-in step.", "enum": Self::ALL.map(|(_, word, _)| word) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_row_and_reads_its_word() {
        for (one, word, _) in Builtin::ALL {
            assert_eq!(one.word(), word);
            assert_eq!(Builtin::try_from(word.to_owned()), Ok(one));
        }
    }
}
