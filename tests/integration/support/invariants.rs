//! What must hold after every test, whatever it is about: I1, I6 and I7 of the scoreboard (`tests/faults`).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;

use super::harbor::TOKEN;

/// The variables that hold a token.
const TOKENS: [&str; 3] = ["ZARPE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"];

/// I6, I7: the exit code is a documented one, nothing panicked, and no token that the run was given is in what it wrote.
#[track_caller]
pub fn of_run(command: &Command, output: &Output) {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    assert!(matches!(output.status.code(), Some(0..=6)), "I7: {command:?} ended with {}: {said}", output.status);
    assert!(!said.contains("panicked at"), "I7: {command:?}: {said}");
    let given = command.get_envs().filter(|(name, _)| TOKENS.iter().any(|token| *name == *token));
    for token in given.filter_map(|(_, value)| value?.to_str()).map(str::trim).filter(|token| token.len() > 7) {
        let form = forms(token).into_iter().find(|form| said.contains(form));
        assert_eq!(form, None, "I6: {command:?} shows its token: {said}");
    }
}

/// A token as it is, and as Basic authentication writes it; its characters are the same in an address.
fn forms(token: &str) -> [String; 3] {
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    [token.to_owned(), encoded(token), encoded(&format!("x-access-token:{token}"))]
}

/// I6: no file below the folder holds the token.
pub fn of_files(folder: &Path) {
    for file in files(folder) {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let holds = |form: &String| bytes.windows(form.len()).any(|window| window == form.as_bytes());
        assert!(!forms(TOKEN).iter().any(holds), "I6: {} holds the token", file.display());
    }
}

/// I1: no tag of a bare repository was moved, by what it noted of each reference; see [`watched`].
pub fn of_tags(bare: &Path) {
    for log in files(&bare.join("logs/refs/tags")) {
        let text = std::fs::read_to_string(&log).unwrap();
        assert_eq!(text.lines().count(), 1, "I1: {} was moved: {text}", log.display());
    }
}

/// From now on the repository notes what happens to each of its references.
pub fn watched(bare: &Path) -> Watch {
    let config = bare.join("config");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}[core]\n\tlogAllRefUpdates = always\n")).unwrap();
    Watch(bare.to_owned())
}

/// Looks when the test is over.
pub struct Watch(PathBuf);

impl Drop for Watch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            of_tags(&self.0);
        }
    }
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| (entry.path(), entry.file_type().unwrap()));
    paths
        .flat_map(|(path, kind)| {
            if kind.is_dir() {
                files(&path)
            } else if kind.is_file() {
                vec![path]
            } else {
                Vec::new()
            }
        })
        .collect()
}
