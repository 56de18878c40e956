//! The documented API: `POST /jsonrpc` with an API token, or in a session of
//! FortiManager Cloud.
//!
//! ```text
//! call.rs   what is asked, and what is made of the answer
//! token.rs  signing in, which with a token is asking whether it is taken
//! cloud.rs  signing in to FortiManager Cloud, by way of FortiCloud
//! ```
//!
//! With a token there is no session: each request carries it, as a header and
//! never in its address. A token that is not known, one whose administrator may
//! not use this API, and one that lacks a right all get the same answer, code
//! -11 "No permission for the resource". A session's id stands in the body.

mod call;
mod cloud;
mod token;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

pub(super) use self::call::Call;
pub(super) use self::cloud::FortiCloud;
#[cfg(fuzzing)]
pub(super) use self::cloud::fuzzing;
use self::token::ApiToken;
use crate::config::Secret;
use crate::poll::SignOut;
use crate::upstream::{Client, Deadline, Error, Keeper, Logins, Request, SignIn, aside};

const PATH: &str = "/jsonrpc";

/// "No permission for the resource".
const NO_PERMISSION: i64 = -11;

/// What all collectors that read by JSON-RPC share, whichever way they are let in.
pub(super) struct Rpc(Box<dyn Door>);

impl Rpc {
    /// The pages at the same system have their cookies, this has none of them.
    pub(super) fn by_token(client: &Client, token: Secret, logins: Logins) -> Self {
        let client = client.with_own_cookies();
        let keeper = Keeper::new(ApiToken::new(client.clone()), token, logins);
        Self(Box::new(Way { client, keeper }))
    }

    /// An instance of FortiManager Cloud behind its sign-in.
    pub(super) fn in_session(client: Client, door: FortiCloud, password: Secret, logins: Logins) -> Self {
        let keeper = Keeper::new(door, password, logins);
        Self(Box::new(Way { client, keeper }))
    }

    /// What `look` makes of the data that `call` is answered with, for a collector.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        collector: &'static str,
        call: Call,
        deadline: Deadline,
        look: impl FnOnce(Value) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (data, bytes) = self.0.read(collector, call, deadline).await?;
        aside(bytes, move || look(data)).await?
    }
}

impl SignOut for Rpc {
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        self.0.sign_out(deadline)
    }
}

/// What a call needs to be answered.
trait Proof {
    /// The request for a call, with the proof in it.
    fn sign(&self, call: &Call) -> Request;
}

/// A way in, of any kind.
trait Door: Send + Sync {
    /// The data that a call is answered with, and how large the answer was.
    fn read(
        &self,
        collector: &'static str,
        call: Call,
        deadline: Deadline,
    ) -> BoxFuture<'_, Result<(Value, usize), Error>>;

    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()>;
}

struct Way<S: SignIn> {
    client: Client,
    keeper: Keeper<S>,
}

impl<S: SignIn<Session: Proof>> Door for Way<S> {
    fn read(
        &self,
        collector: &'static str,
        call: Call,
        deadline: Deadline,
    ) -> BoxFuture<'_, Result<(Value, usize), Error>> {
        let call = Arc::new(call);
        let read = move |proof: S::Session| -> BoxFuture<'static, _> {
            Box::pin(ask(self.client.clone(), proof, Arc::clone(&call), deadline))
        };
        Box::pin(self.keeper.with_session(collector, deadline, read))
    }

    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(self.keeper.sign_out(deadline))
    }
}

/// The data of an answer, and how large that was.
async fn ask(
    client: Client,
    proof: impl Proof,
    call: Arc<Call>,
    deadline: Deadline,
) -> Result<(Value, usize), Error> {
    let reply = client.send(proof.sign(&call), deadline).await?;
    let bytes = reply.body().len();
    let data = aside(bytes, move || call.data(&reply)).await??;
    Ok((data, bytes))
}
