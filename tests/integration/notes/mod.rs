//! `zarpe notes`: what people read about a release.

use zarpe::report::ExitCode::{CannotTell, Done, Usage};

use super::support::{Repo, Run};

mod all;
mod api;
mod corners;
mod github;
mod preview;
mod templates;
mod told;

/// The notes, with the day and the commits' names, which are not the same in every run, taken out.
fn notes(repo: &Repo, args: &[&str]) -> String {
    let run = repo.zarpe(["notes"].into_iter().chain(args.iter().copied())).run().exits(Done);
    plain(repo, &run)
}

fn plain(repo: &Repo, run: &Run) -> String {
    let mut text = run.stdout.clone();
    for (number, sha) in repo.git(["rev-list", "--reverse", "HEAD"]).lines().enumerate() {
        text = text.replace(sha, &format!("SHA{}", number + 1)).replace(&sha[..7], &format!("sha{}", number + 1));
    }
    let (heading, rest) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}\n{rest}", heading.split_once(" (").map_or(heading, |(name, _)| name))
}

fn on_github(repo: Repo) -> Repo {
    repo.git(["remote", "add", "origin", "git@github.com:acme/app.git"]);
    repo
}

fn released() -> Repo {
    on_github(Repo::new().commit("feat: start").tag("v1.2.0"))
}

#[test]
fn sections_stand_in_order_with_scopes_numbers_and_links() {
    let repo = released().commits([
        "fix(api): answer 404 for an unknown id (#11)",
        "chore: update dependencies",
        "feat(export): write CSV (#12)\n\n* feat: start\n\n* fix: typo",
        "perf: read once",
        "Update the logo (#13)",
        "feat(api)!: ask for a token (#14)\n\nBREAKING CHANGE: send `Authorization`.\n\n- get a token\n- send it\n\n1. not a list",
        "feat: name the boat",
    ]);
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v2.0.0

    ### Breaking changes

    - **api:** ask for a token ([#14](https://github.com/acme/app/pull/14), [sha7](https://github.com/acme/app/commit/SHA7))

      send \`Authorization\`.

      - get a token
      - send it

      1\. not a list

    ### Features

    - name the boat ([sha8](https://github.com/acme/app/commit/SHA8))
    - **export:** write CSV ([#12](https://github.com/acme/app/pull/12), [sha4](https://github.com/acme/app/commit/SHA4))

    ### Fixes

    - **api:** answer 404 for an unknown id ([#11](https://github.com/acme/app/pull/11), [sha2](https://github.com/acme/app/commit/SHA2))

    ### Performance

    - read once ([sha5](https://github.com/acme/app/commit/SHA5))

    ### Other changes

    - update dependencies ([sha3](https://github.com/acme/app/commit/SHA3))
    - Update the logo ([#13](https://github.com/acme/app/pull/13), [sha6](https://github.com/acme/app/commit/SHA6))

    **All changes:** [v1.2.0...v2.0.0](https://github.com/acme/app/compare/v1.2.0...v2.0.0)
    "##);
}

#[test]
fn headings_follow_the_language() {
    let repo = released().write("zarpe.yml", "language: es\n").commits([
        "fix: responde 404",
        "feat!: pide un token",
        "perf: lee una vez",
        "Revert \"feat: algo publicado\"",
        "docs: palabras",
    ]);
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v2.0.0

    ### Cambios incompatibles

    - pide un token ([sha3](https://github.com/acme/app/commit/SHA3))

    ### Correcciones

    - responde 404 ([sha2](https://github.com/acme/app/commit/SHA2))

    ### Rendimiento

    - lee una vez ([sha4](https://github.com/acme/app/commit/SHA4))

    ### Cambios revertidos

    - feat: algo publicado ([sha5](https://github.com/acme/app/commit/SHA5))

    ### Otros cambios

    - palabras ([sha6](https://github.com/acme/app/commit/SHA6))

    **Todos los cambios:** [v1.2.0...v2.0.0](https://github.com/acme/app/compare/v1.2.0...v2.0.0)
    "##);
    repo.zarpe(["notes", "--language", "en"]).run().exits(Done).says("### Breaking changes");
}

#[test]
fn dates_follow_the_language() {
    let repo = released().commit("fix: a").tag("v1.2.1");
    repo.zarpe(["notes", "v1.2.0..v1.2.1"]).run().exits(Done).says("## v1.2.1 (March 1, 2026)");
    let run = repo.zarpe(["notes", "v1.2.0..v1.2.1", "--language", "es"]).run();
    run.exits(Done).says("## v1.2.1 (1 de marzo de 2026)");
}

#[test]
fn what_was_taken_back_is_not_told() {
    let repo = released().commits(["feat: idea", "fix: real", "Revert \"feat: idea\""]);
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v1.2.1

    ### Fixes

    - real ([sha3](https://github.com/acme/app/commit/SHA3))

    **All changes:** [v1.2.0...v1.2.1](https://github.com/acme/app/compare/v1.2.0...v1.2.1)
    "##);
}

#[test]
fn a_merge_is_told_by_its_commits() {
    let repo = released();
    repo.git(["checkout", "--quiet", "-b", "side"]);
    let repo = repo.commits(["feat: on the side"]);
    repo.git(["checkout", "--quiet", "main"]);
    let repo = repo.commit("fix: on main");
    repo.git(["merge", "--quiet", "--no-ff", "--message", "Merge pull request #7 from acme/side", "side"]);
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v1.3.0

    ### Features

    - on the side ([sha2](https://github.com/acme/app/commit/SHA2))

    ### Fixes

    - on main ([sha3](https://github.com/acme/app/commit/SHA3))

    **All changes:** [v1.2.0...v1.3.0](https://github.com/acme/app/compare/v1.2.0...v1.3.0)
    "##);
}

#[test]
fn a_squash_without_a_type_is_told_by_what_it_lists() {
    let repo = released()
        .commit("Export (#12)\n\n* feat(export): write CSV\n\n* fix: quote it\n\nsome words\n\n* docs: say how\n");
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v1.3.0

    ### Features

    - **export:** write CSV ([#12](https://github.com/acme/app/pull/12), [sha2](https://github.com/acme/app/commit/SHA2))

    ### Fixes

    - quote it ([#12](https://github.com/acme/app/pull/12), [sha2](https://github.com/acme/app/commit/SHA2))

    ### Other changes

    - say how ([#12](https://github.com/acme/app/pull/12), [sha2](https://github.com/acme/app/commit/SHA2))

    **All changes:** [v1.2.0...v1.3.0](https://github.com/acme/app/compare/v1.2.0...v1.3.0)
    "##);
}

#[test]
fn the_first_release_compares_with_nothing() {
    let repo = Repo::new().commits(["feat: start", "fix: go on"]);
    // No tag of this clone names a version, and a remote that does not answer cannot say that it has none.
    repo.git(["remote", "add", "origin", "https://127.0.0.1:1/acme/app.git"]);
    repo.zarpe(["notes"]).run().exits(CannotTell).prints("");
    repo.git(["remote", "remove", "origin"]);
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v0.1.0

    ### Features

    - start (sha1)

    ### Fixes

    - go on (sha2)
    "##);
}

#[test]
fn hostile_text_shows_as_text() {
    let repo = released().commits([
        "feat: <script>alert(1)</script> [x](javascript:y) ![z](http://evil.example/z.png) **b** `c` | @someone",
        "fix(a](http://evil.example)): quiet\u{202e}ly \u{1b}[31mred\u{1b}[0m\u{7}",
        "feat!: x\n\nBREAKING CHANGE: # heading\n> quote\n- [ ] item @team/all\n```\n::set-output name=a::b\n---\n<!-- hidden -->\n| a | b |\n|---|---|",
        "::error::not a command ##[group]x",
    ]);
    insta::assert_snapshot!(notes(&repo, &[]), @r##"
    ## v2.0.0

    ### Breaking changes

    - x ([sha4](https://github.com/acme/app/commit/SHA4))

      \# heading
      &gt; quote
      - \[ \] item @&#8203;team/all
      \`\`\`
      \::set-output name=a::b
      \---
      &lt;!-- hidden --&gt;
      \| a \| b \|
      \|---\|---\|

    ### Features

    - &lt;script&gt;alert(1)&lt;/script&gt; \[x\](javascript:y) !\[z\](http://evil.example/z.png) \*\*b\*\* \`c\` \| @&#8203;someone ([sha2](https://github.com/acme/app/commit/SHA2))

    ### Other changes

    - fix(a\](http://evil.example)): quietly red ([sha3](https://github.com/acme/app/commit/SHA3))
    - ::error::not a command \#\#\[group\]x ([sha5](https://github.com/acme/app/commit/SHA5))

    **All changes:** [v1.2.0...v2.0.0](https://github.com/acme/app/compare/v1.2.0...v2.0.0)
    "##);
}

#[test]
fn a_range_is_told_as_git_names_it() {
    let repo = released().commit("fix: a").tag("v1.2.1").commit("feat: b");
    insta::assert_snapshot!(notes(&repo, &["v1.2.0..v1.2.1"]), @r##"
    ## v1.2.1

    ### Fixes

    - a ([sha2](https://github.com/acme/app/commit/SHA2))

    **All changes:** [v1.2.0...v1.2.1](https://github.com/acme/app/compare/v1.2.0...v1.2.1)
    "##);
    insta::assert_snapshot!(notes(&repo, &["v1.2.1.."]), @r##"
    ## HEAD

    ### Features

    - b ([sha3](https://github.com/acme/app/commit/SHA3))

    **All changes:** [v1.2.1...HEAD](https://github.com/acme/app/compare/v1.2.1...HEAD)
    "##);
    insta::assert_snapshot!(notes(&repo, &["..v1.2.0"]), @r##"
    ## v1.2.0

    ### Features

    - start ([sha1](https://github.com/acme/app/commit/SHA1))
    "##);
    repo.zarpe(["notes", "v1.2.0"]).run().exits(Usage).says("`v1.2.0` is not a range");
    repo.zarpe(["notes", "v1.2.0...HEAD"]).run().exits(Usage).says("is not a range");
    repo.zarpe(["notes", "v9..HEAD"]).run().exits(Usage).says("`v9` names no commit");
}

#[test]
fn nothing_to_release_has_no_notes() {
    released().zarpe(["notes"]).run().exits(Done).prints("").says("nothing to release");
}

#[test]
fn the_document_has_the_parts_and_the_whole() {
    let repo = released().commit("feat(api): a <b> (#5)");
    let document = repo.zarpe(["notes", "--format", "json"]).run().exits(Done).json();
    let notes = &document["notes"];
    assert_eq!(document["schema"], "zarpe/notes/v1");
    assert_eq!((&notes["version"], &notes["previous"]), (&"1.3.0".into(), &"v1.2.0".into()));
    assert_eq!(notes["compare"], "https://github.com/acme/app/compare/v1.2.0...v1.3.0");
    let entry = &notes["sections"][0]["entries"][0];
    assert_eq!((&entry["description"], &entry["pull_request"]), (&"a <b>".into(), &5.into()));
    assert!(notes["markdown"].as_str().unwrap().ends_with(notes["body"].as_str().unwrap()));
}

#[test]
fn a_shallow_clone_has_no_notes_of_half_a_range() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0").commits(["feat: a", "fix: b", "fix: c"]).shallow(2);
    repo.zarpe(["notes"]).run().exits(CannotTell).prints("").says("git fetch --unshallow --tags");
    repo.zarpe(["notes", "..HEAD"]).run().exits(CannotTell).prints("").says("git fetch --unshallow --tags");
}

#[test]
fn the_entry_of_the_next_release_is_put_into_the_changelog_once() {
    let before = "# Changelog\n\nBy hand.\n\n## [1.2.0] - 2026-01-01\n\n- the   first\n\n[1.2.0]: https://github.com/acme/app/releases/v1.2.0\n";
    let repo = released().write("CHANGELOG.md", before).commit("feat: list the cargo (#7)");
    let read = || std::fs::read_to_string(repo.path().join("CHANGELOG.md")).unwrap();
    repo.zarpe(["notes", "--changelog", "CHANGELOG.md", "--dry-run"]).run().exits(Done).says("write CHANGELOG.md");
    assert_eq!(read(), before);
    repo.zarpe(["notes", "--changelog", "CHANGELOG.md"])
        .run()
        .exits(Done)
        .says("CHANGELOG.md is written")
        .says("made now");
    let after = read();
    let (head, rest) = after.split_once("## [1.3.0] - ").expect("the entry");
    assert_eq!(head, "# Changelog\n\nBy hand.\n\n");
    let (entry, rest) = rest.split_once("## [1.2.0]").expect("the older one");
    assert!(entry.contains("### Features\n\n- list the cargo ([#7](https://github.com/acme/app/pull/7), ["), "{entry}");
    let foot = "[1.3.0]: https://github.com/acme/app/compare/v1.2.0...v1.3.0\n[1.2.0]: https://github.com/acme/app/releases/v1.2.0\n";
    assert_eq!(rest, format!(" - 2026-01-01\n\n- the   first\n\n{foot}"));
    repo.zarpe(["notes", "--changelog", "CHANGELOG.md"]).run().exits(Done).says("already right");
    assert_eq!(read(), after);
}

#[test]
fn a_changelog_that_cannot_be_read_is_left_alone_and_its_line_named() {
    let repo = released().write("CHANGELOG.md", "# News\n\n## Yesterday\n").commit("feat: list the cargo");
    let run = repo.zarpe(["notes", "--changelog", "CHANGELOG.md"]).run().exits(Usage);
    run.says("CHANGELOG.md:3").says("`Yesterday` names no version");
    let repo = repo.write("CHANGELOG.md", "");
    std::fs::write(repo.path().join("CHANGELOG.md"), b"# N\n\n\xff\n").unwrap();
    repo.zarpe(["notes", "--changelog", "CHANGELOG.md"]).run().exits(Usage).says("CHANGELOG.md:3").says("not UTF-8");
}
