//! What the deployment plans are run against: PostgreSQL, a service of two versions, nginx with a maintenance page, a registry of
//! images, a mail server, and a stand-in for `docker` that moves real images and real processes (`tests/parts`).

pub mod clock;
mod front;
mod mail;
mod page;
mod postgres;
mod programs;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub use front::Front;
pub use mail::Mail;
pub use page::Watched;
pub use postgres::Postgres;

use super::registry::Registry;
use super::repo::Repo;
use super::run::{Zarpe, clean};
use super::skip::skip;

/// What the service's test account shows.
pub const SMOKE_TOKEN: &str = "ficha-de-humo-larga";
/// The password in the database's address.
pub const PASSWORD: &str = "contrasena-muy-larga";

/// Files of the repository that is deployed, and whether each is a program.
const FILES: [(&str, &str, bool); 13] = [
    ("Dockerfile", include_str!("../../../parts/Dockerfile"), false),
    ("compose.prod.yml", include_str!("../../../parts/compose.prod.yml"), false),
    ("compose.yml", include_str!("../../../parts/compose.yml"), false),
    ("manage.py", include_str!("../../../parts/manage.py"), false),
    ("migraciones/v1.0.0.sql", include_str!("../../../parts/migraciones/v1.0.0.sql"), false),
    ("ops/comparar-filas", include_str!("../../../parts/ops/comparar-filas"), true),
    ("ops/desplegar", include_str!("../../../parts/ops/desplegar"), true),
    ("ops/mantenimiento", include_str!("../../../parts/ops/mantenimiento"), true),
    ("ops/recrear-base", include_str!("../../../parts/ops/recrear-base"), true),
    ("ops/transaccion-prueba", include_str!("../../../parts/ops/transaccion-prueba"), true),
    ("ops/version", include_str!("../../../parts/ops/version"), true),
    ("VERSION", "v1.0.0\n", false),
    (".gitignore", "/.env*\n/*.dump*\n__pycache__/\n", false),
];
/// What version 2 adds.
const SECOND: &str = include_str!("../../../parts/migraciones/v2.0.0.sql");

/// A site in a scratch folder, with everything that a plan reaches; gone when it is dropped.
pub struct Site {
    pub postgres: Postgres,
    pub front: Front,
    pub registry: Registry,
    folder: TempDir,
    /// How many seconds its clock is ahead.
    ahead: i64,
}

impl Site {
    /// `None` where a program is missing, which is said.
    pub fn start() -> Option<Self> {
        Self::start_ahead(0)
    }

    /// The same, where its clock, and that of whatever knows it, is so many seconds ahead.
    pub fn start_ahead(ahead: i64) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        // The database's own user reaches its folder.
        programs::chmod(folder.path(), 0o711);
        let missing = |what: &str| skip(&format!("{what} (tests/run installs it)"));
        let Some(postgres) = Postgres::start(&folder.path().join("postgres")) else {
            missing("PostgreSQL is missing");
            return None;
        };
        let Some(registry) = Registry::start() else {
            missing("docker-registry or skopeo is missing");
            return None;
        };
        let Some(clock) = clock::ahead(ahead) else {
            missing("libfaketime is missing");
            return None;
        };
        let Some(front) = Front::start(folder.path(), &clock) else {
            missing("nginx is missing");
            return None;
        };
        let site = Self { postgres, front, registry, folder, ahead };
        std::fs::create_dir(site.path().join("bin")).unwrap();
        let python = programs::python();
        let script = |text: &str| format!("#!{} -S\n{text}", python.display());
        let write = |name: &str, text: &str| programs::write(&site.path().join("bin").join(name), text);
        write("docker", &script(include_str!("../../../parts/docker.py")));
        write("gh", include_str!("../../../parts/gh"));
        for name in ["python", "python3"] {
            std::os::unix::fs::symlink(&python, site.path().join("bin").join(name)).unwrap();
        }
        Some(site)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The address of the service's database, with a password in it.
    pub fn database(&self) -> String {
        self.postgres.url("muses", PASSWORD)
    }

    /// Where the images of the service are.
    pub fn image(&self) -> String {
        format!("{}/sigim-backend", self.registry.host())
    }

    /// The repository at version 1, with the environment that the service runs in beside it.
    pub fn furnished(&self, repo: Repo) -> Repo {
        let mut repo = FILES.iter().fold(repo, |repo, (path, text, _)| repo.write(path, text));
        for (path, ..) in FILES.iter().filter(|(_, _, program)| *program) {
            programs::chmod(&repo.path().join(path), 0o755);
        }
        let environment = include_str!("../../../parts/env").replace("{database}", &self.database());
        repo = repo.write(".env.produccion", &environment.replace("{token}", SMOKE_TOKEN));
        repo
    }

    /// The repository at version 1, its image in the registry, its database made, and these services of it running.
    pub fn first(&self, repo: Repo, services: &str) -> Repo {
        let repo = self.furnished(repo).commit("feat: version 1");
        self.postgres.create("muses", "template1");
        let compose = if services.contains("django") { "compose.prod.yml" } else { "compose.yml" };
        let words = format!(
            "psql -Xq -v ON_ERROR_STOP=1 \"$DB_URL\" -f migraciones/v1.0.0.sql\n\
             docker build -t $IMAGEN:v1.0.0 .\ndocker push $IMAGEN:v1.0.0\n\
             COMPOSE_FILE={compose} docker compose up -d --wait {services}"
        );
        self.shell(&repo, &words);
        repo
    }

    /// What version 2 changes in the repository.
    pub fn second(&self, repo: Repo) -> Repo {
        repo.write("VERSION", "v2.0.0\n").write("migraciones/v2.0.0.sql", SECOND)
    }

    /// A run, or a command, that finds the stand-ins first and knows the site.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let path = std::env::var("PATH").unwrap();
        let programs = self.postgres.programs().display();
        let mut variables = vec![
            ("PATH", format!("{}:{programs}:{path}", self.path().join("bin").display())),
            ("PARTS", self.path().display().to_string()),
            ("DOCKER_CONFIG", self.registry.docker().display().to_string()),
            ("PGHOST", self.postgres.socket().display().to_string()),
            ("PGUSER", postgres::USER.to_owned()),
            ("REGISTRY", self.registry.host()),
            ("IMAGEN", self.image()),
            ("DB_URL", self.database()),
            ("SMOKE_TOKEN", SMOKE_TOKEN.to_owned()),
            ("BASE_URL", self.front.public()),
            ("SMOKE_URL", self.front.inner()),
            ("BACKUPS", self.path().display().to_string()),
        ];
        variables.extend(clock::ahead(self.ahead).unwrap_or_default());
        variables
    }

    /// So many requests for what nginx serves itself come to the public address; each is answered with 200.
    #[track_caller]
    pub fn visited(&self, times: usize) {
        for _ in 0..times {
            assert_eq!(page::ask(self.front.port(), "/static/app.css").unwrap(), 200);
        }
    }

    /// What nginx will have written where the last of these requests comes again each minute, for so many seconds from then on.
    pub fn goes_on(&self, seconds: i64) {
        const FORM: &str = "%d/%b/%Y:%H:%M:%S %z";
        let log = self.path().join("access.log");
        let text = std::fs::read_to_string(&log).unwrap();
        let last = text.lines().rfind(|line| line.contains("/static/app.css")).unwrap();
        let (client, rest) = last.split_once('[').unwrap();
        let (time, request) = rest.split_once(']').unwrap();
        let time = jiff::Zoned::strptime(FORM, time).unwrap();
        let mut log = std::fs::OpenOptions::new().append(true).open(log).unwrap();
        for minute in 1..=seconds / 60 {
            let then = (&time + jiff::SignedDuration::from_mins(minute)).strftime(FORM);
            writeln!(log, "{client}[{then}]{request}").unwrap();
        }
    }

    /// A run that knows the site.
    pub fn knows(&self, zarpe: Zarpe) -> Zarpe {
        self.knows_later(zarpe, 0)
    }

    /// A run that knows the site, so many seconds after what its clock says.
    pub fn knows_later(&self, zarpe: Zarpe, seconds: i64) -> Zarpe {
        let mut variables = self.variables();
        variables.retain(|(name, _)| !matches!(*name, "LD_PRELOAD" | "FAKETIME" | "NO_FAKE_STAT"));
        variables.extend(clock::ahead(self.ahead + seconds).unwrap_or_default());
        variables.into_iter().fold(zarpe, |zarpe, (name, value)| zarpe.env(name, value))
    }

    /// Runs a command of a shell in the repository, as a plan's step would.
    #[track_caller]
    pub fn shell(&self, repo: &Repo, text: &str) -> String {
        let mut command = Command::new("sh");
        clean(&mut command);
        command.envs(self.variables()).env("VERSION", "v1.0.0");
        let output = command.args(["-ec", text]).current_dir(repo.path()).output().unwrap();
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A file of the site, by lines; none where it is not there.
    pub fn lines(&self, file: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path().join(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The calls of `docker` since the last time.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.lines("docker.log");
        let _ = std::fs::remove_file(self.path().join("docker.log"));
        calls
    }

    /// From now on the service answers 500 to what begins so; to nothing, where it is empty.
    pub fn breaks(&self, path: &str) {
        let file = self.path().join("broken");
        if path.is_empty() { std::fs::remove_file(file).unwrap() } else { std::fs::write(file, path).unwrap() }
    }

    /// Somebody begins to ask the public address all the time.
    pub fn watched(&self) -> Watched {
        Watched::begin(self.path(), self.front.port(), self.ahead)
    }

    pub fn in_maintenance(&self) -> bool {
        self.path().join("maintenance").exists()
    }

    /// The version that answers at an address of the front; `None` where none does.
    pub fn serves(&self, origin: &str) -> Option<String> {
        let answer = super::http::send("GET", &format!("{origin}/version"), &[], "");
        (answer.status == 200).then(|| answer.json()["version"].as_str().unwrap().to_owned())
    }

    /// The containers that run: service, process, digest of its image.
    pub fn containers(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(self.path().join("state.json")).unwrap_or_else(|_| "{}".to_owned());
        serde_json::from_str(&text).unwrap()
    }

    /// A folder of the site.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }
}

impl Site {
    /// Ends every container.
    pub fn stops(&self) {
        let containers = self.containers();
        for container in containers.as_object().into_iter().flat_map(serde_json::Map::values) {
            programs::kill_group(container["pid"].as_u64().unwrap_or_default());
        }
        // There may have been none.
        let _ = std::fs::remove_file(self.path().join("state.json"));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stops();
    }
}
