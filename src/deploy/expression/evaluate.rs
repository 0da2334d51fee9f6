//! The value of an expression where a plan stands now.

use serde_json::{Map, Value as Json};

use super::Wrong;
use super::parser::{Expression, Tree};
use super::value::Value;

/// What an expression can see.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// An object of contexts: `env`, `inputs`, `needs`, `secrets`, `steps`, `vars`, `zarpe`.
    pub contexts: &'a Json,
    /// How things stand.
    pub status: Status,
    /// Outputs that are there and cannot be told: they were secret, and only another process knew them.
    pub withheld: &'a [[String; 4]],
}

/// How things stand: what the functions of the same names say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Everything before ended with success.
    pub success: bool,
    /// Something before failed.
    pub failure: bool,
    /// The run was cancelled.
    pub cancelled: bool,
    /// Maintenance may be lifted.
    pub safe: bool,
}

/// A value, or what `.*` made of one: parts are then asked of each.
enum Got {
    One(Value),
    Each(Vec<Value>),
}

impl Got {
    fn into_value(self) -> Value {
        match self {
            Self::One(value) => value,
            Self::Each(values) => Value::List(values),
        }
    }
}

impl Expression {
    /// Its value.
    ///
    /// # Errors
    /// A name that is not there, or a function that cannot answer.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Wrong> {
        value(&self.root, scope, Use::Written)
    }

    /// Its value where nothing is written by it, as in a condition: an output that was not given is nothing.
    ///
    /// # Errors
    /// As [`Self::evaluate`].
    pub fn ask(&self, scope: &Scope<'_>) -> Result<Value, Wrong> {
        value(&self.root, scope, Use::Asked)
    }
}

/// What the value of a part of an expression is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It may be what is written in the end.
    Written,
    /// It only decides.
    Asked,
}

fn value(tree: &Tree, scope: &Scope<'_>, r#use: Use) -> Result<Value, Wrong> {
    got(tree, scope, r#use).map(Got::into_value)
}

fn got(tree: &Tree, scope: &Scope<'_>, r#use: Use) -> Result<Got, Wrong> {
    Ok(Got::One(match tree {
        Tree::Literal(value) => value.clone(),
        Tree::Context { .. } | Tree::Part { .. } => return part(tree, scope, r#use),
        Tree::Every(of) => {
            let items = match value(of, scope, r#use)? {
                Value::List(items) => items,
                Value::Object(fields) => fields.into_iter().map(|(_, value)| value).collect(),
                _ => Vec::new(),
            };
            return Ok(Got::Each(items));
        }
        Tree::Not(of) => Value::Bool(!value(of, scope, Use::Asked)?.is_true()),
        Tree::Operation { sign, left, right } => operation(sign, left, right, scope, r#use)?,
        Tree::Call { function, arguments, at } => {
            let arguments: Vec<Value> =
                arguments.iter().map(|one| value(one, scope, r#use)).collect::<Result<_, _>>()?;
            function.call(&arguments, scope.status).map_err(|message| Wrong::new(message, *at, 1))?
        }
    }))
}

/// `&&` and `||` give one of their sides, and look at the second only where the first does not decide.
fn operation(sign: &str, left: &Tree, right: &Tree, scope: &Scope<'_>, r#use: Use) -> Result<Value, Wrong> {
    let one = value(left, scope, Use::Asked)?;
    match sign {
        "&&" => return if one.is_true() { value(right, scope, r#use) } else { Ok(one) },
        "||" => return if one.is_true() { Ok(one) } else { value(right, scope, r#use) },
        _ => {}
    }
    let other = value(right, scope, Use::Asked)?;
    let order = one.order(&other);
    Ok(Value::Bool(match sign {
        "==" => one.equals(&other) || is_one(left, right, scope)?,
        "!=" => !(one.equals(&other) || is_one(left, right, scope)?),
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        _ => order.is_some_and(std::cmp::Ordering::is_ge),
    }))
}

/// Whether both are one list or object of the contexts, which alone equals itself, as in GitHub Actions: one that looks alike is
/// another one.
fn is_one(left: &Tree, right: &Tree, scope: &Scope<'_>) -> Result<bool, Wrong> {
    let is_whole = |place: &&Json| place.is_array() || place.is_object();
    let (one, other) = (place(left, scope)?.filter(is_whole), place(right, scope)?.filter(is_whole));
    Ok(one.zip(other).is_some_and(|(one, other)| std::ptr::eq(one, other)))
}

/// The place in the contexts that a value comes from.
fn place<'s>(tree: &Tree, scope: &Scope<'s>) -> Result<Option<&'s Json>, Wrong> {
    if let Tree::Operation { sign, left, right } = tree
        && matches!(*sign, "&&" | "||")
    {
        let is_first = value(left, scope, Use::Asked)?.is_true() == (*sign == "||");
        return place(if is_first { left } else { right }, scope);
    }
    Ok(walk(tree, scope, Use::Asked)?.map(|(place, _)| place))
}

/// A part of a value. The contexts are walked where they are: only what is asked for is copied.
fn part(tree: &Tree, scope: &Scope<'_>, r#use: Use) -> Result<Got, Wrong> {
    if let Some((json, path)) = walk(tree, scope, r#use)? {
        // All of what has such an output in it cannot be told either.
        return withheld(&path, tree, scope).map_or_else(|| Ok(Got::One(json.into())), Err);
    }
    let Tree::Part { of, key, .. } = tree else { return Ok(Got::One(Value::Null)) };
    let key = value(key, scope, Use::Written)?;
    Ok(match got(of, scope, r#use)? {
        Got::One(whole) => Got::One(whole.part(&key).cloned().unwrap_or(Value::Null)),
        Got::Each(items) => Got::Each(items.iter().filter_map(|item| item.part(&key).cloned()).collect()),
    })
}

/// The place in the contexts that a tree names, with the names on the way; `None` where it is no such name.
fn walk<'s>(tree: &Tree, scope: &Scope<'s>, r#use: Use) -> Result<Option<(&'s Json, Vec<String>)>, Wrong> {
    const NOTHING: &Json = &Json::Null;
    match tree {
        Tree::Context { name, at } => {
            let there = scope
                .contexts
                .get(name)
                .ok_or_else(|| undefined(std::slice::from_ref(name), *at, name.chars().count()))?;
            Ok(Some((there, vec![name.clone()])))
        }
        Tree::Part { of, key, at, width } => {
            let Some((whole, mut path)) = walk(of, scope, r#use)? else { return Ok(None) };
            let key = value(key, scope, Use::Written)?;
            let there = match whole {
                Json::Object(fields) => {
                    let text = key.text();
                    let beside = || named(indirect(&path, scope)?, &text);
                    named(fields, &text).or_else(beside)
                }
                Json::Array(items) => {
                    let at = key.number();
                    if at.is_finite() && at >= 0.0 { items.get(at as usize) } else { None }
                }
                _ => None,
            };
            path.push(key.text());
            match there {
                Some(there) => Ok(Some((there, path))),
                None => match withheld(&path, tree, scope) {
                    Some(wrong) => Err(wrong),
                    None if must_be_there(&path) && !(r#use == Use::Asked && is_output(&path)) => {
                        Err(undefined(&path, *at, *width))
                    }
                    None => Ok(Some((NOTHING, path))),
                },
            }
        }
        _ => Ok(None),
    }
}

/// The part of a name, without regard to case.
fn named<'s>(fields: &'s Map<String, Json>, text: &str) -> Option<&'s Json> {
    let same = |name: &str| name.eq_ignore_ascii_case(text);
    fields.get(text).or_else(|| fields.iter().find(|(name, _)| same(name)).map(|(_, value)| value))
}

/// What a context has by name alone.
fn indirect<'s>(path: &[String], scope: &Scope<'s>) -> Option<&'s Map<String, Json>> {
    let is_needs = matches!(path, [context] if context == "needs");
    scope.contexts.get(super::INDIRECT).filter(|_| is_needs)?.as_object()
}

/// The names of contexts, what a step or a job says of itself, and its outputs.
fn must_be_there(path: &[String]) -> bool {
    let is_work = path.first().is_some_and(|context| matches!(context.as_str(), "steps" | "needs"));
    path.len() <= if is_work { 4 } else { 2 }
}

/// An output of a step or a job that is known.
fn is_output(path: &[String]) -> bool {
    matches!(path, [context, _, outputs, _] if matches!(context.as_str(), "steps" | "needs") && outputs.eq_ignore_ascii_case("outputs"))
}

/// What is wrong where an output is asked for that was a secret and is not known any more. That is never nothing, also to who only
/// asks about it.
fn withheld(path: &[String], tree: &Tree, scope: &Scope<'_>) -> Option<Wrong> {
    // All of a context has not what is there by name alone.
    let is_apart = |id: &str| indirect(path, scope).is_some_and(|apart| named(apart, id).is_some());
    let is_in = |one: &&[String; 4]| {
        path.len() <= one.len()
            && path.iter().zip(*one).all(|(a, b)| a.eq_ignore_ascii_case(b))
            && !one.get(1).is_some_and(|id| is_apart(id))
    };
    let [context, id, outputs, name] = scope.withheld.iter().find(is_in)?;
    let (at, width) = match tree {
        Tree::Part { at, width, .. } => (*at, *width),
        Tree::Context { name, at } => (*at, name.chars().count()),
        _ => (0, 0),
    };
    let output = format!("{context}.{id}.{outputs}.{name}");
    let message = format!("`{output}` was a secret, which no journal keeps: only the process that got it knew it");
    let mut wrong = Wrong::new(message, at, width);
    wrong.withheld = Some([context.clone(), id.clone()]);
    Some(wrong.help(match context.as_str() {
        "steps" => format!(
            "make the step `{id}` `idempotent: true`, so that it can be done again, then: zarpe deploy resume --changed-plan --retry"
        ),
        _ => "get it by a step of this job, then: zarpe deploy resume --changed-plan --retry".to_owned(),
    }))
}

fn undefined(path: &[String], at: usize, width: usize) -> Wrong {
    Wrong::new(format!("`{}` is not defined", path.join(".")), at, width)
        .help("an undefined name is never an empty text: define it, or ask for it only where it is there")
}
