//! What is said over TLS, and how it ends.

use super::*;

/// The schema, a transaction of 2 MiB, which fills the socket, and a monitor that follows it.
#[tokio::test]
async fn transactions_and_monitors_with_tls_1_2_and_1_3_alone() {
    let pki = Pki::new();
    let options = pki
        .anonymous("server", "controller")
        .options(&pki.ca("switch"));
    let client = pki.anonymous("client", "switch");
    let only_1_2 = [&options[..], &["--ssl-protocols=TLSv1.2".to_owned()]].concat();
    let only_1_3 = pki.at_least("TLSv1.3");
    for (server, versions) in [
        (Server::start_ssl(only_1_2, None), [true, false]),
        (Server::start_ssl(options, Some(&only_1_3)), [false, true]),
    ] {
        let spoken = ["-tls1_2", "-tls1_3"].map(|version| speaks(&server, version, &client));
        assert_eq!(spoken, versions);
        let tls = tls(&client, pki.ca("controller"));
        let client = connect_to(LOOPBACK, server.port(), &tls).await.unwrap();
        let remote = format!("ssl:{LOOPBACK}:{}", server.port());
        assert_eq!(client.remote().to_string(), remote);
        let schema = client.get_schema("Open_vSwitch").await.unwrap();
        assert!(schema.get().contains("Open_vSwitch"));

        let monitor = followed(&client).await;
        let mut builder = TransactionBuilder::new();
        let row = builder
            .insert::<Queue>()
            .set(queue::DSCP, Some(7))
            .set(
                queue::EXTERNAL_IDS,
                [("long".to_owned(), "x".repeat(2 << 20))]
                    .into_iter()
                    .collect(),
            )
            .id();
        let row = run(&client, builder).await.unwrap().id(row);
        assert_eq!(
            monitor.read().unwrap().queue.get(row).unwrap().dscp,
            Some(7)
        );
        server.vsctl(&["--no-wait", "add-br", "br0"]);
        let has = |copy: &Vswitch| copy.bridge.by_name("br0").is_some();
        monitor.wait_until(has, SOON).await.unwrap();
    }
}

#[tokio::test]
async fn many_requests_are_pipelined() {
    let served = Served::start();
    let client = connect_to(LOOPBACK, served.server.port(), &served.tls())
        .await
        .unwrap();
    let calls = (0..200).map(|number| {
        let client = client.clone();
        tokio::spawn(async move {
            let comment = "x".repeat(number * 100);
            let comment = json!({"op": "comment", "comment": comment});
            assert_eq!(raw(&client, json!([comment])).await, json!([{}]));
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}

/// The server's log has no warning of a connection that just vanished.
#[tokio::test]
async fn the_end_of_a_session_is_told() {
    let served = Served::start();
    let client = connect_to(LOOPBACK, served.server.port(), &served.tls())
        .await
        .unwrap();
    let monitor = client
        .monitor::<Vswitch>(&Selection::everything::<Vswitch>())
        .await
        .unwrap();
    client.echo().await.unwrap();
    drop((client, monitor));
    // Served after the end of the other was.
    served.served(&served.tls()).await;
    let log = fs::read_to_string(served.server.file().with_file_name("server.log")).unwrap();
    assert!(!log.contains("|WARN|"), "{log}");
}

#[tokio::test]
async fn without_what_ssl_takes_there_is_no_connection() {
    let remotes = "ssl:127.0.0.1:1".parse().unwrap();
    let error = ovsdb::connect(&remotes, &Options::default())
        .await
        .unwrap_err();
    assert!(error.is_connect());
    let message = chain(&error);
    assert!(
        message.contains("needs a private key, a certificate and a ca"),
        "{message}"
    );
}

/// A server that accepts, and never says a word of TLS.
#[tokio::test]
async fn a_silent_server_ends_with_the_limit() {
    let listener = TcpListener::bind((LOOPBACK, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let pki = Pki::new();
    let client = pki.identity("client", "switch");
    let remotes = format!("ssl:{LOOPBACK}:{port}").parse().unwrap();
    let limit = Duration::from_millis(300);
    for ca in [
        CaCertificate::File(pki.ca("controller")),
        CaCertificate::Bootstrap(pki.path("kept.pem")),
    ] {
        let options = Options {
            connect_timeout: limit,
            tls: Some(Tls {
                ca,
                ..tls(&client, "unused")
            }),
            ..Options::default()
        };
        let started = Instant::now();
        let error = ovsdb::connect(&remotes, &options).await.unwrap_err();
        assert!(error.is_timeout() && error.is_connect(), "{error:?}");
        assert!(error.source().is_none());
        assert!(started.elapsed() < limit * 10);
    }
}

#[tokio::test]
async fn servers_that_do_not_speak_tls() {
    let pki = Pki::new();
    let tls = tls(&pki.identity("client", "switch"), pki.ca("controller"));
    for (says, reason) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "it does not speak tls",
        ),
        (
            b"{\"id\":\"echo\",\"method\":\"echo\",\"params\":[]}",
            "it does not speak tls",
        ),
        (
            b"",
            "it closed the connection in the middle of the tls handshake",
        ),
        (
            b"\x15\x03\x03\x00\x02\x02\x28",
            "there is no cipher that both take",
        ),
    ] {
        let listener = TcpListener::bind((LOOPBACK, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let peer = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert_ne!(stream.read(&mut [0; 1 << 14]).unwrap(), 0);
            stream.write_all(says).unwrap();
        });
        let message = refused(LOOPBACK, port, &tls).await;
        assert!(message.contains(reason), "{message}");
        peer.join().unwrap();
    }
    let server = Server::start();
    let message = refused(LOOPBACK, server.port(), &tls).await;
    assert!(message.contains("tls"), "{message}");
}
