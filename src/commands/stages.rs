//! Several commands as the stages of one: their reports put together into one report with one answer.

use anyhow::Result;

use crate::report::{Body, ExitCode, Failure, Mark, Report, Section};

/// The reports of the stages so far, in order.
#[derive(Default)]
pub(super) struct Stages(Vec<Report>);

impl Stages {
    /// Adds a stage. One that could not do its job does not end the others: the reader is owed every reason at once.
    pub(super) fn add(&mut self, command: &'static str, report: Result<Report>) {
        self.0.push(report.unwrap_or_else(|error| {
            let failure = Failure::from_error(&error);
            let mut report =
                Report::new(command, failure.exit, failure.finding.message.clone(), Body::Sections(vec![]));
            report.findings.push(failure.finding);
            report
        }));
    }

    /// Whether every stage said yes.
    pub(super) fn are_clear(&self) -> bool {
        self.exit() == ExitCode::Done
    }

    /// A no is stronger than "stale", which is stronger than "cannot tell": the reader is told what is known first.
    fn exit(&self) -> ExitCode {
        const STRONGEST_FIRST: [ExitCode; 4] =
            [ExitCode::Usage, ExitCode::Refused, ExitCode::Stale, ExitCode::CannotTell];
        let has = |exit: &ExitCode| self.0.iter().any(|report| report.exit == *exit);
        STRONGEST_FIRST.into_iter().find(has).unwrap_or(ExitCode::Done)
    }

    /// The reports themselves, in order.
    pub(super) fn reports(&self) -> &[Report] {
        &self.0
    }

    /// The report of a command that goes on where every stage said yes, with the stages before it.
    pub(super) fn before(mut self, report: Report) -> Report {
        let (command, mut title) = (report.command, report.title.clone());
        if !self.are_clear() {
            title = format!(
                "not cleared: {}",
                self.0.iter().find(|stage| stage.exit != ExitCode::Done).map_or("", |stage| &stage.title)
            );
        }
        self.0.push(report);
        self.report(command, title)
    }

    /// One report: each stage's title, followed by what it has to show.
    pub(super) fn report(self, command: &'static str, title: impl Into<String>) -> Report {
        let mut report = Report::new(command, self.exit(), title, Body::Sections(Vec::new()));
        let mut sections = Vec::new();
        for stage in self.0 {
            let mark = Mark::from(stage.exit.verdict());
            sections.push(Section::new(mark, stage.command, stage.title));
            if let Body::Sections(own) = stage.body {
                sections.extend(own);
            }
            report.findings.extend(stage.findings);
            report.outputs.extend(stage.outputs);
        }
        report.body = Body::Sections(sections);
        report
    }
}
