//! The documented API: `POST /jsonrpc` with an API token.
//!
//! ```text
//! call.rs   what is asked, and what is made of the answer
//! token.rs  signing in, which with a token is asking whether it is taken
//! ```
//!
//! There is no session: each request carries the token, as a header and never
//! in its address. A token that is not known, one whose administrator may not
//! use this API, and one that lacks a right all get the same answer, code -11
//! "No permission for the resource".

mod call;
mod token;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

pub(super) use self::call::Call;
use self::token::{ApiToken, Bearer};
use crate::config::Secret;
use crate::upstream::{Client, Deadline, Error, Keeper, Logins, aside};

const PATH: &str = "/jsonrpc";

/// "No permission for the resource".
const NO_PERMISSION: i64 = -11;

/// What all collectors that read by JSON-RPC share.
pub(super) struct Rpc {
    client: Client,
    keeper: Keeper<ApiToken>,
}

impl Rpc {
    /// The pages at the same system have their cookies, this has none of them.
    pub(super) fn new(client: &Client, token: Secret, logins: Logins) -> Self {
        let client = client.with_own_cookies();
        let keeper = Keeper::new(ApiToken::new(client.clone()), token, logins);
        Self { client, keeper }
    }

    /// What `look` makes of the data that `call` is answered with, for a collector.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        collector: &'static str,
        call: Call,
        deadline: Deadline,
        look: impl FnOnce(Value) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let call = Arc::new(call);
        let read = |token| -> BoxFuture<'static, _> {
            Box::pin(ask(self.client.clone(), token, Arc::clone(&call), deadline))
        };
        let (data, bytes) = self.keeper.with_session(collector, deadline, read).await?;
        aside(bytes, move || look(data)).await?
    }
}

/// The data of an answer, and how large that was.
async fn ask(
    client: Client,
    token: Bearer,
    call: Arc<Call>,
    deadline: Deadline,
) -> Result<(Value, usize), Error> {
    let reply = client.send(token.sign(call.request()), deadline).await?;
    let bytes = reply.body().len();
    let data = aside(bytes, move || call.data(&reply)).await??;
    Ok((data, bytes))
}
