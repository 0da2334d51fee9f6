//! The bare repository, read and written by the git program: commits, branches and tags have no second home.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;

/// A bare repository.
pub(super) struct Bare {
    path: PathBuf,
}

/// A commit.
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) tree: String,
    pub(super) parents: Vec<String>,
    pub(super) author: Signature,
    pub(super) committer: Signature,
    pub(super) message: String,
}

/// Who, and when by their own clock.
pub(super) struct Signature {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) date: Timestamp,
}

/// A reference.
pub(super) struct Reference {
    /// `refs/…`
    pub(super) name: String,
    /// The object that it names.
    pub(super) object: String,
    /// `commit`, `tag`, …
    pub(super) kind: String,
    /// The commit that it leads to.
    pub(super) commit: String,
}

/// What came of making a reference.
pub(super) enum Created {
    Yes,
    Exists,
    Refused(String),
}

/// Fields of a commit, each ended by NUL, which no field can hold.
const COMMIT: &str = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B";
const FIELDS: usize = 10;

impl Bare {
    /// Makes an empty one that serves pushes over HTTP.
    pub(super) fn init(path: &Path, default_branch: &str) -> Result<Self> {
        let bare = Self { path: path.to_owned() };
        let init = program().args(["init", "--quiet", "--bare", "-b", default_branch, "--"]).arg(path).output();
        let init = init.context("cannot run git: is it installed?")?;
        if !init.status.success() {
            bail!("git init failed: {}", String::from_utf8_lossy(&init.stderr));
        }
        // As on GitHub: partial clones and any reachable commit may be asked for. Housekeeping would only cost time.
        for (key, value) in [
            ("http.receivepack", "true"),
            ("uploadpack.allowFilter", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
            ("gc.auto", "0"),
            ("receive.autogc", "false"),
        ] {
            bare.run(&["config", key, value]).with_context(|| format!("cannot set {key} of the bare repository"))?;
        }
        Ok(bare)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Installs an executable hook.
    pub(super) fn install_hook(&self, name: &str, script: &str) -> Result<PathBuf> {
        let path = self.path.join("hooks").join(name);
        std::fs::write(&path, script).with_context(|| format!("cannot write {}", path.display()))?;
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        Ok(path)
    }

    /// The commit that a name leads to: a full or short SHA, a branch, a tag, or either with `heads/` or `tags/`.
    pub(super) fn resolve(&self, name: &str) -> Option<String> {
        let hexadecimal = name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let plain = hexadecimal.then(|| name.to_owned());
        let below = |folder| format!("{folder}{name}");
        let names = plain.into_iter().chain(["refs/heads/", "refs/tags/", "refs/"].map(below));
        names
            .into_iter()
            .find_map(|name| self.run(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]))
    }

    /// One commit.
    pub(super) fn commit(&self, sha: &str) -> Option<Commit> {
        self.commits(sha, 0, 1).into_iter().next()
    }

    /// Commits from this one back, newest first.
    pub(super) fn commits(&self, sha: &str, skip: usize, count: usize) -> Vec<Commit> {
        let (skip, count) = (format!("--skip={skip}"), format!("--max-count={count}"));
        let text = self.run(&["log", "-z", COMMIT, &skip, &count, "--end-of-options", sha, "--"]).unwrap_or_default();
        parse(&text)
    }

    /// How many commits lead here.
    pub(super) fn count(&self, sha: &str) -> usize {
        let count = self.run(&["rev-list", "--count", "--end-of-options", sha, "--"]);
        count.and_then(|count| count.parse().ok()).unwrap_or_default()
    }

    /// Exactly these commits, in this order; those that are not there are left out.
    pub(super) fn these(&self, shas: &[String]) -> Vec<Commit> {
        if shas.is_empty() {
            return Vec::new();
        }
        let mut args = vec!["log", "-z", "--no-walk=unsorted", "--ignore-missing", COMMIT, "--end-of-options"];
        args.extend(shas.iter().map(String::as_str));
        args.push("--");
        parse(&self.run(&args).unwrap_or_default())
    }

    /// References whose full name begins so, by name.
    pub(super) fn references(&self, prefix: &str) -> Vec<Reference> {
        let format = "--format=%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)";
        let text = self.run(&["for-each-ref", format]).unwrap_or_default();
        let line = |line: &str| {
            let mut fields = line.split('\0').map(str::to_owned);
            let (name, object, kind) = (fields.next()?, fields.next()?, fields.next()?);
            let commit = fields.next().filter(|peeled| !peeled.is_empty()).unwrap_or_else(|| object.clone());
            Some(Reference { name, object, kind, commit })
        };
        text.lines().filter(|line| line.starts_with(prefix)).filter_map(line).collect()
    }

    /// One reference by its full name.
    pub(super) fn reference(&self, name: &str) -> Option<Reference> {
        self.references(name).into_iter().find(|reference| reference.name == name)
    }

    /// The type of an object; `None` where there is none.
    pub(super) fn kind(&self, object: &str) -> Option<String> {
        self.run(&["cat-file", "-t", object])
    }

    /// Makes a reference that must not exist. A `reference-transaction` hook can refuse it.
    pub(super) fn create(&self, name: &str, object: &str) -> Created {
        if self.reference(name).is_some() {
            return Created::Exists;
        }
        let absent = "0".repeat(object.len());
        match self.output(&["update-ref", "--end-of-options", name, object, &absent]) {
            Ok(output) if output.status.success() => Created::Yes,
            Ok(output) => Created::Refused(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => Created::Refused(error.to_string()),
        }
    }

    /// Standard output of git, without the last line end; `None` where it failed.
    fn run(&self, args: &[&str]) -> Option<String> {
        let output = self.output(args).ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
    }

    fn output(&self, args: &[&str]) -> std::io::Result<std::process::Output> {
        program().arg("--git-dir").arg(&self.path).args(["-c", "i18n.logOutputEncoding=UTF-8"]).args(args).output()
    }
}

fn parse(text: &str) -> Vec<Commit> {
    let mut fields = text.split('\0').map(str::to_owned);
    std::iter::from_fn(|| {
        let record: Vec<String> = fields.by_ref().take(FIELDS).collect();
        let [sha, tree, parents, author, author_email, authored, committer, committer_email, committed, message] =
            <[String; FIELDS]>::try_from(record).ok()?;
        let time = |seconds: &str| Timestamp::from_second(seconds.parse().unwrap_or_default()).unwrap_or_default();
        Some(Commit {
            sha,
            tree,
            parents: parents.split_whitespace().map(str::to_owned).collect(),
            author: Signature { name: author, email: author_email, date: time(&authored) },
            committer: Signature { name: committer, email: committer_email, date: time(&committed) },
            message: message.trim_end_matches('\n').to_owned(),
        })
    })
    .collect()
}

/// git with an environment in which no configuration but the repository's own is read.
fn program() -> Command {
    let mut command = Command::new(path());
    command.env_clear().envs(environment()).stdin(std::process::Stdio::null());
    command
}

/// git by its path. With another environment than this process has, a program that must be looked for is started by copying the
/// process, which takes longer than the program where much is served.
pub(super) fn path() -> &'static Path {
    static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let mut found = std::env::split_paths(&folders).map(|folder| folder.join("git"));
        found.find(|path| path.is_file()).unwrap_or_else(|| "git".into())
    });
    &PATH
}

/// What git is given: how to find programs and temporary files, and nothing of the person's own.
pub(super) fn environment() -> Vec<(&'static str, std::ffi::OsString)> {
    let kept = ["PATH", "TMPDIR", "SYSTEMROOT"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let fixed = [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_COMMITTER_NAME", "GitHub"),
        ("GIT_COMMITTER_EMAIL", "noreply@github.com"),
        ("LC_ALL", "C.UTF-8"),
    ];
    kept.chain(fixed.map(|(name, value)| (name, value.into()))).collect()
}
