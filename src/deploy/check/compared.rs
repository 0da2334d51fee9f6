//! Results and choices are compared with words that they may be.

use super::place::{Source, suggest};
use super::texts::{Placed, texts};
use crate::deploy::expression::{Reference, Template, condition_of, folded};
use crate::deploy::journal::Outcome;
use crate::deploy::plan::{InputKind, Plan};
use crate::report::{Finding, Level};

/// Comparisons with a word that is never there: what they decide is decided already.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    texts(plan).iter().flat_map(|placed| of_text(plan, placed, source)).collect()
}

fn of_text(plan: &Plan, placed: &Placed<'_>, source: &Source<'_>) -> Vec<Finding> {
    let compared = if placed.is_condition {
        condition_of(placed.text).map(|condition| condition.compared())
    } else {
        Template::parse(placed.text).map(|template| template.compared())
    };
    // What is wrong with a text itself is told by others.
    let never = compared.unwrap_or_default().into_iter().filter_map(|(asked, word)| {
        let words = words(plan, &asked)?;
        // What is not there is nothing, and so is an empty text.
        let may_be = word.is_empty() || words.iter().any(|known| folded(known) == folded(&word));
        (!may_be).then_some((asked, word, words))
    });
    let finding = |(asked, word, words): (Reference, String, Vec<&str>)| {
        let message = format!("`{}` is never `{word}`", asked.path.join("."));
        let mut finding =
            source.within(placed.mark, placed.text, (asked.at, asked.width), "deploy/never-equal", message);
        finding.level = Level::Warning;
        finding.help(suggest(&word, words.into_iter(), "it may be"))
    };
    never.map(finding).collect()
}

/// What a value may be; `None` where that is not known.
fn words<'p>(plan: &'p Plan, asked: &Reference) -> Option<Vec<&'p str>> {
    let is = |part: &String, name: &str| part.eq_ignore_ascii_case(name);
    match asked.path.as_slice() {
        [context, _, part] if is(context, "needs") && is(part, "result") => Some(results()),
        [context, _, part] if is(context, "steps") && (is(part, "outcome") || is(part, "conclusion")) => {
            Some(results())
        }
        [context, name] if is(context, "inputs") => {
            let (_, input) = plan.inputs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            let is_choice = input.kind == InputKind::Choice;
            is_choice.then(|| input.options.iter().map(|option| option.as_str()).collect())
        }
        _ => None,
    }
}

fn results() -> Vec<&'static str> {
    [Outcome::Success, Outcome::Failure, Outcome::Skipped, Outcome::Cancelled].map(Outcome::word).to_vec()
}
