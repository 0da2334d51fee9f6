//! Carries effects out: one arm for each, which looks first and then converges.

use anyhow::Result;

use crate::context::Context;
use crate::effect::{Applied, Effect};
use crate::report::Failure;

/// Makes it so. What is already right is left alone.
///
/// # Errors
/// Exit code 1 where the world says no, 3 where it cannot be reached.
pub async fn apply(_cx: &Context, effect: &Effect) -> Result<Applied> {
    Err(Failure::not_supported(&effect.describe()).into())
}
