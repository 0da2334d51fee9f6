//! The container images that workflows name.

use crate::yaml::{self, Limits, Node, Value};

use super::Source;

/// Whether a path is that of a workflow.
pub(super) fn is_workflow(path: &str) -> bool {
    path.strip_prefix(".github/workflows/")
        .is_some_and(|name| !name.contains('/') && (name.ends_with(".yml") || name.ends_with(".yaml")))
}

/// Each image with the first workflow that gives it to one of Docker's actions. An expression stays as it is written.
pub(super) fn named(sources: &[Source]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for source in sources.iter().filter(|source| is_workflow(&source.path)) {
        // A workflow that cannot be read names nothing: init does not judge it.
        let Ok(workflow) = yaml::parse(&source.path, &source.text, Limits::CONFIG) else { continue };
        let mut images = Vec::new();
        collect(&workflow, &mut images);
        for image in images {
            if !found.iter().any(|(known, _)| *known == image) {
                found.push((image, source.path.clone()));
            }
        }
    }
    found
}

/// Walks to every step; the parser bounds the depth.
fn collect(node: &Node, images: &mut Vec<String>) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, images)),
        Value::Mapping(entries) => {
            if text_of(node, "uses").is_some_and(|uses| uses.starts_with("docker/"))
                && let Some(with) = node.get("with")
            {
                let lists = ["images", "tags"].into_iter().filter_map(|key| text_of(with, key));
                images.extend(lists.flat_map(|list| list.split(['\n', ','])).filter_map(image));
            }
            entries.iter().for_each(|entry| collect(&entry.value, images));
        }
        _ => {}
    }
}

/// The name without its tag. What is no image's name (`type=sha`, `${{ steps.meta.outputs.tags }}`) is none.
fn image(text: &str) -> Option<String> {
    let name = text.trim().trim_start_matches("name=");
    let end = name.rfind('/').and_then(|slash| name.get(slash..)?.find([':', '@']).map(|colon| slash + colon));
    let name = name.get(..end.unwrap_or(name.len()))?;
    let is_name = name.contains('/')
        && !name.starts_with("type=")
        && !name.starts_with("${{")
        && !name.contains(char::is_control);
    is_name.then(|| name.to_owned())
}

fn text_of<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let Value::String(text) = &node.get(key)?.value else { return None };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_images_of_dockers_actions_are_found_once() {
        let text = "jobs:\n  build:\n    steps:\n      - uses: docker/metadata-action@v5\n        with:\n          images: |\n            ghcr.io/acme/app\n            name=ghcr.io/acme/worker\n          tags: type=sha\n      - uses: docker/build-push-action@v6\n        with:\n          tags: ghcr.io/acme/app:latest,localhost:5000/x:1\n      - uses: other/action@v1\n        with: {images: a/b}\n";
        let source = |path: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let found = named(&[source(".github/workflows/a.yml"), source(".github/workflows/b.yml"), source("c.yml")]);
        let images: Vec<&str> = found.iter().map(|(image, _)| image.as_str()).collect();
        assert_eq!(images, ["ghcr.io/acme/app", "ghcr.io/acme/worker", "localhost:5000/x"]);
        assert!(found.iter().all(|(_, workflow)| workflow == ".github/workflows/a.yml"));
    }
}
