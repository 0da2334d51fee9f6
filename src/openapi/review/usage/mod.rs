//! Which operations a client uses, and which fields of their responses it reads.
//!
//! What it does not use cannot break it. An operation that is listed and that neither document has is a mistake: of what is not
//! known nothing can be shown.

mod catalogue;
mod fields;
mod har;
mod list;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::super::changes::{Change, Occurrence};
use super::super::document::Document;
use super::super::rules::Direction;
use crate::report::Failure;
use crate::yaml::{self, Limits, Mark};

use catalogue::{Catalogue, Key};
use fields::{Field, Reached};
use har::Request;

/// What a client uses.
#[derive(Debug)]
pub struct Usage {
    file: String,
    used: Used,
}

#[derive(Debug)]
enum Used {
    /// Operations that a person or a generator listed.
    Listed(Vec<Wanted>),
    /// Requests that a browser recorded.
    Recorded(Vec<Request>),
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    mark: Mark,
    /// `GET /items`, or an operationId.
    name: String,
    /// The fields of its responses that are read; none stands for all of them.
    fields: Vec<Field>,
}

impl Usage {
    /// Reads a list of operations (YAML, JSON, or a line for each) or a HAR file; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 with the line of what is wrong, or where the list is empty.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let is_yaml = matches!(extension.as_deref(), Some("yml" | "yaml" | "json" | "har"));
        let used = if is_yaml || text.trim_start().starts_with(['{', '[']) {
            let node = yaml::parse(file, text, Limits::OPENAPI)?;
            match node.get("log").and_then(|log| log.get("entries")) {
                Some(entries) => Used::Recorded(har::requests(entries)),
                None => Used::Listed(list::of_node(file, &node)?),
            }
        } else {
            Used::Listed(list::of_lines(file, text)?)
        };
        let is_empty = match &used {
            Used::Listed(wanted) => wanted.is_empty(),
            Used::Recorded(requests) => requests.is_empty(),
        };
        if is_empty {
            return Err(Failure::usage("openapi/used-by", format!("{file} names no operation"))
                .help("list what the client uses, as `GET /items` or an operationId")
                .into());
        }
        Ok(Self { file: file.to_owned(), used })
    }

    /// Its name for messages.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What the client reaches of two documents.
    ///
    /// # Errors
    /// Exit code 2 where it names an operation or a field that neither has, or where no recorded request is one of theirs.
    pub(super) fn reach(&self, base: &Document, head: &Document) -> Result<Reach> {
        let catalogue = Catalogue::new([base, head]);
        let mut reach = Reach::default();
        match &self.used {
            Used::Listed(all) => {
                for wanted in all {
                    self.add(&mut reach, &catalogue, wanted, [base, head])?;
                }
            }
            Used::Recorded(requests) => {
                let found = requests.iter().flat_map(|request| catalogue.of_request(&request.method, &request.path));
                reach.operations = found.map(|key| (key, None)).collect();
                if reach.operations.is_empty() {
                    let message = format!("none of the {} requests in {} is of this API", requests.len(), self.file);
                    return Err(Failure::usage("openapi/used-by", message)
                        .help("record the client while it calls the API that this document describes")
                        .into());
                }
            }
        }
        Ok(reach)
    }

    fn add(&self, reach: &mut Reach, catalogue: &Catalogue, wanted: &Wanted, documents: [&Document; 2]) -> Result<()> {
        let wrong = |message: String, help: String| -> anyhow::Error {
            Failure::usage("openapi/used-by", message).at(wanted.mark.in_file(&self.file)).help(help).into()
        };
        let keys = catalogue.of_name(&wanted.name);
        if keys.is_empty() {
            let near = catalogue.near(&wanted.name);
            let help = near
                .map_or_else(|| "the documents have no operation".to_owned(), |near| format!("did you mean {near}?"));
            return Err(wrong(format!("neither document has the operation {}", wanted.name), help));
        }
        for key in keys {
            if wanted.fields.is_empty() {
                reach.operations.insert(key, None);
                continue;
            }
            let sides = documents.map(|document| fields::reached(document, &key, &wanted.fields));
            if let Some(field) = wanted.fields.iter().find(|field| !sides.iter().any(|side| side.met(field))) {
                let message = format!("no response of {} has the field {field}", wanted.name);
                return Err(wrong(
                    message,
                    "name fields as `id` or `lines.sku`; the items of a list need no word".to_owned(),
                ));
            }
            // A line without fields for the same operation stands for all of them.
            if let Some(known) = reach.operations.entry(key).or_insert_with(|| Some(Vec::new())) {
                known.push(sides);
            }
        }
        Ok(())
    }
}

/// What a client reaches of two documents.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Each operation; where only some fields of its responses are read, what these reach in both documents.
    operations: BTreeMap<Key, Option<Vec<[Reached; 2]>>>,
}

impl Reach {
    /// The changes that reach the client, each with the operations by which it does, and how many do not.
    pub(super) fn split(&self, changes: Vec<Change>) -> (Vec<Change>, usize) {
        let all = changes.len();
        let inside: Vec<Change> = changes.into_iter().filter_map(|change| self.inside(change)).collect();
        let outside = all - inside.len();
        (inside, outside)
    }

    fn inside(&self, mut change: Change) -> Option<Change> {
        // Of the whole document: it reaches everybody. A component that no operation refers to reaches nobody.
        if change.occurrences.is_empty() {
            return change.component.is_none().then_some(change);
        }
        let whole = change.clone();
        change.keep(|one| self.is_reached(&whole, one));
        (!change.occurrences.is_empty()).then_some(change)
    }

    fn is_reached(&self, change: &Change, occurrence: &Occurrence) -> bool {
        let path = catalogue::shape(&occurrence.path);
        let used: BTreeSet<&Key> =
            self.operations.keys().filter(|key| is_of(key, &occurrence.operation, &path)).collect();
        used.into_iter().filter_map(|key| self.operations.get(key)).any(|read| match read {
            Some(reached) if occurrence.direction == Direction::Response => {
                reached.iter().any(|sides| is_read(sides, change))
            }
            _ => true,
        })
    }
}

/// A change of a path reaches all of its operations, and a callback belongs to the operation that asks for it.
fn is_of(key: &Key, method: &str, path: &str) -> bool {
    let callback = path.strip_prefix(key.path.as_str()).is_some_and(|rest| rest.starts_with(' '));
    callback || key.path == path && (method.is_empty() || key.method == method)
}

fn is_read([base, head]: &[Reached; 2], change: &Change) -> bool {
    let (side, pointer) = if change.head.pointer.len() >= change.base.pointer.len() {
        (head, &change.head.pointer)
    } else {
        (base, &change.base.pointer)
    };
    side.holds(pointer)
}
