//! The maintenance window of a real document, killed at every line of its journal while it works on PostgreSQL and on a service
//! behind nginx: resumed, both end as those of a run that was never killed.

use super::{deploy, names, planned};
use crate::kills::{can_trace, traced};
use crate::support::parts::Site;
use crate::support::{ExitCode, Repo, Zarpe};

/// The call that writes a line of the journal: nothing else of this program makes it.
const CALL: &str = "pwrite64";
/// The signals in turn: each line meets one of them.
const SIGNALS: [&str; 3] = ["KILL", "TERM", "INT"];
const RUN: [&str; 6] = ["run", "plan.yml", "--input", "version=v2.0.0", "--previous", "v1.0.0"];

struct Window {
    repo: Repo,
    site: Site,
}

/// What is left of a run in the end: the definitions and the rows of the database, the version that people reach, whether the page
/// is on, and whether somebody holds the lock.
#[derive(Debug, PartialEq)]
struct End(String, String, Option<String>, bool, bool);

impl Window {
    fn new() -> Option<Self> {
        let site = Site::start()?;
        let repo = site.second(site.first(planned(include_str!("plans/ventana.yml")), "web"));
        site.shell(
            &repo,
            "docker build -t $IMAGEN:v2.0.0 .\npg_dump --format=custom --file \"$BACKUPS/antes.dump\" \"$DB_URL\"",
        );
        Some(Self { repo, site })
    }

    fn zarpe<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Zarpe {
        self.site.knows(deploy(&self.repo, words))
    }

    /// What can be put back: the database, the runs, and whether the page is on.
    fn keep(&self) -> bool {
        self.site.postgres.create("kept", "muses");
        self.site.shell(&self.repo, "rm -rf \"$PARTS/kept\"; [ ! -e .git/zarpe ] || cp -a .git/zarpe \"$PARTS/kept\"");
        self.site.in_maintenance()
    }

    fn put_back(&self, maintenance: bool) {
        self.site.stops();
        self.site.postgres.drop("muses");
        self.site.postgres.create("muses", "kept");
        let page = if maintenance { "touch \"$PARTS/maintenance\"" } else { "rm -f \"$PARTS/maintenance\"" };
        let runs = "rm -rf .git/zarpe; [ ! -e \"$PARTS/kept\" ] || cp -a \"$PARTS/kept\" .git/zarpe";
        self.site.shell(&self.repo, &format!("{page}\n{runs}"));
    }

    fn end(&self) -> End {
        let Self { site, repo } = self;
        let locked = repo.path().join(".git/zarpe/locks/produccion.json").exists();
        let [schema, rows] = [site.postgres.schema("muses"), site.postgres.rows("muses")];
        // A smoke test that is killed after its request is made again: what it wrote is gone, and the number that it took is not.
        let is_row = |line: &&str| !line.starts_with("SELECT pg_catalog.setval");
        let rows = rows.lines().filter(is_row).map(|line| line.to_owned() + "\n").collect();
        End(schema, rows, site.serves(&site.front.public()), site.in_maintenance(), locked)
    }

    /// Kills `words` at every line that it writes, and goes on each time by what `then` says.
    fn killed_at_every_line(&self, words: &[&str], code: ExitCode, begun: &str) -> usize {
        let maintenance = self.keep();
        let (_, calls) = traced(self.zarpe(words.iter().copied()), CALL, None);
        let whole = self.end();
        assert_eq!((whole.3, whole.4), (false, false), "{whole:?}");
        for (at, (call, nth)) in calls.iter().enumerate() {
            self.put_back(maintenance);
            let signal = SIGNALS[at % 3];
            traced(self.zarpe(words.iter().copied()), CALL, Some(&format!("{call}:signal={signal}:when={nth}")));
            // Killed before its first line it was never begun.
            if names(&self.repo).iter().any(|name| name == begun) {
                self.zarpe(["resume", "7"]).run().exits(code);
            } else {
                if names(&self.repo).is_empty() {
                    let _ = std::fs::remove_dir_all(self.repo.path().join(".git/zarpe"));
                }
                self.zarpe(words.iter().copied()).run().exits(code);
            }
            assert_eq!(self.end(), whole, "{signal} at line {nth}");
        }
        calls.len()
    }
}

#[test]
fn b17_b18_killed_at_every_line_the_database_and_the_service_end_the_same() {
    if !can_trace() {
        return;
    }
    let Some(window) = Window::new() else { return };
    let lines = window.killed_at_every_line(&RUN, ExitCode::Done, "run_started");
    assert!(lines >= 20, "{lines}");
    let End(schema, rows, version, ..) = window.end();
    assert!(schema.contains("CREATE TABLE public.avance") && rows.contains("inscripcion-7"), "{schema}{rows}");
    assert_eq!(version.as_deref(), Some("v2.0.0"));
}

#[test]
fn b19_killed_at_every_line_of_its_rollback_the_database_is_as_before() {
    if !can_trace() {
        return;
    }
    let Some(window) = Window::new() else { return };
    let Window { site, .. } = &window;
    let before = [site.postgres.schema("muses"), site.postgres.rows("muses")];
    site.breaks("/api/v1/submissions");
    window.zarpe(RUN).run().exits(ExitCode::Waiting).says("zarpe deploy rollback 7 ventana");
    assert!(site.in_maintenance() && site.postgres.schema("muses") != before[0]);
    let lines = window.killed_at_every_line(&["rollback", "7"], ExitCode::Refused, "rollback_requested");
    assert!(lines >= 14, "{lines}");
    assert_eq!([site.postgres.schema("muses"), site.postgres.rows("muses")], before);
    let End(_, _, version, ..) = window.end();
    assert_eq!(version.as_deref(), Some("v1.0.0"));
}
