//! `zarpe gate`: is a number within its limits?

use std::cmp::Ordering;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::heard::{Unheard, heard};
use super::misuse::{self, Misuse};
use super::secrecy;
use crate::commands::Outcome;
use crate::context::Context;
use crate::duration;
use crate::io::files::FOLDER;
use crate::io::process::End;
use crate::io::timed::TIMED_OUT;
use crate::io::{download, files};
use crate::output::json::{self, Document as _};
use crate::report::Failure;
use crate::steps::gate::{Doubt, Hindrance, Increase, Limits, Reading, Told, WarnAt, judge, pattern, read, report};
use crate::steps::number::Number;
use crate::steps::path::Path;

/// Is a number within its limits?
///
/// The number is what a command prints, an address answers, or a file holds; --path or --pattern say where in it. What is no
/// number, or more than one, is no answer: exit code 3. A limit is allowed itself.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["value", "url", "file"]))]
#[command(group = clap::ArgGroup::new("limit").required(true).multiple(true).args(["min", "max", "increase_from"]))]
pub struct Options {
    /// The command that prints it; a pipe fails where any of its commands does.
    #[arg(long, value_name = "CMD")]
    value: Option<String>,
    /// The address that answers with it.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The file that holds it.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Where it is in JSON (RFC 9535), as $.count.
    #[arg(long, value_name = "JSONPATH", conflicts_with = "pattern")]
    path: Option<Path>,
    /// Where it is in any text: a regular expression with one group, as 'used: (\S+)'.
    #[arg(long, value_name = "REGEX", value_parser = pattern)]
    pattern: Option<regex::Regex>,
    /// No less than this.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    min: Option<Number>,
    /// No more than this.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    max: Option<Number>,
    /// Warn from here on: a number, or a share of --max as 80%.
    #[arg(long, value_name = "N|P%", allow_hyphen_values = true)]
    warn_at: Option<WarnAt>,
    /// What the counter was before: it must have moved.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    increase_from: Option<Number>,
    /// By how much at least, for others may count as well.
    #[arg(long, value_name = "N", requires = "increase_from", value_parser = step, default_value = "1")]
    by: Number,
    /// How long the command, the address or the file may take.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "1m")]
    timeout: Duration,
}

impl Options {
    /// What is wrong with them.
    pub(super) fn misuses(&self) -> Vec<Misuse> {
        [
            misuse::of(&["warn-at", "max"], share(self)),
            misuse::of(&["min", "max"], limits(self)),
            misuse::of(&["url"], address(self)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn share(options: &Options) -> Result<()> {
    if matches!(options.warn_at, Some(WarnAt::Percent(_))) && options.max.is_none() {
        return Err(Failure::usage("usage/warn-at", "--warn-at is a share of --max, and there is none")
            .help("add --max, or give --warn-at a number")
            .into());
    }
    if let (Some(warn_at), Some(max)) = (&options.warn_at, &options.max)
        && warn_at.is_beyond(max)
    {
        let message = format!("--warn-at never warns: what is more than {max} is refused");
        return Err(Failure::usage("usage/warn-at", message).help("give it less than --max").into());
    }
    Ok(())
}

fn limits(options: &Options) -> Result<()> {
    if let (Some(min), Some(max)) = (&options.min, &options.max)
        && min.compare(max) == Ordering::Greater
    {
        return Err(Failure::usage("usage/limits", format!("no number is at least {min} and at most {max}"))
            .help("see --min and --max")
            .into());
    }
    Ok(())
}

fn address(options: &Options) -> Result<()> {
    if options.url.as_ref().is_some_and(|url| !download::is_address(url)) {
        return Err(Failure::usage("usage/url", "--url is no address")
            .help("give one that begins with https:// or http:// and names a host")
            .into());
    }
    Ok(())
}

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where the options do not go together.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    misuse::refuse(options.misuses())?;
    let limits = Limits {
        min: options.min.clone(),
        max: options.max.clone(),
        warn_at: options.warn_at.clone(),
        increase: options.increase_from.clone().map(|from| Increase { from, by: options.by.clone() }),
    };
    let reading = match (&options.path, &options.pattern) {
        (Some(path), _) => Reading::Path(path.clone()),
        (None, Some(pattern)) => Reading::Pattern(pattern.clone()),
        (None, None) => Reading::Whole,
    };
    let (source, text) = text(cx, options).await?;
    let mask = secrecy::mask([]);
    let unheard = |(why, hindrance): (String, Hindrance)| Doubt::Unheard(mask.text(&why), hindrance);
    let number = text.map_err(unheard).and_then(|text| read(&text, &reading));
    let judged = number.as_ref().map(|number| (number, judge(number, &limits)));
    let told = Told { language: cx.config.language, source };
    let value = judged.as_ref().map(|(number, judgement)| (*number, judgement)).map_err(|doubt| *doubt);
    let mut report = report(value, &limits, told);
    report.document = json::gate::Gate::new(source, report.exit.verdict().word(), value.ok(), &limits).value();
    Ok(Outcome::report(report))
}

/// How far a counter must move: a step forwards, or it need not move at all.
fn step(text: &str) -> Result<Number, String> {
    let wrong = || format!("`{text}` is no step forwards: write it as 1 or 0.5");
    text.parse::<Number>().and_then(|by| Some(by).filter(|by| by.value() > 0.0).ok_or_else(wrong))
}

/// What a source gives, or why it gives nothing.
type Given = Result<String, (String, Hindrance)>;

/// The kind of the source, and what it gives.
async fn text(cx: &Context, options: &Options) -> Result<(&'static str, Given)> {
    let utf8 = |bytes: Vec<u8>| {
        String::from_utf8(bytes).map_err(|_| ("what is there is not UTF-8".to_owned(), Hindrance::Other))
    };
    if let Some(command) = &options.value {
        let text = heard(&cx.directory, command, options.timeout).await?;
        return Ok(("command", text.map_err(|Unheard { why, end }| (why, of_end(end)))));
    }
    if let Some(address) = &options.url {
        return Ok(match download::get_within(address, options.timeout).await {
            Ok((_, bytes)) => ("url", utf8(bytes)),
            Err(error) if Failure::from_error(&error).exit == crate::report::ExitCode::Usage => return Err(error),
            Err(error) => ("url", Err((Failure::from_error(&error).finding.message, Hindrance::Address))),
        });
    }
    let file = options.file.clone().unwrap_or_default();
    let text = match files::read_within(&cx.directory.join(&file), options.timeout) {
        Ok(Some(bytes)) => utf8(bytes),
        Ok(None) => Err((format!("there is no file {}", file.display()), Hindrance::NoFile)),
        Err(error) => Err(of_file(Failure::from_error(&error))),
    };
    Ok(("file", text))
}

/// What a command's end tells of what stood in the way: 126 and 127 are a shell's own (POSIX, 2.8.2).
fn of_end(end: End) -> Hindrance {
    match end {
        End::TimedOut => Hindrance::Late,
        End::Status(126) => Hindrance::NotRunnable,
        End::Status(127) => Hindrance::NoProgram,
        End::Status(0) => Hindrance::Other,
        End::Status(_) | End::Signal(_) => Hindrance::Failed,
    }
}

fn of_file(failure: Failure) -> (String, Hindrance) {
    let hindrance = match failure.finding.rule.as_str() {
        TIMED_OUT => Hindrance::Late,
        FOLDER => Hindrance::Folder,
        _ => Hindrance::Other,
    };
    (failure.finding.message, hindrance)
}
