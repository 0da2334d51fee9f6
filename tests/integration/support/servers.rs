//! Git servers beside the embedded one: the protocols that a remote may have.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::run::{clean, git};

/// A server on a loopback port, until it is dropped.
pub struct Server {
    child: Child,
    pub port: u16,
    folder: PathBuf,
}

impl Server {
    /// `git daemon` over a folder of repositories, pushes allowed.
    pub fn git_daemon(folder: &Path) -> Self {
        let port = free_port();
        let mut command = git();
        command.args(["daemon", "--export-all", "--enable=receive-pack", "--reuseaddr", "--listen=127.0.0.1"]);
        command.arg(format!("--port={port}")).arg(format!("--base-path={}", folder.display()));
        Self::start(command, port, folder)
    }

    /// A server that is started by a command made for a free port.
    pub fn on_port(folder: &Path, command: impl FnOnce(u16) -> Command) -> Self {
        let port = free_port();
        Self::start(command(port), port, folder)
    }

    /// `sshd` with a configuration and keys of its own, for the user who runs the tests. `None` where it is not installed.
    pub fn sshd(folder: &Path) -> Option<Self> {
        let program =
            ["/usr/sbin/sshd", "/usr/bin/sshd", "/sbin/sshd"].into_iter().find(|path| Path::new(path).exists())?;
        let port = free_port();
        for name in ["host", "user"] {
            let mut keygen = Command::new("ssh-keygen");
            clean(&mut keygen);
            let made = keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(name)).status().unwrap();
            assert!(made.success());
        }
        std::fs::copy(folder.join("user.pub"), folder.join("authorized")).unwrap();
        let public = std::fs::read_to_string(folder.join("host.pub")).unwrap();
        std::fs::write(folder.join("known"), format!("[127.0.0.1]:{port} {public}")).unwrap();
        let (at, path) = (folder.display(), std::env::var("PATH").unwrap());
        let lines = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nAuthorizedKeysFile {at}/authorized\nPidFile none\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nSetEnv PATH={path}\n"
        );
        std::fs::write(folder.join("sshd_config"), lines).unwrap();
        // As root it wants the folder that its service makes at boot; as another user, who may not make it, it wants none.
        let _ = std::fs::create_dir_all("/run/sshd");
        let mut command = Command::new(program);
        clean(&mut command);
        command.args(["-D", "-e", "-f"]).arg(folder.join("sshd_config"));
        Some(Self::start(command, port, folder))
    }

    /// `GIT_SSH_COMMAND` that reaches the `sshd`.
    pub fn ssh_command(&self) -> String {
        let at = self.folder.display();
        format!("ssh -F none -i {at}/user -o IdentitiesOnly=yes -o UserKnownHostsFile={at}/known -o BatchMode=yes")
    }

    fn start(mut command: Command, port: u16, folder: &Path) -> Self {
        let log = std::fs::File::create(folder.join("server.log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut server = Self { child: command.spawn().unwrap(), port, folder: folder.to_owned() };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(server.folder.join("server.log")).unwrap();
            assert!(server.child.try_wait().unwrap().is_none(), "the server ended: {}", log());
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not answer: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
