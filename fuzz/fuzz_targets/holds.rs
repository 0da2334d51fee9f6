//! What holds for every text: said once, for the fuzzer and for the tests, which run the corpora.

use zarpe::openapi::{Bundle, Document, compare};

/// What stands between the two documents of a pair.
pub const BETWEEN: &str = "\n=====\n";

/// The changes of what is the same. Of what stands behind a reference to another document it cannot be told.
fn changed(comparison: &zarpe::openapi::Comparison) -> Vec<&zarpe::openapi::Change> {
    comparison.changes.iter().filter(|change| !change.id.ends_with("-reference-not-followed")).collect()
}

/// Whatever the text is, reading it ends, and a document does not differ from itself.
pub fn document(text: &str) {
    let Ok(document) = Document::parse("x", text) else { return };
    let comparison = compare(&document, &document);
    assert!(
        comparison.identical && changed(&comparison).is_empty(),
        "it differs from itself: {:#?}",
        comparison.changes
    );
    // As the first file of several; every other one is the same text again.
    let Ok(mut bundle) = Bundle::new("a/x", text) else { return };
    for _ in 0..20 {
        let Some(wanted) = bundle.wanted() else { break };
        if bundle.add(&wanted, text).is_err() {
            break;
        }
    }
    if let Ok(document) = bundle.finish() {
        let comparison = compare(&document, &document);
        assert!(changed(&comparison).is_empty(), "it differs from itself: {:#?}", comparison.changes);
    }
}

/// Whatever two texts are, comparing them ends; each change has a fingerprint of its own, and what is the same has none.
pub fn pair(text: &str) {
    let Some((old, new)) = text.split_once(BETWEEN) else { return document(text) };
    let (Ok(old), Ok(new)) = (Document::parse("old", old), Document::parse("new", new)) else { return };
    let comparison = compare(&old, &new);
    assert!(
        !comparison.identical || changed(&comparison).is_empty(),
        "the same, and changed: {:#?}",
        comparison.changes
    );
    let is_more = comparison.bump() > zarpe::openapi::Bump::Patch;
    assert_eq!(is_more, !comparison.changes.is_empty(), "{:?} for {:#?}", comparison.bump(), comparison.changes);
}
