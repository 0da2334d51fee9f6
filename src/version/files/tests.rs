//! Each kind of file, before and after: only the version's own bytes differ.

use test_case::test_case;

use super::*;

/// The text with `1.1.0`, and how many places were exchanged.
fn changed(kind: &Kind, text: &str) -> Result<(String, usize), String> {
    let stated = stated(kind, text)?;
    Ok((with_version(text, &stated, &Version::new(1, 1, 0)), stated.len()))
}

#[test_case("Cargo.toml", "[package] # ours\nname = 'boat'\nversion  =  \"1.0.0\" # here\n[dependencies]\nx = { version = \"1.0.0\" }\n"; "a crate")]
#[test_case("Cargo.toml", "[workspace.package]\r\nversion = '1.0.0'\r\n\r\n[package]\r\nversion.workspace = true\r\n"; "a workspace")]
#[test_case("a/package.json", "{\n\t\"name\": \"ñ\", \"version\" : \"1.0.0\",\n\t\"dependencies\": {\"version\": \"^1\"}\n}\n"; "npm")]
#[test_case("pyproject.toml", "[project]\nname = \"boat\"\nversion = \"1.0.0\"\n"; "python")]
#[test_case("pyproject.toml", "[tool.poetry]\nversion = \"1.0.0\" # y\n"; "poetry")]
#[test_case("pom.xml", "<?xml version=\"1.0\"?>\n<project xmlns=\"m\">\n <parent><version>9</version></parent>\n <!-- ours -->\n <version> 1.0.0 </version>\n</project>\n"; "maven")]
#[test_case("pom.xml", "<project><version>${revision}</version><properties><revision>1.0.0</revision></properties></project>"; "a property of maven")]
#[test_case("Chart.yaml", "apiVersion: v2\nversion: 1.0.0 # the chart\nappVersion: \"7\"\n"; "helm")]
fn only_the_version_is_exchanged(path: &str, text: &str) {
    let (after, places) = changed(&Kind::of(path).unwrap(), text).unwrap();
    assert_eq!(places, 1);
    let at = after.find("1.1.0").unwrap();
    assert_eq!(format!("{}1.0.0{}", &after[..at], &after[at + 5..]), text);
    assert_eq!(changed(&Kind::of(path).unwrap(), &after).unwrap().0, after, "again changes nothing");
}

#[test_case("{version}", "1.0.0\n" => Ok(("1.1.0\n".to_owned(), 1)); "the whole file")]
#[test_case("v = \"{version}\"", "v = \"1.0.0-rc.1\"\nw = \"2.0.0\"\n" => Ok(("v = \"1.1.0\"\nw = \"2.0.0\"\n".to_owned(), 1)); "a pre-release")]
#[test_case("boat:{version}", "boat:1.0.0 boat:1.0.0\n" => Ok(("boat:1.1.0 boat:1.1.0\n".to_owned(), 2)); "twice")]
#[test_case("boat:{version}", "boat:latest\n" => Err("no version stands there as `boat:{version}`".to_owned()); "none")]
fn a_pattern_finds(pattern: &str, text: &str) -> Result<(String, usize), String> {
    changed(&Kind::Text(pattern.to_owned()), text)
}

#[test]
fn the_application_of_a_chart_goes_with_it_where_it_did_before() {
    let (after, places) = changed(&Kind::Helm, "version: 1.0.0\nappVersion: '1.0.0'\n").unwrap();
    assert_eq!((after.as_str(), places), ("version: 1.1.0\nappVersion: '1.1.0'\n", 2));
}

#[test_case("[package]\nname = 'a'\nversion = '1.0.0'\n[dependencies]\nb = { path = 'b', version = '=1.0.0' }\nc = { path = 'c', version = '0.9.0' }\nd = { version = '1.0.0' }\n"; "inline")]
#[test_case("[workspace.package]\nversion = '1.0.0'\n[workspace.dependencies.b]\npath = 'b'\nversion = '1.0.0'\n"; "of the workspace")]
#[test_case("[package]\nversion = '1.0.0'\n[target.'cfg(unix)'.dev-dependencies]\nb = { version = '^1.0.0', path = '../b' }\n"; "of a target")]
fn what_asks_for_a_crate_of_the_same_workspace_goes_with_it(text: &str) {
    let (after, places) = changed(&Kind::Cargo, text).unwrap();
    assert_eq!((places, after), (2, text.replacen("1.0.0", "1.1.0", 2)));
}

#[test]
fn a_lock_is_changed_for_the_package_alone() {
    let lock = "version = 4\n\n[[package]]\nname = \"boat\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = \"r\"\n";
    let at = |manifest: &str| {
        let stated = stated_by_lock(&Kind::Cargo, manifest, lock).unwrap();
        with_version(lock, &stated, &Version::new(1, 1, 0))
    };
    let wanted = lock.replacen("1.0.0", "1.1.0", 1);
    assert_eq!(at("[package]\nname = \"boat\"\nversion = \"1.0.0\"\n"), wanted);
    assert_eq!(at("[workspace.package]\nversion = \"1.0.0\"\n"), wanted);
    let npm = "{\"version\": \"1.0.0\", \"packages\": {\"\": {\"version\": \"1.0.0\"}, \"node_modules/x\": {\"version\": \"1.0.0\"}}}";
    let stated = stated_by_lock(&Kind::Npm, "", npm).unwrap();
    assert_eq!(with_version(npm, &stated, &Version::new(1, 1, 0)), npm.replacen("1.0.0", "1.1.0", 2));
    let uv = "version = 1\n[[package]]\nname = \"boat\"\nversion = \"1.0.0\"\nsource = { editable = \".\" }\n\n[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = { registry = \"r\" }\n";
    let stated = stated_by_lock(&Kind::Python, "", uv).unwrap();
    assert_eq!(with_version(uv, &stated, &Version::new(1, 1, 0)), uv.replacen("1.0.0", "1.1.0", 1));
}

#[test_case("Cargo.toml", "[package]\nname = \"x\"\n"; "no version")]
#[test_case("Cargo.toml", "[package\n"; "no TOML")]
#[test_case("package.json", "{\"version\": 1}"; "a number")]
#[test_case("package.json", "{"; "no JSON")]
#[test_case("pyproject.toml", "[project]\ndynamic = [\"version\"]\n"; "dynamic")]
#[test_case("pom.xml", "<project><parent><version>1.0.0</version></parent></project>"; "inherited")]
#[test_case("pom.xml", "<project>"; "no XML")]
#[test_case("Chart.yaml", "name: x\n"; "a chart without one")]
fn what_states_no_version_of_its_own_is_an_error(path: &str, text: &str) {
    assert!(stated(&Kind::of(path).unwrap(), text).is_err());
}
