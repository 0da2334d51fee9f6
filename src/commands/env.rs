//! `zarpe env`: is the environment of a deployment complete?

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::heard::{Unheard, heard};
use super::misuse::{self, Misuse};
use super::secrecy;
use crate::commands::Outcome;
use crate::context::{self, Context};
use crate::duration;
use crate::io::files::FOLDER;
use crate::io::process::{self, End, Invocation, Limits};
use crate::io::timed::TIMED_OUT;
use crate::io::{files, machine, network};
use crate::output::json::{self, Document as _};
use crate::report::Failure;
use crate::steps::env::{
    Check, Dotenv, Found, Group, Kind, Need, Refers, Room, State, Told, find, is_name, is_unknown_word, of_value,
    report, rooms, unmet,
};

/// Is the environment of a deployment complete? Names and states are shown, never values.
///
/// The variables are those of a dotenv file, of a command's output in that form, or of this process. An empty value and one that
/// stands for one (changeme, TODO, <…>) are none. $NAME and ${NAME} outside single quotes stand for what the file sets before them;
/// where it does not, a value that is nothing else is none, and of another one nobody can tell. What else must be there: files that
/// variables name, programs, room, hosts.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("asked").required(true).multiple(true)
    .args(["required", "one_of", "files", "commands", "disk_free", "hosts"]))]
pub struct Options {
    /// The dotenv file of the variables, or `process` for those of this process.
    #[arg(long, value_name = "FILE", default_value = "process")]
    from: String,
    /// A command that prints the variables as a dotenv file has them, or as `env -0` does: each with a NUL behind it, and nothing in
    /// it stands for anything else. A pipe fails where any of its commands does.
    #[arg(long, value_name = "CMD", conflicts_with = "from")]
    run: Option<String>,
    /// A variable that must have a value; may be given again.
    #[arg(long, value_name = "NAME", value_parser = variable)]
    required: Vec<String>,
    /// Alternatives of which one must be complete, as storage=[["KEY","SECRET"],"MOCK=True","URL~^file:"]; may be given again.
    #[arg(long, value_name = "GROUP=ALTERNATIVES")]
    one_of: Vec<Group>,
    /// A variable that names a file, which must be readable, not empty, and JSON where it is called so; only one that --one-of asks for
    /// may be not set; may be given again.
    #[arg(long, value_name = "NAME", value_parser = variable)]
    files: Vec<String>,
    /// A program that must be there, as "docker compose >= 2.20"; may be given again.
    #[arg(long, value_name = "PROGRAM[ >= VERSION]")]
    commands: Vec<Need>,
    /// Room that a folder must have: path=/var/lib/docker and min=10GiB; may be given again.
    #[arg(long, value_name = "KEY=VALUE")]
    disk_free: Vec<String>,
    /// A host that must take a connection, as db.example:5432; may be given again.
    #[arg(long, value_name = "HOST:PORT", value_parser = host)]
    hosts: Vec<String>,
    /// How long each command, each file and each connection may take.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "10s")]
    timeout: Duration,
}

impl Options {
    /// What is wrong with them.
    pub(super) fn misuses(&self) -> Vec<Misuse> {
        misuse::of(&["disk-free"], disks(self)).into_iter().collect()
    }
}

fn disks(options: &Options) -> Result<Vec<Room>> {
    Ok(rooms(&options.disk_free)
        .map_err(|why| Failure::usage("usage/disk-free", why).help("--disk-free path=/ --disk-free min=10GiB"))?)
}

/// The variables, and where they come from.
struct Source {
    kind: &'static str,
    file: Option<String>,
    found: Dotenv,
    process: Option<BTreeMap<String, String>>,
}

impl Source {
    fn value(&self, name: &str) -> Option<&str> {
        match &self.process {
            Some(process) => process.get(name).map(String::as_str),
            None => self.found.get(name).map(|entry| entry.value.as_str()),
        }
    }

    /// The value by which alternatives are judged, and whether a part of it is not known.
    fn alternative(&self, name: &str) -> (Option<&str>, bool) {
        match self.found.get(name).map(|entry| entry.refers) {
            Some(Refers::Wholly) => (Some(""), false),
            Some(Refers::Unclear | Refers::Partly) => (self.value(name), true),
            _ => (self.value(name), false),
        }
    }

    /// How a variable stands.
    fn state(&self, name: &str) -> State {
        match (of_value(self.value(name)), self.found.get(name).map(|entry| entry.refers)) {
            (State::Set | State::Placeholder, Some(Refers::Wholly)) => State::OnlyRefers,
            (State::Set, Some(Refers::Partly)) => State::Refers,
            (State::Set, Some(Refers::Unclear)) => State::ReadVariously,
            (state, _) => state,
        }
    }

    /// Why nobody can tell of a group.
    fn doubt(&self, group: &Group) -> State {
        if group.names().any(|name| self.state(name) == State::Refers) { State::Refers } else { State::ReadVariously }
    }

    fn line(&self, name: &str) -> Option<usize> {
        self.found.get(name).map(|entry| entry.line)
    }
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where an option is wrong, 3 where the variables cannot be read.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    misuse::refuse(options.misuses())?;
    let disks = disks(options)?;
    let names: Vec<&str> = options
        .required
        .iter()
        .chain(&options.files)
        .map(String::as_str)
        .chain(options.one_of.iter().flat_map(Group::names))
        .collect();
    let source = source(cx, options, &names).await?;
    let mut checks = Vec::new();
    for name in &options.required {
        checks.push(check(Kind::Variable, name, source.state(name), source.line(name)));
    }
    for group in &options.one_of {
        let lacks = |favour| unmet(group, favour, |name| source.alternative(name));
        let state = match (lacks(false), lacks(true)) {
            (None, _) => State::Met,
            (Some(_), None) => source.doubt(group),
            (Some(lacking), Some(_)) => State::NoAlternative(lacking),
        };
        checks.push(check(Kind::OneOf, &group.name, state, None));
    }
    for name in &options.files {
        let may_lack = options.one_of.iter().flat_map(Group::names).any(|alternative| alternative == name);
        let state = match source.state(name) {
            state @ (State::Refers | State::OnlyRefers | State::ReadVariously) => state,
            state => match file(cx, source.value(name), options.timeout) {
                State::NotNamed if !may_lack => state,
                found => found,
            },
        };
        checks.push(check(Kind::File, name, state, source.line(name)));
    }
    for need in &options.commands {
        let state = program(cx, need, options.timeout).await?;
        let least = need.least.as_ref().map(|least| format!(" >= {least}")).unwrap_or_default();
        checks.push(check(Kind::Command, &format!("{}{least}", need.words.join(" ")), state, None));
    }
    for room in &disks {
        let state = match machine::disk_free(&cx.directory.join(&room.path)) {
            Ok(free) if free >= room.min => State::Free(free),
            Ok(free) => State::Full(free, room.min),
            Err(why) => State::NotTold(why),
        };
        checks.push(check(Kind::Disk, &room.path, state, None));
    }
    for host in &options.hosts {
        let state = network::reach(host, options.timeout).await.map_or_else(State::NotReached, |()| State::Reached);
        checks.push(check(Kind::Host, host, state, None));
    }
    let asked = |name: &str| names.contains(&name).then(|| name.to_owned());
    let told = Told {
        language: cx.config.language,
        file: source.file.clone(),
        wrong: source.found.wrong.clone(),
        colons: source.found.colons.clone(),
        repeated: source
            .found
            .repeated()
            .iter()
            .map(|(again, one)| (asked(&again.name), again.line, one.line))
            .collect(),
    };
    let mut report = report(&checks, &told);
    report.document = json::env::Env::new(report.exit.verdict().word(), source.kind, &checks, &told).value();
    Ok(Outcome::report(report))
}

fn check(kind: Kind, name: &str, state: State, line: Option<usize>) -> Check {
    Check { kind, name: name.to_owned(), state, line }
}

async fn source(cx: &Context, options: &Options, names: &[&str]) -> Result<Source> {
    let unread = |why: String| {
        let help = match &options.run {
            Some(_) => "run it by hand: it must end well and print lines of NAME=value",
            None => "name the file of the environment that is deployed to: --from .env.production",
        };
        Failure::cannot_tell("env/unread", why).help(help)
    };
    let parsed = |kind, file, text: String| Source { kind, file, found: Dotenv::parse(&text), process: None };
    if let Some(command) = &options.run {
        let text = heard(&cx.directory, command, options.timeout).await?;
        // What it said on standard error may hold what it should have printed.
        let why = |it: Unheard| unread(secrecy::mask([]).text(it.why.split(':').next().unwrap_or_default()));
        return Ok(parsed("command", None, text.map_err(why)?));
    }
    if options.from == "process" {
        let process = Some(context::process(names.iter().copied()));
        return Ok(Source { kind: "process", file: None, found: Dotenv::default(), process });
    }
    let bytes = files::read_within(&cx.directory.join(&options.from), options.timeout)?
        .ok_or_else(|| unread(format!("there is no file {}", options.from)))?;
    let text = String::from_utf8(bytes).map_err(|_| unread(format!("{} is not UTF-8", options.from)))?;
    Ok(parsed("file", Some(options.from.clone()), text))
}

/// How the file stands that a variable names. Its path is a value, and is not shown.
fn file(cx: &Context, path: Option<&str>, time: Duration) -> State {
    let Some(path) = path.map(str::trim).filter(|path| !path.is_empty()) else { return State::NotNamed };
    let bytes = match files::read_within(&cx.directory.join(path), time) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return State::NoFile,
        Err(error) => match Failure::from_error(&error).finding.rule.as_str() {
            TIMED_OUT => return State::Unfinished,
            FOLDER => return State::Folder,
            _ => return State::Unreadable,
        },
    };
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_json = Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if text.is_empty() {
        State::EmptyFile
    } else if (is_json || text.starts_with('{')) && serde_json::from_str::<serde_json::Value>(text).is_err() {
        State::NoJson
    } else {
        State::FileThere
    }
}

/// The name of a variable.
fn variable(text: &str) -> Result<String, String> {
    let wrong = || format!("`{text}` is no name of a variable: write it as DATABASE_URL, each name by itself");
    Some(text.to_owned()).filter(|text| is_name(text)).ok_or_else(wrong)
}

/// A host and its port.
fn host(text: &str) -> Result<String, String> {
    if network::is_address(text) {
        return Ok(text.to_owned());
    }
    let wrong = format!("`{text}` is no HOST:PORT: write it as db.example:5432 or [2001:db8::1]:5432");
    let Some((_, rest)) = text.split_once("://") else { return Err(wrong) };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    Err(if network::is_address(host) { format!("this is a whole address: write it as {host}") } else { wrong })
}

/// What a program says when it is asked for its version in one way.
enum Answer {
    /// On its standard output and its standard error.
    Said([String; 2]),
    /// It ended with another exit status than 0, and said this.
    Refused(String),
}

/// How a program is asked. One that is a client may end in trouble where its server is not there, unless it is asked for its own.
const OF_PROGRAMS: [&str; 5] = ["--version", "version", "version --client", "-V", "-version"];

/// How a program stands by what it says of itself.
async fn program(cx: &Context, need: &Need, time: Duration) -> Result<State> {
    let Some((program, words)) = need.words.split_first() else { return Ok(State::Absent) };
    // A subcommand's `--version` may be answered by its program, which says its own.
    let ways: &[&str] = if words.is_empty() { &OF_PROGRAMS } else { &["version", "--version"] };
    let mut is_unknown = false;
    for way in ways {
        let said = match ask(cx, program, words, way, time).await {
            Ok(Answer::Said(said)) => said,
            Ok(Answer::Refused(said)) => {
                is_unknown |= !words.is_empty() && is_unknown_word(&said);
                continue;
            }
            Err(state) => return Ok(state),
        };
        let own = !words.is_empty() && *way == "--version";
        if own && matches!(ask(cx, program, &[], way, time).await, Ok(Answer::Said(own)) if own == said) {
            continue;
        }
        // Only versions are shown: a program may print its surroundings.
        return Ok(match (find(&need.words, &said), &need.least) {
            (Found::Nothing, Some(_)) => continue,
            (Found::Nothing | Found::Several(_), None) => State::Version("?".to_owned()),
            (Found::Several(found), Some(_)) => {
                State::Unclear(found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
            (Found::One(found), None) => State::Version(found.to_string()),
            (Found::One(found), Some(least)) => match found.reaches(least) {
                Some(true) => State::Version(found.to_string()),
                Some(false) => State::TooOld(found.to_string()),
                None => State::Unclear(found.to_string()),
            },
        });
    }
    Ok(match &need.least {
        _ if is_unknown => State::Absent,
        // It was started: it is there, whatever it says.
        None if words.is_empty() => State::Version("?".to_owned()),
        _ => State::NoVersion,
    })
}

async fn ask(cx: &Context, program: &str, words: &[String], way: &str, time: Duration) -> Result<Answer, State> {
    let limits = Limits { time, stdout: 64 << 10, stderr: 64 << 10 };
    let words = words.iter().map(String::as_str).chain(way.split(' '));
    let finished = process::run(&Invocation::new(&cx.directory, program, words), limits).await;
    let finished = finished.map_err(|_| State::Absent)?;
    if finished.end == End::TimedOut {
        return Err(State::NotTold(format!("it did not end within {}", duration::shown(time))));
    }
    let said = [finished.stdout.text(), finished.stderr.text()];
    Ok(if finished.succeeded() { Answer::Said(said) } else { Answer::Refused(said.concat()) })
}
