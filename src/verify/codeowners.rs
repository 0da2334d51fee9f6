//! Who owns which files, by the rules of GitHub's CODEOWNERS,
//! <https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>.

use globset::{GlobBuilder, GlobMatcher};
use serde::Serialize;

/// Where GitHub looks for the file, in this order; the first that is there counts.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// How large the file may be; GitHub does not load a larger one.
pub const LARGEST: usize = 3 << 20;

/// A file of code owners.
#[derive(Clone, Debug, Default)]
pub struct CodeOwners {
    rules: Vec<Rule>,
    /// Lines that GitHub skips, from 1, each with the reason.
    pub skipped: Vec<(usize, &'static str)>,
}

/// A line: a pattern and the owners of what it matches; without owners nobody owns it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Number of the line, from 1.
    pub line: usize,
    /// The pattern as written.
    pub pattern: String,
    /// Its owners.
    pub owners: Vec<Owner>,
    globs: Vec<GlobMatcher>,
}

/// Who owns files. Logins and teams in lower case: GitHub makes no difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Owner {
    /// A person, by login.
    User(String),
    /// A team: `organisation/team`.
    Team(String),
    /// A person, by mail address.
    Email(String),
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(name) | Self::Team(name) => write!(f, "@{name}"),
            Self::Email(address) => f.write_str(address),
        }
    }
}

impl CodeOwners {
    /// Reads the file. A line that GitHub could not read is skipped, as GitHub does.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut read = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            match rule(line, text) {
                Ok(rule) => read.rules.extend(rule),
                Err(why) => read.skipped.push((line, why)),
            }
        }
        read
    }

    /// The line that says who owns a file: the last one that matches it. `None`: nobody does.
    #[must_use]
    pub fn rule_of(&self, path: &str) -> Option<&Rule> {
        let rule = self.rules.iter().rev().find(|rule| rule.globs.iter().any(|glob| glob.is_match(path)));
        rule.filter(|rule| !rule.owners.is_empty())
    }
}

/// The rule of a line; `None` where it holds nothing but a comment.
fn rule(line: usize, text: &str) -> Result<Option<Rule>, &'static str> {
    let mut words = words(text).into_iter().take_while(|word| !word.starts_with('#'));
    let Some(pattern) = words.next() else { return Ok(None) };
    let globs = globs(&pattern)?;
    let owners = words.map(|word| owner(&word).ok_or("an owner is neither @user, @org/team nor a mail address"));
    Ok(Some(Rule { line, owners: owners.collect::<Result<_, _>>()?, pattern, globs }))
}

/// The words of a line; `\ ` is a space within one.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, words.last_mut()) {
            ('\\', Some(word)) if characters.peek() == Some(&' ') => word.extend(characters.next()),
            (' ' | '\t' | '\r', _) => words.push(String::new()),
            (_, Some(word)) => word.push(character),
            (_, None) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn owner(word: &str) -> Option<Owner> {
    let is_name = |name: &str| !name.is_empty() && !name.contains(['@', '/']);
    match word.strip_prefix('@') {
        Some(name) => match name.split_once('/') {
            Some((organisation, team)) if is_name(organisation) && is_name(team) => {
                Some(Owner::Team(name.to_lowercase()))
            }
            None if is_name(name) => Some(Owner::User(name.to_lowercase())),
            _ => None,
        },
        None => {
            let (local, domain) = word.split_once('@')?;
            (is_name(local) && is_name(domain)).then(|| Owner::Email(word.to_lowercase()))
        }
    }
}

/// The globs of a pattern: as in `.gitignore`, without negation and ranges, and `dir/*` stays at one level.
fn globs(pattern: &str) -> Result<Vec<GlobMatcher>, &'static str> {
    if pattern.starts_with('!') {
        return Err("a pattern cannot be negated with !");
    }
    if pattern.contains(['[', ']']) {
        return Err("a pattern cannot have a range in [ ]");
    }
    if pattern.starts_with("\\#") {
        return Err("a pattern cannot begin with #");
    }
    let (path, is_folder) = pattern.strip_suffix('/').map_or((pattern, false), |path| (path, true));
    let anchored = path.contains('/');
    let path = path.strip_prefix('/').unwrap_or(path);
    // Braces mean nothing in these patterns, and something to the matcher.
    let path = path.replace('{', "[{]").replace('}', "[}]");
    let path = if anchored { path } else { format!("**/{path}") };
    let below = format!("{path}/**");
    let globs = match (is_folder, anchored && path.ends_with("/*")) {
        (true, _) => vec![below],
        (false, true) => vec![path],
        (false, false) => vec![path, below],
    };
    let glob = |glob: String| {
        let built = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build();
        built.map(|glob| glob.compile_matcher()).map_err(|_| "the pattern cannot be read")
    };
    globs.into_iter().map(glob).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use test_case::test_case;

    use super::*;

    // The examples of GitHub's documentation, and what its words say about them.
    #[test_case("*", "a/b.rs" => true; "everything")]
    #[test_case("*.js", "src/deep/app.js" => true; "an extension at any depth")]
    #[test_case("*.js", "src/app.jsx" => false; "another extension")]
    #[test_case("/build/logs/", "build/logs/1/a" => true; "a folder at the top")]
    #[test_case("/build/logs/", "x/build/logs/a" => false; "not below another one")]
    #[test_case("docs/*", "docs/getting-started.md" => true; "a direct child")]
    #[test_case("docs/*", "docs/build-app/troubleshooting.md" => false; "no deeper one")]
    #[test_case("apps/", "a/apps/b/c" => true; "a folder at any depth")]
    #[test_case("apps/", "apps" => false; "a file of a folder's name")]
    #[test_case("/docs/", "docs/a/b" => true; "a folder and all below")]
    #[test_case("/scripts", "scripts/deploy" => true; "without a slash at its end it may be a folder")]
    #[test_case("/scripts", "scripts" => true; "or a file")]
    #[test_case("**/logs", "build/logs/a" => true; "two stars before")]
    #[test_case("**/logs", "logs/a" => true; "two stars stand for nothing too")]
    #[test_case("/apps/github", "apps/github/x" => true; "a path from the top")]
    #[test_case("apps/github", "x/apps/github" => false; "a slash in the middle anchors")]
    #[test_case("foo*.rs", "a/foo-bar.rs" => true; "a star in a name")]
    #[test_case("/a*b", "a/b" => false; "a star crosses no slash")]
    #[test_case("a?c", "abc" => true; "one character")]
    #[test_case("{a,b}", "a" => false; "braces are braces")]
    #[test_case("{a,b}", "{a,b}" => true; "a name with braces")]
    #[test_case("my\\ file", "my file" => true; "a space in a name")]
    #[test_case("Makefile", "makefile" => false; "upper and lower case are two")]
    fn owns(pattern: &str, path: &str) -> bool {
        CodeOwners::parse(&format!("{pattern} @ana\n")).rule_of(path).is_some()
    }

    #[test]
    fn the_last_line_that_matches_counts_even_where_it_names_nobody() {
        let owners = CodeOwners::parse("* @ana\n/apps/ @acme/Apps ops@example.com # theirs\n/apps/free\n");
        let of = |path| owners.rule_of(path).map(|rule| (rule.line, rule.owners.clone()));
        assert_eq!(of("x"), Some((1, vec![Owner::User("ana".into())])));
        let apps = vec![Owner::Team("acme/apps".into()), Owner::Email("ops@example.com".into())];
        assert_eq!(of("apps/x"), Some((2, apps)));
        assert_eq!(of("apps/free"), None);
    }

    #[test]
    fn lines_that_github_cannot_read_are_skipped_and_told() {
        let owners = CodeOwners::parse("* @ana\n!x @b\n[ab] @b\n\\#x @b\n*.rs bruno\n*.rs @a/b/c\n\n# no rule\n");
        assert_eq!(owners.skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert_eq!(owners.rule_of("a.rs").map(|rule| rule.line), Some(1));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_the_last_line_wins(text in "([ -~]{0,12}\n){0,6}", path in "[ -~]{1,20}") {
            let owners = CodeOwners::parse(&text);
            let matching = |rule: &&Rule| rule.globs.iter().any(|glob| glob.is_match(&path));
            let last = owners.rules.iter().rfind(matching);
            prop_assert_eq!(
                owners.rule_of(&path).map(|rule| rule.line),
                last.filter(|rule| !rule.owners.is_empty()).map(|rule| rule.line)
            );
        }
    }
}
