//! A list of what a client uses: `GET /items` or an operationId each, and the fields that it reads of the responses.

use anyhow::Result;

use super::super::super::value;
use super::Wanted;
use super::fields::Field;
use crate::report::Failure;
use crate::yaml::{Mark, Node, Value};

/// A line for each operation: `GET /items/{id}` or an operationId, then fields; `#` begins a comment.
pub(super) fn of_lines(file: &str, text: &str) -> Result<Vec<Wanted>> {
    let mut all = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.find('#').map_or(text, |at| text.get(..at).unwrap_or(text));
        let mut words = text.split([' ', '\t', ',']).filter(|word| !word.is_empty());
        let Some(first) = words.next() else { continue };
        let mark = Mark { line, column: 1 };
        let is_method = first.chars().all(|c| c.is_ascii_alphabetic()) && text.contains('/');
        let name = match words.clone().next() {
            Some(path) if is_method && path.starts_with('/') => {
                words.next();
                format!("{first} {path}")
            }
            _ => first.to_owned(),
        };
        let fields = words.map(|word| field(file, mark, word)).collect::<Result<_>>()?;
        all.push(Wanted { mark, name, fields });
    }
    Ok(all)
}

/// A list of names, or of `{operation, fields}`; or a mapping of names to fields.
pub(super) fn of_node(file: &str, node: &Node) -> Result<Vec<Wanted>> {
    match &node.value {
        Value::Null => Ok(Vec::new()),
        Value::Sequence(items) => items.iter().map(|item| of_item(file, item)).collect(),
        Value::Mapping(entries) => {
            let wanted = entries.iter().map(|entry| {
                let fields = fields(file, Some(&entry.value))?;
                Ok(Wanted { mark: entry.mark, name: tidy(&entry.key), fields })
            });
            wanted.collect()
        }
        _ => Err(wrong(file, node.mark, "this is no list of operations")),
    }
}

fn of_item(file: &str, item: &Node) -> Result<Wanted> {
    if let Some(name) = value::text(item) {
        return Ok(Wanted { mark: item.mark, name: tidy(name), fields: Vec::new() });
    }
    let known = ["operation", "operationId", "fields"];
    if let Some(entry) = value::entries(item).iter().find(|entry| !known.contains(&&*entry.key)) {
        return Err(wrong(file, entry.mark, &format!("unknown key `{}`", &*entry.key)));
    }
    let name = value::text_of(item, "operation").or_else(|| value::text_of(item, "operationId"));
    let Some(name) = name else { return Err(wrong(file, item.mark, "this names no operation")) };
    Ok(Wanted { mark: item.mark, name: tidy(name), fields: fields(file, value::get(item, "fields"))? })
}

fn fields(file: &str, node: Option<&Node>) -> Result<Vec<Field>> {
    let Some(node) = node.filter(|node| node.value != Value::Null) else { return Ok(Vec::new()) };
    let Value::Sequence(items) = &node.value else {
        return Err(wrong(file, node.mark, "the fields are no list"));
    };
    // An empty list would say that nothing is read, and stand for all.
    if items.is_empty() {
        return Err(wrong(file, node.mark, "the list of fields is empty"));
    }
    let text = |item: &Node| match value::text(item) {
        Some(text) => field(file, item.mark, text),
        None => Err(wrong(file, item.mark, "this names no field")),
    };
    items.iter().map(text).collect()
}

fn field(file: &str, mark: Mark, text: &str) -> Result<Field> {
    Field::parse(text).ok_or_else(|| wrong(file, mark, &format!("`{text}` names no field")))
}

fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wrong(file: &str, mark: Mark, message: &str) -> anyhow::Error {
    Failure::usage("openapi/used-by", message)
        .at(mark.in_file(file))
        .help(
            "write `GET /items` or an operationId for each operation, and [id, lines.sku] for the fields that are read",
        )
        .into()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;
    use crate::yaml::{Limits, parse};

    fn shown(wanted: Vec<Wanted>) -> String {
        let one = |wanted: Wanted| {
            let fields: Vec<String> = wanted.fields.iter().map(Field::to_string).collect();
            format!("{}:{}({})", wanted.mark.line, wanted.name, fields.join(" "))
        };
        wanted.into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test_case("# ours\n\nGET /items/{id} id, lines[].sku # more\nlistItems\n" => "3:GET /items/{id}(id lines.sku) 4:listItems()")]
    #[test_case("post /a\nlistItems name" => "1:post /a() 2:listItems(name)")]
    fn lines(text: &str) -> String {
        shown(of_lines("x", text).unwrap())
    }

    #[test_case("[GET  /items, listItems]" => "1:GET /items() 1:listItems()"; "a list")]
    #[test_case("- {operation: GET /a, fields: [$.id, a.b]}\n- {operationId: x}" => "1:GET /a(id a.b) 2:x()"; "with fields")]
    #[test_case("GET /a: [id]\nx:\n" => "1:GET /a(id) 2:x()"; "a mapping")]
    #[test_case("" => ""; "nothing")]
    fn nodes(text: &str) -> String {
        shown(of_node("x", &parse("x", text, Limits::CONFIG).unwrap()).unwrap())
    }

    #[test_case("3")]
    #[test_case("[{operation: x, field: [a]}]"; "an unknown key")]
    #[test_case("[{fields: [a]}]"; "no operation")]
    #[test_case("GET /a: []"; "no fields")]
    #[test_case("GET /a: [.]"; "an empty field")]
    fn refused(text: &str) {
        assert!(of_node("x", &parse("x", text, Limits::CONFIG).unwrap()).is_err());
    }
}
