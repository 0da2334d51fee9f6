//! `pom.xml`: the project's own version, or the property that it stands for (`${revision}`).

use std::ops::Range;

use roxmltree::{Document, Node};

/// Where the version stands.
pub(super) fn place(text: &str) -> Result<Range<usize>, String> {
    let document = Document::parse(text).map_err(|error| format!("this is no XML: {error}"))?;
    let project = document.root_element();
    let version = child(project, "version")
        .ok_or("there is no <version> in <project>: one that is inherited is stated by the parent")?;
    let property = version.text().unwrap_or_default().trim().strip_prefix("${").and_then(|name| name.strip_suffix('}'));
    let node = match property {
        None => version,
        Some(name) => child(project, "properties")
            .and_then(|properties| child(properties, name))
            .ok_or_else(|| format!("the version is ${{{name}}}, and <properties> has no such one"))?,
    };
    let inner = node.first_child().filter(Node::is_text).ok_or("the version is empty")?;
    let range = inner.range();
    let raw = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (raw.len() - raw.trim_start().len());
    Ok(start..start + raw.trim().len())
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| {
        child.has_tag_name((child.tag_name().namespace().unwrap_or(""), name)) || child.tag_name().name() == name
    })
}
