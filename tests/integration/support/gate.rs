//! A token service before a registry that knows only passwords, as ghcr.io and Docker Hub have one:
//! <https://distribution.github.io/distribution/spec/auth/token/>.

use base64::Engine as _;

use super::registry::{PASSWORD, USER};

/// What the gate says itself: status, body, header lines.
pub type Said = (u16, String, Vec<String>);

/// The head of a request as the registry gets it, or what the gate answers. A password buys a token, and a token one operation:
/// the one that reads does not write.
pub fn admit(head: &str, origin: &str) -> Result<String, Said> {
    let (method, rest) = head.split_once(' ').unwrap_or_default();
    let path = rest.split(' ').next().unwrap_or_default();
    let authorization =
        head.lines().find_map(|line| line.to_ascii_lowercase().starts_with("authorization: ").then(|| &line[15..]));
    let password = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}")));
    if let Some(asked) = path.strip_prefix("/token?") {
        return Err(match authorization {
            Some(given) if given == password && asked.contains("push") => {
                (200, r#"{"token":"may-write"}"#.to_owned(), Vec::new())
            }
            Some(given) if given == password => (200, r#"{"token":"may-read"}"#.to_owned(), Vec::new()),
            _ => (401, "{}".to_owned(), Vec::new()),
        });
    }
    let reads = matches!(method, "GET" | "HEAD");
    match authorization {
        Some(given) if given == "Bearer may-write" || given == "Bearer may-read" && reads && path != "/v2/" => {
            Ok(head.replace(given, &password))
        }
        _ => {
            let challenge = format!("www-authenticate: Bearer realm=\"{origin}/token\",service=\"boats\"");
            Err((
                401,
                r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#.to_owned(),
                vec![challenge],
            ))
        }
    }
}
