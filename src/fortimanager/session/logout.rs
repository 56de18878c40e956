//! The ways out of a session.

use serde::Serialize;

use super::super::csrf::Csrf;
use super::super::envelope::{Status, status};
use super::AUTH;
use crate::upstream::{Client, Deadline, Reply, Request};

const API: &str = "/p/logout-api/";
const PAGE: &str = "/p/logout/";

#[derive(Serialize)]
struct Logout {
    url: &'static str,
    method: &'static str,
}

/// Ends a session: the own way of its generation first, then the others. When
/// nothing is left to try, it ends by its idle timeout.
pub(super) async fn sign_out(client: &Client, csrf: &Csrf, two_step: bool, deadline: Deadline) {
    if two_step && by_page(client, csrf, deadline).await {
        return;
    }
    let request = csrf.sign(Request::post_empty(API)).header("Referer", client.origin()).hanging_up();
    let by_api = client.send(request, deadline).await;
    if by_api.as_ref().is_ok_and(says_so) || by_method(client, csrf, deadline).await {
        return;
    }
    // A release before 7.2 whose generation has not been found out.
    if !two_step && by_api.is_ok_and(|reply| matches!(reply.status(), 404 | 405)) {
        by_page(client, csrf, deadline).await;
    }
}

/// The `logout` method of the login's own address.
async fn by_method(client: &Client, csrf: &Csrf, deadline: Deadline) -> bool {
    let request = Request::post_json(AUTH, &Logout { url: "/gui/userauth", method: "logout" });
    let request = csrf.sign_renamed(request).header("Referer", client.origin()).hanging_up();
    client.send(request, deadline).await.is_ok_and(|reply| says_so(&reply))
}

/// Before 7.2: a page like any other, which leads to the login page.
async fn by_page(client: &Client, csrf: &Csrf, deadline: Deadline) -> bool {
    let request = csrf.sign(Request::get(PAGE)).header("Referer", client.origin()).head_only().hanging_up();
    client.send(request, deadline).await.is_ok_and(|reply| matches!(reply.status(), 200..400))
}

fn says_so(reply: &Reply) -> bool {
    reply.is_success() && reply.json().is_some_and(|body| status(&body) == Status::Ok)
}
