//! What a rollback needs is shown before the window opens, and what the window lost is told before it is taken back.

use super::{deploy, events, lines, planned};
use crate::support::{ExitCode, Registry, Repo, skip};

const PLAN: &str = "
roles: {boss: '@bea'}
jobs:
  before:
    outputs: {copy: '${{ steps.dump.outputs.file }}', digest: '${{ steps.dump.outputs.sha256 }}'}
    steps:
      - id: dump
        idempotent: true
        run: |
          echo rows > dump.sql
          echo file=dump.sql >> \"$GITHUB_OUTPUT\"
          echo \"sha256=$(sha256sum dump.sql | cut -d' ' -f1)\" >> \"$GITHUB_OUTPUT\"
          test ! -e spoiled || echo other > dump.sql
  window:
    needs: before
    steps:
      - {id: on, run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {id: migrate, run: 'echo new > schema'}
      - {id: smoke, run: 'test ! -e broken', idempotent: true}
    rollback:
      - {id: decide, role: boss, uses: zarpe/sign}
      - {run: 'cat ${{ needs.before.outputs.copy }} > schema', idempotent: true}
      - {id: check, run: 'test ! -e mute && grep -q rows schema', idempotent: true}
  watch: {needs: window, steps: [{run: 'test ! -e noisy', idempotent: true}]}
";

/// The plan with a rollback that a command of a person begins.
fn commanded() -> String {
    PLAN.replace("      - {id: decide, role: boss, uses: zarpe/sign}\n", "")
}

fn began(repo: &Repo) -> bool {
    repo.path().join("maintenance").exists() || repo.path().join("schema").exists()
}

#[test]
fn a_backup_is_looked_at_before_maintenance_is_on() {
    let repo = planned(&commanded());
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    run.says("window: the backup dump.sql is there: 5 bytes, sha256 ");
    let events = events(&repo);
    let at = |name: &str, step: &str| {
        events
            .iter()
            .position(|event| {
                event["event"] == name && event["job"] == "window" && (step.is_empty() || event["step"] == step)
            })
            .unwrap()
    };
    assert!(at("rollback_ready", "") < at("cleanup_registered", "on"));
}

#[test]
fn a_backup_is_looked_for_in_the_folder_of_its_step() {
    let plan = commanded()
        .replace("        run: |\n", "        working-directory: ops\n        run: |\n")
        .replace("test ! -e spoiled", "test ! -e ../spoiled")
        .replace("cat ${{", "cat ops/${{");
    let repo = planned(&plan).write("ops/.keep", "").write("dump.sql", "of another");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    run.says("window: the backup dump.sql is there: 5 bytes, sha256 ");
}

#[test]
fn a_rollback_that_is_not_begun_leaves_no_lock_that_was_taken_for_it() {
    let repo = planned(&commanded()).write("broken", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let lock = repo.path().join(".git/zarpe/locks/default.json");
    std::fs::remove_file(repo.path().join("dump.sql")).unwrap();
    let refused = || deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance).says("dump.sql");
    refused();
    assert!(lock.exists(), "it was its own before");
    std::fs::remove_file(&lock).unwrap();
    refused();
    assert!(!lock.exists());
}

#[test]
fn a_backup_that_is_not_what_was_hashed_stops_before_maintenance() {
    let repo = planned(&commanded()).write("spoiled", "");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::CannotTell);
    run.says("the backup dump.sql has another digest");
    assert!(!began(&repo));
    // Gone is no better; made again as it was, the run goes on.
    std::fs::remove_file(repo.path().join("dump.sql")).unwrap();
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::CannotTell).says("the backup is not there");
    assert!(!began(&repo));
    let repo = repo.write("dump.sql", "rows\n");
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Done);
    assert_eq!(lines(&repo, "schema"), ["new"]);
}

#[test]
fn a_backup_that_the_variables_of_the_job_name_is_looked_at() {
    let plan = commanded()
        .replace(
            "    needs: before\n    steps",
            "    needs: before\n    env: {COPY: '${{ needs.before.outputs.copy }}'}\n    steps",
        )
        .replace("cat ${{ needs.before.outputs.copy }}", "cat $COPY");
    let repo = planned(&plan).write("spoiled", "");
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::CannotTell);
    run.says("the backup dump.sql has another digest");
    assert!(!began(&repo));
}

#[test]
fn a_backup_without_a_digest_is_no_backup() {
    let plan: String =
        commanded().lines().filter(|line| !line.contains("sha256=")).map(|line| format!("{line}\n")).collect();
    let repo = planned(&plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::CannotTell).says("before/dump does not tell");
    assert!(!began(&repo));
}

#[test]
fn a_backup_that_is_made_in_the_window_is_looked_at_before_the_next_step() {
    let plan = "
jobs:
  window:
    steps:
      - {run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {id: dump, idempotent: true, run: 'echo rows > dump.sql; echo file=dump.sql >> \"$GITHUB_OUTPUT\"; echo sha256=0 >> \"$GITHUB_OUTPUT\"'}
      - {id: migrate, run: 'echo new > schema'}
    rollback: [{run: 'cat ${{ steps.dump.outputs.file }} > schema', idempotent: true}]
";
    let repo = planned(plan);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Maintenance).says("has another digest");
    assert!(!repo.path().join("schema").exists());
}

#[test]
fn the_images_of_the_version_before_must_be_there() {
    let Some(registry) = Registry::start() else { return skip("docker-registry is missing") };
    let plan = "
jobs:
  window:
    steps:
      - {run: 'touch maintenance', idempotent: true, post: 'rm maintenance', post-if: safe()}
      - {run: 'echo new > schema'}
    rollback: [{run: 'deploy ${{ zarpe.previous_tag }}', idempotent: true}]
";
    let image = registry.image();
    let repo = planned(plan).write("zarpe.yml", &format!("images: ['{image}']\n"));
    let run = |id: &str, previous: &str| {
        let zarpe = deploy(&repo, ["run", "plan.yml", "--previous", previous]).env("GITHUB_RUN_ID", id);
        zarpe.env("DOCKER_CONFIG", registry.docker().display().to_string()).run()
    };
    run("8", "v0.9.0").exits(ExitCode::CannotTell).says(":v0.9.0 is not in its registry");
    assert!(!began(&repo));
    let digest = registry.push("v0.9.0", &serde_json::json!({}));
    let resumed = deploy(&repo, ["resume", "8"]).env("DOCKER_CONFIG", registry.docker().display().to_string()).run();
    resumed.exits(ExitCode::Done).says(&format!("can be pulled: {digest}"));
}

#[test]
fn a_rollback_whose_own_check_fails_is_none() {
    let repo = planned(&commanded()).write("broken", "").write("mute", "");
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Waiting);
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Maintenance);
    run.says("rollback: failed");
    assert!(repo.path().join("maintenance").exists());
}

#[test]
fn what_was_signed_before_the_site_was_open_again_decides_nothing_after_it() {
    let repo = planned(PLAN).write("broken", "");
    let token = concat!("ghp_", "bea0token");
    let github = zarpe::embedded::Embedded::start({
        let mut state = zarpe::embedded::state::State::new("acme", "boat");
        state.add_user("bea", zarpe::embedded::state::Role::Write);
        state.add_token(token, zarpe::embedded::state::Token::classic("bea"));
        state
    })
    .unwrap();
    let origin = github.origin().to_owned();
    let zarpe = |words: &[&str]| {
        let zarpe = repo.zarpe(["deploy"]).args(words).env("GITHUB_RUN_ID", "7").env("ZARPE_TOKEN", token);
        let zarpe = zarpe.env("GITHUB_SERVER_URL", &origin).env("GITHUB_API_URL", format!("{origin}/api/v3"));
        zarpe.env("GITHUB_GRAPHQL_URL", format!("{origin}/api/graphql")).env("GITHUB_REPOSITORY", "acme/boat").run()
    };
    zarpe(&["run", "plan.yml"]).exits(ExitCode::Waiting).says("window/rollback/decide waits for a sign-off");
    zarpe(&["sign", "7", "decide"]).exits(ExitCode::Done);
    // Instead of it the job is tried again, and succeeds; then another job fails.
    std::fs::remove_file(repo.path().join("broken")).unwrap();
    std::fs::write(repo.path().join("noisy"), "").unwrap();
    let open = zarpe(&["resume", "7", "--retry"]).exits(ExitCode::Waiting);
    open.says("window/rollback/decide waits for a sign-off").says("what was written since would be lost");
    assert_eq!(lines(&repo, "schema"), ["new"]);
    zarpe(&["sign", "7", "decide"]).exits(ExitCode::Done).says("what was written since would be lost");
    zarpe(&["resume", "7"]).exits(ExitCode::Refused).says("rollback: done");
    assert_eq!(lines(&repo, "schema"), ["rows"]);
}

#[test]
fn nobody_is_asked_for_a_rollback_that_has_not_what_it_needs() {
    let repo = planned(PLAN);
    deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    std::fs::remove_file(repo.path().join("dump.sql")).unwrap();
    let run = deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::CannotTell);
    run.says("the backup is not there").never_says("waits for a sign-off");
    // The run has ended, and keeps nobody out.
    deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Done);
    let repo = repo.write("dump.sql", "rows\n");
    deploy(&repo, ["rollback", "7"]).run().exits(ExitCode::Refused).says("run 8 has been deployed to default since");
    let run = deploy(&repo, ["rollback", "7", "--over-later"]).run().exits(ExitCode::Waiting);
    run.says("the backup dump.sql is there");
    // Who asked for it has been told: it goes on when it is signed.
    deploy(&repo, ["resume", "7"]).run().exits(ExitCode::Waiting).says("decide waits for a sign-off");
}
