//! A file as the body of a request: streamed, with its length known before.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use anyhow::Result;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use octocrab::OctoBody;

use crate::report::Failure;

/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// The file's bytes, up to the length that it had when it was opened.
struct FileBody {
    file: File,
    left: u64,
}

/// Opens a file to be sent.
///
/// # Errors
/// Exit code 3 where it cannot be read.
pub(super) fn body(path: &Path) -> Result<OctoBody> {
    let open = || -> std::io::Result<FileBody> {
        let file = File::open(path)?;
        let left = file.metadata()?.len();
        Ok(FileBody { file, left })
    };
    let body =
        open().map_err(|error| Failure::cannot_tell("io/read", format!("cannot read {}: {error}", path.display())))?;
    Ok(OctoBody::new(body))
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let mut chunk = Vec::new();
        let wanted = this.left.min(CHUNK as u64);
        // A disk is fast enough to be waited for: nothing else runs meanwhile.
        Poll::Ready(Some(match (&mut this.file).take(wanted).read_to_end(&mut chunk) {
            Ok(0) => Err(std::io::Error::other("the file became shorter while it was sent")),
            Ok(count) => {
                this.left = this.left.saturating_sub(count as u64);
                Ok(Frame::data(chunk.into()))
            }
            Err(error) => Err(error),
        }))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
