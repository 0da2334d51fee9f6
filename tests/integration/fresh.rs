//! `zarpe fresh`: are generated files what their generator makes?

use crate::support::ExitCode::{CannotTell, Done, Stale, Usage};
use crate::support::Repo;

const MAKE: &str = "mkdir -p docs && tr a-z A-Z <words >docs/words.md && wc -l <words | tr -d ' ' >docs/count.md";

fn repo() -> Repo {
    Repo::new().write("words", "one\ntwo\n").write("docs/words.md", "ONE\nTWO\n").write("docs/count.md", "2\n")
}

#[test]
fn what_the_command_makes_is_fresh() {
    let repo = repo().commit("feat: start");
    let run = repo.zarpe(["fresh", "--run", MAKE, "--path", "docs/"]).run().exits(Done);
    run.prints("✓ docs is what its generator makes\n\n✓ docs   fresh: 2 files\n");
    let run = repo.zarpe(["fresh", "--run", MAKE, "--path", "docs/words.md", "--clean", "--format", "json"]).run();
    let document = run.exits(Done).json_of("fresh/v1");
    assert_eq!(document["paths"][0]["state"], "fresh");
}

#[test]
fn a_stale_folder_is_shown_with_its_lines_and_the_command() {
    let repo = repo().commit("feat: start").write("words", "one\ntwo\nthree\n").commit("feat: more");
    let run = repo.zarpe(["fresh", "--run", MAKE, "--path", "docs"]).run().exits(Stale);
    insta::assert_snapshot!(run.stdout, @r"
    ✗ docs is not what its generator makes

    ✗ docs   stale: 2 files
      docs/count.md  changed  +1 -1
      docs/words.md  changed  +1 -0

    error: docs/count.md is not what the command makes
      @@ -1 +1 @@
      -2
      +3
      --> docs/count.md:1
      help: mkdir -p docs && tr a-z A-Z <words >docs/words.md && wc -l <words | tr -d ' ' >docs/count.md (run it at the top of the repository, and commit what it makes)
    error: docs/words.md is not what the command makes
      @@ -2 +2,2 @@
       TWO
      +THREE
      --> docs/words.md:3
      help: mkdir -p docs && tr a-z A-Z <words >docs/words.md && wc -l <words | tr -d ' ' >docs/count.md (run it at the top of the repository, and commit what it makes)
    ");
    assert_eq!(repo.git(["status", "--porcelain"]), "", "the work tree is as it was");
}

#[test]
fn every_format_says_it() {
    let repo = repo().write("words", "one\n").commit("feat: start");
    let stale = |format| repo.zarpe(["fresh", "--run", MAKE, "--path", "docs", "--format", format]).run().exits(Stale);
    let document = stale("json").json_of("fresh/v1");
    assert_eq!(document["paths"][0]["differences"][1]["file"], "docs/words.md");
    assert_eq!(document["paths"][0]["differences"][1]["removed"], 1);
    stale("markdown").says("| · | docs/words.md | changed | +0 -1 |");
    stale("github").says("::error file=docs/words.md,line=2,title=fresh/stale::docs/words.md is not what");
}

#[test]
fn the_work_tree_itself_is_what_is_judged() {
    let repo = repo().commit("feat: start").write("words", "new\n").write("docs/words.md", "NEW\n");
    let repo = repo.write("docs/count.md", "1\n");
    repo.zarpe(["fresh", "--run", MAKE, "--path", "docs"]).run().exits(Done);
    let repo = repo.write("untracked", "x").write("docs/count.md", "7\n");
    repo.zarpe(["fresh", "--run", "test -e untracked && echo 7 >docs/count.md", "--path", "docs/count.md"])
        .run()
        .exits(Done);
    repo.zarpe(["fresh", "--run", MAKE, "--path", "docs"]).at("docs").run().exits(Stale).says("docs/count.md");
}

#[test]
fn a_file_that_is_missing_or_no_longer_made_is_found() {
    let repo = repo().write("docs/old.md", "old\n").commit("feat: start");
    let fresh = |run, more: &[&'static str]| {
        repo.zarpe(["fresh", "--path", "docs", "--run", run]).args(more.iter().copied()).run()
    };
    fresh(MAKE, &[]).exits(Done);
    fresh(MAKE, &["--clean"]).exits(Stale).says("docs/old.md is there, and the command takes it away");
    fresh("echo x >docs/more.md", &[]).exits(Stale).says("docs/more.md is made by the command, and is not there");
    #[cfg(unix)]
    fresh("chmod +x docs/old.md", &[]).exits(Stale).says("docs/old.md has another mode");
}

#[test]
fn a_generator_that_fails_or_makes_nothing_says_nothing() {
    let repo = repo().commit("feat: start");
    let fresh = |run, more: &[&'static str]| {
        repo.zarpe(["fresh", "--path", "docs", "--run", run]).args(more.iter().copied()).run()
    };
    fresh("echo no such module >&2; exit 7", &[])
        .exits(CannotTell)
        .says("exit status 7")
        .says("no such module")
        .says("--with node_modules");
    fresh("sleep 60", &["--timeout", "1s"]).exits(CannotTell).says("was still running after 1 s");
    repo.zarpe(["fresh", "--path", "out", "--run", "true"]).run().exits(CannotTell).says("nothing is at out");
}

#[test]
fn a_command_that_reaches_back_into_the_work_tree_is_found_out() {
    let repo = repo().commit("feat: start");
    let run = format!("echo x >'{}/docs/words.md'", repo.path().display());
    repo.zarpe(["fresh", "--path", "docs", "--run", &run]).run().exits(CannotTell).says("wrote into the work tree");
}

#[test]
fn git_in_the_copy_is_a_repository_of_its_own() {
    let repo = repo().commit("feat: start").tag("v1.2.3");
    repo.git(["remote", "add", "origin", "https://example.com/acme/app.git"]);
    let run = "git add --all && git rm --quiet --cached words && git tag gone && \
               { git describe; git config remote.origin.url; basename \"$PWD\"; } >docs/version";
    let repo = repo.write("docs/version", "v1.2.3\nhttps://example.com/acme/app.git\nwork\n");
    let index = std::fs::read(repo.path().join(".git/index")).unwrap();
    let hooks = |run: crate::support::Zarpe| {
        run.env("GIT_DIR", repo.path().join(".git")).env("GIT_INDEX_FILE", repo.path().join(".git/index"))
    };
    hooks(repo.zarpe(["fresh", "--path", "docs/version", "--run", run])).run().exits(Done);
    assert_eq!(std::fs::read(repo.path().join(".git/index")).unwrap(), index);
    assert_eq!(repo.git(["tag"]), "v1.2.3");
}

#[test]
fn what_git_ignores_is_there_only_where_it_is_named() {
    let repo = repo().write(".gitignore", "/modules\n/out\n").commit("feat: start");
    let repo = repo.write("modules/tool", "echo made >out/page\n").write("out/page", "made\n");
    let fresh = ["fresh", "--path", "out", "--run", "sh modules/tool"];
    repo.zarpe(fresh).run().exits(CannotTell).says("modules/tool");
    repo.zarpe(fresh).args(["--with", "modules"]).run().exits(Done);
}

#[test]
#[cfg(unix)]
fn make_makes_it_anew_although_all_times_are_alike() {
    let repo = repo().write("Makefile", "docs/words.md: words\n\ttr a-z A-Z <words >$@\n");
    let repo = repo.write("words", "three\n").commit("feat: start");
    if !std::process::Command::new("make").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return crate::support::skip("make is missing");
    }
    repo.zarpe(["fresh", "--path", "docs", "--run", "make docs/words.md"]).run().exits(Stale).says("+THREE");
}

#[test]
#[cfg(unix)]
fn a_link_into_the_work_tree_leads_into_the_copy() {
    let repo = repo().commit("feat: start");
    std::os::unix::fs::symlink(repo.path().join("docs"), repo.path().join("pages")).unwrap();
    repo.zarpe(["fresh", "--path", "docs", "--run", "echo x >pages/words.md"]).run().exits(Stale).says("-ONE");
    repo.zarpe(["fresh", "--path", "pages", "--run", "true"]).run().exits(Done);
    assert_eq!(std::fs::read_to_string(repo.path().join("docs/words.md")).unwrap(), "ONE\nTWO\n");
}

#[test]
fn mistakes_are_refused() {
    let repo = repo().commit("feat: start");
    repo.zarpe(["fresh", "--path", "docs"]).run().exits(Usage);
    repo.zarpe(["fresh", "--run", "true"]).run().exits(Usage);
    repo.zarpe(["fresh", "--run", "true", "--path", "../x"]).run().exits(Usage).says("leads out of the repository");
    repo.zarpe(["fresh", "--run", "true", "--path", ".git"]).run().exits(Usage).says("belongs to git");
}
