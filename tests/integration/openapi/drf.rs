//! What drf-spectacular 0.30 wrote for one small application: one change gives one finding, and none gives none.

use zarpe::openapi::rules::Profile;
use zarpe::openapi::{Change, Document, compare_for};

const APP_3_0: &str = include_str!("drf/app-3.0.yaml");
/// The same application, with `OAS_VERSION: 3.1.0`. What it still writes as `nullable` means what it meant.
const APP_3_1: &str = include_str!("drf/app-3.1.yaml");
/// A field `status` of another model renames `StatusEnum` to `OrderStatusEnum`.
const APP_WITH_STATUS: &str = include_str!("drf/app-with-status.yaml");
/// With `COMPONENT_SPLIT_REQUEST`, and three parsers.
const SPLIT: &str = include_str!("drf/split.yaml");
/// The same, where a field of a nested serializer has a larger `min_length`.
const SPLIT_LONGER: &str = include_str!("drf/split-longer.yaml");

fn changes(base: &str, head: &str, profile: Profile) -> Vec<Change> {
    let document = |text| Document::parse("schema.yml", text).unwrap();
    compare_for(&document(base), &document(head), None, profile).changes
}

fn ids(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.id.as_str()).collect()
}

#[test]
fn the_version_of_the_specification_is_no_change() {
    for profile in [Profile::Wire, Profile::Codegen] {
        assert_eq!(changes(APP_3_0, APP_3_1, profile), []);
        assert_eq!(changes(APP_3_1, APP_3_0, profile), []);
    }
}

#[test]
fn a_component_that_another_field_renames_is_no_change_of_the_wire() {
    let found = changes(APP_3_0, APP_WITH_STATUS, Profile::Wire);
    assert_eq!(ids(&found), ["response-required-property-added"]);
    assert_eq!(found[0].level, zarpe::report::Level::Info);
    let found = changes(APP_3_0, APP_WITH_STATUS, Profile::Codegen);
    assert_eq!(ids(&found), ["api-component-renamed", "response-required-property-added"]);
    assert!(found[0].text.ends_with("from `StatusEnum` to `OrderStatusEnum`"), "{}", found[0].text);
}

#[test]
fn one_limit_of_a_split_component_is_one_change() {
    let found = changes(SPLIT, SPLIT_LONGER, Profile::Wire);
    assert_eq!(ids(&found), ["request-property-min-length-increased"]);
    assert_eq!(found[0].also, ["response-property-min-length-increased"]);
    let elsewhere: Vec<&str> = found[0].elsewhere.iter().map(|(_, head)| head.pointer.as_str()).collect();
    assert_eq!(elsewhere, ["/components/schemas/Line/properties/sku/minLength"]);
    let reached = |level| found[0].occurrences.iter().filter(|one| one.level == level).count();
    assert_eq!((reached(zarpe::report::Level::Error), reached(zarpe::report::Level::Info)), (3, 5));
}
