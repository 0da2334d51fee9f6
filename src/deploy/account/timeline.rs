//! The timeline of a run as a picture (SVG): a row for each job, a bar for each step.
//!
//! It is as wide as its page: what stands from left to right is told in hundredths of that, what stands below each other in pixels,
//! so that words are as large on a telephone as on a desk.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::axis::Axis;
use super::labels::Labels;
use super::words::{class, sign};
use super::{Manner, took};
use crate::output::html::safe;
use crate::output::json::deploy_report::{DeployReport, State, Step};

/// What is left free on both sides, in hundredths.
const MARGIN: f64 = 2.0;
/// The axis, then the rows, in pixels.
const TOP: f64 = 44.0;
const ROW: f64 = 42.0;
const BAR: f64 = 16.0;
/// A bar that would not be seen is drawn as wide as this, in hundredths.
const LEAST: f64 = 0.6;

/// The picture; empty where nothing has happened.
pub(super) fn timeline(report: &DeployReport, manner: &Manner<'_>) -> String {
    let times = times(report);
    if times.is_empty() {
        return String::new();
    }
    let words = manner.words();
    let axis = Axis::over(&times, MARGIN, 100.0 - MARGIN);
    let jobs: Vec<_> = report.jobs.iter().filter(|job| job.began.is_some()).collect();
    let height = TOP + ROW * jobs.len() as f64 + 8.0;
    let mut svg = format!(
        "<svg width=\"100%\" height=\"{height}\" role=\"img\" aria-labelledby=\"timeline-title timeline-desc\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"timeline-title\">{}</title>\n<desc id=\"timeline-desc\">{}</desc>\n",
        safe(&format!("{}: {}", words.timeline, report.name)),
        safe(&described(report, manner)),
    );
    let (half, low) = (BAR / 2.0, height - 4.0);
    let _ = writeln!(
        svg,
        "<defs><path id=\"sign-off\" d=\"M0 0l{half} {half}l-{half} {half}l-{half} -{half}z\"/>\
         <path id=\"cut\" class=\"cut\" d=\"M-3 24V{low}M3 24V{low}\"/></defs>"
    );
    bands(&mut svg, report, &axis, height, manner);
    marks(&mut svg, &axis, height, manner);
    for (at, job) in jobs.iter().enumerate() {
        let top = TOP + ROW * at as f64;
        let mut name = |class: &str, most: usize| {
            let (y, sign, name) = (top + 13.0, sign(job.state), safe(&shortened(&job.name, most)));
            let _ = writeln!(svg, "<text class=\"{class}\" x=\"{MARGIN}%\" y=\"{y:.1}\">{sign} {name}</text>");
        };
        if job.name.chars().count() <= NARROW {
            name("name", NARROW);
        } else {
            name("name wide", WIDE);
            name("name narrow", NARROW);
        }
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
    let steps = steps.filter_map(|step| step.began.map(|began| (began, until(step, began, report.as_of))));
    let maintenance = report.maintenance.iter().map(|one| (one.from, one.to.unwrap_or(report.as_of)));
    steps.chain(maintenance).collect()
}

/// Until when a step is drawn: one that nobody saw end is no longer than it is known to be.
fn until(step: &Step, began: Timestamp, now: Timestamp) -> Timestamp {
    let goes_on = matches!(step.state, State::Running | State::Interrupted);
    step.ended.unwrap_or(if goes_on { now } else { began })
}

/// The window, as planned, and maintenance behind the rows.
fn bands(svg: &mut String, report: &DeployReport, axis: &Axis, height: f64, manner: &Manner<'_>) {
    let words = manner.words();
    for one in &report.maintenance {
        let (from, to) = (axis.x(one.from), axis.x(one.to.unwrap_or(report.as_of)));
        let _ = writeln!(
            svg,
            "<rect class=\"maintenance\" x=\"{from:.2}%\" y=\"{:.1}\" width=\"{:.2}%\" height=\"{:.1}\"><title>{}</title></rect>",
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
            "<rect class=\"window\" x=\"{from:.2}%\" y=\"{:.1}\" width=\"{:.2}%\" height=\"4\"><title>{}</title></rect>",
            TOP - 10.0,
            to - from,
            safe(&format!("{} ({})", words.window, words.planned.to_lowercase())),
        );
    }
}

fn marks(svg: &mut String, axis: &Axis, height: f64, manner: &Manner<'_>) {
    let (marks, seconds) = axis.marks();
    let form = if seconds { "%H:%M:%S" } else { "%H:%M" };
    let mut row = Labels::default();
    for (at, x) in marks {
        let time = at.to_zoned(manner.zone.clone()).strftime(form).to_string();
        let _ = writeln!(
            svg,
            "<line class=\"mark\" x1=\"{x:.2}%\" y1=\"20\" x2=\"{x:.2}%\" y2=\"{:.1}\"/>{}",
            height - 4.0,
            row.label(x, 14.0, &time)
        );
    }
    let mut row = Labels::default();
    for (x, cut) in axis.cuts() {
        let span =
            crate::duration::shown(std::time::Duration::from_secs(u64::try_from(cut / 60_000).unwrap_or(0) * 60));
        let _ = writeln!(
            svg,
            "<use href=\"#cut\" x=\"{x:.2}%\"><title>{}</title></use>{}",
            safe(&format!("{span} {}", manner.words().cut)),
            row.label(x, 34.0, &span)
        );
    }
}

fn bar(svg: &mut String, step: &Step, axis: &Axis, y: f64, now: Timestamp, manner: &Manner<'_>) {
    let Some(began) = step.began else { return };
    let (from, to) = (axis.x(began), axis.x(until(step, began, now)));
    let took = took(step.began, step.ended).map_or_else(String::new, |took| format!(", {took}"));
    let told = safe(&format!("{} ({}): {}{took}", step.label, step.step, manner.words().state(step.state)));
    let class = class(step.state);
    if step.sign_off {
        let _ = writeln!(
            svg,
            "<use href=\"#sign-off\" class=\"bar {class}\" x=\"{from:.2}%\" y=\"{y:.1}\"><title>{told}</title></use>"
        );
        return;
    }
    let kind = if step.rollback { " taken-back" } else { "" };
    let _ = writeln!(
        svg,
        "<rect class=\"bar {class}{kind}\" x=\"{from:.2}%\" y=\"{y:.1}\" width=\"{:.2}%\" height=\"{BAR}\" rx=\"2\"><title>{told}</title></rect>",
        (to - from).max(LEAST)
    );
}

/// The longest names that have room above their rows, on a desk and on a telephone.
const WIDE: usize = 80;
const NARROW: usize = 38;

/// A name of at most so many characters.
fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most { name.to_owned() } else { name.chars().take(most - 1).chain(['…']).collect() }
}
