//! TOML: `Cargo.toml` and its lock, `pyproject.toml`.

use std::ops::Range;

use toml_edit::{Document, Item, Table, TableLike};

fn parse(text: &str) -> Result<Document<&str>, String> {
    Document::parse(text).map_err(|error| format!("this is no TOML: {}", error.message()))
}

/// The text inside the quotes of a key of a table; tables are walked through.
fn place(text: &str, table: &dyn TableLike, keys: &[&str]) -> Option<Range<usize>> {
    let (last, before) = keys.split_last()?;
    let mut table = table;
    for key in before {
        table = table.get(key).and_then(Item::as_table_like)?;
    }
    quoted(text, table.get(last)?)
}

fn quoted(text: &str, item: &Item) -> Option<Range<usize>> {
    let (value, span) = (item.as_str()?, item.span()?);
    let start = span.start + 1;
    let place = start..start + value.len();
    // A version has no escapes: anything else in the quotes is none.
    (text.get(place.clone()) == Some(value)).then_some(place)
}

/// `package.version`, or that of `workspace.package`, which its members inherit; with it what asks for this very version of a
/// crate of the same workspace, because the next major one would not meet that.
pub(super) fn cargo(text: &str) -> Result<Vec<Range<usize>>, String> {
    let document = parse(text)?;
    let own = own(text, &document)?;
    let siblings = tables_of_dependencies(document.as_table())
        .flat_map(|table| table.iter())
        .filter_map(|(_, dependency)| dependency.as_table_like())
        .filter(|dependency| dependency.contains_key("path"))
        .filter_map(|dependency| quoted(text, dependency.get("version")?))
        .map(|place| {
            let operator = text.get(place.clone()).is_some_and(|asked| asked.starts_with(['=', '^', '~']));
            place.start + usize::from(operator)..place.end
        })
        .filter(|place| text.get(place.clone()) == text.get(own.clone()));
    Ok(std::iter::once(own.clone()).chain(siblings).collect())
}

fn own(text: &str, document: &Document<&str>) -> Result<Range<usize>, String> {
    let table = document.as_table();
    place(text, table, &["package", "version"])
        .or_else(|| place(text, table, &["workspace", "package", "version"]))
        .ok_or_else(|| "there is no `version` in [package] or [workspace.package]".to_owned())
}

/// Each table of dependencies of a manifest: its own, the workspace's and those of a target.
fn tables_of_dependencies(manifest: &Table) -> impl Iterator<Item = &dyn TableLike> {
    const NAMES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let within = |key: &str| manifest.get(key).and_then(Item::as_table_like);
    let targets = within("target").into_iter().flat_map(TableLike::iter).filter_map(|(_, item)| item.as_table_like());
    std::iter::once(manifest as &dyn TableLike)
        .chain(within("workspace"))
        .chain(targets)
        .flat_map(|table| NAMES.iter().filter_map(move |name| table.get(name)?.as_table_like()))
}

/// The entries of the lock that are this package, or the members of the workspace that inherit its version: those without a
/// source and with the version that the manifest states, or of its name.
pub(super) fn cargo_lock(manifest: &str, lock: &str) -> Result<Vec<Range<usize>>, String> {
    let document = parse(manifest)?;
    let version = manifest.get(self::own(manifest, &document)?);
    let get = |keys: [&str; 2]| place(manifest, document.as_table(), &keys);
    let own = get(["package", "version"]).and(get(["package", "name"])).and_then(|name| manifest.get(name));
    let locked = parse(lock)?;
    let packages = locked.get("package").and_then(Item::as_array_of_tables);
    let packages = packages.into_iter().flatten().filter(|package| package.get("source").is_none());
    let ours = packages.filter(|package| {
        let text = |key: &str| package.get(key).and_then(Item::as_str);
        own.map_or_else(|| text("version") == version, |own| text("name") == Some(own))
    });
    Ok(ours.filter_map(|package| quoted(lock, package.get("version")?)).collect())
}

/// The project's own entry in `uv.lock`: what stands at `.`. (Poetry's lock does not state it.)
pub(super) fn uv_lock(lock: &str) -> Result<Vec<Range<usize>>, String> {
    let locked = parse(lock)?;
    let packages = locked.get("package").and_then(Item::as_array_of_tables);
    let own = packages.into_iter().flatten().filter(|package| {
        let source = package.get("source").and_then(Item::as_table_like);
        let at = |key| source.and_then(|source| source.get(key)?.as_str());
        at("editable").or_else(|| at("virtual")) == Some(".")
    });
    Ok(own.filter_map(|package| quoted(lock, package.get("version")?)).collect())
}

/// `project.version`, or that of Poetry.
pub(super) fn python(text: &str) -> Result<Range<usize>, String> {
    let document = parse(text)?;
    let table = document.as_table();
    place(text, table, &["project", "version"])
        .or_else(|| place(text, table, &["tool", "poetry", "version"]))
        .ok_or_else(|| "there is no `version` in [project]: one that is dynamic is stated elsewhere".to_owned())
}
