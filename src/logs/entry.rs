//! One request as a line of a log tells it, whatever the log's form.

use super::combined;
use super::fields::Fields;
use super::shape::Shape;

/// One request. The texts are as the line has them, not yet escaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// When it was answered, in seconds since 1970 (Unix time).
    pub time: i64,
    /// The status of the answer.
    pub status: u16,
    /// The path as it was asked for, with its query.
    pub target: std::borrow::Cow<'a, str>,
    /// Who asked; empty where the log does not say.
    pub client: std::borrow::Cow<'a, str>,
    /// With which program; empty where the log does not say.
    pub agent: std::borrow::Cow<'a, str>,
}

/// How the lines of a log are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The common and the combined log format of Apache and nginx.
    Combined,
    /// An object of JSON on each line.
    Json(Fields),
}

impl Form {
    /// Reads a line, of which the one before had this shape; `None` where it is no request. What docker, syslog or CloudWatch put before
    /// a line is passed over.
    pub(super) fn read<'a>(&self, line: &'a str, shape: &mut Shape) -> Option<Entry<'a>> {
        match self {
            Self::Combined => combined::read(line),
            Self::Json(fields) => fields.read(line, shape),
        }
    }

    /// The fields that a line of JSON lacks, by which it would be a request.
    pub(super) fn lacking(&self, line: &str) -> Option<Vec<&'static str>> {
        match self {
            Self::Combined => None,
            Self::Json(fields) => fields.lacking(line),
        }
    }
}
