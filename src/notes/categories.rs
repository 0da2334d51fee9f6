//! `.github/release.yml`: how GitHub's own generated notes are sorted, for teams that have such a file.
//!
//! <https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes>

use anyhow::Result;
use serde::Deserialize;

use super::{Rule, Rules};

/// The file. GitHub reads past what it does not know, and so do we.
#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    changelog: Changelog,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Changelog {
    exclude: Exclude,
    categories: Vec<Category>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Exclude {
    labels: Vec<String>,
    authors: Vec<String>,
}

#[derive(Deserialize)]
struct Category {
    title: String,
    labels: Vec<String>,
    #[serde(default)]
    exclude: Exclude,
}

/// The sections of such a file, and what it leaves out.
///
/// # Errors
/// Exit code 2 where it is no such file, with the line.
pub fn categories(file: &str, text: &str) -> Result<Rules> {
    let File { changelog: Changelog { exclude, categories } } = crate::yaml::from_str(file, text)?;
    let rule = |category: Category| Rule {
        title: category.title,
        labels: category.labels,
        without_labels: category.exclude.labels,
        without_authors: category.exclude.authors,
        ..Rule::default()
    };
    Ok(Rules {
        sections: categories.into_iter().map(rule).collect(),
        hidden_labels: exclude.labels,
        hidden_authors: exclude.authors,
        ..Rules::default()
    })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let text = "changelog:\n  exclude:\n    labels: [ignore-for-release]\n    authors: [octocat]\n  categories:\n    - title: Breaking\n      labels: [semver-major]\n    - title: Other\n      labels: ['*']\n      exclude: {labels: [dependencies]}\n";
        let rules = categories("release.yml", text).unwrap();
        let titles: Vec<&str> = rules.sections.iter().map(|rule| rule.title.as_str()).collect();
        assert_eq!((titles, rules.hidden_labels), (vec!["Breaking", "Other"], vec!["ignore-for-release".to_owned()]));
        assert_eq!(rules.sections[1].without_labels, ["dependencies"]);
    }

    #[test_case("" => true; "nothing")]
    #[test_case("changelog: {}\n" => true; "nothing in it")]
    #[test_case("changelog:\n  categories:\n    - labels: [a]\n" => false; "a category without a title")]
    #[test_case("changelog: [\n" => false; "no YAML")]
    fn is_read(text: &str) -> bool {
        categories("release.yml", text).is_ok()
    }
}
