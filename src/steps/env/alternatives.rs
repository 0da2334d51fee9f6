//! Groups of alternatives of which one must be complete: a name, `NAME=value`, `NAME~regex`, or a list of them, which is all of it.

use std::str::FromStr;

use regex::Regex;
use serde_json::Value;

use super::dotenv::is_name;
use super::state::{State, of_value};

/// Alternatives of which one must be complete.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they are for.
    pub name: String,
    alternatives: Vec<Vec<Wish>>,
}

/// What is asked of one variable.
#[derive(Clone, Debug)]
struct Wish {
    name: String,
    value: Wanted,
}

#[derive(Clone, Debug)]
enum Wanted {
    Any,
    Exactly(String),
    Like(Regex),
}

impl Group {
    /// The names of all variables that it asks for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().flatten().map(|wish| wish.name.as_str())
    }
}

impl FromStr for Group {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("{why}: write it as storage=[[\"AWS_KEY\",\"AWS_SECRET\"],\"MOCK=True\",\"DB~^postgres:\"]")
        };
        let (name, list) = text.split_once('=').ok_or_else(|| wrong("a group needs a name"))?;
        // One alternative alone need not be a list.
        let list = match serde_json::from_str(list) {
            Ok(Value::Array(items)) => items,
            _ => list.split(',').map(|item| Value::String(item.trim().to_owned())).collect(),
        };
        let alternatives = list.iter().map(|item| match item {
            Value::String(one) => Ok(vec![wish(one)?]),
            Value::Array(all) => all
                .iter()
                .map(|one| one.as_str().ok_or_else(|| wrong("an alternative is made of names")).and_then(wish))
                .collect(),
            _ => Err(wrong("an alternative is a name or a list of names")),
        });
        let alternatives: Vec<Vec<Wish>> = alternatives.collect::<Result<_, _>>()?;
        if alternatives.iter().any(Vec::is_empty) || alternatives.is_empty() {
            return Err(wrong(&format!("the group `{name}` has an empty alternative")));
        }
        Ok(Self { name: name.to_owned(), alternatives })
    }
}

fn wish(text: &str) -> Result<Wish, String> {
    let (name, rest) = text.split_at(text.find(['=', '~']).unwrap_or(text.len()));
    let value = match (rest.chars().next(), rest.get(1..)) {
        _ if name.is_empty() => return Err(format!("`{text}` does not begin with the name of a variable")),
        _ if !is_name(name) => return Err(format!("`{text}` is no NAME, NAME=value or NAME~regex")),
        (None, _) => Wanted::Any,
        (Some('='), Some(value)) => Wanted::Exactly(value.to_owned()),
        (Some(_), pattern) => {
            let regex = regex::RegexBuilder::new(pattern.unwrap_or_default()).size_limit(1 << 20).build();
            Wanted::Like(regex.map_err(|error| format!("{name}: this is no regular expression: {error}"))?)
        }
    };
    Ok(Wish { name: name.to_owned(), value })
}

/// What each alternative lacks, by the names of variables; `None` where one lacks nothing. `value` says of a name what it is, and
/// whether a part of that is not known: such a value meets nothing, or in `favour` what it may meet.
#[must_use]
pub fn unmet<'v>(
    group: &Group,
    favour: bool,
    value: impl Fn(&str) -> (Option<&'v str>, bool),
) -> Option<Vec<Vec<String>>> {
    let lacks = |wish: &&Wish| {
        let (value, is_open) = value(&wish.name);
        match (&wish.value, value) {
            _ if is_open && !favour => true,
            (Wanted::Exactly(_), _) if is_open => false,
            (Wanted::Any, value) => of_value(value) != State::Set,
            (Wanted::Like(_), value) if is_open => of_value(value) != State::Set,
            (Wanted::Exactly(wanted), value) => value != Some(wanted.as_str()),
            (Wanted::Like(regex), value) => {
                of_value(value) != State::Set || !value.is_some_and(|value| regex.is_match(value))
            }
        }
    };
    let lacking: Vec<Vec<String>> = group
        .alternatives
        .iter()
        .map(|wishes| wishes.iter().filter(lacks).map(|wish| wish.name.clone()).collect())
        .collect();
    if lacking.iter().any(Vec::is_empty) { None } else { Some(lacking) }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const VALUES: [(&str, &str); 5] =
        [("A", "1"), ("B", "changeme"), ("C", ""), ("URL", "postgresql://h/d"), ("MOCK", "True")];

    #[test_case("g=[\"A\"]" => "met")]
    #[test_case("g=A,D" => "met"; "without brackets")]
    #[test_case("g=[\"MY.VAR-2=x\"]" => "MY.VAR-2"; "a name as --required takes it")]
    #[test_case("g=[[\"A\",\"D\"],[\"B\"],[\"C\"]]" => "D|B|C"; "sets, a placeholder and an empty one")]
    #[test_case("g=[\"URL~^mssql://\",\"URL~^postgres(ql)?://\"]" => "met"; "expressions")]
    #[test_case("g=[\"URL~^mssql://\"]" => "URL"; "an expression that does not fit")]
    #[test_case("g=[\"B~^.{8,}$\"]" => "B"; "a placeholder that fits an expression")]
    #[test_case("g=[\"C~.*\"]" => "C"; "an empty one that fits an expression")]
    #[test_case("g=[\"B=changeme\"]" => "met"; "a placeholder that is asked for")]
    #[test_case("g=[\"D\",\"MOCK=True\"]" => "met"; "a value")]
    #[test_case("g=[\"MOCK=true\"]" => "MOCK"; "another value")]
    fn judges(text: &str) -> String {
        let group: Group = text.parse().unwrap();
        let value = |name: &str| (VALUES.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value), false);
        match unmet(&group, false, value) {
            None => "met".to_owned(),
            Some(lacking) => lacking.iter().map(|names| names.join("+")).collect::<Vec<_>>().join("|"),
        }
    }

    #[test_case("g"; "no alternatives")]
    #[test_case("g=[[]]"; "an empty one")]
    #[test_case("g=[1]"; "a number")]
    #[test_case("g=[\"A~(\"]"; "no expression")]
    #[test_case("g=[\"=x\"]"; "no name")]
    #[test_case("g=[\"A B\"]"; "a space")]
    fn refuses(text: &str) {
        assert!(text.parse::<Group>().is_err());
    }
}
