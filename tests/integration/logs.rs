//! `zarpe logs`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use test_case::test_case;

use crate::support::{ExitCode, Repo, Run, traffic};

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
    // A number behind a word names one thing of many as well.
    let numbered = BROKEN.combined().replace("/orders/", "/g/abc-");
    logs(&numbered, []).exits(ExitCode::Refused).says("5xx on /g/abc-{}");
}

#[test]
fn too_little_traffic_is_inconclusive_and_says_what_it_would_have_seen() {
    let run = logs(&QUIET.combined(), []).exits(ExitCode::CannotTell);
    run.says("inconclusive").says("would be seen in").says("errors on").says("--after 1h");
}

/// Twice as many cannot fail where half of them do; that nothing succeeds any more is seen all the same.
#[test_case(2, ExitCode::Done, "no abnormal errors"; "as many as before")]
#[test_case(1, ExitCode::Refused, "what succeeds may become 1/2 of what it was"; "nothing succeeds any more")]
fn where_half_of_all_failed_before(each: i64, exit: ExitCode, says: &str) {
    logs(&Log { before: (20_000, 2), after: (5_000, each) }.combined(), []).exits(exit).says(says);
}

/// What is let pass is no rise that must be visible.
#[test]
fn a_larger_rise_can_be_let_pass() {
    logs(&BROKEN.combined(), ["--max-ratio", "20"]).exits(ExitCode::Done);
}

#[test]
fn a_log_of_which_all_is_left_out_says_so() {
    let run = logs(&NORMAL.combined(), ["--own", "^192"]).exits(ExitCode::CannotTell);
    run.says("is left out, 25000 in all: nothing is judged").says("--own");
}

/// Caddy's log: nanoseconds, and each header in a list.
#[test]
fn our_own_traffic_is_known_in_a_header_that_is_a_list() {
    let line = |(time, at, status): (i64, i64, u16)| {
        let agent = if status == 200 { "curl/8" } else { "zarpe/0.1.0" };
        format!(
            "{{\"ts\":{time}000000000,\"request\":{{\"client_ip\":\"c{at}\",\"uri\":\"/orders/{at}\",\"headers\":{{\"User-Agent\":[\"{agent}\"]}}}},\"status\":{status}}}\n"
        )
    };
    let text: String = BROKEN.requests().map(line).collect();
    logs(&text, ["--log-format", "json"]).exits(ExitCode::Done).says("165 ignored or our own");
}

#[test_case("--after"; "after it")]
#[test_case("--baseline"; "before it")]
fn no_time_at_all_is_refused(option: &str) {
    let run = logs(&QUIET.combined(), [option, "0s"]).exits(ExitCode::Usage);
    run.says(&format!("invalid value '0s' for '{option} <DURATION>': `0s` is no time at all: write it as 90s"));
}

#[test]
fn an_inconclusive_log_is_accepted_only_where_it_is_said() {
    logs(&QUIET.combined(), ["--inconclusive", "warn"]).exits(ExitCode::Done).says("? inconclusive").says("warning: ");
}

#[test]
fn what_is_let_pass_is_no_yes_to_the_steps_behind_it() {
    for (text, options, result) in
        [(QUIET.combined(), &["--inconclusive", "warn"][..], "cannot-tell"), (NORMAL.combined(), &[], "yes")]
    {
        let repo = Repo::new().write("access.log", &text);
        let outputs = repo.scratch().join("outputs");
        let zarpe = repo.zarpe(["logs", "access.log", "--cut-over", CUT_OVER]).args(options.iter().copied());
        let zarpe = zarpe.env("GITHUB_ACTIONS", "true").env("GITHUB_OUTPUT", outputs.display().to_string());
        zarpe.run().exits(ExitCode::Done);
        let outputs = std::fs::read_to_string(outputs).unwrap();
        assert!(outputs.lines().any(|line| line == result), "{outputs}");
    }
}

#[test_case(&["--min-requests", "200"], "150 requests after the cut-over, and fewer than 200 show nothing")]
#[test_case(&["--baseline", "1s"], "3 requests before the cut-over, and fewer than 100 show nothing")]
fn no_traffic_shows_nothing(options: &[&str], words: &str) {
    logs(&QUIET.combined(), options.iter().copied()).exits(ExitCode::CannotTell).says(words);
}

#[test]
fn a_log_of_something_else_is_no_evidence() {
    let half: String = NORMAL.combined().lines().map(|line| format!("{line}\nstarted worker 7\n")).collect();
    let run = logs(&half, ["--inconclusive", "warn"]).exits(ExitCode::CannotTell);
    run.says("25000 of 50000 lines are no request").says("--log-format");
    // Nor is it evidence of a rise.
    let half: String = BROKEN.combined().lines().map(|line| format!("{line}\nstarted worker 7\n")).collect();
    logs(&half, []).exits(ExitCode::CannotTell).says("lines are no request");
}

#[test_case(""; "an empty file")]
#[test_case("9.9.9.9 - - [02/Dec/2025:03:04:05 +0000] \"GET / HTTP/1.1\" 500 0\n"; "of another month")]
fn a_log_without_a_request_of_these_hours_is_never_let_pass(text: &str) {
    let run = logs(text, ["--inconclusive", "warn"]).exits(ExitCode::CannotTell);
    run.says("lines is a request before or after the cut-over").says("--cut-over");
}

#[test_case(Log { after: (0, 0), ..NORMAL }, "nothing was asked for 10m, from 0s after the cut-over on"; "nothing answers")]
#[test_case(Log { before: (0, 0), ..NORMAL }, "no request before the cut-over, and 5000 after it"; "it begins with the cut-over")]
fn a_log_of_one_side_alone_is_never_let_pass(log: Log, says: &str) {
    logs(&log.combined(), ["--inconclusive", "warn"]).exits(ExitCode::CannotTell).says(says).says("rotated");
    logs(&log.combined(), ["--inconclusive", "sign"]).exits(ExitCode::Waiting).says(says);
}

#[test]
fn a_small_service_that_nobody_asks_at_night_is_no_silence() {
    let log = Log { before: (50, 0), after: (0, 0) }.combined();
    logs(&log, ["--inconclusive", "warn"]).exits(ExitCode::Done).says("0 requests after the cut-over");
}

#[test]
fn a_log_that_falls_silent_is_never_let_pass() {
    let log = NORMAL.combined();
    let without = |from: usize, to: usize| -> String {
        log.lines()
            .enumerate()
            .filter(|(at, _)| !(from..to).contains(at))
            .map(|(_, line)| format!("{line}\n"))
            .collect()
    };
    let cut = without(21_000, 25_000);
    let run = logs(&cut, ["--inconclusive", "warn"]).exits(ExitCode::CannotTell);
    run.says("nothing was asked for 8m, from 2m after the cut-over on").says("2667 requests").says("rotated");
    // Nor where it is for longer than what came before was watched.
    logs(&cut, ["--after", "3h"])
        .exits(ExitCode::CannotTell)
        .says("nothing was asked for 2h58m")
        .says("59333 requests");
    // What rose before did rise.
    let raised = Log { after: (5_000, 10), ..NORMAL }.combined();
    logs(&raised.lines().take(21_000).map(|line| format!("{line}\n")).collect::<String>(), []).exits(ExitCode::Refused);
    logs(&cut, ["--after", "2m"]).exits(ExitCode::CannotTell).says("would be seen").never_says("was asked");
    // What answers now did not all the time; a minute of a restart is none.
    logs(&without(20_500, 23_000), []).exits(ExitCode::CannotTell).says("nothing was asked for 5m, from 1m after");
    logs(&without(20_000, 20_900), []).exits(ExitCode::Done);
}

#[test]
fn the_checks_of_a_balancer_are_no_traffic() {
    let log = NORMAL.combined();
    let probe = |(at, line): (usize, &str)| {
        let line = if at >= 20_000 || at % 50 == 1 { line.replace("/orders/", "/health?") } else { line.to_owned() };
        (at < 20_000 || at % 50 == 1).then(|| format!("{line}\n"))
    };
    let checks: String = log.lines().enumerate().filter_map(probe).collect();
    let run = logs(&checks, ["--inconclusive", "warn"]).exits(ExitCode::CannotTell);
    run.says("the routes of 98 % of the requests before the cut-over were not asked any more").says("--ignore");
}

/// The address that the log has is that of a proxy: whoever it is that asks.
#[test_case("172.18.0.1", "172.18.0.1"; "the same before and after")]
#[test_case("172.18.0.5", "172.18.0.7"; "another one since the cut-over")]
#[test_case("172.18.0.4 172.18.0.5 172.18.0.6", "172.18.0.7 172.18.0.8 172.18.0.9"; "three others since the cut-over")]
fn behind_a_proxy_all_that_fails_counts(before: &str, after: &str) {
    let behind = |log: &Log| -> String {
        let side = |at: usize| {
            let addresses: Vec<&str> = if at < 20_000 { before } else { after }.split(' ').collect();
            addresses[at % addresses.len()]
        };
        let rest = |line: &str| line.split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap();
        log.combined().lines().enumerate().map(|(at, line)| format!("{} {}\n", side(at), rest(line))).collect()
    };
    let down = logs(&behind(&Log { after: (5_000, 1), ..NORMAL }), ["--inconclusive", "warn"]).exits(ExitCode::Refused);
    down.says("0.20 % (40 of 20000)").says("100.00 % (5000 of 5000");
    logs(&behind(&BROKEN), []).exits(ExitCode::Refused);
    logs(&behind(&NORMAL), []).exits(ExitCode::Done);
}

#[test]
fn one_client_that_tries_again_is_no_rise_and_where_it_is_most_of_the_traffic_no_yes() {
    let storm = |times: i64| -> String {
        let line = |at: i64| {
            let time = jiff::Timestamp::from_second(CUT + 1 + at % 50).unwrap().strftime("%d/%b/%Y:%H:%M:%S +0000");
            format!("198.51.100.7 - - [{time}] \"GET /orders/1 HTTP/1.1\" 502 9 \"-\" \"curl/8\"\n")
        };
        NORMAL.combined() + &(0..times).map(line).collect::<String>()
    };
    logs(&storm(200), []).exits(ExitCode::Done).says("(210 of 5200, 11 count)");
    let run = logs(&storm(600), ["--inconclusive", "warn"]).exits(ExitCode::CannotTell);
    run.says("repeats of few clients").says("real_ip_header");
}

#[test]
fn a_new_route_that_only_fails_is_seen() {
    let line = |at: i64| {
        let time = jiff::Timestamp::from_second(CUT + at * 20).unwrap().strftime("%d/%b/%Y:%H:%M:%S +0000");
        format!("203.0.113.{at} - - [{time}] \"GET /new HTTP/1.1\" 500 9 \"-\" \"curl/8\"\n")
    };
    let run = logs(&(NORMAL.combined() + &(0..20).map(line).collect::<String>()), []).exits(ExitCode::Refused);
    run.says("5xx on /new: 0.00 % (0 of 0) before, 100.00 % (20 of 20) after").never_says("5xx on all routes: ");
}

/// Nothing in the writing of these says that they are one of many.
#[test_case("/articles/{}-of-words", "/articles/{}"; "titles")]
#[test_case("/@{}", "/{}"; "names of people")]
#[test_case("/watch/dQw4w{}", "/watch/{}"; "short ids")]
#[test_case("/accounts/reset/{}/c9xk2t-0a1b2c3d4e5f60718293a4b5c6d7e8f9/", "/accounts/reset/{}/{}/"; "a segment amid them")]
fn a_route_of_words_that_fails_for_everybody_is_seen(target: &str, route: &str) {
    let word =
        |at: i64| [at / 676, at / 26 % 26, at % 26].map(|at| char::from(b'a' + at as u8)).iter().collect::<String>();
    let line = |(time, at, status): (i64, i64, u16)| {
        let time = jiff::Timestamp::from_second(time).unwrap().strftime("%d/%b/%Y:%H:%M:%S +0000");
        let target = target.replace("{}", &word(at));
        format!("203.0.{}.{} - - [{time}] \"GET {target} HTTP/1.1\" {status} 9 \"-\" \"curl/8\"\n", at / 250, at % 250)
    };
    let before = (0..540).map(|at| (CUT - 3600 + at * 6, at, 200));
    let after = |status| (0..60).map(move |at| (CUT + at * 10, 540 + at, status));
    let log = |status| NORMAL.combined() + &before.clone().chain(after(status)).map(line).collect::<String>();
    logs(&log(200), []).exits(ExitCode::Done);
    let run = logs(&log(500), []).exits(ExitCode::Refused);
    run.says(&format!("5xx on {route}: 0.00 % (0 of 540) before, 100.00 % (60 of 60) after"));
}

#[test]
fn lines_of_json_are_read_by_the_fields_that_are_named() {
    let fields = ["--log-format", "json", "--fields", "status=code"];
    logs(&BROKEN.json(), fields).exits(ExitCode::Refused).says("5xx on /orders/{}");
    logs(&BROKEN.json(), ["--log-format", "json"])
        .exits(ExitCode::CannotTell)
        .says("are no request: what they lack is status");
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

/// What stands in a query is no path, and of an address its path is one.
#[test_case("/orders/{}?next=/admin/panel", "/admin", ExitCode::Refused; "not by the query")]
#[test_case("/orders/{}?probe=1", "^/orders/[0-9]+$", ExitCode::CannotTell; "whatever the query")]
#[test_case("https://app.example.org/orders/{}?probe=1", "^/orders/", ExitCode::CannotTell; "the path of an address")]
#[test_case("https://app.example.org/orders/{}", "example", ExitCode::Refused; "not by the host")]
fn what_is_ignored_is_a_path(target: &str, pattern: &str, exit: ExitCode) {
    let (before, after) = target.split_once("{}").unwrap();
    let log = BROKEN.json().replace("/orders/", before).replace("\",\"client", &format!("{after}\",\"client"));
    let fields = ["--log-format", "json", "--fields", "status=code"];
    logs(&log, fields.into_iter().chain(["--ignore", pattern])).exits(exit);
}

#[test]
fn maintenance_belongs_to_neither_side() {
    let whole = "2026-01-02T02:00:00Z/2026-01-02T03:04:00Z";
    logs(&NORMAL.combined(), ["--maintenance", whole])
        .exits(ExitCode::CannotTell)
        .says("no request before the cut-over");
    // No more traffic would show anything where all that is judged is maintenance.
    let judged = "2026-01-02T03:04:00Z/2026-01-02T03:30:00Z";
    let closed = logs(&NORMAL.combined(), ["--maintenance", judged, "--inconclusive", "warn"]);
    closed.exits(ExitCode::CannotTell).says("all of the time after the cut-over is maintenance").says("--after 1h");
}

#[test]
fn what_is_not_over_is_not_judged() {
    let repo = Repo::new().write("access.log", "");
    let soon = (jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1)).to_string();
    let run = repo.zarpe(["logs", "access.log", "--cut-over", &soon, "--after", "10m"]).run();
    run.exits(ExitCode::CannotTell).says("are over at").says("ask again then").says("--wait 9m");
}

#[test]
fn it_is_waited_for_the_end_of_the_time_that_is_judged() {
    let repo = Repo::new().write("access.log", "");
    let now = jiff::Timestamp::now();
    let run = repo.zarpe(["logs", "access.log", "--cut-over", &now.to_string(), "--after", "2s", "--wait", "3s"]);
    run.env("GITHUB_ACTIONS", "true").run().exits(ExitCode::CannotTell).says("waiting for traffic until");
    assert!(jiff::Timestamp::now().duration_since(now).as_secs() >= 2);
}

#[test]
fn a_command_is_read_and_one_that_fails_tells_nothing() {
    let repo = Repo::new().write("access.log", &BROKEN.combined());
    let logs = |command: &str| repo.zarpe(["logs", "--run", command, "--cut-over", CUT_OVER]);
    logs("cat access.log").run().exits(ExitCode::Refused).says("5xx on /orders/{}");
    let half = logs("head -n 24000 access.log; echo no such container >&2; exit 3").run();
    half.exits(ExitCode::CannotTell).says("ended with exit status 3: no such container").never_says("access.log");
    logs("no-such-program | cat - access.log").run().exits(ExitCode::CannotTell).says("ended with exit status 127");
    let slow = logs("cat access.log; sleep 20").args(["--timeout", "1s"]).run();
    slow.exits(ExitCode::CannotTell).says("was still running after 1s");
}

#[test]
fn an_inconclusive_log_may_be_left_to_a_person() {
    let run = logs(&QUIET.combined(), ["--inconclusive", "sign"]).exits(ExitCode::Waiting);
    run.says("a person must look at the logs and decide");
    logs(&BROKEN.combined(), ["--inconclusive", "sign"]).exits(ExitCode::Refused);
}

#[test]
fn what_is_said_is_said_in_spanish_as_well() {
    let es = |text: &str, options: &[&str]| {
        let repo = Repo::new().write("access.log", text).write("zarpe.yml", "language: es\n");
        repo.zarpe(["logs", "access.log", "--cut-over", CUT_OVER]).args(options).run()
    };
    let run = es(&BROKEN.combined(), &[]).exits(ExitCode::Refused);
    insta::assert_snapshot!(run.stdout, @"
    ✗ los logs muestran errores anormales desde 2026-01-02T03:04:00Z: 5xx en todas las rutas, 5xx en /orders/{}

    ✗ errores   parte de las peticiones, antes y después
      ✗ 5xx  todas       0.20 % (40 de 20000)  2.50 % (125 de 5000)  ▋ → ████████  39 errores
      ✗ 5xx  /orders/{}  0.20 % (40 de 20000)  2.50 % (125 de 5000)  ▋ → ████████  39 errores
      · 4xx  todas       0.00 % (0 de 20000)   0.00 % (0 de 5000)    · → ·         6 errores

    · contado   25000 líneas
      antes del cambio   20000 peticiones
      después            5000 peticiones
      excluidas          0 ignoradas o nuestras
      no son peticiones  0 líneas

    error: 5xx en todas las rutas: 0.20 % (40 de 20000) antes, 2.50 % (125 de 5000) después
      ayuda: hay que ver estas peticiones; se acepta que suban a 2 veces (--max-ratio), y lo que nunca importa se excluye con --ignore
    error: 5xx en /orders/{}: 0.20 % (40 de 20000) antes, 2.50 % (125 de 5000) después
      ayuda: hay que ver estas peticiones; se acepta que suban a 2 veces (--max-ratio), y lo que nunca importa se excluye con --ignore
    ");
    let run = es(&QUIET.combined(), &["--inconclusive", "sign"]).exits(ExitCode::Waiting);
    insta::assert_snapshot!(run.stdout, @"
    … no concluyente: los logs no permiten ver si los errores subieron desde 2026-01-02T03:04:00Z

    ? errores   parte de las peticiones, antes y después
      4xx  todas  0.00 % (0 de 12000)   0.00 % (0 de 150)  · → ·         5 errores
      5xx  todas  0.20 % (24 de 12000)  0.00 % (0 de 150)  ████████ → ·  5 errores

    · contado   12150 líneas
      antes del cambio   12000 peticiones
      después            150 peticiones
      excluidas          0 ignoradas o nuestras
      no son peticiones  0 líneas

    advertencia: una subida de 5xx al 1.0 % de las peticiones se vería en 2 de 100 casos: desde 5 errores
      ayuda: preguntar más tarde, o comparar más tiempo: --baseline 24h --after 1h
    advertencia: una subida de 4xx al 1.0 % de las peticiones se vería en 2 de 100 casos: desde 5 errores
      ayuda: preguntar más tarde, o comparar más tiempo: --baseline 24h --after 1h
    advertencia: una persona debe ver los logs y decidir
      ayuda: en un despliegue firma el rol del paso: zarpe deploy sign RUN STEP
    ");
    let run = es("x\n", &["--format", "markdown"]).exits(ExitCode::CannotTell);
    insta::assert_snapshot!(run.stdout, @"
    ### ? no concluyente: los logs no permiten ver si los errores subieron desde 2026-01-02T03:04:00Z

    **? errores** parte de las peticiones, antes y después

    |  | clase | ruta | antes | después |  | visible desde |
    |--|--|--|--|--|--|--|
    | · | 5xx | todas | 0.00 % (0 de 0) | 0.00 % (0 de 0) | · → · | nunca |
    | · | 4xx | todas | 0.00 % (0 de 0) | 0.00 % (0 de 0) | · → · | nunca |

    **· contado** 1 líneas

    |  |  |  |
    |--|--|--|
    | · | antes del cambio | 0 peticiones |
    | · | después | 0 peticiones |
    | · | excluidas | 0 ignoradas o nuestras |
    | · | no son peticiones | 1 líneas |

    - **error:** 1 de 1 líneas no son peticiones<br>ayuda: hay que decir como están escritas: --log-format combined o json, con --fields CAMPO=NOMBRE
    ");
}

/// What the services print, around lines of our own: `aws logs tail` in both forms, `aws logs filter-log-events`, an export to S3,
/// `gcloud logging read --format json`, and a sink of Google Cloud Logging to a bucket.
#[test]
fn the_exports_of_cloud_watch_and_of_google_cloud_logging_are_read() {
    let lines = BROKEN.combined();
    let framed = |each: &dyn Fn(usize, &str) -> String, between: &str| {
        lines.lines().enumerate().map(|(at, line)| each(at, line)).collect::<Vec<_>>().join(between)
    };
    let stamp = "2026-01-02T03:04:05.678000";
    let text = |line: &str| serde_json::to_string(line).unwrap();
    let event = |at: usize, line: &str| {
        let message = text(line);
        format!(
            "        {{\n            \"logStreamName\": \"web/{{1}}\",\n            \"timestamp\": 1767323045000,\n            \"message\": {message},\n            \"eventId\": \"{at}\"\n        }}"
        )
    };
    let record = |_: usize, line: &str| {
        format!(
            "{{\"insertId\":\"x\",\"logName\":\"projects/p/logs/web\",\"resource\":{{\"labels\":{{\"pod\":\"web-1\"}}}},\"textPayload\":{},\"timestamp\":\"2026-01-02T03:04:05.123456789Z\"}}",
            text(line)
        )
    };
    let structured: Vec<String> = BROKEN
        .requests()
        .map(|(time, at, status)| {
            let time = jiff::Timestamp::from_second(time).unwrap();
            format!("  {{\n    \"httpRequest\": {{\n      \"remoteIp\": \"c{at}\",\n      \"requestUrl\": \"https://x.mx/orders/{at}\",\n      \"status\": {status}\n    }},\n    \"timestamp\": \"{time}\"\n  }}")
        })
        .collect();
    let exports = [
        ("tail short", "combined", framed(&|_, line| format!("2026-01-02T03:04:05 {line}"), "\n")),
        ("tail detailed", "combined", framed(&|_, line| format!("{stamp}+00:00 web/nginx/1f2e {line}"), "\n")),
        ("S3", "combined", framed(&|_, line| format!("2026-01-02T03:04:05.678Z {line}"), "\n")),
        ("text", "combined", framed(&|at, line| format!("EVENTS\t{at}\tweb/1\t{line}\t1767323045000"), "\n")),
        (
            "events",
            "json",
            format!("{{\n    \"events\": [\n{}\n    ],\n    \"searchedLogStreams\": []\n}}\n", framed(&event, ",\n")),
        ),
        ("sink", "json", framed(&record, "\n")),
        ("gcloud", "json", format!("[\n{}\n]\n", structured.join(",\n"))),
    ];
    // A document of JSON may stand on one line, however long that is.
    let on_one_line =
        exports.iter().filter(|(_, _, export)| export.starts_with(['[', '{']) && !export.contains("}\n{"));
    let on_one_line: Vec<_> =
        on_one_line.map(|(name, format, export)| (*name, *format, export.replace('\n', " "))).collect();
    assert_eq!(on_one_line.len(), 2);
    for (name, format, export) in exports.into_iter().chain(on_one_line) {
        let run = logs(&export, ["--log-format", format, "--format", "json"]);
        let document = run.json_of("logs/v1");
        let counted = (&document["lines"], &document["unread"], &document["groups"][0]["after"]["errors"]);
        assert_eq!(counted, (&25_000.into(), &0.into(), &125.into()), "{name}: {document:#}");
        run.exits(ExitCode::Refused);
    }
}

#[test_case(&["no-such.log"], "there is no file")]
#[test_case(&["access.log", "--ignore", "("], "--ignore is no regular expression")]
#[test_case(&["access.log", "--maintenance", "now"], "`now` is no time from START to END")]
#[test_case(&["access.log", "--max-ratio", "0.5"], "--max-ratio 0.5 is less than 1")]
#[test_case(&["access.log", "--fields", "status=x"], "says nothing of the combined format")]
#[test_case(&["access.log", "--log-format", "json", "--fields", "stauts=x"], "`stauts` is no field")]
#[test_case(&["access.log", "--log-format", "json", "--timezone", "Mars/Base"], "there is no zone Mars/Base")]
#[test_case(&["access.log", "--timezone", "America/Mexico_City"], "its times name their zone")]
#[test_case(&["access.log", "access.log"], "access.log is named twice")]
#[test_case(&["access.log", "./access.log"], "./access.log is named twice")]
#[test_case(&[], "<FILE>..."; "neither a file nor a command")]
#[test_case(&["packed.zst"], "zstdcat")]
fn a_wrong_word_is_refused_with_what_is_right(words: &[&str], says: &str) {
    let repo = Repo::new().write("access.log", "");
    std::fs::write(repo.path().join("packed.zst"), [0x28, 0xb5, 0x2f, 0xfd, 0, 0]).unwrap();
    let line: Vec<&str> = ["logs", "--cut-over", CUT_OVER].into_iter().chain(words.iter().copied()).collect();
    repo.zarpe(line).run().exits(ExitCode::Usage).says(says);
}

#[test]
fn a_time_that_is_none_is_refused_with_an_example() {
    let run = Repo::new().write("access.log", "").zarpe(["logs", "access.log", "--cut-over", "now"]).run();
    run.exits(ExitCode::Usage).says("`now` is no time with its offset: write it as 2026-03-01T22:00:00-06:00");
}

/// A backtracking engine would need longer than the world for the first; the second is refused before it is built.
#[test]
fn g87_no_pattern_takes_the_time_of_the_run() {
    let long = BROKEN.combined().replace("/orders/", &format!("/{}!/", "a".repeat(400)));
    let begin = std::time::Instant::now();
    logs(&long, ["--ignore", "^/(a+)+$", "--own", "(x*)*y$"]).exits(ExitCode::Refused);
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
    logs("", ["--ignore", "((a{1000}){1000}){1000}"]).exits(ExitCode::Usage).says("is no regular expression");
}

/// A few of the rounds of `benches/logs_simulation.rs`, which has the limits as they are promised.
#[test]
fn false_alarms_are_rare_and_the_power_is_what_is_said() {
    let (mut rounds, mut alarms) = (0, 0);
    for setting in traffic::SETTINGS {
        let seen = traffic::simulate(setting, 12_000 / setting.requests.max(1_000));
        rounds += seen.rounds;
        alarms += seen.false_alarms;
        // Three standard deviations of what so few rounds can show.
        let spread = 3.0 * (0.25 / seen.rounds as f64).sqrt();
        let off = (seen.detected - seen.stated).abs();
        assert!(off <= 0.05 + spread, "{setting:?}: {seen:?}");
    }
    assert!(alarms * 100 <= rounds, "{alarms} false alarms in {rounds} rounds");
}
