//! Is the committed document what the application generates? Compared as values: formatting and the order of keys are free.

use anyhow::Result;

use super::difference::{Difference, Kind, differences};
use super::{meant, value};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Location, Mark, Report, Section};
use crate::yaml::{self, Limits, Node};

/// How many differences are shown; the rest is counted.
pub const SHOWN: usize = 20;

/// A document, its generator, and how they stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The committed document, relative to the repository.
    pub schema: String,
    /// The command that prints it, or the address that answers with it.
    pub generate: String,
    /// How they stand to each other.
    pub state: State,
    /// The command that writes what is generated.
    pub fix: String,
}

/// How a committed document stands to what is generated.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The same values.
    Current,
    /// Other values.
    Stale(Vec<Difference>),
    /// There is no committed document.
    Missing,
    /// The committed document cannot be read: why.
    Broken(Finding),
    /// It could not be determined: why.
    Unknown(Finding),
}

impl State {
    /// Whether writing what is generated would put it right.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Stale(_) | Self::Missing | Self::Broken(_))
    }
}

/// Compares the committed bytes with the generated ones.
#[must_use]
pub fn judge(schema: &str, generate: &str, committed: Option<&[u8]>, generated: &[u8]) -> State {
    let generated = match read("what the generator prints", generated) {
        Ok(node) if is_openapi(&node) => node,
        Ok(_) => return State::Unknown(no_document(generate, "what it prints is no OpenAPI document")),
        Err(error) => return State::Unknown(no_document(generate, &error.to_string())),
    };
    let Some(committed) = committed else { return State::Missing };
    match read(schema, committed) {
        Ok(committed) if value::same(&committed, &generated) => State::Current,
        Ok(committed) => State::Stale(differences(&committed, &generated)),
        Err(error) => State::Broken(Failure::from_error(&error).finding),
    }
}

fn read(name: &str, bytes: &[u8]) -> Result<Node> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| Failure::usage("openapi/encoding", format!("{name} is not UTF-8")))?;
    let mut root = yaml::parse(name, text, Limits::OPENAPI)?;
    meant::read(&mut root, text);
    Ok(root)
}

fn is_openapi(node: &Node) -> bool {
    ["openapi", "swagger"].iter().any(|key| value::get(node, key).is_some())
}

fn no_document(generate: &str, why: &str) -> Finding {
    let message = format!("no OpenAPI document comes from {generate}\n{why}");
    Finding::new("openapi/generator", Level::Error, message)
        .help("the document must be all that it prints on standard output: send logs to standard error")
}

/// What a person reads about all documents.
#[must_use]
pub fn report(checked: &[Checked], fix: bool) -> Report {
    let unknown = checked.iter().any(|one| matches!(one.state, State::Unknown(_)));
    let stale: Vec<&str> = checked.iter().filter(|one| one.state.is_stale()).map(|one| one.schema.as_str()).collect();
    let (exit, title) = match (unknown, stale.is_empty()) {
        (true, _) => (ExitCode::CannotTell, "cannot tell whether the schema is current".to_owned()),
        (false, true) => (ExitCode::Done, "what is committed is what the application generates".to_owned()),
        (false, false) if fix => (ExitCode::Done, format!("{} is generated anew", stale.join(", "))),
        (false, false) => (ExitCode::Stale, format!("{} is not what the application generates", stale.join(", "))),
    };
    let sections = checked.iter().map(|one| section(one, fix)).collect();
    let mut report = Report::new("openapi check", exit, title, Body::Sections(sections));
    for one in checked {
        if let State::Unknown(finding) | State::Broken(finding) = &one.state {
            report.findings.push(finding.clone());
        }
        report.findings.extend(stale_finding(one).filter(|_| !fix && !unknown));
    }
    report.output("stale", stale.join(" "))
}

fn section(one: &Checked, fix: bool) -> Section {
    let (mark, summary) = match &one.state {
        State::Current => (Mark::Good, "current".to_owned()),
        State::Stale(found) if found.len() == 1 => (Mark::Bad, "stale: 1 difference".to_owned()),
        State::Stale(found) => (Mark::Bad, format!("stale: {} differences", found.len())),
        State::Missing => (Mark::Bad, "not committed".to_owned()),
        State::Broken(_) => (Mark::Bad, "cannot be read".to_owned()),
        State::Unknown(_) => (Mark::Unknown, "not known".to_owned()),
    };
    let mark = if fix && mark == Mark::Bad { Mark::Pending } else { mark };
    let mut section =
        Section::new(mark, one.schema.as_str(), summary).columns(["what", "where", "committed", "generated"]);
    if let State::Stale(found) = &one.state {
        for difference in found.iter().take(SHOWN) {
            section.row(Mark::Plain, cells(difference));
        }
        if let Some(more) = found.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            section.row(Mark::Plain, ["…".to_owned(), format!("and {more} more"), String::new(), String::new()]);
        }
    }
    section
}

fn cells(difference: &Difference) -> [String; 4] {
    let (what, was, is) = match &difference.kind {
        Kind::Added(is) => ("added", String::new(), is.clone()),
        Kind::Removed(was) => ("removed", was.clone(), String::new()),
        Kind::Changed(was, is) => ("changed", was.clone(), is.clone()),
    };
    [what.to_owned(), difference.pointer.clone(), was, is]
}

fn stale_finding(one: &Checked) -> Option<Finding> {
    let (message, mark) = match &one.state {
        State::Stale(found) => {
            let mark = found.first().map(|first| first.place.mark);
            (format!("{} is stale: the application generates another document", one.schema), mark)
        }
        State::Missing => (format!("{} is not there, and the application generates it", one.schema), None),
        State::Broken(_) => (format!("{} is not what the application generates", one.schema), None),
        State::Current | State::Unknown(_) => return None,
    };
    let (line, column) = (mark.map(|mark| mark.line), mark.map(|mark| mark.column));
    let place = |number: Option<u32>| number.and_then(|number| usize::try_from(number).ok());
    let location = Location { file: one.schema.clone(), line: place(line), column: place(column) };
    let help = format!("{} (writes what this prints: {})", one.fix, one.generate);
    Some(Finding::new("openapi/stale", Level::Error, message).at(location).help(help))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const COMMITTED: &str = "openapi: 3.0.0\npaths: {}\nx-limit: 1\n";

    #[test_case(Some("openapi: 3.0.0\nx: {type: string, default: 1e5}\n"), "{\"openapi\": \"3.0.0\", \"x\": {\"type\": \"string\", \"default\": \"1e5\"}}" => "current"; "text that PyYAML writes without quotes")]
    #[test_case(Some(COMMITTED), "{\"x-limit\": 1.0, \"paths\": {}, \"openapi\": \"3.0.0\"}" => "current")]
    #[test_case(Some(COMMITTED), "openapi: 3.0.1\npaths: {}\nx-limit: 1\n" => "stale 1")]
    #[test_case(None, COMMITTED => "missing")]
    #[test_case(Some("a: [1"), COMMITTED => "broken")]
    #[test_case(Some(COMMITTED), "" => "unknown"; "a generator that prints nothing")]
    #[test_case(Some(COMMITTED), "schema.yml written" => "unknown"; "a generator that talks")]
    fn judged(committed: Option<&str>, generated: &str) -> String {
        match judge("schema.yml", "make", committed.map(str::as_bytes), generated.as_bytes()) {
            State::Current => "current".to_owned(),
            State::Stale(found) => format!("stale {}", found.len()),
            State::Missing => "missing".to_owned(),
            State::Broken(_) => "broken".to_owned(),
            State::Unknown(_) => "unknown".to_owned(),
        }
    }
}
