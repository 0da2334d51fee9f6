//! Why a registry gave no answer: what may pass, what is denied, what is not there. And the limit of what is read.

use std::pin::Pin;
use std::task::{Context, Poll};

use oci_client::errors::{OciDistributionError, OciErrorCode};
use tokio::io::AsyncWrite;

use crate::io::innermost::innermost;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is not there.
    Missing,
    /// The credentials are wrong, or may not do this.
    Denied(String),
    /// It may go well another time.
    Passing(String),
    /// It will not.
    Final(String),
}

impl From<OciDistributionError> for Trouble {
    fn from(error: OciDistributionError) -> Self {
        use OciDistributionError as E;
        match error {
            E::ImageManifestNotFoundError(_) => Self::Missing,
            E::UnauthorizedError { .. } => Self::Denied(String::new()),
            E::AuthenticationFailure(said) => Self::Denied(told(&said)),
            E::RegistryError { envelope, .. } => {
                let said: Vec<&str> = envelope.errors.iter().map(|error| error.message.as_str()).collect();
                let said = told(&said.join("; "));
                match envelope.errors.first().map(|error| &error.code) {
                    Some(
                        OciErrorCode::ManifestUnknown
                        | OciErrorCode::NameUnknown
                        | OciErrorCode::NotFound
                        | OciErrorCode::BlobUnknown,
                    ) => Self::Missing,
                    Some(OciErrorCode::Denied | OciErrorCode::Unauthorized) => Self::Denied(said),
                    Some(OciErrorCode::Toomanyrequests) => Self::Passing(format!("too many requests{said}")),
                    _ => Self::Final(format!("the registry refuses{said}")),
                }
            }
            E::ServerError { code: 404, .. } => Self::Missing,
            E::ServerError { code: 401 | 403, message, .. } => Self::Denied(told(&message)),
            E::ServerError { code: code @ (429 | 502..=504), message, .. } => {
                Self::Passing(format!("{code}{}", told(&message)))
            }
            E::ServerError { code, message, .. } => Self::Final(format!("{code}{}", told(&message))),
            E::RequestError(error) if error.is_builder() || error.is_redirect() => Self::Final(innermost(&error)),
            E::RequestError(error) => Self::Passing(innermost(&error)),
            E::IoError(error) => Self::Final(error.to_string()),
            error => Self::Final(told(&error.to_string())),
        }
    }
}

/// What a server said, in its own words, to be put after ours: one line, and not a page.
fn told(said: &str) -> String {
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().take(200).collect();
    if words.is_empty() { words } else { format!(" ({words})") }
}

/// Takes bytes up to a limit.
pub(super) struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Bounded {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit }
    }

    pub(super) fn into_inner(self) -> Vec<u8> {
        self.bytes
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, more: &[u8]) -> Poll<std::io::Result<usize>> {
        if self.bytes.len() + more.len() > self.limit {
            let message = format!("the answer is larger than {} bytes", self.limit);
            return Poll::Ready(Err(std::io::Error::other(message)));
        }
        self.bytes.extend_from_slice(more);
        Poll::Ready(Ok(more.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
