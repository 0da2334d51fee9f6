//! The embedded GitHub: a state model, the REST and GraphQL endpoints derived from it, the git remote beside them.
//!
//! Addresses are laid out as on GitHub Enterprise Server: REST below `/api/v3`, GraphQL at `/api/graphql`, uploads below
//! `/api/uploads`, git at `/OWNER/NAME.git`. It listens on the loopback interface only, on a thread of its own.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a server beside the program: it listens, keeps a bare repository and runs git on it"
)]

mod auth;
mod call;
mod git;
mod graphql;
mod page;
mod remote;
mod reply;
mod rest;
mod route;
mod server;
mod shape;
pub mod state;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};

use git::Bare;
use state::State;

/// A GitHub of one repository, on a loopback port, until it is dropped.
pub struct Embedded {
    shared: Arc<Shared>,
    folder: tempfile::TempDir,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// Status of the answer.
    pub status: u16,
}

/// What the server's thread and the owner both hold.
struct Shared {
    origin: String,
    git: Bare,
    state: Mutex<State>,
    requests: Mutex<Vec<Request>>,
    watch: Mutex<Option<Watch>>,
}

/// What is told of each request, twice: before the server looks at it, and when it has done it and not answered yet.
pub type Watch = Box<dyn FnMut(Moment, &str) + Send>;

/// A moment in the life of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It has come, and nothing was done.
    Come,
    /// It was carried out, and its answer is not on the way yet.
    Done,
}

impl Shared {
    /// A panic elsewhere leaves whole values behind: every change is made by one call.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `line` is the method and the path.
    fn tell(&self, moment: Moment, line: &str) {
        if let Some(watch) = self.watch.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            watch(moment, line);
        }
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Embedded {
    /// Makes the bare repository in a scratch folder and begins to listen.
    ///
    /// # Errors
    /// Where the folder, the port or the thread cannot be had, or git cannot be run.
    pub fn start(state: State) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a scratch folder for the embedded GitHub")?;
        let git = Bare::init(&folder.path().join("remote.git"), &state.repository.default_branch)?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0").context("cannot listen on the loopback interface")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            origin,
            git,
            state: Mutex::new(state),
            requests: Mutex::new(Vec::new()),
            watch: Mutex::new(None),
        });
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = server::spawn(Arc::clone(&shared), listener, stopped)?;
        Ok(Self { shared, folder, stop: Some(stop), thread: Some(thread) })
    }

    /// Scheme, host and port, as `GITHUB_SERVER_URL`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// Root of the REST API, as `GITHUB_API_URL`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api/v3", self.origin())
    }

    /// Address of the GraphQL API, as `GITHUB_GRAPHQL_URL`.
    #[must_use]
    pub fn graphql_url(&self) -> String {
        format!("{}/api/graphql", self.origin())
    }

    /// Address of the git remote, without credentials.
    #[must_use]
    pub fn clone_url(&self) -> String {
        format!("{}/{}.git", self.origin(), self.state(|state| state.repository.full_name()))
    }

    /// The bare repository that is the git remote.
    #[must_use]
    pub fn bare(&self) -> &Path {
        self.shared.git.path()
    }

    /// The scratch folder, for what else belongs beside the remote; gone when this is dropped.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// Reads or changes the state. No request is answered meanwhile, so `change` must not make one.
    pub fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.shared.state())
    }

    /// Every request that was answered, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests().clone()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.requests().clear();
    }

    /// Has each request told to this while it is handled; nothing else is answered meanwhile, so it must not make one.
    pub fn watch(&self, watch: impl FnMut(Moment, &str) + Send + 'static) {
        *self.shared.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(watch));
    }

    /// Tells no more.
    pub fn unwatch(&self) {
        *self.shared.watch.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Installs a server hook (`pre-receive`, `update`, …); a real one: it sees every push, and can refuse it.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn install_hook(&self, name: &str, script: &str) -> Result<PathBuf> {
        self.shared.git.install_hook(name, script)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
