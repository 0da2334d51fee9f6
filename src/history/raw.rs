//! A commit object as git stores it, read without a library: only what a release asks of it.
//! Format: gitformat-commit is not written down by git; the headers are those of `git cat-file -p`.

use jiff::Timestamp;

use super::{Commit, Person, Sha};

/// The name of an object in git's SHA-1 form; libgit2 opens no other repository.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id([u8; 20]);

impl Id {
    /// From the 20 bytes of the name; `None` for any other length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// From 40 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 20];
        let (pairs, rest) = text.as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        // Every name of a history comes through here: one look at the end instead of one at each digit.
        let mut wrong = 0;
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (digit(*high), digit(*low));
            wrong |= high | low;
            *byte = high << 4 | low & 15;
        }
        (wrong & 0x80 == 0).then_some(Self(bytes))
    }

    /// The 20 bytes of the name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The name in full.
    #[must_use]
    pub fn sha(&self) -> Sha {
        let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
        let mut name = String::with_capacity(40);
        for byte in self.0 {
            name.push(digit(byte >> 4));
            name.push(digit(byte & 15));
        }
        Sha(name)
    }
}

/// The value of a hexadecimal digit; the highest bit is set where it is none.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        b'A'..=b'F' => byte - b'A' + 10,
        _ => 0x80,
    }
}

impl TryFrom<&Sha> for Id {
    type Error = anyhow::Error;

    fn try_from(sha: &Sha) -> Result<Self, Self::Error> {
        Self::from_hex(sha.as_str().as_bytes()).ok_or_else(|| {
            crate::report::Failure::cannot_tell(
                "git/sha256",
                format!("{sha} is a SHA-256 name, which libgit2 cannot read"),
            )
            .into()
        })
    }
}

impl std::fmt::Debug for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Id({})", self.sha().short())
    }
}

impl std::hash::Hash for Id {
    // An object's name is a hash already: eight of its bytes say as much as hashing all of them again would.
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)));
    }
}

/// What the walk through the graph needs of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// The parents, the first first.
    pub parents: Vec<Id>,
    /// Seconds since 1970 by the committer's clock; 0 where the line is not readable.
    pub committed: i64,
}

impl Links {
    /// Reads the headers of a commit object; `None` where it is none.
    #[must_use]
    pub fn parse(object: &[u8]) -> Option<Self> {
        let mut rest = Id::from_hex(line(object).0.strip_prefix(b"tree ")?).map(|_| line(object).1)?;
        let mut parents = Vec::with_capacity(1);
        while let (Some(name), after) = (line(rest).0.strip_prefix(b"parent "), line(rest).1) {
            parents.push(Id::from_hex(name)?);
            rest = after;
        }
        let (author, rest) = line(rest);
        author.strip_prefix(b"author ")?;
        let committer = line(rest).0.strip_prefix(b"committer ")?;
        Some(Self { parents, committed: seconds(committer) })
    }
}

impl Commit {
    /// Reads a commit object; `None` where it is none. A message in ISO 8859-1 that says so is read as such, every other
    /// as UTF-8.
    #[must_use]
    pub fn parse(id: &Id, object: &[u8]) -> Option<Self> {
        let links = Links::parse(object)?;
        let (mut rest, mut author, mut latin1) = (object, None, false);
        let message = loop {
            let (header, after) = line(rest);
            if header.is_empty() {
                break after;
            }
            author = author.or(header.strip_prefix(b"author "));
            latin1 |= header.strip_prefix(b"encoding ").is_some_and(is_latin1);
            rest = after;
        };
        let text = |bytes: &[u8]| decode(bytes, latin1);
        let author = author?;
        Some(Self {
            sha: id.sha(),
            parents: links.parents.iter().map(Id::sha).collect(),
            author: person(&text(author)),
            authored: Timestamp::from_second(seconds(author)).unwrap_or_default(),
            message: text(message),
        })
    }
}

/// The tree of a commit object; `None` where this is none.
#[must_use]
pub fn root_tree(commit: &[u8]) -> Option<Id> {
    Id::from_hex(line(commit).0.strip_prefix(b"tree ")?)
}

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder.
    Tree,
    /// A file, a link or another repository's commit.
    Other,
}

/// The entry of a tree object that has this name. An entry is `MODE SP NAME NUL` and the 20 bytes of the object's name.
#[must_use]
pub fn tree_entry(tree: &[u8], name: &[u8]) -> Option<(EntryKind, Id)> {
    let mut rest = tree;
    while !rest.is_empty() {
        let space = rest.iter().position(|byte| *byte == b' ')?;
        let (mode, after) = (rest.get(..space)?, rest.get(space + 1..)?);
        let end = after.iter().position(|byte| *byte == 0)?;
        let (own, after) = (after.get(..end)?, after.get(end + 1..)?);
        let (id, after) = after.split_at_checked(20)?;
        if own == name {
            let kind = if mode == b"40000" { EntryKind::Tree } else { EntryKind::Other };
            return Some((kind, Id::from_bytes(id)?));
        }
        rest = after;
    }
    None
}

/// The object that an annotated tag names, and whether that is a tag again; `None` where this is no tag object.
#[must_use]
pub fn tag_target(object: &[u8]) -> Option<(Id, TagTarget)> {
    let (first, rest) = line(object);
    let target = Id::from_hex(first.strip_prefix(b"object ")?)?;
    let kind = match line(rest).0.strip_prefix(b"type ")? {
        b"commit" => TagTarget::Commit,
        b"tag" => TagTarget::Tag,
        _ => TagTarget::Other,
    };
    Some((target, kind))
}

/// What an annotated tag names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagTarget {
    /// A commit.
    Commit,
    /// Another annotated tag.
    Tag,
    /// A tree or a blob: no release.
    Other,
}

/// The first line without its end, and what follows.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes);
    end.and_then(|end| Some((bytes.get(..end)?, bytes.get(end + 1..)?))).unwrap_or((bytes, &[]))
}

/// The seconds of `Name <mail> SECONDS ZONE`; 0 where there are none.
fn seconds(person: &[u8]) -> i64 {
    let after_mail =
        person.iter().rposition(|byte| *byte == b'>').and_then(|at| person.get(at + 1..)).unwrap_or_default();
    std::str::from_utf8(after_mail)
        .ok()
        .and_then(|text| text.split_ascii_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn person(text: &str) -> Person {
    let (name, rest) = text.split_once('<').unwrap_or((text, ""));
    let email = rest.rsplit_once('>').map_or(rest, |(email, _)| email);
    Person { name: name.trim().to_owned(), email: email.trim().to_owned() }
}

fn is_latin1(encoding: &[u8]) -> bool {
    [&b"iso-8859-1"[..], b"iso8859-1", b"latin1", b"latin-1"].iter().any(|name| encoding.eq_ignore_ascii_case(name))
}

fn decode(bytes: &[u8], latin1: bool) -> String {
    if latin1 { bytes.iter().copied().map(char::from).collect() } else { String::from_utf8_lossy(bytes).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(headers: &str, message: &[u8]) -> Vec<u8> {
        let mut object = format!("tree {}\n{headers}\n\n", "0".repeat(40)).into_bytes();
        object.extend_from_slice(message);
        object
    }

    #[test]
    fn reads_what_a_release_asks_of_a_commit() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let object = object(
            &format!(
                "parent {a}\nparent {b}\nauthor Ana <ana@example.com> 86400 +0200\ncommitter Bo <bo@example.com> 86401 +0000\n\
                 gpgsig -----BEGIN\n author Eve <eve@example.com> 1 +0000\n -----END"
            ),
            b"fix: a\n\nbody\n",
        );
        let commit = Commit::parse(&Id::from_hex(&[b'1'; 40]).unwrap(), &object).unwrap();
        assert_eq!(commit.parents, [Sha::parse(&a).unwrap(), Sha::parse(&b).unwrap()]);
        assert_eq!(commit.author, Person { name: "Ana".into(), email: "ana@example.com".into() });
        assert_eq!(commit.authored.to_string(), "1970-01-02T00:00:00Z");
        assert_eq!(commit.message, "fix: a\n\nbody\n");
        assert_eq!(Links::parse(&object).unwrap().committed, 86401);
    }

    #[test]
    fn odd_commits_are_read_and_broken_ones_are_not() {
        let id = Id::from_hex(&[b'1'; 40]).unwrap();
        let latin1 =
            object("author A <a> x\ncommitter A <a> 9999999999999999999 +0000\nencoding ISO-8859-1", b"fix: a\xf1o");
        let commit = Commit::parse(&id, &latin1).unwrap();
        assert_eq!((commit.message.as_str(), commit.authored), ("fix: año", Timestamp::UNIX_EPOCH));
        let utf8 = object("author <> 1 +0000\ncommitter <> 1 +0000", b"fix: a\xf1o");
        assert_eq!(Commit::parse(&id, &utf8).unwrap().message, "fix: a\u{fffd}o");
        for broken in [&b""[..], b"tree x\n", b"author A <a> 1 +0000\n", &object("parent 12\nauthor A <a> 1", b"")] {
            assert!(Commit::parse(&id, broken).is_none(), "{:?}", String::from_utf8_lossy(broken));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let id = Id::from_hex(&[b'1'; 40]).unwrap();
            let _ = (Commit::parse(&id, &bytes), tag_target(&bytes), Id::from_hex(&bytes), tree_entry(&bytes, b"a"));
            let _ = Commit::parse(&id, &object("author A <a> 1\ncommitter A <a> 1", &bytes));
        }

        #[test]
        fn a_name_survives_both_forms(bytes: [u8; 20]) {
            let id = Id::from_bytes(&bytes).unwrap();
            proptest::prop_assert_eq!(Id::try_from(&id.sha()).unwrap(), id);
        }
    }
}
