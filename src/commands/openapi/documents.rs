//! Where the documents of `openapi diff` come from: files, addresses, standard input, and git without a checkout.

use anyhow::Result;

use crate::context::Context;
use crate::history::Sha;
use crate::io::git::Repository;
use crate::io::{download, files};
use crate::openapi::Document;
use crate::report::Failure;

/// Reads a document by the name that a person gave it.
///
/// # Errors
/// Exit code 2 where it is not there or no OpenAPI document, 3 where it cannot be read.
pub(super) async fn read(cx: &Context, name: &str) -> Result<Document> {
    if download::is_address(name) {
        let (name, bytes) = download::get(name).await?;
        return document(&name, bytes);
    }
    let bytes = if name == "-" { Some(files::standard_input()?) } else { files::read(&cx.directory.join(name))? };
    if let Some(bytes) = bytes {
        return document(name, bytes);
    }
    let Some((revision, path)) = name.split_once(':') else {
        return Err(Failure::usage("usage/no-document", format!("there is no file {name}"))
            .help("give a file, an address, `-` for standard input, or REV:PATH out of git (v1.2.3:schema.yml)")
            .into());
    };
    let repository = Repository::open(&cx.directory)?;
    at(&repository, &repository.resolve(revision)?, revision, path)
}

/// Reads a document out of a commit.
///
/// # Errors
/// Exit code 2 where the commit does not have it, or it is no OpenAPI document.
pub(super) fn at(repository: &Repository, commit: &Sha, revision: &str, path: &str) -> Result<Document> {
    match repository.file_at(commit, path)? {
        Some(bytes) => document(&format!("{revision}:{path}"), bytes),
        None => Err(Failure::usage("usage/no-document", format!("there is no {path} in {revision}"))
            .help("the path counts from the top of the repository: git ls-tree -r --name-only REV")
            .into()),
    }
}

/// Reads a document from its bytes.
///
/// # Errors
/// Exit code 2 where they are no OpenAPI document.
pub(super) fn document(name: &str, bytes: Vec<u8>) -> Result<Document> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage("openapi/encoding", format!("{name} is not UTF-8")).help("write it as UTF-8"))?;
    Document::parse(name, &text)
}
