//! What a person reads about a log.

use super::judge::{Doubt, Group, JUMP, Judgement};
use super::rise::{Level, Sample};
use super::tally::{Class, Pair, Tally};
use crate::report::{Body, ExitCode, Finding, Level as Weight, Mark, Report, Section, Verdict};

/// How many groups are shown; the worst come first.
const SHOWN: usize = 12;

/// How many blocks the longest bar has.
const BAR: f64 = 8.0;

/// What the report says beside the judgement.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The cut-over, as people read it.
    pub cut_over: &'a str,
    /// The level that the errors were judged by.
    pub level: Level,
    /// Fewer requests than this show nothing.
    pub least_requests: u64,
    /// Whether an inconclusive log is accepted with a warning.
    pub accepts_doubt: bool,
}

/// The report on a judgement.
#[must_use]
pub fn report(judgement: &Judgement, tally: &Tally, told: &Told<'_>) -> Report {
    let verdict = judgement.verdict();
    let accepted = verdict == Verdict::CannotTell && told.accepts_doubt && !judgement.doubts.contains(&Doubt::Unread);
    let exit = if accepted { ExitCode::Done } else { verdict.into() };
    let sections = vec![errors(judgement, verdict), counted(tally)];
    let mut report = Report::new("logs", exit, title(judgement, verdict, told), Body::Sections(sections));
    report.findings.extend(judgement.groups.iter().filter(|group| group.raised).map(|group| raised(group, told)));
    let weight = if accepted { Weight::Warning } else { Weight::Error };
    if verdict == Verdict::CannotTell {
        report.findings.extend(judgement.doubts.iter().map(|doubt| doubtful(doubt, judgement, tally, told, weight)));
    }
    report
}

fn title(judgement: &Judgement, verdict: Verdict, told: &Told<'_>) -> String {
    let since = told.cut_over;
    match verdict {
        Verdict::Yes => format!("the logs show no abnormal errors since {since}"),
        Verdict::CannotTell => format!("inconclusive: the logs cannot show whether errors rose since {since}"),
        Verdict::No => {
            let raised: Vec<String> = judgement.groups.iter().filter(|group| group.raised).map(name).take(3).collect();
            format!("the logs show abnormal errors since {since}: {}", raised.join(", "))
        }
    }
}

fn name(group: &Group) -> String {
    match &group.route {
        None => format!("{} on all routes", group.class.name()),
        Some(route) => format!("{} on {route}", group.class.name()),
    }
}

/// The table of the worst: rates before and after, with a bar each on one scale.
fn errors(judgement: &Judgement, verdict: Verdict) -> Section {
    let mut section = Section::new(verdict.into(), "errors", "share of the requests, before and after").columns([
        "class",
        "route",
        "before",
        "after",
        "",
        "seen from",
    ]);
    let worth = |group: &&Group| group.route.is_none() || group.counts.after.errors > 0;
    let shown: Vec<&Group> = judgement.groups.iter().filter(worth).take(SHOWN).collect();
    let rates = shown.iter().flat_map(|group| [group.counts.before.rate(), group.counts.after.rate()]);
    let scale = rates.fold(0.0, f64::max);
    for group in shown {
        let Pair { before, after } = group.counts;
        let mark = if group.raised { Mark::Bad } else { Mark::Plain };
        let route = group.route.clone().unwrap_or_else(|| "all".to_owned());
        let bars = format!("{} → {}", bar(before.rate(), scale), bar(after.rate(), scale));
        section.row(mark, [group.class.name().to_owned(), route, share(before), share(after), bars, seen_from(group)]);
    }
    section
}

fn seen_from(group: &Group) -> String {
    group.smallest_seen.map_or_else(|| "never".to_owned(), |errors| format!("{errors} errors"))
}

fn share(sample: Sample) -> String {
    format!("{:.2} % ({} of {})", sample.rate() * 100.0, sample.errors, sample.requests)
}

/// A bar of eighths of a block: Unicode's left blocks, from U+258F to U+2588.
fn bar(rate: f64, scale: f64) -> String {
    if rate <= 0.0 || scale <= 0.0 {
        return "·".to_owned();
    }
    let eighths = (rate / scale * BAR * 8.0).round().max(1.0) as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or_default();
    format!("{}{rest}", "█".repeat(eighths / 8))
}

fn counted(tally: &Tally) -> Section {
    let Pair { before, after } = tally.all.of(Class::Server);
    let mut section = Section::new(Mark::Plain, "counted", format!("{} lines", tally.lines));
    section.row(Mark::Plain, ["before the cut-over".to_owned(), format!("{} requests", before.requests)]);
    section.row(Mark::Plain, ["after it".to_owned(), format!("{} requests", after.requests)]);
    section.row(Mark::Plain, ["left out".to_owned(), format!("{} ignored or our own", tally.passed_over)]);
    section.row(Mark::Plain, ["no request".to_owned(), format!("{} lines", tally.unread)]);
    section
}

fn raised(group: &Group, told: &Told<'_>) -> Finding {
    let Pair { before, after } = group.counts;
    let message = format!("{}: {} before, {} after", name(group), share(before), share(after));
    let help = format!(
        "look at these requests; a rise to {} times is accepted (--max-ratio), and what never matters is left out by --ignore",
        told.level.ratio
    );
    Finding::new("logs/errors-rose", Weight::Error, message).help(help)
}

fn doubtful(doubt: &Doubt, judgement: &Judgement, tally: &Tally, told: &Told<'_>, weight: Weight) -> Finding {
    let Pair { before, after } = tally.all.of(Class::Server);
    let (rule, message, help) = match doubt {
        Doubt::Unread => (
            "logs/unread",
            format!("{} of {} lines are no request", tally.unread, tally.lines),
            "say how the lines are written: --log-format combined or json, with --field NAME=PATH".to_owned(),
        ),
        Doubt::FewBefore => (
            "logs/few-before",
            format!(
                "{} requests before the cut-over, and fewer than {} show nothing",
                before.requests, told.least_requests
            ),
            "compare with a longer time: --baseline 24h".to_owned(),
        ),
        Doubt::FewAfter => (
            "logs/few-after",
            format!(
                "{} requests after the cut-over, and fewer than {} show nothing",
                after.requests, told.least_requests
            ),
            "ask again later, or judge a longer time: --after 1h".to_owned(),
        ),
        Doubt::Weak(class) => {
            let group = judgement.groups.iter().find(|group| group.class == *class && group.route.is_none());
            let power = group.map_or(0.0, |group| group.power * 100.0);
            let seen = group.map_or_else(|| "never".to_owned(), seen_from);
            let (times, floor) = JUMP;
            let rise = format!("{} rising to {times} times, at least to {} %,", class.name(), floor * 100.0);
            (
                "logs/inconclusive",
                format!("{rise} would be seen in {power:.0} of 100 cases: from {seen} on"),
                "ask again later, or compare longer times: --baseline 24h --after 1h".to_owned(),
            )
        }
    };
    Finding::new(rule, weight, message).help(help)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case(0.0, 0.1 => "·"; "nothing")]
    #[test_case(0.1, 0.1 => "████████"; "the most")]
    #[test_case(0.05, 0.1 => "████"; "half")]
    #[test_case(0.00001, 0.1 => "▏"; "a trace")]
    #[test_case(0.0, 0.0 => "·"; "no errors at all")]
    fn a_bar_shows(rate: f64, scale: f64) -> String {
        bar(rate, scale)
    }
}
