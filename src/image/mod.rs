//! Container images: how one is named, what it says that it was built from, and which tags it gets. Pure: `io::registry`
//! gives the values.

mod labels;
mod manifest;
mod name;
mod tags;

pub use labels::{Labels, Origin, judge};
pub use manifest::{Descriptor, Manifest};
pub use name::{Image, Source, is_image_tag};
pub use tags::{Moving, recorded, trailer};
