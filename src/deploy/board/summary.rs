//! The board in short, for a terminal.

use crate::deploy::account::Manner;
use crate::deploy::account::look::{lasted, mark};
use crate::output::json::deploy_board::DeployBoard;
use crate::report::{Body, ExitCode, Mark, Report, Section};

/// How many deployments of an environment are shown, the newest.
const SHOWN: usize = 20;

/// The report.
#[must_use]
pub fn summary(board: &DeployBoard, manner: &Manner<'_>) -> Report {
    let words = manner.words();
    let mut sections = Vec::new();
    for environment in &board.environments {
        let version = environment.version.as_deref().unwrap_or(words.nothing_there);
        let how = format!("{}: {version} · {}: {}", words.runs_there, words.clock, manner.clock());
        let columns = [words.version, words.state, words.began, words.took, words.responsible, words.run];
        let mut section = Section::new(Mark::Plain, board.called(environment), how).columns(columns);
        for one in environment.deployments.iter().take(SHOWN) {
            let took = one.seconds.map(lasted);
            let cells = [
                one.version.clone().unwrap_or_else(|| "–".to_owned()),
                words.state(one.state).to_owned(),
                manner.time(one.began),
                took.unwrap_or_default(),
                one.responsible.join(", "),
                one.run.clone(),
            ];
            section.row(mark(one.state), cells);
        }
        sections.push(section);
    }
    let count: usize = board.environments.iter().map(|environment| environment.deployments.len()).sum();
    let title = if count == 0 { words.none_yet.to_owned() } else { format!("{}: {count}", words.board) };
    Report::new("deploy board", ExitCode::Done, title, Body::Sections(sections))
}
