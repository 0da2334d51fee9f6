//! The release notes. Pure: history in, Markdown out.
