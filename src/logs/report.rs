//! What a person reads about a log.

use std::time::Duration;

use super::judge::{Doubt, Group, Judgement};
use super::rise::{Level, Sample};
use super::tally::{Pair, Tally};
use super::words::Words;
use crate::config::Language;
use crate::duration;
use crate::report::{Body, ExitCode, Finding, Level as Weight, Mark, Report, Section, Verdict};

/// How many groups are shown; the worst come first.
const SHOWN: usize = 12;

/// How many blocks the longest bar has.
const BAR: f64 = 8.0;

/// What an inconclusive log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Inconclusive {
    /// Exit code 3.
    Fail,
    /// A warning, and exit code 0.
    Warn,
    /// Exit code 5: a person looks at it; in a run its role signs the step.
    Sign,
}

/// What the report says beside the judgement.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The cut-over, as people read it.
    pub cut_over: &'a str,
    /// The level that the errors were judged by.
    pub level: Level,
    /// Fewer requests than this show nothing.
    pub least_requests: u64,
    /// What an inconclusive log is.
    pub inconclusive: Inconclusive,
    /// The language of who reads.
    pub language: Language,
}

/// The report on a judgement.
#[must_use]
pub fn report(judgement: &Judgement, tally: &Tally, told: &Told<'_>) -> Report {
    let verdict = judgement.verdict();
    let is_doubt = verdict == Verdict::CannotTell && !judgement.is_of_another();
    let (exit, weight) = match told.inconclusive {
        Inconclusive::Warn if is_doubt && judgement.is_only_little() => (ExitCode::Done, Weight::Warning),
        Inconclusive::Sign if is_doubt => (ExitCode::Waiting, Weight::Warning),
        _ => (verdict.into(), Weight::Error),
    };
    let words = Words(told.language);
    let sections = vec![errors(judgement, verdict, words), counted(tally, words)];
    let mut report = Report::new("logs", exit, title(judgement, verdict, told), Body::Sections(sections));
    report.is_let_pass = exit == ExitCode::Done && verdict != Verdict::Yes;
    report.findings.extend(judgement.groups.iter().filter(|group| group.raised).map(|group| raised(group, told)));
    if verdict == Verdict::CannotTell {
        report.findings.extend(judgement.doubts.iter().map(|doubt| doubtful(doubt, judgement, tally, told, weight)));
    }
    if exit == ExitCode::Waiting {
        let (message, help) = words.must_look();
        report.findings.push(Finding::new("logs/sign", Weight::Warning, message).help(help));
    }
    report
}

fn title(judgement: &Judgement, verdict: Verdict, told: &Told<'_>) -> String {
    let (words, since) = (Words(told.language), told.cut_over);
    match verdict {
        Verdict::Yes => words.normal(since),
        Verdict::CannotTell => words.inconclusive(since),
        Verdict::No => {
            let raised = judgement.groups.iter().filter(|group| group.raised).map(|group| name(group, words));
            words.abnormal(since, &raised.take(3).collect::<Vec<_>>().join(", "))
        }
    }
}

fn name(group: &Group, words: Words) -> String {
    words.group(group.class.name(), group.route.as_deref())
}

/// The table of the worst: rates before and after, with a bar each on one scale.
fn errors(judgement: &Judgement, verdict: Verdict, words: Words) -> Section {
    let (heading, summary) = words.errors();
    let mut section = Section::new(verdict.into(), heading, summary).columns(words.columns());
    let worth = |group: &&Group| group.route.is_none() || group.counts.after.failed > 0;
    let shown: Vec<&Group> = judgement.groups.iter().filter(worth).take(SHOWN).collect();
    let rates = shown.iter().flat_map(|group| [group.counts.before.failing(), group.counts.after.failing()]);
    let scale = rates.fold(0.0, f64::max);
    for group in shown {
        let Pair { before, after } = group.counts;
        let mark = if group.raised { Mark::Bad } else { Mark::Plain };
        let route = group.route.clone().unwrap_or_else(|| words.all().to_owned());
        let bars = format!("{} → {}", bar(before.failing(), scale), bar(after.failing(), scale));
        let seen = words.seen_from(group.smallest_seen);
        let (before, after) = (share(before, words), share(after, words));
        section.row(mark, [group.class.name().to_owned(), route, before, after, bars, seen]);
    }
    section
}

fn share(sample: Sample, words: Words) -> String {
    words.share(sample.failing() * 100.0, sample)
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

fn counted(tally: &Tally, words: Words) -> Section {
    let Pair { before, after } = tally.requests();
    let mut section = Section::new(Mark::Plain, words.counted(), words.lines(tally.lines));
    for row in words.counts(before.requests, after.requests, tally.passed_over, tally.unread) {
        section.row(Mark::Plain, row);
    }
    section
}

fn raised(group: &Group, told: &Told<'_>) -> Finding {
    let words = Words(told.language);
    let Pair { before, after } = group.counts;
    let message = words.rose(&name(group, words), &share(before, words), &share(after, words));
    Finding::new("logs/errors-rose", Weight::Error, message)
        .help(words.look_at_them(told.level.ratio, told.level.asks_for_successes(before)))
}

fn doubtful(doubt: &Doubt, judgement: &Judgement, tally: &Tally, told: &Told<'_>, weight: Weight) -> Finding {
    let words = Words(told.language);
    let Pair { before, after } = tally.requests();
    let (rule, (message, help)) = match doubt {
        Doubt::Unread => {
            ("logs/unread", words.unread(tally.unread, tally.lines, tally.lacking.as_deref().unwrap_or_default()))
        }
        Doubt::UnreadAfter => {
            let (unread, lines) = tally.unread_after;
            ("logs/unread", words.unread_after(unread, lines))
        }
        Doubt::Empty => ("logs/empty", words.empty(tally.lines, tally.passed_over)),
        Doubt::NoneBefore => ("logs/none-before", words.none_before(after.requests)),
        Doubt::Silent(silence, expected) => {
            let shown = |seconds| duration::shown(Duration::from_secs(seconds));
            ("logs/silent", words.silent(&shown(silence.seconds), &shown(silence.since), *expected))
        }
        Doubt::Gone(share, expected) => ("logs/gone", words.gone(share * 100.0, *expected)),
        Doubt::Repeated(class) => {
            let group = judgement.groups.iter().find(|group| group.class == *class && group.route.is_none());
            let counts = group.map(|group| group.counts).unwrap_or_default();
            ("logs/repeated", words.repeated(class.name(), &share(counts.before, words), &share(counts.after, words)))
        }
        Doubt::FewBefore => ("logs/few-before", words.few_before(before.requests, told.least_requests)),
        Doubt::Closed => ("logs/closed", words.closed()),
        Doubt::FewAfter => ("logs/few-after", words.few_after(after.requests, told.least_requests)),
        Doubt::Weak(class) => {
            let group = judgement.groups.iter().find(|group| group.class == *class && group.route.is_none());
            let (rise, power) = group.map_or((0.0, 0.0), |group| (group.rise * 100.0, group.power * 100.0));
            let seen = group.and_then(|group| group.smallest_seen);
            ("logs/inconclusive", words.weak(class.name(), rise, power, seen))
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
