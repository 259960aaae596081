use std::time::Duration;

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn session() -> Session {
    Session::new(4)
}

fn request(session: &mut Session, method: &'static str, deadline: Option<Instant>) -> RequestId {
    session
        .request(method, Bytes::from_static(b"[]"), deadline)
        .unwrap()
}

fn receive(session: &mut Session, frame: &str) -> Result<(), Violation> {
    session.receive(&Bytes::copy_from_slice(frame.as_bytes()))
}

fn transmitted(session: &mut Session) -> String {
    let mut text = String::new();
    while let Some(bytes) = session.poll_transmit() {
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    text
}

fn reply(session: &mut Session) -> (RequestId, Result<Bytes, RpcError>) {
    match session.poll_event() {
        Some(Event::Reply { id, outcome }) => (id, outcome),
        other => panic!("expected a reply, found {other:?}"),
    }
}

/// Note 1: no `jsonrpc` member, `params` always there.
#[test]
fn a_request_is_json_rpc_1_0() {
    let mut session = session();
    request(&mut session, "list_dbs", None);
    assert_eq!(
        transmitted(&mut session),
        r#"{"id":1,"method":"list_dbs","params":[]}"#
    );
}

#[test]
fn replies_find_their_requests_in_any_order() {
    let mut session = session();
    let first = request(&mut session, "list_dbs", None);
    let second = request(&mut session, "list_dbs", None);
    transmitted(&mut session);
    receive(&mut session, r#"{"id":2,"result":["b"],"error":null}"#).unwrap();
    receive(&mut session, r#"{"id":1,"error":"unknown method"}"#).unwrap();
    let (id, outcome) = reply(&mut session);
    assert_eq!((id, outcome.unwrap().as_ref()), (second, &b"[\"b\"]"[..]));
    let (id, outcome) = reply(&mut session);
    assert_eq!(
        (id, outcome.unwrap_err().error()),
        (first, "unknown method")
    );
    assert!(session.poll_event().is_none());
    assert!(!session.is_busy());
}

/// Note 4: the server echoes ids, and may rewrite `1.0` as `1`, or the reverse.
#[test]
fn a_rewritten_id_is_the_same_id() {
    for id in ["1", "1.0", "1e0", "10e-1"] {
        let mut session = session();
        request(&mut session, "list_dbs", None);
        transmitted(&mut session);
        receive(&mut session, &format!(r#"{{"id":{id},"result":[]}}"#)).unwrap();
        assert!(reply(&mut session).1.is_ok());
    }
}

/// Note 4: what a server does with a reply it did not ask for, we do too.
#[test]
fn a_reply_without_a_request_is_a_violation() {
    for id in [
        "2",
        "0",
        "-1",
        "1.5",
        "\"1\"",
        "1e300",
        "18446744073709551616",
        "[1]",
        "{}",
    ] {
        let mut session = session();
        request(&mut session, "list_dbs", None);
        transmitted(&mut session);
        let error = receive(&mut session, &format!(r#"{{"id":{id},"result":[]}}"#)).unwrap_err();
        assert!(matches!(error, Violation::UnknownReply(_)), "{id}");
    }
    let mut unsent = session();
    request(&mut unsent, "list_dbs", None);
    assert!(receive(&mut unsent, r#"{"id":1,"result":[]}"#).is_err());
}

#[test]
fn a_second_reply_is_a_violation() {
    let mut session = session();
    request(&mut session, "list_dbs", None);
    transmitted(&mut session);
    receive(&mut session, r#"{"id":1,"result":[]}"#).unwrap();
    assert!(receive(&mut session, r#"{"id":1,"result":[]}"#).is_err());
}

/// Note 5: same id, same params, before requests that wait to be sent, but not inside of
/// one that is half sent.
#[test]
fn echo_is_answered_at_once() {
    let mut session = session();
    request(&mut session, "list_dbs", None);
    request(&mut session, "list_dbs", None);
    let mut sent = String::from_utf8(session.poll_transmit().unwrap().to_vec()).unwrap();
    receive(
        &mut session,
        r#"{"id":["e",1.0],"method":"echo","params":[ {"a":1} ]}"#,
    )
    .unwrap();
    sent.push_str(&transmitted(&mut session));
    assert_eq!(
        sent,
        concat!(
            r#"{"id":1,"method":"list_dbs","params":[]}"#,
            r#"{"id":["e",1.0],"result":[ {"a":1} ],"error":null}"#,
            r#"{"id":2,"method":"list_dbs","params":[]}"#,
        )
    );
}

#[test]
fn echoes_whose_answers_are_not_read_end_the_session() {
    let mut session = session();
    let frame = format!(
        r#"{{"id":1,"method":"echo","params":["{}"]}}"#,
        "x".repeat(ANSWERS_LIMIT / 4)
    );
    let taken = (0..100)
        .take_while(|_| receive(&mut session, &frame).is_ok())
        .count();
    assert_eq!(taken, 3);
}

#[test]
fn an_unknown_notification_is_ignored_and_an_unknown_request_answered() {
    let mut session = session();
    receive(
        &mut session,
        r#"{"id":null,"method":"news","params":["l"]}"#,
    )
    .unwrap();
    assert!(session.poll_event().is_none());
    receive(&mut session, r#"{"id":7,"method":"what","params":[]}"#).unwrap();
    assert_eq!(
        transmitted(&mut session),
        r#"{"id":7,"result":null,"error":"unknown method"}"#
    );
}

#[test]
fn an_update_is_an_event_with_the_frames_own_bytes() {
    for frame in [
        &br#"{"id":null,"method":"update2","params":[1,{}]}"#[..],
        br#"{"id":null,"method":"update","params":[1,{}]}"#,
    ] {
        let (mut session, frame) = (session(), Bytes::from_static(frame));
        session.receive(&frame).unwrap();
        let Some(Event::Update { params }) = session.poll_event() else {
            panic!("expected an update");
        };
        assert_eq!(params, "[1,{}]");
        assert!(frame.as_ptr_range().contains(&params.as_ptr()));
    }
}

#[test]
fn a_deadline_abandons_a_sent_request_and_its_late_reply_is_dropped() {
    let (mut session, start) = (session(), Instant::now());
    let id = request(&mut session, "list_dbs", Some(start + SECOND));
    transmitted(&mut session);
    assert_eq!(session.poll_timeout(), Some(start + SECOND));
    session.handle_timeout(start + SECOND / 2).unwrap();
    assert!(session.poll_event().is_none());
    session.handle_timeout(start + SECOND).unwrap();
    assert!(
        matches!(session.poll_event(), Some(Event::TimedOut { id: late, sent: true }) if late == id)
    );
    assert_eq!(session.poll_timeout(), None);
    receive(&mut session, r#"{"id":1,"result":[]}"#).unwrap();
    assert!(session.poll_event().is_none());
    assert!(receive(&mut session, r#"{"id":1,"result":[]}"#).is_err());
}

#[test]
fn a_deadline_withdraws_an_unsent_request() {
    let (mut session, start) = (session(), Instant::now());
    request(&mut session, "transact", Some(start + SECOND));
    session.handle_timeout(start + SECOND).unwrap();
    assert!(matches!(
        session.poll_event(),
        Some(Event::TimedOut { sent: false, .. })
    ));
    assert_eq!(transmitted(&mut session), "");
    assert!(!session.is_busy());
}

/// Note 6: `cancel` is a notification without a reply.
#[test]
fn a_transaction_given_up_is_cancelled() {
    let (mut session, start) = (session(), Instant::now());
    request(&mut session, "transact", Some(start + SECOND));
    transmitted(&mut session);
    session.handle_timeout(start + SECOND).unwrap();
    assert_eq!(
        transmitted(&mut session),
        r#"{"id":null,"method":"cancel","params":[1]}"#
    );
}

#[test]
fn pending_requests_have_a_limit_and_abandoned_ones_are_forgotten_in_the_end() {
    let (mut session, start) = (session(), Instant::now());
    for round in 0..3 {
        for _ in 0..4 {
            assert!(session.has_room());
            request(&mut session, "transact", Some(start + SECOND * round));
        }
        assert!(!session.has_room());
        assert!(session.request("echo", Bytes::new(), None).is_err());
        transmitted(&mut session);
        session.handle_timeout(start + SECOND * round).unwrap();
    }
    for id in 1..=12 {
        receive(&mut session, &format!(r#"{{"id":{id},"result":[]}}"#)).unwrap();
    }
    assert!(receive(&mut session, r#"{"id":12,"result":[]}"#).is_err());
}

/// Note 19: an id in flight is never used again.
#[test]
fn ids_are_never_reused() {
    let mut session = session();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let id = request(&mut session, "list_dbs", None);
        assert!(seen.insert(id));
        transmitted(&mut session);
        receive(&mut session, &format!(r#"{{"id":{},"result":[]}}"#, id.0)).unwrap();
    }
}

/// Members and values that messages are made of, in any combination.
fn message() -> impl Strategy<Value = String> {
    const VALUES: &[&str] = &[
        "null",
        "[]",
        "1",
        "2.0",
        "-7",
        "\"echo\"",
        "\"update2\"",
        "\"x\"",
        "{}",
        "[1,{\"a\":[]}]",
        "{\"error\":\"e\",\"details\":\"d\"}",
    ];
    const MEMBERS: &[&str] = &["method", "params", "id", "result", "error", "other"];
    let member = (0..MEMBERS.len(), 0..VALUES.len())
        .prop_map(|(name, value)| format!("\"{}\":{}", MEMBERS[name], VALUES[value]));
    proptest::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")))
}

proptest! {
    /// Whatever a peer says, every request gets one outcome at most, and nothing panics.
    #[test]
    fn nothing_upsets_a_session(frames in proptest::collection::vec(message(), 0..30)) {
        let (mut session, start) = (session(), Instant::now());
        let mut open: Vec<_> = (0..3).map(|_| request(&mut session, "transact", Some(start))).collect();
        transmitted(&mut session);
        for (step, frame) in frames.iter().enumerate() {
            let received = receive(&mut session, frame);
            if step == 15 {
                session.handle_timeout(start).unwrap();
            }
            while let Some(event) = session.poll_event() {
                if let Event::Reply { id, .. } | Event::TimedOut { id, .. } = event {
                    let at = open.iter().position(|open| *open == id);
                    prop_assert!(at.is_some(), "two outcomes");
                    open.swap_remove(at.unwrap());
                }
            }
            transmitted(&mut session);
            if received.is_err() {
                break;
            }
        }
    }
}

#[test]
fn a_quiet_peer_is_asked_and_a_silent_one_given_up() {
    let start = Instant::now();
    let mut session = session().probing(5 * SECOND, start);
    assert_eq!(session.poll_timeout(), Some(start + 5 * SECOND));
    session.heard(start + 3 * SECOND);
    session.handle_timeout(start + 5 * SECOND).unwrap();
    assert_eq!(transmitted(&mut session), "");
    session.handle_timeout(start + 8 * SECOND).unwrap();
    assert_eq!(
        transmitted(&mut session),
        r#"{"id":1,"method":"echo","params":[]}"#
    );
    assert_eq!(session.poll_timeout(), Some(start + 13 * SECOND));
    session.heard(start + 9 * SECOND);
    receive(&mut session, r#"{"id":1,"result":[],"error":null}"#).unwrap();
    session.handle_timeout(start + 14 * SECOND).unwrap();
    assert!(transmitted(&mut session).contains("echo"));
    let silent = session.handle_timeout(start + 19 * SECOND).unwrap_err();
    assert!(matches!(silent, Violation::Silent(limit) if limit == 10 * SECOND));
}

/// A request whose reply takes long is no reason to go: the server is at work on it. But it is
/// asked all the same, as ovs does.
#[test]
fn deadlines_and_probes_share_the_clock() {
    let start = Instant::now();
    let mut session = session().probing(5 * SECOND, start);
    request(&mut session, "transact", Some(start + 2 * SECOND));
    assert_eq!(session.poll_timeout(), Some(start + 2 * SECOND));
    session.handle_timeout(start + 2 * SECOND).unwrap();
    assert!(matches!(
        session.poll_event(),
        Some(Event::TimedOut { sent: false, .. })
    ));
    assert_eq!(session.poll_timeout(), Some(start + 5 * SECOND));
}

/// Note 6: who gives a transaction up cancels it; a request that was not sent is not sent any more.
#[test]
fn what_is_abandoned_is_withdrawn_or_cancelled() {
    let mut session = session();
    let (transaction, other) = (
        request(&mut session, "transact", None),
        request(&mut session, "list_dbs", None),
    );
    transmitted(&mut session);
    let unsent = request(&mut session, "transact", None);
    for id in [transaction, other, unsent] {
        session.abandon(id);
    }
    assert_eq!(
        transmitted(&mut session),
        r#"{"id":null,"method":"cancel","params":[1]}"#
    );
    assert!(!session.is_busy());
    for id in [1, 2] {
        receive(&mut session, &format!(r#"{{"id":{id},"result":[]}}"#)).unwrap();
    }
    assert!(session.poll_event().is_none());
    assert!(receive(&mut session, r#"{"id":3,"result":[]}"#).is_err());
}

/// Note 6: it may be answered nonetheless, until it is known that it is not.
#[test]
fn a_cancelled_transaction_may_be_answered_until_it_is_settled() {
    let mut session = session();
    let unsent = request(&mut session, "transact", None);
    assert!(!session.cancel(unsent));
    transmitted(&mut session);
    let late = request(&mut session, "transact", None);
    transmitted(&mut session);
    assert!(session.cancel(unsent) && session.cancel(late));
    receive(&mut session, r#"{"id":1,"result":[]}"#).unwrap();
    assert_eq!(reply(&mut session).0, unsent);
    transmitted(&mut session);
    assert!(session.is_busy());
    session.settle(late);
    assert!(!session.is_busy());
    receive(&mut session, r#"{"id":2,"result":[]}"#).unwrap();
    assert!(session.poll_event().is_none());
}
