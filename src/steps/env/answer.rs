//! Which version a program says that it is of, when it is asked. Programs print other numbers too: of libraries, in warnings, in
//! paths. A number behind the program's own name is believed before others, and of two that are as good nobody can tell.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::version::Version;

/// What came out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No version.
    Nothing,
    /// This one.
    One(Version),
    /// One of these, and nothing tells which.
    Several(Vec<Version>),
}

/// What a few programs call themselves in their answers.
const OTHER_NAMES: [(&str, &str); 7] = [
    ("az", "azure cli"),
    ("gcloud", "google cloud sdk"),
    ("java", "openjdk"),
    ("kubectl", "client"),
    ("mvn", "maven"),
    ("ssh", "openssh"),
    ("sshd", "openssh"),
];
/// What a version is called, and what else may stand between a name and its version.
const VERSION: [&str; 5] = ["version", "versión", "ver", "v", "release"];
const BETWEEN: [&str; 4] = ["number", "distrib", "cli", "from"];
/// How much of a line is looked at.
const LONGEST: usize = 1000;

/// A line that speaks of something else than the version that is there.
static WARNING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "warn(ing)?s?|deprecat\\w*|errors?|notice|available|newer|latest (version|release)|out of date|outdated|upgrade|\
                 requires?|required|needs?|unsupported|not support\\w*|cannot|could not|unable|failed|advertencia|aviso";
    Regex::new(&format!("(?i)\\b({words})\\b")).ok()
});
/// What else is no version that is there: a line of a usage, and the tools that a program was built with.
static ASIDE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(^\s*(-|(usage|uso)\b)|\b(built|compiled) (with|by|using)\b).*").ok());
/// What a quantity is counted in.
static UNIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("(?i)^-?(%|s|secs?|seconds?|min|minutes?|[mnuµ]s|[kmgt]i?b|[kmg]?hz|bits?|bytes?)[.)\\]]*$").ok()
});
static PIECE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"[()\[\]]|[^\s()\[\]{}"'=:,;<>]+"#).ok());
/// A version in a word: what is joined to its front, its numbers, and its tail.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:([A-Za-z][A-Za-z+_/.-]*?)??[-_/]?)[vV]?(\d{1,9}(?:\.\d{1,9})*)([^0-9].*)?$").ok()
});

/// Finds the version of a program, by the words that start it, in what it says: the first of the texts with a version counts.
#[must_use]
pub fn find(words: &[String], said: &[String]) -> Found {
    let names = names(words);
    let found = said.iter().map(|text| of_text(&names, text));
    found.into_iter().find(|found| *found != Found::Nothing).unwrap_or(Found::Nothing)
}

fn of_text(names: &[String], text: &str) -> Found {
    let is_warning = |line: &&str| WARNING.as_ref().is_some_and(|warning| warning.is_match(line));
    let candidates: Vec<Candidate> =
        text.lines().filter(|line| !is_warning(line)).flat_map(|line| of_line(names, &cut(line))).collect();
    let best = candidates.iter().map(|one| one.evidence).max();
    let best = candidates.into_iter().filter(|one| Some(one.evidence) == best);
    let mut found: Vec<Version> = Vec::new();
    for one in best.map(|one| one.version) {
        // The same number with more parts says more.
        match found.iter().position(|known| one.is_of(known) || known.is_of(&one)) {
            Some(at) => found.get_mut(at).into_iter().for_each(|known| known.refine(&one)),
            None => found.push(one),
        }
    }
    match (found.pop(), found.is_empty()) {
        (None, _) => Found::Nothing,
        (Some(one), true) => Found::One(one),
        (Some(last), false) => Found::Several(found.into_iter().chain([last]).collect()),
    }
}

/// A line without what speaks of something else.
fn cut(line: &str) -> Cow<'_, str> {
    ASIDE.as_ref().map_or(Cow::Borrowed(line), |aside| aside.replace(line, ""))
}

/// How much speaks for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// It is in the answer.
    There,
    /// The line begins with it or with the word `version`, or names the program.
    Said,
    /// It stands right behind the program's name.
    Named,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    version: Version,
    evidence: Evidence,
    /// In brackets.
    is_aside: bool,
    /// Whether a name of something else is joined to it.
    is_foreign: bool,
    /// The word before it.
    before: String,
}

/// What in a line may be the version.
fn of_line(names: &[String], line: &str) -> Vec<Candidate> {
    let all = candidates(names, line);
    // What `mysql Ver 14.14 Distrib 5.7.42` is of.
    if let Some(distributed) = all.iter().find(|one| one.before == "distrib") {
        return vec![distributed.clone()];
    }
    let own = || all.iter().filter(|one| !one.is_foreign);
    let Some(best) = own().map(|one| one.evidence).max().filter(|best| *best > Evidence::There) else { return all };
    let (asides, others): (Vec<&Candidate>, Vec<&Candidate>) = own().partition(|one| one.is_aside);
    let Some(first) = others.iter().chain(&asides).find(|one| one.evidence == best) else { return all };
    let mut version = first.version.clone();
    for aside in &asides {
        if aside.version.is_of(&version) {
            version.refine(&aside.version);
        }
    }
    // Another one behind it that calls itself the version, or follows without a word.
    let is_rival = |one: &&Candidate| {
        let is_said = VERSION.contains(&one.before.as_str()) || one.before.chars().all(|c| c.is_ascii_digit());
        is_said && one.is_aside == first.is_aside && !one.version.is_whole()
    };
    let rivals = own().skip_while(|one| *one != *first).skip(1).filter(is_rival);
    let rivals = rivals.map(|one| Candidate { evidence: best, ..one.clone() });
    [Candidate { version, ..(*first).clone() }].into_iter().chain(rivals).collect()
}

fn candidates(names: &[String], line: &str) -> Vec<Candidate> {
    let line: String = line.chars().take(LONGEST).collect();
    let (mut found, mut lead, mut brackets) = (Vec::new(), String::new(), Vec::new());
    let mut tokens = line.split_whitespace().peekable();
    while let Some(token) = tokens.next() {
        lead.push(' ');
        if is_place(token) {
            lead += token;
            continue;
        }
        for piece in PIECE.iter().flat_map(|piece| piece.find_iter(token)) {
            let around = Around {
                before: token.get(..piece.start()).unwrap_or_default(),
                after: token.get(piece.end()..).unwrap_or_default(),
                next: tokens.peek().copied().unwrap_or_default(),
            };
            match piece.as_str() {
                "(" | "[" => brackets.push(lead.len()),
                ")" | "]" => lead.truncate(brackets.pop().unwrap_or(lead.len())),
                word => {
                    found.extend(
                        candidate(names, &lead, word, &line)
                            .filter(|one| !around.is_quantity(word, one))
                            .map(|one| Candidate { is_aside: !brackets.is_empty(), ..one }),
                    );
                    lead += word;
                    lead.push(' ');
                }
            }
        }
    }
    found
}

/// What stands by a word: before and behind it without a space, and the next one.
struct Around<'t> {
    before: &'t str,
    after: &'t str,
    next: &'t str,
}

impl Around<'_> {
    /// Whether a number is a time, an address with a port, a page of a manual, or so many of a unit.
    fn is_quantity(&self, word: &str, number: &Candidate) -> bool {
        let is_clock = is_joined(self.after.chars()) || is_joined(self.before.chars().rev());
        let is_page = word.len() == 1
            && self.after.starts_with(')')
            && self.before.strip_suffix('(').is_some_and(|name| name.ends_with(char::is_alphanumeric));
        let tail = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = if tail.is_empty() && self.after.is_empty() { self.next } else { tail };
        let is_unit = UNIT.as_ref().is_some_and(|regex| regex.is_match(unit));
        is_clock || is_page || is_unit && number.version.is_short()
    }
}

/// Whether a colon joins it to a digit.
fn is_joined(mut chars: impl Iterator<Item = char>) -> bool {
    chars.next() == Some(':') && chars.next().is_some_and(|c| c.is_ascii_digit())
}

fn candidate(names: &[String], lead: &str, word: &str, line: &str) -> Option<Candidate> {
    let parts = WORD.as_ref()?.captures(word)?;
    let part = |at: usize| parts.get(at).map_or("", |part| part.as_str());
    let label = words_of(part(1));
    let lead = [words_of(lead), label.clone()].join(" ").trim().to_owned();
    let behind = names.iter().find_map(|name| behind(&lead, name));
    let is_version = |word: &str| word.is_empty() || VERSION.contains(&word);
    let is_between = |text: &str| text.split(' ').all(|word| is_version(word) || BETWEEN.contains(&word));
    let evidence = match behind {
        Some(rest) if is_between(rest) => Evidence::Named,
        Some(_) => Evidence::Said,
        None if is_version(lead.split(' ').next().unwrap_or_default()) => Evidence::Said,
        None => Evidence::There,
    };
    let version = Version::new(part(2), part(3))?;
    // A whole number is a version right behind the name and apart from it, or where nothing else is said.
    if version.is_whole()
        && (version.is_unknown() || !label.is_empty() || evidence != Evidence::Named && line.trim() != word)
    {
        return None;
    }
    // An address is written like it.
    if version.is_like_address() && evidence != Evidence::Named && line.trim() != word {
        return None;
    }
    // What Go programs are built with.
    if label == "go" && !names.contains(&label) {
        return None;
    }
    let is_foreign = !is_between(&label) && evidence != Evidence::Named;
    let evidence = if is_foreign { Evidence::There } else { evidence };
    let before = lead.rsplit(' ').next().unwrap_or_default().to_owned();
    Some(Candidate { version, evidence, is_aside: false, is_foreign, before })
}

/// What stands behind the last place of a name among words.
fn behind<'t>(words: &'t str, name: &str) -> Option<&'t str> {
    let mut found = words.rmatch_indices(name).filter_map(|(at, _)| {
        let (before, rest) = (words.get(..at)?, words.get(at + name.len()..)?);
        let is_word = (before.is_empty() || before.ends_with(' ')) && (rest.is_empty() || rest.starts_with(' '));
        is_word.then_some(rest)
    });
    found.next()
}

/// A path or an address: its numbers are of what is there.
fn is_place(token: &str) -> bool {
    let token = token.trim_start_matches(['"', '\'', '(', '[', '<', '{', '`']);
    token.contains("://") || token.contains('\\') || token.starts_with(['/', '~']) || token.matches('/').count() > 1
}

/// The words of a text, small and with one space between them.
fn words_of(text: &str) -> String {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a program may call itself.
fn names(words: &[String]) -> Vec<String> {
    let last = words.last().map(|word| word.rsplit('/').next().unwrap_or_default()).unwrap_or_default();
    let bare = last.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let other = OTHER_NAMES.iter().filter(|(name, _)| words.len() == 1 && *name == last).map(|(_, other)| *other);
    let names = [words.join(" ").as_str(), last, bare].into_iter().chain(other).map(words_of).collect::<Vec<_>>();
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("mariadb", "mariadb  Ver 15.1 Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64) using  EditLine wrapper" => "10.11.14"; "MariaDB to 10")]
    #[test_case("mariadb", "mariadb from 11.4.2-MariaDB, client 15.2 for debian-linux-gnu (x86_64) using  EditLine wrapper" => "11.4.2"; "MariaDB from 11")]
    #[test_case("mysql", "mysql  Ver 14.14 Distrib 5.7.42, for Linux (x86_64) using  EditLine wrapper" => "5.7.42"; "MySQL 5")]
    #[test_case("mysql", "mysql  Ver 8.0.35-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))" => "8.0.35"; "MySQL 8")]
    #[test_case("php", "Warning: PHP Startup: Unable to load dynamic library '/usr/lib/php/8.9.0/x.so'\nPHP 7.4.33 (cli) (built: Nov  8 2022 11:40:37) ( NTS )\nCopyright (c) The PHP Group\nZend Engine v3.4.0, Copyright (c) Zend Technologies\n    with Zend OPcache v7.4.33, Copyright (c), by Zend Technologies" => "7.4.33"; "a warning with a path, and an engine")]
    #[test_case("php", "loaded /usr/lib/php/8.9.0/x.so\nPHP 7.4.33 (cli)" => "7.4.33"; "a path alone")]
    #[test_case("php8.2", "PHP 8.2.7 (cli)\nZend Engine v4.2.7" => "8.2.7"; "a version in the name")]
    #[test_case("java", "openjdk 21 2023-09-19\nOpenJDK Runtime Environment (build 21+35-2513)\nOpenJDK 64-Bit Server VM (build 21+35-2513, mixed mode, sharing)" => "21"; "a whole number")]
    #[test_case("java", "openjdk 17.0.9 2023-10-17\nOpenJDK Runtime Environment Temurin-17.0.9+9 (build 17.0.9+9)\nOpenJDK 64-Bit Server VM Temurin-17.0.9+9 (build 17.0.9+9, mixed mode)" => "17.0.9"; "Java 17")]
    #[test_case("java", "java version \"1.8.0_392\"\nJava(TM) SE Runtime Environment (build 1.8.0_392-b08)\nJava HotSpot(TM) 64-Bit Server VM (build 25.392-b08, mixed mode)" => "1.8.0"; "Java 8")]
    #[test_case("java", "openjdk 22-ea 2024-03-19" => "22-ea"; "before Java 22")]
    #[test_case("git", "git version 2.39.5 (Apple Git-154)" => "2.39.5")]
    #[test_case("git", "git versión 2.39.5" => "2.39.5"; "in Spanish")]
    #[test_case("docker", "Docker version 24.0.7, build afdd53b" => "24.0.7")]
    #[test_case("docker compose", "Docker Compose version v2.24.6-desktop.1" => "2.24.6")]
    #[test_case("docker buildx", "github.com/docker/buildx v0.11.2 9872040" => "0.11.2")]
    #[test_case("docker-compose", "docker-compose version 1.29.2, build 5becea4c" => "1.29.2")]
    #[test_case("psql", "psql (PostgreSQL) 15.5 (Debian 15.5-0+deb12u1)" => "15.5")]
    #[test_case("python3", "Python 3.11.2" => "3.11.2")]
    #[test_case("python3.13", "Python 3.13.0rc2" => "3.13.0rc2")]
    #[test_case("pip", "pip 23.0.1 from /usr/lib/python3/dist-packages/pip (python 3.11)" => "23.0.1")]
    #[test_case("go", "go version go1.21.5 linux/amd64" => "1.21.5")]
    #[test_case("node", "v20.10.0" => "20.10.0")]
    #[test_case("npm", "npm WARN npm npm does not support Node.js v10.19.0\n6.14.4" => "6.14.4"; "a warning without a path")]
    #[test_case("kubectl", "Client Version: v1.28.2\nKustomize Version: v5.0.4-0.20230601165947-6ce0bf390ce3" => "1.28.2")]
    #[test_case("kubectl", "Client Version: version.Info{Major:\"1\", Minor:\"26\", GitVersion:\"v1.26.1\", GitCommit:\"8f94681\", BuildDate:\"2023-01-18T15:58:16Z\", GoVersion:\"go1.19.5\", Platform:\"linux/amd64\"}" => "1.26.1"; "kubectl to 1.27")]
    #[test_case("openssl", "OpenSSL 3.0.9 30 May 2023 (Library: OpenSSL 3.0.9 30 May 2023)" => "3.0.9")]
    #[test_case("openssl", "OpenSSL 1.1.1n  15 Mar 2022" => "1.1.1"; "a letter")]
    #[test_case("nginx", "nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.8 7 Feb 2023 (running with OpenSSL 3.0.9 30 May 2023)\nconfigure arguments: --with-cc-opt='-g -O2 -ffile-prefix-map=/build/nginx-AoTv4W/nginx-1.22.1=.'" => "1.22.1")]
    #[test_case("ssh", "OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.9 30 May 2023" => "9.2")]
    #[test_case("curl", "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.9 zlib/1.2.13\nRelease-Date: 2023-02-20, security patched: 7.88.1-10+deb12u5\nProtocols: dict file" => "7.88.1")]
    #[test_case("aws", "aws-cli/2.13.0 Python/3.11.4 Linux/5.15.0-1039-aws exe/x86_64.ubuntu.22 prompt/off" => "2.13.0")]
    #[test_case("terraform", "Terraform v1.5.7\non linux_amd64\n\nYour version of Terraform is out of date! The latest version\nis 1.6.6. You can update by downloading from https://www.terraform.io/downloads.html" => "1.5.7")]
    #[test_case("jq", "jq-1.6" => "1.6")]
    #[test_case("bash", "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>" => "5.2.15")]
    #[test_case("helm", "version.BuildInfo{Version:\"v3.13.1\", GitCommit:\"3547a4b\", GitTreeState:\"clean\", GoVersion:\"go1.20.8\"}" => "3.13.1")]
    #[test_case("gcc", "gcc (Debian 12.2.0-14) 12.2.0\nCopyright (C) 2022 Free Software Foundation, Inc." => "12.2.0")]
    #[test_case("perl", "\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64-linux-gnu-thread-multi\n\nGNU General Public License, which may be found in the Perl 5 source kit." => "5.36.0")]
    #[test_case("mvn", "Apache Maven 3.8.7\nMaven home: /usr/share/maven\nJava version: 17.0.9, vendor: Debian\nOS name: \"linux\", version: \"5.10.0-26-amd64\"" => "3.8.7")]
    #[test_case("poetry", "Poetry (version 1.7.1)" => "1.7.1")]
    #[test_case("ansible", "ansible [core 2.14.3]\n  config file = None\n  python version = 3.11.2 (main, Mar 13 2023, 12:18:29) [GCC 12.2.0]\n  jinja version = 3.1.2" => "2.14.3")]
    #[test_case("redis-server", "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=e1bc3e1b4b2e1d3c" => "7.0.15")]
    #[test_case("mongod", "db version v7.0.4\nBuild Info: {\n    \"version\": \"7.0.4\",\n    \"openSSLVersion\": \"OpenSSL 3.0.2 15 Mar 2022\"\n}" => "7.0.4")]
    #[test_case("rsync", "rsync  version 3.2.7  protocol version 31" => "3.2.7")]
    #[test_case("sqlite3", "3.40.1 2022-12-28 14:03:47 df5c253c0b3dd24916e4ec7cf77d3db5294cc9fd45ae7b9c5e82ad8197f38a24" => "3.40.1")]
    #[test_case("caddy", "v2.7.6 h1:w0NymbG2m9PcvKWsrXO6EEkY9Ru4FJK8uQbYcev1p3A=" => "2.7.6")]
    #[test_case("httpd", "Server version: Apache/2.4.57 (Debian)\nServer built:   2023-04-13T03:26:51" => "2.4.57"; "one number alone")]
    #[test_case("bzip2", "bzip2, a block-sorting file compressor.  Version 1.0.8, 13-Jul-2019." => "1.0.8"; "a number in the name")]
    #[test_case("zip", "This is Zip 3.0 (July 5th 2008), by Info-ZIP.\nCompiled with gcc 12.2.0 for Unix (Linux ELF).\n\tZIP64_SUPPORT        (use Zip64 to store large files in archives)\n\t[encryption, version 2.91 of 05 Jan 2007] (modified for Zip 3)" => "3.0")]
    #[test_case("x", "v22" => "22"; "a whole number alone")]
    #[test_case("x", "no version" => "none"; "none")]
    #[test_case("x", "Copyright 2022, see RFC 822" => "none"; "whole numbers")]
    #[test_case("x", "warning: needs 3.2 or newer" => "none"; "a warning alone")]
    #[test_case("x", "x 1.2 3.4" => "1.2 or 3.4"; "two behind the name")]
    #[test_case("x", "x client version 1.2, server version 3.4" => "1.2 or 3.4"; "two versions")]
    #[test_case("x", "1.2\n3.4" => "1.2 or 3.4"; "two lines")]
    #[test_case("x", "Frobnicator 1.2 for Linux 5.10" => "1.2 or 5.10"; "nothing names it")]
    #[test_case("x", "using Python/3.11\nFrobnicator 1.2" => "3.11 or 1.2"; "another program before it")]
    #[test_case("x", "x with plugin 3.4\n1.2" => "3.4 or 1.2"; "its name is not by its version")]
    #[test_case("x", "x plugin 9.1\nx 1.2" => "1.2"; "its name is nearer")]
    #[test_case("x", "x 2.0 (2.0-rc1)" => "2.0-rc1"; "more in brackets")]
    #[test_case("x", "Starting x at 10.0.0.5:8080" => "none"; "an address and a port")]
    #[test_case("x", "x listens on 10.0.0.5" => "none"; "an address")]
    #[test_case("x", "x 1.2.3.4" => "1.2.3.4"; "four parts behind the name")]
    #[test_case("x", "1.2.3.4" => "1.2.3.4"; "four parts alone")]
    #[test_case("x", "Chrome 120.0.6099.109 of x" => "120.0.6099.109"; "four parts that are no address")]
    #[test_case("x", "x: 45.6% done" => "none"; "percent")]
    #[test_case("x", "x took 3.5s" => "none"; "seconds")]
    #[test_case("x", "x took 3.5 s" => "none"; "seconds apart")]
    #[test_case("x", "x 12.5ms, 3.5 MB" => "none"; "milliseconds and megabytes")]
    #[test_case("x", "x 8GB free" => "none"; "gigabytes")]
    #[test_case("x", "x 64 bit" => "none"; "bits")]
    #[test_case("x", "x 64-bit 1.2" => "1.2"; "bits and a version")]
    #[test_case("x", "x 1.1.1s" => "1.1.1"; "a letter that is no unit")]
    #[test_case("x", "x 12:30:45 ready" => "none"; "a time")]
    #[test_case("x", "usage: x 5.0\nUso: x 5.0\n  -t SECONDS timeout (default: 30.5)\n--level 5.0 of x" => "none"; "a usage")]
    #[test_case("x", "see the manual page x(1)." => "none"; "a page of a manual")]
    #[test_case("xterm", "XTerm(379)" => "379"; "in brackets")]
    #[test_case("systemctl", "systemctl 252 (252.17-1~deb12u1)" => "252.17"; "a whole number and more")]
    #[test_case("ffmpeg", "ffmpeg version N-109468-gd39b34123d\nbuilt with gcc 12.2.0 (Debian 12.2.0-14)" => "none"; "its compiler")]
    #[test_case("lint", "lint has version (devel) built with go1.21.5 from abc" => "none"; "what it was built with")]
    #[test_case("foo", "foo version: dev\nGo version: go1.21.5" => "none"; "the version of Go")]
    #[test_case("cosign", "GitVersion: v2.2.1\nGoVersion: go1.21.5" => "2.2.1"; "beside the version of Go")]
    #[test_case("sshd", "OpenSSH_9.2, OpenSSL 3.0.19 27 Jan 2026" => "9.2"; "the server of ssh")]
    fn finds(words: &str, said: &str) -> String {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        match find(&words, &[said.to_owned()]) {
            Found::Nothing => "none".to_owned(),
            Found::One(one) => one.to_string(),
            Found::Several(found) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
        }
    }

    #[test]
    fn standard_error_counts_where_standard_output_has_nothing() {
        let find = |said: [&str; 2]| find(&["x".to_owned()], &said.map(str::to_owned));
        assert_eq!(find(["x 1.2", "x 3.4"]), Found::One("1.2".parse().unwrap()));
        assert_eq!(find(["", "x 3.4"]), Found::One("3.4".parse().unwrap()));
    }
}
