//! `zarpe notify`: people are told about a deployment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use url::Url;

use super::secrecy;
use crate::commands::Outcome;
use crate::config::Language;
use crate::context::{self, Context};
use crate::deploy::journal::sha256;
use crate::deploy::mask::Mask;
use crate::duration;
use crate::io::ask::{Question, ask};
use crate::io::mail::{Mail, Server};
use crate::io::{clock, files, machine};
use crate::output::json::Document as _;
use crate::output::json::notify::Notify;
use crate::report::{Body, ExitCode, Failure, Mark, Report, Section};
use crate::steps::notice::{
    Channel, Facts, Notice, Target, Text, Told, Trouble, built_in, names, own, payload, report,
};

/// Tell people about a deployment: by mail, Slack, Teams, Discord, or any address that takes JSON.
///
/// What it is about comes from the run that it is a step of. A notice that fails is tried again and shown; it is a no only where
/// everybody must be told. Mail goes by SMTP_URL, smtp(s)://USER:PASSWORD@HOST:PORT.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Who is told: slack:VARIABLE, teams:VARIABLE, discord:VARIABLE or webhook:VARIABLE, which holds the address, or mailto:ADDRESS; may be
    /// given again.
    #[arg(long, value_name = "CHANNEL:WHERE", required = true)]
    to: Vec<Target>,
    /// What is told: window, success, final, rollback, waiting or failed (ventana, exito, …), or a file in minijinja (Jinja2), whose first
    /// line is its `Subject:`.
    #[arg(long, value_name = "NAME|FILE")]
    template: String,
    /// Another subject.
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// The language; default: `language` of zarpe.yml.
    #[arg(long, value_enum)]
    language: Option<Language>,
    /// The address that mail comes from; default: SMTP_FROM, else the user of SMTP_URL.
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Fail where somebody could not be told.
    #[arg(long)]
    required: bool,
    /// How often each is tried again.
    #[arg(long, value_name = "N", default_value_t = 2)]
    retry: u32,
    /// How long to wait before that.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "2s")]
    delay: Duration,
    /// How long each try may take.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "30s")]
    timeout: Duration,
    /// Believe only the authorities of this PEM file.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    change: crate::cli::Change,
}

/// Tells them, one after the other.
///
/// # Errors
/// Exit code 2 where there is no such template, or it is wrong.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let language = options.language.unwrap_or(cx.config.language);
    let variables = context::process(Facts::VARIABLES);
    let facts = Facts::read(|name| variables.get(name).cloned(), now(cx.now));
    let mut text = text(cx, options, language, &facts)?;
    if let Some(subject) = &options.subject {
        text.subject.clone_from(subject);
    }
    let post = Post::new(cx, options, &facts, &text)?;
    let mut notices = Vec::new();
    for target in &options.to {
        let id = post.id(target);
        let notice = Notice { target: target.clone(), id, at: now(machine::now()), tries: 0, trouble: None };
        notices.push(if options.change.dry_run { notice } else { post.tell(notice).await });
    }
    let told = Told { language, text: &text, required: options.required };
    let mut report = if options.change.dry_run { planned(&notices, &text) } else { report(&notices, told) };
    let document = Notify::new(report.exit.verdict().word(), &options.template, &text, &notices);
    // The journal keeps what a step's outputs say.
    report = report.output("notices", serde_json::to_string(&document.notices)?);
    report = report.output("subject", text.subject.clone());
    report.document = document.value();
    Ok(Outcome::report(report))
}

fn now(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn text(cx: &Context, options: &Options, language: Language, facts: &Facts) -> Result<Text> {
    if let Some(text) = built_in(&options.template, language, facts)? {
        return Ok(text);
    }
    let bytes = files::read(&cx.directory.join(&options.template))?.ok_or_else(|| {
        let message = format!("there is neither a template nor a file {}", options.template);
        Failure::usage("notify/template", message)
            .help(format!("templates: {}", names().collect::<Vec<_>>().join(", ")))
    })?;
    let wrong =
        |_| Failure::usage("notify/template", format!("{} is not UTF-8", options.template)).help("write it as UTF-8");
    own(&options.template, &String::from_utf8(bytes).map_err(wrong)?, facts)
}

fn planned(notices: &[Notice], text: &Text) -> Report {
    let mut section = Section::new(Mark::Plain, "notify", text.subject.clone()).columns(["to"]);
    notices.iter().for_each(|notice| section.row(Mark::Plain, [notice.target.to_string()]));
    let body = Section::new(Mark::Plain, "text", text.body.clone());
    Report::new("notify", ExitCode::Done, "nobody was told", Body::Sections(vec![section, body]))
}

/// What is told, and by what means.
struct Post<'a> {
    options: &'a Options,
    facts: &'a Facts,
    text: &'a Text,
    addresses: BTreeMap<String, String>,
    authorities: Option<Vec<u8>>,
    mask: Mask,
}

impl<'a> Post<'a> {
    fn new(cx: &Context, options: &'a Options, facts: &'a Facts, text: &'a Text) -> Result<Self> {
        let places = options.to.iter().map(|target| target.place.as_str()).chain(["SMTP_URL", "SMTP_FROM"]);
        let addresses = context::variables(places);
        // All of an address is secret, and each long part of it alone.
        let parts = addresses.values().flat_map(|address| {
            let parts = address.split(['/', ':', '@', '?', '&', '=']).filter(|part| part.len() > 7);
            parts.chain([address.as_str()]).map(str::to_owned).collect::<Vec<_>>()
        });
        let mask = secrecy::mask(parts.filter(|part| Some(part) != addresses.get("SMTP_FROM")));
        let authorities = match &options.ca {
            Some(file) => Some(files::read(&cx.directory.join(file))?.ok_or_else(|| {
                let message = format!("--ca: there is no file {}", file.display());
                Failure::usage("usage/no-file", message).help("name a file of certificates, PEM")
            })?),
            None => None,
        };
        Ok(Self { options, facts, text, mask, authorities, addresses })
    }

    /// The same for the same run, template and target; without a run each is another one.
    fn id(&self, target: &Target) -> String {
        let run = if self.facts.run.is_empty() { machine::nonce() } else { self.facts.run.clone() };
        let name = Path::new(&self.options.template).file_name().unwrap_or_default().to_string_lossy();
        let digest = sha256(format!("{run}\n{name}\n{target}\n{}", self.text.subject).as_bytes());
        format!("{}@zarpe", digest.get(..32).unwrap_or(&digest))
    }

    async fn tell(&self, mut notice: Notice) -> Notice {
        loop {
            notice.tries += 1;
            let trouble = self.once(&notice).await.err();
            notice.trouble = trouble.map(|trouble| Trouble { why: self.mask.text(&trouble.why), ..trouble });
            notice.at = now(machine::now());
            let is_final = notice.trouble.as_ref().is_none_or(|trouble| trouble.is_refused);
            if is_final || notice.tries > self.options.retry {
                return notice;
            }
            clock::pause(self.options.delay).await;
        }
    }

    async fn once(&self, notice: &Notice) -> Result<(), Trouble> {
        let Target { channel, place } = &notice.target;
        if *channel == Channel::Mail {
            return self.mail(notice, place).await;
        }
        let address = self.addresses.get(place).ok_or_else(|| unset(place))?;
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| refused(format!("{place} holds no address that begins with https://")))?;
        let body = payload(*channel, self.text, self.facts, &self.options.template).to_string();
        let question = Question {
            method: "POST".to_owned(),
            url,
            headers: vec![("idempotency-key".to_owned(), notice.id.clone())],
            body: Some(("application/json".to_owned(), body.into_bytes())),
            redirects: 0,
            authorities: self.authorities.clone(),
            time: self.options.timeout,
        };
        match ask(&question).await.map_err(failed)? {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) => {
                let said: String = self.mask.text(&String::from_utf8_lossy(&answer.body)).chars().take(200).collect();
                let why = format!("it answers {}: {}", answer.status, said.trim());
                // Too much at once, or a fault over there, may pass.
                let may_pass = answer.status == 429 || answer.status >= 500;
                Err(Trouble { why: why.trim_end_matches([':', ' ']).to_owned(), is_refused: !may_pass })
            }
            Err((_, why)) => Err(Trouble { why, is_refused: false }),
        }
    }

    async fn mail(&self, notice: &Notice, to: &str) -> Result<(), Trouble> {
        let address = self.addresses.get("SMTP_URL").ok_or_else(|| unset("SMTP_URL"))?;
        let server = Server::read(address, self.authorities.as_deref()).map_err(failed)?;
        let from = self.options.from.as_deref().or(self.addresses.get("SMTP_FROM").map(String::as_str));
        let from =
            from.or(server.user()).ok_or_else(|| refused("nobody is said to send it: set SMTP_FROM".to_owned()))?;
        let mail = Mail {
            from: from.to_owned(),
            to: to.to_owned(),
            subject: self.text.subject.clone(),
            body: self.text.body.clone() + "\n",
            id: notice.id.clone(),
        };
        server.send(&mail, self.options.timeout).await
    }
}

fn refused(why: String) -> Trouble {
    Trouble { why, is_refused: true }
}

fn unset(name: &str) -> Trouble {
    refused(format!("the variable {name} is not set"))
}

fn failed(error: anyhow::Error) -> Trouble {
    refused(Failure::from_error(&error).finding.message)
}
