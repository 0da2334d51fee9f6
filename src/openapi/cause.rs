//! What makes two findings one: the same thing happened at places that are one place, seen from two directions or written twice.

use super::changes::Found;
use super::words;

/// The aspect, both places, the subject and the detail: found with the same of all, it is one cause.
pub(super) type Cause = (String, String, String, String, String);

/// The cause of a finding.
pub(super) fn cause(found: &Found) -> Cause {
    let (base, head) = match &found.whole {
        Some(whole) => (whole.clone(), String::new()),
        None => places(&found.base.pointer, &found.head.pointer),
    };
    (found.aspect.clone(), base, head, found.subject.clone(), found.detail.clone())
}

/// Both places. Where one component takes the place of what was written out before, or the reverse, the component tells the
/// cause, however often it was written out.
fn places(base: &str, head: &str) -> (String, String) {
    let (base, head) = (shared(base), shared(head));
    let (was, is) = (words::component(&base), words::component(&head));
    match (was, is) {
        (None, Some(_)) => (String::new(), head),
        (Some(_), None) => (base, String::new()),
        (Some(was), Some(is)) if was != is && base.len() > head.len() => (was, head),
        (Some(was), Some(is)) if was != is => (base, is),
        _ => (base, head),
    }
}

/// A place without what only repeats it: the media type of a body, and the variants of a component that generators write beside
/// it (`ItemRequest`, `PatchedItemRequest`, `NullableItem`, `Item-Input`).
fn shared(pointer: &str) -> String {
    let (mut above, mut previous) = ("", "");
    let tokens = pointer.split('/').map(|token| {
        let shared = match (above, previous) {
            (_, "content") if token.contains("~1") => "*",
            ("components", "schemas") => without_variant(token),
            _ => token,
        };
        (above, previous) = (previous, token);
        shared
    });
    tokens.collect::<Vec<_>>().join("/")
}

/// The name of the component that a generated one is a variant of.
fn without_variant(name: &str) -> &str {
    let prefixes = ["Patched", "Nullable", "nullable-"];
    let plain = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let suffixes = ["Request", "-Input", "-Output"];
    let plain = suffixes.iter().find_map(|suffix| plain.strip_suffix(suffix)).unwrap_or(plain);
    if plain.is_empty() { name } else { plain }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const ITEM: &str = "/components/schemas/Item/properties/name/maxLength";

    #[test_case((ITEM, ITEM), ("/components/schemas/PatchedItemRequest/properties/name/maxLength", ITEM) => true; "variants of a component")]
    #[test_case((ITEM, ITEM), ("/components/schemas/Order/properties/name/maxLength", ITEM) => false; "another component")]
    #[test_case(("/components/schemas/Request/type", ITEM), ("/components/schemas/Patched/type", ITEM) => false; "a name that is no variant")]
    #[test_case(("/paths/~1a/post/requestBody/content/application~1json/schema/type", ""),
        ("/paths/~1a/post/requestBody/content/multipart~1form-data/schema/type", "") => true; "media types of a body")]
    #[test_case(("/paths/~1a/get/parameters/0/schema/type", ITEM), ("/paths/~1b/get/parameters/0/schema/type", ITEM) => true; "written out, and one component now")]
    #[test_case((ITEM, "/paths/~1a/x"), (ITEM, "/paths/~1b/x") => true; "one component, and written out now")]
    #[test_case(("/components/schemas/A/properties/b/items/type", "/components/schemas/B/type"),
        ("/components/schemas/A/properties/c/items/type", "/components/schemas/B/type") => true; "written out within another component")]
    #[test_case(("/paths/~1a/get/x", "/paths/~1a/get/x"), ("/paths/~1b/get/x", "/paths/~1b/get/x") => false; "two operations")]
    fn are_one_place(one: (&str, &str), other: (&str, &str)) -> bool {
        places(one.0, one.1) == places(other.0, other.1)
    }
}
