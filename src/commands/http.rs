//! `zarpe http`: does an endpoint answer as expected?

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use url::Url;

use super::misuse::{self, Misuse};
use super::secrecy;
use crate::commands::Outcome;
use crate::context::Context;
use crate::duration;
use crate::io::ask::{Question, ask};
use crate::io::{actions, clock, download, files, machine};
use crate::output::json::Document as _;
use crate::output::json::http::{Checked, Http};
use crate::report::Failure;
use crate::steps::endpoint::{
    Answer, Capture, Expected, Judgement, Part, Silence, Told, answered, beginning, given_twice, is_secret_to_send,
    judge, multipart, secret_parts, secrets_of_answer, secrets_of_cookies, secrets_of_field, secrets_of_json,
    secrets_of_parameter, secrets_of_user, silent, unhidden,
};

/// The header that says what a body is.
const KIND: &str = "content-type";

/// Does an endpoint answer as expected?
///
/// What it answers is held against --expect: another answer is a no, no answer at all cannot tell. Without a status, one that says
/// success is expected. Redirects are answers, unless --redirects follows them.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The address.
    #[arg(long, value_name = "URL")]
    url: String,
    /// The method; default: GET, or POST where there is a body.
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// A header, as Accept=text/html; a Content-Type instead of that of --json or --form; may be given again.
    #[arg(long, alias = "header", value_name = "NAME=VALUE")]
    headers: Vec<String>,
    /// A body of JSON.
    #[arg(long, value_name = "JSON", conflicts_with_all = ["form", "multipart"])]
    json: Option<String>,
    /// A field of a form; may be given again.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "multipart")]
    form: Vec<String>,
    /// A field of a form with files, as image=@photo.png; may be given again.
    #[arg(long, value_name = "NAME=VALUE|NAME=@FILE")]
    multipart: Vec<String>,
    /// What is expected: status=200, json={"$.name":"x"}, header={"location":"~^/"}, body=REGEX, within=500ms; a value is exact, ~REGEX,
    /// =TEXT for a text or what it writes (7 or "7", as ${{ … }} alone has it in a plan), or :type (string, number, boolean, array, object,
    /// null, any); may be given again.
    #[arg(long, value_name = "KEY=EXPECTED", value_parser = expectation)]
    expect: Vec<String>,
    /// A value that becomes an output, as id=$.id or place=header:location, by another name than result and status; may be given again.
    #[arg(long, value_name = "NAME=WHERE")]
    capture: Vec<Capture>,
    /// Follow so many redirects; to another host without the body and without headers of its own. Cookies that they set go along to their
    /// hosts.
    #[arg(long, value_name = "N", default_value_t = 0)]
    redirects: usize,
    /// Believe only the authorities of this PEM file, and a server whose own certificate is in it.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Ask so many times more until the answer is as expected; what may have changed something is not asked again.
    #[arg(long, value_name = "N", default_value_t = 0)]
    retry: u32,
    /// How long to wait before each further time.
    #[arg(long, value_name = "DURATION", value_parser = duration::fine, default_value = "2s")]
    delay: Duration,
    /// How long one answer may take, and each file that is sent.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "30s")]
    timeout: Duration,
}

/// One pair alone, so that a plan is refused before its window opens and not in it.
fn expectation(text: &str) -> Result<String, String> {
    Expected::parse(&[text.to_owned()]).map(|_| text.to_owned())
}

impl Options {
    /// What is wrong with them, as far as no file is read.
    pub(super) fn misuses(&self) -> Vec<Misuse> {
        let pairs = |option: &str, texts: &[String]| texts.iter().try_for_each(|text| pair(option, text).map(drop));
        [
            misuse::of(&["expect"], expected(self)),
            misuse::of(&["url"], address(self)),
            misuse::of(&["headers"], pairs("--headers", &self.headers).and_then(|()| kinds(self))),
            misuse::of(&["json"], self.json.as_deref().map_or(Ok(()), json)),
            misuse::of(&["form"], pairs("--form", &self.form)),
            misuse::of(&["multipart"], pairs("--multipart", &self.multipart)),
            misuse::of(&["capture"], captures(self)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn expected(options: &Options) -> Result<Expected> {
    Ok(Expected::parse(&options.expect)
        .map_err(|why| Failure::usage("usage/expect", why).help("zarpe http --help tells what can be expected"))?)
}

/// At most one type of the body, and none of a body whose parts are told apart by what stands in its type.
fn kinds(options: &Options) -> Result<()> {
    let is_kind = |header: &&String| {
        header
            .find(['=', ':'])
            .and_then(|at| header.get(..at))
            .is_some_and(|name| name.trim().eq_ignore_ascii_case(KIND))
    };
    let given = options.headers.iter().filter(is_kind).count();
    let (message, help) = match (given, options.multipart.is_empty()) {
        (0, _) | (1, true) => return Ok(()),
        (_, false) => ("--headers gives a Content-Type to a body of --multipart", "leave it out: the body has its own"),
        (_, true) => ("--headers gives two Content-Type", "give the body one type"),
    };
    Err(Failure::usage("usage/content-type", message).help(help).into())
}

fn address(options: &Options) -> Result<Url> {
    let url = Url::parse(&options.url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    Ok(url.ok_or_else(|| {
        Failure::usage("usage/url", "--url is no address")
            .help("give one that begins with https:// or http:// and names a host")
    })?)
}

fn captures(options: &Options) -> Result<()> {
    given_twice(&options.capture).map_or(Ok(()), |name| {
        Err(Failure::usage("usage/capture", format!("--capture gives the output `{name}` twice"))
            .help("give each capture its own name")
            .into())
    })
}

fn json(text: &str) -> Result<()> {
    serde_json::from_str::<serde_json::Value>(text).map(drop).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Failure::usage("usage/json", format!("--json is no JSON: {place}"))
            .help("write it as '{\"name\": \"x\"}'")
            .into()
    })
}

/// Asks and judges.
///
/// # Errors
/// Exit code 2 where the request or what is expected is wrong.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    misuse::refuse(options.misuses())?;
    let expected = expected(options)?;
    let question = question(cx, options)?;
    let mut secrets = secrets(options, &question);
    let mask = secrecy::mask(secrets.clone());
    let shown = mask.text(&download::shown(&options.url));
    let may_repeat = matches!(question.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE");
    let mut tries = 1;
    let (answer, judgement) = loop {
        let (answer, judgement) = judged(ask(&question).await?, &expected, &options.capture);
        let is_met = judgement.as_ref().is_some_and(Judgement::is_met);
        let is_unsent = answer.as_ref().is_err_and(|(silence, _)| silence.is_unsent());
        if is_met || tries > options.retry || !(may_repeat || is_unsent) {
            break (answer, judgement);
        }
        tries += 1;
        clock::pause(options.delay).await;
    };
    let captured = judgement.as_ref().map(|judgement| judgement.secrets.as_slice()).unwrap_or_default();
    if cx.environment.in_actions() {
        captured.iter().for_each(|secret| actions::mask(secret));
    }
    secrets.extend(captured.iter().flat_map(|secret| secret_parts(secret)));
    let is_short = captured.iter().any(|secret| secret_parts(secret).next().is_none());
    secrets.extend(answer.iter().zip(&judgement).flat_map(|(answer, judgement)| given_out(answer, judgement)));
    let mask = secrecy::mask(secrets);
    let told = Told { language: cx.config.language, method: &question.method, address: &shown, tries };
    let hide = |text: &str| mask.text(text);
    let mut report = match (&answer, &judgement) {
        (Ok(answer), Some(judgement)) => answered(answer, judgement, told, &hide),
        (Err((silence, why)), _) => silent(*silence, &hide(why), told),
        (Ok(_), None) => silent(Silence::Cut, "the answer was not judged", told),
    };
    if is_short {
        report.findings.push(unhidden(cx.config.language));
    }
    let document = document(report.exit.verdict().word(), told, &answer, judgement.unwrap_or_default(), &hide);
    report.document = document.value();
    Ok(Outcome::report(report))
}

/// An answer with what is to say of it. One of which all is as expected that can be read, and not all can be, is none.
fn judged(
    answer: Result<Answer, (Silence, String)>,
    expected: &Expected,
    captures: &[Capture],
) -> (Result<Answer, (Silence, String)>, Option<Judgement>) {
    let judgement = answer.as_ref().ok().map(|answer| judge(answer, expected, captures));
    let met = judgement.as_ref().filter(|judgement| judgement.is_met());
    let compressed = |how| (Silence::Compressed, format!("it is compressed ({how})"));
    let hindrance = met.and_then(|met| {
        let unclear = met.unclear.clone().map(|why| (Silence::Unreadable, why));
        met.unread.as_ref().map(compressed).or(unclear)
    });
    match hindrance {
        Some(hindrance) => (Err(hindrance), None),
        None => (answer, judgement),
    }
}

/// So many secrets of an answer are looked for in every form that programs print them in.
const MOST: usize = 200;

/// What an answer gives out that is most likely secret. Of very many only what stands in what is shown, as it is: to look for all of
/// them takes minutes.
fn given_out(answer: &Answer, judgement: &Judgement) -> Vec<String> {
    let mut found = secrets_of_answer(&answer.headers, &answer.body);
    found.extend(secrets_of_answer(&answer.way, b""));
    found.sort_unstable();
    found.dedup();
    if found.len() > MOST {
        let rows = judgement.checks.iter().map(|check| check.got.clone());
        let shown: String = rows.chain(beginning(answer)).collect();
        found.retain(|secret| shown.contains(secret.as_str()));
    }
    found
}

fn document(
    verdict: &str,
    told: Told<'_>,
    answer: &Result<Answer, (Silence, String)>,
    judgement: Judgement,
    hide: &dyn Fn(&str) -> String,
) -> Http {
    let answer = answer.as_ref();
    let checked = judgement.checks.into_iter().map(|check| Checked {
        what: check.what,
        expected: hide(&check.expected),
        got: hide(&check.got),
        met: check.met,
    });
    Http {
        verdict: verdict.to_owned(),
        method: told.method.to_owned(),
        url: told.address.to_owned(),
        tries: told.tries,
        status: answer.ok().map(|answer| answer.status),
        took_ms: answer.ok().map(|answer| u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX)),
        silence: answer.err().map(|(silence, _)| silence.word().to_owned()),
        checks: checked.collect(),
        captured: judgement.captured.into_iter().map(|one| (one.name, hide(&one.shown))).collect(),
    }
}

fn question(cx: &Context, options: &Options) -> Result<Question> {
    let url = address(options)?;
    let authorities = options.ca.as_ref().map(|file| read(cx, file, "--ca", options.timeout)).transpose()?;
    let body = body(cx, options)?;
    let method = options.method.clone().unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    Ok(Question {
        method: method.to_uppercase(),
        url,
        headers: options.headers.iter().map(|header| pair("--headers", header)).collect::<Result<_>>()?,
        body,
        redirects: options.redirects,
        authorities,
        time: options.timeout,
    })
}

/// `NAME=VALUE`, and for headers also `NAME: VALUE`, around whose value blanks say nothing. The text is not shown: a secret may stand in it.
fn pair(option: &str, text: &str) -> Result<(String, String)> {
    let is_header = option == "--headers";
    let at = if is_header { text.find(['=', ':']) } else { text.find('=') };
    let split = at.and_then(|at| Some((text.get(..at)?.trim(), text.get(at + 1..)?)));
    split
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| (name.to_owned(), if is_header { value.trim() } else { value }.to_owned()))
        .ok_or_else(|| {
            Failure::usage("usage/pair", format!("{option} is no NAME=VALUE"))
                .help("write it as Accept=text/html")
                .into()
        })
}

fn read(cx: &Context, file: &std::path::Path, option: &str, time: Duration) -> Result<Vec<u8>> {
    files::read_within(&cx.directory.join(file), time)?.ok_or_else(|| {
        Failure::usage("usage/no-file", format!("{option}: there is no file {}", file.display()))
            .help("name a file, from the folder that this runs in")
            .into()
    })
}

fn body(cx: &Context, options: &Options) -> Result<Option<(String, Vec<u8>)>> {
    if let Some(json) = &options.json {
        self::json(json)?;
        return Ok(Some(("application/json".to_owned(), json.clone().into_bytes())));
    }
    if !options.form.is_empty() {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for field in &options.form {
            let (name, value) = pair("--form", field)?;
            form.append_pair(&name, &value);
        }
        return Ok(Some(("application/x-www-form-urlencoded".to_owned(), form.finish().into_bytes())));
    }
    if options.multipart.is_empty() {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for field in &options.multipart {
        let (name, value) = pair("--multipart", field)?;
        parts.push(match value.strip_prefix('@') {
            Some(path) => {
                let path = PathBuf::from(path);
                let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
                Part { name, file, bytes: read(cx, &path, "--multipart", options.timeout)? }
            }
            None => Part { name, file: None, bytes: value.into_bytes() },
        });
    }
    Ok(Some(multipart(&parts, &format!("zarpe-{}", machine::nonce()))))
}

/// What the request itself most likely keeps secret.
fn secrets(options: &Options, question: &Question) -> Vec<String> {
    let mut secrets: Vec<String> = Vec::new();
    for (name, value) in question.headers.iter().filter(|(name, _)| is_secret_to_send(name)) {
        secrets.extend(secret_parts(value));
        secrets.extend(secrets_of_cookies(name, value));
    }
    let fields = options.form.iter().chain(&options.multipart).filter_map(|field| field.split_once('='));
    secrets.extend(fields.flat_map(|(name, value)| secrets_of_field(name, value)));
    secrets.extend(question.url.query_pairs().flat_map(|(name, value)| secrets_of_parameter(&name, &value)));
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    if let Some(password) = question.url.password() {
        secrets.push(password.to_owned());
        secrets.extend(secrets_of_user(&decoded(question.url.username()), &decoded(password)));
    }
    let json = options.json.as_deref().and_then(|json| serde_json::from_str(json).ok());
    secrets.extend(json.iter().flat_map(secrets_of_json));
    secrets
}
