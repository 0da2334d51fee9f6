//! Keys and words that the product has and this version does not: refused by name, at their place, and never taken for a
//! slip of the pen.

use anyhow::Result;

use crate::report::Failure;
use crate::yaml::{Mark, Node, Value};

/// A path of keys (lists are walked through), and the word there where the key itself is known. A line goes when its key
/// comes.
const PLANNED: &[(&str, Option<&str>)] = &[("openapi.used-by", None)];

/// Refuses a configuration that asks for something planned.
pub(super) fn refuse(file: &str, root: &Node) -> Result<()> {
    for (path, word) in PLANNED {
        let keys: Vec<&str> = path.split('.').collect();
        if let Some(mark) = place(root, &keys, *word) {
            let what = word.map_or_else(|| (*path).to_owned(), |word| format!("{path}: {word}"));
            let failure = Failure::not_supported(&what).at(mark.in_file(file));
            return Err(failure.help("this version of zarpe does not do it yet: remove it").into());
        }
    }
    Ok(())
}

fn place(node: &Node, keys: &[&str], word: Option<&str>) -> Option<Mark> {
    match (&node.value, keys) {
        (Value::Sequence(items), _) => items.iter().find_map(|item| place(item, keys, word)),
        (Value::Mapping(entries), [key, rest @ ..]) => {
            let entry = entries.iter().find(|entry| entry.key == *key)?;
            if rest.is_empty() && word.is_none() { Some(entry.mark) } else { place(&entry.value, rest, word) }
        }
        (Value::String(text), []) => (Some(text.as_str()) == word).then_some(node.mark),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// A document that holds nothing but the key.
    fn document(path: &str, word: Option<&str>) -> String {
        let value = word.map_or("x".to_owned(), |word| format!("[{word}]"));
        let mapping = path.rsplit('.').fold(value, |inner, key| format!("{{{key}: {inner}}}"));
        if path.starts_with("openapi.") {
            mapping.replace("openapi: {", "openapi: [{schema: s, ").replace("}}", "}]}")
        } else {
            mapping
        }
    }

    #[test]
    fn each_is_refused_by_name_and_place() {
        for (path, word) in PLANNED {
            let text = document(path, *word);
            let failure = Failure::from_error(&Config::parse("zarpe.yml", &text).expect_err(&text));
            assert!(failure.finding.message.starts_with(&format!("not supported: {path}")), "{text}: {failure}");
            let column = failure.finding.location.and_then(|location| location.column).expect("a column");
            let last = word.unwrap_or_else(|| path.rsplit('.').next().unwrap_or_default());
            assert!(text[column - 1..].starts_with(last), "{text}: column {column}");
        }
    }

    #[test]
    fn none_is_known_by_now() {
        for (path, word) in PLANNED {
            let text = document(path, *word);
            assert!(crate::yaml::from_str::<Config>("zarpe.yml", &text).is_err(), "{text} is read: remove its line");
        }
    }
}
