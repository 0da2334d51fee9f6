//! A file as the body of a request: streamed, with its length known before, and cut off where it is not what it was.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use anyhow::Result;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use octocrab::OctoBody;
use sha2::{Digest as _, Sha256};

use crate::io::files::Fingerprint;
use crate::report::Failure;

/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// A file to be attached to a release.
pub struct Upload<'a> {
    /// Its name there.
    pub name: &'a str,
    /// Where it is here.
    pub path: &'a Path,
    /// What it holds.
    pub fingerprint: &'a Fingerprint,
    /// Its type.
    pub content_type: &'a str,
    /// Counts the bytes that were given to the network.
    pub sent: Arc<AtomicU64>,
}

impl Upload<'_> {
    /// Opens the file to be sent. `changed` is set where it turns out not to be what it was.
    pub(super) fn body(&self, changed: Arc<AtomicBool>) -> Result<OctoBody> {
        let file = File::open(self.path).map_err(|error| {
            Failure::cannot_tell("io/read", format!("cannot read {}: {error}", self.path.display()))
        })?;
        Ok(OctoBody::new(FileBody {
            file,
            left: self.fingerprint.size,
            hasher: Sha256::new(),
            wanted: self.fingerprint.sha256.clone(),
            changed,
            sent: Arc::clone(&self.sent),
        }))
    }
}

/// The file's bytes. The last of them are held back until all are known to be the right ones: what is not never arrives whole.
struct FileBody {
    file: File,
    left: u64,
    hasher: Sha256,
    wanted: String,
    changed: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
}

impl FileBody {
    fn next(&mut self) -> std::io::Result<Bytes> {
        let mut chunk = Vec::new();
        (&mut self.file).take(self.left.min(CHUNK as u64)).read_to_end(&mut chunk)?;
        self.hasher.update(&chunk);
        self.left = self.left.saturating_sub(chunk.len() as u64);
        if chunk.is_empty() || self.left == 0 && !self.is_right()? {
            self.changed.store(true, Ordering::Relaxed);
            return Err(std::io::Error::other("the file changed while it was sent"));
        }
        self.sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        Ok(chunk.into())
    }

    /// Whether the file ends here and was what it is to be.
    fn is_right(&mut self) -> std::io::Result<bool> {
        let digest = std::mem::take(&mut self.hasher).finalize();
        Ok(self.file.read(&mut [0])? == 0 && format!("sha256:{digest:x}") == self.wanted)
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        // A disk is fast enough to be waited for.
        Poll::Ready((this.left > 0).then(|| this.next().map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
