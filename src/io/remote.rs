//! The git remote, reached by the git program: what tags it has, and atomic, create-only pushes.
