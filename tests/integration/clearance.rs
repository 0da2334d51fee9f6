//! The clearance: written by `zarpe verify`, and what `zarpe tag` and `zarpe release` take for one.

use serde_json::{Value, json};

use test_case::test_case;

use crate::support::{ExitCode, Harbor, Run, TOKEN};

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

/// A clearance of the head of `main`, written before anything else is told.
fn cleared() -> Harbor {
    let harbor = ready();
    harbor.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::Done);
    harbor
}

/// The same, with a part of the file changed.
fn edited(harbor: Harbor, pointer: &str, value: Value) -> Harbor {
    let mut statement = statement(&harbor);
    *statement.pointer_mut(pointer).unwrap() = value;
    std::fs::write(harbor.repo.path().join(FILE), statement.to_string()).unwrap();
    harbor
}

fn tags(harbor: &Harbor) -> String {
    harbor.remote_refs("refs/tags/*").lines().filter(|line| !line.contains("v1.0.0")).collect()
}

#[track_caller]
fn refused(harbor: &Harbor, exit: ExitCode, what: &str) -> Run {
    let release = harbor.zarpe(["release", "--yes", "--clearance", FILE]).run();
    release.exits(exit).says(what);
    let run = harbor.zarpe(["tag", "--push", "--clearance", FILE]).run().exits(exit).says(what).never_says(TOKEN);
    assert_eq!(tags(harbor), "", "{run}");
    run
}

#[test]
fn a_clearance_without_its_attestation_is_compared_and_the_commit_is_verified_again() {
    let harbor = cleared();
    let run = harbor.zarpe(["tag", "--push", "--clearance", FILE, "--format", "json"]).run().exits(ExitCode::Done);
    let digest = format!("sha256:{}", zarpe::clearance::canonical::sha256(text(&harbor).as_bytes()));
    assert_eq!(run.json_of("tag/v1")["clearance"], digest.as_str());
    let message = harbor.repo.git(["tag", "--list", "--format=%(contents)", "v1.1.0"]);
    assert!(message.trim_end().ends_with(&format!("\n\nClearance: {digest}")), "{message}");
    let trailer = harbor.repo.git(["tag", "--list", "--format=%(trailers:key=Clearance,valueonly)", "v1.1.0"]);
    assert_eq!(trailer.trim_end(), digest);
    // Another message would be written now; the tag that is there is right all the same.
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("already right");
}

#[test]
fn what_the_file_says_is_nothing_where_the_commit_does_not_pass_now() {
    let harbor = cleared().check("lint", "failure");
    refused(&harbor, ExitCode::Refused, "not green").says("verified again");
}

#[test]
fn a_clearance_of_another_commit_is_refused_with_both() {
    let harbor = cleared();
    let (before, clearance) = (harbor.head(), text(&harbor));
    let harbor = harbor.merged_pull("feat: more", "bruno").approved_by("rita").check("test", "success");
    std::fs::write(harbor.repo.path().join(FILE), clearance).unwrap();
    refused(&harbor, ExitCode::Refused, &before).says(&harbor.head());
}

#[test]
fn a_clearance_by_another_policy_is_refused() {
    let harbor = configured(cleared(), "verify:\n  ignore: [test]\n");
    refused(&harbor, ExitCode::Refused, "and zarpe.yml has sha256:");
    let harbor = ready();
    harbor.zarpe(["verify", "--clearance", FILE, "--check", "test"]).run().exits(ExitCode::Done);
    refused(&harbor, ExitCode::Refused, "without options that change it");
}

#[test]
fn a_clearance_that_says_no_is_refused() {
    let harbor = ready().check("lint", "in_progress");
    harbor.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::CannotTell);
    let head = harbor.head();
    harbor.github.state(|state| state.add_check(&head, "lint", "success"));
    refused(&harbor, ExitCode::Refused, "the clearance says FAILED (PENDING)");
}

#[test_case("/predicate/resourceUri", json!("git+https://github.com/acme/ship@refs/heads/main"), "is for git+https://github.com/acme/ship"; "repository")]
#[test_case("/predicate/timeVerified", json!("2020-01-01T00:00:00Z"), "more than 24h ago"; "old")]
#[test_case("/predicate/timeVerified", json!("2999-01-01T00:00:00Z"), "is of 2999-01-01T00:00:00Z, and here it is"; "from the future")]
fn a_clearance_of_something_else_is_refused(pointer: &str, value: Value, what: &str) {
    refused(&edited(cleared(), pointer, value), ExitCode::Refused, what);
}

#[test]
fn the_age_is_an_option() {
    let made = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(30)).to_string();
    let harbor = edited(cleared(), "/predicate/timeVerified", json!(made));
    refused(&harbor, ExitCode::Refused, "more than 24h ago");
    let tag = |age: &str| harbor.zarpe(["tag", "--push", "--clearance", FILE, "--clearance-age", age]).run();
    tag("90m").exits(ExitCode::Refused).says("more than 1h 30m ago");
    for wrong in ["0s", "-1h", "soon", ""] {
        let run = harbor.zarpe(["tag", "--clearance", FILE, &format!("--clearance-age={wrong}")]).run();
        run.exits(ExitCode::Usage).says("no duration");
    }
    tag("31h").exits(ExitCode::Done);
    harbor.zarpe(["tag", "--clearance-age", "1h"]).run().exits(ExitCode::Usage).says("--clearance <FILE>");
}

#[test]
fn what_is_no_clearance_is_refused_with_its_place() {
    let harbor = ready();
    refused(&harbor, ExitCode::Usage, "there is no file clearance.json");
    let is = |text: &str| std::fs::write(harbor.repo.path().join(FILE), text).unwrap();
    is("{\n  \"_type\": 7\n}\n");
    refused(&harbor, ExitCode::Usage, "invalid type: integer `7`").says("clearance.json:2:");
    is("");
    refused(&harbor, ExitCode::Usage, "clearance.json:1:1");
}

/// A program in the place of `gh`, with its flags and its way to answer; the bundle holds what it has verified.
struct Gh {
    harbor: Harbor,
    folder: std::path::PathBuf,
}

const VERIFIED: &str = "cat \"$bundle\"";

impl Gh {
    /// Ends with `answer`, lines of shell, where the question is the one that gh understands.
    fn new(harbor: Harbor, answer: &str) -> Self {
        let folder = harbor.repo.scratch().join("bin");
        std::fs::create_dir(&folder).unwrap();
        let program = format!(
            r#"#!/bin/sh
wrong() {{ echo "gh: unknown: $*" >&2; exit 64; }}
[ "$1 $2" = "attestation verify" ] || wrong "$@"
shift 2
file=$1; shift
while [ $# -gt 0 ]; do
    case "$1 $2" in
    "--bundle /"*) bundle=$2; shift ;;
    "--repo acme/boat") repo=1; shift ;;
    "--hostname 127.0.0.1") host=1; shift ;;
    "--predicate-type https://slsa.dev/verification_summary/v1") kind=1; shift ;;
    "--format json") format=1; shift ;;
    "--deny-self-hosted-runners "*) deny=1 ;;
    *) wrong "$@" ;;
    esac
    shift
done
[ "$repo$host$kind$format$deny" = 11111 ] || wrong "a flag is missing"
[ -z "${{ZARPE_TOKEN+set}}" ] || wrong "ZARPE_TOKEN"
[ -f "$bundle" ] || {{ echo "open $bundle: no such file" >&2; exit 1; }}
digest=$(sha256sum "$file" | cut -c1-64)
grep -q "$digest" "$bundle" || {{ echo "no attestations found for subject sha256:$digest" >&2; exit 1; }}
{answer}
"#
        );
        let path = folder.join("gh");
        std::fs::write(&path, program).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let gh = Self { harbor, folder };
        gh.attest("main");
        gh
    }

    /// The bundle of a run on this branch that attested the clearance as it is now.
    fn attest(&self, branch: &str) {
        let origin = self.harbor.github.origin();
        let workflow = format!("{origin}/acme/boat/.github/workflows/clear.yml@refs/heads/{branch}");
        let digest = zarpe::clearance::canonical::sha256(text(&self.harbor).as_bytes());
        let verified = json!([{
            "attestation": { "bundle": { "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json" } },
            "verificationResult": {
                "signature": { "certificate": {
                    "subjectAlternativeName": workflow,
                    "sourceRepositoryURI": format!("{origin}/acme/boat"),
                    "sourceRepositoryRef": format!("refs/heads/{branch}"),
                    "runnerEnvironment": "github-hosted",
                } },
                "statement": {
                    "_type": "https://in-toto.io/Statement/v1",
                    "subject": [{ "name": FILE, "digest": { "sha256": digest } }],
                    "predicateType": "https://slsa.dev/verification_summary/v1",
                    "predicate": statement(&self.harbor)["predicate"],
                },
            },
        }]);
        std::fs::write(self.harbor.repo.path().join("bundle.json"), verified.to_string()).unwrap();
    }

    fn zarpe(&self, args: &[&str]) -> Run {
        let path = format!("{}:{}", self.folder.display(), std::env::var("PATH").unwrap());
        let given = ["--clearance", FILE, "--clearance-bundle", "bundle.json"];
        let run =
            self.harbor.zarpe(args.iter().copied().chain(given)).env("PATH", path).env("ZARPE_TIMEOUT", "5").run();
        run.never_says(TOKEN).never_says("gh: unknown")
    }

    fn tag(&self) -> Run {
        self.zarpe(&["tag", "--push"])
    }
}

#[test]
fn an_attested_clearance_is_believed_and_nothing_is_verified_again() {
    // Red by now: whoever looked again would see it.
    let gh = Gh::new(cleared().check("lint", "failure"), VERIFIED);
    let run = gh.tag().exits(ExitCode::Done).says("verify is not repeated; attested by ");
    run.says("/acme/boat/.github/workflows/clear.yml@refs/heads/main").never_says("lint");
    let digest = zarpe::clearance::canonical::sha256(text(&gh.harbor).as_bytes());
    let trailer = gh.harbor.repo.git(["tag", "--list", "--format=%(trailers:key=Clearance,valueonly)", "v1.1.0"]);
    assert_eq!(trailer.trim_end(), format!("sha256:{digest}"));
}

#[test]
fn a_release_believes_it_as_well() {
    let gh = Gh::new(cleared().check("lint", "failure"), VERIFIED);
    let run = gh.zarpe(&["release", "--yes", "--format", "json"]).exits(ExitCode::Done);
    let report = run.json_of("release/v1");
    let stages: Vec<&str> =
        report["stages"].as_array().unwrap().iter().map(|s| s["command"].as_str().unwrap()).collect();
    assert_eq!(stages, ["clearance", "openapi check", "next"]);
    assert!(report["candidate"]["clearance"].as_str().unwrap().starts_with("sha256:"), "{run}");
}

#[test]
fn what_was_waived_is_shown_where_the_clearance_is_believed() {
    let harbor = ready().pushed("fix: straight to main").check("test", "success");
    let waiver = format!("{{sha: '{}', reason: outage, by: ana, expires: 2999-12-31}}", harbor.head());
    let harbor = configured(harbor, &format!("verify:\n  waive: [{waiver}]\n"));
    harbor.zarpe(["verify", "--clearance", FILE]).run().exits(ExitCode::Done);
    Gh::new(harbor, VERIFIED).tag().exits(ExitCode::Done).says("by ana until 2999-12-31: outage");
}

#[test_case("exit 1", "gh ended with 1: it gives no reason"; "no")]
#[test_case("echo 'Error: dial tcp: lookup tuf-repo.github.com: no such host' >&2; exit 1", "no such host"; "no network")]
#[test_case("echo yes", "its answer cannot be read"; "garbage")]
#[test_case("head -c 20 \"$bundle\"", "its answer cannot be read"; "half an answer")]
#[test_case("echo '[]'", "no attestation either"; "nothing that was verified")]
#[test_case("head -c 17000000 /dev/zero", "its answer is too long"; "endless")]
#[test_case("kill -9 $$", "signal 9"; "killed")]
fn a_bundle_that_gh_cannot_verify_is_never_believed(answer: &str, what: &str) {
    let gh = Gh::new(cleared(), answer);
    gh.tag().exits(ExitCode::CannotTell).says(what).says("leave --clearance-bundle out");
    gh.zarpe(&["release", "--yes"]).exits(ExitCode::CannotTell).says(what);
    assert_eq!(tags(&gh.harbor), "");
}

#[test]
fn a_gh_that_hangs_is_ended_at_the_time_limit() {
    let gh = Gh::new(cleared(), "sleep 600");
    let start = std::time::Instant::now();
    gh.tag().exits(ExitCode::CannotTell).says("did not answer within 5 seconds");
    assert!(start.elapsed() < std::time::Duration::from_secs(60));
}

#[test]
fn without_gh_a_bundle_is_never_believed() {
    let gh = Gh::new(cleared(), VERIFIED);
    std::fs::remove_file(gh.folder.join("gh")).unwrap();
    let git = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("git"))
        .find(|git| git.exists());
    std::os::unix::fs::symlink(git.unwrap(), gh.folder.join("git")).unwrap();
    let args = ["tag", "--push", "--clearance", FILE, "--clearance-bundle", "bundle.json"];
    let run = gh.harbor.zarpe(args).env("PATH", &gh.folder).run();
    run.exits(ExitCode::CannotTell).says("cannot run gh");
    assert_eq!(tags(&gh.harbor), "");
}

#[test]
fn an_attestation_by_a_run_on_another_branch_is_refused() {
    let gh = Gh::new(cleared(), VERIFIED);
    gh.attest("feature");
    gh.tag().exits(ExitCode::Refused).says("a run on refs/heads/feature, not on refs/heads/main");
    assert_eq!(tags(&gh.harbor), "");
}

#[test]
fn a_file_that_was_changed_after_it_was_attested_is_never_believed() {
    let gh = Gh::new(cleared(), VERIFIED);
    std::fs::write(gh.harbor.repo.path().join(FILE), text(&gh.harbor) + "\n").unwrap();
    gh.tag().exits(ExitCode::CannotTell).says("no attestations found for subject");
    assert_eq!(tags(&gh.harbor), "");
}

#[test]
fn an_attested_clearance_must_still_be_the_one_that_is_wanted() {
    let harbor = cleared();
    let gh = Gh::new(configured(harbor, "verify:\n  approvals: 2\n"), "touch \"$bundle.asked\"; cat \"$bundle\"");
    gh.tag().exits(ExitCode::Refused).says("and zarpe.yml has sha256:");
    assert!(!gh.harbor.repo.path().join("bundle.json.asked").exists());
    gh.harbor.zarpe(["tag", "--clearance-bundle", "b"]).run().exits(ExitCode::Usage).says("--clearance <FILE>");
}
