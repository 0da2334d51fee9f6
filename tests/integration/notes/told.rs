//! What a commit's words become: sections of the configuration, issues, people, deprecations.

use super::{notes, released};
use crate::support::Repo;
use zarpe::report::ExitCode::{Done, Usage};

/// A commit by somebody else.
fn by(repo: Repo, name: &str, email: &str, message: &str) -> Repo {
    repo.git(["config", "user.name", name]);
    repo.git(["config", "user.email", email]);
    repo.commit(message)
}

#[test]
fn what_is_safer_and_what_will_go_stand_apart() {
    let repo = released().commits([
        "fix(security): check the origin",
        "fix: drop a header (CVE-2026-1234)",
        "security: rotate keys",
        "feat: export as JSON\n\nDEPRECATED: the export as XML\nUse JSON.",
        "deprecate(api): the old route",
    ]);
    insta::assert_snapshot!(notes(&repo, &[]));
}

#[test]
fn the_configuration_adds_sections_and_leaves_types_out() {
    let config = "notes:\n  hide: [CI]\n  sections:\n    - {title: Dependencies, types: [chore], scopes: [deps]}\n    - {title: \"Docs & words\", types: [docs]}\n";
    let repo = released().write("zarpe.yml", config).commits([
        "ci: cache",
        "ci!: need a token",
        "chore(deps): raise a",
        "chore: tidy",
        "docs: say it",
        "docs!: names are gone",
    ]);
    insta::assert_snapshot!(notes(&repo, &[]));
}

#[test]
fn issues_are_linked_where_they_are() {
    let config = "notes:\n  trackers: {ACME: \"https://acme.example/browse/{issue}\"}\n";
    let repo = released().write("zarpe.yml", config).commits([
        "fix: a (#10)\n\nCloses #9, #8\nRefs: acme/web#4, #10",
        "fix: ACME-12 b\n\nThis resolves #7. See ACME-13.",
    ]);
    insta::assert_snapshot!(notes(&repo, &[]));
    repo.git(["remote", "set-url", "origin", "https://git.acme.example/acme/app.git"]);
    let run = repo.zarpe(["notes"]).run().exits(Done);
    run.says("[#10](https://git.acme.example/acme/app/pull/10)")
        .says("[acme/web#4](https://git.acme.example/acme/web/issues/4)");
}

#[test]
fn a_wrong_tracker_is_refused_with_its_place() {
    for address in ["javascript:{issue}", "https://x/a", "https://x/) [y](z){issue}"] {
        let config = format!("notes:\n  trackers: {{ACME: \"{address}\"}}\n");
        let repo = released().write("zarpe.yml", &config);
        repo.zarpe(["notes"]).run().exits(Usage).says("zarpe.yml:2").says("is no web address");
    }
}

#[test]
fn people_are_named_once_and_nobody_is_called() {
    let repo = released().commit("feat: a (#3)\n\nCo-authored-by: Bo Pérez <bo@example.com>\nCo-authored-by: helper[bot] <1+helper[bot]@users.noreply.github.com>");
    let repo = by(repo, "Eva", "12+eva-m@users.noreply.github.com", "fix: b (#4)");
    let repo = by(repo, "Ana M.", "ANA@example.com", "fix: c");
    let repo = by(repo, "@everyone", "x@example.com", "fix: d");
    let repo = by(repo, "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", "chore: e");
    let run = repo.zarpe(["notes"]).run().exits(Done);
    let run = run.says("**Contributors:** Ana Marina, Bo Pérez, [eva-m](https://github.com/eva-m), @&#8203;everyone\n");
    assert!(!run.stdout.contains("First contribution"), "{}", run.stdout);
    let run = repo.zarpe(["notes", "--first-time"]).run().exits(Done);
    run.says("**First contribution:** Bo Pérez, [eva-m](https://github.com/eva-m), @&#8203;everyone\n");
    repo.zarpe(["notes", "--first-time", "v1.2.0..HEAD", "--language", "es"])
        .run()
        .says("**Primera contribución:** Bo");
    let all = repo.zarpe(["notes", "--all", "--first-time"]).run().exits(Done);
    let all = all.says("**First contribution:** Bo Pérez, [eva-m](https://github.com/eva-m), @&#8203;everyone\n");
    assert_eq!(all.stdout.matches("**First contribution:** Ana Marina").count(), 1, "{}", all.stdout);
}

#[test]
fn a_language_of_your_own_is_a_small_file() {
    let words = "code: de\nfeatures: Neues\nfixes: Behoben\ncompare: Alle Änderungen\ndate: \"{day}. {month} {year}\"\n\
        months: [Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember]\n";
    let repo = released().write("de.yml", words).commits(["feat: a", "fix: b"]).tag("v1.3.0");
    let run = repo.zarpe(["notes", "v1.2.0..v1.3.0", "--words", "de.yml"]).run().exits(Done);
    run.says("## v1.3.0 (1. März 2026)").says("### Neues").says("### Behoben").says("**Alle Änderungen:**");
    let repo = repo.write("zarpe.yml", "notes: {words: de.yml}\n");
    repo.zarpe(["notes", "v1.2.0..v1.3.0"]).run().exits(Done).says("### Neues");
    repo.zarpe(["notes", "v1.2.0..v1.3.0", "--language", "es"]).run().exits(Done).says("### Novedades");
    let repo = repo.write("de.yml", "features: Neues\nfixs: Behoben\n");
    repo.zarpe(["notes", "v1.2.0..v1.3.0"]).run().exits(Usage).says("de.yml:2:1").says("fixes");
    let repo = repo.write("de.yml", "months: [Januar]\n");
    repo.zarpe(["notes", "v1.2.0..v1.3.0"]).run().exits(Usage).says("de.yml:1").says("not twelve");
    let repo = repo.write("zarpe.yml", "notes: {words: fr.yml}\n");
    repo.zarpe(["notes", "v1.2.0..v1.3.0"]).run().exits(Usage).says("there is no file fr.yml");
}
