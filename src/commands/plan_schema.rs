//! The JSON Schema of a plan: that of its words, with the options of each built-in step under `with`.

use clap::{Arg, ArgAction};
use schemars::{Schema, schema_for};
use serde_json::{Map, Value, json};

use super::steps::{STEPS, is_key, name, subcommand};
use crate::deploy::plan::{Builtin, Plan};
use crate::deploy::state::{OPTIONS, SignOption};

/// The schema. What is known of a value before its expressions have one is known here as well; the rest is said by `deploy check`.
#[must_use]
pub(super) fn schema() -> Schema {
    let mut schema = schema_for!(Plan);
    if let Some(step) = schema.pointer_mut("/$defs/Step").and_then(Value::as_object_mut) {
        step.insert("allOf".to_owned(), Builtin::all().map(of_step).collect());
    }
    schema
}

fn of_step(builtin: Builtin) -> Value {
    let then = subcommand(builtin).map_or_else(sign_off, |command| {
        let keys = command.get_arguments().filter(|argument| is_key(argument));
        // A word that stands alone is meant where an option has its name.
        let (words, options): (Vec<&Arg>, Vec<&Arg>) = keys.partition(|argument| argument.is_positional());
        let mut properties = Map::new();
        for argument in words.into_iter().chain(options) {
            let aliases = argument.get_all_aliases().unwrap_or_default();
            for name in std::iter::once(name(argument)).chain(aliases.into_iter().map(ToOwned::to_owned)) {
                properties.entry(name).or_insert_with(|| value(argument));
            }
        }
        step(properties, needs(builtin), &[])
    });
    json!({ "if": { "properties": { "uses": { "const": builtin.word() } }, "required": ["uses"] }, "then": then })
}

/// The groups of keys of which one must be there.
fn needs(builtin: Builtin) -> Vec<Vec<String>> {
    let keys = (STEPS.keys)(builtin).unwrap_or_default();
    let required = keys.into_iter().filter(|key| key.required).map(|key| key.names);
    required.chain((STEPS.one_of)(builtin)).collect()
}

/// What holds of a step: the keys of its `with`, of each group of them one, and the keys beside `with` that it needs.
fn step(properties: Map<String, Value>, needs: Vec<Vec<String>>, beside: &[&str]) -> Value {
    let one_of = |names: Vec<String>| {
        let each: Vec<Value> = names.into_iter().map(|name| json!({ "required": [name] })).collect();
        json!({ "anyOf": each })
    };
    let mut with = Map::from_iter([
        ("properties".to_owned(), Value::Object(properties)),
        ("additionalProperties".to_owned(), Value::Bool(false)),
    ]);
    let mut required = beside.to_vec();
    if !needs.is_empty() {
        required.push("with");
        with.insert("allOf".to_owned(), needs.into_iter().map(one_of).collect());
    }
    json!({ "properties": { "with": with }, "required": required })
}

/// A value as it may stand there: an expression where what it will be is not known yet, a list where the option may be given again.
fn value(argument: &Arg) -> Value {
    let about = argument.get_help().map(ToString::to_string);
    let values: Vec<Value> = argument.get_possible_values().iter().map(|value| Value::from(value.get_name())).collect();
    let known = match argument.get_action() {
        action if !action.takes_values() => json!({ "type": "boolean" }),
        _ if values.is_empty() => return json!({ "description": about }),
        _ => json!({ "enum": values }),
    };
    let mut any = vec![known.clone(), json!({ "type": "string", "pattern": r"\$\{\{" })];
    if matches!(argument.get_action(), ArgAction::Append) {
        any.push(json!({ "type": "array", "items": { "anyOf": any } }));
    }
    json!({ "description": about, "anyOf": any })
}

/// A sign-off has no subcommand, and somebody signs it.
fn sign_off() -> Value {
    let value = |option: &SignOption| match option.values {
        [] => json!({ "type": "string", "description": option.about }),
        ["true", "false"] => json!({ "type": "boolean", "description": option.about }),
        values => json!({ "enum": values, "description": option.about }),
    };
    let properties: Map<String, Value> = OPTIONS.iter().map(|option| (option.name.to_owned(), value(option))).collect();
    step(properties, Vec::new(), &["role"])
}
