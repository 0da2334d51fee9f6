//! The exceptions: where the level is not what the sets alone say, with the reason.

use crate::report::Level;

/// A level that does not follow from the sets.
pub(super) struct Exception {
    pub(super) id: &'static str,
    pub(super) level: Level,
    pub(super) reason: &'static str,
}

const fn exception(id: &'static str, level: Level, reason: &'static str) -> Exception {
    Exception { id, level, reason }
}

const NO_LONGER_READ: &str = "Calls that send it still succeed, but what they say with it is no longer heard.";
const MAY_BE_MISSED: &str =
    "It could be missing before, so a caller had to live without it; one that relied on it loses it.";
const MEANS_ANOTHER_THING: &str = "A call that leaves the value out means another thing than before.";
const DEFAULT_WRITTEN: &str = "A call that leaves the value out may mean another thing than before: what held without a written default is not known.";

const WRITTEN_FIRST: &str = "A limit that is written down for the first time often says what was enforced all along; a caller that goes beyond it is refused.";
const NOT_FOLLOWED: &str =
    "What is sent stays the same, but a client that finds its way by links is led elsewhere, or no further.";
const NOT_A_LEVEL: &str = "What is promised about the operation cannot be read: it may go, or change, without a word.";

const SHOULD_NOT_BE_SENT: &str = "It should no longer be sent, which is not to say that it never is (OpenAPI 3.0.4, Schema Object, `writeOnly`): whether a reader loses it is not known.";
const NO_TYPE: &str = "A text stays a text, and no reader has a type for how it is formed; one that checks it, or takes it apart, may fail.";

/// Every exception; a test sees that each changes a level.
pub(super) const EXCEPTIONS: &[Exception] = &[
    exception("request-property-removed", Level::Warning, NO_LONGER_READ),
    exception("request-parameter-removed", Level::Warning, NO_LONGER_READ),
    exception("response-optional-property-removed", Level::Warning, MAY_BE_MISSED),
    exception("response-optional-property-became-write-only", Level::Warning, MAY_BE_MISSED),
    exception("optional-response-header-removed", Level::Warning, MAY_BE_MISSED),
    exception("response-required-property-became-write-only", Level::Warning, SHOULD_NOT_BE_SENT),
    exception("response-body-pattern-removed", Level::Warning, NO_TYPE),
    exception("response-body-pattern-generalized", Level::Warning, NO_TYPE),
    exception("response-property-pattern-removed", Level::Warning, NO_TYPE),
    exception("response-property-pattern-generalized", Level::Warning, NO_TYPE),
    exception("request-body-default-value-changed", Level::Error, MEANS_ANOTHER_THING),
    exception("request-property-default-value-changed", Level::Error, MEANS_ANOTHER_THING),
    exception("request-parameter-default-value-changed", Level::Error, MEANS_ANOTHER_THING),
    exception("request-body-default-value-added", Level::Warning, DEFAULT_WRITTEN),
    exception("request-property-default-value-added", Level::Warning, DEFAULT_WRITTEN),
    exception("request-parameter-default-value-added", Level::Warning, DEFAULT_WRITTEN),
    exception("request-body-default-value-removed", Level::Warning, DEFAULT_WRITTEN),
    exception("request-property-default-value-removed", Level::Warning, DEFAULT_WRITTEN),
    exception("request-parameter-default-value-removed", Level::Warning, DEFAULT_WRITTEN),
    exception("response-link-removed", Level::Warning, NOT_FOLLOWED),
    exception("response-link-changed", Level::Warning, NOT_FOLLOWED),
    exception("api-invalid-stability-level", Level::Error, NOT_A_LEVEL),
    exception("request-body-max-set", Level::Warning, WRITTEN_FIRST),
    exception("request-body-min-set", Level::Warning, WRITTEN_FIRST),
    exception("request-body-exclusive-max-set", Level::Warning, WRITTEN_FIRST),
    exception("request-body-exclusive-min-set", Level::Warning, WRITTEN_FIRST),
    exception("request-body-max-length-set", Level::Warning, WRITTEN_FIRST),
    exception("request-body-min-items-set", Level::Warning, WRITTEN_FIRST),
    exception("request-property-max-set", Level::Warning, WRITTEN_FIRST),
    exception("request-property-min-set", Level::Warning, WRITTEN_FIRST),
    exception("request-property-exclusive-max-set", Level::Warning, WRITTEN_FIRST),
    exception("request-property-exclusive-min-set", Level::Warning, WRITTEN_FIRST),
    exception("request-property-max-length-set", Level::Warning, WRITTEN_FIRST),
    exception("request-property-min-items-set", Level::Warning, WRITTEN_FIRST),
    exception("request-parameter-max-set", Level::Warning, WRITTEN_FIRST),
    exception("request-parameter-min-set", Level::Warning, WRITTEN_FIRST),
    exception("request-parameter-exclusive-max-set", Level::Warning, WRITTEN_FIRST),
    exception("request-parameter-exclusive-min-set", Level::Warning, WRITTEN_FIRST),
    exception("request-parameter-max-length-set", Level::Warning, WRITTEN_FIRST),
    exception("request-parameter-min-items-set", Level::Warning, WRITTEN_FIRST),
    exception(
        "response-body-additional-properties-widened",
        Level::Warning,
        "Readers of objects are expected to pass over names that they do not know; a strict one fails.",
    ),
    exception(
        "response-property-additional-properties-widened",
        Level::Warning,
        "Readers of objects are expected to pass over names that they do not know; a strict one fails.",
    ),
    exception(
        "response-body-discriminator-mapping-added",
        Level::Info,
        "What may be sent is widened by the alternative that the value chooses, and judged there.",
    ),
    exception(
        "response-property-discriminator-mapping-added",
        Level::Info,
        "What may be sent is widened by the alternative that the value chooses, and judged there.",
    ),
];

/// The exception of a rule.
pub(super) fn exception_of(id: &str) -> Option<&'static Exception> {
    EXCEPTIONS.iter().find(|exception| exception.id == id)
}

/// Rules about requests that have no mirror about responses, and why.
#[cfg(test)]
pub(super) const WITHOUT_MIRROR: &[(&str, &str)] = &[
    ("new-optional-request-default-parameter-to-existing-path", ONLY_SENT),
    ("new-optional-request-parameter", ONLY_SENT),
    ("new-request-path-parameter", ONLY_SENT),
    ("new-required-request-default-parameter-to-existing-path", ONLY_SENT),
    ("new-required-request-parameter", ONLY_SENT),
    ("request-path-parameter-renamed", ONLY_SENT),
    ("request-parameter-allow-reserved-set", ONLY_SENT),
    ("request-parameter-allow-reserved-unset", ONLY_SENT),
    ("request-parameter-allow-empty-value-set", ONLY_SENT),
    ("request-parameter-allow-empty-value-unset", ONLY_SENT),
    ("request-parameter-removed", ONLY_SENT),
    ("request-parameter-removed-with-deprecation", ONLY_SENT),
    ("request-parameter-removed-before-sunset", ONLY_SENT),
    ("request-parameter-sunset-date-changed-too-small", ONLY_SENT),
    ("request-parameter-sunset-deleted", ONLY_SENT),
    ("request-parameter-sunset-parse", ONLY_SENT),
    ("request-body-media-type-name-generalized", OTHER_WORDS),
    ("request-body-media-type-name-specialized", OTHER_WORDS),
    ("request-optional-read-only-property-added", WRITE_ONLY),
    ("request-optional-read-only-property-removed", WRITE_ONLY),
    ("request-required-read-only-property-added", WRITE_ONLY),
    ("request-required-read-only-property-removed", WRITE_ONLY),
    ("request-read-only-property-became-optional", WRITE_ONLY),
    ("request-read-only-property-became-required", WRITE_ONLY),
    ("new-optional-request-property", OTHER_WORDS),
    ("new-required-request-property", OTHER_WORDS),
    ("new-required-request-header-property", ONLY_SENT),
    ("request-header-property-became-enum", ONLY_SENT),
    ("request-header-property-became-required", ONLY_SENT),
    ("request-read-only-property-enum-value-added", WRITE_ONLY),
    ("request-read-only-property-enum-value-removed", WRITE_ONLY),
    ("request-read-only-property-exclusive-max-decreased", WRITE_ONLY),
    ("request-read-only-property-exclusive-min-increased", WRITE_ONLY),
    ("request-read-only-property-max-decreased", WRITE_ONLY),
    ("request-read-only-property-max-length-decreased", WRITE_ONLY),
    ("request-read-only-property-min-increased", WRITE_ONLY),
    ("new-required-request-property-with-default", OTHER_WORDS),
    ("request-property-removed", OTHER_WORDS),
    ("request-property-removed-and-refused", OTHER_WORDS),
    ("request-property-became-required-with-default", OTHER_WORDS),
    ("request-body-enum-value-removed", OTHER_WORDS),
    ("request-body-media-type-added", OTHER_WORDS),
    ("request-body-media-type-name-changed", OTHER_WORDS),
    ("request-body-media-type-removed", OTHER_WORDS),
    ("request-body-field-not-judged", OTHER_WORDS),
    ("request-body-added-optional", ALWAYS_A_RESPONSE),
    ("request-body-added-required", ALWAYS_A_RESPONSE),
    ("request-body-became-optional", ALWAYS_A_RESPONSE),
    ("request-body-became-required", ALWAYS_A_RESPONSE),
    ("request-body-removed", ALWAYS_A_RESPONSE),
];

#[cfg(test)]
const ONLY_SENT: &str = "parameters are only sent; response headers have rules of their own";
#[cfg(test)]
const OTHER_WORDS: &str = "the response rule has another name, as oasdiff has it";
#[cfg(test)]
const ALWAYS_A_RESPONSE: &str = "there is always a response; its statuses have rules of their own";
#[cfg(test)]
const WRITE_ONLY: &str = "the mirror of readOnly in requests is writeOnly in responses";
