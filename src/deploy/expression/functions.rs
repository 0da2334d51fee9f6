//! The functions of expressions: GitHub's, as far as a plan has a use for them, and `safe()`.

use serde_json::Value as Json;

use super::evaluate::Status;
use super::value::{Value, folded};

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Always,
    Cancelled,
    Contains,
    EndsWith,
    Failure,
    Format,
    FromJson,
    Join,
    Safe,
    StartsWith,
    Success,
    ToJson,
}

/// Each with its name, how many values it takes, and how it is written.
const ALL: [(Function, &str, (usize, usize), &str); 12] = [
    (Function::Always, "always", (0, 0), "always()"),
    (Function::Cancelled, "cancelled", (0, 0), "cancelled()"),
    (Function::Contains, "contains", (2, 2), "contains(text or list, what)"),
    (Function::EndsWith, "endsWith", (2, 2), "endsWith(text, end)"),
    (Function::Failure, "failure", (0, 0), "failure()"),
    (Function::Format, "format", (1, 255), "format('{0} and {1}', one, other)"),
    (Function::FromJson, "fromJSON", (1, 1), "fromJSON(text)"),
    (Function::Join, "join", (1, 2), "join(list, ', ')"),
    (Function::Safe, "safe", (0, 0), "safe()"),
    (Function::StartsWith, "startsWith", (2, 2), "startsWith(text, beginning)"),
    (Function::Success, "success", (0, 0), "success()"),
    (Function::ToJson, "toJSON", (1, 1), "toJSON(value)"),
];

/// The longest text that a function makes: a small expression could double one fifty times.
const LONGEST: usize = 1 << 20;

impl Function {
    /// The function of a name, without regard to case; else what to say and what to do.
    pub(super) fn named(name: &str) -> Result<Self, (String, String)> {
        if let Some((function, ..)) = ALL.into_iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(name)) {
            return Ok(function);
        }
        if name.eq_ignore_ascii_case("hashFiles") {
            let help = "compute it in a `run` step and read its output: sha256sum FILE".to_owned();
            return Err(("hashFiles() reads files, and expressions of a plan read none".to_owned(), help));
        }
        let names = ALL.map(|(_, name, ..)| name).join(", ");
        let nearest = ALL.into_iter().min_by_key(|(_, known, ..)| strsim::damerau_levenshtein(name, known));
        let near = nearest.filter(|(_, known, ..)| strsim::damerau_levenshtein(name, known) <= 2);
        let help = near.map_or(format!("functions: {names}"), |(_, known, ..)| format!("did you mean `{known}`?"));
        Err((format!("there is no function `{name}`"), help))
    }

    fn row(self) -> ((usize, usize), &'static str) {
        let row = ALL.into_iter().find(|(function, ..)| *function == self);
        row.map_or(((0, 0), ""), |(_, _, arity, usage)| (arity, usage))
    }

    /// The fewest and the most values that it takes.
    pub(super) fn arity(self) -> (usize, usize) {
        self.row().0
    }

    /// How it is written.
    pub(super) fn usage(self) -> &'static str {
        self.row().1
    }

    /// Whether it says how things stand.
    pub(super) fn is_status(self) -> bool {
        matches!(self, Self::Always | Self::Cancelled | Self::Failure | Self::Safe | Self::Success)
    }

    /// Its value; what is wrong otherwise.
    pub(super) fn call(self, arguments: &[Value], status: Status) -> Result<Value, String> {
        let at = |index: usize| arguments.get(index).unwrap_or(&Value::Null);
        let text = |index: usize| folded(&at(index).text());
        // A list or an object has no text to look into, as in GitHub's runner.
        let are_plain = || !at(0).is_whole() && !at(1).is_whole();
        Ok(match self {
            Self::Always => Value::Bool(true),
            Self::Cancelled => Value::Bool(status.cancelled),
            Self::Failure => Value::Bool(status.failure),
            Self::Safe => Value::Bool(status.safe),
            Self::Success => Value::Bool(status.success),
            Self::Contains => Value::Bool(match at(0) {
                Value::List(items) => items.iter().any(|item| item.equals(at(1))),
                _ => are_plain() && text(0).contains(&text(1)),
            }),
            Self::StartsWith => Value::Bool(are_plain() && text(0).starts_with(&text(1))),
            Self::EndsWith => Value::Bool(are_plain() && text(0).ends_with(&text(1))),
            Self::Join => Value::Text(bounded(join(at(0), arguments.get(1)))?),
            Self::Format => Value::Text(format(&at(0).text(), arguments.get(1..).unwrap_or_default())?),
            Self::ToJson => Value::Text(bounded(format!("{:#}", Json::from(at(0))))?),
            Self::FromJson => {
                let json: Json = serde_json::from_str(&at(0).text()).map_err(|error| format!("fromJSON: {error}"))?;
                Value::from(&json)
            }
        })
    }
}

fn bounded(text: String) -> Result<String, String> {
    if text.len() > LONGEST { Err(format!("this makes a text of more than {LONGEST} bytes")) } else { Ok(text) }
}

fn join(list: &Value, separator: Option<&Value>) -> String {
    let separator = separator.filter(|one| !one.is_whole()).map_or(",".to_owned(), Value::text);
    match list {
        Value::List(items) => items.iter().map(Value::text).collect::<Vec<_>>().join(&separator),
        Value::Object(_) => String::new(),
        other => other.text(),
    }
}

/// `{0}` is the first of the values, `{{` a brace.
fn format(form: &str, values: &[Value]) -> Result<String, String> {
    let (mut made, mut rest) = (String::new(), form);
    let stray = || format!("format: `{form}` has a brace that stands for nothing: write {{0}}, or {{{{ for a brace");
    while let Some(at) = rest.find(['{', '}']) {
        let (plain, braced) = rest.split_at_checked(at).unwrap_or((rest, ""));
        made.push_str(plain);
        if let Some(after) = braced.strip_prefix("{{").or_else(|| braced.strip_prefix("}}")) {
            made.extend(braced.chars().next());
            rest = after;
            continue;
        }
        let (number, after) = braced.strip_prefix('{').and_then(|rest| rest.split_once('}')).ok_or_else(stray)?;
        let index: usize = number.parse().map_err(|_| stray())?;
        let value = values.get(index).ok_or_else(|| format!("format: there is no value for {{{index}}}"))?;
        made = bounded(made + &value.text())?;
        rest = after;
    }
    bounded(made + rest)
}
