//! `ssl:` remotes, with certificates as ovs-pki makes them.

use std::error::Error as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use netswitch::causes::chain;
use netswitch::ovsdb::{
    self, CaCertificate, Client, Error, Options, Selection, Tls, TransactionBuilder,
};
use netswitch::vswitch::{Queue, queue};
use serde_json::json;

use crate::served::{SOON, Vswitch, followed, raw, run};
use crate::support::{Identity, Pki, Server, output_of, text};

const LOOPBACK: &str = "127.0.0.1";

fn tls(client: &Identity, ca: impl Into<PathBuf>) -> Tls {
    Tls {
        private_key: client.private_key.clone(),
        certificate: client.certificate.clone(),
        ca: CaCertificate::File(ca.into()),
        verify_host: false,
    }
}

async fn connect_to(host: &str, port: u16, tls: &Tls) -> Result<Client, Error> {
    let remotes = format!("ssl:{host}:{port}").parse().unwrap();
    let options = Options {
        tls: Some(tls.clone()),
        ..Options::default()
    };
    let (client, connection) = ovsdb::connect(&remotes, &options).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Why nothing comes about: no connection, or one that ends before the first answer.
async fn refused(host: &str, port: u16, tls: &Tls) -> String {
    let error = match connect_to(host, port, tls).await {
        Ok(client) => client.list_databases().await.unwrap_err(),
        Err(error) => {
            assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
            error
        }
    };
    let message = chain(&error);
    assert!(message.contains(&format!("ssl:{host}:{port}")), "{message}");
    message
}

/// How a server's certificate comes about.
type Made = fn(&Pki) -> Identity;

/// Two CAs, a server of the one and a client of the other.
struct Served {
    pki: Pki,
    server: Server,
    client: Identity,
}

impl Served {
    fn start() -> Served {
        Served::start_as(|pki| pki.anonymous("server", "controller"))
    }

    fn start_as(identity: impl FnOnce(&Pki) -> Identity) -> Served {
        let pki = Pki::new();
        let options = identity(&pki).options(&pki.ca("switch"));
        let server = Server::start_ssl(options, None);
        let client = pki.anonymous("client", "switch");
        Served {
            pki,
            server,
            client,
        }
    }

    fn tls(&self) -> Tls {
        tls(&self.client, self.pki.ca("controller"))
    }

    async fn refused(&self, tls: &Tls) -> String {
        refused(LOOPBACK, self.server.port(), tls).await
    }

    async fn served(&self, tls: &Tls) {
        let client = connect_to(LOOPBACK, self.server.port(), tls).await.unwrap();
        client.echo().await.unwrap();
    }
}

/// Whether the server takes this version of TLS from openssl's client.
fn speaks(server: &Server, version: &str, client: &Identity) -> bool {
    let peer = format!("{LOOPBACK}:{}", server.port());
    let mut openssl = Command::new("openssl");
    openssl.args(["s_client", "-connect", &peer, version]);
    openssl.arg("-cert").arg(&client.certificate);
    openssl.arg("-key").arg(&client.private_key);
    output_of(&mut openssl, "").status.success()
}

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

/// Files are read anew for each connection, before anything is said to the server.
#[tokio::test]
async fn files_that_are_not_what_they_should_be() {
    let pki = Pki::new();
    let good = pki.anonymous("client", "switch");
    let other = pki.identity("other", "switch");
    let expired = pki.expired("other", "switch");
    let (folder, broken, empty) = (pki.path("pki"), pki.path("broken"), pki.path("empty"));
    fs::write(
        &broken,
        "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    fs::write(&empty, "").unwrap();
    let garbage = pki.path("garbage");
    fs::write(
        &garbage,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let huge = pki.path("huge");
    fs::File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    let pipe = pki.path("pipe");
    text(Command::new("mkfifo").arg(&pipe));
    for private in [&broken, &empty, &huge] {
        fs::set_permissions(private, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let exposed = pki.path("exposed.pem");
    fs::copy(&good.private_key, &exposed).unwrap();
    fs::set_permissions(&exposed, fs::Permissions::from_mode(0o644)).unwrap();
    let encrypted = pki.path("encrypted.pem");
    encrypt(&good.private_key, &encrypted);
    let missing = pki.path("missing");

    for (path, reason) in [
        (&missing, "it cannot be read: No such file"),
        (&folder, "it is a folder"),
        (&pipe, "it is no regular file"),
        (&huge, "it is larger than 1048576 bytes"),
        (&empty, "it holds none in pem form"),
    ] {
        let with_ca = tls(&good, path);
        let with_certificate = Tls {
            certificate: path.clone(),
            ..tls(&good, pki.ca("switch"))
        };
        let with_key = Tls {
            private_key: path.clone(),
            ..tls(&good, pki.ca("switch"))
        };
        for (role, tls) in [
            ("ca certificate", with_ca),
            ("certificate", with_certificate),
            ("private key", with_key),
        ] {
            let message = refused(LOOPBACK, 1, &tls).await;
            let expected = format!("the {role} {} cannot be used: {reason}", path.display());
            assert!(message.contains(&expected), "{message}");
        }
    }
    for (path, reason) in [
        (
            &exposed,
            "others than its owner can read or write it (mode 0644)",
        ),
        (&encrypted, "it needs a passphrase"),
        (&other.private_key, "is not that of the certificate"),
    ] {
        let with_key = Tls {
            private_key: path.clone(),
            ..tls(&good, pki.ca("switch"))
        };
        let message = refused(LOOPBACK, 1, &with_key).await;
        assert!(message.contains(&path.display().to_string()), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    for (path, reason) in [
        (&broken, "it is not in pem form"),
        (&garbage, "it has a certificate that cannot be understood"),
    ] {
        let message = refused(LOOPBACK, 1, &tls(&good, path)).await;
        assert!(message.contains(reason), "{message}");
    }
    let message = refused(LOOPBACK, 1, &tls(&expired, pki.ca("switch"))).await;
    assert!(
        message.contains("cannot be used: it has expired"),
        "{message}"
    );
}

/// As ssh: root's own key may not be for all, but for a group, such as Debian's ssl-cert.
#[tokio::test]
async fn a_group_may_read_a_key_of_root() {
    use std::os::unix::fs::MetadataExt;

    let served = Served::start();
    let key = &served.client.private_key;
    let is_root = key.metadata().unwrap().uid() == 0;
    fs::set_permissions(key, fs::Permissions::from_mode(0o640)).unwrap();
    if is_root {
        served.served(&served.tls()).await;
    } else {
        assert!(served.refused(&served.tls()).await.contains("mode 0640"));
    }
}

/// The server sends its CA's certificate if it has it, which it does when its clients' CA is the
/// same.
#[tokio::test]
async fn the_ca_is_taken_from_the_first_server_and_kept() {
    let pki = Pki::new();
    let ca = pki.ca("controller");
    let server = pki.anonymous("server", "controller");
    let client = pki.anonymous("client", "controller");
    let first = Server::start_ssl(server.options(&ca), None);
    let folder = pki.path("kept");
    fs::create_dir(&folder).unwrap();
    let kept = folder.join("ca.pem");
    let tls = Tls {
        ca: CaCertificate::Bootstrap(kept.clone()),
        ..tls(&client, &ca)
    };
    let asked = connect_to(LOOPBACK, first.port(), &tls).await.unwrap();
    asked.echo().await.unwrap();
    assert_eq!(der(&kept), der(&ca));
    assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let written = fs::read(&kept).unwrap();

    let again = connect_to(LOOPBACK, first.port(), &tls).await.unwrap();
    again.echo().await.unwrap();
    let other = Pki::new();
    let stranger = other
        .anonymous("server", "controller")
        .options(&other.ca("controller"));
    let second = Server::start_ssl(stranger, None);
    let message = refused(LOOPBACK, second.port(), &tls).await;
    assert!(
        message.contains("it comes from another ca than"),
        "{message}"
    );
    assert_eq!(fs::read(&kept).unwrap(), written);
}

#[tokio::test]
async fn no_ca_is_kept_that_does_not_vouch_for_the_server() {
    // A server whose clients come from another CA does not send its own.
    let served = Served::start();
    let kept = served.pki.path("kept.pem");
    let tls = Tls {
        ca: CaCertificate::Bootstrap(kept.clone()),
        ..served.tls()
    };
    let message = served.refused(&tls).await;
    assert!(
        message.contains("does not send a ca certificate"),
        "{message}"
    );
    assert!(!kept.exists());

    // One that sends another's.
    let pki = Pki::new();
    let mut options = pki
        .anonymous("server", "controller")
        .options(&pki.ca("switch"));
    options.push(format!("--peer-ca-cert={}", pki.ca("switch").display()));
    let server = Server::start_ssl(options, None);
    let message = refused(LOOPBACK, server.port(), &tls).await;
    assert!(
        message.contains("it comes from another ca than"),
        "{message}"
    );
    assert!(!kept.exists());

    let nowhere = Tls {
        ca: CaCertificate::Bootstrap(served.pki.path("no/folder/ca.pem")),
        ..served.tls()
    };
    let mut options = served
        .pki
        .identity("other", "controller")
        .options(&served.pki.ca("switch"));
    options.push(format!(
        "--peer-ca-cert={}",
        served.pki.ca("controller").display()
    ));
    let sending = Server::start_ssl(options, None);
    let message = refused(LOOPBACK, sending.port(), &nowhere).await;
    assert!(message.contains("cannot be saved as"), "{message}");
    assert!(message.contains("No such file"), "{message}");
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

/// A certificate without the text around it.
fn der(path: &Path) -> String {
    text(Command::new("openssl").args(["x509", "-in"]).arg(path))
}

fn encrypt(key: &Path, encrypted: &Path) {
    text(
        Command::new("openssl")
            .args(["pkcs8", "-topk8", "-passout", "pass:secret", "-in"])
            .arg(key)
            .arg("-out")
            .arg(encrypted),
    );
    fs::set_permissions(encrypted, fs::Permissions::from_mode(0o600)).unwrap();
}
