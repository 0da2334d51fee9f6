//! A configured OpenAPI document in two commits, and what the team says about its changes.

use anyhow::Result;

use crate::config::OpenApi;
use crate::history::Sha;
use crate::io::git::Repository;
use crate::version::Pair;

/// The document in two commits; `name` is the tag of the first one.
///
/// # Errors
/// Exit code 3 where the repository cannot be read.
pub(super) fn pair(repository: &Repository, document: &OpenApi, name: &str, base: &Sha, head: &Sha) -> Result<Pair> {
    let ignore = match &document.ignore {
        Some(file) => Some((file.clone(), repository.file_at(head, file)?)),
        None => None,
    };
    Ok(Pair {
        schema: document.schema.clone(),
        base: name.to_owned(),
        old: repository.file_at(base, &document.schema)?,
        new: repository.file_at(head, &document.schema)?,
        severity: document.severity.iter().map(|(id, level)| (id.as_str().to_owned(), (*level).into())).collect(),
        ignore,
        steps: Vec::new(),
    })
}
