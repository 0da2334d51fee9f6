//! Where a registry wants its credentials to be sent: <https://distribution.github.io/distribution/spec/auth/token/>.
//!
//! A registry names the address of its token service itself. oci-client sends the password there, whatever it is; so it is
//! looked at first.

use anyhow::Result;
use oci_client::errors::OciDistributionError;

use super::{ATTEMPT, Registry, is_loopback};
use crate::report::Failure;

/// Refuses a token service that a password would reach without TLS.
pub(super) async fn require_private(registry: &Registry, host: &str) -> Result<()> {
    let here = is_loopback(host);
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("zarpe/", env!("CARGO_PKG_VERSION")))
        .timeout(ATTEMPT)
        .redirect(reqwest::redirect::Policy::none());
    if here {
        http = http.no_proxy().tls_certs_only([]);
    }
    let http = http.build()?;
    let address = format!("{}://{host}/v2/", if here { "http" } else { "https" });
    let ask = || async {
        let answer = http.get(&address).send().await?;
        let challenges = answer.headers().get_all(http::header::WWW_AUTHENTICATE).iter();
        let realms = challenges.filter_map(|challenge| realm(challenge.to_str().ok()?));
        Ok::<_, OciDistributionError>(realms.collect::<Vec<String>>())
    };
    let realms = registry.repeat("read", "", ask).await?.unwrap_or_default();
    match realms.into_iter().find(|realm| !is_private(realm)) {
        None => Ok(()),
        Some(realm) => {
            let message = format!("{host} wants the password sent to {realm}, which is not encrypted");
            Err(Failure::cannot_tell("registry/realm", message)
                .help("nothing was sent: ask who runs the registry")
                .into())
        }
    }
}

/// The address in a challenge of the scheme Bearer.
fn realm(challenge: &str) -> Option<String> {
    let (scheme, parameters) = challenge.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let (_, after) = parameters.split_once("realm=")?;
    let value = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => after.split(',').next(),
    };
    value.map(ToOwned::to_owned)
}

fn is_private(realm: &str) -> bool {
    url::Url::parse(realm).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" || url.scheme() == "http" && is_loopback(host)
    })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""# => Some(true); "as it should be")]
    #[test_case(r#"bearer service="x", realm="http://auth.example/token""# => Some(false); "in the clear")]
    #[test_case(r#"Bearer realm="http://127.0.0.1:5001/token""# => Some(true); "this machine")]
    #[test_case(r#"Bearer realm="ftp://127.0.0.1/token""# => Some(false); "no web")]
    #[test_case(r#"Basic realm="boats""# => None; "no token service")]
    fn judges(challenge: &str) -> Option<bool> {
        realm(challenge).map(|realm| is_private(&realm))
    }
}
