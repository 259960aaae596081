//! Whose certificates are believed.

use super::*;

#[tokio::test]
async fn servers_with_bad_certificates_are_refused() {
    let cases: [(Made, &str); 5] = [
        (
            |pki| {
                pki.identity("server", "controller");
                pki.expired("server", "controller")
            },
            "its certificate is refused: it has expired",
        ),
        (
            |pki| {
                pki.identity("server", "controller");
                pki.not_yet_valid("server", "controller")
            },
            "its certificate is refused: it is not valid yet",
        ),
        (
            |pki| pki.identity("server", "switch"),
            "it comes from another ca than",
        ),
        (
            |pki| pki.self_signed("server"),
            "it is self-signed, and not in",
        ),
        (|pki| pki.own_ca("server"), "it is self-signed, and not in"),
    ];
    for (identity, reason) in cases {
        let served = Served::start_as(identity);
        let message = served.refused(&served.tls()).await;
        assert!(message.contains(reason), "{message}");
    }
}

/// webpki never asks whether an authority itself has expired; OpenSSL does, and so do we.
#[tokio::test]
async fn an_expired_ca_vouches_for_nobody() {
    let served = Served::start();
    let expired = served.pki.expired_ca("controller");
    let message = served.refused(&tls(&served.client, &expired)).await;
    assert!(
        message.contains("the ca certificate that it comes from has expired"),
        "{message}"
    );

    let both = [expired, served.pki.ca("controller")].map(|path| fs::read(path).unwrap());
    let bundle = served.pki.path("bundle.pem");
    fs::write(&bundle, both.concat()).unwrap();
    served.served(&tls(&served.client, bundle)).await;
}

#[tokio::test]
async fn a_self_signed_server_is_believed_if_its_own_certificate_is_named() {
    for identity in [Pki::self_signed, Pki::own_ca] {
        let served = Served::start_as(|pki| identity(pki, "server"));
        let own = served.pki.path("server-cert.pem");
        served.served(&tls(&served.client, own)).await;
    }
}

/// As for OpenSSL, which ends chains at certificates that signed themselves only, and believes no
/// other certificate that a server's own has signed.
#[tokio::test]
async fn a_server_does_not_vouch_for_itself() {
    let served = Served::start();
    let own = served.pki.path("server-cert.pem");
    let message = served.refused(&tls(&served.client, own)).await;
    assert!(
        message.contains("it comes from another ca than"),
        "{message}"
    );

    for (made, is_believed) in [
        (Pki::own_ca as fn(&Pki, &str) -> Identity, true),
        (Pki::self_signed, false),
    ] {
        let pki = Pki::new();
        let issuer = made(&pki, "issuer");
        let server = pki.signed_by("server", &issuer);
        let server = Server::start_ssl(server.options(&pki.ca("switch")), None);
        let tls = tls(&pki.anonymous("client", "switch"), &issuer.certificate);
        if is_believed {
            let client = connect_to(LOOPBACK, server.port(), &tls).await.unwrap();
            client.echo().await.unwrap();
        } else {
            let message = refused(LOOPBACK, server.port(), &tls).await;
            assert!(
                message.contains("it comes from another ca than"),
                "{message}"
            );
        }
    }
}

/// As with ovs-vsctl, a name does not matter, unless it is asked for.
#[tokio::test]
async fn names_are_looked_at_only_if_asked() {
    let served = Served::start_as(|pki| pki.identity("localhost", "controller"));
    let port = served.server.port();
    let mut tls = served.tls();
    served.served(&tls).await;
    tls.verify_host = true;
    let message = served.refused(&tls).await;
    assert!(message.contains("it is not for 127.0.0.1"), "{message}");
    let client = connect_to("localhost", port, &tls).await.unwrap();
    client.echo().await.unwrap();
}

/// Under TLS 1.3 a client has shaken hands before the server looks at its certificate.
#[tokio::test]
async fn clients_that_the_server_refuses() {
    let pki = Pki::new();
    let options = pki
        .anonymous("server", "controller")
        .options(&pki.ca("switch"));
    let only_1_2 = [&options[..], &["--ssl-protocols=TLSv1.2".to_owned()]].concat();
    let client = pki.anonymous("client", "controller");
    let tls = tls(&client, pki.ca("controller"));
    for server in [
        Server::start_ssl(only_1_2, None),
        Server::start_ssl(options, None),
    ] {
        for _ in 0..20 {
            let message = refused(LOOPBACK, server.port(), &tls).await;
            assert!(
                message.contains("it does not know the ca of our certificate"),
                "{message}"
            );
        }
    }
}

/// A connection that is to stay goes on trying; its calls end within their limits and say why.
#[tokio::test]
async fn a_connection_that_is_tried_for_says_why_it_does_not_come_about() {
    let cases: [(Made, &str); 3] = [
        (
            |pki| {
                pki.identity("server", "controller");
                pki.expired("server", "controller")
            },
            "it has expired",
        ),
        (|pki| pki.self_signed("server"), "it is self-signed"),
        (
            |pki| pki.identity("localhost", "controller"),
            "it is not for 127.0.0.1",
        ),
    ];
    for (identity, reason) in cases {
        let served = Served::start_as(identity);
        let tls = Tls {
            verify_host: true,
            ..served.tls()
        };
        stays_away(&served, tls, reason).await;
    }
    let served = Served::start();
    let folder = tls(&served.client, served.pki.path("pki"));
    stays_away(&served, folder, "it is a folder").await;
}

async fn stays_away(served: &Served, tls: Tls, reason: &str) {
    let remotes = format!("ssl:{LOOPBACK}:{}", served.server.port());
    let options = Options {
        tls: Some(tls),
        request_timeout: Duration::from_millis(300),
        ..Options::default()
    };
    let (client, connection) = ovsdb::keep_connected(&remotes.parse().unwrap(), &options);
    tokio::spawn(connection);
    // It is known why from the first attempt on.
    let is_lost = |state: &State| matches!(state, State::Lost(_));
    let lost = client.states().wait_for(is_lost).await;
    let Some(State::Lost(why)) = lost else {
        panic!("{lost:?}");
    };
    assert!(chain(&why).contains(reason), "{}", chain(&why));
    let start = Instant::now();
    let error = client.list_databases().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown());
    assert!(chain(&error).contains(reason), "{}", chain(&error));
    assert!(start.elapsed() < SOON);
}
