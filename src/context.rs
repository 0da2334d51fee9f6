//! What every command is given, built once from options, environment and configuration.
#![expect(clippy::disallowed_methods, reason = "the one reader of the environment, the clock and the terminal")]

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::Result;
use jiff::Timestamp;

use crate::cli::{Format, Global};
use crate::config::{Config, Language};
use crate::io;
use crate::output::Style;

/// The variable in which a deployment hands the options of a built-in step over, as a JSON list of arguments: unlike a command
/// line, no other user can read it. What zarpe starts itself never sees it.
pub const ARGUMENTS: &str = "ZARPE_ARGUMENTS";

/// The variable in which a deployment tells the names of its secrets, with commas between them: their values are shown nowhere.
pub const SECRETS: &str = "ZARPE_SECRETS";

/// The words of this process's command line, with those that were handed over. Who was handed some waits for a line on its standard
/// input, as the shell of any step does: that the step begins is written down first.
///
/// # Errors
/// Exit code 2 where what was handed over is no list of texts, 3 where it ends without that line: nothing was done.
pub fn words() -> Result<Vec<std::ffi::OsString>> {
    let mut words: Vec<_> = std::env::args_os().collect();
    if let Some(text) = std::env::var_os(ARGUMENTS).filter(|text| !text.is_empty()) {
        let handed =
            text.to_str().and_then(|text| serde_json::from_str::<Vec<String>>(text).ok()).ok_or_else(|| {
                // Its text is not shown: a secret may stand in it.
                crate::report::Failure::usage("usage/arguments", format!("{ARGUMENTS} is no JSON list of arguments"))
                    .help(format!("unset {ARGUMENTS}, and write the options on the command line"))
            })?;
        words.extend(handed.into_iter().map(Into::into));
        if std::io::stdin().read_line(&mut String::new()).unwrap_or_default() == 0 {
            let message = "the step was not begun: the run that it is of was stopped before, or is lost";
            return Err(crate::report::Failure::cannot_tell("deploy/not-begun", message).into());
        }
    }
    Ok(words)
}

/// The variable in which a deployment hands over what it came to know as secret since it began, as a JSON list: as
/// [`ARGUMENTS`], to its built-in steps alone.
pub const LEARNED: &str = "ZARPE_LEARNED";

/// The values of what a deployment told to be its secrets, and of the tokens of this process.
#[must_use]
pub fn secrets() -> Vec<String> {
    let learned = std::env::var(LEARNED).ok().and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok());
    let names = std::env::var(SECRETS).unwrap_or_default();
    let names = names.split(',').chain(["ZARPE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"]).filter(|name| !name.is_empty());
    variables(names).into_values().chain(learned.unwrap_or_default()).collect()
}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// Where to work: `-C`, absolute or relative to the process.
    pub directory: PathBuf,
    /// `zarpe.yml`, or its defaults.
    pub config: Config,
    /// The file that the configuration was read from, or is to be read from by a command that reads it itself.
    pub config_file: Option<PathBuf>,
    /// The environment variables that zarpe reads.
    pub environment: Environment,
    /// When the command was started.
    pub now: Timestamp,
    /// The format asked for.
    pub format: Format,
    /// Leave out everything but the answer.
    pub quiet: bool,
    /// Say more.
    pub verbose: bool,
    /// Whether a person can be asked: standard input and standard error are terminals.
    pub interactive: bool,
    /// This program, for commands that start it again.
    pub program: PathBuf,
}

impl Context {
    /// Reads environment, clock and terminal, and the configuration where the command needs it.
    ///
    /// # Errors
    /// A [`crate::report::Failure`] with exit code 2 where the configuration or a variable is wrong.
    pub fn build(global: &Global, configured: bool) -> Result<Self> {
        let environment = Environment::of_process();
        let (config, config_file) = if configured {
            io::config::load(&global.directory, global.config.as_deref())?
        } else {
            (Config::default(), global.config.clone())
        };
        Ok(Self {
            directory: global.directory.clone(),
            config,
            config_file,
            environment,
            now: Timestamp::now(),
            format: global.format,
            quiet: global.quiet,
            verbose: global.verbose,
            interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            program: std::env::current_exe()?,
        })
    }
}

impl Context {
    /// The name of the remote that releases go to.
    #[must_use]
    pub fn remote_name(&self) -> &str {
        self.environment.get("ZARPE_REMOTE").unwrap_or("origin")
    }
}

/// The variables of these names that are set and not empty: a deployment plan names its own.
#[must_use]
pub fn variables<'n>(names: impl IntoIterator<Item = &'n str>) -> BTreeMap<String, String> {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    names.into_iter().filter_map(|name| Some((name.to_owned(), value(name)?))).collect()
}

/// The variables of these names that are set, be it to nothing.
#[must_use]
pub fn process<'n>(names: impl IntoIterator<Item = &'n str>) -> BTreeMap<String, String> {
    let value = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
    names.into_iter().filter_map(|name| Some((name.to_owned(), value(name)?))).collect()
}

/// How to write to this terminal; known before anything can fail.
#[must_use]
pub fn style(global: &Global) -> Style {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let plain = set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb") && !forced;
    let colour = |terminal: bool| !plain && (forced || terminal);
    let stdout = std::io::stdout();
    Style {
        format: global.format,
        colour: colour(stdout.is_terminal()),
        colour_stderr: colour(std::io::stderr().is_terminal()),
        width: terminal_size::terminal_size_of(stdout).map(|(width, _)| width.0.into()),
        quiet: global.quiet,
        verbose: global.verbose,
        actions: std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true"),
        // Known where the configuration is.
        language: Language::default(),
    }
}

/// A secret that is never printed. The value is checked to be fit for an HTTP header.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token's text, for the one place that sends it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

/// The environment variables that zarpe reads.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<&'static str, String>,
}

impl Environment {
    /// Every variable that is read, with what it is for; the documentation's table is made from it.
    pub const VARIABLES: &'static [(&'static str, &'static str)] = &[
        ("ZARPE_TOKEN", "token for GitHub's API and for pushing, sent to the host of the remote"),
        (
            "GH_TOKEN",
            "as ZARPE_TOKEN, but sent only to github.com and to the host of GITHUB_SERVER_URL or GITHUB_API_URL",
        ),
        ("GITHUB_TOKEN", "as GH_TOKEN; sent to ghcr.io as well where docker and podman keep no credentials for it"),
        ("GITHUB_API_URL", "root of the REST API; default from the remote's host"),
        ("GITHUB_GRAPHQL_URL", "address of the GraphQL API; default from the remote's host"),
        ("GITHUB_SERVER_URL", "root of the web pages; default from the remote's host"),
        ("GITHUB_REPOSITORY", "OWNER/NAME; default from the remote"),
        ("GITHUB_ACTIONS", "true inside GitHub Actions: annotations, outputs and summary are written as well"),
        ("GITHUB_OUTPUT", "file for the step's outputs"),
        ("GITHUB_STEP_SUMMARY", "file for the step's summary"),
        ("GITHUB_EVENT_PATH", "file with the event that started the workflow: which pull request a preview is about"),
        (
            "GITHUB_RUN_ID",
            "the workflow run that zarpe runs in: its own job is not judged, and a deployment is named after it",
        ),
        ("GITHUB_JOB", "the job that zarpe runs in"),
        ("GITHUB_WORKFLOW_REF", "the workflow that zarpe runs in: jobs that need its own are not waited for"),
        ("ZARPE_CHECK_RUN_ID", "the check run of the job that zarpe runs in, exactly"),
        ("ZARPE_REMOTE", "name of the remote; default origin"),
        ("ZARPE_RUN", "run of a deployment plan that a step belongs to; deploy run sets it for its steps"),
        ("ZARPE_STATE", "folder of the journals of runs; default the folder zarpe in git's common folder"),
        ("DOCKER_CONFIG", "folder of docker's config.json, which has the credentials of registries; default ~/.docker"),
        ("REGISTRY_AUTH_FILE", "file with the credentials of registries, as podman and skopeo read it"),
        ("XDG_RUNTIME_DIR", "folder that podman keeps containers/auth.json in"),
        ("HOME", "where .docker/config.json and .config/containers/auth.json are looked for"),
        (
            "ZARPE_TIMEOUT",
            "seconds that one question to GitHub or to a registry may take, waits and repetitions included; default 120",
        ),
    ];

    /// Reads the known variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// Reads the known variables by a function; an empty one counts as absent.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let variables = Self::VARIABLES.iter().filter_map(|(name, _)| get(name).map(|value| (*name, value))).collect();
        Self { variables }
    }

    /// A variable's value; `None` where it is absent or empty. The name is one of [`Self::VARIABLES`].
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        debug_assert!(Self::VARIABLES.iter().any(|(known, _)| *known == name), "{name} is not in the table");
        self.variables.get(name).map(String::as_str)
    }

    /// Whether this is a job of GitHub Actions.
    #[must_use]
    pub fn in_actions(&self) -> bool {
        self.get("GITHUB_ACTIONS") == Some("true")
    }

    /// The token for a host, by the rules of the table. A token that cannot stand in an HTTP header is refused.
    ///
    /// # Errors
    /// Exit code 2 where the token holds white space or control characters (a trailing line end is cut off).
    pub fn token_for(&self, host: &str) -> Result<Option<Token>> {
        let own_hosts: Vec<String> = ["GITHUB_SERVER_URL", "GITHUB_API_URL"]
            .iter()
            .filter_map(|name| url::Url::parse(self.get(name)?).ok()?.host_str().map(ToOwned::to_owned))
            .collect();
        let trusted = host == "github.com" || host == "api.github.com" || own_hosts.iter().any(|own| own == host);
        let names: &[&str] = if trusted { &["ZARPE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"] } else { &["ZARPE_TOKEN"] };
        let Some((name, token)) = names.iter().find_map(|name| Some((*name, self.get(name)?))) else {
            return Ok(None);
        };
        let token = token.trim_end_matches(['\r', '\n']);
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(crate::report::Failure::usage(
                "usage/token",
                format!("the token in {name} has a character that no token has"),
            )
            .help(format!("set {name} again, without spaces and line ends"))
            .into());
        }
        Ok(Some(Token(token.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_github_token_never_goes_to_a_host_that_only_the_remote_names() {
        let environment = environment(&[("GITHUB_TOKEN", "t")]);
        assert_eq!(environment.token_for("evil.example").unwrap(), None);
        assert_eq!(environment.token_for("github.com").unwrap().unwrap().reveal(), "t");
    }

    #[test]
    fn the_own_server_is_trusted() {
        let environment = environment(&[("GITHUB_TOKEN", "t"), ("GITHUB_SERVER_URL", "https://ghes.example")]);
        assert!(environment.token_for("ghes.example").unwrap().is_some());
    }

    #[test]
    fn a_token_is_checked_and_never_shown() {
        assert!(environment(&[("ZARPE_TOKEN", "a b")]).token_for("x").is_err());
        let token = environment(&[("ZARPE_TOKEN", "secret\n")]).token_for("x").unwrap().unwrap();
        assert_eq!(token.reveal(), "secret");
        assert_eq!(format!("{token:?}"), "Token(***)");
    }
}
