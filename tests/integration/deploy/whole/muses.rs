//! The plan of SEP-MUSES: sign-offs by role, a window in the night, and a rollback.

use super::{LATER, Whole, made};
use crate::support::parts::clock;
use crate::support::{ExitCode, Run};

const PEOPLE: [(&str, &str); 7] = [
    ("lider-despliegue", ""),
    ("iker", "org/infraestructura"),
    ("dora", "org/desarrollo"),
    ("lider-desarrollo", ""),
    ("quinn", "org/qa"),
    ("lider-qa", ""),
    ("dba", ""),
];
const LEADER: &str = "lider-despliegue";

struct Muses {
    whole: Whole,
    /// The commit that merging makes.
    merged: String,
    pull: u64,
}

impl Muses {
    /// Version 2 waits on its release branch, approved and green, half an hour after the window opens.
    fn new() -> Option<Self> {
        let plan = include_str!("../../../../examples/muses.yml");
        let mut whole = Whole::new(plan, "web", &PEOPLE, clock::until_the_evening())?;
        let base = whole.harbor.head();
        whole.harbor.repo.git(["switch", "--quiet", "--create", "release/v2.0"]);
        let repo = whole.site.second(whole.harbor.repo);
        made(&whole.site, &repo);
        whole.harbor.repo = repo.commit("feat: tell how far a submission is");
        let head = whole.harbor.repo.sha("HEAD");
        let pull = whole.harbor.github.state(|state| state.add_pull("Version 2.0", "bruno", &base, &[&head]));
        whole.harbor.push("release/v2.0");
        whole.harbor.push(&format!("release/v2.0:refs/pull/{pull}/head"));
        whole.harbor = whole.harbor.later().check_of(&head, "test", "success");
        whole.harbor = whole.harbor.state(|state| {
            state.add_review(pull, "rita", "APPROVED");
        });
        whole.site.shell(&whole.harbor.repo, "docker build -t $IMAGEN:v2.0.0 .\ndocker push $IMAGEN:v2.0.0");
        whole.harbor.repo.git(["switch", "--quiet", "--detach", "main"]);
        whole.harbor.repo.git([
            "merge",
            "--quiet",
            "--no-ff",
            "--message",
            "Merge pull request: Version 2.0",
            "release/v2.0",
        ]);
        let merged = whole.harbor.repo.sha("HEAD");
        whole.harbor.repo.git(["switch", "--quiet", "main"]);
        std::fs::write(whole.site.path().join("critical"), "0\n").unwrap();
        whole.site.calls();
        Some(Self { whole, merged, pull })
    }

    fn by(&self, login: &str, words: &[&str], later: i64) -> Run {
        self.whole.by(login, words, later, "")
    }

    /// What GitHub does when it is told to merge.
    fn merge_when_asked(&self) {
        let begun = std::time::Instant::now();
        while !self.whole.site.path().join("merge").exists() {
            if begun.elapsed() > std::time::Duration::from_secs(60) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        self.whole.harbor.push(&format!("{}:refs/heads/main", self.merged));
        self.whole.harbor.github.state(|state| {
            state.merge_pull(self.pull, "lider-desarrollo", &self.merged);
            state.add_check(&self.merged, "test", "success");
            // Long enough for every other check to have been registered.
            state.advance(jiff::SignedDuration::from_mins(10));
        });
        std::fs::write(self.whole.site.path().join("merged"), "").unwrap();
    }

    /// Up to the sign-off that opens the window.
    fn prepared() -> Option<Self> {
        let muses = Self::new()?;
        let inputs = ["--input", "version=v2.0.0", "--input", "release_branch=release/v2.0", "--previous", "v1.0.0"];
        let words: Vec<&str> = ["run", "plan.yml"].into_iter().chain(inputs).collect();
        muses.by(LEADER, &words, 0).exits(ExitCode::Waiting);
        assert!(muses.whole.mail.messages().iter().any(|text| text.contains("stakeholders@example.mx")));
        for login in [LEADER, "iker", "dora", "quinn", "dba"] {
            muses.whole.sign(login, "predespliegue/2", 0, "");
        }
        muses.by(LEADER, &["resume", "7"], 0).exits(ExitCode::Waiting);
        muses.whole.sign("lider-qa", "predespliegue/5", 0, "");
        std::thread::scope(|scope| {
            scope.spawn(|| muses.merge_when_asked());
            muses.by("lider-desarrollo", &["resume", "7"], 0).exits(ExitCode::Waiting)
        });
        muses.whole.all_done(&[("predespliegue", 11)]);
        let tags = muses.whole.harbor.remote_refs("refs/tags/v2.0.0*");
        assert!(tags.contains(&format!("refs/tags/v2.0.0^{{}} {}", muses.merged)), "{tags}");
        assert!(!muses.whole.site.in_maintenance());
        muses.whole.sign(LEADER, "ventana/1", 0, "");
        Some(muses)
    }
}

#[test]
fn the_plan_of_muses_runs_whole_and_a_log_that_says_too_little_is_signed() {
    let Some(muses) = Muses::prepared() else { return };
    let (whole, site) = (&muses.whole, &muses.whole.site);
    let page = site.watched();
    whole.until_the_log_gate(LEADER, &["resume", "7"], "");
    let (pages, answers) = page.end();
    assert!(pages > 20 && answers > 0, "{pages} {answers}");
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v2.0.0"));
    // Nobody came before: that shows nothing.
    muses.by(LEADER, &["resume", "7"], LATER).exits(ExitCode::Waiting);
    whole.sign("dora", "observacion/1", LATER, "");
    muses.by(LEADER, &["resume", "7"], LATER).exits(ExitCode::Waiting);
    whole.sign(LEADER, "cierre/1", LATER, "");
    muses.by(LEADER, &["resume", "7"], LATER).exits(ExitCode::Done);
    whole.all_done(&[("ventana", 9), ("cierre", 2)]);
    assert_eq!(whole.mail.messages().len(), 2);
}

#[test]
fn a_failed_smoke_test_of_the_plan_of_muses_is_taken_back_told_and_looked_into() {
    let Some(muses) = Muses::prepared() else { return };
    let (whole, site) = (&muses.whole, &muses.whole.site);
    let before = [site.postgres.schema("muses"), site.postgres.rows("muses")];
    let page = site.watched();
    site.breaks("/api/v1/submissions");
    muses.by(LEADER, &["resume", "7"], 0).exits(ExitCode::Waiting);
    assert_eq!(whole.outcome("ventana", "8").as_deref(), Some("failure"));
    assert!(site.in_maintenance() && site.postgres.schema("muses") != before[0]);
    whole.sign(LEADER, "ventana/rollback/1", 0, "");
    muses.by(LEADER, &["resume", "7"], 0).exits(ExitCode::Refused);
    let (pages, answers) = page.end();
    assert!(pages > 50 && answers > 0, "{pages} {answers}");
    assert_eq!([site.postgres.schema("muses"), site.postgres.rows("muses")], before);
    assert_eq!(site.serves(&site.front.public()).as_deref(), Some("v1.0.0"));
    let issues = whole.harbor.github.state(|state| state.issues.clone());
    let [issue] = issues.as_slice() else { panic!("{issues:?}") };
    assert!(issue.body.as_ref().is_some_and(|body| body.contains("v2.0.0") && body.contains("6.3a")), "{issue:?}");
    assert_eq!(whole.mail.messages().len(), 2, "the window, and that it was taken back");
}
