//! How far redirects are followed.

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, TRANSFER_ENCODING};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, Request};

use crate::steps::endpoint::is_secret_name;

/// So many at most, and never from an encrypted connection to a plain one.
pub(super) fn at_most(most: usize) -> Policy {
    Policy::custom(move |attempt: Attempt<'_>| {
        let was_encrypted = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if attempt.previous().len() > most {
            attempt.error(format!("more than {most} redirects"))
        } else if was_encrypted && attempt.url().scheme() != "https" {
            attempt.error("it redirects from https to http")
        } else {
            attempt.follow()
        }
    })
}

/// The request that an answer with this status and this `location` redirects to; `None` where it does not. To another scheme, host
/// or port no header goes along that holds a secret by its name.
///
/// # Errors
/// Where it leads to what is no address of HTTP, or from an encrypted connection to a plain one.
pub(super) fn next(mut request: Request, status: u16, location: Option<&str>) -> Result<Option<Request>, String> {
    let Some(place) = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308)) else { return Ok(None) };
    let before = request.url().clone();
    let url = before.join(place).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let mut url = url.ok_or("it redirects to what is no address")?;
    if before.scheme() == "https" && url.scheme() != "https" {
        return Err("it redirects from https to http".to_owned());
    }
    // Who redirects gives nobody a password.
    let _ = (url.set_username(""), url.set_password(None));
    if before.origin() != url.origin() {
        let secret: Vec<HeaderName> =
            request.headers().keys().filter(|name| is_secret_name(name.as_str())).cloned().collect();
        secret.iter().for_each(|name| while request.headers_mut().remove(name).is_some() {});
    }
    // RFC 9110, 15.4: what was posted is asked for at the other place; 307 and 308 send it again.
    let is_asked =
        status == 303 && request.method() != Method::HEAD || status < 303 && request.method() == Method::POST;
    if is_asked {
        *request.method_mut() = Method::GET;
        *request.body_mut() = None;
        for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING] {
            request.headers_mut().remove(name);
        }
    }
    *request.url_mut() = url;
    Ok(Some(request))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(200, "/b" => "none"; "no redirect")]
    #[test_case(304, "/b" => "none"; "nothing new")]
    #[test_case(302, "/b" => "GET https://u.example/b authorization x-api-key accept -"; "the same place")]
    #[test_case(301, "https://u.example:444/" => "GET https://u.example:444/ accept -"; "another port")]
    #[test_case(303, "https://other.example/x" => "GET https://other.example/x accept -"; "another host")]
    #[test_case(307, "https://other.example/x" => "POST https://other.example/x accept body"; "it is sent again")]
    #[test_case(302, "https://u:p@other.example/" => "GET https://other.example/ accept -"; "a password")]
    #[test_case(302, "http://u.example/b" => "it redirects from https to http"; "a plain connection")]
    #[test_case(302, "file:///etc/passwd" => "it redirects to what is no address"; "a file")]
    fn leads(status: u16, location: &str) -> String {
        let mut request = Request::new(Method::POST, "https://u.example/a".parse().unwrap());
        for (name, value) in [("authorization", "s"), ("x-api-key", "s"), ("accept", "a"), ("content-type", "t")] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        *request.body_mut() = Some("body".into());
        let next = match next(request, status, Some(location)) {
            Ok(Some(next)) => next,
            Ok(None) => return "none".to_owned(),
            Err(why) => return why,
        };
        let names = ["authorization", "x-api-key", "accept"];
        let kept: Vec<&str> = names.into_iter().filter(|name| next.headers().contains_key(*name)).collect();
        let body = if next.body().is_some() { "body" } else { "-" };
        format!("{} {} {} {body}", next.method(), next.url(), kept.join(" "))
    }
}
