//! `zarpe logs`: do the logs show abnormal errors since the cut-over?

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::misuse::{self, Misuse};
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::state::TakenOver;
use crate::duration;
use crate::io::clock::{self, Stopwatch};
use crate::io::files;
use crate::io::lines::{self, Piece};
use crate::io::process::Invocation;
use crate::io::progress::Progress;
use crate::logs::silence;
use crate::logs::{Fields, Form, Inconclusive, LeftOut, Level, Policy, Tally, Told, Windows, judge, report};
use crate::output::json::{self, Document as _};
use crate::report::Failure;

/// Do the logs show abnormal 4xx and 5xx since the cut-over?
///
/// The rates of errors before and after are compared by the exact conditional binomial test, on all routes and on the
/// busiest. What one client repeats on one route within a minute is one error. A log that is too small to show a rise is
/// inconclusive, which is no yes. In a run of a deployment plan the cut-over is where the job that deploys ended, what was asked
/// while it worked belongs to neither side, and it is waited for the end of the time that is judged.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Log files, as they are or made by gzip; `-` is standard input.
    #[arg(value_name = "FILE", required_unless_present = "run")]
    file: Vec<PathBuf>,
    /// A command that prints the log; it is run when the time that is judged is over. A pipe fails where any of its commands does.
    #[arg(long, value_name = "CMD")]
    run: Option<String>,
    /// How long reading the files and the command may take, all together.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "5m")]
    timeout: Duration,
    /// How the lines are written.
    #[arg(long, value_enum, default_value_t = LogFormat::Combined)]
    log_format: LogFormat,
    /// Where a line of JSON has what, as status=httpRequest.status; the fields are time, status, route, client and agent.
    #[arg(long, value_name = "FIELD=NAME")]
    fields: Vec<String>,
    /// The zone of times that name none, as America/Mexico_City; default: UTC. Those of the combined format name theirs.
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// When the new version took over, ISO 8601 with offset; default: as the run's journal says, else as long ago as --after.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    cut_over: Option<Timestamp>,
    /// The run whose journal says when the new version took over; default: the one that this is a step of.
    #[arg(long, value_name = "RUN", conflicts_with = "cut_over")]
    deployment: Option<String>,
    /// How long before the cut-over is compared with.
    #[arg(long, value_name = "DURATION", value_parser = duration::stretch, default_value = "1h")]
    baseline: Duration,
    /// How long after the cut-over is judged.
    #[arg(long, value_name = "DURATION", value_parser = duration::stretch, default_value = "10m")]
    after: Duration,
    /// How long to wait for the end of the time that is judged; default: in a run as long as --after, else not at all.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    wait: Option<Duration>,
    /// When the site was in maintenance, which belongs to neither: START/END, ISO 8601; may be given again.
    #[arg(long, value_name = "START/END")]
    maintenance: Vec<String>,
    /// Judge the busiest routes one by one as well, or the classes of errors alone.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [By::Class, By::Route])]
    by: Vec<By>,
    /// How much a rate of errors may rise.
    #[arg(long, value_name = "TIMES", default_value_t = 2.0)]
    max_ratio: f64,
    /// Fewer requests than this, before or after, show nothing.
    #[arg(long, value_name = "N", default_value_t = 100)]
    min_requests: u64,
    /// Paths without their query that are not counted, as regular expressions: '^/wp-'; may be given again.
    #[arg(long, value_name = "REGEX")]
    ignore: Vec<String>,
    /// Our own traffic, by client or agent, as a regular expression; what zarpe itself asked is always left out.
    #[arg(long, value_name = "REGEX")]
    own: Vec<String>,
    /// What an inconclusive log is.
    #[arg(long, value_enum, default_value_t = Inconclusive::Fail)]
    inconclusive: Inconclusive,
}

impl Options {
    /// What is wrong with them.
    pub(super) fn misuses(&self) -> Vec<Misuse> {
        [
            misuse::of(&["fields", "timezone", "log-format"], form(self)),
            misuse::of(&["ignore", "own"], left_out(self)),
            misuse::of(&["max-ratio"], level(self)),
            misuse::of(&["file"], each_once(&self.file)),
            misuse::of(&["maintenance"], self.maintenance.iter().try_for_each(|text| window(text).map(drop))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// How the lines of a log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum LogFormat {
    /// The common and the combined format of Apache and nginx.
    Combined,
    /// An object of JSON a line, also as CloudWatch and Google Cloud Logging export it.
    Json,
}

/// What is judged apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// 4xx and 5xx.
    Class,
    /// The busiest routes.
    Route,
}

/// How many routes are judged one by one.
const ROUTES: usize = 20;

/// How often it is said how long is still waited.
const TICK: Duration = Duration::from_secs(1);

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where an option or a file is wrong, 3 where a file cannot be read, the command fails, or the time to be judged is
/// not over.
pub(super) async fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    misuse::refuse(options.misuses())?;
    let (form, left_out, level) = (form(options)?, left_out(options)?, level(options)?);
    let (cut_over, others) = cut_over(cx, options)?;
    let mut tally = Tally::new(form, windows(cut_over, &others, options)?, left_out);
    until_over(cx, options, cut_over.to).await?;
    let watch = Stopwatch::start();
    let left = || options.timeout.saturating_sub(watch.elapsed());
    for file in &options.file {
        let file = if file.as_os_str() == "-" { file.clone() } else { cx.directory.join(file) };
        lines::of_file(&file, left(), &mut |line, piece| match piece {
            Piece::Line => tally.add(line),
            Piece::More => tally.more(line),
        })?;
    }
    if let Some(command) = &options.run {
        let command = Invocation::shell(&cx.directory, command);
        lines::of_command(&command, left(), &mut |line, piece| match piece {
            Piece::Line => tally.add(line),
            Piece::More => tally.more(line),
        })
        .await?;
    }
    let routes = if options.by.contains(&By::Route) { ROUTES } else { 0 };
    let policy = Policy { level, least_requests: options.min_requests, routes };
    let judgement = judge(&tally, &policy);
    let told = Told {
        cut_over: &cut_over.to.to_string(),
        level: policy.level,
        least_requests: policy.least_requests,
        inconclusive: options.inconclusive,
        language: cx.config.language,
    };
    let mut report = report(&judgement, &tally, &told);
    report.document = json::logs::Logs::new(&judgement, &tally, cut_over.to).value();
    Ok(Outcome::report(report))
}

/// The run whose journal is asked, where no time is named.
fn deployment<'o>(cx: &'o Context, options: &'o Options) -> Option<&'o str> {
    let own = cx.environment.get("ZARPE_RUN").filter(|_| options.cut_over.is_none());
    options.deployment.as_deref().or(own)
}

/// The cut-over: as it is named, as the journal says, or as long ago as is judged. The journals also say when others took place.
fn cut_over(cx: &Context, options: &Options) -> Result<(TakenOver, Vec<TakenOver>)> {
    let at = |time| (TakenOver { from: time, to: time }, Vec::new());
    match (options.cut_over, deployment(cx, options)) {
        (Some(cut_over), _) => Ok(at(cut_over)),
        (None, Some(run)) => super::deploy::taken_over(cx, run),
        (None, None) => Ok(at(cx.now.checked_sub(SignedDuration::try_from(options.after)?)?)),
    }
}

/// Waits until the time after the cut-over is over, as long as that may take: before, there is nothing to judge.
async fn until_over(cx: &Context, options: &Options, cut_over: Timestamp) -> Result<()> {
    let over = cut_over.checked_add(SignedDuration::try_from(options.after)?)?;
    let left = Duration::try_from(over.duration_since(cx.now)).unwrap_or_default();
    let in_run = if deployment(cx, options).is_some() { options.after } else { Duration::ZERO };
    if left > options.wait.unwrap_or(in_run) {
        let message = format!("the {} after the cut-over are over at {over}", duration::shown(options.after));
        return Err(Failure::cannot_tell("logs/too-early", message)
            .help(format!(
                "ask again then, wait for it with --wait {}, or judge less: --after 5m",
                duration::shown(left)
            ))
            .into());
    }
    let (watch, mut progress) = (Stopwatch::start(), Progress::new(cx));
    loop {
        let rest = left.saturating_sub(watch.elapsed());
        if rest.is_zero() {
            return Ok(());
        }
        progress.say(&format!("waiting for traffic until {over}"), &duration::shown(rest));
        clock::pause(rest.min(TICK)).await;
    }
}

fn windows(cut_over: TakenOver, others: &[TakenOver], options: &Options) -> Result<Windows> {
    // A log tells no part of a second: the one in which the maintenance ended belongs to neither side.
    let to = cut_over.to.as_second() + i64::from(cut_over.to.subsec_nanosecond() > 0);
    let from = cut_over.from.as_second();
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let mut maintenance = options.maintenance.iter().map(|text| window(text)).collect::<Result<Vec<_>>>()?;
    maintenance.extend(others.iter().map(|other| other.from.as_second()..other.to.as_second() + 1));
    Ok(Windows {
        before: from.saturating_sub(seconds(options.baseline))..from,
        after: to..to.saturating_add(seconds(options.after)),
        maintenance: silence::merged(maintenance),
    })
}

/// A moment as people write it.
fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("`{text}` is no time with its offset: write it as 2026-03-01T22:00:00-06:00"))
}

/// Each file once: its requests would count twice.
fn each_once(files: &[PathBuf]) -> Result<()> {
    let is_file = |one: &PathBuf, other: &PathBuf| one == other || files::same(one, other);
    let twice = files.iter().enumerate().find(|(at, file)| files.iter().take(*at).any(|before| is_file(before, file)));
    let Some((_, file)) = twice else { return Ok(()) };
    let message = format!("{} is named twice, and its requests would count twice", file.display());
    Err(Failure::usage("usage/file-twice", message).help("name each file once").into())
}

fn window(text: &str) -> Result<std::ops::Range<i64>> {
    let times = text.split_once('/').and_then(|(start, end)| {
        Some((start.parse::<Timestamp>().ok()?.as_second(), end.parse::<Timestamp>().ok()?.as_second()))
    });
    times.filter(|(start, end)| start <= end).map(|(start, end)| start..end).ok_or_else(|| {
        Failure::usage("usage/maintenance", format!("`{text}` is no time from START to END"))
            .help("write it as 2026-03-01T22:00:00-06:00/2026-03-01T22:20:00-06:00")
            .into()
    })
}

fn form(options: &Options) -> Result<Form> {
    if options.log_format == LogFormat::Combined {
        let json = |option: String, what: &str| {
            Err(Failure::usage("usage/field", format!("{option} says nothing of the combined format"))
                .help(format!("{what}; with --log-format json it says where each field is"))
                .into())
        };
        return match (options.fields.first(), &options.timezone) {
            (Some(field), _) => json(format!("--fields {field}"), "its fields have their places"),
            (None, Some(zone)) => json(format!("--timezone {zone}"), "its times name their zone"),
            (None, None) => Ok(Form::Combined),
        };
    }
    let zone = options.timezone.as_deref().unwrap_or("UTC");
    let zone = TimeZone::get(zone).map_err(|_| {
        Failure::usage("usage/timezone", format!("there is no zone {zone}"))
            .help("write it as the IANA time zone database does, as America/Mexico_City")
    })?;
    let mut fields = Fields::in_zone(zone);
    for field in &options.fields {
        let set = field.split_once('=').ok_or_else(|| format!("`{field}` is not FIELD=NAME"));
        set.and_then(|(field, name)| fields.set(field, name))
            .map_err(|why| Failure::usage("usage/field", why).help("write it as status=httpRequest.status"))?;
    }
    Ok(Form::Json(fields))
}

fn level(options: &Options) -> Result<Level> {
    if !(options.max_ratio.is_finite() && options.max_ratio >= 1.0) {
        return Err(Failure::usage("usage/max-ratio", format!("--max-ratio {} is less than 1", options.max_ratio))
            .help("2 lets a rate of errors double")
            .into());
    }
    Ok(Level { ratio: options.max_ratio, ..Level::DEFAULT })
}

fn left_out(options: &Options) -> Result<LeftOut> {
    let set = |option: &str, patterns: &[String]| -> Result<regex::RegexSet> {
        regex::RegexSetBuilder::new(patterns).size_limit(1 << 20).build().map_err(|error| {
            Failure::usage("usage/regex", format!("{option} is no regular expression: {error}"))
                .help("write it as the crate regex reads it, as '^/wp-'")
                .into()
        })
    };
    Ok(LeftOut { targets: set("--ignore", &options.ignore)?, own: set("--own", &options.own)? })
}
