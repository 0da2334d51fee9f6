//! No secret in any output, file or argument, in whatever form a program prints it.

use std::path::Path;

use super::{deploy, planned};
use crate::support::ExitCode;

const SECRETS: [(&str, &str); 3] = [
    ("KEY_A", "pa55-w0rd/with+signs&\"quotes\""),
    ("KEY_B", "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0B\nAQEFAASCAUAwggE8AgEAAkEA\n-----END KEY-----"),
    ("KEY_C", "contraseña-del-puerto"),
];

/// Prints the variable in one form or another; `n` counts the bytes before it.
const PRINTS: &str = r#"
import base64, html, json, os, sys, time, urllib.parse
for name in ("KEY_A", "KEY_B", "KEY_C"):
    for text in [os.environ[name]] + os.environ[name].split("\n"):
        raw = text.encode()
        forms = [raw, json.dumps(text).encode(), json.dumps(text, ensure_ascii=False).encode(), repr(text).encode()]
        forms += [urllib.parse.quote(text).encode(), urllib.parse.quote(text, safe="").encode(), urllib.parse.quote_plus(text).encode()]
        forms += [raw.hex().encode(), raw.hex().upper().encode(), html.escape(text).encode()]
        for before in range(6):
            for after in (b"", b"\n", b":x"):
                forms.append(base64.b64encode(b"u" * before + raw + after))
                forms.append(base64.urlsafe_b64encode(b"u" * before + raw + after))
        forms.append(base64.encodebytes(raw))
        for form in forms:
            for stream in (sys.stdout, sys.stderr):
                stream.buffer.write(b"a " + form + b" z\n")
                stream.flush()
        # In two pieces, with time between them.
        for cut in (1, 3, len(raw) // 2):
            sys.stdout.buffer.write(raw[:cut]); sys.stdout.flush(); time.sleep(0.01)
            sys.stdout.buffer.write(raw[cut:] + b"\n"); sys.stdout.flush()
with open(os.environ["GITHUB_OUTPUT"], "a") as out:
    out.write("plain=1\nleak=" + os.environ["KEY_C"] + "\n")
print(open("/proc/self/cmdline").read(), open("/proc/%d/cmdline" % os.getppid()).read())
"#;

/// What must be nowhere: pieces of each secret, as they are and encoded.
fn pieces() -> Vec<Vec<u8>> {
    use base64::Engine as _;
    let mut all = Vec::new();
    for (_, secret) in SECRETS {
        for line in secret.lines() {
            let bytes = line.as_bytes();
            all.push(bytes.to_vec());
            all.push(bytes[..bytes.len() * 2 / 3].to_vec());
            all.push(bytes[bytes.len() / 3..].to_vec());
            for before in 0..3 {
                let encoded = base64::engine::general_purpose::STANDARD_NO_PAD
                    .encode([vec![b'u'; before], bytes.to_vec()].concat());
                all.push(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
            }
            all.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes());
        }
    }
    all
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_form_of_a_secret_is_shown_or_kept() {
    let repo = planned(
        "
secrets: [KEY_A, KEY_B, KEY_C]
jobs:
  a:
    steps:
      - {id: print, run: 'python3 prints.py', idempotent: true}
      - {run: 'echo ''${{ secrets.KEY_A }}''; cat /proc/$$/cmdline; echo ${{ steps.print.outputs.plain }}; exit 3', idempotent: true}
",
    )
    .write("prints.py", PRINTS);
    let zarpe = SECRETS.iter().fold(deploy(&repo, ["run", "plan.yml"]), |zarpe, (name, value)| zarpe.env(name, value));
    let run = zarpe
        .run()
        .exits(ExitCode::Refused)
        .says("a/2 failed (exit code 3)")
        .says("left out of the journal, for a secret stands in it: leak");
    let mut shown: Vec<(String, Vec<u8>)> = vec![
        ("stdout".to_owned(), run.stdout.clone().into_bytes()),
        ("stderr".to_owned(), run.stderr.clone().into_bytes()),
    ];
    let state = repo.path().join(".git/zarpe");
    shown.extend(files(&state).into_iter().map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())));
    assert!(shown.len() > 4 && shown[1].1.len() > 5000);
    for piece in pieces() {
        for (name, bytes) in &shown {
            let found = bytes.windows(piece.len()).position(|window| window == piece);
            let around =
                found.map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(40)..(at + 80).min(bytes.len())]));
            assert!(found.is_none(), "{name} has {:?}: {around:?}", String::from_utf8_lossy(&piece));
        }
    }
}

#[test]
fn a_secret_is_no_input() {
    let plan = "inputs: {key: {required: true}}\nsecrets: [KEY_A]\njobs: {a: {steps: [{run: 'true'}]}}\n";
    let repo = planned(plan);
    let run = deploy(&repo, ["run", "plan.yml", "--input", "key=hidden-word"]).env("KEY_A", "hidden-word").run();
    run.exits(ExitCode::Usage).says("a secret stands in the input `key`").never_says("hidden-word");
}

#[test]
fn a_secret_names_nothing() {
    for key in [
        "concurrency: 'x-${{ secrets.TOKEN }}'\njobs: {a: {steps: [{run: 'true'}]}}\n",
        "jobs: {a: {environment: 'x-${{ secrets.TOKEN }}', steps: [{run: 'true'}]}}\n",
    ] {
        let repo = planned(&format!("secrets: [TOKEN]\n{key}"));
        let check = deploy(&repo, ["check", "plan.yml"]).run().exits(ExitCode::Usage);
        check.says("a secret stands in a name that all can read");
    }
    // The variable of a job is no better, nor is the value itself.
    for job in
        ["{environment: 'x-${{ env.T }}', env: {T: '${{ secrets.TOKEN }}'}, ", "{environment: 'x-Abc!12345xyz', "]
    {
        let repo = planned(&format!("secrets: [TOKEN]\njobs: {{a: {job}steps: [{{run: 'true'}}]}}}}\n"));
        let run = deploy(&repo, ["run", "plan.yml"]).env("TOKEN", "Abc!12345xyz").run().exits(ExitCode::Usage);
        run.says("a secret stands in `jobs.a.environment`");
        assert!(!repo.path().join(".git/zarpe/runs/7").exists());
    }
}
