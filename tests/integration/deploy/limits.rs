//! A machine that gives little: a run ends as it says, and with more it goes on to the same end.

use test_case::test_case;

use super::{lines, names, planned};
use crate::support::{ExitCode, Repo, skip};

const PLAN: &str = "
jobs:
  a: {steps: [{run: 'echo a >> log', done-if: 'grep -qx a log'}]}
  b: {steps: [{run: 'echo b >> log2', idempotent: true}]}
  c: {needs: [a, b], steps: [{run: 'echo c >> log', done-if: 'grep -qx c log'}]}
";

/// The exit code of a run under a limit of the shell.
fn under(repo: &Repo, limit: &str) -> (Option<i32>, String) {
    after(repo, &format!("ulimit {limit} && exec \"$0\" deploy run plan.yml"))
}

/// That of a script whose `$0` is the binary.
fn after(repo: &Repo, script: &str) -> (Option<i32>, String) {
    let mut zarpe = repo.zarpe(["deploy"]).env("GITHUB_RUN_ID", "7");
    let run = zarpe.command();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script]).arg(run.get_program()).env_clear();
    shell.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(repo.path());
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    (output.status.code(), said)
}

#[test_case(64; "a few more")]
#[test_case(24; "a few")]
#[test_case(16; "sixteen")]
#[test_case(12; "twelve")]
#[test_case(9; "nine")]
fn h93_with_few_file_descriptors_it_says_what_it_cannot(descriptors: u32) {
    let repo = planned(PLAN);
    let (code, said) = under(&repo, &format!("-n {descriptors}"));
    assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(code == Some(0) || said.contains("Too many open files"), "{said}");
    if descriptors == 64 {
        assert_eq!(code, Some(0), "{said}");
    }
    // With enough of them it ends as if they had always been there.
    if names(&repo).is_empty() {
        let _ = std::fs::remove_dir_all(repo.path().join(".git/zarpe"));
        super::deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Done);
    } else {
        super::deploy(&repo, ["resume", "7", "--retry"]).run().exits(ExitCode::Done);
    }
    assert_eq!(lines(&repo, "log"), ["a", "c"]);
}

#[test]
fn h93_a_hundred_jobs_share_the_descriptors_of_some() {
    let jobs: String =
        (0..100).map(|at| format!("  j{at}: {{steps: [{{run: 'sleep 0.5; echo {at} >> log'}}]}}\n")).collect();
    let repo = planned(&format!("jobs:\n{jobs}"));
    let (code, said) = under(&repo, "-n 256");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(lines(&repo, "log").len(), 100);
}

#[test_case(800; "much")]
#[test_case(100; "what the largest plan may take")]
fn h94_a_run_fits_into_little_memory(megabytes: u32) {
    let repo = planned(PLAN);
    let (code, said) = under(&repo, &format!("-v {}", megabytes * 1000));
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(lines(&repo, "log"), ["a", "c"]);
}

#[test]
fn a_command_may_be_long_and_a_variable_that_may_not_is_named() {
    let repo = planned(
        "
jobs:
  a:
    steps:
      - {id: s, idempotent: true, run: 'printf \"v=%0200000d\" 7 >> \"$GITHUB_OUTPUT\"'}
      - {idempotent: true, run: 'v=${{ steps.s.outputs.v }}; echo \"${#v}\" > length; env | grep -c ZARPE_COMMAND > seen || true'}
      - {idempotent: true, shell: python3, run: 'open(\"python\", \"w\").write(str(len(\"${{ steps.s.outputs.v }}\")))'}
      - {idempotent: true, env: {V: '${{ steps.s.outputs.v }}'}, run: 'true'}
",
    );
    let run = super::deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    run.says("a/4 failed: `V`: 200000 bytes, and no program is given more than 128 KiB in one variable");
    assert_eq!((lines(&repo, "length"), lines(&repo, "seen")), (vec!["200000".to_owned()], vec!["0".to_owned()]));
    assert_eq!(lines(&repo, "python"), ["200000"]);
}

#[test]
fn a_lock_that_no_journal_could_name_is_released() {
    let repo = planned("jobs: {a: {steps: [{run: 'test -e mended'}]}}\n");
    super::deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let repo = repo.write("mended", "");
    let journal = std::fs::metadata(repo.path().join(".git/zarpe/runs/7/journal.jsonl")).unwrap();
    let (code, said) = after(&repo, "prlimit --version");
    if code != Some(0) {
        return skip(&format!("prlimit is missing (Debian: apt-get install util-linux): {said}"));
    }
    // No file grows beyond what the journal is.
    let full = format!("trap '' XFSZ; exec prlimit --fsize={} -- \"$0\" deploy resume 7 --retry", journal.len());
    let (code, said) = after(&repo, &full);
    assert_eq!(code, Some(3), "{said}");
    super::deploy(&repo, ["run", "plan.yml"]).env("GITHUB_RUN_ID", "8").run().exits(ExitCode::Done);
    super::deploy(&repo, ["resume", "7", "--retry", "--over-later"]).run().exits(ExitCode::Done);
}
