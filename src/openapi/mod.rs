//! What changed for callers of an OpenAPI document, and what breaks them. Pure: documents in, changes out.
