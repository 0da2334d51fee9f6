//! nginx before the service: at its public address with a maintenance page, at the inner one without.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::run::clean;
use super::super::servers::Server;
use super::programs;

const PAGE: &str = "<!doctype html><title>Mantenimiento</title><p>Volvemos pronto.\n";

/// An nginx of one process. Its access log, `access.log` in the folder, has what came to the public address.
pub struct Front {
    server: Server,
    inner: u16,
}

impl Front {
    /// Before what listens on `service.sock` of the folder, at the time that these variables say. `None` where nginx is not installed.
    pub fn start(folder: &Path, clock: &[(&str, String)]) -> Option<Self> {
        let program = programs::folder_of("nginx", &["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))?.join("nginx");
        std::fs::write(folder.join("mantenimiento.html"), PAGE).unwrap();
        let inner = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server::on_port(folder, |public| {
            std::fs::write(folder.join("nginx.conf"), configuration(&folder.display().to_string(), public, inner))
                .unwrap();
            let mut command = Command::new(program);
            clean(&mut command);
            command.envs(clock.iter().map(|(name, value)| (name, value)));
            command.arg("-c").arg(folder.join("nginx.conf")).arg("-e").arg(folder.join("error.log"));
            command
        });
        Some(Self { server, inner })
    }

    /// The address that people use.
    pub fn public(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    /// The address that passes the maintenance page by.
    pub fn inner(&self) -> String {
        format!("http://127.0.0.1:{}", self.inner)
    }

    pub fn port(&self) -> u16 {
        self.server.port
    }
}

fn configuration(at: &str, public: u16, inner: u16) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("  {name}_temp_path {at}/nginx-{name};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\nworker_processes 1;\npid {at}/nginx.pid;\nerror_log {at}/error.log;\n\
         events {{ worker_connections 256; }}\n\
         http {{\n{temporary}  default_type text/html;\n  access_log {at}/access.log combined;\n\
         \x20 server {{\n    listen 127.0.0.1:{public};\n    error_page 503 @page;\n\
         \x20   location / {{\n      if (-f {at}/maintenance) {{ return 503; }}\n      proxy_pass http://unix:{at}/service.sock;\n    }}\n\
         \x20   location = /static/app.css {{\n      if (-f {at}/maintenance) {{ return 503; }}\n      return 200;\n    }}\n\
         \x20   location @page {{ root {at}; rewrite ^ /mantenimiento.html break; }}\n  }}\n\
         \x20 server {{\n    listen 127.0.0.1:{inner};\n    access_log {at}/inner.log combined;\n\
         \x20   location / {{ proxy_pass http://unix:{at}/service.sock; }}\n  }}\n}}\n"
    )
}
