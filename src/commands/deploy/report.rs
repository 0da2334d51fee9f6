//! `zarpe report`, also `zarpe deploy report`: what a run did, for people and for the archive.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use jiff::tz::TimeZone;

use super::attended::Holders;
use super::ground::{Ground, StateOptions, mask};
use super::past::Past;
use crate::cli::Change;
use crate::commands::Outcome;
use crate::commands::misuse::{self, Misuse};
use crate::config::Language;
use crate::context::Context;
use crate::deploy::account::{Manner, Source, Template, account, markdown, page, summary};
use crate::duration;
use crate::effect::{Effect, EnsureAssets, EnsureIssue, EnsureRemarks, WriteFile};
use crate::io::{files, remarks, terminal};
use crate::output::json::deploy_report::DeployReport;
use crate::output::json::{self, Document as _};
use crate::report::{Body, ExitCode, Failure, Finding, Level, Pages, Report};

/// How far GitHub's clock and this machine's may be apart.
const SKEW: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// The longest text that GitHub takes for an issue is 65,536 characters.
const ISSUE: usize = 60_000;

/// What did a run of a deployment plan do: when, by whom, and with which evidence?
///
/// It is told from the run's journal, as it is then. `--format markdown` and `--format html` print the document; --out and --archive
/// keep it. In a plan it is `uses: zarpe/report`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The run; default: the one that this is a step of, else the newest.
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// What it is for: the archive, or finding out what went wrong.
    #[arg(long, value_enum, default_value_t)]
    template: Template,
    /// The files that --out and --archive make.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Form::Md, Form::Html, Form::Json])]
    formats: Vec<Form>,
    /// Write them into this folder, as deploy-report-LOCK-RUN.html.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What went wrong beside what the journal knows: a file with one a line, or `prompt` to be asked.
    #[arg(long, value_name = "FILE|prompt")]
    incidents: Option<String>,
    /// What should be done otherwise next time: a file with one a line, or `prompt` to be asked.
    #[arg(long, value_name = "FILE|prompt")]
    recommendations: Option<String>,
    /// Keep the files with the release of the version that was deployed; an earlier report of the run is replaced.
    #[arg(long, value_enum)]
    archive: Option<Archive>,
    /// Open an issue with it, once for a run.
    #[arg(long)]
    issue: bool,
    /// How long each look at the remote, and each file that is read, may take.
    #[arg(long, value_name = "DURATION", value_parser = duration::limit, default_value = "2m")]
    timeout: Duration,
    #[command(flatten)]
    state: StateOptions,
    #[command(flatten)]
    change: Change,
}

/// A form that the report is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// Markdown.
    Md,
    /// One HTML file.
    Html,
    /// The JSON document.
    Json,
}

/// Where the report is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Archive {
    /// With the release on GitHub.
    ReleaseAsset,
}

/// Gathers, and says what shall be kept where.
///
/// # Errors
/// Exit code 2 where there is no such run or file, or it has no version to be archived with; 3 where its journal is not believed.
pub(crate) async fn run(cx: &Context, command: &'static str, options: &Options) -> Result<Outcome> {
    let ground = Ground::open(cx, &options.state)?;
    let run = which(cx, &ground, options).await?;
    let Past { journal, state, read } = Past::of(&ground, &run)?;
    let mask = mask(cx, &read.facts());
    let facts = read.facts().of_past(&run, &state);
    let language = cx.config.language;
    let view = crate::deploy::state::View { plan: &read.plan, facts: &facts };
    let works = ground.works_on(&run, &state, options.timeout, &mut Holders::new()).await;
    let mut account =
        account(&Source { run: &run, view, journal: &journal, mask: &mask, language, works, now: cx.now });
    let zone = read.plan.window.as_ref().map_or(TimeZone::UTC, |window| window.timezone.0.clone());
    let manner = Manner { language, template: options.template, zone: &zone };
    let folder = ground.store.run(&run);
    let (known, unread) = known(&ground, &folder, (&account.lock, &run), options.timeout).await?;
    let (mut effects, mut keeps) = (Vec::new(), Vec::new());
    let [incidents, recommendations] = known;
    for (kind, asked, known, notes) in [
        (remarks::KINDS[0], &options.incidents, incidents, &mut account.incidents),
        (remarks::KINDS[1], &options.recommendations, recommendations, &mut account.recommendations),
    ] {
        let told = told(cx, (asked.as_deref(), options.timeout), known, language, kind)?;
        let items: Vec<String> = told.items.iter().map(|item| mask.text(item)).collect();
        if told.keep {
            keeps.push(Effect::EnsureRemarks(EnsureRemarks {
                folder: files::absolute(&folder)?,
                run: run.clone(),
                environment: account.lock.clone(),
                kind,
                items: items.clone(),
                shared: ground.remote.is_some() && ground.repository.is_some(),
            }));
        }
        notes.open = told.open;
        notes.items.extend(items);
    }
    let pages = Pages { markdown: markdown(&account, &manner), html: page(&account, &manner) };
    let mut report = told_of(command, &account, &manner);
    report.document = account.value();
    report.findings.extend(unread);
    let named = format!("deploy-report-{}-{run}", account.lock);
    let keep = |folder: &Path| -> Vec<Effect> {
        let file = |form: &Form| {
            let (end, contents) = match form {
                Form::Md => ("md", pages.markdown.clone()),
                Form::Html => ("html", pages.html.clone()),
                Form::Json => ("json", json::text(&json::report(&report))),
            };
            WriteFile { path: folder.join(format!("{named}.{end}")), contents: contents.into_bytes() }
        };
        options.formats.iter().map(file).map(Effect::WriteFile).collect()
    };
    if let Some(out) = &options.out {
        effects.extend(keep(&files::absolute(&cx.directory.join(out))?));
    }
    if options.archive.is_some() {
        let Some(tag) = account.version.clone() else {
            return Err(Failure::usage("deploy/no-version", format!("run {run} has no version to be archived with"))
                .help("give the plan an input `version`, or keep the report with --out DIR")
                .into());
        };
        let made = folder.join("report");
        let written = keep(&made);
        let assets = written.iter().filter_map(|effect| match effect {
            Effect::WriteFile(file) => file.path.file_name().map(PathBuf::from),
            _ => None,
        });
        let attached = EnsureAssets { tag, folder: made, assets: assets.collect() };
        effects.extend(written);
        effects.push(Effect::EnsureAssets(attached));
    }
    if options.issue {
        effects.push(Effect::EnsureIssue(issue(&account, &pages, &report)));
    }
    effects.extend(keeps);
    report.pages = Some(pages);
    Ok(Outcome::act(report, effects, options.change.into()))
}

/// The run that is meant: the one that is named, the one that this is a step of, the newest.
async fn which(cx: &Context, ground: &Ground, options: &Options) -> Result<String> {
    if let Some(named) = options.run.as_deref().or_else(|| cx.environment.get("ZARPE_RUN")) {
        if ground.store.read(named)?.is_none() {
            ground.within(options.timeout, ground.bring(named)).await?;
        }
        return Ok(named.to_owned());
    }
    Ok(ground.store.runs()?.pop().ok_or_else(|| {
        Failure::usage("deploy/no-run", "there is no run here")
            .help("name one, and it is looked for on the remote as well")
    })?)
}

fn told_of(command: &'static str, account: &DeployReport, manner: &Manner<'_>) -> Report {
    let (title, parts) = summary(account, manner);
    let mut report = Report::new(command, ExitCode::Done, title, Body::Sections(parts));
    for (word, notes) in [("incidents", &account.incidents), ("recommendations", &account.recommendations)] {
        if notes.open {
            let message = match manner.language {
                Language::En => format!("the {word} stay open: there is no terminal to ask on"),
                Language::Es if word == "incidents" => {
                    "los incidentes quedan pendientes: no hay terminal en que preguntar".to_owned()
                }
                Language::Es => "las recomendaciones quedan pendientes: no hay terminal en que preguntar".to_owned(),
            };
            let help = format!("zarpe deploy report {} --{word} FILE, or --{word} prompt at a terminal", account.run);
            report.findings.push(Finding::new("deploy/open-notes", Level::Warning, message).help(help));
        }
    }
    report
}

/// What was written about a run before, by its kind: as it is on the remote, else as it is here; and why the former is not known.
async fn known(
    ground: &Ground,
    folder: &Path,
    (environment, run): (&str, &str),
    time: Duration,
) -> Result<([Option<Vec<String>>; 2], Option<Finding>)> {
    let mut unread = None;
    let there = match (&ground.remote, &ground.repository) {
        (Some(remote), Some(repository)) => {
            let asked = ground.within(time, remarks::get(remote, repository, environment, run)).await;
            asked.unwrap_or_else(|error| {
                let Finding { message: why, help, .. } = Failure::from_error(&error).finding;
                let message = format!("what was written at other machines is not known: {why}");
                unread = Some(Finding { help, ..Finding::new("deploy/incomplete", Level::Warning, message) });
                Vec::new()
            })
        }
        _ => Vec::new(),
    };
    let mut known = [None, None];
    for (known, kind) in known.iter_mut().zip(remarks::KINDS) {
        let here = files::read(&folder.join(format!("{kind}.txt")))?;
        // What could not be sent is newer than what is there.
        let is_unsent = files::read(&folder.join(format!("{kind}.unsent")))?.is_some();
        let there = there.iter().find(|(other, _)| *other == kind && !is_unsent).map(|(_, text)| text);
        *known = there.or(here.as_ref()).map(|text| lines(text));
    }
    Ok((known, unread))
}

/// Each line that says something, without the mark of a list.
fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let bare = |line: &str| line.trim().trim_start_matches(['-', '*']).trim().to_owned();
    text.lines().map(bare).filter(|line| !line.is_empty()).collect()
}

/// The longest text that people write down about a run: it stands in the report's page, and on the remote for good.
const LONGEST: usize = 32 * 1024;

/// What people write down, and whether it is new.
struct Told {
    items: Vec<String>,
    open: bool,
    keep: bool,
}

fn told(
    cx: &Context,
    (asked, time): (Option<&str>, Duration),
    known: Option<Vec<String>>,
    language: Language,
    kind: &str,
) -> Result<Told> {
    let before = |open| Told { items: known.clone().unwrap_or_default(), open, keep: false };
    let items = match asked {
        None => return Ok(before(false)),
        Some("prompt") if cx.interactive => {
            let question = match (language, kind) {
                (Language::En, "incidents") => "Incidents",
                (Language::En, _) => "Recommendations",
                (Language::Es, "incidents") => "Incidentes",
                (Language::Es, _) => "Recomendaciones",
            };
            terminal::sentences(question, known.clone().unwrap_or_default(), language)?
        }
        Some("prompt") => return Ok(before(known.is_none())),
        Some(file) => {
            let bytes = files::read_within(&cx.directory.join(file), time)?.ok_or_else(|| no_file(file, kind))?;
            if bytes.len() > LONGEST || std::str::from_utf8(&bytes).is_err() {
                let message = format!("{file} is no text of at most {} KB", LONGEST / 1024);
                let help = format!("write the {kind} down as sentences, one on each line");
                return Err(Failure::usage("deploy/no-text", message).help(help).into());
            }
            lines(&bytes)
        }
    };
    Ok(Told { items, open: false, keep: true })
}

impl Options {
    /// What is wrong with them: what people write down is neither asked nor in a file.
    pub(in crate::commands) fn misuses(&self, folder: &Path) -> Vec<Misuse> {
        let found = |asked: Option<&str>, word: &'static str| {
            let file = asked.filter(|file| *file != "prompt" && misuse::is_no_file(folder, file));
            misuse::of(&[word], file.map_or(Ok(()), |file| Err(no_file(file, word).into())))
        };
        let notes = [(self.incidents.as_deref(), "incidents"), (self.recommendations.as_deref(), "recommendations")];
        notes.into_iter().filter_map(|(asked, word)| found(asked, word)).collect()
    }
}

fn no_file(file: &str, word: &str) -> Failure {
    Failure::usage("usage/no-file", format!("there is no file {file}"))
        .help(format!("--{word} FILE, or --{word} prompt"))
}

/// The issue, which its mark finds again.
fn issue(account: &DeployReport, pages: &Pages, report: &Report) -> EnsureIssue {
    let mark = format!("<!-- zarpe: run {} of {} -->", account.run, account.lock);
    let text = &pages.markdown;
    let text = if text.len() <= ISSUE {
        text.clone()
    } else {
        let cut = text.get(..text.floor_char_boundary(ISSUE)).unwrap_or_default();
        format!("{}\n\n…\n", cut.rsplit_once('\n').map_or(cut, |(whole, _)| whole))
    };
    // GitHub's clock may be another one.
    let since = account.began.checked_sub(SKEW).unwrap_or(account.began);
    EnsureIssue { title: report.title.clone(), body: format!("{text}\n{mark}\n"), mark, since }
}
