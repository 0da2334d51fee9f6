//! `zarpe init`.

use test_case::test_case;
use zarpe::config::Config;

use crate::support::{ExitCode, Repo};

const OPENAPI: &str = "openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths: {}\n";

fn found(document: &serde_json::Value, what: &str) -> String {
    let found = document["found"].as_array().unwrap().iter().find(|found| found["what"] == what).unwrap();
    found["value"].as_str().unwrap_or("nothing").to_owned()
}

fn config(repo: &Repo) -> Config {
    Config::parse("zarpe.yml", &std::fs::read_to_string(repo.path().join("zarpe.yml")).unwrap()).unwrap()
}

#[test]
fn what_is_written_is_read_again() {
    let repo = Repo::new()
        .write("schema.yml", OPENAPI)
        .write("requirements.txt", "Django==5\ndrf-spectacular==0.28\n")
        .write("manage.py", "")
        .write("CHANGELOG.md", "# Cambios\n\n## 1.2.0\n\n- Corregido el cálculo de las tarifas\n")
        .commit("feat: start")
        .tag("1.2.0");
    repo.zarpe(["init"]).run().exits(ExitCode::Done).says("made now");
    let config = config(&repo);
    assert_eq!(config.branch.as_deref(), Some("main"));
    assert_eq!(config.language, zarpe::config::Language::Es);
    assert_eq!(config.tag.name.name(&semver::Version::new(1, 3, 0)), "1.3.0");
    assert_eq!(config.openapi[0].schema, "schema.yml");
    assert_eq!(config.openapi[0].generate.as_deref(), Some("python manage.py spectacular --format openapi"));
    assert_eq!(config.notes.assets, ["schema.yml"]);
}

#[test]
fn a_repository_with_nothing_in_it_gets_the_defaults() {
    let repo = Repo::new();
    repo.zarpe(["init"]).run().exits(ExitCode::Done);
    assert_eq!(config(&repo), Config::default());
}

#[test]
fn a_person_sees_what_was_found() {
    let repo = Repo::new().commit("feat: start").tag("v1.0.0");
    let run = repo.zarpe(["init", "--dry-run"]).run().exits(ExitCode::Done);
    let said = run.stdout.replace(concat!("v", env!("CARGO_PKG_VERSION")), "vVERSION");
    insta::assert_snapshot!(said, @"
    ✓ zarpe.yml and the release workflow, from what is in this repository

    · found
      ✓ branch                 main     a local branch
      ✓ tags                   v1.2.3   1 of 1 tags
      · language of the notes  nothing  no changelog and no tag's message says it
      · OpenAPI document       nothing  no tracked file
      · generator              nothing  no dependency that is known
      · images                 nothing  no workflow names one

    · plan    what would be done, in this order
      write zarpe.yml (685 bytes)
      write .github/workflows/release.yml (934 bytes)

    note: the workflow uses zarpe/zarpe@vVERSION, and a tag can be moved
      help: pin it to a commit: git ls-remote https://github.com/zarpe/zarpe vVERSION
    ");
    assert!(!repo.path().join("zarpe.yml").exists() && !repo.path().join(".github").exists());
}

#[test_case(&[("requirements/base.txt", "drf_spectacular[sidecar]>=0.27\n"), ("manage.py", "")],
    "drf-spectacular", "python manage.py spectacular --format openapi"; "drf-spectacular")]
#[test_case(&[("backend/pyproject.toml", "dependencies = [\"fastapi[standard]>=0.1\"]\n"), ("backend/app/main.py", "api: FastAPI = FastAPI(title='x')\n")],
    "FastAPI", "PYTHONPATH=backend python -c 'import json; from app.main import api; print(json.dumps(api.openapi(), indent=2))'"; "FastAPI")]
#[test_case(&[("build.gradle.kts", "id(\"org.springdoc.openapi-gradle-plugin\")\nimplementation(\"org.springdoc:springdoc-openapi-starter-webmvc-ui:2\")\n")],
    "springdoc", "./gradlew --quiet generateOpenApiDocs >&2 && cat build/openapi.json"; "springdoc")]
#[test_case(&[("go.mod", "require github.com/swaggo/swag v1.16.4\n"), ("cmd/api/main.go", "")],
    "swag", "folder=$(mktemp -d) && swag init --quiet --generalInfo cmd/api/main.go --outputTypes yaml --output \"$folder\" >&2 && cat \"$folder/swagger.yaml\""; "swag")]
#[test_case(&[("Cargo.toml", "[dependencies]\nutoipa = \"5\"\n"), ("src/bin/openapi.rs", "print!(\"{}\", ApiDoc::openapi().to_yaml()?)")],
    "utoipa", "cargo run --quiet --bin openapi"; "utoipa")]
fn each_generator_is_known_by_its_dependency(files: &[(&str, &str)], name: &str, command: &str) {
    let repo =
        files.iter().fold(Repo::new().write("docs/openapi.yaml", OPENAPI), |repo, (path, text)| repo.write(path, text));
    let repo = repo.commit("feat: start");
    let document = repo.zarpe(["init", "--format", "json"]).run().exits(ExitCode::Done).json_of("init/v1");
    assert_eq!(found(&document, "generator"), name);
    assert_eq!(config(&repo).openapi[0].generate.as_deref(), Some(command));
    assert_eq!(document["findings"].as_array().unwrap().len(), 1, "{document}");
}

#[test_case("requirements.txt", "fastapi-utils==1\n# fastapi\n"; "another package")]
#[test_case("tests/requirements.txt", "fastapi\n"; "only in the tests")]
fn what_is_no_dependency_is_no_generator(path: &str, text: &str) {
    let repo = Repo::new().write(path, text).commit("feat: start");
    let document = repo.zarpe(["init", "--dry-run", "--format", "json"]).run().json_of("init/v1");
    assert_eq!(found(&document, "generator"), "nothing");
}

#[test]
fn a_generator_without_its_command_is_said() {
    let repo = Repo::new().write("Cargo.toml", "[dependencies]\nutoipa = \"5\"\n").commit("feat: start");
    let run = repo.zarpe(["init"]).run().exits(ExitCode::Done);
    run.says("the command that prints its document is not known")
        .says("src/bin/openapi.rs")
        .says("no document of it is committed");
    assert!(config(&repo).openapi.is_empty());
}

#[test]
fn images_are_named_and_left_alone() {
    let workflow =
        "jobs:\n  b:\n    steps:\n      - uses: docker/metadata-action@v5\n        with: {images: ghcr.io/acme/app}\n";
    let repo = Repo::new().write(".github/workflows/build.yml", workflow).commit("ci: build");
    repo.zarpe(["init"]).run().exits(ExitCode::Done).says("names the image ghcr.io/acme/app");
}

#[test]
fn the_branch_of_a_clone_is_that_of_its_remote() {
    let repo = Repo::new().commit("feat: start");
    repo.git(["branch", "-m", "trunk"]);
    repo.git(["clone", "--quiet", ".", "../clone"]);
    let clone = repo.at("clone");
    clone.git(["switch", "--quiet", "-c", "main"]);
    clone.zarpe(["init"]).run().exits(ExitCode::Done);
    assert_eq!(config(&clone).branch.as_deref(), Some("trunk"));
}

#[test]
fn running_again_changes_nothing() {
    let repo = Repo::new();
    repo.zarpe(["init"]).run().exits(ExitCode::Done);
    let before = std::fs::metadata(repo.path().join("zarpe.yml")).unwrap().modified().unwrap();
    repo.zarpe(["init"]).run().exits(ExitCode::Done).says("done    2 already right");
    assert_eq!(std::fs::metadata(repo.path().join("zarpe.yml")).unwrap().modified().unwrap(), before);
}

#[test_case("zarpe.yml", "branch: other\n")]
#[test_case(".github/zarpe.yml", "branch: other\n")]
#[test_case(".github/workflows/release.yml", "on: push\n")]
fn a_file_that_is_there_is_never_written_over(path: &str, text: &str) {
    let repo = Repo::new().write(path, text);
    repo.zarpe(["init"]).run().exits(ExitCode::Refused).says(&format!("{path} is already there")).says("move it away");
    assert_eq!(std::fs::read_to_string(repo.path().join(path)).unwrap(), text);
    let files = repo.git(["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(files, format!("?? {path}"), "nothing else is written either");
}

#[test]
fn from_a_folder_below_the_files_are_written_at_the_top() {
    let repo = Repo::new().write("src/x", "").commit("feat: start");
    repo.zarpe(["-C", "src", "init"]).run().exits(ExitCode::Done);
    assert!(repo.path().join("zarpe.yml").exists() && !repo.path().join("src/zarpe.yml").exists());
}

#[test]
fn odd_names_stay_text() {
    let repo = Repo::new()
        .write("api: #1/openapi.yml", OPENAPI)
        .write("yes/manage.py", "")
        .write("requirements.txt", "drf-spectacular\n");
    let repo = repo.commit("feat: start").tag("#v1.0.0");
    repo.zarpe(["init"]).run().exits(ExitCode::Done);
    let config = config(&repo);
    assert_eq!(config.openapi[0].schema, "api: #1/openapi.yml");
    assert_eq!(config.tag.name.name(&semver::Version::new(2, 0, 0)), "#v2.0.0");
}

#[test]
fn a_bare_repository_has_no_place_for_files() {
    let repo = Repo::new();
    repo.git(["init", "--quiet", "--bare", "../bare.git"]);
    repo.at("bare.git").zarpe(["init"]).run().exits(ExitCode::Usage).says("bare repository");
}

#[test]
fn the_workflow_is_a_workflow_and_gives_away_nothing() {
    let repo = Repo::new();
    repo.zarpe(["init"]).run().exits(ExitCode::Done);
    let text = std::fs::read_to_string(repo.path().join(".github/workflows/release.yml")).unwrap();
    let workflow: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(workflow["permissions"], serde_json::json!({}));
    let job = &workflow["jobs"]["release"];
    assert_eq!(job["permissions"]["contents"], "write");
    let checkout = &job["steps"][0];
    let (_, pin) = checkout["uses"].as_str().unwrap().split_once('@').unwrap();
    assert!(pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit()), "{pin} is no commit");
    assert_eq!(checkout["with"]["fetch-depth"], 0);
    assert_eq!(checkout["with"]["persist-credentials"], false);
    assert!(!text.contains(" run:"), "nothing is spliced into a script");
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(checkout["uses"].as_str().unwrap()), "README.md pins another actions/checkout");
}
