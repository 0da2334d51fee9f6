//! Checksums, and what strangers write, wherever the notes put it.

use super::released;
use zarpe::report::ExitCode::Done;

#[test]
fn the_sums_of_the_attached_files_are_told() {
    let config = "notes:\n  assets: [schema.yml, not-there-yet.zip]\n";
    let repo = released().write("zarpe.yml", config).write("schema.yml", "abc").commit("feat: a");
    let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let run = repo.zarpe(["notes"]).run().exits(Done);
    let run = run.says(&format!("**Checksums (SHA-256):**\n\n~~~\n{sum}  schema.yml\n~~~\n"));
    assert!(!run.stdout.contains("not-there-yet"), "{}", run.stdout);
}

#[test]
fn nothing_that_strangers_write_is_more_than_text() {
    let repo = released();
    repo.git(["config", "user.name", "@org/team <img src=x>\u{202e}"]);
    let repo = repo
        .commit("feat(`a`|@bob): b\n\nCloses #1](javascript:x)\nDEPRECATED: <script>x</script> @carol\n::error::y")
        .commit("feat!: c\n\nBREAKING CHANGE: | x |\n|---|\n::set-output name=a::b\n\u{1b}[31m<!--\n\nCo-authored-by: [x](y) @dave <d@example.com>");
    for args in [&["notes"][..], &["notes", "--all"], &["notes", "--template", "git-cliff"], &["notes", "--first-time"]]
    {
        let text = repo.zarpe(args.iter().copied()).run().exits(Done).stdout;
        let mut rest = text.char_indices().filter(|(_, c)| *c == '@');
        assert!(rest.all(|(at, _)| text[at..].starts_with("@&#8203;")), "somebody is called: {text}");
        assert!(!text.contains(['<', '\u{1b}', '\u{202e}']), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "a command: {text}");
        assert!(!text.contains("](javascript") && !text.contains("[x](y)"), "a link: {text}");
    }
}

/// As git keeps them: a message in Latin-1 that says so, one that does not, and an author's name that is no text.
#[test]
fn g77_bytes_that_are_no_utf8_are_shown_and_stop_nothing() {
    let repo = released();
    let commit = |message: &[u8], encoding: &str, name: &[u8]| {
        let (tree, parent) = (repo.git(["rev-parse", "HEAD^{tree}"]), repo.sha("HEAD"));
        let person = [name, b" <ana@example.com> 1772366400 +0000\n"].concat();
        let head = format!("tree {tree}\nparent {parent}\nauthor ");
        let object =
            [head.as_bytes(), &person, b"committer ", &person, encoding.as_bytes(), b"\n", message, b"\n"].concat();
        std::fs::write(repo.scratch().join("object"), object).unwrap();
        let file = repo.scratch().join("object").display().to_string();
        let sha = repo.git(["hash-object", "-t", "commit", "-w", "--literally", &file]);
        repo.git(["update-ref", "HEAD", &sha]);
    };
    commit(b"feat: la se\xf1al", "encoding ISO-8859-1\n", b"Ana");
    commit(b"fix: \xff\xfe broken", "", b"B\xf6b");
    commit("fix: señal".as_bytes(), "", "Ana".as_bytes());
    for args in [&["notes"][..], &["notes", "--all"], &["notes", "--context"], &["next", "--explain"]] {
        let run = repo.zarpe(args.iter().copied()).run().exits(Done);
        run.says("broken").says("señal");
    }
    repo.zarpe(["next"]).run().exits(Done).says("1.3.0");
    let run = repo.zarpe(["notes"]).run().exits(Done);
    run.says("- la señal (").says("- \u{fffd}\u{fffd} broken (").says("- señal (");
}
