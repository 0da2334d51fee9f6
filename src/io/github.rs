//! GitHub over octocrab as the transport: one client of ours, with our own retries, limits and structs.
