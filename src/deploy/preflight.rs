//! What a run lacks before its first step: an input, a secret, a shell. Nothing of it is found out half way.

use std::collections::{BTreeMap, BTreeSet};

use super::check::asked;
use super::plan::{Action, Input, InputKind, Plan};
use super::state::{Facts, Request};
use crate::report::{Failure, Finding, Level};
use crate::yaml::Mark;

/// The programs that read the commands of `run` steps.
pub const SHELLS: [&str; 4] = ["bash", "sh", "python", "python3"];

/// The inputs of a run: those that were given, and the defaults of the others.
///
/// # Errors
/// Exit code 2: one that the plan does not know, that is missing, or that has a value that it cannot have.
pub fn inputs(plan: &Plan, given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let known = || plan.inputs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    for pair in given {
        let wrong = |message: String| Failure::usage("deploy/input", message).help(format!("inputs: {}", known()));
        let (name, value) =
            pair.split_once('=').ok_or_else(|| wrong(format!("`{pair}` is no input: write --input NAME=VALUE")))?;
        let input = plan.inputs.get(name).ok_or_else(|| wrong(format!("the plan has no input `{name}`")))?;
        check(name, input, value).map_err(wrong)?;
        if input.required && value.is_empty() {
            return Err(wrong(format!("the input `{name}` is required, and it is empty")).into());
        }
        found.insert(name.to_owned(), value.to_owned());
    }
    for (name, input) in plan.inputs.iter() {
        if found.contains_key(name.as_str()) {
            continue;
        }
        let default = input.default.as_ref().map(|text| text.as_str().to_owned());
        let is_choice = input.kind == InputKind::Choice;
        // Nothing is none of the options, as long as none of them is empty.
        let is_lacking = if is_choice && default.is_none() {
            check(name, input, "").is_err()
        } else {
            input.required && default.as_deref().is_none_or(str::is_empty)
        };
        if is_lacking {
            let name = name.as_str();
            if is_choice && input.options.is_empty() {
                return Err(Failure::usage("deploy/input", without_options(name)).help(OPTIONS).into());
            }
            let message = format!("the input `{name}` is missing");
            let help = if is_choice {
                format!("one of {}: --input {name}=VALUE", options(input))
            } else {
                format!("--input {name}=VALUE")
            };
            return Err(Failure::usage("deploy/input", message).help(help).into());
        }
        let nothing = if input.kind == InputKind::Boolean { "false" } else { "" };
        found.insert(name.as_str().to_owned(), default.unwrap_or_else(|| nothing.to_owned()));
    }
    Ok(found)
}

fn check(name: &str, input: &Input, value: &str) -> Result<(), String> {
    match input.kind {
        InputKind::Boolean if !matches!(value, "true" | "false") => {
            Err(format!("`{name}` is true or false, not `{value}`"))
        }
        // Not-a-number compares with nothing: a condition that asks for it would be false without a word.
        InputKind::Number if !value.parse::<f64>().is_ok_and(f64::is_finite) => {
            Err(format!("`{name}` is a number, not `{value}`"))
        }
        InputKind::Choice if input.options.is_empty() => Err(without_options(name)),
        InputKind::Choice if !input.options.iter().any(|option| option.as_str() == value) => {
            Err(format!("`{name}` is one of {}, not `{value}`", options(input)))
        }
        _ => Ok(()),
    }
}

/// What to do about a choice without options.
const OPTIONS: &str = "options: [a, b], of which a run is given one";

fn without_options(name: &str) -> String {
    format!("`{name}` is a choice, and the plan gives it no `options`")
}

fn options(input: &Input) -> String {
    input.options.iter().map(|option| option.as_str()).collect::<Vec<_>>().join(", ")
}

/// The names of variables that the plan asks of `vars`.
#[must_use]
pub fn vars(plan: &Plan) -> BTreeSet<String> {
    let of = |(_, path): (Mark, Vec<String>)| match path.as_slice() {
        [context, name, ..] if context.eq_ignore_ascii_case("vars") => Some(name.clone()),
        _ => None,
    };
    asked(plan).into_iter().filter_map(of).collect()
}

/// Whether the plan asks for the version that was deployed before.
#[must_use]
pub fn asks_previous(plan: &Plan) -> bool {
    let is_it = |(_, path): &(Mark, Vec<String>)| {
        let path: Vec<String> = path.iter().map(|part| part.to_lowercase()).collect();
        path == ["zarpe", "previous_tag"]
    };
    asked(plan).iter().any(is_it)
}

/// What of the plan itself stops a run before its first step, whatever is known of the run.
#[must_use]
pub fn never_begins(file: &str, text: &str, plan: &Plan) -> Vec<Finding> {
    let at = |mark: Mark, rule: &str, message: String| {
        Finding::new(rule, Level::Error, message).at(mark.in_file(file)).quoting(text)
    };
    let mut findings = Vec::new();
    for (_, step) in plan.steps() {
        match &step.action {
            Action::Uses { builtin, with } if step.role.is_empty() && is_signed_if_inconclusive(with) => {
                let why = "`inconclusive: sign` needs a `role`: who signs it?".to_owned();
                findings.push(at(builtin.mark, "deploy/sign", why).help("role: [qa], one of the plan's `roles`"));
            }
            Action::Run { shell: Some(shell), .. } if !SHELLS.contains(&shell.as_str()) => {
                findings.push(unknown_shell(&at, shell.mark(), shell));
            }
            _ => {}
        }
    }
    if let Some(shell) = plan.defaults.run.shell.as_ref().filter(|shell| !SHELLS.contains(&shell.as_str())) {
        findings.push(unknown_shell(&at, shell.mark(), shell));
    }
    for (name, input) in plan.inputs.iter() {
        if input.kind == InputKind::Choice && input.options.is_empty() {
            findings.push(at(name.mark, "deploy/input", without_options(name)).help(OPTIONS));
            continue;
        }
        // An empty default of what is no text is none.
        let default = input.default.as_ref().filter(|text| !text.is_empty() || input.kind == InputKind::Choice);
        if let Some((default, Err(why))) = default.map(|text| (text, check(name, input, text))) {
            let help = "give it a default that a run could be given as well, or none";
            findings.push(at(default.mark(), "deploy/input", why).help(help));
        }
    }
    findings
}

/// What stops the run before its first step, each with its place.
#[must_use]
pub fn lacking(file: &str, text: &str, plan: &Plan, facts: &Facts) -> Vec<Finding> {
    let at = |mark: Mark, rule: &str, message: String| {
        Finding::new(rule, Level::Error, message).at(mark.in_file(file)).quoting(text)
    };
    let mut findings = never_begins(file, text, plan);
    for (_, step) in plan.steps().filter(|(_, step)| step.is_sign_off()) {
        if let (Action::Uses { builtin, .. }, Err(why)) = (&step.action, Request::of(step)) {
            findings.push(at(builtin.mark, "deploy/sign", why));
        }
    }
    for name in plan.secrets.iter().filter(|name| facts.secrets.get(name.as_str()).is_none_or(String::is_empty)) {
        let message = format!("the secret `{}` is not set", name.as_str());
        let help = format!("set the environment variable {}", name.as_str());
        findings.push(at(name.mark, "deploy/no-secret", message).help(help));
    }
    let mut seen = BTreeSet::new();
    for (mark, path) in asked(plan) {
        let [context, name, ..] = path.as_slice() else { continue };
        let (context, name) = (context.to_lowercase(), name.to_lowercase());
        let lack = match (context.as_str(), name.as_str()) {
            ("vars", _) if !facts.vars.keys().any(|known| known.eq_ignore_ascii_case(&name)) => {
                Some("set it as an environment variable".to_owned())
            }
            ("zarpe", "sha" | "short_sha") if facts.sha.is_none() => Some("run it in a clone, at a commit".to_owned()),
            ("zarpe", "previous_tag") if facts.previous_tag.is_none() => {
                Some("no deployment here with success tells its version: say which one runs, --previous TAG".to_owned())
            }
            _ => None,
        };
        if let Some(help) = lack.filter(|_| seen.insert(path.clone())) {
            findings.push(at(mark, "deploy/undefined", format!("`{}` is not known", path.join("."))).help(help));
        }
    }
    findings
}

/// Whether a step leaves its answer to a person where it cannot tell.
fn is_signed_if_inconclusive(with: &crate::yaml::Map<super::plan::Id, crate::yaml::Node>) -> bool {
    let is_sign =
        |node: &crate::yaml::Node| matches!(&node.value, crate::yaml::Value::String(word) if &**word == "sign");
    with.iter().any(|(name, node)| name.as_str() == "inconclusive" && is_sign(node))
}

fn unknown_shell(at: &dyn Fn(Mark, &str, String) -> Finding, mark: Mark, shell: &str) -> Finding {
    at(mark, "deploy/shell", format!("`{shell}` is no shell that is known"))
        .help(format!("shells: {}", SHELLS.join(", ")))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    const INPUTS: &str = "
inputs:
  v: {required: true}
  b: {type: boolean, default: true}
  n: {type: number}
  c: {type: choice, options: [x, y], default: x}
jobs: {a: {steps: [{run: x}]}}
";

    #[test_case(&["v=1", "c=y", "n=2"] => "b=true c=y n=2 v=1"; "given and defaults")]
    #[test_case(&["v=a=b"] => "b=true c=x n= v=a=b"; "an equals sign in the value")]
    #[test_case(&[] => "the input `v` is missing"; "missing")]
    #[test_case(&["v="] => "the input `v` is required, and it is empty"; "given empty")]
    #[test_case(&["w=1"] => "the plan has no input `w`"; "unknown")]
    #[test_case(&["v"] => "`v` is no input: write --input NAME=VALUE"; "no value")]
    #[test_case(&["v=1", "b=yes"] => "`b` is true or false, not `yes`"; "no boolean")]
    #[test_case(&["v=1", "n=x"] => "`n` is a number, not `x`"; "no number")]
    #[test_case(&["v=1", "c=z"] => "`c` is one of x, y, not `z`"; "no choice")]
    fn inputs(given: &[&str]) -> String {
        let plan = Plan::parse("p", INPUTS).unwrap();
        let given: Vec<String> = given.iter().map(|pair| (*pair).to_owned()).collect();
        match super::inputs(&plan, &given) {
            Ok(found) => found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
            Err(error) => Failure::from_error(&error).finding.message,
        }
    }

    #[test_case("{type: choice, options: [x, y]}", &[] => "the input `c` is missing; one of x, y: --input c=VALUE"; "a choice that nobody made")]
    #[test_case("{type: choice, options: ['', y]}", &[] => "c="; "nothing is one of the options")]
    #[test_case("{type: choice, options: []}", &[] => "`c` is a choice, and the plan gives it no `options`; options: [a, b], of which a run is given one"; "no options")]
    #[test_case("{type: choice, options: []}", &["c=x"] => "`c` is a choice, and the plan gives it no `options`; inputs: c"; "no options, and one given")]
    #[test_case("{required: true, default: ''}", &[] => "the input `c` is missing; --input c=VALUE"; "an empty default")]
    #[test_case("{required: true, default: ''}", &["c=x"] => "c=x"; "given all the same")]
    fn an_input(input: &str, given: &[&str]) -> String {
        let plan = Plan::parse("p", &format!("inputs: {{c: {input}}}\njobs: {{a: {{steps: [{{run: x}}]}}}}")).unwrap();
        let given: Vec<String> = given.iter().map(|pair| (*pair).to_owned()).collect();
        match super::inputs(&plan, &given) {
            Ok(found) => found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
            Err(error) => {
                let finding = Failure::from_error(&error).finding;
                format!("{}; {}", finding.message, finding.help.unwrap_or_default())
            }
        }
    }

    #[test_case("inputs: {c: {type: choice, options: [], default: y}}\njobs: {a: {steps: [{run: x}]}}" => "`c` is a choice, and the plan gives it no `options`")]
    #[test_case("jobs: {a: {steps: [{uses: zarpe/sign}]}}" => "a sign-off needs a `role`: who signs it?")]
    #[test_case("roles: {q: '@q'}\njobs: {a: {steps: [{uses: zarpe/sign, role: q, with: {statment: x}}]}}" => "zarpe/sign has no option `statment`")]
    #[test_case("roles: {q: '@q'}\njobs: {a: {steps: [{uses: zarpe/sign, role: q, with: {quorum: none}}]}}" => "`quorum` is `all` or `any`")]
    #[test_case("inputs: {b: {type: boolean, default: ja}}\njobs: {a: {steps: [{run: x}]}}" => "`b` is true or false, not `ja`")]
    #[test_case("inputs: {c: {type: choice, options: [x], default: y}, n: {type: number, default: ''}}\njobs: {a: {steps: [{run: x}]}}" => "`c` is one of x, not `y`")]
    #[test_case("secrets: [S, T]\njobs: {a: {steps: [{run: x}]}}" => "the secret `T` is not set")]
    #[test_case("jobs: {a: {steps: [{run: x, if: vars.X == 1}]}}" => "`vars.X` is not known")]
    #[test_case("jobs: {a: {steps: [{run: '${{ zarpe.previous_tag }}', name: '${{ zarpe.previous_tag }}'}]}}" => "`zarpe.previous_tag` is not known")]
    #[test_case("jobs: {a: {steps: [{run: x, shell: zsh}]}}" => "`zsh` is no shell that is known")]
    #[test_case("jobs: {a: {steps: [{run: '${{ zarpe.run_id }} ${{ vars.Y }}'}]}}" => ""; "all is there")]
    fn lacking(text: &str) -> String {
        let facts = Facts {
            secrets: [("S".to_owned(), "s".to_owned())].into(),
            vars: [("Y".to_owned(), "y".to_owned())].into(),
            ..Facts::default()
        };
        let findings = super::lacking("p", text, &Plan::parse("p", text).unwrap(), &facts);
        findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ")
    }
}
