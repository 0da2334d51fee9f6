//! The text of a command on its way to its shell: in variables, for every user reads the list of processes, and in no variable
//! more of it than the kernel takes.

use crate::deploy::expression::Wrong;
use crate::io::process::Invocation;

/// The variable that a command is handed over in; what is longer goes on in others of this name and a number.
const TEXT: &str = "ZARPE_COMMAND";

/// A variable of more bytes, its name and `=` counted, is refused by the kernel (`MAX_ARG_STRLEN` of execve(2)).
const LONGEST: usize = 131_071;

/// So much of a command stands in one.
const PART: usize = 100_000;

/// A text for a shell, in parts.
pub(super) struct Handed<'t>(Vec<(String, &'t str)>);

impl<'t> Handed<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while rest.len() > PART {
            let (part, behind) = rest.split_at(rest.floor_char_boundary(PART));
            parts.push(part);
            rest = behind;
        }
        parts.push(rest);
        let name = |nth| if nth == 0 { TEXT.to_owned() } else { format!("{TEXT}_{nth}") };
        Self(parts.into_iter().enumerate().map(|(nth, part)| (name(nth), part)).collect())
    }

    /// What a shell does with it: it waits until it may begin, and what it starts sees neither the command nor the line.
    pub(super) fn read_by_shell(&self) -> String {
        let (all, names) = (self.names(|name| format!("${{{name}}}"), ""), self.names(str::to_owned, " "));
        format!(
            "read -r zarpe_command || exit 125; exec </dev/null; zarpe_command={all}; unset {names}; eval \"$zarpe_command\""
        )
    }

    /// The same for Python.
    pub(super) fn read_by_python(&self) -> String {
        let all = self.names(|name| format!("os.environ.pop('{name}')"), " + ");
        format!(
            "import os, sys\nsys.stdin.readline() or sys.exit(125)\nos.dup2(os.open(os.devnull, os.O_RDONLY), 0)\nexec({all})"
        )
    }

    /// Puts it in the variables.
    pub(super) fn within(&self, invocation: Invocation) -> Invocation {
        self.0.iter().fold(invocation, |one, (name, part)| one.env(name, Some(part)))
    }

    fn names(&self, one: impl Fn(&str) -> String, between: &str) -> String {
        self.0.iter().map(|(name, _)| one(name)).collect::<Vec<_>>().join(between)
    }
}

/// What can be started; where it cannot, the variable that is too long, as the system would not say.
///
/// # Errors
/// Its name, and what to do instead.
pub(super) fn startable(invocation: Invocation) -> Result<Invocation, Wrong> {
    let length = |name: &str, value: &Option<String>| name.len() + 1 + value.as_ref().map_or(0, String::len);
    match invocation.environment.iter().find(|(name, value)| length(name, value) > LONGEST) {
        None => Ok(invocation),
        Some((name, value)) => {
            let bytes = value.as_ref().map_or(0, String::len);
            let what = if name == crate::context::ARGUMENTS { "its options".to_owned() } else { format!("`{name}`") };
            let message = format!(
                "{what}: {bytes} bytes, and no program is given more than 128 KiB in one variable: write it to a file, and hand \
                 over the file's name"
            );
            Err(Wrong { message, help: None, at: 0, width: 0, withheld: None })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_long_text_is_handed_over_in_parts() {
        let text = "ñ".repeat(120_000);
        let handed = Handed::of(&text);
        let given = handed.within(Invocation::new(Path::new("."), "sh", ["-c"]));
        let lengths: Vec<(String, usize)> =
            given.environment.iter().map(|(name, value)| (name.clone(), value.as_ref().unwrap().len())).collect();
        let named = |name: &str, length| (name.to_owned(), length);
        let all =
            [named("ZARPE_COMMAND", 100_000), named("ZARPE_COMMAND_1", 100_000), named("ZARPE_COMMAND_2", 40_000)];
        assert_eq!(lengths, all);
        assert!(
            handed.read_by_shell().contains(
                "=${ZARPE_COMMAND}${ZARPE_COMMAND_1}${ZARPE_COMMAND_2}; unset ZARPE_COMMAND ZARPE_COMMAND_1 "
            )
        );
        assert!(handed.read_by_python().ends_with("exec(os.environ.pop('ZARPE_COMMAND') + os.environ.pop('ZARPE_COMMAND_1') + os.environ.pop('ZARPE_COMMAND_2'))"));
        assert!(startable(given).is_ok());
    }

    #[test]
    fn a_variable_that_is_too_long_is_named() {
        let of = |length: usize| Invocation::new(Path::new("."), "sh", ["-c"]).env("V", Some(&"x".repeat(length)));
        assert!(startable(of(131_069)).is_ok());
        assert!(startable(of(131_070)).unwrap_err().message.starts_with("`V`: 131070 bytes"));
    }
}
