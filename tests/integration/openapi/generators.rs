//! Real generators of documents: a Django project with drf-spectacular, and a FastAPI application. `tests/run` installs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::ExitCode::{Done, Refused, Stale};
use crate::support::{Repo, clean, skip};

/// The Python that has the generators; `None` where they are not installed, which is said.
fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/generators/bin/python");
    if python.exists() {
        return Some(python);
    }
    skip("drf-spectacular and FastAPI are not installed (tests/run does it)");
    None
}

/// A repository with an application of `tests/generators`.
fn application(name: &str, files: &[&str]) -> Repo {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generators").join(name);
    let read = |file: &&str| std::fs::read_to_string(folder.join(file)).unwrap();
    let repo = files.iter().fold(Repo::new(), |repo, file| repo.write(file, &read(file)));
    repo.write(".gitignore", "__pycache__/\n")
}

/// What a generator prints, without zarpe.
fn printed(repo: &Repo, command: &str) -> Vec<u8> {
    let mut shell = Command::new("sh");
    clean(&mut shell);
    let output = shell.args(["-c", command]).current_dir(repo.path()).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Fresh; after a change of the model stale, on both ways of asking; and what `--fix` writes is what the generator prints.
fn is_followed(repo: Repo, schema: &str, generate: &str, change: (&str, &str, &str)) {
    let config = format!("openapi:\n  - schema: {schema}\n    generate: {}\n", serde_json::json!(generate));
    let first = printed(&repo, generate);
    let repo = repo.write("zarpe.yml", &config).write(schema, std::str::from_utf8(&first).unwrap());
    let repo = repo.commit("feat: start").tag("v1.0.0");
    let run = format!("{generate} >{schema}");
    let fresh = ["fresh", "--path", schema, "--run", &run];
    repo.zarpe(["openapi", "check"]).run().exits(Done);
    repo.zarpe(fresh).run().exits(Done);
    let (file, from, to) = change;
    let model = std::fs::read_to_string(repo.path().join(file)).unwrap();
    assert!(model.contains(from), "{from}");
    let repo = repo.write(file, &model.replace(from, to));
    repo.zarpe(["openapi", "check"]).run().exits(Stale).says("Item").says("zarpe openapi check --fix");
    repo.zarpe(fresh).run().exits(Stale).says(&format!("{schema} is not what the command makes"));
    assert_eq!(std::fs::read(repo.path().join(schema)).unwrap(), first, "nothing was written yet");
    repo.zarpe(["openapi", "check", "--fix"]).run().exits(Done);
    assert_eq!(std::fs::read(repo.path().join(schema)).unwrap(), printed(&repo, generate));
    repo.zarpe(["openapi", "check"]).run().exits(Done);
    repo.zarpe(fresh).run().exits(Done);
    repo.zarpe(["openapi", "diff"]).run().exits(Refused).says("maximum length lowered from 100 to 80");
    assert_eq!(repo.git(["status", "--porcelain"]).lines().count(), 2, "the model and the schema, and nothing else");
}

#[test]
fn a_django_project_with_drf_spectacular() {
    let Some(python) = python() else { return };
    let repo =
        application("django", &["manage.py", "shop/__init__.py", "shop/settings.py", "shop/models.py", "shop/urls.py"]);
    let generate = format!("'{}' manage.py spectacular --validate", python.display());
    is_followed(repo, "schema.yml", &generate, ("shop/models.py", "max_length=100", "max_length=80"));
}

#[test]
fn a_fastapi_application() {
    let Some(python) = python() else { return };
    let repo = application("fastapi", &["app.py"]);
    is_followed(
        repo,
        "openapi.json",
        &format!("'{}' app.py", python.display()),
        ("app.py", "max_length=100", "max_length=80"),
    );
}

#[test]
fn the_same_application_as_3_0_and_as_3_1_breaks_nobody() {
    let Some(python) = python() else { return };
    let files = ["manage.py", "shop/__init__.py", "shop/settings.py", "shop/models.py", "shop/urls.py"];
    let repo = application("django", &files);
    let generate = format!("'{}' manage.py spectacular", python.display());
    let settings = std::fs::read_to_string(repo.path().join("shop/settings.py")).unwrap();
    let old = String::from_utf8(printed(&repo, &generate)).unwrap();
    let repo =
        repo.write("shop/settings.py", &settings.replace("{\"TITLE\"", "{\"OAS_VERSION\": \"3.1.0\", \"TITLE\""));
    let new = String::from_utf8(printed(&repo, &generate)).unwrap();
    assert!(old.starts_with("openapi: 3.0.3") && new.starts_with("openapi: 3.1.0"), "{new}");
    repo.write("old.yml", &old)
        .write("new.yml", &new)
        .zarpe(["openapi", "diff", "old.yml", "new.yml"])
        .run()
        .exits(Done);
}
