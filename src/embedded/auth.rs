//! Who asks, and whether they may.

use base64::Engine as _;
use http::{HeaderMap, StatusCode, header};

use super::reply::Reply;
use super::state::{Access, Quota, Role, State, Token, TokenKind};

/// Who asks.
#[derive(Clone)]
pub(super) enum Caller {
    /// Nobody that is known.
    Anonymous,
    /// The bearer of a token.
    Known {
        /// The token's text.
        text: String,
        /// What it may do.
        token: Token,
    },
}

/// What a route asks of its caller.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    /// Nothing.
    Nothing,
    /// To be somebody.
    Somebody,
    /// A permission of the repository.
    Permission(&'static str, Access),
}

impl Needs {
    pub(super) const fn read(permission: &'static str) -> Self {
        Self::Permission(permission, Access::Read)
    }

    pub(super) const fn write(permission: &'static str) -> Self {
        Self::Permission(permission, Access::Write)
    }
}

impl Caller {
    /// Reads the credentials of a request.
    ///
    /// # Errors
    /// 401 where there are some and they are not known.
    pub(super) fn of(headers: &HeaderMap, state: &State) -> Result<Self, Box<Reply>> {
        let bad = || Reply::refusal(StatusCode::UNAUTHORIZED, "Bad credentials");
        let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(Self::Anonymous) };
        let text = header.to_str().ok().and_then(credentials).ok_or_else(bad)?;
        let token = state.tokens.get(&text).ok_or_else(bad)?.clone();
        if token.expires_at.is_some_and(|end| end <= state.now) {
            return Err(bad());
        }
        Ok(Self::Known { text, token })
    }

    /// The login that acts; nobody's is empty.
    pub(super) fn login(&self) -> &str {
        match self {
            Self::Anonymous => "",
            Self::Known { token, .. } => &token.login,
        }
    }

    /// The scopes of a classic token; other tokens have permissions instead.
    pub(super) fn scopes(&self) -> Option<&'static str> {
        match self {
            Self::Known { token, .. } if token.kind == TokenKind::Classic => Some("repo, workflow"),
            _ => None,
        }
    }

    /// The quota that the request counts against.
    pub(super) fn quota<'a>(&self, state: &'a mut State) -> Option<&'a mut Quota> {
        match self {
            Self::Anonymous => Some(&mut state.limits.anonymous),
            Self::Known { text, .. } => state.tokens.get_mut(text).map(|token| &mut token.quota),
        }
    }

    /// Whether the repository is there for the caller at all.
    pub(super) fn sees_repository(&self, state: &State) -> bool {
        match self {
            Self::Anonymous => !state.repository.private,
            Self::Known { token, .. } => token.kind == TokenKind::Workflow || state.role(&token.login) >= Role::Read,
        }
    }

    /// Whether the caller may do what a route of the repository does. A classic token may do what its person may do.
    pub(super) fn allows(&self, state: &State, permission: &str, access: Access) -> bool {
        match self {
            Self::Anonymous => access == Access::Read && !state.repository.private && permission != "administration",
            Self::Known { token, .. } => {
                let personal = token.kind != TokenKind::Workflow;
                let needed = match (permission, access) {
                    ("administration", _) => Role::Admin,
                    // Anybody may review and comment what they can read.
                    (_, Access::Read) | ("pull_requests" | "issues", _) => Role::Read,
                    (_, Access::Write) => Role::Write,
                };
                token.allows(permission, access) && (!personal || state.role(&token.login) >= needed)
            }
        }
    }

    /// Refuses what the caller may not do, in GitHub's words.
    pub(super) fn check(&self, state: &State, needs: Needs) -> Result<(), Box<Reply>> {
        match needs {
            Needs::Nothing => Ok(()),
            Needs::Somebody => match self {
                Self::Anonymous => Err(Reply::refusal(StatusCode::UNAUTHORIZED, "Requires authentication")),
                Self::Known { .. } => Ok(()),
            },
            Needs::Permission(..) if !self.sees_repository(state) => Err(Reply::not_found()),
            Needs::Permission(permission, access) if self.allows(state, permission, access) => Ok(()),
            Needs::Permission(..) => Err(self.refusal()),
        }
    }

    fn refusal(&self) -> Box<Reply> {
        match self {
            Self::Anonymous => Reply::refusal(StatusCode::UNAUTHORIZED, "Requires authentication"),
            Self::Known { token, .. } => match token.kind {
                TokenKind::Workflow => Reply::refusal(StatusCode::FORBIDDEN, "Resource not accessible by integration"),
                TokenKind::FineGrained => {
                    Reply::refusal(StatusCode::FORBIDDEN, "Resource not accessible by personal access token")
                }
                // A person without the role is not even told that the endpoint is there.
                TokenKind::Classic => Reply::not_found(),
            },
        }
    }
}

/// The token in an `Authorization` header: `Bearer T`, `token T`, or `Basic` with it as the password.
fn credentials(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "token" => Some(value.trim().to_owned()),
        "basic" => {
            let decoded = base64::engine::general_purpose::STANDARD.decode(value.trim()).ok()?;
            let (_, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
            Some(password.to_owned())
        }
        _ => None,
    }
}
