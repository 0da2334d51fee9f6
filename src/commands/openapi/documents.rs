//! Where the documents of `openapi diff` come from: files, addresses, standard input, and git without a checkout; and, where that
//! is allowed, the other files that they refer to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::context::Context;
use crate::history::Sha;
use crate::io::files::Inside;
use crate::io::git::Repository;
use crate::io::{download, files};
use crate::openapi::{Bundle, Document, Wanted};
use crate::report::Failure;

/// Reads a document by the name that a person gave it; `allowed` is the folder in which it may refer to other files. One that is a
/// pipe is given up after `time`.
///
/// # Errors
/// Exit code 2 where it is not there or no OpenAPI document, 3 where it cannot be read.
pub(super) async fn read(cx: &Context, name: &str, allowed: Option<&Path>, time: Duration) -> Result<Document> {
    if download::is_address(name) {
        let (name, bytes) = download::get(name).await?;
        return document(&name, bytes);
    }
    if name == "-" {
        return document(name, files::standard_input(time)?);
    }
    let path = cx.directory.join(name);
    if let Some(bytes) = files::read_within(&path, time)? {
        return file(name, bytes, &path, allowed);
    }
    let Some((revision, path)) = name.split_once(':') else {
        return Err(Failure::usage("usage/no-document", format!("there is no file {name}"))
            .help("give a file, an address, `-` for standard input, or REV:PATH out of git (v1.2.3:schema.yml)")
            .into());
    };
    let repository = Repository::open(&cx.directory)?;
    let commit = repository.resolve(revision)?;
    at(&Commit { repository: &repository, commit: &commit, revision }, path, allowed)
}

/// A commit, by the name that a person gave it.
pub(in crate::commands) struct Commit<'a> {
    pub(in crate::commands) repository: &'a Repository,
    pub(in crate::commands) commit: &'a Sha,
    pub(in crate::commands) revision: &'a str,
}

/// Reads a document out of a commit; `allowed` is a folder of the work tree.
///
/// # Errors
/// Exit code 2 where the commit does not have it, or it is no OpenAPI document.
pub(in crate::commands) fn at(from: &Commit<'_>, path: &str, allowed: Option<&Path>) -> Result<Document> {
    let Commit { repository, commit, revision } = from;
    let Some(bytes) = repository.file_at(commit, path)? else {
        return Err(Failure::usage("usage/no-document", format!("there is no {path} in {revision}"))
            .help("the path counts from the top of the repository: git ls-tree -r --name-only REV")
            .into());
    };
    let name = format!("{revision}:{path}");
    let Some(allowed) = allowed else { return document(&name, bytes) };
    let top = repository.work_tree().unwrap_or_default();
    let Some(inside) = files::below(&top, allowed) else {
        let message =
            format!("{} is no folder of the repository, so {name} can refer to nothing in it", allowed.display());
        return Err(Failure::usage("usage/allow-refs", message).help("name a folder of the repository").into());
    };
    let folder = path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or_default();
    bundled(&name, bytes, |wanted| {
        let Some(path) = in_tree(folder, &wanted.path) else { return Ok(Inside::Outside) };
        let is_below = inside.is_empty() || path.strip_prefix(&inside).is_some_and(|rest| rest.starts_with('/'));
        if !is_below || repository.is_linked(commit, &path)? {
            return Ok(Inside::Outside);
        }
        Ok(repository.file_at(commit, &path)?.map_or(Inside::Missing, Inside::File))
    })
}

/// The path of a file in the tree of a commit; `None` where it leads out of it.
fn in_tree(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Reads a document of the work tree from its bytes.
///
/// # Errors
/// Exit code 2 where they are no OpenAPI document.
pub(super) fn file(name: &str, bytes: Vec<u8>, path: &Path, allowed: Option<&Path>) -> Result<Document> {
    let Some(allowed) = allowed else { return document(name, bytes) };
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    bundled(name, bytes, |wanted| files::read_inside(allowed, &folder.join(&wanted.path)))
}

/// A document with all the files that it refers to.
fn bundled(name: &str, bytes: Vec<u8>, read: impl Fn(&Wanted) -> Result<Inside>) -> Result<Document> {
    let mut bundle = Bundle::new(name, &text(name, bytes)?)?;
    while let Some(wanted) = bundle.wanted() {
        let refused = |message: String, help: &str| -> anyhow::Error {
            Failure::usage("openapi/reference", message).at(wanted.location.clone()).help(help).into()
        };
        let Wanted { reference, .. } = &wanted;
        let bytes = match read(&wanted)? {
            Inside::File(bytes) => bytes,
            Inside::Outside => {
                let message = format!("`{reference}` leads out of the folder that --allow-refs names");
                return Err(refused(
                    message,
                    "name a folder that holds every file of the document; links out of it are not followed",
                ));
            }
            Inside::Missing => {
                let message = format!("`{reference}` leads to no file: there is no {}", bundle.file(&wanted.path));
                return Err(refused(message, "correct the reference, or add the file"));
            }
        };
        bundle.add(&wanted, &text(&bundle.file(&wanted.path), bytes)?)?;
    }
    bundle.finish()
}

fn document(name: &str, bytes: Vec<u8>) -> Result<Document> {
    Document::parse(name, &text(name, bytes)?)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String> {
    let text = String::from_utf8(bytes);
    text.map_err(|_| {
        Failure::usage("openapi/encoding", format!("{name} is not UTF-8")).help("write it as UTF-8").into()
    })
}
