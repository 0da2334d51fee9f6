//! What stands under `with:` as the arguments of the subcommand of the step's name: the options of the one are the keys of the other.

use serde_json::{Map, Number as JsonNumber, Value as Json};

use super::expression::{Part, Template};
use super::plan::{Builtin, Id};
use crate::yaml::{Entry, Map as YamlMap, Node, Number, Value};

/// What a key of `with:` is on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An option with a value.
    Option,
    /// An option without one: `true` gives it, `false` does not.
    Flag,
    /// A word that stands alone; the number is its place.
    Word(usize),
}

/// A key of `with:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name, and others that mean the same.
    pub names: Vec<String>,
    /// What it is on the command line.
    pub kind: Kind,
    /// Whether the step cannot do without it.
    pub required: bool,
    /// Whether its value is one JSON text: a mapping is given as a whole, not once for each entry.
    pub is_json: bool,
    /// Whether it says what is expected: what an expression alone gives there is a text, and the value that it writes as well.
    pub is_expected: bool,
}

/// What the subcommands of the built-in steps take, by those who know them.
#[derive(Clone, Copy)]
pub struct Steps {
    /// The keys of a step; `None` where no subcommand is behind it.
    pub keys: fn(Builtin) -> Option<Vec<Key>>,
    /// Why a key cannot have a value; `None` where it can.
    pub refusal: fn(Builtin, &str, &str) -> Option<String>,
    /// The keys of which a step needs one.
    pub one_of: fn(Builtin) -> Vec<Vec<String>>,
    /// Why the arguments of a step are refused as a whole.
    pub misuses: fn(Builtin, &[String]) -> Vec<Wrong>,
    /// A value that a key can have, for one that is not known yet; `None` where none is known.
    pub stand_in: fn(Builtin, &str) -> Option<String>,
}

/// Why arguments are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The keys that are to blame; none where it is all of them.
    pub keys: Vec<String>,
    /// Why.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Steps")
    }
}

/// The key of a name.
#[must_use]
pub fn key<'k>(keys: &'k [Key], name: &str) -> Option<&'k Key> {
    keys.iter().find(|key| key.names.iter().any(|known| known == name))
}

/// The arguments behind the subcommand's own words; `render` gives a text with the values of its expressions. A key that is not
/// known is given as an option, and refused by name.
///
/// # Errors
/// The first that `render` gives.
pub fn arguments<E>(
    keys: &[Key],
    with: &YamlMap<Id, Node>,
    mut render: impl FnMut(&str) -> Result<String, E>,
) -> Result<Vec<String>, E> {
    arguments_of(keys, with, |name, node| rendered(key(keys, name), node, &mut render))
}

/// As [`arguments`], where `value` gives the value of each key.
///
/// # Errors
/// The first that `value` gives.
pub fn arguments_of<E>(
    keys: &[Key],
    with: &YamlMap<Id, Node>,
    mut value: impl FnMut(&str, &Node) -> Result<Json, E>,
) -> Result<Vec<String>, E> {
    let (mut options, mut words) = (Vec::new(), Vec::new());
    for (name, node) in with.iter() {
        let key = key(keys, name.as_str());
        let value = value(name.as_str(), node)?;
        let option = key.and_then(|key| key.names.first()).map_or(name.as_str(), String::as_str);
        for value in texts(&value, key.is_some_and(|key| key.is_json)) {
            match (key.map(|key| &key.kind), value.as_str()) {
                (Some(Kind::Word(at)), _) => words.push((*at, value)),
                (Some(Kind::Flag), "false" | "") => {}
                (Some(Kind::Flag), "true") => options.push(format!("--{option}")),
                _ => options.push(format!("--{option}={value}")),
            }
        }
    }
    words.sort_by_key(|(at, _)| *at);
    if !words.is_empty() {
        options.push("--".to_owned());
        options.extend(words.into_iter().map(|(_, value)| value));
    }
    Ok(options)
}

/// The values as the option is given them: a list is the option again, a mapping the option again as `KEY=VALUE`, and what is
/// nested deeper is JSON text.
#[must_use]
pub fn texts(value: &Json, is_json: bool) -> Vec<String> {
    match value {
        Json::Null => Vec::new(),
        Json::Array(_) | Json::Object(_) if is_json => vec![value.to_string()],
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(entries) => entries.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect(),
        _ => vec![plain(value)],
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How a value is handed over, by where it stands in that of its key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The value of a key that takes texts.
    Whole,
    /// An item of it.
    Item,
    /// JSON.
    Json,
    /// JSON that says what is expected.
    Expected,
}

/// A value of a plan as JSON for its key, its texts rendered one by one: what an expression gives cannot become more than a text. A
/// number is as it is written where it is not within JSON.
///
/// # Errors
/// The first that `render` gives.
pub fn rendered<E>(
    key: Option<&Key>,
    node: &Node,
    render: &mut impl FnMut(&str) -> Result<String, E>,
) -> Result<Json, E> {
    let form = if key.is_some_and(|key| key.is_json) { Form::Json } else { Form::Whole };
    let nested = if key.is_some_and(|key| key.is_expected) { Form::Expected } else { Form::Json };
    of_form(form, nested, node, render)
}

fn of_form<E>(
    form: Form,
    nested: Form,
    node: &Node,
    render: &mut impl FnMut(&str) -> Result<String, E>,
) -> Result<Json, E> {
    let within = match form {
        Form::Whole => Form::Item,
        Form::Item => nested,
        Form::Json | Form::Expected => form,
    };
    Ok(match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(Number::Big(text)) if matches!(form, Form::Whole | Form::Item) => Json::String(text.to_string()),
        Value::Number(Number::Big(text)) => Number::of(text).map_or(Json::Null, |number| json(&number)),
        Value::Number(number) => json(number),
        Value::String(text) => {
            let given = render(text)?;
            let is_either = form == Form::Expected && is_lone(text) && is_scalar(&given);
            Json::String(if is_either { format!("={given}") } else { given })
        }
        Value::Sequence(items) => {
            Json::Array(items.iter().map(|item| of_form(within, nested, item, render)).collect::<Result<_, _>>()?)
        }
        Value::Mapping(entries) => {
            let pairs = entries
                .iter()
                .map(|Entry { key, value, .. }| Ok((key.to_string(), of_form(within, nested, value, render)?)));
            Json::Object(pairs.collect::<Result<Map<_, _>, E>>()?)
        }
    })
}

fn json(number: &Number) -> Json {
    match number {
        Number::Integer(value) => Json::from(*value),
        Number::Float(value) => {
            JsonNumber::from_f64(*value).map_or_else(|| Json::String(value.to_string()), Json::Number)
        }
        // A plan has none beyond 64 bits: it is refused where it is read.
        Number::Big(digits) => digits.parse::<u64>().map_or_else(|_| Json::String(digits.to_string()), Json::from),
    }
}

/// Whether a text is one expression and nothing else.
fn is_lone(text: &str) -> bool {
    Template::parse(text).is_ok_and(|template| matches!(template.parts(), [Part::Value(_)]))
}

/// Whether a text writes a number, `true`, `false` or `null`.
fn is_scalar(text: &str) -> bool {
    serde_json::from_str::<Json>(text).is_ok_and(|value| value.is_number() || value.is_boolean() || value.is_null())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use test_case::test_case;

    use super::*;
    use crate::deploy::plan::{Action, Plan};

    fn key(name: &str, kind: Kind, is_json: bool) -> Key {
        Key {
            names: vec![name.to_owned(), format!("{name}s")],
            kind,
            required: false,
            is_json,
            is_expected: name == "e",
        }
    }

    #[test_case("{o: a, f: true}" => "--o=a --f"; "an option and a flag")]
    #[test_case("{o: true, f: false}" => "--o=true"; "a flag that is not given, and true as a value")]
    #[test_case("{w2: b, o: 1, w1: a}" => "--o=1 -- a b"; "words in their order")]
    #[test_case("{o: [a, 2, 80%]}" => "--o=a --o=2 --o=80%"; "a list")]
    #[test_case("{o: {status: 200, json: {$.a: smoke}}}" => "--o=status=200 --o=json={\"$.a\":\"smoke\"}"; "a mapping")]
    #[test_case("{o: {x: [[A, B], [C]], y: [D, 'E=f']}}" => "--o=x=[[\"A\",\"B\"],[\"C\"]] --o=y=[\"D\",\"E=f\"]"; "lists in a mapping")]
    #[test_case("{o: [[A, B]]}" => "--o=[\"A\",\"B\"]"; "a list in a list")]
    #[test_case("{j: {a: 1, b: '1', c: true}}" => "--j={\"a\":1,\"b\":\"1\",\"c\":true}"; "one JSON text")]
    #[test_case("{j: {a: 12345678901234567890}, o: 18446744073709551615}" => "--j={\"a\":12345678901234567890} --o=18446744073709551615"; "numbers of many digits")]
    #[test_case("{j: '{}'}" => "--j={}"; "one JSON text that is written as a text")]
    #[test_case("{os: a, unknown: b}" => "--o=a --unknown=b"; "another name, and one that is not known")]
    #[test_case("{o: '<x>', j: {a: '<\">'}}" => "--o=R --j={\"a\":\"R\\\"\"}"; "what an expression gives is a text")]
    #[test_case("{o: , f: }" => ""; "nothing")]
    #[test_case("{o: 01234, os: [1.10, 1e3, +5], f: {a: 0o17, b: .5}}" => "--o=01234 --o=1.10 --o=1e3 --o=+5 --f=a=0o17 --f=b=.5"; "numbers as they are written")]
    #[test_case("{j: {a: 01234, b: [1.10, 1e3, 0o17]}, o: {x: [1.10], y: 1.10}}" => "--j={\"a\":1234,\"b\":[1.1,1000.0,15]} --o=x=[1.1] --o=y=1.10"; "numbers of JSON")]
    #[test_case("{o: &a 01, os: [*a, !!float 1, '1.10']}" => "--o=01 --o=01 --o=1.0 --o=1.10"; "numbers that are written elsewhere")]
    #[test_case("{e: {s: \"${{ 'n' }}\", j: {a: \"${{ 'n' }}\", b: \"n${{ 'n' }}\", c: \"${{ 't' }}\", d: '7', e: 7}}}" => "--e=s=7 --e=j={\"a\":\"=7\",\"b\":\"n7\",\"c\":\"~7\",\"d\":\"7\",\"e\":7}"; "what is expected by an expression alone")]
    #[test_case("{o: {a: {b: \"${{ 'n' }}\"}}, j: {b: \"${{ 'n' }}\"}}" => "--o=a={\"b\":\"7\"} --j={\"b\":\"7\"}"; "an expression alone elsewhere")]
    fn arguments(with: &str) -> String {
        let keys = [
            key("o", Kind::Option, false),
            key("j", Kind::Option, true),
            key("e", Kind::Option, false),
            key("f", Kind::Flag, false),
            key("w1", Kind::Word(0), false),
            key("w2", Kind::Word(1), false),
        ];
        let plan = Plan::parse("p", &format!("jobs: {{a: {{steps: [{{uses: zarpe/gate, with: {with}}}]}}}}")).unwrap();
        let (_, step) = plan.steps().next().unwrap();
        let Action::Uses { with, .. } = &step.action else { panic!("no built-in step") };
        let render = |text: &str| {
            Ok::<_, Infallible>(
                text.replace("<x>", "R").replace("<\">", "R\"").replace("${{ 'n' }}", "7").replace("${{ 't' }}", "~7"),
            )
        };
        super::arguments(&keys, with, render).unwrap().join(" ")
    }
}
