//! Commands that write where a workflow's runner would read and no step of a plan does.

use super::commands::{Command, commands};
use super::place::Source;
use crate::deploy::outer::FILES;
use crate::deploy::plan::{Action, Job, Plan, Step, Text};
use crate::report::Finding;

/// A mistake at each text that does, once for each such file.
pub(super) fn check(plan: &Plan, source: &Source<'_>) -> Vec<Finding> {
    let of_job = |job: &Job| -> Vec<Finding> {
        let steps = job.steps.iter().chain(&job.rollback);
        steps.flat_map(|step| FILES.iter().flat_map(move |name| of_step(plan, job, step, name, source))).collect()
    };
    plan.jobs.iter().flat_map(|(_, job)| of_job(job)).collect()
}

fn of_step(plan: &Plan, job: &Job, step: &Step, name: &str, source: &Source<'_>) -> Vec<Finding> {
    // A plan that says itself which file that is reads it itself.
    let names = [&plan.env, &job.env, &step.env];
    if names.iter().any(|env| env.iter().any(|(own, _)| own.as_str() == name)) {
        return Vec::new();
    }
    let (command, shell) = match &step.action {
        Action::Run { command, shell, .. } => (Some(command), shell.as_ref()),
        Action::Uses { .. } => (None, None),
    };
    let shell = shell.or(plan.defaults.run.shell.as_ref()).map_or("", |shell| shell.as_str());
    let texts = [command, step.done_if.as_ref(), step.post.as_ref()].into_iter().flatten();
    texts.filter_map(|text| of_text(text, name, shell.starts_with("python"), source)).collect()
}

fn of_text(text: &Text, name: &str, is_python: bool, source: &Source<'_>) -> Option<Finding> {
    let (at, width) = if is_python {
        let quoted = ['"', '\''].map(|quote| format!("{quote}{name}{quote}"));
        let at = quoted.iter().find_map(|quoted| text.as_str().find(quoted.as_str()))?;
        (text.as_str().get(..at)?.chars().count(), name.len() + 2)
    } else {
        let found = commands(text.as_str()).into_iter().find(|command| writes(command, name))?;
        (found.at, found.width)
    };
    let message = format!("no step of a plan reads `${name}`: what is written there is lost");
    let help = if name == "GITHUB_PATH" {
        "call the program by its path, or let each command that needs it begin with: export PATH=FOLDER:$PATH"
    } else {
        "give the step an `id`, write NAME=VALUE to $GITHUB_OUTPUT, and read it as `steps.ID.outputs.NAME`"
    };
    Some(source.within(text.mark(), text.as_str(), (at, width), "deploy/outer-file", message).help(help))
}

/// Whether a command writes to the file that a variable names: by a redirection, or as `tee`.
fn writes(command: &Command<'_>, name: &str) -> bool {
    let is_it = |word: &str| {
        let word = word.trim_matches('"');
        let inner = word.strip_prefix("${").and_then(|word| word.strip_suffix('}'));
        let inner = inner.map(|inner| inner.split_once(':').map_or(inner, |(inner, _)| inner));
        inner.or_else(|| word.strip_prefix('$')) == Some(name)
    };
    let mut before = "";
    command.words.iter().copied().any(|word| {
        let is_behind = before.ends_with('>') || before.ends_with(">|") || command.program() == "tee";
        before = word;
        let redirected = word.rsplit_once('>').map(|(_, file)| file.trim_start_matches('|'));
        redirected.is_some_and(is_it) || is_behind && is_it(word)
    })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::super::commands::commands;

    #[test_case("echo A=b >> $GITHUB_ENV" => true)]
    #[test_case("echo \"A=$x\" >> \"$GITHUB_ENV\"" => true; "quotes")]
    #[test_case("echo \"A=b\">>${GITHUB_ENV}" => true; "without a space")]
    #[test_case("printf x | tee -a \"${GITHUB_ENV:-/dev/null}\"" => true; "tee")]
    #[test_case("{\n  echo A=b\n  echo C=d\n} >>\"$GITHUB_ENV\"" => true; "a group")]
    #[test_case("bash -c 'echo A=b >> $GITHUB_ENV'" => true; "in a shell")]
    #[test_case("echo A=b >> $GITHUB_OUTPUT" => false; "the right one")]
    #[test_case("echo A=b >> $GITHUB_ENVIRONMENT" => false; "another name")]
    #[test_case("# echo A=b >> $GITHUB_ENV\ntrue" => false; "a comment")]
    #[test_case("test -n \"$GITHUB_ENV\" && cat \"$GITHUB_ENV\"" => false; "a look at it")]
    fn writes(text: &str) -> bool {
        commands(text).iter().any(|command| super::writes(command, "GITHUB_ENV"))
    }
}
