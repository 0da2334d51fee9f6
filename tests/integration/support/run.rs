//! The real binary in a clean environment, and what came of it.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use zarpe::report::ExitCode;

use super::invariants;

/// A command line about to run. Nothing of this process's environment reaches it but what finds programs.
pub struct Zarpe {
    command: Command,
}

impl Zarpe {
    pub fn new(directory: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zarpe"));
        clean(&mut command);
        command.current_dir(directory).stdin(Stdio::null());
        Self { command }
    }

    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts in another folder, relative to the one so far.
    pub fn at(mut self, folder: &str) -> Self {
        let from = self.command.get_current_dir().unwrap_or(Path::new(".")).join(folder);
        self.command.current_dir(from);
        self
    }

    /// The command itself, for what this builder does not know.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// Runs it to its end. What holds of every run is looked at here.
    #[track_caller]
    pub fn run(mut self) -> Run {
        let output = self.command.output().expect("the binary starts");
        self.ended(output)
    }

    /// The same; once it says this on standard error, something else is done.
    #[track_caller]
    pub fn run_when(mut self, said: &str, then: impl FnOnce()) -> Run {
        let mut child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let (mut read, mut then) = (String::new(), Some(then));
        let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        while stderr.read_line(&mut read).expect("standard error is UTF-8") > 0 {
            if let Some(then) = then.take_if(|_| read.contains(said)) {
                then();
            }
        }
        assert!(then.is_none(), "it never says {said:?}: {read}");
        let output = child.wait_with_output().expect("it ends");
        self.ended(Output { stderr: read.into_bytes(), ..output })
    }

    #[track_caller]
    fn ended(&self, output: Output) -> Run {
        invariants::of_run(&self.command, &output);
        Run {
            line: format!("{:?}", self.command.get_args().collect::<Vec<_>>()),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

/// git, with nothing of the environment of who runs the tests. By its path: what must be looked for with another environment is started
/// by copying this process, with all that its tests keep in memory.
pub fn git() -> Command {
    static PATH: std::sync::LazyLock<std::path::PathBuf> = std::sync::LazyLock::new(|| {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let mut found = std::env::split_paths(&folders).map(|folder| folder.join("git"));
        found.find(|path| path.is_file()).unwrap_or_else(|| "git".into())
    });
    let mut command = Command::new(&*PATH);
    clean(&mut command);
    command
}

/// Leaves only what finds programs; git reads no configuration but the repository's.
pub fn clean(command: &mut Command) {
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR", "SSL_CERT_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8");
}

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    line: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    #[track_caller]
    pub fn exits(self, exit: ExitCode) -> Self {
        assert_eq!(self.code, Some(i32::from(exit.code())), "{self}");
        self
    }

    /// The text stands in standard output or standard error.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "does not say `{text}`: {self}");
        self
    }

    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "says `{text}`: {self}");
        self
    }

    /// Standard output is exactly this.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert_eq!(self.stdout, text, "{self}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl Run {
    /// Standard output as the document of that name (`verify/v1`), checked against its published schema.
    #[track_caller]
    pub fn json_of(&self, name: &str) -> serde_json::Value {
        let document = self.json();
        let (_, schema) =
            zarpe::commands::schema::all().find(|(known, _)| *known == name).expect("a published document");
        let schema = jsonschema::draft202012::new(schema().as_value()).expect("a schema");
        let errors: Vec<String> =
            schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "not {name}: {errors:#?}: {self}");
        document
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, code, stdout, stderr } = self;
        write!(f, "zarpe {line} ended with {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}
