//! What a run did, told from its journal: when, by whom, with which evidence. A report for people, and the post-mortem after a
//! rollback, as Markdown and as one HTML page.

mod axis;
mod collect;
mod course;
mod in_service;
mod incidents;
mod labels;
mod markdown;
mod notices;
mod page;
mod sign_offs;
mod summary;
mod timeline;
mod trial;
mod window;
pub(super) mod words;

/// What the pages of a run and of all of them have in common.
pub(super) mod look {
    pub(in crate::deploy) use super::lasted;
    pub(in crate::deploy) use super::page::{STYLE, cell, section, stands, table};
    pub(in crate::deploy) use super::summary::mark;
}

pub use collect::{Source, account, standing_of, standing_with};
pub(super) use course::Course;
pub use markdown::markdown;
pub use page::page;
pub use summary::summary;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::Language;
use crate::output::json::deploy_report::{DeployReport, State};

/// What the report is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Template {
    /// What was done, for the archive.
    #[default]
    Report,
    /// The same with what is to be found out after a rollback.
    PostMortem,
}

/// How it is told.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The language of who reads.
    pub language: Language,
    /// What it is for.
    pub template: Template,
    /// Whose clock times are told by.
    pub zone: &'a TimeZone,
}

impl Manner<'_> {
    pub(super) fn words(&self) -> &'static words::Words {
        words::Words::of(self.language)
    }

    /// A moment, to the second.
    pub(super) fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// What is said where not all journals could be read.
    #[must_use]
    pub fn incomplete(&self) -> &'static str {
        self.words().incomplete
    }

    /// The name of the clock: `America/Mexico_City`, or `UTC`.
    pub(super) fn clock(&self) -> String {
        self.zone.iana_name().unwrap_or("UTC").to_owned()
    }
}

/// What is said where no signature is there: that none was asked for is not so where somebody is waited for, or was.
pub(super) fn unsigned(report: &DeployReport, words: &words::Words) -> &'static str {
    let mut steps = report.jobs.iter().flat_map(|job| &job.steps);
    let asks = steps.any(|step| step.state == State::Waiting || step.sign_off && step.state != State::Skipped);
    if asks { words.unsigned } else { words.no_sign_offs }
}

/// How long a run worked on its deployment, for people, and what of the time until its end is no part of that.
pub(super) fn worked(report: &DeployReport, words: &words::Words) -> Option<String> {
    let seconds = report.seconds?;
    let until = report.ended.map_or(0, |ended| ended.duration_since(report.began).unsigned_abs().as_secs());
    let took = lasted(seconds);
    Some(if until > seconds { format!("{took} ({})", words.without_service) } else { took })
}

/// How long something took, for people; `None` where it has not ended.
pub(super) fn took(began: Option<Timestamp>, ended: Option<Timestamp>) -> Option<String> {
    Some(lasted(ended?.duration_since(began?).unsigned_abs().as_secs()))
}

/// Whole seconds, for people: what took less than one took some time all the same.
pub(super) fn lasted(seconds: u64) -> String {
    if seconds == 0 { "< 1s".to_owned() } else { crate::duration::shown(std::time::Duration::from_secs(seconds)) }
}
