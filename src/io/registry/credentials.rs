//! The credentials for a registry, from where docker and podman keep them:
//! <https://docs.docker.com/reference/cli/docker/login/#credential-stores>,
//! <https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md>.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use base64::Engine as _;
use oci_client::secrets::RegistryAuth;
use serde::Deserialize;

use crate::context::{Context, Environment};
use crate::io::files;
use crate::io::process::{self, Invocation, Limits};
use crate::report::Failure;

/// What a helper may take; it may have to wake a keyring.
const HELPER: Limits = Limits { time: Duration::from_secs(30), stdout: 1 << 20, stderr: 4096 };

/// What is sent to a registry, and where it was looked for.
pub(super) struct Credentials {
    pub(super) auth: RegistryAuth,
    /// Where they came from.
    from: Option<String>,
    /// Where they were looked for.
    looked: Vec<String>,
}

impl Credentials {
    /// What to do where the registry denies access.
    pub(super) fn told(&self, host: &str) -> String {
        match &self.from {
            Some(from) => {
                format!("the credentials for {host} come from {from}: may they do this? Else docker login {host}")
            }
            None => format!("no credentials for {host} in {}: docker login {host}", self.looked.join(", ")),
        }
    }

    /// The variable of the environment that they came from.
    pub(super) fn unnamed(&self) -> Option<&str> {
        self.from.as_deref().filter(|from| *from == "GITHUB_TOKEN")
    }

    /// A text without the password, also as Basic authentication writes it.
    pub(super) fn hide(&self, text: &str) -> String {
        let RegistryAuth::Basic(user, password) = &self.auth else { return text.to_owned() };
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        if password.is_empty() { text.to_owned() } else { text.replace(password, "***").replace(&encoded, "***") }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct File {
    auths: BTreeMap<String, Entry>,
    cred_helpers: BTreeMap<String, String>,
    creds_store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

/// The first file that knows the registry answers; last, for ghcr.io, the token of the workflow's job.
pub(super) async fn find(cx: &Context, host: &str, repository: &str) -> Result<Credentials> {
    let mut looked = Vec::new();
    for path in places(&cx.environment) {
        let shown = path.display().to_string();
        if let Some(text) = files::read(&path)? {
            let file: File = serde_json::from_slice(&text).map_err(|error| {
                // The file holds passwords: serde's own words could show one.
                let place = format!("line {}, column {}", error.line(), error.column());
                Failure::usage("registry/credentials", format!("{shown} cannot be read as JSON ({place})"))
                    .help("mend it, or make it anew with docker login")
            })?;
            if let Some((auth, from)) = file.find(cx, host, repository, &shown).await? {
                return Ok(Credentials { auth, from: Some(from), looked });
            }
        }
        looked.push(shown);
    }
    if host == "ghcr.io" {
        if let Some(token) = cx.environment.get("GITHUB_TOKEN").map(str::trim) {
            let auth = RegistryAuth::Basic("x-access-token".to_owned(), token.to_owned());
            return Ok(Credentials { auth, from: Some("GITHUB_TOKEN".to_owned()), looked });
        }
        looked.push("GITHUB_TOKEN".to_owned());
    }
    Ok(Credentials { auth: RegistryAuth::Anonymous, from: None, looked })
}

/// The files, the one that was named first; then docker's, then podman's.
fn places(environment: &Environment) -> Vec<PathBuf> {
    let home = |rest: &str| environment.get("HOME").map(|home| Path::new(home).join(rest));
    let under = |name: &str, rest: &str| environment.get(name).map(|folder| Path::new(folder).join(rest));
    let named = environment.get("REGISTRY_AUTH_FILE").map(PathBuf::from);
    let docker = under("DOCKER_CONFIG", "config.json").or_else(|| home(".docker/config.json"));
    let podman = [under("XDG_RUNTIME_DIR", "containers/auth.json"), home(".config/containers/auth.json")];
    [named, docker].into_iter().chain(podman).flatten().collect()
}

impl File {
    /// A helper of the registry, then an entry of the file, then the common store.
    async fn find(
        &self,
        cx: &Context,
        host: &str,
        repository: &str,
        shown: &str,
    ) -> Result<Option<(RegistryAuth, String)>> {
        let helper = self.cred_helpers.iter().find(|(key, _)| is_key(key, host)).map(|(key, name)| (name, key.clone()));
        if let Some((name, key)) = helper {
            let found = ask(cx, name, &key).await?;
            return Ok(found.map(|auth| (auth, format!("docker-credential-{name} ({shown})"))));
        }
        let scopes = scopes(host, repository);
        let entry = scopes.iter().find_map(|scope| self.auths.iter().find(|(key, _)| is_key(key, scope)));
        if let Some(auth) = entry.map(|(key, entry)| entry.auth(key, shown)).transpose()?.flatten() {
            return Ok(Some((auth, shown.to_owned())));
        }
        let Some(name) = &self.creds_store else { return Ok(None) };
        // The store is asked by the name that docker login kept it under.
        let key = entry.map_or_else(|| store_key(host), |(key, _)| key.clone());
        let found = ask(cx, name, &key).await?;
        Ok(found.map(|auth| (auth, format!("docker-credential-{name} ({shown})"))))
    }
}

impl Entry {
    fn auth(&self, key: &str, shown: &str) -> Result<Option<RegistryAuth>> {
        let unusable = |why: &str| {
            Failure::usage("registry/credentials", format!("the credentials for {key} in {shown} {why}"))
                .help(format!("docker login {key}"))
        };
        if self.identitytoken.as_deref().is_some_and(|token| !token.is_empty()) {
            return Err(unusable("are an identity token, which this version of zarpe cannot use").into());
        }
        if let (Some(user), Some(password)) = (&self.username, &self.password)
            && !user.is_empty()
        {
            return Ok(Some(RegistryAuth::Basic(user.clone(), password.clone())));
        }
        let Some(auth) = self.auth.as_deref().filter(|auth| !auth.is_empty()) else { return Ok(None) };
        let decoded = base64::engine::general_purpose::STANDARD.decode(auth.trim()).ok();
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = text.as_deref().and_then(|text| text.trim_end_matches('\0').split_once(':'));
        let (user, password) = pair.ok_or_else(|| unusable("are not base64 of USER:PASSWORD"))?;
        Ok(Some(RegistryAuth::Basic(user.to_owned(), password.to_owned())))
    }
}

/// podman keeps them also for a part of a registry; the longest that fits comes first.
fn scopes(host: &str, repository: &str) -> Vec<String> {
    let mut scope = format!("{host}/{repository}");
    let mut scopes = vec![scope.clone()];
    while let Some(slash) = scope.rfind('/') {
        scope.truncate(slash);
        scopes.push(scope.clone());
    }
    scopes
}

/// Whether a key of a file names the scope. docker writes some as addresses: `https://index.docker.io/v1/`.
fn is_key(key: &str, scope: &str) -> bool {
    let bare = key.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let bare = bare.trim_end_matches("/v1").trim_end_matches("/v2");
    let of_docker = |name: &str| matches!(name, "docker.io" | "index.docker.io" | "registry-1.docker.io");
    bare == scope || of_docker(bare) && of_docker(scope)
}

fn store_key(host: &str) -> String {
    if host == "docker.io" { "https://index.docker.io/v1/".to_owned() } else { host.to_owned() }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    username: String,
    secret: String,
}

/// Asks a helper, `docker-credential-NAME get`, with the registry on its standard input:
/// <https://github.com/docker/docker-credential-helpers#development>.
async fn ask(cx: &Context, name: &str, key: &str) -> Result<Option<RegistryAuth>> {
    let program = format!("docker-credential-{name}");
    let failed = |why: &str| {
        Failure::cannot_tell("registry/helper", format!("{program} gives no credentials for {key}: {why}"))
            .help(format!("run it by hand: echo {key} | {program} get"))
    };
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
        return Err(failed("its name is not that of a program").into());
    }
    let script = r#"printf %s "$1" | "$0" get"#;
    let invocation = Invocation::new(&cx.directory, "sh", ["-c", script, &program, key]);
    let finished = process::run(&invocation, HELPER).await?;
    let said = finished.stdout.text();
    if !finished.succeeded() {
        // What a helper says where it has none is part of its protocol.
        let none = said.contains("credentials not found") || finished.stderr.text().contains("credentials not found");
        return if none { Ok(None) } else { Err(failed(&format!("it ended with {:?}", finished.end)).into()) };
    }
    let kept: Kept = serde_json::from_str(&said).map_err(|_| failed("its answer is not the JSON of a helper"))?;
    if kept.username == "<token>" {
        return Err(failed("it keeps an identity token, which this version of zarpe cannot use").into());
    }
    Ok(Some(RegistryAuth::Basic(kept.username, kept.secret)))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("ghcr.io", "ghcr.io" => true)]
    #[test_case("https://ghcr.io", "ghcr.io" => true; "an address")]
    #[test_case("https://index.docker.io/v1/", "docker.io" => true; "dockers own")]
    #[test_case("ghcr.io.evil.example", "ghcr.io" => false; "a longer name")]
    #[test_case("ghcr.io/acme", "ghcr.io" => false; "a part of it")]
    fn names(key: &str, scope: &str) -> bool {
        is_key(key, scope)
    }

    fn context(variables: &[(&str, &str)]) -> Context {
        let get = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Context {
            directory: PathBuf::from("."),
            config: crate::config::Config::default(),
            config_file: None,
            environment: Environment::read(get),
            now: jiff::Timestamp::UNIX_EPOCH,
            format: crate::cli::Format::Human,
            quiet: false,
            verbose: false,
            interactive: false,
            program: PathBuf::new(),
        }
    }

    fn found(host: &str, variables: &[(&str, &str)]) -> Credentials {
        crate::io::runtime().unwrap().block_on(find(&context(variables), host, "acme/app")).unwrap()
    }

    #[test]
    fn the_jobs_token_is_for_ghcr_alone_and_only_where_nothing_else_is_known() {
        let empty = tempfile::tempdir().unwrap();
        let home = empty.path().to_str().unwrap();
        let variables = [("HOME", home), ("GITHUB_TOKEN", "ghs_x")];
        let at_ghcr = found("ghcr.io", &variables);
        assert_eq!(at_ghcr.unnamed(), Some("GITHUB_TOKEN"));
        assert!(!at_ghcr.hide("it was ghs_x").contains("ghs_x"));
        for other in ["ghcr.io.evil.example", "docker.io", "127.0.0.1:5000"] {
            assert!(found(other, &variables).auth == RegistryAuth::Anonymous, "{other}");
        }
        let kept = r#"{"auths":{"ghcr.io":{"username":"ana","password":"p"}}}"#;
        std::fs::write(empty.path().join("config.json"), kept).unwrap();
        let known = found("ghcr.io", &[variables[0], variables[1], ("DOCKER_CONFIG", home)]);
        assert!(known.auth == RegistryAuth::Basic("ana".to_owned(), "p".to_owned()) && known.unnamed().is_none());
    }

    #[test]
    fn an_identity_token_is_refused_by_name_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let kept = r#"{"auths":{"r.example":{"auth":"","identitytoken":"secret-token"}}}"#;
        std::fs::write(folder.path().join("config.json"), kept).unwrap();
        let context = context(&[("DOCKER_CONFIG", folder.path().to_str().unwrap())]);
        let refused = crate::io::runtime().unwrap().block_on(find(&context, "r.example", "a")).map(drop).unwrap_err();
        assert!(refused.to_string().contains("identity token") && !refused.to_string().contains("secret-token"));
    }

    #[test]
    fn the_longest_scope_comes_first() {
        assert_eq!(scopes("h:1", "a/b"), ["h:1/a/b", "h:1/a", "h:1"]);
    }
}
