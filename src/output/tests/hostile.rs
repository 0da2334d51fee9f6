//! Hostile text in every place of a report, in every format (reliability scoreboard G72–G78).

use test_case::test_matrix;

use super::*;
use crate::report::{Finding, Location, Mark, Section};

const PAYLOADS: &[&str] = &[
    "::error::owned",
    "x\n::add-mask::owned",
    "x\r\n  ::set-output name=result::yes",
    "x\u{2028}::stop-commands::owned",
    "\u{feff}::\u{200b}error::owned",
    "##[error]owned",
    "x ##[group]owned",
    "result=yes\nzarpe_\nadmin=true",
    "a<<EOF\nb\nEOF",
    "\u{1b}[2J\u{1b}[1;1H\u{1b}]0;owned\u{7}\u{9b}31m",
    "\u{1b}[8m hidden \u{1b}]8;;https://evil.example\u{1b}\\link",
    "user\u{202e}nimda\u{2066}\u{200f}",
    "zero\u{200b}width\u{2060}\u{e0041}",
    "<script>owned</script><img src=x onerror=owned>",
    "| cell | cell |\n|--|--|\n# heading",
    "@everyone [x](javascript:owned) ![y](https://evil.example/z.png)",
    "```\n</details>\n~~~\n",
    "%0A::error::owned%25",
    "\u{fffd}\u{0}\u{7f}\u{85}",
    "\",\"exit\":0,\"x\":\"",
];

fn filled(payload: &str) -> Report {
    let mut section = Section::new(Mark::Bad, payload, payload).columns(["what", "why"]).help(payload);
    section.row(Mark::Bad, [payload, payload]);
    section.row(Mark::Good, ["good", payload]);
    let mut report = Report::new("verify", ExitCode::Refused, payload, Body::Sections(vec![section]));
    let place = Location { file: payload.into(), line: Some(1), column: None };
    report.findings.push(Finding::new(payload, Level::Error, payload).at(place).help(payload));
    report.findings.push(Finding::new(payload, Level::Warning, payload));
    report
}

fn texts(payload: &str) -> Report {
    Report { body: Body::Text(format!("{payload}\n")), ..filled(payload) }
}

fn stopped(payload: &str) -> Failure {
    Failure::cannot_tell("io/read", payload).help(payload)
}

fn rendered(payload: &str, style: &Style) -> Vec<Rendered> {
    vec![report(&filled(payload), style), report(&texts(payload), style), failure(&stopped(payload), style)]
}

/// Lines that GitHub's runner takes for a command.
fn commands(text: &str) -> Vec<&str> {
    let lines = text.split(['\n', '\r']);
    lines.filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).collect()
}

#[test_matrix([Format::Human, Format::Markdown, Format::Json, Format::Sarif, Format::Github, Format::Html])]
fn in_actions_nothing_is_a_command_but_our_annotations(format: Format) {
    for payload in PAYLOADS {
        for Rendered { stdout, stderr } in rendered(payload, &Style { actions: true, ..style(format) }) {
            let (answer, annotations) =
                if format == Format::Github { (String::new(), stdout) } else { (stdout, stderr) };
            assert_eq!(commands(&answer), Vec::<&str>::new(), "{payload:?}");
            for line in annotations.lines() {
                let own = ["::error ", "::warning "].iter().any(|own| line.starts_with(own));
                assert!(own && line.matches('\r').count() == 0, "{payload:?}: {line}");
            }
            assert!(annotations.lines().count() <= 3, "{payload:?}: {annotations}");
        }
    }
}

#[test_matrix([Format::Human, Format::Markdown, Format::Json, Format::Sarif, Format::Github, Format::Html])]
fn no_terminal_is_given_an_order(format: Format) {
    for payload in PAYLOADS {
        for style in [style(format), Style { actions: true, ..style(format) }] {
            for Rendered { stdout, stderr } in [report(&filled(payload), &style), failure(&stopped(payload), &style)] {
                let shown = format!("{stdout}{stderr}");
                let hidden: Vec<char> = shown.chars().filter(|c| *c != '\n' && escape::is_hidden(*c)).collect();
                assert!(hidden.is_empty(), "{payload:?}: {hidden:?} in {shown}");
            }
        }
    }
}

#[test]
fn json_reads_back_what_was_written() {
    for payload in PAYLOADS {
        let read: serde_json::Value =
            serde_json::from_str(&report(&texts(payload), &style(Format::Json)).stdout).unwrap();
        assert_eq!(read["title"], *payload);
        assert_eq!(read["exit"], 1);
        let read: serde_json::Value =
            serde_json::from_str(&report(&filled(payload), &style(Format::Sarif)).stdout).unwrap();
        assert!(read["runs"][0]["results"][0]["message"]["text"].as_str().unwrap().starts_with(payload));
    }
}

#[test]
fn the_summary_is_markdown_that_only_we_have_made() {
    for payload in PAYLOADS {
        let page = summary(&Ok(filled(payload)), Language::En, 1 << 20);
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("@everyone"), "{page}");
        assert!(!page.contains("](") || page.contains("\\]("), "{page}");
        let tables: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(tables.len(), 4, "{page}");
        assert_eq!(page.lines().filter(|line| line.starts_with('#')).count(), 1, "{page}");
    }
}

/// The tags of a page, without what stands between them.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|part| part.split('>').next()).collect()
}

#[test]
fn the_page_has_no_tag_that_a_text_has_made() {
    let plain = |answers: Vec<Rendered>| -> Vec<String> {
        let pages = answers
            .iter()
            .map(|one| tags(&one.stdout).into_iter().filter(|tag| *tag != "br" && *tag != "p" && *tag != "/p"));
        pages.flatten().filter(|tag| !tag.ends_with("code")).map(str::to_owned).collect()
    };
    let known = plain(rendered("x", &style(Format::Html)));
    for payload in PAYLOADS {
        let answers = rendered(payload, &style(Format::Html));
        for page in &answers {
            assert!(!page.stdout.contains("javascript:owned\""), "{page:?}");
            assert!(page.stdout.contains("default-src 'none'"), "{page:?}");
        }
        assert_eq!(plain(answers), known, "{payload:?}");
    }
}

#[test]
fn a_message_of_ten_megabytes_moves_no_other_row() {
    let mut section = Section::new(Mark::Plain, "commits", "").columns(["title", "author"]);
    section.row(Mark::Plain, ["x".repeat(10 << 20).as_str(), "ana"]);
    (0..1000).for_each(|_| section.row(Mark::Plain, ["fix: y", "eva"]));
    let report = Report::new("notes", ExitCode::Done, "ok", Body::Sections(vec![section]));
    assert!(super::report(&report, &style(Format::Human)).stdout.len() < 11 << 20);
    assert!(summary(&Ok(report), Language::En, 1 << 20).len() <= 1 << 20);
}
