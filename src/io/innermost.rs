//! What went wrong, in an error's own words.

use std::error::Error;

use super::trust::AUTHORITY;

/// The innermost words of an error, in one line: the outer ones repeat the address.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let words = innermost.to_string().lines().next().unwrap_or_default().to_owned();
    // What rustls calls an answer in plain text, and webpki a certificate that is no server's.
    if words.ends_with("InvalidContentType") {
        "what answers there speaks no TLS".to_owned()
    } else if words.contains(AUTHORITY) {
        "the server's certificate is that of an authority (CA:TRUE), not that of a server (CA:FALSE)".to_owned()
    } else {
        words
    }
}
