//! `zarpe deploy`.

#[cfg(unix)]
mod beside;
mod board;
mod check;
mod covers;
mod deployments;
mod docs;
mod follow_up;
mod issue;
#[cfg(unix)]
mod kill;
#[cfg(unix)]
mod killed_parts;
mod later;
mod learned;
#[cfg(unix)]
mod limits;
mod lock;
#[cfg(unix)]
mod logs;
#[cfg(unix)]
mod machines;
mod maintenance;
mod masked;
#[cfg(unix)]
mod muses;
mod notice;
#[cfg(unix)]
mod overtime;
mod ready;
mod report;
mod rollback;
mod run;
mod safe;
mod secrets;
mod sides;
#[cfg(unix)]
mod sigim;
mod sign;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod spanish;
#[cfg(unix)]
mod terminal;
mod uses;
#[cfg(unix)]
mod whole;
mod window;

use zarpe::embedded::state::{Role, Token};

use crate::support::{Harbor, Repo, Zarpe};

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

/// Makes the journal of a run one that began at this moment; each line is so many seconds later than it was, one more for each.
pub fn aged(repo: &Repo, run: &str, begin: jiff::Timestamp, apart: i64) {
    use zarpe::deploy::journal::{Tip, read};
    let path = repo.path().join(format!(".git/zarpe/runs/{run}/journal.jsonl"));
    let journal = read(&std::fs::read(&path).unwrap()).unwrap();
    let first = journal.entries[0].ts;
    let (mut tip, mut text) = (Tip::beginning(run), String::new());
    for (at, entry) in journal.entries.iter().enumerate() {
        let later = entry.ts.duration_since(first) + jiff::SignedDuration::from_secs(apart * at as i64);
        let (line, next) = Tip { attempt: entry.attempt, ..tip }.line(begin + later, entry.event.clone()).unwrap();
        text.push_str(&line);
        tip = next;
    }
    std::fs::write(path, text).unwrap();
}

/// Makes the journal of run 7 another one, event by event.
pub fn edited(repo: &Repo, mut edit: impl FnMut(&mut zarpe::deploy::journal::Event)) {
    use zarpe::deploy::journal::{Tip, read};
    let path = repo.path().join(".git/zarpe/runs/7/journal.jsonl");
    let journal = read(&std::fs::read(&path).unwrap()).unwrap();
    let (mut tip, mut text) = (Tip::beginning("7"), String::new());
    for mut entry in journal.entries {
        edit(&mut entry.event);
        let (line, next) = Tip { attempt: entry.attempt, ..tip }.line(entry.ts, entry.event).unwrap();
        text.push_str(&line);
        tip = next;
    }
    std::fs::write(path, text).unwrap();
}

/// The token of a person, in two parts, so that it is in no file of a test.
pub fn token(login: &str) -> String {
    format!("ghp_harbor0{login}token")
}

/// A GitHub with these people, each with a token, and a plan in the clone.
pub fn peopled(people: &[&str], plan: &str) -> Harbor {
    let mut harbor = Harbor::new().state(|state| {
        for login in people {
            state.add_user(login, Role::Write);
            state.add_token(&token(login), Token::classic(login));
        }
    });
    harbor.repo = harbor.repo.write("plan.yml", plan);
    harbor
}

/// `zarpe deploy …` as somebody, in the run 7.
pub fn by(harbor: &Harbor, who: &str, words: &[&str]) -> Zarpe {
    harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").env("ZARPE_TOKEN", token(who))
}

/// Another clone of the remote of a harbor.
pub fn cloned(harbor: &Harbor, folder: &std::path::Path) -> std::path::PathBuf {
    let git = |args: &[&str]| {
        let mut command = crate::support::git();
        assert!(command.args(args).status().unwrap().success(), "{args:?}");
    };
    let folder = folder.to_str().unwrap();
    git(&["clone", "--quiet", harbor.github.bare().to_str().unwrap(), folder]);
    git(&["-C", folder, "remote", "set-url", "origin", &harbor.github.clone_url()]);
    folder.into()
}

/// The binary in another clone, with the token and the addresses of the harbor.
pub fn at(harbor: &Harbor, folder: &std::path::Path, words: &[&str]) -> Zarpe {
    harbor.at_github(Zarpe::new(folder).args(words), harbor.github.origin())
}
