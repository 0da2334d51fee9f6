//! The versioned JSON documents: structs of their own, apart from the inner types, so that what others parse stays put.
//! A field may be added to a version; a change of meaning makes a new version.

pub mod deploy;
pub mod deploy_board;
pub mod deploy_dry_run;
pub mod deploy_follow_up;
pub mod deploy_report;
pub mod deploy_runs;
pub mod doctor;
pub mod env;
pub mod fresh;
pub mod gate;
pub mod http;
pub mod init;
pub mod logs;
pub mod next;
pub mod notes;
pub mod notify;
pub mod openapi_check;
pub mod openapi_diff;
pub mod openapi_rules;
pub mod prepare;
pub mod preview;
pub mod release;
pub mod report;
mod schema;
pub mod tag;
pub mod verify;

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::escape;

/// A JSON document that other programs parse.
pub trait Document: Serialize + JsonSchema {
    /// Its name and version, as in `zarpe/NAME`: `verify/v1`.
    const NAME: &'static str;

    /// Whether its command changes something: what was done, or would be, is then in `actions`.
    const ACTS: bool = false;

    /// The document as a value, with its `schema` first.
    fn value(&self) -> Value {
        let mut fields = serde_json::Map::new();
        fields.insert("schema".to_owned(), format!("zarpe/{}", Self::NAME).into());
        if let Ok(Value::Object(own)) = serde_json::to_value(self) {
            fields.extend(own);
        }
        Value::Object(fields)
    }
}

/// A document's name and the maker of its JSON Schema.
pub type Published = (&'static str, fn() -> Schema);

/// Every document, for `zarpe schema` and for the tests. A command adds its line here.
pub const DOCUMENTS: &[Published] = &[
    (Error::NAME, schema::alone::<Error>),
    published::<report::Report>(),
    published::<init::Init>(),
    published::<doctor::Doctor>(),
    published::<deploy::Deploy>(),
    published::<deploy_report::DeployReport>(),
    published::<deploy_board::DeployBoard>(),
    published::<deploy_dry_run::DeployDryRun>(),
    published::<deploy_follow_up::DeployFollowUp>(),
    published::<deploy_runs::DeployRuns>(),
    published::<next::Next>(),
    published::<tag::Tag>(),
    published::<prepare::Prepare>(),
    published::<release::Release>(),
    published::<verify::Verify>(),
    published::<notes::Notes>(),
    published::<preview::Preview>(),
    (notes::Release::NAME, schema::alone::<notes::Release>),
    published::<env::Env>(),
    published::<gate::Gate>(),
    published::<http::Http>(),
    published::<logs::Logs>(),
    published::<notify::Notify>(),
    published::<openapi_check::OpenapiCheck>(),
    published::<openapi_diff::OpenapiDiff>(),
    published::<openapi_rules::OpenapiRules>(),
    published::<fresh::Fresh>(),
];

/// A line of [`DOCUMENTS`].
const fn published<T: Document>() -> Published {
    (T::NAME, schema::of_report::<T>)
}

/// The document of a report: the command's own, or [`report::Report`] where it has none, with what every document says.
#[must_use]
pub fn report(report: &crate::report::Report) -> Value {
    let own = if report.document.is_null() { report::Report::from(report).value() } else { report.document.clone() };
    let (Value::Object(mut own), Ok(Value::Object(mut common))) =
        (own, serde_json::to_value(report::Common::from(report)))
    else {
        return Value::Null;
    };
    let findings = common.shift_remove("findings");
    let mut fields: serde_json::Map<_, _> = own.shift_remove_entry("schema").into_iter().chain(common).collect();
    own.retain(|name, _| !fields.contains_key(name));
    fields.extend(own);
    fields.extend(findings.map(|findings| ("findings".to_owned(), findings)));
    Value::Object(fields)
}

/// The document of what stopped a command.
#[must_use]
pub fn failure(failure: &crate::report::Failure) -> Value {
    Error::from(failure).value()
}

/// A document as text that ends with a line end. What a terminal or GitHub's runner could take for an order stands there as
/// an escape of JSON (RFC 8259 §7): a parser reads the same value.
#[must_use]
pub fn text(document: &Value) -> String {
    let mut text = String::new();
    for c in format!("{document:#}\n").replace("##[", "#\\u0023[").chars() {
        if c != '\n' && escape::is_hidden(c) {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
    }
    text
}

/// What `--format json` prints where a command could not do its job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Error {
    /// The exit code.
    pub exit: u8,
    /// Stable id of the kind of failure.
    pub rule: String,
    /// What happened.
    pub message: String,
    /// Where, `file:line:column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Document for Error {
    const NAME: &'static str = "error/v1";
}

impl From<&crate::report::Failure> for Error {
    fn from(failure: &crate::report::Failure) -> Self {
        let crate::report::Finding { rule, message, location, help, .. } = failure.finding.clone();
        Self { exit: failure.exit.code(), rule, message, location: location.map(|place| place.to_string()), help }
    }
}
