//! How long deployments take and how often they fail, one after the other, as pictures (SVG) that are as wide as their page: what
//! stands from left to right is told in hundredths of that, what stands below each other in pixels.

use std::fmt::Write as _;
use std::time::Duration;

use crate::deploy::account::Manner;
use crate::deploy::account::look::lasted;
use crate::deploy::account::words::class;
use crate::output::html::safe;
use crate::output::json::deploy_board::{Deployment, Environment};

/// How many deployments are drawn, the newest.
const MOST: usize = 60;
/// How high a picture is, in pixels.
const HEIGHT: f64 = 150.0;
/// What the words beside the lines take, in hundredths, and where the lines end.
const LEFT: f64 = 10.0;
const RIGHT: f64 = 99.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 126.0;
/// How many deployments a share of failures is of.
const WINDOW: usize = 10;

/// A bar for each deployment that ended, the oldest first.
pub(super) fn durations(environment: &Environment, id: &str, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let drawn = drawn(environment);
    let half = half(drawn.iter().filter_map(|one| one.seconds).max().unwrap_or(0));
    let described: Vec<String> = drawn.iter().map(|one| told(one, manner)).collect();
    let mut svg = begin(id, &format!("{}: {}", words.trend_duration, environment.name), &described.join("; "));
    grid(&mut svg, [0, half, 2 * half].map(|seconds| crate::duration::shown(Duration::from_secs(seconds))));
    let step = (RIGHT - LEFT) / drawn.len().max(1) as f64;
    for (at, one) in drawn.iter().enumerate() {
        let height = ((BOTTOM - TOP) * one.seconds.unwrap_or(0) as f64 / (2 * half) as f64).max(2.0);
        let width = (step * 0.8).min(5.5);
        let x = LEFT + step * (at as f64 + 0.5) - width / 2.0;
        let _ = writeln!(
            svg,
            "<rect class=\"bar {}\" x=\"{x:.2}%\" y=\"{:.1}\" width=\"{width:.2}%\" height=\"{height:.1}\" rx=\"1.5\"><title>{}</title></rect>",
            class(one.state),
            BOTTOM - height,
            safe(&told(one, manner))
        );
    }
    end(svg, manner)
}

/// The share of failures among the last ones up to each deployment.
pub(super) fn failures(environment: &Environment, id: &str, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let drawn = drawn(environment);
    let shares: Vec<f64> = (1..=drawn.len())
        .map(|until| {
            let last = drawn.get(until.saturating_sub(WINDOW)..until).unwrap_or_default();
            last.iter().filter(|one| one.failed).count() as f64 / last.len().max(1) as f64
        })
        .collect();
    let percent = |share: &f64| format!("{:.0} %", share * 100.0);
    let described =
        format!("{} {}", words.trend_failures_help, shares.iter().map(percent).collect::<Vec<_>>().join(", "));
    let mut svg = begin(id, &format!("{}: {}", words.trend_failures, environment.name), &described);
    grid(&mut svg, ["0 %", "50 %", "100 %"].map(str::to_owned));
    let step = (RIGHT - LEFT) / drawn.len().max(1) as f64;
    let at = |(at, share): (usize, &f64)| (LEFT + step * (at as f64 + 0.5), BOTTOM - (BOTTOM - TOP) * share);
    let points: Vec<(f64, f64)> = shares.iter().enumerate().map(at).collect();
    for ((x1, y1), (x2, y2)) in points.iter().zip(points.iter().skip(1)) {
        let _ = writeln!(svg, "<line class=\"line\" x1=\"{x1:.2}%\" y1=\"{y1:.1}\" x2=\"{x2:.2}%\" y2=\"{y2:.1}\"/>");
    }
    for ((x, y), share) in points.iter().zip(&shares) {
        let _ = writeln!(
            svg,
            "<circle class=\"bad\" cx=\"{x:.2}%\" cy=\"{y:.1}\" r=\"3\"><title>{}</title></circle>",
            percent(share)
        );
    }
    end(svg, manner)
}

/// What the line in the middle stands for, in seconds: a round time, of which two hold the longest.
fn half(longest: u64) -> u64 {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let seconds = [1, 2, 5, 10, 15, 30];
    let hours = [1, 2, 3, 6, 12].map(|count| count * HOUR);
    let round = seconds.into_iter().chain(seconds.map(|count| count * MINUTE)).chain(hours);
    let least = longest.div_ceil(2);
    round.into_iter().find(|round| *round >= least).unwrap_or_else(|| least.div_ceil(24 * HOUR) * 24 * HOUR)
}

/// The deployments that ended, the oldest first.
fn drawn(environment: &Environment) -> Vec<&Deployment> {
    let mut drawn: Vec<&Deployment> =
        environment.deployments.iter().filter(|one| one.ended.is_some()).take(MOST).collect();
    drawn.reverse();
    drawn
}

fn told(one: &Deployment, manner: &Manner<'_>) -> String {
    let took = one.seconds.map_or_else(String::new, lasted);
    let version = one.version.as_deref().unwrap_or(&one.run);
    format!("{version}, {}: {took}, {}", manner.time(one.began), manner.words().state(one.state))
}

fn begin(id: &str, title: &str, described: &str) -> String {
    format!(
        "<svg width=\"100%\" height=\"{HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
        safe(title),
        safe(described)
    )
}

/// Three lines with what they stand for, the lowest first.
fn grid(svg: &mut String, names: [String; 3]) {
    for (at, name) in names.iter().enumerate() {
        let y = BOTTOM - (BOTTOM - TOP) * at as f64 / 2.0;
        let _ = writeln!(
            svg,
            "<line class=\"mark\" x1=\"{LEFT}%\" y1=\"{y:.1}\" x2=\"100%\" y2=\"{y:.1}\"/><text class=\"time\" text-anchor=\"end\" x=\"{:.1}%\" y=\"{:.1}\">{}</text>",
            LEFT - 1.0,
            y + 4.0,
            safe(name)
        );
    }
}

fn end(svg: String, manner: &Manner<'_>) -> String {
    let words = manner.words();
    let (oldest, newest) = (safe(words.oldest), safe(words.newest));
    format!(
        "{svg}<text class=\"time\" x=\"{LEFT}%\" y=\"144\">{oldest}</text><text class=\"time\" text-anchor=\"end\" x=\"100%\" y=\"144\">{newest}</text>\n</svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case(0 => 1; "less than a second")]
    #[test_case(1 => 1; "a second")]
    #[test_case(3 => 2; "a few seconds")]
    #[test_case(61 => 60; "a minute and a bit")]
    #[test_case(25 * 60 => 15 * 60; "less than half an hour")]
    #[test_case(3 * 3600 + 1 => 2 * 3600; "hours")]
    #[test_case(25 * 3600 => 24 * 3600; "more than a day")]
    #[test_case(100 * 3600 => 72 * 3600; "days")]
    fn half(longest: u64) -> u64 {
        super::half(longest)
    }
}
