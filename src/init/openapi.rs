//! The OpenAPI documents of a repository, and what generates them.

use super::{Facts, Source};
use crate::report::{Finding, Level};

/// A tool that writes an OpenAPI document from an application's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Django REST framework: drf-spectacular.
    DrfSpectacular,
    /// FastAPI itself.
    FastApi,
    /// Spring: springdoc-openapi.
    Springdoc,
    /// Go: swag.
    Swag,
    /// Rust: utoipa.
    Utoipa,
}

/// A generator and how it is run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Detected {
    pub(super) generator: Generator,
    /// The file that names it.
    pub(super) from: String,
    /// The command that prints the document; `None` where the files do not say how.
    pub(super) command: Option<String>,
}

impl Generator {
    const ALL: [Self; 5] = [Self::DrfSpectacular, Self::FastApi, Self::Springdoc, Self::Swag, Self::Utoipa];

    /// Its name among its users.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DrfSpectacular => "drf-spectacular",
            Self::FastApi => "FastAPI",
            Self::Springdoc => "springdoc",
            Self::Swag => "swag",
            Self::Utoipa => "utoipa",
        }
    }

    /// How its users name it as a dependency.
    fn dependency(self) -> &'static str {
        match self {
            Self::DrfSpectacular => "drf-spectacular",
            Self::FastApi => "fastapi",
            Self::Springdoc => "springdoc-openapi",
            Self::Swag => "github.com/swaggo/swag",
            Self::Utoipa => "utoipa",
        }
    }

    fn declares(self, path: &str) -> bool {
        let file = name(path);
        match self {
            Self::DrfSpectacular | Self::FastApi => {
                matches!(file, "pyproject.toml" | "Pipfile" | "setup.py" | "setup.cfg")
                    || path.contains("requirements") && file.ends_with(".txt")
            }
            Self::Springdoc => matches!(file, "pom.xml" | "build.gradle" | "build.gradle.kts" | "libs.versions.toml"),
            Self::Swag => file == "go.mod",
            Self::Utoipa => file == "Cargo.toml",
        }
    }

    /// What makes its command possible, where it is not yet.
    fn missing(self) -> &'static str {
        match self {
            Self::DrfSpectacular => "no manage.py is tracked",
            Self::FastApi => "no tracked file makes the application as `app = FastAPI(…)`",
            Self::Springdoc => {
                "springdoc writes its document by a plugin: add springdoc-openapi-gradle-plugin or -maven-plugin"
            }
            Self::Swag => "swag writes files only",
            Self::Utoipa => "add a binary that prints `ApiDoc::openapi().to_yaml()`, as src/bin/openapi.rs",
        }
    }

    /// What the workflow does before the command can run.
    pub(super) fn preparation(self) -> &'static str {
        match self {
            Self::DrfSpectacular | Self::FastApi => "actions/setup-python, and install the application's requirements",
            Self::Springdoc => "actions/setup-java",
            Self::Swag => "actions/setup-go, and `go install github.com/swaggo/swag/cmd/swag@VERSION`",
            Self::Utoipa => "the Rust toolchain (the runner's own may do)",
        }
    }
}

/// Whether a file may say something about a document or its generator.
pub(super) fn is_telling(path: &str) -> bool {
    let file = name(path);
    !is_foreign(path)
        && (is_document_name(file)
            || Generator::ALL.iter().any(|generator| generator.declares(path))
            || matches!(file, "main.py" | "app.py" | "api.py" | "asgi.py" | "server.py" | "__init__.py")
            || path.contains("src/bin/") && file.ends_with(".rs"))
}

/// The tracked documents, the nearest to the top first.
pub(super) fn documents(facts: &Facts) -> Vec<String> {
    let mut paths: Vec<&str> = facts
        .sources
        .iter()
        .filter(|source| !is_foreign(&source.path) && is_document_name(name(&source.path)) && is_document(&source.text))
        .map(|source| source.path.as_str())
        .collect();
    paths.sort_by_key(|path| (path.matches('/').count(), *path));
    // The same document as YAML and as JSON is one: swag writes both.
    let is_twin = |path: &str| {
        path.strip_suffix("json")
            .is_some_and(|stem| ["yaml", "yml"].iter().any(|other| paths.contains(&format!("{stem}{other}").as_str())))
    };
    paths.iter().filter(|path| !is_twin(path)).map(|path| (*path).to_owned()).collect()
}

/// The generator that a dependency names, the nearest to the top first.
pub(super) fn generator(facts: &Facts) -> Option<Detected> {
    let mut sources: Vec<&Source> = facts.sources.iter().filter(|source| !is_foreign(&source.path)).collect();
    sources.sort_by_key(|source| (source.path.matches('/').count(), source.path.as_str()));
    sources.into_iter().find_map(|source| {
        let depends =
            |generator: &Generator| generator.declares(&source.path) && names(&source.text, generator.dependency());
        let generator = Generator::ALL.into_iter().find(depends)?;
        let command = command(generator, facts, &source.path, &source.text);
        Some(Detected { generator, from: source.path.clone(), command })
    })
}

/// What stands in the way of `zarpe openapi check`.
pub(super) fn remarks(documents: &[String], detected: Option<&Detected>) -> Vec<Finding> {
    let mut remarks = Vec::new();
    let Some(Detected { generator, command, .. }) = detected else { return remarks };
    if command.is_none() {
        let message = format!("{} is used, and the command that prints its document is not known", generator.name());
        remarks.push(Finding::new("init/generate", Level::Warning, message).help(generator.missing()));
    }
    if documents.is_empty() {
        let message = format!("{} is used, and no document of it is committed", generator.name());
        let help = "commit the document, then name it in zarpe.yml: `openapi: [{schema: openapi.yml}]`";
        remarks.push(Finding::new("init/schema", Level::Warning, message).help(help));
    }
    if documents.len() > 1 && command.is_some() {
        let message = format!("there are {} documents: the command is only given to the first", documents.len());
        remarks.push(Finding::new("init/schema", Level::Warning, message).help("check `openapi` in zarpe.yml"));
    }
    remarks
}

fn command(generator: Generator, facts: &Facts, declared_in: &str, declaration: &str) -> Option<String> {
    let folder = declared_in.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = folder.strip_suffix("requirements").map_or(folder, |above| above.trim_end_matches('/'));
    match generator {
        Generator::DrfSpectacular => {
            let manage = shortest(facts, |path| name(path) == "manage.py")?;
            Some(format!("python {} spectacular --format openapi", word(manage)))
        }
        Generator::FastApi => facts.sources.iter().find_map(|source| fastapi(source, root)),
        Generator::Springdoc if declaration.contains("springdoc-openapi-maven-plugin") => {
            Some("./mvnw --quiet --batch-mode verify >&2 && cat target/openapi.json".to_owned())
        }
        Generator::Springdoc if declaration.contains("org.springdoc.openapi-gradle-plugin") => {
            Some("./gradlew --quiet generateOpenApiDocs >&2 && cat build/openapi.json".to_owned())
        }
        Generator::Springdoc => None,
        Generator::Swag => {
            let main = shortest(facts, |path| name(path) == "main.go")?;
            let output = "folder=$(mktemp -d) && swag init --quiet --generalInfo";
            Some(format!(
                "{output} {} --outputTypes yaml --output \"$folder\" >&2 && cat \"$folder/swagger.yaml\"",
                word(main)
            ))
        }
        Generator::Utoipa => facts.sources.iter().find_map(|source| {
            let binary = name(source.path.split_once("src/bin/")?.1).strip_suffix(".rs")?;
            let prints = source.text.contains(".openapi()") || source.text.contains("::openapi()");
            prints.then(|| format!("cargo run --quiet --bin {}", word(binary)))
        }),
    }
}

/// `app = FastAPI(` in `app/main.py` is `app.main:app`, found from the folder of the requirements.
fn fastapi(source: &Source, root: &str) -> Option<String> {
    let (variable, _) = source.text.lines().find_map(|line| line.split_once("FastAPI("))?;
    let variable = variable.trim_end().strip_suffix('=')?.split(':').next()?.trim();
    let inside = if root.is_empty() { &source.path } else { source.path.strip_prefix(root)?.strip_prefix('/')? };
    let (from, module) = match inside.strip_prefix("src/") {
        Some(module) => (format!("{root}/src"), module),
        None => (root.to_owned(), inside),
    };
    let module = module.strip_suffix(".py")?.trim_end_matches("/__init__").replace('/', ".");
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    if !is_name(variable) || !is_name(&module) {
        return None;
    }
    let from = from.trim_start_matches('/');
    let path = if from.is_empty() { String::new() } else { format!("PYTHONPATH={} ", word(from)) };
    Some(format!(
        "{path}python -c 'import json; from {module} import {variable}; print(json.dumps({variable}.openapi(), indent=2))'"
    ))
}

fn shortest(facts: &Facts, is_wanted: impl Fn(&str) -> bool) -> Option<&str> {
    let paths = facts.paths.iter().map(String::as_str).filter(|path| is_wanted(path) && !is_foreign(path));
    paths.min_by_key(|path| (path.matches('/').count(), *path))
}

/// A text as one word of a shell's command line.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    if text.chars().all(is_plain) && !text.starts_with('-') {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Not the application's own: dependencies, tests and examples.
fn is_foreign(path: &str) -> bool {
    const FOLDERS: &[&str] =
        &["node_modules", "vendor", "third_party", "test", "tests", "testdata", "fixtures", "example", "examples"];
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|folder| FOLDERS.contains(&folder)))
}

fn is_document_name(file: &str) -> bool {
    let Some((stem, "yml" | "yaml" | "json")) = file.rsplit_once('.') else { return false };
    let stem = stem.to_ascii_lowercase();
    stem.contains("openapi")
        || stem.contains("swagger")
        || matches!(stem.as_str(), "schema" | "api" | "api-docs" | "api-schema")
}

fn is_document(text: &str) -> bool {
    let is_key = |line: &str| line.starts_with("openapi:") || line.starts_with("swagger:");
    let dense = || text.chars().filter(|c| !c.is_whitespace()).take(4_000).collect::<String>();
    if text.trim_start().starts_with('{') {
        let dense = dense();
        return dense.contains("\"openapi\":\"") || dense.contains("\"swagger\":\"");
    }
    text.lines().any(is_key)
}

/// Whether a dependency stands in a text as a word of its own, not in a comment: `fastapi` is not `fastapi-utils`.
fn names(text: &str, dependency: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let in_line = |line: &str| {
        let line = line.to_ascii_lowercase().replace('_', "-");
        let mut places = line.match_indices(dependency);
        places.any(|(at, _)| {
            let before = line.get(..at).unwrap_or_default();
            let after = line.get(at + dependency.len()..).unwrap_or_default();
            // springdoc's artifacts and swag's packages go on after the name.
            let ends = !after.starts_with(is_part) || dependency == "springdoc-openapi";
            ends && !before.ends_with(is_part)
        })
    };
    text.lines().map(str::trim_start).filter(|line| !line.starts_with('#') && !line.starts_with("//")).any(in_line)
}
