//! A HAR file (HTTP Archive 1.2): the requests that a browser recorded.

use super::super::super::value;
use crate::yaml::Node;

/// A request, without its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// In capitals.
    pub(super) method: String,
    /// The path of its address.
    pub(super) path: String,
}

/// The requests of `log.entries`; what has no method or no address is none.
pub(super) fn requests(entries: &Node) -> Vec<Request> {
    let request = |entry: &Node| {
        let request = value::get(entry, "request")?;
        let (method, address) = (value::text_of(request, "method")?, value::text_of(request, "url")?);
        let path = url::Url::parse(address).ok()?.path().to_owned();
        Some(Request { method: method.to_ascii_uppercase(), path })
    };
    value::items(entries).iter().filter_map(request).collect()
}
