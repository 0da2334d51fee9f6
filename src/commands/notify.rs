//! `zarpe notify`: people are told about a deployment.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::misuse::{self, Misuse};
use super::post::{Manner, Message, Post, addresses, now};
use crate::commands::Outcome;
use crate::config::Language;
use crate::context::{self, Context};
use crate::duration;
use crate::io::files;
use crate::output::json::Document as _;
use crate::output::json::notify::Notify;
use crate::report::{Body, ExitCode, Failure, Mark, Report, Section};
use crate::steps::notice::{Facts, Notice, Target, Text, Told, built_in, names, one_line, own, report};

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
    /// What is told: window, success, final, rollback, waiting, failed or maintenance (ventana, exito, …), or a file in minijinja
    /// (Jinja2), whose first line is its `Subject:`. Of a run that failed, `final` and `success` say that it did.
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
    #[arg(long, value_name = "DURATION", value_parser = duration::fine, default_value = "2s")]
    delay: Duration,
    /// How long each try may take, and each file that is read.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "30s")]
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
        text.subject = one_line(subject);
    }
    let manner = Manner { language, ..manner(cx, options)? };
    let name = Path::new(&options.template).file_name().unwrap_or_default().to_string_lossy();
    let message = Message { name: &name, template: &options.template, facts: &facts, text: &text };
    let post = Post::new(message, &manner, addresses(&options.to));
    let sent = context::process([Facts::SENT]).remove(Facts::SENT).unwrap_or_default();
    let mut notices = Vec::new();
    for target in &options.to {
        let notice = post.notice(target);
        // A step that is tried again tells only those that it has not told.
        let before = sent.split(',').any(|id| id == notice.id);
        let is_quiet = before || options.change.dry_run;
        notices.push(if is_quiet { Notice { before, ..notice } } else { post.tell(notice).await });
    }
    let told = Told { language, text: &text, required: options.required };
    let mut report = if options.change.dry_run { planned(&notices, &text, language) } else { report(&notices, told) };
    let document = Notify::new(report.exit.verdict().word(), &options.template, &text, &notices);
    // The journal keeps what a step's outputs say.
    report = report.output("notices", serde_json::to_string(&document.notices)?);
    report = report.output("subject", text.subject.clone());
    report.document = document.value();
    Ok(Outcome::report(report))
}

impl Options {
    /// What is wrong with them: a template that is neither built in nor a file.
    pub(super) fn misuses(&self, folder: &Path) -> Vec<Misuse> {
        let is_none = !names().any(|name| name == self.template) && misuse::is_no_file(folder, &self.template);
        let found = if is_none { Err(no_template(&self.template).into()) } else { Ok(()) };
        misuse::of(&["template"], found).into_iter().collect()
    }
}

fn no_template(name: &str) -> Failure {
    Failure::usage("notify/template", format!("there is neither a template nor a file {name}"))
        .help(format!("templates: {}", names().collect::<Vec<_>>().join(", ")))
}

fn manner(cx: &Context, options: &Options) -> Result<Manner> {
    let authorities = match &options.ca {
        Some(file) => Some(files::read_within(&cx.directory.join(file), options.timeout)?.ok_or_else(|| {
            let message = format!("--ca: there is no file {}", file.display());
            Failure::usage("usage/no-file", message).help("name a file of certificates, PEM")
        })?),
        None => None,
    };
    let Options { from, retry, delay, timeout, .. } = options;
    Ok(Manner { from: from.clone(), retry: *retry, delay: *delay, timeout: *timeout, authorities, ..Manner::default() })
}

fn text(cx: &Context, options: &Options, language: Language, facts: &Facts) -> Result<Text> {
    if let Some(text) = built_in(&options.template, language, facts)? {
        return Ok(text);
    }
    let bytes = files::read_within(&cx.directory.join(&options.template), options.timeout)?;
    let bytes = bytes.ok_or_else(|| no_template(&options.template))?;
    let wrong =
        |_| Failure::usage("notify/template", format!("{} is not UTF-8", options.template)).help("write it as UTF-8");
    own(&options.template, &String::from_utf8(bytes).map_err(wrong)?, facts)
}

fn planned(notices: &[Notice], text: &Text, language: Language) -> Report {
    let mut section = Section::new(Mark::Plain, "notify", text.subject.clone()).columns(["to"]);
    notices.iter().for_each(|notice| section.row(Mark::Plain, [notice.target.to_string()]));
    let body = Section::new(Mark::Plain, "text", text.body.clone());
    let title = match language {
        Language::En => "nobody was told",
        Language::Es => "no se avisó a nadie",
    };
    let mut report = Report::new("notify", ExitCode::Done, title, Body::Sections(vec![section, body]));
    report.standing = Some(Mark::Plain);
    report
}
