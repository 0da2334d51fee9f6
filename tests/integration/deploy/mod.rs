//! `zarpe deploy`.

mod check;
