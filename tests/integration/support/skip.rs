//! How a test says that this machine cannot run it.

use std::io::Write as _;

/// Says why the test that calls this cannot run here: aloud in the summary of `tests/run`, which gives the file; with
/// `ZARPE_REQUIRE_ALL=1` a skip is a failure. The test returns after it.
#[track_caller]
pub fn skip(reason: &str) {
    assert!(
        std::env::var("ZARPE_REQUIRE_ALL").as_deref() != Ok("1"),
        "not skipped: everything is required, but {reason}"
    );
    if let Some(file) = std::env::var_os("ZARPE_SKIPS") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        writeln!(file, "{reason}").unwrap();
    }
    // Not `eprintln`: the test harness would keep it to itself.
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: {reason}").unwrap();
}
