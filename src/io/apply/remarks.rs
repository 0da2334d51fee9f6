//! What people wrote about a run: here, and on the remote for those who look from another machine.

use anyhow::Result;

use crate::context::Context;
use crate::effect::{Applied, EnsureRemarks};
use crate::io::session::Session;
use crate::io::{files, remarks};

pub(super) async fn ensure(cx: &Context, wanted: &EnsureRemarks) -> Result<Applied> {
    let text: String = wanted.items.iter().map(|item| format!("{item}\n")).collect();
    let file = wanted.folder.join(format!("{}.txt", wanted.kind));
    let mut changed = files::read(&file)?.as_deref() != Some(text.as_bytes());
    let what = format!("the {} of run {} are kept", wanted.kind, wanted.run);
    // What was typed is not lost where the remote does not take it: until then what is here counts.
    let unsent = wanted.folder.join(format!("{}.unsent", wanted.kind));
    if wanted.shared {
        files::write(&unsent, b"")?;
    }
    files::write(&file, text.as_bytes())?;
    if wanted.shared {
        let session = Session::open(cx)?;
        let about = (wanted.kind, text.as_bytes());
        changed |=
            remarks::put(session.remote().await?, &session.repository, &wanted.environment, &wanted.run, about).await?;
        files::remove(&unsent)?;
    }
    Ok(Applied { what, changed })
}
