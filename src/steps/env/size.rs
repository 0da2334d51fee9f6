//! Sizes as people write them, and the room that a folder must have.

use serde_json::Value;

const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1000),
    ("B", 1),
];

/// A size in bytes: `10GiB`, `500 MB`.
///
/// # Errors
/// What is wrong, with an example of what is right.
pub fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size: write it as 10GiB or 500MB");
    let (unit, factor) = UNITS
        .into_iter()
        .find(|(unit, _)| text.len() >= unit.len() && text.to_lowercase().ends_with(&unit.to_lowercase()))
        .ok_or_else(wrong)?;
    let number = text.get(..text.len() - unit.len()).unwrap_or_default().trim();
    let number: f64 = number.parse().map_err(|_| wrong())?;
    if !number.is_finite() || !(0.0..1e9).contains(&number) {
        return Err(wrong());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "0 to 1e21 bytes"
    )]
    let bytes = (number * factor as f64) as u64;
    Ok(bytes)
}

/// A size for people.
#[must_use]
pub(super) fn shown(bytes: u64) -> String {
    let (unit, factor) = UNITS.into_iter().take(4).find(|(_, factor)| bytes >= *factor).unwrap_or(("B", 1));
    #[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
    let number = bytes as f64 / factor as f64;
    format!("{number:.1} {unit}").replace(".0 ", " ")
}

/// The room that a folder must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// The folder.
    pub path: String,
    /// So many bytes must be free.
    pub min: u64,
}

/// The rooms that are asked for: `path=DIR` and `min=SIZE` in turn, or JSON objects of the two.
///
/// # Errors
/// What is wrong, with an example of what is right.
pub fn rooms(texts: &[String]) -> Result<Vec<Room>, String> {
    let example = "write it as path=/var/lib/docker and min=10GiB";
    let (mut found, mut path, mut min) = (Vec::new(), None, None);
    for text in texts {
        let pairs: Vec<(String, String)> = match serde_json::from_str(text) {
            Ok(Value::Object(pairs)) => {
                pairs.into_iter().map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned())).collect()
            }
            _ => text.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect(),
        };
        if pairs.is_empty() {
            return Err(format!("`{text}` is neither a path nor a size: {example}"));
        }
        for (key, value) in pairs {
            match key.as_str() {
                "path" if path.is_none() && !value.is_empty() => path = Some(value),
                "min" if min.is_none() => min = Some(size(&value)?),
                _ => return Err(format!("`{text}` does not fit here: {example}")),
            }
            if let (Some(folder), Some(least)) = (path.clone(), min) {
                found.push(Room { path: folder, min: least });
                (path, min) = (None, None);
            }
        }
    }
    if path.is_some() || min.is_some() {
        Err(format!("a path and a size belong together: {example}"))
    } else {
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("10GiB" => Some(10 << 30))]
    #[test_case("1.5 kb" => Some(1500))]
    #[test_case("7B" => Some(7))]
    #[test_case("10" => None; "no unit")]
    #[test_case("-1GB" => None; "negative")]
    #[test_case("GB" => None; "no number")]
    #[test_case("ñB" => None; "a letter")]
    fn reads(text: &str) -> Option<u64> {
        size(text).ok()
    }

    #[test_case(1536 => "1.5 KiB")]
    #[test_case(10 << 30 => "10 GiB")]
    #[test_case(0 => "0 B")]
    fn shows(bytes: u64) -> String {
        shown(bytes)
    }

    #[test_case(&["path=/a", "min=1B", "min=2B", "path=/b"] => Some("/a 1, /b 2".to_owned()); "two")]
    #[test_case(&["{\"path\":\"/a\",\"min\":\"1B\"}"] => Some("/a 1".to_owned()); "JSON")]
    #[test_case(&["path=/a"] => None; "no size")]
    #[test_case(&["path=/a", "path=/b"] => None; "two paths")]
    #[test_case(&["/a"] => None; "no key")]
    fn rooms_are_read(texts: &[&str]) -> Option<String> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let rooms = rooms(&texts).ok()?;
        Some(rooms.iter().map(|room| format!("{} {}", room.path, room.min)).collect::<Vec<_>>().join(", "))
    }
}
