//! What the stages of one command share: each part of the world is opened once, when first asked for.
