//! `openapi diff --used-by`: what a client does not use cannot break it.

use test_case::test_case;

use crate::support::ExitCode::{Done, Refused, Usage};
use crate::support::{Repo, Run};

const OLD: &str = "\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
servers: [{url: 'https://api.example.com/v1/'}]
paths:
  /items/{id}:
    get:
      operationId: items_retrieve
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
    put:
      operationId: items_update
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
  /items/latest:
    get:
      operationId: items_latest
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
  /orders:
    get:
      operationId: listOrders
      responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}
components:
  schemas:
    Item: {type: object, required: [name, owner], properties: {name: {type: string}, owner: {$ref: '#/components/schemas/Person'}}}
    Person: {type: object, required: [email], properties: {email: {type: string}, manager: {$ref: '#/components/schemas/Person'}}}
    Order: {type: object, properties: {total: {type: integer}, item: {$ref: '#/components/schemas/Item'}}}
";

fn diff(file: &str, usage: &str, change: (&str, &str)) -> Run {
    assert!(OLD.contains(change.0), "{change:?}");
    let repo = Repo::new().write("old.yml", OLD).write("new.yml", &OLD.replace(change.0, change.1)).write(file, usage);
    repo.zarpe(["openapi", "diff", "old.yml", "new.yml", "--used-by", file]).run()
}

const EMAIL: (&str, &str) = ("required: [email], ", "");
const TOTAL: (&str, &str) = ("total: {type: integer}", "total: {type: number}");

#[test]
fn what_is_outside_is_counted_and_not_shown() {
    let run = diff("usage.txt", "GET /items/{key} # the detail page\n", TOTAL).exits(Done);
    insta::assert_snapshot!(run.stdout, @r"
    ✓ nothing that usage.txt uses changed between old.yml and new.yml

    · outside   1 change does not reach what usage.txt uses
    ");
    let run = diff("usage.txt", "listOrders", TOTAL).exits(Refused).says("reaches GET /orders");
    run.says("no change is outside of what usage.txt uses");
    let run = diff("usage.txt", "listOrders\nGET /items/{id}", EMAIL).exits(Refused);
    run.says("reaches GET /items/{id}, GET /orders\n");
}

#[test_case("u.txt", "listOrders" => true; "an operationId")]
#[test_case("u.txt", "list_orders" => true; "as a generated client spells it")]
#[test_case("u.txt", "GET /orders" => true; "a line")]
#[test_case("u.yml", "- GET /orders" => true; "a list in YAML")]
#[test_case("u.json", "[\"ListOrders\"]" => true; "a list in JSON")]
#[test_case("u.yml", "- {operation: GET /orders, fields: [total]}" => true; "a field")]
#[test_case("u.yml", "GET /orders: [item.name]" => false; "another field")]
#[test_case("u.txt", "GET /orders item" => false; "a whole other field")]
#[test_case("u.txt", "GET /orders item\nGET /orders total" => true; "two lines for one operation")]
#[test_case("u.txt", "GET /orders item\nlistOrders" => true; "a line without fields is for all of them")]
#[test_case("u.txt", "GET /items/latest" => false; "another operation")]
fn a_changed_total_breaks_who_reads_it(file: &str, usage: &str) -> bool {
    diff(file, usage, TOTAL).code == Some(1)
}

#[test_case("GET /items/{id} owner.email" => true; "the field")]
#[test_case("GET /items/{id} owner" => true; "all of what holds it")]
#[test_case("GET /items/{id} name" => false; "beside it")]
#[test_case("GET /orders item.owner.manager.email" => true; "through a circle")]
#[test_case("PUT /items/{id} name" => false; "in the response it may be left out, and it may be so in the request")]
fn fields_are_followed_through_components(usage: &str) -> bool {
    diff("u.txt", usage, EMAIL).code == Some(1)
}

#[test]
fn what_is_sent_is_judged_whole() {
    let more = (
        "required: [name, owner], properties: {",
        "required: [name, owner, code], properties: {code: {type: string}, ",
    );
    diff("u.txt", "PUT /items/{id} name", more).exits(Refused).says("reaches PUT /items/{id}\n");
    diff("u.txt", "GET /items/{id} name", more).exits(Done);
}

#[test]
fn what_happens_to_an_operation_reaches_whoever_uses_it() {
    let gone = ("  /items/latest:\n    get:\n", "  /items/last:\n    get:\n");
    diff("u.txt", "items_latest", gone).exits(Refused).says("GET /items/latest");
    diff("u.txt", "GET /items/latest owner", gone).exits(Refused);
    diff("u.txt", "listOrders", gone).exits(Done).says("2 changes do not reach");
}

fn har(requests: &[(&str, &str)]) -> String {
    let entry = |(method, url): &(&str, &str)| serde_json::json!({"request": {"method": method, "url": url}});
    serde_json::json!({"log": {"version": "1.2", "entries": requests.iter().map(entry).collect::<Vec<_>>()}})
        .to_string()
}

#[test]
fn a_har_file_is_matched_with_the_paths() {
    let used = har(&[
        ("GET", "https://shop.example.com/static/app.js"),
        ("OPTIONS", "https://api.example.com/v1/orders"),
        ("GET", "https://api.example.com/v1/orders?page=2"),
    ]);
    diff("web.har", &used, TOTAL).exits(Refused).says("reaches GET /orders");
    diff("web.har", &used, ("  /items/latest:\n", "  /items/last:\n")).exits(Done);
    let latest = har(&[("GET", "https://api.example.com/v1/items/latest")]);
    let gone = ("/items/{id}:\n    get:", "/items/{id}:\n    head:");
    diff("web.har", &latest, gone).exits(Done);
    diff("web.har", &har(&[("GET", "https://api.example.com/v1/items/a%2Fb")]), gone).exits(Refused);
    let other = har(&[("GET", "https://example.com/")]);
    diff("web.har", &other, TOTAL).exits(Usage).says("none of the 1 requests in web.har is of this API");
}

#[test]
fn what_neither_document_has_is_a_mistake() {
    for (file, usage, says) in [
        ("u.txt", "\nGET /order", "did you mean GET /orders?"),
        ("u.txt", "\nlistOrder", "did you mean listOrders?"),
        ("u.txt", "\nGET /orders totl", "no response of GET /orders has the field totl"),
        ("u.txt", "\n# nothing", "names no operation"),
        ("u.yml", "\n- {operation: GET /orders, field: [x]}", "unknown key `field`"),
        ("u.yml", "\n- {operation: GET /orders, fields: []}", "the list of fields is empty"),
    ] {
        diff(file, usage, TOTAL).exits(Usage).says(says);
    }
    diff("u.txt", "\nGET /order", TOTAL).exits(Usage).says("u.txt:2:1");
    diff("u.yml", "- GET /orders\n- GET /order", TOTAL).exits(Usage).says("u.yml:2:3");
}

#[test]
fn the_configuration_names_the_client() {
    let config = "openapi:\n  - schema: api.yml\n    used-by: web/usage.yml\n";
    let repo = Repo::new().write("zarpe.yml", config).write("api.yml", OLD).write("web/usage.yml", "[items_latest]\n");
    let repo = repo.commit("feat: start").tag("v1.0.0").write("api.yml", &OLD.replace(TOTAL.0, TOTAL.1));
    let run = repo.zarpe(["openapi", "diff", "--format", "json"]).run().exits(Done);
    assert_eq!(run.json_of("openapi-diff/v1")["outside"], 1);
    let repo = repo.write("all.txt", "listOrders\n");
    repo.zarpe(["openapi", "diff", "--used-by", "all.txt"]).run().exits(Refused);
}
