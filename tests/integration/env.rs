//! `zarpe env`: names and states of an environment, alone and as a step.

use std::io::Read as _;

use test_case::test_case;

use crate::support::{ExitCode, Repo, Run};

const FILE: &str = "\u{feff}# production\r\nexport ALLOWED_HOSTS=\"muses.example\" # the site\r\nSECRET_KEY=changeme\r\nEMPTY=\r\n\
                    DATABASE_URL=postgres://u:p@h/d\nGCP=keys/gcp.json\nOTHER=keys/none.json\nPEM=\"-----BEGIN\nx=y\n-----END\"\nMOCK=True\nexport MOCK\n\
                    FOLDER=keys\nLATER=$UNSET\nLATER_BRACES=${UNSET}\nPARTLY=https://${UNSET}/\nQUOTE='it\\'s'\nNESTED=${UNSET:-$UNSET}\n\
                    NESTED_PARTLY=postgres://app:${UNSET:-${UNSET}}@db/app\nNESTED_KNOWN=${UNSET:-${MOCK}}\nKNOWN=\"$MOCK/${MOCK}\"\n\
                    COMMAND=$(cat keys/gcp.json)\n";

fn repo() -> Repo {
    Repo::new()
        .write(".env.prod", FILE)
        .write("keys/gcp.json", "{\"type\": \"service_account\"}")
        .write("keys/bad.json", "{")
}

fn env<'a>(words: impl IntoIterator<Item = &'a str>) -> Run {
    repo().zarpe(["env", "--from", ".env.prod"]).args(words).run()
}

#[test_case(&["--required", "ALLOWED_HOSTS", "--required", "PEM"], ExitCode::Done, "the environment is complete"; "all is there")]
#[test_case(&["--required", "SECRET_KEY"], ExitCode::Refused, "SECRET_KEY: a placeholder\n  --> .env.prod:3"; "a placeholder")]
#[test_case(&["--required", "EMPTY"], ExitCode::Refused, "EMPTY: empty"; "nothing")]
#[test_case(&["--required", "NOPE"], ExitCode::Refused, "NOPE: not set"; "not there")]
#[test_case(&["--one-of", "db=[\"DATABASE_URL~^mssql://\",\"DATABASE_URL~^postgres(ql)?://\"]"], ExitCode::Done, "1 of 1"; "an alternative")]
#[test_case(&["--one-of", "g=[\"SECRET_KEY~^.{8,}$\"]"], ExitCode::Refused, "g: no alternative is complete; lacking: SECRET_KEY"; "a placeholder that fits an expression")]
#[test_case(&["--one-of", "store=[[\"AWS_KEY\",\"MOCK\"],[\"GS\"]]"], ExitCode::Refused, "store: no alternative is complete; lacking: AWS_KEY | GS"; "none")]
#[test_case(&["--files", "GCP"], ExitCode::Done, "its file can be read"; "a file")]
#[test_case(&["--files", "OTHER"], ExitCode::Refused, "OTHER: its file is not there"; "no file")]
#[test_case(&["--files", "FOLDER"], ExitCode::Refused, "FOLDER: it names a folder"; "a folder")]
#[test_case(&["--files", "PARTLY"], ExitCode::CannotTell, "PARTLY: it refers to a variable"; "a file whose name is not known")]
#[test_case(&["--files", "LATER"], ExitCode::Refused, "LATER: nothing but a reference"; "a file that nothing known names")]
#[test_case(&["--files", "NOPE"], ExitCode::Refused, "NOPE: not set"; "a file that nothing names")]
#[test_case(&["--files", "NOPE", "--one-of", "g=NOPE,MOCK=True"], ExitCode::Done, "not set: it names no file"; "a file that need not be named")]
#[test_case(&["--commands", "git >= 2"], ExitCode::Done, "git >= 2"; "a program")]
#[test_case(&["--commands", "git >= 999"], ExitCode::Refused, "git >= 999: 2."; "an old program")]
#[test_case(&["--commands", "no-such-program"], ExitCode::Refused, "no-such-program: not there"; "no program")]
#[test_case(&["--disk-free", "path=/", "--disk-free", "min=1B"], ExitCode::Done, "free"; "room")]
#[test_case(&["--disk-free", "path=/", "--disk-free", "min=900000TiB"], ExitCode::Refused, " free of 900000 TiB"; "no room")]
#[test_case(&["--disk-free", "path=/no/such", "--disk-free", "min=1B"], ExitCode::CannotTell, "cannot tell: /no/such"; "no folder")]
#[test_case(&["--disk-free", "path=/"], ExitCode::Usage, "a path and a size belong together"; "half a room")]
#[test_case(&["--hosts", "127.0.0.1:1", "--timeout", "2s"], ExitCode::Refused, "127.0.0.1:1: "; "a host that refuses")]
#[test_case(&["--hosts", "http://db:80"], ExitCode::Usage, "this is a whole address: write it as db:80"; "an address")]
#[test_case(&["--hosts", "postgres://u:p@db:5432/app?a=b"], ExitCode::Usage, "write it as db:5432"; "an address with more")]
#[test_case(&["--hosts", "db/app:80"], ExitCode::Usage, "is no HOST:PORT"; "a path")]
#[test_case(&["--hosts", "nope"], ExitCode::Usage, "`nope` is no HOST:PORT"; "no host")]
#[test_case(&["--required", ""], ExitCode::Usage, "is no name of a variable"; "no name")]
#[test_case(&["--required", "MOCK,PEM"], ExitCode::Usage, "each name by itself"; "two names")]
#[test_case(&["--required", "LATER"], ExitCode::Refused, "LATER: nothing but a reference to a variable that the file does not set before it"; "nothing but a reference to what is not set")]
#[test_case(&["--required", "LATER_BRACES"], ExitCode::Refused, "LATER_BRACES: nothing but a reference"; "the same in braces")]
#[test_case(&["--required", "PARTLY"], ExitCode::CannotTell, "PARTLY: it refers to a variable that the file does not set before it"; "a part of it is not known")]
#[test_case(&["--required", "NESTED"], ExitCode::Refused, "NESTED: nothing but a reference"; "what else is a reference to what is not set")]
#[test_case(&["--required", "NESTED_PARTLY"], ExitCode::CannotTell, "NESTED_PARTLY: it refers to a variable"; "what else is one amid a text")]
#[test_case(&["--one-of", "g=NESTED_KNOWN=True"], ExitCode::Done, "1 of 1"; "what else is one to what is set")]
#[test_case(&["--one-of", "g=PARTLY"], ExitCode::CannotTell, "g: it refers to a variable"; "an alternative that is not known")]
#[test_case(&["--one-of", "g=[\"PARTLY~^y\"]"], ExitCode::CannotTell, "g: it refers to a variable"; "an alternative whose expression does not fit what is known")]
#[test_case(&["--one-of", "g=PARTLY=xy"], ExitCode::CannotTell, "g: it refers to a variable"; "an alternative whose value is not known")]
#[test_case(&["--one-of", "g=PARTLY="], ExitCode::CannotTell, "g: it refers to a variable"; "an alternative that is empty and not known")]
#[test_case(&["--one-of", "g=[[\"PARTLY=xy\",\"NOPE\"]]"], ExitCode::Refused, "g: no alternative is complete"; "an alternative that lacks another one")]
#[test_case(&["--required", "COMMAND"], ExitCode::CannotTell, "COMMAND: programs read it in different ways"; "a command")]
#[test_case(&["--one-of", "g=COMMAND=x"], ExitCode::CannotTell, "g: programs read it in different ways"; "an alternative that is a command")]
#[test_case(&["--files", "COMMAND"], ExitCode::CannotTell, "COMMAND: programs read it in different ways"; "a file that a command names")]
#[test_case(&["--one-of", "g=[\"QUOTE=it's\"]"], ExitCode::Done, "1 of 1"; "a single quote in single quotes")]
#[test_case(&["--one-of", "g=KNOWN=True/True"], ExitCode::Done, "1 of 1"; "a reference to what is set before")]
#[test_case(&[], ExitCode::Usage, "--required <NAME>"; "nothing asked")]
#[test_case(&["--one-of", "x"], ExitCode::Usage, "write it as storage="; "no group")]
fn an_environment_is_judged(words: &[&str], exit: ExitCode, says: &str) {
    env(words.iter().copied()).exits(exit).says(says);
}

#[test_case(&["--disk-free", "path=/no/such", "--disk-free", "min=1B"], "name a folder that is there"; "no folder")]
#[test_case(&["--disk-free", "path=/", "--disk-free", "min=900000TiB"], "make room"; "no room")]
#[test_case(&["--files", "NOPE"], "set the variable to the path of its file"; "a file that nothing names")]
#[test_case(&["--files", "EMPTY"], "set the variable to the path of its file"; "a file that an empty value names")]
#[test_case(&["--files", "OTHER"], "put the file where the variable says"; "no file")]
#[test_case(&["--files", "FOLDER"], "name the file itself, not the folder that it is in"; "a folder")]
#[test_case(&["--required", "LATER"], "set that variable in a line before it"; "a reference")]
fn the_remedy_is_for_what_is_wrong(words: &[&str], help: &str) {
    env(words.iter().copied()).says(&format!("help: {help}"));
}

/// A program as docker without its plugin is, and one that has it; one that says nothing of itself.
const PROGRAMS: [(&str, &str); 10] = [
    (
        "bare",
        "case \"$1 $2\" in '--version '*|'compose --version') echo 'Docker version 28.2.2';; *) echo \"docker: unknown command: docker $1\" >&2; exit 1;; esac",
    ),
    (
        "whole",
        "case \"$1 $2\" in 'compose version') echo 'Docker Compose version v2.24.6';; *) echo 'Docker version 28.2.2';; esac",
    ),
    ("mute", "exit 2"),
    ("old", "case $1 in -V) echo 'OpenSSH_9.2p1' >&2;; *) exit 255;; esac"),
    (
        "mariadb",
        "echo 'mariadb  Ver 15.1 Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64) using  EditLine wrapper'",
    ),
    (
        "php",
        "echo \"PHP Warning:  Unable to load '/usr/lib/php/8.9.0/x.so'\" >&2; echo 'loaded /usr/lib/php/8.9.0/y.so'; echo 'PHP 7.4.33 (cli)'",
    ),
    ("java", "case $1 in -version) echo 'java version \"1.8.0_392\"' >&2;; *) exit 1;; esac"),
    ("early", "echo 'early 2.0-rc1'"),
    ("two", "echo 'two 1.2 3.4'"),
    ("client", "case \"$*\" in 'version --client') echo 'client 1.32';; *) echo 'client 1.32'; exit 1;; esac"),
];

#[test_case("bare compose >= 2.20", ExitCode::Refused, "bare compose >= 2.20: not there"; "the program without the plugin")]
#[test_case("bare compose", ExitCode::Refused, "bare compose: not there"; "and no version asked")]
#[test_case("whole compose >= 2.20", ExitCode::Done, "2.24.6"; "the plugin's own version")]
#[test_case("whole compose >= 2.30", ExitCode::Refused, "2.24.6"; "an old plugin")]
#[test_case("mute >= 1", ExitCode::CannotTell, "it says no version"; "a program that says no version")]
#[test_case("mute", ExitCode::Done, "mute"; "and need not")]
#[test_case("old >= 9", ExitCode::Done, "9.2"; "a capital letter asks")]
#[test_case("mariadb >= 11.4", ExitCode::Refused, "mariadb >= 11.4: 10.11.14"; "not the version of the client")]
#[test_case("mariadb >= 10.11.14", ExitCode::Done, "10.11.14"; "a tail of the distribution")]
#[test_case("php >= 8.1", ExitCode::Refused, "php >= 8.1: 7.4.33"; "neither a warning nor a path")]
#[test_case("java >= 17", ExitCode::Refused, "java >= 17: 1.8.0"; "one dash")]
#[test_case("early >= 2.0", ExitCode::Refused, "early >= 2.0: 2.0-rc1"; "before its release")]
#[test_case("client >= 1.20", ExitCode::Done, "1.32"; "a client without its server")]
#[test_case("two >= 1", ExitCode::CannotTell, "which version it is, is not clear: 1.2, 3.4"; "two numbers")]
#[test_case("two", ExitCode::Done, "two"; "two numbers and none asked")]
fn a_program_is_judged_by_what_it_says(need: &str, exit: ExitCode, says: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    for (name, script) in PROGRAMS {
        let file = folder.path().join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    Repo::new().zarpe(["env", "--commands", need]).env("PATH", path).run().exits(exit).says(says);
}

#[test]
fn a_host_that_takes_a_connection_is_reachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    env(["--hosts", &host]).exits(ExitCode::Done).says("reachable");
}

#[test]
fn a_file_that_is_not_sound_is_said_so_by_lines_alone() {
    let repo = Repo::new().write("e", "A=1\nhidden-word\nB=\"hidden-word\nA=2\nC=3\nC=4\n");
    let run = repo.zarpe(["env", "--from", "e", "--required", "A"]).run().exits(ExitCode::Refused);
    run.says("line 2 is no NAME=value")
        .says("A stands in line 1 already")
        .says("a name of line 5 stands here again")
        .never_says("hidden");
    let run = repo.zarpe(["env", "--from", "none", "--required", "A"]).run();
    run.exits(ExitCode::CannotTell).says("there is no file none");
    let run = repo.write("folder/x", "").zarpe(["env", "--from", "folder", "--required", "A"]).run();
    run.exits(ExitCode::CannotTell).says("folder: it is a folder").says("help: name a file in it");
}

/// YAML has a blank behind the colon; without one no program reads it.
#[test]
fn a_colon_without_a_blank_is_no_variable() {
    let repo = Repo::new().write("e", "A=1\nFOO:hidden-word\nB=\"2\n");
    for format in ["human", "json", "markdown"] {
        let words = ["env", "--from", "e", "--required", "A", "--format", format];
        let run = repo.zarpe(words).run().exits(ExitCode::Refused);
        run.says("line 2 has a colon where = should stand").says("write it as NAME=value").never_says("hidden");
    }
    let run = repo.zarpe(["env", "--from", "e", "--required", "FOO"]).run().exits(ExitCode::Refused);
    run.says("FOO: not set").says("line 3 is no NAME=value").says("put a value of several lines in quotes");
    let run = repo.zarpe(["env", "--run", "cat e", "--required", "A"]).run().exits(ExitCode::Refused);
    run.says("line 2 has a colon where = should stand").says("by env -0");
}

#[test]
fn the_process_and_a_command_are_read_too() {
    let repo = Repo::new();
    repo.zarpe(["env", "--required", "KEY"]).env("KEY", "x").run().exits(ExitCode::Done);
    repo.zarpe(["env", "--required", "KEY"]).env("KEY", "").run().exits(ExitCode::Refused).says("KEY: empty");
    let run = repo.zarpe(["env", "--run", "echo KEY=value", "--required", "KEY", "--format", "json"]).run();
    assert_eq!(run.exits(ExitCode::Done).json_of("env/v1")["source"], "command");
    let run = repo.zarpe(["env", "--run", "echo KEY=hidden-word >&2; exit 3", "--required", "KEY"]).run();
    run.exits(ExitCode::CannotTell).says("ended with exit status 3").never_says("hidden-word").never_says("--from");
}

#[test]
fn what_a_process_prints_of_its_own_variables_is_taken_as_it_is() {
    let repo = Repo::new();
    let variables = "env -i K='a$b' PEM='-----BEGIN\nx y\n-----END' PATH=\"$PATH\" env";
    let env = |command: &str| repo.zarpe(["env", "--run", command, "--required", "K", "--required", "PEM"]).run();
    env(&format!("{variables} -0")).exits(ExitCode::Done);
    let run = env(variables).exits(ExitCode::Refused);
    run.says("line 3 is no NAME=value").says("with a NUL behind each, which are taken as they are, by env -0");
}

/// One program reads it, and another one does not.
#[test_case("FOO: bar", "FOO")]
#[test_case("FOO='it'\\''s'", "FOO"; "quotes that a shell joins")]
#[test_case("export FOO=\"1\";", "FOO"; "a semicolon")]
#[test_case("FOO=#hidden", "FOO"; "a sign of a comment right behind it")]
#[test_case("FOO=hidden#word # a comment", "FOO"; "a sign of a comment within")]
fn a_line_that_not_all_programs_read_is_for_nobody_to_tell(line: &str, name: &str) {
    let repo = Repo::new().write("e", &format!("A=1\n{line}\nB=2\n"));
    repo.zarpe(["env", "--from", "e", "--required", "A", "--required", "B"]).run().exits(ExitCode::Done);
    let run = repo.zarpe(["env", "--from", "e", "--required", name]).run().exits(ExitCode::CannotTell);
    let run = run.says("FOO: programs read it in different ways\n  --> e:2").says("help: write it as NAME=value");
    run.says("in one pair of quotes").never_says("hidden");
}

/// Nobody has put a value in.
#[test_case("PONER_AQUI")]
#[test_case("fill me in")]
#[test_case("[secret]"; "in brackets")]
#[test_case("%SECRET%"; "in percent signs")]
#[test_case("postgres://user:changeme@db/hidden"; "in an address")]
#[test_case("postgres://USER:PASSWORD@HOST:5432/DB"; "in the pattern of an address")]
fn what_stands_for_a_value_is_none(value: &str) {
    let repo = Repo::new().write("e", &format!("A={value}\n"));
    let run = repo.zarpe(["env", "--from", "e", "--required", "A"]).run().exits(ExitCode::Refused);
    run.says("A: a placeholder").never_says(value);
}

#[test]
fn it_speaks_the_language_of_the_repository() {
    let repo = repo().write("zarpe.yml", "language: es\n");
    let run = repo.zarpe(["env", "--from", ".env.prod", "--required", "SECRET_KEY"]).run();
    run.exits(ExitCode::Refused).says("el entorno no está completo: SECRET_KEY").says("un valor provisional");
}

/// Values in which a program could trip: quotes, escapes, line ends, controls, bytes beyond ASCII.
const VALUES: [&str; 12] = [
    "pa55-w0rd/with+signs&=",
    "contraseña-del-puerto",
    "-----BEGIN KEY-----\nMIIBVgIBADANBgkq\n-----END KEY-----",
    "'single-quoted-word'",
    "back\\slash\\word",
    "tab\tword-hidden",
    "\u{1b}[31mred-word\u{1b}[0m",
    "日本語のことば",
    "{\"json\": \"word-hidden\"}",
    "changeme-hidden-word",
    "<placeholder-hidden>",
    "/no/such/hidden-file.json",
];

#[test]
fn no_value_is_shown_in_any_format() {
    let mut lines = String::new();
    let mut words: Vec<String> = Vec::new();
    for (at, value) in VALUES.iter().enumerate() {
        lines += &format!("V{at}=\"{}\"\n", value.replace('\\', "\\\\").replace('"', "\\\""));
        for option in ["--required", "--files"] {
            words.extend([option.to_owned(), format!("V{at}")]);
        }
        words.extend(["--one-of".to_owned(), format!("g{at}=[[\"V{at}\",\"NOPE\"],\"V{at}=x\",\"V{at}~^zz$\"]")]);
    }
    lines += "broken-hidden-line\nV0=\"again-hidden-word\"\nUNCLOSED=\"hidden-to-the-end";
    let repo = Repo::new().write("e", &lines);
    let mut length = 0;
    for format in ["human", "json", "markdown", "github", "sarif", "html"] {
        for from in [["--from", "e"], ["--run", "cat e"]] {
            let summary = tempfile::NamedTempFile::new().unwrap();
            let outputs = tempfile::NamedTempFile::new().unwrap();
            let run = repo.zarpe(["env", "--format", format, "--verbose"]).args(from).args(&words);
            let run = run
                .env("GITHUB_ACTIONS", "true")
                .env("GITHUB_STEP_SUMMARY", summary.path())
                .env("GITHUB_OUTPUT", outputs.path());
            let run = run.run().exits(ExitCode::Refused).says("V11");
            let mut shown = run.stdout.clone() + &run.stderr;
            summary.reopen().unwrap().read_to_string(&mut shown).unwrap();
            outputs.reopen().unwrap().read_to_string(&mut shown).unwrap();
            length += shown.len();
            for piece in VALUES.iter().flat_map(|value| value.split(['\n', '\t', '\u{1b}'])).chain([
                "hidden",
                "MIIB",
                "pa55",
                "ことば",
            ]) {
                // Pieces of a letter or two stand everywhere.
                assert!(piece.len() < 4 || !shown.contains(piece), "{format} shows `{piece}`: {shown}");
            }
        }
    }
    assert!(length > 10_000);
}

const PLAN: &str = "
jobs:
  entorno:
    steps:
      - uses: zarpe/env
        with:
          from: .env.prod
          required: [ALLOWED_HOSTS, DATABASE_URL]
          one-of:
            base-de-datos: ['DATABASE_URL~^mssql://', 'DATABASE_URL~^postgres(ql)?://']
            almacenamiento: [[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY], [ALLOWED_HOSTS]]
            ocr: [GCP, 'MOCK=True']
          files: [GCP]
          commands: ['git >= 2']
          disk-free: {path: /, min: 1KiB}
";

#[test]
fn a_plan_asks_for_all_of_it_in_one_step() {
    let run = repo().commit("chore: begin").write("plan.yml", PLAN).zarpe(["deploy", "run", "plan.yml"]).run();
    run.exits(ExitCode::Done).says("3 of 3").says("the environment is complete").never_says("muses.example");
}
