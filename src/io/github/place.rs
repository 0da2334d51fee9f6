//! Where a repository's GitHub is: the addresses of its API, its uploads and its pages, and OWNER/NAME.

use anyhow::Result;
use url::{Host, Url};

use crate::context::Environment;
use crate::report::Failure;

/// The addresses of one GitHub, and the repository on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Root of the REST API, without a slash at its end: `https://api.github.com`, `https://ghes.example/api/v3`.
    pub api: Url,
    /// Address of the GraphQL API; of the same origin as [`Self::api`].
    pub graphql: Url,
    /// Root that assets are sent to.
    pub uploads: Url,
    /// Root of the web pages.
    pub server: Url,
    /// Owner of the repository.
    pub owner: String,
    /// Name of the repository.
    pub name: String,
}

/// What a remote's address tells: a host (with its port where it is HTTP), and OWNER/NAME.
struct Remote {
    server: Url,
    repository: (String, String),
}

impl Place {
    /// Finds the place: `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_SERVER_URL` and `GITHUB_REPOSITORY`, and what they
    /// leave open from the remote's address.
    ///
    /// # Errors
    /// Exit code 2 where neither names a GitHub and a repository, where both do and disagree, or where an address is neither
    /// https nor on this machine.
    pub fn find(environment: &Environment, remote_url: Option<&str>) -> Result<Self> {
        let remote = remote_url.and_then(Remote::parse);
        let api = address(environment, "GITHUB_API_URL")?;
        let server = match (address(environment, "GITHUB_SERVER_URL")?, &remote, &api) {
            (Some(server), _, _) => server,
            (None, _, Some(api)) => server_of(api),
            (None, Some(remote), None) => remote.server.clone(),
            (None, None, None) => return Err(unknown(remote_url)),
        };
        let api = match api {
            Some(api) => api,
            None => api_of(&server)?,
        };
        let graphql = match address(environment, "GITHUB_GRAPHQL_URL")? {
            Some(graphql) => graphql,
            None => beside(&api, "graphql", "graphql")?,
        };
        let (owner, name) = repository(environment, remote.as_ref(), &server, remote_url)?;
        let place = Self { uploads: uploads_of(&api)?, graphql, api, server, owner, name };
        place.checked()
    }

    /// The host that the token is meant for.
    #[must_use]
    pub fn host(&self) -> &str {
        self.api.host_str().unwrap_or_default()
    }

    /// `OWNER/NAME`.
    #[must_use]
    pub fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    fn checked(self) -> Result<Self> {
        for address in [&self.api, &self.graphql, &self.uploads, &self.server] {
            if address.scheme() != "https" && !(address.scheme() == "http" && is_loopback(address)) {
                return Err(Failure::usage("github/address", format!("{address} is not https"))
                    .help("use an https address: a token is never sent in the clear")
                    .into());
            }
        }
        if self.graphql.origin() != self.api.origin() {
            return Err(Failure::usage(
                "github/address",
                format!("the GraphQL API {} is not on the host of the REST API {}", self.graphql, self.api),
            )
            .help("set GITHUB_API_URL and GITHUB_GRAPHQL_URL to the same host")
            .into());
        }
        Ok(self)
    }
}

impl Remote {
    fn parse(text: &str) -> Option<Self> {
        let (server, path) = match Url::parse(text) {
            Ok(url) if url.has_host() && matches!(url.scheme(), "https" | "http") => {
                (Url::parse(&url.origin().ascii_serialization()).ok()?, url.path().to_owned())
            }
            Ok(url) if url.has_host() && url.scheme() == "ssh" => (web(url.host_str()?)?, url.path().to_owned()),
            _ if text.contains("://") => return None,
            // `[USER@]HOST:PATH`, as ssh and git write it.
            _ => {
                let (host, path) = text.split_once(':').filter(|(host, _)| !host.contains('/'))?;
                (web(host.rsplit('@').next()?)?, path.to_owned())
            }
        };
        Some(Self { server, repository: owner_and_name(path.trim_matches('/'))? })
    }
}

/// The web pages of a host that is reached by ssh; GitHub's ssh over port 443 has a host of its own.
fn web(host: &str) -> Option<Url> {
    let host = if host == "ssh.github.com" { "github.com" } else { host };
    Url::parse(&format!("https://{host}")).ok()
}

fn owner_and_name(path: &str) -> Option<(String, String)> {
    let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
    let sound = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (sound(owner) && sound(name)).then(|| (owner.to_owned(), name.to_owned()))
}

fn repository(
    environment: &Environment,
    remote: Option<&Remote>,
    server: &Url,
    remote_url: Option<&str>,
) -> Result<(String, String)> {
    let Some(text) = environment.get("GITHUB_REPOSITORY") else {
        return remote.map(|remote| remote.repository.clone()).ok_or_else(|| unknown(remote_url));
    };
    let named = owner_and_name(text).ok_or_else(|| {
        Failure::usage("github/repository", format!("GITHUB_REPOSITORY is `{text}`, which is not OWNER/NAME"))
    })?;
    // To judge one repository and tag another would clear a commit that nobody looked at.
    if let Some(remote) = remote.filter(|remote| remote.server.origin() == server.origin())
        && !same(&remote.repository, &named)
    {
        let (owner, name) = &remote.repository;
        return Err(Failure::usage(
            "github/repository",
            format!("GITHUB_REPOSITORY is {text}, but the remote is {owner}/{name}"),
        )
        .help("run it in a clone of the repository that GITHUB_REPOSITORY names, or set one of them right")
        .into());
    }
    Ok(named)
}

fn same(a: &(String, String), b: &(String, String)) -> bool {
    a.0.eq_ignore_ascii_case(&b.0) && a.1.eq_ignore_ascii_case(&b.1)
}

fn unknown(remote_url: Option<&str>) -> anyhow::Error {
    let message = match remote_url {
        None => "the repository on GitHub is not known: there is no remote".to_owned(),
        Some(url) => format!("the repository on GitHub is not known: the remote is {}", without_secrets(url)),
    };
    Failure::usage("github/place", message)
        .help("add a remote on GitHub (`git remote add origin URL`), or set GITHUB_API_URL and GITHUB_REPOSITORY")
        .into()
}

/// An address as it may be shown: without user and password.
fn without_secrets(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut url) if url.has_host() => {
            let _ = (url.set_username(""), url.set_password(None));
            url.into()
        }
        _ => url.to_owned(),
    }
}

fn address(environment: &Environment, name: &str) -> Result<Option<Url>> {
    let Some(text) = environment.get(name) else { return Ok(None) };
    match Url::parse(text.trim_end_matches('/')) {
        Ok(url) if url.has_host() && url.username().is_empty() && url.password().is_none() => Ok(Some(url)),
        _ => Err(Failure::usage("github/address", format!("{name} is not an address: `{}`", without_secrets(text)))
            .help(format!("set {name} to an address such as https://api.github.com, without user and password"))
            .into()),
    }
}

/// GitHub in the cloud (github.com, and SUBDOMAIN.ghe.com) has hosts of their own for API and uploads.
fn api_of(server: &Url) -> Result<Url> {
    match server.host_str().unwrap_or_default() {
        host if is_cloud(host) => on_host(server, &format!("api.{host}")),
        _ => with_path(server, "/api/v3"),
    }
}

fn server_of(api: &Url) -> Url {
    let host = api.host_str().and_then(|host| host.strip_prefix("api."));
    host.filter(|host| is_cloud(host))
        .and_then(|host| on_host(api, host).ok())
        .or_else(|| with_path(api, "").ok())
        .unwrap_or_else(|| api.clone())
}

fn uploads_of(api: &Url) -> Result<Url> {
    match api.host_str().and_then(|host| host.strip_prefix("api.")) {
        Some(host) if is_cloud(host) => on_host(api, &format!("uploads.{host}")),
        _ => beside(api, "uploads", ""),
    }
}

fn is_cloud(host: &str) -> bool {
    host == "github.com" || host.ends_with(".ghe.com")
}

/// GHES has its parts beside each other, `/api/v3` and `/api/graphql`; elsewhere they hang from the root of the API.
fn beside(api: &Url, part: &str, otherwise: &str) -> Result<Url> {
    let path = api.path().trim_end_matches('/');
    match path.strip_suffix("/v3") {
        Some(root) => with_path(api, &format!("{root}/{part}")),
        None => with_path(api, format!("{path}/{otherwise}").trim_end_matches('/')),
    }
}

fn with_path(url: &Url, path: &str) -> Result<Url> {
    Ok(Url::parse(&format!("{}{path}", url.origin().ascii_serialization()))?)
}

fn on_host(url: &Url, host: &str) -> Result<Url> {
    Ok(Url::parse(&format!("{}://{host}", url.scheme()))?)
}

/// Whether an address is on this machine, by its form: a name would have to be looked up.
pub(in crate::io) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn find(variables: &[(&str, &str)], remote: Option<&str>) -> Result<Place> {
        let environment = Environment::read(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        Place::find(&environment, remote)
    }

    fn shown(place: &Place) -> String {
        let Place { api, graphql, uploads, server, .. } = place;
        format!("{api} {graphql} {uploads} {server} {}", place.repository())
    }

    #[test_case("https://github.com/o/r.git"; "https")]
    #[test_case("https://github.com/o/r"; "https without the ending")]
    #[test_case("https://user:secret@github.com/o/r"; "https with a user")]
    #[test_case("git@github.com:o/r.git"; "scp-like")]
    #[test_case("github.com:o/r.git"; "scp-like without a user")]
    #[test_case("ssh://git@github.com/o/r.git"; "ssh")]
    #[test_case("ssh://git@ssh.github.com:443/o/r.git"; "ssh over 443")]
    fn the_remote_on_github_com_says_where(remote: &str) {
        let place = find(&[], Some(remote)).unwrap();
        assert_eq!(
            shown(&place),
            "https://api.github.com/ https://api.github.com/graphql https://uploads.github.com/ https://github.com/ o/r"
        );
    }

    #[test]
    fn another_host_is_an_enterprise_server() {
        let place = find(&[], Some("git@ghes.example:o/r.git")).unwrap();
        assert_eq!(
            shown(&place),
            "https://ghes.example/api/v3 https://ghes.example/api/graphql https://ghes.example/api/uploads \
             https://ghes.example/ o/r"
        );
    }

    #[test]
    fn the_environment_comes_first() {
        let variables = [
            ("GITHUB_API_URL", "http://127.0.0.1:4000/api/v3"),
            ("GITHUB_GRAPHQL_URL", "http://127.0.0.1:4000/api/graphql"),
            ("GITHUB_REPOSITORY", "acme/boat"),
        ];
        let place = find(&variables, Some("/srv/git/boat.git")).unwrap();
        assert_eq!(
            shown(&place),
            "http://127.0.0.1:4000/api/v3 http://127.0.0.1:4000/api/graphql http://127.0.0.1:4000/api/uploads \
             http://127.0.0.1:4000/ acme/boat"
        );
    }

    #[test]
    fn a_loopback_remote_keeps_its_port() {
        let place = find(&[], Some("http://127.0.0.1:4000/acme/boat.git")).unwrap();
        assert_eq!(place.api.as_str(), "http://127.0.0.1:4000/api/v3");
    }

    #[test_case(&[], None => "github/place"; "nothing known")]
    #[test_case(&[], Some("/srv/git/boat.git") => "github/place"; "a path")]
    #[test_case(&[], Some("file:///o/r") => "github/place"; "a path as an address")]
    #[test_case(&[], Some("/srv/git:o/r") => "github/place"; "a path with a colon")]
    #[test_case(&[], Some("https://github.com/o") => "github/place"; "no name")]
    #[test_case(&[], Some("http://ghes.example/o/r") => "github/address"; "http elsewhere")]
    #[test_case(&[("GITHUB_API_URL", "nonsense")], None => "github/address"; "no address")]
    #[test_case(&[("GITHUB_REPOSITORY", "o/x")], Some("https://github.com/o/r") => "github/repository"; "two repositories")]
    #[test_case(&[("GITHUB_REPOSITORY", "o")], Some("https://github.com/o/r") => "github/repository"; "no owner")]
    #[test_case(&[("GITHUB_GRAPHQL_URL", "https://evil.example/")], Some("https://github.com/o/r") => "github/address"; "two hosts")]
    fn what_cannot_be_known_is_refused(variables: &[(&str, &str)], remote: Option<&str>) -> String {
        Failure::from_error(&find(variables, remote).unwrap_err()).finding.rule
    }

    #[test]
    fn a_renamed_case_is_the_same_repository() {
        assert!(find(&[("GITHUB_REPOSITORY", "O/R")], Some("https://github.com/o/r")).is_ok());
    }

    #[test]
    fn a_password_in_the_remote_is_not_shown() {
        let error = find(&[], Some("https://u:secret@github.com/")).unwrap_err();
        assert!(!format!("{error:?}").contains("secret"));
    }
}
