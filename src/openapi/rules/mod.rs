//! The table of rules: what each finding is called, how bad it is, and why.
//!
//! A level follows from sets. A schema accepts a set of values: narrowing it breaks those who send them, widening it breaks
//! those who receive them. `policy` holds the few exceptions, each with its reason.

mod codegen;
mod endpoint;
mod policy;
mod schema;

use std::fmt;

pub(super) use endpoint::Endpoint;
pub(super) use schema::{Keyword, Limit, PropertyChange, SchemaChange, Step, Where};

use crate::report::Level;

/// For whom a change is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Profile {
    /// Does a running client still work?
    #[default]
    Wire,
    /// Does a client that is generated from the document still compile, and work?
    Codegen,
}

impl Profile {
    /// Its name, as other programs read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Codegen => "codegen",
        }
    }
}

/// Who sends what a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The caller sends it.
    Request,
    /// The caller receives it.
    Response,
    /// The operation itself: which calls are answered at all.
    None,
}

impl Direction {
    /// The other way round, for webhooks and callbacks.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
            Self::None => Self::None,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::None => "none",
        })
    }
}

/// How the set of what is accepted afterwards stands to the set of before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same set.
    Equal,
    /// A part of it.
    Narrowed,
    /// A larger set around it.
    Widened,
    /// Neither holds the other.
    Changed,
    /// It could not be determined.
    Undecidable,
}

impl Relation {
    /// The level that follows from sets alone.
    #[must_use]
    pub fn level(self, direction: Direction) -> Level {
        match (self, direction) {
            (Self::Undecidable, _) => Level::Warning,
            (Self::Changed, _)
            | (Self::Narrowed, Direction::Request | Direction::None)
            | (Self::Widened, Direction::Response) => Level::Error,
            _ => Level::Info,
        }
    }

    /// Its name, as other programs read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Narrowed => "narrowed",
            Self::Widened => "widened",
            Self::Changed => "changed",
            Self::Undecidable => "undecidable",
        }
    }

    /// Why the level is what it is, in a sentence.
    fn reason(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Equal, _) => "Whoever calls as before is answered as before.",
            (Self::Undecidable, _) => "Whether more or fewer values are accepted than before cannot be determined.",
            (Self::Changed, _) => {
                "Some values that were accepted are no longer, and others are new: neither side can rely on the other."
            }
            (Self::Narrowed, Direction::Request) => {
                "Fewer values are accepted: a caller that sends one of the others is refused."
            }
            (Self::Narrowed, Direction::Response) => {
                "Fewer values are sent: whoever understood all of them still does."
            }
            (Self::Narrowed, Direction::None) => {
                "Fewer calls are answered: a caller that makes one of the others is refused."
            }
            (Self::Widened, Direction::Response) => {
                "More values are sent: a caller that does not know the new ones fails."
            }
            (Self::Widened, Direction::Request) => "More values are accepted: whatever was sent before still is.",
            (Self::Widened, Direction::None) => "More calls are answered: whatever was called before still is.",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable kebab-case id; oasdiff's where the meaning is the same.
    pub id: String,
    /// Who sends what it is about.
    pub direction: Direction,
    /// What happened to the set of accepted values.
    pub relation: Relation,
    /// How bad it is for a running client.
    pub level: Level,
    /// How bad it is for a client that is generated from the document; never less.
    pub codegen: Level,
    /// Whether no running client can notice it: then it is found for `codegen` alone.
    pub only_codegen: bool,
    /// What happened, in a few words.
    pub text: String,
    /// Why the level is what it is.
    pub explanation: String,
    /// Why the level for a generated client is another; empty where it is the same.
    pub codegen_explanation: String,
}

impl Rule {
    fn new(id: String, direction: Direction, relation: Relation, text: String) -> Self {
        let (level, explanation) = match policy::exception_of(&id) {
            Some(exception) => (exception.level, exception.reason),
            None => (relation.level(direction), relation.reason(direction)),
        };
        let explanation = explanation.to_owned();
        let raised = codegen::row_of(&id, direction).filter(|row| row.level > level);
        let codegen = raised.map_or(level, |row| row.level);
        let codegen_explanation = raised.map(|row| row.reason.to_owned()).unwrap_or_default();
        let only_codegen = codegen::ONLY.contains(&id.as_str());
        Self { id, direction, relation, level, codegen, only_codegen, text, explanation, codegen_explanation }
    }

    /// How bad it is for whom it is judged; `None` where they cannot notice it.
    #[must_use]
    pub fn level_for(&self, profile: Profile) -> Option<Level> {
        match profile {
            Profile::Wire => (!self.only_codegen).then_some(self.level),
            Profile::Codegen => Some(self.codegen),
        }
    }

    /// Its level in a profile, as a person reads it.
    #[must_use]
    pub fn level_name(&self, profile: Profile) -> &'static str {
        match self.level_for(profile) {
            Some(Level::Error) => "error",
            Some(Level::Warning) => "warning",
            Some(Level::Info) => "info",
            None => "not found",
        }
    }

    /// Its level where direction is turned round: in webhooks and callbacks the caller receives the request.
    pub(super) fn level_reversed(&self, profile: Profile) -> Option<Level> {
        let level = self.relation.level(self.direction.reversed());
        match profile {
            Profile::Wire => (!self.only_codegen).then_some(level),
            Profile::Codegen => Some(level.max(self.codegen)),
        }
    }
}

/// Every rule, by id.
#[must_use]
pub fn all() -> Vec<Rule> {
    let mut rules: Vec<Rule> = schema::all().chain(endpoint::all()).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules.dedup();
    rules
}

/// The rule of an id.
#[must_use]
pub fn find(id: &str) -> Option<Rule> {
    all().into_iter().find(|rule| rule.id == id)
}

/// That there is no rule of this id, and which one is near.
#[must_use]
pub fn unknown(id: &str) -> String {
    let likeness = |rule: &Rule| strsim::jaro_winkler(id, &rule.id);
    let near = all().into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let near = near.map(|rule| format!(": did you mean {}?", rule.id)).unwrap_or_default();
    format!("there is no rule {id}{near}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use test_case::test_case;

    use super::*;

    #[test_case(Relation::Narrowed, Direction::Request => Level::Error)]
    #[test_case(Relation::Narrowed, Direction::Response => Level::Info)]
    #[test_case(Relation::Widened, Direction::Request => Level::Info)]
    #[test_case(Relation::Widened, Direction::Response => Level::Error)]
    #[test_case(Relation::Changed, Direction::Request => Level::Error)]
    #[test_case(Relation::Undecidable, Direction::Response => Level::Warning)]
    #[test_case(Relation::Equal, Direction::Request => Level::Info)]
    fn the_level_follows_from_the_sets(relation: Relation, direction: Direction) -> Level {
        relation.level(direction)
    }

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let ids: Vec<String> = all().into_iter().map(|rule| rule.id).collect();
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        for id in &ids {
            let kebab = id.split('-').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()));
            assert!(kebab, "{id}");
        }
    }

    #[test]
    fn every_exception_is_about_a_rule_and_changes_its_level() {
        for exception in policy::EXCEPTIONS {
            let rule = find(exception.id).unwrap_or_else(|| panic!("no rule {}", exception.id));
            let plain = rule.relation.level(rule.direction);
            assert!(plain != exception.level || rule.direction == Direction::None, "{} changes nothing", exception.id);
        }
    }

    #[test]
    fn every_row_about_generated_clients_raises_a_level() {
        for row in codegen::ROWS {
            let raises =
                |rule: &Rule| codegen::row_of(&rule.id, rule.direction) == Some(row) && rule.codegen > rule.level;
            assert!(all().iter().any(raises), "{} raises nothing", row.ids);
        }
        for id in codegen::ONLY {
            assert!(find(id).is_some_and(|rule| rule.level_for(Profile::Wire).is_none()), "{id}");
        }
        assert!(all().iter().all(|rule| rule.codegen >= rule.level));
    }

    #[test]
    fn every_request_rule_has_its_response_mirror_or_a_waiver() {
        let ids: BTreeSet<String> = all().into_iter().map(|rule| rule.id).collect();
        let lacks = |id: &&String| {
            let mirror = id.replace("request-parameter", "response-header").replace("request", "response");
            let plain = id
                .replace("request-parameter-property", "response-property")
                .replace("request-parameter", "response-property");
            let known = ids.contains(&mirror) || ids.contains(&plain.replace("request", "response"));
            let waived = policy::WITHOUT_MIRROR.iter().any(|(waived, _)| waived == *id);
            assert!(!(known && waived), "{id} has a mirror and a waiver");
            id.contains("request") && !known && !waived
        };
        let lacking: Vec<&String> = ids.iter().filter(lacks).collect();
        assert!(lacking.is_empty(), "no mirror and no waiver: {lacking:#?}");
    }
}
