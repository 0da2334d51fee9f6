//! `zarpe http`: an endpoint asked, alone and as a step.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use test_case::test_case;

use crate::support::{Asked, CA, ExitCode, LEAF, OTHER, OWN, Reply, Repo, Run, Web, tls, tls_of_its_own};

fn service(asked: &Asked) -> Reply {
    match asked.target.split('?').next().unwrap() {
        "/whoami" if asked.header("authorization") != "Bearer hidden-token" => {
            Reply::json(401, &format!("{{\"detail\": \"who is {}?\"}}", asked.header("authorization")))
        }
        "/whoami" => Reply::json(200, "{\"username\": \"smoke\", \"id\": 7}"),
        "/old" => Reply::new(302, "").header("location", "/whoami"),
        "/loop" => Reply::new(302, "").header("location", "/loop"),
        "/broken" => Reply::new(500, format!("Traceback: token={} failed", asked.header("x-api-token"))),
        "/echo" => Reply::new(201, asked.body.clone()),
        "/basic" => Reply::new(500, format!("got {}", asked.header("authorization"))),
        "/cookies" => Reply::json(200, "{\"n\": 5}").header("set-cookie", "a=1").header("set-cookie", "b=2"),
        "/login" => Reply::json(200, "{\"user\": \"smoke\", \"session\": {\"token\": \"hidden-answered-token\"}}"),
        "/otp" => Reply::json(
            500,
            "{\"token\":\"482913\",\"id\":7, \"big\": 12345678901234567890, \"none\": null, \"say\": \"it is 482913\"}",
        )
        .header("location", "/x?code=5150"),
        "/leads" => Reply::new(302, "").header("location", "https://deploy:5150@h.example/cb"),
        "/target" => Reply::new(404, format!("nothing at {}", asked.target)),
        "/signed" => Reply::new(500, format!("got {}", asked.header("x-hub-signature-256"))),
        "/folio" => Reply::json(200, "{\"big\": 12345678901234567890123, \"status\": \"ok\", \"status\": \"fail\"}"),
        "/vast" => Reply::json(200, "{\"status\": \"ok\", \"n\": 1e400}"),
        "/gzip" => Reply::new(200, gzip("{\"a\": 1}")).header("content-encoding", "gzip"),
        "/br" => Reply::json(200, "hidden").header("content-encoding", "br"),
        "/many" => Reply::json(500, &many()),
        "/sentence" => Reply::json(500, SENTENCE),
        "/pin" => Reply::json(200, "{\"pin_token\":\"7q9\"}"),
        "/kinds" => Reply::new(200, kinds(asked)),
        "/refused" => Reply::json(400, "{\"code\": \"ERR-20417-X\", \"country\": \"MX\"}"),
        "/agent" => Reply::new(200, asked.header("user-agent").to_owned()),
        "/slow" => {
            std::thread::sleep(std::time::Duration::from_millis(1500));
            Reply::new(200, "late")
        }
        _ => Reply::new(404, "nothing here"),
    }
}

/// Secrets within texts of JSON, and what is none.
const SENTENCE: &str =
    r#"{"why": "password=hidden is wrong", "in": "{\"token\": \"hidden\"}", "max_tokens": 4096, "size": 4096}"#;

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// Thousands of secrets, one of which stands elsewhere too.
fn many() -> String {
    let keys = (0..20_000).map(|at| format!("{{\"api_key\": \"k{at:07}\"}}"));
    format!("{{\"say\": \"it is k0000007\", \"all\": [{}]}}", keys.collect::<Vec<_>>().join(", "))
}

/// All that it says of its type.
fn kinds(asked: &Asked) -> String {
    let kinds = asked.headers.iter().filter(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    kinds.collect::<Vec<_>>().join(" | ")
}

fn http(path: &str, words: &[&str]) -> Run {
    let web = Web::start(service);
    let repo = Repo::new().write("photo.png", "PNG").write("bad.pem", "no certificate");
    repo.zarpe(["http", "--url", &format!("{}{path}", web.address())]).args(words).run()
}

const TOKEN: &str = "Authorization=Bearer hidden-token";

/// No digit of a number is lost, and no key is there twice.
#[test_case("/folio", &["--expect", "json={\"$.big\":12345678901234567890123}", "--capture", "folio=$.big"], ExitCode::Done, "12345678901234567890123"; "all digits")]
#[test_case("/folio", &["--expect", "json={\"$.big\":12345678901234567890124}"], ExitCode::Refused, "$.big is 12345678901234567890123, expected 12345678901234567890124"; "a neighbour")]
#[test_case("/folio", &["--expect", "json={\"$.status\":\"fail\"}"], ExitCode::CannotTell, "a key on the way to $.status is there twice"; "a key twice")]
#[test_case("/folio", &["--capture", "state=$.status"], ExitCode::CannotTell, "help: have the service write each key once"; "a key twice that is captured")]
#[test_case("/folio", &["--expect", "json={\"$.status\":\"fail\"}", "--expect", "status=201"], ExitCode::Refused, "status is 200, expected 201"; "a no is a no")]
#[test_case("/folio", &["--expect", "json={\"$.big\":1,\"$.big\":2}"], ExitCode::Usage, "`json` has a key twice"; "a key twice that is expected")]
#[test_case("/vast", &["--expect", "json={\"$.status\":\"ok\"}"], ExitCode::CannotTell, "its JSON is deeper, or has a larger number"; "a number that cannot be read")]
fn what_json_says_is_taken_to_the_letter(path: &str, words: &[&str], exit: ExitCode, says: &str) {
    http(path, words).exits(exit).says(says);
}

#[test_case("/whoami", &["--headers", TOKEN, "--expect", "status=200", "--expect", "json={\"$.username\":\"smoke\"}"], ExitCode::Done, "answers as expected: 200"; "as expected")]
#[test_case("/whoami", &["--headers", "Authorization: Bearer hidden-tokem"], ExitCode::Refused, "who is ***?"; "a header with a colon, and a wrong token")]
#[test_case("/whoami", &["--headers", TOKEN, "--expect", "json={\"$.username\":\"root\"}"], ExitCode::Refused, "$.username is \"smoke\", expected \"root\""; "another value")]
#[test_case("/nope", &[], ExitCode::Refused, "status is 404, expected 2xx"; "success is expected")]
#[test_case("/nope", &["--expect", "status=404"], ExitCode::Done, "404"; "an error is expected")]
#[test_case("/broken", &["--headers", "X-Api-Token=hidden-word"], ExitCode::Refused, "Traceback: token=*** failed"; "the body without the secret")]
#[test_case("/broken?token=hidden-word", &["--headers", "X-Api-Token=hidden-word"], ExitCode::Refused, "/broken"; "the address without the query")]
#[test_case("/old", &[], ExitCode::Refused, "it redirects to /whoami: `--redirects 1` follows"; "a redirect is an answer")]
#[test_case("/old", &["--redirects", "1", "--headers", TOKEN], ExitCode::Done, "200"; "a redirect is followed")]
#[test_case("/loop", &["--redirects", "3"], ExitCode::CannotTell, "more than 3 redirects"; "a circle")]
#[test_case("/echo", &["--json", "{\"a\": 1}", "--expect", "json={\"$.a\":1}"], ExitCode::Done, "POST"; "a body of JSON")]
#[test_case("/echo", &["--form", "a=b c&d", "--expect", "body=^a=b\\+c%26d$"], ExitCode::Done, "201"; "a form")]
#[test_case("/echo", &["--form", "a=b", "--expect", "body=~^a=b$"], ExitCode::Done, "201"; "a pattern with its sign")]
#[test_case("/echo", &["--multipart", "image=@photo.png", "--multipart", "a=b", "--expect", "body=filename=\"photo.png\"", "--expect", "body=PNG"], ExitCode::Done, "201"; "a file")]
#[test_case("/echo", &["--method", "put", "--json", "[]"], ExitCode::Done, "PUT"; "a method")]
#[test_case("/agent", &["--expect", "body=^zarpe/"], ExitCode::Done, "200"; "our own traffic says so")]
#[test_case("/slow", &["--timeout", "1s"], ExitCode::CannotTell, "no whole answer within 1s"; "too slow")]
#[test_case("/slow", &["--expect", "within=200ms"], ExitCode::Refused, "expected 200 ms"; "slower than expected")]
#[test_case("/echo", &["--json", "{"], ExitCode::Usage, "--json is no JSON"; "no JSON")]
#[test_case("/echo", &["--multipart", "a=@none"], ExitCode::Usage, "there is no file none"; "no file")]
#[test_case("/echo", &["--expect", "colour=red"], ExitCode::Usage, "`colour` is nothing that can be expected"; "nothing that is known")]
#[test_case("/echo", &["--headers", "hidden"], ExitCode::Usage, "--headers is no NAME=VALUE"; "no header")]
#[test_case("/echo", &["--ca", "bad.pem"], ExitCode::Usage, "--ca"; "no certificates")]
#[test_case("/login", &["--expect", "status=201"], ExitCode::Refused, "\"token\": \"***\""; "the secret that an answer gives out")]
#[test_case("/login", &["--expect", "json={\"$.session.token\":\"x\"}"], ExitCode::Refused, "***"; "a secret that is not as expected")]
#[test_case("/echo", &["--json", "{\"user\": {\"password\": \"hidden-pass\"}}", "--expect", "status=200"], ExitCode::Refused, "the body begins: {\"user\": {\"password\": \"***\"}}"; "the secret of a body of JSON")]
#[test_case("/cookies", &["--expect", "header={\"set-cookie\":\"~b=2\"}"], ExitCode::Done, "200"; "the second header of a name")]
#[test_case("/agent", &["--expect", "body=~^zarpe/", "--delay", "100ms"], ExitCode::Done, "200"; "a body as other values are written, and milliseconds")]
#[test_case("/cookies", &["--capture", "result=$.n"], ExitCode::Usage, "the output `result` is the step's own"; "an output of its own")]
#[test_case("/cookies", &["--capture", "a=$.n", "--capture", "a=$.n"], ExitCode::Usage, "gives the output `a` twice"; "an output given twice")]
#[test_case("/cookies", &["--capture", "answer=$.n"], ExitCode::Done, "capture answer  one value  5"; "what is captured is shown")]
#[test_case("/otp", &[], ExitCode::Refused, "the body begins: {\"token\":\"***\",\"id\":7"; "a short secret of an answer")]
#[test_case("/sentence", &[], ExitCode::Refused, "password=*** is wrong"; "a secret in a sentence of JSON")]
#[test_case("/sentence", &[], ExitCode::Refused, "\"max_tokens\": 4096, \"size\": 4096"; "what is no secret")]
#[test_case("/many", &[], ExitCode::Refused, "{\"say\": \"it is ***\", \"all\": [{\"api_key\": \"***\"}, {"; "thousands of secrets")]
#[test_case("/otp", &["--expect", "status=500", "--expect", "json={\"$.token\":\"hidden-expected\"}"], ExitCode::Refused, "$.token is ***, expected ***"; "an expected secret")]
#[test_case("/otp", &["--expect", "status=500", "--expect", "json={\"$.token\":\"~^hidden\"}"], ExitCode::Refused, "$.token is ***, expected ~***"; "a pattern of a secret")]
#[test_case("/otp", &["--expect", "status=500", "--expect", "header={\"location\":\"/y\"}"], ExitCode::Refused, "header location is /x?code=***, expected"; "where it leads to")]
#[test_case("/otp", &["--expect", "status=500", "--expect", "json={\"$.big\":12345678901234567891}"], ExitCode::Refused, "$.big is 12345678901234567890"; "a large number")]
#[test_case("/otp", &["--expect", "status=500", "--expect", "json={\"$.none\":\"~.*\"}"], ExitCode::Refused, "$.none is null"; "null is no text")]
#[test_case("/kinds", &["--json", "{}", "--headers", "Content-Type=application/vnd.api+json", "--expect", "body=^application/vnd.api.json$"], ExitCode::Done, "200"; "a type of its own")]
#[test_case("/kinds", &["--form", "a=b", "--headers", "content-type: text/plain", "--expect", "body=^text/plain$"], ExitCode::Done, "200"; "a form of another type")]
#[test_case("/kinds", &["--multipart", "a=b", "--headers", "Content-Type=x/y"], ExitCode::Usage, "gives a Content-Type to a body of --multipart"; "a type of parts")]
#[test_case("/kinds", &["--json", "1", "--headers", "Content-Type=x/y", "--headers", "content-type=a/b"], ExitCode::Usage, "two Content-Type"; "two types")]
#[test_case("/echo", &["--form", "a= b ", "--expect", "body=^a=\\+b\\+$"], ExitCode::Done, "201"; "blanks of a form")]
#[test_case("/echo", &["--multipart", "a= b ", "--expect", "body=\\r\\n b \\r\\n"], ExitCode::Done, "201"; "blanks of a part")]
#[test_case("/leads", &[], ExitCode::Refused, "it redirects to https://deploy:***@h.example/cb"; "the password of where it leads to")]
#[test_case("/leads", &["--expect", "header={\"location\":\"x\"}"], ExitCode::Refused, "https://deploy:***@h.example/cb"; "the password of a header")]
#[test_case("/target?sig=hidden51&code=hidden-code&state=open", &[], ExitCode::Refused, "?sig=***&code=***&state=open"; "the own query")]
#[test_case("/echo", &["--form", "otp=482913", "--form", "pin=5150", "--expect", "body=x"], ExitCode::Refused, "otp=***&pin=***"; "short secrets of a form")]
#[test_case("/echo", &["--form", "grant_type=authorization_code", "--form", "code=hidden-c0de", "--expect", "body=x"], ExitCode::Refused, "the body begins: grant_type=authorization_code&code=***"; "the code of a form")]
#[test_case("/echo", &["--multipart", "code=hidden-c0de", "--expect", "body=x"], ExitCode::Refused, "***"; "the code of a form with files")]
#[test_case("/echo", &["--form", "state=California", "--form", "code=approved", "--expect", "body=x"], ExitCode::Refused, "state=California&code=approved"; "words of a form")]
#[test_case("/refused", &["--form", "code=hidden-c0de"], ExitCode::Refused, "{\"code\": \"ERR-20417-X\""; "the code of an answer")]
#[test_case("/signed", &["--headers", "X-Hub-Signature-256=sha256=hidden"], ExitCode::Refused, "got ***"; "a signature")]
#[test_case("/gzip", &["--expect", "json={\"$.a\":1}", "--expect", "body=\\{", "--capture", "a=$.a"], ExitCode::Done, "200"; "what gzip made")]
#[test_case("/br", &["--expect", "json={\"$.a\":1}"], ExitCode::CannotTell, "it is compressed (br)"; "JSON that is compressed")]
#[test_case("/br", &["--expect", "body=a"], ExitCode::CannotTell, "ask for it without Accept-Encoding"; "a body that is compressed")]
#[test_case("/br", &["--capture", "a=$.a", "--retry", "1", "--delay", "0"], ExitCode::CannotTell, "has an answer that cannot be read"; "a capture of what is compressed")]
#[test_case("/br", &["--expect", "header={\"content-encoding\":\"br\"}"], ExitCode::Done, "200"; "nothing of what is compressed")]
#[test_case("/br", &["--expect", "status=201", "--expect", "body=a"], ExitCode::Refused, "the body is compressed"; "a no whatever is compressed")]
#[test_case("/cookies", &["--capture", "c=header:set-cookie"], ExitCode::Refused, "capture c is 2 values, expected one value"; "two headers of a name")]
#[test_case("/agent", &["--timeout", "0"], ExitCode::Usage, "leaves no time"; "no time")]
#[test_case("/echo", &["--json", "1", "--form", "a=b"], ExitCode::Usage, "cannot be used with"; "two bodies")]
fn an_answer_is_judged(path: &str, words: &[&str], exit: ExitCode, says: &str) {
    http(path, words).exits(exit).says(says).never_says("hidden").never_says("482913").never_says("5150");
}

#[test]
fn no_answer_is_no_no() {
    let repo = Repo::new();
    repo.zarpe(["http", "--url", "http://127.0.0.1:1/"])
        .run()
        .exits(ExitCode::CannotTell)
        .says("has no answer")
        .says("see that it runs");
    let web = Web::start_or_close(|_| None);
    repo.zarpe(["http", "--url", &web.address()]).run().exits(ExitCode::CannotTell).says("see the log of the service");
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}/", plain.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::Read as _;
        let (mut stream, _) = plain.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    repo.zarpe(["http", "--url", &address]).run().exits(ExitCode::CannotTell).says("speaks no TLS");
    repo.zarpe(["http", "--url", "ftp://x"]).run().exits(ExitCode::Usage).says("--url is no address");
}

#[test]
fn what_is_secret_stays_at_its_host() {
    let other = Web::start(|_| Reply::new(200, "here"));
    let place = other.address();
    let web = Web::start(move |asked| match asked.target.as_str() {
        "/same" => Reply::new(200, "here"),
        "/first" => Reply::new(302, "").header("location", "/same"),
        _ => Reply::new(307, "").header("location", &place),
    });
    let words = ["--headers", "X-Api-Key=hidden", "--headers", "Accept=text/plain", "--redirects", "2"];
    for path in ["/first", "/away"] {
        let url = format!("{}{path}", web.address());
        Repo::new().zarpe(["http", "--url", &url]).args(words).run().exits(ExitCode::Done);
    }
    let asked = web.asked();
    assert_eq!(asked.iter().map(|asked| asked.header("x-api-key")).collect::<Vec<_>>(), ["hidden"; 3]);
    let gone = &other.asked()[0];
    assert_eq!((gone.header("x-api-key"), gone.header("accept")), ("", "text/plain"));
    // Neither does what was posted, by whatever name.
    let url = format!("{}/away", web.address());
    let posted = Repo::new().zarpe(["http", "--url", &url, "--form", "field=hidden", "--redirects", "2"]).run();
    posted.exits(ExitCode::CannotTell).says("the body of a request is sent to no other host").says(&other.address());
    assert_eq!(other.asked().len(), 1);
}

#[test]
fn a_password_of_the_address_is_hidden_as_it_is_sent() {
    let web = Web::start(service);
    let url = format!("{}/basic", web.address()).replace("://", "://user:hidden%2Fword@");
    let run = Repo::new().zarpe(["http", "--url", &url]).run().exits(ExitCode::Refused);
    run.says("got Basic ***\n").never_says("hidden").never_says("==");
}

#[test]
fn it_is_asked_again_where_that_changes_nothing() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let web = Web::start(move |_| Reply::new(if counted.fetch_add(1, Ordering::SeqCst) < 2 { 503 } else { 200 }, ""));
    let repo = Repo::new();
    let words = ["http", "--url", &web.address(), "--retry", "5", "--delay", "0"];
    let document = repo.zarpe(words).args(["--format", "json"]).run().exits(ExitCode::Done).json_of("http/v1");
    assert_eq!((&document["tries"], &document["status"]), (&3.into(), &200.into()));
    calls.store(0, Ordering::SeqCst);
    repo.zarpe(words).args(["--method", "POST"]).run().exits(ExitCode::Refused).says("503");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    // What was posted was seen, though nobody is where it leads to.
    let web = Web::start(|_| Reply::new(303, "").header("location", "http://127.0.0.1:1/"));
    let words = ["http", "--url", &web.address(), "--form", "a=b", "--retry", "2", "--delay", "0", "--redirects", "1"];
    repo.zarpe(words).run().exits(ExitCode::CannotTell).says("where it redirects to there is no answer");
    assert_eq!(web.asked().len(), 1);
}

#[test]
fn its_json_hides_what_is_secret_and_its_words_are_of_the_repository() {
    let run = http("/broken", &["--headers", "X-Api-Token=hidden-word", "--format", "json"]).exits(ExitCode::Refused);
    assert_eq!(run.json_of("http/v1")["checks"][0]["got"], "500");
    run.never_says("hidden-word");
    let pin = http("/pin", &["--capture", "pin=$.pin_token", "--format", "json"]).exits(ExitCode::Done);
    assert_eq!(pin.json_of("http/v1")["captured"]["pin"], "***");
    let tells = |_: &Asked| Reply::new(500, "access_token=FT-SECRET-1&x=1").header("location", "/?code=LC-SECRET-9");
    let web = Web::start(tells);
    let words = ["http", "--url", &web.address(), "--expect", "header={\"location\":7}"];
    for format in ["human", "json", "markdown"] {
        let told = Repo::new().zarpe(words).args(["--format", format]).run().exits(ExitCode::Refused);
        told.says("/?code=").never_says("FT-SECRET").never_says("LC-SECRET");
    }
    let silent = Repo::new().zarpe(["http", "--url", "http://127.0.0.1:1/", "--format", "json"]).run();
    assert_eq!(silent.exits(ExitCode::CannotTell).json_of("http/v1")["silence"], "unreachable");
    http("/nope", &["--format", "markdown"]).exits(ExitCode::Refused).says("404");
    let repo = Repo::new().write("zarpe.yml", "language: es\n");
    repo.zarpe(["http", "--url", "http://127.0.0.1:1/"]).run().exits(ExitCode::CannotTell).says("no se puede saber");
}

#[test]
fn an_own_authority_is_believed_where_it_is_named() {
    let web = Web::start_tls(tls(), |_| Reply::new(200, "in secret"));
    let repo = Repo::new().write("ca.pem", CA);
    let words = ["http", "--url", &web.address(), "--expect", "body=in secret"];
    repo.zarpe(words).args(["--ca", "ca.pem"]).run().exits(ExitCode::Done);
    repo.zarpe(words).args(["--format", "json"]).run().exits(ExitCode::CannotTell).says("\"silence\": \"tls\"");
    repo.zarpe(words).run().exits(ExitCode::CannotTell).says("an own authority is given by --ca FILE");
    let spanish = repo.write("zarpe.yml", "language: es\n").zarpe(words).run().exits(ExitCode::CannotTell);
    spanish.says("el certificado del servidor no vale: no lo emite una autoridad en que se confíe");
}

/// As `curl --cacert` does it: internal hosts often have such a certificate.
#[test]
fn a_certificate_that_is_given_itself_is_believed() {
    let web = Web::start_tls(tls_of_its_own(), |_| Reply::new(200, "in secret"));
    let repo = Repo::new().write("own.pem", OWN).write("other.pem", OTHER).write("both.pem", &format!("{CA}{OWN}"));
    let ask = |url: &str, ca: &str| repo.zarpe(["http", "--url", url, "--expect", "body=in secret", "--ca", ca]).run();
    ask(&web.address(), "own.pem").exits(ExitCode::Done);
    ask(&web.address(), "both.pem").exits(ExitCode::Done);
    ask(&web.address(), "other.pem").exits(ExitCode::CannotTell).says("is that of an authority");
    let elsewhere = web.address().replace("127.0.0.1", "localhost");
    ask(&elsewhere, "own.pem").exits(ExitCode::CannotTell).says("not valid for name \"localhost\"");
    // So is one that an authority made which is not given.
    let web = Web::start_tls(tls(), |_| Reply::new(200, "in secret"));
    let repo = Repo::new().write("leaf.pem", LEAF);
    let words = ["http", "--url", &web.address(), "--expect", "body=in secret", "--ca", "leaf.pem"];
    repo.zarpe(words).run().exits(ExitCode::Done);
}

/// A login answers with a redirect and the cookie of the session.
fn door(asked: &Asked) -> Reply {
    match asked.target.as_str() {
        "/login" => Reply::new(303, "")
            .header("set-cookie", "sid=hidden-s1d; Path=/; HttpOnly")
            .header("set-cookie", "theme=dark")
            .header("set-cookie", "lang=es; Path=/admin")
            .header("set-cookie", "consent=new; Path=/")
            .header("location", "/next"),
        "/next" => Reply::new(302, "").header("set-cookie", "theme=; Max-Age=0").header("location", "/home"),
        "/admin/x" => Reply::new(302, "").header("location", "/home"),
        _ => Reply::new(200, format!("{{\"sid\": \"hidden-s1d\", \"cookies\": \"{}\"}}", asked.header("cookie"))),
    }
}

#[test]
fn cookies_of_a_redirect_go_along_to_their_host() {
    let web = Web::start(door);
    let url = format!("{}/login", web.address());
    let words = ["http", "--url", &url, "--redirects", "2", "--form", "user=smoke", "--expect", "body=nothing"];
    for format in ["human", "json", "markdown"] {
        let run = Repo::new().zarpe(words).args(["--format", format]).run().exits(ExitCode::Refused);
        run.never_says("hidden-s1d").never_says("hidden");
    }
    let asked = web.asked();
    let sent: Vec<&str> = asked.iter().take(3).map(|asked| asked.header("cookie")).collect();
    assert_eq!(sent, ["", "consent=new; sid=hidden-s1d; theme=dark", "consent=new; sid=hidden-s1d"]);
    // What the request brings along stays beside them, but where a new one was set.
    let words = ["http", "--url", &url, "--redirects", "2", "--headers", "Cookie: consent=old; first=1"];
    Repo::new().zarpe(words).run().exits(ExitCode::Done);
    let asked = web.asked();
    let sent: Vec<&str> = asked.iter().skip(9).map(|asked| asked.header("cookie")).collect();
    assert_eq!(
        sent,
        [
            "consent=old; first=1",
            "first=1; consent=new; sid=hidden-s1d; theme=dark",
            "first=1; consent=new; sid=hidden-s1d"
        ]
    );
}

#[test]
fn cookies_go_to_no_other_host_and_to_no_other_question() {
    let other = Web::start(|_| Reply::new(200, "here"));
    let place = other.address().replace("127.0.0.1", "localhost");
    let web = Web::start(move |_| {
        Reply::new(302, "").header("set-cookie", "sid=hidden-s1d; Path=/").header("location", &place)
    });
    let words = ["http", "--url", &web.address(), "--redirects", "1", "--headers", "Cookie: own=hidden"];
    Repo::new().zarpe(words).run().exits(ExitCode::Done);
    assert_eq!(other.asked().iter().map(|asked| asked.header("cookie")).collect::<Vec<_>>(), [""]);
    // One that is asked again begins anew.
    let web = Web::start(|asked| match asked.target.as_str() {
        "/a" => Reply::new(302, "").header("set-cookie", "sid=hidden-s1d; Path=/").header("location", "/b"),
        _ => Reply::new(500, ""),
    });
    let url = format!("{}/a", web.address());
    let words = ["http", "--url", &url, "--redirects", "1", "--retry", "1", "--delay", "0"];
    Repo::new().zarpe(words).run().exits(ExitCode::Refused);
    let sent: Vec<String> = web.asked().iter().map(|asked| asked.header("cookie").to_owned()).collect();
    assert_eq!(sent, ["", "sid=hidden-s1d", "", "sid=hidden-s1d"]);
}

const PLAN: &str = "
secrets: [SMOKE_TOKEN]
env: {URL: '${{ vars.ADDRESS }}'}
jobs:
  smoke:
    steps:
      - id: who
        uses: zarpe/http
        with:
          url: ${{ env.URL }}/whoami
          headers: {Authorization: 'Bearer ${{ secrets.SMOKE_TOKEN }}'}
          expect: {status: 200, json: {'$.username': smoke, '$.id': ':number'}}
          capture: {id: $.id}
      - uses: zarpe/http
        idempotent: true
        with:
          method: POST
          url: ${{ env.URL }}/echo
          json: {titulo: 'smoke \"${{ zarpe.run_id }}\"', who: '${{ steps.who.outputs.id }}', dummy: true, n: 2}
          expect: {status: [200, 201], json: {'$.titulo': 'smoke \"7\"', '$.who': '7', '$.dummy': true, '$.n': 2}}
      - uses: zarpe/http
        idempotent: true
        with: {method: POST, url: '${{ env.URL }}/echo', multipart: {image: '@photo.png'}, expect: {body: PNG}}
      - {uses: zarpe/http, with: {url: '${{ env.URL }}/whoami', headers: {Authorization: 'Basic ${{ secrets.SMOKE_TOKEN }}'}}}
";

#[test]
fn steps_ask_capture_and_hide() {
    let web = Web::start(service);
    let repo = Repo::new().commit("chore: begin").write("plan.yml", PLAN).write("photo.png", "PNG");
    repo.zarpe(["deploy", "check", "plan.yml"]).run().exits(ExitCode::Done);
    let repo = repo.write("own.yml", &PLAN.replace("capture: {id:", "capture: {status:"));
    repo.zarpe(["deploy", "check", "own.yml"]).run().says("the output `status` is the step's own");
    let run = repo.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7").env("ADDRESS", web.address());
    let run = run.env("SMOKE_TOKEN", "hidden-token").run().exits(ExitCode::Refused);
    run.says("smoke/4 failed (exit code 1)").says("who is ***?").never_says("hidden-token");
    let asked = web.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[1].text(), "{\"titulo\":\"smoke \\\"7\\\"\",\"who\":\"7\",\"dummy\":true,\"n\":2}");
}

/// A number is what it is written as where texts are taken, and what was captured is the number again.
#[test]
fn a_plan_says_numbers_as_they_are_meant() {
    let web = Web::start(service);
    let plan = "
jobs:
  smoke:
    steps:
      - {uses: zarpe/http, with: {url: 'URL/echo', form: {zip: 01234, ver: 1.10, n: 1e3}, expect: {body: ^zip=01234&ver=1.10&n=1e3$}}}
      - {id: who, uses: zarpe/http, with: {url: 'URL/whoami', headers: {Authorization: Bearer hidden-token}, capture: {id: $.id}}}
      - {uses: zarpe/http, with: {url: 'URL/echo', json: {id: 7, text: '7', zip: 01234}, expect: {json: {$.id: '${{ steps.who.outputs.id }}', $.text: '${{ steps.who.outputs.id }}', $.zip: 1234}}}}
      - {uses: zarpe/http, with: {url: 'URL/echo', json: {id: 70}, expect: {json: {$.id: '${{ steps.who.outputs.id }}'}}}}
";
    let repo = Repo::new().commit("chore: begin").write("plan.yml", &plan.replace("URL", &web.address()));
    repo.zarpe(["deploy", "check", "plan.yml"]).run().exits(ExitCode::Done);
    let run = repo.zarpe(["deploy", "run", "plan.yml"]).env("GITHUB_RUN_ID", "7").run().exits(ExitCode::Refused);
    run.says("$.id is 70, expected =7").says("smoke/4 failed (exit code 1)");
}
