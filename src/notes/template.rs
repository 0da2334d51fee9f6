//! Notes in a form of one's own: a template in minijinja, a dialect of Jinja2.
//!
//! What others wrote is made to show as text wherever a template puts it, unless the template says `|safe`.

use anyhow::Result;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use serde::Serialize;

use crate::output::escape;
use crate::report::{Failure, Location};

/// The built-in template for those who come from git-cliff, by its name.
pub const GIT_CLIFF: (&str, &str) = ("git-cliff", include_str!("templates/git-cliff.md.j2"));

/// How many steps a template may take for one release: one that never ends is stopped.
const FUEL: u64 = 20_000_000;

/// A template that was read.
#[derive(Debug)]
pub struct Template {
    file: String,
    environment: Environment<'static>,
}

impl Template {
    /// Reads a template; `file` is its name for messages.
    ///
    /// # Errors
    /// Exit code 2 with the line that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        Self::read(file, text, AutoEscape::Custom("markdown".into()))
    }

    /// Reads a template for text that is no Markdown: what others wrote is put as it is.
    ///
    /// # Errors
    /// As [`Template::parse`].
    pub fn plain(file: &str, text: &str) -> Result<Self> {
        Self::read(file, text, AutoEscape::None)
    }

    fn read(file: &str, text: &str, escape: AutoEscape) -> Result<Self> {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        // A tag alone on its line leaves no blank line behind.
        let syntax = SyntaxConfig::builder().trim_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| wrong(file, &error))?);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(move |_| escape.clone());
        environment.set_formatter(|out, state, value| {
            let written = match value.as_str() {
                Some(text) if !value.is_safe() && *state.auto_escape() != AutoEscape::None => {
                    out.write_str(&escape::markdown(text))
                }
                _ => write!(out, "{value}"),
            };
            written.map_err(Error::from)
        });
        let added = environment.add_template_owned(file.to_owned(), text.to_owned());
        added.map_err(|error| wrong(file, &error))?;
        Ok(Self { file: file.to_owned(), environment })
    }

    /// The text of one release.
    ///
    /// # Errors
    /// Exit code 2 with the line that asks for what is not there, or where it does not end.
    pub fn render(&self, context: &impl Serialize) -> Result<String> {
        let text = self.environment.get_template(&self.file).and_then(|template| template.render(Serde(context)));
        let mut text = text.map_err(|error| wrong(&self.file, &error))?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }
}

fn wrong(file: &str, error: &Error) -> Failure {
    let place = Location { file: file.to_owned(), line: error.line(), column: None };
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    Failure::usage("notes/template", format!("the template is wrong: {}{detail}", error.kind()))
        .at(place)
        .help("see what there is with `zarpe notes --context`, and the language at docs.rs/minijinja")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rendered(template: &str, context: &serde_json::Value) -> Result<String> {
        Template::parse("t.j2", template)?.render(context)
    }

    #[test]
    fn text_of_others_shows_as_text_unless_it_is_said_to_be_safe() {
        let context = json!({ "text": "<b> @ana [x](y)", "number": 7 });
        assert_eq!(rendered("{{ text }} {{ number }}", &context).unwrap(), "&lt;b&gt; @&#8203;ana \\[x\\](y) 7\n");
        assert_eq!(rendered("{{ text|safe }}", &context).unwrap(), "<b> @ana [x](y)\n");
        assert_eq!(rendered("{{ text|upper }}", &context).unwrap(), "&lt;B&gt; @&#8203;ANA \\[X\\](Y)\n");
    }

    #[test_case::test_case("a\n{{ b" => Some(2); "not closed")]
    #[test_case::test_case("a\n\n{{ nothing }}" => Some(3); "not there")]
    #[test_case::test_case("{% for i in range(99999999) %}{% for j in range(99999999) %}x{% endfor %}{% endfor %}" => Some(1); "without an end")]
    #[test_case::test_case("{% include 'other' %}" => Some(1); "another file")]
    fn a_wrong_template_is_refused_with_its_line(template: &str) -> Option<usize> {
        let failure = Failure::from_error(&rendered(template, &json!({})).unwrap_err());
        failure.finding.location.and_then(|place| place.line)
    }

    proptest! {
        #[test]
        fn no_template_makes_the_reader_panic(text in "([a-z ]|\\{\\{|\\}\\}|\\{%|%\\}|for |in |if |\\||'|\n){0,30}") {
            let _ = rendered(&text, &json!({ "a": "b" }));
        }
    }
}
