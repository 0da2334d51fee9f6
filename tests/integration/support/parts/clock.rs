//! Programs that live at another time: libfaketime from Debian, which they load before the system's library.

use std::path::PathBuf;

/// The variables of a process whose clock is so many seconds ahead; none where it is right. `None` where it is not installed.
pub fn ahead(seconds: i64) -> Option<Vec<(&'static str, String)>> {
    if seconds == 0 {
        return Some(Vec::new());
    }
    let library = library()?.display().to_string();
    Some(vec![("LD_PRELOAD", library), ("FAKETIME", format!("{seconds:+}")), ("NO_FAKE_STAT", "1".to_owned())])
}

/// The variables of a process whose clock is ahead by what a file says whenever it is asked (`+7200`), so that time passes in the
/// middle of a run. `None` where it is not installed.
pub fn by_file(file: &std::path::Path) -> Option<Vec<(&'static str, String)>> {
    std::fs::write(file, "+0").unwrap();
    let on = |name| (name, "1".to_owned());
    let (library, file) = (library()?.display().to_string(), file.display().to_string());
    let named = [("LD_PRELOAD", library), ("FAKETIME_TIMESTAMP_FILE", file.clone()), ("CLOCK", file)];
    let set = ["NO_FAKE_STAT", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"].map(on);
    Some(named.into_iter().chain(set).collect())
}

/// The library.
pub fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    folders.map(|folder| folder.join("faketime/libfaketime.so.1")).find(|library| library.exists())
}

/// How far ahead it is half past ten in the evening in Mexico City, which is six hours behind UTC all year.
pub fn until_the_evening() -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    (4 * 3600 + 1800 - i64::try_from(now).unwrap() % DAY).rem_euclid(DAY)
}
