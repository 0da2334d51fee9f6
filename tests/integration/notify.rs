//! `zarpe notify`: people told, alone and as a step.

use test_case::test_case;

use crate::support::{Asked, CA, ExitCode, Manner, Reply, Repo, Run, Smtp, Web, Zarpe, tls};

fn notify(repo: &Repo, words: &[&str]) -> Zarpe {
    repo.zarpe(["notify", "--delay", "0"])
        .args(words)
        .env("ZARPE_RUN", "7")
        .env("ZARPE_PLAN", "SIGIM")
        .env("ZARPE_VERSION", "v1.4.0")
}

fn json(asked: &Asked) -> serde_json::Value {
    serde_json::from_slice(&asked.body).unwrap()
}

#[test_case("slack", "/text", "*SIGIM v1.4.0 was deployed*\nSIGIM v1.4.0 was deployed with success.")]
#[test_case("discord", "/content", "**SIGIM v1.4.0 was deployed**\nSIGIM")]
#[test_case("teams", "/attachments/0/content/body/0/text", "SIGIM v1.4.0 was deployed")]
#[test_case("webhook", "/version", "v1.4.0")]
fn each_channel_gets_its_form(channel: &str, place: &str, begins: &str) {
    let web = Web::start(|_| Reply::new(200, "ok"));
    let repo = Repo::new();
    let run = notify(&repo, &["--to", &format!("{channel}:HOOK"), "--template", "success"]);
    let run = run.env("HOOK", format!("{}/hooks/hidden-path-word", web.address())).run();
    run.exits(ExitCode::Done).says("1 of 1 told: SIGIM v1.4.0 was deployed").never_says("hidden-path-word");
    let asked = web.asked();
    assert_eq!(asked.len(), 1);
    let said = json(&asked[0]).pointer(place).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    assert!(said.starts_with(begins), "{said}");
    assert!(asked[0].header("idempotency-key").ends_with("@zarpe"));
}

#[test]
fn a_mail_goes_by_starttls_with_user_and_password_and_the_same_notice_has_the_same_id() {
    let smtp =
        Smtp::start(Manner { tls: Some(tls()), user: Some(("notices@example.mx", "pa55/w0rd")), answers: Vec::new() });
    let repo = Repo::new().write("ca.pem", CA).write("zarpe.yml", "language: es\n");
    let words = ["--to", "mailto:usuarios@example.mx", "--template", "exito", "--ca", "ca.pem", "--required"];
    let url = format!("smtp://notices%40example.mx:pa55%2Fw0rd@127.0.0.1:{}", smtp.port);
    for _ in 0..2 {
        let run = notify(&repo, &words).env("SMTP_URL", &url).run();
        run.exits(ExitCode::Done).says("1 de 1 avisados: SIGIM v1.4.0 se desplegó").never_says("pa55");
    }
    let letters = smtp.letters();
    let [first, second] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(first.is_encrypted && first.user.as_deref() == Some("notices@example.mx"));
    assert!(
        first.from.starts_with("<notices@example.mx>") && first.to.starts_with("<usuarios@example.mx>"),
        "{first:?}"
    );
    assert!(first.text.to_lowercase().contains("mime-version: 1.0"), "{}", first.text);
    assert!(first.text.contains("Subject: ") && first.text.contains("v1.4.0"), "{}", first.text);
    let id = |text: &str| text.lines().find(|line| line.to_lowercase().starts_with("message-id:")).unwrap().to_owned();
    assert_eq!(id(&first.text), id(&second.text));
}

/// On this machine nobody listens in between.
#[test_case("127.0.0.1")]
#[test_case("localhost")]
#[test_case("[::1]")]
fn a_server_of_this_machine_gets_the_password_also_without_tls(host: &str) {
    let manner = Manner { user: Some(("u@x.mx", "pa55w0rd")), ..Manner::default() };
    let address = if host.starts_with('[') { "[::1]:0" } else { "127.0.0.1:0" };
    let Ok(smtp) = Smtp::at(address, manner) else { return };
    let repo = Repo::new();
    let run = notify(&repo, &["--to", "mailto:a@b.mx", "--template", "final", "--required", "--retry", "0"]);
    let run = run.env("SMTP_URL", format!("smtp://u%40x.mx:pa55w0rd@{host}:{}", smtp.port)).run();
    run.exits(ExitCode::Done).never_says("pa55w0rd");
    assert_eq!(smtp.letters().len(), 1);
}

#[test]
fn a_server_that_is_not_believed_gets_no_password() {
    let smtp = Smtp::start(Manner { tls: Some(tls()), user: Some(("u@x.mx", "pa55w0rd")), answers: Vec::new() });
    let repo = Repo::new();
    let run = notify(&repo, &["--to", "mailto:a@b.mx", "--template", "final", "--required"]);
    let run = run.env("SMTP_URL", format!("smtp://u%40x.mx:pa55w0rd@127.0.0.1:{}", smtp.port)).run();
    run.exits(ExitCode::CannotTell).says("mailto:a@b.mx was not told, after 1 try").never_says("pa55w0rd");
    assert!(smtp.letters().is_empty());
    // Whose certificate is not believed, and who has no STARTTLS at all, is asked once.
    let words = ["--to", "mailto:a@b.mx", "--template", "final", "--required", "--from", "z@x.mx"];
    let url = format!("smtps://u%40x.mx:pa55w0rd@127.0.0.1:{}", Web::start_tls(tls(), |_| Reply::new(200, "")).port());
    let run = notify(&repo, &words).env("SMTP_URL", url).run().exits(ExitCode::CannotTell);
    run.says("after 1 try").never_says("pa55w0rd");
}

#[test_case(Manner { answers: vec!["451 4.3.0 later", "451 4.3.0 later"], ..Manner::default() }, &[], ExitCode::Done, "1 of 1 told"; "it is tried again")]
#[test_case(Manner { answers: vec!["451 4.3.0 later"; 3], ..Manner::default() }, &["--required"], ExitCode::CannotTell, "after 3 tries"; "and given up")]
#[test_case(Manner { answers: vec!["550 5.1.1 nobody here"], ..Manner::default() }, &["--required"], ExitCode::Refused, "after 1 try"; "a refusal is final")]
#[test_case(Manner { answers: vec!["550 5.1.1 nobody here"], ..Manner::default() }, &[], ExitCode::Done, "warning: mailto:a@b.mx was not told"; "who need not be told")]
#[test_case(Manner { user: Some(("u", "p")), ..Manner::default() }, &["--required"], ExitCode::Refused, "who are you?"; "no password")]
fn a_mail_that_fails_is_shown(manner: Manner, words: &[&str], exit: ExitCode, says: &str) {
    let smtp = Smtp::start(manner);
    let words = [&["--to", "mailto:a@b.mx", "--template", "rollback"], words].concat();
    let run = notify(&Repo::new(), &words)
        .env("SMTP_URL", format!("smtp://127.0.0.1:{}", smtp.port))
        .env("SMTP_FROM", "z@x.mx")
        .run();
    run.exits(exit).says(says);
}

/// What a server says back of the password, or of a hook, is hidden, however short and however it is written.
#[test_case("hunter2", "hunter2", "550 5.7.1 wrong password hunter2, user", "wrong password ***, user"; "a short one")]
#[test_case("bad@pa/ss", "bad%40pa%2Fss", "550 5.7.1 wrong bad@pa/ss or bad%40pa%2Fss, user", "wrong *** or ***, user"; "as it is decoded")]
#[test_case("hunter2", "hunter2", "550 5.7.1 wrong aHVudGVyMg== AHVAeC5teABodW50ZXIy", "wrong *** ***"; "as it is sent")]
#[test_case("abc", "ab%63", "550 5.7.1 wrong abc", "it answers 550: ***\n"; "too short to be hidden alone")]
fn no_answer_shows_the_password(password: &'static str, written: &str, answer: &'static str, says: &str) {
    let smtp = Smtp::start(Manner { user: Some(("u@x.mx", password)), answers: vec![answer], ..Manner::default() });
    let never = ["hunter2", "pa/ss", "pa%2Fss", "dW50ZXIy", "wrong abc", "aHVudGVyM"];
    let url = format!("smtp://u%40x.mx:{written}@127.0.0.1:{}", smtp.port);
    let words = ["--to", "mailto:a@b.mx", "--template", "final", "--required"];
    let run = notify(&Repo::new(), &words).env("SMTP_URL", &url).run().exits(ExitCode::Refused).says(says);
    never.iter().fold(run, |run, secret| run.never_says(secret));
}

#[test]
fn no_answer_shows_a_part_of_a_hook() {
    let web = Web::start(|_| Reply::new(404, "no token a%b7 (a%25b7) in q9-x, path /services/T0/a%25b7"));
    let words = ["--to", "webhook:HOOK", "--template", "final", "--required"];
    let url = format!("{}/services/T0/a%25b7?key=q9-x", web.address());
    let run = notify(&Repo::new(), &words).env("HOOK", url).run().exits(ExitCode::Refused);
    run.says("it answers 404: no token *** (***) in ***, path ***").never_says("b7").never_says("q9-x");
}

const MAIL: &str = "
secrets: [SMTP_URL]
jobs:
  a:
    environment: {name: produccion}
    steps: [{uses: zarpe/notify, with: {to: ['mailto:a@b.mx'], template: final, required: true, retry: 0}, idempotent: true}]
";

#[test]
fn neither_the_journal_nor_the_log_nor_the_report_of_a_step_has_the_password() {
    let (user, answers) = (Some(("u@x.mx", "pa@55")), vec!["550 5.7.1 wrong password pa@55 pa%4055"]);
    let smtp = Smtp::start(Manner { user, answers, ..Manner::default() });
    let repo = Repo::new().commit("chore: begin").write("plan.yml", MAIL);
    let run = super::deploy::deploy(&repo, ["run", "plan.yml"]);
    let run = run.env("SMTP_URL", format!("smtp://u%40x.mx:pa%4055@127.0.0.1:{}", smtp.port)).run();
    run.exits(ExitCode::Refused).says("wrong password *** ***").never_says("pa@55").never_says("pa%4055");
    let journal: Vec<String> = super::deploy::events(&repo).iter().map(ToString::to_string).collect();
    assert!(journal.concat().contains("wrong password *** ***") && !journal.concat().contains("55 "), "{journal:#?}");
    for format in ["markdown", "html", "json"] {
        let run = super::deploy::deploy(&repo, ["report", "7", "--format", format]).run();
        run.says("wrong password").never_says("pa@55").never_says("pa%4055");
    }
}

#[test]
fn why_a_mail_was_not_taken_is_told_in_the_language_of_the_people() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refuses = Smtp::start(Manner { answers: vec!["550 5.1.1 nobody here"], ..Manner::default() });
    let strange = Web::start_tls(tls(), |_| Reply::new(200, ""));
    let repo = Repo::new().write("zarpe.yml", "language: es\n");
    for (url, says) in [
        (
            format!("smtps://127.0.0.1:{}", strange.port()),
            "el certificado del servidor no vale: no lo emite una autoridad",
        ),
        (format!("smtp://{}", silent.local_addr().unwrap()), "tras 1 intento: sin respuesta completa en 1s"),
        (format!("smtp://127.0.0.1:{closed}"), "tras 1 intento: sin conexión: "),
        (format!("smtp://127.0.0.1:{}", refuses.port), "tras 1 intento: responde 550: 5.1.1 nobody here"),
        ("http://127.0.0.1".to_owned(), "SMTP_URL no es la dirección de un servidor de correo"),
    ] {
        let words = ["--to", "mailto:a@b.mx", "--template", "final", "--retry", "0", "--timeout", "200ms"];
        let run = notify(&repo, &words).env("SMTP_URL", url).env("SMTP_FROM", "z@x.mx").run();
        run.exits(ExitCode::Done).says(says);
    }
}

fn hook(status: u16, words: &[&str]) -> Run {
    let said = move |asked: &Asked| if status < 300 { "ok".to_owned() } else { format!("no {}", asked.target) };
    let web = Web::start(move |asked| Reply::new(status, said(asked)));
    let words = [&["--to", "slack:HOOK", "--to", "slack:NONE", "--template", "window"], words].concat();
    let repo = Repo::new();
    notify(&repo, &words).env("HOOK", format!("{}/hidden-path", web.address())).run()
}

#[test]
fn who_was_not_told_is_never_said_to_be() {
    let run = hook(404, &["--format", "json"]).exits(ExitCode::Done);
    let document = run.json_of("notify/v1");
    assert_eq!(document["notices"][0]["told"], false);
    assert_eq!(document["notices"][0]["tries"], 1);
    run.says("it answers 404").says("the variable NONE is not set").never_says("hidden-path");
    hook(503, &["--required", "--retry", "1"])
        .exits(ExitCode::Refused)
        .says("0 of 2 told")
        .says("after 2 tries: it answers 503");
    hook(200, &[]).exits(ExitCode::Done).says("1 of 2 told");
    hook(200, &["--dry-run", "--format", "json"])
        .exits(ExitCode::Done)
        .says("\"told\": false")
        .never_says("\"told\": true");
}

/// A status of success is not all that an answer says.
#[test_case("slack", "ok", ExitCode::Done, "1 of 1 told"; "slack took it")]
#[test_case("slack", "invalid_payload", ExitCode::Refused, "the server answered 200 and then: invalid_payload (look"; "slack refuses")]
#[test_case("slack", "{\"ok\":false,\"error\":\"channel_not_found\"}", ExitCode::Refused, "channel_not_found"; "slack refuses in JSON")]
#[test_case("teams", "1", ExitCode::Done, "1 of 1 told"; "an old connector took it")]
#[test_case("teams", "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413", ExitCode::Refused, "after 1 try: the server answered 200 and then: Webhook message delivery failed"; "teams refuses")]
#[test_case("teams", "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429", ExitCode::CannotTell, "after 3 tries"; "teams may take it later")]
#[test_case("discord", "{\"id\":\"1\",\"content\":\"x\"}", ExitCode::Done, "1 of 1 told"; "discord answers the message")]
#[test_case("webhook", "thank you", ExitCode::Done, "1 of 1 told"; "any webhook took it")]
#[test_case("webhook", "{\"success\":false}", ExitCode::Refused, "0 of 1 told"; "any webhook refuses")]
#[test_case("webhook", "<!DOCTYPE html><title>Sign in</title> to hidden-path-word", ExitCode::CannotTell, "after 1 try: the server answered 200 and then: <!DOCTYPE html>"; "a page to sign in")]
fn who_says_no_with_a_status_of_success_was_not_told(channel: &str, said: &'static str, exit: ExitCode, says: &str) {
    let web = Web::start(move |_| Reply::new(200, said));
    let words = ["--to", &format!("{channel}:HOOK"), "--template", "window", "--required"];
    let run = notify(&Repo::new(), &words).env("HOOK", format!("{}/hidden-path-word", web.address())).run();
    run.exits(exit).says(says).never_says("hidden-path");
}

/// Whoever need not be told lets the run go on, and was not told all the same.
#[test]
fn the_sign_says_what_became_of_it() {
    let web = Web::start(|asked| Reply::new(if asked.target == "/no" { 404 } else { 200 }, ""));
    let sign = |hooks: &[&str], format: &str| {
        let places: Vec<String> = (0..hooks.len()).map(|at| format!("slack:HOOK_{at}")).collect();
        let repo = Repo::new();
        let mut run = notify(&repo, &["--template", "window", "--retry", "0", "--format", format]);
        for (at, hook) in hooks.iter().enumerate() {
            run = run.args(["--to", &places[at]]).env(&format!("HOOK_{at}"), hook.replace('@', &web.address()));
        }
        run.run().exits(ExitCode::Done)
    };
    sign(&["@/"], "human").says("✓ 1 of 1 told");
    sign(&["@/no"], "human").says("✗ 0 of 1 told");
    sign(&["http://127.0.0.1:1/"], "human").says("? 0 of 1 told");
    sign(&["@/", "@/no"], "human").says("✗ 1 of 2 told");
    sign(&["@/no"], "markdown").says("✗ 0 of 1 told");
    let document = sign(&["@/no"], "json").json_of("notify/v1");
    assert_eq!((&document["exit"], &document["verdict"]), (&0.into(), &"yes".into()));
}

#[test_case(&["--to", "slack:https://hooks.example/hidden", "--template", "window"], "not the name of a variable"; "an address in the plan")]
#[test_case(&["--to", "mailto:a@b.mx,c@d.mx", "--template", "window"], "this is no mail address"; "two addresses")]
#[test_case(&["--to", "slack:X", "--template", "empty.j2"], "the template empty.j2 says nothing"; "an empty template")]
#[test_case(&["--to", "slack:X", "--template", "own.j2"], "a template knows plan, version"; "what a template knows")]
#[test_case(&["--to", "slack:X", "--template", "windw"], "there is neither a template nor a file windw"; "no template")]
#[test_case(&["--to", "slack:X", "--template", "own.j2"], "own.j2:2"; "a wrong template")]
fn what_is_wrong_is_said_before_anybody_is_told(words: &[&str], says: &str) {
    let repo = Repo::new().write("own.j2", "Subject: x\n{{ nope }}\n").write("empty.j2", "\n");
    notify(&repo, words).run().exits(ExitCode::Usage).says(says);
}

const PLAN: &str = "
name: MUSES
window: {start: '00:00', end: '23:59', timezone: America/Mexico_City}
inputs: {version: {}}
secrets: [HOOK]
jobs:
  a:
    environment: {name: produccion, url: 'https://muses.example'}
    steps:
      - {id: tell, uses: zarpe/notify, idempotent: true, with: {to: ['webhook:HOOK', 'webhook:NONE'], template: own.j2, retry: 0}}
      - {run: 'echo \"${{ steps.tell.outputs.told }}\" > told', idempotent: true}
";

#[test]
fn a_step_tells_what_it_knows_of_its_run_and_the_journal_who_was_told() {
    let web = Web::start(|_| Reply::new(204, ""));
    let template =
        "Subject: {{ plan }} {{ version }}\n{{ environment }} {{ previous }} {{ window }} {{ url }} {{ run }} <b>";
    let repo = Repo::new().commit("chore: begin").write("plan.yml", PLAN).write("own.j2", template);
    let run = super::deploy::deploy(&repo, ["run", "plan.yml", "--input", "version=v2", "--previous", "v1"]);
    let run = run.env("HOOK", format!("{}/hidden-path-word", web.address())).run();
    run.exits(ExitCode::Done).says("webhook:NONE was not told").never_says("hidden-path-word");
    assert_eq!(super::deploy::lines(&repo, "told"), ["webhook:HOOK"]);
    let said = json(&web.asked()[0]);
    assert_eq!((said["subject"].as_str(), said["environment"].as_str()), (Some("MUSES v2"), Some("produccion")));
    let text = said["text"].as_str().unwrap();
    assert_eq!(text, "produccion v1 00:00–23:59 America/Mexico_City https://muses.example 7 <b>");
    // The report has who was told, and who was not.
    let report = super::deploy::deploy(&repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
    let notices = report["notices"].as_array().unwrap();
    assert_eq!(
        (notices.len(), &notices[0]["told"], &notices[1]["told"]),
        (2, &true.into(), &false.into()),
        "{notices:#?}"
    );
    assert_eq!((&notices[1]["to"], &notices[1]["what"]), (&"webhook:NONE".into(), &"MUSES v2".into()));
    for format in ["markdown", "html", "human"] {
        let run = super::deploy::deploy(&repo, ["report", "7", "--format", format]).run().exits(ExitCode::Done);
        run.says("webhook:NONE").says("not told").says("the variable NONE is not set").never_says("hidden-path-word");
    }
    let events = super::deploy::events(&repo);
    let told = events.iter().find_map(|event| event["outputs"]["notices"].as_str()).expect("the journal has it");
    assert!(told.contains("\"to\":\"webhook:HOOK\",\"told\":true,\"at\":\"20"), "{told}");
}

#[test_case("true", "true", ExitCode::Done, "terminó el despliegue de SIGIM en produccion y el servicio está abierto.", "mantenimiento"; "all went well")]
#[test_case("true", "false", ExitCode::Maintenance, "El despliegue de SIGIM en produccion se detuvo, y no es seguro abrir el servicio.", "abierto"; "it is left in maintenance")]
#[test_case("false", "true", ExitCode::Refused, "Falló el despliegue de SIGIM en produccion. Qué pasó", "abierto"; "it failed, and maintenance is off")]
fn the_last_notice_says_how_the_run_stands(first: &str, second: &str, exit: ExitCode, says: &str, never: &str) {
    let web = Web::start(|_| Reply::new(200, "ok"));
    let plan = format!(
        "
name: SIGIM
jobs:
  ventana:
    environment: {{name: produccion}}
    steps:
      - {{run: '{first}', idempotent: true, post: 'true', post-if: safe()}}
      - {{run: '{second}'}}
  cierre:
    needs: ventana
    if: always() && needs.ventana.result != 'skipped'
    steps: [{{uses: zarpe/notify, with: {{to: ['webhook:HOOK'], template: final}}, idempotent: true}}]
"
    );
    let repo = Repo::new().commit("chore: begin").write("plan.yml", &plan).write("zarpe.yml", "language: es\n");
    super::deploy::deploy(&repo, ["run", "plan.yml"]).env("HOOK", web.address()).run().exits(exit);
    let text = json(&web.asked()[0])["text"].as_str().unwrap().replace("Terminó", "terminó");
    assert!(text.contains(says) && !text.contains(never), "{text}");
}

#[test]
fn who_was_told_is_not_told_again_because_somebody_else_was_not() {
    let web = Web::start(|_| Reply::new(204, ""));
    let repo = Repo::new().commit("chore: begin").write(
        "plan.yml",
        "jobs: {a: {steps: [{id: tell, uses: zarpe/notify, with: {to: ['webhook:HOOK', 'webhook:OTHER'], template: final, required: true}}]}}\n",
    );
    let zarpe = |words: &[&str]| super::deploy::deploy(&repo, words.iter().copied()).env("HOOK", web.address());
    zarpe(&["run", "plan.yml"]).run().says("webhook:OTHER was not told");
    zarpe(&["resume", "7", "--retry"]).run().says("webhook:OTHER was not told");
    assert_eq!(web.asked().len(), 1);
    zarpe(&["resume", "7", "--retry"]).env("OTHER", web.address()).run().exits(ExitCode::Done);
    assert_eq!(web.asked().len(), 2);
    // Each is told of once where they were told.
    let report = super::deploy::deploy(&repo, ["report", "7", "--format", "json"]).run().json_of("deploy-report/v1");
    let told = report["notices"].as_array().unwrap().iter().filter(|one| one["told"] == true);
    let told: Vec<&str> = told.filter_map(|one| one["to"].as_str()).collect();
    assert_eq!(told, ["webhook:HOOK", "webhook:OTHER"]);
    let short = super::deploy::deploy(&repo, ["report", "7"]).run().exits(ExitCode::Done);
    short.says("Notices           2/2\n  webhook:OTHER  told  20").never_says("not told");
}

#[test]
fn a_subject_is_one_line_and_spanish_is_spanish() {
    let web = Web::start(|_| Reply::new(200, "ok"));
    let repo = Repo::new().write("zarpe.yml", "language: es\n");
    let words =
        ["--to", "webhook:HOOK", "--to", "slack:NADA", "--template", "final", "--subject", "Hola\r\nBcc: x@y.mx"];
    let run = notify(&repo, &words).env("HOOK", web.address()).run().exits(ExitCode::Done);
    run.says("la variable NADA no está definida");
    assert_eq!(json(&web.asked()[0])["subject"], "Hola Bcc: x@y.mx");
    notify(&repo, &words).args(["--dry-run"]).run().exits(ExitCode::Done).says("no se avisó a nadie");
}
