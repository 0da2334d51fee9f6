//! The jobs of a run as they stand, for a terminal.

use super::Engine;
use crate::deploy::journal::Outcome;
use crate::deploy::state::outcome_word;
use crate::deploy::words::Word;
use crate::duration;

/// How many jobs are drawn at most.
const ROWS: usize = 12;

impl Engine<'_> {
    /// Draws them below what was said, where standard error is a terminal.
    pub(super) fn draw(&self) {
        if self.live.draws() {
            self.live.draw(self.tree());
        }
    }

    fn tree(&self) -> Vec<String> {
        let (state, running) = (self.state.borrow(), self.running.borrow());
        let row = |id: &str| {
            let known = state.jobs.get(id);
            if let Some((step, since)) = running.get(id) {
                return format!("● {id}  {step}  {}", duration::shown(since.elapsed()));
            }
            let (sign, word) = match known.map(|known| (known.result, known.begun)) {
                Some((Some(Outcome::Success), _)) => ("✓", Word::Success),
                Some((Some(Outcome::Skipped), _)) => ("·", Word::Skipped),
                Some((Some(result), _)) => ("✗", outcome_word(result)),
                Some((None, Some(_))) => ("●", Word::Running),
                Some((None, None)) | None => ("·", Word::Open),
            };
            format!("{sign} {id}  {}", word.text(self.language()))
        };
        self.view.plan.jobs.iter().take(ROWS).map(|(id, _)| row(id.as_str())).collect()
    }
}
