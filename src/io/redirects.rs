//! How far redirects are followed.

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName,
    TRANSFER_ENCODING, USER_AGENT,
};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, Request, Url};

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

/// What goes along to another scheme, host or port: it says what answer is wanted, and is meant for whoever gives it.
const FOR_ANYBODY: [HeaderName; 4] = [ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, USER_AGENT];

/// The request that an answer with this status and this `location` redirects to; `None` where it does not. To another scheme, host
/// or port only the headers go along that are meant for anybody: of the others nobody knows whether they are secret.
///
/// # Errors
/// Where it leads to what is no address of HTTP, from an encrypted connection to a plain one, or where another host would be sent the
/// body: curl and browsers do send it there, but it may be a password, and was meant for the host that was named.
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
    if before.origin() != url.origin() {
        if request.body().is_some() && !is_upgrade(&before, &url) {
            let place = url.origin().ascii_serialization();
            return Err(format!("it redirects to {place}, and the body of a request is sent to no other host"));
        }
        let all = request.headers().iter();
        let kept = all.filter(|(name, _)| FOR_ANYBODY.contains(name) || **name == CONTENT_TYPE);
        *request.headers_mut() = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    }
    *request.url_mut() = url;
    Ok(Some(request))
}

/// Whether it is the same host, only encrypted: both by the ports that are meant where none is named.
fn is_upgrade(before: &Url, after: &Url) -> bool {
    let is_of = |url: &Url, scheme| url.scheme() == scheme && url.port().is_none();
    is_of(before, "http") && is_of(after, "https") && before.host() == after.host()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn posted(to: &str) -> Request {
        let mut request = Request::new(Method::POST, to.parse().unwrap());
        *request.body_mut() = Some("body".into());
        request
    }

    #[test_case(Method::PUT, "http://a.example/x", 302, "https://b.example/x" => false; "a body of another method")]
    #[test_case(Method::POST, "http://a.example/x", 308, "https://a.example/x" => true; "the same host, encrypted")]
    #[test_case(Method::POST, "http://a.example:80/x", 308, "https://a.example:8443/x" => false; "encrypted at another port")]
    #[test_case(Method::POST, "http://a.example/x", 308, "https://www.a.example/x" => false; "a host of its own")]
    fn is_sent(method: Method, from: &str, status: u16, location: &str) -> bool {
        let mut request = posted(from);
        *request.method_mut() = method;
        next(request, status, Some(location)).is_ok_and(|next| next.is_some_and(|next| next.body().is_some()))
    }

    #[test_case(200, "/b" => "none"; "no redirect")]
    #[test_case(304, "/b" => "none"; "nothing new")]
    #[test_case(302, "/b" => "GET https://u.example/b authorization x-api-key accept -"; "the same place")]
    #[test_case(301, "https://u.example:444/" => "GET https://u.example:444/ accept -"; "another port")]
    #[test_case(303, "https://other.example/x" => "GET https://other.example/x accept -"; "another host")]
    #[test_case(307, "/x" => "POST https://u.example/x authorization x-api-key accept body"; "it is sent again")]
    #[test_case(307, "https://other.example/x?a=s" => "it redirects to https://other.example, and the body of a request is sent to no other host"; "it is sent to nobody else")]
    #[test_case(308, "https://u.example:444/" => "it redirects to https://u.example:444, and the body of a request is sent to no other host"; "another port is another one")]
    #[test_case(302, "https://u:p@other.example/" => "GET https://other.example/ accept -"; "a password")]
    #[test_case(302, "http://u.example/b" => "it redirects from https to http"; "a plain connection")]
    #[test_case(302, "file:///etc/passwd" => "it redirects to what is no address"; "a file")]
    fn leads(status: u16, location: &str) -> String {
        let mut request = posted("https://u.example/a");
        for (name, value) in [("authorization", "s"), ("x-api-key", "s"), ("accept", "a"), ("content-type", "t")] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
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
