//! Tags on remotes of every protocol: ssh, git's own, and http with a password, each a real server with its hooks.

use std::path::PathBuf;

use crate::support::{ExitCode, Repo, Server, Zarpe, skip};

/// A repository with `v1.0.0` and a feature after it, and a bare copy of it below the folder `served`.
struct Served {
    repo: Repo,
    folder: PathBuf,
}

impl Served {
    fn new() -> Self {
        let repo = Repo::new().commit("chore: begin").tag("v1.0.0").commit("feat: list the cargo");
        let folder = repo.scratch().join("served");
        std::fs::create_dir(&folder).unwrap();
        repo.git(["clone", "--quiet", "--bare", ".", folder.join("boat.git").to_str().unwrap()]);
        Self { repo, folder }
    }

    fn hook(&self, name: &str, script: &str) {
        let path = self.folder.join("boat.git/hooks").join(name);
        std::fs::write(&path, script).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// The server's own references, read from its disk.
    fn tags(&self) -> String {
        let bare = self.folder.join("boat.git");
        self.repo.git([
            "--git-dir",
            bare.to_str().unwrap(),
            "for-each-ref",
            "--format=%(refname:short) %(*objectname)%(objectname)",
            "refs/tags",
        ])
    }

    /// Refused by a hook: neither tag lands. Then both land, and once more nothing changes.
    fn tags_once(&self, address: &str, prepare: impl Fn(Zarpe) -> Zarpe) {
        self.repo.git(["remote", "add", "origin", address]);
        let (before, head) = (self.tags(), self.repo.sha("HEAD"));
        let run = |args: &[&str]| prepare(self.repo.zarpe(args.iter().copied())).run();
        self.hook("update", "#!/bin/sh\ncase $1 in refs/tags/sha-*) echo 'not here' >&2; exit 1;; esac\n");
        run(&["tag", "--push"]).exits(ExitCode::Refused).says("not here").says("none of them was made");
        assert_eq!(self.tags(), before);
        self.hook("update", "#!/bin/sh\n");
        run(&["tag", "--push"]).exits(ExitCode::Done).says("v1.1.0");
        let after = self.tags();
        assert!(after.contains(&format!("sha-{} {head}", &head[..7])), "{after}");
        assert!(after.contains(&format!("v1.1.0 {head}")), "{after}");
        run(&["tag", "--push"]).exits(ExitCode::Done).says("already right");
        assert_eq!(self.tags(), after);
    }
}

#[test]
fn over_gits_own_protocol() {
    let served = Served::new();
    let server = Server::git_daemon(&served.folder);
    served.tags_once(&format!("git://127.0.0.1:{}/boat.git", server.port), |zarpe| zarpe);
}

#[test]
fn over_ssh_with_the_users_own_key() {
    let served = Served::new();
    let folder = served.repo.scratch().join("ssh");
    std::fs::create_dir(&folder).unwrap();
    let Some(server) = Server::sshd(&folder) else { return skip("sshd is missing (Debian: openssh-server)") };
    let user = String::from_utf8(std::process::Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let address = format!("ssh://{}@127.0.0.1:{}{}/boat.git", user.trim(), server.port, served.folder.display());
    served.tags_once(&address, |zarpe| zarpe.env("GIT_SSH_COMMAND", server.ssh_command()));
    // A key that the server does not know: nobody is asked, and nothing is guessed.
    let strange = server.ssh_command().replace("/user ", "/host ");
    let run = served.repo.zarpe(["tag", "--push"]).env("GIT_SSH_COMMAND", strange).run().exits(ExitCode::CannotTell);
    run.says("cannot read the remote").says("Permission denied");
}
