//! A configured OpenAPI document in two commits, and what the team says about its changes.

use anyhow::Result;

use crate::commands::openapi::documents::{Commit, at};
use crate::config::OpenApi;
use crate::history::Sha;
use crate::io::git::Repository;
use crate::version::Pair;

/// The document in two commits; `name` is the tag of the first one.
///
/// # Errors
/// Exit code 2 where a file that the document refers to is not there, 3 where the repository cannot be read.
pub(super) fn pair(repository: &Repository, document: &OpenApi, name: &str, base: &Sha, head: &Sha) -> Result<Pair> {
    let ignore = match &document.ignore {
        Some(file) => Some((file.clone(), repository.file_at(head, file)?)),
        None => None,
    };
    let (old, new) = (repository.file_at(base, &document.schema)?, repository.file_at(head, &document.schema)?);
    let whole = match &document.allow_refs {
        Some(folder) if old.is_some() && new.is_some() => {
            let folder = repository.work_tree().unwrap_or_default().join(folder);
            let at = |commit, revision| at(&Commit { repository, commit, revision }, &document.schema, Some(&folder));
            Some(Box::new((at(base, name)?, at(head, "HEAD")?.at_path(&document.schema))))
        }
        _ => None,
    };
    Ok(Pair {
        schema: document.schema.clone(),
        base: name.to_owned(),
        old,
        new,
        whole,
        severity: document.severity.iter().map(|(id, level)| (id.as_str().to_owned(), (*level).into())).collect(),
        ignore,
        steps: Vec::new(),
    })
}
