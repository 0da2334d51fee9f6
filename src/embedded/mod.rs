//! The embedded GitHub: a state model, the REST and GraphQL endpoints derived from it, the git remote beside them.
