//! The outputs that a step wrote into its file: `NAME=VALUE`, or `NAME<<END`, lines, `END`.

use std::collections::BTreeMap;

/// Reads them; where a line is neither, nothing of the file is believed.
///
/// # Errors
/// What is wrong, with its line.
pub fn outputs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let wrong = |why: &str| format!("line {} of the step's outputs {why}", at + 1);
        if line.is_empty() {
            continue;
        }
        let (plain, heredoc) = (line.find('='), line.find("<<"));
        let (name, value) = match (plain, heredoc) {
            (_, Some(open)) if plain.is_none_or(|equals| open < equals) => {
                let end = line.get(open + 2..).unwrap_or_default();
                if end.is_empty() {
                    return Err(wrong("names no end after `<<`"));
                }
                let mut value: Vec<&str> = Vec::new();
                loop {
                    match lines.next() {
                        Some((_, line)) if line == end => break,
                        Some((_, line)) => value.push(line),
                        None => return Err(wrong(&format!("has no end `{end}`"))),
                    }
                }
                (line.get(..open).unwrap_or_default(), value.join("\n"))
            }
            (Some(equals), _) => {
                let value = line.get(equals + 1..).unwrap_or_default();
                (line.get(..equals).unwrap_or_default(), value.to_owned())
            }
            (None, _) => return Err(wrong("is no NAME=VALUE")),
        };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !is_name {
            return Err(wrong("has a name that is none: letters, digits, `-` and `_`"));
        }
        found.insert(name.to_owned(), value);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("a=1\nb = 2\n" => "line 2 of the step's outputs has a name that is none: letters, digits, `-` and `_`"; "a space")]
    #[test_case("a=1\nb=x=y\n\na=2" => "a=2, b=x=y"; "the last one counts")]
    #[test_case("a<<E\none\ntwo=2\nE\nb=" => "a=one\ntwo=2, b="; "several lines")]
    #[test_case("a<<E\none" => "line 1 of the step's outputs has no end `E`"; "no end")]
    #[test_case("a<<" => "line 1 of the step's outputs names no end after `<<`"; "no word for the end")]
    #[test_case("a=x<<E" => "a=x<<E"; "an equals sign before")]
    #[test_case("hello" => "line 1 of the step's outputs is no NAME=VALUE"; "no value")]
    fn outputs(text: &str) -> String {
        match super::outputs(text) {
            Ok(found) => found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", "),
            Err(why) => why,
        }
    }
}
