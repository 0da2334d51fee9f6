//! The published JSON Schemas.

use std::path::Path;

use zarpe::commands::schema::all;

use crate::support::{ExitCode, Repo};

const BLESS: &str = "ZARPE_BLESS=1 cargo test schemas";

fn file_name(name: &str) -> String {
    let name = if name == "config" { "zarpe".to_owned() } else { name.replace('/', "-") };
    format!("{name}.schema.json")
}

fn text(schema: fn() -> schemars::Schema) -> String {
    format!("{:#}\n", schema().to_value())
}

/// What people write, not programs: an unknown key is refused there.
const FILES: [&str; 3] = ["config", "plan", "words"];

#[test]
fn the_published_schemas_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    if std::env::var_os("ZARPE_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        for (name, schema) in all() {
            std::fs::write(folder.join(file_name(name)), text(schema)).unwrap();
        }
    }
    for (name, schema) in all() {
        let published = std::fs::read_to_string(folder.join(file_name(name))).unwrap_or_default();
        assert!(published == text(schema), "schemas/{} is stale: run `{BLESS}` and commit it", file_name(name));
    }
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        assert!(all().any(|(name, _)| file_name(name) == file), "schemas/{file} has no document: run `{BLESS}`");
    }
}

#[test]
fn every_schema_is_one_and_names_its_document() {
    for (name, schema) in all() {
        let schema = schema().to_value();
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        if !FILES.contains(&name) {
            assert_eq!(schema["properties"]["schema"]["const"], format!("zarpe/{name}"));
            assert_eq!(schema["required"][0], "schema");
        }
    }
}

/// What an editor says about the file that `init` writes, and about a slip in it.
#[test]
fn the_schema_of_the_configuration_agrees_with_its_reader() {
    let schema = jsonschema::draft202012::new(all().next().unwrap().1().as_value()).unwrap();
    let is_valid = |text: &str| schema.is_valid(&serde_yaml::from_str::<serde_json::Value>(text).unwrap());
    let repo = Repo::new().write("schema.yml", "openapi: 3.0.3\n").commit("feat: start").tag("app-v1.0.0");
    repo.zarpe(["init"]).run().exits(ExitCode::Done);
    assert!(is_valid(&std::fs::read_to_string(repo.path().join("zarpe.yml")).unwrap()));
    for wrong in ["verfy: {}", "verify: {approvals: many}", "language: fr", "openapi: [{generate: make}]", "notes: []"]
    {
        assert!(!is_valid(wrong), "{wrong}");
        assert!(zarpe::config::Config::parse("zarpe.yml", wrong).is_err(), "{wrong}");
    }
}

/// What an editor says about the plans that we show, and about slips that the reader or `deploy check` refuses.
#[test]
fn the_schema_of_a_plan_agrees_with_its_reader() {
    let published = all().find(|(name, _)| *name == "plan").unwrap().1();
    let schema = jsonschema::draft202012::new(published.as_value()).unwrap();
    let wrong = |text: &str| {
        let value = serde_yaml::from_str::<serde_json::Value>(text).unwrap();
        schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect::<Vec<_>>()
    };
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut plans = 0;
    for folder in ["examples", "tests/integration/deploy/plans"] {
        let files = std::fs::read_dir(top.join(folder)).unwrap().map(|file| file.unwrap().path());
        for file in files.filter(|file| file.extension().is_some_and(|ending| ending == "yml")) {
            let text = std::fs::read_to_string(&file).unwrap();
            if text.contains("\njobs:") {
                assert_eq!(wrong(&text), Vec::<String>::new(), "{}", file.display());
                plans += 1;
            }
        }
    }
    assert!(plans >= 5, "{plans}");
    let repo = Repo::new();
    let told = |step: &str, is_right: bool| {
        let text = format!("roles: {{qa: ['@qa']}}\ninputs: {{n: {{}}}}\njobs: {{a: {{steps: [{{{step}}}]}}}}\n");
        assert_eq!(wrong(&text).is_empty(), is_right, "{step}: {:?}", wrong(&text));
        std::fs::write(repo.path().join("plan.yml"), text).unwrap();
        let code = if is_right { ExitCode::Done } else { ExitCode::Usage };
        repo.zarpe(["deploy", "check", "plan.yml"]).run().exits(code);
    };
    for right in [
        "run: x, shell: sh",
        "uses: zarpe/gate, with: {value: x, max: '${{ inputs.n }}', warn-at: 80%}",
        "uses: zarpe/tag, with: {push: true, bump: minor}",
        "uses: zarpe/tag, with: {push: '${{ inputs.n }}', bump: '${{ inputs.n }}'}",
        "uses: zarpe/sign, role: qa, with: {quorum: all, distinct: false}",
        "uses: zarpe/verify",
    ] {
        told(right, true);
    }
    for wrong in [
        "name: x",
        "run: null",
        "run: x, uses: zarpe/verify",
        "run: x, with: {}",
        "uses: zarpe/verify, shell: sh",
        "run: x, post-if: always()",
        "run: x, retry: {attempts: 0}",
        "uses: zarpe/verfy",
        "uses: zarpe/gate, with: {value: x, maximum: 1}",
        "uses: zarpe/gate, with: {max: 1}",
        "uses: zarpe/gate",
        "uses: zarpe/fresh, with: {run: x}",
        "uses: zarpe/tag, with: {push: 1}",
        "uses: zarpe/tag, with: {bump: mnior}",
        "uses: zarpe/sign",
        "uses: zarpe/sign, role: qa, with: {quorum: 2}",
        "uses: zarpe/sign, role: qa, with: {statment: x}",
    ] {
        told(wrong, false);
    }
}

#[test]
fn a_document_may_grow() {
    for (name, schema) in all().filter(|(name, _)| !FILES.contains(name)) {
        let text = text(schema);
        assert!(!text.contains("\"additionalProperties\": false"), "{name} refuses new fields");
    }
}

#[test]
fn a_schema_is_printed_by_its_name() {
    let repo = Repo::new();
    repo.zarpe(["schema", "error/v1"]).run().exits(ExitCode::Done).prints(&text(all().nth(3).unwrap().1));
    repo.zarpe(["schema"]).run().exits(ExitCode::Done).says("config\nplan\nwords\nerror/v1\n");
    repo.zarpe(["schema", "errr/v1"])
        .run()
        .exits(ExitCode::Usage)
        .says("there is no schema `errr/v1`")
        .says("error/v1");
}

#[test]
fn a_wrong_configuration_does_not_hide_its_own_schema() {
    let repo = Repo::new().write("zarpe.yml", "verfy: {}\n");
    repo.zarpe(["schema", "config"]).run().exits(ExitCode::Done).says("\"verify\"");
}

#[test]
fn what_stops_a_command_is_a_valid_document() {
    let repo = Repo::new().write("zarpe.yml", "verfy: {}\n");
    let failure = repo.zarpe(["next", "--format", "json"]).run().exits(ExitCode::Usage).json_of("error/v1");
    assert_eq!(failure["location"], "zarpe.yml:1:1");
}
