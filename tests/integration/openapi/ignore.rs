//! What a team says about changes: an ignore file with reasons and ends, and levels of its own.

use crate::support::ExitCode::{CannotTell, Done, Refused, Usage};
use crate::support::{Repo, Run};

const OLD: &str = "\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /items:
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}}
    put: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}}
components:
  schemas:
    Item: {type: object, required: [name], properties: {name: {type: string}, code: {type: string, pattern: '^[A-Z]+$'}}}
";

fn repo(from: &str, to: &str) -> Repo {
    assert!(OLD.contains(from), "{from}");
    Repo::new().write("old.yml", OLD).write("new.yml", &OLD.replace(from, to))
}

/// `name` may be left out now: that breaks whoever reads it.
fn optional() -> Repo {
    repo("required: [name], ", "")
}

fn diff(repo: &Repo, ignore: &str) -> Run {
    std::fs::write(repo.path().join("ignore.yml"), ignore).unwrap();
    repo.zarpe(["openapi", "diff", "old.yml", "new.yml", "--ignore", "ignore.yml"]).run()
}

fn entry(what: &str) -> String {
    format!("- {what}\n  reason: web 3.2 reads it no more\n  expires: 2999-12-31\n")
}

const ID: &str = "id: response-property-became-optional\n  location: ";

#[test]
fn what_is_ignored_is_shown_with_its_reason() {
    let repo = optional();
    let run = diff(&repo, &entry(&format!("{ID}schemas/Item"))).exits(Done);
    insta::assert_snapshot!(run.stdout, @r"
    ✓ every change between old.yml and new.yml is ignored with a reason

    · ignored   1 with a reason
      `Item.name`: property became optional: `name`  response-property-became-optional  2999-12-31  web 3.2 reads it no more
    ");
    let json = ["openapi", "diff", "old.yml", "new.yml", "--ignore", "ignore.yml", "--format", "json"];
    let document = repo.zarpe(json).run().exits(Done).json_of("openapi-diff/v1");
    assert_eq!((&document["breaking"], &document["bump"]), (&false.into(), &"patch".into()));
    assert_eq!(document["ignored"][0]["reason"], "web 3.2 reads it no more");
    assert_eq!(document["ignored"][0]["location"]["head"]["file"], "new.yml");
}

#[test]
fn an_entry_names_a_fingerprint_or_a_rule_and_its_place() {
    let repo = optional();
    let json = repo.zarpe(["openapi", "diff", "old.yml", "new.yml", "--format", "json"]).run().exits(Refused).json();
    let fingerprint = json["changes"][0]["fingerprint"].as_str().unwrap();
    for what in [
        &format!("fingerprint: '{fingerprint}'"),
        &format!("fingerprint: '{fingerprint}'\n  location: '#/components/schemas/Item'"),
        &format!("{ID}/components/schemas/Item/properties"),
    ] {
        diff(&repo, &entry(what)).exits(Done);
    }
    for what in [
        "fingerprint: '0123456789abcdef'",
        &format!("{ID}/components/schemas/It"),
        &format!("{ID}schemas/Other"),
        "id: endpoint-added\n  location: schemas/Item",
    ] {
        diff(&repo, &entry(what)).exits(Refused).says("this entry of the ignore file ignores nothing");
    }
}

#[test]
fn an_operation_is_ignored_and_the_others_are_not() {
    let repo = optional();
    let (get, put) = (entry(&format!("{ID}GET /items")), entry(&format!("{ID}PUT /items")));
    let run = diff(&repo, &get).exits(Refused).says("reaches PUT /items").says("1 with a reason");
    assert!(!run.stdout.contains("reaches GET"), "{run}");
    diff(&repo, &format!("{get}{put}")).exits(Done);
}

#[test]
fn an_entry_clears_what_could_not_be_judged() {
    let repo = repo("^[A-Z]+$", "^[A-Z]*[A-Z]$");
    diff(&repo, "").exits(CannotTell);
    diff(&repo, &entry("id: response-property-pattern-changed\n  location: schemas/Item")).exits(Done);
    let levels = ["--severity", "response-property-pattern-changed=info"];
    repo.zarpe(["openapi", "diff", "old.yml", "new.yml"]).args(levels).run().exits(CannotTell);
}

#[test]
fn an_unused_or_expired_entry_is_an_error_with_its_line() {
    let repo = repo("title: Shop", "title: Store");
    let unused = format!("# ours\n{}", entry(&format!("{ID}schemas/Item")));
    diff(&repo, &unused).exits(Usage).says("ignore.yml:2:3").says("remove it, or correct its place");
    let expired = entry(&format!("{ID}schemas/Item")).replace("2999", "2020");
    diff(&repo, &expired).exits(Usage).says("expired on 2020-12-31").says("1 entry of the ignore file");
    diff(&optional(), &expired).exits(Refused).says("expired on 2020-12-31").says("became optional");
    diff(&repo, "").exits(Done);
    diff(&repo, "# nothing\n[]").exits(Done);
}

#[test]
fn what_is_wrong_with_the_file_is_said_with_its_line() {
    for (text, says) in [
        (
            "- id: response-property-became-optinal\n  location: schemas/Item\n  reason: x\n  expires: 2999-01-01\n",
            "did you mean response-property-became-optional?",
        ),
        ("- id: endpoint-added\n  reason: x\n  expires: 2999-01-01\n", "does not say which change it ignores"),
        ("- fingerprint: abc\n  reason: x\n  expires: 2999-01-01\n", "no fingerprint"),
        ("- fingerprint: '0123456789abcdef'\n  expires: 2999-01-01\n", "`reason` is missing"),
        ("- fingerprint: '0123456789abcdef'\n  reason: ' '\n  expires: 2999-01-01\n", "must not be empty"),
        ("- fingerprint: '0123456789abcdef'\n  reason: x\n", "`expires` is missing"),
        ("- fingerprint: '0123456789abcdef'\n  reason: x\n  expires: soon\n", "not a day such as"),
        ("- id: endpoint-added\n  location: /\n  reason: x\n  expires: 2999-01-01\n", "is no place"),
        ("- id: endpoint-added\n  location: everywhere\n  reason: x\n  expires: 2999-01-01\n", "is no place"),
        ("- fingerprint: '0123456789abcdef'\n  reason: x\n  expires: 2999-01-01\n  until: 3\n", "unknown key `until`"),
        ("id: x\n", "ignore.yml:1:1"),
    ] {
        diff(&optional(), text).exits(Usage).says(says).says("ignore.yml:");
    }
    let missing = ["openapi", "diff", "old.yml", "new.yml", "--ignore", "no.yml"];
    optional().zarpe(missing).run().exits(Usage).says("there is no file no.yml");
}

#[test]
fn a_rule_has_another_level_where_the_team_says_so() {
    let repo = optional();
    let diff = |level: &str| repo.zarpe(["openapi", "diff", "old.yml", "new.yml", "--severity", level]).run();
    diff("response-property-became-optional=info").exits(Done).says("it breaks no caller");
    diff("response-property-became-optional=warning").exits(Done).says("warning:");
    diff("response-property-became-optinal=info").exits(Usage).says("did you mean response-property-became-optional?");
    diff("response-property-became-optional=none").exits(Usage).says("error, warning or info");
}

#[test]
fn the_configuration_says_it_for_its_schema_alone() {
    let config = "openapi:\n  - schema: api/new.yml\n    ignore: ignore.yml\n    severity: {endpoint-added: error}\n";
    let added = OLD.replace("required: [name], ", "").replace("paths:\n", "paths:\n  /more:\n    get: {}\n");
    let repo = Repo::new().write("zarpe.yml", config).write("api/new.yml", OLD).write("old.yml", OLD);
    let repo = repo.write("ignore.yml", &entry(&format!("{ID}schemas/Item"))).commit("feat: start").tag("v1.0.0");
    let repo = repo.write("api/new.yml", &added).commit("feat: more").write("other.yml", &added);
    let diff = |base, head| repo.zarpe(["openapi", "diff", base, head]).run().exits(Refused).stdout;
    repo.zarpe(["openapi", "diff"]).run().exits(Refused).says("GET /more").says("1 with a reason");
    assert!(diff("old.yml", "api/new.yml").contains("1 with a reason"));
    assert!(diff("old.yml", "HEAD:api/new.yml").contains("1 with a reason"));
    assert!(!diff("old.yml", "other.yml").contains("1 with a reason"));
    let in_folder = repo.zarpe(["openapi", "diff", "../old.yml", "new.yml"]).at("api").run();
    in_folder.exits(Refused).says("1 with a reason");
    let levels = ["openapi", "diff", "--severity", "endpoint-added=info"];
    repo.zarpe(levels).run().exits(Done);
    let repo = repo.write("zarpe.yml", &config.replace("endpoint-added", "endpoint-aded"));
    repo.zarpe(["openapi", "diff"]).run().exits(Usage).says("zarpe.yml:4:16").says("did you mean endpoint-added?");
}

#[test]
fn the_next_version_goes_by_it() {
    let config = |more: &str| format!("openapi:\n  - schema: api.yml\n{more}");
    let repo = Repo::new().write("zarpe.yml", &config("")).write("api.yml", OLD).commit("feat: start").tag("v1.0.0");
    let repo = repo.write("api.yml", &OLD.replace("required: [name], ", "")).commit("fix: names are optional");
    repo.zarpe(["next"]).run().exits(Done).prints("2.0.0\n");
    let repo = repo.write("zarpe.yml", &config("    severity: {response-property-became-optional: info}\n"));
    repo.zarpe(["next"]).run().exits(Done).prints("1.1.0\n");
    let repo = repo.write("zarpe.yml", &config("    ignore: ignore.yml\n"));
    repo.zarpe(["next"]).run().exits(CannotTell).says("the ignore file ignore.yml is not in the commit");
    let entry = entry(&format!("{ID}schemas/Item"));
    let repo = repo.write("ignore.yml", &entry).commit("chore: agree on it");
    repo.zarpe(["next"]).run().exits(Done).prints("1.0.1\n");
    repo.zarpe(["notes"]).run().exits(Done).never_says("became optional");
    let repo = repo.write("ignore.yml", &entry.replace("2999", "2020")).commit("chore: no longer");
    repo.zarpe(["next"]).run().exits(Done).prints("2.0.0\n");
}

#[test]
fn every_schema_is_compared_in_one_run() {
    let config = "openapi:\n  - schema: a.yml\n  - schema: b.yml\n  - schema: c.yml\n";
    let repo = Repo::new().write("zarpe.yml", config).write("a.yml", OLD).write("b.yml", OLD);
    let repo = repo.write("b.yml", OLD).commit("feat: start").tag("v1.0.0").write("c.yml", OLD);
    let repo = repo.write("b.yml", &OLD.replace("required: [name], ", "")).write("ignore.yml", "");
    let run = repo.zarpe(["openapi", "diff"]).run().exits(Refused);
    insta::assert_snapshot!(run.stdout, @r"
    ✗ 1 change between v1.0.0:b.yml and b.yml breaks callers

    ✓ nothing changed between v1.0.0:a.yml and a.yml
    ✗ 1 change between v1.0.0:b.yml and b.yml breaks callers
    · version                    these changes ask for major
    ✓ c.yml is new since v1.0.0

    error: `Item.name`: property became optional: `name`
      reaches GET /items, PUT /items
      was at v1.0.0:b.yml:9:57
      --> b.yml:9:39
      help: keep what callers use beside what is new, or release a major version; zarpe openapi rules --explain response-property-became-optional
    warning: c.yml was not in v1.0.0, so it is compared with nothing
      help: where it only had another name, name both: zarpe openapi diff v1.0.0:OLD c.yml
    ");
    let document = repo.zarpe(["openapi", "diff", "--format", "json"]).run().exits(Refused).json_of("openapi-diff/v1");
    assert_eq!(document["changes"][0]["location"]["head"]["file"], "b.yml");
    assert_eq!(document["bump"], "major");
    let ignore = repo.write("ignore.yml", &entry(&format!("{ID}schemas/Item")));
    ignore.zarpe(["openapi", "diff", "--ignore", "ignore.yml"]).run().exits(Done);
}
