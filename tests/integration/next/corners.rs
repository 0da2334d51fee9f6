//! The corners of Conventional Commits 1.0.0 at the front door: what each message asks for, and what `--explain` says about it.

use crate::support::ExitCode::Done;
use crate::support::Repo;

/// A message, what it asks for, and what is said of it: the reason and every departure from the specification.
const ROWS: &[(&str, &str, &str)] = &[
    // The specification, exactly.
    ("feat(api)!: x", "major", "breaking change"),
    ("FEAT: x", "minor", "type feat"),
    ("Fix(Api): x", "patch", "type fix"),
    ("docs: x\n\nBREAKING-CHANGE: y", "major", "breaking change"),
    ("docs: x\n\nReviewed-by: Z\nBREAKING CHANGE: y\nover two lines\nRefs #7", "major", "breaking change"),
    ("fix: x\n\nNote: this is prose.\n\nMore prose.", "patch", "type fix"),
    ("fix: x\n\nit wraps before\nbreaking-change footer: y", "patch", "type fix"),
    ("fix:x", "none", "not conventional: the colon has no space after it"),
    ("fix !: x", "none", "not conventional: the first line has no `type: ` or `type(scope): `"),
    ("fix(): x", "none", "not conventional: the scope is empty or not closed"),
    ("fix: ", "none", "not conventional: the colon has no description after it"),
    ("Update things", "none", "not conventional: the first line has no `type: ` or `type(scope): `"),
    // The lenient layer, never silent.
    ("fix: x\n\nBREAKING CHANGE:", "major", "breaking change; `BREAKING CHANGE:` says nothing, and is taken"),
    ("fix: x\r\n\r\nbody\r\n", "patch", "type fix; line ends are CR LF"),
    ("\n\nfix: x", "patch", "type fix; blank lines come before the first line"),
    ("fix:  x", "patch", "type fix; more than one space after the colon"),
    ("fix: x\nbody", "patch", "type fix; the second line is not blank"),
    ("fix: x\nBREAKING CHANGE: y", "major", "breaking change; the second line is not blank"),
    (
        "fix: x\n\nsome text\nBREAKING CHANGE: y\n\nmore",
        "major",
        "breaking change; `BREAKING CHANGE:` stands in the middle of the body, and is taken",
    ),
    ("fix: x\n\nbreaking change: y", "patch", "type fix; `breaking change:` is not in upper case, and is not taken"),
    (
        "Rewrite it\n\nBREAKING CHANGE: y",
        "major",
        "breaking change; `BREAKING CHANGE:` is taken although the first line is not conventional",
    ),
    ("Revert \"feat: of old\"", "patch", "takes back something released; a revert by `git revert`"),
    ("Reapply \"feat: of old\"", "minor", "type feat; a revert of a revert brings it back"),
    (
        "Export (#12)\n\n* feat: start\n\n* fix!: inner",
        "major",
        "breaking change; a list item of the body is taken as a commit: feat: start; a list item of the body is taken as a \
         commit: fix!: inner",
    ),
    (
        "chore: x\n\nBEGIN_COMMIT_OVERRIDE\nfeat: y\n\nfix: z\nEND_COMMIT_OVERRIDE",
        "minor",
        "type feat; BEGIN_COMMIT_OVERRIDE stands for the message",
    ),
    (
        "chore: x\n\nBEGIN_COMMIT_OVERRIDE\nfeat: y",
        "none",
        "type chore; BEGIN_COMMIT_OVERRIDE has no END_COMMIT_OVERRIDE, and is not taken",
    ),
];

#[test]
fn every_corner_is_weighed_and_explained() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0");
    for (message, ..) in ROWS {
        repo.git(["commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message", message]);
    }
    let document = repo.zarpe(["next", "--format", "json"]).run().exits(Done).json_of("next/v1");
    let commits = document["commits"].as_array().unwrap();
    assert_eq!(commits.len(), ROWS.len());
    let explained = repo.zarpe(["next", "--explain"]).run().exits(Done).stdout;
    for ((message, bump, said), commit) in ROWS.iter().zip(commits.iter().rev()) {
        let remarks = commit["remarks"].as_array().unwrap().iter().map(|remark| remark.as_str().unwrap());
        let why = std::iter::once(commit["reason"].as_str().unwrap()).chain(remarks).collect::<Vec<_>>().join("; ");
        assert_eq!((commit["bump"].as_str().unwrap(), why.as_str()), (*bump, *said), "{message:?}");
        let row = format!("{}  ", commit["sha"].as_str().unwrap().get(..7).unwrap());
        let line = explained.lines().find(|line| line.contains(&row)).unwrap_or_else(|| panic!("{message:?}"));
        assert!(line.contains(bump) && line.contains(said), "{message:?}: {line}");
    }
}

#[test]
fn a_revert_of_a_revert_and_a_revert_of_a_release_are_weighed() {
    let repo = Repo::new().write("a", "1").commit("feat: start").tag("v1.0.0").write("a", "2").commit("feat: a");
    repo.git(["revert", "--no-edit", "HEAD"]);
    repo.zarpe(["next"]).run().exits(Done).prints("").says("nothing to release");
    repo.git(["revert", "--no-edit", "HEAD"]);
    repo.zarpe(["next"]).run().exits(Done).prints("1.1.0\n");
    let repo = repo.tag("v1.1.0");
    repo.git(["revert", "--no-edit", "HEAD~2"]);
    repo.zarpe(["next", "--explain"]).run().exits(Done).says("1.1.1").says("takes back something released");
    let notes = repo.zarpe(["notes"]).run().exits(Done).stdout;
    assert!(notes.contains("### Taken back") && notes.contains("- feat: a"), "{notes}");
}
