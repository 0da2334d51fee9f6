//! The story that `zarpe demo` tells with the embedded GitHub.
