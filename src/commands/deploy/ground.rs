//! What every command about runs stands on: the folder of runs, the clone, and its remote.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use super::bring::Apart;
use super::lease;
use super::resume::Opened;
use crate::commands::deploy::check;
use crate::commands::post::hooks;
use crate::config::{Language, VersionTag};
use crate::context::{self, Context};
use crate::deploy::advice::Advice;
use crate::deploy::journal::{self, Event, Journal, Started, sha256};
use crate::deploy::mask::Mask;
use crate::deploy::order::{Put, in_order};
use crate::deploy::plan::Plan;
use crate::deploy::preflight;
use crate::deploy::refused::Refused;
use crate::deploy::service::{Act, Service, Serving};
use crate::deploy::state::{Facts, State};
use crate::deploy::words;
use crate::history::Sha;
use crate::io::clock;
use crate::io::files;
use crate::io::git::Repository;
use crate::io::journal::Store;
use crate::io::lock::{Lock, Owner, Taken, Tenure};
use crate::io::remote::Remote;
use crate::io::runs;
use crate::io::timed::TIMED_OUT;
use crate::report::Failure;

/// The options of every command about runs.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct StateOptions {
    /// Keep the journals of runs in this folder; default: ZARPE_STATE, else the folder zarpe in git's common folder.
    #[arg(long = "state", value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The folder of runs, the clone, and its remote.
pub(super) struct Ground {
    pub(super) store: Store,
    pub(super) repository: Option<Repository>,
    pub(super) remote: Option<Remote>,
    /// Where commands are run.
    pub(super) top: PathBuf,
    /// The language of who reads.
    pub(super) language: Language,
    /// How long a process works on before it renews its lock.
    pub(super) renew_lock: Duration,
    /// In which order the journals of an environment came to the remote, as far as that was read.
    pub(super) puts: RefCell<BTreeMap<String, Vec<Put>>>,
}

/// A run of an environment.
pub(super) struct Known {
    pub(super) run: String,
    pub(super) journal: Journal,
    plan: Option<Plan>,
}

/// What was done in an environment by its runs, as [`Ground::known`] gives them.
pub(super) fn service(known: &[Known]) -> Service {
    // What has one line did nothing yet.
    let begun = known.iter().filter(|one| one.journal.entries.len() > 1);
    let act = |one: &Known| Act::of(&one.run, &one.journal, &State::of(&one.journal), one.plan.as_ref());
    Service::of(begun.filter_map(act))
}

/// What is in service in an environment before a run.
pub(super) enum Before {
    /// Nothing that is known of.
    Nothing,
    /// A run that was told no version, at a commit without one: a commit's name is no name of an image.
    Unnamed(String),
    /// A run of which a part is in service, or whose rollback failed.
    Unclear(String),
    /// A version.
    Version(String),
}

/// A plan as it was read.
pub(super) struct Read {
    pub(super) file: String,
    pub(super) text: String,
    pub(super) sha256: String,
    pub(super) plan: Plan,
}

impl Read {
    /// Reads a plan's text.
    ///
    /// # Errors
    /// Exit code 2 where it is no plan.
    pub(super) fn of(file: &str, text: String) -> Result<Self> {
        let plan = Plan::parse(file, &text).map_err(|error| Failure::from_error(&error).quoting(&text))?;
        Ok(Self { file: file.to_owned(), sha256: sha256(text.as_bytes()), plan, text })
    }

    /// The variables that the plan asks of the environment.
    pub(super) fn facts(&self) -> Facts {
        Facts {
            secrets: context::variables(self.plan.secrets.iter().map(|name| name.as_str())),
            vars: context::variables(preflight::vars(&self.plan).iter().map(String::as_str)),
            ..Facts::default()
        }
    }
}

/// What hides the plan's secrets, the tokens of this process, and the addresses where people are told of the run.
pub(super) fn mask(cx: &Context, facts: &Facts) -> Mask {
    let tokens = context::variables(["ZARPE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"]);
    let hooks = hooks(&cx.config.deploy.notify.to);
    let secrets = facts.secrets.values().chain(tokens.values()).chain(&hooks);
    Mask::new(secrets.map(String::as_str))
}

/// The plan of a run, beside its journal.
const PLAN: &str = "plan.yml";
/// The one that it went by before.
const PLAN_BEFORE: &str = "plan.before.yml";

/// How often a person's word is tried again because others put theirs there meanwhile.
const TRIES: u32 = 10;

/// Tries what puts a person's word on the remote, again where another process was first: then it is judged by what is there now.
pub(super) async fn again<T>(attempt: impl AsyncFn() -> Result<T>) -> Result<T> {
    for _ in 0..TRIES {
        match attempt().await {
            Err(error) if Failure::from_error(&error).finding.rule == runs::MOVED => {}
            ended => return ended,
        }
    }
    attempt().await
}

impl Ground {
    /// Opens them.
    ///
    /// # Errors
    /// Exit code 2 where there is neither a clone nor a named folder, or the remote's address is none.
    pub(super) fn open(cx: &Context, options: &StateOptions) -> Result<Self> {
        let told = cx.environment.get("ZARPE_STATE").map(std::path::Path::new);
        let store = Store::open(&cx.directory, options.folder.as_deref().or(told))?;
        let repository = Repository::open(&cx.directory).ok();
        let top = repository.as_ref().and_then(Repository::work_tree);
        let top = files::absolute(&top.unwrap_or_else(|| cx.directory.clone()))?;
        let address = repository.as_ref().map(|one| one.remote_url(cx.remote_name())).transpose()?.flatten();
        let remote = address.map(|address| Remote::new(&address, &top, &cx.environment)).transpose()?;
        let renew_lock = cx.config.deploy.renew_lock();
        Ok(Self { store, repository, remote, top, language: cx.config.language, renew_lock, puts: RefCell::default() })
    }

    /// What the remote gives within the time.
    ///
    /// # Errors
    /// Those of the work, and exit code 3 where it takes longer, and is given up.
    pub(super) async fn within<T>(&self, limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
        if let Some(done) = clock::within(limit, work).await {
            return done;
        }
        let remote = self.remote.as_ref().map(Remote::address).unwrap_or_default();
        let message = format!("the runs on {remote} were not read within {}", crate::duration::shown(limit));
        let help = format!(
            "see that it answers: git ls-remote {remote}; where it only needs longer, give it more: --timeout 10m"
        );
        Err(Failure::cannot_tell(TIMED_OUT, message).help(help).into())
    }

    /// The lock of an environment.
    pub(super) fn lock(&self, environment: &str) -> Lock<'_> {
        Lock {
            folder: self.store.folder().to_owned(),
            remote: self.remote.as_ref().zip(self.repository.as_ref()),
            environment: environment.to_owned(),
            language: self.language,
            renew_after: self.renew_lock,
        }
    }

    /// The refusal of a run that another process works on, in the language of who reads; any other error as it is.
    pub(super) fn in_language(&self, error: anyhow::Error) -> anyhow::Error {
        if Failure::from_error(&error).finding.rule != "deploy/busy" {
            return error;
        }
        Failure::refused("deploy/busy", Refused::Busy.text(self.language)).help(Advice::Wait.text(self.language)).into()
    }

    /// The same of a reference that another process moved.
    fn moved(&self, environment: &str, error: anyhow::Error) -> anyhow::Error {
        if Failure::from_error(&error).finding.rule != runs::MOVED {
            return error;
        }
        let message = Refused::Ahead(environment).text(self.language);
        Failure::refused(runs::MOVED, message).help("zarpe deploy status").into()
    }

    fn owner(run: &str, nonce: &str, now: Timestamp) -> Owner {
        let host = crate::io::machine::who(None).host;
        let process = Some(crate::io::machine::process());
        Owner { run: run.to_owned(), nonce: nonce.to_owned(), host, login: None, at: now, renewed: None, process }
    }

    /// Takes the lock for a run; how this process holds it.
    ///
    /// # Errors
    /// Exit code 1 where another run has it, or another process of this one is at work; 3 where that cannot be told.
    pub(super) async fn take(
        &self,
        cx: &Context,
        environment: &str,
        (run, nonce): (&str, &str),
        seen: &lease::Seen<'_>,
    ) -> Result<Tenure> {
        let now = crate::io::machine::now();
        let is_at_work = |held: &Owner| seen.is_at_work(held, run);
        let is_left = |held: &Owner| seen.is_left(held, run);
        match self.lock(environment).take(&Self::owner(run, nonce, now), is_at_work, is_left).await? {
            Taken::Ours(tenure) => Ok(tenure),
            Taken::Held(held) => Err(self.held(cx, environment, &held).await),
            Taken::AtWork(held) => Err(lease::refusal(self.language, environment, &held).into()),
        }
    }

    /// Takes the lock for a run that had released it, with a nonce of this process alone; the nonce, and how it holds it.
    ///
    /// # Errors
    /// As [`Self::take`], and exit code 1 where another process of the run took it, or went on since its journal was read.
    pub(super) async fn take_anew(
        &self,
        cx: &Context,
        environment: &str,
        run: &str,
        former: Option<&str>,
        seen: &lease::Seen<'_>,
    ) -> Result<(String, Tenure)> {
        let (now, nonce) = (crate::io::machine::now(), crate::io::machine::nonce());
        let elsewhere = || {
            let message = Refused::Busy.text(self.language);
            Failure::refused(runs::MOVED, message).help(Advice::Wait.text(self.language))
        };
        let is_left = |held: &Owner| seen.is_left(held, run);
        let tenure = match self.lock(environment).take(&Self::owner(run, &nonce, now), |_| false, is_left).await? {
            Taken::Ours(tenure) => tenure,
            // Its last process was killed before it released it.
            Taken::Held(held) if former == Some(held.nonce.as_str()) => {
                return Ok((held.nonce.clone(), self.take(cx, environment, (run, &held.nonce), seen).await?));
            }
            Taken::Held(held) | Taken::AtWork(held) => {
                let is_at_work = held.run == run && lease::may_work(&held, now);
                return Err(if is_at_work { elsewhere().into() } else { self.held(cx, environment, &held).await });
            }
        };
        // It may have gone on, and released its lock again, between the look at the remote and the lock.
        let here = files::read(&self.store.run(run).join("journal.jsonl"))?.unwrap_or_default();
        let (_, there) = self.tip(environment, run).await?;
        if there.is_some_and(|there| !here.starts_with(&there.journal)) {
            self.lock(environment).release(&nonce).await?;
            return Err(elsewhere().into());
        }
        Ok((nonce, tenure))
    }

    /// Releases the lock that was taken for a line which could not be written: no journal names it, and nobody would get in.
    pub(super) async fn let_go(&self, environment: &str, unwritten: &Event) {
        if let Event::RunResumed { lock_nonce: Some(nonce), .. } = unwritten {
            // What stopped it is told, and who comes next is told of the lock.
            let _ = self.lock(environment).release(nonce).await;
        }
    }

    /// Whether a process is at work on a run, here or on another machine: a lock that is not renewed is that of a lost one.
    ///
    /// # Errors
    /// Exit code 3 where that cannot be told.
    pub(super) async fn is_at_work(&self, environment: &str, run: &str) -> Result<bool> {
        let holder = self.lock(environment).holder().await?;
        let may_work = |held: Owner| held.run == run && lease::may_work(&held, crate::io::machine::now());
        Ok(self.store.is_worked_on(run) || holder.is_some_and(may_work))
    }

    /// That another run, or another process of this one, holds the lock.
    async fn held(&self, cx: &Context, environment: &str, held: &Owner) -> anyhow::Error {
        let now = crate::io::machine::now();
        let waits = self.waits_for(&held.run).await;
        let since = crate::duration::shown(now.duration_since(held.at).unsigned_abs());
        let told = words::Held { environment, held: (&held.run, &held.host), at: held.at, since: &since };
        let message = told.text(cx.config.language, held.renewed, &waits);
        let help = words::unlock(cx.config.language, environment, &held.nonce);
        Failure::refused("deploy/locked", message).help(help).into()
    }

    /// What the run that holds a lock waits for, as far as its journal is here or on the remote.
    async fn waits_for(&self, run: &str) -> Vec<String> {
        let is_here = self.store.read(run).is_ok_and(|journal| journal.is_some());
        if !is_here && self.bring(run).await.is_err() {
            return Vec::new();
        }
        let journal = self.store.read(run).ok().flatten();
        let state = journal.map(|journal| State::of(&journal)).unwrap_or_default();
        let people = state.waiting.iter().filter(|(_, reason)| *reason != journal::FOR_WINDOW);
        people.map(|(place, _)| place.to_string()).collect()
    }

    /// Makes sure that the lock is still this process's; the commit that says so.
    ///
    /// # Errors
    /// Exit code 1 where it is not, 3 where that cannot be told.
    pub(super) async fn hold(
        &self,
        environment: &str,
        run: &str,
        nonce: &str,
        last: Option<&Sha>,
    ) -> Result<Option<Sha>> {
        let owner = Self::owner(run, nonce, crate::io::machine::now());
        self.lock(environment).hold(&owner, last).await
    }

    /// The runs of an environment that are here, then these that went on elsewhere, with moments in their journals by which all that
    /// was done in it is in order.
    ///
    /// # Errors
    /// Exit code 3 where a journal is not believed, or the plan of a run that has not ended is not there.
    pub(super) fn known(&self, environment: &str, elsewhere: &[Apart]) -> Result<Vec<Known>> {
        let mut known = Vec::new();
        for run in self.store.runs()? {
            let Some(journal) = self.store.read(&run)? else { continue };
            let state = State::of(&journal);
            if state.started.environment != environment {
                continue;
            }
            let read = self.kept(&run, &state);
            // One that did nothing is perhaps just made, or taken away by its own process: its plan need not be there.
            let must = state.finished.is_none() && journal.entries.len() > 1;
            let plan = if must { Some(read?.plan) } else { read.ok().map(|read| read.plan) };
            known.push(Known { run, journal, plan });
        }
        for Apart { copy, .. } in elsewhere {
            let Ok(journal) = journal::read(&copy.journal) else { continue };
            let plan = std::str::from_utf8(&copy.plan).ok().and_then(|text| Plan::parse("plan.yml", text).ok());
            known.push(Known { run: copy.run.clone(), journal, plan });
        }
        let mut journals: Vec<_> = known.iter_mut().map(|one| (one.run.as_str(), &mut one.journal)).collect();
        in_order(&mut journals, self.puts.borrow().get(environment).map(Vec::as_slice).unwrap_or_default());
        Ok(known)
    }

    /// The version that is in service in an environment, by the journals here.
    pub(super) fn previous(&self, environment: &str, names: &VersionTag) -> Result<Before> {
        let service = service(&self.known(environment, &[])?);
        let run = match service.serving() {
            Serving::Nothing => return Ok(Before::Nothing),
            Serving::Version(version) => return Ok(Before::Version(version.to_owned())),
            Serving::Unclear(run) => return Ok(Before::Unclear(run.to_owned())),
            Serving::Run(run) => run.to_owned(),
        };
        let started = self.store.read(&run)?.map(|journal| State::of(&journal).started).unwrap_or_default();
        let Started { version, sha, .. } = started;
        let version = version.map_or_else(|| self.version_at(sha.as_deref(), names), |named| Ok(Some(named)))?;
        Ok(version.map_or(Before::Unnamed(run), Before::Version))
    }

    /// The commit that the clone is at, where it has one.
    pub(super) fn commit(&self) -> Option<String> {
        Some(self.repository.as_ref()?.head().ok()?.commit.to_string())
    }

    /// The highest version whose tag is at a commit, by its tag.
    ///
    /// # Errors
    /// Exit code 3 where the repository cannot be read.
    pub(super) fn version_at(&self, sha: Option<&str>, names: &VersionTag) -> Result<Option<String>> {
        let Some((repository, sha)) = self.repository.as_ref().zip(sha) else { return Ok(None) };
        let tags = repository.tags()?.into_iter().filter(|tag| tag.commit.as_str() == sha);
        let versions = tags.filter_map(|tag| Some((names.version(&tag.name)?, tag.name)));
        Ok(versions.max().map(|(_, tag)| tag))
    }

    /// Puts the journal of a run on the remote, where there is one: onto the last copy that this process made, else onto what
    /// is there.
    ///
    /// # Errors
    /// Exit code 1 where another process put one there meanwhile, 3 where the remote does not take it.
    pub(super) async fn copy(
        &self,
        run: &str,
        environment: &str,
        plan: &str,
        last: Option<&Sha>,
    ) -> Result<Option<Sha>> {
        let (Some(remote), Some(repository)) = (&self.remote, &self.repository) else { return Ok(None) };
        let journal = files::read(&self.store.run(run).join("journal.jsonl"))?.unwrap_or_default();
        let copy = runs::Copy { run: run.to_owned(), journal, plan: plan.as_bytes().to_vec() };
        let made = runs::put(remote, repository, environment, &copy, last).await;
        let made = made.map_err(|error| self.moved(environment, error))?;
        self.saw(environment, &made)?;
        Ok(Some(made))
    }

    /// The language of who reads.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// Writes down a person's word, on the remote first where there is one: what is not there is nowhere.
    ///
    /// # Errors
    /// Exit code 1 where another process put something there meanwhile, 3 where the remote does not take it.
    pub(super) async fn record(&self, opened: &mut Opened, event: &Event) -> Result<Timestamp> {
        let now = crate::io::machine::now();
        let Opened { run, writer, state, read, .. } = opened;
        if let (Some(remote), Some(repository)) = (&self.remote, &self.repository) {
            let (journal, plan) = (writer.with(now, event)?, read.text.as_bytes().to_vec());
            let copy = runs::Copy { run: run.clone(), journal, plan };
            let environment = &state.started.environment;
            let put = runs::put(remote, repository, environment, &copy, None).await;
            self.saw(environment, &put.map_err(|error| self.moved(environment, error))?)?;
        }
        writer.append(now, event, true)?;
        state.apply(now, writer.attempt(), event);
        Ok(now)
    }

    /// The last commit of an environment on the remote, and a run as it was put there last.
    ///
    /// # Errors
    /// Exit code 3 where the remote cannot be read.
    pub(super) async fn tip(&self, environment: &str, run: &str) -> Result<(Option<Sha>, Option<runs::Copy>)> {
        let (Some(remote), Some(repository)) = (&self.remote, &self.repository) else { return Ok((None, None)) };
        runs::tip(remote, repository, environment, run).await
    }

    /// The only run that has not ended and can go on here.
    ///
    /// # Errors
    /// Exit code 2 where there is none, or more than one; 3 where there is one of which that cannot be told.
    pub(super) fn only_open(&self, apart: &[Apart]) -> Result<String> {
        let mut open = Vec::new();
        for id in self.store.runs()?.into_iter().filter(|id| apart.iter().all(|apart| apart.copy.run != *id)) {
            let is_open = |journal: &Journal| !journal.entries.is_empty() && State::of(journal).finished.is_none();
            if self.store.read(&id)?.as_ref().is_some_and(is_open) {
                open.push(id);
            }
        }
        match open.as_slice() {
            [one] => Ok(one.clone()),
            [] if !apart.is_empty() => {
                Err(apart.first().map_or_else(|| anyhow::anyhow!("no run"), |apart| apart.failure.clone().into()))
            }
            [] => Err(Failure::usage("deploy/no-run", "there is no run that has not ended")
                .help("name one: zarpe deploy status lists them")
                .into()),
            _ => Err(Failure::usage("deploy/which-run", format!("these runs have not ended: {}", open.join(", ")))
                .help("name one of them")
                .into()),
        }
    }

    /// The plan that a run goes by, as it was kept with its journal; the one before where a process was killed between keeping another
    /// one and going on by it.
    ///
    /// # Errors
    /// Exit code 2 where there is no such run, 3 where its plan is not there.
    pub(super) fn kept(&self, run: &str, state: &State) -> Result<Read> {
        let folder = self.store.run(run);
        let text = |name: &str| {
            Ok::<_, anyhow::Error>(files::read(&folder.join(name))?.and_then(|bytes| String::from_utf8(bytes).ok()))
        };
        let now = text(PLAN)?.ok_or_else(|| {
            let path = folder.join(PLAN);
            Failure::cannot_tell("deploy/no-plan", format!("the plan of run {run} is not at {}", path.display()))
        })?;
        let is_it = |text: &String| sha256(text.as_bytes()) == state.plan_sha256;
        let before = if is_it(&now) { None } else { text(PLAN_BEFORE)?.filter(is_it) };
        Read::of(&state.started.plan, before.unwrap_or(now))
    }

    /// Keeps the plan that a run goes by from now on, and the one before until it does.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written.
    pub(super) fn keep_plan(&self, run: &str, text: &str) -> Result<()> {
        let folder = self.store.run(run);
        let [kept, before] = [PLAN, PLAN_BEFORE].map(|name| files::read(&folder.join(name)));
        match (kept?, before?) {
            (Some(kept), _) if kept == text.as_bytes() => return Ok(()),
            // Where it is put back, the one before is the only one that the run can go by.
            (_, Some(before)) if before == text.as_bytes() => {}
            (Some(kept), _) => files::write(&folder.join(PLAN_BEFORE), &kept)?,
            (None, _) => {}
        }
        files::write(&folder.join(PLAN), text.as_bytes())
    }

    /// How a plan's file is named in a journal: from the top of the clone, else in whole; each later command means the same.
    ///
    /// # Errors
    /// Exit code 3 where the current folder is not known.
    pub(super) fn named(&self, cx: &Context, file: &Path) -> Result<String> {
        let file = files::absolute(&cx.directory.join(file))?;
        let tree = self.repository.as_ref().and_then(Repository::work_tree);
        let below = tree.and_then(|tree| files::path_below(&tree, &file));
        Ok(below.unwrap_or_else(|| file.display().to_string()))
    }

    /// Where the file of a plan is, by its name in a journal and the digest that it had there.
    fn path(&self, cx: &Context, file: &str, digest: &str) -> PathBuf {
        let (named, typed) = (self.top.join(file), cx.directory.join(file));
        let holds =
            |path: &PathBuf| files::read(path).is_ok_and(|text| text.is_some_and(|text| sha256(&text) == digest));
        // Older journals have it as it was typed, in a folder that they do not tell: only the very same plan is believed.
        if named != typed && !holds(&named) && holds(&typed) { typed } else { named }
    }

    /// The plan as it is now, where its file is there.
    ///
    /// # Errors
    /// Exit code 2 where it is no plan any more.
    pub(super) fn current(&self, cx: &Context, file: &str, digest: &str) -> Result<Option<Read>> {
        let path = self.path(cx, file, digest);
        if files::read(&path)?.is_none() {
            return Ok(None);
        }
        Ok(Some(Read::of(file, check::text(cx, &path, "plan")?)?))
    }

    /// Whether the plan's file holds other bytes by now.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be read.
    pub(super) fn differs(&self, cx: &Context, file: &str, digest: &str) -> Result<bool> {
        let now = files::read(&self.path(cx, file, digest))?;
        Ok(now.is_some_and(|bytes| sha256(&bytes) != digest))
    }
}
