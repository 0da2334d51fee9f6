//! `zarpe gate`: a number and its limits, alone and as a step.

use std::io::Write as _;

use test_case::test_case;

use crate::support::{ExitCode, Reply, Repo, Run, Web};

fn gate<'a>(words: impl IntoIterator<Item = &'a str>) -> Run {
    let repo =
        Repo::new().write("usage.json", "{\"count\": 812}").write("number", "7\n").write("marked", "\u{feff}7\n");
    repo.zarpe(["gate"]).args(words).run()
}

#[test_case(&["--value", "echo '{\"count\": 812}'", "--path", "$.count", "--max", "1000"], ExitCode::Done, "812 is within its limits"; "a command")]
#[test_case(&["--file", "usage.json", "--path", "$.count", "--max", "811"], ExitCode::Refused, "812 is more than 811"; "a file")]
#[test_case(&["--file", "number", "--min", "8"], ExitCode::Refused, "7 is less than 8"; "too little")]
#[test_case(&["--value", "echo -3", "--max", "0", "--warn-at", "-5"], ExitCode::Done, "warning: -3 has reached -5"; "a warning below nothing")]
#[test_case(&["--value", "echo used: 900", "--pattern", "used: (\\d+)", "--max", "1000", "--warn-at", "80%"], ExitCode::Done, "warning: 900 has reached 80% of 1000"; "a warning")]
#[test_case(&["--value", "echo used: 1,234,567", "--pattern", "used: (\\d+)", "--max", "1000"], ExitCode::CannotTell, "what the pattern takes is a piece of 1,234,567"; "a piece of a number")]
#[test_case(&["--value", "echo used: 5×10⁶", "--pattern", "used: (\\d+)", "--max", "1000"], ExitCode::CannotTell, "what the pattern takes is a piece of 5×10⁶"; "a power of ten")]
#[test_case(&["--value", "echo used: 5 × 10^6 of", "--pattern", "used: (\\d+)", "--max", "1000"], ExitCode::CannotTell, "what the pattern takes is a piece of 5 × 10^6"; "a power of ten with blanks")]
#[test_case(&["--value", "echo up 5h30m", "--pattern", "up (\\d+)", "--max", "10"], ExitCode::CannotTell, "what the pattern takes is a piece of 5h30m"; "a time in two units")]
#[test_case(&["--value", "echo up 5h30m", "--pattern", "up (\\d+)h", "--max", "10"], ExitCode::Done, "5 is within its limits"; "its hours, as the pattern says")]
#[test_case(&["--value", "echo 1 000 errores", "--pattern", "(\\d+) errores", "--max", "10"], ExitCode::CannotTell, "what the pattern takes is a piece of 1 000"; "thousands apart by a blank")]
#[test_case(&["--value", "echo usado 2 GB", "--pattern", "(\\d+)", "--max", "10"], ExitCode::CannotTell, "the pattern takes the number of 2 GB, and not its scale"; "a scale")]
#[test_case(&["--value", "echo 3 millones", "--pattern", "(\\d+)", "--max", "10"], ExitCode::CannotTell, "help: take the scale into the pattern"; "a scale in words")]
#[test_case(&["--value", "echo usado 2 GB", "--pattern", "(\\d+) GB", "--max", "10"], ExitCode::Done, "2 is within its limits"; "a scale, as the pattern says")]
#[test_case(&["--value", "echo 5×10⁶", "--max", "1000"], ExitCode::CannotTell, "what is there is no number"; "a power of ten alone")]
#[test_case(&["--value", "echo used: 1.5e9", "--pattern", "used: (\\S+)", "--max", "1000"], ExitCode::Refused, "1.5e9 is more than 1000"; "all of a number")]
#[test_case(&["--value", "echo 10000000000000001", "--max", "1e16"], ExitCode::Refused, "10000000000000001 is more than 1e16"; "a number that floating point rounds")]
#[test_case(&["--file", "number", "--increase-from", "6"], ExitCode::Done, "7 is within"; "it moved by one")]
#[test_case(&["--file", "number", "--increase-from", "6", "--by", "2"], ExitCode::Refused, "the counter did not move enough"; "it did not move by two")]
#[test_case(&["--file", "usage.json", "--path", "$.nope", "--max", "1"], ExitCode::CannotTell, "no number is there"; "no number")]
#[test_case(&["--file", "nope", "--max", "1"], ExitCode::CannotTell, "there is no file nope"; "no file")]
#[test_case(&["--value", "echo 1; echo oh no >&2; exit 7", "--max", "1"], ExitCode::CannotTell, "the command ended with exit status 7: oh no"; "a command that fails")]
#[test_case(&["--value", "echo 'fatal: https://deploy:hunter2@git.example/x' >&2; exit 7", "--max", "1"], ExitCode::CannotTell, "exit status 7: fatal: https://deploy:***@git.example/x"; "a password of a command that fails")]
#[test_case(&["--value", "no-such-program issue list --label critical | wc -l", "--max", "0"], ExitCode::CannotTell, "the command ended with exit status 127"; "a pipe that fails at its beginning")]
#[test_case(&["--value", "yes 0 | head -n 1", "--max", "0"], ExitCode::Done, "0 is within its limits"; "a reader that has enough")]
#[test_case(&["--value", "sleep 9", "--max", "1", "--timeout", "1s"], ExitCode::CannotTell, "was still running after 1s"; "a command that does not end")]
#[test_case(&["--value", "echo NaN", "--max", "1"], ExitCode::CannotTell, "what is there is no number"; "not a number")]
#[test_case(&["--url", "http://127.0.0.1:1/", "--max", "1"], ExitCode::CannotTell, "cannot get http://127.0.0.1:1/"; "nobody answers")]
#[test_case(&["--file", "number", "--max", ""], ExitCode::Usage, "is the variable that it comes from empty?"; "an empty limit")]
#[test_case(&["--file", "number", "--max", "nan"], ExitCode::Usage, "`nan` is no number"; "a limit that is no number")]
#[test_case(&["--file", "number", "--increase-from", "7", "--by", "0"], ExitCode::Usage, "is no step forwards"; "no step")]
#[test_case(&["--url", "ftp://h/x", "--max", "1"], ExitCode::Usage, "--url is no address"; "another protocol")]
#[test_case(&["--file", "number"], ExitCode::Usage, "--max <N>"; "no limit")]
#[test_case(&["--max", "1"], ExitCode::Usage, "--value <CMD>"; "no source")]
#[test_case(&["--file", "number", "--min", "9", "--max", "8"], ExitCode::Usage, "no number is at least 9 and at most 8"; "limits that leave nothing")]
#[test_case(&["--value", "echo '{\"n\": 18446744073709551616}'", "--path", "$.n", "--max", "18446744073709551615"], ExitCode::Refused, "18446744073709551616 is more than"; "a number that JSON rounds")]
#[test_case(&["--value", "echo '{\"n\": 5000, \"n\": 1}'", "--path", "$.n", "--max", "1000"], ExitCode::CannotTell, "a key on the way to the number is there twice"; "a key twice")]
#[test_case(&["--file", "marked", "--max", "7"], ExitCode::Done, "7 is within its limits"; "a byte order mark")]
#[test_case(&["--file", "number", "--min", "1", "--warn-at", "80%"], ExitCode::Usage, "--warn-at is a share of --max"; "a share of nothing")]
#[test_case(&["--file", "number", "--max", "1", "--path", "count"], ExitCode::Usage, "is no JSONPath"; "no path")]
fn a_number_is_judged(words: &[&str], exit: ExitCode, says: &str) {
    gate(words.iter().copied()).exits(exit).says(says);
}

/// More time helps what is slow, and nothing else.
#[test_case(&["--file", "nope"], "see that the file is there: a path begins at the folder that this runs in"; "no file")]
#[test_case(&["--file", "folder"], "name a file in it"; "a folder")]
#[test_case(&["--value", "no-such-program x"], "see that the program is installed where the command runs it, and found by PATH"; "no program")]
#[test_case(&["--value", "./number"], "let this user run the program: chmod +x"; "a file that is no program")]
#[test_case(&["--value", "cat nope"], "run the command by hand in this folder: what it runs and reads must be there"; "a command without its file")]
#[test_case(&["--value", "sleep 9", "--timeout", "1s"], "see what keeps it, or give it more time: --timeout 10m"; "a command that is slow")]
#[test_case(&["--url", "http://127.0.0.1:1/"], "see what it answers: curl"; "nobody answers")]
fn the_remedy_is_for_what_is_wrong(words: &[&str], help: &str) {
    let repo = Repo::new().write("number", "7\n").write("folder/x", "");
    let run = repo.zarpe(["gate", "--max", "1"]).args(words).run().exits(ExitCode::CannotTell);
    run.says(&format!("help: {help}"));
}

#[test]
fn the_answer_of_an_address_is_read() {
    let web = Web::start(|_| Reply::json(200, "{\"count\": 3}"));
    let run = gate(["--url", &format!("{}/usage?key=hidden", web.address()), "--path", "$.count", "--max", "3"]);
    run.exits(ExitCode::Done).says("3 is within its limits").never_says("hidden");
    let web = Web::start(|asked| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(b"3").unwrap();
        let packed = Reply::new(200, packer.finish().unwrap());
        packed.header("content-encoding", asked.target.trim_start_matches('/'))
    });
    let of = |coding: &str| gate(["--url", &format!("{}/{coding}", web.address()), "--max", "3"]);
    of("gzip").exits(ExitCode::Done).says("3 is within its limits");
    of("br").exits(ExitCode::CannotTell).says("it is compressed (br)");
}

#[test]
fn its_json_is_as_published_and_its_words_are_of_the_repository() {
    let yes =
        gate(["--file", "usage.json", "--path", "$.count", "--max", "1000", "--warn-at", "800", "--format", "json"]);
    let document = yes.exits(ExitCode::Done).json_of("gate/v1");
    assert_eq!(
        (&document["value"], &document["warned"], &document["verdict"]),
        (&812.into(), &true.into(), &"yes".into())
    );
    let none = gate(["--file", "nope", "--max", "1", "--format", "json"]).exits(ExitCode::CannotTell);
    assert_eq!(none.json_of("gate/v1")["value"], serde_json::Value::Null);
    gate(["--file", "number", "--max", "1", "--format", "markdown"]).exits(ExitCode::Refused).says("7 is more than 1");
    let repo = Repo::new().write("zarpe.yml", "language: es\n").write("number", "7");
    repo.zarpe(["gate", "--file", "number", "--max", "1"]).run().exits(ExitCode::Refused).says("7 es más que 1");
}

const PLAN: &str = "
secrets: [KEY]
jobs:
  before:
    outputs: {used: '${{ steps.used.outputs.value }}'}
    steps:
      - {id: used, uses: zarpe/gate, with: {value: 'test -n \"${{ secrets.KEY }}\" && cat counter', max: '${{ vars.MOST }}', warn-at: 80%}}
  after:
    needs: before
    steps:
      - {run: 'echo ${{ needs.before.outputs.used }} > seen', idempotent: true}
      - {uses: zarpe/gate, idempotent: true, with: {value: 'cat counter; cat /proc/[0-9]*/cmdline > seen 2>/dev/null; true', increase-from: '${{ needs.before.outputs.used }}', by: 1}}
";

#[test]
fn a_step_hands_its_number_on() {
    let repo = Repo::new().commit("chore: begin").write("plan.yml", PLAN).write("counter", "8\n");
    let run = repo
        .zarpe(["deploy", "run", "plan.yml"])
        .env("GITHUB_RUN_ID", "7")
        .env("MOST", "10")
        .env("KEY", "hidden-word")
        .run();
    run.exits(ExitCode::Refused)
        .says("8 has reached 80% of 10")
        .says("the counter did not move enough")
        .never_says("hidden-word");
    let seen = std::fs::read(repo.path().join("seen")).unwrap();
    assert!(!String::from_utf8_lossy(&seen).contains("hidden-word"));
    // The counter moves, and the step is tried again.
    std::fs::OpenOptions::new().write(true).open(repo.path().join("counter")).unwrap().write_all(b"9\n").unwrap();
    let run = repo.zarpe(["deploy", "resume", "7"]).env("MOST", "10").env("KEY", "hidden-word").run();
    run.exits(ExitCode::Done).says("9 is within its limits");
    let run = repo.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "8").env("MOST", "").env("KEY", "k").run();
    run.exits(ExitCode::Usage).says("`vars.MOST` is not known");
}

#[test]
fn a_limit_that_comes_out_empty_is_no_limit() {
    let plan = "inputs: {most: {}}\njobs: {a: {steps: [{uses: zarpe/gate, with: {value: 'echo 1', max: '${{ inputs.most }}'}}]}}\n";
    let repo = Repo::new().commit("chore: begin").write("plan.yml", plan);
    let run = repo.zarpe(["deploy", "run", "plan.yml"]).run();
    run.exits(ExitCode::Refused).says("is the variable that it comes from empty?");
}
