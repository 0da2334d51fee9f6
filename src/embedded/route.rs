//! Which handler a path leads to.

use http::Method;
use percent_encoding::percent_decode_str;

use super::auth::Needs;
use super::call::Call;
use super::reply::Answer;

/// One endpoint.
pub(super) struct Route {
    pub(super) method: Method,
    /// Segments; `{name}` stands for one, `{name+}` for one or more.
    pub(super) pattern: &'static str,
    pub(super) needs: Needs,
    pub(super) handler: Handler,
}

/// Answers one endpoint.
pub(super) type Handler = fn(&mut Call<'_>) -> Answer;

/// What the placeholders of a pattern stand for.
pub(super) type Captures = Vec<(&'static str, String)>;

impl Route {
    pub(super) const fn get(pattern: &'static str, permission: &'static str, handler: Handler) -> Self {
        Self { method: Method::GET, pattern, needs: Needs::read(permission), handler }
    }

    pub(super) const fn change(
        method: Method,
        pattern: &'static str,
        permission: &'static str,
        handler: Handler,
    ) -> Self {
        Self { method, pattern, needs: Needs::write(permission), handler }
    }

    /// What the placeholders stand for; `None` where the path is another one.
    pub(super) fn captures(&self, path: &str) -> Option<Captures> {
        let path: Vec<&str> = path.split('/').collect();
        let pattern: Vec<&'static str> = self.pattern.split('/').collect();
        let mut captures = Captures::new();
        // Only one placeholder can be long: it takes what the others leave.
        let extra = path.len().checked_sub(pattern.len())?;
        let mut rest = path.as_slice();
        for segment in pattern {
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            let long = name.and_then(|name| name.strip_suffix('+'));
            let (taken, left) = rest.split_at_checked(if long.is_some() { extra + 1 } else { 1 })?;
            rest = left;
            let taken = percent_decode_str(&taken.join("/")).decode_utf8().ok()?.into_owned();
            match long.or(name) {
                Some(name) if !taken.is_empty() => captures.push((name, taken)),
                None if taken == segment => {}
                _ => return None,
            }
        }
        rest.is_empty().then_some(captures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::reply::Reply;

    #[test_case::test_case("commits/{ref+}/status", "commits/main/status", Some("main"); "one segment")]
    #[test_case::test_case("commits/{ref+}/status", "commits/heads/main/status", Some("heads/main"); "many segments")]
    #[test_case::test_case("commits/{ref+}/status", "commits/a%2Fb/status", Some("a/b"); "an encoded slash")]
    #[test_case::test_case("commits/{ref+}/status", "commits/status", None; "too few")]
    #[test_case::test_case("tags/{ref}", "tags/a/b", None; "too many")]
    #[test_case::test_case("tags/{ref}", "tags/", None; "an empty one")]
    fn a_path_is_matched(pattern: &'static str, path: &str, expected: Option<&str>) {
        let route = Route::get(pattern, "contents", |_| Ok(Reply::no_content()));
        let captures = route.captures(path).map(|captures| captures[0].1.clone());
        assert_eq!(captures.as_deref(), expected);
    }
}
