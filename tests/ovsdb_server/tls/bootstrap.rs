//! A CA that the first server tells (ovs-vsctl(8), `--bootstrap-ca-cert`).

use super::*;

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
