//! Maintenance that ends over what is half done: by a `post`, by a later step, or by a later job.

use serde_json::{Map, Value, json};

use super::hazards::Done;
use super::maintenance::{puts_on, takes_off};
use super::place::Source;
use crate::deploy::expression::{Expression, Scope, Status, condition_of};
use crate::deploy::plan::{Job, Text};
use crate::report::Finding;

const RULE: &str = "deploy/maintenance-lifted-unasked";
const HOLDS: &str =
    "its condition holds where something is half done: it ends maintenance over a migration that failed, too";

/// What ends maintenance where it must stay. `before` is what was done before the job of `commands` begins.
pub(super) fn unasked<'a, 'p: 'a>(
    job: &Job,
    commands: &[Done<'_>],
    before: impl Fn() -> Vec<&'a Done<'p>>,
    source: &Source<'_>,
) -> Vec<Finding> {
    let mut found = within(commands, source);
    if job.condition.as_ref().is_some_and(|text| holds_half_done(text, false)) {
        found.extend(by_job(commands, &before(), source));
    }
    found
}

/// The same within a rollback, or within the steps of a job alone.
pub(super) fn within(commands: &[Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let mut found = by_post(commands, source);
    found.extend(by_step(commands, source));
    found
}

/// Its `post` runs whatever happened, where it does not ask.
fn by_post(commands: &[Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let lifts = commands.iter().filter(|one| puts_on(&one.command) && one.post_takes_it_off(&one.command));
    let found = lifts.filter_map(|one| {
        let message = match &one.step.post_if {
            Some(text) if asks_for_safety(text) => Some(HOLDS).filter(|_| holds_half_done(text, false)),
            Some(text) if !holds_half_done(text, false) => None,
            _ => {
                Some("its `post` does not ask what is half done: it ends maintenance over a migration that failed, too")
            }
        };
        Some(one.warning(source, RULE, message?).help("add `post-if: safe()` to the step"))
    });
    found.collect()
}

/// A step of the same job that runs after a failure of one between.
fn by_step(commands: &[Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let is_over = |at: usize, off: &Done<'_>| {
        let earlier = commands.get(..at).unwrap_or_default();
        let on = earlier.iter().rposition(|one| puts_on(&one.command));
        let between = on.and_then(|on| Some((earlier.get(on)?, earlier.get(on + 1..)?)));
        between.is_some_and(|(on, between)| between.iter().any(|one| is_other(one, on) && is_other(one, off)))
    };
    let runs = |one: &Done<'_>| one.step.condition.as_ref().is_some_and(|text| holds_half_done(text, false));
    let off = commands.iter().enumerate().filter(|(_, one)| takes_off(&one.command) && runs(one));
    off.filter(|(at, one)| is_over(*at, one)).map(|(_, one)| warned(one, source)).collect()
}

/// A job that runs after a failure of one that it waits for.
fn by_job(commands: &[Done<'_>], before: &[&Done<'_>], source: &Source<'_>) -> Vec<Finding> {
    let Some(on) = before.iter().find(|one| puts_on(&one.command)) else { return Vec::new() };
    let has_work = before.iter().any(|one| is_other(one, on) && !takes_off(&one.command));
    // In a job that was begun all the same, nothing has failed yet.
    let runs = |one: &Done<'_>| one.step.condition.as_ref().is_none_or(|text| holds_half_done(text, true));
    let off = commands.iter().filter(|one| has_work && takes_off(&one.command) && runs(one));
    off.map(|one| warned(one, source)).collect()
}

fn is_other(one: &Done<'_>, than: &Done<'_>) -> bool {
    !std::ptr::eq(one.step, than.step)
}

fn warned(one: &Done<'_>, source: &Source<'_>) -> Finding {
    one.warning(source, RULE, HOLDS).help("give the step a `post` that takes it off, and `post-if: safe()`")
}

fn asks_for_safety(text: &Text) -> bool {
    condition_of(text.as_str()).is_ok_and(|condition| condition.calls("safe"))
}

/// Whether a condition holds where something failed or was cut off half way; `success` is that of the job itself. What cannot be read is
/// told elsewhere.
fn holds_half_done(text: &Text, success: bool) -> bool {
    condition_of(text.as_str()).is_ok_and(|condition| {
        let failed = Status { success, failure: !success, cancelled: false, safe: false };
        let cancelled = Status { success: false, failure: false, cancelled: true, safe: false };
        holds(&condition, failed, "failure") || holds(&condition, cancelled, "cancelled")
    })
}

/// Whether it holds where every job and step that it names had this result. Of other values it is enough that one lets it hold, where it
/// does not ask for safety: who does lets a person's word stand in for it.
fn holds(condition: &Expression, status: Status, result: &str) -> bool {
    if !condition.asks_for_status() && !status.success {
        return false;
    }
    let others: &[Value] = if condition.calls("safe") { &[Value::Null] } else { &[Value::Null, Value::Bool(true)] };
    others.iter().any(|other| {
        let contexts = contexts(condition, result, other);
        let scope = Scope { contexts: &contexts, status, withheld: &[] };
        condition.ask(&scope).is_ok_and(|value| value.is_true())
    })
}

/// What the names of a condition stand for.
fn contexts(condition: &Expression, result: &str, other: &Value) -> Value {
    let mut all = Map::new();
    for reference in condition.references() {
        let [context, name, rest @ ..] = reference.path.as_slice() else { continue };
        let context = context.to_lowercase();
        let is_result = rest
            .last()
            .is_some_and(|key| ["result", "outcome", "conclusion"].iter().any(|known| key.eq_ignore_ascii_case(known)));
        let value = if is_result { json!(result) } else { other.clone() };
        let of = all.entry(context).or_insert_with(|| json!({}));
        put(of, name, rest, value);
    }
    Value::Object(all)
}

/// Puts a value at the end of a path of objects.
fn put(within: &mut Value, name: &str, rest: &[String], value: Value) {
    let Some(fields) = within.as_object_mut() else { return };
    match rest {
        [] => {
            fields.insert(name.to_owned(), value);
        }
        [next, rest @ ..] => put(fields.entry(name).or_insert_with(|| json!({})), next, rest, value),
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use crate::deploy::expression::{Status, condition_of};

    #[test_case("safe()" => false)]
    #[test_case("safe() || failure()" => true; "a failure lets it hold")]
    #[test_case("safe() || cancelled()" => true; "an end half way does")]
    #[test_case("safe() && inputs.x" => false; "and something else")]
    #[test_case("inputs.x && safe()" => false; "something else first")]
    #[test_case("safe() || inputs.force" => false; "the word of a person")]
    #[test_case("always()" => true; "always")]
    #[test_case("always() && inputs.window" => true; "always, where there was a window")]
    #[test_case("always() && needs.mig.result == 'success'" => false; "where the migration succeeded")]
    #[test_case("always() && needs.mig.result != 'skipped'" => true; "where it began")]
    #[test_case("!failure() && !cancelled()" => false; "where nothing failed")]
    #[test_case("inputs.x" => false; "after success only")]
    fn holds_half_done(text: &str) -> bool {
        let condition = condition_of(text).unwrap();
        let failed = Status { success: false, failure: true, cancelled: false, safe: false };
        let cancelled = Status { success: false, failure: false, cancelled: true, safe: false };
        super::holds(&condition, failed, "failure") || super::holds(&condition, cancelled, "cancelled")
    }
}
