//! A whole history read at once, each commit once, by two threads: what every release brought is then cut out of it.

use std::path::Path;
use std::sync::Mutex;

use anyhow::Result;

use super::{Repository, error, objects};
use crate::config::VersionTag;
use crate::history::{Commit, Id, Ids, Links, Order, Sha, Stretch, Tagged, stretches};
use crate::report::Failure;

/// How many threads read.
const READERS: usize = 2;

/// A whole history with its releases.
pub struct Whole {
    /// What each release brought, the highest version first.
    pub stretches: Vec<Stretch>,
    /// The commits as the repository holds them, by place.
    commits: Vec<(Id, Span)>,
    /// The bytes of the commits, as each thread read them.
    bytes: Vec<Vec<u8>>,
}

/// Where the bytes of a commit are.
#[derive(Clone, Copy)]
struct Span {
    reader: usize,
    begin: usize,
    end: usize,
}

impl Whole {
    /// The commit at a place; `None` where it cannot be read.
    #[must_use]
    pub fn commit(&self, place: u32) -> Option<Commit> {
        let (id, span) = self.commits.get(usize::try_from(place).ok()?)?;
        Commit::parse(id, self.bytes.get(span.reader)?.get(span.begin..span.end)?)
    }
}

/// What the threads share: what is to be read, and what somebody reads or has read.
struct Shared {
    open: Vec<Id>,
    claimed: Ids,
    reading: usize,
    failed: bool,
}

/// What one thread has read.
#[derive(Default)]
struct Read {
    commits: Vec<(Id, Links)>,
    spans: Vec<(usize, usize)>,
    bytes: Vec<u8>,
}

impl Repository {
    /// The whole history of a commit, parted by the final releases in it.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read, or the clone is shallow.
    pub fn whole(&self, head: &Sha, names: &VersionTag) -> Result<Whole> {
        if !self.shallow_ends()?.is_empty() {
            return Err(error::shallow().into());
        }
        let odb = self.odb()?;
        let tags = self.final_releases(&odb, names)?;
        let head = Id::try_from(head)?;
        // The releases are where the threads begin: no two of them then wait for the same commit.
        let seeds: Vec<Id> = tags.iter().rev().map(|(_, _, id)| *id).chain([head]).collect();
        let mut read = self.read_all(seeds)?;
        let found: Vec<(Id, Links)> = read.iter_mut().flat_map(|read| std::mem::take(&mut read.commits)).collect();
        let spans: Vec<Span> = (0..)
            .zip(&read)
            .flat_map(|(reader, read)| {
                read.spans.iter().map(move |(begin, end)| Span { reader, begin: *begin, end: *end })
            })
            .collect();
        let (order, places) = Order::new(&head, &found);
        let commit = |at: &u32| {
            let at = usize::try_from(*at).ok()?;
            Some((found.get(at)?.0, *spans.get(at)?))
        };
        let commits = places.iter().filter_map(commit).collect();
        let tags =
            tags.into_iter().filter_map(|(version, tag, id)| Some(Tagged { version, tag, place: order.place(&id)? }));
        let stretches = stretches(&order, 0, &tags.collect::<Vec<_>>());
        Ok(Whole { stretches, commits, bytes: read.into_iter().map(|read| read.bytes).collect() })
    }

    fn read_all(&self, seeds: Vec<Id>) -> Result<Vec<Read>> {
        let shared = Mutex::new(Shared { open: seeds, claimed: Ids::default(), reading: 0, failed: false });
        let folder = self.inner.path().to_owned();
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(|| reader(&folder, &shared))).collect();
            readers
                .into_iter()
                .map(|reader| reader.join().unwrap_or_else(|_| Err(broken())))
                .collect::<Result<Vec<_>>>()
        })
    }
}

fn broken() -> anyhow::Error {
    Failure::cannot_tell("git/read", "the history could not be read to its end")
        .help("see `git fsck`, or clone it again")
        .into()
}

/// Reads until nothing is open and nobody reads; what cannot be read stops the others as well.
fn reader(folder: &Path, shared: &Mutex<Shared>) -> Result<Read> {
    let read = read_open(folder, shared);
    if read.is_err() {
        lock(shared)?.failed = true;
    }
    read
}

/// Reads from one open end after the other along first parents.
fn read_open(folder: &Path, shared: &Mutex<Shared>) -> Result<Read> {
    let none: [&std::ffi::OsStr; 0] = [];
    let repository = git2::Repository::open_ext(folder, git2::RepositoryOpenFlags::NO_SEARCH, none)
        .map_err(|error| error::opening(folder, &error))?;
    let odb = repository.odb().map_err(|error| error::reading("the objects", &error))?;
    let mut read = Read::default();
    loop {
        let next = match lock(shared)?.take() {
            Taken::Nothing => return Ok(read),
            Taken::Later => None,
            Taken::One(id) => Some(id),
        };
        match next {
            None => std::thread::yield_now(),
            Some(id) => read.along(&odb, id, shared)?,
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> Result<std::sync::MutexGuard<'_, Shared>> {
    shared.lock().map_err(|_| broken())
}

/// What there is to read.
enum Taken {
    One(Id),
    /// Another thread may open more.
    Later,
    Nothing,
}

impl Shared {
    /// An open end that nobody has claimed yet; whoever takes it reads.
    fn take(&mut self) -> Taken {
        while let Some(id) = self.open.pop() {
            if self.claimed.insert(id) {
                self.reading += 1;
                return Taken::One(id);
            }
        }
        if self.reading == 0 || self.failed { Taken::Nothing } else { Taken::Later }
    }
}

impl Read {
    /// Reads a commit and its first parents, as far as nobody else has.
    fn along(&mut self, odb: &git2::Odb<'_>, mut id: Id, shared: &Mutex<Shared>) -> Result<()> {
        loop {
            let parents = self.one(odb, &id)?;
            let mut shared = lock(shared)?;
            let Some((first, others)) = parents.split_first() else {
                shared.reading -= 1;
                return Ok(());
            };
            shared.open.extend_from_slice(others);
            if !shared.claimed.insert(*first) {
                shared.reading -= 1;
                return Ok(());
            }
            id = *first;
        }
    }

    /// Reads a commit; its parents.
    fn one(&mut self, odb: &git2::Odb<'_>, id: &Id) -> Result<Vec<Id>> {
        let object = objects::read(odb, id)?;
        let links = Links::parse(object.data()).ok_or_else(|| objects::not_a_commit(id))?;
        let parents = links.parents.clone();
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(object.data());
        self.spans.push((begin, self.bytes.len()));
        self.commits.push((*id, links));
        Ok(parents)
    }
}
