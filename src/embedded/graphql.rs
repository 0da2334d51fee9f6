//! The GraphQL endpoint.

use http::StatusCode;

use super::auth::{Caller, Needs};
use super::call::Call;
use super::reply::{Answer, Reply};

/// Answers one query.
pub(super) fn answer(call: &mut Call<'_>) -> Answer {
    if matches!(call.caller, Caller::Anonymous) {
        return Err(Reply::refusal(StatusCode::UNAUTHORIZED, "This endpoint requires you to be authenticated."));
    }
    call.caller.check(call.state, Needs::Somebody)?;
    Err(Reply::not_found())
}
