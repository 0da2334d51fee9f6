//! What is wrong with the options of a subcommand before anything is done: the same where it runs, and where a plan is checked that
//! names it.

use anyhow::Result;

use crate::report::Failure;

/// Something that is wrong with options.
#[derive(Debug)]
pub(super) struct Misuse {
    /// The options that are to blame, by their long names.
    pub(super) options: Vec<&'static str>,
    /// Why, and what to do.
    pub(super) failure: Failure,
}

/// What is wrong with options, where reading them is refused.
pub(super) fn of<T>(options: &[&'static str], read: Result<T>) -> Option<Misuse> {
    let failure = Failure::from_error(&read.err()?);
    Some(Misuse { options: options.to_vec(), failure })
}

/// Refuses to go on where something is wrong.
///
/// # Errors
/// The first of what is wrong.
pub(super) fn refuse(misuses: Vec<Misuse>) -> Result<()> {
    misuses.into_iter().next().map_or(Ok(()), |misuse| Err(misuse.failure.into()))
}

/// Whether a word that may be the name of a file is certainly none, as far as that can be told before anything is done: it looks like
/// none, and none is there.
pub(super) fn is_no_file(folder: &std::path::Path, word: &str) -> bool {
    let is_bare = !word.contains(['.', '/', '\\']);
    is_bare && crate::io::files::is_missing(&folder.join(word))
}
