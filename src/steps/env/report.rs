//! What a person reads about an environment: names and how they stand.

use super::state::State;
use crate::config::Language;
use crate::report::{Body, ExitCode, Finding, Level, Location, Mark, Report, Section, Verdict};
use crate::steps::say;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A variable.
    Variable,
    /// A group of alternatives.
    OneOf,
    /// The file that a variable names.
    File,
    /// A program in a version.
    Command,
    /// Room on a disk.
    Disk,
    /// A host and its port.
    Host,
}

impl Kind {
    /// The word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::OneOf => "one-of",
            Self::File => "file",
            Self::Command => "command",
            Self::Disk => "disk",
            Self::Host => "host",
        }
    }
}

/// One thing that was asked for, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// The line of the file of variables that it is about.
    pub line: Option<usize>,
}

impl Check {
    /// Whether it stands as it should.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.state {
            State::Set
            | State::FileThere
            | State::NotNamed
            | State::Met
            | State::Version(_)
            | State::Free(_)
            | State::Reached => Verdict::Yes,
            State::NotTold(_)
            | State::NoVersion
            | State::Unclear(_)
            | State::Refers
            | State::ReadVariously
            | State::Unfinished => Verdict::CannotTell,
            _ => Verdict::No,
        }
    }
}

/// What the report says beside the checks.
#[derive(Clone, Debug)]
pub struct Told {
    /// The language of the people.
    pub language: Language,
    /// The file of variables, where there is one.
    pub file: Option<String>,
    /// Lines of it that are no variable.
    pub wrong: Vec<usize>,
    /// Those of them that have a colon where `=` should stand.
    pub colons: Vec<usize>,
    /// Lines that give a name again: the name where it was asked for, the line, and that of the first.
    pub repeated: Vec<(Option<String>, usize, usize)>,
}

/// The report on all of them.
#[must_use]
pub fn report(checks: &[Check], told: &Told) -> Report {
    let bad: Vec<&Check> = checks.iter().filter(|check| check.verdict() == Verdict::No).collect();
    let doubtful: Vec<&Check> = checks.iter().filter(|check| check.verdict() == Verdict::CannotTell).collect();
    let exit = match (bad.len() + told.wrong.len(), doubtful.len()) {
        (0, 0) => ExitCode::Done,
        (0, _) => ExitCode::CannotTell,
        _ => ExitCode::Refused,
    };
    let mut kinds: Vec<Kind> = checks.iter().map(|check| check.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let sections = kinds.into_iter().map(|kind| section(kind, checks, told.language)).collect();
    let mut report = Report::new("env", exit, title(exit, &bad, &doubtful, told), Body::Sections(sections));
    report.findings = told.wrong.iter().map(|line| wrong(*line, told)).collect();
    report.findings.extend(bad.iter().chain(&doubtful).map(|check| finding(check, told)));
    report.findings.extend(told.repeated.iter().map(|again| repeated(again, told)));
    let lacking: Vec<&str> = bad.iter().map(|check| check.name.as_str()).collect();
    report.output("lacking", lacking.join(" "))
}

fn section(kind: Kind, checks: &[Check], language: Language) -> Section {
    let of_kind: Vec<&Check> = checks.iter().filter(|check| check.kind == kind).collect();
    let worst = of_kind.iter().map(|check| check.verdict()).fold(Verdict::Yes, |worst, one| match (worst, one) {
        (Verdict::No, _) | (_, Verdict::No) => Verdict::No,
        (Verdict::CannotTell, _) | (_, Verdict::CannotTell) => Verdict::CannotTell,
        _ => Verdict::Yes,
    });
    let well = of_kind.iter().filter(|check| check.verdict() == Verdict::Yes).count();
    let all = of_kind.len();
    let summary = say(language, format!("{well} of {all}"), format!("{well} de {all}"));
    let mut section =
        Section::new(worst.into(), crate::language::said(language, kind.word()), summary).columns(["name", "state"]);
    for check in of_kind {
        section.row(Mark::from(check.verdict()), [check.name.clone(), check.state.text(language)]);
    }
    section
}

fn title(exit: ExitCode, bad: &[&Check], doubtful: &[&Check], told: &Told) -> String {
    let names = |checks: &[&Check]| checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ");
    let language = told.language;
    match exit {
        ExitCode::Done => {
            say(language, "the environment is complete".to_owned(), "el entorno está completo".to_owned())
        }
        ExitCode::Refused if bad.is_empty() => say(
            language,
            "the file of variables is not sound".to_owned(),
            "el archivo de variables tiene errores".to_owned(),
        ),
        ExitCode::Refused => {
            let names = names(bad);
            say(
                language,
                format!("the environment is not complete: {names}"),
                format!("el entorno no está completo: {names}"),
            )
        }
        _ => {
            let names = names(doubtful);
            say(language, format!("cannot tell: {names}"), format!("no se puede saber: {names}"))
        }
    }
}

fn at(finding: Finding, line: Option<usize>, told: &Told) -> Finding {
    match (&told.file, line) {
        (Some(file), Some(line)) => finding.at(Location { file: file.clone(), line: Some(line), column: None }),
        _ => finding,
    }
}

fn finding(check: &Check, told: &Told) -> Finding {
    let language = told.language;
    let mut state = check.state.text(language);
    if let State::NoAlternative(lacking) = &check.state {
        let lacks: Vec<String> = lacking.iter().map(|names| names.join(" + ")).collect();
        state += &say(language, format!("; lacking: {}", lacks.join(" | ")), format!("; falta: {}", lacks.join(" | ")));
    }
    let (id, english, spanish) = match check.kind {
        Kind::Variable | Kind::OneOf | Kind::File if matches!(check.state, State::Refers | State::OnlyRefers) => (
            "env/refers",
            "set that variable in a line before it; where the sign stands for itself, put the value in single quotes",
            "defina esa variable en una línea anterior; si el signo es parte del valor, ponga este entre comillas simples",
        ),
        Kind::Variable | Kind::OneOf | Kind::File if check.state == State::ReadVariously => (
            "env/refers",
            "write it as NAME=value, the value itself and in one pair of quotes: single ones where its signs stand for themselves",
            "escríbala como NOMBRE=valor, con el valor mismo y en un par de comillas: simples si los signos son parte de él",
        ),
        Kind::Command if matches!(check.state, State::NoVersion | State::Unclear(_) | State::NotTold(_)) => (
            "env/command",
            "see by hand what version it is, and leave the version out here",
            "vea a mano qué versión es, y no pida aquí la versión",
        ),
        Kind::Variable => {
            ("env/variable", "give it its value for this environment", "póngale su valor para este entorno")
        }
        Kind::OneOf => ("env/one-of", "complete one of the alternatives", "complete una de las alternativas"),
        Kind::File if check.state == State::Unfinished => (
            "env/file",
            "name a file; where it is a pipe, see what writes to it, or give it more time: --timeout",
            "nombre un archivo; si es una tubería, vea qué escribe en ella, o dele más tiempo: --timeout",
        ),
        Kind::File => of_file(&check.state),
        Kind::Command => ("env/command", "install it, or a newer version", "instálelo, o una versión más nueva"),
        Kind::Disk if matches!(check.state, State::NotTold(_)) => (
            "env/disk-free",
            "name a folder that is there: --disk-free path=/var/lib",
            "nombre una carpeta que exista: --disk-free path=/var/lib",
        ),
        Kind::Disk => ("env/disk-free", "make room", "libere espacio"),
        Kind::Host => {
            ("env/host", "see that it runs, and what stands between", "vea que esté en marcha, y qué hay en medio")
        }
    };
    let finding = Finding::new(id, Level::Error, format!("{}: {state}", check.name));
    let (english, spanish) = if id == "env/refers" { of_source(english, spanish, told) } else { (english, spanish) };
    at(finding, check.line, told).help(say(language, english.to_owned(), spanish.to_owned()))
}

/// What to do about how variables are written: nobody writes what a command prints.
fn of_source<'h>(english: &'h str, spanish: &'h str, told: &Told) -> (&'h str, &'h str) {
    if told.file.is_some() {
        return (english, spanish);
    }
    (
        "a process prints its own variables with a NUL behind each, which are taken as they are, by env -0",
        "un proceso imprime sus propias variables con un NUL tras cada una, que se toman tal cual, con env -0",
    )
}

/// What to do about the file that a variable names, or does not.
fn of_file(state: &State) -> (&'static str, &'static str, &'static str) {
    let (english, spanish) = match state {
        State::Missing | State::Empty | State::Placeholder => {
            ("set the variable to the path of its file", "póngale a la variable la ruta de su archivo")
        }
        State::Folder => {
            ("name the file itself, not the folder that it is in", "nombre el archivo mismo, no la carpeta en que está")
        }
        State::Unreadable => ("let this user read the file", "dele a este usuario permiso de leer el archivo"),
        State::EmptyFile | State::NoJson => {
            ("put the file there again, whole", "vuelva a poner ahí el archivo, completo")
        }
        _ => ("put the file where the variable says", "ponga el archivo donde dice la variable"),
    };
    ("env/file", english, spanish)
}

fn wrong(line: usize, told: &Told) -> Finding {
    let ((message, mensaje), (english, spanish)) = if told.colons.contains(&line) {
        (
            (
                format!("line {line} has a colon where = should stand"),
                format!("la línea {line} tiene dos puntos donde va el signo ="),
            ),
            ("write it as NAME=value", "escríbala como NOMBRE=valor"),
        )
    } else {
        (
            (
                format!("line {line} is no NAME=value, or its quotes are not closed"),
                format!("la línea {line} no es NOMBRE=valor, o sus comillas no cierran"),
            ),
            ("put a value of several lines in quotes", "ponga entre comillas un valor de varias líneas"),
        )
    };
    let message = say(told.language, message, mensaje);
    let (english, spanish) = of_source(english, spanish, told);
    let help = say(told.language, english.to_owned(), spanish.to_owned());
    at(Finding::new("env/line", Level::Error, message), Some(line), told).help(help)
}

fn repeated((name, line, first): &(Option<String>, usize, usize), told: &Told) -> Finding {
    let (english, spanish) = match name {
        Some(name) => (
            format!("{name} stands in line {first} already; the last one counts"),
            format!("{name} ya está en la línea {first}; cuenta la última"),
        ),
        None => (
            format!("a name of line {first} stands here again; the last one counts"),
            format!("aquí se repite un nombre de la línea {first}; cuenta la última"),
        ),
    };
    let finding = Finding::new("env/repeated", Level::Warning, say(told.language, english, spanish));
    at(finding, Some(*line), told).help(say(
        told.language,
        "leave one of them".to_owned(),
        "deje una de ellas".to_owned(),
    ))
}
