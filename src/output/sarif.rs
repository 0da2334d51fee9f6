//! SARIF 2.1.0 for code scanning. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//!
//! A finding with a place in a file is a result. One without is about the run, not about a file: it is a notification of the
//! run (§3.20.21), because code scanning refuses a whole log for one result without a place.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::words;
use crate::config::Language;
use crate::report::{ExitCode, Failure, Finding, Level, Location, Report};

/// What may stand in the path of a URI as it is (RFC 3986 §3.3).
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'+');

/// The answer on standard output.
pub(super) fn report(report: &Report, language: Language) -> Value {
    log(&report.findings, report.exit, true, language)
}

/// What stopped a command.
pub(super) fn failure(failure: &Failure, language: Language) -> Value {
    log(std::slice::from_ref(&failure.finding), failure.exit, false, language)
}

fn log(findings: &[Finding], exit: ExitCode, successful: bool, language: Language) -> Value {
    let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    let results = findings.iter().filter_map(|finding| Some(result(finding, finding.location.as_ref()?, language)));
    let notifications =
        findings.iter().filter(|finding| finding.location.is_none()).map(|one| notification(one, language));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "zarpe",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": successful && !matches!(exit, ExitCode::Usage | ExitCode::CannotTell),
                "exitCode": exit.code(),
                "exitCodeDescription": exit.meaning(),
                "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding, place: &Location, language: Language) -> Value {
    let artifact = json!({ "uri": utf8_percent_encode(&place.file, PATH).to_string() });
    let physical = match place.line {
        Some(line) => json!({
            "artifactLocation": artifact,
            "region": { "startLine": line, "startColumn": place.column.unwrap_or(1) },
        }),
        None => json!({ "artifactLocation": artifact }),
    };
    json!({
        "ruleId": finding.rule,
        "level": level(finding),
        "message": message(finding, language),
        "locations": [{ "physicalLocation": physical }],
    })
}

fn notification(finding: &Finding, language: Language) -> Value {
    json!({
        "associatedRule": { "id": finding.rule },
        "level": level(finding),
        "message": message(finding, language),
    })
}

fn level(finding: &Finding) -> &'static str {
    match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn message(finding: &Finding, language: Language) -> Value {
    let help = finding.help.as_ref().map(|help| format!("\n{}: {help}", words::help(language))).unwrap_or_default();
    json!({ "text": format!("{}{help}", finding.message) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Body;

    fn at(file: &str, line: Option<usize>) -> Location {
        Location { file: file.into(), line, column: None }
    }

    #[test]
    fn code_scanning_finds_what_it_requires() {
        let mut found = Report::new("verify", ExitCode::Refused, "no", Body::Sections(Vec::new()));
        found.findings = vec![
            Finding::new("b/two", Level::Error, "m").at(at("docs/a b%.md", Some(3))).help("h"),
            Finding::new("a/one", Level::Warning, "m").at(at("x.yml", None)),
            Finding::new("b/two", Level::Info, "m").at(at("é.yml", Some(1))),
            Finding::new("c/three", Level::Error, "has no place"),
        ];
        let log = report(&found, Language::En);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules: Vec<&str> =
            run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
        assert_eq!(rules, ["a/one", "b/two", "c/three"]);
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 3);
        for result in results {
            assert!(rules.contains(&result["ruleId"].as_str().unwrap()));
            assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert!(url::Url::parse("file:///").unwrap().join(uri).unwrap().as_str().ends_with(uri), "{uri}");
        }
        assert_eq!(
            results[0]["locations"][0]["physicalLocation"]["region"],
            json!({ "startLine": 3, "startColumn": 1 })
        );
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], "has no place");
        assert_eq!((&invocation["exitCode"], &invocation["executionSuccessful"]), (&json!(1), &json!(true)));
    }

    #[test]
    fn a_stopped_command_is_an_unsuccessful_run() {
        let log = failure(&Failure::cannot_tell("io/read", "gone"), Language::En);
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
        assert_eq!(log["runs"][0]["results"], json!([]));
    }
}
