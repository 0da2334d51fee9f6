//! The lines of `GITHUB_OUTPUT`: values for later workflow steps.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings>

use anyhow::Result;

use crate::report::Failure;

/// The values between delimiters made of `token`, which nobody who wrote a value can have known.
///
/// # Errors
/// Exit code 3 where a name could be read as something else, or where a value contains the delimiter.
pub(super) fn lines<'a>(values: impl Iterator<Item = (&'a str, &'a str)>, token: &str) -> Result<String> {
    let delimiter = format!("zarpe_{token}");
    values.map(|(name, value)| entry(name, value, &delimiter)).collect()
}

fn entry(name: &str, value: &str, delimiter: &str) -> Result<String> {
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_name {
        let message = format!("`{name}` cannot be the name of a step's output");
        return Err(Failure::cannot_tell("output/name", message).into());
    }
    if value.contains(delimiter) {
        let message = format!("the value of the output {name} contains the delimiter that should end it");
        return Err(Failure::cannot_tell("output/delimiter", message).help("run the step again").into());
    }
    Ok(format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    /// As GitHub's runner reads the file (actions/runner, `FileCommandManager`): a line with `=` before any `<<` is NAME=VALUE.
    fn read(text: &str) -> Vec<(String, String)> {
        let mut lines = text.split('\n');
        let mut values = Vec::new();
        while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
            let heredoc = line.find("<<").filter(|at| line.find('=').is_none_or(|equals| *at < equals));
            let Some(at) = heredoc else {
                let (name, value) = line.split_once('=').unwrap();
                values.push((name.to_owned(), value.to_owned()));
                continue;
            };
            let delimiter = &line[at + 2..];
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            values.push((line[..at].to_owned(), value.join("\n")));
        }
        values
    }

    #[test_case("a=b"; "an equals sign")]
    #[test_case("a<<b"; "a heredoc")]
    #[test_case("a\nb"; "a line end")]
    #[test_case(""; "nothing")]
    fn a_name_that_could_be_read_otherwise_is_refused(name: &str) {
        assert!(lines([(name, "v")].into_iter(), "t").is_err());
    }

    #[test]
    fn a_value_that_knows_the_delimiter_is_refused() {
        assert!(lines([("a", "x\nzarpe_t\nadmin=true")].into_iter(), "t").is_err());
    }

    proptest! {
        #[test]
        fn the_runner_reads_back_what_was_written(
            values in prop::collection::vec(("[a-z][a-z-]{0,9}", "(?s)(.|\n|=|<<|zarpe_|::){0,40}"), 0..5)
        ) {
            let pairs = values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            prop_assert_eq!(read(&lines(pairs, "5f3a").unwrap()), values);
        }
    }
}
