//! The timeline of a run as a picture (SVG): a row for each job, a bar for each step.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::axis::Axis;
use super::words::{class, sign};
use super::{Manner, took};
use crate::output::html::safe;
use crate::output::json::deploy_report::{DeployReport, Step};

/// The size of the picture's own units.
const WIDTH: f64 = 720.0;
const MARGIN: f64 = 14.0;
/// The axis, then the rows.
const TOP: f64 = 44.0;
const ROW: f64 = 42.0;
const BAR: f64 = 16.0;
/// A bar that would not be seen is drawn as wide as this.
const LEAST: f64 = 3.0;

/// The picture; empty where nothing has happened.
pub(super) fn timeline(report: &DeployReport, manner: &Manner<'_>) -> String {
    let times = times(report);
    if times.is_empty() {
        return String::new();
    }
    let words = manner.words();
    let axis = Axis::over(&times, MARGIN, WIDTH - MARGIN);
    let jobs: Vec<_> = report.jobs.iter().filter(|job| job.began.is_some()).collect();
    let height = TOP + ROW * jobs.len() as f64 + 8.0;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"timeline-title timeline-desc\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"timeline-title\">{}</title>\n<desc id=\"timeline-desc\">{}</desc>\n",
        safe(&format!("{}: {}", words.timeline, report.name)),
        safe(&described(report, manner)),
    );
    bands(&mut svg, report, &axis, height, manner);
    marks(&mut svg, &axis, height, manner);
    for (at, job) in jobs.iter().enumerate() {
        let top = TOP + ROW * at as f64;
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"{MARGIN}\" y=\"{:.1}\">{} {}</text>",
            top + 13.0,
            sign(job.state),
            safe(&shortened(&job.name))
        );
        for step in &job.steps {
            bar(&mut svg, step, &axis, top + 19.0, report.as_of, manner);
        }
    }
    svg + "</svg>\n"
}

/// What the picture shows, for those who do not see it.
fn described(report: &DeployReport, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let of = |job: &crate::output::json::deploy_report::Job| {
        let began = job.began.map(|began| manner.time(began))?;
        let took = took(job.began, job.ended).map_or_else(String::new, |took| format!(", {took}"));
        Some(format!("{}: {}, {began}{took}", job.name, words.state(job.state)))
    };
    report.jobs.iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

fn times(report: &DeployReport) -> Vec<(Timestamp, Timestamp)> {
    let steps = report.jobs.iter().flat_map(|job| &job.steps);
    let steps = steps.filter_map(|step| step.began.map(|began| (began, step.ended.unwrap_or(report.as_of))));
    let maintenance = report.maintenance.iter().map(|one| (one.from, one.to.unwrap_or(report.as_of)));
    steps.chain(maintenance).collect()
}

/// The window, as planned, and maintenance behind the rows.
fn bands(svg: &mut String, report: &DeployReport, axis: &Axis, height: f64, manner: &Manner<'_>) {
    let words = manner.words();
    for one in &report.maintenance {
        let (from, to) = (axis.x(one.from), axis.x(one.to.unwrap_or(report.as_of)));
        let _ = writeln!(
            svg,
            "<rect class=\"maintenance\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
            TOP - 6.0,
            (to - from).max(LEAST),
            height - TOP + 2.0,
            safe(&format!("{}: {}", words.maintenance, one.label)),
        );
    }
    let Some(window) = &report.window else { return };
    let (from, to) = (axis.x(window.opens), axis.x(window.closes));
    if to - from > LEAST {
        let _ = writeln!(
            svg,
            "<rect class=\"window\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"4\"><title>{}</title></rect>",
            TOP - 10.0,
            to - from,
            safe(&format!("{} ({})", words.window, words.planned.to_lowercase())),
        );
    }
}

fn marks(svg: &mut String, axis: &Axis, height: f64, manner: &Manner<'_>) {
    let (marks, seconds) = axis.marks();
    for (at, x) in marks {
        let form = if seconds { "%H:%M:%S" } else { "%H:%M" };
        let time = at.to_zoned(manner.zone.clone()).strftime(form).to_string();
        let anchor = if x > WIDTH - 60.0 { " text-anchor=\"end\"" } else { "" };
        let _ = writeln!(
            svg,
            "<line class=\"mark\" x1=\"{x:.1}\" y1=\"20\" x2=\"{x:.1}\" y2=\"{:.1}\"/>\n<text class=\"time\"{anchor} x=\"{x:.1}\" y=\"14\">{time}</text>",
            height - 4.0
        );
    }
    for (x, cut) in axis.cuts() {
        let span =
            crate::duration::shown(std::time::Duration::from_secs(u64::try_from(cut / 60_000).unwrap_or(0) * 60));
        let _ = writeln!(
            svg,
            "<g class=\"cut\"><title>{}</title><line x1=\"{:.1}\" y1=\"24\" x2=\"{:.1}\" y2=\"{:.1}\"/><line x1=\"{:.1}\" y1=\"24\" x2=\"{:.1}\" y2=\"{:.1}\"/></g>\n<text class=\"time\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"34\">{span}</text>",
            safe(&format!("{span} {}", manner.words().cut)),
            x - 3.0,
            x - 3.0,
            height - 4.0,
            x + 3.0,
            x + 3.0,
            height - 4.0,
        );
    }
}

fn bar(svg: &mut String, step: &Step, axis: &Axis, y: f64, now: Timestamp, manner: &Manner<'_>) {
    let Some(began) = step.began else { return };
    let (from, to) = (axis.x(began), axis.x(step.ended.unwrap_or(now)));
    let took = took(step.began, step.ended).map_or_else(String::new, |took| format!(", {took}"));
    let told = safe(&format!("{} ({}): {}{took}", step.label, step.step, manner.words().state(step.state)));
    let class = class(step.state);
    if step.sign_off {
        let half = BAR / 2.0;
        let _ = writeln!(
            svg,
            "<path class=\"bar {class}\" d=\"M{from:.1} {y:.1}l{half} {half}l-{half} {half}l-{half} -{half}z\"><title>{told}</title></path>",
        );
        return;
    }
    let kind = if step.rollback { " taken-back" } else { "" };
    let _ = writeln!(
        svg,
        "<rect class=\"bar {class}{kind}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\"><title>{told}</title></rect>",
        (to - from).max(LEAST)
    );
}

/// A name that has room above its row.
fn shortened(name: &str) -> String {
    const MOST: usize = 80;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}
