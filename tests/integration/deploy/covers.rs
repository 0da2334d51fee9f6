//! `zarpe deploy import` and `deploy check --covers`: the documents that two teams follow by hand.

use std::path::{Path, PathBuf};

use test_case::test_case;

use super::planned;
use crate::support::{ExitCode, Repo};

fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/integration/deploy/checklists/{name}-plan.es.md"))
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.yml"))
}

#[test_case("sigim", 26, "configuracion-del-entorno.redis-celery")]
#[test_case("muses", 28, "plan-de-ejecucion-del-despliegue.6.1")]
fn each_line_of_a_real_document_becomes_a_sign_off_and_is_covered(name: &str, lines: usize, id: &str) {
    let document = document(name);
    let document = document.to_str().unwrap();
    let imported = Repo::new().zarpe(["deploy", "import", document]).run().exits(ExitCode::Done);
    assert_eq!(imported.stdout.matches("uses: zarpe/sign").count(), lines);
    let repo = planned(&imported.stdout);
    let says = format!("{lines} of the {lines} lines");
    repo.zarpe(["deploy", "check", "plan.yml", "--covers", document]).run().exits(ExitCode::Done).says(&says);
    // The first sign-off waits, as it would in the document.
    let less = imported.stdout.replace(&format!("\"{id}\""), "");
    let repo = repo.write("plan.yml", &less);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", document]).run().exits(ExitCode::Refused);
    check.says(&format!("no step covers `{id}`")).says(&format!("{} of the {lines} lines", lines - 1));
}

#[test_case("sigim")]
#[test_case("muses")]
fn the_plans_that_we_show_cover_their_documents_and_have_no_hazard(name: &str) {
    let (plan, document) = (example(name), document(name));
    let words = ["deploy", "check", plan.to_str().unwrap(), "--strict", "--covers", document.to_str().unwrap()];
    Repo::new().zarpe(words).run().exits(ExitCode::Done).says("lines of").never_says("warning");
}

#[test]
fn the_plan_for_kubernetes_is_sound() {
    let plan = example("sigim-kubernetes");
    let check = Repo::new().zarpe(["deploy", "check", plan.to_str().unwrap(), "--strict"]).run();
    check.exits(ExitCode::Done).says("is a sound plan");
}

#[test]
fn who_is_responsible_becomes_a_role_and_everybody_is_each_of_them() {
    let text = "# Plan\n| Rol | Nombre |\n|-|-|\n| **Líder** | x |\n| Equipo de QA | y |\n\n## Antes\n| Tarea | Responsable |\n|-|-|\n\
                | 1. Avisar | Líder |\n| 2. Revisar | Todos |\n| 3. Probar | QA / Infra |\n\n## Plan de Rollback\n1. Volver\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    for line in [
        "  lider: []\n  qa: []\n  infra: []\n  responsable: []\n",
        "        role: lider\n",
        "        role: [lider, qa]\n        uses: zarpe/sign\n        with: { statement: \"2. Revisar\", quorum: all }\n        covers: [\"antes.2\"]\n",
        "        role: [qa, infra]\n        uses: zarpe/sign\n        with: { statement: \"3. Probar\" }\n",
        "    rollback:   # Plan de Rollback\n      - name: \"Volver\"\n",
    ] {
        assert!(imported.stdout.contains(line), "{line}: {}", imported.stdout);
    }
}

#[test]
fn an_id_that_no_line_has_is_said_with_the_nearest() {
    let repo = planned("jobs: {a: {steps: [{run: 'true', idempotent: true, covers: [a.oen]}]}}\n")
        .write("list.md", "## A\n- one\n");
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Refused);
    let check = check.says("plan.yml does not stand for list.md: 2 mistakes; 0 of the 1 lines").never_says("sound");
    check.says("list.md has no line `a.oen`").says("the nearest is `a.one`").says("no step covers `a.one`: one");
    repo.zarpe(["deploy", "import", "plan.yml"]).run().exits(ExitCode::Usage).says("has no line that could be a step");
}

#[test]
fn a_plan_that_names_too_much_is_not_called_sound() {
    let repo = planned("jobs: {a: {steps: [{run: 'true', idempotent: true, covers: [a.one, a.two]}]}}\n")
        .write("list.md", "## A\n- one\n");
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Refused);
    check.says("plan.yml does not stand for list.md: 1 mistake; 1 of the 1 lines").never_says("sound plan");
}

#[test]
fn who_is_named_with_somebody_signs_as_well_and_sections_of_a_rollback_are_one() {
    let text = "# R\n## Rollback first\n- old image\n## Deploy\n1. Migrate — Owner: DBA and Dev\n2. Y — Owner: @org/infra\n3. Z — Owner: N/A\n\
                ## Rollback of the app\n- image\n## Rollback of the base\n- restore\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    for part in [
        "roles:\n  dba: []\n  dev: []\n  infra: [\"@org/infra\"]\n  respons",
        "role: [dba, dev]\n        uses: zarpe/sign\n        with: { statement: \"Migrate\", quorum: all }\n",
        "jobs:\n  deploy:\n    name: \"Deploy\"\n    steps:\n",
        "    rollback:   # Rollback first\n      - name: \"old image\"\n",
        "      # Rollback of the app\n      - name: \"image\"\n",
    ] {
        assert!(imported.stdout.contains(part), "{part}: {}", imported.stdout);
    }
    let repo = repo.write("plan.yml", &imported.stdout);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Done);
    check.says("6 of the 6 lines");
}

#[test]
fn a_rollback_is_none_of_what_is_signed_on_the_way_and_what_prepares_it_is() {
    let text = "# Despliegue y rollback\n## 1. Respaldo para rollback\n- Respaldar la base\n## 2. Migrar\n- Migrar la base\n\n\
                **Marcha atrás:**\n\n- Deshacer la migración\n## 3. Plan de reversa\n### Base de datos\n- Restaurar\n\
                ### Aplicación\n- Imagen anterior\n## 4. En caso de fallo\n- Avisar\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    for part in [
        "jobs:\n  respaldo-para-rollback:\n",
        "  migrar:\n    name: \"2. Migrar\"\n    needs: respaldo-para-rollback\n    steps:\n      - name: \"Migrar la base\"\n",
        "    rollback:   # Marcha atrás:\n      - name: \"Deshacer la migración\"\n",
        "      # 3. Plan de reversa: Base de datos\n      - name: \"Restaurar\"\n",
        "      # 3. Plan de reversa: Aplicación\n      - name: \"Imagen anterior\"\n",
        "      # 4. En caso de fallo\n      - name: \"Avisar\"\n",
    ] {
        assert!(imported.stdout.contains(part), "{part}: {}", imported.stdout);
    }
    assert_eq!(imported.stdout.matches("needs:").count(), 1);
    let imported =
        imported.says("`1. Respaldo para rollback` is taken for a part of the deployment").says("list.md:2:1");
    let imported = imported.says("`4. En caso de fallo` is taken for a rollback").says("list.md:15:1");
    let imported = imported.never_says("below `3. Plan").never_says("below `Despliegue");
    let repo = repo.write("plan.yml", &imported.stdout);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Done);
    check.says("6 of the 6 lines");
}

#[test]
fn a_task_that_heads_others_is_signed_and_a_condition_stays_with_what_it_is_for() {
    let text =
        "## Pasos\n- [ ] Migrar la base de datos:\n  - Esquema\n- Si la migración falla:\n  - Restaurar la base\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    for part in [
        "with: { statement: \"Migrar la base de datos\" }\n        covers: [\"pasos.migrar-la-base-de-datos\"]\n",
        "with: { statement: \"Si la migración falla: Restaurar la base\" }\n        covers: [\"pasos.restaurar-la-base\"]\n",
    ] {
        assert!(imported.stdout.contains(part), "{part}: {}", imported.stdout);
    }
    let repo = repo.write("plan.yml", &imported.stdout);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Done);
    check.says("3 of the 3 lines");
}

#[test]
fn what_the_other_columns_of_a_table_say_is_signed_as_well() {
    let text = "## Pasos\n| Servidor | Acción | Comando | Rollback | Responsable |\n|-|-|-|-|-|\n\
                | app1 | Reiniciar | `systemctl restart a` | `systemctl stop a` | Infra |\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    let says = "statement: \"Reiniciar; Servidor: app1; Comando: systemctl restart a; Rollback: systemctl stop a\" }\n        covers: [\"pasos.reiniciar\"]\n";
    assert!(imported.stdout.contains(says), "{}", imported.stdout);
    let repo = repo.write("plan.yml", &imported.stdout);
    repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Done);
}

#[test]
fn no_line_is_lost() {
    let text = "\u{feff}# Plan\n## Ejecución\n- 22:00 Abrir ventana\n- 3: Verificar\n- 中文\n- ✅\n\n\
                | Hora | Validación | Encargado |\n|-|-|-|\n| 22:10 | Revisar base | DBA |\n| 22:20 | | Линия |\n\n\
                ## 中文\n| a | b |\n|-|-|\n| x | y |\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    for line in ["name: \"Plan\"", "22-00-abrir-ventana", "3-verificar", "role: dba", "role: responsable   # Линия"]
    {
        assert!(imported.stdout.contains(line), "{line}: {}", imported.stdout);
    }
    let repo = repo.write("plan.yml", &imported.stdout);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Done);
    check.says("7 of the 7 lines");
    let less = imported.stdout.replace("ejecucion.u2705", "ejecucion.3-verificar");
    let repo = repo.write("plan.yml", &less);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Refused);
    check.says("no step covers `ejecucion.u2705`: ✅");
}

#[test]
fn what_is_not_read_of_a_checklist_is_told() {
    let text = "- first\n\n# Runbook for the release\n## Steps\n1. Migrate the database\n\n   and look at it\n## Step 1\nRun `stop`.\n## Steps\n1. Again\n\n<table><tr><td>row</td></tr></table>\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    let imported =
        imported.says("the section `Step 1` has only text").says("a table in HTML is not read").says("list.md:13:1");
    for line in [
        "  responsible: []\n",
        "  list:\n    name: \"Runbook for the release\"\n",
        "covers: [\"first\"]\n",
        "name: \"Migrate the database and look at it\"\n",
        "  steps-2:\n    name: \"Steps\"\n    needs: steps\n",
    ] {
        assert!(imported.stdout.contains(line), "{line}: {}", imported.stdout);
    }
    let repo = repo.write("plan.yml", &imported.stdout);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Refused);
    check.says("3 of the 3 lines").says("a table in HTML is not read");
}

#[test]
fn text_beside_lines_is_told_and_holds_nothing_up() {
    let text = "# Plan\n\n## Alto\nApagar.\n\n## Pasos\nSigan esto:\n\n- uno\n  - dos\n\n  y luego ver\n\nTermino\n: que es\n\n\
                ```\n- [ ] muestra\n```\n## Fin\n";
    let repo = Repo::new().write("list.md", text);
    let imported = repo.zarpe(["deploy", "import", "list.md"]).run().exits(ExitCode::Done);
    let repo = repo.write("plan.yml", &imported.stdout);
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Done);
    for told in [imported, check.says("2 of the 2 lines")] {
        let told = told.says("the section `Alto` has only text").says("the heading `Fin` has nothing below it");
        let told = told.says("this text is no item of a list and no row of a table");
        let told = told.says("list.md:4:1").says("list.md:12:1").says("list.md:14:1").says("list.md:17:1");
        told.says("list.md:20:1").never_says("list.md:7:1");
    }
}

#[test]
fn a_checklist_without_lines_shows_nothing() {
    let repo = planned("jobs: {a: {steps: [{run: 'true', idempotent: true}]}}\n").write("list.md", "# Plan\nStop.\n");
    let check = repo.zarpe(["deploy", "check", "plan.yml", "--covers", "list.md"]).run().exits(ExitCode::Usage);
    check.says("list.md has no line that could be a step");
}
