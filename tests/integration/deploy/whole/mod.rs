//! The plans of `examples/`, whole and as they stand there, against everything that they reach: GitHub, PostgreSQL, images in a
//! registry, a service behind nginx, mail.

mod muses;
mod sigim;

use std::process::Stdio;
use std::time::{Duration, Instant};

use zarpe::embedded::state::{Role, Token};

use super::events;
use crate::support::parts::{Mail, PASSWORD, SMOKE_TOKEN, Site, clock};
use crate::support::{ExitCode, Harbor, Repo, Run, Zarpe};

/// Longer than the log gate waits for traffic.
const LATER: i64 = 11 * 60;
const DAY: i64 = 24 * 60 * 60;

fn token(login: &str) -> String {
    format!("ghp_harbor0{}token", login.replace('-', "0"))
}

/// What a plan is run against.
struct Whole {
    harbor: Harbor,
    site: Site,
    mail: Mail,
}

/// What the documents of the schema's own folder are made by.
const MAKEFILE: &str = "api.md: ../schema.yml\n\tsed -n 's/^  version: /Version /p;s/^info: .*version: \\([^}]*\\)}/Version \\1/p' $< >$@\n";

impl Whole {
    /// Version 1 is released and its services serve; nothing of version 2 is there yet. The people are members of these teams.
    fn new(plan: &str, services: &str, people: &[(&str, &str)], ahead: i64) -> Option<Self> {
        let site = Site::start_ahead(ahead)?;
        if clock::library().is_none() {
            crate::support::skip("libfaketime is missing (tests/run installs it)");
            return None;
        }
        let mail = Mail::start(site.path())?;
        let mut harbor = Harbor::new().state(|state| {
            for (login, team) in people {
                state.add_user(login, Role::Write);
                state.add_token(&token(login), Token::classic(login));
                if !team.is_empty() {
                    state.teams.entry((*team).to_owned()).or_default().push((*login).to_owned());
                }
            }
        });
        let repo = harbor.repo.write("plan.yml", plan).write("zarpe.yml", "verify:\n  bases: [main, \"release/*\"]\n");
        let repo = repo.write("docs/Makefile", MAKEFILE).write("frontend/openapi-uso.json", "[\"submissions_create\"]");
        let repo = site.furnished(repo);
        made(&site, &repo);
        harbor.repo = site.first(repo, services);
        harbor.push("main");
        harbor = harbor.tagged("v1.0.0");
        site.calls();
        Some(Self { harbor, site, mail })
    }

    /// The binary, by this person, so many seconds later than it is.
    fn zarpe(&self, login: &str, words: &[&str], later: i64, hook: &str) -> Zarpe {
        let zarpe =
            self.harbor.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").env("ZARPE_TOKEN", token(login));
        let zarpe = self.site.knows_later(zarpe, later);
        let secrets = ["AWS_SECRET_ACCESS_KEY", "AZURE_ACCOUNT_KEY", "API_SECRET_TOKEN", "RENAPO_TOKEN"];
        let zarpe = secrets.into_iter().fold(zarpe, |zarpe, name| zarpe.env(name, SMOKE_TOKEN));
        let zarpe = zarpe
            .env("DATABASE_URL", self.site.database())
            .env("SMTP_URL", self.mail.url())
            .env("SMTP_FROM", "zarpe@example.mx");
        let zarpe = zarpe.env("SLACK_WEBHOOK", hook);
        zarpe
            .env("VISION_MAX_PER_MONTH", "1000")
            .env("RENAPO_URL", self.site.front.inner())
            .env("DOCKER_ROOT", self.site.path())
    }

    fn by(&self, login: &str, words: &[&str], later: i64, hook: &str) -> Run {
        self.zarpe(login, words, later, hook).run().never_says(PASSWORD).never_says(SMOKE_TOKEN)
    }

    fn sign(&self, login: &str, step: &str, later: i64, hook: &str) {
        self.by(login, &["sign", "7", step, "--evidence", "visto"], later, hook).exits(ExitCode::Done);
    }

    /// Goes on until the log gate waits for traffic; there the machine that runs it is stopped.
    fn until_the_log_gate(&self, login: &str, words: &[&str], hook: &str) {
        let mut zarpe = self.zarpe(login, words, 0, hook);
        let child = zarpe.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        let waits = || {
            events(&self.harbor.repo).iter().any(|one| one["event"] == "step_running" && one["job"] == "observacion")
        };
        let mut child = child;
        while !waits() && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(120), "it does not come to the log gate");
            std::thread::sleep(Duration::from_millis(30));
        }
        let pid = rustix::process::Pid::from_child(&child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(waits(), "it ended before the log gate: {said}");
        assert_eq!(output.status.code(), Some(i32::from(ExitCode::Waiting.code())), "{said}");
        assert!(!said.contains(PASSWORD) && !said.contains(SMOKE_TOKEN), "{said}");
        // Logs tell no part of a second: what comes in the one of the cut-over is of neither version.
        std::thread::sleep(Duration::from_secs(1));
    }

    /// What a step of the run came to, by its job and its id or number.
    fn outcome(&self, job: &str, step: &str) -> Option<String> {
        let events = events(&self.harbor.repo);
        let found = events.iter().rev().find(|one| {
            one["event"] == "step_finished" && one["job"] == job && one["step"] == step && one["part"] == "steps"
        });
        found?["outcome"].as_str().map(str::to_owned)
    }

    /// Every step of the plan that is in no job's rollback has come to a success.
    #[track_caller]
    fn all_done(&self, jobs: &[(&str, usize)]) {
        for (job, size) in jobs {
            let events = events(&self.harbor.repo);
            let done: std::collections::BTreeSet<&str> = events
                .iter()
                .filter(|one| one["event"] == "step_finished" && one["job"] == *job && one["outcome"] == "success")
                .filter(|one| one["part"] == "steps")
                .filter_map(|one| one["step"].as_str())
                .collect();
            assert_eq!(done.len(), *size, "{job}: {done:?}");
        }
    }
}

/// The schema and the documents, as their generators make them.
fn made(site: &Site, repo: &Repo) {
    site.shell(repo, "python manage.py spectacular >schema.yml\nmake -s -C docs");
}
