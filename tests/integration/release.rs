//! `zarpe release`: every reason at once where it is refused, everything in order where it is cleared, and nothing twice.

use zarpe::embedded::state::AssetState;

use crate::support::{ExitCode, Harbor, TOKEN};

const SCHEMA: &str = "openapi: 3.0.3\ninfo: {title: Boat, version: '1'}\npaths: {}\n";
const CONFIG: &str =
    "openapi:\n  - schema: schema.yml\n    generate: cat generated.yml\nnotes:\n  assets: [schema.yml]\n";

/// `v1.0.0` is released; since then an approved feature was merged, and its check passed.
pub fn ready() -> Harbor {
    with("feat: list the cargo").approved_by("rita").check("test", "success")
}

/// A change that nobody approved and no check looked at.
fn with(title: &str) -> Harbor {
    let mut harbor = Harbor::new();
    harbor.repo = harbor
        .repo
        .write("schema.yml", SCHEMA)
        .write("generated.yml", SCHEMA)
        .write("zarpe.yml", CONFIG)
        .commit("chore: begin");
    harbor.push("main");
    harbor.tagged("v1.0.0").merged_pull(title, "bruno")
}

pub fn published(harbor: &Harbor) -> Vec<(String, bool, Vec<String>)> {
    harbor.github.state(|state| {
        let assets = |release: &zarpe::embedded::state::Release| {
            release.assets.iter().map(|asset| format!("{} {}", asset.name, asset.bytes.len())).collect()
        };
        state.releases.iter().map(|release| (release.tag.clone(), release.draft, assets(release))).collect()
    })
}

pub fn whole() -> Vec<(String, bool, Vec<String>)> {
    vec![("v1.1.0".to_owned(), false, vec![format!("schema.yml {}", SCHEMA.len())])]
}

#[test]
fn a_cleared_release_is_tagged_and_published_with_its_assets() {
    let harbor = ready();
    let run = harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done);
    run.says("is cleared as 1.1.0").says("release v1.1.0 is published").never_says(TOKEN);
    assert_eq!(published(&harbor), whole());
    assert_eq!(harbor.repo.sha("v1.1.0"), harbor.head());
    let refs = harbor.remote_refs("refs/tags/*");
    assert!(refs.contains(&format!("refs/tags/v1.1.0^{{}} {}", harbor.head())), "{refs}");
    assert!(refs.contains(&format!("refs/tags/sha-{} {}", &harbor.head()[..7], harbor.head())), "{refs}");
    let notes = harbor.github.state(|state| state.releases[0].body.clone().unwrap());
    assert!(notes.contains("list the cargo"), "{notes}");
}

#[test]
fn running_again_changes_nothing() {
    let harbor = ready();
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done);
    let before = harbor.remote_refs("refs/*");
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done).says("2 already right");
    assert_eq!((harbor.remote_refs("refs/*"), published(&harbor)), (before, whole()));
}

#[test]
fn a_refusal_names_every_reason_at_once_and_nothing_is_done() {
    let mut harbor = with("feat: list the cargo").check("test", "failure");
    harbor.repo = harbor.repo.write("generated.yml", &SCHEMA.replace("Boat", "Ship"));
    let before = harbor.remote_refs("refs/*");
    let run = harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Refused);
    run.says("not green").says("not approved").says("schema.yml is stale").says("is not cleared");
    assert_eq!((harbor.remote_refs("refs/*"), published(&harbor)), (before, vec![]));
}

#[test]
fn a_stale_schema_alone_ends_with_its_own_exit_code() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write("generated.yml", &SCHEMA.replace("Boat", "Ship"));
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Stale).says("zarpe openapi check --fix");
    assert_eq!(published(&harbor), vec![]);
}

#[test]
fn evidence_that_cannot_be_seen_is_no_clearance() {
    let harbor = with("feat: list the cargo").approved_by("rita");
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::CannotTell).says("is not cleared");
    assert_eq!(published(&harbor), vec![]);
}

#[test]
fn without_a_terminal_and_without_yes_the_plan_is_printed_and_nothing_is_done() {
    let harbor = ready();
    let before = harbor.remote_refs("refs/*");
    let run = harbor.zarpe(["release"]).run().exits(ExitCode::Usage);
    run.says("push tags v1.1.0").says("publish release v1.1.0 with schema.yml").says("--yes");
    assert_eq!((harbor.remote_refs("refs/*"), published(&harbor)), (before, vec![]));
}

#[test]
fn a_dry_run_prints_the_plan_and_stops() {
    let harbor = ready();
    let before = harbor.remote_refs("refs/*");
    let run = harbor.zarpe(["release", "--dry-run", "--format", "json"]).run().exits(ExitCode::Done);
    let document = run.json_of("release/v1");
    assert_eq!(document["candidate"]["tag"], "v1.1.0");
    assert_eq!(document["actions"][0]["state"], "planned");
    assert_eq!((harbor.remote_refs("refs/*"), published(&harbor)), (before, vec![]));
}

#[test]
fn a_tag_without_a_release_is_finished_not_skipped() {
    let harbor = ready();
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done);
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done).says("1 made now, 1 already right");
    assert_eq!(published(&harbor), whole());
}

#[test]
fn a_draft_of_an_earlier_run_is_adopted_and_its_half_asset_repaired() {
    let harbor = ready();
    harbor.zarpe(["release", "--yes", "--draft"]).run().exits(ExitCode::Done).says("is a draft");
    harbor.github.state(|state| {
        let asset = &mut state.releases[0].assets[0];
        asset.state = AssetState::Starter;
        asset.bytes.clear();
    });
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done);
    assert_eq!(published(&harbor), whole());
}

#[test]
fn two_releases_of_one_tag_are_refused() {
    let harbor = ready();
    harbor.zarpe(["release", "--yes", "--draft"]).run().exits(ExitCode::Done);
    harbor.github.state(|state| {
        let mut second = state.releases[0].clone();
        second.id = state.id();
        state.releases.push(second);
    });
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Refused).says("more than one release of v1.1.0");
}

#[test]
fn an_asset_that_is_not_there_is_refused_before_anything_leaves() {
    let harbor = ready();
    std::fs::write(harbor.repo.scratch().join("outside.txt"), "outside").unwrap();
    for path in ["no.txt", "../outside.txt", "."] {
        harbor.zarpe(["release", "--yes", "--asset", path]).run().exits(ExitCode::Usage).says("to attach");
    }
    assert_eq!(published(&harbor), vec![]);
    assert!(!harbor.remote_refs("refs/tags/*").contains("v1.1.0"));
}

#[test]
fn an_asset_that_differs_from_the_commit_is_refused() {
    let mut harbor = ready();
    let other = format!("# touched\n{SCHEMA}");
    harbor.repo = harbor.repo.write("schema.yml", &other);
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Refused).says("git restore");
    assert_eq!(published(&harbor), vec![]);
}

#[test]
fn nothing_to_release_is_done_and_changes_nothing() {
    let harbor = with("docs: a word").approved_by("rita").check("test", "success");
    let before = harbor.remote_refs("refs/*");
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done).says("nothing to release");
    assert_eq!((harbor.remote_refs("refs/*"), published(&harbor)), (before, vec![]));
}

#[test]
fn a_waiver_lets_one_commit_through_and_is_shown_until_it_ends() {
    for (expires, exit) in [("2999-12-31", ExitCode::Done), ("2020-01-01", ExitCode::Refused)] {
        let mut harbor = with("fix: at night").check("test", "success");
        let waiver = format!("sha: {}, reason: the pier was on fire, by: rita, expires: {expires}", harbor.head());
        harbor.repo = harbor.repo.write("zarpe.yml", &format!("{CONFIG}verify:\n  waive:\n    - {{{waiver}}}\n"));
        let run = harbor.zarpe(["verify"]).run().exits(exit).says("rita").says(expires);
        if exit == ExitCode::Done {
            run.says("warning: ").says("is released without approval").says("the pier was on fire");
        }
    }
}

/// What a person reads, without what differs from run to run.
fn read(harbor: &Harbor, run: &crate::support::Run) -> String {
    format!("{}{}", run.stdout, run.stderr).replace(harbor.github.origin(), "ORIGIN")
}

#[test]
fn the_texts_of_a_release_are_as_written_down() {
    let mut refused = with("feat: list the cargo").check("test", "failure");
    refused.repo = refused.repo.write("generated.yml", &SCHEMA.replace("Boat", "Ship"));
    insta::assert_snapshot!("release_refused", read(&refused, &refused.zarpe(["release", "--yes"]).run()));
    let harbor = ready();
    insta::assert_snapshot!("release_planned", read(&harbor, &harbor.zarpe(["release", "--dry-run"]).run()));
    insta::assert_snapshot!("tag_pushed", read(&harbor, &harbor.zarpe(["tag", "--push"]).run()));
    insta::assert_snapshot!("release_done", read(&harbor, &harbor.zarpe(["release", "--yes"]).run()));
    insta::assert_snapshot!("release_again", read(&harbor, &harbor.zarpe(["release", "--yes"]).run()));
}
