//! JSON and YAML: `package.json` and its lock, `Chart.yaml`.

use std::ops::Range;

use crate::report::Failure;
use crate::yaml::{self, Limits, Mark, Node, Value};

fn parse(text: &str) -> Result<Node, String> {
    yaml::parse("", text, Limits::OPENAPI).map_err(|error| Failure::from_error(&error).finding.message)
}

/// Where the text of a key stands; mappings are walked through.
pub(super) fn place(text: &str, keys: &[&str]) -> Result<Range<usize>, String> {
    found(text, &parse(text)?, keys).ok_or_else(|| format!("there is no text at `{}`", keys.join(".")))
}

fn found(text: &str, node: &Node, keys: &[&str]) -> Option<Range<usize>> {
    let node = keys.iter().try_fold(node, |node, key| node.get(key))?;
    let Value::String(value) = &node.value else { return None };
    let start = offset(text, node.mark)?;
    let start = start + usize::from(text.get(start..)?.starts_with(['"', '\'']));
    let place = start..start + value.len();
    (text.get(place.clone()) == Some(value)).then_some(place)
}

/// The byte of a place.
fn offset(text: &str, mark: Mark) -> Option<usize> {
    let (line, column) = (mark.line as usize, mark.column as usize);
    let begin: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let (within, _) = text.get(begin..)?.char_indices().nth(column.checked_sub(1)?)?;
    Some(begin + within)
}

/// The version of the chart, and that of the application where it is the same.
pub(super) fn chart(text: &str) -> Result<Vec<Range<usize>>, String> {
    let node = parse(text)?;
    let own = found(text, &node, &["version"]).ok_or("there is no `version`")?;
    let application =
        found(text, &node, &["appVersion"]).filter(|place| text.get(place.clone()) == text.get(own.clone()));
    Ok(std::iter::once(own).chain(application).collect())
}

/// Both places of a `package-lock.json`: its top, and since version 2 the package `""`.
pub(super) fn npm_lock(text: &str) -> Result<Vec<Range<usize>>, String> {
    let node = parse(text)?;
    let places = [&["version"][..], &["packages", "", "version"]];
    Ok(places.into_iter().filter_map(|keys| found(text, &node, keys)).collect())
}
