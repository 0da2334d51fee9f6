//! The comment that asks people to sign, in their language.

use crate::config::Language;
use crate::deploy::answers::{EVIDENCE, WORDS};
use crate::output::escape;

/// A comment that asks.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The run.
    pub run: &'a str,
    /// The file of the plan.
    pub plan: &'a str,
    /// The digest of its bytes.
    pub plan_sha256: &'a str,
    /// What is deployed, where it is known.
    pub version: Option<&'a str>,
    /// Where to.
    pub environment: &'a str,
    /// The steps that wait.
    pub steps: Vec<Wanted>,
}

/// A step that waits.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The step, as it is named in the answer.
    pub step: String,
    /// What is signed.
    pub statement: String,
    /// Each role that is missing, with its members as the plan writes them.
    pub roles: Vec<(String, Vec<String>)>,
    /// Whether each of the roles must.
    pub all: bool,
    /// Whether it must be said on what.
    pub evidence: bool,
}

impl Question<'_> {
    /// What no reader sees: whose question it is, and for which steps.
    #[must_use]
    pub fn mark(&self) -> String {
        let steps: Vec<&str> = self.steps.iter().map(|step| step.step.as_str()).collect();
        format!("<!-- zarpe deploy: run {} plan {} steps {} -->", self.run, self.plan_sha256, steps.join(","))
    }

    /// The comment.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let is_english = language == Language::En;
        let version = self.version.map_or_else(String::new, |version| format!(" ({})", escape::markdown(version)));
        let (run, plan, to) = (self.run, escape::markdown(self.plan), escape::markdown(self.environment));
        let mut text = self.mark() + "\n";
        text += &if is_english {
            format!("Run **{run}** of {plan}{version}, to {to}, waits for a sign-off.\n")
        } else {
            format!("La ejecución **{run}** de {plan}{version}, hacia {to}, espera una firma.\n")
        };
        for wanted in &self.steps {
            let member = |(role, members): &(String, Vec<String>)| format!("{role} ({})", members.join(", "));
            let roles = wanted.roles.iter().map(member).collect::<Vec<_>>().join("; ");
            let (who, answer) = match (is_english, wanted.all) {
                (true, true) => ("Each of these roles, by another person", "Answer with a comment that has this line"),
                (true, false) => ("Any of these roles", "Answer with a comment that has this line"),
                (false, true) => (
                    "Cada uno de estos roles, cada uno por otra persona",
                    "Responda con un comentario que tenga esta línea",
                ),
                (false, false) => ("Cualquiera de estos roles", "Responda con un comentario que tenga esta línea"),
            };
            let evidence = match (wanted.evidence, is_english) {
                (true, true) => format!(" {}", EVIDENCE[0]),
                (true, false) => format!(" {}", EVIDENCE[1]),
                (false, _) => String::new(),
            };
            text += &format!(
                "\n### {}\n\n{}\n\n- {who}: {roles}\n- {answer}:\n\n```\n{WORDS} {}{evidence}\n```\n",
                wanted.step,
                escape::markdown(&wanted.statement),
                wanted.step
            );
        }
        text += &if is_english {
            format!(
                "\nIt is for the plan `{}` and no other. It counts when it is written after this comment and not edited; \
                 the run goes on with `zarpe deploy resume {run}`.\n",
                self.plan_sha256
            )
        } else {
            format!(
                "\nVale para el plan `{}` y ningún otro. Cuenta si se escribe después de este comentario y no se edita; \
                 la ejecución sigue con `zarpe deploy resume {run}`.\n",
                self.plan_sha256
            )
        };
        text
    }
}

/// What is told on the page of sign-offs that were none: who, for which step, and why.
#[must_use]
pub fn refused(run: &str, lines: &[(Option<String>, String, String)], language: Language) -> String {
    let (head, nobody) = match language {
        Language::En => (format!("For run **{run}** these were no sign-offs:"), "an account that is gone"),
        Language::Es => (format!("Para la ejecución **{run}** esto no fue una firma:"), "una cuenta que ya no existe"),
    };
    let line = |(login, step, why): &(Option<String>, String, String)| {
        let who = login.as_ref().map_or_else(|| nobody.to_owned(), |login| format!("@{login}"));
        let step = if step.is_empty() { String::new() } else { format!(", {}", escape::markdown(step)) };
        format!("- {who}{step}: {}", escape::markdown(why))
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!("<!-- zarpe deploy: told {run} -->\n{head}\n\n{}\n", lines.join("\n"))
}

/// The run that a question of another run is of; `None` where it is no question.
#[must_use]
pub fn run_of(body: &str) -> Option<&str> {
    body.strip_prefix("<!-- zarpe deploy: run ")?.split_once(" plan ").map(|(run, _)| run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(statement: &str) -> Question<'_> {
        let roles = vec![("boss".to_owned(), vec!["@bea".to_owned(), "@acme/boss".to_owned()])];
        let step = "go/ready".to_owned();
        let wanted = Wanted { step, statement: statement.to_owned(), roles, all: true, evidence: true };
        Question {
            run: "7",
            plan: "plan.yml",
            plan_sha256: "abc",
            version: Some("v1.2.0"),
            environment: "prod",
            steps: vec![wanted],
        }
    }

    #[test]
    fn it_says_which_words_answer_it_in_both_languages() {
        let question = question("Ready @all <b>");
        for (language, evidence) in [(Language::En, "WHAT-IT-IS-SIGNED-ON"), (Language::Es, "EVIDENCIA")] {
            let text = question.text(language);
            assert!(text.contains(&format!("```\n/zarpe sign go/ready {evidence}\n```")), "{text}");
            assert!(
                text.contains("`abc`") && text.contains("boss (@bea, @acme/boss)") && text.contains("v1"),
                "{text}"
            );
            assert!(!text.contains("@all") && !text.contains("<b>"), "{text}");
            assert_eq!(run_of(&text), Some("7"));
            // It answers no question itself.
            assert_eq!(crate::deploy::answers::said(&text), []);
        }
    }

    #[test]
    fn who_is_told_is_named() {
        let lines = [
            (Some("mal".to_owned()), "go/ready".to_owned(), "not a member of boss".to_owned()),
            (None, String::new(), "x".to_owned()),
        ];
        let english = refused("7", &lines, Language::En);
        assert!(english.contains("@mal") && english.contains("not a member of boss") && english.contains("is gone"));
        assert!(refused("7", &lines, Language::Es).contains("no fue una firma"));
        assert_eq!(run_of(&english), None);
    }
}
