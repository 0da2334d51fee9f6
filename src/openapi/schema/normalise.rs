//! From a schema as written to the set of values it accepts: references followed, `allOf` opened, and different ways to
//! write the same set made one.
//!
//! JSON Schema 2020-12 for OpenAPI 3.1; the Schema Object of OpenAPI 3.0.4 for 3.0. Some readings follow what authors mean
//! rather than the letter: `nullable` beside `allOf` or an `enum` without `null` accepts `null`; a schema without `type` that
//! speaks only of properties (or items) is an object (or a list); what 3.1 brought is read in 3.0 as well, and `nullable`, which
//! generators go on to write, in 3.1.

use std::cmp::Ordering;

use super::merge::merge;
use super::{Bound, Choice, Schema, Types, Values, Written};
use crate::openapi::document::{Dialect, Document, Identity, Place, Target};
use crate::openapi::fields;
use crate::openapi::rules::{Keyword, Limit};
use crate::openapi::value;
use crate::yaml::{Number, Value};

/// The set of values that a schema accepts.
pub(in crate::openapi) fn normalise<'a>(document: &'a Document, written: &Written<'a>) -> Schema<'a> {
    let reader = &mut Reader { document, open: Vec::new(), left: BUDGET };
    let schemas = written.places.iter().map(|place| reader.schema(place));
    let mut schema = schemas.reduce(merge).unwrap_or_else(|| Schema::anything(written.around.clone()));
    infer_type(&mut schema);
    settle_limits(&mut schema);
    schema
}

/// How many schema objects one schema may be made of, and how deep they may refer to each other.
const BUDGET: usize = 20_000;
const DEPTH: usize = 100;

struct Reader<'a> {
    document: &'a Document,
    /// How many more schema objects may be read.
    left: usize,
    /// Where it is reading now: a schema that needs itself to be known adds nothing.
    open: Vec<Identity>,
}

impl<'a> Reader<'a> {
    fn schema(&mut self, place: &Place<'a>) -> Schema<'a> {
        if self.open.contains(&place.identity()) {
            return Schema::anything(place.trail().clone());
        }
        if self.left == 0 || self.open.len() >= DEPTH {
            let mut schema = Schema::anything(place.trail().clone());
            schema.unfollowed.insert("(nested too deep to be compared)");
            return schema;
        }
        self.left -= 1;
        self.open.push(place.identity());
        let schema = self.with_reference(place);
        self.open.pop();
        schema
    }

    fn with_reference(&mut self, place: &Place<'a>) -> Schema<'a> {
        let followed = match self.document.follow(place) {
            None => return self.object(place),
            Some(Target::Found(target)) => {
                let mut schema = self.schema(&target);
                schema.names.extend(value::text_of(place.node, "$ref").and_then(component));
                schema
            }
            Some(Target::Elsewhere(reference) | Target::Nowhere(reference)) => {
                let mut schema = Schema::anything(place.trail().clone());
                schema.unfollowed.insert(reference);
                schema
            }
        };
        match self.document.dialect() {
            Dialect::V30 => followed,
            Dialect::V31 => merge(followed, self.object(place)),
        }
    }

    fn object(&mut self, place: &Place<'a>) -> Schema<'a> {
        let mut schema = Schema::anything(place.trail().clone());
        schema.sources.push(place.clone());
        if matches!(place.node.value, Value::Bool(false)) {
            schema.types = Types::NONE;
            schema.nullable = false;
        }
        for (keyword, there) in place.entries() {
            read_keyword(&mut schema, place, keyword, &there);
        }
        without_effect(&mut schema);
        read_types(&mut schema, place);
        for (keyword, there) in place.entries() {
            match keyword {
                "allOf" => schema = there.items().fold(schema, |all, branch| merge(all, self.schema(&branch))),
                // An empty list, which the specification forbids, says nothing.
                "oneOf" | "anyOf" if !value::items(there.node).is_empty() => {
                    schema = merge(schema, self.choice(&there, keyword == "oneOf"));
                }
                _ => {}
            }
        }
        if value::flag(place.node, "nullable") {
            infer_type(&mut schema);
            schema.nullable = true;
        }
        schema
    }

    /// One branch is itself; branches that are only values, or only types, are united; `null` is taken out.
    fn choice(&mut self, place: &Place<'a>, one: bool) -> Schema<'a> {
        let branches: Vec<(Written<'a>, Schema<'a>)> =
            place.items().map(|branch| (Written::once(branch.clone()), self.schema(&branch))).collect();
        let nullable = branches.iter().any(|(_, branch)| branch.nullable);
        let mut rest: Vec<_> =
            branches.into_iter().filter(|(_, branch)| !(branch.types.is_empty() && branch.nullable)).collect();
        let with_values = rest.first().is_some_and(|(_, branch)| branch.values.is_some());
        let mut schema = if rest.len() == 1 {
            rest.pop().map_or_else(|| Schema::anything(place.trail().clone()), |(_, only)| only)
        } else if rest.iter().all(|(_, branch)| branch.is_flat() && branch.values.is_some() == with_values) {
            unite(place, rest.into_iter().map(|(_, branch)| branch))
        } else {
            let mut schema = Schema::anything(place.trail().clone());
            schema.choices.push(Choice { one, branches: rest.into_iter().map(|(written, _)| written).collect() });
            schema
        };
        schema.nullable = nullable;
        schema
    }
}

/// What says nothing without the keyword that it belongs to (JSON Schema 2020-12, core §10.2.2, validation §6.4).
fn without_effect(schema: &mut Schema<'_>) {
    let has = |schema: &Schema<'_>, keyword| schema.inner.keys().any(|(known, _)| *known == keyword);
    if !has(schema, Keyword::If) {
        schema.inner.retain(|(keyword, _), _| !matches!(keyword, Keyword::Then | Keyword::Else));
    } else if !has(schema, Keyword::Then) && !has(schema, Keyword::Else) {
        schema.inner.retain(|(keyword, _), _| *keyword != Keyword::If);
    }
    if !has(schema, Keyword::Contains) {
        schema.limits.retain(|limit, _| !matches!(limit, Limit::MinContains | Limit::MaxContains));
    }
}

/// The name of the component schema that a reference means.
fn component(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/").filter(|name| !name.contains('/'))
}

/// The union of schemas that restrict only types, or only values.
fn unite<'a>(place: &Place<'a>, branches: impl Iterator<Item = Schema<'a>>) -> Schema<'a> {
    let mut all = Schema::anything(place.trail().clone());
    all.types = Types::NONE;
    for branch in branches {
        all.types = all.types.or(branch.types);
        all.names.extend(branch.names);
        if let Some(values) = branch.values {
            let known = all.values.get_or_insert_with(|| Values { all: Vec::new(), constant: false });
            let new = values.all.into_iter().filter(|new| !known.all.iter().any(|old| value::same(old.node, new.node)));
            let new: Vec<_> = new.collect();
            known.all.extend(new);
        }
    }
    all
}

fn read_keyword<'a>(schema: &mut Schema<'a>, place: &Place<'a>, keyword: &'a str, there: &Place<'a>) {
    match keyword {
        "format" => schema.formats.extend(value::text(there.node).filter(|format| fields::restricts(format))),
        "pattern" => schema.patterns.extend(value::text(there.node).filter(|pattern| !matches_all(pattern))),
        "uniqueItems" => schema.unique = there.node.value == Value::Bool(true),
        "multipleOf" => schema.multiples.extend(number(there)),
        "required" => schema.required.extend(value::items(there.node).iter().filter_map(value::text)),
        "properties" => schema.properties.extend(there.entries().map(|(name, place)| (name, Written::once(place)))),
        "additionalProperties" if !is_anything(there) => schema.closures.push(there.clone()),
        "items" if there.node.value != Value::Bool(true) => schema.items = Some(Written::once(there.clone())),
        "x-extensible-enum" => schema.extensible = Some(there.clone()),
        "default" => schema.default = Some(there.node),
        "discriminator" => schema.discriminator = Some(there.clone()),
        "xml" => schema.xml = Some(there.clone()),
        "readOnly" => schema.read_only = there.node.value == Value::Bool(true),
        "writeOnly" => schema.write_only = there.node.value == Value::Bool(true),
        "deprecated" => schema.deprecated = there.node.value == Value::Bool(true),
        "additionalProperties"
        | "items"
        | "type"
        | "enum"
        | "const"
        | "nullable"
        | "$ref"
        | "allOf"
        | "oneOf"
        | "anyOf" => {}
        _ => read_further(schema, place, keyword, there),
    }
}

fn read_further<'a>(schema: &mut Schema<'a>, place: &Place<'a>, keyword: &'a str, there: &Place<'a>) {
    if let Some(limit) = Limit::of(keyword) {
        read_limit(schema, place, limit, keyword, there);
    } else if let Some(keyword) = Keyword::of(keyword) {
        read_inner(schema, keyword, there);
    } else if !fields::is_silent(fields::Object::Schema, keyword) {
        schema.unknown.insert(keyword, vec![there.clone()]);
    }
}

/// `exclusiveMaximum: true` changes `maximum` (3.0); `exclusiveMaximum: 5` is a limit of its own (3.1).
fn read_limit<'a>(schema: &mut Schema<'a>, place: &Place<'a>, limit: Limit, keyword: &str, there: &Place<'a>) {
    let Some(value) = number(there).cloned() else { return };
    let exclusive = keyword.starts_with("exclusive")
        || match limit {
            Limit::Max => value::flag(place.node, "exclusiveMaximum"),
            Limit::Min => value::flag(place.node, "exclusiveMinimum"),
            _ => false,
        };
    let Some(keyword) = Limit::KEYWORDS.iter().map(|(known, _)| *known).find(|known| *known == keyword) else { return };
    super::merge::limit(&mut schema.limits, limit, Bound { value, exclusive, keyword });
}

fn read_inner<'a>(schema: &mut Schema<'a>, keyword: Keyword, there: &Place<'a>) {
    if keyword.is_opaque() {
        let parts: Vec<(String, Place<'a>)> = match keyword {
            Keyword::DependentRequired => there.entries().map(|(name, place)| (name.to_owned(), place)).collect(),
            _ => vec![(String::new(), there.clone())],
        };
        schema.opaque.extend(parts.into_iter().map(|(name, place)| ((keyword, name), vec![place])));
        return;
    }
    let parts: Vec<(String, Place<'a>)> = match keyword {
        Keyword::PatternProperty | Keyword::DependentSchema => {
            there.entries().map(|(name, place)| (name.to_owned(), place)).collect()
        }
        Keyword::PrefixItems => there.items().enumerate().map(|(index, place)| (index.to_string(), place)).collect(),
        _ if is_anything(there) && keyword != Keyword::Not && keyword != Keyword::Contains => Vec::new(),
        _ => vec![(String::new(), there.clone())],
    };
    schema.inner.extend(parts.into_iter().map(|(name, place)| ((keyword, name), Written::once(place))));
}

fn read_types<'a>(schema: &mut Schema<'a>, place: &Place<'a>) {
    let mut typed = false;
    if let Some(there) = place.get("type") {
        let names: Vec<&str> = match value::text(there.node) {
            Some(name) => vec![name],
            None => value::items(there.node).iter().filter_map(value::text).collect(),
        };
        typed = !names.is_empty();
        if typed {
            schema.types = names.iter().fold(Types::NONE, |all, name| all.or(Types::named(name)));
            schema.nullable = names.contains(&"null") || value::flag(place.node, "nullable");
        }
    }
    let constant = place.get("const");
    let list = constant.clone().map(|only| vec![only]).or_else(|| Some(place.get("enum")?.items().collect()));
    if let Some(mut all) = list {
        let with_null = all.iter().any(|value| value.node.value == Value::Null);
        all.retain(|value| value.node.value != Value::Null);
        schema.nullable &= with_null || value::flag(place.node, "nullable");
        if !typed || all.is_empty() {
            schema.types = all.iter().fold(Types::NONE, |types, value| types.or(type_of(&value.node.value)));
        }
        schema.values = Some(Values { all, constant: constant.is_some() });
    }
}

fn type_of(value: &Value) -> Types {
    match value {
        Value::Null => Types::NONE,
        Value::Bool(_) => Types::named("boolean"),
        Value::Number(Number::Float(value)) if value.fract() != 0.0 => Types::NUMBER,
        Value::Number(_) => Types::named("integer"),
        Value::String(_) => Types::STRING,
        Value::Sequence(_) => Types::ARRAY,
        Value::Mapping(_) => Types::OBJECT,
    }
}

fn is_anything(place: &Place<'_>) -> bool {
    match &place.node.value {
        Value::Bool(value) => *value,
        Value::Mapping(entries) => entries.is_empty(),
        _ => false,
    }
}

fn matches_all(pattern: &str) -> bool {
    matches!(pattern, "" | "^" | "$" | ".*" | "^.*$" | "^.*" | ".*$")
}

fn number<'a>(place: &Place<'a>) -> Option<&'a Number> {
    match &place.node.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// A schema without a type that speaks only of properties is an object; one that speaks only of items is a list.
fn infer_type(schema: &mut Schema<'_>) {
    let object = !schema.properties.is_empty() || !schema.required.is_empty() || !schema.closures.is_empty();
    let array = schema.items.is_some();
    if schema.types == Types::ALL && schema.values.is_none() && schema.choices.is_empty() && object != array {
        schema.types = if object { Types::OBJECT } else { Types::ARRAY };
        schema.nullable = false;
    }
}

/// Between integers no limit needs to be exclusive, and a length of at least nothing is no limit.
fn settle_limits(schema: &mut Schema<'_>) {
    if schema.types.and(Types::NUMBER) == Types::named("integer") {
        for (limit, bound) in &mut schema.limits {
            if let (true, Number::Integer(value)) = (bound.exclusive, &bound.value) {
                let inside = if *limit == Limit::Max { value.checked_sub(1) } else { value.checked_add(1) };
                if let Some(inside) = inside {
                    *bound = Bound { value: Number::Integer(inside), exclusive: false, keyword: bound.keyword };
                }
            }
        }
    }
    let is_zero = |bound: &Bound| value::compare(&bound.value, &Number::Integer(0)) == Some(Ordering::Equal);
    schema.limits.retain(|limit, bound| *limit == Limit::Min || !limit.is_lower() || !is_zero(bound));
}
