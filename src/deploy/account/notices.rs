//! Who was told what of a run, by its journal.

use serde::Deserialize;

use crate::deploy::journal::{Entry, Event};
use crate::output::json::deploy_report::Noticed;

/// What `zarpe/notify` says of a notice among its outputs; what else it says is not needed here.
#[derive(Deserialize)]
struct Said {
    to: String,
    told: bool,
    at: Option<jiff::Timestamp>,
    why: Option<String>,
    #[serde(default)]
    before: bool,
}

/// All of them, in the order of the journal: those of steps, and those that the run told by itself. `subject` is what a template says,
/// where the journal has it not.
pub(super) fn notices(entries: &[Entry], subject: &dyn Fn(&str) -> String) -> Vec<Noticed> {
    let mut found = Vec::new();
    for entry in entries {
        match &entry.event {
            Event::StepFinished { outputs, .. } => {
                // Outputs of this name may be those of a command that is no notice.
                let said = outputs.get("notices").and_then(|text| serde_json::from_str::<Vec<Said>>(text).ok());
                let what = outputs.get("subject").cloned().unwrap_or_default();
                // What was not sent again stands where it was sent.
                let said = said.unwrap_or_default().into_iter().filter(|said| !said.before);
                found.extend(said.map(|Said { to, told, at, why, .. }| Noticed {
                    to,
                    what: what.clone(),
                    at: at.unwrap_or(entry.ts),
                    told,
                    why,
                }));
            }
            Event::Notified { to, template, subject: said, why, .. } => found.push(Noticed {
                to: to.clone(),
                what: said.clone().unwrap_or_else(|| subject(template)),
                at: entry.ts,
                told: why.is_none(),
                why: why.clone(),
            }),
            _ => {}
        }
    }
    found
}
