//! The page about the rules, `docs/openapi-rules.md`, is made from the table. `ZARPE_BLESS=1 cargo test openapi::docs` writes it.

use std::fmt::Write as _;
use std::path::Path;

use zarpe::openapi::rules::{self, Profile};

const START: &str = "\
# The rules of `zarpe openapi diff`

Made from the table of rules by `ZARPE_BLESS=1 cargo test openapi::docs`. An example of each is in `tests/openapi/<id>/`.

`wire` asks whether a running client still works, `codegen` whether one that is generated from the document still compiles and
works. A level follows from what became of the set of accepted values and from who sends them: narrowing breaks those who send,
widening breaks those who receive, and what cannot be decided is a warning that ends with exit code 3. Why a level is another one
is said under `why`.

| id | direction | accepted values | wire | codegen | what happened | why |
|---|---|---|---|---|---|---|
";

#[test]
fn the_page_about_the_rules_is_made_from_the_table() {
    let mut page = START.to_owned();
    for rule in rules::all() {
        let (wire, codegen) = (rule.level_name(Profile::Wire), rule.level_name(Profile::Codegen));
        let (direction, relation) = (rule.direction, rule.relation.name());
        let why = format!("{} {}", rule.explanation, rule.codegen_explanation);
        let cells =
            [&rule.id, &direction.to_string(), relation, wire, codegen, &rule.text, why.trim()].map(str::to_owned);
        writeln!(page, "| {} |", cells.join(" | ")).unwrap();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi-rules.md");
    if std::env::var_os("ZARPE_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).unwrap() == page,
        "docs/openapi-rules.md is stale: ZARPE_BLESS=1 cargo test openapi::docs"
    );
}
