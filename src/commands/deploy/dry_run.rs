//! What a run of a plan would do.

use super::engine;
use super::ground::Read;
use super::run::outside;
use crate::commands::Outcome;
use crate::context::Context;
use crate::deploy::journal::{Part, Place};
use crate::deploy::mask::Mask;
use crate::deploy::plan::Job;
use crate::deploy::preflight;
use crate::deploy::state::{Facts, View, key, list};
use crate::deploy::words::{self, Word};
use crate::output::json::Document;
use crate::output::json::deploy_dry_run::{self, DeployDryRun};
use crate::report::{Body, ExitCode, Level, Mark, Report, Section};

/// Shows a plan job by job, and warns of what would keep it from running.
pub(super) fn dry_run(cx: &Context, read: &Read, facts: &Facts, mask: &Mask, environment: String) -> Outcome {
    let view = View { plan: &read.plan, facts };
    let jobs = read.plan.jobs.iter().map(|(id, job)| deploy_dry_run::Job {
        id: id.as_str().to_owned(),
        needs: job.needs.iter().map(|need| need.as_str().to_owned()).collect(),
        condition: job.condition.as_ref().map(|text| mask.text(text.as_str())),
        start_in: job.start_in.map_or(0, |span| span.0.as_secs()),
        steps: steps(view, mask, id.as_str(), job),
    });
    let document =
        DeployDryRun { plan: read.file.clone(), plan_sha256: read.sha256.clone(), environment, jobs: jobs.collect() };
    let sections = document.jobs.iter().map(|job| section(cx, job)).collect();
    let title = format!("{}: {}", read.file, Word::NothingRun.text(cx.config.language));
    let mut report = Report::new("deploy run", ExitCode::Done, title, Body::Sections(sections));
    report.findings = preflight::lacking(&read.file, &read.text, &read.plan, facts);
    report.findings.extend(outside(cx, &read.plan).map(|refused| refused.finding));
    report.findings.iter_mut().for_each(|finding| finding.level = Level::Warning);
    report.document = document.value();
    Outcome::report(report)
}

fn steps(view: View<'_>, mask: &Mask, id: &str, job: &Job) -> Vec<deploy_dry_run::Step> {
    let mut steps = Vec::new();
    for (part, prefix) in [(Part::Steps, ""), (Part::Rollback, "rollback/")] {
        for (at, step) in list(job, part).iter().enumerate() {
            let place = Place { job: id.to_owned(), step: key(step, at), part };
            steps.push(deploy_dry_run::Step {
                step: format!("{prefix}{}", place.step),
                name: mask.text(step.label()),
                what: engine::shown(view, mask, &place, step),
                condition: step.condition.as_ref().map(|text| mask.text(text.as_str())),
            });
            steps.extend(step.post.as_ref().map(|post| deploy_dry_run::Step {
                step: format!("{prefix}{}/post", place.step),
                name: String::new(),
                what: mask.text(post.as_str()),
                condition: Some(step.post_if.as_ref().map_or("always()".to_owned(), |text| mask.text(text.as_str()))),
            }));
        }
    }
    steps
}

fn section(cx: &Context, job: &deploy_dry_run::Job) -> Section {
    let language = cx.config.language;
    let needs = Some(job.needs.join(", ")).filter(|needs| !needs.is_empty());
    let later = Some(job.start_in).filter(|seconds| *seconds > 0);
    let notes = [
        needs.map(|needs| words::after(language, &needs)),
        later.map(|seconds| words::later_by(language, seconds)),
        job.condition.as_ref().map(|text| format!("if {text}")),
    ];
    let mut section = Section::new(Mark::Plain, &job.id, notes.into_iter().flatten().collect::<Vec<_>>().join(", "))
        .columns([Word::Step, Word::Name, Word::What].map(|word| word.text(language)));
    for step in &job.steps {
        let condition = step.condition.as_ref().map_or_else(String::new, |text| format!(" (if {text})"));
        section.row(Mark::Plain, [step.step.clone(), step.name.clone(), format!("{}{condition}", step.what)]);
    }
    section
}
