//! `zarpe logs`: do the logs show abnormal errors since the cut-over?

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::commands::Outcome;
use crate::context::Context;
use crate::duration;
use crate::io::lines;
use crate::logs::{Fields, Form, LeftOut, Level, Policy, Tally, Told, Windows, judge, report};
use crate::output::json::{self, Document as _};
use crate::report::Failure;

/// Do the logs show abnormal 4xx and 5xx since the cut-over?
///
/// The rates of errors before and after are compared by the exact conditional binomial test, on all routes and on the
/// busiest. What one client repeats on one route within a minute is one error. A log that is too small to show a rise is
/// inconclusive, which is no yes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Log files, as they are or made by gzip; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    file: Vec<PathBuf>,
    /// How the lines are written.
    #[arg(long, value_enum, default_value_t = LogFormat::Combined)]
    log_format: LogFormat,
    /// Where a line of JSON has what, as status=httpRequest.status; the fields are time, status, route, client and agent.
    #[arg(long = "field", value_name = "FIELD=NAME")]
    fields: Vec<String>,
    /// The zone of times that name none, as America/Mexico_City.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// When the new version took over, ISO 8601 with offset; default: as long ago as --after says.
    #[arg(long, value_name = "TIME")]
    cut_over: Option<Timestamp>,
    /// How long before the cut-over is compared with.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "1h")]
    baseline: Duration,
    /// How long after the cut-over is judged.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, default_value = "10m")]
    after: Duration,
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
    /// Paths that are not counted, as regular expressions: '^/wp-'; may be given again.
    #[arg(long, value_name = "REGEX")]
    ignore: Vec<String>,
    /// Our own traffic, by client or agent, as a regular expression; what zarpe itself asked is always left out.
    #[arg(long, value_name = "REGEX")]
    own: Vec<String>,
    /// What an inconclusive log is.
    #[arg(long, value_enum, default_value_t = Inconclusive::Fail)]
    inconclusive: Inconclusive,
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

/// What an inconclusive log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Inconclusive {
    /// Exit code 3.
    Fail,
    /// A warning, and exit code 0.
    Warn,
}

/// How many routes are judged one by one.
const ROUTES: usize = 20;

/// Gathers and judges; there is nothing to act on.
///
/// # Errors
/// Exit code 2 where an option or a file is wrong, 3 where a file cannot be read, or the time to be judged is not over.
pub(super) fn run(cx: &Context, options: &Options) -> Result<Outcome> {
    let cut_over = cut_over(cx, options)?;
    let mut tally = Tally::new(form(options)?, windows(cut_over, options)?, left_out(options)?);
    for file in &options.file {
        let file = if file.as_os_str() == "-" { file.clone() } else { cx.directory.join(file) };
        lines::of_file(&file, &mut |line| tally.add(line))?;
    }
    let routes = if options.by.contains(&By::Route) { ROUTES } else { 0 };
    let policy = Policy { level: level(options)?, least_requests: options.min_requests, routes };
    let judgement = judge(&tally, &policy);
    let told = Told {
        cut_over: &cut_over.to_string(),
        level: policy.level,
        least_requests: policy.least_requests,
        accepts_doubt: options.inconclusive == Inconclusive::Warn,
    };
    let mut report = report(&judgement, &tally, &told);
    report.document = json::logs::Logs::new(&judgement, &tally, cut_over).value();
    Ok(Outcome::report(report))
}

/// The cut-over; where the time after it is not over, there is nothing to judge yet.
fn cut_over(cx: &Context, options: &Options) -> Result<Timestamp> {
    let after = SignedDuration::try_from(options.after)?;
    let Some(cut_over) = options.cut_over else { return Ok(cx.now.checked_sub(after)?) };
    let over = cut_over.checked_add(after)?;
    if over > cx.now {
        let message = format!("the {} after the cut-over are over at {over}", duration::shown(options.after));
        return Err(Failure::cannot_tell("logs/too-early", message)
            .help("ask again then, or judge less: --after 5m")
            .into());
    }
    Ok(cut_over)
}

fn windows(cut_over: Timestamp, options: &Options) -> Result<Windows> {
    let cut_over = cut_over.as_second();
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    Ok(Windows {
        before: cut_over.saturating_sub(seconds(options.baseline))..cut_over,
        after: cut_over..cut_over.saturating_add(seconds(options.after)),
        maintenance: options.maintenance.iter().map(|text| window(text)).collect::<Result<_>>()?,
    })
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
        return match options.fields.first() {
            None => Ok(Form::Combined),
            Some(field) => {
                Err(Failure::usage("usage/field", format!("--field {field} says nothing of the combined format"))
                    .help("fields are those of --log-format json")
                    .into())
            }
        };
    }
    let zone = TimeZone::get(&options.timezone).map_err(|_| {
        Failure::usage("usage/timezone", format!("there is no zone {}", options.timezone))
            .help("write it as the IANA time zone database does, as America/Mexico_City")
    })?;
    let mut fields = Fields { zone, ..Fields::default() };
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
    let own: Vec<String> = options.own.iter().cloned().chain(["^zarpe/".to_owned()]).collect();
    Ok(LeftOut { targets: set("--ignore", &options.ignore)?, own: set("--own", &own)? })
}
