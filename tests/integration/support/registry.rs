//! A registry of images: Debian's docker-registry with a password, and images made here and pushed by skopeo.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::http::{Answer, send};
use super::run::clean;
use super::servers::Server;

/// Who may push and pull, and with what.
pub const USER: &str = "porter";
pub const PASSWORD: &str = "open-sesame";
/// `htpasswd -Bbn -C 4 porter open-sesame`
const HTPASSWD: &str = "porter:$2y$04$DuFnnE3Tp6dE3.KeewrmGuWI/RseTIWYNGd8Zuv/UsDdSVCMU1zzi\n";
const REPOSITORY: &str = "acme/boat";

/// A registry on a loopback port, its storage and its images in a scratch folder.
pub struct Registry {
    server: Server,
    folder: TempDir,
}

impl Registry {
    /// `None` where docker-registry or skopeo is not installed.
    pub fn start() -> Option<Self> {
        let has = |program: &str| {
            std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|folder| folder.join(program).exists())
        };
        if !has("docker-registry") || !has("skopeo") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        std::fs::write(folder.path().join("htpasswd"), HTPASSWD).unwrap();
        std::fs::create_dir(folder.path().join("docker")).unwrap();
        let server = Server::on_port(folder.path(), |port| {
            let lines = format!(
                "version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {at}/storage}}}}\n\
                 http: {{addr: '127.0.0.1:{port}'}}\nauth: {{htpasswd: {{realm: boats, path: {at}/htpasswd}}}}\n"
            );
            std::fs::write(folder.path().join("registry.yml"), lines).unwrap();
            let mut command = Command::new("docker-registry");
            clean(&mut command);
            command.arg("serve").arg(folder.path().join("registry.yml"));
            command
        });
        let registry = Self { server, folder };
        registry.login(&registry.host(), PASSWORD);
        Some(registry)
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.server.port)
    }

    /// The name of its image, at another address where something stands in between.
    pub fn image_at(&self, host: &str) -> String {
        format!("{host}/{REPOSITORY}")
    }

    pub fn image(&self) -> String {
        self.image_at(&self.host())
    }

    /// What `DOCKER_CONFIG` is set to.
    pub fn docker(&self) -> PathBuf {
        self.folder.path().join("docker")
    }

    /// As docker login writes it.
    pub fn login(&self, host: &str, password: &str) {
        let auth = base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{password}"));
        self.configure(&json!({ "auths": { host: { "auth": auth } } }));
    }

    pub fn configure(&self, config: &Value) {
        std::fs::write(self.docker().join("config.json"), config.to_string()).unwrap();
    }

    /// Pushes an image of one platform under a tag; gives its digest.
    pub fn push(&self, tag: &str, labels: &Value) -> String {
        let layout = Layout::new(&self.folder.path().join(format!("layout-{tag}")));
        let manifest = layout.image(labels);
        layout.index(&[manifest]);
        self.copy(&layout, tag, &[])
    }

    /// The same in Docker's format.
    pub fn push_docker(&self, tag: &str, labels: &Value) -> String {
        let layout = Layout::new(&self.folder.path().join(format!("layout-{tag}")));
        let manifest = layout.image(labels);
        layout.index(&[manifest]);
        self.copy(&layout, tag, &["--format", "v2s2"])
    }

    /// Pushes an index of linux/amd64 and linux/arm64, each with its own labels; gives the digest of the index.
    pub fn push_index(&self, tag: &str, amd64: &Value, arm64: &Value) -> String {
        let layout = Layout::new(&self.folder.path().join(format!("layout-{tag}")));
        let images = [("amd64", amd64), ("arm64", arm64)].map(|(architecture, labels)| {
            let mut image = layout.image(labels);
            image["platform"] = json!({ "os": "linux", "architecture": architecture });
            image
        });
        let inner = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": images,
        });
        let inner = layout.blob(&inner.to_string(), "application/vnd.oci.image.index.v1+json");
        layout.index(&[inner]);
        self.copy(&layout, tag, &["--all"])
    }

    fn copy(&self, layout: &Layout, tag: &str, options: &[&str]) -> String {
        let mut command = Command::new("skopeo");
        clean(&mut command);
        command.args(["--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false"]).args(options);
        command.arg(format!("--dest-creds={USER}:{PASSWORD}"));
        command.arg(format!("oci:{}", layout.0.display())).arg(format!("docker://{}:{tag}", self.image()));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.digest(tag).expect("it was pushed")
    }

    /// The digest that a tag holds.
    pub fn digest(&self, tag: &str) -> Option<String> {
        self.digest_of(REPOSITORY, tag)
    }

    /// The digest that a tag of another repository holds.
    pub fn digest_of(&self, repository: &str, tag: &str) -> Option<String> {
        let answer = self.manifest(repository, tag);
        (answer.status == 200).then(|| answer.header("docker-content-digest").to_owned())
    }

    /// The manifest of a tag, as it is.
    pub fn get(&self, tag: &str) -> Answer {
        self.manifest(REPOSITORY, tag)
    }

    fn manifest(&self, repository: &str, tag: &str) -> Answer {
        let auth = base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"));
        let accept = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
                      application/vnd.docker.distribution.manifest.v2+json";
        let url = format!("http://{}/v2/{repository}/manifests/{tag}", self.host());
        send("GET", &url, &[("authorization", &format!("Basic {auth}")), ("accept", accept)], "")
    }
}

/// An image layout on the disk, OCI image-spec 1.1.
struct Layout(PathBuf);

impl Layout {
    fn new(folder: &Path) -> Self {
        std::fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
        std::fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        Self(folder.to_owned())
    }

    fn blob(&self, text: &str, media_type: &str) -> Value {
        let digest = format!("{:x}", Sha256::digest(text));
        std::fs::write(self.0.join("blobs/sha256").join(&digest), text).unwrap();
        json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": text.len() })
    }

    /// An image without layers.
    fn image(&self, labels: &Value) -> Value {
        let config = json!({
            "architecture": "amd64", "os": "linux", "config": { "Labels": labels },
            "rootfs": { "type": "layers", "diff_ids": [] },
        });
        let config = self.blob(&config.to_string(), "application/vnd.oci.image.config.v1+json");
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = json!({ "schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [] });
        self.blob(&manifest.to_string(), media_type)
    }

    fn index(&self, manifests: &[Value]) {
        let index = json!({ "schemaVersion": 2, "manifests": manifests });
        std::fs::write(self.0.join("index.json"), index.to_string()).unwrap();
    }
}
