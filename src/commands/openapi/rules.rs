//! `zarpe openapi rules`: the table of rules, each explained.

use anyhow::Result;

use crate::commands::Outcome;
use crate::openapi::rules::{self, Profile, Rule};
use crate::output::json::Document as _;
use crate::output::json::openapi_rules::OpenapiRules;
use crate::report::{Body, Failure, Mark, Report, Section, Verdict};

/// The table of rules, each explained.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Explain one rule.
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
}

/// Lists the table, or explains a row.
///
/// # Errors
/// Exit code 2 where there is no such rule.
pub(super) fn run(options: &Options) -> Result<Outcome> {
    let rules = match &options.explain {
        Some(id) => vec![rules::find(id).ok_or_else(|| unknown(id))?],
        None => rules::all(),
    };
    let (title, section) = match (&options.explain, rules.as_slice()) {
        (Some(_), [rule]) => (rule.id.clone(), explained(rule)),
        _ => (format!("{} rules", rules.len()), listed(&rules)),
    };
    let mut report = Report::new("openapi rules", Verdict::Yes, title, Body::Sections(vec![section]));
    report.document = OpenapiRules::from(rules.as_slice()).value();
    Ok(Outcome::report(report))
}

fn listed(rules: &[Rule]) -> Section {
    let mut section = Section::new(Mark::Plain, "rules", "").columns(["id", "wire", "codegen", "what happened"]);
    for rule in rules {
        section.row(
            Mark::Plain,
            [rule.id.as_str(), rule.level_name(Profile::Wire), rule.level_name(Profile::Codegen), &rule.text],
        );
    }
    section.help("zarpe openapi rules --explain ID")
}

fn explained(rule: &Rule) -> Section {
    let mut section = Section::new(Mark::Plain, rule.text.as_str(), "").columns(["what", "value"]);
    section.row(Mark::Plain, ["level for wire", rule.level_name(Profile::Wire)]);
    section.row(Mark::Plain, ["level for codegen", rule.level_name(Profile::Codegen)]);
    section.row(Mark::Plain, ["direction", &rule.direction.to_string()]);
    section.row(Mark::Plain, ["accepted values", rule.relation.name()]);
    section.row(Mark::Plain, ["why", &rule.explanation]);
    if !rule.codegen_explanation.is_empty() {
        section.row(Mark::Plain, ["why for codegen", &rule.codegen_explanation]);
    }
    section
}

fn unknown(id: &str) -> Failure {
    Failure::usage("usage/no-rule", rules::unknown(id)).help("zarpe openapi rules lists all")
}
