//! A mail server: aiosmtpd, which `tests/run` installs. What it takes is kept as files.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::run::clean;
use super::super::servers::Server;
use super::super::skip::skip;

/// A server on a loopback port, until it is dropped.
pub struct Mail {
    server: Server,
    folder: PathBuf,
}

impl Mail {
    /// `None` where it is not installed, which is said.
    pub fn start(folder: &Path) -> Option<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/parts/bin/aiosmtpd");
        if !program.exists() {
            skip("aiosmtpd is not installed (tests/run does it)");
            return None;
        }
        let box_folder = folder.join("mail");
        let server = Server::on_port(folder, |port| {
            let mut command = Command::new(program);
            clean(&mut command);
            command.args(["--nosetuid", "--listen", &format!("127.0.0.1:{port}")]);
            command.args(["--class", "aiosmtpd.handlers.Mailbox"]).arg(&box_folder);
            command
        });
        Some(Self { server, folder: box_folder })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.server.port)
    }

    /// The messages that came, in order.
    pub fn messages(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.join("new")).into_iter().flatten().flatten();
        let mut files: Vec<_> =
            entries.map(|entry| (entry.metadata().unwrap().modified().unwrap(), entry.path())).collect();
        files.sort();
        files.into_iter().map(|(_, path)| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
    }
}
