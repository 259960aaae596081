//! Calls that nobody wants any more (note 6), as they look on the wire.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use netswitch::ovsdb::{Error, Options, Outcome, Transaction, TransactionBuilder};
use netswitch::vswitch::OpenVSwitchDatabase;
use serde_json::{Value, json};

use crate::peer::{Peer, SOON, chain, scripted};

fn comment() -> Transaction {
    let mut builder = TransactionBuilder::new();
    builder.comment("nothing");
    builder.build().unwrap()
}

async fn reply(peer: &mut Peer, asked: &Value, result: Value) {
    peer.send(json!({"id": asked["id"], "result": result, "error": null}).to_string())
        .await;
}

async fn expect_cancel(peer: &mut Peer, asked: &Value) {
    let cancel = json!({"id": null, "method": "cancel", "params": [asked["id"]]});
    assert_eq!(peer.request().await, cancel);
}

/// Polls it once, and lets the connection do what comes of it.
async fn begin<F: Future + Unpin>(future: &mut F) {
    let polled = |cx: &mut Context<'_>| Poll::Ready(Pin::new(&mut *future).poll(cx).is_pending());
    assert!(std::future::poll_fn(polled).await);
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_is_cancelled_at_once_and_its_late_reply_ignored() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let asked = peer.request().await;
        assert_eq!(asked["method"], "transact");
        // An answer to it shows that the transaction has been sent.
        let sign = peer.request().await;
        reply(&mut peer, &sign, json!([])).await;
        expect_cancel(&mut peer, &asked).await;
        reply(&mut peer, &asked, json!([{}])).await;
        let next = peer.request().await;
        assert_eq!(next["method"], "list_dbs");
        reply(&mut peer, &next, json!(["a"])).await;
        peer.linger().await;
    })
    .await;
    let client = &scripted.client;
    let operation = [json!({"op": "comment", "comment": "x"})];
    let mut dropped = Box::pin(client.transact_raw("db", &operation));
    begin(&mut dropped).await;
    client.list_databases().await.unwrap();
    drop(dropped);
    // The peer would wait for the cancel for ever.
    assert_eq!(client.list_databases().await.unwrap(), ["a"]);
    drop(scripted.client);
    scripted.script.await.unwrap();
}

/// Whichever call it is.
#[tokio::test]
async fn what_is_dropped_before_it_is_sent_never_is() {
    let (go, went) = tokio::sync::oneshot::channel::<()>();
    let scripted = scripted(Options::default(), async move |mut peer: Peer| {
        went.await.unwrap();
        let first = peer.request().await;
        assert_eq!(first["method"], "transact");
        reply(&mut peer, &first, json!([{}])).await;
        let second = peer.request().await;
        assert_eq!(second["method"], "list_dbs", "{second}");
        reply(&mut peer, &second, json!([])).await;
        peer.linger().await;
    })
    .await;
    let client = &scripted.client;
    let big = ["x".repeat(8 << 20)];
    let mut first = Box::pin(client.transact_raw("db", &big));
    begin(&mut first).await;
    let operation = [json!({"op": "comment", "comment": "x"})];
    let mut dropped = Box::pin(client.transact_raw("db", &operation));
    begin(&mut dropped).await;
    let mut also_dropped = Box::pin(client.get_schema("db"));
    begin(&mut also_dropped).await;
    let transaction = comment();
    let mut submitted = client
        .submit::<OpenVSwitchDatabase>(&transaction)
        .await
        .unwrap();
    begin(&mut Box::pin(submitted.outcome())).await;
    drop((dropped, also_dropped));
    assert!(submitted.cancel().await.unwrap().is_none());
    go.send(()).unwrap();
    first.await.unwrap();
    client.list_databases().await.unwrap();
    drop(scripted.client);
    scripted.script.await.unwrap();
}

/// Submits a transaction, which the peer reads, and cancels it.
async fn canceled<F, Fut>(answer: F) -> Result<Option<Outcome>, Error>
where
    F: FnOnce(Peer, Value) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let (told, read) = tokio::sync::oneshot::channel();
    let scripted = scripted(Options::default(), async move |mut peer: Peer| {
        let asked = peer.request().await;
        told.send(()).unwrap();
        expect_cancel(&mut peer, &asked).await;
        answer(peer, asked).await;
    })
    .await;
    let transaction = comment();
    let submitted = scripted
        .client
        .submit::<OpenVSwitchDatabase>(&transaction)
        .await
        .unwrap();
    read.await.unwrap();
    tokio::time::timeout(SOON, submitted.cancel())
        .await
        .unwrap()
}

/// Answers what is asked to find out whether cancelling is the last word.
async fn tell_model(peer: &mut Peer, model: &str) {
    let asked = peer.request().await;
    assert_eq!(asked["params"][0], "_Server");
    let id = json!(["uuid", "0d69b8cc-6245-4ac2-9282-97b6fa57e4b1"]);
    let rows = json!([{"rows": [{"_uuid": id, "model": model}]}]);
    reply(peer, &asked, rows).await;
}

async fn answer_echo(peer: &mut Peer) {
    let sign = peer.request().await;
    assert_eq!(sign["method"], "echo");
    reply(peer, &sign, sign["params"].clone()).await;
}

/// The server answers a later request, and the transaction not.
#[tokio::test]
async fn a_cancelled_transaction_did_not_happen() {
    let outcome = canceled(async |mut peer: Peer, _| {
        answer_echo(&mut peer).await;
        tell_model(&mut peer, "standalone").await;
        peer.linger().await;
    });
    assert!(outcome.await.unwrap().is_none());
}

#[tokio::test]
async fn one_that_was_committed_before_has_happened() {
    let outcome = canceled(async |mut peer: Peer, asked| {
        reply(&mut peer, &asked, json!([{}])).await;
        answer_echo(&mut peer).await;
        peer.linger().await;
    });
    assert!(outcome.await.unwrap().is_some());
}

#[tokio::test]
async fn one_that_had_failed_before_tells_why() {
    let outcome = canceled(async |mut peer: Peer, asked| {
        let results = json!([{"error": "constraint violation"}]);
        reply(&mut peer, &asked, results).await;
        peer.linger().await;
    });
    let error = outcome.await.unwrap_err();
    assert!(error.transaction_error().is_some() && !error.is_outcome_unknown());
}

/// With `set_db_change_aware` the cancelled transaction is answered; old servers have no database
/// that tells of databases.
#[tokio::test]
async fn a_server_may_say_that_it_was_cancelled() {
    let outcome = canceled(async |mut peer: Peer, asked: Value| {
        let canceled = json!({"error": "canceled", "details": "closing JSON-RPC session"});
        peer.send(json!({"id": asked["id"], "error": canceled}).to_string())
            .await;
        answer_echo(&mut peer).await;
        let asked = peer.request().await;
        let unknown = json!({"error": "unknown database", "details": "no _Server"});
        peer.send(json!({"id": asked["id"], "error": unknown}).to_string())
            .await;
        peer.linger().await;
    });
    assert!(outcome.await.unwrap().is_none());
}

#[tokio::test]
async fn a_cluster_may_commit_what_its_member_has_cancelled() {
    for model in ["clustered", "relay", "news"] {
        let outcome = canceled(async move |mut peer: Peer, _| {
            answer_echo(&mut peer).await;
            tell_model(&mut peer, model).await;
            peer.linger().await;
        });
        let error = outcome.await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{}", chain(&error));
    }
}

#[tokio::test]
async fn a_connection_lost_while_cancelling_leaves_the_outcome_unknown() {
    let error = canceled(async |_, _| {}).await.unwrap_err();
    assert!(error.is_closed() && error.is_outcome_unknown());
}

/// The limit of the transaction is the limit of the cancelling too.
#[tokio::test]
async fn a_server_that_never_answers_the_cancelling_does_not_keep_its_caller() {
    let scripted = scripted(Options::default(), Peer::linger).await;
    let client = scripted.client.with_timeout(Duration::from_millis(100));
    let transaction = comment();
    let mut submitted = client
        .submit::<OpenVSwitchDatabase>(&transaction)
        .await
        .unwrap();
    begin(&mut Box::pin(submitted.outcome())).await;
    let canceled = tokio::time::timeout(SOON, submitted.cancel()).await;
    let error = canceled.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
}
