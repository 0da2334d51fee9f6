//! What the commands of common tools do to a service: orchestrators, units, migrations.

use super::commands::Command;
use super::containers::{behind_options, compose, has_part, is_infrastructure};

/// Parts of the names of manifests that hold no code.
const SETTINGS: [&str; 15] = [
    "config",
    "configmap",
    "configmaps",
    "secret",
    "secrets",
    "namespace",
    "pvc",
    "volume",
    "volumes",
    "storage",
    "ingress",
    "rbac",
    "role",
    "job",
    "jobs",
];

/// Parts of the names of scripts and of files that migrate.
const MIGRATES: [&str; 8] = ["migrate", "migrar", "migration", "migrations", "migracion", "migraciones", "ddl", "dml"];

/// Whether it makes other code run.
pub(super) fn replaces_code(command: &Command<'_>) -> bool {
    if let Some(compose) = compose(command) {
        return compose.subcommand == "up"
            && !command.has(&["--no-start", "--dry-run"])
            && !compose.is_about_infrastructure();
    }
    let words =
        behind_options(command.words.get(1..).unwrap_or_default(), &["-n", "--namespace", "--context", "-H", "-c"]);
    match (command.program(), words) {
        ("kubectl" | "oc", ["set", "image", ..] | ["rollout", "restart", ..]) => true,
        ("kubectl" | "oc", ["apply" | "create" | "replace", rest @ ..]) => {
            let mut files = files(rest).peekable();
            files.peek().is_some()
                && !files.all(|file| has_part(file, &SETTINGS) || has_part(file, &MIGRATES) || is_infrastructure(file))
        }
        ("helm", ["upgrade" | "install", ..]) | ("docker", ["service", "update", ..] | ["stack", "deploy", ..]) => true,
        ("systemctl" | "supervisorctl" | "pm2", ["restart" | "start" | "reload" | "try-restart", units @ ..]) => {
            units.iter().any(|unit| !unit.starts_with('-') && !is_infrastructure(unit))
        }
        ("service", [unit, "restart" | "start" | "reload", ..]) => !is_infrastructure(unit),
        _ => false,
    }
}

/// The files of `-f FILE`.
fn files<'w>(words: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    let of = |pair: &'w [&'w str]| match pair {
        ["-f" | "--filename" | "-k", file] => Some(*file),
        _ => None,
    };
    let joined = words.iter().filter_map(|word| word.strip_prefix("--filename="));
    words.windows(2).filter_map(of).chain(joined)
}

/// Whether it changes the database's schema; asking whether it must (`--check`) does not.
pub(super) fn migrates(command: &Command<'_>) -> bool {
    const WORDS: [&str; 6] = [
        "migrate",
        "db:migrate",
        "migrate:latest",
        "migration:run",
        "doctrine:migrations:migrate",
        "migrations:migrate",
    ];
    const ASKS: [&str; 8] = ["--check", "--plan", "--dry-run", "--help", "status", "info", "validate", "--pretend"];
    let tools: [&[&str]; 5] = [
        &["alembic", "upgrade"],
        &["flyway", "migrate"],
        &["liquibase", "update"],
        &["prisma", "migrate"],
        &["ef", "database", "update"],
    ];
    let is_tool = || tools.iter().any(|words| command.says(words)) || command.has(&WORDS);
    let is_script = || has_part(command.program(), &MIGRATES);
    let (clients, appliers) = (["psql", "mysql", "mariadb", "sqlcmd", "sqlplus"], ["apply", "create"]);
    let is_file = |words: &[&str]| words.iter().any(|word| word.contains(['.', '/']) && has_part(word, &MIGRATES));
    let runs_file = || {
        let rest = command.words.get(1..).unwrap_or_default();
        let is_client = clients.contains(&command.program());
        (is_client || command.program() == "kubectl" && appliers.iter().any(|verb| rest.contains(verb)))
            && is_file(rest)
    };
    (is_tool() || is_script() || runs_file()) && !command.has(&ASKS)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::super::commands::commands;
    use super::super::containers;

    /// What of all this the first command of a text is.
    fn kinds(text: &str) -> String {
        let commands = commands(text);
        let command = commands.first().unwrap();
        let all = [
            ("pulls", containers::pulls(command).is_some()),
            ("blind", containers::is_blind_up(command)),
            ("replaces", super::replaces_code(command)),
            ("migrates", super::migrates(command)),
        ];
        all.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }

    #[test_case("docker compose up -d" => "blind replaces")]
    #[test_case("docker -H x compose -f a.yml --profile web up -d" => "blind replaces"; "with options between")]
    #[test_case("docker-compose up --wait=true web" => "replaces"; "it waits")]
    #[test_case("docker compose up --wait=false web" => "blind replaces"; "it does not wait")]
    #[test_case("docker compose up -d --wait db redis-1" => ""; "only the database")]
    #[test_case("docker compose up -d --wait --scale web=2 db" => ""; "a value of an option is no service")]
    #[test_case("docker compose up -d --wait db web" => "replaces"; "the database and the code")]
    #[test_case("docker compose up --no-start" => ""; "nothing starts")]
    #[test_case("docker compose logs up" => ""; "another subcommand")]
    #[test_case("docker compose exec web ip link set dev eth0 up" => ""; "a word of another command")]
    #[test_case("podman compose up" => "blind replaces")]
    #[test_case("docker compose pull" => "pulls")]
    #[test_case("docker compose pull db" => ""; "the database's image")]
    #[test_case("docker pull registry.example/app:1" => "pulls"; "an image")]
    #[test_case("docker pull registry.example/postgres:16" => ""; "an image of a database")]
    #[test_case("kubectl -n x apply -f k8s/" => "replaces"; "manifests")]
    #[test_case("kubectl apply -f k8s/configmap.yml" => ""; "settings")]
    #[test_case("kubectl apply -f k8s/migrate-job.yml" => "migrates"; "a job that migrates")]
    #[test_case("kubectl --namespace x rollout restart deployment/web" => "replaces"; "a rollout")]
    #[test_case("kubectl rollout status deployment/web" => ""; "a question")]
    #[test_case("docker service update --image a:2 web" => "replaces"; "a service of a swarm")]
    #[test_case("docker stack deploy -c a.yml web" => "replaces"; "a stack")]
    #[test_case("systemctl restart gunicorn" => "replaces"; "a unit")]
    #[test_case("sudo systemctl reload nginx.service" => ""; "a unit that is no code")]
    #[test_case("service web restart" => "replaces"; "an older one")]
    #[test_case("docker compose run --rm web python manage.py migrate --noinput" => "migrates"; "in a container")]
    #[test_case("python manage.py migrate --check" => ""; "only asked")]
    #[test_case("./migrate.sh" => "migrates"; "a script")]
    #[test_case("psql -f migraciones/v2.sql" => "migrates"; "a file")]
    #[test_case("npx prisma migrate status" => ""; "a question of prisma")]
    fn of_a_command(text: &str) -> String {
        kinds(text)
    }
}
