//! From the parser's events to the tree: the one place that knows which parser reads YAML.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::build::Builder;
use super::{Limits, Mark, Node, Number, Refusal, Value, core_schema};

/// Reads a text that is one document.
pub(super) fn read(text: &str, limits: Limits) -> Result<Node, Refusal> {
    let mut builder = Builder::new(limits);
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| syntax(&error))?;
        take(&mut builder, event, mark(span.start))?;
    }
    Ok(builder.into_root().unwrap_or(Node { mark: Mark { line: 1, column: 1 }, value: Value::Null }))
}

fn take(builder: &mut Builder, event: Event<'_>, mark: Mark) -> Result<(), Refusal> {
    match event {
        Event::DocumentStart(_) if builder.root().is_some() => Err(second_document(mark)),
        Event::Scalar(text, style, anchor, tag) => scalar(builder, mark, anchor, text, style, tag.as_deref()),
        Event::SequenceStart(anchor, tag) => {
            expect_tag(tag.as_deref(), "seq", mark)?;
            builder.open_sequence(mark, anchor)
        }
        Event::MappingStart(anchor, tag) => {
            expect_tag(tag.as_deref(), "map", mark)?;
            builder.open_mapping(mark, anchor)
        }
        Event::SequenceEnd | Event::MappingEnd => builder.close(),
        Event::Alias(anchor) => builder.alias(mark, anchor),
        Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => Ok(()),
    }
}

fn scalar(
    builder: &mut Builder,
    mark: Mark,
    anchor: usize,
    text: Cow<'_, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<(), Refusal> {
    let plain = style == ScalarStyle::Plain;
    if builder.wants_key() {
        let merge = plain && tag.is_none() && text == "<<";
        return builder.key(mark, anchor, &text, merge);
    }
    let value = match tag {
        Some(tag) => tagged(&text, tag).ok_or_else(|| unknown_tag(tag, mark))?,
        None if plain && !core_schema::is_word(&text) => core_schema::plain(&text),
        None => return builder.text(mark, anchor, &text),
    };
    builder.scalar(mark, anchor, value)
}

/// The value of a scalar whose type is written before it; `None` where zarpe does not know the type, or the text is not of
/// it.
fn tagged(text: &str, tag: &Tag) -> Option<Value> {
    if tag.handle.is_empty() && tag.suffix == "!" {
        return Some(Value::String(text.into()));
    }
    let name = core_name(tag)?;
    let value = if name == "str" { Value::String(text.into()) } else { core_schema::plain(text) };
    match (name, value) {
        ("float", Value::Number(Number::Integer(number))) => Some(Value::Number(Number::Float(number as f64))),
        ("str", value @ Value::String(_))
        | ("null", value @ Value::Null)
        | ("bool", value @ Value::Bool(_))
        | ("int", value @ Value::Number(Number::Integer(_) | Number::Big(_)))
        | ("float", value @ Value::Number(Number::Float(_))) => Some(value),
        _ => None,
    }
}

/// The name of a type of the core schema: `str` of `!!str`.
fn core_name(tag: &Tag) -> Option<&str> {
    if tag.is_yaml_core_schema() {
        return Some(&tag.suffix);
    }
    tag.handle.is_empty().then(|| tag.suffix.strip_prefix("tag:yaml.org,2002:")).flatten()
}

fn expect_tag(tag: Option<&Tag>, name: &str, mark: Mark) -> Result<(), Refusal> {
    match tag {
        Some(tag) if core_name(tag) != Some(name) && tag.suffix != "!" => Err(unknown_tag(tag, mark)),
        _ => Ok(()),
    }
}

fn unknown_tag(tag: &Tag, mark: Mark) -> Refusal {
    let written = tag.to_string().replace("tag:yaml.org,2002:", "!");
    Refusal::new("yaml/tag", mark, format!("the tag `{written}` does not fit here"))
        .help("remove the tag, or write the value out")
}

fn second_document(mark: Mark) -> Refusal {
    Refusal::new("yaml/second-document", mark, "a second document begins here").help("keep one document in the file")
}

fn syntax(error: &ScanError) -> Refusal {
    let info = error.info();
    let refusal = Refusal::new("yaml/syntax", mark(*error.marker()), format!("not valid YAML: {info}"));
    if info.contains("tabs") { refusal.help("indent with spaces: YAML takes no tabs there") } else { refusal }
}

/// The parser counts lines from 1 and columns from 0.
fn mark(marker: Marker) -> Mark {
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Mark { line: narrow(marker.line()).max(1), column: narrow(marker.col()).saturating_add(1) }
}
