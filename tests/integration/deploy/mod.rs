//! `zarpe deploy`.

mod check;
mod covers;
mod deployments;
mod docs;
mod issue;
#[cfg(unix)]
mod kill;
#[cfg(unix)]
mod killed_parts;
mod lock;
#[cfg(unix)]
mod logs;
mod maintenance;
#[cfg(unix)]
mod muses;
mod ready;
mod rollback;
mod run;
mod secrets;
#[cfg(unix)]
mod sigim;
mod sign;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;
mod uses;
#[cfg(unix)]
mod whole;

use crate::support::{Repo, Zarpe};

/// A repository with a plan of this text.
pub fn planned(text: &str) -> Repo {
    Repo::new().commit("chore: begin").write("plan.yml", text)
}

/// `zarpe deploy …`, in the run 7.
pub fn deploy<'a>(repo: &Repo, words: impl IntoIterator<Item = &'a str>) -> Zarpe {
    repo.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7")
}

/// The lines of a file of the work tree that steps write into; none where it is not there.
pub fn lines(repo: &Repo, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(repo.path().join(file)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The events of the journal of run 7.
pub fn events(repo: &Repo) -> Vec<serde_json::Value> {
    let journal = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let text = std::fs::read_to_string(journal).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The names of the events of the journal of run 7.
pub fn names(repo: &Repo) -> Vec<String> {
    events(repo).iter().map(|event| event["event"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The version that ran before, as a run's journal has it.
pub fn previous(repo: &Repo, run: &str) -> Option<String> {
    let text = std::fs::read_to_string(repo.path().join(format!(".git/zarpe/runs/{run}/journal.jsonl"))).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    first["previous_tag"].as_str().map(str::to_owned)
}
