//! Documents of several files: followed only below the folder that is named, and never over the network.

use crate::support::ExitCode::{CannotTell, Done, Refused, Usage};
use crate::support::{Repo, Run};

const ROOT: &str = "\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /items: {$ref: 'paths/items.yml'}
components:
  schemas:
    Item: {$ref: 'schemas/Item.yml'}
";
const ITEMS: &str = "\
get:
  responses:
    '200': {description: ok, content: {application/json: {schema: {$ref: '../schemas/Item.yml'}}}}
post:
  requestBody: {content: {application/json: {schema: {$ref: '../openapi.yml#/components/schemas/Item'}}}}
  responses: {'201': {description: made}}
";
const ITEM: &str = "\
type: object
required: [name]
properties:
  name: {$ref: 'common.yml#/Name'}
  parent: {$ref: '#'}
  parts: {type: array, items: {$ref: 'Item.yml'}}
";
const COMMON: &str = "\
# what all share

Name: {type: string, maxLength: 100}
";

fn repo() -> Repo {
    Repo::new()
        .write("api/openapi.yml", ROOT)
        .write("api/paths/items.yml", ITEMS)
        .write("api/schemas/Item.yml", ITEM)
        .write("api/schemas/common.yml", COMMON)
        .commit("feat: start")
        .tag("v1.0.0")
}

fn diff(repo: &Repo, more: &[&str]) -> Run {
    repo.zarpe(["openapi", "diff", "v1.0.0:api/openapi.yml", "api/openapi.yml"]).args(more).run()
}

const ALLOWED: [&str; 2] = ["--allow-refs", "api"];

#[test]
fn a_change_in_another_file_is_found_once_with_its_own_line() {
    let repo = repo().write("api/schemas/common.yml", &COMMON.replace("100", "80"));
    let run = diff(&repo, &ALLOWED).exits(Refused);
    insta::assert_snapshot!(run.stdout, @r"
    ✗ 1 change between v1.0.0:api/openapi.yml and api/openapi.yml breaks callers

    · version   these changes ask for major

    error: `Name`: maximum length lowered from 100 to 80
      reaches POST /items
      reaches GET /items as response-property-max-length-decreased only
      was at v1.0.0:api/schemas/common.yml:3:22
      --> api/schemas/common.yml:3:22
      help: keep what callers use beside what is new, or release a major version; zarpe openapi rules --explain request-property-max-length-decreased
    ");
    let run = diff(&repo, &["--allow-refs", "api", "--format", "json"]).exits(Refused).json_of("openapi-diff/v1");
    let change = &run["changes"][0];
    assert_eq!(change["pointer"]["head"], "schemas/common.yml#/Name/maxLength");
    assert_eq!(change["location"]["base"]["file"], "v1.0.0:api/schemas/common.yml");
    assert_eq!(change["location"]["head"]["line"], 3);
    diff(&repo, &["--allow-refs", "api", "--format", "github"])
        .exits(Refused)
        .says("file=api/schemas/common.yml,line=3,col=");
    let entry = |rule: &str| {
        format!("- {{id: {rule}, location: 'schemas/common.yml#/Name', reason: agreed, expires: 2999-01-01}}\n")
    };
    let repo = repo.write("ignore.yml", &entry("request-property-max-length-decreased"));
    let run = diff(&repo, &["--allow-refs", "api", "--ignore", "ignore.yml"]).exits(Done);
    run.says("response-property-max-length-decreased").says("1 with a reason");
    let both = ["request-property-max-length-decreased", "response-property-max-length-decreased"].map(entry).concat();
    let repo = repo.write("ignore.yml", &both);
    diff(&repo, &["--allow-refs", "api", "--ignore", "ignore.yml"]).exits(Done);
}

#[test]
fn the_same_files_have_no_changes_and_circles_end() {
    diff(&repo(), &ALLOWED).exits(Done).says("nothing changed");
    let moved = repo().write("api/schemas/common.yml", &format!("\n\n{COMMON}"));
    diff(&moved, &ALLOWED).exits(Done).says("nothing changed");
    diff(&moved, &["--allow-refs", "."]).exits(Done);
    moved
        .zarpe(["openapi", "diff", "v1.0.0:api/openapi.yml", "openapi.yml", "--allow-refs", "."])
        .at("api")
        .run()
        .exits(Done);
}

#[test]
fn without_the_option_nothing_is_opened_and_the_remedy_is_named() {
    diff(&repo(), &[]).exits(CannotTell).says("paths/items.yml").says("--allow-refs DIR");
}

#[test]
fn the_configured_schema_is_read_so_as_well() {
    let repo = Repo::new().write("zarpe.yml", "openapi:\n  - schema: api/openapi.yml\n");
    let repo =
        repo.write("api/openapi.yml", ROOT).write("api/paths/items.yml", ITEMS).write("api/schemas/Item.yml", ITEM);
    let repo = repo.write("api/schemas/common.yml", COMMON).commit("feat: start").tag("v1.0.0");
    repo.zarpe(["openapi", "diff"]).args(ALLOWED).run().exits(Done).says("nothing changed");
    let repo = repo.write("api/schemas/common.yml", &COMMON.replace("100", "80"));
    repo.zarpe(["openapi", "diff"]).args(ALLOWED).run().exits(Refused);
}

#[test]
fn the_configuration_allows_it_for_diff_next_and_notes() {
    let config = "openapi:\n  - schema: api/openapi.yml\n    allow-refs: api\n";
    let repo =
        Repo::new().write("zarpe.yml", config).write("api/openapi.yml", ROOT).write("api/paths/items.yml", ITEMS);
    let repo = repo.write("api/schemas/Item.yml", ITEM).write("api/schemas/common.yml", COMMON);
    let repo = repo.commit("feat: start").tag("v1.0.0").commit("fix: nothing");
    repo.zarpe(["openapi", "diff"]).run().exits(Done).says("nothing changed");
    repo.zarpe(["next"]).run().exits(Done).prints("1.0.1\n");
    let repo = repo.write("api/schemas/common.yml", &COMMON.replace("100", "80")).commit("fix: shorter names");
    repo.zarpe(["openapi", "diff", "v1.0.0:api/openapi.yml", "api/openapi.yml"]).run().exits(Refused);
    repo.zarpe(["next"]).run().exits(Done).prints("2.0.0\n");
    repo.zarpe(["notes"]).run().exits(Done).says("maximum length lowered from 100 to 80");
    let repo = repo.write("zarpe.yml", &config.replace(": api\n", ": .\n"));
    repo.zarpe(["openapi", "diff"]).run().exits(Refused);
    let repo = repo.write("zarpe.yml", &config.replace(": api\n", ": ..\n"));
    repo.zarpe(["openapi", "diff"]).run().exits(Usage).says("zarpe.yml:3:17").says("leads out of the repository");
}

/// The document with one reference more.
fn refers(repo: Repo, reference: &str) -> Repo {
    repo.write("api/openapi.yml", &format!("{ROOT}    More: {{$ref: '{reference}'}}\n"))
}

#[test]
fn nothing_outside_is_opened() {
    let secret = "type: string\ndescription: the-secret-in-the-file\n";
    for reference in ["../secret.yml", "schemas/../../secret.yml", "%2e%2e/secret.yml"] {
        let run = diff(&refers(repo().write("secret.yml", secret), reference), &ALLOWED).exits(Usage);
        let run = run.says("leads out of the folder that --allow-refs names").says("api/openapi.yml:8:");
        run.never_says("the-secret-in-the-file");
    }
    for reference in ["http://127.0.0.1:1/x.yml", "//127.0.0.1:1/x.yml", "file:///etc/passwd", "/etc/passwd"] {
        let used = repo().write("api/schemas/common.yml", &format!("Name: {{$ref: '{reference}'}}\n"));
        diff(&used, &ALLOWED).exits(CannotTell).says(reference);
    }
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_folder_is_not_followed() {
    let linked = |repo: Repo| {
        let repo = repo.write("secret.yml", "type: string\ndescription: the-secret-in-the-file\n");
        std::os::unix::fs::symlink("../../secret.yml", repo.path().join("api/schemas/link.yml")).unwrap();
        std::os::unix::fs::symlink("..", repo.path().join("api/up")).unwrap();
        repo
    };
    for reference in ["schemas/link.yml", "up/secret.yml"] {
        let repo = refers(linked(repo()), reference);
        diff(&repo, &ALLOWED).exits(Usage).says("leads out of the folder").never_says("the-secret-in-the-file");
        let repo = repo.commit("feat: link");
        let in_git = ["openapi", "diff", "api/openapi.yml", "HEAD:api/openapi.yml", "--allow-refs", "."];
        repo.zarpe(in_git).run().exits(Usage).says("HEAD:api/openapi.yml:8:").never_says("the-secret-in-the-file");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_that_file() {
    diff(&refers(repo(), "schemas/no.yml"), &ALLOWED).exits(Usage).says("there is no api/schemas/no.yml");
    let run = diff(&refers(repo(), "schemas/bad.yml").write("api/schemas/bad.yml", "a: 1\nb: [\n"), &ALLOWED);
    run.exits(Usage).says("api/schemas/bad.yml:");
    diff(&repo(), &["--allow-refs", "no"]).exits(Usage).says("there is no folder no");
}
