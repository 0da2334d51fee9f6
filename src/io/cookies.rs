//! The cookies of one question: what a redirect sets goes along to where it says (RFC 6265).

use reqwest::Request;
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

/// The cookies that were set since the question was asked first.
#[derive(Debug, Default)]
pub(super) struct Cookies(Jar);

impl Cookies {
    /// Keeps those that an answer sets.
    pub(super) fn keep(&self, headers: &HeaderMap, asked: &Url) {
        self.0.set_cookies(&mut headers.get_all(SET_COOKIE).iter(), asked);
    }

    /// Adds those that are for its address. One that the request brings along itself stays, but where it was set anew.
    pub(super) fn add_to(&self, request: &mut Request) {
        let Some(set) = self.0.cookies(request.url()) else { return };
        let mut anew: Vec<&[u8]> = each(&set).collect();
        // The jar has no order, and the same question is asked in the same words.
        anew.sort_by_key(|cookie| name(cookie));
        let brought = request.headers().get_all(COOKIE).iter().flat_map(each);
        let kept = brought.filter(|cookie| !cookie.is_empty() && !anew.iter().any(|one| name(one) == name(cookie)));
        let all: Vec<&[u8]> = kept.chain(anew.iter().copied()).collect();
        if let Ok(all) = HeaderValue::from_bytes(&all.join(&b"; "[..])) {
            request.headers_mut().insert(COOKIE, all);
        }
    }
}

fn each(cookies: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    cookies.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii)
}

fn name(cookie: &[u8]) -> &[u8] {
    cookie.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("sid=1; Path=/", "", "https://u.example/x" => "sid=1"; "the same host")]
    #[test_case("sid=1; Path=/", "", "https://v.example/x" => "-"; "another host")]
    #[test_case("sid=1; Path=/", "", "https://sub.u.example/x" => "-"; "a host below it")]
    #[test_case("sid=1; Path=/; Domain=u.example", "", "https://sub.u.example/x" => "sid=1"; "a host below it that it is for")]
    #[test_case("sid=1; Path=/; Domain=v.example", "", "https://v.example/x" => "-"; "a host that it cannot be for")]
    #[test_case("sid=1; Path=/; Secure", "", "http://u.example/x" => "-"; "a plain connection")]
    #[test_case("sid=1; Path=/admin", "", "https://u.example/x" => "-"; "another path")]
    #[test_case("sid=1; Path=/; Max-Age=0", "", "https://u.example/x" => "-"; "one that is over")]
    #[test_case("sid=1; Path=/", "a=b; sid=0;", "https://u.example/x" => "a=b; sid=1"; "one that is set anew")]
    #[test_case("nothing", "a=b", "https://u.example/x" => "a=b"; "none")]
    fn goes_along(set: &str, brought: &str, to: &str) -> String {
        let cookies = Cookies::default();
        let headers = HeaderMap::from_iter([(SET_COOKIE, set.parse().unwrap())]);
        cookies.keep(&headers, &"https://u.example/login".parse().unwrap());
        let mut request = Request::new(reqwest::Method::GET, to.parse().unwrap());
        if !brought.is_empty() {
            request.headers_mut().insert(COOKIE, brought.parse().unwrap());
        }
        cookies.add_to(&mut request);
        request.headers().get(COOKIE).map_or("-", |sent| sent.to_str().unwrap()).to_owned()
    }
}
