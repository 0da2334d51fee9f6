//! What a command asks of Compose and of the images of containers.

use super::commands::Command;

/// What is no code of the service: it may begin before a migration.
const INFRASTRUCTURE: [&str; 29] = [
    "db",
    "database",
    "bd",
    "base",
    "datos",
    "postgres",
    "postgresql",
    "pg",
    "mysql",
    "mariadb",
    "mssql",
    "sqlserver",
    "oracle",
    "mongo",
    "mongodb",
    "redis",
    "valkey",
    "memcached",
    "rabbitmq",
    "kafka",
    "minio",
    "elasticsearch",
    "opensearch",
    "nginx",
    "apache2",
    "haproxy",
    "traefik",
    "caddy",
    "docker",
];

/// A subcommand of Compose, with what stands behind it.
pub(super) struct Compose<'c> {
    pub(super) subcommand: &'c str,
    rest: &'c [&'c str],
}

impl<'c> Compose<'c> {
    /// The services that it names; none where it is about all.
    fn services(&self) -> Vec<&'c str> {
        const VALUED: [&str; 9] = [
            "--scale",
            "-t",
            "--timeout",
            "--wait-timeout",
            "--attach",
            "--no-attach",
            "--exit-code-from",
            "--pull",
            "--policy",
        ];
        let mut found = Vec::new();
        let mut rest = self.rest.iter();
        while let Some(word) = rest.next() {
            if VALUED.contains(word) {
                rest.next();
            } else if !word.starts_with('-') && !word.contains(['>', '<']) {
                found.push(*word);
            }
        }
        found
    }

    /// Whether all that it names is no code of the service.
    pub(super) fn is_about_infrastructure(&self) -> bool {
        let services = self.services();
        !services.is_empty() && services.iter().all(|service| is_infrastructure(service))
    }
}

/// The words between a program and its subcommand are options, some with a value.
pub(super) fn behind_options<'w>(words: &'w [&'w str], valued: &[&str]) -> &'w [&'w str] {
    let mut rest = words;
    while let [first, behind @ ..] = rest {
        rest = match behind {
            [_, behind @ ..] if valued.contains(first) => behind,
            behind if first.starts_with('-') => behind,
            _ => return rest,
        };
    }
    rest
}

/// What a command asks of Compose.
pub(super) fn compose<'c>(command: &'c Command<'_>) -> Option<Compose<'c>> {
    const OF_DOCKER: [&str; 7] = ["-H", "--host", "-c", "--context", "--config", "-l", "--log-level"];
    const OF_COMPOSE: [&str; 9] = [
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--profile",
        "--env-file",
        "--project-directory",
        "--ansi",
        "--progress",
    ];
    let words = command.words.get(1..)?;
    let words = match command.program() {
        "docker" | "podman" | "nerdctl" => {
            behind_options(words, &OF_DOCKER).split_first().filter(|(one, _)| **one == "compose")?.1
        }
        "docker-compose" | "podman-compose" => words,
        _ => return None,
    };
    let (subcommand, rest) = behind_options(words, &OF_COMPOSE).split_first()?;
    Some(Compose { subcommand, rest })
}

/// Whether any part of a name is one of these.
pub(super) fn has_part(name: &str, parts: &[&str]) -> bool {
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric())
        .any(|part| parts.contains(&part) || parts.contains(&part.trim_end_matches(|c: char| c.is_ascii_digit())))
}

/// Whether a service, an image or a unit of this name is no code of the service.
pub(super) fn is_infrastructure(name: &str) -> bool {
    has_part(name, &INFRASTRUCTURE)
}

/// The image that a command pulls or builds, as it is named.
fn image<'c>(command: &'c Command<'_>, verb: &str) -> Option<&'c str> {
    if !matches!(command.program(), "docker" | "podman" | "nerdctl" | "buildah") {
        return None;
    }
    let at = command.words.iter().position(|word| *word == verb)?;
    let behind = command.words.get(at + 1..)?;
    match verb {
        "pull" => behind.iter().find(|word| !word.starts_with('-')).copied(),
        _ => {
            let mut options = behind.windows(2).filter_map(|pair| match pair {
                ["-t" | "--tag", name] => Some(*name),
                _ => None,
            });
            options.next()
        }
    }
}

/// What is pulled.
pub(super) enum Pulled<'c> {
    /// The images of these services; of all where there is none.
    Services(Vec<&'c str>),
    /// An image.
    Image(&'c str),
}

/// What a command pulls of the service's own code.
pub(super) fn pulls<'c>(command: &'c Command<'_>) -> Option<Pulled<'c>> {
    if let Some(compose) = compose(command) {
        let is_it = compose.subcommand == "pull" && !compose.is_about_infrastructure();
        return is_it.then(|| Pulled::Services(compose.services()));
    }
    image(command, "pull").filter(|image| !is_infrastructure(base(image))).map(Pulled::Image)
}

/// The name of an image without its registry and its tag.
fn base(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next().unwrap_or(name)
}

/// Whether a command builds over what was pulled.
pub(super) fn builds_over(command: &Command<'_>, pulled: &Pulled<'_>) -> bool {
    let by_compose = compose(command).filter(|compose| match compose.subcommand {
        "up" => command.has(&["--build"]),
        "build" => true,
        _ => false,
    });
    match (by_compose, pulled) {
        (Some(compose), Pulled::Services(pulled)) => {
            let built = compose.services();
            pulled.is_empty() || built.is_empty() || built.iter().any(|service| pulled.contains(service))
        }
        // Which service an image is of stands in another file.
        (Some(_), Pulled::Image(_)) => true,
        (None, Pulled::Image(pulled)) => image(command, "build") == Some(pulled),
        (None, Pulled::Services(_)) => false,
    }
}

/// Whether it ends with success while new containers are still down.
pub(super) fn is_blind_up(command: &Command<'_>) -> bool {
    let waits = ["--wait", "--no-start", "--dry-run", "--abort-on-container-exit", "--exit-code-from"];
    compose(command).is_some_and(|compose| compose.subcommand == "up") && !command.has(&waits)
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::super::commands::commands;

    #[test_case("docker compose pull", "docker compose build" => true)]
    #[test_case("docker compose pull web", "docker compose build worker" => false; "other services")]
    #[test_case("docker compose pull web", "docker compose up --build worker web" => true; "the same service")]
    #[test_case("docker compose pull", "docker compose up" => false; "nothing is built")]
    #[test_case("docker pull x:1", "docker build -t x:1 ." => true; "the same image")]
    #[test_case("docker pull python:3", "docker build -t x:1 ." => false; "the image that it begins with")]
    #[test_case("docker pull x:1", "docker compose up --build" => true; "by Compose")]
    fn built_over(pull: &str, build: &str) -> bool {
        let (pull, build) = (commands(pull), commands(build));
        let pulled = super::pulls(&pull[0]).unwrap();
        super::builds_over(&build[0], &pulled)
    }
}
