//! The keys of `with:` are options of the step's subcommand, and their values such as it takes.

use std::collections::BTreeSet;

use super::place::{Source, suggest};
use super::references_of;
use super::texts::texts as all_texts;
use crate::deploy::plan::{Action, Builtin, Id, Name, Plan, Step};
use crate::deploy::state::{OPTIONS, Request, sign};
use crate::deploy::with::{Key, Kind, Steps, Wrong, arguments_of, key, rendered, texts};
use crate::report::{Finding, Level};
use crate::yaml::{Map, Node, Spanned};

/// Keys that the subcommand has not, keys that are missing, and values that it would refuse.
pub(super) fn check(plan: &Plan, source: &Source<'_>, steps: Steps) -> Vec<Finding> {
    let uses = plan.steps().filter_map(|(_, step)| match &step.action {
        Action::Uses { builtin, with } => Some((step, builtin, with)),
        Action::Run { .. } => None,
    });
    uses.flat_map(|(step, builtin, with)| match step.is_sign_off() {
        true => [of_sign_off(step, builtin, with, source), unused(plan, step, source)].concat(),
        false => of_step(builtin, with, source, steps),
    })
    .collect()
}

/// A sign-off is no subcommand: what is wrong with it would be found out in the window.
fn of_sign_off(step: &Step, builtin: &Spanned<Builtin>, with: &Map<Id, Node>, source: &Source<'_>) -> Vec<Finding> {
    let mut request = Request::default();
    let mut findings = Vec::new();
    for (name, node) in with.iter() {
        let Err(why) = request.take(name.as_str(), node) else { continue };
        findings.push(match OPTIONS.iter().find(|known| known.name == name.as_str()) {
            Some(known) => {
                let values = if known.values.is_empty() { "TEXT".to_owned() } else { known.values.join(" | ") };
                source.error("deploy/option", node.mark, why).help(format!("{}: {values}", known.name))
            }
            None => {
                let help = suggest(name.as_str(), OPTIONS.iter().map(|known| known.name), "options");
                source.error("deploy/unknown-option", name.mark, why).help(help)
            }
        });
    }
    if step.role.is_empty() {
        findings.push(source.error("deploy/no-role", builtin.mark, sign::NOBODY.to_owned()).help("role: ROLE"));
    }
    findings
}

/// The variables of a sign-off that its own texts do not ask for: no command sees them.
fn unused(plan: &Plan, step: &Step, source: &Source<'_>) -> Vec<Finding> {
    if step.env.iter().next().is_none() {
        return Vec::new();
    }
    let own = all_texts(plan).into_iter().filter(|placed| {
        placed.sight.beside.is_none() && placed.sight.step.is_some_and(|other| std::ptr::eq(other, step))
    });
    let asked: Vec<Vec<String>> =
        own.flat_map(|placed| references_of(&placed).unwrap_or_default()).map(|one| one.path).collect();
    let asks = |name: &str| {
        asked.iter().any(|path| match path.as_slice() {
            // All of it.
            [context] => context == "env",
            [context, part, ..] => context == "env" && part.eq_ignore_ascii_case(name),
            [] => false,
        })
    };
    let told = |key: &Spanned<Name>| {
        let name = key.as_str();
        let message = format!("nothing runs in a sign-off, and it does not ask for `env.{name}`");
        let help = format!("take `{name}` out of it, or ask for it: ${{{{ env.{name} }}}}");
        source.finding("deploy/unused-variable", Level::Warning, key.mark, message).help(help)
    };
    step.env.iter().map(|(key, _)| key).filter(|key| !asks(key.as_str())).map(told).collect()
}

fn of_step(builtin: &Spanned<Builtin>, with: &Map<Id, Node>, source: &Source<'_>, steps: Steps) -> Vec<Finding> {
    let Some(keys) = (steps.keys)(builtin.value) else { return Vec::new() };
    let word = builtin.word();
    let mut findings = Vec::new();
    for (name, node) in with.iter() {
        let Some(key) = key(&keys, name.as_str()) else {
            let message = format!("{word} has no option `{}`", name.as_str());
            let known = keys.iter().filter_map(|key| key.names.first()).map(String::as_str);
            let help = suggest(name.as_str(), known, "options");
            findings.push(source.error("deploy/unknown-option", name.mark, message).help(help));
            continue;
        };
        if let Some(why) = refusal(builtin.value, key, node, steps) {
            let help = format!("{} --help says what `{}` takes", word.replace('/', " "), name.as_str());
            findings.push(source.error("deploy/option", node.mark, why).help(help));
        }
    }
    let given = |names: &[String]| names.iter().any(|name| with.iter().any(|(id, _)| id.as_str() == name));
    for names in keys.iter().filter(|key| key.required && !given(&key.names)).filter_map(|key| key.names.first()) {
        let message = format!("{word} needs the option `{names}`");
        let finding = source.error("deploy/missing-option", builtin.mark, message);
        findings.push(finding.help(format!("with: {{ {names}: … }}")));
    }
    for names in (steps.one_of)(builtin.value).iter().filter(|names| !given(names)) {
        let message = format!("{word} needs one of the options {}", names.join(", "));
        let finding = source.error("deploy/missing-option", builtin.mark, message);
        findings.push(finding.help(format!("with: {{ {}: … }}", names.first().map_or("", String::as_str))));
    }
    if findings.is_empty() {
        findings.extend(together(builtin, with, &keys, source, steps));
    }
    findings
}

/// What the subcommand says of all its options together. A value with an expression in it is not known yet: another one stands in for it,
/// and what is said because of that one is not said.
fn together(
    builtin: &Spanned<Builtin>,
    with: &Map<Id, Node>,
    keys: &[Key],
    source: &Source<'_>,
    steps: Steps,
) -> Vec<Finding> {
    let unknown: BTreeSet<&str> =
        with.iter().filter(|(_, node)| !is_known(node)).map(|(name, _)| name.as_str()).collect();
    let mut may_err = true;
    let arguments = arguments_of(keys, with, |name, node| {
        if unknown.contains(name) {
            let key = key(keys, name);
            let is_flag = key.is_some_and(|key| key.kind == Kind::Flag);
            let own = key.and_then(|key| key.names.first()).and_then(|name| (steps.stand_in)(builtin.value, name));
            may_err &= !is_flag && own.is_some();
            return Ok::<_, std::convert::Infallible>(stand_in(key, node, own, is_flag));
        }
        rendered(key(keys, name), node, &mut |text: &str| Ok(text.to_owned()))
    });
    let Ok(arguments) = arguments;
    let is_said = |wrong: &Wrong| {
        if wrong.keys.is_empty() { may_err } else { !wrong.keys.iter().any(|key| is_unknown(key, keys, &unknown)) }
    };
    let finding = |wrong: Wrong| {
        let blamed = with.iter().find(|(name, _)| {
            key(keys, name.as_str()).is_some_and(|key| key.names.iter().any(|name| wrong.keys.contains(name)))
        });
        let mark = blamed.map_or(builtin.mark, |(_, node)| node.mark);
        let help = wrong
            .help
            .unwrap_or_else(|| format!("{} --help says what goes together", builtin.word().replace('/', " ")));
        source.error("deploy/option", mark, wrong.message).help(help)
    };
    (steps.misuses)(builtin.value, &arguments).into_iter().filter(is_said).map(finding).collect()
}

/// Whether a key of the subcommand's has a value that is not known yet.
fn is_unknown(blamed: &str, keys: &[Key], unknown: &BTreeSet<&str>) -> bool {
    let names = key(keys, blamed).map_or(&[][..], |key| &key.names);
    names.iter().any(|name| unknown.contains(name.as_str()))
}

fn is_known(node: &Node) -> bool {
    let mut is_known = true;
    let Ok(_) = rendered(None, node, &mut |text: &str| {
        is_known &= !text.contains("${{");
        Ok::<_, std::convert::Infallible>(String::new())
    });
    is_known
}

/// A value in the place of one that is not known yet: all of it, or the texts within it.
fn stand_in(key: Option<&Key>, node: &Node, own: Option<String>, is_flag: bool) -> serde_json::Value {
    if is_flag {
        return serde_json::Value::Bool(false);
    }
    let is_nested = matches!(node.value, crate::yaml::Value::Mapping(_));
    let instead = own.filter(|_| !is_nested).unwrap_or_else(|| "x".to_owned());
    let Ok(value) = rendered(key, node, &mut |text: &str| {
        Ok::<_, std::convert::Infallible>(if text.contains("${{") { instead.clone() } else { text.to_owned() })
    });
    value
}

/// Why the subcommand would refuse a value. What has an expression in it is not known yet.
fn refusal(builtin: Builtin, key: &Key, node: &Node, steps: Steps) -> Option<String> {
    if !is_known(node) {
        return None;
    }
    let Ok(value) = rendered(Some(key), node, &mut |text: &str| Ok::<_, std::convert::Infallible>(text.to_owned()));
    let name = key.names.first()?;
    let values = texts(&value, key.is_json);
    if key.kind == Kind::Flag {
        let wrong = values.iter().find(|value| !matches!(value.as_str(), "true" | "false"))?;
        return Some(format!("`{name}` is true or false, not `{wrong}`"));
    }
    values.iter().find_map(|value| (steps.refusal)(builtin, name, value))
}
