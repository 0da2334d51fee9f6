//! Tags in races and accidents, by the numbers of `tests/faults`: one winner, nothing moved, nothing half done.

use std::os::unix::fs::PermissionsExt as _;
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
fn a1_a_tag_whose_other_run_is_still_writing_is_waited_for_and_then_named() {
    let mut harbor = ready();
    let first = harbor.head();
    harbor.repo = std::mem::replace(&mut harbor.repo, crate::support::Repo::new()).commit("fix: the other one");
    let second = harbor.head();
    harbor.push("main");
    // The server has locked the tags of the first push, and makes them a second after the second push has come.
    let (began, met) = (harbor.repo.scratch().join("began"), harbor.repo.scratch().join("met"));
    let (began_, met_) = (began.display(), met.display());
    harbor.github.install_hook("pre-receive", &format!("#!/bin/sh\ntest ! -d '{began_}' || touch '{met_}'\n")).unwrap();
    let hook = format!(
        "#!/bin/sh\ntest \"$1\" = prepared && grep -q refs/tags/v2.0.0 && mkdir '{began_}' 2>/dev/null || exit 0\n\
         until test -e '{met_}'; do sleep 0.05; done\nsleep 1\n"
    );
    harbor.github.install_hook("reference-transaction", &hook).unwrap();
    let tag = |sha: &str| harbor.zarpe(["tag", "--push", "--version", "2.0.0", sha]);
    std::thread::scope(|scope| {
        let winner = scope.spawn(|| tag(&first).run().exits(ExitCode::Done));
        while !began.exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let loser = tag(&second).run().exits(ExitCode::Refused);
        loser.says("v2.0.0").says(&first).never_says("refused the tags");
        winner.join().unwrap();
    });
    assert_eq!(peeled(&harbor, "v2.0.0"), Some(first));
    assert_eq!(peeled(&harbor, &short(&second)), None);
}

/// After each look at the remote that a run takes, another run in the same clone tags another commit.
#[test]
fn a1_a_tag_of_another_run_in_this_clone_is_not_taken_for_ones_own() {
    let git = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("git"))
        .find(|git| git.exists())
        .unwrap();
    let looks = (1..).take_while(|look| {
        let harbor = ready();
        let (head, other) = (harbor.head(), harbor.repo.sha("v1.0.0"));
        let programs = harbor.repo.scratch().join("programs");
        let (count, faster) = (programs.join("count"), programs.join("faster"));
        let script = format!(
            "#!/bin/sh\n'{git}' \"$@\"; code=$?\ncase \" $* \" in *' ls-remote '*)\necho >> '{count}'\n\
             if test $(wc -l < '{count}') = {look}; then\n\
             '{git}' -C '{clone}' tag --annotate --message two v2.0.0 {other} && \
             '{git}' -C '{clone}' push --quiet '{bare}' v2.0.0 && touch '{faster}'\nfi;;\nesac\nexit $code\n",
            git = git.display(),
            count = count.display(),
            clone = harbor.repo.path().display(),
            bare = harbor.github.bare().display(),
            faster = faster.display(),
        );
        std::fs::create_dir(&programs).unwrap();
        std::fs::write(programs.join("git"), script).unwrap();
        std::fs::set_permissions(programs.join("git"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let run = harbor.zarpe(["tag", "--push", "--version", "2.0.0"]).env("PATH", path).run();
        if !faster.exists() {
            run.exits(ExitCode::Done);
            return false;
        }
        run.exits(ExitCode::Refused).says("v2.0.0").says(&other);
        assert_eq!(peeled(&harbor, "v2.0.0"), Some(other), "look {look}");
        assert_eq!(peeled(&harbor, &short(&head)), None, "both tags or none, look {look}");
        true
    });
    assert!(looks.count() > 1);
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
