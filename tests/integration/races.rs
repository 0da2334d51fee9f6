//! Tags in races and accidents, by the numbers of `tests/faults`: one winner, nothing moved, nothing half done.

use std::sync::atomic::{AtomicBool, Ordering};

use test_case::test_case;

use crate::support::{ExitCode, Fault, Harbor, Proxy, Run, Zarpe};

fn ready() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita")
}

/// The commit of a tag of the remote.
fn peeled(harbor: &Harbor, tag: &str) -> Option<String> {
    let refs = harbor.remote_refs(&format!("refs/tags/{tag}*"));
    let find = |name: &str| refs.lines().find_map(|line| line.strip_prefix(&format!("{name} ")).map(str::to_owned));
    find(&format!("refs/tags/{tag}^{{}}")).or_else(|| find(&format!("refs/tags/{tag}")))
}

fn short(sha: &str) -> String {
    format!("sha-{}", &sha[..7])
}

/// All at once; what came of each, in the order given.
fn at_once(runs: Vec<Zarpe>) -> Vec<Run> {
    std::thread::scope(|scope| {
        let racers: Vec<_> = runs.into_iter().map(|zarpe| scope.spawn(|| zarpe.run())).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    })
}

/// A hook of the remote that counts the pushes that it took.
fn counted(harbor: &Harbor) -> std::path::PathBuf {
    let count = harbor.repo.scratch().join("pushes");
    harbor.github.install_hook("post-receive", &format!("#!/bin/sh\necho taken >> '{}'\n", count.display())).unwrap();
    count
}

#[test]
fn a1_fifty_commits_race_for_one_version_and_one_wins() {
    let mut harbor = ready();
    let commits: Vec<String> = (0..50)
        .map(|number| {
            let repo = std::mem::replace(&mut harbor.repo, crate::support::Repo::new());
            harbor.repo = repo.commit(&format!("fix: number {number}"));
            harbor.head()
        })
        .collect();
    harbor.push("main");
    let runs = commits.iter().map(|sha| harbor.zarpe(["tag", "--push", "--version", "2.0.0", sha])).collect();
    let runs = at_once(runs);
    let winners: Vec<&String> =
        commits.iter().zip(&runs).filter(|(_, run)| run.code == Some(0)).map(|(sha, _)| sha).collect();
    assert_eq!(winners.len(), 1, "{:?}", runs.iter().map(|run| run.code).collect::<Vec<_>>());
    assert_eq!(peeled(&harbor, "v2.0.0").as_ref(), Some(winners[0]));
    for (sha, run) in commits.iter().zip(runs) {
        if sha != winners[0] {
            run.exits(ExitCode::Refused).says("v2.0.0").says(winners[0]).never_says(crate::support::TOKEN);
        }
        assert_eq!(peeled(&harbor, &short(sha)).is_some(), sha == winners[0], "both tags or none: {sha}");
    }
}

#[test]
fn a2_fifty_runs_for_one_commit_all_succeed_by_one_push() {
    let harbor = ready();
    let count = counted(&harbor);
    for run in at_once((0..50).map(|_| harbor.zarpe(["tag", "--push"])).collect()) {
        run.exits(ExitCode::Done);
    }
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(harbor.head()));
    assert_eq!(peeled(&harbor, &short(&harbor.head())), Some(harbor.head()));
    assert_eq!(std::fs::read_to_string(count).unwrap(), "taken\n");
}

#[test]
fn a3_a_branch_that_moves_on_leaves_each_tag_at_the_commit_that_was_asked_for() {
    let harbor = ready();
    let commits: Vec<String> = (0..100)
        .scan(harbor.head(), |tip, number| {
            let tree = harbor.repo.git(["rev-parse", "HEAD^{tree}"]);
            *tip = harbor.repo.git(["commit-tree", &tree, "-p", tip, "-m", &format!("fix: number {number}")]);
            Some(tip.clone())
        })
        .collect();
    let verified = &commits[99];
    harbor.push(&format!("{verified}:refs/heads/main"));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let pusher = scope.spawn(|| {
            let mut tip = verified.clone();
            let tree = harbor.repo.git(["rev-parse", "HEAD^{tree}"]);
            while !done.load(Ordering::Relaxed) {
                tip = harbor.repo.git(["commit-tree", &tree, "-p", &tip, "-m", "fix: meanwhile"]);
                harbor.push(&format!("{tip}:refs/heads/main"));
            }
            tip
        });
        let tag = |at: usize| {
            let run = harbor.zarpe(["tag", "--push", "--version", &format!("1.1.{at}"), &commits[at]]).run();
            (at, run)
        };
        // Each lane tags from its oldest commit on: a version is greater than those before its commit.
        let runs = (0..4).map(|lane| scope.spawn(move || (0..25).map(|at| tag(lane * 25 + at)).collect::<Vec<_>>()));
        let runs: Vec<_> = runs.collect::<Vec<_>>().into_iter().flat_map(|lane| lane.join().unwrap()).collect();
        done.store(true, Ordering::Relaxed);
        assert_ne!(pusher.join().unwrap(), *verified, "the branch moved");
        for (at, run) in runs {
            run.exits(ExitCode::Done);
            assert_eq!(peeled(&harbor, &format!("v1.1.{at}")).as_ref(), Some(&commits[at]));
        }
    });
}

#[test]
fn a4_a_tag_that_comes_between_the_look_and_the_push_is_not_moved() {
    let harbor = ready();
    let other = harbor.repo.sha("v1.0.0");
    // The hook runs when the push has come and nothing is written: another run is faster by that.
    let hook = format!("#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/tags/v1.1.0 {other}\n");
    harbor.github.install_hook("pre-receive", &hook).unwrap();
    let run = harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Refused);
    run.says(&other).says(&harbor.head());
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(other));
    assert_eq!(peeled(&harbor, &short(&harbor.head())), None);
}

#[test]
fn a5_a_tag_of_an_ancestor_is_not_moved_forward() {
    let harbor = ready();
    let ancestor = harbor.repo.sha("v1.0.0");
    harbor.push(&format!("{ancestor}:refs/tags/v1.1.0"));
    let run = harbor.zarpe(["tag", "--push", "--version", "1.1.0"]).run().exits(ExitCode::Refused);
    run.says(&ancestor).says(&harbor.head());
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(ancestor));
}

/// What the remote's hooks say, and what zarpe makes of it.
#[test_case("refs/tags/v1.1.0"; "a6 the version tag")]
#[test_case("refs/tags/sha-*"; "a7 the short-hash tag")]
fn a_denied_tag_takes_the_other_with_it(denied: &str) {
    let harbor = ready();
    let hook = format!("#!/bin/sh\ncase \"$1\" in {denied}) echo 'tags are protected here' >&2; exit 1;; esac\n");
    harbor.github.install_hook("update", &hook).unwrap();
    let run = harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Refused);
    run.says("none of them was made").says("tags are protected here");
    assert_eq!(peeled(&harbor, "v1.1.0"), None);
    assert_eq!(peeled(&harbor, &short(&harbor.head())), None);
    assert_eq!(harbor.repo.git(["tag", "--list", "v1.1.0"]), "");
}

#[test]
fn a6_a_ruleset_that_denies_is_named_and_not_asked_again() {
    let harbor = ready();
    let hook = "#!/bin/sh\necho asked >> ../asked\ncat >&2 <<END\nerror: GH013: Repository rule violations found for \
                refs/tags/v1.1.0.\nReview all repository rules at https://github.com/acme/boat/rules?ref=refs%2Ftags%2Fv1.1.0\n\n- \
                Cannot create ref due to creations being restricted.\n\nEND\nexit 1\n";
    harbor.github.install_hook("pre-receive", hook).unwrap();
    let run = harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Refused);
    run.says("a ruleset of the repository denies the tags")
        .says("Cannot create ref due to creations being restricted.")
        .says("https://github.com/acme/boat/rules?ref=refs%2Ftags%2Fv1.1.0");
    let asked = harbor.github.bare().parent().unwrap().join("asked");
    assert_eq!(std::fs::read_to_string(asked).unwrap(), "asked\n");
}

#[test]
fn a12_a_push_whose_answer_is_lost_was_a_push() {
    let harbor = ready();
    let proxy = Proxy::before(harbor.github.origin()).on("POST /acme/boat.git/git-receive-pack", 0, Fault::ResetAfter);
    harbor.repo.git(["remote", "set-url", "origin", &format!("{}/acme/boat.git", proxy.origin())]);
    let run = harbor.at_github(harbor.repo.zarpe(["tag", "--push"]), proxy.origin()).run().exits(ExitCode::Done);
    run.says("v1.1.0");
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(harbor.head()));
    assert_eq!(peeled(&harbor, &short(&harbor.head())), Some(harbor.head()));
    assert!(proxy.seen().iter().any(|line| line.contains("git-receive-pack HTTP")), "{:?}", proxy.seen());
}

#[test]
fn a_workflows_own_token_starts_nothing_and_that_is_said() {
    let mut harbor = ready();
    let workflow = "on:\n  push:\n    tags: ['v*']\njobs: {}\n";
    harbor.repo = harbor.repo.write(".github/workflows/deploy.yml", workflow);
    let harbor = harbor.pushed("ci: deploy what is tagged");
    let run =
        |args: &[&str]| harbor.zarpe(args.iter().copied()).env("GITHUB_ACTIONS", "true").run().exits(ExitCode::Done);
    let warning = "the tag will not start .github/workflows/deploy.yml";
    run(&["tag", "--push", "--dry-run"]).says(warning).says("GitHub App");
    run(&["tag", "--dry-run"]).never_says(warning);
    harbor.github.state(|state| {
        state.add_token("ghp_of0ana", zarpe::embedded::state::Token::classic("ana"));
    });
    let own =
        harbor.zarpe(["tag", "--push", "--dry-run"]).env("GITHUB_ACTIONS", "true").env("ZARPE_TOKEN", "ghp_of0ana");
    own.run().exits(ExitCode::Done).never_says(warning);
}
