//! The git remote, reached by the git program: what it has, and atomic, create-only pushes.
//!
//! libgit2 pushes neither atomically nor create-only, so the network is git's. The address is always explicit, hooks and
//! monitors of the clone stay off, and the token travels in the environment, never in arguments or in the address.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;
use url::Url;

use crate::context::{Environment, Token};
use crate::history::{Sha, Tag, is_tag_name};
use crate::io::clock;
use crate::report::Failure;

/// How long one call to the remote may take.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// How long fetching the history may take.
const FETCH_LIMIT: Duration = Duration::from_secs(900);

/// How long a push waits for another one's lock before each further try, in milliseconds.
const LOCK_PAUSES: [u64; 5] = [200, 400, 800, 1600, 3200];

/// How often a reference is looked at that is set anew meanwhile.
const LOOKS: u32 = 5;

/// A helper that answers git's question for a password from the environment of the git process.
const CREDENTIAL_HELPER: &str =
    "!f() { test \"$1\" = get && echo username=x-access-token && echo \"password=$ZARPE_GIT_TOKEN\"; }; f";

/// A remote of a clone.
#[derive(Debug)]
pub struct Remote {
    address: String,
    directory: PathBuf,
    token: Option<Token>,
}

/// A reference of the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Full name: `refs/heads/main`, or `HEAD`.
    pub name: String,
    /// The commit that it names in the end, annotated tags followed.
    pub commit: Sha,
}

/// A reference to be made: the object and the reference's full name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// The object, a commit or a tag.
    pub object: Sha,
    /// Full name, `refs/tags/v1.2.3`.
    pub reference: String,
}

impl Creation {
    /// The tag's name, without `refs/tags/`.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.reference.strip_prefix("refs/tags/").unwrap_or(&self.reference)
    }
}

/// How much more of the history a shallow clone gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// So many commits behind each of its ends.
    Deeper(u32),
    /// All of it.
    Whole,
}

/// What the remote holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Its branches and tags.
    pub all: Vec<Reference>,
    /// The branch that its HEAD names, without `refs/heads/`.
    pub default_branch: Option<String>,
}

impl References {
    /// The tags.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        self.all
            .iter()
            .filter_map(|reference| {
                let name = reference.name.strip_prefix("refs/tags/")?.to_owned();
                Some(Tag { name, commit: reference.commit.clone() })
            })
            .collect()
    }

    /// The commit of a tag.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&Sha> {
        self.find(&format!("refs/tags/{name}"))
    }

    /// The commit of a branch.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<&Sha> {
        self.find(&format!("refs/heads/{name}"))
    }

    fn find(&self, name: &str) -> Option<&Sha> {
        self.all.iter().find(|reference| reference.name == name).map(|reference| &reference.commit)
    }
}

impl Remote {
    /// The remote at an address, as the configuration of the clone in `directory` has it (`remote.origin.url`).
    ///
    /// # Errors
    /// Exit code 2 where the address could be taken for an option or a program, names a transport that carries a token in
    /// the clear, or is rewritten by the clone's own `url.….insteadOf`.
    pub fn new(address: &str, directory: &Path, environment: &Environment) -> Result<Self> {
        let refuse = |why: &str| {
            Failure::usage("remote/address", format!("the remote's address {} {why}", redacted(address)))
                .help("set another one: git remote set-url origin ADDRESS")
        };
        if address.is_empty() || address.starts_with('-') || address.chars().any(char::is_control) {
            return Err(refuse("is not an address").into());
        }
        if address.contains("::") && !address.contains("://") {
            return Err(refuse("names a remote helper, which may run any program").into());
        }
        let url = Url::parse(address).ok();
        let token = match url.as_ref().and_then(|url| Some((url.scheme(), url.host_str()?))) {
            Some(("https", host)) => environment.token_for(host)?,
            Some(("http", host)) if is_loopback(host) => environment.token_for(host)?,
            Some(("http", _)) => return Err(refuse("is not encrypted: use https or ssh").into()),
            _ => None,
        };
        Ok(Self { address: address.to_owned(), directory: directory.to_owned(), token })
    }

    /// The address for people: without user and password.
    #[must_use]
    pub fn address(&self) -> String {
        redacted(&self.address)
    }

    /// Its branches, its tags (annotated ones followed to their commit) and its default branch.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be reached or denies access.
    pub async fn references(&self) -> Result<References> {
        self.refuse_rewriting().await?;
        let output = self.git(&["ls-remote", "--symref", "--", &self.address], true).await?;
        if !output.success {
            return Err(self.unreachable(&output.stderr).into());
        }
        parse_references(&output.stdout)
    }

    /// The message of a tag as it is on the remote; `None` where it is no tag object, or is not there. Only this one object is
    /// fetched, and no reference here is made by it.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub async fn tag_message(&self, name: &str) -> Result<Option<String>> {
        self.refuse_rewriting().await?;
        let reference = format!("refs/tags/{name}");
        let listed = self.git(&["ls-remote", "--", &self.address, &reference], true).await?;
        if !listed.success {
            return Err(self.unreachable(&listed.stderr).into());
        }
        let lines = listed.stdout.lines().filter_map(|line| line.split_once('\t'));
        let Some((object, _)) = lines.into_iter().find(|(_, name)| *name == reference) else { return Ok(None) };
        let object = Sha::parse(object)?;
        let show = ["cat-file", "tag", object.as_str()];
        let mut shown = self.git(&show, false).await?;
        if !shown.success {
            let options = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc"];
            let source = ["--recurse-submodules=no", "--", &self.address, &reference];
            let fetched = self.git(&[&options[..], &source[..]].concat(), true).await?;
            if !fetched.success {
                return Err(self.unreachable(&fetched.stderr).into());
            }
            shown = self.git(&show, false).await?;
        }
        // A lightweight tag names a commit: it has no message.
        Ok(shown.success.then_some(shown.stdout))
    }

    /// Makes all of the references, or none: each must not exist yet (`--atomic --force-with-lease=REF:`).
    ///
    /// `Ok(None)`: the remote says that all were made. `Ok(Some(why))`: it refused, or its answer was lost; look again.
    ///
    /// # Errors
    /// Exit code 3 where git could not be run.
    pub async fn create(&self, creations: &[Creation]) -> Result<Option<String>> {
        self.refuse_rewriting().await?;
        let leases = creations.iter().map(|creation| format!("--force-with-lease={}:", creation.reference));
        let mut arguments: Vec<String> = ["push", "--atomic", "--porcelain", "--no-verify", "--no-follow-tags"]
            .map(String::from)
            .into_iter()
            .chain(leases)
            .collect();
        arguments.extend(["--".to_owned(), self.address.clone()]);
        arguments.extend(creations.iter().map(|creation| format!("{}:{}", creation.object, creation.reference)));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.push(&arguments).await
    }

    /// Sets a branch to a commit, where it is still at the one that was seen (`None`: where it is not there).
    ///
    /// `Ok(Some(why))`: the remote refused, or its answer was lost; look again.
    ///
    /// # Errors
    /// Exit code 3 where git could not be run.
    pub async fn set_branch(&self, branch: &str, commit: &Sha, seen: Option<&Sha>) -> Result<Option<String>> {
        self.refuse_rewriting().await?;
        let seen = seen.map_or("", Sha::as_str);
        let lease = format!("--force-with-lease=refs/heads/{branch}:{seen}");
        let refspec = format!("{commit}:refs/heads/{branch}");
        self.push(&["push", "--porcelain", "--no-verify", "--no-follow-tags", &lease, "--", &self.address, &refspec])
            .await
    }

    /// The commit that a reference of the remote names, with its message; `None` where it is not there. Only this one commit is
    /// fetched, and no reference here is made by it.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub async fn commit_at(&self, reference: &str) -> Result<Option<(Sha, String)>> {
        self.refuse_rewriting().await?;
        let mut missing = String::new();
        for _ in 0..LOOKS {
            let Some(object) = self.object_at(reference).await? else { return Ok(None) };
            let show = ["cat-file", "commit", object.as_str()];
            let mut shown = self.git(&show, false).await?;
            if !shown.success {
                let options = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-filter"];
                let source = ["--recurse-submodules=no", "--", &self.address, reference];
                let fetched = self.git(&[&options[..], &source[..]].concat(), true).await?;
                if !fetched.success {
                    // It may have been removed in between.
                    let is_gone = self.object_at(reference).await?.is_none();
                    return if is_gone { Ok(None) } else { Err(self.unreachable(&fetched.stderr).into()) };
                }
                shown = self.git(&show, false).await?;
            }
            if shown.success {
                let message = shown.stdout.split_once("\n\n").map_or("", |(_, message)| message).to_owned();
                return Ok(Some((object, message)));
            }
            // What was fetched is another commit: it was set anew in between.
            missing = shown.stderr;
        }
        Err(self.unreachable(&missing).into())
    }

    /// Moves a reference on from one commit to the next, or makes it where it must not be there yet.
    ///
    /// `Ok(None)`: the remote says that it is so. `Ok(Some(why))`: it refused, or its answer was lost; look again.
    ///
    /// # Errors
    /// Exit code 3 where git could not be run.
    pub async fn advance(&self, reference: &str, from: Option<&Sha>, to: &Sha) -> Result<Option<String>> {
        self.refuse_rewriting().await?;
        let lease = format!("--force-with-lease={reference}:{}", from.map_or("", Sha::as_str));
        let refspec = format!("{to}:{reference}");
        self.push(&["push", "--porcelain", "--no-verify", &lease, "--", &self.address, &refspec]).await
    }

    async fn object_at(&self, reference: &str) -> Result<Option<Sha>> {
        let listed = self.git(&["ls-remote", "--", &self.address, reference], true).await?;
        if !listed.success {
            return Err(self.unreachable(&listed.stderr).into());
        }
        let mut lines = listed.stdout.lines().filter_map(|line| line.split_once('\t'));
        lines.find(|(_, name)| *name == reference).map(|(object, _)| Sha::parse(object)).transpose()
    }

    /// Removes a reference that names this commit, and no other one.
    ///
    /// `Ok(None)`: the remote says that it is gone. `Ok(Some(why))`: it refused, or its answer was lost; look again.
    ///
    /// # Errors
    /// Exit code 3 where git could not be run.
    pub async fn remove(&self, reference: &str, commit: &Sha) -> Result<Option<String>> {
        self.refuse_rewriting().await?;
        let lease = format!("--force-with-lease={reference}:{commit}");
        let gone = format!(":{reference}");
        self.push(&["push", "--porcelain", "--no-verify", &lease, "--", &self.address, &gone]).await
    }

    /// Pushes; why not, where the remote refused or its answer was lost.
    ///
    /// While another push has a reference locked, nobody sees yet what it makes of it: to look again would show the reference
    /// as it was, so the push is repeated until the lock is gone.
    async fn push(&self, arguments: &[&str]) -> Result<Option<String>> {
        let mut pauses = LOCK_PAUSES.into_iter();
        loop {
            let output = self.git(arguments, true).await?;
            if output.success {
                return Ok(None);
            }
            let why = redact_all(&reasons(&output), self.token.as_ref());
            match pauses.next().filter(|_| is_locked(&why)) {
                Some(pause) => clock::pause(Duration::from_millis(pause)).await,
                None => return Ok(Some(why)),
            }
        }
    }

    /// Fetches objects and references into the clone and touches nothing else of it: no tag that is not named, no branch, no
    /// `FETCH_HEAD`, no hook. `partial` is the remote's name where the clone leaves objects to it, so that it goes on to.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be reached, denies access, or does not have what is wanted.
    pub async fn fetch(&self, partial: Option<&str>, depth: Option<Depth>, wanted: &[String]) -> Result<()> {
        self.refuse_rewriting().await?;
        let depth = depth.map(|depth| match depth {
            Depth::Deeper(commits) => format!("--deepen={commits}"),
            Depth::Whole => "--unshallow".to_owned(),
        });
        let mut arguments = vec![
            "fetch",
            "--quiet",
            "--no-tags",
            "--refmap=",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--upload-pack=git-upload-pack",
        ];
        arguments.extend(depth.as_deref());
        arguments.extend(["--", partial.unwrap_or(&self.address)]);
        arguments.extend(wanted.iter().map(String::as_str));
        let output = self.git_within(FETCH_LIMIT, &arguments, true).await?;
        if output.success { Ok(()) } else { Err(self.unreachable(&output.stderr).into()) }
    }

    /// Whether it would take a tag at this commit: everything of a push but the sending (`--dry-run`). What its hooks and rules
    /// say is only known by a real push. `Ok(Some(why))`: it would not.
    ///
    /// # Errors
    /// Exit code 3 where git could not be run.
    pub async fn would_take_tag(&self, commit: &Sha) -> Result<Option<String>> {
        self.refuse_rewriting().await?;
        let reference = format!("{commit}:refs/tags/zarpe-doctor");
        let options = ["push", "--dry-run", "--porcelain", "--no-verify", "--no-follow-tags", "--"];
        let arguments: Vec<&str> = options.into_iter().chain([self.address.as_str(), &reference]).collect();
        let output = self.git(&arguments, true).await?;
        Ok((!output.success).then(|| redact_all(&reasons(&output), self.token.as_ref())))
    }

    /// A clone's own configuration could send the token elsewhere: `url.ELSEWHERE.insteadOf` of the repository is refused, the
    /// user's own (global) is theirs to set.
    async fn refuse_rewriting(&self) -> Result<()> {
        let pattern = r"^url\..*\.(push)?insteadof$";
        let output = self.git(&["config", "--local", "--null", "--get-regexp", pattern], false).await?;
        let rewrites = output.stdout.split('\0').filter_map(|entry| entry.split_once('\n'));
        for (key, prefix) in rewrites {
            if self.address.starts_with(prefix) {
                return Err(Failure::usage(
                    "remote/rewritten",
                    format!("this clone's configuration sends {} elsewhere: {}", self.address(), redacted(key)),
                )
                .help("remove the entry from .git/config, or set the remote's address itself")
                .into());
            }
        }
        Ok(())
    }

    fn unreachable(&self, stderr: &str) -> Failure {
        let said = redact_all(stderr, self.token.as_ref());
        let message = format!("cannot read the remote {}: {}", self.address(), telling(&said));
        let help = if self.token.is_none() {
            "check the address and that this machine may read it; for https set ZARPE_TOKEN or GITHUB_TOKEN"
        } else {
            "check the address, the network, and that the token may read the repository's contents"
        };
        Failure::cannot_tell("remote/unreachable", message).help(help)
    }

    async fn git(&self, arguments: &[&str], with_token: bool) -> Result<Output> {
        self.git_within(TIME_LIMIT, arguments, with_token).await
    }

    async fn git_within(&self, limit: Duration, arguments: &[&str], with_token: bool) -> Result<Output> {
        let mut command = tokio::process::Command::new("git");
        command
            .arg("-C")
            .arg(&self.directory)
            .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never"])
            .args(arguments)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .env_remove(crate::context::ARGUMENTS)
            .env_remove(crate::context::LEARNED)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if !with_token {
            // What is asked of the clone alone is not got elsewhere: a partial clone would leave out the files of it.
            command.env("GIT_NO_LAZY_FETCH", "1");
        }
        if let (true, Some(token)) = (with_token, &self.token) {
            // An empty value takes back what any configuration says before it: a helper that keeps what worked would write the
            // token down, and a header of another token (as actions/checkout leaves one) would go before this one.
            let (helper, header) = (
                format!("credential.{}.helper", origin(&self.address)),
                format!("http.{}.extraHeader", redacted(&self.address)),
            );
            let settings = [("credential.helper", ""), (&helper, ""), (&helper, CREDENTIAL_HELPER), (&header, "")];
            for (at, (key, value)) in settings.iter().enumerate() {
                command.env(format!("GIT_CONFIG_KEY_{at}"), key).env(format!("GIT_CONFIG_VALUE_{at}"), value);
            }
            command.env("GIT_CONFIG_COUNT", settings.len().to_string()).env("ZARPE_GIT_TOKEN", token.reveal());
        }
        let output = tokio::time::timeout(limit, command.output())
            .await
            .map_err(|_| {
                let seconds = limit.as_secs();
                Failure::cannot_tell("remote/time-out", format!("{} did not answer in {seconds} s", self.address()))
            })?
            .map_err(|error| {
                Failure::cannot_tell("remote/git", format!("cannot run git: {error}")).help("install git 2.30 or newer")
            })?;
        Ok(Output {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

#[derive(Debug)]
struct Output {
    success: bool,
    stdout: String,
    stderr: String,
}

/// Whether a push was refused because another one had a reference locked, by what git on the remote says of it.
#[must_use]
pub fn is_locked(why: &str) -> bool {
    why.contains("cannot lock ref") && why.contains(".lock': File exists")
}

/// Why a push was refused, from git's own words: the rejected references first, then what the remote's hooks said.
fn reasons(output: &Output) -> String {
    let rejected = output.stdout.lines().filter(|line| line.starts_with('!')).map(|line| line.replace('\t', " "));
    let said = output
        .stderr
        .lines()
        .filter(|line| line.starts_with("remote:") || line.starts_with("fatal:"))
        .map(|line| line.trim().to_owned());
    let all: Vec<String> = rejected.chain(said).filter(|line| line.trim() != "remote:").take(12).collect();
    if all.is_empty() { output.stderr.trim().to_owned() } else { all.join("; ") }
}

/// What git says about a remote that it cannot read: up to its own last word, with what ssh or the server said before it; the
/// general advice that may follow is left out.
fn telling(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let end = lines.iter().rposition(|line| line.starts_with("fatal:")).map_or(lines.len(), |last| last + 1);
    let said: Vec<&str> = lines.into_iter().take(end).skip(end.saturating_sub(2)).collect();
    if said.is_empty() { "git says nothing".to_owned() } else { said.join("; ") }
}

fn parse_references(text: &str) -> Result<References> {
    let mut references = References::default();
    for line in text.lines() {
        let Some((left, name)) = line.split_once('\t') else { continue };
        if let Some(target) = left.strip_prefix("ref: ") {
            references.default_branch = target.strip_prefix("refs/heads/").map(ToOwned::to_owned);
            continue;
        }
        let commit = Sha::parse(left)?;
        match (name.strip_suffix("^{}"), references.all.last_mut()) {
            // A tag's peeled line follows the tag's own and replaces its object: the commit is what counts.
            (Some(peeled), Some(last)) if last.name == peeled => last.commit = commit,
            (Some(_), _) => {}
            (None, _) => references.all.push(Reference { name: name.to_owned(), commit }),
        }
    }
    references.all.retain(|reference| reference.name.strip_prefix("refs/tags/").is_none_or(is_tag_name));
    Ok(references)
}

/// Scheme, host and port of an address, for git's `credential.<url>` keys.
fn origin(address: &str) -> String {
    Url::parse(address).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address without user and password.
#[must_use]
pub fn redacted(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    match rest.get(..authority_end).and_then(|authority| authority.rfind('@')) {
        Some(at) => format!("{scheme}://{}", rest.get(at + 1..).unwrap_or_default()),
        None => address.to_owned(),
    }
}

fn redact_all(text: &str, token: Option<&Token>) -> String {
    let without_token = match token {
        Some(token) => text.replace(token.reveal(), "***"),
        None => text.to_owned(),
    };
    without_token.split(' ').map(redacted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peeled_line_replaces_its_tag() {
        let (tag, commit) = ("1".repeat(40), "2".repeat(40));
        let text = format!(
            "ref: refs/heads/main\tHEAD\n{commit}\tHEAD\n{commit}\trefs/heads/main\n{tag}\trefs/tags/v1\n{commit}\trefs/tags/v1^{{}}\n"
        );
        let references = parse_references(&text).unwrap();
        assert_eq!(references.default_branch.as_deref(), Some("main"));
        assert_eq!(references.tag("v1").unwrap().as_str(), commit);
        assert_eq!(references.branch("main").unwrap().as_str(), commit);
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        assert_eq!(redacted("https://user:secret@host/a@b"), "https://host/a@b");
        assert_eq!(redacted("git@host:o/r.git"), "git@host:o/r.git");
    }

    #[test_case::test_case("" => "git says nothing"; "nothing")]
    #[test_case::test_case("fatal: no route" => "fatal: no route"; "one line")]
    #[test_case::test_case(
        "a@b: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure\nand it exists.\n"
            => "a@b: Permission denied (publickey).; fatal: Could not read from remote repository."; "ssh"
    )]
    fn tells(stderr: &str) -> String {
        telling(stderr)
    }

    #[test_case::test_case("-oProxyCommand=x" => false; "an option")]
    #[test_case::test_case("ext::sh -c x" => false; "a remote helper")]
    #[test_case::test_case("http://example.com/o/r" => false; "in the clear")]
    #[test_case::test_case("http://127.0.0.1:1/o/r" => true; "loopback")]
    #[test_case::test_case("https://example.com/o/r" => true; "https")]
    #[test_case::test_case("git@example.com:o/r.git" => true; "scp-like")]
    #[test_case::test_case("../bare" => true; "a path")]
    fn accepts(address: &str) -> bool {
        Remote::new(address, Path::new("."), &Environment::default()).is_ok()
    }
}
