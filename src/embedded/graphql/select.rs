//! Walks the selections of a query and puts the answer together.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::item::{Arguments, Found, Item, Object, Trouble};
use super::parse::{Document, Field, Selection};
use crate::embedded::auth::Caller;
use crate::embedded::call::Call;
use crate::embedded::git::Commit;
use crate::embedded::state::{Access, TokenKind};

/// One query being answered.
pub(super) struct Execution<'a> {
    pub(super) call: &'a Call<'a>,
    document: &'a Document,
    variables: Map<String, Value>,
    commits: RefCell<Option<BTreeMap<String, Rc<Commit>>>>,
    /// How many fragments are open: one that spreads itself would never end.
    spreads: Cell<u8>,
}

/// What goes wrong on the way.
#[derive(Default)]
struct Errors {
    /// Fields that could not be answered: the rest of the answer stands.
    partial: Vec<Value>,
    /// The query itself is wrong: there is no answer.
    fatal: Vec<Value>,
}

impl<'a> Execution<'a> {
    pub(super) fn new(call: &'a Call<'a>, document: &'a Document, variables: Map<String, Value>) -> Self {
        Self { call, document, variables, commits: RefCell::new(None), spreads: Cell::new(0) }
    }

    /// The whole answer.
    pub(super) fn run(&self, selections: &[Selection]) -> Value {
        let mut errors = Errors::default();
        let data = self.object(&Object::Query, selections, &mut Vec::new(), &mut errors);
        if !errors.fatal.is_empty() {
            return json!({ "errors": errors.fatal });
        }
        if errors.partial.is_empty() {
            json!({ "data": data })
        } else {
            json!({ "data": data, "errors": errors.partial })
        }
    }

    fn object(&self, object: &Object, selections: &[Selection], path: &mut Vec<Value>, errors: &mut Errors) -> Value {
        let mut fields = Map::new();
        self.collect(object, selections, path, errors, &mut fields);
        Value::Object(fields)
    }

    fn collect(
        &self,
        object: &Object,
        selections: &[Selection],
        path: &mut Vec<Value>,
        errors: &mut Errors,
        fields: &mut Map<String, Value>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    path.push(field.key.as_str().into());
                    let value = self.field(object, field, path, errors);
                    merge(fields, &field.key, value);
                    path.pop();
                }
                Selection::Inline { on, selections } => {
                    if on.as_ref().is_none_or(|on| is_a(object.kind(), on)) {
                        self.collect(object, selections, path, errors, fields);
                    }
                }
                Selection::Spread(name) => self.spread(name, object, path, errors, fields),
            }
        }
    }

    fn spread(
        &self,
        name: &str,
        object: &Object,
        path: &mut Vec<Value>,
        errors: &mut Errors,
        fields: &mut Map<String, Value>,
    ) {
        let fragment = self.document.fragments.iter().find(|fragment| fragment.name == name);
        let Some(fragment) = fragment.filter(|_| self.spreads.get() < 64) else {
            errors.fatal.push(json!({ "message": format!("Fragment {name} was used, but not defined") }));
            return;
        };
        if is_a(object.kind(), &fragment.on) {
            self.spreads.update(|open| open + 1);
            self.collect(object, &fragment.selections, path, errors, fields);
            self.spreads.update(|open| open.saturating_sub(1));
        }
    }

    fn field(&self, object: &Object, field: &Field, path: &mut Vec<Value>, errors: &mut Errors) -> Value {
        let arguments = field.arguments.iter().map(|(name, literal)| (name.clone(), literal.value(&self.variables)));
        let arguments = Arguments(arguments.collect());
        match self.resolve(object, &field.name, &arguments) {
            Ok(item) => self.item(item, field, path, errors),
            Err(Trouble::Unknown) => {
                let message = format!("Field '{}' doesn't exist on type '{}'", field.name, object.kind());
                let extensions =
                    json!({ "code": "undefinedField", "typeName": object.kind(), "fieldName": field.name });
                errors.fatal.push(json!({ "path": path, "extensions": extensions, "message": message }));
                Value::Null
            }
            Err(Trouble::Refused(kind, message)) => {
                errors.partial.push(json!({ "type": kind, "path": path, "message": message }));
                Value::Null
            }
        }
    }

    fn item(&self, item: Item, field: &Field, path: &mut Vec<Value>, errors: &mut Errors) -> Value {
        match item {
            Item::Leaf(value) => value,
            Item::Object(object) => {
                if field.selections.is_empty() {
                    let message = format!(
                        "Field must have selections (field '{}' returns {} but has no selections. Did you mean '{} {{ ... }}'?)",
                        field.name,
                        object.kind(),
                        field.name
                    );
                    errors.fatal.push(json!({ "path": path, "message": message }));
                }
                self.object(&object, &field.selections, path, errors)
            }
            Item::List(items) | Item::Connection(_, items) => {
                let mut values = Vec::new();
                for (place, item) in items.into_iter().enumerate() {
                    path.push(place.into());
                    values.push(self.item(item, field, path, errors));
                    path.pop();
                }
                Value::Array(values)
            }
            Item::Forbidden => {
                let message = match &self.call.caller {
                    Caller::Known { token, .. } if token.kind != TokenKind::Workflow => {
                        "Resource not accessible by personal access token"
                    }
                    _ => "Resource not accessible by integration",
                };
                errors.partial.push(json!({
                    "type": "FORBIDDEN", "path": path, "extensions": { "saml_failure": false }, "message": message,
                }));
                Value::Null
            }
        }
    }

    fn resolve(&self, object: &Object, field: &str, arguments: &Arguments) -> Found {
        if field == "__typename" {
            return Ok(object.kind().into());
        }
        match object {
            Object::Query => self.query(field, arguments),
            Object::Repository => self.repository(field, arguments),
            Object::Commit(sha) => self.commit_field(sha, field, arguments),
            Object::Pull(number) => self.pull_field(*number, field, arguments),
            Object::Record(record) => record.field(field, arguments),
        }
    }

    /// The item, where the token may read this part of the repository.
    pub(super) fn permitted(&self, permission: &str, item: impl FnOnce() -> Found) -> Found {
        if self.call.caller.allows(self.call.state, permission, Access::Read) { item() } else { Ok(Item::Forbidden) }
    }

    /// A commit that is in the repository, else null.
    pub(super) fn commit_item(&self, sha: &str) -> Item {
        self.commit(sha).map_or(Item::NULL, |commit| Item::Object(Object::Commit(commit.sha.clone())))
    }

    /// A commit, read once in a query; what belongs to pull requests is read together.
    pub(super) fn commit(&self, sha: &str) -> Option<Rc<Commit>> {
        let mut commits = self.commits.borrow_mut();
        let known = commits.get_or_insert_with(|| {
            let shas: Vec<String> = self.call.state.pulls.iter().flat_map(|pull| pull.commits.clone()).collect();
            self.call.git.these(&shas).into_iter().map(|commit| (commit.sha.clone(), Rc::new(commit))).collect()
        });
        if let Some(commit) = known.get(sha) {
            return Some(Rc::clone(commit));
        }
        let commit = Rc::new(self.call.git.commit(sha)?);
        known.insert(sha.to_owned(), Rc::clone(&commit));
        Some(commit)
    }

    /// Keeps commits that were read already.
    pub(super) fn remember(&self, commits: Vec<Commit>) {
        if let Some(known) = self.commits.borrow_mut().as_mut() {
            known.extend(commits.into_iter().map(|commit| (commit.sha.clone(), Rc::new(commit))));
        }
    }
}

/// The same field asked for twice is one field.
fn merge(fields: &mut Map<String, Value>, key: &str, value: Value) {
    match (fields.get_mut(key), value) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (name, value) in new {
                merge(old, &name, value);
            }
        }
        (_, value) => {
            fields.insert(key.to_owned(), value);
        }
    }
}

/// Whether a type is another one or implements it.
fn is_a(kind: &str, on: &str) -> bool {
    match on {
        "Node" | "GitObject" => true,
        "Actor" => matches!(kind, "User" | "Bot" | "Organization"),
        _ => kind == on,
    }
}
