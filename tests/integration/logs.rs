//! `zarpe logs`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use test_case::test_case;

use crate::support::{ExitCode, Repo, Run};

/// Seconds since 1970 of [`CUT_OVER`].
const CUT: i64 = 1_767_323_040;

const CUT_OVER: &str = "2026-01-02T03:04:00Z";

/// So many requests evenly over the hour before and the ten minutes after, of which each so-many-th fails. Each comes from a
/// client of its own.
struct Log {
    before: (i64, i64),
    after: (i64, i64),
}

impl Log {
    fn requests(&self) -> impl Iterator<Item = (i64, i64, u16)> {
        let window = |(requests, each): (i64, i64), from: i64, length: i64| {
            (0..requests).map(move |at| {
                let failed = each > 0 && at % each == each / 2;
                (from + at * length / requests, at, if failed { 502 } else { 200 })
            })
        };
        window(self.before, CUT - 3600, 3600).chain(window(self.after, CUT, 600))
    }

    fn combined(&self) -> String {
        let mut text = String::new();
        for (time, at, status) in self.requests() {
            let time = jiff::Timestamp::from_second(time).unwrap().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
            let client = format!("192.0.{}.{}", at / 250, at % 250);
            writeln!(text, r#"{client} - - [{time}] "GET /orders/{at} HTTP/1.1" {status} 9 "-" "curl/8""#).unwrap();
        }
        text
    }

    fn json(&self) -> String {
        let mut text = String::new();
        for (time, at, status) in self.requests() {
            writeln!(text, r#"{{"ts":{time},"code":{status},"path":"/orders/{at}","client":"c{at}"}}"#).unwrap();
        }
        text
    }
}

const NORMAL: Log = Log { before: (20_000, 500), after: (5_000, 500) };
const BROKEN: Log = Log { before: (20_000, 500), after: (5_000, 40) };
const QUIET: Log = Log { before: (12_000, 500), after: (150, 0) };

/// What zarpe says of a log, with these options.
fn logs<'a>(text: &str, options: impl IntoIterator<Item = &'a str>) -> Run {
    let repo = Repo::new().write("access.log", text);
    repo.zarpe(["logs", "access.log", "--cut-over", CUT_OVER]).args(options).run()
}

#[test]
fn the_same_errors_as_before_are_normal() {
    let run = logs(&NORMAL.combined(), ["--format", "json"]).exits(ExitCode::Done);
    let document = run.json_of("logs/v1");
    let all = &document["groups"][0];
    assert_eq!((all["route"].as_str(), all["after"]["requests"].as_u64()), (None, Some(5000)), "{document:#}");
}

#[test]
fn a_rise_is_a_no_that_names_the_route() {
    let run = logs(&BROKEN.combined(), []).exits(ExitCode::Refused);
    insta::assert_snapshot!(run.stdout, @"
    ✗ the logs show abnormal errors since 2026-01-02T03:04:00Z: 5xx on all routes, 5xx on /orders/{}

    ✗ errors    share of the requests, before and after
      ✗ 5xx  all         0.20 % (40 of 20000)  2.50 % (125 of 5000)  ▋ → ████████  39 errors
      ✗ 5xx  /orders/{}  0.20 % (40 of 20000)  2.50 % (125 of 5000)  ▋ → ████████  39 errors
      · 4xx  all         0.00 % (0 of 20000)   0.00 % (0 of 5000)    · → ·         6 errors

    · counted   25000 lines
      before the cut-over  20000 requests
      after it             5000 requests
      left out             0 ignored or our own
      no request           0 lines

    error: 5xx on all routes: 0.20 % (40 of 20000) before, 2.50 % (125 of 5000) after
      help: look at these requests; a rise to 2 times is accepted (--max-ratio), and what never matters is left out by --ignore
    error: 5xx on /orders/{}: 0.20 % (40 of 20000) before, 2.50 % (125 of 5000) after
      help: look at these requests; a rise to 2 times is accepted (--max-ratio), and what never matters is left out by --ignore
    ");
}

#[test]
fn too_little_traffic_is_inconclusive_and_says_what_it_would_have_seen() {
    let run = logs(&QUIET.combined(), []).exits(ExitCode::CannotTell);
    run.says("inconclusive").says("would be seen in").says("errors on").says("--after 1h");
}

#[test]
fn an_inconclusive_log_is_accepted_only_where_it_is_said() {
    logs(&QUIET.combined(), ["--inconclusive", "warn"]).exits(ExitCode::Done).says("warning: ");
}

#[test_case(&["--min-requests", "200"], "150 requests after the cut-over, and fewer than 200 show nothing")]
#[test_case(&["--baseline", "0"], "0 requests before the cut-over")]
fn no_traffic_shows_nothing(options: &[&str], words: &str) {
    logs(&QUIET.combined(), options.iter().copied()).exits(ExitCode::CannotTell).says(words);
}

#[test]
fn a_log_of_something_else_is_no_evidence() {
    let half: String = NORMAL.combined().lines().map(|line| format!("{line}\nstarted worker 7\n")).collect();
    let run = logs(&half, ["--inconclusive", "warn"]).exits(ExitCode::CannotTell);
    run.says("25000 of 50000 lines are no request").says("--log-format");
}

#[test]
fn lines_of_json_are_read_by_the_fields_that_are_named() {
    let fields = ["--log-format", "json", "--field", "status=code"];
    logs(&BROKEN.json(), fields).exits(ExitCode::Refused).says("5xx on /orders/{}");
    logs(&BROKEN.json(), ["--log-format", "json"]).exits(ExitCode::CannotTell).says("are no request");
}

#[test]
fn a_file_that_gzip_made_and_standard_input_are_read_alike() {
    let repo = Repo::new().write("access.log", &BROKEN.combined());
    let gzip = Command::new("gzip").arg(repo.path().join("access.log")).status().expect("gzip starts");
    assert!(gzip.success());
    let packed = repo.zarpe(["logs", "access.log.gz", "--cut-over", CUT_OVER]).run().exits(ExitCode::Refused);

    let mut piped = repo.zarpe(["logs", "-", "--cut-over", CUT_OVER]);
    let command = piped.command().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    child.stdin.take().unwrap().write_all(BROKEN.combined().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), packed.stdout);
}

#[test]
fn what_is_ignored_is_not_judged() {
    let ignored = logs(&BROKEN.combined(), ["--ignore", "^/orders/"]).exits(ExitCode::CannotTell);
    ignored.says("25000 ignored or our own");
    logs(&BROKEN.combined(), ["--own", "^curl/"]).exits(ExitCode::CannotTell).says("25000 ignored or our own");
}

#[test]
fn maintenance_belongs_to_neither_side() {
    let whole = "2026-01-02T02:00:00Z/2026-01-02T03:04:00Z";
    logs(&NORMAL.combined(), ["--maintenance", whole]).exits(ExitCode::CannotTell).says("0 requests before");
}

#[test]
fn what_is_not_over_is_not_judged() {
    let repo = Repo::new().write("access.log", "");
    let soon = (jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1)).to_string();
    let run = repo.zarpe(["logs", "access.log", "--cut-over", &soon, "--after", "10m"]).run();
    run.exits(ExitCode::CannotTell).says("are over at").says("ask again then");
}

#[test_case(&["no-such.log"], "there is no file")]
#[test_case(&["access.log", "--ignore", "("], "--ignore is no regular expression")]
#[test_case(&["access.log", "--maintenance", "now"], "`now` is no time from START to END")]
#[test_case(&["access.log", "--max-ratio", "0.5"], "--max-ratio 0.5 is less than 1")]
#[test_case(&["access.log", "--field", "status=x"], "says nothing of the combined format")]
#[test_case(&["access.log", "--log-format", "json", "--field", "stauts=x"], "`stauts` is no field")]
#[test_case(&["access.log", "--log-format", "json", "--timezone", "Mars/Base"], "there is no zone Mars/Base")]
#[test_case(&["packed.zst"], "zstdcat")]
fn a_wrong_word_is_refused_with_what_is_right(words: &[&str], says: &str) {
    let repo = Repo::new().write("access.log", "");
    std::fs::write(repo.path().join("packed.zst"), [0x28, 0xb5, 0x2f, 0xfd, 0, 0]).unwrap();
    let line: Vec<&str> = ["logs", "--cut-over", CUT_OVER].into_iter().chain(words.iter().copied()).collect();
    repo.zarpe(line).run().exits(ExitCode::Usage).says(says);
}

/// A backtracking engine would need longer than the world for the first; the second is refused before it is built.
#[test]
fn g87_no_pattern_takes_the_time_of_the_run() {
    let long = BROKEN.combined().replace("/orders/", &format!("/{}!/", "a".repeat(2000)));
    let begin = std::time::Instant::now();
    logs(&long, ["--ignore", "^/(a+)+$", "--own", "(x*)*y$"]).exits(ExitCode::Refused);
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
    logs("", ["--ignore", "((a{1000}){1000}){1000}"]).exits(ExitCode::Usage).says("is no regular expression");
}
