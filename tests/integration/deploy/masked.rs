//! Each encoding of a secret times each place where it could be read: it is in none of them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::{deploy, planned};
use crate::support::ExitCode;

const KEY: &str = "pa55 w0rd/with+signs&\"quot'es\"<\\>$(x)ñ{}!*;@#é";
const PEM: &str = "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0BKJ3z\nAQEFAASCAUAwggE8AgEAAkEAw9Qe\n-----END KEY-----";

const PLAN: &str = "
secrets: [KEY, PEM]
inputs: {word: {default: plain}}
jobs:
  a:
    outputs: {leak: '${{ steps.print.outputs.e0 }} ${{ secrets.KEY }}'}
    steps:
      - id: print
        name: 'with ${{ secrets.KEY }}'
        idempotent: true
        run: |
          cat forms; cat forms >&2
          cat outputs >> \"$GITHUB_OUTPUT\"
          cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' > arguments || true
      - {if: 'fromJSON(secrets.KEY)', run: 'true'}
";

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The same, but for these characters, which stay.
fn percent_but(text: &str, stays: &str) -> String {
    let keep = |c: char| if stays.contains(c) { c.to_string() } else { percent(c.encode_utf8(&mut [0; 4])) };
    text.chars().map(keep).collect()
}

/// What is not ASCII as `json.dumps` of Python gives it.
fn ascii(text: &str) -> String {
    text.replace('ñ', "\\u00f1").replace('é', "\\u00e9")
}

fn broken(text: &str, width: usize, end: &str) -> String {
    text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join(end)
}

/// Each encoding with its name, and a part of it that the secret alone decides.
fn forms() -> Vec<(&'static str, String, String)> {
    let json = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').to_owned();
    let html = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let shell = |text: &str| format!("'{}'", text.replace('\'', "'\"'\"'"));
    let each_behind = |sign: &str, special: &str| -> String {
        KEY.chars().map(|c| if special.contains(c) { format!("{sign}{c}") } else { c.to_string() }).collect()
    };
    let quoted = |text: &str| -> String {
        let escaped = |c: char| if " \"$&'()<>\\{}!*;".contains(c) { format!("\\{c}") } else { c.to_string() };
        text.chars().map(escaped).collect()
    };
    let whole = |name, text: String| (name, text.clone(), text);
    let inner = |name, text: String, before: usize| {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let start = (before * 4).div_ceil(3) + 2;
        let part = plain[start..start + 30].to_owned();
        (name, text, part)
    };
    let after = |before: usize| "u".repeat(before) + KEY;
    let long = |before: usize, pem: &str| STANDARD.encode("u".repeat(before) + pem + "tail");
    let lines: Vec<&str> = PEM.lines().collect();
    let python = KEY.replace('\\', "\\\\").replace('\'', "\\'");
    let wide: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let accents = KEY.replace('ñ', "n\u{303}").replace('é', "e\u{301}");
    vec![
        whole("raw", KEY.to_owned()),
        whole("decomposed", accents.clone()),
        whole("decomposed in json", json(&accents)),
        whole("decomposed in json, ascii", json(&accents).replace('\u{303}', "\\u0303").replace('\u{301}', "\\u0301")),
        whole("decomposed in url", percent(&accents)),
        inner("decomposed in base64", STANDARD.encode(&accents), 0),
        whole("decomposed in hex", accents.bytes().map(|byte| format!("{byte:02x}")).collect()),
        whole("json", json(KEY)),
        whole("json, ascii", ascii(&json(KEY))),
        whole("json, slashes", json(KEY).replace('/', "\\/")),
        whole("url", percent(KEY)),
        whole(
            "url, lowercase",
            percent(KEY)
                .replace("%C3%B1", "%c3%b1")
                .replace("%C3%A9", "%c3%a9")
                .replace("%3B", "%3b")
                .replace("%2F", "%2f")
                .replace("%2B", "%2b")
                .replace("%3C", "%3c")
                .replace("%5C", "%5c")
                .replace("%3E", "%3e")
                .replace("%7B", "%7b")
                .replace("%7D", "%7d"),
        ),
        whole("url, form", percent(KEY).replace("%20", "+")),
        // The sets that JavaScript and Python leave as they are.
        whole("url, encodeURIComponent", percent_but(KEY, "-_.~!'()*")),
        whole("url, encodeURI", percent_but(KEY, "-_.~!'()*;/?:@&=+$,#")),
        whole("url, encodeURI in a form", percent_but(KEY, "-_.~!'()*").replace("%20", "+")),
        whole("url, quote of a path", percent_but(KEY, "-_.~/")),
        whole("url, quote with a safe set", percent_but(KEY, "-_.~!*'()/")),
        whole("url, requests", percent_but(KEY, "-_.~!#$%&'()*+,/:;=?@[]")),
        whole("url, twice", percent(&percent_but(KEY, "-_.~!'()*"))),
        whole("url in json", json(&percent_but(KEY, "-_.~!'()*;/?:@&=+$,#"))),
        whole("json in json", json(&json(KEY))),
        whole("json in json, ascii", json(&ascii(&json(KEY)))),
        whole("json in json, the outer ascii", ascii(&json(&json(KEY)))),
        whole("html in json", json(&html(KEY).replace('\'', "&#39;"))),
        whole("html in json, hexadecimal, ascii", ascii(&json(&html(KEY).replace('\'', "&#x27;")))),
        whole("json, four times", json(&json(&json(&json(KEY))))),
        whole("html, three times", html(&html(&html(KEY)))),
        whole("url, three times", percent(&percent(&percent(KEY)))),
        whole("json in url in url", percent(&percent(&json(KEY)))),
        whole("shell, %q three times", quoted(&quoted(&quoted(KEY)))),
        whole("shell in shell", shell(&shell(KEY))),
        whole("shell, three times", shell(&shell(&shell(KEY)))),
        whole("shell in shell in json", json(&shell(&shell(KEY)))),
        whole("powershell", each_behind("`", "$`\"")),
        whole("cmd", each_behind("^", "\"&<>|^")),
        whole("folded over lines", KEY.replace(' ', "\n  ")),
        inner("base64", STANDARD.encode(KEY), 0),
        inner("base64 behind one", STANDARD.encode(after(1)), 1),
        inner("base64 behind two", STANDARD.encode(after(2)), 2),
        inner("base64, no padding", STANDARD_NO_PAD.encode(KEY), 0),
        inner("base64 of echo", STANDARD.encode(format!("{KEY}\n")), 0),
        inner("base64url", URL_SAFE.encode(KEY), 0),
        inner("base64url behind one", URL_SAFE_NO_PAD.encode(after(1)), 1),
        inner("base64url behind two", URL_SAFE_NO_PAD.encode(after(2)), 2),
        inner("base64, lines of 64", broken(&long(40, KEY), 64, "\n"), 40),
        inner("base64, lines of 76", broken(&long(47, KEY), 76, "\n"), 47),
        inner("base64, lines of 76 as mail", broken(&long(30, KEY), 76, "\r\n"), 30),
        inner("base64, lines of 20", broken(&long(8, KEY), 20, "\n"), 8),
        whole("hex", hex.clone()),
        whole("hex, capital", hex.to_uppercase()),
        whole("shell, single quotes", KEY.replace('\'', "'\\''")),
        whole("shell, double quotes", KEY.replace('\'', "'\"'\"'")),
        whole("shell, %q", quoted(KEY)),
        whole("shell, declare -p", KEY.replace('\\', "\\\\").replace('$', "\\$").replace('"', "\\\"")),
        whole("compose", KEY.replace('$', "$$").replace('\'', "''")),
        whole("python, backslashreplace", KEY.replace('ñ', "\\xf1").replace('é', "\\xe9")),
        whole("git, octal", json(KEY).replace('ñ', "\\303\\261").replace('é', "\\303\\251")),
        whole("python, bytes", python.replace('ñ', "\\xc3\\xb1").replace('é', "\\xc3\\xa9")),
        whole("python, ascii", python.replace('ñ', "\\xf1").replace('é', "\\xe9")),
        whole("yaml", json(KEY).replace('ñ', "\\xF1").replace('é', "\\xE9")),
        whole("json, all escaped", KEY.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()),
        whole("xml, ascii", html(KEY).replace('ñ', "&#241;").replace('é', "&#xE9;")),
        whole("html, all escaped", KEY.chars().map(|c| format!("&#{};", u32::from(c))).collect()),
        whole("hex, of C", KEY.bytes().map(|byte| format!("0x{byte:02x}, ")).collect()),
        whole("decimals", KEY.bytes().map(|byte| format!("{byte},")).collect()),
        inner("base64 of UTF-16", STANDARD.encode(&wide), 0),
        inner("base64 in base64", STANDARD.encode(STANDARD.encode(KEY)), 0),
        inner("json in base64", STANDARD.encode(json(KEY)), 0),
        inner("json in base64, ascii", STANDARD.encode(ascii(&json(KEY))), 0),
        inner("base64, three times", STANDARD.encode(STANDARD.encode(STANDARD.encode(KEY))), 0),
        whole("html", html(KEY).replace('\'', "&#39;")),
        whole("html, hexadecimal", html(KEY).replace('\'', "&#x27;")),
        whole("a line of many", lines[1].to_owned()),
        whole("the next line of many", lines[2].to_owned()),
        whole("many lines in json", json(PEM)),
        inner("many lines in base64", broken(&STANDARD.encode(PEM), 76, "\n"), 20),
    ]
}

fn assert_hidden(sinks: &[(&str, String)], forms: &[(&str, String, String)]) {
    let mut checked = 0;
    for (sink, text) in sinks {
        assert!(text.len() > 20, "{sink} is empty: {text}");
        let squeezed: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        for (name, form, part) in forms {
            let shown = text.contains(form.as_str()) || squeezed.contains(part.as_str());
            assert!(!shown, "{sink} shows a secret: {name}\n{text}");
            checked += 1;
        }
    }
    assert_eq!(checked, forms.len() * sinks.len());
}

/// The step before tells the secrets, as GitHub Actions has it.
const LEARNS: &str = "
jobs:
  a:
    outputs: {leak: '${{ steps.print.outputs.e0 }}'}
    steps:
      - {id: told, idempotent: true, run: cat told}
      - {id: print, idempotent: true, run: 'cat forms; cat forms >&2; cat outputs >> \"$GITHUB_OUTPUT\"'}
      - {name: 'with ${{ steps.print.outputs.e0 }}', if: 'fromJSON(steps.print.outputs.e0)', run: 'true'}
";

#[test]
fn of_the_encodings_of_what_a_run_learned_none_is_shown() {
    let forms = forms();
    let all: String = forms.iter().map(|(name, form, _)| format!("{name}: [{form}]\n")).collect();
    let outputs: String =
        forms.iter().enumerate().map(|(at, (_, form, _))| format!("e{at}<<END\n{form}\nEND\n")).collect();
    let told = format!("::add-mask::{KEY}\n::add-mask::{}\n", PEM.replace('\n', "%0A"));
    let repo = planned(LEARNS).write("forms", &all).write("outputs", &outputs).write("told", &told);
    let run = deploy(&repo, ["run", "plan.yml"]).run().exits(ExitCode::Refused);
    let read = |path: &std::path::Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let folder = repo.path().join(".git/zarpe/runs/7");
    let logs: String =
        std::fs::read_dir(folder.join("logs")).unwrap().map(|entry| read(&entry.unwrap().path())).collect();
    let told = |words: [&str; 4]| deploy(&repo, words).run().stdout;
    let sinks = [
        ("standard output", run.stdout.clone()),
        ("standard error", run.stderr.clone()),
        ("journal", read(&folder.join("journal.jsonl"))),
        ("logs", logs.clone()),
        ("status", told(["status", "7", "--format", "json"])),
        ("report", told(["report", "7", "--format", "html"])),
    ];
    assert_hidden(&sinks, &forms);
    assert!(logs.matches("***").count() >= 2 * forms.len(), "{logs}");
}

#[test]
fn of_200_encodings_times_sinks_none_shows_a_secret() {
    let forms = forms();
    let all: String = forms.iter().map(|(name, form, _)| format!("{name}: [{form}]\n")).collect();
    let outputs: String =
        forms.iter().enumerate().map(|(at, (_, form, _))| format!("e{at}<<END\n{form}\nEND\n")).collect();
    let repo = planned(PLAN).write("forms", &all).write("outputs", &outputs);
    let keys = |zarpe: crate::support::Zarpe| zarpe.env("KEY", KEY).env("PEM", PEM);
    let run = keys(deploy(&repo, ["run", "plan.yml"])).run().exits(ExitCode::Refused);
    let (out, summary) = (repo.scratch().join("out"), repo.scratch().join("summary"));
    let status = |format: &str| {
        let zarpe = keys(deploy(&repo, ["status", "7", "--format", format])).env("GITHUB_ACTIONS", "true");
        let zarpe = zarpe.env("GITHUB_OUTPUT", out.display().to_string());
        zarpe.env("GITHUB_STEP_SUMMARY", summary.display().to_string()).run().stdout
    };
    let (json, report) = (status("json"), status("markdown"));
    let read = |path: &std::path::Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let folder = repo.path().join(".git/zarpe/runs/7");
    let logs: String =
        std::fs::read_dir(folder.join("logs")).unwrap().map(|entry| read(&entry.unwrap().path())).collect();
    let refused: String = forms
        .iter()
        .map(|(_, form, _)| {
            let run = keys(deploy(&repo, ["run", "plan.yml", "--input", &format!("word={form}")]))
                .env("GITHUB_RUN_ID", "8")
                .run();
            let run = run.exits(ExitCode::Usage).says("a secret stands in the input `word`");
            run.stdout.clone() + &run.stderr
        })
        .collect();
    let sinks = [
        ("standard output", run.stdout.clone()),
        ("standard error", run.stderr.clone()),
        ("journal", read(&folder.join("journal.jsonl"))),
        ("logs", logs.clone()),
        ("report", report),
        ("JSON", json),
        ("outputs", read(&out)),
        ("summary", read(&summary)),
        ("refusals", refused),
        ("arguments", read(&repo.path().join("arguments"))),
    ];
    assert!(forms.len() * sinks.len() >= 200, "{}", forms.len() * sinks.len());
    assert_hidden(&sinks, &forms);
    // It was printed, and is hidden: each form stands there by its name.
    for (name, ..) in &forms {
        assert!(logs.contains(&format!("{name}: [")), "{name}");
    }
    assert!(logs.matches("***").count() >= 2 * forms.len(), "{logs}");
}
