//! The sign-offs of a report.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::Source;
use crate::deploy::journal::{Entry, Event, Journal, Outcome, Part, Place, Proof};
use crate::deploy::plan::Action;
use crate::deploy::state::{Facts, Request, Sight, Signature, Standing, State as Fold, View, step_of};
use crate::output::json::deploy_report::{SignOff, Void};

/// The sign-offs of a run, in the order of time. `label` is what people call a step.
pub(super) fn sign_offs(source: &Source<'_>, fold: &Fold, label: &dyn Fn(&Place) -> String) -> Vec<SignOff> {
    let hide = |text: &str| source.mask.text(text);
    let deciding = deciding(source.journal, fold);
    let moves = |entry: &&Entry| matches!(entry.event, Event::RunResumed { sha: Some(_), .. });
    let moved = source.journal.entries.iter().rfind(moves).map(|entry| entry.seq);
    let of = |entry: &Entry| {
        let Event::Signed { place, role, login, proof, plan_sha256, evidence, at, .. } = &entry.event else {
            return None;
        };
        let step = step_of(source.view.plan, place);
        let asked =
            step.filter(|step| matches!(step.action, Action::Uses { .. })).and_then(|step| Request::of(step).ok());
        let sight = Sight { job: Some(&place.job), ..Sight::default() };
        // What was signed is what it said then, and its commit may be another one by now.
        let sha = commit_before(source.journal, entry.seq).or_else(|| source.view.facts.sha.clone());
        let facts = Facts { sha, ..source.view.facts.clone() };
        let view = View { facts: &facts, ..source.view };
        let rendered = |text: String| hide(&view.render(fold, &text, sight).unwrap_or_else(|_| text.clone()));
        let statement = asked.and_then(|asked| asked.statement).map(rendered);
        let decides = place.part.owner() != Part::Rollback || deciding.contains(&entry.seq);
        let void = match () {
            () if *plan_sha256 != fold.plan_sha256 => Some(Void::PlanChanged),
            () if moved.is_some_and(|moved| entry.seq < moved) => Some(Void::CommitChanged),
            () if !decides => Some(Void::OtherRollback),
            () => None,
        };
        Some(SignOff {
            step: place.to_string(),
            statement: statement.unwrap_or_else(|| label(place)),
            role: role.clone(),
            login: hide(login),
            proof: proof_word(*proof),
            evidence: evidence.as_ref().map(|evidence| hide(evidence)),
            at: at.unwrap_or(entry.ts),
            holds: void.is_none(),
            void,
        })
    };
    source.journal.entries.iter().filter_map(of).collect()
}

/// The commit that a run went by before this line of its journal; `None` where it is not known.
fn commit_before(journal: &Journal, line: u64) -> Option<String> {
    journal.entries.iter().take_while(|entry| entry.seq < line).fold(None, |known, entry| match &entry.event {
        Event::RunStarted(started) => started.sha.clone(),
        Event::RunResumed { sha, .. } => sha.clone().or(known),
        _ => known,
    })
}

/// The lines of the signatures by which each step of a rollback was passed last, or that decide about it now.
fn deciding(journal: &Journal, fold: &Fold) -> BTreeSet<u64> {
    let mut signed: Vec<(u64, Signature)> = Vec::new();
    let mut passed: BTreeMap<Place, Vec<Signature>> = BTreeMap::new();
    let by = |state: &Fold, place: &Place| state.deciding(place).into_iter().cloned().collect::<Vec<_>>();
    let mut then = Fold::default();
    for entry in &journal.entries {
        match &entry.event {
            // What decides about it is weighed as it begins; afterwards no signature is out of date.
            Event::RollbackStarted { job } => {
                let own = then.signatures.iter().map(|one| &one.place);
                let own: Vec<&Place> = own.filter(|place| place.job == *job && place.part == Part::Rollback).collect();
                passed.extend(own.into_iter().map(|place| (place.clone(), by(&then, place))));
            }
            Event::StepFinished { place, outcome: Outcome::Success, .. }
                if passed.get(place).is_none_or(Vec::is_empty) =>
            {
                passed.insert(place.clone(), by(&then, place));
            }
            _ => {}
        }
        then.apply(entry.ts, entry.attempt, &entry.event);
        if let Event::Signed { .. } = &entry.event {
            signed.extend(then.signatures.last().map(|one| (entry.seq, one.clone())));
        }
    }
    let decides = |(_, one): &&(u64, Signature)| match passed.get(&one.place) {
        Some(passed) if fold.standing(&one.place) == Standing::Finished(Outcome::Success) => passed.contains(one),
        _ => fold.deciding(&one.place).contains(&one),
    };
    signed.iter().filter(decides).map(|(line, _)| *line).collect()
}

/// The word of the journal.
fn proof_word(proof: Proof) -> String {
    serde_json::to_value(proof).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
