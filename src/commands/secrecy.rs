//! What is shown without the secrets of the deployment that this is a step of.

use crate::context;
use crate::deploy::mask::Mask;

/// What hides them, and these besides.
pub(super) fn mask(besides: impl IntoIterator<Item = String>) -> Mask {
    let secrets: Vec<String> = context::secrets().into_iter().chain(besides).collect();
    Mask::new(secrets.iter().map(String::as_str))
}
