//! What a field can be: a value, an object to ask further, a list.

use serde_json::{Map, Value};

use crate::embedded::state::State;

/// What a field is.
#[derive(Clone)]
pub(super) enum Item {
    Leaf(Value),
    Object(Object),
    List(Vec<Item>),
    /// A list that is asked for in pages.
    Connection(&'static str, Vec<Item>),
    /// There is something, and the caller may not see it.
    Forbidden,
}

/// Something with fields. What refers to other things is looked up when it is asked for; the rest is ready.
#[derive(Clone)]
pub(super) enum Object {
    Query,
    Repository,
    /// A commit that is in the repository, by its name.
    Commit(String),
    /// A pull request, by its number.
    Pull(u64),
    Record(Record),
}

/// An object whose fields are ready.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) kind: &'static str,
    pub(super) fields: Vec<(&'static str, Item)>,
}

/// The arguments of a field.
pub(super) struct Arguments(pub(super) Map<String, Value>);

/// Why a field has no answer.
pub(super) enum Trouble {
    /// The type has no such field.
    Unknown,
    /// GitHub's type of the error, and its message.
    Refused(&'static str, String),
}

/// What a field is, or why not.
pub(super) type Found = Result<Item, Trouble>;

impl Item {
    pub(super) fn record(kind: &'static str, fields: Vec<(&'static str, Item)>) -> Self {
        Self::Object(Object::Record(Record { kind, fields }))
    }

    pub(super) const NULL: Self = Self::Leaf(Value::Null);
}

impl<T: Into<Value>> From<T> for Item {
    fn from(value: T) -> Self {
        Self::Leaf(value.into())
    }
}

impl Record {
    /// One of the fields.
    pub(super) fn field(&self, name: &str, arguments: &Arguments) -> Found {
        let (name, item) = self.fields.iter().find(|(known, _)| *known == name).ok_or(Trouble::Unknown)?;
        match item {
            Item::Connection(kind, items) => connection(kind, name, items.clone(), arguments),
            item => Ok(item.clone()),
        }
    }
}

impl Object {
    /// `__typename`
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Repository => "Repository",
            Self::Commit(_) => "Commit",
            Self::Pull(_) => "PullRequest",
            Self::Record(record) => record.kind,
        }
    }
}

impl Arguments {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The words of a list.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// Whether a list of words, where it is given, holds this one.
    pub(super) fn admits(&self, name: &str, word: &str) -> bool {
        let list = self.0.get(name).and_then(Value::as_array);
        list.is_none_or(|list| list.iter().any(|item| item.as_str() == Some(word)))
    }

    /// How many items lie before the page, and how many it may hold from the front, where it is counted from the front.
    pub(super) fn window(&self, connection: &str) -> Result<Window, Trouble> {
        let (first, last) = (self.number("first"), self.number("last"));
        let asked = first.or(last).ok_or_else(|| {
            let message = format!(
                "You must provide a `first` or `last` value to properly paginate the `{connection}` connection."
            );
            Trouble::Refused("MISSING_PAGINATION_BOUNDARIES", message)
        })?;
        if asked > 100 {
            let message = format!(
                "Requesting {asked} records on the `{connection}` connection exceeds the `first` limit of 100 records."
            );
            return Err(Trouble::Refused("EXCESSIVE_PAGINATION", message));
        }
        let cursor = |name| self.text(name).and_then(|cursor| cursor.parse().ok());
        let size = usize::try_from(asked).unwrap_or(100);
        Ok(Window { size, backwards: first.is_none(), after: cursor("after").unwrap_or(0), before: cursor("before") })
    }
}

/// The part of a connection that a page shows. Cursors are the numbers of items, from 1.
pub(super) struct Window {
    pub(super) size: usize,
    pub(super) backwards: bool,
    pub(super) after: usize,
    pub(super) before: Option<usize>,
}

/// A connection: the asked page of these items.
pub(super) fn connection(kind: &'static str, name: &str, items: Vec<Item>, arguments: &Arguments) -> Found {
    let window = arguments.window(name)?;
    let total = items.len();
    let end = window.before.map_or(total, |before| before.saturating_sub(1).min(total));
    let start = window.after.min(end);
    let (from, to) = if window.backwards {
        (end.saturating_sub(window.size).max(start), end)
    } else {
        (start, (start + window.size).min(end))
    };
    let nodes = items.into_iter().skip(from).take(to - from).collect();
    Ok(page(kind, nodes, from, to < total, total))
}

/// A page that begins after `before` items.
pub(super) fn page(kind: &'static str, nodes: Vec<Item>, before: usize, more: bool, total: usize) -> Item {
    let cursor = |number: usize| (!nodes.is_empty()).then(|| number.to_string());
    let info = vec![
        ("hasNextPage", more.into()),
        ("hasPreviousPage", (before > 0).into()),
        ("startCursor", cursor(before + 1).into()),
        ("endCursor", cursor(before + nodes.len()).into()),
    ];
    let fields =
        vec![("totalCount", total.into()), ("pageInfo", Item::record("PageInfo", info)), ("nodes", Item::List(nodes))];
    Item::record(kind, fields)
}

/// An account as who acted. GraphQL leaves `[bot]` out of the login.
pub(super) fn actor(state: &State, origin: &str, login: &str) -> Item {
    let Some(user) = state.user(login) else { return Item::NULL };
    let login = user.login.trim_end_matches("[bot]");
    let fields = vec![
        ("login", login.into()),
        ("url", format!("{origin}/{login}").into()),
        ("id", format!("U_{}", user.id).into()),
        ("databaseId", user.id.into()),
        ("name", user.name.as_str().into()),
    ];
    Item::record(user.kind.as_str(), fields)
}
