//! One rich report in every format, as a reader sees it.

mod hostile;

use super::*;
use crate::report::{ExitCode, Finding, Level, Location, Mark, Section};

fn style(format: Format) -> Style {
    Style { format, ..Style::default() }
}

fn rich() -> Report {
    let green = Section::new(Mark::Good, "green", "14 of 14 checks at 8c2f1d0");
    let mut approved = Section::new(Mark::Bad, "not approved", "2 of 41 commits since v1.4.0")
        .columns(["commit", "title", "why"])
        .help("ask for a new review of #812, or record a waiver: `verify.waive` in zarpe.yml");
    approved.row(Mark::Bad, ["8c2f1d0", "fix: retry on 502", "pushed to main without a pull request"]);
    approved
        .row(Mark::Bad, ["a91e77b", "feat: export (#812)", "approved by @reviewer before the last push (2 h earlier)"]);
    let mut schema = Section::new(Mark::Unknown, "schema", "").columns(["file", "state"]);
    schema.row(Mark::Good, ["schema.yml", "as generated"]);
    schema.row(Mark::Unknown, ["admin|api.yml", "the generator timed out"]);
    schema.row(Mark::Pending, ["late.yml", "still running"]);
    let body = Body::Sections(vec![green, Section::new(Mark::Plain, "range", "v1.4.0..8c2f1d0"), approved, schema]);
    let mut report = Report::new("verify", ExitCode::Refused, "not cleared: 2 of 41 commits are not approved", body);
    report.findings = vec![
        Finding::new("verify/unapproved", Level::Error, "2 commits were never approved")
            .at(Location { file: "docs/a b.md".into(), line: Some(3), column: Some(7) })
            .help("run one of\n`git log`\n`zarpe verify --since head`"),
        Finding::new("verify/ignored", Level::Warning, "1 check is ignored: codecov/patch"),
        Finding::new("verify/base", Level::Info, "the last release is v1.4.0"),
    ];
    report
}

fn version() -> Report {
    let mut report = Report::new("next", ExitCode::Done, "1.5.0 comes next: a feature", Body::Text("1.5.0\n".into()));
    report.findings.push(Finding::new("next/local", Level::Warning, "the remote was not asked for its tags"));
    report
}

fn both(rendered: &Rendered) -> String {
    format!("{}--- stderr\n{}", rendered.stdout, rendered.stderr)
}

#[test]
fn a_person_reads_the_answer_then_its_parts_then_what_needs_attention() {
    insta::assert_snapshot!(both(&report(&rich(), &style(Format::Human))), @"
    ✗ not cleared: 2 of 41 commits are not approved

    ✓ green          14 of 14 checks at 8c2f1d0
    · range          v1.4.0..8c2f1d0

    ✗ not approved   2 of 41 commits since v1.4.0
      8c2f1d0  fix: retry on 502    pushed to main without a pull request
      a91e77b  feat: export (#812)  approved by @reviewer before the last push (2 h earlier)
      help: ask for a new review of #812, or record a waiver: `verify.waive` in zarpe.yml

    ? schema
      ✓ schema.yml     as generated
      ? admin|api.yml  the generator timed out
      … late.yml       still running

    error: 2 commits were never approved
      --> docs/a b.md:3:7
      help: run one of
            `git log`
            `zarpe verify --since head`
    warning: 1 check is ignored: codecov/patch
    note: the last release is v1.4.0
    --- stderr
    ");
}

#[test]
fn a_narrow_terminal_wraps_the_last_column_only() {
    let style = Style { width: Some(60), ..style(Format::Human) };
    insta::assert_snapshot!(report(&rich(), &style).stdout, @"
    ✗ not cleared: 2 of 41 commits are not approved

    ✓ green          14 of 14 checks at 8c2f1d0
    · range          v1.4.0..8c2f1d0

    ✗ not approved   2 of 41 commits since v1.4.0
      8c2f1d0  fix: retry on 502    pushed to main without a
                                    pull request
      a91e77b  feat: export (#812)  approved by @reviewer before
                                    the last push (2 h earlier)
      help: ask for a new review of #812, or record a waiver: `verify.waive` in zarpe.yml

    ? schema
      ✓ schema.yml     as generated
      ? admin|api.yml  the generator timed out
      … late.yml       still running

    error: 2 commits were never approved
      --> docs/a b.md:3:7
      help: run one of
            `git log`
            `zarpe verify --since head`
    warning: 1 check is ignored: codecov/patch
    note: the last release is v1.4.0
    ");
}

#[test]
fn quiet_leaves_the_answer_and_the_errors() {
    let quiet = Style { quiet: true, ..style(Format::Human) };
    insta::assert_snapshot!(both(&report(&rich(), &quiet)), @"
    ✗ not cleared: 2 of 41 commits are not approved
    error: 2 commits were never approved
      --> docs/a b.md:3:7
      help: run one of
            `git log`
            `zarpe verify --since head`
    --- stderr
    ");
    insta::assert_snapshot!(both(&report(&version(), &quiet)), @"
    1.5.0
    --- stderr
    ");
}

#[test]
fn verbose_names_the_rules() {
    let verbose = Style { verbose: true, ..style(Format::Human) };
    insta::assert_snapshot!(report(&rich(), &verbose).stdout.lines().filter(|line| line.contains("/")).collect::<Vec<_>>().join("\n"), @"
    error[verify/unapproved]: 2 commits were never approved
      --> docs/a b.md:3:7
    warning[verify/ignored]: 1 check is ignored: codecov/patch
    note[verify/base]: the last release is v1.4.0
    ");
    insta::assert_snapshot!(both(&report(&version(), &verbose)), @"
    1.5.0
    --- stderr
    ✓ 1.5.0 comes next: a feature
    warning[next/local]: the remote was not asked for its tags
    ");
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let coloured = Style { colour: true, colour_stderr: true, ..style(Format::Human) };
    let painted = report(&rich(), &coloured).stdout;
    insta::assert_snapshot!(painted.replace('\u{1b}', "^"), @"
    ^[1m^[31m✗^[0m ^[1mnot cleared: 2 of 41 commits are not approved^[0m

    ^[1m^[32m✓^[0m ^[1mgreen^[0m          14 of 14 checks at 8c2f1d0
    ^[1m^[90m·^[0m ^[1mrange^[0m          v1.4.0..8c2f1d0

    ^[1m^[31m✗^[0m ^[1mnot approved^[0m   2 of 41 commits since v1.4.0
      8c2f1d0  fix: retry on 502    pushed to main without a pull request
      a91e77b  feat: export (#812)  approved by @reviewer before the last push (2 h earlier)
      ^[1m^[36mhelp:^[0m ask for a new review of #812, or record a waiver: `verify.waive` in zarpe.yml

    ^[1m^[33m?^[0m ^[1mschema^[0m
      ^[1m^[32m✓^[0m schema.yml     as generated
      ^[1m^[33m?^[0m admin|api.yml  the generator timed out
      ^[1m^[36m…^[0m late.yml       still running

    ^[1m^[31merror:^[0m 2 commits were never approved
      ^[1m^[34m-->^[0m docs/a b.md:3:7
      ^[1m^[36mhelp:^[0m run one of
            `git log`
            `zarpe verify --since head`
    ^[1m^[33mwarning:^[0m 1 check is ignored: codecov/patch
    ^[1m^[36mnote:^[0m the last release is v1.4.0
    ");
    assert_eq!(escape::visible(&painted), report(&rich(), &style(Format::Human)).stdout);
}

#[test]
fn an_answer_that_is_a_text_stands_alone_on_standard_output() {
    insta::assert_snapshot!(both(&report(&version(), &style(Format::Human))), @"
    1.5.0
    --- stderr
    warning: the remote was not asked for its tags
    ");
    insta::assert_snapshot!(both(&report(&version(), &style(Format::Markdown))), @"
    1.5.0
    --- stderr
    warning: the remote was not asked for its tags
    ");
}

#[test]
fn a_text_that_is_no_yes_says_why_on_standard_error() {
    let mut unknown = version();
    unknown.exit = ExitCode::CannotTell;
    unknown.title = "cannot tell: the history is cut off".into();
    unknown.body = Body::Text(String::new());
    insta::assert_snapshot!(both(&report(&unknown, &style(Format::Human))), @"
    --- stderr
    ? cannot tell: the history is cut off
    warning: the remote was not asked for its tags
    ");
}

#[test]
fn markdown_has_tables_and_calls_nobody() {
    insta::assert_snapshot!(both(&report(&rich(), &style(Format::Markdown))), @r"
    ### ✗ not cleared: 2 of 41 commits are not approved

    **✓ green** 14 of 14 checks at 8c2f1d0

    **· range** v1.4.0..8c2f1d0

    **✗ not approved** 2 of 41 commits since v1.4.0

    |  | commit | title | why |
    |--|--|--|--|
    | ✗ | 8c2f1d0 | fix: retry on 502 | pushed to main without a pull request |
    | ✗ | a91e77b | feat: export (#812) | approved by @&#8203;reviewer before the last push (2 h earlier) |

    > help: ask for a new review of #812, or record a waiver: `verify.waive` in zarpe.yml

    **? schema**

    |  | file | state |
    |--|--|--|
    | ✓ | schema.yml | as generated |
    | ? | admin\|api.yml | the generator timed out |
    | … | late.yml | still running |

    - **error:** 2 commits were never approved<br>at docs/a b.md:3:7<br>help: run one of<br>`git log`<br>`zarpe verify --since head`
    - **warning:** 1 check is ignored: codecov/patch
    - **note:** the last release is v1.4.0
    --- stderr
    ");
}

#[test]
fn json_is_one_document_and_the_rest_goes_to_standard_error() {
    insta::assert_snapshot!(both(&report(&rich(), &style(Format::Json))), @r#"
    {
      "schema": "zarpe/report/v1",
      "command": "verify",
      "exit": 1,
      "title": "not cleared: 2 of 41 commits are not approved",
      "findings": [
        {
          "rule": "verify/unapproved",
          "level": "error",
          "message": "2 commits were never approved",
          "location": {
            "file": "docs/a b.md",
            "line": 3,
            "column": 7
          },
          "help": "run one of\n`git log`\n`zarpe verify --since head`"
        },
        {
          "rule": "verify/ignored",
          "level": "warning",
          "message": "1 check is ignored: codecov/patch"
        },
        {
          "rule": "verify/base",
          "level": "info",
          "message": "the last release is v1.4.0"
        }
      ]
    }
    --- stderr
    ✗ not cleared: 2 of 41 commits are not approved
    error: 2 commits were never approved
      --> docs/a b.md:3:7
      help: run one of
            `git log`
            `zarpe verify --since head`
    warning: 1 check is ignored: codecov/patch
    note: the last release is v1.4.0
    "#);
    insta::assert_snapshot!(report(&version(), &style(Format::Json)).stdout, @r#"
    {
      "schema": "zarpe/report/v1",
      "command": "next",
      "exit": 0,
      "title": "1.5.0 comes next: a feature",
      "text": "1.5.0\n",
      "findings": [
        {
          "rule": "next/local",
          "level": "warning",
          "message": "the remote was not asked for its tags"
        }
      ]
    }
    "#);
}

#[test]
fn a_document_says_how_it_ended_not_how_the_command_thought_it_would() {
    let mut stopped = rich();
    stopped.document = serde_json::json!({ "schema": "zarpe/tag/v1", "exit": 0, "tag": "v1.5.0", "findings": [] });
    stopped.findings.truncate(1);
    let document = json::report(&stopped);
    let names: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["schema", "command", "exit", "title", "tag", "findings"]);
    assert_eq!((&document["exit"], &document["findings"][0]["rule"]), (&1.into(), &"verify/unapproved".into()));
}

#[test]
fn what_stopped_a_command_is_told_in_every_format() {
    let stopped = Failure::usage("config/unknown-key", "unknown key `chekcs`\nin `verify`")
        .at(Location { file: "zarpe.yml".into(), line: Some(2), column: Some(3) })
        .help("did you mean `checks`?");
    insta::assert_snapshot!(both(&failure(&stopped, &style(Format::Human))), @"
    --- stderr
    error: unknown key `chekcs`
      in `verify`
      --> zarpe.yml:2:3
      help: did you mean `checks`?
    ");
    insta::assert_snapshot!(both(&failure(&stopped, &style(Format::Markdown))), @"
    ### ✗ unknown key `chekcs`

    in `verify`

    at zarpe.yml:2:3

    help: did you mean `checks`?
    --- stderr
    error: unknown key `chekcs`
      in `verify`
      --> zarpe.yml:2:3
      help: did you mean `checks`?
    ");
    insta::assert_snapshot!(both(&failure(&stopped, &style(Format::Json))), @r#"
    {
      "schema": "zarpe/error/v1",
      "exit": 2,
      "rule": "config/unknown-key",
      "message": "unknown key `chekcs`\nin `verify`",
      "location": "zarpe.yml:2:3",
      "help": "did you mean `checks`?"
    }
    --- stderr
    error: unknown key `chekcs`
      in `verify`
      --> zarpe.yml:2:3
      help: did you mean `checks`?
    "#);
}

#[test]
fn annotations_have_place_rule_and_help() {
    insta::assert_snapshot!(both(&report(&rich(), &style(Format::Github))), @"
    ::error title=zarpe verify::not cleared: 2 of 41 commits are not approved
    ::error file=docs/a b.md,line=3,col=7,title=verify/unapproved::2 commits were never approved%0Ahelp: run one of%0A`git log`%0A`zarpe verify --since head`
    ::warning title=verify/ignored::1 check is ignored: codecov/patch
    ::notice title=verify/base::the last release is v1.4.0
    --- stderr
    ");
    insta::assert_snapshot!(both(&report(&version(), &style(Format::Github))), @"
    ::notice title=zarpe next::1.5.0 comes next: a feature
    ::warning title=next/local::the remote was not asked for its tags
    --- stderr
    ");
}

#[test]
fn sarif_has_places_as_results_and_the_rest_as_notifications() {
    insta::assert_snapshot!(report(&rich(), &style(Format::Sarif)).stdout, @r#"
    {
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "zarpe",
              "semanticVersion": "0.1.0",
              "rules": [
                {
                  "id": "verify/base"
                },
                {
                  "id": "verify/ignored"
                },
                {
                  "id": "verify/unapproved"
                }
              ]
            }
          },
          "invocations": [
            {
              "executionSuccessful": true,
              "exitCode": 1,
              "exitCodeDescription": "no: a gate refused, and the reason is on the screen",
              "toolExecutionNotifications": [
                {
                  "associatedRule": {
                    "id": "verify/ignored"
                  },
                  "level": "warning",
                  "message": {
                    "text": "1 check is ignored: codecov/patch"
                  }
                },
                {
                  "associatedRule": {
                    "id": "verify/base"
                  },
                  "level": "note",
                  "message": {
                    "text": "the last release is v1.4.0"
                  }
                }
              ]
            }
          ],
          "columnKind": "unicodeCodePoints",
          "results": [
            {
              "ruleId": "verify/unapproved",
              "level": "error",
              "message": {
                "text": "2 commits were never approved\nhelp: run one of\n`git log`\n`zarpe verify --since head`"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "docs/a%20b.md"
                    },
                    "region": {
                      "startLine": 3,
                      "startColumn": 7
                    }
                  }
                }
              ]
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn in_actions_annotations_go_to_standard_error_in_every_other_format() {
    for format in [Format::Human, Format::Json, Format::Markdown, Format::Sarif, Format::Html] {
        let here = Style { actions: true, ..style(format) };
        let outside = report(&rich(), &style(format));
        let inside = report(&rich(), &here);
        assert_eq!(inside.stdout, outside.stdout);
        assert!(
            inside.stderr.starts_with("::error file=docs/a b.md,line=3,col=7,title=verify/unapproved::2 commits"),
            "{inside:?}"
        );
        assert_eq!(inside.stderr.lines().count(), 3);
    }
}

#[test]
fn in_actions_a_no_without_findings_is_annotated_with_its_title() {
    let mut refused = rich();
    refused.findings.clear();
    let here = Style { actions: true, ..style(Format::Human) };
    insta::assert_snapshot!(report(&refused, &here).stderr, @"::error title=zarpe verify::not cleared: 2 of 41 commits are not approved");
    refused.exit = ExitCode::Done;
    assert_eq!(report(&refused, &here).stderr, "");
}

#[test]
fn the_summary_has_the_text_of_an_answer_and_keeps_its_size() {
    let mut notes = version();
    notes.body = Body::Text("## 1.5.0\n\n```\ncode\n```\n".into());
    insta::assert_snapshot!(summary(&Ok(notes), Language::En, 1 << 20), @"
    ### ✓ 1.5.0 comes next: a feature

    - **warning:** the remote was not asked for its tags

    ````text
    ## 1.5.0

    ```
    code
    ```
    ````
    ");
    let whole = summary(&Ok(rich()), Language::En, 1 << 20);
    for limit in 0..whole.len() + 1 {
        let cut = summary(&Ok(rich()), Language::En, limit);
        assert!(cut.len() <= limit);
        assert!(cut == whole || cut.is_empty() || cut.ends_with("the rest is in the log.*\n"), "{limit}: {cut}");
    }
}

#[test]
fn a_step_reads_the_outputs_and_the_verdict() {
    let found = version().output("version", "1.5.0");
    insta::assert_snapshot!(step_outputs(&Ok(found), "5f3a").unwrap(), @"
    version<<zarpe_5f3a
    1.5.0
    zarpe_5f3a
    result<<zarpe_5f3a
    yes
    zarpe_5f3a
    ");
    let stopped = Failure::cannot_tell("io/read", "gone");
    insta::assert_snapshot!(step_outputs(&Err(stopped), "5f3a").unwrap(), @"
    result<<zarpe_5f3a
    cannot-tell
    zarpe_5f3a
    ");
}
