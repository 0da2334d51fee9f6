//! `zarpe deploy check`: what is wrong with a plan before it runs.

use std::path::{Path, PathBuf};

use test_case::test_case;

use crate::support::{ExitCode, Repo, Run};

/// The plans that we show.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// What is said of a plan of this text.
fn check(text: &str) -> Run {
    Repo::new().write("plan.yml", text).zarpe(["deploy", "check", "plan.yml"]).run()
}

#[test]
fn the_plans_of_two_real_documents_are_read_as_they_are() {
    let repo = Repo::new();
    for (plan, size) in [("sigim.yml", "7 jobs, 29 steps"), ("muses.yml", "4 jobs, 30 steps")] {
        let path = examples().join(plan).to_str().unwrap().to_owned();
        repo.zarpe(["deploy", "check", &path]).run().exits(ExitCode::Done).says(size);
    }
}

#[test_case("post: ./x", "post")]
#[test_case("timeout-minutes: 5", "timeout-minutes")]
#[test_case("retry: {attempts: 3}", "retry")]
#[test_case("done-if: ./x", "done-if")]
#[test_case("idempotent: true", "idempotent")]
fn a_sign_off_runs_nothing(key: &str, named: &str) {
    let plan = format!("roles: {{qa: '@ana'}}\njobs: {{a: {{steps: [{{uses: zarpe/sign, role: qa, {key}}}]}}}}\n");
    check(&plan)
        .exits(ExitCode::Usage)
        .says(&format!("`{named}` belongs to a step that runs something"))
        .says("plan.yml:2:");
}

#[test_case("needs.a.result == 'sucess'", Some("`needs.a.result` is never `sucess`"); "a result, misspelt")]
#[test_case("needs.a.result == 'Success'", None; "a result")]
#[test_case("needs.a.result == ''", None; "no result")]
#[test_case("always() && !contains('ok', 'failed' != steps.s.outcome)", Some("`steps.s.outcome` is never `failed`"); "anywhere within")]
#[test_case("steps.s.outputs.result == 'failed'", None; "an output may be anything")]
#[test_case("inputs.to == 'producion'", Some("`inputs.to` is never `producion`"); "a choice, misspelt")]
#[test_case("inputs.to == 'stage' || inputs.free == 'x'", None; "a choice, and any text")]
fn a_comparison_with_what_is_never_there_is_a_warning(condition: &str, says: Option<&str>) {
    let plan = format!(
        "
inputs: {{to: {{type: choice, options: [stage, produccion], default: stage}}, free: {{default: x}}}}
jobs:
  a: {{steps: [{{run: 'true', idempotent: true}}]}}
  b: {{needs: a, steps: [{{id: s, run: 'true', idempotent: true}}, {{run: 'true', idempotent: true, if: \"{condition}\"}}]}}
"
    );
    let run = check(&plan).exits(ExitCode::Done);
    match says {
        Some(says) => run.says(&format!("warning: {says}")).says("plan.yml:5:"),
        None => run.never_says("is never"),
    };
}

#[test]
fn a_variable_of_a_sign_off_that_it_does_not_ask_for_is_told() {
    let of = |with: &str| {
        let step = format!(
            "{{uses: zarpe/sign, role: qa, env: {{WHO: x, WHAT: '${{{{ inputs.v }}}}'}}, with: {{statement: \"{with}\"}}}}"
        );
        check(&format!("roles: {{qa: '@ana'}}\ninputs: {{v: {{default: y}}}}\njobs: {{a: {{steps: [{step}]}}}}\n"))
    };
    let says = "nothing runs in a sign-off, and it does not ask for `env.WHO`";
    of("${{ env.what }}").exits(ExitCode::Done).says(&format!("warning: {says}")).never_says("`env.WHAT`");
    of("${{ env.WHO }} ${{ env.WHAT }}").exits(ExitCode::Done).never_says("warning");
    of("${{ toJSON(env) }}").exits(ExitCode::Done).never_says("warning");
}

#[test]
fn variables_of_one_env_do_not_see_each_other() {
    let plan = |top: &str, job: &str, step: &str| {
        let step = format!("{{run: 'true', idempotent: true, env: {{S: '1', T: '{step}'}}}}");
        check(&format!("env: {{A: '1', B: '{top}'}}\njobs: {{a: {{env: {{J: '1', K: '{job}'}}, steps: [{step}]}}}}\n"))
    };
    for (top, job, step, at, name) in [
        ("${{ env.A }}", "", "", "1:23", "A"),
        ("", "${{ env.j }}", "", "2:34", "j"),
        ("", "", "${{ env.S }}", "2:96", "S"),
    ] {
        plan(top, job, step)
            .exits(ExitCode::Usage)
            .says(&format!("`env.{name}` is set in the same `env`, and variables of one `env` do not see each other"))
            .says(&format!("plan.yml:{at}\n"))
            .says(&format!("write the value of `{name}` here"));
    }
    plan("", "${{ env.A }}", "${{ env.A }}${{ env.J }}").exits(ExitCode::Done);
    plan("", "", "${{ env.U }}").exits(ExitCode::Usage).says("`env.U` is not defined here");
}

#[test_case("{run: x, id: q}, {run: x, id: Q}", "a step `Q` is in this job already"; "steps")]
#[test_case("{uses: zarpe/sign, role: [qa, dba], with: {quorum: all}}", "nobody can sign this"; "one person for two roles")]
#[test_case("{uses: zarpe/sign, role: [qa, dba], with: {quorum: all, distinct: false}}", ""; "who may sign for both")]
#[test_case("{uses: zarpe/sign, role: [qa, dba, ops], with: {quorum: all}}", "nobody can sign this"; "two persons for three roles")]
#[test_case("{uses: zarpe/sign, role: [qa, ops], with: {quorum: all}}", ""; "another person for the other role")]
#[test_case("{uses: zarpe/sign, role: [qa, dba, far], with: {quorum: all}}", ""; "a team may have anybody")]
fn what_names_stand_for_is_one_thing(steps: &str, says: &str) {
    let roles = "roles: {qa: '@ana', dba: '@Ana', ops: ['@bea', '@ana'], far: '@org/far'}";
    let run = check(&format!("{roles}\njobs: {{a: {{steps: [{steps}]}}}}\n"));
    if says.is_empty() {
        run.exits(ExitCode::Done);
    } else {
        run.exits(ExitCode::Usage).says(says);
    }
}

#[test]
fn jobs_and_roles_of_one_name_are_told_apart_by_more_than_letters() {
    let job = "{steps: [{run: 'true', idempotent: true}]}";
    let run = check(&format!("roles: {{qa: '@a', QA: '@b'}}\njobs: {{go: {job}, Go: {job}}}\n")).exits(ExitCode::Usage);
    run.says("the role `QA` differs from another one only").says("the job `Go` differs from another one only");
}

#[test]
fn what_differs_only_in_its_letters_is_told_in_spanish() {
    let job = "{steps: [{run: 'true', idempotent: true}]}";
    let plan = format!("roles: {{qa: '@a', QA: '@b'}}\njobs: {{go: {job}, Go: {job}}}\n");
    let repo = Repo::new().write("plan.yml", &plan).write("zarpe.yml", "language: es\n");
    let run = repo.zarpe(["deploy", "check", "plan.yml"]).run().exits(ExitCode::Usage);
    run.says("el rol `QA` se distingue de otro").says("el trabajo `Go` se distingue de otro");
}

#[test]
fn a_rollback_that_restores_has_maintenance_of_its_own() {
    let on = "{run: './maintenance on', idempotent: true, post: './maintenance off', post-if: safe()}";
    let plan = |own: &str| {
        format!(
            "jobs:\n  a:\n    steps: [{on}, {{run: ./migrate, idempotent: true}}]\n    rollback: [{own}{{run: 'pg_restore --dbname x y', idempotent: true}}]\n"
        )
    };
    let finding = "restores this while people write";
    check(&plan("")).exits(ExitCode::Done).says(finding).says("plan.yml:4:");
    check(&plan(&format!("{on}, "))).exits(ExitCode::Done).never_says(finding);
    check(&plan("").replace(on, "{run: 'true', idempotent: true}")).exits(ExitCode::Done).never_says(finding);
}

#[test]
fn one_lock_is_for_all_environments_of_a_plan() {
    let job = |name: &str| format!("  {name}: {{environment: {name}, steps: [{{run: ./up, idempotent: true}}]}}\n");
    let two = ["jobs:\n", &job("staging"), &job("production")].concat();
    check(&two).exits(ExitCode::Done).says("only `staging` is locked, not `production`").says("concurrency: NAME");
    check(&format!("concurrency: app\n{two}")).exits(ExitCode::Done).never_says("is locked");
}

#[test]
fn what_follows_later_follows_something() {
    let said = check("jobs:\n  look:\n    start-in: 24h\n    steps: [{run: ./look}]\n").exits(ExitCode::Usage);
    said.says("plan.yml:2:3").says("has a `start-in` and needs no job").says("needs: [JOB]");
}

#[test]
fn a_mistake_is_shown_with_its_line_an_arrow_and_a_remedy() {
    let said = check(
        "jobs:\n  build:\n    steps: [{run: make}]\n  deploy:\n    needs: biuld\n    steps: [{run: make deploy}]\n",
    );
    said.exits(ExitCode::Usage).says(concat!(
        "error: there is no job `biuld`\n",
        "  --> plan.yml:5:12\n",
        "    |\n",
        "  5 |     needs: biuld\n",
        "    |            ^^^^^\n",
        "  help: did you mean `build`?\n",
    ));
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    let said = check("jobs:\n  build:\n    steps: [{rn: make}]\n");
    said.exits(ExitCode::Usage)
        .says("unknown key `rn`")
        .says("  3 |     steps: [{rn: make}]\n")
        .says("did you mean `run`?");
}

#[test]
fn jobs_that_wait_for_each_other_are_refused() {
    let said = check(
        "jobs:\n  a: {needs: b, steps: [{run: 'true', idempotent: true}]}\n  b: {needs: a, steps: [{run: 'true', idempotent: true}]}\n",
    );
    said.exits(ExitCode::Usage).says("these jobs wait for each other: a → b → a");
}

#[test]
fn a_role_that_is_not_there_and_an_id_that_stands_twice_are_refused_together() {
    let plan = "roles: {infra: '@org/infra'}\njobs:\n  a:\n    steps:\n      - {id: x, run: a, role: infr}\n      - {id: x, run: b}\n";
    check(plan)
        .exits(ExitCode::Usage)
        .says("there is no role `infr`")
        .says("did you mean `infra`?")
        .says("a step `x` is in this job already");
}

#[test]
fn what_is_wrong_with_a_sign_off_is_found_before_the_window() {
    let plan = "roles: {boss: '@bea'}\njobs:\n  a:\n    steps:\n      - {uses: zarpe/sign}\n      - uses: zarpe/sign\n        role: boss\n        with: {quorum: most, distict: true, evidence: required}\n";
    check(plan)
        .exits(ExitCode::Usage)
        .says("a sign-off needs a `role`: who signs it?\n  --> plan.yml:5:16")
        .says("`quorum` is `all` or `any`\n  --> plan.yml:8:24")
        .says("zarpe/sign has no option `distict`\n  --> plan.yml:8:30")
        .says("did you mean `distinct`?")
        .says("plan.yml cannot run: 3 errors");
}

#[test]
fn a_plan_that_is_not_there_is_said_so() {
    Repo::new().zarpe(["deploy", "check", "no.yml"]).run().exits(ExitCode::Usage).says("there is no file no.yml");
}

#[test]
fn an_expression_that_asks_for_what_is_not_there_is_shown_where_it_stands() {
    let plan = "env: {HOST: x}\njobs:\n  a:\n    steps:\n      - run: |\n          echo start\n          curl ${{ env.HOTS }}/up\n        idempotent: true\n";
    check(plan).exits(ExitCode::Usage).says(concat!(
        "error: `env.HOTS` is not defined here\n",
        "  --> plan.yml:7:20\n",
        "    |\n",
        "  7 |           curl ${{ env.HOTS }}/up\n",
        "    |                    ^^^^^^^^\n",
        "  help: set it under `env`; did you mean `HOST`?\n",
    ));
}

#[test]
fn steps_jobs_inputs_and_secrets_that_are_not_there_are_named() {
    let plan = "jobs:\n  a:\n    outputs: {o: \"${{ steps.s.outputs.v }}\"}\n    steps:\n      - {run: \"${{ steps.s.outcome }}\", idempotent: true}\n\
                \x20     - {id: s, run: \"${{ inputs.x }} ${{ secrets.y }}\", idempotent: true}\n  b:\n    needs: a\n    if: needs.a.outputs.p\n    steps: [{run: 'true', idempotent: true}]\n\
                \x20 c:\n    if: needs.a.result == 'success' && hashFiles('x')\n    steps: [{run: 'true', idempotent: true}]\n";
    check(plan)
        .exits(ExitCode::Usage)
        .says("the step `s` has not run yet here\n  --> plan.yml:5:20")
        .says("there is no input `x`\n  --> plan.yml:6:27")
        .says("`y` is not among the plan's `secrets`\n  --> plan.yml:6:43")
        .says("the job `a` has no output `p`\n  --> plan.yml:9:9")
        .says("hashFiles() reads files, and expressions of a plan read none\n  --> plan.yml:12:40");
}

/// Each hazard with a plan that has it and one that has not.
#[test_case("docker compose pull && docker compose up -d --build --wait", "docker compose pull && docker compose up -d --wait", "builds another one over it"; "pull then build")]
#[test_case("docker compose up -d", "docker compose up -d --wait", "while the new containers are still down"; "up without wait")]
#[test_case("docker compose up --wait; manage.py migrate", "manage.py migrate; docker compose up --wait", "the new code runs already"; "code before its migration")]
#[test_case("kubectl set image d/x x=y\nalembic upgrade head", "alembic upgrade head\nkubectl set image d/x x=y", "the new code runs already"; "on Kubernetes")]
#[test_case("./ops/mantenimiento activar", "./ops/mantenimiento activar; ./ops/mantenimiento desactivar", "nothing after it takes it off"; "maintenance")]
#[test_case("./maintenance-on.sh", "./maintenance-on.sh; ./maintenance-off.sh", "nothing after it takes it off"; "maintenance by two scripts")]
#[test_case("ssh prod \"cd /srv && docker compose pull && docker compose up -d --wait --build\"", "docker pull x:1; docker build -t y:1 .", "builds another one over it"; "on another machine")]
#[test_case("docker compose up --wait=false", "docker compose logs up; docker compose up --no-start; echo 'then: docker compose up'", "while the new containers are still down"; "up that does not wait")]
#[test_case("systemctl restart web; ./migrate.sh", "docker compose up -d --wait db; ./migrate.sh; systemctl restart web", "the new code runs already"; "on a machine of its own")]
#[test_case("php artisan down", "php artisan down; php artisan up", "nothing after it takes it off"; "maintenance of Laravel")]
fn a_hazard_is_a_warning_and_an_error_where_the_check_is_strict(wrong: &str, right: &str, says: &str) {
    let plan = |command: &str| {
        let command = command.replace('\n', "\n          ");
        let text = format!("jobs:\n  a:\n    steps:\n      - idempotent: true\n        run: |\n          {command}\n");
        Repo::new().write("plan.yml", &text)
    };
    plan(wrong)
        .zarpe(["deploy", "check", "plan.yml"])
        .run()
        .exits(ExitCode::Done)
        .says("warning: ")
        .says(says)
        .says("^^^");
    plan(wrong).zarpe(["deploy", "check", "--strict", "plan.yml"]).run().exits(ExitCode::Refused).says(says);
    plan(right).zarpe(["deploy", "check", "--strict", "plan.yml"]).run().exits(ExitCode::Done).never_says(says);
}

/// Each hazard that only several jobs have, and the same jobs where none waits for the other.
#[test_case("docker compose pull", "docker compose up --build --wait", "builds another one over it"; "pull, then build")]
#[test_case("docker compose up --wait", "manage.py migrate", "the new code runs already"; "code before its migration")]
fn a_hazard_of_two_jobs_is_seen_where_one_waits_for_the_other(first: &str, last: &str, says: &str) {
    let plan = |needs: &str, first: &str, last: &str| {
        let step = |run: &str| format!("steps: [{{run: {run}, idempotent: true}}]");
        let (first, last, between) = (step(first), step(last), step("'true'"));
        check(&format!(
            "jobs:\n  last: {{needs: [between], {last}}}\n  between: {{needs: [{needs}], {between}}}\n  first: {{{first}}}\n"
        ))
    };
    plan("first", first, last).exits(ExitCode::Done).says(says).says("plan.yml:2:");
    plan("", first, last).exits(ExitCode::Done).never_says(says);
    plan("first", last, first).exits(ExitCode::Done).never_says(says);
}

#[test_case("post: ./ops/mantenimiento desactivar, post-if: safe()", "", false; "its post")]
#[test_case("post: ./ops/reabrir, post-if: safe()", "", false; "a post that says it in another word")]
#[test_case("post: echo bye", "", true; "a post that is about something else")]
#[test_case("timeout-minutes: 1", "needs: a, ", false; "a later job")]
#[test_case("timeout-minutes: 1", "", true; "a job beside it")]
fn maintenance_is_taken_off_after_it_was_put_on(more: &str, needs: &str, warned: bool) {
    let off = if more.starts_with("post") { "'true'" } else { "./ops/mantenimiento desactivar" };
    let said = check(&format!(
        "jobs:\n  a: {{steps: [{{run: ./ops/mantenimiento activar, idempotent: true, {more}}}]}}\n  b: {{{needs}steps: [{{run: {off}, idempotent: true}}]}}\n"
    ))
    .exits(ExitCode::Done);
    assert_eq!(said.stdout.contains("nothing after it takes it off"), warned, "{}", said.stdout);
}

/// Without `post-if` a `post` always runs.
#[test_case("post-if: safe()", false; "it asks")]
#[test_case("post-if: always()", true; "it does not")]
#[test_case("timeout-minutes: 1", true; "it says nothing of it")]
fn maintenance_that_is_lifted_over_anything_is_a_warning(more: &str, warned: bool) {
    let step =
        format!("{{run: ./ops/mantenimiento activar, idempotent: true, post: ./ops/mantenimiento desactivar, {more}}}");
    let said = check(&format!("jobs: {{a: {{steps: [{step}]}}}}\n")).exits(ExitCode::Done);
    assert_eq!(said.stdout.contains("does not ask what is half done"), warned, "{}", said.stdout);
}

/// A job with maintenance and a migration, and what takes it off after them.
#[test_case("", "post: ./maintenance off, post-if: safe() || failure()", "", true; "a post that a failure lets run")]
#[test_case("", "post: ./maintenance off, post-if: '${{ safe() && inputs.x }}'", "", false; "a post that asks for more than safety")]
#[test_case(", {if: always(), run: ./maintenance off, idempotent: true}", "timeout-minutes: 1", "", true; "a step that always runs")]
#[test_case(", {if: '!failure()', run: ./maintenance off, idempotent: true}", "timeout-minutes: 1", "", true; "a step that runs after an end half way")]
#[test_case(", {run: ./maintenance off, idempotent: true}", "timeout-minutes: 1", "", false; "a step after success")]
#[test_case("", "timeout-minutes: 1", "always()", true; "a job that always runs")]
#[test_case("", "timeout-minutes: 1", "always() && needs.a.result == 'success'", false; "a job that asks for the result")]
#[test_case("", "timeout-minutes: 1", "success()", false; "a job after success")]
fn maintenance_ends_where_nothing_is_half_done(step: &str, on: &str, job: &str, warned: bool) {
    let off = "steps: [{run: ./maintenance off, idempotent: true}]";
    let job = if job.is_empty() { String::new() } else { format!("  off: {{needs: a, if: \"{job}\", {off}}}\n") };
    let said = check(&format!(
        "inputs: {{x: {{type: boolean}}}}\njobs:\n  a: {{steps: [{{run: ./maintenance on, idempotent: true, {on}}}, {{run: ./migrate, done-if: ./done}}{step}]}}\n{job}"
    ))
    .exits(ExitCode::Done);
    assert_eq!(said.stdout.contains("it ends maintenance over a migration"), warned, "{}", said.stdout);
}

#[test_case("run: ./pay", true; "a command")]
#[test_case("run: ./pay\n        idempotent: true", false; "idempotent")]
#[test_case("run: ./pay\n        done-if: ./paid", false; "with done-if")]
#[test_case("run: ./pay\n    rollback: [{run: ./refund}]", false; "with a rollback")]
#[test_case("uses: zarpe/http\n        with: {url: 'http://a.example', method: post}", true; "a request that changes something")]
#[test_case("uses: zarpe/verify", false; "a question")]
fn what_can_neither_be_repeated_nor_looked_at_nor_taken_back_is_a_warning(step: &str, warned: bool) {
    let said = check(&format!("jobs:\n  a:\n    steps:\n      - {step}\n")).exits(ExitCode::Done);
    assert_eq!(said.stdout.contains("after a kill nobody can tell"), warned, "{}", said.stdout);
}

#[test]
fn a_key_of_a_built_in_step_is_an_option_of_its_subcommand() {
    let plan = "jobs:\n  a:\n    steps:\n      - uses: zarpe/verify\n        with: {ref: main, wait: 20, aprovals: 1}\n\
                \x20     - {uses: zarpe/fresh, with: {run: make, timeout: \"${{ inputs.t }}\"}}\n      - {uses: zarpe/tag, with: {push: 1}}\n\
                \x20     - {uses: zarpe/http, with: {url: 'http://x/', expect: {status: 200, sttus: 1}}}\n\
                \x20     - {uses: zarpe/env, with: {hosts: ['db:5432', db], required: 'A, B'}}\ninputs: {t: {}}\n";
    check(plan)
        .exits(ExitCode::Usage)
        .says("zarpe/verify has no option `aprovals`\n  --> plan.yml:5:37")
        .says("did you mean `approvals`?")
        .says("invalid value '20' for `wait`")
        .says("plan.yml:5:33")
        .says("zarpe/fresh needs the option `path`\n  --> plan.yml:6:16")
        .says("`push` is true or false, not `1`\n  --> plan.yml:7:40")
        .says("`sttus` is nothing that can be expected")
        .says("`db` is no HOST:PORT")
        .says("`A, B` is no name of a variable")
        .never_says("--timeout");
}

/// A plan of one step that uses a built-in one with these options.
fn used(step: &str, with: &str) -> Run {
    let plan = format!(
        "roles: {{qa: ['@ana']}}\njobs:\n  a:\n    steps:\n      - role: qa\n        uses: zarpe/{step}\n        with: {with}\n"
    );
    check(&plan)
}

#[test_case("sign", "{statment: x}", "zarpe/sign has no option `statment`"; "sign, a slip")]
#[test_case("sign", "{quorum: none}", "`quorum` is `all` or `any`"; "sign, a quorum")]
#[test_case("sign", "{distinct: maybe}", "`distinct` is `true` or `false`"; "sign, distinct")]
#[test_case("http", "{url: 'http://a.example', expect: {foo: 1}}", "foo"; "http, what is expected")]
#[test_case("http", "{url: 'http://a.example', expect: {status: abc}}", "abc"; "http, a status")]
#[test_case("http", "{url: x}", "--url is no address"; "http, an address")]
#[test_case("http", "{url: 'http://a.example', form: {a: b}, json: {a: b}}", "cannot be used with"; "http, two bodies")]
#[test_case("gate", "{value: x, url: 'http://a.example', max: 1}", "cannot be used with"; "gate, two sources")]
#[test_case("gate", "{value: x, max: [1, 2]}", "cannot be used multiple times"; "gate, two limits")]
#[test_case("gate", "{value: x, min: 1, warn-at: 80%}", "--warn-at is a share of --max, and there is none"; "gate, a share of nothing")]
#[test_case("env", "{disk-free: {path: /}}", "a path and a size belong together"; "env, a folder alone")]
#[test_case("env", "{disk-free: {path: /, min: lots}}", "lots"; "env, a size")]
#[test_case("logs", "{run: x, log-format: json, fields: {foo: bar}}", "foo"; "logs, a field")]
#[test_case("logs", "{run: x, max-ratio: 0.5}", "--max-ratio 0.5 is less than 1"; "logs, a ratio")]
#[test_case("logs", "{run: x, log-format: json, timezone: Mars/X}", "there is no zone Mars/X"; "logs, a zone")]
#[test_case("logs", "{run: x, after: 0s}", "`0s` is no time at all"; "logs, no time after")]
#[test_case("logs", "{run: x, baseline: 0s}", "`0s` is no time at all"; "logs, no time before")]
#[test_case("logs", "{run: x, timeout: 5}", "`5` has no unit: write it as 5s, 5m, 5h or 5d"; "logs, no unit")]
#[test_case("logs", "{run: x, maintenance: x}", "`x` is no time from START to END"; "logs, a time")]
#[test_case("logs", "{run: x, ignore: '('}", "--ignore is no regular expression"; "logs, an expression")]
#[test_case("notify", "{to: 'slack:HOOK', template: nosuch}", "there is neither a template nor a file nosuch"; "notify, a template")]
#[test_case("report", "{incidents: nofile}", "there is no file nofile"; "report, a file")]
fn what_the_subcommand_would_refuse_is_refused_at_its_line(step: &str, with: &str, why: &str) {
    used(step, with).exits(ExitCode::Usage).says(why).says("plan.yml:").says("help: ");
}

#[test_case("http", "{url: '${{ zarpe.run_id }}/x', headers: {a: 'b ${{ zarpe.sha }}'}, expect: {json: {$.a: '${{ zarpe.sha }}'}}}"; "http")]
#[test_case("gate", "{value: x, max: '${{ zarpe.run_id }}', warn-at: 80%}"; "gate")]
#[test_case("logs", "{run: x, max-ratio: '${{ zarpe.run_id }}', inconclusive: '${{ zarpe.run_id }}'}"; "logs")]
#[test_case("env", "{required: ['${{ zarpe.run_id }}'], disk-free: {path: '${{ zarpe.run_id }}', min: 1GiB}}"; "env")]
#[test_case("notify", "{to: '${{ zarpe.run_id }}', template: '${{ zarpe.run_id }}'}"; "notify")]
#[test_case("tag", "{push: '${{ zarpe.run_id }}'}"; "tag")]
fn what_is_not_known_yet_is_not_refused(step: &str, with: &str) {
    used(step, with).exits(ExitCode::Done).never_says("error");
}

#[test_case("jobs: {a: {steps: []}}", "the job `a` has no steps"; "no steps")]
#[test_case("jobs: {a: {steps: [{run: ' '}]}}", "`run` is empty"; "no command")]
#[test_case("jobs: {a: {steps: [{run: x, done-if: ''}]}}", "`done-if` is empty"; "no question")]
#[test_case("jobs: {a: {steps: [{run: x, shell: zsh}]}}", "`zsh` is no shell that is known"; "a shell")]
#[test_case("jobs: {a: {steps: [{run: x}]}}\ninputs: {b: {type: boolean, default: ja}}", "`b` is true or false, not `ja`"; "a default")]
#[test_case("jobs: {a: {steps: [{run: x}]}}\nwindow: {start: '22:00', end: '22:00', timezone: UTC}", "never open"; "a window")]
#[test_case("jobs: {a: {steps: [{name: x}]}}", "a step needs `run` or `uses`"; "neither")]
#[test_case("jobs: {a: {steps: [{run: '${{ 1 + 1 }}'}]}}", "`+`"; "no expression")]
#[test_case("jobs:\n  a: [", "not valid YAML"; "no YAML")]
fn what_could_never_run_is_refused_with_a_remedy(plan: &str, why: &str) {
    check(plan).exits(ExitCode::Usage).says(why).says("help: ");
}

#[test]
fn that_the_version_before_must_be_known_is_told() {
    let plan = "jobs: {a: {steps: [{run: 'back ${{ zarpe.previous_tag }}', idempotent: true}]}}";
    check(plan).exits(ExitCode::Done).says("is a sound plan").says("--previous TAG");
}

#[test_case("steps.s.outputs.status", ExitCode::Done; "what it says of every answer")]
#[test_case("steps.s.outputs.id", ExitCode::Done; "what it captures")]
#[test_case("steps.s.outputs.ids", ExitCode::Usage; "a slip")]
fn an_output_of_http_is_its_own_or_captured(asked: &str, code: ExitCode) {
    let said = check(&format!(
        "jobs:\n  a:\n    steps:\n      - {{id: s, uses: zarpe/http, with: {{url: 'http://a.example', capture: {{id: $.id}}}}}}\n      - {{run: 'echo ${{{{ {asked} }}}}', idempotent: true}}\n"
    ))
    .exits(code);
    assert_eq!(said.stdout.contains("the step `s` captures no `ids`"), code == ExitCode::Usage, "{}", said.stdout);
}

/// An output of a step that has an `if`, written where that step may have been passed over, with nothing for that case.
#[test_case("run: 'echo ${{ steps.c.outputs.v }}'", true; "in a command")]
#[test_case("env: {V: '${{ toJSON(steps.c.outputs.v) }}'}, run: 'true'", true; "in a variable")]
#[test_case("if: always(), run: 'echo ${{ steps.c.outputs.v }}'", true; "whatever happened")]
#[test_case("run: 'true', post: 'echo ${{ steps.c.outputs.v }}'", true; "in a clean-up")]
#[test_case("run: \"echo ${{ steps.c.outputs.v || '' }}\"", false; "with a word for that case")]
#[test_case("run: \"echo ${{ steps.c.outcome == 'success' && steps.c.outputs.v || '' }}\"", false; "where it is there")]
#[test_case("if: \"steps.c.outcome == 'success'\", run: 'echo ${{ steps.c.outputs.v }}'", false; "by a condition of its own")]
#[test_case("if: \"inputs.go == 'yes'\", run: 'echo ${{ steps.c.outputs.v }}'", false; "by the same condition")]
#[test_case("name: 'of ${{ steps.c.outputs.v }}', run: 'true'", false; "in a name")]
#[test_case("run: 'echo ${{ steps.c.outcome }}'", false; "what became of it")]
fn an_output_of_a_step_that_may_be_passed_over_is_told(step: &str, is_told: bool) {
    let giver = "{id: c, if: \"inputs.go == 'yes'\", run: 'echo v=1 >> $GITHUB_OUTPUT', idempotent: true, post: 'echo ${{ steps.c.outputs.v }}'}";
    let plan = format!("inputs: {{go: {{}}}}\njobs: {{a: {{steps: [{giver}, {{{step}, idempotent: true}}]}}}}\n");
    let told = "warning: `steps.c.outputs.v` is not there where the `if` of the step `c` is false";
    let run = check(&plan).exits(ExitCode::Done);
    if is_told {
        run.says(told).says("steps.c.outputs.v || ''")
    } else {
        run.never_says("warning")
    };
}

#[test_case("failure()", "", "", true; "only after a failure")]
#[test_case("failure()", "if: always(), ", "", true; "asked whatever happened")]
#[test_case("failure()", "if: failure(), ", "", false; "asked only then")]
#[test_case("'!cancelled()'", "", "", false; "where all goes well it is there")]
#[test_case("failure()", "if: \"needs.a.outputs.v != ''\", ", "", false; "the job looks first")]
#[test_case("failure()", "if: always(), ", "if: needs.a.outputs.v, ", false; "the step looks first")]
fn an_output_of_a_job_that_may_not_be_there_is_told(giver: &str, job: &str, step: &str, is_told: bool) {
    let giver = format!(
        "{{outputs: {{v: '${{{{ steps.c.outputs.v }}}}'}}, steps: [{{id: c, if: {giver}, run: 'echo v=1 >> $GITHUB_OUTPUT', idempotent: true}}]}}"
    );
    let asks =
        format!("{{needs: a, {job}steps: [{{{step}run: 'echo ${{{{ needs.a.outputs.v }}}}', idempotent: true}}]}}");
    let told = "warning: `needs.a.outputs.v` is not there where the `if` of the step `c` is false";
    let run = check(&format!("jobs:\n  a: {giver}\n  b: {asks}\n")).exits(ExitCode::Done);
    if is_told {
        run.says(told)
    } else {
        run.never_says("warning")
    };
}
