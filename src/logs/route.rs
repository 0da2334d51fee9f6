//! Which requests are the same question: a path without what names one thing of many.

use super::segment::Segment;

/// Writes the route of a target (a path or a URL, with its query) over `route`: ids, UUIDs, digests, dates and mail
/// addresses become `{}`.
///
/// The route of a million lines is written into one buffer, so that it costs no memory of its own.
pub(super) fn normalise(target: &str, route: &mut String) {
    route.clear();
    let path = path_of(target);
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        route.push('/');
        match Segment::of(segment) {
            Segment::Name => route.push_str(segment),
            Segment::Thing => route.push_str("{}"),
            Segment::Numbered(name) => route.extend([name, "{}"]),
        }
    }
    if route.is_empty() || path.ends_with('/') {
        route.push('/');
    }
}

/// The path of a URL or of a target, without query and fragment.
pub(super) fn path_of(target: &str) -> &str {
    let parts = if target.starts_with('/') { None } else { target.split_once("://") };
    let rest = match parts {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        }
        _ => target,
    };
    memchr::memchr3(b'?', b'#', b';', rest.as_bytes()).and_then(|at| rest.get(..at)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    fn route(target: &str) -> String {
        let mut route = "left over".to_owned();
        normalise(target, &mut route);
        route
    }

    #[test_case("/" => "/")]
    #[test_case("" => "/"; "nothing")]
    #[test_case("/api/v1/whoami?x=1" => "/api/v1/whoami"; "a query")]
    #[test_case("/users/42/posts/7" => "/users/{}/posts/{}"; "ids")]
    #[test_case("/o/3f2b8c1e-1111-4222-8333-444455556666" => "/o/{}"; "a UUID")]
    #[test_case("/reports/2026-01-02" => "/reports/{}"; "a date")]
    #[test_case("/c/8c2f1d0" => "/c/{}"; "a short hash")]
    #[test_case("/static/app.5f3a9c21.js" => "/static/{}"; "a file with a digest")]
    #[test_case("/decade/face" => "/decade/face"; "words of hexadecimal digits")]
    #[test_case("//x///y/" => "/x/y/"; "slashes")]
    #[test_case("https://a.mx/b/1#c" => "/b/{}"; "a URL")]
    #[test_case("/n/user15@x.example" => "/n/{}"; "a mail address")]
    #[test_case("/g/abc-16" => "/g/abc-{}"; "a name with a number")]
    #[test_case("/p/-26" => "/p/{}"; "a negative number")]
    #[test_case("/docs/getting-started" => "/docs/getting-started"; "words")]
    #[test_case("https://a.mx" => "/"; "a URL without path")]
    fn is_the_same_question(target: &str) -> String {
        route(target)
    }

    proptest! {
        #[test]
        fn a_route_is_its_own_route(target in "(/[a-z0-9.{}@%_-]{0,12}){0,6}") {
            let once = route(&target);
            prop_assert_eq!(route(&once), once);
        }
    }
}
