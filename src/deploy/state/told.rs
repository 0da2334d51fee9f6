//! Whom the steps of a run have told: nobody is told the same again because somebody else was not.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What `zarpe/notify` says of a notice among its outputs; what else it says is not needed here.
#[derive(Deserialize)]
struct Said {
    id: String,
    told: bool,
}

/// The ids of the notices that were taken, by the outputs of a step.
pub(super) fn told(outputs: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    // Outputs of this name may be those of a command that is no notice.
    let said = outputs.get("notices").and_then(|text| serde_json::from_str::<Vec<Said>>(text).ok());
    said.into_iter().flatten().filter(|one| one.told).map(|one| one.id)
}
