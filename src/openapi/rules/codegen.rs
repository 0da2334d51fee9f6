//! What breaks a client that is generated from the document, though a running one goes on: names that become names in code, and
//! types that become types. A level here only raises the one of the wire: a generated client runs as well.

use super::Direction;
use crate::report::Level;

/// A level for generated clients.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The id of a rule, or with a `*` at either end what ids end or begin with.
    pub(super) ids: &'static str,
    /// The direction that it is about; every one where there is none.
    direction: Option<Direction>,
    pub(super) level: Level,
    pub(super) reason: &'static str,
}

const fn row(ids: &'static str, level: Level, reason: &'static str) -> Row {
    Row { ids, direction: None, level, reason }
}

const fn in_direction(ids: &'static str, direction: Direction, level: Level, reason: &'static str) -> Row {
    Row { ids, direction: Some(direction), level, reason }
}

const METHOD: &str =
    "Generators name the method after the operationId: code that calls it by another name does not compile.";
const GROUP: &str = "Generators put methods into one class for each tag: the method may be found in another class now.";
const TYPE_NAME: &str = "Generators name types after components: code that names the type does not compile.";
const ARGUMENT: &str = "Generators name the argument after the parameter: calls that name it do not compile.";
const OTHER_TYPE: &str = "The generated type is another one: code that holds the value in the old one may not compile.";
const OPTIONAL: &str =
    "The generated type may be absent where it was not, or the reverse: strict languages tell them apart.";
const ENUMERATION: &str =
    "A list of values becomes a type of its own, a free text does not: code that uses either does not compile.";
const CONSTANT: &str = "The generated constant is gone: code that names it does not compile.";
const MEMBER: &str = "The generated member is gone: code that names it does not compile.";
const SIGNATURE: &str =
    "The generated method takes another list of arguments: in some languages calls must be written anew.";
const VARIANT: &str = "The generated variant is gone: code that names it does not compile.";
const UNION: &str =
    "The generated type is another union: code that tells its variants apart may have to know the new one.";
const RETURNS: &str = "The generated method may return another type.";
const HIERARCHY: &str = "Generators make inheritance of it: the type may have other parents, members or variants.";
const MAP: &str = "Generators make a map of other properties: the type may be another one.";
const MARKED: &str = "Generators that make a type for each direction leave the member out of one of them.";

/// Ids that no running client can notice: found for generated ones alone.
pub(super) const ONLY: &[&str] = &["api-component-renamed", "api-component-replaced", "request-path-parameter-renamed"];

/// The first row that fits counts; a test sees that each raises a level.
pub(super) const ROWS: &[Row] = &[
    row("api-operation-id-*", Level::Error, METHOD),
    row("api-tag-*", Level::Warning, GROUP),
    row("api-component-renamed", Level::Error, TYPE_NAME),
    row("api-component-replaced", Level::Error, TYPE_NAME),
    row("api-schema-removed", Level::Error, TYPE_NAME),
    row("request-path-parameter-renamed", Level::Error, ARGUMENT),
    row("*-type-generalized", Level::Error, OTHER_TYPE),
    row("*-type-specialized", Level::Error, OTHER_TYPE),
    row("*-type-compatible", Level::Error, OTHER_TYPE),
    row("*-list-of-types-narrowed", Level::Error, OTHER_TYPE),
    row("*-list-of-types-widened", Level::Error, OTHER_TYPE),
    row("*-became-nullable", Level::Warning, OPTIONAL),
    row("*-became-not-nullable", Level::Warning, OPTIONAL),
    row("*-property-became-optional", Level::Warning, OPTIONAL),
    row("response-property-became-required", Level::Warning, OPTIONAL),
    row("request-parameter-became-optional", Level::Warning, OPTIONAL),
    row("request-body-became-optional", Level::Warning, OPTIONAL),
    row("*-became-enum", Level::Error, ENUMERATION),
    row("*-became-not-enum", Level::Error, ENUMERATION),
    row("*-const-added", Level::Error, ENUMERATION),
    row("*-const-removed", Level::Error, ENUMERATION),
    in_direction("*-enum-value-removed", Direction::Response, Level::Error, CONSTANT),
    row("request-property-removed", Level::Error, MEMBER),
    row("request-parameter-removed", Level::Error, MEMBER),
    row("response-optional-property-removed", Level::Error, MEMBER),
    row("*-became-read-only", Level::Warning, MARKED),
    row("*-became-write-only", Level::Warning, MARKED),
    row("*-became-not-read-only", Level::Warning, MARKED),
    row("*-became-not-write-only", Level::Warning, MARKED),
    row("new-optional-request-parameter", Level::Warning, SIGNATURE),
    row("new-optional-request-default-parameter-to-existing-path", Level::Warning, SIGNATURE),
    row("request-body-added-optional", Level::Warning, SIGNATURE),
    row("*-one-of-removed", Level::Error, VARIANT),
    row("*-any-of-removed", Level::Error, VARIANT),
    row("*-one-of-added", Level::Warning, UNION),
    row("*-any-of-added", Level::Warning, UNION),
    row("*-alternatives-set", Level::Warning, UNION),
    row("*-alternatives-unset", Level::Warning, UNION),
    row("*-discriminator-added", Level::Warning, HIERARCHY),
    row("*-discriminator-removed", Level::Warning, HIERARCHY),
    row("*-all-of-added", Level::Warning, HIERARCHY),
    row("*-all-of-removed", Level::Warning, HIERARCHY),
    row("*-additional-properties-narrowed", Level::Warning, MAP),
    row("*-additional-properties-widened", Level::Warning, MAP),
    row("response-success-status-added", Level::Warning, RETURNS),
    row("*-media-type-schema-added", Level::Warning, RETURNS),
    row("*-media-type-schema-removed", Level::Warning, RETURNS),
];

/// The row of a rule.
pub(super) fn row_of(id: &str, direction: Direction) -> Option<&'static Row> {
    ROWS.iter().find(|row| fits(row.ids, id) && row.direction.is_none_or(|only| only == direction))
}

fn fits(pattern: &str, id: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => id.len() >= start.len() + end.len() && id.starts_with(start) && id.ends_with(end),
        None => pattern == id,
    }
}
