//! The body of a form with files (RFC 7578).

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The name of the file, where it is one.
    pub file: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The types of files that forms are tried with; any other one is bytes.
const TYPES: [(&str, &str); 8] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("pdf", "application/pdf"),
    ("json", "application/json"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
];

/// The content type and the body. The boundary must be random: it must not stand in any part.
#[must_use]
pub fn multipart(parts: &[Part], boundary: &str) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for part in parts {
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name)).bytes());
        if let Some(file) = &part.file {
            let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
            let known = TYPES.into_iter().find(|(known, _)| *known == extension).map(|(_, kind)| kind);
            let kind = known.unwrap_or("application/octet-stream");
            body.extend(format!("; filename=\"{}\"\r\nContent-Type: {kind}", quoted(file)).bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(&part.bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// As browsers write a name (WHATWG, multipart/form-data encoding algorithm).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_written() {
        let parts = [
            Part { name: "a\"b".to_owned(), file: None, bytes: b"1".to_vec() },
            Part { name: "image".to_owned(), file: Some("x.png".to_owned()), bytes: vec![0, 255] },
        ];
        let (kind, body) = multipart(&parts, "edge");
        assert_eq!(kind, "multipart/form-data; boundary=edge");
        let expected = [
            b"--edge\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n1\r\n".as_slice(),
            b"--edge\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n--edge--\r\n",
        ];
        assert_eq!(body, expected.concat());
    }
}
