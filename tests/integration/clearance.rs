//! The clearance: written by `zarpe verify`, and what `zarpe tag` and `zarpe release` take for one.

use serde_json::{Value, json};

use crate::support::{ExitCode, Harbor};

const FILE: &str = "clearance.json";
const VERDICT: &str = "https://github.com/zarpe/zarpe/clearance#verdict";
const EVIDENCE: &str = "https://github.com/zarpe/zarpe/clearance#evidence";
const WAIVERS: &str = "https://github.com/zarpe/zarpe/clearance#waivers";

/// Green, and every commit since `v1.0.0` approved.
fn ready() -> Harbor {
    Harbor::new()
        .tagged("v1.0.0")
        .merged_pull("feat: list the cargo", "bruno")
        .approved_by("rita")
        .check("test", "success")
}

fn text(harbor: &Harbor) -> String {
    std::fs::read_to_string(harbor.repo.path().join(FILE)).unwrap()
}

fn statement(harbor: &Harbor) -> Value {
    serde_json::from_str(&text(harbor)).unwrap()
}

fn without_time(harbor: &Harbor) -> Value {
    let mut statement = statement(harbor);
    let time = statement["predicate"].as_object_mut().unwrap().remove("timeVerified").unwrap();
    time.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    statement
}

fn configured(mut harbor: Harbor, configuration: &str) -> Harbor {
    harbor.repo = harbor.repo.write("zarpe.yml", configuration);
    harbor
}

#[test]
fn a_clearance_binds_repository_commit_policy_and_evidence() {
    let harbor = ready();
    let run = harbor.zarpe(["verify", "--clearance", FILE, "--format", "json"]).run().exits(ExitCode::Done);
    let report = run.json_of("verify/v1");
    let digest = |name: &str| report["digests"][name].as_str().unwrap().strip_prefix("sha256:").unwrap().to_owned();
    let resource = format!("git+{}/acme/boat@refs/heads/main", harbor.github.origin());
    assert_eq!(
        without_time(&harbor),
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "name": resource, "digest": { "gitCommit": harbor.head() } }],
            "predicateType": "https://slsa.dev/verification_summary/v1",
            "predicate": {
                "verifier": {
                    "id": "https://github.com/zarpe/zarpe",
                    "version": { "zarpe": env!("CARGO_PKG_VERSION") },
                },
                "resourceUri": resource,
                "policy": { "uri": format!("{resource}#verify"), "digest": { "sha256": digest("policy") } },
                "verificationResult": "PASSED",
                "verifiedLevels": ["ZARPE_GREEN", "ZARPE_APPROVED"],
                "slsaVersion": "1.1",
                VERDICT: "PASS",
                EVIDENCE: { "digest": { "sha256": digest("evidence") } },
                WAIVERS: [],
            },
        })
    );
    assert_eq!(report["actions"], json!([{ "what": format!("{FILE} is written"), "state": "made" }]));
}

#[test]
fn the_same_evidence_and_policy_make_the_same_bytes_but_for_the_time() {
    let harbor = ready();
    let written = || {
        harbor.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::Done).says("policy").says("evidence");
        let time = statement(&harbor)["predicate"]["timeVerified"].as_str().unwrap().to_owned();
        text(&harbor).replace(&time, "TIME")
    };
    let first = written();
    assert_eq!(first, written());
    assert!(first.starts_with("{\"_type\":\"") && first.ends_with("}\n") && first.lines().count() == 1, "{first}");
}

#[test]
fn another_policy_and_other_evidence_have_other_digests() {
    let harbor = ready();
    let digests = |harbor: &Harbor| {
        harbor.zarpe(["verify", "--clearance", FILE]).run();
        let predicate = &statement(harbor)["predicate"];
        (predicate["policy"]["digest"].clone(), predicate[EVIDENCE]["digest"].clone())
    };
    let (policy, evidence) = digests(&harbor);
    let harbor = configured(harbor, "verify:\n  approvals: 1\n");
    let (stricter, same) = digests(&harbor);
    assert!(stricter != policy && same == evidence);
    let harbor = harbor.check("lint", "success");
    let (same, more) = digests(&harbor);
    assert!(same == stricter && more != evidence);
}

#[test]
fn what_did_not_pass_is_written_as_failed_and_keeps_its_exit_code() {
    let red = ready().check("lint", "failure");
    red.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::Refused).says("is not green");
    let unknown = ready().check("lint", "in_progress");
    unknown.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::CannotTell);
    for (harbor, word) in [(red, "RED"), (unknown, "PENDING")] {
        let predicate = statement(&harbor)["predicate"].clone();
        assert_eq!(predicate["verificationResult"], "FAILED");
        assert_eq!(predicate["verifiedLevels"], json!(["FAILED"]));
        assert_eq!(predicate[VERDICT], word);
    }
}

#[test]
fn the_waivers_that_were_used_are_in_it() {
    let harbor = ready().pushed("fix: straight to main").check("test", "success");
    let (sha, other) = (harbor.head(), "0".repeat(40));
    let waiver = |sha: &str| format!("    - {{sha: '{sha}', reason: outage, by: ana, expires: 2999-12-31}}\n");
    let harbor = configured(harbor, &format!("verify:\n  waive:\n{}{}", waiver(&other), waiver(&sha)));
    harbor.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::Done);
    let used = json!([{ "sha": sha, "reason": "outage", "by": "ana", "expires": "2999-12-31" }]);
    assert_eq!(statement(&harbor)["predicate"][WAIVERS], used);
}

#[test]
fn a_dry_run_writes_no_clearance() {
    let harbor = ready().check("lint", "failure");
    let run = harbor.zarpe(["verify", "--clearance", FILE, "--dry-run"]).run().exits(ExitCode::Refused);
    run.says("write clearance.json (");
    assert!(!harbor.repo.path().join(FILE).exists());
}

#[test]
fn the_file_is_named_from_where_the_command_runs() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write("ci/keep", "");
    harbor
        .zarpe(["-C", "ci", "verify", "--clearance", "c.json"])
        .run()
        .exits(ExitCode::Done)
        .says("ci/c.json is written");
    assert!(harbor.repo.path().join("ci/c.json").exists());
    let outside = harbor.repo.scratch().join("new/c.json");
    harbor.zarpe(["verify", "--clearance", outside.to_str().unwrap()]).run().exits(ExitCode::Done);
    assert!(outside.exists());
    harbor.zarpe(["verify", "--clearance", "-"]).run().exits(ExitCode::Usage).says("name a file");
}

#[test]
fn a_yes_that_cannot_be_recorded_is_no_yes_and_a_no_stays_one() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write("file", "");
    harbor.zarpe(["verify", "--clearance", "file/c.json"]).run().exits(ExitCode::CannotTell).says("file/c.json: ");
    let harbor = harbor.check("lint", "failure");
    harbor.zarpe(["verify", "--clearance", "file/c.json"]).run().exits(ExitCode::Refused).says("file/c.json: ");
}
