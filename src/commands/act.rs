//! What happens to a command's effects: the plan is shown, a person is asked, or they are carried out.

use anyhow::Result;
use serde_json::json;

use super::{Consent, Outcome};
use crate::context::Context;
use crate::effect::{Applied, Effect};
use crate::io;
use crate::language::said;
use crate::report::{Body, ExitCode, Failure, Finding, Level, Mark, Report, Section};

/// Carries the effects out where the report says yes, or where they record what it says, and the command line consents; else shows them.
///
/// # Errors
/// When the terminal cannot be asked.
pub(super) async fn act(cx: &Context, outcome: Outcome) -> Result<Report> {
    let Outcome { report, effects, consent, records } = outcome;
    if effects.is_empty() || report.exit != ExitCode::Done && !records {
        return Ok(report);
    }
    match consent {
        Consent::Given => Ok(carry_out(cx, report, &effects).await),
        Consent::DryRun => Ok(plan(cx, report, &planned(cx, &effects).await)),
        Consent::Ask if cx.interactive => {
            let planned = planned(cx, &effects).await;
            let lines: Vec<String> = planned.iter().map(|planned| planned.line(cx)).collect();
            if io::terminal::confirm(&report.title, &lines, cx.config.language).await? {
                Ok(carry_out(cx, report, &effects).await)
            } else {
                Ok(unconfirmed(plan(cx, report, &planned), "the plan was not confirmed"))
            }
        }
        Consent::Ask => {
            let plan = plan(cx, report, &planned(cx, &effects).await);
            Ok(unconfirmed(plan, "the plan needs a yes, and there is no terminal to ask on"))
        }
    }
}

async fn carry_out(cx: &Context, mut report: Report, effects: &[Effect]) -> Report {
    let mut done = Vec::new();
    for effect in effects {
        match io::apply::apply(cx, effect).await {
            Ok(applied) => done.push(applied),
            Err(error) => {
                report = stopped(report, Failure::from_error(&error), done.len(), effects.len());
                break;
            }
        }
    }
    let mark = if done.len() == effects.len() { Mark::Good } else { Mark::from(report.exit.verdict()) };
    let say = |text: &str| said(cx.config.language, text).into_owned();
    let mut section = Section::new(mark, say("done"), say(&summary(&done))).columns(["what", "how"]);
    for Applied { what, changed } in &done {
        section.row(Mark::Good, [say(what), say(if *changed { "made now" } else { "already right" })]);
    }
    for effect in effects.iter().skip(done.len()) {
        section.row(Mark::Bad, [say(&effect.describe()), say("not done")]);
    }
    let actions = done
        .iter()
        .map(|applied| (applied.what.clone(), if applied.changed { "made" } else { "already-right" }))
        .chain(effects.iter().skip(done.len()).map(|effect| (effect.describe(), "not-done")));
    with_actions(report, section, actions)
}

fn summary(done: &[Applied]) -> String {
    let made = done.iter().filter(|applied| applied.changed).count();
    match (made, done.len() - made) {
        (0, 0) => "nothing".to_owned(),
        (made, 0) => format!("{made} made now"),
        (0, right) => format!("{right} already right"),
        (made, right) => format!("{made} made now, {right} already right"),
    }
}

/// An effect failed: those before it stay, and running again goes on from there.
fn stopped(mut report: Report, failure: Failure, done: usize, all: usize) -> Report {
    // A no stays one where it could not be recorded.
    if report.exit == ExitCode::Done {
        report.exit = failure.exit;
        report.title = format!("stopped after {done} of {all} steps");
    }
    let mut finding = failure.finding;
    finding.help.get_or_insert_with(|| "run it again when this is put right: what is done stays as it is".to_owned());
    report.findings.insert(0, finding);
    report
}

/// What would be done, or is so already.
struct Planned {
    what: String,
    state: &'static str,
}

impl Planned {
    fn line(&self, cx: &Context) -> String {
        said(cx.config.language, &self.what).into_owned()
    }
}

async fn planned(cx: &Context, effects: &[Effect]) -> Vec<Planned> {
    let mut planned = Vec::new();
    for effect in effects {
        planned.push(match io::apply::there(cx, effect).await {
            Some(what) => Planned { what, state: "already-right" },
            None => Planned { what: effect.describe(), state: "planned" },
        });
    }
    planned
}

/// The report with the list of what would be done.
fn plan(cx: &Context, report: Report, planned: &[Planned]) -> Report {
    let order = said(cx.config.language, "what would be done, in this order");
    let mut section = Section::new(Mark::Plain, "plan", order).columns(["what"]);
    planned.iter().for_each(|planned| section.row(Mark::Plain, [planned.line(cx)]));
    with_actions(report, section, planned.iter().map(|planned| (planned.what.clone(), planned.state)))
}

fn unconfirmed(mut report: Report, why: &str) -> Report {
    report.exit = ExitCode::Usage;
    report.title = "nothing was done".to_owned();
    let finding = Finding::new("usage/not-confirmed", Level::Error, why);
    report.findings.insert(0, finding.help("run it again with --yes to carry the plan out"));
    report
}

fn with_actions(mut report: Report, section: Section, actions: impl Iterator<Item = (String, &'static str)>) -> Report {
    if let Body::Sections(sections) = &mut report.body {
        sections.push(section);
    }
    if let Some(document) = report.document.as_object_mut() {
        let actions = actions.map(|(what, state)| json!({ "what": what, "state": state })).collect();
        document.insert("actions".to_owned(), serde_json::Value::Array(actions));
    }
    report
}
