//! The hazards of maintenance: it stays on, or it ends over what is half done.

use super::commands::{Command, commands};
use super::hazards::Done;
use super::place::Source;
use crate::report::Finding;

const ON: [&str; 16] = [
    "on",
    "enable",
    "start",
    "up",
    "touch",
    "put",
    "set",
    "activar",
    "activate",
    "encender",
    "iniciar",
    "poner",
    "pon",
    "colocar",
    "habilitar",
    "a2ensite",
];
const OFF: [&str; 18] = [
    "off",
    "disable",
    "stop",
    "down",
    "rm",
    "unlink",
    "remove",
    "delete",
    "desactivar",
    "deactivate",
    "apagar",
    "terminar",
    "finalizar",
    "quitar",
    "retirar",
    "sacar",
    "deshabilitar",
    "a2dissite",
];
/// How a `post` says it without the word maintenance.
const OPEN: [&str; 6] = ["open", "reopen", "abrir", "reabrir", "lift", "levantar"];
/// What puts a page or a setting in place.
const PUTS: [&str; 4] = ["cp", "ln", "install", "rsync"];

pub(super) fn puts_on(command: &Command<'_>) -> bool {
    let is_on = !starts_a_package(command) && has_part(command, &ON)
        || PUTS.contains(&command.program()) && !has_part(command, &OFF);
    is_artisan(command, "down") || is_about_it(command) && is_on
}

/// Whether it starts a package, which may be the page of maintenance: `npm start` switches nothing.
fn starts_a_package(command: &Command<'_>) -> bool {
    matches!(command.program(), "npm" | "pnpm" | "yarn" | "bun") && command.words.get(1) == Some(&"start")
}

pub(super) fn takes_off(command: &Command<'_>) -> bool {
    let is_off = has_part(command, &OFF) || has_part(command, &OPEN) || command.program() == "mv";
    is_artisan(command, "up") || is_about_it(command) && is_off
}

/// The mode of Laravel, which is down in maintenance.
fn is_artisan(command: &Command<'_>, verb: &str) -> bool {
    command
        .words
        .windows(2)
        .any(|pair| matches!(pair, [program, word] if program.ends_with("artisan") && *word == verb))
}

fn is_about_it(command: &Command<'_>) -> bool {
    let is_it = |word: &str| word.contains("maintenance") || word.contains("mantenimiento");
    !command.only_tells() && command.words.iter().any(|word| is_it(&word.to_lowercase()))
}

/// Whether one of these words is a part of a command's word: `off` in `ops/maintenance-off.sh`.
fn has_part(command: &Command<'_>, words: &[&str]) -> bool {
    let parts = command.words.iter().flat_map(|word| word.split(|c: char| !c.is_alphanumeric()));
    parts.map(str::to_lowercase).any(|part| words.contains(&part.as_str()))
}

/// Whether another file comes where this command has put one.
fn is_put_over(on: &Command<'_>, later: &Command<'_>) -> bool {
    PUTS.contains(&on.program()) && PUTS.contains(&later.program()) && on.words.last() == later.words.last()
}

impl Done<'_> {
    fn takes_it_off_after(&self, on: &Command<'_>) -> bool {
        let is_other = !std::ptr::eq(on, &self.command);
        is_other && (takes_off(&self.command) || is_put_over(on, &self.command)) || self.post_takes_it_off(on)
    }

    pub(super) fn post_takes_it_off(&self, on: &Command<'_>) -> bool {
        let post = self.step.post.as_ref().map(|post| commands(post.as_str())).unwrap_or_default();
        let is_off = |one: &Command<'_>| takes_off(one) || has_part(one, &OFF) || has_part(one, &OPEN);
        post.iter().any(|one| is_off(one) || is_put_over(on, one))
    }
}

/// Maintenance is off again by the `post` of its own step, which is never dropped, or by what is done later.
pub(super) fn left_on<'a, 'p: 'a>(
    commands: &[Done<'_>],
    after: impl Fn() -> Vec<&'a Done<'p>>,
    source: &Source<'_>,
) -> Vec<Finding> {
    let on = commands.iter().enumerate().filter(|(_, one)| puts_on(&one.command));
    on.filter(|(at, on)| !commands.iter().skip(*at).any(|one| one.takes_it_off_after(&on.command)))
        .filter(|(_, on)| !after().iter().any(|one| one.takes_it_off_after(&on.command)))
        .map(|(_, one)| {
            let message = "maintenance goes on here, and nothing after it takes it off";
            one.warning(source, "deploy/maintenance-left-on", message)
                .help("give the step a `post` that takes it off, and `post-if: safe()`")
        })
        .collect()
}

/// What restores a database, or drops it to make it anew.
const RESTORES: [&str; 4] = ["pg_restore", "dropdb", "mongorestore", "pgbackrest"];
/// The same in the name of a script, or as its verb.
const RESTORE: [&str; 4] = ["restore", "restaurar", "restaura", "recrear"];
/// Whose `restore` is about files and packages.
const OTHERS: [&str; 4] = ["git", "dotnet", "nuget", "gh"];

fn restores(command: &Command<'_>) -> bool {
    let says_so = has_part(command, &RESTORE) && !OTHERS.contains(&command.program());
    !command.only_tells() && (RESTORES.contains(&command.program()) || says_so)
}

/// A rollback that restores what the job did in maintenance: days later that maintenance is over, and people write meanwhile.
pub(super) fn restored_in_the_open(done: &[Done<'_>], back: &[Done<'_>], source: &Source<'_>) -> Option<Finding> {
    let is_on = |one: &Done<'_>| puts_on(&one.command);
    let first = back.iter().position(|one| restores(&one.command))?;
    let (before, restore) = back.split_at_checked(first)?;
    let restore = restore.first().filter(|_| done.iter().any(is_on) && !before.iter().any(is_on))?;
    let message = "a rollback days later restores this while people write: the maintenance of the job is over by then";
    let finding = restore.warning(source, "deploy/restored-in-the-open", message);
    Some(finding.help("put maintenance on before it in the rollback as well, with a `post` and `post-if: safe()`"))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::super::commands::commands;

    #[test_case("pg_restore --dbname x y.dump" => true)]
    #[test_case("./ops/recrear-base $DB_URL" => true; "made anew")]
    #[test_case("./restore.sh y.dump" => true; "a script")]
    #[test_case("git restore ." => false; "files")]
    #[test_case("echo restore it" => false; "told to people")]
    #[test_case("./ops/deploy v1" => false; "something else")]
    fn restores(text: &str) -> bool {
        commands(text).iter().any(super::restores)
    }

    #[test_case("./ops/mantenimiento activar" => "on")]
    #[test_case("./mantenimiento.sh poner" => "on"; "in another word")]
    #[test_case("./maintenance-off.sh" => "off"; "a script")]
    #[test_case("php artisan down --retry 60" => "on"; "of Laravel")]
    #[test_case("php8.3 /srv/artisan up" => "off"; "its end")]
    #[test_case("cp maintenance.html /srv/index.html" => "on"; "a page")]
    #[test_case("ln -sf maintenance.conf /etc/nginx/site.conf" => "on"; "a setting")]
    #[test_case("rm -f /srv/maintenance.html" => "off"; "the page goes")]
    #[test_case("mv /srv/maintenance.html /srv/x" => "off"; "and is put away")]
    #[test_case("touch /srv/maintenance.flag" => "on"; "a file")]
    #[test_case("echo 'maintenance is on'" => ""; "told to people")]
    #[test_case("echo on > maintenance.flag" => "on"; "told to a file")]
    #[test_case("./maintenance status" => ""; "asked")]
    #[test_case("npm start --prefix maintenance-page" => ""; "a page is served")]
    #[test_case("npm run maintenance:on" => "on"; "by a package")]
    #[test_case("docker compose up -d" => ""; "about something else")]
    fn of_a_command(text: &str) -> &'static str {
        match commands(text).first() {
            Some(command) if super::puts_on(command) => "on",
            Some(command) if super::takes_off(command) => "off",
            _ => "",
        }
    }
}
