//! What went wrong, in an error's own words.

use std::error::Error;

/// The innermost words of an error, in one line: the outer ones repeat the address.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().lines().next().unwrap_or_default().to_owned()
}
