//! Notes in a form of one's own.

use super::{notes, released};
use zarpe::report::ExitCode::{Done, Usage};

/// A history with something in most of the sections.
fn varied() -> crate::support::Repo {
    released().commits([
        "feat(api)!: ask for a token (#14)\n\nBREAKING CHANGE: send it.",
        "feat: list <b>all</b> @someone (#15)",
        "fix(export): quote",
        "docs: say how",
    ])
}

#[test]
fn the_preset_looks_as_git_cliffs_notes_do() {
    let text = notes(&varied(), &["--template", "git-cliff"]);
    // The heading has the day of the run.
    let (_, body) = text.split_once("\n\n").unwrap();
    insta::assert_snapshot!(body);
}

#[test]
fn the_readmes_template_works_for_one_release_and_for_all() {
    let readme = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```jinja\n").expect("a template in the README");
    let (template, _) = rest.split_once("```").unwrap();
    let repo = varied().write("notes.j2", template).tag("v2.0.0");
    insta::assert_snapshot!(notes(&repo, &["--all", "--template", "notes.j2"]));
    let repo = repo.write("zarpe.yml", "notes: {template: notes.j2}\n");
    assert_eq!(notes(&repo, &["--all"]), notes(&repo, &["--all", "--template", "notes.j2"]));
}

#[test]
fn the_context_is_what_a_template_gets_and_what_its_schema_says() {
    let repo =
        varied().write("all.j2", "{{ sections[0].entries[0].upgrade }}|{{ contributors[0].name }}|{{ previous }}");
    let context = repo.zarpe(["notes", "--context"]).run().exits(Done).json();
    assert_eq!(context["schema"], "zarpe/notes-context/v1");
    let upgrade = context["sections"][0]["entries"][0]["upgrade"].as_str().unwrap();
    let expected = format!("{upgrade}|{}|{}\n", context["contributors"][0]["name"].as_str().unwrap(), "v1.2.0");
    repo.zarpe(["notes", "--template", "all.j2"]).run().exits(Done).prints(&expected);
    let schema = repo.zarpe(["schema", "notes-context/v1"]).run().exits(Done).json();
    jsonschema::validate(&schema, &context).unwrap();
}

#[test]
fn a_wrong_template_is_refused_with_file_and_line() {
    let repo = varied().write("a.j2", "## {{ name }}\n{{ vers }}\n").write("b.j2", "{% for x in sections %}");
    repo.zarpe(["notes", "--template", "a.j2"])
        .run()
        .exits(Usage)
        .prints("")
        .says("a.j2:2")
        .says("zarpe notes --context");
    repo.zarpe(["notes", "--template", "b.j2"]).run().exits(Usage).prints("").says("b.j2:1");
    repo.zarpe(["notes", "--template", "c.j2"]).run().exits(Usage).prints("").says("there is no file c.j2");
}

/// What a commit says is text, whatever it looks like to a template.
#[test]
fn g88_no_commit_is_a_template() {
    let hostile = "feat: {{ 7 * 7 }} {% for x in range(9999999) %}{{ x }}{% endfor %} {# gone #}";
    let repo = released().commit(hostile).write("notes.j2", "{{ sections[0].entries[0].description|safe }}");
    for args in [&["notes"][..], &["notes", "--template", "git-cliff"], &["notes", "--template", "notes.j2"]] {
        let run = repo.zarpe(args.iter().copied()).run().exits(Done);
        let plain = run.stdout.replace('\\', "");
        assert!(plain.contains(hostile.strip_prefix("feat: ").unwrap()), "{plain}");
    }
    // A template of the team's own is bounded in what it may do.
    let repo =
        repo.write("notes.j2", "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}");
    repo.zarpe(["notes", "--template", "notes.j2"]).run().exits(Usage).says("notes.j2:1");
}
