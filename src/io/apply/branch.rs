//! A branch on the remote that is one commit of zarpe's onto its base.
//!
//! Neither the work tree nor the index nor a branch of the clone is touched: the commit is an object that is pushed by name.

use anyhow::Result;

use super::tags::tagger;
use crate::effect::{Applied, EnsureBranch};
use crate::io::session::Session;
use crate::report::Failure;

/// What tells a commit of zarpe's from those of people: a trailer of its message.
const TRAILER: &str = "Prepared-by: zarpe";

pub(super) async fn ensure(session: &Session<'_>, wanted: &EnsureBranch) -> Result<Applied> {
    let remote = session.remote().await?;
    let repository = &session.repository;
    let there = remote.references().await?.branch(&wanted.branch).cloned();
    let what = format!("branch {} is on the remote", wanted.branch);
    let message = format!("{}\n\n{TRAILER}\n", wanted.message);
    let commit = repository.write_commit(&wanted.base, &wanted.files, &tagger(session)?, session.cx.now, &message)?;
    if let Some(tip) = &there {
        remote.fetch(None, None, &[format!("refs/heads/{}", wanted.branch)]).await?;
        if repository.is_same_change(tip, &commit)? {
            return Ok(Applied { what, changed: false });
        }
        if !repository.commit(tip)?.message.lines().any(|line| line == TRAILER) {
            let message = format!("branch {} has commit {}, which somebody else made", wanted.branch, tip.short());
            return Err(Failure::refused("prepare/foreign-branch", message)
                .help("merge or delete that branch, then run this again: nobody's work is replaced")
                .into());
        }
    }
    match remote.set_branch(&wanted.branch, &commit, there.as_ref()).await? {
        None => Ok(Applied { what, changed: true }),
        Some(why) => Err(Failure::refused("prepare/denied", format!("the remote refused the branch: {why}"))
            .help("run this again if somebody else pushed it; else let the token write contents")
            .into()),
    }
}
