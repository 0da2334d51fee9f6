//! `zarpe tag`: both tags in one transaction, made once, never moved.

use crate::support::{ExitCode, Harbor};

/// `v1.0.0` is released; since then a feature was merged. The candidate is `v1.1.0`.
fn ready() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita")
}

fn short_tag(harbor: &Harbor) -> String {
    format!("sha-{}", &harbor.head()[..7])
}

/// The commit of a tag of the remote.
fn peeled(harbor: &Harbor, tag: &str) -> Option<String> {
    let refs = harbor.remote_refs(&format!("refs/tags/{tag}*"));
    let find = |name: &str| refs.lines().find_map(|line| line.strip_prefix(&format!("{name} ")).map(str::to_owned));
    find(&format!("refs/tags/{tag}^{{}}")).or_else(|| find(&format!("refs/tags/{tag}")))
}

#[test]
fn both_tags_land_at_the_same_commit() {
    let harbor = ready();
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("v1.1.0");
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(harbor.head()));
    assert_eq!(peeled(&harbor, &short_tag(&harbor)), Some(harbor.head()));
    assert_eq!(harbor.repo.git(["cat-file", "-t", "v1.1.0"]), "tag");
}

#[test]
fn running_again_changes_nothing_and_says_so() {
    let harbor = ready();
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done);
    let before = harbor.remote_refs("refs/*");
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("already right").says("v1.1.0");
    assert_eq!(harbor.remote_refs("refs/*"), before);
}

#[test]
fn a_dry_run_prints_the_plan_and_stops() {
    let harbor = ready();
    let before = harbor.remote_refs("refs/*");
    harbor.zarpe(["tag", "--push", "--dry-run"]).run().exits(ExitCode::Done).says("push tags v1.1.0 and sha-");
    assert_eq!(harbor.remote_refs("refs/*"), before);
    assert_eq!(harbor.repo.git(["tag", "--list", "v1.1.0"]), "");
}

#[test]
fn without_push_the_tags_stay_in_the_clone() {
    let harbor = ready();
    let before = harbor.remote_refs("refs/*");
    harbor.zarpe(["tag"]).run().exits(ExitCode::Done).says("in this clone");
    assert_eq!(harbor.remote_refs("refs/*"), before);
    assert_eq!(harbor.repo.sha("v1.1.0"), harbor.head());
}

#[test]
fn a_lock_that_a_killed_program_left_is_named() {
    let harbor = ready();
    let lock = harbor.repo.path().join(".git/refs/tags/v1.1.0.lock");
    std::fs::write(&lock, "").unwrap();
    let run = harbor.zarpe(["tag"]).run().exits(ExitCode::CannotTell);
    run.says("tag v1.1.0 cannot be written here").says(".git/refs/tags/v1.1.0.lock; then run it again");
    // Where it is pushed, the remote has both all the same, and says so to the next run.
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::CannotTell);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("already right");
    std::fs::remove_file(lock).unwrap();
    harbor.zarpe(["tag"]).run().exits(ExitCode::Done).says("made now");
}

#[test]
fn the_message_says_in_few_words_what_is_in_it() {
    let harbor = ready().pushed("fix: a leak").pushed("feat(api)!: forget\n\nBREAKING CHANGE: v1 is gone");
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done);
    let message = harbor.repo.git(["tag", "--list", "--format=%(contents)", "v2.0.0"]);
    let lines = [
        "v2.0.0",
        "",
        "3 commits since v1.0.0 (Breaking changes: 1, Features: 1, Fixes: 1)",
        "",
        "Breaking changes:",
        "- api: forget",
        "",
        "Features:",
        "- list the cargo (#1)",
    ];
    assert_eq!(message.trim_end(), lines.join("\n"));
    assert_eq!(harbor.repo.git(["tag", "--list", "--format=%(trailers)", "v2.0.0"]), "");
}

#[test]
fn a_tag_that_is_in_the_clone_is_pushed_as_it_is() {
    let harbor = ready();
    harbor.repo.git(["tag", "--annotate", "--message", "Ana's own words", "v1.1.0"]);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("made now");
    assert_eq!(peeled(&harbor, &short_tag(&harbor)), Some(harbor.head()));
    let here = harbor.repo.git(["rev-parse", "refs/tags/v1.1.0"]);
    assert!(harbor.remote_refs("refs/tags/v1.1.0").ends_with(&here));
    harbor.repo.git(["fetch", "--quiet", "--tags"]);
}

#[test]
fn a_lightweight_tag_that_is_in_the_clone_stays_and_the_remote_gets_an_annotated_one() {
    let harbor = ready();
    harbor.repo.git(["tag", "v1.1.0"]);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("made now");
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(harbor.head()));
    assert!(harbor.remote_refs("refs/tags/v1.1.0*").contains("^{}"));
    assert_eq!(harbor.repo.git(["cat-file", "-t", "v1.1.0"]), "commit");
}

#[test]
fn where_one_of_the_two_is_there_the_other_is_made() {
    let harbor = ready().tagged("v1.1.0");
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done);
    assert_eq!(peeled(&harbor, &short_tag(&harbor)), Some(harbor.head()));
    assert_eq!(peeled(&harbor, "v1.1.0"), Some(harbor.head()));
}

#[test]
fn a_tag_at_another_commit_is_refused_with_both_commits_and_not_moved() {
    let harbor = ready();
    let elsewhere = harbor.head();
    harbor.push(&format!("{elsewhere}:refs/tags/v1.2.0"));
    let harbor = harbor.merged_pull("feat: more", "bruno");
    let run = harbor.zarpe(["tag", "--push", "--version", "1.2.0"]).run().exits(ExitCode::Refused);
    run.says(&elsewhere).says(&harbor.head());
    assert_eq!(peeled(&harbor, "v1.2.0"), Some(elsewhere));
    assert_eq!(peeled(&harbor, &short_tag(&harbor)), None);
}

#[test]
fn a_short_hash_tag_that_is_taken_is_made_longer() {
    let harbor = ready();
    let other = harbor.repo.sha("v1.0.0");
    harbor.push(&format!("{other}:refs/tags/{}", short_tag(&harbor)));
    let longer = format!("sha-{}", &harbor.head()[..8]);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says(&longer);
    assert_eq!(peeled(&harbor, &longer), Some(harbor.head()));
    assert_eq!(peeled(&harbor, &short_tag(&harbor)), Some(other));
}

#[test]
fn a_commit_that_is_not_on_the_branch_of_the_remote_is_not_tagged() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.commit("feat: never pushed");
    harbor.zarpe(["tag", "--push", "HEAD"]).run().exits(ExitCode::Refused).says("is not on `main` of the remote");
    assert_eq!(peeled(&harbor, "v1.1.0"), None);
}

#[test]
fn a_tag_that_is_only_in_this_clone_and_elsewhere_is_not_pushed_over() {
    let harbor = ready();
    harbor.repo.git(["tag", "v1.1.0", "v1.0.0"]);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Refused).says("git tag -d v1.1.0");
    assert_eq!(peeled(&harbor, "v1.1.0"), None);
}

#[test]
fn the_tags_of_the_remote_decide_the_version_not_those_of_the_clone() {
    let harbor = ready();
    harbor.repo.git(["tag", "-d", "v1.0.0"]);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("v1.1.0");
}

#[test]
fn a_clone_whose_configuration_sends_the_address_elsewhere_is_refused() {
    let harbor = ready();
    let origin = harbor.github.origin().to_owned();
    harbor.repo.git(["config", "url.http://127.0.0.1:9/evil/.insteadOf", &origin]);
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Usage).says("sends").says("elsewhere");
}

#[test]
fn nothing_to_release_is_done_and_makes_no_tag() {
    let harbor = Harbor::new().tagged("v1.0.0").pushed("docs: a word");
    let before = harbor.remote_refs("refs/*");
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("nothing to release");
    assert_eq!(harbor.remote_refs("refs/*"), before);
}

#[test]
fn a_wrong_token_cannot_tell_and_pushes_nothing() {
    let harbor = ready();
    harbor.github.state(|state| state.repository.private = true);
    let run = harbor.zarpe(["tag", "--push"]).env("ZARPE_TOKEN", "wrong0token").run().exits(ExitCode::CannotTell);
    run.says("cannot read the remote").never_says("wrong0token");
}

#[test]
fn the_token_is_in_no_output() {
    let harbor = ready();
    harbor.github.install_hook("pre-receive", "#!/bin/sh\nenv >&2; exit 1\n").unwrap();
    harbor.zarpe(["tag", "--push", "--verbose"]).run().exits(ExitCode::Refused).never_says(crate::support::TOKEN);
}

#[test]
fn the_token_is_kept_by_no_credential_helper_and_gives_way_to_no_other() {
    let harbor = ready();
    harbor.github.state(|state| state.repository.private = true);
    let scratch = harbor.repo.scratch().display();
    let (kept, own) = (format!("{scratch}/kept"), format!("{scratch}/gitconfig"));
    // As actions/checkout leaves it where `persist-credentials` is on, but of another token.
    let origin = harbor.github.origin().to_owned();
    harbor.repo.git(["config", &format!("http.{origin}/.extraheader"), "AUTHORIZATION: basic eDp3cm9uZw=="]);
    std::fs::write(&own, format!("[credential]\n\thelper = store --file {kept}\n\thelper = !touch {kept}\n")).unwrap();
    harbor.zarpe(["tag", "--push"]).env("GIT_CONFIG_GLOBAL", &own).run().exits(ExitCode::Done);
    harbor.repo.git(["-C", harbor.github.bare().to_str().unwrap(), "rev-parse", "--verify", "refs/tags/v1.1.0"]);
    assert!(!std::path::Path::new(&kept).exists(), "{:?}", std::fs::read_to_string(kept));
}

#[test]
fn i6_the_token_is_in_no_argument() {
    use std::os::unix::fs::PermissionsExt as _;
    let harbor = ready();
    let folder = harbor.repo.scratch().join("bin");
    std::fs::create_dir(&folder).unwrap();
    let (program, seen) = (folder.join("git"), harbor.repo.scratch().join("arguments"));
    let path = std::env::var("PATH").unwrap();
    // What it was called with stays in a file of the test, and no file may hold the token.
    let script = format!("#!/bin/sh\necho \"$@\" >> '{}'\nPATH='{path}' exec git \"$@\"\n", seen.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{path}", folder.display());
    harbor.zarpe(["tag", "--push", "--verbose"]).env("PATH", path).run().exits(ExitCode::Done);
    assert!(std::fs::read_to_string(seen).unwrap().contains("push --atomic"));
}
